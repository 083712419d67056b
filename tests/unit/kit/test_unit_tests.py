"""The unit tests of the yml files without dbt: they hold, and they notice changed SQL."""

from __future__ import annotations

import pytest

from tests.kit.compiled import compiled_project
from tests.kit.unit_tests import main, unit_tests


def test_every_unit_test_of_the_project_holds_without_dbt(capsys):
    assert main([]) == 0, capsys.readouterr().out
    assert " 0 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "old", "new"),
    [
        (
            "rec_posted_not_billed",
            "remaining_amount_contract != 0",
            "remaining_amount_contract = 0",
        ),
        ("rec_approved_not_posted", "left join", "inner join"),
    ],
)
def test_changed_sql_fails_a_unit_test_of_its_model(model, old, new):
    project = compiled_project()
    template = project.models[model].template
    assert old in template
    tests = list(unit_tests(project, model))
    assert [test.failure_of(template) for test in tests] == [None] * len(tests)
    assert any(test.failure_of(template.replace(old, new)) for test in tests)
    assert [test.failure_of(template) for test in tests] == [None] * len(tests)


def test_sql_that_does_not_run_is_a_failure_with_its_message():
    project = compiled_project()
    test = next(unit_tests(project, "rec_posted_not_billed"))
    assert "nowhere" in (test.failure_of("select * from nowhere") or "")
