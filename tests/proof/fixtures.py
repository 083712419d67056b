"""Prepared firms with what their figures must be: the golden close and random firms.

A fixture is a firm, its raw rows, K and P, and a judge that says how the marts differ from what
was worked out by hand (golden close) or by the reckoning (random firms); None when they agree.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.golden.close.conftest import FIGURES
from tests.proof.differential import NEEDED, compare, reckon
from tests.proof.random_firm import AS_OF, PERIOD, pack
from tests.scenarios.scenario import ALWAYS, Cut, found_rows, read_scenario, scenario_files
from tieout.config import load_firm
from tieout.config.firm import Firm

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "close" / "data"
MART = re.compile(r"\.(\w+)")
Judge = Callable[[duckdb.DuckDBPyConnection], str | None]


@dataclass(frozen=True)
class Fixture:
    """One firm at one K with its expected figures."""

    name: str
    firm: Firm
    landed: Mapping[str, Any]
    as_of: str
    period: str
    judge: Judge
    marts: tuple[str, ...]
    read_at: str = "1970-01-01 00:00:00"


@cache
def fixtures() -> list[Fixture]:
    """Every prepared firm, those that notice most first."""
    cuts = ("close 2026-07-03", "as of 2026-07-10")
    packs = ((range(12), "USD"), (range(12, 24), "JPY"), (range(24, 36), "KWD"))
    return [
        *(_random(seeds, currency) for seeds, currency in packs),
        *(_golden(cut) for cut in cuts),
        *(fixture for path in scenario_files() for fixture in _scenario(path)),
    ]


def _golden(cut: str) -> Fixture:
    with (GOLDEN / "expected.csv").open() as file:
        expected = {
            (row["entity"], row["measure"]): tuple(
                Decimal(row[name]) for name in ("hours", "bill_usd", "cost_func")
            )
            for row in csv.DictReader(file)
            if row["as_of"] == cut
        }

    def judge(connection: duckdb.DuckDBPyConnection) -> str | None:
        found = {(row[0], row[1]): row[2:] for row in connection.execute(FIGURES).fetchall()}
        wrong = [
            key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)
        ]
        return str(min(wrong)) if wrong else None

    firm = load_firm(GOLDEN)
    as_of = f"{cut.rsplit(maxsplit=1)[-1]} 23:59:59.999999"
    return Fixture(
        f"golden close {cut}", firm, {"csv_folder": GOLDEN}, as_of, "2026-06", judge, NEEDED
    )


def _random(seeds: range, currency: str) -> Fixture:
    packed = pack(seeds, reporting_currency=currency)
    told = reckon(packed)

    def judge(connection: duckdb.DuckDBPyConnection) -> str | None:
        try:
            differences = compare(connection, told)
        except AssertionError as problem:
            return str(problem)
        return differences.found[0] if differences.found else None

    name = f"random firms {seeds.start} to {seeds.stop - 1}"
    return Fixture(name, packed.firm, packed.tables, AS_OF, PERIOD, judge, NEEDED)


def _scenario(path: Path) -> Iterator[Fixture]:
    scenario = read_scenario(path)
    for cut in scenario.cuts:

        def judge(connection: duckdb.DuckDBPyConnection, cut: Cut = cut) -> str | None:
            for mart, expected in cut.expected.items():
                found, wanted = found_rows(connection, mart, expected)
                if found != wanted:
                    return mart
            return None

        yield Fixture(
            f"{scenario.name} {cut.as_of:%m-%d}", scenario.firm, scenario.tables,
            str(cut.as_of), cut.period, judge,
            ("rec_tie_out_identities", *sorted({MART.findall(text)[0] for text in cut.expected})),
            read_at=str(ALWAYS),
        )  # fmt: skip
