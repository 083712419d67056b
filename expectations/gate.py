"""Running a suite on the exact rows that are about to leave.

Here: `run_gate`, from rows to a `Verdict`. It fails closed: a check that raises, is missing,
answers nothing, or looked at fewer rows than it was given holds the whole batch. Not here: the
rules (`suites/*.yml`) and what is done with the verdict (`tieout.posting.batch`).

Great Expectations sees Arrow-backed columns, so hours and money stay decimals all the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.suite import Rule, Suite, SuiteInvalid, load_suite
from tieout.domain.control_totals import ControlTotals
from tieout.domain.verdict import Finding, Severity, Verdict
from tieout.posting.payload import fingerprint, totals_of

if TYPE_CHECKING:
    import pandas as pd

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["posting_key"],
    "return_unexpected_index_query": False,
}
_BOUNDS = ("min_value", "max_value")


def run_gate(
    stream: str, frame: pl.DataFrame, control_totals: ControlTotals, policies: Mapping[str, str]
) -> Verdict:
    """Check the lines of one batch.

    Args:
        stream: `time` or `expense`; names the suite, with whether the lines take postings back.
        frame: The exact lines, columns of `tieout.posting.columns.POSTING_COLUMNS`; either
            postings or reversals.
        control_totals: What the lines must sum to, summed by the database.
        policies: The firm's policies and `as_of_date`, as text.

    Returns:
        A verdict bound to these rows. It never raises for what it finds: whatever goes wrong
        inside the gate is a finding that holds the batch.
    """
    bound = fingerprint(frame)
    try:
        suite = load_suite(stream, of_reversals=_takes_back(frame))
        settings = {**policies, "line_count": control_totals.line_count}
        outcomes = _outcomes(suite, frame, settings)
        counted, findings = _read(suite, frame, outcomes)
        differences = control_totals.differences(totals_of(frame))
    except Exception as problem:  # noqa: BLE001 - whatever breaks the gate closes it
        known = f": {problem}" if isinstance(problem, SuiteInvalid) else ""
        detail = f"the gate broke with {type(problem).__name__}{known}"
        return Verdict(stream, bound, frame.height, {}, (_closed("gate", detail),))
    if differences:
        detail = "control totals differ in " + ", ".join(d.split()[0] for d in differences)
        finding = Finding("control_totals", "CONTROL_TOTAL_MISMATCH", detail, "batch")
        findings = [finding, *findings]
    counted["control_totals"] = len(differences)
    return Verdict(stream, bound, frame.height, counted, tuple(findings))


def _takes_back(frame: pl.DataFrame) -> bool:
    """Whether the lines are reversals, which have a suite of their own; neither takes a mixture."""
    return not frame.is_empty() and not frame["reverses_posting_key"].null_count()


def _outcomes(
    suite: Suite, frame: pl.DataFrame, settings: Mapping[str, object]
) -> dict[str, Mapping[str, Any]]:
    """Run the suite; rule name -> its result as plain data."""
    import great_expectations as gx  # noqa: PLC0415 - seconds of import, only when needed
    from great_expectations.data_context.types import base  # noqa: PLC0415 - as above

    context = gx.get_context(mode="ephemeral")
    quiet = base.ProgressBarsConfig(globally=False, metric_calculations=False)
    context.variables.progress_bars = quiet
    batch = (
        context.data_sources.add_pandas("lines")
        .add_dataframe_asset("lines")
        .add_batch_definition_whole_dataframe("lines")
        .get_batch({"dataframe": _pandas(frame)})
    )
    expectations = [_configured(rule, settings) for rule in suite.rules]
    report = batch.validate(
        gx.ExpectationSuite(name=suite.name, expectations=expectations),
        result_format=_RESULT_FORMAT,
    )
    return {
        result.expectation_config.meta["rule"]: {
            "success": result.success,
            "result": result.result,
            "exception_info": result.exception_info,
        }
        for result in report.results
        if result.expectation_config is not None and result.expectation_config.meta
    }


def _pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The rows for Great Expectations, backed by Arrow: decimals stay decimals."""
    import pandas as pd  # noqa: PLC0415 - needed with Great Expectations only

    return frame.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)


