"""The macros that multiply, divide and round money, on DuckDB, against Python's Decimal."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

from tieout.domain import keys

MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"


@pytest.fixture(scope="module")
def render():
    """Render one macro call to SQL, the way the linter does: without an adapter."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    source = "".join((MACROS / f"{name}.sql").read_text() for name in ("money", "keys"))
    return lambda call: environment.from_string(source + "{{ " + call + " }}").render().strip()


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


def half_away(value: Decimal, places: int) -> Decimal:
    with localcontext(prec=80):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def test_hours_times_rate_is_rounded_half_away_from_zero_on_both_sides_of_zero(render, connection):
    sql = render("round_money(multiply('hours', 'rate'))")
    rows = connection.execute(
        f"select hours, rate, {sql} from (values (1.25, 61.54), (-1.25, 61.54), (7.5, 0.001),"
        " (0.005, 1), (-0.005, 1), (99999999.9999, 99999.999999)) as v(hours, rate)"
    ).fetchall()
    assert [row[2] for row in rows] == [half_away(row[0] * row[1], 2) for row in rows]


def test_a_wide_product_does_not_overflow_where_narrow_decimals_would(render, connection):
    sql = render("round_money(multiply('amount', 'fx', 4, 10))")
    value = connection.execute(
        f"select {sql} from (select 12345678901.2345::decimal(18, 4) as amount,"
        " 83.4127123456::decimal(18, 10) as fx)"
    ).fetchone()
    assert value[0] == half_away(Decimal("12345678901.2345") * Decimal("83.4127123456"), 2)


@pytest.mark.parametrize(
    ("places", "top_scale", "bottom_scale"), [(2, 4, 6), (10, 0, 10), (4, 2, 2), (0, 4, 4)]
)
def test_division_equals_exact_half_up_in_two_thousand_random_cases(
    render, connection, places, top_scale, bottom_scale
):
    rnd = random.Random(places)
    pairs = [
        (
            Decimal(rnd.choice((1, -1)) * rnd.randrange(10**9)).scaleb(-top_scale),
            Decimal(rnd.choice((1, -1)) * rnd.randrange(1, 10**7)).scaleb(-bottom_scale),
        )
        for _ in range(2000)
    ]
    connection.execute(
        f"create or replace table pairs (n integer, a decimal(18, {top_scale}),"
        f" b decimal(18, {bottom_scale}))"
    )
    connection.executemany(
        "insert into pairs values (?, ?, ?)", [(n, a, b) for n, (a, b) in enumerate(pairs)]
    )
    sql = render(f"money_div('a', 'b', {places}, {top_scale}, {bottom_scale})")
    found = connection.execute(f"select {sql} from pairs order by n").fetchall()
    with localcontext(prec=80):
        expected = [half_away(a / b, places) for a, b in pairs]
    assert [row[0] for row in found] == expected


def test_division_by_zero_is_null_and_never_infinity(render, connection):
    sql = render("money_div('1.00', '0.00', 2, 2, 2)")
    assert connection.execute(f"select {sql}").fetchone() == (None,)


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("JPY", "501"), ("KWD", "500.500"), ("USD", "500.50"), (None, "500.50")],
)
def test_each_currency_rounds_to_its_own_minor_unit(render, connection, currency, expected):
    sql = render("round_to_currency('500.4999::decimal(18, 4) + 0.0001', 'code')")
    found = connection.execute(
        f"select {sql} from (select ?::varchar as code)", [currency]
    ).fetchone()
    assert found[0] == Decimal(expected)


NASTY_RECORDS = ["636709355", "a:b", "50%", "50%3A", "%25:", "ünïcode", "with space", ""]


@pytest.mark.parametrize("record", NASTY_RECORDS)
def test_a_posting_key_made_in_python_is_read_in_sql(render, connection, record):
    key = keys.posting_key("meri:dian", "net%suite", "harvest_us", record, 1781690000000000, "cost")
    posting_key = render("posting_key_of('external_id')")
    system, part = (render(f"posting_key_part('external_id', {n})") for n in (3, 4))
    row = connection.execute(
        f"select {posting_key}, {system}, {part} from (select ? as external_id)", [key]
    ).fetchone()
    assert row == (key, "harvest_us", record)
    reversal = connection.execute(
        f"select {posting_key} from (select ? as external_id)", [keys.reversal_key(key)]
    ).fetchone()
    assert reversal == (key,)


@pytest.mark.parametrize(
    "foreign", ["INV-1", "a:b:c:d:e:f", "a:b:c:d:v1", "a:b:c:d:v1:cost:x", "v1", ""]
)
def test_a_foreign_external_id_is_not_taken_for_a_posting_key(render, connection, foreign):
    sql = render("posting_key_of('external_id')")
    assert connection.execute(
        f"select {sql} from (select ? as external_id)", [foreign]
    ).fetchone() == (None,)
    assert keys.parse_posting_key(foreign) is None


@pytest.mark.parametrize("entry", ["harvest_us:636709355", "csv_folder:T01", "x:ünïcode", "a:b:c"])
def test_the_correlation_id_is_the_one_of_the_posting_files(render, connection, entry):
    sql = render("correlation_id('entry_id')")
    found = connection.execute(f"select {sql} from (select ? as entry_id)", [entry]).fetchone()
    assert found[0] == keys.correlation_id(entry)
