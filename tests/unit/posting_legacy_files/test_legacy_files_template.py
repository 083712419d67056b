"""The template: every mistake is told with its line; status words and reject texts are understood."""

from __future__ import annotations

import polars as pl
import pytest

from tests.golden.posting_files.generate import golden, written
from tests.unit.posting_legacy_files.conftest import TEMPLATE, legacy_system, plain_template
from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS
from tieout.posting.acks.legacy_files import RULES, outcomes_of, reasons_of
from tieout.posting.registry import delivery_for, writer_of
from tieout.posting.writers.legacy_files import LegacyFilesWriter
from tieout.posting.writers.legacy_files_template import Response, Template, load_template


def test_the_golden_files_are_written_byte_for_byte():
    now, kept = written("legacy_files"), golden("legacy_files")
    assert sorted(now) == sorted(kept)
    for name, content in kept.items():
        if name.endswith(".parquet"):
            assert pl.read_parquet(now[name]).equals(pl.read_parquet(content))
        else:
            assert now[name] == content, name


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ('separator: ","', "separator: x", "import.separator", "Input should be"),
        ("source: hours,", "source: hourz,", "import.columns.9.source", "hourz is none of"),
        ("source: hours, decimals: 4", "source: hours, decimals: 5", "import.columns.9.decimals",
         "not so many decimals"),
        ("header: HOURS", "header: LINE", "import.columns.9.header", "LINE is there twice"),
        ("source: memo,", "source: memo, constant: x,", "import.columns.12.header",
         "either a source or a constant"),
        ("length: 255", "length: 15", "import.columns.1.length", "needs 16 characters"),
        ("source: memo", "source: memo, side: debit", "import.columns.12.side", "only an amount"),
        ("cost_amount_functional, decimals: 4", "hours", "import.columns", "no column has"),
        ('"{batch_id}*.response.csv"', "answers.csv", "response.files", "with {batch_id}"),
        ("    amount: AMOUNT\n", "", "response.columns", "nothing can be proven"),
        ("    posting_key: POSTING_KEY\n", "", "response.columns", "names posting_key or line"),
        ("accepted: [POSTED]", "accepted: []", "response.accepted", "at least 1 item"),
        ("already_there: [DUPLICATE]", "complete: one_file", "response.complete", "a trailer"),
        ("already_there: [DUPLICATE]", "reasons: [{pattern: x, reason_code: NO}]",
         "response.reasons.0.reason_code", "NO is not a reason code"),
        ("already_there: [DUPLICATE]", "reasons: [{pattern: '(', reason_code: REJECTED}]",
         "response.reasons.0.pattern", "no regular expression"),
        ("quoting: minimal", "dates: '%d.%m'", "import.dates", "%Y, %m and %d"),
        ("quoting: minimal", "{quoting: never", None, "while parsing"),
        ('separator: ","', 'separator: ","\n  decimal_mark: ","\n  quoting: never',
         "import.separator", "a decimal comma"),
        ("response:", "answers: {}\nresponse:", "answers", "this field is not known"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_field_and_fix(tmp_path, old, new, field, message):
    text = TEMPLATE.read_text()
    assert old in text
    if message == "a decimal comma":
        text = text.replace("  quoting: minimal\n", "")
    path = tmp_path / "mine.yml"
    path.write_text(text.replace(old, new, 1))
    system = legacy_system(tmp_path, template="mine.yml")
    with pytest.raises(ConfigError) as caught:
        load_template(system)
    problem = caught.value
    assert problem.file == str(path)
    assert problem.line
    if field is not None:
        assert problem.field == field
        assert message in problem.problem
        assert "docs/targets/legacy_files.md" in str(problem)


def test_a_line_number_points_at_the_mistake(tmp_path):
    lines = TEMPLATE.read_text().splitlines()
    number = next(n for n, text in enumerate(lines, start=1) if "source: hours" in text)
    (tmp_path / "mine.yml").write_text("\n".join(lines).replace("source: hours", "source: hour_s"))
    with pytest.raises(ConfigError) as caught:
        load_template(legacy_system(tmp_path, template="mine.yml"))
    assert caught.value.line == number


def test_a_template_that_is_not_there_and_folders_that_are_one_are_told(tmp_path):
    from tieout.posting.delivery.legacy_files_stores import open_store

    with pytest.raises(ConfigError, match="there is no file"):
        load_template(legacy_system(tmp_path, template="none.yml"))
    with pytest.raises(ConfigError, match="three folders"):
        open_store(legacy_system(tmp_path, responses="in"))
    with pytest.raises(ConfigError, match="names no folder"):
        open_store(legacy_system(tmp_path, path=""))


def test_the_registry_makes_writer_and_delivery_by_the_systems_template(tmp_path):
    template = plain_template(import_file={"extension": "txt", "rows_max": 7})
    system = legacy_system(tmp_path, template, answer_seconds=3)
    writer = writer_of(system)
    assert isinstance(writer, LegacyFilesWriter)
    assert writer.layout.extension == "txt"
    capabilities = delivery_for(system, None).capabilities
    assert (capabilities.answer_seconds, capabilities.idempotency) == (3, "key_in_text")
    assert capabilities.max_batch == 7


def test_every_rule_leads_to_a_reason_and_the_templates_own_rules_come_first():
    assert {rule.reason_code for rule in RULES} <= set(REASONS)
    own = {"reasons": [{"pattern": "E4711", "reason_code": "TAX_MISSING"}]}
    response = Template.model_validate(plain_template(response=own)).response
    texts = {
        "Posting period 2026-05 is closed": "PERIOD_CLOSED",
        "E4711: period closed": "TAX_MISSING",
        "Employee 99 not found": "WORKER_NOT_IN_ERP",
        "Project 12 is blocked": "PROJECT_INACTIVE",
        "Unknown project 12": "REF_INVALID",
        "Invalid account 999": "ACCOUNT_UNMAPPED",
        "No exchange rate EUR/USD": "FX_MISSING",
        "Journal is out of balance": "UNBALANCED",
        "Record already exists": "DUPLICATE",
        "Stapel gesperrt": "REJECTED",
        None: "REJECTED",
    }
    found = reasons_of(pl.Series(list(texts), dtype=pl.String), response)
    assert found.to_list() == list(texts.values())


def test_a_word_in_no_list_has_no_outcome():
    response = Response.model_validate(plain_template()["response"])
    words = pl.DataFrame({"word": ["POSTED", "DUPLICATE", "REJECTED", "WHAT", None]})
    outcomes = words.select(outcomes_of(pl.col("word"), response)).to_series().to_list()
    assert outcomes == ["accepted", "already_there", "rejected", None, None]
