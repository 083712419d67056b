"""The lines of a batch as one file; `lines` keeps the keys. What is submitted has a name."""

import sqlalchemy as sa
from alembic import op

from tieout.posting.ledger_contents import columns_of, pack
from tieout.posting.migrations.guards import guard_table

revision = "0002"
down_revision = "0001"

LINES_PER_BATCH_MAX = 1 << 24
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Pack the lines of every batch, then keep only the keys as rows."""
    connection = op.get_bind()
    op.create_table(
        "contents",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        sa.Column("line_count", sa.BigInteger, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "submissions",
        sa.Column("submission_id", sa.Text, primary_key=True),
        sa.Column("batch_no", sa.BigInteger, nullable=False),
        sa.Column("seqs", sa.JSON, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    op.create_index("submissions_by_batch", "submissions", ["batch_no"])
    _pack_every_batch(connection)
    op.create_table(
        "keys",
        sa.Column("line_id", _Id, primary_key=True, autoincrement=False),
        sa.Column("posting_key", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.UniqueConstraint("posting_key", "attempt"),
    )
    connection.exec_driver_sql(
        "insert into keys (line_id, posting_key, attempt)"
        " select line_id, posting_key, attempt from lines order by line_id"
    )
    op.drop_table("lines")
    op.rename_table("keys", "lines")
    for table in ("contents", "submissions", "lines"):
        guard_table(connection, table)


def _pack_every_batch(connection: sa.Connection) -> None:
    numbers = connection.exec_driver_sql("select batch_no from batches order by batch_no").all()
    for (number,) in numbers:
        base = number * LINES_PER_BATCH_MAX
        rows = connection.exec_driver_sql(
            "select posting_key, attempt, payload_sha256, entry_id, source_system,"
            " source_record_id, source_version, leg, accounting_date, amount, currency_code,"
            f" hours from lines where line_id >= {base}"
            f" and line_id < {base + LINES_PER_BATCH_MAX} order by line_id"
        ).all()
        connection.execute(
            sa.text("insert into contents (batch_no, line_count, packed) values (:n, :c, :p)"),
            {"n": number, "c": len(rows), "p": pack(columns_of([tuple(row) for row in rows]))},
        )
