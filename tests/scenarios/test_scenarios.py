"""Every scenario of the requirements, SCN-01 to SCN-33, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.compiled import compiled_project, connect
from tests.scenarios.scenario import found_rows, read_scenario, scenario_files

BALANCED = """
    select identity_id, legal_entity_id, accounting_period_id, measure, currency_code, difference
    from reconciliation.rec_tie_out_identities where not is_tied
"""


def test_there_is_a_scenario_for_each_requirement():
    names = [path.stem for path in scenario_files()]
    assert names == [f"SCN-{number:02d}" for number in range(1, 34)]


@pytest.mark.parametrize("path", scenario_files(), ids=lambda path: path.stem)
def test_the_marts_are_what_was_worked_out(path: Path):
    scenario = read_scenario(path)
    project = compiled_project()
    connection = connect()
    scenario.lay(connection)
    for cut in scenario.cuts:
        project.run(connection, as_of=str(cut.as_of), period=cut.period, views_as_tables=True)
        for mart, expected in cut.expected.items():
            found, wanted = found_rows(connection, mart, expected)
            assert found == wanted, f"{scenario.name} {scenario.title}: {mart} at {cut.as_of}"
        assert connection.execute(BALANCED).fetchall() == [], "an identity does not tie"
        assert project.run_tests(connection) == {}
