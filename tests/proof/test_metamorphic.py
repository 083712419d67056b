"""What must stay equal when the input changes in a known way: P10, P13, P20, P46, P47.

No figure is stated here: two builds of related inputs are compared with each other.
"""

from __future__ import annotations

import hashlib
import random
import re
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from tests.kit.compiled import CompiledProject, compiled_project, connect
from tests.kit.firm_tables import lay_firm
from tests.proof.differential import COMPARISONS, build, figures_of
from tests.proof.random_firm import AS_OF, LEDGER, PERIOD, TOOL, Pack, Tables, pack

SEEDS = range(500, 508)
MARTS = ("canonical", "reconciliation", "posting", "kpi", "close")
AMOUNTS = ("cost_amount_functional", "bill_amount_contract", "billed_amount_contract",
           "cap_amount_contract", "bill_rate", "cost_rate", "approved_amount",
           "transaction_amount", "amount")  # fmt: skip
# amounts in other currencies are rounded again: twice the rate is not twice the rounded amount
TRANSLATED = {"bill functional", "bill reporting", "cost reporting"}
ID = re.compile(r"F\d{4}[A-Z]\d*")


@pytest.fixture(scope="module")
def project() -> CompiledProject:
    return compiled_project()


@pytest.fixture(scope="module")
def packed() -> Pack:
    return pack(SEEDS, exact=True)


@pytest.fixture(scope="module")
def figures(project, packed):
    return figures_after(project, packed, packed.tables)


def figures_after(project: CompiledProject, packed: Pack, tables: Tables) -> dict:
    """All compared figures of these tables."""
    changed = Pack(packed.firms, tables, packed.firm)
    with build(project, changed) as connection:
        return {name: figures_of(connection, name) for name in COMPARISONS}


def totals(figures: dict) -> dict:
    """The components of I1 per entity, period, measure and currency."""
    return figures["identity I1"]


def mapped(tables: Tables, change) -> Tables:
    """Every row through a function of (table, row); None drops it."""
    return {
        system: {
            table: [new for row in rows if (new := change(table, dict(row))) is not None]
            for table, rows in found.items()
        }
        for system, found in tables.items()
    }


def everything(project: CompiledProject, connection: duckdb.DuckDBPyConnection) -> dict[str, list]:
    """All rows of every mart, in a fixed order."""
    return {
        name: connection.execute(
            f"select * from {project.models[name].relation} order by all"
        ).fetchall()
        for name in project.in_folder(*MARTS)
    }


def built_whole(project: CompiledProject, packed: Pack, tables: Tables):
    connection = connect()
    lay_firm(connection, packed.firm, tables)
    project.run(connection, as_of=AS_OF, period=PERIOD, views_as_tables=True)
    return connection


@pytest.fixture(scope="module")
def whole(project, packed):
    with built_whole(project, packed, packed.tables) as connection:
        yield connection, everything(project, connection)


def test_a_second_run_changes_nothing(project, whole):
    connection, rows = whole
    assert sum(map(len, rows.values())) > 1000
    project.run(connection, as_of=AS_OF, period=PERIOD, views_as_tables=True)
    assert everything(project, connection) == rows


def test_a_report_does_not_know_what_became_known_later(project, packed, whole):
    cut = datetime.fromisoformat(AS_OF)
    later = 0

    def known(table, row):
        nonlocal later
        is_later = row.get("known_at") is not None and row["known_at"] > cut
        later += is_later
        return None if is_later else row

    with built_whole(project, packed, mapped(packed.tables, known)) as connection:
        found = everything(project, connection)
    assert later > 20
    for name, rows in whole[1].items():
        assert found[name] == rows, name


def test_the_order_and_the_repetition_of_readings_change_no_figure(project, packed, whole, figures):
    dice = random.Random(13)
    shuffled = {
        system: {table: dice.sample(rows, len(rows)) for table, rows in found.items()}
        for system, found in packed.tables.items()
    }
    with built_whole(project, packed, shuffled) as connection:
        found = everything(project, connection)
    for name, rows in whole[1].items():
        assert found[name] == rows, name
    for found_tables in shuffled.values():
        for rows in found_tables.values():
            again = [row for row in rows if dice.random() < 0.3]
            rows += [{**row, "_version": 10**15} for row in again]
    assert figures_after(project, packed, shuffled) == figures


