"""The close statement of one period: one HTML file that opens offline and prints.

Made from the published marts alone, so that what is signed is what analysts see. The same release
gives the same bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tieout.close.months import closed_with
from tieout.close.sections import (
    EXCEPTIONS,
    POSTED,
    Section,
    aging_sections,
    figure,
    listing_section,
)
from tieout.close.tie_out import tie_out_sections
from tieout.config import Firm, Home
from tieout.domain.errors import TieoutError
from tieout.domain.period import Period
from tieout.warehouse.publish import ANALYTICS
from tieout.warehouse.queries import rows


class NoRelease(TieoutError):  # noqa: N818 - named for what happened
    """There is no published release to report on."""


@dataclass(frozen=True)
class Statement:
    """A written statement."""

    path: Path
    is_tied: bool
    open_exceptions: int


def statement_path(home: Home, period: Period) -> Path:
    """Where the statement of a period lies."""
    return home.reports / f"close-statement-{period.id}.html"


def write_statement(home: Home, firm: Firm, period: Period) -> Statement:
    """Write the statement of a period from the published release.

    Raises:
        NoRelease: if nothing is published yet.
    """
    published = home.published / ANALYTICS
    if not published.is_file():
        raise NoRelease("nothing is published yet\n  fix: tieout run")
    connection = duckdb.connect(str(published), read_only=True)
    try:
        connection.execute("set search_path = 'reconciliation,close,canonical,main'")

        def query(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
            return rows(connection, sql, parameters)

        html, untied, exceptions = _render(firm, period, query)
    finally:
        connection.close()
    path = statement_path(home, period)
    waiting = path.with_suffix(f".{os.getpid()}.tmp")
    waiting.write_text(html, encoding="utf-8")
    waiting.replace(path)
    return Statement(path, untied == 0, exceptions)


def _render(firm: Firm, period: Period, query: Any) -> tuple[str, int, int]:
    release = query("select * from main.releases", [])[0]
    untied = query(
        "select count(*) as n from rec_tie_out_identities"
        f" where (identity_id != 'I1' or {closed_with('rec_tie_out_identities')} = ?)"
        " and not is_tied",
        [period.id],
    )[0]["n"]
    waiting = query(
        "select count(*) as n, coalesce(sum(amount_at_risk_reporting), 0) as amount"
        " from fct_exceptions where status = 'open'"
        f" and coalesce({closed_with('fct_exceptions')}, ?) <= ?",
        [period.id, period.id],
    )[0]
    sections = _sections(period, query)
    cover = {
        "period_id": period.id,
        "firm_name": firm.firm.name,
        "reporting_currency": firm.firm.reporting_currency,
        "as_of": release["as_of_at"].strftime("%Y-%m-%d %H:%M:%S"),
        "is_tied": untied == 0,
        "untied": untied,
        "release_id": release["release_id"],
        "run_id": release["run_id"],
    }
    cards = [
        {"label": "identities that do not tie", "value": figure(untied)},
        {"label": "open exceptions", "value": figure(waiting["n"])},
        {"label": f"at risk, {firm.firm.reporting_currency}", "value": figure(waiting["amount"])},
    ]
    environment = Environment(
        loader=PackageLoader("tieout.close"),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("statement.html.j2")
    html = template.render(cover=cover, cards=cards, sections=sections)
    return html, untied, waiting["n"]


def _sections(period: Period, query: Any) -> list[Section]:
    return [
        *tie_out_sections(query, period),
        *aging_sections(query, period.id),
        listing_section(EXCEPTIONS, query, [period.id, period.id]),
        listing_section(POSTED, query, [period.id]),
    ]
