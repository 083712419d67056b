"""A firm that posts by worker, week and project: lines of several entries, from files to files.

The candidates are what the models say, the posting step and its ledger are the real ones, and the
ERP shows its lines as a file. Whatever happens to single entries, each approved entry stands in one
line, and the books tie out.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.integration.csv_firm import FIRM, Built, entry, write_file, write_master
from tests.nasty.posting_kit import World
from tieout.domain.keys import REVERSAL
from tieout.posting.candidates import read_candidates
from tieout.posting.ledger_export import export_ledger
from tieout.posting.ledger_manifests import all_members, keys_with_member
from tieout.posting.members import read_members
from tieout.posting.seal import MEMBERS
from tieout.posting.standing import planned_lines

SUMMED = ("hours", "cost_amount_functional", "bill_amount_contract")
LINE = (
    "legal_entity_id", "worker_id", "project_id", "work_date", "accounting_date", *SUMMED,
    "functional_currency_code", "contract_currency_code",
)  # fmt: skip


def worked(name, worker, day, **fields):
    return entry(name, worker, date(2026, 6, day), source_version=1, **fields)


def then(row, version, day, **fields):
    """A later version, known on a day of July."""
    return row | {"source_version": version, "known_at": f"2026-07-{day:02}T08:00:00Z"} | fields


class Installation:
    """The firm's files, the ERP and the ledger."""

    def __init__(self, folder):
        self.folder, self.rows, self.day = folder, [], 2
        (folder / "firm.yml").write_text(
            FIRM.replace("from: 2026-01-01}", "from: 2026-01-01, grain: worker_week_project}")
        )
        write_master(folder)
        self.world = World(folder / "posting", target="legacy")

    def build(self):
        """Everything as files and ledger have it now."""
        write_file(self.folder / "tool_a", "time_entries", self.rows)
        planned = {row["posting_key"]: row for row in planned_lines(self.world.ledger).to_dicts()}
        there = [
            {
                "erp_line_id": f"N-{number:03d}", "external_id": found.posting_key,
                "posted_at": f"2026-07-02T10:00:{number:02d}Z", "is_billable": "true",
                "known_at": f"2026-07-02T10:00:{number:02d}Z",
            } | {name: planned[found.posting_key][name] for name in LINE}
            for number, found in enumerate(self.world.erp.objects)
        ]  # fmt: skip
        if there:
            write_file(self.folder / "legacy", "erp_lines", there)
        frames = export_ledger(self.world.ledger)
        ops: dict[str, Any] = {
            "planned_lines": list(planned.values()),
            "posting_manifest": all_members(self.world.ledger).to_dicts(),
            **{name: frames[name].to_dicts() for name in ("posting_lines", "gate_findings")},
        }
        self.day += 1
        return Built(self.folder, f"2026-07-{self.day:02} 12:00:00", ops=ops)

    def post(self, built, **options):
        """What the models offer, sent."""
        found, members = (
            read_candidates(built.connection, "legacy"), read_members(built.connection),
        )  # fmt: skip
        return self.world.post(found.frame, totals=found.totals, members=members, **options)

    def settle(self):
        """Post, read again and post again until nothing is left to do; the books at the end."""
        for _ in range(3):
            built = self.build()
            if not candidates(built):
                return built
            self.post(built)
        raise AssertionError("the candidates never end")


def candidates(built):
    """Posting keys on offer, but for what the gate holds."""
    rows = built.rows("select posting_key from posting.pst_time_postings where hours <= 24")
    return sorted(row["posting_key"] for row in rows)


def standing(built):
    """Entry -> hours in the ERP, from the manifests of the lines that nothing took back."""
    rows = built.rows("""
        select manifests.entry_id, manifests.hours_shown, lines.posting_key
        from canonical.fct_posting_manifests as manifests
        inner join canonical.fct_erp_postings as lines using (posting_line_id)
        where not lines.is_reversal and not lines.is_reversed
    """)
    assert all(count == 1 for count in Counter(row["entry_id"] for row in rows).values())
    return {row["entry_id"].removeprefix("tool_a:"): row["hours_shown"] for row in rows}


@pytest.fixture
def firm(tmp_path):
    """Four entries of one worker in two weeks, one of another, one that no day can hold."""
    made = Installation(tmp_path)
    made.rows = [
        worked("a", "W1", 8), worked("b", "W1", 9, hours="7.25"), worked("c", "W1", 10),
        worked("d", "W1", 15), worked("u", "W2", 8), worked("tall", "W1", 11, hours="30"),
    ]  # fmt: skip
    yield made
    made.world.ledger.close()


