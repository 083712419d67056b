"""The compiled kit: the golden close in seconds, and refusals as dbt gives them."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.kit.compiled import CompiledProject, ContractBroken, compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm
from tieout.config import load_firm

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "close" / "data"
OWED = "select legal_entity_id, sum(hours), sum(bill_amount_contract), sum(cost_amount_functional) from reconciliation.rec_approved_not_posted group by 1"


@pytest.fixture(scope="module")
def project() -> CompiledProject:
    return compiled_project()


@pytest.fixture
def connection():
    with connect() as opened:
        lay_firm(opened, load_firm(GOLDEN), {"csv_folder": GOLDEN})
        yield opened


@pytest.mark.parametrize("cut", ["close 2026-07-03", "as of 2026-07-10"])
def test_the_golden_close_comes_out_in_seconds_and_every_data_test_holds(project, connection, cut):
    project.run(
        connection,
        as_of=f"{cut.split()[-1]} 23:59:59.999999",
        period="2026-06",
        check_contracts=True,
    )
    wanted = {
        row["entity"]: tuple(Decimal(row[name]) for name in ("hours", "bill_usd", "cost_func"))
        for row in csv.DictReader((GOLDEN / "expected.csv").open())
        if row["as_of"] == cut and row["measure"].endswith("approved_not_posted")
    }
    found = {row[0]: row[1:] for row in connection.execute(OWED).fetchall()}
    assert found == {entity: values for entity, values in wanted.items() if any(values)}
    assert project.run_tests(connection) == {}


def test_an_empty_firm_builds_with_every_relation_that_dbt_names(project):
    firm = firm_of(
        [{"id": "E1", "name": "One", "functional_currency": "KWD"}],
        [{"id": "files", "vendor": "csv_tables", "roles": ["psa", "erp"]}],
    )
    with connect() as opened:
        lay_firm(opened, firm, {})
        project.run(opened, as_of="2026-07-03 23:59:59", period="2026-06")
        made = set(
            opened.execute(
                "select table_schema || '.' || table_name, table_type from information_schema.tables"
            ).fetchall()
        )
    for model in project.models.values():
        kind = "VIEW" if model.materialized == "view" else "BASE TABLE"
        assert (model.relation, kind) in made


def test_a_selection_builds_only_itself(project, connection):
    inputs = {"as_of": "2026-07-03 23:59:59", "period": "2026-06"}
    project.run(connection, **inputs, upstream_of=["fct_entries"])
    with pytest.raises(duckdb.CatalogException):
        connection.execute("select * from reconciliation.rec_posting_gaps")
    project.run(connection, **inputs)
    project.run(
        connection, **inputs, only=["rec_approved_not_posted"],
        replaced={"rec_approved_not_posted":
                  f"select * from ({project.models['rec_approved_not_posted'].template}) limit 0"},
    )  # fmt: skip
    assert connection.execute(OWED).fetchall() == []
    failed = project.run_tests(connection)
    assert failed["every_effective_entry_is_posted_or_owed"] > 0


def test_columns_that_are_not_the_contracts_are_refused(project, connection):
    inputs = {"as_of": "2026-07-03 23:59:59", "period": "2026-06"}
    sql = "select policy, 1 as policy_value, 2 as more from staging.stg_tieout__policies"
    project.run(connection, **inputs, upstream_of=["dim_policies"])
    with pytest.raises(ContractBroken, match=r"more: contract has none.*policy_value: contract"):
        project.run(
            connection, **inputs, only=["dim_policies"], check_contracts=True,
            replaced={"dim_policies": sql},
        )  # fmt: skip
    with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
        project.run(
            connection, **inputs, only=["dim_policies"],
            replaced={"dim_policies": "select null as policy, 'x' as policy_value"},
        )  # fmt: skip
