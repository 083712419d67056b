"""The exception list: one row per thing that is wrong, with owner, due date and state.

One small warehouse holds one case of each kind; what must be said of each stands in its test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.unit.dbt_reconciliation.small_warehouse import Row, SmallWarehouse, entry, line

K = "2026-07-03 06:00:00"  # a Friday
THURSDAY, WEDNESDAY = datetime(2026, 7, 2, 12), datetime(2026, 7, 1, 12)


def ledger_line(record: str, state: str, **fields: object) -> Row:
    return {
        "posting_key": f"meridian:netsuite:files:{record}:v1:cost", "batch_id": "b1",
        "target": "netsuite", "entry_id": f"files:{record}", "source_system": "files",
        "source_record_id": record, "source_version": 1, "leg": "cost", "state": state,
        "accounting_date": date(2026, 6, 8), "amount": Decimal(760), "currency_code": "USD",
        "hours": Decimal(8), "planned_at": THURSDAY,
    } | fields  # fmt: skip


@pytest.fixture(scope="module")
def firm(new_warehouse: Callable[[], SmallWarehouse]) -> SmallWarehouse:
    warehouse = new_warehouse()
    fresh = entry("fresh", approved_at=THURSDAY)
    late = entry("late", approved_at=WEDNESDAY)
    gated = entry("gated", approved_at=THURSDAY)
    fixed = entry("fixed", approved_at=WEDNESDAY)
    lost = entry("lost", approved_at=WEDNESDAY)
    rate = entry(
        "rate", bill_amount_contract=Decimal(1760), cost_amount_functional=Decimal(800),
        known_at=datetime(2026, 7, 3, 1),
    )  # fmt: skip
    warehouse.insert("canonical.fct_entries", [fresh, late, gated, fixed, lost, rate])
    was = entry("rate")
    warehouse.insert("canonical.fct_erp_postings", [
        line("1", fixed, posted_at=datetime(2026, 7, 2, 13), erp_system="netsuite",
             posting_key="meridian:netsuite:files:fixed:v1:cost"),
        line("2", was),
        line("3", line_class="orphan", class_detail="manual_journal", external_id=None,
             posted_at=datetime(2026, 6, 26, 12)),
    ])  # fmt: skip
    warehouse.insert("canonical.fct_posting_lines", [
        ledger_line("fixed", "acked", acked_at=THURSDAY, proven_at=THURSDAY, is_proven=True),
        ledger_line("lost", "acked", acked_at=THURSDAY),
    ])  # fmt: skip
    warehouse.insert("canonical.fct_posting_batches", [{
        "batch_id": "b1", "target": "netsuite", "period_id": "2026-06", "state": "acked",
        "line_count": 2, "control_hours": Decimal(16), "control_amount": Decimal(1520),
        "gate_passed": True, "created_at": THURSDAY,
    }, {
        "batch_id": "b2", "target": "tryton_uk", "period_id": "2026-06", "state": "void",
        "line_count": 0, "gate_passed": False, "created_at": THURSDAY,
    }])  # fmt: skip
    warehouse.insert("canonical.fct_posting_batch_states", [{
        "batch_state_id": "b1:acked:USD", "batch_id": "b1", "legal_entity_id": "US01",
        "period_id": "2026-06", "state": "acked", "currency_code": "USD", "line_count": 2,
        "hours": Decimal(16), "amount": Decimal(1520), "created_at": THURSDAY,
    }])  # fmt: skip
    finding = {"severity": "error", "rule": "hours", "reason_code": "HOURS_OUT_OF_RANGE",
               "found_at": THURSDAY, "batch_id": "b1"}  # fmt: skip
    warehouse.insert("canonical.fct_gate_findings", [
        finding | {"finding_id": "1", "posting_key": "meridian:netsuite:files:gated:v1:cost",
                   "detail": "26 hours on one day"},
        finding | {"finding_id": "2", "posting_key": "meridian:netsuite:files:fixed:v1:cost"},
        finding | {"finding_id": "3", "posting_key": None, "batch_id": "b2",
                   "reason_code": "GATE_ERROR", "detail": "the check raised"},
    ])  # fmt: skip
    warehouse.insert("canonical.fct_quarantined_records", [
        {"quarantine_id": "files:entries:9:KEY_MISSING", "source_system": "files",
         "table_name": "entries", "source_record_id": "9", "reason_code": "KEY_MISSING",
         "detail": "entries.csv:9", "known_at": THURSDAY},
        {"quarantine_id": "files:entries:rate:TYPE_INVALID", "source_system": "files",
         "table_name": "entries", "source_record_id": "rate", "reason_code": "TYPE_INVALID",
         "detail": "entries.csv:7", "known_at": THURSDAY},
    ])  # fmt: skip
    return warehouse.built(K)


@pytest.fixture(scope="module")
def exceptions(firm: SmallWarehouse) -> dict[tuple[str, str], Row]:
    rows = firm.rows("select * from close.fct_exceptions")
    return {(row["subject_id"], row["reason_code"]): row for row in rows}


def test_each_thing_that_is_wrong_is_listed_once_and_nothing_else_is(
    exceptions: dict[tuple[str, str], Row], firm: SmallWarehouse
) -> None:
    assert set(exceptions) == {
        ("files:late", "NOT_YET_POSTED"),
        ("files:gated", "HOURS_OUT_OF_RANGE"),
        ("files:fixed", "HOURS_OUT_OF_RANGE"),
        ("files:lost", "READ_BACK_MISSING"),
        ("files:rate", "RATE_CHANGED"),
        ("files:rate", "COST_RATE_CHANGED"),
        ("erp:3", "MANUAL_JOURNAL"),
        ("b2", "GATE_ERROR"),
        ("files:entries:9:KEY_MISSING", "KEY_MISSING"),
        ("files:entries:rate:TYPE_INVALID", "TYPE_INVALID"),
    }
    assert len(firm.rows("select * from close.fct_exceptions")) == len(exceptions)


def test_what_was_solved_is_closed_and_the_rest_is_open(
    exceptions: dict[tuple[str, str], Row],
) -> None:
    closed = {key for key, row in exceptions.items() if row["status"] == "closed"}
    assert closed == {
        ("files:fixed", "HOURS_OUT_OF_RANGE"),
        ("files:entries:rate:TYPE_INVALID", "TYPE_INVALID"),
    }


def test_the_mart_gives_the_money_and_the_gate_the_words(
    exceptions: dict[tuple[str, str], Row],
) -> None:
    gated = exceptions["files:gated", "HOURS_OUT_OF_RANGE"]
    assert gated["mart"] == "rec_approved_not_posted"
    assert gated["amount_at_risk_reporting"] == Decimal(1600)
    assert gated["detail"] == "26 hours on one day"
    assert gated["owner_role"] == "project_manager"
    assert exceptions["files:rate", "RATE_CHANGED"]["amount_at_risk_reporting"] == Decimal(160)
    assert exceptions["files:rate", "COST_RATE_CHANGED"]["amount_at_risk_reporting"] == 0


def test_due_dates_count_business_days_of_the_reason(
    exceptions: dict[tuple[str, str], Row],
) -> None:
    # approved Wednesday, one business day: due when Thursday ends
    late = exceptions["files:late", "NOT_YET_POSTED"]
    assert late["due_at"] == datetime(2026, 7, 3)
    assert late["is_overdue"] is True
    # journal of Friday 26 June, two business days: due when Tuesday 30 June ends
    journal = exceptions["erp:3", "MANUAL_JOURNAL"]
    assert journal["due_at"] == datetime(2026, 7, 1)
    assert journal["aging_business_days"] == 5
    assert journal["aging_bucket"] == "4-7"
    # changed on Thursday evening in New York: due when Monday ends
    rate = exceptions["files:rate", "RATE_CHANGED"]
    assert rate["due_at"] == datetime(2026, 7, 7)
    assert rate["is_overdue"] is False


def test_ids_are_stable_and_say_the_same_in_mart_and_list(firm: SmallWarehouse) -> None:
    strays = firm.rows("""
        select marts.exception_id from reconciliation.rec_adjusted_not_reclassified as marts
        left join close.fct_exceptions as listed on marts.exception_id = listed.exception_id
        where listed.exception_id is null
    """)
    assert not strays
    found = firm.rows("""
        select exception_id = md5('approve|x|Y') as is_same, md5('post|files:late|NOT_YET_POSTED')
            as expected, exception_id from reconciliation.rec_approved_not_posted
        where entry_id = 'files:late'
    """)
    assert found[0]["exception_id"] == found[0]["expected"]


def test_the_trace_follows_an_entry_from_approval_to_the_erp(firm: SmallWarehouse) -> None:
    (trace,) = firm.rows("select * from close.fct_transaction_trace where entry_id = 'files:fixed'")
    assert trace["ledger_state"] == "acked"
    assert trace["erp_line_id"] == "1"
    assert trace["approved_at"] == WEDNESDAY
    assert trace["planned_at"] == trace["acked_at"] == THURSDAY
    assert trace["posted_at"] == datetime(2026, 7, 2, 13)
    assert trace["is_proven"] is True
    assert trace["invoice_number"] is None


def test_what_was_posted_is_told_per_batch_and_currency(firm: SmallWarehouse) -> None:
    rows = firm.rows("select * from close.rpt_posted_in_run order by batch_id")
    assert [(row["target"], row["currency_code"], row["acked_count"]) for row in rows] == [
        ("netsuite", "USD", 2), ("tryton_uk", "none", 0),
    ]  # fmt: skip
    assert rows[0]["acked_amount"] == Decimal(1520)
    assert rows[0]["proven_count"] == 1


def test_ages_of_the_report_add_up_to_the_marts(firm: SmallWarehouse) -> None:
    (total,) = firm.rows("""
        select sum(row_count) as row_count, sum(hours) as hours
        from close.rpt_aging where mart = 'rec_approved_not_posted'
    """)
    assert total == {"row_count": 4, "hours": Decimal(32)}
