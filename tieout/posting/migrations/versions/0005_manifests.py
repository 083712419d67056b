"""What lines of several entries stand for, one packed value per batch."""

import sqlalchemy as sa
from alembic import op

from tieout.posting.migrations.guards import guard_table

revision = "0005"
down_revision = "0004"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, which refuses to be rewritten; older batches have lines of one entry only."""
    op.create_table(
        "manifests",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    guard_table(op.get_bind(), "manifests")
