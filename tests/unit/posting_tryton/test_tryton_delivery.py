from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.http.session import Limits
from tieout.posting.delivery.tryton import BATCH, create_delivery
from tieout.sandbox.tryton.sample import sample_key

pytestmark = pytest.mark.tryton


def by_key(results):
    results = list(results)
    assert len({r.posting_key for r in results}) == len(results)
    return {r.posting_key.split(":")[3]: r for r in results}


def test_a_line_is_posted_and_read_back_with_date_amount_hours_and_state(delivery, make_lines):
    results = by_key(delivery.send(make_lines("100")))
    assert (results["100"].outcome, results["100"].message) == ("accepted", None)
    (found,) = delivery.look_up([sample_key("100")])[sample_key("100")]
    assert found.state == "posted"
    assert found.accounting_date == date(2026, 6, 15)
    assert found.amount == Decimal("526.13")
    assert found.hours == Decimal("7.5000")
    assert found.currency_code == "GBP"
    assert found.erp_id == results["100"].erp_id


def test_the_ledger_holds_both_pairs_and_the_text(delivery, make_lines, tryton, person):
    delivery.send(make_lines("101")).__next__()
    moves = person(tryton).read_all(
        "account.move",
        [["description", "=", sample_key("101")]],
        ["number", "lines.account.code", "lines.debit", "lines.credit", "lines.description"],
    )
    (move,) = moves
    lines = sorted(move["lines."], key=lambda row: row["id"])
    assert [row["account."]["code"] for row in lines] == ["5100", "2190", "1350", "4010"]
    amounts = [
        Decimal(row["debit"]["decimal"]) - Decimal(row["credit"]["decimal"]) for row in lines
    ]
    assert amounts == [Decimal(x) for x in ("526.13", "-526.13", "1387.50", "-1387.50")]
    assert {row["description"] for row in lines} == {
        "worker=W-0007;project=P-1003;work_date=2026-06-15;hours=7.5000;bill=1387.50 GBP"
    }
    assert move["number"].startswith("2026/")


def test_a_foreign_contract_is_kept_as_second_currency(delivery, make_lines, tryton, person):
    foreign = {
        "contract_currency_code": "EUR",
        "bill_amount_contract": Decimal("1351.0000"),
        "bill_amount_functional": Decimal("1160.6200"),
    }
    assert by_key(delivery.send(make_lines(("102", foreign))))["102"].outcome == "accepted"
    rows = person(tryton).read_all(
        "account.move.line",
        [["move.description", "=", sample_key("102")], ["second_currency", "!=", None]],
        ["debit", "credit", "amount_second_currency", "second_currency.code"],
    )
    assert [row["amount_second_currency"]["decimal"] for row in rows] == ["1351.00", "-1351.00"]
    assert {row["second_currency."]["code"] for row in rows} == {"EUR"}
    assert rows[0]["debit"]["decimal"] == "1160.62"


def test_a_second_send_makes_no_second_move(delivery, make_lines):
    first = by_key(delivery.send(make_lines("103", "104")))
    again = by_key(delivery.send(make_lines("103", "104", "105")))
    assert {k: r.outcome for k, r in first.items()} == {"103": "accepted", "104": "accepted"}
    assert {k: r.outcome for k, r in again.items()} == {
        "103": "already_there", "104": "already_there", "105": "accepted",
    }  # fmt: skip
    assert again["103"].erp_id == first["103"].erp_id
    found = delivery.look_up([sample_key(r) for r in ("103", "104", "105")])
    assert [len(moves) for moves in found.values()] == [1, 1, 1]


def test_a_key_nobody_posted_is_not_found(delivery):
    assert delivery.look_up([sample_key("never")]) == {}
    assert delivery.look_up([]) == {}


def test_a_duplicate_in_the_ledger_is_shown_twice_oldest_first(delivery):
    found = delivery.look_up([sample_key("9002")])[sample_key("9002")]
    assert [f.state for f in found] == ["posted", "posted"]
    assert int(found[0].erp_id) < int(found[1].erp_id)


def test_sending_what_is_there_twice_names_the_second(delivery, make_lines):
    result = by_key(delivery.send(make_lines("9002")))["9002"]
    assert result.outcome == "already_there"
    assert "2 times" in result.message


def test_many_keys_are_looked_up_in_pieces(delivery):
    keys = [sample_key(f"absent-{n}") for n in range(450)]
    assert list(delivery.look_up([*keys, sample_key("9001")])) == [sample_key("9001")]


def test_a_closed_period_is_refused_with_its_reason_and_leaves_nothing(delivery, make_lines):
    closed = {"accounting_date": date(2026, 5, 20)}
    result = by_key(delivery.send(make_lines(("110", closed))))["110"]
    assert (result.outcome, result.reason_code) == ("rejected", "PERIOD_CLOSED")
    assert "2026-05" in result.message or "Period" in result.message
    assert delivery.look_up([sample_key("110")]) == {}


