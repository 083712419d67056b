"""Shape, hashes and control totals of posting lines."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from tests.nasty.posting_kit import frame, line, lines
from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import ContractError
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.payload import conform, fingerprint, payload_hashes, totals_of


def test_totals_are_exact_where_floating_point_is_not():
    rows = [line(n, hours=Decimal("0.1"), cost_amount_functional=Decimal("0.1")) for n in range(3)]
    totals = totals_of(conform(frame(rows)))
    assert totals == ControlTotals(3, Decimal("0.3000"), {"USD": Decimal("0.3000")})


def test_currencies_are_never_added():
    rows = [
        line(1),
        line(2, functional_currency_code="INR"),
        line(3, functional_currency_code=None),
    ]
    assert totals_of(frame(rows)).amounts == {"INR": Decimal(600), "USD": Decimal(600)}


def test_totals_of_nothing_are_zero():
    assert totals_of(lines(0)) == ControlTotals(0, Decimal("0.0000"), {})


def test_totals_name_each_difference_and_subtract():
    five, two = totals_of(lines(5)), totals_of(lines(2))
    assert five.differences(five) == ()
    assert [text.split()[0] for text in five.differences(two)] == ["count", "hours", "USD"]
    assert five.minus(two).differences(totals_of(lines(3))) == ()


def test_the_order_of_rows_and_columns_does_not_matter_and_every_column_does():
    one = conform(lines(4))
    other = conform(lines(4).reverse().select(reversed(list(POSTING_COLUMNS))))
    assert fingerprint(one) == fingerprint(other)
    changed = one.with_columns(pl.lit("x").alias("memo"))
    assert fingerprint(one) != fingerprint(changed)
    assert not set(payload_hashes(one)) & set(payload_hashes(changed))


def test_an_empty_cell_and_empty_text_have_different_hashes():
    assert payload_hashes(frame([line(1, memo=None)])) != payload_hashes(frame([line(1, memo="")]))


def test_a_value_cannot_run_over_into_the_next_column():
    one = payload_hashes(frame([line(1, worker_id="a", worker_name="b")]))
    assert one != payload_hashes(frame([line(1, worker_id="ab", worker_name="")]))


def test_a_missing_column_is_named():
    with pytest.raises(ContractError, match="accounting_date, hours"):
        conform(lines(1).drop("hours", "accounting_date"))


def test_floating_point_is_refused_whatever_it_holds():
    with pytest.raises(ContractError, match="floating point in hours"):
        conform(lines(1).with_columns(pl.lit(7.5).alias("hours")))


def test_a_value_with_more_decimals_than_the_contract_is_refused_not_rounded():
    fine = pl.Series("hours", [Decimal("7.50001")], dtype=pl.Decimal(18, 5))
    with pytest.raises(ContractError, match="1 values of hours"):
        conform(lines(1).with_columns(fine))
    exact = pl.Series("hours", [Decimal("7.50000")], dtype=pl.Decimal(18, 5))
    assert conform(lines(1).with_columns(exact))["hours"].to_list() == [Decimal("7.5000")]


def test_text_where_a_number_is_due_is_refused():
    with pytest.raises(ContractError, match="do not fit"):
        conform(lines(1).with_columns(pl.lit("many").alias("source_version")))
