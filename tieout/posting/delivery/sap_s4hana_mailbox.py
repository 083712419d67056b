"""What was handed over to SAP and what SAP confirmed, in a folder beside the firm.

Here: `Mailbox`. SAP's asynchronous service answers by calling an outbound service, not by being
asked, and its confirmation names entries by ids of 35 characters. So a record of what was sent is
on the disk before a message leaves, and confirmations lie where the receiver
(`sap_s4hana_receiver`) or the firm's middleware puts them. Not here: what is concluded from both
(`sap_s4hana`), what a confirmation says (`tieout.posting.acks.sap_s4hana`).

    <folder>/sent/<batch id>.json      one record per batch
    <folder>/received/*.xml            confirmations, each as received

Files of batches that are finished may be moved away.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from tieout.durable import flush
from tieout.posting.acks.sap_s4hana import Confirmation, read_confirmation

RECEIVED_SUFFIX: Final = ".xml"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message of a batch.

    Attributes:
        message_id: its MessageHeader/ID.
        sent_at: when it was handed over last (UTC).
        is_taken: True when SAP answered that it has the message.
        entries: entry id -> posting key, of all its entries.
    """

    message_id: str
    sent_at: datetime
    is_taken: bool
    entries: dict[str, str]


@dataclass(frozen=True, slots=True)
class SentBatch:
    """One batch: its messages, and lines that no message holds (key, reason, text)."""

    submission_id: str
    messages: tuple[SentMessage, ...]
    refused: tuple[tuple[str, str, str], ...] = ()

    def taken(self, message_id: str) -> SentBatch:
        """The same with one message answered."""
        return replace(
            self,
            messages=tuple(
                replace(message, is_taken=True) if message.message_id == message_id else message
                for message in self.messages
            ),
        )


class Mailbox:
    """The folder of one system.

    Args:
        folder: where it is; created when first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[tuple[str, int], list[Confirmation]] = {}

    def record(self, batch: SentBatch) -> None:
        """Store what is known about a batch, durably."""
        shown = asdict(batch)
        for message in shown["messages"]:
            message["sent_at"] = message["sent_at"].isoformat()
        data = json.dumps(shown, indent=1, sort_keys=True).encode() + b"\n"
        write_durably(self.folder / "sent" / f"{batch.submission_id}.json", data)

    def recorded(self, submission_id: str) -> SentBatch | None:
        """What was sent of a batch, or None when nothing ever left for it."""
        path = self.folder / "sent" / f"{submission_id}.json"
        if not path.is_file():
            return None
        shown = json.loads(path.read_bytes())
        messages = tuple(
            SentMessage(
                message["message_id"],
                datetime.fromisoformat(message["sent_at"]),
                message["is_taken"],
                message["entries"],
            )
            for message in shown["messages"]
        )
        refused = tuple((key, reason, text) for key, reason, text in shown["refused"])
        return SentBatch(shown["submission_id"], messages, refused)

    def receive(self, data: bytes) -> None:
        """Store a confirmation durably; the same one again changes nothing.

        Raises:
            ValueError: if it is no confirmation of journal entries.
        """
        read_confirmation(data)
        name = hashlib.sha256(data).hexdigest() + RECEIVED_SUFFIX
        write_durably(self.folder / "received" / name, data)

    def confirmations(self, entry_ids: Collection[str]) -> tuple[dict[str, Confirmation], int]:
        """What SAP confirmed of some entries, by entry id, and how many files were unreadable.

        A file may be there in part only while middleware writes it: it is read at the next call.
        An entry confirmed twice counts as posted when one confirmation says so.
        """
        found: dict[str, Confirmation] = {}
        unreadable = 0
        for path in sorted((self.folder / "received").glob(f"*{RECEIVED_SUFFIX}")):
            try:
                parts = self._parts(path)
            except FileNotFoundError:  # moved away while we looked
                continue
            except ValueError:
                unreadable += 1
                continue
            for part in parts:
                known = found.get(part.entry_id)
                if part.entry_id in entry_ids and (known is None or known.document is None):
                    found[part.entry_id] = part
        return found, unreadable

    def _parts(self, path: Path) -> list[Confirmation]:
        """What one file says; read once per name and size."""
        stamp = (path.name, path.stat().st_size)
        if stamp not in self._read:
            self._read[stamp] = read_confirmation(path.read_bytes())
        return self._read[stamp]


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is there whole and on the disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    flush(path.parent)
