"""A small set of books for trials: one company, three projects, a dozen moves, two closed months.

Here: `SAMPLE`, which does not depend on the sample firm, so that a test of the connector or the
delivery says exactly what is in the ledger. Not here: the sample firm's books (`plan`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from tieout.domain.keys import posting_key, reversal_key
from tieout.sandbox.tryton.plan import SYSTEM, LinePlan, MovePlan, TrytonPlan

COST, CLEARING, WIP, REVENUE = "5100", "2190", "1350", "4010"
EXPENSE, PAYABLE, OTHER, BANK = "5300", "2150", "6900", "1020"
VERSION = 1781690000000000
ZERO = Decimal("0.00")


def sample_key(record: str) -> str:
    """The posting key of a sample entry, for example `meridian:tryton_uk:kantata:9001:v…:cost`."""
    return posting_key("meridian", SYSTEM, "kantata", record, VERSION, "cost")


def booking(
    description: str,
    day: date,
    cost: str,
    text: str,
    bill: str = "0.00",
    foreign: tuple[str, str] | None = None,
    accounts: tuple[str, str] = (COST, CLEARING),
    author: str = "psa.sync",
    posted: bool = True,
) -> MovePlan:
    """A posted move: cost in pounds, bill value in pounds, and the contract's amount if foreign."""
    lines = list(_pair(*accounts, Decimal(cost), text))
    if Decimal(bill):
        lines += _pair(WIP, REVENUE, Decimal(bill), text, foreign)
    entered_at = datetime.combine(day, time(17), tzinfo=UTC)
    return MovePlan(description, day, author, posted, tuple(lines), entered_at)


def _pair(
    debit: str, credit: str, amount: Decimal, text: str, foreign: tuple[str, str] | None = None
) -> tuple[LinePlan, LinePlan]:
    plus, minus = max(amount, ZERO), max(-amount, ZERO)
    code, second = (foreign[0], Decimal(foreign[1])) if foreign else (None, None)
    return (
        LinePlan(debit, plus, minus, text, code, second),
        LinePlan(credit, minus, plus, text, code, None if second is None else -second),
    )


def _text(worker: str, project: str, day: str, hours: str, bill: str) -> str:
    return f"worker={worker};project={project};work_date={day};hours={hours};bill={bill}"


_ADA = _text("W-0007", "P-1003", "2026-06-02", "7.5000", "1387.50 GBP")
MOVES = (
    booking(sample_key("9001"), date(2026, 5, 12), "526.13",
            _text("W-0007", "P-1003", "2026-05-12", "7.5000", "1387.50 GBP"), "1387.50"),
    booking(sample_key("9002"), date(2026, 6, 2), "526.13", _ADA, "1387.50"),
    # the same entry version once more: a duplicate
    booking(sample_key("9002"), date(2026, 6, 2), "526.13", _ADA, "1387.50"),
    # a contract in another currency
    booking(sample_key("9003"), date(2026, 6, 3), "561.20",
            _text("W-0008", "P-1008", "2026-06-03", "8.0000", "1351.00 EUR"),
            "1160.62", ("EUR", "1351.00")),
    # not billable: no bill value, but the contract's currency is known
    booking(sample_key("9004"), date(2026, 6, 4), "140.30",
            _text("W-0007", "P-1003", "2026-06-04", "2.0000", "0.00 GBP")),
    # posted, then reversed in full
    booking(sample_key("9005"), date(2026, 6, 5), "210.45",
            _text("W-0007", "P-1003", "2026-06-05", "3.0000", "555.00 GBP"), "555.00"),
    booking(reversal_key(sample_key("9005")), date(2026, 6, 8), "-210.45",
            _text("W-0007", "P-1003", "2026-06-05", "-3.0000", "-555.00 GBP"), "-555.00"),
    # an expense
    booking(posting_key("meridian", SYSTEM, "concur", "E77", VERSION, "cost"), date(2026, 6, 9),
            "84.20", "worker=W-0008;project=P-1008;work_date=2026-06-07;bill=98.03 EUR", "84.20",
            ("EUR", "98.03"), (EXPENSE, PAYABLE)),
    # by hand into a controlled account, and by hand into others
    booking("Correct June labour, see ticket 812", date(2026, 6, 10), "300.00",
            "Correct June labour, see ticket 812", accounts=(COST, OTHER), author="p.shaw"),
    booking("Office rent June", date(2026, 6, 11), "2100.00", "Office rent June",
            accounts=(OTHER, BANK), author="p.shaw"),
    # a draft that somebody left behind
    booking("Draft accrual", date(2026, 6, 12), "50.00", "Draft accrual",
            accounts=(COST, OTHER), author="p.shaw", posted=False),
)  # fmt: skip

SAMPLE = TrytonPlan(
    company=("UK01", "Meridian UK Ltd", "GBP"),
    currencies=(
        ("USD", "US Dollar", "$"), ("GBP", "British Pound", "£"), ("EUR", "Euro", "€"),
        ("CHF", "Swiss Franc", "CHF"),
    ),
    rates=tuple(
        (code, date(2026, 6, day), Decimal(rate))
        for day in (1, 2, 3)
        for code, rate in (("USD", "1.265300"), ("EUR", "1.164029"))
    ),
    accounts=(
        (COST, "Labour cost", "expense"), (CLEARING, "Labour clearing", "liability"),
        (WIP, "Work in progress", "asset"), (REVENUE, "Accrued revenue", "revenue"),
        (EXPENSE, "Project expenses", "expense"), (PAYABLE, "Expenses payable", "payable"),
        (OTHER, "Month-end adjustments", "expense"), (BANK, "Bank", "cash"),
    ),
    years=(2026,),
    closed_until=date(2026, 5, 31),
    employees=(
        ("W-0007", "Ada Hartley", "ada.hartley@example.com", date(2020, 1, 6), None),
        ("W-0008", "Alan Turner", "alan.turner@example.com", date(2021, 3, 1), None),
        ("W-0009", "Isla Quinn", "isla.quinn@example.com", date(2019, 9, 2), date(2026, 5, 29)),
    ),
    projects=(
        ("P-1003", True, date(2026, 1, 1)), ("P-1008", True, date(2026, 1, 1)),
        ("P-1009", False, date(2025, 1, 1)),
    ),
    moves=MOVES,
)  # fmt: skip
