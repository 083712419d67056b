"""One system writes a field: what else is refused, with both systems and the line."""

from datetime import date

import pytest

from tieout.config import load_firm
from tieout.config.ownership import Ownership
from tieout.domain.errors import ConfigError

FIRM = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, functional_currency: USD}
  - {id: UK01, name: UK, functional_currency: GBP}
systems:
  - {id: hr, vendor: csv_tables, roles: [hr], options: {path: hr}}
  - {id: psa, vendor: csv_tables, roles: [psa, time], options: {path: psa}}
  - {id: erp, vendor: csv_tables, roles: [erp], options: {path: erp}}
ownership:
"""
FIRST_LINE = FIRM.count("\n") + 1


def read(folder, ownership):
    (folder / "firm.yml").write_text(FIRM + ownership)
    return load_firm(folder)


def refused(folder, ownership):
    with pytest.raises(ConfigError) as caught:
        read(folder, ownership)
    assert caught.value.exit_code == 2
    assert caught.value.fix
    return caught.value


def test_records_fields_and_scopes_are_read(tmp_path):
    firm = read(
        tmp_path,
        "  worker: hr\n"
        "  worker.cost_rate: erp\n"
        "  project:\n"
        "    - {system: psa, legal_entity: US01, to: 2026-06-30}\n"
        "    - {system: erp, legal_entity: US01, from: 2026-07-01}\n"
        "    - {system: erp, legal_entity: UK01}\n"
        "  time_entry: [psa, hr]\n",
    )
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    assert firm.ownerships == [
        Ownership("worker", None, "hr", None, None, None),
        Ownership("worker", "cost_rate", "erp", None, None, None),
        Ownership("project", None, "psa", "US01", None, june),
        Ownership("project", None, "erp", "US01", july, None),
        Ownership("project", None, "erp", "UK01", None, None),
        Ownership("time_entry", None, "psa", None, None, None),
        Ownership("time_entry", None, "hr", None, None, None),
    ]


@pytest.mark.parametrize(
    ("ownership", "line"),
    [
        ("  worker: [hr, erp]\n", 0),
        ("  client: psa\n  worker:\n    - hr\n    - {system: erp, legal_entity: US01}\n", 3),
        (
            (
                "  worker:\n    - {system: hr, legal_entity: US01}\n"
                "    - {system: psa, legal_entity: UK01}\n"
                "    - {system: erp, legal_entity: US01, from: 2026-01-01}\n"
            ),
            3,
        ),
        (
            (
                "  time_entry:\n    - {system: hr, legal_entity: US01, to: 2026-06-30}\n"
                "    - {system: erp, legal_entity: US01, from: 2026-06-30}\n"
            ),
            2,
        ),
        ("  worker.cost_rate: hr\n  client: psa\n  worker.cost_rate: erp\n", 2),
        ("  worker: {system: psa, consumers: {psa: [hr, erp], hr: [erp]}}\n", 0),
    ],
)
def test_two_writers_of_one_field_are_refused_with_both_systems_and_the_line(
    tmp_path, ownership, line
):
    problem = refused(tmp_path, ownership)
    assert "hr" in problem.problem
    assert "erp" in problem.problem or "psa" in problem.message
    assert problem.line == FIRST_LINE + line
    assert problem.file.endswith("firm.yml")


def test_scopes_that_do_not_meet_are_no_two_writers(tmp_path):
    firm = read(
        tmp_path,
        "  time_entry:\n    - {system: psa, legal_entity: US01, to: 2026-06-30}\n"
        "    - {system: hr, legal_entity: US01, from: 2026-07-01}\n"
        "    - {system: hr, legal_entity: UK01}\n",
    )
    assert [row.system for row in firm.ownerships] == ["psa", "hr", "hr"]


@pytest.mark.parametrize(
    ("ownership", "words"),
    [
        ("  worker: {system: hr, consumers: {hr: [psa], psa: [erp], erp: [hr]}}\n", "hr > psa"),
        ("  worker: {system: hr, consumers: [hr]}\n", "hr > hr"),
        ("  worker: {system: hr, consumers: {psa: [erp]}}\n", "not from its record hr"),
        ("  worker: {system: hr, consumers: [crm]}\n", "no system crm"),
        ("  wroker: hr\n", "no kind of record 'wroker'"),
        ("  worker.: hr\n", "not the name of a field"),
        ("  worker: {system: hr, legal_entity: XX}\n", "no entity XX"),
        ("  worker: {system: hr, from: 2026-02-01, to: 2026-01-01}\n", "before it begins"),
    ],
)
def test_circles_and_unknown_names_are_refused_with_the_line(tmp_path, ownership, words):
    problem = refused(tmp_path, "  client: erp\n" + ownership)
    assert words in problem.problem
    assert problem.line == FIRST_LINE + 1


def test_a_chain_from_the_record_to_its_consumers_is_read(tmp_path):
    firm = read(tmp_path, "  worker: {system: hr, consumers: {hr: [psa], psa: [erp]}}\n")
    assert firm.ownerships == [Ownership("worker", None, "hr", None, None, None)]
