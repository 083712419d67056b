"""Figures shown in the UI: counts and exact amounts, never labour cost."""

import dagster as dg
import duckdb

from assets.figures import model_figures


def test_counts_and_bill_amounts_are_shown_exactly_and_cost_is_not():
    connection = duckdb.connect()
    connection.execute(
        "create schema reconciliation; create schema staging;"
        " create table reconciliation.rec_x as select * from (values"
        " (cast(0.10 as decimal(18, 4)), cast(9 as decimal(18, 4))),"
        " (cast(0.20 as decimal(18, 4)), cast(9 as decimal(18, 4))))"
        " as t (bill_amount_reporting, cost_amount_functional);"
        " create view staging.stg_x as select 1 as x"
    )
    keys = [
        dg.AssetKey(["reconciliation", "rec_x"]),
        dg.AssetKey(["staging", "stg_x"]),
        dg.AssetKey(["close", "gone"]),
    ]
    assert dict(model_figures(connection, keys)) == {
        keys[0]: {"dagster/row_count": 2, "bill_amount_reporting": "0.3000"}
    }
