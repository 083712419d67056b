"""Reversals pass the gate with the sign turned round, and only as reversals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations.gate import run_gate
from expectations.suite import load_suite
from tests.nasty.posting_kit import frame, line, reversal
from tieout.posting.columns import POSTING_COLUMNS, STREAMS
from tieout.posting.payload import conform, totals_of

POLICIES = {"max_hours_per_day": "24", "as_of_date": "2026-07-03"}
EXPENSE = {"entry_type": "expense", "hours": Decimal(0)}


def verdict_on(*rows, stream="time"):
    checked = conform(frame(rows))
    return run_gate(stream, checked, totals_of(checked), POLICIES)


@pytest.mark.parametrize("stream", STREAMS)
def test_the_suites_of_reversals_are_sound_and_name_real_columns(stream):
    suite = load_suite(stream, of_reversals=True)
    assert suite.columns <= set(POSTING_COLUMNS)
    assert {rule.holds for rule in suite.rules} == {"batch", "line"}


def test_a_reversal_passes_whatever_became_of_the_approval():
    gone = reversal(line(2), correction_kind="withdrawal", approval_status="rejected")
    unbilled = reversal(line(3), is_billable=False, bill_amount_contract=Decimal(0))
    verdict = verdict_on(reversal(line(1)), gone, unbilled)
    assert verdict.passed
    assert verdict.findings == ()
    assert verdict_on(reversal(line(1, **EXPENSE)), stream="expense").findings == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"hours": Decimal(1)}, "HOURS_OUT_OF_RANGE"),
        ({"hours": Decimal(0)}, "HOURS_OUT_OF_RANGE"),
        ({"cost_amount_functional": Decimal("0.01")}, "AMOUNT_MISMATCH"),
        ({"bill_amount_contract": Decimal("0.01")}, "AMOUNT_MISMATCH"),
        ({"is_billable": False}, "AMOUNT_MISMATCH"),
        ({"erp_worker_id": None}, "WORKER_NOT_IN_ERP"),
        ({"accounting_date": date(2026, 6, 14)}, "PERIOD_BEFORE_WORK"),
        ({"debit_account_code": None}, "ACCOUNT_UNMAPPED"),
    ],
)
def test_a_bad_reversal_is_held_and_good_ones_go(change, reason):
    bad = reversal(line(2), **change)
    verdict = verdict_on(reversal(line(1)), bad)
    assert verdict.passed
    held = {key: found.reason_code for key, found in verdict.held.items()}
    assert held == {bad["posting_key"]: reason}


def test_reversals_and_postings_do_not_pass_together():
    verdict = verdict_on(line(1), reversal(line(2)))
    assert not verdict.passed
    assert "GATE_ERROR" in {found.reason_code for found in verdict.findings}


def test_a_posting_is_not_taken_back_twice():
    twice = reversal(line(1), posting_key="R:another")
    assert not verdict_on(reversal(line(1)), twice).passed
