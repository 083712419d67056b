from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.domain.control_totals import ControlTotals
from tieout.posting.registry import writer_for
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.tryton import read_journal
from tieout.posting.writers.tryton_moves import Unpostable, hours_in, line_text, move_of

GOLDEN = Path(__file__).parents[2] / "golden" / "tryton"

HEADER = BatchHeader(
    batch_id="tryton_uk-2026-06-time-000001",
    firm_id="meridian",
    target="tryton_uk",
    stream="time",
    legal_entity_id="UK01",
    period_id="2026-06",
    created_at=datetime(2026, 7, 3, 6, 0, tzinfo=UTC),
    totals=ControlTotals(4, Decimal("16.0000"), {"GBP": Decimal("1087.3300")}),
)


@pytest.fixture
def batch(make_lines):
    """A plain line, a foreign contract, an internal project, a negative line."""
    return make_lines(
        "301",
        ("302", {
            "hours": Decimal("8.0000"),
            "cost_amount_functional": Decimal("561.2000"),
            "bill_amount_contract": Decimal("1351.0000"),
            "bill_amount_functional": Decimal("1160.6200"),
            "contract_currency_code": "EUR",
            "project_id": "P-1008", "erp_project_id": "P-1008",
        }),
        ("303", {
            "hours": Decimal("2.5000"), "cost_amount_functional": Decimal("175.3800"),
            "bill_amount_contract": Decimal("0.0000"), "bill_amount_functional": None,
            "is_billable": False, "wip_account_code": None, "accrued_revenue_account_code": None,
        }),
        ("304", {
            "hours": Decimal("-2.0000"),
            "cost_amount_functional": Decimal("-175.3800"),
            "bill_amount_contract": Decimal("-370.0000"),
            "bill_amount_functional": Decimal("-370.0000"),
        }),
    )  # fmt: skip


def test_the_journal_is_the_golden_file_byte_for_byte(batch):
    files = writer_for("tryton").files(batch, HEADER)
    name = "tryton_uk-2026-06-time-000001-journal.csv"
    assert list(files) == [name]
    assert files[name] == (GOLDEN / name).read_bytes()


def test_the_same_lines_give_the_same_bytes(batch):
    writer = writer_for("tryton")
    assert writer.files(batch, HEADER) == writer.files(batch.clone(), HEADER)


def test_a_journal_reads_back_into_the_moves_that_are_sent(batch):
    (content,) = writer_for("tryton").files(batch, HEADER).values()
    moves = read_journal(content)
    assert moves == [move_of(line) for line in batch.iter_rows(named=True)]
    assert sum(move.cost for move in moves) == batch["cost_amount_functional"].sum()
    assert sum(move.hours for move in moves) == batch["hours"].sum()
    assert all(not move.imbalance for move in moves)


def test_a_file_of_another_shape_is_no_journal():
    with pytest.raises(ValueError, match="a journal has the columns"):
        read_journal(b"a,b\n1,2\n")


def test_lines_without_a_move_stand_in_a_file_of_their_own(make_lines):
    files = writer_for("tryton").files(make_lines("305", ("306", {"debit_account_code": None})),
                                       HEADER)  # fmt: skip
    refused = files["tryton_uk-2026-06-time-000001-not-sent.csv"].decode()
    assert "kantata:306:" in refused
    assert "ACCOUNT_UNMAPPED" in refused
    journal = files["tryton_uk-2026-06-time-000001-journal.csv"]
    assert [move.posting_key.split(":")[3] for move in read_journal(journal)] == ["305"]


def test_separators_in_codes_do_not_break_the_text(make_lines):
    line = make_lines(("307", {"erp_project_id": "P;1=50%"})).row(0, named=True)
    assert line_text(line) == (
        "worker=W-0007;project=P%3B1=50%25;work_date=2026-06-15;hours=7.5000;bill=1387.50 GBP"
    )


def test_codes_fall_back_to_our_own_ids(make_lines):
    nothing = {"erp_project_id": None, "project_code": None, "erp_worker_id": None}
    line = make_lines(("308", nothing)).row(0, named=True)
    assert line_text(line).startswith("worker=W-0007;project=P-1003;")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("worker=W-0007;hours=7.5000;bill=1.00 GBP", "7.5"),
        ("hours=-2.0000", "-2"),
        ("hours=many;project=P", "0"),
        ("hours=²", "0"),
        ("hours=", "0"),
        ("", "0"),
        (None, "0"),
    ],
)
def test_hours_are_read_from_the_text_or_are_zero(text, hours):
    assert hours_in(text) == Decimal(hours)


def test_an_expense_has_no_hours_in_the_books(make_lines):
    expense = {
        "entry_type": "expense", "hours": Decimal("0.0000"),
        "cost_amount_functional": Decimal("84.2000"),
        "debit_account_code": "5300", "credit_account_code": "2150",
        "bill_amount_contract": Decimal("0.0000"), "bill_amount_functional": Decimal("0.0000"),
    }  # fmt: skip
    move = move_of(make_lines(("309", expense)).row(0, named=True))
    assert [line.account_code for line in move.lines] == ["5300", "2150"]
    assert move.hours == 0
    assert move.accounting_date == date(2026, 6, 15)


def test_every_missing_account_is_named(make_lines):
    line = make_lines(("310", {"debit_account_code": None, "credit_account_code": ""}))
    with pytest.raises(Unpostable, match="debit_account_code and credit_account_code"):
        move_of(line.row(0, named=True))
