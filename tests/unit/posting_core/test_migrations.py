"""Older ledgers are brought to the tables of today, with everything in them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.nasty.posting_kit import NOW, TARGET, lines
from tieout.posting import ledger_schema as schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.migrations import BEFORE_ALEMBIC, upgrade
from tieout.posting.payload import conform, payload_hashes
from tieout.posting.standing import standing_of

LINE_SQL = """
    insert into lines (line_id, posting_key, attempt, payload_sha256, entry_id, source_system,
        source_record_id, source_version, leg, accounting_date, amount, currency_code, hours)
    values (:line_id, :posting_key, 1, :payload, :entry_id, :source_system, :source_record_id,
        :source_version, :leg, :accounting_date, :amount, :currency_code, :hours)
"""


def fill_first_ledger(connection, rows):
    """One sealed and acknowledged batch, as the first ledger kept it."""
    connection.execute(sa.text(
        "insert into batches values (1, 'b-1', 'meridian', :target, 'time', 'US01', '2026-06',"
        " 'ada', :count, '15.0000', '{\"USD\": \"1200.0000\"}', 'f', true, 2, 0, '{}', :at)"
    ), {"target": TARGET, "count": rows.height, "at": int(NOW.timestamp() * 1_000_000)})  # fmt: skip
    hashes = payload_hashes(rows)
    for seq, row in enumerate(rows.iter_rows(named=True)):
        connection.execute(sa.text(LINE_SQL), {
            **{name: row[name] for name in (
                "posting_key", "entry_id", "source_system", "source_record_id", "source_version",
                "leg",
            )},
            "line_id": schema.LINES_PER_BATCH_MAX + seq, "payload": hashes[seq],
            "accounting_date": row["accounting_date"].isoformat(),
            "amount": str(row["cost_amount_functional"]), "hours": str(row["hours"]),
            "currency_code": row["functional_currency_code"],
        })  # fmt: skip
    for number, state in enumerate(("planned", "sealed", "sending", "acked"), start=1):
        connection.execute(sa.text(
            "insert into transitions (transition_id, batch_no, first_seq, last_seq, state, at,"
            " recorded_at) values (:n, 1, 0, :last, :state, 0, 0)"
        ), {"n": number, "last": rows.height - 1, "state": state})  # fmt: skip


@pytest.mark.parametrize("is_from_before", [False, True])
def test_a_ledger_of_the_first_revision_keeps_everything(ledger_url, is_from_before):
    rows = conform(lines(2))
    engine = schema.connect(ledger_url)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        upgrade(connection, "0001")
        fill_first_ledger(connection, rows)
        if is_from_before:
            connection.exec_driver_sql(f"create table {BEFORE_ALEMBIC} (version integer)")
            connection.exec_driver_sql("drop table alembic_version")
    engine.dispose()
    ledger = Ledger(ledger_url)
    (batch,) = ledger.unfinished(TARGET)
    kept = ledger.lines(batch)
    assert kept["posting_key"].to_list() == rows["posting_key"].to_list()
    assert kept["payload_sha256"].to_list() == payload_hashes(rows)
    assert kept["amount"].to_list() == [Decimal("600.0000")] * 2
    assert kept["accounting_date"].to_list() == rows["accounting_date"].to_list()
    key = rows["posting_key"][0]
    assert (ledger.known([key])[key].state, ledger.known([key])[key].attempt) == ("acked", 1)
    assert standing_of(ledger, rows["entry_id"])["state"].to_list() == ["acked", "acked"]
    assert export_ledger(ledger)["posting_lines"]["state"].to_list() == ["acked", "acked"]
    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        ledger.engine.begin() as connection,
    ):
        connection.exec_driver_sql("delete from lines")
    ledger.close()


def test_the_revisions_make_the_tables_that_the_program_uses(ledger):
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [
            change
            for change in compare_metadata(context, schema.metadata)
            if BEFORE_ALEMBIC not in str(change)
        ]
        assert found == []
        assert context.get_current_revision() == schema.REVISION


def test_opening_an_up_to_date_ledger_twice_changes_nothing(ledger, ledger_url):
    before = export_ledger(ledger)
    Ledger(ledger_url).close()
    after = export_ledger(ledger)
    assert all(before[name].equals(after[name]) for name in before)
    assert isinstance(before["posting_lines"], pl.DataFrame)
