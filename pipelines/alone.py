"""Run one vendor alone: `python -m pipelines.<vendor> --firm DIR --home DIR [--system ID]`.

Extracts every system of that vendor in the firm and prints what was read, landed and set aside.
"""

from __future__ import annotations

import click

from pipelines.load import extract_system
from tieout.config import Home, load_firm
from tieout.domain.clock import now
from tieout.domain.errors import EXIT_HELD, ConfigError, TieoutError
from tieout.domain.progress import SilentProgress


def command(vendor_name: str) -> click.Command:
    """The command of one vendor's `__main__`."""

    @click.command(help=f"Extract the {vendor_name} systems of a firm into its warehouse.")
    @click.option("--firm", "folder", required=True, help="Firm folder.", envvar="TIEOUT_FIRM")
    @click.option("--home", default=None, help="State folder.", envvar="TIEOUT_HOME")
    @click.option("--system", "only", default=None, help="Only this system id.")
    @click.option("--table", "tables", multiple=True, help="Only these tables.")
    def run(folder: str, home: str | None, only: str | None, tables: tuple[str, ...]) -> None:
        try:
            raise SystemExit(_run(vendor_name, folder, home, only, tables))
        except TieoutError as problem:
            click.echo(str(problem), err=True)
            raise SystemExit(problem.exit_code) from None

    return run


def _run(
    vendor_name: str, folder: str, home: str | None, only: str | None, tables: tuple[str, ...]
) -> int:
    firm = load_firm(folder)
    systems = [s for s in firm.systems if s.vendor == vendor_name and only in (None, s.id)]
    if not systems:
        raise ConfigError(
            f"the firm has no {vendor_name} system" + (f" {only}" if only else ""),
            file=str(firm.folder / "firm.yml"),
            field="systems",
            fix="add one, or name another firm with --firm",
        )
    held = 0
    for system in systems:
        report = extract_system(
            firm, system, Home(home), now(), SilentProgress(), only_tables=tables or None
        )
        for name, counts in report.tables.items():
            click.echo(
                f"{system.id}\t{name}\textracted {counts.extracted}\tlanded {counts.landed}"
                f"\tunchanged {counts.unchanged}\tdeleted {counts.deleted}"
                f"\tquarantined {counts.quarantined}"
            )
        held += report.quarantined
    return EXIT_HELD if held else 0
