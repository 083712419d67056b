"""The golden close: ten entries, three entities, two cuts, every figure checked by hand."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.golden.close.conftest import READ_AT
from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import lay_firm
from tieout.config import load_firm

DATA = Path(__file__).parent / "data"
CUTS = {"close 2026-07-03": "2026-07-03", "as of 2026-07-10": "2026-07-10"}

pytestmark = pytest.mark.slow


def expected_figures(cut: str) -> dict:
    with (DATA / "expected.csv").open() as file:
        return {
            (row["entity"], row["measure"]): tuple(
                Decimal(row[name]) for name in ("hours", "bill_usd", "cost_func")
            )
            for row in csv.DictReader(file)
            if row["as_of"] == cut
        }


@pytest.fixture(scope="module")
def golden(open_close):
    run = open_close(DATA)
    assert set(run.extract().values()) == {0}
    return run


@pytest.fixture(scope="module")
def built(golden):
    """The marts at both cuts; at the first, every data test runs as well."""
    first, second = CUTS
    tested = ("build", "--exclude-resource-type", "unit_test")
    return {first: golden.build(CUTS[first], *tested), second: golden.build(CUTS[second])}


@pytest.fixture(params=CUTS)
def cut(request, built):
    return request.param, built[request.param]


def test_every_figure_of_the_golden_close_is_met_and_no_other_appears(cut, figures_of):
    name, query = cut
    assert figures_of(query) == expected_figures(name)


def test_the_identity_ties_on_hours_bill_value_and_cost(cut):
    _, query = cut
    rows = query(
        "select measure, difference, is_tied from reconciliation.rec_tie_out_identities"
        " where identity_id = 'I1'"
    )
    assert {row[0] for row in rows} == {"hours", "bill", "cost"}
    assert all(difference == 0 and is_tied for _, difference, is_tied in rows)


def test_each_planted_case_is_classed_as_the_readme_of_the_golden_close_says(built):
    query = built["close 2026-07-03"]
    lines = dict(query("select external_id, class_detail from canonical.fct_erp_postings"))
    assert lines["manual:JE77"] == "manual_journal"
    assert lines["p:T10:1#dup"] == "same_entry_version"
    assert lines["p:T10:1"] == "external_id"
    gaps = set(
        query("select entry_id, reason_code from reconciliation.rec_adjusted_not_reclassified")
    )
    assert gaps == {
        ("csv_folder:T04", "HOURS_CHANGED"),
        ("csv_folder:T05", "PROJECT_CHANGED"),
        ("csv_folder:T06", "UNAPPROVED"),
    }
    statuses = dict(
        query("select external_id, billing_status from reconciliation.rec_posted_not_billed")
    )
    assert {key for key, value in statuses.items() if value == "pending_reversal"} == {
        "p:T04:1", "p:T05:1", "p:T06:1",
    }  # fmt: skip


def test_late_time_keeps_its_work_period_when_it_is_posted_in_the_next_one(built):
    query = built["as of 2026-07-10"]
    row = query(
        "select work_date, work_period_id, accounting_period_id from canonical.fct_erp_postings"
        " where external_id = 'p:T07:1'"
    )
    assert [tuple(map(str, values)) for values in row] == [("2026-06-30", "2026-06", "2026-07")]


def test_the_same_cut_gives_the_same_rows_after_a_later_one_was_built(golden, built):
    again = golden.build("2026-07-03", "run", "--select", "+fct_entries", "+fct_erp_postings")
    for mart in ("canonical.fct_entries", "canonical.fct_erp_postings"):
        sql = f"select * from {mart} order by all"
        assert again(sql) == built["close 2026-07-03"](sql)


@pytest.mark.parametrize("cut", CUTS)
def test_the_compiled_kit_gives_the_rows_of_a_real_build(built, cut):
    """What the proofs run on is what dbt makes, row for row, in every mart that dbt built."""
    with connect() as connection:
        lay_firm(connection, load_firm(DATA), {"csv_folder": DATA}, read_at=str(READ_AT)[:19])
        project = compiled_project()
        project.run(
            connection, as_of=f"{CUTS[cut]} 23:59:59.999999", period="2026-06",
            views_as_tables=True,
        )  # fmt: skip
        marts = project.in_folder("canonical", "reconciliation")
        assert len(marts) > 35
        for name in marts:
            relation = project.models[name].relation
            sql = f"select * from {relation} order by all"
            assert connection.execute(sql).fetchall() == built[cut](sql), relation


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_every_unit_test_passes_in_dbt_itself(golden, built):
    """`tests/unit/kit/test_unit_tests.py` runs the same cases without dbt, in seconds."""
    golden.build("2026-07-03", "test", "--select", "test_type:unit", timeout=2900)
