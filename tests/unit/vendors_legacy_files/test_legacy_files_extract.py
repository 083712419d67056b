"""What is read back of a legacy ERP: the lines it shows, under the target's id, with whole keys."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.contracts import Window
from pipelines.legacy_files import VENDOR, resources
from pipelines.load import extract_system
from pipelines.records import parse_records
from pipelines.register import register_views
from pipelines.registry import landing_vendor, vendor
from tests.nasty.posting_kit import NOW, lines
from tests.unit.posting_legacy_files.conftest import EXPORT, TARGET, Place, plain_template
from tests.unit.posting_legacy_files.test_legacy_files_dialects import dialect, german
from tieout.config import Home, load_firm
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.domain.progress import SilentProgress
from tieout.warehouse import Warehouse, write_configuration

FIRM = """
firm: {id: meridian, name: Meridian, reporting_currency: USD}
entities: [{id: US01, name: US, functional_currency: USD}]
systems:
  - {id: legacy, vendor: legacy_files, roles: [erp],
     options: {path: erp, template: template.yml, books: books}}
  - {id: contracts, vendor: csv_tables, roles: [psa], options: {path: books}}
ownership: {}
"""


def read(place, name="erp_lines"):
    extractor = VENDOR.extractor(place.system, place.store, NOW)
    table = VENDOR.table(name)
    records = [r for page in extractor.pages(table, Window()) for r in page.records]
    assert [record["problem"] for record in records if record["problem"]] == []
    return records


def test_the_export_is_read_with_what_we_know_of_our_own_lines(tmp_path):
    place = Place(tmp_path, plain_template(posted_lines=EXPORT), answer_seconds=1)
    rows = lines(2, target=TARGET)
    place.erp.drafts = [rows["posting_key"][1]]
    place.post(rows)
    place.erp.export()
    path = place.erp.out / "posted_lines.csv"
    path.write_text(path.read_text() + "D9,,US01,2026-06-30,41,77,0,-5.00,USD,posted,by hand\n")
    records = read(place)
    assert [r["external_id"] for r in records] == [*rows["posting_key"], None]
    assert [r["erp_line_id"] for r in records] == ["D000001", "D000002", "D9"]
    assert [r["is_posted"] for r in records] == [True, False, True]
    assert [Decimal(str(r["cost_amount_functional"])) for r in records] == [600, 600, -5]
    assert {r["legal_entity_id"] for r in records} == {"US01"}
    parsed = parse_records(VENDOR.table("erp_lines"), records)
    assert parsed is not None


def test_without_an_export_the_responses_are_read_and_short_keys_are_whole_again(tmp_path):
    place = Place(tmp_path, german(hours="", currency_code=""), answer_seconds=1)
    place.erp.dialect = dialect()
    rows = lines(3, target=TARGET)
    place.post(rows)
    records = read(place)
    assert sorted(r["external_id"] for r in records) == rows["posting_key"].to_list()
    assert {(r["legal_entity_id"], r["functional_currency_code"]) for r in records} == {
        ("US01", "USD")
    }
    assert [Decimal(str(r["hours"])) for r in records] == [Decimal("7.5")] * 3


def test_an_export_that_is_not_there_is_no_empty_ledger(tmp_path):
    place = Place(tmp_path, plain_template(posted_lines=EXPORT))
    with pytest.raises(SystemUnreachable, match="no export"):
        read(place)


def test_other_tables_come_from_the_books_folder_or_are_empty(tmp_path):
    place = Place(tmp_path)
    assert read(place, "fx_rates") == []
    place.system.options["books"] = "books"
    with pytest.raises(ConfigError, match="no folder"):
        read(place, "fx_rates")
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "fx_rates.csv").write_text(
        "rate_id,from_currency_code,to_currency_code,rate_date,fx_rate\n1,EUR,USD,2026-06-01,1.1\n"
    )
    (record,) = read(place, "fx_rates")
    assert (record["rate_date"], Decimal(str(record["fx_rate"]))) == (
        date(2026, 6, 1), Decimal("1.1")
    )  # fmt: skip


def test_its_tables_are_those_of_csv_tables_so_they_stand_in_the_same_views():
    theirs = {table.name: table for table in vendor("csv_tables").tables}
    assert sorted(table.name for table in VENDOR.tables) == sorted(resources.READ_BACK)
    assert all(theirs[table.name] == table for table in VENDOR.tables)
    assert landing_vendor("legacy_files") == "csv_tables"
    assert landing_vendor("netsuite") == "netsuite"


def test_posted_lines_stand_in_the_warehouse_under_the_targets_id(tmp_path):
    place = Place(tmp_path, plain_template(posted_lines=EXPORT), answer_seconds=1)
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "projects.csv").write_text("project_id,project_name\n77,Tower\n")
    (tmp_path / "firm.yml").write_text(FIRM)
    place.post(lines(2, target=TARGET))
    place.erp.export()
    firm, home = load_firm(tmp_path), Home(tmp_path / "state")
    for system in firm.systems:
        extract_system(firm, system, home, NOW, SilentProgress())
    with Warehouse(home).writing() as connection:
        write_configuration(connection, firm)
        register_views(connection, firm)
        found = connection.execute(
            "select source_system, external_id, cost_amount_functional"
            " from landed_csv_tables.erp_lines order by external_id"
        ).fetchall()
        projects = connection.execute(
            "select source_system from landed_csv_tables.projects order by 1"
        ).fetchall()
        schemas = connection.execute(
            "select 1 from information_schema.schemata where schema_name = 'landed_legacy_files'"
        ).fetchall()
    keys = lines(2, target=TARGET)["posting_key"].to_list()
    assert found == [("legacy", key, Decimal("600.0000")) for key in keys]
    assert projects == [("contracts",), ("legacy",)]
    assert schemas == []
