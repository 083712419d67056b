"""Identifiers that never change: entry ids, posting keys, correlation ids.

The posting key (DESIGN, section 3.4; accounting logic C1) names one leg of one version of one
source entry at one target. It holds no date, amount, project or content hash: a content hash loses
the third posting of an A, B, A edit, and a period in the key posts twice when the period closes
between a lost answer and the retry. Where one version is posted again after it was taken back (its
rate was corrected, its approval came back), the leg says how often: `cost`, `cost.2`, `cost.3`.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from urllib.parse import unquote

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:tieout:correlation")
_PARTS = 6
GROUP = "group"
"""Source system of lines that stand for several entries; their record id names the group."""
REVERSAL = "R:"
"""What stands before the key of a line in the key of the line that takes it back."""
_DIGEST_LENGTH = 16


def _escape(part: str) -> str:
    """Percent-escape the separator and the escape sign, nothing else: SQL does the same."""
    return str(part).replace("%", "%25").replace(":", "%3A")


@dataclass(frozen=True)
class PostingKey:
    """The parts of a posting key; `is_reversal` is true for `R:` + key."""

    firm: str
    target: str
    source_system: str
    source_record_id: str
    version: int
    leg: str
    is_reversal: bool = False

    def __str__(self) -> str:
        parts = (self.firm, self.target, self.source_system, self.source_record_id)
        text = ":".join(_escape(part) for part in parts) + f":v{self.version}:{_escape(self.leg)}"
        return REVERSAL + text if self.is_reversal else text


def entry_id(source_system: str, source_record_id: str) -> str:
    """Id of a source entry across all its versions: `harvest_us:636709355`."""
    return f"{source_system}:{source_record_id}"


def posting_key(
    firm: str, target: str, source_system: str, source_record_id: str, version: int, leg: str
) -> str:
    """The key under which one leg of one entry version is posted to one target."""
    return str(PostingKey(firm, target, source_system, source_record_id, int(version), leg))


def reversal_key(key: str) -> str:
    """The key of the line that reverses the line posted under `key`.

    Raises:
        ValueError: if `key` is itself a reversal; a reversal is never reversed (C4).
    """
    if key.startswith(REVERSAL):
        raise ValueError(f"{key} is a reversal: post a new correcting version instead")
    return REVERSAL + key


def parse_posting_key(text: str | None) -> PostingKey | None:
    """The parts of a posting key, or None if `text` is not one of ours."""
    if not text:
        return None
    body = text.removeprefix(REVERSAL)
    parts = body.split(":")
    if len(parts) != _PARTS or not parts[4].startswith("v") or not parts[4][1:].isdigit():
        return None
    firm, target, system, record, version, leg = parts
    return PostingKey(
        unquote(firm),
        unquote(target),
        unquote(system),
        unquote(record),
        int(version[1:]),
        unquote(leg),
        is_reversal=text.startswith(REVERSAL),
    )


def correlation_id(entry: str) -> str:
    """One id per source entry for life, carried through file, ERP memo, exception and audit."""
    return str(uuid.uuid5(_NAMESPACE, entry))


def shorten(key: str, length: int) -> str:
    """A collision-free shortening of a key for ERP fields of limited length.

    Keys that fit are returned unchanged. Longer ones become a base32 SHA-256 prefix of at least
    80 bits, so two different keys do not meet in practice (2**40 keys for an even chance).

    Raises:
        ValueError: if `length` leaves less than 16 characters (80 bits).
    """
    if len(key) <= length:
        return key
    if length < _DIGEST_LENGTH:
        raise ValueError(f"a key cannot be shortened to {length} characters without collisions")
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().rstrip("=")
    return digest[: min(length, len(digest))]
