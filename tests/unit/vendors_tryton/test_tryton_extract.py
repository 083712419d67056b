"""What is read of a real Tryton: first, again, incrementally, with deletions, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from pipelines.tryton import resources
from tests.unit.vendors_tryton.conftest import Ledger
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.sandbox.tryton.books import Books
from tieout.sandbox.tryton.sample import MOVES, sample_key
from tieout.sandbox.tryton.server import free_port
from tieout.sandbox.vendors.base import TOKENS

pytestmark = pytest.mark.tryton

FULL = {
    "accounting_periods": 12,
    "currency_rates": 7,
    "project_works": 3,
    "employees": 3,
    "account_moves": len(MOVES),
    "account_move_lines": sum(len(move.lines) for move in MOVES),
}


def landed(report):
    return {name: counts.landed for name, counts in report.tables.items()}


def enter(ledger, *moves):
    """Book moves as an integration that works beside ours."""
    admin = ledger.admin()
    books = Books(
        ledger.server.url,
        1,
        admin.search("account.journal", [["code", "=", "MISC"]])[0],
        {row["code"]: row["id"] for row in admin.read_all("account.account", [], ["code"])},
        {row["name"]: row["id"] for row in admin.read_all("account.period", [], ["name"])},
        {row["code"]: row["id"] for row in admin.read_all("currency.currency", [], ["code"])},
    )
    books.enter(moves, TOKENS["tryton"]["password"])


@pytest.fixture(scope="module")
def read_once(tryton, tmp_path_factory):
    """A ledger that was extracted once, and the report."""
    ledger = Ledger(tmp_path_factory.mktemp("read_once"), tryton)
    return ledger, ledger.extract()


def test_everything_is_landed_once_and_nothing_again(read_once):
    ledger, report = read_once
    assert landed(report) == FULL
    assert report.quarantined == 0
    again = ledger.extract()
    assert set(landed(again).values()) == {0}
    assert again.tables["account_moves"].extracted >= 1
    assert ledger.rows("select count(*) from raw_tryton_uk.account_moves") == [(len(MOVES),)]


def test_amounts_dates_and_instants_arrive_exact(read_once):
    ledger, _ = read_once
    assert ledger.rows(
        "select l.account__code, l.debit, l.credit, l.second_currency__code,"
        " l.amount_second_currency from raw_tryton_uk.account_move_lines as l"
        " join raw_tryton_uk.account_moves as m on m.id = l.move__id and m.version = l.version"
        f" where m.description = '{sample_key('9003')}' order by cast(l.id as bigint)"
    ) == [
        ("5100", Decimal("561.2000"), Decimal("0.0000"), None, None),
        ("2190", Decimal("0.0000"), Decimal("561.2000"), None, None),
        ("1350", Decimal("1160.6200"), Decimal("0.0000"), "EUR", Decimal("1351.0000")),
        ("4010", Decimal("0.0000"), Decimal("1160.6200"), "EUR", Decimal("-1351.0000")),
    ]
    assert ledger.rows(
        "select date, state, company__party__code, company__currency__code, create_uid__login,"
        " changed_at at time zone 'UTC', version = epoch_us(changed_at) from raw_tryton_uk.account_moves"
        f" where description = '{sample_key('9003')}'"
    ) == [(date(2026, 6, 3), "posted", "UK01", "GBP", "psa.sync", datetime(2026, 6, 3, 17), True)]


def test_a_move_and_its_lines_share_their_version(read_once):
    ledger, _ = read_once
    assert ledger.rows(
        "select count(*) from raw_tryton_uk.account_moves as m where not exists"
        " (select 1 from raw_tryton_uk.account_move_lines as l"
        " where l.move__id = m.id and l.version = m.version)"
    ) == [(0,)]


def test_inactive_employees_and_done_projects_are_read_too(read_once):
    ledger, _ = read_once
    assert ledger.rows(
        "select party__code, party__name, party__email, end_date from raw_tryton_uk.employees"
        " order by 1"
    ) == [
        ("W-0007", "Ada Hartley", "ada.hartley@example.com", None),
        ("W-0008", "Alan Turner", "alan.turner@example.com", None),
        ("W-0009", "Isla Quinn", "isla.quinn@example.com", date(2026, 5, 29)),
    ]
    assert ledger.rows(
        "select name, status__name, status__progress from raw_tryton_uk.project_works order by 1"
    ) == [("P-1003", "Open", None), ("P-1008", "Open", None), ("P-1009", "Done", Decimal(1))]


def test_small_pages_give_the_same_records(ledger, monkeypatch):
    monkeypatch.setattr(resources, "PAGE_RECORDS", 4)
    report = ledger.extract(only_tables=["account_moves", "account_move_lines"])
    assert landed(report).items() <= FULL.items()


def test_a_page_that_is_exactly_full_is_followed_by_an_empty_one(ledger, monkeypatch):
    monkeypatch.setattr(resources, "PAGE_RECORDS", len(MOVES))
    assert landed(ledger.extract(only_tables=["account_moves"])) == {"account_moves": len(MOVES)}


def test_every_page_is_kept_as_evidence(read_once):
    ledger, _ = read_once
    kept = [path for path in ledger.home.evidence.rglob("*") if path.is_file()]
    assert any("account_moves" in str(path) for path in kept)


def test_a_new_posting_is_read_without_reading_all(own_ledger):
    own_ledger.extract(sweep_from=date(2026, 6, 1))
    enter(own_ledger, replace(MOVES[1], description=sample_key("9100")))
    own_ledger.now += timedelta(hours=1)
    report = own_ledger.extract(sweep_from=date(2026, 6, 1))
    counts = {name: count for name, count in landed(report).items() if count}
    assert counts == {"account_moves": 1, "account_move_lines": 4}
    assert report.tables["account_move_lines"].extracted < FULL["account_move_lines"]


def test_a_posting_that_committed_late_is_found_by_looking_back(own_ledger):
    enter(own_ledger, replace(MOVES[1], description="newest"))
    own_ledger.stamp("newest", "2026-06-20 12:00:00.000000")
    own_ledger.extract(only_tables=["account_moves", "account_move_lines"])
    # entered before the newest one, visible only now: a cursor alone would never show it
    enter(own_ledger, replace(MOVES[1], description="late"))
    own_ledger.stamp("late", "2026-06-20 08:00:00.000000")
    report = own_ledger.extract(
        only_tables=["account_moves", "account_move_lines"], sweep_from=date(2026, 7, 1)
    )
    assert landed(report) == {"account_moves": 1, "account_move_lines": 4}


def test_a_draft_that_is_posted_becomes_a_new_version_with_its_lines(own_ledger):
    moves = ["account_moves", "account_move_lines"]
    own_ledger.extract(only_tables=moves)
    admin = own_ledger.admin()
    (draft,) = admin.search("account.move", [["state", "=", "draft"]])
    admin.model("account.move", "post", [draft])
    own_ledger.now += timedelta(hours=1)
    report = own_ledger.extract(only_tables=moves)
    assert landed(report)["account_moves"] == 1
    assert own_ledger.rows(
        "select m.state, count(l.id) from raw_tryton_uk.account_moves as m"
        " join raw_tryton_uk.account_move_lines as l"
        " on l.move__id = m.id and l.version = m.version"
        f" where m.id = '{draft}' group by m.state, m.version order by m.version"
    ) == [("draft", 2), ("posted", 2)]


def test_a_deleted_draft_becomes_a_tombstone_and_a_closed_period_a_new_version(own_ledger):
    tables = ["account_moves", "accounting_periods"]
    own_ledger.extract(only_tables=tables)
    admin = own_ledger.admin()
    (draft,) = admin.search("account.move", [["state", "=", "draft"]])
    admin.model("account.move", "delete", [draft])
    (july,) = admin.search("account.period", [["name", "=", "2026-07"]])
    admin.model("account.period", "close", [july])
    own_ledger.now += timedelta(hours=1)
    report = own_ledger.extract(only_tables=tables, sweep_from=date(2026, 6, 1))
    assert report.tables["account_moves"].deleted == 1
    assert own_ledger.rows(
        "select is_deleted from raw_tryton_uk.account_moves"
        f" where id = '{draft}' order by version desc limit 1"
    ) == [(True,)]
    assert landed(report) == {"account_moves": 0, "accounting_periods": 1}
    assert own_ledger.rows(
        "select state from raw_tryton_uk.accounting_periods where name = '2026-07' order by version"
    ) == [("open",), ("closed",)]


def test_a_wrong_password_lands_nothing(ledger):
    ledger.write_secret("password", "not-the-password")
    with pytest.raises(AuthenticationFailed, match="secrets of system tryton_uk"):
        ledger.extract()
    assert not ledger.home.warehouse.exists() or ledger.rows(
        "select count(*) from information_schema.tables where table_schema = 'raw_tryton_uk'"
        " and table_name = 'account_moves'"
    ) == [(0,)]


def test_a_user_without_rights_is_told_which(own_ledger):
    admin = own_ledger.admin()
    user = {"name": "Guest", "login": "guest", "password": TOKENS["tryton"]["password"]}
    admin.create("res.user", [{**user, "company": 1, "companies": [["add", [1]]]}])
    own_ledger.write_secret("username", "guest")
    with pytest.raises(AuthenticationFailed, match="give the integration user the right"):
        own_ledger.extract()


def test_a_server_that_is_down_says_what_was_tried(ledger, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    firm = ledger.folder / "firm" / "firm.yml"
    firm.write_text(firm.read_text().replace(str(ledger.server.port), str(free_port())))
    with pytest.raises(SystemUnreachable, match="check that the system is up"):
        ledger.extract()


def test_an_unknown_company_is_a_mistake_in_the_configuration(ledger):
    ledger.write_firm("{company: FR01}")
    with pytest.raises(ConfigError, match=r"shows 0 companies \(none\)"):
        ledger.extract()
    ledger.write_firm("{company: UK01}")
    assert landed(ledger.extract(only_tables=["employees"])) == {"employees": 3}
