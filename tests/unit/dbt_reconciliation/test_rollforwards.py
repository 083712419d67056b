"""Roll-forwards between any two cuts of random histories, against a walk in plain Python.

Many entries are packed into one firm: edits, moves between entities, late versions, withdrawals,
deletions, ERP lines that vanish and come back, duplicates and reversals. The firm is closed at the
first cut, what the close kept is stored, and the second cut opens with it. The walk goes through
each entry's instants one by one and shares no code with the models.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.kit.compiled import CompiledProject, compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm
from tieout.close.balances import keep_figures
from tieout.close.rollforwards import ROLLFORWARDS

Row = dict[str, Any]
START = datetime(2026, 4, 1)
FUNCTIONAL = {"E1": "USD", "E2": "GBP"}
MOVEMENTS = (
    "first_approvals", "re_approvals", "edits", "withdrawals", "first_posts", "lost_posts",
)  # fmt: skip
WANTED = [each.mart for each in ROLLFORWARDS] + ["rec_mart_fingerprints"]
ONLY_WANTED: dict[str, Any] = {"upstream_of": WANTED, "views_as_tables": True}
FIRM = firm_of(
    [{"id": e, "name": e, "functional_currency": c} for e, c in FUNCTIONAL.items()],
    [{"id": "files", "vendor": "csv_tables", "roles": ["psa", "erp"]}],
    routing=[{"target": "files", "when": {}}],
)


@pytest.fixture(scope="module")
def project() -> CompiledProject:
    return compiled_project()


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def random_entry(rnd: random.Random, number: int) -> tuple[list[Row], list[Row]]:
    """The versions of one entry and the versions of its ERP lines."""
    name, versions, lines = f"T{number}", [], []
    hours = sorted(rnd.sample(range(200), rnd.randrange(1, 5)))
    if rnd.random() < 0.15:
        rnd.shuffle(hours)  # an old version that arrives late
    for version, hour in enumerate(hours, start=1):
        entity = rnd.choice(("E1", "E1", "E2"))
        versions.append({
            "entry_id": name, "source_version": version, "known_at": at(hour),
            "worker_id": "W1", "project_id": rnd.choice(("P1", "P2")), "work_date": "2026-03-09",
            "hours": Decimal(rnd.randrange(1, 40)) / 4, "legal_entity_id": entity,
            "approval_status": rnd.choice(("approved",) * 5 + ("submitted", "rejected")),
            "is_deleted": rnd.random() < 0.07, "is_billable": True,
            "bill_rate": rnd.randrange(4, 20) * 10, "bill_currency_code": "USD",
            "cost_rate": rnd.randrange(4, 9) * 10, "cost_currency_code": FUNCTIONAL[entity],
        })  # fmt: skip
    for copy in range(rnd.choice((0, 1, 1, 2))):
        version = rnd.choice(versions)
        kind = "R:" if copy and rnd.random() < 0.5 else ""
        seen = sorted(rnd.sample(range(220), rnd.choice((1, 1, 1, 2, 3))))
        for number_, hour in enumerate(seen, start=1):
            lines.append({
                "erp_line_id": f"{name}-{copy}", "source_version": number_, "known_at": at(hour),
                "is_deleted": number_ == 2, "external_id": kind
                + f"proof:files:files:{name}:v{version['source_version']}:cost",
                "legal_entity_id": version["legal_entity_id"], "worker_id": "W1",
                "project_id": version["project_id"], "work_date": "2026-03-09",
                "accounting_date": "2026-04-01", "posted_at": at(seen[0]), "is_posted": True,
                "hours": version["hours"], "cost_amount_functional": 1,
                "functional_currency_code": FUNCTIONAL[version["legal_entity_id"]],
            })  # fmt: skip
    return versions, lines


def newest(rows: list[Row], moment: datetime) -> Row | None:
    known = [row for row in rows if row["known_at"] <= moment]
    return max(known, key=lambda row: row["source_version"], default=None)


def values(row: Row) -> dict[tuple[str, str, str], Decimal]:
    entity, hours = row["legal_entity_id"], row["hours"]
    return {
        (entity, "hours", "none"): hours,
        (entity, "cost", FUNCTIONAL[entity]): hours * row["cost_rate"],
        (entity, "bill", "USD"): hours * row["bill_rate"],
    }


def walk(versions: list[Row], lines: list[Row], first: datetime, last: datetime, sums: Any) -> None:
    """Add the movements of one entry after `first` up to `last`, instant by instant."""
    posts: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        if not line["external_id"].startswith("R:"):
            posts[line["erp_line_id"]].append(line)
    before, was_posted, was_approved = None, False, False
    for moment in sorted({row["known_at"] for row in versions + lines}):
        if moment > last:
            return
        row = newest(versions, moment)
        live = row and row["approval_status"] == "approved" and not row["is_deleted"]
        after = row if live else None
        shown = (newest(group, moment) for group in posts.values())
        posted = any(line and not line["is_deleted"] for line in shown)
        moves: list[tuple[str, Row, int]] = []
        if not was_posted and before is not after:
            if before and after:
                moves += [("edits", before, -1), ("edits", after, 1)]
            elif before:
                moves.append(("withdrawals", before, -1))
            elif after:
                moves.append(("re_approvals" if was_approved else "first_approvals", after, 1))
        if after and posted != was_posted:
            moves.append(("first_posts", after, -1) if posted else ("lost_posts", after, 1))
        for movement, moved, sign in moves if moment > first else ():
            for key, value in values(moved).items():
                sums[key][movement] += sign * value
        before, was_posted = after, posted
        was_approved = was_approved or bool(after)


def close(connection: duckdb.DuckDBPyConnection, project: CompiledProject, hour: int) -> None:
    """Build as of a cut of May, and keep what it closed with."""
    project.run(connection, as_of=f"{at(hour)}", period="2026-05", **ONLY_WANTED)
    assert keep_figures(connection, "reconciliation", "2026-05", at(hour), at(hour + 1))


def rollforward(
    connection: duckdb.DuckDBPyConnection, mart: str
) -> dict[tuple[str, str, str], Row]:
    cursor = connection.execute(f"select * from reconciliation.{mart}")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(r["legal_entity_id"], r["measure"], r["currency_code"]): r for r in rows}


@pytest.mark.parametrize("seed", range(4))
def test_opening_and_movements_between_two_cuts_are_those_of_the_walk(project, seed):
    rnd = random.Random(seed)
    entries = [random_entry(rnd, number) for number in range(90)]
    first, last = sorted(rnd.sample(range(20, 215), 2))
    with connect() as connection:
        lay_firm(connection, FIRM, {"files": {
            "time_entries": [row for versions, _ in entries for row in versions],
            "erp_lines": [row for _, lines in entries for row in lines],
            "workers": [{"worker_id": "W1", "worker_name": "One", "legal_entity_id": "E1"}],
            "projects": [{"project_id": p, "project_code": p, "project_name": p}
                         for p in ("P1", "P2")],
        }})  # fmt: skip
        close(connection, project, first)
        opening = {
            key: row["closing_amount"]
            for key, row in rollforward(connection, "rec_anp_rollforward").items()
        }
        project.run(connection, as_of=f"{at(last)}", period="2026-06", **ONLY_WANTED)
        found = rollforward(connection, "rec_anp_rollforward")
    sums: Any = defaultdict(lambda: defaultdict(Decimal))
    for versions, lines in entries:
        walk(versions, lines, at(first), at(last), sums)
    moved = {name for moves in sums.values() for name, amount in moves.items() if amount}
    assert moved >= set(MOVEMENTS) - {"re_approvals", "lost_posts"}
    for key in found.keys() | sums.keys():
        row = found.get(key) or defaultdict(Decimal, is_tied=True)
        assert row["is_tied"], key
        assert row["opening_amount"] == opening.get(key, 0), key
        assert row["repriced_amount"] == 0, key
        assert {name: row[f"{name}_amount"] for name in MOVEMENTS} == {
            name: sums[key][name] for name in MOVEMENTS
        }, key


def test_a_rate_that_changes_after_the_close_is_a_movement_of_its_own(project):
    entry = random_entry(random.Random(1), 1)[0][0] | {
        "known_at": at(1), "source_version": 1, "legal_entity_id": "E1", "hours": Decimal(10),
        "approval_status": "approved", "is_deleted": False, "cost_rate": 100,
        "cost_currency_code": "EUR",
    }  # fmt: skip
    rate: Row = {
        "rate_id": "r", "from_currency_code": "EUR", "to_currency_code": "USD",
        "rate_date": "2026-01-01", "rate_type": "spot",
    }  # fmt: skip
    with connect() as connection:
        lay_firm(connection, FIRM, {"files": {
            "time_entries": [entry],
            "workers": [{"worker_id": "W1", "worker_name": "One", "legal_entity_id": "E1"}],
            "projects": [{"project_id": p, "project_code": p, "project_name": p}
                         for p in ("P1", "P2")],
            "fx_rates": [
                rate | {"source_version": 1, "known_at": at(0), "fx_rate": "1.10"},
                rate | {"source_version": 2, "known_at": at(50), "fx_rate": "1.20"},
            ],
        }})  # fmt: skip
        close(connection, project, 10)
        project.run(connection, as_of=f"{at(60)}", period="2026-06", **ONLY_WANTED)
        row = rollforward(connection, "rec_anp_rollforward")["E1", "cost", "USD"]
    assert row["opening_source"] == "prior_close"
    assert (row["opening_amount"], row["repriced_amount"], row["closing_amount"]) == (
        1100, 100, 1200,
    )  # fmt: skip
    assert row["is_tied"]
