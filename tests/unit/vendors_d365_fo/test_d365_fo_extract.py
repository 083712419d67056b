"""What is landed of the emulated F&O, after a posting and in a later run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Window
from pipelines.d365_fo import VENDOR
from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import World, expense_line, fno_system, time_line
from tieout.domain.errors import ContractError, SystemUnreachable

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
LINES = [time_line(n) for n in range(12)]
LINES += [expense_line("taxi"), expense_line("desk", erp_project_id=None)]


def read(world: World, table: str, window: Window | None = None, **options: Any) -> list[Any]:
    """The records of one table as the extractor gives them."""
    with world.online():
        system = fno_system(world.folder, **options)
        extractor = VENDOR.extractor(system, VENDOR.session(system), NOW)
        pages = list(extractor.pages(VENDOR.table(table), window or Window()))
    return [record for page in pages for record in page.records]


@pytest.fixture
def posted(tmp_path: Path) -> Any:
    world = World(tmp_path)
    world.setup.rates = [
        {"FromCurrency": "EUR", "ToCurrency": "USD", "StartDate": "2026-06-01", "Rate": "108.5",
         "ConversionFactor": "Hundred", "RateTypeName": "Default"},
        {"FromCurrency": "EUR", "ToCurrency": "USD", "StartDate": "2026-06-01", "Rate": "1.2",
         "ConversionFactor": "One", "RateTypeName": "Budget"},
    ]  # fmt: skip
    world.post(frame(LINES))
    yield world
    world.ledger.close()


@pytest.mark.parametrize("table", VENDOR.tables, ids=lambda table: table.name)
def test_every_record_has_every_declared_column_and_an_id_of_its_own(
    posted: Any, table: Any
) -> None:
    if table.name == "billed_hours":
        bill(posted)
    found = read(posted, table.name)
    assert found
    for record in found:
        assert {column.name for column in table.columns} <= set(record)
    assert len({record["id"] for record in found}) == len(found)


def bill(world: World) -> None:
    """F&O invoices the first hour line."""
    store = world.app.app.routes[3].handler.__self__._store
    number, actual = store.rows("PSAActuals")[1]
    store.save(
        number,
        {**actual, "LaborInvoicedQty": Decimal("7.5"), "LaborInvoicedRevenue": Decimal("1387.5")},
    )


def test_lines_carry_the_key_the_figures_and_that_they_are_in_the_books(posted: Any) -> None:
    found = {record["text"]: record for record in read(posted, "journal_lines")}
    assert set(found) == {row["posting_key"] for row in LINES}
    hour, taxi, desk = (found[LINES[n]["posting_key"]] for n in (0, 12, 13))
    assert (hour["hours"], hour["amount"], hour["is_posted"], hour["accounting_date"]) == (
        Decimal("7.5"), Decimal(600), True, "2026-06-15",
    )  # fmt: skip
    assert (taxi["amount"], taxi["credit_amount"], taxi["project_id"]) == (120, 0, "P-77")
    assert (desk["account_code"], desk["record_type"]) == ("6100", "general_journal_line")
    assert {record["legal_entity_id"] for record in found.values()} == {"US01"}


def test_line_ids_are_those_that_the_posting_ledger_remembers(posted: Any) -> None:
    from tieout.posting.ledger_export import export_ledger

    remembered = export_ledger(posted.ledger)["posting_lines"]["erp_id"].to_list()
    assert sorted(record["id"] for record in read(posted, "journal_lines")) == sorted(remembered)


def test_a_line_that_nobody_posted_yet_is_a_draft(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.moods.posts_journals = False
    world.post(frame(LINES))
    found = read(world, "journal_lines")
    world.ledger.close()
    assert {record["is_posted"] for record in found} == {False}


def test_what_was_invoiced_names_the_line(posted: Any) -> None:
    assert read(posted, "billed_hours") == []
    bill(posted)
    (billed,) = read(posted, "billed_hours")
    assert (billed["hours"], billed["revenue"], billed["accounting_currency"]) == (
        Decimal("7.5"), Decimal("1387.5"), "USD",
    )  # fmt: skip
    assert billed["line_id"] in {record["id"] for record in read(posted, "journal_lines")}


def test_periods_have_the_status_of_the_ledger_and_the_days_of_the_calendar(posted: Any) -> None:
    found = {record["id"]: record for record in read(posted, "accounting_periods")}
    assert len(found) == 24
    assert found["us01:2026:Period 06"]["status"] == "Open"
    assert found["uk01:2026:Period 05"]["status"] == "OnHold"
    assert found["uk01:2026:Period 05"]["start_date"] == "2026-05-01"


def test_only_rates_of_the_type_asked_for_are_read(posted: Any) -> None:
    (rate,) = read(posted, "exchange_rates")
    assert (rate["rate"], rate["conversion_factor"]) == ("108.5", "Hundred")
    (rate,) = read(posted, "exchange_rates", rate_type="Budget")
    assert rate["rate"] == "1.2"


def test_a_sweep_is_bounded_by_the_date(posted: Any) -> None:
    later = Window(sweep_from=date(2026, 7, 1))
    assert read(posted, "journal_lines", later) == []
    assert len(read(posted, "journal_lines", Window(sweep_from=date(2026, 6, 1)))) == 14


def test_with_a_list_of_companies_the_others_are_not_read(posted: Any) -> None:
    assert read(posted, "journal_lines", companies="UK01=uk01") == []
    found = read(posted, "journal_lines", companies="AMER=us01")
    assert {record["legal_entity_id"] for record in found} == {"AMER"}


@pytest.mark.parametrize("kind", ["html", "truncated", "ok_with_error"])
@pytest.mark.parametrize("entity_set", ["JournalTrans", "PSAActuals", "LedgerJournalHeaders"])
def test_an_answer_that_is_no_page_ends_the_table(posted: Any, entity_set: str, kind: str) -> None:
    posted.fault(kind, f"data/{entity_set}", times=20)
    with pytest.raises((SystemUnreachable, ContractError)):
        read(posted, "journal_lines")


def test_a_field_that_is_gone_is_named(posted: Any) -> None:
    body = {"value": [{"dataAreaId": "us01", "ProjectId": "P-1"}]}
    posted.fault("ok_with_error", "data/ProjectsV2", body=body)
    with pytest.raises(SystemUnreachable, match="ProjectName"):
        read(posted, "projects")


def test_look_back_is_declared() -> None:
    assert VENDOR.look_back == timedelta(days=1)