def _configured(rule: Rule, settings: Mapping[str, object]) -> dict[str, Any]:
    """The rule as Great Expectations reads it, bounds in the type of their column."""
    from great_expectations.expectations import row_conditions  # noqa: PLC0415 - as above

    arguments = rule.filled(settings)
    for bound in _BOUNDS:
        if bound in arguments:
            arguments[bound] = _typed(arguments[bound])
    if "column_A" in arguments:
        # an empty cell is the business of the rule `is_present`; here it would raise
        arguments["ignore_row_if"] = "either_value_is_missing"
    if rule.only_when:
        column, value = rule.only_when
        arguments["row_condition"] = row_conditions.Column(column) == value
    if rule.except_when:
        column, value = rule.except_when
        arguments["row_condition"] = row_conditions.Column(column) != value
    return {"type": rule.expectation, "kwargs": arguments, "meta": {"rule": rule.name}}


def _typed(bound: object) -> date | Decimal:
    """A bound of a range: an ISO date, else an exact number."""
    text = str(bound)
    return date.fromisoformat(text) if text.count("-") == 2 else Decimal(text)  # noqa: PLR2004


def _read(
    suite: Suite, frame: pl.DataFrame, outcomes: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, int], list[Finding]]:
    """Turn results into findings, in the order of the suite."""
    counted: dict[str, int] = {}
    findings: list[Finding] = []
    keys = set(frame["posting_key"].to_list())
    for rule in suite.rules:
        outcome = outcomes.get(rule.name)
        trouble = _trouble(outcome, _asked(rule, frame))
        if trouble or outcome is None:
            found = [_closed(rule.name, trouble or "")]
        elif outcome["success"]:
            found = []
        else:
            found = list(_failures(rule, outcome["result"], keys))
        counted[rule.name] = len(found)
        findings += found
    return counted, findings


def _asked(rule: Rule, frame: pl.DataFrame) -> int | None:
    """How many lines the rule must have looked at; None where its condition leaves that open."""
    if rule.only_when is not None:
        return None
    if rule.except_when is None:
        return frame.height
    column, value = rule.except_when
    return frame.filter(pl.col(column).ne_missing(value)).height


def _trouble(outcome: Mapping[str, Any] | None, height: int | None) -> str | None:
    """Say why a result is no answer; None when it is one."""
    if outcome is None:
        return "the check was not run"
    if _raised(outcome["exception_info"]):
        return "the check raised an error"
    if not isinstance(outcome["success"], bool):
        return "the check answered nothing"
    looked_at = (outcome["result"] or {}).get("element_count")
    if height is not None and looked_at is not None and looked_at != height:
        return f"the check looked at {looked_at} of {height} lines"
    return None


def _raised(info: Any) -> bool:
    """Whether Great Expectations reports an error, in either of its two shapes."""
    if not info:
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(_raised(part) for part in info.values())


def _failures(rule: Rule, result: Mapping[str, Any], keys: set[str]) -> Iterator[Finding]:
    """The findings of a rule that failed: one per line, or one for the batch."""
    if rule.holds == "batch":
        yield Finding(rule.name, rule.reason_code, rule.detail, "batch")
        return
    severity: Severity = "line" if rule.holds == "line" else "warning"
    named = [row.get("posting_key") for row in result.get("unexpected_index_list") or ()]
    if not named or not keys.issuperset(named):
        yield _closed(rule.name, "the check failed without naming its lines")
        return
    for key in named:
        yield Finding(rule.name, rule.reason_code, rule.detail, severity, key)


def _closed(rule: str, detail: str) -> Finding:
    """A finding that holds everything because the gate itself is not sound."""
    return Finding(rule, "GATE_ERROR", detail, "batch")
