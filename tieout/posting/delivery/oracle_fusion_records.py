"""Documents and requests as Oracle Fusion shows them, read into plain records.

Here: the records and their reading. Not here: asking for them (`oracle_fusion_rest`) and what
follows from them (`oracle_fusion_jobs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a batch on Oracle's document server."""

    document_id: str
    kind: str
    number: int
    total: int
    entity: str


@dataclass(frozen=True, slots=True)
class Request:
    """One scheduled request, its arguments counted from 1."""

    request_id: int
    state: str
    submitted: datetime
    completed: datetime | None
    arguments: Mapping[int, str]


def document_of(document_id: str, name: str, batch_id: str) -> Document:
    """Read a file name `<batch>-<kind>-<n>of<total>-<entity>.<ending>`.

    Raises:
        ValueError: if it is no such name.
    """
    stem = name.removeprefix(f"{batch_id}-").rpartition(".")[0]
    kind, place, entity = stem.split("-", 2)
    number, total = place.split("of")
    return Document(document_id, kind, int(number), int(total), entity)


def request_of(item: Mapping[str, Any]) -> Request:
    """Read one request as the scheduler shows it.

    Raises:
        KeyError, TypeError, ValueError: if something is missing or of another kind.
    """
    completed = item.get("completedTime")
    arguments = {
        int(parameter["name"].removeprefix("submit.argument")): str(parameter["value"])
        for parameter in item.get("requestParameters") or []
        if str(parameter["name"]).startswith("submit.argument")
    }
    return Request(
        int(item["requestId"]),
        str(item["state"]).upper(),
        datetime.fromisoformat(item["submissionTime"]),
        datetime.fromisoformat(completed) if completed else None,
        arguments,
    )
