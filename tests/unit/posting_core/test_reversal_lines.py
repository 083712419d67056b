"""A reversal is the mirror image of its original in the words of every ERP (P7)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.nasty.posting_kit import frame, line, reversal
from tieout.posting.delivery.netsuite_books import References
from tieout.posting.delivery.netsuite_payloads import journal_entry, time_bill
from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.netsuite import create_writer, read_files
from tieout.posting.writers.netsuite_lines import split
from tieout.posting.writers.tryton_moves import move_of

ENTITY, CURRENCY = "US01", "USD"
REFERENCES = References({"5100": "1", "2100": "2"}, {ENTITY: "3"}, {CURRENCY: "4"})
EXPENSE = {"entry_type": "expense", "hours": Decimal(0), "bill_rate": None}


def both(**changes):
    original = line(7, version=1, **changes)
    return original, reversal(original)


def test_netsuite_takes_negative_time_with_the_rate_that_was_sent():
    original, back = both()
    sent, mirrored = time_bill(original), time_bill(back)
    assert (sent["hours"], mirrored["hours"]) == ("7.5", "-7.5")
    for name in ("custcol_tieout_cost", "custcol_tieout_bill"):
        assert mirrored[name] == -sent[name] != 0
    same = ("employee", "customer", "tranDate", "isBillable", "rate", "custcol_tieout_currency")
    assert {name: mirrored[name] for name in same} == {name: sent[name] for name in same}


def test_netsuite_journals_change_sides():
    original, back = both(**EXPENSE)
    sent, mirrored = (journal_entry(row, REFERENCES)["line"]["items"] for row in (original, back))
    for one, other in zip(sent, mirrored, strict=True):
        assert one["account"] == other["account"]
        assert one.get("debit") == other.get("credit")
        assert one.get("credit") == other.get("debit")
    assert sent[0]["debit"] == Decimal(600)


@pytest.mark.parametrize("changes", [{}, EXPENSE])
def test_netsuite_files_hold_what_takes_the_original_back(changes):
    original, back = both(**changes)
    lines = frame([original, back])
    assert split(lines)[1].is_empty()
    header = BatchHeader(
        "b-1", "meridian", "netsuite", original["entry_type"], ENTITY, "2026-06",
        datetime(2026, 7, 3, tzinfo=UTC), totals_of(lines),
    )  # fmt: skip
    read = {found.posting_key: found for found in read_files(create_writer().files(lines, header))}
    sent, mirrored = read[original["posting_key"]], read[back["posting_key"]]
    assert (mirrored.hours, mirrored.cost, mirrored.bill) == (-sent.hours, -sent.cost, -sent.bill)
    assert (mirrored.worker, mirrored.project) == (sent.worker, sent.project)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        EXPENSE,
        {"contract_currency_code": "EUR", "bill_amount_functional": Decimal("1500.00")},
    ],
)
def test_tryton_moves_balance_to_nothing_account_by_account(changes):
    original, back = both(**changes)
    sent, mirrored = move_of(original), move_of(back)
    assert (sent.imbalance, mirrored.imbalance) == (0, 0)
    for one, other in zip(sent.lines, mirrored.lines, strict=True):
        assert one.account_code == other.account_code
        assert (one.debit, one.credit) == (other.credit, other.debit)
        assert one.second_currency == other.second_currency
        assert (one.second_amount or 0) == -(other.second_amount or 0)
        assert min(other.debit, other.credit) == 0
    assert (mirrored.hours, mirrored.cost) == (-sent.hours, -sent.cost)
