"""The journal of what people did to postings: who, what, when, why, each row chained to the last.

Here: one row in the transaction of the act it tells of, reading the journal, and proving that no
row was changed, taken out or put in. Not here: the acts (`tieout.posting.oversight`,
`tieout.posting.interventions`) and the chain of sealed files (`tieout.posting.seal`).

Names are claims: this program does not know who sits at the keyboard. It keeps the name that was
given and, beside it, the login of the process.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.errors import ConfigError
from tieout.posting import oversight_schema as schema
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.ledger_records import instant, microseconds
from tieout.posting.ledger_writes import recorded_now

ACTOR_VARIABLE = "TIEOUT_ACTOR"
TEXT_LENGTH_MAX = 500
_HASHED = (
    "at", "recorded_at", "actor", "login", "verb", "subject", "reason", "details",
    "previous_sha256",
)  # fmt: skip


def login_name() -> str:
    """The login of this process."""
    return getpass.getuser()


def actor_name(given: str = "") -> str:
    """Who acts: the name that was given, else TIEOUT_ACTOR, else the login of the process."""
    return given.strip() or os.environ.get(ACTOR_VARIABLE, "").strip() or login_name()


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, why, and the run's instant (UTC)."""

    actor: str
    reason: str
    at: datetime
    login: str

    @classmethod
    def of(cls, actor: str, reason: str, at: datetime) -> Act:
        """An act of a person, with the login of this process beside the name.

        Raises:
            ConfigError: There is no reason, or a text is too long or not plain.
        """
        act = cls(actor_name(actor), reason.strip(), at, login_name())
        if not act.reason:
            raise ConfigError("a reason is needed: it is kept in the ledger", field="--reason")
        for field, text in (("--actor", act.actor), ("--reason", act.reason)):
            if len(text) > TEXT_LENGTH_MAX or not text.isprintable():
                raise ConfigError(
                    "the text has line breaks or signs that do not print, or more than"
                    f" {TEXT_LENGTH_MAX} characters",
                    field=field,
                    fix="say it in one plain line",
                )
        return act

    def is_by(self, actor: str) -> bool:
        """Whether the same person is named, however it is written."""
        return self.actor.casefold() == actor.strip().casefold()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the journal."""

    audit_id: int
    at: datetime
    recorded_at: datetime
    actor: str
    login: str
    verb: str
    subject: str
    reason: str
    details: Mapping[str, Any]
    sha256: str


def append(
    connection: Connection, act: Act, verb: str, subject: str, details: Mapping[str, Any]
) -> str:
    """Write the next row inside a writing transaction; return its SHA-256.

    Args:
        connection: A connection in the transaction of the act itself.
        act: Who, why and when.
        verb: What was done: `release`, `void`, `reverse`, `replay`, `post`.
        subject: What it was done to: a batch, a posting key, a target.
        details: Counts and names, no cost rates and no names of workers.
    """
    table = schema.audit
    newest = connection.execute(
        sa.select(table.c.sha256).order_by(table.c.audit_id.desc()).limit(1)
    ).scalar()
    row: dict[str, Any] = {
        "at": microseconds(act.at),
        "recorded_at": recorded_now(),
        "actor": act.actor,
        "login": act.login,
        "verb": verb,
        "subject": subject,
        "reason": act.reason,
        "details": json.dumps(details, sort_keys=True, default=str),
        "previous_sha256": newest or GENESIS,
    }
    row["sha256"] = _hash(row)
    connection.execute(table.insert(), row)
    return str(row["sha256"])


def note(ledger: Ledger, act: Act, verb: str, subject: str, details: Mapping[str, Any]) -> str:
    """Write one row in a transaction of its own, for an act that the ledger stored already."""
    with ledger.writing() as connection:
        return append(connection, act, verb, subject, details)


def journal(ledger: Ledger) -> list[AuditRow]:
    """The whole journal, oldest first."""
    table = schema.audit
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.audit_id)).all()
    return [
        AuditRow(
            row.audit_id, instant(row.at), instant(row.recorded_at), row.actor, row.login,
            row.verb, row.subject, row.reason, json.loads(row.details), row.sha256,
        )
        for row in rows
    ]  # fmt: skip


def check_journal(ledger: Ledger) -> tuple[int, list[str]]:
    """How many rows the journal has, and where its chain is broken, first break first."""
    with ledger.reading() as connection:
        rows = connection.execute(
            sa.select(schema.audit).order_by(schema.audit.c.audit_id)
        ).mappings()
        problems, known = _broken_links([dict(row) for row in rows])
        for table in (schema.batch_releases, schema.requests):
            found = connection.execute(
                sa.select(table.c.batch_no, table.c.actor, table.c.audit_sha256)
            )
            problems += [
                f"{table.name} of batch {row.batch_no} by {row.actor}: no row of the journal"
                " tells of it"
                for row in found
                if row.audit_sha256 not in known
            ]
    return len(known), problems


def _broken_links(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], set[str]]:
    problems: list[str] = []
    previous = GENESIS
    for row in rows:
        named = f"audit row {row['audit_id']} ({row['verb']} {row['subject']})"
        if row["previous_sha256"] != previous:
            problems.append(f"{named}: does not follow the row before it")
        if row["sha256"] != _hash(row):
            problems.append(f"{named}: was changed")
        previous = row["sha256"]
    return problems, {row["sha256"] for row in rows}


def _hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over every fact of a row and the hash before it, in one fixed spelling."""
    facts = json.dumps([row[name] for name in _HASHED], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(facts.encode()).hexdigest()
