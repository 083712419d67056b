"""Posting to SAP S/4HANA Cloud: journal entries in bulk, confirmed later.

Here: `SapDelivery`. Not here: what an entry holds (`writers.sap_s4hana_entries`), what a
confirmation says (`acks.sap_s4hana`), what was sent and received (`sap_s4hana_mailbox`), what SAP
holds (`sap_s4hana_books`), the service itself and its options (`sap_s4hana_service`).

Messages go to the asynchronous service JournalEntryBulkCreationRequest_In (SAP_COM_0002). SAP has
no address at which a message's fate can be asked, and nothing proves that it refuses a second
message with the same id. So:

* every message is recorded on the disk before it leaves, and every entry is looked up before it is
  sent, again or for the first time: what is in the books is left out;
* an entry's fate is its confirmation, or else its presence in the books;
* a batch is `absent` only while SAP never answered that it took a message of it, confirmed
  nothing and has nothing of it in the books; the protocol then waits `settle_seconds` and asks
  again. A message that SAP took is never sent again. One of several that SAP never got is
  reported, after the same time, as refused for an outage: its lines go out with the next batch;
* an entry of a message that SAP took, neither confirmed nor in the books after `confirm_hours`,
  is reported as finished without an answer: SAP keeps errors in its monitor, where they are lost
  to us when no confirmation came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from tieout.config import System
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.sap_s4hana import Confirmation
from tieout.posting.delivery.base import (
    RESULT_COLUMNS,
    Answer,
    Capabilities,
    Collected,
    Submission,
)
from tieout.posting.delivery.sap_s4hana_books import Books
from tieout.posting.delivery.sap_s4hana_mailbox import Mailbox, SentBatch, SentMessage
from tieout.posting.delivery.sap_s4hana_service import JournalService, number_of
from tieout.posting.writers.sap_s4hana import ENTRIES_MAX, MESSAGE_SUFFIX
from tieout.posting.writers.sap_s4hana_entries import batch_mark, split
from tieout.posting.writers.sap_s4hana_message import read_message, without

MAILBOX: Final = "sap_confirmations"
FOUND: Final = "found in SAP's books"
NO_WORD: Final = "SAP took the message but neither confirmed nor posted the entry in time"
NEVER_CAME: Final = "SAP took other messages of the batch, but this one never came"
_Result = tuple[str, str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A message on its way: what was sealed, less what is in the books already."""

    record: SentMessage
    data: bytes | None


