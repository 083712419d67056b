"""The gate holds what is wrong, lets good lines go, and closes when it cannot tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations import gate
from expectations.gate import run_gate
from expectations.suite import load_suite
from tests.nasty.posting_kit import frame, line, lines
from tieout.posting.batch import judge
from tieout.posting.payload import conform, fingerprint, totals_of

POLICIES = {"max_hours_per_day": "24", "as_of_date": "2026-07-03"}


def verdict_on(*rows, stream="time", policies=POLICIES):
    checked = conform(frame(rows))
    return run_gate(stream, checked, totals_of(checked), policies)


BAD = {
    "HOURS_OUT_OF_RANGE": [
        {"hours": Decimal("24.0001")},
        {"hours": Decimal(0)},
        {"hours": Decimal(-1)},
        {"hours": None},
    ],
    "NOT_APPROVED": [{"approval_status": "submitted"}, {"approved_at": None}],
    "FUTURE_DATED": [{"work_date": date(2026, 7, 4), "accounting_date": date(2026, 7, 4)}],
    "PERIOD_BEFORE_WORK": [
        {"accounting_period_id": "2026-05"},
        {"accounting_date": date(2026, 6, 14)},
    ],
    "PERIOD_CLOSED": [{"accounting_date": None}],
    "ACCOUNT_UNMAPPED": [{"debit_account_code": None}, {"credit_account_code": None}],
    "AMOUNT_MISMATCH": [
        {"cost_amount_functional": Decimal("-0.01")},
        {"cost_amount_functional": None},
        {"bill_amount_contract": None},
        {"bill_amount_contract": Decimal("-0.01")},
        {"is_billable": False},
        {"contract_currency_code": None},
    ],
    "WORKER_NOT_IN_ERP": [{"erp_worker_id": None}],
    "PROJECT_INACTIVE": [{"erp_project_id": None}],
    "ROUTE_MISSING": [{"legal_entity_id": None}],
}


def test_every_kind_of_bad_line_is_held_with_its_reason_and_good_lines_go():
    rows, expected = [line("good-1"), line("good-2", hours=Decimal(24))], {}
    for reason, changes in BAD.items():
        for number, change in enumerate(changes):
            bad = line(f"{reason}-{number}", **change)
            rows.append(bad)
            expected[bad["posting_key"]] = reason
    verdict = verdict_on(*rows)
    assert verdict.passed
    assert {key: found.reason_code for key, found in verdict.held.items()} == expected


def test_a_line_with_a_currency_and_a_cost_missing_is_still_only_one_line():
    verdict = verdict_on(line(1), line(2, functional_currency_code=None, cost_rate=None))
    assert verdict.passed
    assert len(verdict.held) == 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([line(1), line(1, memo="again")], "DUPLICATE_KEY"),
        ([line(1), {**line(1), "posting_key": "another"}], "DUPLICATE_KEY"),
        ([line(1), line(2, posting_key=None)], "GATE_ERROR"),
        ([line(1), line(2, entry_type="expense")], "GATE_ERROR"),
    ],
    ids=["one key twice", "one entry version twice", "no key", "another stream"],
)
def test_a_wrong_batch_is_held_as_a_whole(rows, reason):
    verdict = verdict_on(*rows)
    assert not verdict.passed
    assert reason in {found.reason_code for found in verdict.findings}


def test_totals_that_differ_from_the_database_hold_the_batch():
    checked = conform(lines(3))
    for others in (lines(2), lines(3, hours=Decimal(8)), lines(3, functional_currency_code="INR")):
        verdict = run_gate("time", checked, totals_of(conform(others)), POLICIES)
        assert not verdict.passed
        assert "CONTROL_TOTAL_MISMATCH" in {found.reason_code for found in verdict.findings}


def test_findings_tell_no_figure_and_no_name():
    verdict = verdict_on(line(1, hours=Decimal("31.2500")), line(2, bill_amount_contract=None))
    told = " ".join(found.detail + found.rule for found in verdict.findings)
    assert verdict.findings
    for secret in ("31.25", "600", "1387", "Ada"):
        assert secret not in told


def test_expenses_have_their_own_suite():
    expense = {"entry_type": "expense", "hours": Decimal(0)}
    assert verdict_on(line(1, **expense), stream="expense").findings == ()
    held = verdict_on(line(1, entry_type="expense"), stream="expense").held
    assert [found.reason_code for found in held.values()] == ["HOURS_OUT_OF_RANGE"]


def test_a_frame_whose_optional_columns_are_empty_throughout_passes():
    empty = {"is_billable": False, "bill_amount_contract": None, "contract_currency_code": None}
    assert verdict_on(line(1, **empty), line(2, **empty)).findings == ()


def test_the_verdict_is_bound_to_the_rows():
    checked = conform(lines(2))
    verdict = run_gate("time", checked, totals_of(checked), POLICIES)
    assert verdict.frame_sha256 == fingerprint(checked)
    assert verdict.evaluated == 2
    assert set(verdict.rules) == {rule.name for rule in load_suite("time").rules} | {
        "control_totals"
    }


def closed(verdict):
    return not verdict.passed and {f.reason_code for f in verdict.findings} == {"GATE_ERROR"}


def outcomes_changed(monkeypatch, change):
    true_outcomes = gate._outcomes

    def changed(suite, rows, settings):
        outcomes = true_outcomes(suite, rows, settings)
        change(outcomes)
        return outcomes

    monkeypatch.setattr(gate, "_outcomes", changed)


NAME = "within_a_day(hours)"


@pytest.mark.parametrize(
    "change",
    [
        lambda o: o.pop(NAME),
        lambda o: o[NAME].update(success=None),
        lambda o: o[NAME].update(success="yes"),
        lambda o: o[NAME].update(exception_info={"raised_exception": True}),
        lambda o: o[NAME].update(exception_info={"metric": {"raised_exception": True}}),
        lambda o: o[NAME].update(result={"element_count": 1}),
        lambda o: o[NAME].update(success=False, result={"unexpected_index_list": []}),
        lambda o: o[NAME].update(
            success=False, result={"unexpected_index_list": [{"posting_key": "stranger"}]}
        ),
    ],
    ids=[
        "missing",
        "null",
        "not a truth value",
        "raised",
        "raised in a metric",
        "looked at fewer lines",
        "failed without lines",
        "names a strange line",
    ],
)
def test_a_check_that_gives_no_sound_answer_closes_the_gate(monkeypatch, change):
    outcomes_changed(monkeypatch, change)
    assert closed(verdict_on(line(1), line(2)))


@pytest.mark.parametrize("column", ["hours", "approval_status", "posting_key"])
def test_a_column_that_is_missing_closes_the_gate(column):
    checked = conform(lines(2))
    verdict = judge(
        lambda s, f, t, p: run_gate(s, f.drop(column), t, p),
        "time",
        checked,
        totals_of(checked),
        POLICIES,
    )
    assert closed(verdict)


def test_an_expectation_that_errors_inside_the_library_closes_the_gate(monkeypatch):
    suite = load_suite("time")
    broken = next(r for r in suite.rules if r.name == NAME)
    object.__setattr__(broken, "arguments", {**broken.arguments, "column": "no_such_column"})
    monkeypatch.setattr(gate, "load_suite", lambda stream: suite)
    assert closed(verdict_on(line(1)))


def test_a_policy_that_is_missing_or_senseless_closes_the_gate():
    assert closed(verdict_on(line(1), policies={"as_of_date": "2026-07-03"}))
    assert closed(verdict_on(line(1), policies={**POLICIES, "max_hours_per_day": "a day"}))


def test_a_stream_without_a_suite_closes_the_gate():
    assert closed(verdict_on(line(1), stream="invoice"))


def test_a_line_of_several_entries_may_have_more_hours_than_a_day_has():
    def group(record, hours):
        return line(record, source_system="group", entry_id=f"group:{record}", hours=hours)

    rows = (group("g", Decimal("41.5")), group("none", Decimal(0)), line(7, hours=Decimal(25)))
    verdict = verdict_on(*rows, line(8))
    assert verdict.passed
    assert {key: found.rule for key, found in verdict.held.items()} == {
        rows[1]["posting_key"]: "above_zero(hours) when source_system is group",
        rows[2]["posting_key"]: "within_a_day(hours)",
    }
    assert verdict_on(rows[0]).held == {}
