"""The NetSuite connector against the emulated account, into a real warehouse."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Window
from pipelines.netsuite import resources
from pipelines.netsuite.queries import QUERIES, behind, statement
from pipelines.netsuite.tables import TABLES
from tieout.domain.errors import ConfigError, ContractError
from tieout.http import mounted

ROOT = Path(__file__).parents[3]
LATER = datetime(2026, 7, 4, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def test_everything_of_the_account_lands_typed(bench: Any) -> None:
    report = bench.extract()
    assert {name: counts.landed for name, counts in report.tables.items()} == {
        "subsidiaries": 2, "accounts": 4, "employees": 2, "customers": 2, "jobs": 3,
        "accounting_periods": 6, "currency_rates": 1, "time_bills": 4, "journal_lines": 2,
        "charges": 3, "credit_lines": 1,
    }  # fmt: skip
    assert report.quarantined == 0
    found = bench.rows(
        "select id, externalid, trandate, hours, custcol_tieout_cost, custcol_tieout_bill, rate, "
        "functional_currency_code, subsidiary_external_id, version, posted "
        "from raw_netsuite.time_bills where id = '50001'"
    )
    moment = datetime(2026, 6, 20, 12, 1, tzinfo=UTC)
    assert found == [
        (
            "50001", bench.books.history_key(1), date(2026, 6, 15), Decimal("7.5000"),
            Decimal("468.7500"), Decimal("1387.5000"), Decimal("185.000000"), "USD", "US01",
            micros(moment), "T",
        )
    ]  # fmt: skip


def test_journal_lines_carry_their_account_and_signed_amount(bench: Any) -> None:
    bench.extract()
    assert bench.rows(
        "select id, acctnumber, amount, accounting_period_start from raw_netsuite.journal_lines "
        "order by id"
    ) == [
        ("50005|0", "5000", Decimal("250.0000"), date(2026, 6, 1)),
        ("50005|1", "2200", Decimal("-250.0000"), date(2026, 6, 1)),
    ]


def test_a_second_run_lands_nothing(bench: Any) -> None:
    bench.extract()
    bench.now += timedelta(hours=6)
    again = bench.extract()
    assert (again.landed, again.quarantined) == (0, 0)


def test_a_line_saved_through_the_api_is_found_by_the_next_run(bench: Any) -> None:
    bench.extract(only_tables=["time_bills"])
    with mounted(bench.books.BASE_URL, bench.app):
        bench.caller()("PUT", f"{bench.books.RECORD}/timeBill/eid:K", bench.books.time_bill())
    report = bench.extract(only_tables=["time_bills"])
    assert report.tables["time_bills"].landed == 1
    assert bench.rows(
        "select hours, custcol_tieout_work_date, epoch_us(createddate) "
        "from raw_netsuite.time_bills where externalid = 'K'"
    ) == [(Decimal("2.5000"), date(2026, 6, 29), micros(bench.now))]


def test_an_edit_in_the_erp_becomes_a_second_version(bench: Any) -> None:
    bench.extract(only_tables=["time_bills"])
    bench.now = LATER
    with mounted(bench.books.BASE_URL, bench.app):
        bench.caller()("PATCH", f"{bench.books.RECORD}/timeBill/50002", {"hours": "6"})
    bench.extract(only_tables=["time_bills"])
    assert bench.rows(
        "select hours, version from raw_netsuite.time_bills where id = '50002' order by version"
    ) == [
        (Decimal("7.5000"), micros(datetime(2026, 6, 20, 12, 2, tzinfo=UTC))),
        (Decimal("6.0000"), micros(LATER)),
    ]


def test_a_line_deleted_in_the_erp_becomes_a_tombstone_once(bench: Any) -> None:
    only = {"only_tables": ["time_bills"], "sweep_from": date(2026, 6, 1)}
    bench.extract(**only)
    bench.now = LATER
    with mounted(bench.books.BASE_URL, bench.app):
        bench.caller()("DELETE", f"{bench.books.RECORD}/timeBill/50004")
    report = bench.extract(**only)
    assert report.tables["time_bills"].deleted == 1
    assert bench.rows("select id from raw_netsuite.time_bills where is_deleted") == [("50004",)]
    bench.now += timedelta(hours=1)
    assert bench.extract(**only).landed == 0


def test_a_draft_that_is_issued_becomes_a_new_version_of_its_charge(bench: Any) -> None:
    bench.extract(only_tables=["charges"])
    books = bench.books
    issued = books.invoice(2, changed_at=LATER)
    bench.show(books.small_firm(invoices=(*bench.firm.invoices, issued)))
    bench.now = LATER + timedelta(hours=1)
    bench.extract(only_tables=["charges"])
    assert bench.rows(
        "select invoice_posting, version from raw_netsuite.charges where id = '92002' "
        "order by version"
    ) == [("F", micros(books.POSTED + timedelta(days=10))), ("T", micros(LATER))]


def test_a_period_that_closes_becomes_a_new_observed_version(bench: Any) -> None:
    bench.extract(only_tables=["accounting_periods"])
    books = bench.books
    closed = books.period(6, "closed", changed_at=LATER)
    bench.show(books.small_firm(periods=(*bench.firm.periods, closed)))
    bench.now = LATER + timedelta(hours=1)
    report = bench.extract(only_tables=["accounting_periods"])
    assert report.tables["accounting_periods"].landed == 2
    assert bench.rows(
        "select closed from raw_netsuite.accounting_periods where id = '306|2' order by version"
    ) == [("F",), ("T",)]


@pytest.mark.parametrize("per_page", [1, 2, 3, 1000])
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_any_page_size_reads_the_same_records_in_the_same_order(
    bench: Any, monkeypatch: pytest.MonkeyPatch, per_page: int, table: str
) -> None:
    whole = bench.read(table)
    monkeypatch.setattr(resources, "PER_PAGE", per_page)
    assert bench.read(table) == whole
    assert whole


@pytest.mark.parametrize("ceiling", [2, 3, 4])
def test_more_rows_than_a_query_may_have_are_read_all_the_same(
    bench: Any, monkeypatch: pytest.MonkeyPatch, ceiling: int
) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 2)
    bench.show(bench.firm, rows_max=ceiling)
    assert len(bench.read("time_bills")) == 4


def test_rows_that_come_and_go_while_the_list_is_read_hide_no_others(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 2)
    books, calls = bench.books, []
    app = bench.app

    def meddling(environ: Any, start_response: Any) -> Any:
        """Between the first and the second page a read row goes and a new one comes."""
        calls.append(environ["PATH_INFO"])
        if len(calls) == 2:
            with mounted("http://other.test", app):
                meddler = books.Caller(base_url="http://other.test")
                meddler("DELETE", f"{books.RECORD}/timeBill/50004")
                meddler("PUT", f"{books.RECORD}/timeBill/eid:N", books.time_bill())
        return app(environ, start_response)

    bench.app = meddling
    seen = [int(record["id"]) for record in bench.read("time_bills")]
    assert seen[:3] == [50001, 50002, 50003]
    assert (len(seen), seen[3] > 1_000_000) == (4, True)


def test_only_journal_lines_of_controlled_accounts_are_read_where_the_option_says_so(
    bench: Any,
) -> None:
    bench.options = "{controlled_accounts: '5000, 6100'}"
    assert [record["acctnumber"] for record in bench.read("journal_lines")] == ["5000"]


def test_an_account_number_that_is_none_is_refused(bench: Any) -> None:
    bench.options = '{controlled_accounts: "5000\' OR 1=1"}'
    with pytest.raises(ConfigError, match="no account number"):
        bench.read("journal_lines")


def test_an_account_without_the_custom_fields_is_refused_by_name(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = QUERIES["jobs"]
    wrong = type(bare)(
        select=(*bare.select, "j.custentity_tieout"),
        source=bare.source,
        keys=bare.keys,
        key_names=bare.key_names,
    )
    monkeypatch.setitem(QUERIES, "jobs", wrong)
    with pytest.raises(ContractError, match="Unknown identifier 'custentity_tieout'"):
        bench.read("jobs")


def test_every_table_has_a_query_that_serves_its_columns_and_its_cursor() -> None:
    assert {table.name for table in TABLES} == set(QUERIES)
    for table in TABLES:
        query = QUERIES[table.name]
        named = {part.rpartition(" AS ")[2].rpartition(".")[2].strip() for part in query.select}
        assert {column.name for column in table.columns} <= named, table.name
        assert set(query.key_names) <= named, table.name
        if table.sweep is not None and table.sweep.date_column is not None:
            assert query.dated, table.name
            assert query.changed, table.name


def test_a_page_condition_orders_by_the_parts_of_its_key() -> None:
    assert behind(("a.x", "b.y"), (7, 3)) == "(a.x > 7 OR a.x = 7 AND b.y > 3)"


def test_a_window_becomes_dates_in_the_query() -> None:
    text = statement(
        QUERIES["time_bills"],
        Window(datetime(2026, 6, 30, 6, tzinfo=UTC), date(2026, 6, 1)),
        (50001,),
    )
    assert "tb.lastmodifieddate >= TO_DATE('2026-06-30 06:00:00', 'YYYY-MM-DD HH24:MI:SS')" in text
    assert "tb.trandate >= TO_DATE('2026-06-01', 'YYYY-MM-DD')" in text
    assert text.endswith("(tb.id > 50001) ORDER BY tb.id")


def test_the_connector_runs_alone_and_says_when_the_system_is_down(bench: Any) -> None:
    bench.read("subsidiaries")
    folder = bench.folder / "firm"
    text = (folder / "firm.yml").read_text(encoding="utf-8")
    (folder / "firm.yml").write_text(
        text.replace(bench.books.BASE_URL, "http://127.0.0.1:9"), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.netsuite", "--firm", str(folder),
         "--home", str(bench.folder / "alone"), "--system", "netsuite"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "netsuite" in done.stderr
