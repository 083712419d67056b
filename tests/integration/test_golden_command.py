"""The golden close through the command line: a folder of CSV files is a firm."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

# the same figures are held by tests/golden/close, the same commands by the sample firm
pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(2400)]

DATA = Path(__file__).resolve().parents[1] / "golden" / "close" / "data"
MEASURES = {
    "1 approved_not_posted": "approved_not_posted_amount",
    "2 adjusted_not_reclassified.to_post": "to_post_amount",
    "3 adjusted_not_reclassified.to_reverse": "to_reverse_amount",
    "A approved": "approved_amount",
    "P posted": "posted_amount",
    "D duplicate": "duplicate_excess_amount",
    "O orphan": "orphan_amount",
}
COLUMNS = {"hours": "hours", "bill": "bill_usd", "cost": "cost_func"}


@pytest.fixture(scope="module")
def installation(make_installation, tmp_path_factory):
    made = make_installation("golden")
    made.folder = tmp_path_factory.mktemp("firm")
    for path in DATA.glob("*.csv"):
        if path.name != "expected.csv":
            shutil.copy(path, made.folder)
    return made


@pytest.mark.parametrize("cut", ["close 2026-07-03", "as of 2026-07-10"])
def test_every_figure_of_the_golden_close_comes_out(installation, cut):
    day = cut.split()[-1]
    installation.tieout(
        "run", "--firm", str(installation.folder), "--no-post", "--as-of", day, "--period", "2026-06",
        expect=0, TIEOUT_NOW="2026-07-20T08:00:00Z",
    )  # fmt: skip
    expected = [
        row for row in csv.DictReader((DATA / "expected.csv").open()) if row["as_of"] == cut
    ]
    identities = installation.query("select * from rec_tie_out_identities where identity_id = 'I1'")
    assert all(row["is_tied"] for row in identities)
    wanted, found = {}, {}
    for row in expected:
        for measure, column in COLUMNS.items():
            if row["measure"] in MEASURES:
                wanted[row["entity"], MEASURES[row["measure"]], measure] = Decimal(row[column])
    for row in identities:
        for name in MEASURES.values():
            key = (row["legal_entity_id"], name, row["measure"])
            found[key] = found.get(key, Decimal(0)) + Decimal(row[name])
    assert {key: value for key, value in found.items() if value} == {
        k: v for k, v in wanted.items() if v
    }
    billed = json.loads(
        installation.tieout(
            "query",
            "select legal_entity_id, sum(hours) as hours, sum(remaining_amount_contract) as bill"
            " from rec_posted_not_billed group by 1",
            "--format", "json", expect=0,
        ).stdout
    )  # fmt: skip
    assert {
        row["legal_entity_id"]: (Decimal(row["hours"]), Decimal(row["bill"])) for row in billed
    } == {
        row["entity"]: (Decimal(row["hours"]), Decimal(row["bill_usd"]))
        for row in expected
        if row["measure"] == "W posted_not_billed"
    }
