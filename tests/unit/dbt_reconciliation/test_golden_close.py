"""The golden close, worked out by hand: every figure of the reference case at both cuts.

Ten entries of three entities in three currencies. What each entry is for stands beside it. The
canonical tables hold what is known at the cut; the expected figures are those of the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.unit.dbt_reconciliation.small_warehouse import Row, SmallWarehouse, entry, line

CLOSE, LATER = "2026-07-03 23:59:59.999999", "2026-07-10 23:59:59.999999"
# record, entity, worker, project, work date, bill rate in USD, cost rate, first known on
ENTRIES = (
    ("T01", "US01", "W1", "P1", date(2026, 6, 8), "200", "95", date(2026, 6, 9)),
    ("T02", "UK01", "W2", "P1", date(2026, 6, 9), "185", "61.5", date(2026, 6, 10)),
    ("T03", "IN01", "W3", "P1", date(2026, 6, 10), "75", "1450", date(2026, 6, 11)),
    ("T04", "US01", "W1", "P1", date(2026, 6, 15), "200", "95", date(2026, 6, 16)),
    ("T05", "UK01", "W2", "P1", date(2026, 6, 16), "185", "61.5", date(2026, 6, 17)),
    ("T06", "IN01", "W3", "P1", date(2026, 6, 17), "75", "1450", date(2026, 6, 18)),
    ("T07", "US01", "W4", "P1", date(2026, 6, 30), "150", "80", date(2026, 7, 6)),
    ("T08", "UK01", "W2", "P3", date(2026, 6, 29), "185", "61.5", date(2026, 6, 30)),
    ("T09", "US01", "W4", "INT", date(2026, 6, 22), "0", "80", date(2026, 6, 23)),
    ("T10", "US01", "W1", "P1", date(2026, 6, 23), "200", "95", date(2026, 6, 24)),
)
HOURS = {"T02": "7.5", "T03": "9", "T04": "6", "T07": "5", "T08": "4", "T09": "3"}
# external id, entry, version, project, hours, known on, accounting period
LINES = (
    ("p:T01:1", "T01", 1, "P1", "8", date(2026, 6, 10), "2026-06"),
    ("p:T02:1", "T02", 1, "P1", "7.5", date(2026, 6, 11), "2026-06"),
    ("p:T04:1", "T04", 1, "P1", "8", date(2026, 6, 17), "2026-06"),
    ("p:T05:1", "T05", 1, "P1", "8", date(2026, 6, 18), "2026-06"),
    ("p:T06:1", "T06", 1, "P1", "8", date(2026, 6, 19), "2026-06"),
    ("p:T09:1", "T09", 1, "INT", "3", date(2026, 6, 24), "2026-06"),
    ("p:T10:1", "T10", 1, "P1", "8", date(2026, 6, 25), "2026-06"),
    ("p:T10:1#dup", "T10", 1, "P1", "8", date(2026, 6, 25), "2026-06"),
    ("r:p:T04:1", "T04", 1, "P1", "-8", date(2026, 7, 6), "2026-07"),
    ("p:T04:2", "T04", 2, "P1", "6", date(2026, 7, 6), "2026-07"),
    ("r:p:T05:1", "T05", 1, "P1", "-8", date(2026, 7, 6), "2026-07"),
    ("p:T05:2", "T05", 2, "P2", "8", date(2026, 7, 6), "2026-07"),
    ("r:p:T06:1", "T06", 1, "P1", "-8", date(2026, 7, 6), "2026-07"),
    ("p:T03:1", "T03", 1, "P1", "9", date(2026, 7, 5), "2026-07"),
    ("p:T07:1", "T07", 1, "P1", "5", date(2026, 7, 7), "2026-07"),
)
# entity, figure: hours, bill value in USD, cost in functional currency
EXPECTED = {
    CLOSE: {
        ("IN01", "approved_not_posted"): ("9", "675.00", "13050.00"),
        ("IN01", "to_reverse"): ("8", "600.00", "11600.00"),
        ("IN01", "approved"): ("9", "675.00", "13050.00"),
        ("IN01", "posted"): ("8", "600.00", "11600.00"),
        ("IN01", "posted_not_billed"): ("8", "600.00", "11600.00"),
        ("UK01", "approved_not_posted"): ("4", "740.00", "246.00"),
        ("UK01", "to_post"): ("8", "1480.00", "492.00"),
        ("UK01", "to_reverse"): ("8", "1480.00", "492.00"),
        ("UK01", "approved"): ("19.5", "3607.50", "1199.25"),
        ("UK01", "posted"): ("15.5", "2867.50", "953.25"),
        ("UK01", "posted_not_billed"): ("15.5", "2867.50", "953.25"),
        ("US01", "to_reverse"): ("2", "400.00", "190.00"),
        ("US01", "approved"): ("25", "4400.00", "2330.00"),
        ("US01", "duplicate"): ("8", "1600.00", "760.00"),
        ("US01", "orphan"): ("2", "400.00", "0"),
        ("US01", "posted"): ("37", "6800.00", "3280.00"),
        ("US01", "posted_not_billed"): ("16", "3200.00", "1520.00"),
    },
    LATER: {
        ("IN01", "approved"): ("9", "675.00", "13050.00"),
        ("IN01", "posted"): ("9", "675.00", "13050.00"),
        ("IN01", "posted_not_billed"): ("9", "675.00", "13050.00"),
        ("UK01", "approved_not_posted"): ("4", "740.00", "246.00"),
        ("UK01", "approved"): ("19.5", "3607.50", "1199.25"),
        ("UK01", "posted"): ("15.5", "2867.50", "953.25"),
        ("UK01", "posted_not_billed"): ("15.5", "2867.50", "953.25"),
        ("US01", "approved"): ("30", "5150.00", "2730.00"),
        ("US01", "duplicate"): ("8", "1600.00", "760.00"),
        ("US01", "orphan"): ("2", "400.00", "0"),
        ("US01", "posted"): ("40", "7150.00", "3490.00"),
        ("US01", "posted_not_billed"): ("19", "3550.00", "1730.00"),
    },
}


def rates(record: str) -> tuple[Decimal, Decimal]:
    found = next(row for row in ENTRIES if row[0] == record)
    return Decimal(found[5]), Decimal(found[6])


def golden_entries(cut: date) -> list[Row]:
    rows = []
    for record, entity, worker, project, day, bill, cost, known_on in ENTRIES:
        if known_on > cut:
            continue
        hours = Decimal(HOURS.get(record, "8"))
        is_changed = record in {"T04", "T05", "T06"}
        rows.append(entry(
            record, entity, worker_id=worker, project_id="P2" if record == "T05" else project,
            source_version=2 if is_changed else 1, work_date=day, hours=hours,
            approval_status="rejected" if record == "T06" else "approved",
            is_effective=record != "T06", is_billable=record != "T09",
            cost_amount_functional=hours * Decimal(cost), bill_amount_contract=hours * Decimal(bill),
            bill_amount_reporting=hours * Decimal(bill),
            approved_at=datetime.combine(known_on, datetime.min.time()),
        ))  # fmt: skip
    return rows


def golden_lines(cut: date, entries: list[Row]) -> list[Row]:
    by_record = {row["source_record_id"]: row for row in entries}
    known = [row for row in LINES if row[5] <= cut]
    taken_back = {row[0][2:] for row in known if row[0].startswith("r:")}
    rows = [line(
        "manual:JE77", external_id=None, project_id="P1", hours=Decimal(2), line_class="orphan",
        class_detail="manual_journal", cost_amount_functional=Decimal(0),
        bill_amount_contract=Decimal(400), accounting_date=date(2026, 6, 28),
    )]  # fmt: skip
    for external_id, record, version, project, hours, known_on, period in known:
        bill, cost = rates(record)
        posted = by_record[record]
        is_duplicate = external_id.endswith("#dup")
        rows.append(line(
            external_id, posted, external_id=external_id, source_version=version,
            project_id=project, hours=Decimal(hours), is_billable=record != "T09",
            cost_amount_functional=Decimal(hours) * cost,
            bill_amount_contract=Decimal(hours) * bill, accounting_period_id=period,
            is_reversal=external_id.startswith("r:"), is_reversed=external_id in taken_back,
            line_class="duplicate" if is_duplicate else "matched",
            class_detail="same_entry_version" if is_duplicate else "external_id",
            posted_at=datetime.combine(known_on, datetime.min.time()),
        ))  # fmt: skip
    return rows


@pytest.fixture(scope="module", params=[CLOSE, LATER], ids=["at_the_close", "a_week_later"])
def golden(
    request: pytest.FixtureRequest, new_warehouse: Callable[[], SmallWarehouse]
) -> tuple[str, SmallWarehouse]:
    cut = datetime.fromisoformat(request.param).date()
    warehouse = new_warehouse()
    entries = golden_entries(cut)
    warehouse.insert("canonical.fct_entries", entries)
    warehouse.insert("canonical.fct_erp_postings", golden_lines(cut, entries))
    warehouse.insert("canonical.fct_billing_allocations", [{
        "allocation_id": "1", "source_system": "files", "posting_line_id": "erp:p:T01:1",
        "entry_id": "files:T01", "invoice_id": "INV-1", "invoice_number": "INV-1",
        "invoice_date": date(2026, 6, 28), "is_issued": True, "hours": Decimal(8),
        "billed_amount_contract": Decimal(1600), "contract_currency_code": "USD",
        "known_at": datetime(2026, 6, 28),
    }])  # fmt: skip
    return request.param, warehouse.built(request.param)


def test_every_figure_of_the_reference_comes_out(golden: tuple[str, SmallWarehouse]) -> None:
    cut, warehouse = golden
    found = {
        (row["legal_entity_id"], row["figure"]): (row["hours"], row["bill"], row["cost"])
        for row in warehouse.rows("""
            select legal_entity_id, figure, sum(hours) as hours,
                sum(bill_amount_contract) as bill, sum(cost_amount_functional) as cost
            from close.rpt_period_summary
            group by legal_entity_id, figure
            having sum(hours) != 0 or sum(bill_amount_contract) != 0
        """)
    }
    assert found == {
        key: tuple(Decimal(figure) for figure in figures) for key, figures in EXPECTED[cut].items()
    }


def test_every_identity_ties_and_no_measure_is_missing(golden: tuple[str, SmallWarehouse]) -> None:
    _, warehouse = golden
    rows = warehouse.rows("select * from close.rpt_period_tie_out")
    assert all(row["is_tied"] and row["difference"] == 0 for row in rows)
    assert {
        (row["legal_entity_id"], row["measure"]) for row in rows if row["identity_id"] == "I1"
    } == {
        (entity, measure) for entity in ("US01", "UK01", "IN01")
        for measure in ("hours", "cost", "bill")
    }  # fmt: skip


def test_what_is_adjusted_says_why_and_stays_unbilled_until_it_is_repaired(
    golden: tuple[str, SmallWarehouse],
) -> None:
    cut, warehouse = golden
    reasons = {
        (row["entry_id"], row["reason_code"])
        for row in warehouse.rows("select * from reconciliation.rec_adjusted_not_reclassified")
    }
    pending = {
        row["external_id"]
        for row in warehouse.rows("select * from reconciliation.rec_posted_not_billed")
        if row["billing_status"] == "pending_reversal"
    }
    if cut == LATER:
        assert not reasons
        assert not pending
        return
    assert reasons == {
        ("files:T04", "HOURS_CHANGED"), ("files:T05", "PROJECT_CHANGED"), ("files:T06", "UNAPPROVED"),
    }  # fmt: skip
    assert pending == {"p:T04:1", "p:T05:1", "p:T06:1"}


def test_late_work_shows_its_work_period_and_the_period_that_it_was_booked_in(
    golden: tuple[str, SmallWarehouse],
) -> None:
    cut, warehouse = golden
    late = warehouse.rows("""
        select external_id, work_date, work_period_id, accounting_period_id
        from reconciliation.rec_chargeable_postings where is_late_entry
    """)
    expected = [] if cut == CLOSE else ["p:T03:1", "p:T04:2", "p:T05:2", "p:T07:1"]
    assert sorted(row["external_id"] for row in late) == expected
