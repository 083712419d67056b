"""The allocation macro: exact, fair, blind to order, exact under negation (P26)."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"
UNITS = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}

Row = tuple[int, int, Decimal, Decimal, str]


@pytest.fixture(scope="module")
def split():
    """Shares of rows (group, row, total, weight, currency) in one query."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    source = "".join((MACROS / f"{name}.sql").read_text() for name in ("money", "allocation"))
    call = "{{ allocate_amount('parts', 'total', 'weight', 'code', ['grp'], 'row_id') }}"
    sql = environment.from_string(source + call).render()

    def run(rows: list[Row]) -> dict[tuple[int, int], Decimal | None]:
        with duckdb.connect() as connection:
            connection.execute(
                "create table parts (grp int, row_id int, total decimal(18, 4),"
                " weight decimal(18, 4), code varchar)"
            )
            connection.executemany("insert into parts values (?, ?, ?, ?, ?)", rows)
            found = connection.execute(
                f"select grp, row_id, allocated_amount from ({sql})"
            ).fetchall()
        return {(group, row): share for group, row, share in found}

    return run


def random_groups(seed: int, groups: int = 60) -> list[Row]:
    rnd = random.Random(seed)
    rows: list[Row] = []
    for group in range(groups):
        code = rnd.choice(list(UNITS))
        total = rnd.choice((1, -1)) * rnd.randrange(1, 10**7) * UNITS[code]
        weights = [Decimal(rnd.randrange(0, 40)) / 4 for _ in range(rnd.randrange(1, 9))]
        weights[0] += Decimal("0.25")
        rows += [(group, row, total, weight, code) for row, weight in enumerate(weights)]
    return rows


def test_shares_add_up_and_each_is_less_than_one_unit_from_fair(split):
    rows = random_groups(1)
    shares = split(rows)
    for group in {row[0] for row in rows}:
        members = [row for row in rows if row[0] == group]
        total, code = members[0][2], members[0][4]
        assert sum(shares[group, row[1]] for row in members) == total
        weights = sum(Fraction(row[3]) for row in members)
        for row in members:
            fair = Fraction(total) * Fraction(row[3]) / weights
            assert abs(Fraction(shares[group, row[1]]) - fair) < Fraction(UNITS[code])
            assert shares[group, row[1]] % UNITS[code] == 0


def test_the_order_of_the_rows_plays_no_part(split):
    rows = random_groups(2)
    shuffled = rows[:]
    random.Random(3).shuffle(shuffled)
    assert split(rows) == split(shuffled)


def test_the_negative_total_has_the_negative_shares(split):
    rows = random_groups(4)
    negative = [(group, row, -total, weight, code) for group, row, total, weight, code in rows]
    assert split(negative) == {key: -share for key, share in split(rows).items()}


@pytest.mark.parametrize(
    ("total", "code", "weights", "expected"),
    [
        ("100.00", "USD", ["1", "1", "1"], ["33.3400", "33.3300", "33.3300"]),
        ("100", "JPY", ["1", "1", "1"], ["34.0000", "33.0000", "33.0000"]),
        ("1.000", "KWD", ["1", "1", "1"], ["0.3340", "0.3330", "0.3330"]),
        ("0.01", "USD", ["1", "3"], ["0.0000", "0.0100"]),
        ("0.0003", "USD", ["1", "1"], ["0.0002", "0.0001"]),
        ("0.00", "USD", ["1", "1"], ["0.0000", "0.0000"]),
    ],
)
def test_known_splits(split, total, code, weights, expected):
    rows = [
        (1, number, Decimal(total), Decimal(weight), code) for number, weight in enumerate(weights)
    ]
    shares = split(rows)
    assert [shares[1, number] for number in range(len(weights))] == [Decimal(e) for e in expected]


def test_a_group_without_weight_has_no_shares(split):
    assert split([(1, 1, Decimal(5), Decimal(0), "USD")]) == {(1, 1): None}


def test_naive_rounding_of_each_piece_would_lose_a_cent(split):
    pieces = [round(Decimal("100.00") / 3, 2)] * 3
    shares = split([(1, n, Decimal("100.00"), Decimal(1), "USD") for n in range(3)])
    assert sum(pieces) != Decimal("100.00") == sum(shares.values())
