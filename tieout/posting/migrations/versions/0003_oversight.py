"""What people decide: batches that wait and are released, requests, the chained journal."""

import sqlalchemy as sa
from alembic import op

from tieout.posting.migrations.guards import guard_table

revision = "0003"
down_revision = "0002"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    """Make the four tables, each refusing to be rewritten."""
    op.create_table(
        "holds",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        sa.Column("limits", sa.JSON, nullable=False),
        sa.Column("amounts", sa.JSON, nullable=False),
        *_numbers("at"),
    )
    op.create_table(
        "batch_releases",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        *_texts("actor", "reason", "manifest_sha256"),
        *_numbers("at"),
        *_texts("audit_sha256"),
    )
    op.create_table(
        "requests",
        sa.Column("request_id", _Id, primary_key=True, autoincrement=True),
        *_texts("kind"),
        *_numbers("batch_no", "first_seq", "last_seq"),
        *_texts("actor", "reason"),
        *_numbers("at"),
        *_texts("audit_sha256"),
    )
    op.create_index("requests_by_batch", "requests", ["batch_no", "request_id"])
    op.create_table(
        "audit",
        sa.Column("audit_id", _Id, primary_key=True, autoincrement=True),
        *_numbers("at", "recorded_at"),
        *_texts("actor", "login", "verb", "subject", "reason", "details", "previous_sha256"),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
    )
    for table in ("holds", "batch_releases", "requests", "audit"):
        guard_table(op.get_bind(), table)