def test_a_day_without_any_period_is_refused(delivery, make_lines):
    result = by_key(delivery.send(make_lines(("111", {"accounting_date": date(2027, 1, 4)}))))
    assert result["111"].reason_code == "PERIOD_CLOSED"
    assert "2027-01-04" in result["111"].message


def test_one_bad_line_does_not_hold_back_the_good_ones(delivery, make_lines):
    lines = [f"12{n}" for n in range(7)]
    bad = {"accounting_date": date(2026, 5, 20)}
    results = by_key(delivery.send(make_lines(*lines[:3], ("123", bad), *lines[4:])))
    assert results.pop("123").reason_code == "PERIOD_CLOSED"
    assert {r.outcome for r in results.values()} == {"accepted"}
    assert len(results) == 6


@pytest.mark.parametrize(
    ("record", "changes", "reason"),
    [
        ("130", {"debit_account_code": None}, "ACCOUNT_UNMAPPED"),
        ("131", {"debit_account_code": "9999"}, "ACCOUNT_UNMAPPED"),
        ("132", {"wip_account_code": None}, "ACCOUNT_UNMAPPED"),
        ("133", {"contract_currency_code": "XTS", "bill_amount_functional": Decimal("1.0000")},
         "FX_MISSING"),
        ("134", {"contract_currency_code": "EUR", "bill_amount_functional": None}, "FX_MISSING"),
        ("135", {"cost_amount_functional": Decimal("440.0050")}, "AMOUNT_MISMATCH"),
    ],
)  # fmt: skip
def test_an_incomplete_line_is_refused_with_its_reason(
    delivery, make_lines, record, changes, reason
):
    results = by_key(delivery.send(make_lines((record, changes), f"{record}-good")))
    assert (results[record].outcome, results[record].reason_code) == ("rejected", reason)
    assert results[f"{record}-good"].outcome == "accepted"
    assert delivery.look_up([sample_key(record)]) == {}


def test_a_negative_line_changes_sides(delivery, make_lines):
    negative = {
        "hours": Decimal("-2.0000"),
        "cost_amount_functional": Decimal("-140.3000"),
        "bill_amount_contract": Decimal("-370.0000"),
        "bill_amount_functional": Decimal("-370.0000"),
    }
    assert by_key(delivery.send(make_lines(("140", negative))))["140"].outcome == "accepted"
    (found,) = delivery.look_up([sample_key("140")])[sample_key("140")]
    assert (found.amount, found.hours) == (Decimal("-140.30"), Decimal("-2.0000"))


def test_a_line_without_bill_value_has_two_lines(delivery, make_lines, tryton, person):
    free = {
        "is_billable": False,
        "bill_amount_contract": Decimal("0.0000"),
        "bill_amount_functional": None,
        "wip_account_code": None,
    }
    assert by_key(delivery.send(make_lines(("141", free))))["141"].outcome == "accepted"
    domain = [["move.description", "=", sample_key("141")]]
    assert len(person(tryton).search("account.move.line", domain)) == 2


def test_a_full_batch_is_posted_in_one_go(delivery, make_lines):
    assert delivery.capabilities.max_batch == BATCH
    records = [f"batch-{n}" for n in range(BATCH)]
    results = by_key(delivery.send(make_lines(*records)))
    assert {r.outcome for r in results.values()} == {"accepted"}
    assert len(results) == BATCH


def test_a_wrong_password_says_so(tryton, make_lines, monkeypatch, connection):
    delivery = connection(tryton, monkeypatch)
    delivery._rpc._session._session.auth = ("tieout", "wrong-password")
    with pytest.raises(AuthenticationFailed, match="secrets of system tryton_uk"):
        delivery.look_up([sample_key("9001")])


def test_a_wrong_database_is_no_empty_ledger(tryton, monkeypatch, connection):
    delivery = connection(tryton, monkeypatch)
    delivery._rpc._session.base_url = tryton.url.replace("/erp", "/nothing") + "/"
    delivery._rpc._session.limits = Limits(attempts=1)
    with pytest.raises(SystemUnreachable):
        delivery.look_up([sample_key("9001")])


def test_a_missing_journal_is_a_mistake_in_the_configuration(delivery, make_lines):
    system = delivery._system.model_copy(update={"options": {"journal": "NONE"}})
    other = create_delivery(system, delivery._rpc._session)
    with pytest.raises(ConfigError, match="no journal with code NONE"):
        list(other.send(make_lines("150")))


def test_a_missing_company_is_a_mistake_in_the_configuration(delivery):
    system = delivery._system.model_copy(update={"options": {"company": "FR01"}})
    other = create_delivery(system, delivery._rpc._session)
    with pytest.raises(ConfigError, match="shows 0 companies"):
        other.look_up([sample_key("9001")])
