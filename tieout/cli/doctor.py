"""`tieout doctor`: is everything in place for a run?"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from urllib.parse import urlsplit

import click

from tieout.cli.launch import load_current_firm
from tieout.config import Home, System
from tieout.domain.errors import EXIT_DONE, EXIT_INPUT, EXIT_UNREACHABLE, TieoutError

_CONNECT_SECONDS = 3.0
_DISK_MIN_GIB = 1
_GENERIC_VARIABLES = ("SOURCES__API_TOKEN", "SOURCES__TOKEN", "TOKEN", "API_TOKEN")


@click.command(
    help="Check the firm folder, every secret, every system's address, and the state folder."
    " Changes nothing."
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
    sys.exit(worst)


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
