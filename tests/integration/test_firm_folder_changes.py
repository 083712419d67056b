"""Three changes of a firm by its folder alone: another time tool, another entity, another ERP.

June 2026 has 22 working days; every worker has eight approved hours on each.
"""

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.csv_firm import (
    FIRM,
    Built,
    entry,
    line_of,
    workdays,
    write_file,
    write_master,
)

JUNE = workdays(date(2026, 6, 1), date(2026, 6, 30))
MIDDLE = date(2026, 6, 15)
DAY = 8


@pytest.fixture
def folder(tmp_path):
    """The firm before any change: tool_a for both entities, all posted to legacy until the 15th."""
    (tmp_path / "firm.yml").write_text(FIRM)
    write_master(tmp_path)
    entries = june_of("W1") + june_of("W2")
    write_file(tmp_path / "tool_a", "time_entries", entries)
    posted = [line_of(row, "legacy", "tool_a") for row in entries if row["work_date"] < MIDDLE]
    write_file(tmp_path / "legacy", "erp_lines", posted)
    return tmp_path


def june_of(worker, **fields):
    return [entry(f"{worker}-{day:%d}", worker, day, **fields) for day in JUNE]


def change(folder, *pairs):
    text = (folder / "firm.yml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / "firm.yml").write_text(text)


def test_before_any_change_every_hour_goes_to_the_one_erp(folder):
    built = Built(folder)
    built.assert_conserved("352")
    assert built.hours_by("target") == {"legacy": Decimal(352)}


def test_the_time_tool_of_one_entity_is_swapped_by_date(folder):
    write_file(folder / "tool_b", "time_entries", [
        # the history that was copied over, and the work since
        entry(f"b{day:%d}", "W1", day) for day in JUNE if day >= date(2026, 6, 8)
    ])  # fmt: skip
    # tool_a is left by US01 on the 15th, but somebody still entered a day there
    left = [row for row in june_of("W1") if row["work_date"] <= MIDDLE]
    stray = entry("W1-17", "W1", date(2026, 6, 17))
    write_file(folder / "tool_a", "time_entries", [*left, stray, *june_of("W2")])
    change(
        folder,
        (
            "  - {id: legacy",
            (
                "  - {id: tool_b, vendor: csv_tables, roles: [time], options: {path: tool_b}}\n"
                "  - {id: legacy"
            ),
        ),
        (
            "time_entry: tool_a}",
            (
                "time_entry: [{system: tool_a, legal_entity: US01, to: 2026-06-15},"
                " {system: tool_b, legal_entity: US01, from: 2026-06-16},"
                " {system: tool_a, legal_entity: UK01}]}"
            ),
        ),
    )
    built = Built(folder)
    copied, kept = 6 * DAY, 22 * DAY
    built.assert_conserved(str(2 * kept + copied + DAY))
    records = "reason_code is distinct from 'NOT_SYSTEM_OF_RECORD'"
    assert built.hours_by("legal_entity_id, source_system", records) == {
        ("UK01", "tool_a"): Decimal(kept),
        ("US01", "tool_a"): Decimal(11 * DAY),
        ("US01", "tool_b"): Decimal(11 * DAY),
    }
    blocked = built.rows("""
        select entry_id, sub_status from reconciliation.rec_approved_not_posted
        where reason_code = 'NOT_SYSTEM_OF_RECORD' order by entry_id
    """)
    strangers = ["tool_a:W1-17", *(f"tool_b:b{day:02d}" for day in (8, 9, 10, 11, 12, 15))]
    assert blocked == [{"entry_id": name, "sub_status": "blocked"} for name in strangers]
    planned = built.rows("select sum(hours) as hours from posting.pst_time_postings")
    # US01 from the 15th, UK01 from the 15th: what legacy does not hold yet, once
    assert planned == [{"hours": Decimal(2 * 12 * DAY)}]


def test_an_entity_in_a_new_currency_is_added(folder):
    before = Built(folder)
    others = "select * from canonical.fct_entries where legal_entity_id != 'JP01' order by entry_id"
    write_master(folder, ("US01", "UK01", "JP01"))
    write_file(folder / "tool_a", "time_entries", june_of("W1") + june_of("W2") + june_of("W3"))
    change(
        folder,
        (
            "systems:\n",
            (
                "  - {id: JP01, name: JP, country: JP, functional_currency: JPY, time_zone: Asia/Tokyo}\n"
                "systems:\n"
            ),
        ),
    )
    after = Built(folder)
    after.assert_conserved("528")
    assert after.hours_by("legal_entity_id, target")["JP01", "legacy"] == Decimal(22 * DAY)
    assert after.rows(others) == before.rows(others)
    one = after.rows("select * from canonical.fct_entries where entry_id = 'tool_a:W3-30'")[0]
    # 8 h at 9,000.5 yen and 20,000 yen; a yen is 0.0067 dollars
    assert one["cost_amount_functional"] == Decimal(72004)
    assert (one["bill_amount_contract"], one["bill_amount_reporting"]) == (
        Decimal(160000), Decimal(1072),
    )  # fmt: skip
    assert one["reason_code"] is None
    assert {
        row["currency_code"]
        for row in after.rows(
            "select currency_code from reconciliation.rec_tie_out_identities"
            " where legal_entity_id = 'JP01' and measure in ('cost', 'bill')"
        )
    } == {"JPY"}


def split_by_date(folder):
    """US01 goes to the cloud ERP from the 16th, which has its own periods; UK01 stays."""
    write_file(folder / "cloud", "accounting_periods", [
        {"period_id": month, "accounting_period_id": month, "start_date": f"{month}-01",
         "end_date": end, "period_status": "open", "known_at": "2026-01-01"}
        for month, end in (("2026-06", "2026-06-30"), ("2026-07", "2026-07-31"))
    ])  # fmt: skip
    change(
        folder,
        (
            "ownership:",
            "  - {id: cloud, vendor: csv_tables, roles: [erp], options: {path: cloud}}\nownership:",
        ),
        (
            "  - {target: legacy, from: 2026-01-01}",
            (
                "  - {target: cloud, when: {legal_entity: US01}, from: 2026-06-16}\n"
                "  - {target: legacy, from: 2026-01-01}"
            ),
        ),
    )


def test_postings_of_one_entity_are_split_between_two_erps_by_date(folder):
    split_by_date(folder)
    built = Built(folder)
    built.assert_conserved("352")
    assert built.hours_by("legal_entity_id, target") == {
        ("UK01", "legacy"): Decimal(22 * DAY),
        ("US01", "cloud"): Decimal(11 * DAY),
        ("US01", "legacy"): Decimal(11 * DAY),
    }
    days = "select min(work_date) as first, max(work_date) as last from canonical.fct_entries"
    assert built.rows(f"{days} where target = 'cloud'") == [
        {"first": date(2026, 6, 16), "last": date(2026, 6, 30)}
    ]


def test_an_entry_keeps_the_destination_of_its_plan_and_a_correction_that_of_its_original(folder):
    split_by_date(folder)
    # posted to legacy as of the 10th, then moved to the 22nd; and planned for legacy before the split
    moved = entry(
        "W1-10", "W1", date(2026, 6, 22), known_at="2026-07-01T00:00:00Z", source_version=2
    )
    first = [row | {"source_version": 1} for row in june_of("W1")]
    write_file(folder / "tool_a", "time_entries", [*first, moved, *june_of("W2", source_version=1)])
    plan = {
        "posting_key": "acme:legacy:tool_a:W1-26:v1:cost", "entry_id": "tool_a:W1-26",
        "target": "legacy", "state": "planned", "planned_at": "2026-06-27 00:00:00",
    }  # fmt: skip
    built = Built(folder, ops={"planned_lines": [plan]})
    built.assert_conserved("352")
    found = built.rows("""
        select entry_id, target, work_date from canonical.fct_entries
        where entry_id in ('tool_a:W1-10', 'tool_a:W1-26') order by entry_id
    """)
    assert found == [
        {"entry_id": "tool_a:W1-10", "target": "legacy", "work_date": date(2026, 6, 22)},
        {"entry_id": "tool_a:W1-26", "target": "legacy", "work_date": date(2026, 6, 26)},
    ]
    assert built.hours_by("target", "legal_entity_id = 'US01'") == {
        "cloud": Decimal(10 * DAY),
        "legacy": Decimal(12 * DAY),
    }


def test_the_day_of_a_closed_ledger_waits_and_is_not_sent_to_the_other_one(folder):
    split_by_date(folder)
    write_file(folder / "legacy", "accounting_periods", [
        {"period_id": "6", "accounting_period_id": "2026-06", "start_date": "2026-06-01",
         "end_date": "2026-06-30", "period_status": "closed", "known_at": "2026-07-01"}
    ])  # fmt: skip
    built = Built(folder)
    built.assert_conserved("352")
    waiting = built.rows("""
        select entry_id, target from reconciliation.rec_approved_not_posted
        where sub_status = 'waiting_period' and legal_entity_id = 'US01'
    """)
    assert waiting == [{"entry_id": "tool_a:W1-15", "target": "legacy"}]
    assert built.hours_by("target", "reason_code = 'PERIOD_CLOSED'") == {
        # US01 on the 15th, UK01 from the 15th on, and what was posted before the close
        "legacy": Decimal((11 + 22) * DAY)
    }


def test_an_hour_without_a_rule_is_unrouted_and_still_counted(folder):
    change(folder, ("{target: legacy, from: 2026-01-01}", "{target: legacy, to: 2026-06-15}"))
    built = Built(folder)
    built.assert_conserved("352")
    assert built.hours_by("coalesce(target, 'unrouted')") == {
        "legacy": Decimal(22 * DAY),
        "unrouted": Decimal(22 * DAY),
    }
    reasons = built.rows(
        "select distinct reason_code from canonical.fct_entries where target is null"
    )
    assert reasons == [{"reason_code": "ROUTE_MISSING"}]
