"""`tieout doctor`: is everything in place for a run?"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from urllib.parse import urlsplit

import click

from tieout.cli.launch import load_current_firm
from tieout.cli.ledgers import LEDGER_VARIABLE, ledger_exists, open_ledger
from tieout.config import Home, System
from tieout.domain.errors import EXIT_DONE, EXIT_HELD, EXIT_INPUT, EXIT_UNREACHABLE, TieoutError
from tieout.posting.evidence import chains, is_older

_CONNECT_SECONDS = 3.0
_DISK_MIN_GIB = 1
_GENERIC_VARIABLES = ("SOURCES__API_TOKEN", "SOURCES__TOKEN", "TOKEN", "API_TOKEN")


@click.command(
    help="Check the firm folder, every secret, every system's address, the state folder, and the"
    " evidence: sealed posting files against their SHA-256, the chain of their manifests, and the"
    " chain of the audit journal. A broken chain is named by its first broken link.\n\n"
    "Changes nothing. Exit codes: 0 all is well; 1 evidence is broken; 2 configuration; 3 a system"
    " does not answer."
)
def command() -> None:
    """Say what is wrong and how to mend it; the exit code is that of the worst finding."""
    worst = EXIT_DONE
    firm = load_current_firm()
    _say(True, f"firm {firm.firm.name}: {len(firm.entities)} entities, {len(firm.systems)} systems")
    for system in firm.systems:
        for name in system.secrets:
            worst = max(worst, _secret(system, name))
        if system.base_url:
            worst = max(worst, _address(system))
    for name in _GENERIC_VARIABLES:
        if name in os.environ:
            _say(False, f"{name} is set: the extraction library would take it for every system")
            worst = max(worst, EXIT_INPUT)
    home = Home()
    free = shutil.disk_usage(home.warehouse.parent).free // 2**30
    _say(free >= _DISK_MIN_GIB, f"state in {home.path}, {free} GiB free")
    sys.exit(max(worst, _evidence(home)))


def _evidence(home: Home) -> int:
    """Sealed files against their hashes, and the journal; each broken chain by its first break."""
    if not ledger_exists(home):
        _say(True, "no posting ledger yet")
        return EXIT_DONE
    if is_older(home.ledger, os.environ.get(LEDGER_VARIABLE)):
        _say(True, "the posting ledger is of an earlier release: the next run brings it up to date")
        return EXIT_DONE
    worst = EXIT_DONE
    with open_ledger(home) as ledger:
        for chain in chains(ledger, home.outbox):
            if chain.problems:
                more = len(chain.problems) - 1
                rest = f" (and {more} more)" if more else ""
                _say(False, f"{chain.name}: {chain.problems[0]}{rest}")
                worst = EXIT_HELD
            else:
                _say(True, f"{chain.name}: {chain.links} links, unbroken")
    return worst


def _say(good: bool, text: str) -> None:
    mark = click.style("ok  ", fg="green") if good else click.style("FAIL", fg="red", bold=True)
    click.echo(f"{mark} {text}")


def _secret(system: System, name: str) -> int:
    try:
        system.secret(name)
    except TieoutError as problem:
        _say(False, f"{system.id} secret {name}: {problem}")
        return EXIT_INPUT
    _say(True, f"{system.id} secret {name} resolves")
    return EXIT_DONE


def _address(system: System) -> int:
    parts = urlsplit(system.base_url)
    port = parts.port or {"https": 443, "sftp": 22}.get(parts.scheme, 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_CONNECT_SECONDS):
            pass
    except OSError as problem:
        _say(False, f"{system.id} at {parts.hostname}:{port}: {problem.strerror or problem}")
        return EXIT_UNREACHABLE
    _say(True, f"{system.id} answers at {parts.hostname}:{port}")
    return EXIT_DONE
