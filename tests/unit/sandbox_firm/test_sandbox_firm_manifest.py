"""The manifest covers every scenario and failure mode, honestly, and survives as JSON."""

from __future__ import annotations

import json
from collections import Counter

from tieout.domain.reasons import REASONS
from tieout.sandbox.firm import SandboxFirm, build_firm, manifest, manifest_json
from tieout.sandbox.firm.manifest import ANP, ANR, FAILURE_MODES, NOT_SHOWN, SCENARIOS
from tieout.sandbox.firm.themes import THEMES

FIXED_MARTS = {
    "rec_approved_not_posted",
    "rec_adjusted_not_reclassified",
    "rec_posted_not_billed",
    "rec_orphan_postings",
    "rec_duplicate_postings",
    "rec_master_data_differences",
    "fct_erp_postings",
    "fct_entries",
    "dim_worker_identities",
    "dim_project_identities",
}


def test_every_scenario_and_failure_mode_is_planted_or_honestly_named(firm: SandboxFirm) -> None:
    planted = {name for row in firm.faults for name in (*row.scenarios, *row.failure_modes)}
    everything = {*SCENARIOS, *FAILURE_MODES}
    assert planted | set(NOT_SHOWN) == everything
    assert not planted & set(NOT_SHOWN)
    assert len(NOT_SHOWN) <= 10


def test_every_named_fault_is_planted_under_its_own_requirements(firm: SandboxFirm) -> None:
    named = {row.fault_id.rpartition("-")[0] for row in firm.faults}
    assert named == set(THEMES)
    for row in firm.faults:
        theme = THEMES[row.fault_id.rpartition("-")[0]]
        assert (row.scenarios, row.failure_modes) == (theme.scenarios, theme.failure_modes)


def test_fault_ids_and_rows_are_unique(firm: SandboxFirm) -> None:
    ids = Counter(row.fault_id for row in firm.faults)
    assert max(ids.values()) == 1
    present = Counter(
        (row.mart, row.key_column, row.key, stage, row.expect.get("leg"),
         row.expect.get("project_id"), row.expect.get("accounting_period_id"),
         row.expect.get("source_system"))
        for row in firm.faults
        if not row.is_absent
        for stage in row.stages
    )  # fmt: skip
    assert max(present.values()) == 1


def test_reason_codes_are_known_and_marts_are_real(firm: SandboxFirm) -> None:
    for row in firm.faults:
        assert row.mart in FIXED_MARTS
        code = row.expect.get("reason_code")
        assert code is None or code in REASONS


def test_every_blocking_reason_is_planted(firm: SandboxFirm) -> None:
    planted = {row.expect.get("reason_code") for row in firm.faults if row.mart == ANP}
    assert planted >= {
        "WORKER_UNMAPPED", "PROJECT_UNMAPPED", "FUTURE_DATED", "WORKER_TERMINATED",
        "PROJECT_CLOSED", "ASSIGNMENT_MISSING", "PROJECT_INACTIVE", "WORKER_NOT_IN_ERP",
        "CURRENCY_MISMATCH", "RATE_MISSING", "FX_MISSING", "HOURS_OUT_OF_RANGE",
        "NOT_YET_POSTED",
    }  # fmt: skip


def test_every_kind_of_change_after_posting_is_planted(firm: SandboxFirm) -> None:
    planted = {row.expect.get("reason_code") for row in firm.faults if row.mart == ANR}
    assert planted - {None} == {
        "HOURS_CHANGED", "PROJECT_CHANGED", "RATE_CHANGED", "COST_RATE_CHANGED", "UNAPPROVED",
        "ENTRY_DELETED", "DATE_CHANGED",
    }  # fmt: skip


def test_a_pure_move_posts_as_much_as_it_reverses(firm: SandboxFirm) -> None:
    rows = [row for row in firm.faults if row.fault_id.startswith("moved-after-posting")]
    gaps = [row.expect for row in rows if row.mart == ANR]
    assert len(gaps) == 4
    for leg in ("cost", "bill"):
        legs = [row for row in gaps if row["leg"] == leg]
        assert sum(row["amount_to_post"] - row["amount_to_reverse"] for row in legs) == 0
        assert sum(row["hours_to_post"] for row in legs) == 8


def test_the_manifest_is_sorted_and_survives_json(firm: SandboxFirm) -> None:
    rows = manifest(firm)
    assert [row.fault_id for row in rows] == sorted(row.fault_id for row in rows)
    document = json.loads(manifest_json(firm))
    assert document["now"] == "2026-07-03T06:00:00Z"
    assert document["not_shown"] == NOT_SHOWN
    assert len(document["faults"]) == len(rows)
    amounts = [row["expect"]["hours"] for row in document["faults"] if "hours" in row["expect"]]
    assert all(isinstance(value, str) for value in amounts)  # exact text, never a float


def test_a_larger_firm_has_the_same_planted_faults_besides_the_last_days(
    firm: SandboxFirm,
) -> None:
    def planted(one: SandboxFirm) -> Counter[str]:
        names = Counter(row.fault_id.rpartition("-")[0] for row in one.faults)
        for name in ("in-window", "over-cap"):  # grow with the firm and its chance
            names.pop(name)
        return names

    assert planted(build_firm(size=60)) == planted(firm)
