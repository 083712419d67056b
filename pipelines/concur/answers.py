"""One answer of SAP Concur v3: is it a page of the list, and what do its records say.

An entry does not carry its own approval: that is its report's. So the report's header is joined to
the entry, and `version_at` says since when the two together are as they are. Nothing is interpreted
beyond that.

Not here: which lists are asked for and how they are paged (`resources`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

APPROVED: Final = "A_APPR"
PROJECT_FIELD: Final = "Custom1"
"""Entry field that holds the project, unless the system's option `project_field` says otherwise."""


@dataclass(frozen=True)
class Answer:
    """One page of a list.

    Attributes:
        raw: the bytes as received.
        items: the records.
        following: address of the next page, or None.
    """

    raw: bytes
    items: list[dict[str, Any]]
    following: str | None


def read_answer(raw: bytes) -> Answer:
    """Check one page and take its records.

    Raises:
        ValueError: if this is no page: no JSON, an error with status 200, no list of items.
    """
    body = json.loads(raw, parse_float=Decimal)
    items = body.get("Items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"the answer is no page of a list: {raw[:120]!r}")
    following = body.get("NextPage")
    return Answer(raw, items, str(following) if following else None)


def joined(
    entry: dict[str, Any], report: dict[str, Any] | None, project_field: str
) -> dict[str, Any]:
    """An entry with its report's header, its project and the instant of its version.

    A project field that the site does not have stays absent, so that its lack is noticed.

    Args:
        entry: the entry as served.
        report: header of its report, None if the report vanished meanwhile.
        project_field: the entry's custom field with the project.
    """
    whole = {**entry, "report": report, "version_at": version_at(entry, report)}
    if project_field in entry:
        whole["project"] = _project(entry[project_field])
    return whole


def _project(held: Any) -> dict[str, Any] | None:
    """A custom field of a list: the item's code; of a text: the text."""
    if isinstance(held, dict):
        return {"code": held.get("Code") or held.get("Value"), "name": held.get("Value")}
    return {"code": held, "name": None} if held else None


def version_at(entry: dict[str, Any], report: dict[str, Any] | None) -> str | None:
    """Since when an entry and its report's state are as they are, as an instant in UTC.

    An approved entry changes with itself and with its approval; payment changes nothing of it.
    Before approval and after a recall the report's own last change counts: only that moves on when
    an approval is taken back. A timestamp that cannot be read is handed on as it is, so that the
    record is set aside by its type; None if there is none at all.
    """
    stamps = [entry.get("LastModified")]
    if report is not None and report.get("ApprovalStatusCode") == APPROVED:
        stamps += [report.get("SubmitDate"), report.get("ProcessingPaymentDate")]
    elif report is not None:
        stamps.append(report.get("LastModifiedDate"))
    given = [str(stamp) for stamp in stamps if stamp]
    try:
        return max(map(instant, given)).isoformat() if given else None
    except ValueError:
        return " ".join(given)


def instant(text: str) -> datetime:
    """A timestamp of the vendor; without zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
