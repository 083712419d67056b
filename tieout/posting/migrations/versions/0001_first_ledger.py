"""The first ledger: batches, lines, transitions, seals, findings, proofs, releases."""

import sqlalchemy as sa
from alembic import op

from tieout.posting.migrations.guards import guard_store, guard_table

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not required)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Make the tables of revision 0001, each refusing to be rewritten."""
    op.create_table(
        "batches",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.Text, nullable=False, unique=True),
        *(_text(name) for name in (
            "firm_id", "target", "stream", "legal_entity_id", "period_id", "actor",
        )),
        _number("line_count"),
        _text("control_hours"),
        sa.Column("control_amounts", sa.JSON, nullable=False),
        _text("frame_sha256"),
        sa.Column("gate_passed", sa.Boolean, nullable=False),
        _number("gate_evaluated"),
        _number("gate_quarantined"),
        sa.Column("gate_rules", sa.JSON, nullable=False),
        _number("created_at"),
    )  # fmt: skip
    op.create_index("batches_by_target", "batches", ["target", "batch_no"])
    op.create_table(
        "lines",
        sa.Column("line_id", _Id, primary_key=True, autoincrement=False),
        _text("posting_key"),
        sa.Column("attempt", sa.Integer, nullable=False),
        _text("payload_sha256"),
        *(_text(name, required=False) for name in (
            "entry_id", "source_system", "source_record_id",
        )),
        sa.Column("source_version", sa.BigInteger),
        *(_text(name, required=False) for name in (
            "leg", "accounting_date", "amount", "currency_code", "hours",
        )),
        sa.UniqueConstraint("posting_key", "attempt"),
    )  # fmt: skip
    _make_histories()
    op.create_table(
        "seals",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        _text("manifest_sha256"),
        _text("previous_sha256"),
        sa.Column("file_names", sa.JSON, nullable=False),
        _number("sealed_at"),
    )
    guard_store(op.get_bind())
    for table in (
        "batches", "lines", "transitions", "erp_ids", "seals", "findings", "proofs",
        "milestones", "releases",
    ):  # fmt: skip
        guard_table(op.get_bind(), table)


def _make_histories() -> None:
    """What happened to lines and batches, one row per happening."""
    op.create_table(
        "transitions",
        sa.Column("transition_id", _Id, primary_key=True, autoincrement=True),
        *(_number(name) for name in ("batch_no", "first_seq", "last_seq")),
        _text("state"),
        _text("reason_code", required=False),
        _text("message", required=False),
        _number("at"),
        _number("recorded_at"),
    )
    op.create_index("transitions_by_batch", "transitions", ["batch_no", "transition_id"])
    op.create_table(
        "erp_ids",
        sa.Column("line_id", _Id, primary_key=True, autoincrement=False),
        _text("erp_id"),
    )
    op.create_table(
        "findings",
        sa.Column("finding_id", _Id, primary_key=True, autoincrement=True),
        _number("batch_no"),
        _text("posting_key", required=False),
        *(_text(name) for name in ("rule", "reason_code", "detail", "severity")),
        _number("found_at"),
    )
    op.create_index("findings_by_batch", "findings", ["batch_no"])
    op.create_table(
        "proofs",
        sa.Column("proof_id", _Id, primary_key=True, autoincrement=True),
        *(_number(name) for name in ("batch_no", "first_seq", "last_seq")),
        _text("difference", required=False),
        _number("at"),
    )
    op.create_index("proofs_by_batch", "proofs", ["batch_no", "proof_id"])
    op.create_table(
        "milestones",
        sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
        sa.Column("milestone", sa.Text, primary_key=True),
        _number("at"),
    )
    op.create_table(
        "releases",
        sa.Column("release_id", _Id, primary_key=True, autoincrement=True),
        _text("posting_key"),
        _number("line_id"),
        *(_text(name) for name in ("actor", "reason")),
        _number("at"),
    )
    op.create_index("ix_releases_posting_key", "releases", ["posting_key"])