class SapDelivery:
    """The adapter of one SAP tenant.

    Args:
        system: the system of firm.yml; options `journal_path`, `confirmations` (folder below the
            firm folder), `settle_seconds`, `answer_seconds`, `confirm_hours`.
        session: a session with the communication user's credentials.
        now: the clock that tells how long a message waits for its confirmation.

    Raises:
        ConfigError: if an option is out of bounds.
    """

    def __init__(
        self,
        system: System,
        session: ApiSession,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._system, self._now = system, now
        self._books, self._service = Books(session), JournalService(system, session)
        self._mailbox = mailbox_of(system)
        self._patience = timedelta(hours=number_of(system, "confirm_hours"))
        self.capabilities = Capabilities(
            idempotency="key_in_text",
            max_batch=ENTRIES_MAX,
            serial_only=True,
            batch_atomic=False,
            settle_seconds=float(number_of(system, "settle_seconds")),
            answer_seconds=float(number_of(system, "answer_seconds")),
        )

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """What SAP holds now under each posting key (`FOUND_COLUMNS`), oldest first.

        Raises:
            SystemUnreachable: SAP gave no usable answer.
        """
        return self._books.held(list(dict.fromkeys(keys)))

    def submit(self, submission: Submission) -> None:
        """Send the messages of a batch, without entries that are in the books.

        Raises:
            SystemUnreachable: nothing of it was handed over.
            OutcomeUnknown: some of it may have been handed over.
        """
        _, refused = split(submission.lines, submission.submission_id)
        outgoing = self._outgoing(submission)
        batch = SentBatch(
            submission.submission_id,
            tuple(message.record for message in outgoing),
            tuple((line.posting_key, line.reason_code, line.message) for line in refused),
        )
        self._mailbox.record(batch)
        doubts: list[str] = []
        for number, message in enumerate(outgoing):
            if message.data is not None:
                try:
                    self._service.send(message.data)
                except OutcomeUnknown as problem:
                    doubts.append(problem.tried)
                    continue
                except SystemUnreachable as problem:
                    if not number:
                        raise
                    doubts.append(problem.tried)
                    break
            batch = batch.taken(message.record.message_id)
            self._mailbox.record(batch)
        if doubts:
            raise OutcomeUnknown(self._system.id, "; ".join(doubts))

    def collect(self, submission_id: str) -> Collected:
        """What became of a batch: confirmations first, then the books.

        Raises:
            SystemUnreachable: SAP gave no usable answer, or the record of what was sent is gone
                while SAP holds entries of the batch.
        """
        batch = self._mailbox.recorded(submission_id)
        if batch is None:
            return self._unrecorded(submission_id)
        keys = {entry: key for message in batch.messages for entry, key in message.entries.items()}
        confirmed, unreadable = self._mailbox.confirmations(keys.keys())
        held = self.look_up([key for entry, key in keys.items() if entry not in confirmed])
        posted = dict(held.filter(pl.col("state") == "posted")["posting_key", "erp_id"].iter_rows())
        answered = {entry for entry, key in keys.items() if entry in confirmed or key in posted}
        settle = timedelta(seconds=self.capabilities.settle_seconds)
        state = _state_of(batch.messages, answered, self._patience, settle, self._now())
        if state != "done":
            return Collected(state, _frame(()))
        results: list[_Result] = [
            (key, "rejected", None, reason, text) for key, reason, text in batch.refused
        ]
        results += [_result(keys[entry], told) for entry, told in confirmed.items()]
        results += [(key, "accepted", erp_id, None, FOUND) for key, erp_id in posted.items()]
        results += [
            (key, "rejected", None, "OUTAGE", NEVER_CAME)
            for message in batch.messages
            if _is_unseen(message, answered)
            for key in message.entries.values()
        ]
        note = f"; {unreadable} files in {self._mailbox.folder.name} are no confirmation"
        return Collected("done", _frame(results), NO_WORD + (note if unreadable else ""))

    def _outgoing(self, submission: Submission) -> list[_Outgoing]:
        """The messages to send, in order."""
        held = self.look_up(submission.lines["posting_key"].to_list())
        there = set(held["posting_key"])
        outgoing: list[_Outgoing] = []
        for name, data in sorted(submission.files.items()):
            if not name.endswith(MESSAGE_SUFFIX):
                continue
            message = read_message(data)
            entries = {entry.entry_id: entry.posting_key for entry in message.entries}
            known = {entry_id for entry_id, key in entries.items() if key in there}
            record = SentMessage(message.message_id, self._now(), False, entries)
            outgoing.append(_Outgoing(record, without(data, known)))
        return outgoing

    def _unrecorded(self, submission_id: str) -> Collected:
        """A batch of which no record exists: nothing ever left for it from this folder."""
        if self._books.holds_batch(batch_mark(submission_id)):
            raise SystemUnreachable(
                self._system.id,
                f"SAP holds entries of {submission_id}, but {self._mailbox.folder} has no record"
                " of what was sent",
                "restore that folder from its backup, then run again",
            )
        return Collected("absent", _frame(()))


def create_delivery(system: System, session: ApiSession) -> SapDelivery:
    """The adapter for a system of vendor sap_s4hana."""
    return SapDelivery(system, session)


def mailbox_of(system: System) -> Mailbox:
    """The folder with what was sent to a system and what it confirmed."""
    return Mailbox(system.folder / str(system.options.get("confirmations", MAILBOX)))


def _is_unseen(message: SentMessage, answered: set[str]) -> bool:
    """Whether nothing shows that SAP ever got a message."""
    return not message.is_taken and not answered.intersection(message.entries)


def _state_of(
    messages: Sequence[SentMessage], answered: set[str], patience: timedelta, settle: timedelta,
    now: datetime,
) -> Answer:  # fmt: skip
    """`absent`, `pending` or `done`, from what is known about each message's entries."""
    unseen = [message for message in messages if _is_unseen(message, answered)]
    if messages and len(unseen) == len(messages):
        return "absent"
    for message in messages:
        allowed = settle if message in unseen else patience
        if not answered.issuperset(message.entries) and message.sent_at > now - allowed:
            return "pending"
    return "done"


def _result(key: str, told: Confirmation) -> _Result:
    if told.document is not None:
        return (key, "accepted", told.document, None, told.message)
    return (key, "rejected", None, told.reason_code, told.message)


def _frame(results: Iterable[_Result]) -> pl.DataFrame:
    return pl.DataFrame(list(results), schema=RESULT_COLUMNS, orient="row")
