"""A few hundred random entries and lines: the marts against a reckoning in plain integers.

The reckoning beside the SQL is written from the definitions alone: approved minus posted per
entry and dimensions. Then single rows are spoilt by hand and the conservation tests must notice.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from tests.unit.dbt_reconciliation.small_warehouse import (
    FUNCTIONAL,
    Row,
    SmallWarehouse,
    entry,
    line,
)

K = "2026-07-03 12:00:00"
ENTRY_COUNT = 300
ENTITIES = ("US01", "UK01", "IN01")
PERIODS = ("2026-05", "2026-06")
Dimensions = tuple[str, str, str, str, bool]


@dataclass
class Case:
    """Random entries and lines."""

    entries: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)


def version_of(dice: random.Random, record: str, number: int) -> Row:
    entity, period = dice.choice(ENTITIES), dice.choice(PERIODS)
    hours = Decimal(dice.randint(1, 48)) / 4
    is_billable = dice.random() < 0.8
    is_effective = dice.random() < 0.9
    return entry(
        record, entity, source_version=number, worker_id=f"W{dice.randint(1, 5)}",
        project_id=f"P{dice.randint(1, 6)}", hours=hours, is_billable=is_billable,
        cost_amount_functional=hours * dice.choice((95, 62, 1450)),
        bill_amount_contract=hours * dice.choice((200, 185, 75)) if is_billable else Decimal(0),
        contract_currency_code=dice.choice(("USD", "EUR")), work_date=date(2026, int(period[5:]), 3),
        accounting_period_id=period, is_effective=is_effective,
        approval_status="approved" if is_effective else "rejected",
    )  # fmt: skip


def random_case(seed: int) -> Case:
    dice = random.Random(seed)
    case = Case()
    for number in range(ENTRY_COUNT):
        versions = [version_of(dice, str(number), count + 1) for count in range(dice.randint(1, 3))]
        case.entries.append(versions[-1])
        for posted in versions[: dice.randint(0, len(versions))]:
            key = f"{number}.{posted['source_version']}"
            is_reversed = posted is not versions[-1] and dice.random() < 0.7
            case.lines.append(line(key, posted, is_reversed=is_reversed))
            if is_reversed:
                minus = {name: -posted[name] for name in
                         ("hours", "cost_amount_functional", "bill_amount_contract")}  # fmt: skip
                case.lines.append(line(f"R{key}", posted, is_reversal=True, **minus))
            if dice.random() < 0.05:
                case.lines.append(line(f"D{key}", posted, line_class="duplicate",
                                       class_detail="same_entry_version"))  # fmt: skip
        if dice.random() < 0.03:
            stray = version_of(dice, f"x{number}", 1)
            case.lines.append(line(f"O{number}", stray, entry_id=None, line_class="orphan",
                                   class_detail="manual_journal"))  # fmt: skip
    return case


def cents(amount: Decimal) -> int:
    return int(amount * 10_000)


def dimensions(row: Row, period: str) -> Dimensions:
    place = row["legal_entity_id"], row["worker_id"], row["project_id"], row[period]
    return (*place, row["is_billable"])


@dataclass
class Reckoning:
    """What the definitions say, in ten-thousandths."""

    owed: set[str]
    gaps: dict[tuple[str, str, Dimensions, str], int]
    left: Counter[tuple[str, str, str, str]]


def reckon(case: Case) -> Reckoning:
    matched = [row for row in case.lines if row["line_class"] == "matched"]
    posted = {row["entry_id"] for row in matched}
    approved = [row for row in case.entries if row["is_effective"]]
    gaps: dict[tuple[str, str, Dimensions, str], int] = defaultdict(int)
    legs = (("cost", "cost_amount_functional", "functional_currency_code"),
            ("bill", "bill_amount_contract", "contract_currency_code"))  # fmt: skip
    left: Counter[tuple[str, str, str, str]] = Counter()
    for rows, sign, period in (
        (approved, 1, "accounting_period_id"),
        (case.lines, -1, "work_period_id"),
    ):
        for row in rows:
            place = (row["legal_entity_id"], row[period])
            left[(*place, "hours", "none")] += sign * cents(row["hours"])
            for leg, amount, currency in legs:
                left[(*place, leg, row[currency])] += sign * cents(row[amount])
    for rows, sign, period in (
        (approved, 1, "accounting_period_id"),
        (matched, -1, "work_period_id"),
    ):
        for row in rows:
            if row["entry_id"] in posted:
                for leg, amount, currency in legs:
                    where = (row["entry_id"], leg, dimensions(row, period), row[currency])
                    gaps[where] += sign * cents(row[amount])
    return Reckoning(
        {row["entry_id"] for row in approved} - posted,
        {where: gap for where, gap in gaps.items() if gap},
        Counter({where: amount for where, amount in left.items() if amount}),
    )


@pytest.fixture(scope="module")
def case() -> Case:
    return random_case(20260601)


@pytest.fixture(scope="module")
def warehouse(case: Case, new_warehouse: Callable[[], SmallWarehouse]) -> SmallWarehouse:
    filled = new_warehouse()
    filled.insert("canonical.fct_entries", case.entries)
    filled.insert("canonical.fct_erp_postings", case.lines)
    return filled.built(K)


def test_the_random_case_has_something_of_everything(case: Case) -> None:
    reckoning = reckon(case)
    assert min(len(reckoning.owed), len(reckoning.gaps), len(FUNCTIONAL)) > 0
    assert {row["line_class"] for row in case.lines} == {"matched", "duplicate", "orphan"}


def test_what_is_owed_equals_the_reckoning(case: Case, warehouse: SmallWarehouse) -> None:
    rows = warehouse.rows("select entry_id from reconciliation.rec_approved_not_posted")
    assert {row["entry_id"] for row in rows} == reckon(case).owed


def test_every_gap_equals_the_reckoning_to_the_cent(case: Case, warehouse: SmallWarehouse) -> None:
    rows = warehouse.rows("""
        select *, amount_to_post - amount_to_reverse as gap
        from reconciliation.rec_adjusted_not_reclassified
        where amount_to_post != 0 or amount_to_reverse != 0
    """)
    found = {
        (row["entry_id"], row["leg"], dimensions(row, "accounting_period_id"), row["currency_code"]):
        cents(row["gap"])
        for row in rows
    }  # fmt: skip
    assert found == reckon(case).gaps


def test_every_identity_equals_the_reckoning(case: Case, warehouse: SmallWarehouse) -> None:
    rows = warehouse.rows(
        "select * from reconciliation.rec_tie_out_identities where identity_id = 'I1'"
    )
    assert all(row["is_tied"] for row in rows)
    found = Counter({
        (row["legal_entity_id"], row["accounting_period_id"], row["measure"], row["currency_code"]):
        cents(row["left_amount"])
        for row in rows if row["left_amount"]
    })  # fmt: skip
    assert found == reckon(case).left


def test_the_same_input_gives_the_same_marts_again(warehouse: SmallWarehouse) -> None:
    digest = """
        select md5(string_agg(cast(marts as varchar), '' order by exception_id)) as digest
        from close.fct_exceptions as marts
    """
    before = warehouse.rows(digest)
    warehouse.build(K)
    assert warehouse.rows(digest) == before


SPOILT = {
    "every_effective_entry_is_posted_or_owed":
    "delete from reconciliation.rec_approved_not_posted where entry_id ="
    " (select min(entry_id) from reconciliation.rec_approved_not_posted)",
    "every_erp_line_has_one_class":
    "delete from reconciliation.rec_orphan_postings where posting_line_id ="
    " (select min(posting_line_id) from reconciliation.rec_orphan_postings)",
    "no_component_is_one_sided":
    "delete from reconciliation.rec_tie_out_identities where measure = 'cost'",
    "every_identity_ties":
    "update reconciliation.rec_tie_out_identities set is_tied = false where measure = 'bill'",
    "no_entry_is_multiplied":
    "insert into close.fct_transaction_trace select * from close.fct_transaction_trace"
    " where entry_id = 'files:1'",
    "every_exception_has_a_reason_and_an_owner":
    "update close.fct_exceptions set owner_role = null where mart = 'rec_orphan_postings'",
}  # fmt: skip


def test_a_mart_that_loses_its_rows_breaks_the_identity(warehouse: SmallWarehouse) -> None:
    warehouse.execute("delete from reconciliation.rec_duplicate_postings")
    warehouse.build(K, "rec_tie_out_components", "rec_tie_out_identities")
    broken = warehouse.rows(
        "select reason_code from reconciliation.rec_tie_out_identities where not is_tied"
    )
    assert {row["reason_code"] for row in broken} == {"IDENTITY_BROKEN"}
    warehouse.built(K)


@pytest.mark.parametrize("noticed_by", SPOILT)
def test_a_spoilt_row_is_noticed_by_the_conservation_test_for_it(
    warehouse: SmallWarehouse, noticed_by: str
) -> None:
    sql = SPOILT[noticed_by]
    table = sql.split()[1 if sql.startswith("update") else 2]
    warehouse.execute(f"create or replace table main.kept as select * from {table}")
    warehouse.execute(sql)
    try:
        assert noticed_by in warehouse.failing(K, noticed_by)
    finally:
        warehouse.execute(f"delete from {table}")
        warehouse.execute(f"insert into {table} select * from main.kept")
