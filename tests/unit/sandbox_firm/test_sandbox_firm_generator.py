"""The generator: determinism, sizes, versions, and the invariants every seed must keep."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieout.domain.keys import parse_posting_key
from tieout.sandbox.firm import FirmState, SandboxFirm, build_firm, manifest_json
from tieout.sandbox.firm.firm import RECORD_KEYS
from tieout.sandbox.firm.people import WORKERS_MIN

VENDOR_IDS = (
    "bamboohr_id",
    "harvest_user_id",
    "kantata_user_id",
    "concur_login",
    "netsuite_employee_id",
)


def digest(firm: SandboxFirm) -> str:
    """A hash of every version of every record and of the manifest."""
    text = "\n".join(repr(getattr(firm, kind)) for kind in RECORD_KEYS) + manifest_json(firm)
    return hashlib.sha256(text.encode()).hexdigest()


def test_same_seed_gives_the_same_firm_to_the_byte(firm: SandboxFirm) -> None:
    assert digest(build_firm()) == digest(firm)


def test_another_seed_gives_another_firm_with_the_same_kinds_of_faults(firm: SandboxFirm) -> None:
    other = build_firm(seed=7)
    assert digest(other) != digest(firm)

    def names(one: SandboxFirm) -> set[str]:
        return {fault.fault_id.rpartition("-")[0] for fault in one.faults}

    assert names(other) == names(firm)


def test_the_quick_firm_has_the_promised_size(firm: SandboxFirm, state: FirmState) -> None:
    assert len(state.workers) == WORKERS_MIN
    assert {worker.legal_entity_id for worker in state.workers} == {"US01", "UK01", "IN01"}
    assert 1200 <= len(state.time_entries) <= 1800
    assert 50 <= len(state.expense_entries) <= 110
    assert firm.now == datetime(2026, 7, 3, 6, tzinfo=UTC)
    assert firm.period_id == "2026-06"


def test_twice_the_workers_make_about_twice_the_entries(firm: SandboxFirm) -> None:
    double = build_firm(size=2 * WORKERS_MIN)
    ratio = len(double.time_entries) / len(firm.time_entries)
    assert 1.8 < ratio < 2.3
    assert len(double.at(double.now).projects) > len(firm.at(firm.now).projects)


@pytest.mark.parametrize("size", [0, 23, -1])
def test_too_few_workers_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="at least 24 workers"):
        build_firm(size=size)


def test_an_unknown_size_name_and_a_single_month_are_refused() -> None:
    with pytest.raises(ValueError, match="enormous"):
        build_firm(size="enormous")
    with pytest.raises(ValueError, match="at least 2 months"):
        build_firm(months=1)


def test_a_clock_without_zone_is_refused(firm: SandboxFirm) -> None:
    with pytest.raises(ValueError, match="time zone"):
        firm.at(datetime(2026, 7, 3))


def test_before_the_firm_was_founded_there_is_nothing(firm: SandboxFirm) -> None:
    early = firm.at(datetime(2020, 1, 1, tzinfo=UTC))
    assert early.workers == ()
    assert early.time_entries == ()
    assert early.erp_lines == ()


def test_an_entry_walks_from_draft_to_approved_as_the_clock_moves(firm: SandboxFirm) -> None:
    history = [row.approval_status for row in firm.time_entries if row.source_system == "kantata"]
    assert {"draft", "submitted", "approved", "rejected"} <= set(history)
    approved = next(
        row
        for row in firm.time_entries
        if row.approval_status == "approved" and row.submitted_at and row.approved_at
    )
    for clock, expected in (
        (approved.created_at, "draft"),
        (approved.submitted_at, "submitted"),
        (approved.approved_at, "approved"),
    ):
        assert clock is not None
        shown = {row.entry_id: row for row in firm.at(clock).time_entries}
        assert shown[approved.entry_id].approval_status == expected


def test_a_deleted_entry_is_shown_until_it_is_deleted(firm: SandboxFirm) -> None:
    tombstone = next(row for row in firm.time_entries if row.is_deleted)
    before = firm.at(tombstone.changed_at - timedelta(seconds=1))
    after = firm.at(tombstone.changed_at)
    assert tombstone.entry_id in {row.entry_id for row in before.time_entries}
    assert tombstone.entry_id not in {row.entry_id for row in after.time_entries}


def test_states_are_reused_while_nothing_changes(firm: SandboxFirm) -> None:
    assert firm.at(firm.now) is firm.at(firm.now + timedelta(microseconds=1))


def test_one_worker_has_an_id_in_five_systems(state: FirmState) -> None:
    worker = state.worker["W-0001"]
    assert all(getattr(worker, name) is not None for name in VENDOR_IDS)
    assert worker.harvest_email != worker.email


def test_versions_of_one_record_never_share_an_instant(firm: SandboxFirm) -> None:
    for kind, key in RECORD_KEYS.items():
        seen = Counter((key(row), row.changed_at) for row in getattr(firm, kind))
        assert max(seen.values()) == 1, kind


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    seed=st.integers(min_value=0, max_value=2**31),
    months=st.integers(min_value=2, max_value=4),
    last_month=st.sampled_from(["2026-06", "2026-02", "2025-12", "2026-05"]),
)
def test_invariants_hold_for_every_seed(seed: int, months: int, last_month: str) -> None:
    firm = build_firm(seed=seed, months=months, last_month=last_month)
    state = firm.at(firm.now)
    _ids_are_unique(state)
    _references_resolve(state)
    _keys_parse(firm, state)
    _closed_periods_stay_closed(firm)
    _amounts_are_whole_cents(state)


def _ids_are_unique(state: FirmState) -> None:
    for name in VENDOR_IDS:
        ids = [getattr(row, name) for row in state.workers if getattr(row, name) is not None]
        assert len(ids) == len(set(ids)), name
    for rows, name in (
        (state.projects, "kantata_workspace_id"),
        (state.projects, "harvest_project_id"),
        (state.clients, "netsuite_customer_id"),
        (state.tasks, "harvest_task_assignment_id"),
        (state.charges, "charge_id"),
        (state.invoices, "invoice_number"),
        (state.expense_entries, "entry_id_concur"),
    ):
        ids = [getattr(row, name) for row in rows]
        assert len(ids) == len(set(ids)), name
    # one number space for an ERP's postings, another for its invoices: never shared
    assert not {row.erp_line_id for row in state.erp_lines} & {
        row.invoice_id for row in state.invoices
    }


def _references_resolve(state: FirmState) -> None:
    for entry in state.time_entries:
        assert entry.worker_id in state.worker
        assert entry.project_id in state.project
        assert entry.task_id in state.task
        assert state.task[entry.task_id or ""].project_id == entry.project_id
        assert entry.changed_at >= entry.created_at
        assert entry.approver_worker_id != entry.worker_id
    lines = {row.erp_line_id for row in state.erp_lines if row.erp_system == "netsuite"}
    for charge in state.charges:
        assert charge.erp_line_id in lines
        assert charge.invoice_id in state.invoice
    for item in state.expense_entries:
        assert item.report_id in state.expense_report


def _keys_parse(firm: SandboxFirm, state: FirmState) -> None:
    seen: Counter[str] = Counter()
    for line in state.erp_lines:
        key = parse_posting_key(line.external_id)
        if key is None:
            assert line.external_id is None or line.external_id.startswith("TS2NS")
            continue
        assert key.firm == firm.firm_id
        assert key.leg == "cost"
        assert key.version % 1_000_000 == 0
        assert line.entry_id == f"{key.source_system}:{key.source_record_id}"
        if line.erp_system == "netsuite":
            seen[line.external_id or ""] += 1
    assert max(seen.values()) == 1  # NetSuite's external id is unique, Tryton's text is not


def _closed_periods_stay_closed(firm: SandboxFirm) -> None:
    closed_at = {
        (row.legal_entity_id, row.accounting_period_id): row.changed_at
        for row in firm.periods
        if row.status == "closed"
    }
    for line in firm.erp_lines:
        closing = closed_at.get((line.legal_entity_id, line.accounting_period_id))
        assert closing is None or line.posted_at < closing
        assert line.accounting_date.isoformat().startswith(line.accounting_period_id)
        if line.work_date is not None:
            assert line.accounting_date >= line.work_date
        assert line.posted_at <= firm.now


def _amounts_are_whole_cents(state: FirmState) -> None:
    for line in state.erp_lines:
        for amount in (line.cost_amount, line.bill_amount, line.bill_amount_functional):
            assert amount == amount.quantize(amount.__class__("0.01"))
    for entry in state.time_entries:
        assert entry.hours * 60 == entry.minutes
        assert 0 < entry.hours_unrounded <= entry.hours
        for rate in (entry.bill_rate, entry.cost_rate):
            assert rate is None or rate == rate.quantize(rate.__class__("0.01"))
