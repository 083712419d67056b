"""A suite is refused when it could let a line pass unseen."""

from __future__ import annotations

import pytest
import yaml

from expectations.suite import SuiteInvalid, load_suite
from tieout.posting.columns import POSTING_COLUMNS, STREAMS

PRESENT = {
    "rule": "is_present",
    "expectation": "expect_column_values_to_not_be_null",
    "columns": ["hours"],
    "holds": "line",
    "reason_code": "HOURS_OUT_OF_RANGE",
    "detail": "the hours are missing",
}
RANGE = {
    **PRESENT,
    "rule": "in_range",
    "expectation": "expect_column_values_to_be_between",
    "arguments": {"min_value": "0"},
}


def write(folder, *rules, stream="time"):
    content = {"suite": "s", "stream": stream, "rules": list(rules)}
    (folder / "time_postings.yml").write_text(yaml.safe_dump(content))


@pytest.mark.parametrize("stream", STREAMS)
def test_the_suites_of_the_product_are_sound_and_name_real_columns(stream):
    suite = load_suite(stream)
    assert suite.columns <= set(POSTING_COLUMNS)
    assert {rule.holds for rule in suite.rules} == {"batch", "line"}


def test_a_rule_over_several_columns_becomes_one_rule_per_column(tmp_path):
    write(tmp_path, {**PRESENT, "columns": ["hours", "work_date"]})
    assert [rule.name for rule in load_suite("time", tmp_path).rules] == [
        "is_present(hours)",
        "is_present(work_date)",
    ]


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ([RANGE], "must be present"),
        ([PRESENT, PRESENT], "stands twice"),
        ([], "no rules"),
        ([{**PRESENT, "reason_code": "NO_SUCH_REASON"}], "not a reason code"),
        ([{**PRESENT, "holds": "sometimes"}], "sometimes"),
        ([{**PRESENT, "arguments": {"mostly": 0.9}}], "mostly"),
        ([{**PRESENT, "severty": "critical"}], "severty"),
        ([{k: v for k, v in PRESENT.items() if k != "detail"}], "detail"),
    ],
)
def test_an_unsound_suite_is_refused(tmp_path, rules, complaint):
    write(tmp_path, *rules)
    with pytest.raises(SuiteInvalid, match=complaint):
        load_suite("time", tmp_path)


def test_a_missing_file_and_a_suite_of_another_stream_are_refused(tmp_path):
    with pytest.raises(SuiteInvalid, match="no suite"):
        load_suite("time", tmp_path)
    write(tmp_path, PRESENT, stream="expense")
    with pytest.raises(SuiteInvalid, match="not a suite for time"):
        load_suite("time", tmp_path)


def test_a_setting_that_is_not_given_is_an_error(tmp_path):
    write(tmp_path, PRESENT, {**RANGE, "arguments": {"max_value": "$max_hours_per_day"}})
    rule = load_suite("time", tmp_path).rules[1]
    assert rule.filled({"max_hours_per_day": "24"})["max_value"] == "24"
    with pytest.raises(SuiteInvalid, match="max_hours_per_day"):
        rule.filled({})