def test_twice_the_rates_are_twice_the_money_and_the_same_hours(project, packed, figures):
    def doubled(table, row):
        for name in AMOUNTS:
            if row.get(name) is not None:
                row[name] = str(Decimal(str(row[name])) * 2)
        return row

    found = figures_after(project, packed, mapped(packed.tables, doubled))
    for name, before in figures.items():
        assert before, name
        assert {k: v for k, v in found[name].items() if not TRANSLATED & set(k)} == {
            key: amount * (1 if "hours" in key else 2)
            for key, amount in before.items()
            if not TRANSLATED & set(key)
        }, name


def renamed(text: str) -> str:
    """Other ids that sort in another order; the entity keeps its letter."""
    return ID.sub(lambda found: "N" + hashlib.md5(found.group().encode()).hexdigest()[:12], text)


def test_other_ids_change_no_figure(project, packed, figures):
    tables = mapped(
        packed.tables,
        lambda table, row: {
            name: renamed(value) if isinstance(value, str) else value for name, value in row.items()
        },
    )
    firm = packed.firm.model_copy(
        update={
            "entities": [
                entity.model_copy(update={"id": renamed(entity.id)})
                for entity in packed.firm.entities
            ]
        }
    )
    firm.attach(packed.firm.folder, {})
    found = figures_after(project, Pack(packed.firms, tables, firm), tables)
    for name, before in figures.items():
        assert found[name] == {
            tuple(renamed(part) if isinstance(part, str) else part for part in key): amount
            for key, amount in before.items()
        }, name


def test_an_entry_of_no_hours_changes_no_sum(project, packed, figures):
    tables = mapped(packed.tables, lambda table, row: row)
    entries = tables[TOOL]["time_entries"]
    approved = next(row for row in entries if row["approval_status"] == "approved")
    known = datetime(2026, 6, 1)
    entries.append({**approved, "entry_id": "EMPTY", "hours": "0", "known_at": known})
    found = figures_after(project, packed, tables)
    assert totals(found) == totals(figures)
    assert found["posted_not_billed"] == figures["posted_not_billed"]
    assert found["approved_not_posted"].keys() - figures["approved_not_posted"].keys() == {
        ("tool:EMPTY", measure) for measure in ("hours", "cost", "bill")
    }


SPLIT = ("time_entries", "expense_items", "erp_lines", "billing_allocations", "billing_adjustments")


def halves(table, row, number):
    """One half of an entry, or of a line of it."""
    half = dict(row)
    for name in ("hours", "cost_amount_functional", "bill_amount_contract", "amount",
                 "billed_amount_contract", "approved_amount", "transaction_amount"):  # fmt: skip
        if half.get(name) is not None:
            half[name] = str(Decimal(str(half[name])) / 2)
    if table in {"time_entries", "expense_items"}:
        half["entry_id"] = f"{row['entry_id']}h{number}"
    elif table == "erp_lines":
        half["erp_line_id"] = f"{row['erp_line_id']}h{number}"
        if row.get("entry_id"):
            half["entry_id"] = f"{row['entry_id']}h{number}"
        if row.get("external_id") and ":v" in row["external_id"]:
            parts = row["external_id"].split(":")
            parts[-3] += f"h{number}"
            half["external_id"] = ":".join(parts)
    elif table in {"billing_allocations", "billing_adjustments"}:
        key = f"{table.removeprefix('billing_').removesuffix('s')}_id"
        half[key] = f"{row[key]}h{number}"
        half["erp_line_id"] = f"{row['erp_line_id']}h{number}"
    return half


def test_two_halves_are_the_whole(project, packed, figures):
    """Exact here, because the rates of this pack leave nothing to round."""
    tables = {
        system: {
            table: [halves(table, row, number) for row in rows for number in (1, 2)]
            if table in SPLIT
            else rows
            for table, rows in found.items()
        }
        for system, found in packed.tables.items()
    }
    assert len(tables[LEDGER]["erp_lines"]) == 2 * len(packed.tables[LEDGER]["erp_lines"])
    found = figures_after(project, packed, tables)
    assert totals(found) == totals(figures)
    assert sum(found["posted_not_billed"].values()) == sum(figures["posted_not_billed"].values())