def test_lines_of_several_follow_their_entries_and_tie_out(firm):
    first = firm.build()
    report = firm.post(first)
    assert (report.planned, report.accepted, report.held) == (3, 3, 1)
    built = firm.build()
    assert candidates(built) == []
    assert standing(built) == {
        "a": Decimal(8), "b": Decimal("7.25"), "c": Decimal(8), "d": Decimal(8), "u": Decimal(8),
    }  # fmt: skip
    owed = built.rows("select entry_id, reason_code from reconciliation.rec_approved_not_posted")
    assert owed == [{"entry_id": "tool_a:tall", "reason_code": "HOURS_OUT_OF_RANGE"}]
    built.assert_conserved("69.25")
    sums = all_members(firm.world.ledger).group_by("posting_key").agg(pl.col(*SUMMED).sum())
    lines = planned_lines(firm.world.ledger).join(sums, on="posting_key", suffix="_of_members")
    assert lines.height == 3
    for name in SUMMED:
        assert lines[name].equals(lines[f"{name}_of_members"])
    assert sorted(firm.world.home.outbox.glob(f"legacy/*/{MEMBERS}"))

    # an edit, a move to another week and a withdrawal: whole lines are taken back and posted again
    a, b, c = firm.rows[:3]
    firm.rows += [
        then(a, 2, 4, hours="6"), then(b, 2, 4, work_date="2026-06-16"),
        then(c, 2, 4, approval_status="draft"),
    ]  # fmt: skip
    built = firm.build()
    offered = candidates(built)
    assert [key.startswith(REVERSAL) for key in offered].count(True) == 2
    assert len(offered) == 4
    assert firm.post(built).accepted == 4
    built = firm.build()
    assert candidates(built) == []
    assert standing(built) == {
        "a": Decimal(6), "b": Decimal("7.25"), "d": Decimal(8), "u": Decimal(8),
    }  # fmt: skip
    assert built.rows("select * from reconciliation.rec_adjusted_not_reclassified") == []
    built.assert_conserved("59.25")

    # back as it was: the third posting has a key of its own
    firm.rows += [then(a, 3, 6), then(c, 3, 6), then(b, 3, 6)]
    assert standing(firm.settle()) == {
        "a": Decimal(8), "b": Decimal("7.25"), "c": Decimal(8), "d": Decimal(8), "u": Decimal(8),
    }  # fmt: skip
    posted = [key for key in keys_with_member(firm.world.ledger, "tool_a:a") if key[0] != "R"]
    assert len(posted) == 3

    # the last entry of a group is gone: the line is taken back and nothing takes its place
    firm.rows.append(then(firm.rows[4], 2, 9, is_deleted="true"))
    built = firm.settle()
    assert "u" not in standing(built)
    built.assert_conserved("61.25")


def test_a_blocked_entry_keeps_the_line_as_it_stands(firm):
    firm.post(firm.build())
    a = firm.rows[0]
    firm.rows.append(then(a, 2, 4, hours="31"))
    built = firm.build()
    assert candidates(built) == []
    assert standing(built)["a"] == Decimal(8)
    gaps = built.rows(
        "select entry_id, reason_code from reconciliation.rec_adjusted_not_reclassified"
        " where leg = 'cost'"
    )
    assert gaps == [{"entry_id": "tool_a:a", "reason_code": "HOURS_CHANGED"}]
    built.assert_conserved("92.25")


def test_what_was_billed_on_a_line_counts_for_the_line_that_takes_its_place(firm):
    firm.post(firm.build())
    (line,) = [
        (number, found) for number, found in enumerate(firm.world.erp.objects)
        if found.hours == Decimal("23.25")
    ]  # fmt: skip
    write_file(firm.folder / "legacy", "billing_allocations", [
        {"allocation_id": "A1", "invoice_id": "I1", "invoice_date": "2026-06-30",
         "is_issued": "true", "erp_line_id": f"N-{line[0]:03d}", "hours": "23.25",
         "billed_amount_contract": "4650", "contract_currency_code": "USD",
         "known_at": "2026-06-30T20:00:00Z"},
    ])  # fmt: skip
    firm.rows.append(then(firm.rows[0], 2, 4, hours="6"))
    built = firm.settle()
    open_lines = built.rows(
        "select hours, remaining_amount_contract from reconciliation.rec_posted_not_billed"
        " where project_id = 'P-US01' and remaining_amount_contract > 0"
    )
    assert open_lines == [{"hours": Decimal(8), "remaining_amount_contract": Decimal(1600)}]
    built.assert_conserved("67.25")
