"""The tables in which the posting ledger keeps what people decided, and the journal of it.

Here: table definitions beside those of `tieout.posting.ledger_schema`, append-only by the same
triggers. Not here: what a decision means (`tieout.posting.oversight`,
`tieout.posting.interventions`) and the chain of the journal (`tieout.posting.audit`).
"""

from __future__ import annotations

import sqlalchemy as sa

from tieout.posting.ledger_schema import metadata

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A sealed batch above the firm's release limit waits for a second person. `limits` and `amounts`
# are currency -> decimal text: what was allowed and what the batch moves, as of `at`.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("amounts", sa.JSON, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
# The second person released it: exactly the files of that manifest.
batch_releases = sa.Table(
    "batch_releases",
    metadata,
    sa.Column("batch_no", _Id, primary_key=True, autoincrement=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("manifest_sha256", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("audit_sha256", sa.Text, nullable=False),
)
# A person asks that lines be made void, or that posted lines be reversed; ranges of lines.
requests = sa.Table(
    "requests",
    metadata,
    sa.Column("request_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_no", sa.BigInteger, nullable=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("audit_sha256", sa.Text, nullable=False),
    sa.Index("requests_by_batch", "batch_no", "request_id"),
)
# Who did what, when and why; every row holds the SHA-256 of the row before it. `details` is text,
# so that a store cannot write the same facts in another way than they were hashed.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", _Id, primary_key=True, autoincrement=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("previous_sha256", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
)
