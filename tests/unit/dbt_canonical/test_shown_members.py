"""What the ERP shows of each entry in a line of several: it adds up to the line, to the last unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from jinja2 import Environment

MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"
CENT = Decimal("0.01")
CALL = """{{ shown_members('members', [
    ('hours', 'hours', "'none'"),
    ('cost', 'cost_amount_functional', 'functional_currency_code'),
    ('bill', 'bill_amount_contract', 'contract_currency_code')
]) }}"""

cents = st.integers(min_value=0, max_value=10**6).map(lambda number: number * CENT)
eighths = st.integers(min_value=1, max_value=192).map(lambda number: Decimal(number) / 8)
entries = st.lists(st.tuples(eighths, cents, cents), min_size=1, max_size=6)
change = st.one_of(st.just(Decimal(0)), st.integers(-300, 300).map(lambda number: number * CENT))


@pytest.fixture(scope="module")
def shown():
    """The macro on one line: entry -> hours, cost and bill value shown."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    source = "".join(
        (MACROS / f"{name}.sql").read_text() for name in ("money", "allocation", "grouping")
    )
    sql = environment.from_string(source + CALL).render()
    connection = duckdb.connect()
    connection.execute("""
        create table members (posting_key text, entry_id text, hours decimal(18, 4),
            cost_amount_functional decimal(18, 4), bill_amount_contract decimal(18, 4),
            hours_of_line decimal(18, 4), cost_of_line decimal(18, 4),
            bill_of_line decimal(18, 4), functional_currency_code text,
            contract_currency_code text)
    """)

    def run(sent, totals):
        connection.execute("delete from members")
        connection.executemany(
            "insert into members values ('k', ?, ?, ?, ?, ?, ?, ?, 'USD', 'EUR')",
            [[str(number), *figures, *totals] for number, figures in enumerate(sent)],
        )
        found = connection.execute(
            f"select hours_shown, cost_shown, bill_shown from ({sql}) order by entry_id"
        ).fetchall()
        assert len(found) == len(sent)
        return found

    yield run
    connection.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=entries, changes=st.tuples(change, change, change), sign=st.sampled_from([1, -1]))
def test_parts_add_up_to_the_line_and_lie_within_a_unit_of_fair(shown, sent, changes, sign):
    sums = [sum((row[place] for row in sent), Decimal(0)) for place in range(3)]
    totals = [max(total + by, Decimal(0)) for total, by in zip(sums, changes, strict=True)]
    found = shown(
        [tuple(sign * figure for figure in row) for row in sent],
        [sign * total for total in totals],
    )
    for place in range(3):
        parts = [row[place] for row in found]
        assert sum(parts, Decimal(0)) == sign * totals[place]
        if totals[place] == sums[place]:
            assert parts == [sign * row[place] for row in sent]
        elif sums[place]:
            for part, row in zip(parts, sent, strict=True):
                fair = Fraction(row[place]) * Fraction(totals[place]) / Fraction(sums[place])
                assert abs(abs(Fraction(part)) - fair) < Fraction(CENT)
