"""How BambooHR is read: who changed since the cursor, then each of them in full.

Only paths are used that an API key is documented for. Not here: what is landed (`tables`), landing
itself (`pipelines.landing`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http import ApiSession

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
PEOPLE_PER_PAGE: Final = 100
ATTEMPTS_PER_ANSWER: Final = 3
NO_DATE: Final = "0000-00-00"
TERMINATED: Final = "Terminated"
FIELDS: Final = (
    "employeeNumber",
    "firstName",
    "lastName",
    "workEmail",
    "status",
    "employmentStatus",
    "hireDate",
    "terminationDate",
    "division",
    "department",
    "location",
    "jobTitleName",
)
ENTITY_OPTIONS: Final = ("division", "location", "department")


class BambooHrExtractor:
    """Reads the people of one company."""

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        """Read one company.

        Args:
            system: the system of firm.yml; option ``legal_entity`` names the field that holds the
                employing legal entity: ``division`` (default), ``location`` or ``department``.
            session: authenticated session.
            now: the instant of the run; unused, changes carry the source's own instants.

        Raises:
            ConfigError: if the option names another field.
        """
        del now
        assert session is not None, "bamboohr speaks HTTP"
        self._session = session
        self._system = system
        self._entity = str(system.options.get("legal_entity", ENTITY_OPTIONS[0]))
        if self._entity not in ENTITY_OPTIONS:
            raise ConfigError(
                f"{self._entity!r} is no field that can hold the legal entity",
                file="firm.yml",
                field=f"systems.{system.id}.options.legal_entity",
                fix=f"write one of {', '.join(ENTITY_OPTIONS)}",
            )

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The people changed in the window, some hundred at a time.

        Raises:
            SystemUnreachable: if an answer stays unreadable, or a company that is read for the
                first time shows nobody.
        """
        since = (window.since or BEGINNING).strftime("%Y-%m-%dT%H:%M:%SZ")
        raw, changes = self._changes(since)
        if not changes and window.since is None:
            raise SystemUnreachable(
                self._system.id,
                f"{table.name}: the company shows no employee at all",
                "check that the owner of the API key may see employees",
            )
        if not changes:
            return
        raw_rows, working = self._working_statuses()
        evidence = [raw, raw_rows]
        for start in range(0, len(changes), PEOPLE_PER_PAGE):
            people = []
            for change in changes[start : start + PEOPLE_PER_PAGE]:
                raw_one, person = self._person(change, working)
                evidence.append(raw_one)
                people.append(person)
            yield Page(b"\n".join(evidence), given=people)
            evidence = []

    def _changes(self, since: str) -> tuple[bytes, list[dict[str, Any]]]:
        """The feed of changes, oldest first."""
        raw, answer = self._read("api/v1/employees/changed", {"since": since})
        changes = answer.get("employees") if isinstance(answer, dict) else None
        # a company without changes may answer an empty list in place of an empty object
        if changes in ([], {}):
            return raw, []
        if not isinstance(changes, dict) or not all(map(is_change, changes.values())):
            raise self._unreadable("employees/changed", "it lists no changes of employees")
        return raw, sorted(changes.values(), key=lambda one: (one["lastChanged"], one["id"]))

    def _working_statuses(self) -> tuple[bytes, dict[str, str]]:
        """Everybody's newest employment status that is not the end of it."""
        raw, rows = self._read("api/v1/employees/all/tables/employmentStatus")
        if not isinstance(rows, list):
            raise self._unreadable("employees/all/tables/employmentStatus", "it is no list")
        newest: dict[str, tuple[str, str]] = {}
        for row in rows:
            person = str(row.get("employeeId"))
            dated = (str(row.get("date")), str(row.get("employmentStatus")))
            if dated[1] != TERMINATED and dated >= newest.get(person, ("", "")):
                newest[person] = dated
        return raw, {person: status for person, (_, status) in newest.items()}

    def _person(
        self, change: dict[str, Any], working: dict[str, str]
    ) -> tuple[bytes, dict[str, Any]]:
        """One employee in full; of a deleted one only the deletion is left."""
        number = str(change["id"])
        gone = {**dict.fromkeys((*FIELDS, "working_status", "legal_entity")), **change}
        if change["action"] == "Deleted":
            return b"", gone
        raw, person = self._read(f"api/v1/employees/{number}", {"fields": ",".join(FIELDS)})
        if person is None:  # deleted since the feed was read
            return raw, {**gone, "action": "Deleted"}
        if not isinstance(person, dict) or str(person.get("id")) != number:
            raise self._unreadable(f"employees/{number}", "it is not that employee")
        for name in ("hireDate", "terminationDate"):
            if person.get(name) in (NO_DATE, ""):
                person[name] = None
        return raw, {
            **person,
            **change,
            "working_status": working.get(number),
            "legal_entity": person.get(self._entity),
        }

    def _read(self, path: str, params: dict[str, Any] | None = None) -> tuple[bytes, Any]:
        """One answer, None for 404; what cannot be read is asked for again, within a bound."""
        trouble = ""
        for _ in range(ATTEMPTS_PER_ANSWER):
            response = self._session.request(
                "GET", path, params=params, accept=frozenset({HTTPStatus.NOT_FOUND})
            )
            if response.status_code == HTTPStatus.NOT_FOUND and "employees/all" not in path:
                return response.content, None
            try:
                answer = json.loads(response.content)
            except ValueError as problem:
                trouble = f"{problem}: {response.content[:80]!r}"
                continue
            if not isinstance(answer, dict) or "error" not in answer:
                return response.content, answer
            trouble = f"an error with status {response.status_code}: {response.content[:80]!r}"
        raise self._unreadable(path, trouble)

    def _unreadable(self, path: str, trouble: str) -> SystemUnreachable:
        return SystemUnreachable(
            self._system.id,
            f"{path}: the answer could not be read: {trouble}",
            "an outage page or a truncated answer: run the same command again",
        )


def is_change(record: Any) -> bool:
    """Whether a record of the feed tells who changed, how and when."""
    return isinstance(record, dict) and {"id", "action", "lastChanged"} <= set(record)
