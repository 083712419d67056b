"""The exception queue as people read it."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from tieout.domain.errors import ConfigError
from tieout.review.queue import Filter, read_queue, totals_by_owner


@pytest.fixture
def warehouse():
    connection = duckdb.connect()
    connection.execute(
        "create schema close; create table close.fct_exceptions as select * from (values"
        " ('x1', 'PROJECT_INACTIVE', 'approve', 'h:1', 'project_accounting', 10.00::decimal(18,4),"
        "  timestamp '2026-06-01', timestamp '2026-06-03', 'open', 1),"
        " ('x2', 'RATE_MISSING', 'approve', 'h:2', 'project_accounting', 900.00, timestamp"
        "  '2026-06-02', timestamp '2026-06-04', 'open', 1),"
        " ('x3', 'PERIOD_CLOSED', 'post', 'h:3', 'controller', null, timestamp '2026-06-02',"
        "  timestamp '2026-06-04', 'open', 1),"
        " ('x4', 'PERIOD_CLOSED', 'post', 'h:4', 'controller', 5.00, timestamp '2026-05-02',"
        "  timestamp '2026-05-04', 'closed', 1)"
        ") as t(exception_id, reason_code, stage, entry_id, owner_role, amount_at_risk_reporting,"
        " opened_at, due_at, status, something_else)"
    )
    yield connection
    connection.close()


def test_the_largest_amount_at_risk_comes_first_and_closed_ones_are_left_out(warehouse):
    assert read_queue(warehouse, Filter())["exception_id"].to_list() == ["x2", "x1", "x3"]


def test_filters_narrow_the_queue(warehouse):
    assert read_queue(warehouse, Filter(owner_role="controller"))["entry_id"].to_list() == ["h:3"]
    closed = Filter(reason_code="PERIOD_CLOSED", status=None)
    assert read_queue(warehouse, closed)["exception_id"].to_list() == ["x4", "x3"]
    assert read_queue(warehouse, Filter(entry_id="h:1")).height == 1
    assert read_queue(warehouse, Filter(), limit=1).height == 1


def test_totals_per_owner_are_exact_and_survive_missing_amounts(warehouse):
    totals = totals_by_owner(read_queue(warehouse, Filter()))
    assert totals.rows() == [
        ("project_accounting", "RATE_MISSING", 1, Decimal("900.0000")),
        ("project_accounting", "PROJECT_INACTIVE", 1, Decimal("10.0000")),
        ("controller", "PERIOD_CLOSED", 1, Decimal("0.0000")),
    ]


def test_a_reason_that_does_not_exist_is_refused_with_the_list(warehouse):
    with pytest.raises(ConfigError, match="RATE_MISSING"):
        read_queue(warehouse, Filter(reason_code="RATE_MISING"))


def test_before_the_first_run_the_queue_says_what_to_do():
    with duckdb.connect() as empty, pytest.raises(ConfigError, match="tieout run"):
        read_queue(empty, Filter())


def test_a_value_cannot_smuggle_sql(warehouse):
    assert read_queue(warehouse, Filter(owner_role="x' or '1'='1")).is_empty()
