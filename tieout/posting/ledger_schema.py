"""The tables of the posting ledger as they are now, and the settings of their stores.

Here: table definitions, opening a store on SQLite or PostgreSQL. Not here: how older stores come
to this shape (`tieout.posting.migrations`), reading and writing (`tieout.posting.ledger`). Every
table is append-only: triggers refuse UPDATE and DELETE, so that not even a hand at the database
prompt rewrites history.

A transition covers a range of lines (`first_seq` to `last_seq`) of one batch: a batch that goes
through without trouble costs a handful of rows however many lines it has, and only a line that
differs has a row of its own. Line numbers grow in the order of insertion, so the file grows at
its end. Money and hours are text: SQLite has no decimal type, and they are only compared.
"""

from __future__ import annotations

import importlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

REVISION = "0005"
BUSY_WAIT_MILLISECONDS = 30_000
WRITERS_LOCK = 7_210_001

metadata = sa.MetaData()
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# One row per batch, with the gate's verdict on it.
batches = sa.Table(
    "batches",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.Text, nullable=False, unique=True),
    sa.Column("firm_id", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("legal_entity_id", sa.Text, nullable=False),
    sa.Column("period_id", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("line_count", sa.BigInteger, nullable=False),
    sa.Column("control_hours", sa.Text, nullable=False),
    sa.Column("control_amounts", sa.JSON, nullable=False),
    sa.Column("frame_sha256", sa.Text, nullable=False),
    sa.Column("gate_passed", sa.Boolean, nullable=False),
    sa.Column("gate_evaluated", sa.BigInteger, nullable=False),
    sa.Column("gate_quarantined", sa.BigInteger, nullable=False),
    sa.Column("gate_rules", sa.JSON, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("batches_by_target", "target", "batch_no"),
)
# One row per attempt to post a key. line_id = batch_no * LINES_PER_BATCH_MAX + seq.
lines = sa.Table(
    "lines",
    metadata,
    sa.Column("line_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("posting_key", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.UniqueConstraint("posting_key", "attempt"),
)
# One row per batch: its lines, packed.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("line_count", sa.BigInteger, nullable=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)
LINES_PER_BATCH_MAX = 1 << 24
# One row per entry that a line belongs to.
line_entries = sa.Table(
    "line_entries",
    metadata,
    sa.Column("entry_id", sa.Text, primary_key=True),
    sa.Column("line_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("leg", sa.Text),
    sqlite_with_rowid=False,
)
# A group of more lines than one batch takes: each batch of it but the first names the first.
parts = sa.Table(
    "parts",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("first_batch_no", sa.BigInteger, nullable=False),
    sa.Index("parts_by_first", "first_batch_no"),
)
# One row per batch that has lines of several entries: what each of them stands for, packed.
manifests = sa.Table(
    "manifests",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)

transitions = sa.Table(
    "transitions",
    metadata,
    sa.Column("transition_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("batch_no", sa.BigInteger, nullable=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason_code", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("at", sa.BigInteger, nullable=False),
    # `at` is the run's clock, which a test or a replay may hold still; how long a request has
    # been in doubt is measured on the machine's own clock.
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Index("transitions_by_batch", "batch_no", "transition_id"),
)
# One row per file or job handed to an ERP that answers later; `seqs` are ranges of lines.
submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("submission_id", sa.Text, primary_key=True),
    sa.Column("batch_no", sa.BigInteger, nullable=False),
    sa.Column("seqs", sa.JSON, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Index("submissions_by_batch", "batch_no"),
)
erp_ids = sa.Table(
    "erp_ids",
    metadata,
    sa.Column("line_id", _Id, primary_key=True, autoincrement=False),
    sa.Column("erp_id", sa.Text, nullable=False),
)
seals = sa.Table(
    "seals",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("manifest_sha256", sa.Text, nullable=False),
    sa.Column("previous_sha256", sa.Text, nullable=False),
    sa.Column("file_names", sa.JSON, nullable=False),
    sa.Column("sealed_at", sa.BigInteger, nullable=False),
)
findings = sa.Table(
    "findings",
    metadata,
    sa.Column("finding_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("batch_no", sa.BigInteger, nullable=False),
    sa.Column("posting_key", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("reason_code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("found_at", sa.BigInteger, nullable=False),
    sa.Index("findings_by_batch", "batch_no"),
)
proofs = sa.Table(
    "proofs",
    metadata,
    sa.Column("proof_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("batch_no", sa.BigInteger, nullable=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("difference", sa.Text),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("proofs_by_batch", "batch_no", "proof_id"),
)
# `finished`: no line of the batch is open. `proven`: every acknowledged line was read back equal.
milestones = sa.Table(
    "milestones",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("milestone", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
)
# A person allows a dead or unchanged rejected key to be planned again.
releases = sa.Table(
    "releases",
    metadata,
    sa.Column("release_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("posting_key", sa.Text, nullable=False, index=True),
    sa.Column("line_id", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)


def connect(url: str | sa.URL) -> Engine:
    """Return an engine whose every write is durable when it returns.

    On SQLite: write-ahead log and synchronous=FULL. A transaction opened with the execution
    option `writing` takes the writers' lock at once (`BEGIN IMMEDIATE`, or an advisory lock on
    PostgreSQL), so that two writers queue instead of failing half-way.
    """
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables of a new store, or bring an older one to the newest revision.

    Raises:
        TieoutError: A newer version of this program wrote the store.
    """
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
            if found == REVISION:
                return
    # imported when needed: a store that is up to date is opened without Alembic
    migrations = importlib.import_module("tieout.posting.migrations")
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        migrations.upgrade(connection)


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Hand transactions to `_begin_sqlite` and make commits durable."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_WAIT_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
    ):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a writing transaction, not at its first write."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("begin immediate" if writing else "begin")


def _begin_postgresql(connection: Connection) -> None:
    """One writer at a time, as on SQLite; the lock ends with the transaction."""
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS_LOCK})")
