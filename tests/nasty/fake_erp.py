"""An ERP that misbehaves on request, for tests of posting.

Its books (`FakeErp`) outlive the adapter (`FakeDelivery`), as they would a killed process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.posting.delivery.base import Capabilities, Found, LineResult

TARGET = "netsuite"
LATE_SECONDS = 4.0
SETTLE_SECONDS = 8.0


@dataclass
class FakeErp:
    """The ERP's books and its moods.

    `moods` maps a posting key to what happens to the next requests for it, in order: `reject`,
    `lost_ack` (work done, answer lost), `drop` (nothing done, answer lost), `late` (answer lost,
    work done `LATE_SECONDS` later on `clock`), `draft` (half of the work done, answer lost), `down` (unreachable). No mood: the line is taken.
    `is_unique` is the ERP's own refusal of a second object with a key.
    """

    is_unique: bool = True
    objects: list[Found] = field(default_factory=list)
    late: list[tuple[float, Found]] = field(default_factory=list)
    moods: dict[str, list[str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    look_ups: int = 0
    is_down: bool = False
    clock: float = 0.0

    def wait(self, seconds: float) -> None:
        """Time passes at the ERP, and for whoever waits for it."""
        self.clock += seconds

    def settle(self, until: float) -> None:
        """Requests whose connection was cut are carried out when their time has come."""
        due = [item for moment, item in self.late if moment <= until]
        self.late = [(moment, item) for moment, item in self.late if moment > until]
        for item in due:
            self.store(item)

    def store(self, item: Found) -> Found:
        """Take an object; a draft under the key is finished, a unique ERP takes no second one."""
        drafts = [
            found
            for found in self.objects
            if (found.posting_key, found.state) == (item.posting_key, "draft")
        ]
        if drafts:
            self.objects.remove(drafts[0])
        held = [found for found in self.objects if found.posting_key == item.posting_key]
        if self.is_unique and held:
            return held[0]
        self.objects.append(item)
        return item

    def counts(self) -> Counter[str]:
        """Posting key -> number of objects in the books."""
        return Counter(found.posting_key for found in self.objects)


class FakeDelivery:
    """The adapter to a `FakeErp`."""

    def __init__(self, erp: FakeErp, **capabilities: Any) -> None:
        self.erp = erp
        idempotency = "external_id" if erp.is_unique else "key_in_text"
        self.capabilities = Capabilities(
            **{
                "idempotency": idempotency,
                "max_batch": 2,
                "serial_only": True,
                "batch_atomic": False,
                "settle_seconds": SETTLE_SECONDS,
                **capabilities,
            }
        )

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        self.erp.look_ups += 1
        if self.erp.is_down:
            raise SystemUnreachable(TARGET, "no answer", "try later")
        self.erp.settle(self.erp.clock)
        wanted = set(keys)
        found: dict[str, list[Found]] = {}
        for item in self.erp.objects:
            if item.posting_key in wanted:
                found.setdefault(item.posting_key, []).append(item)
        return found

    def send(self, rows: pl.DataFrame) -> Iterator[LineResult]:
        for row in rows.iter_rows(named=True):
            yield self._send_one(row)

    def _send_one(self, row: Mapping[str, Any]) -> LineResult:
        key = row["posting_key"]
        self.erp.requests.append(key)
        moods = self.erp.moods.get(key, [])
        mood = moods.pop(0) if moods else "take"
        item = Found(
            key, f"E{len(self.erp.objects) + 1}", "timeBill", row["accounting_date"],
            row["hours"], row["cost_amount_functional"], row["functional_currency_code"], "posted",
        )  # fmt: skip
        if mood == "down" or self.erp.is_down:
            raise SystemUnreachable(TARGET, "no answer", "try later")
        if mood == "reject":
            return LineResult(key, "rejected", None, "PROJECT_INACTIVE", "Invalid project")
        if mood == "drop":
            return LineResult(key, "unknown", message="connection reset")
        if mood == "lost_ack":
            self.erp.store(item)
            return LineResult(key, "unknown", message="connection reset")
        if mood == "lost_ack_raised":
            self.erp.store(item)
            raise OutcomeUnknown(TARGET, "connection reset")
        if mood == "draft":
            self.erp.store(replace(item, state="draft"))
            return LineResult(key, "unknown", message="connection reset")
        if mood == "late":
            self.erp.late.append((self.erp.clock + LATE_SECONDS, item))
            return LineResult(key, "unknown", message="timeout")
        taken = self.erp.store(item)
        return LineResult(
            key, "accepted" if taken.erp_id == item.erp_id else "already_there", taken.erp_id
        )
