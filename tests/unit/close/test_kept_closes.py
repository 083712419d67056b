"""What a statement keeps: once for a cut-off in the past, anew while the cut-off is now."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

from tieout.close.balances import keep_figures
from tieout.close.rollforwards import ROLLFORWARDS

K = datetime(2026, 7, 3, 12)
LATER = K + timedelta(days=30)


@pytest.fixture
def marts():
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.rec_rollforward_items (rollforward varchar, item_id varchar,"
            " item_version bigint, legal_entity_id varchar, measure varchar,"
            " currency_code varchar, closing_amount decimal(18, 4))"
        )
        connection.execute(
            "create table marts.rec_mart_fingerprints as select 'rec_a' as report,"
            " cast(1 as bigint) as row_count, 'abc' as fingerprint"
        )
        connection.execute(
            "create table marts.rec_rollforward_components (rollforward varchar,"
            " component varchar, legal_entity_id varchar, measure varchar,"
            " currency_code varchar, amount decimal(18, 4))"
        )
        for each in ROLLFORWARDS:
            connection.execute(
                f"create table marts.{each.mart} as select 'US01' as legal_entity_id,"
                " 'hours' as measure, 'none' as currency_code, cast(7 as decimal(18, 4))"
                " as closing_amount"
            )
        connection.execute(
            "insert into marts.rec_rollforward_items values"
            " ('approved_not_posted', 'files:1', 2, 'US01', 'hours', 'none', 7)"
        )
        yield connection


def kept(connection, table="close_reports", column="fingerprint"):
    return connection.execute(
        f"select period_id, as_of_at, {column}, drafted_at from ops.{table} order by all"
    ).fetchall()


def test_balances_items_and_fingerprints_are_kept(marts):
    assert keep_figures(marts, "marts", "2026-06", K, LATER)
    assert kept(marts) == [("2026-06", K, "abc", LATER)]
    assert kept(marts, "close_items", "closing_amount") == [("2026-06", K, Decimal(7), LATER)]
    names = marts.execute("select rollforward from ops.close_balances order by 1").fetchall()
    assert [name for (name,) in names] == sorted(each.name for each in ROLLFORWARDS)


def test_a_final_close_is_never_rewritten(marts):
    keep_figures(marts, "marts", "2026-06", K, LATER)
    marts.execute("update marts.rec_mart_fingerprints set fingerprint = 'changed'")
    assert not keep_figures(marts, "marts", "2026-06", K, LATER + timedelta(days=1))
    assert kept(marts) == [("2026-06", K, "abc", LATER)]


def test_a_draft_of_the_running_instant_gives_way_and_other_closes_stay(marts):
    keep_figures(marts, "marts", "2026-05", K - timedelta(days=30), LATER)
    keep_figures(marts, "marts", "2026-06", K, K)
    marts.execute("update marts.rec_mart_fingerprints set fingerprint = 'changed'")
    assert keep_figures(marts, "marts", "2026-06", K, LATER)
    assert [(period, text) for period, _, text, _ in kept(marts)] == [
        ("2026-05", "abc"),
        ("2026-06", "changed"),
    ]
