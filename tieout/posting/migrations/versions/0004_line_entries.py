"""Which lines belong to which entries, so that a question reads no batch."""

import sqlalchemy as sa
from alembic import op

from tieout.posting.ledger_contents import unpack
from tieout.posting.ledger_entries import insert_entries
from tieout.posting.migrations.guards import guard_table

revision = "0004"
down_revision = "0003"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the index from the contents of every batch, and the table of split groups."""
    connection = op.get_bind()
    op.create_table(
        "line_entries",
        sa.Column("entry_id", sa.Text, primary_key=True),
        sa.Column("line_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leg", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "parts",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        sa.Column("first_batch_no", sa.BigInteger, nullable=False),
    )
    op.create_index("parts_by_first", "parts", ["first_batch_no"])
    numbers = connection.exec_driver_sql("select batch_no from contents order by batch_no").all()
    for (number,) in numbers:
        packed = connection.execute(
            sa.text("select packed from contents where batch_no = :number"), {"number": number}
        ).scalar_one()
        lines = unpack(bytes(packed), ["posting_key", "entry_id", "leg"])
        insert_entries(connection, number, lines.drop("seq"))
    for table in ("line_entries", "parts"):
        guard_table(connection, table)
