"""The port through which posting lines reach an ERP.

Here: what an ERP adapter can do (`Capabilities`), what it answers (`Found`, `LineResult`) and the
two calls it implements (`Delivery`). Not here: when each call is made (`tieout.posting.run`) and
what is remembered about it (`tieout.posting.ledger`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

import polars as pl

Idempotency = Literal["external_id", "key_in_text"]
Outcome = Literal["accepted", "already_there", "rejected", "unknown"]
FoundState = Literal["posted", "draft"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the protocol may rely on at one ERP.

    Attributes:
        idempotency: `external_id` when the ERP itself refuses or folds a second record with the
            same key; `key_in_text` when the key only stands in a text field and the ERP would
            take it twice.
        max_batch: Most lines handed to one `send` call. All of them are in doubt together when
            the process dies, so smaller is safer and larger is faster.
        serial_only: True when lines of one call must be sent one after the other. When False
            the adapter may send them in parallel within the vendor's limit.
        batch_atomic: True when one bad line makes the ERP refuse the whole call. The protocol
            then sends the good lines again, one call per line, after a look-up.
        settle_seconds: How long after a request was cut off the ERP may still commit it. An
            absent key is believed only after this time has passed, whatever the idempotency:
            another version of the entry has another key, which the ERP would take as well.
        answer_seconds: How long a run waits for the answer to a submission before it leaves
            the lines to the next run; only a `BulkDelivery` answers later.
    """

    idempotency: Idempotency
    max_batch: int
    serial_only: bool
    batch_atomic: bool
    settle_seconds: float = 0.0
    answer_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """One object that the ERP holds under a posting key.

    `amount` is the cost in the entity's functional currency (`currency_code`), `hours` is 0 for
    an expense, `state` is `draft` for an object that exists but is not yet in the books.
    """

    posting_key: str
    erp_id: str
    record_type: str
    accounting_date: date
    hours: Decimal
    amount: Decimal
    currency_code: str
    state: FoundState


@dataclass(frozen=True, slots=True)
class LineResult:
    """What the ERP said about one line.

    `accepted`: this call made the object. `already_there`: an earlier call had made it.
    `rejected`: the ERP refused the line for good; `reason_code` is one of
    `tieout.domain.reasons.REASONS` and `message` the ERP's own text. `unknown`: the request may
    or may not have worked; the line stays in doubt and is resolved by look-up.
    """

    posting_key: str
    outcome: Outcome
    erp_id: str | None = None
    reason_code: str | None = None
    message: str | None = None


RESULT_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": pl.String(),
    "outcome": pl.String(),
    "erp_id": pl.String(),
    "reason_code": pl.String(),
    "message": pl.String(),
}
"""What an ERP said about many lines at once; the fields of `LineResult`."""

FOUND_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": pl.String(),
    "erp_id": pl.String(),
    "record_type": pl.String(),
    "accounting_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "state": pl.String(),
}
"""What an ERP holds under many keys; the fields of `Found`, oldest object of a key first."""

Answer = Literal["absent", "pending", "done"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A whole sealed batch on its way to an ERP that answers later.

    Attributes:
        submission_id: Unique for ever: the batch's id. The ERP must see it (file name, job
            name, reference), so that it can be asked about it after any crash.
        lines: The sealed lines, columns of `tieout.posting.columns.POSTING_COLUMNS`.
        files: The sealed import files, name -> content.
    """

    submission_id: str
    lines: pl.DataFrame
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Collected:
    """What an ERP says about a submission now.

    Attributes:
        answer: `absent` when the ERP never got it, `pending` while it works on it, `done` when
            nothing about it will change any more.
        results: One row per line that the answer mentions (`RESULT_COLUMNS`). When `done`, a
            line that is not mentioned is looked up: some ERPs purge what they refuse. While
            `pending`, the lines that are answered so far; the others stay in doubt.
        message: What the ERP said about the submission as a whole.
    """

    answer: Answer
    results: pl.DataFrame
    message: str | None = None


class BulkDelivery(Protocol):
    """An ERP adapter that hands over whole batches: a file drop, an import job."""

    capabilities: Capabilities

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """Say what the ERP holds now under each posting key (`FOUND_COLUMNS`).

        Raises:
            SystemUnreachable: The ERP did not answer. It never returns "absent" instead.
        """
        ...

    def submit(self, submission: Submission) -> None:
        """Hand over a batch. The same submission may be handed over again after a crash.

        Raises:
            SystemUnreachable: It was certainly not handed over.
            OutcomeUnknown: It may have been handed over.
        """
        ...

    def collect(self, submission_id: str) -> Collected:
        """Say what became of a submission.

        Raises:
            SystemUnreachable: The ERP did not answer.
        """
        ...


class Delivery(Protocol):
    """An ERP adapter. It holds no memory of its own: every call stands alone."""

    capabilities: Capabilities

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """Say what the ERP holds now under each posting key.

        Args:
            keys: Posting keys, any number: the adapter splits them to what the ERP takes.

        Returns:
            One list per key that was found (a key with no object may be missing or empty);
            more than one `Found` is a duplicate in the ERP, oldest first.

        Raises:
            SystemUnreachable: The ERP did not answer. It never returns "absent" instead.
        """
        ...

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        """Post lines (columns of `tieout.posting.columns.POSTING_COLUMNS`), at most `max_batch`.

        Yields one result per line, as soon as it is known, in any order. A line whose draft
        stands in the ERP already is finished, never created a second time. One refused line is
        a `rejected` result and the others go on; an answer that did not come is `unknown`.

        Raises:
            SystemUnreachable: Nothing more can be sent now. Lines without a result so far are
                taken as in doubt.
        """
        ...
