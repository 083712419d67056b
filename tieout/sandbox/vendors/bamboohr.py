"""The firm's BambooHR, as its API shows it.

Here: routes, credentials and the feed of changes. What an employee looks like in each answer lives
in `bamboohr_employees`, filters, sorting and the cursor in `bamboohr_lists`. Facts: the published
OpenAPI description (BambooHR/bhr-api-python).

Named assumptions, where that description ends:
    * An API key acts with its owner's rights on every path, also where only OAuth is described.
    * Only JSON is spoken: a request that does not ask for it is answered 406 (the real one sends
      XML then).
    * A termination date is shown as soon as it is recorded; whoever has left is ``Inactive`` with
      the employment status ``Terminated``.
    * The division of an employee is the id of the employing legal entity.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.model import FirmState, SandboxFirm, Worker
from tieout.sandbox.vendors import bamboohr_employees as employees
from tieout.sandbox.vendors.bamboohr_lists import answer_list
from tieout.sandbox.vendors.base import (
    TOKENS,
    Clock,
    Route,
    SandboxApp,
    json_response,
    timestamp,
)
from tieout.sandbox.vendors.faults import FaultInjector

PREFIXES: Final = ("/bamboohr", "")
MAX_FIELDS: Final = 400
TABLES: Final = ("employmentStatus", "jobInfo")


def create_app(
    firm: SandboxFirm,
    clock: Clock,
    state_dir: Path | None = None,  # noqa: ARG001 - BambooHR is only read; the interface is common
) -> FaultInjector:
    """BambooHR over the sample firm.

    Args:
        firm: the firm whose people are shown.
        clock: the instant shown.
        state_dir: unused.

    Returns:
        A WSGI application that also answers below ``/bamboohr``.
    """
    company = Company(firm, clock)
    return FaultInjector(SandboxApp("bamboohr", company.routes(), authorize, refuse, PREFIXES))


class Company:
    """The people of one company at the instant of the clock."""

    def __init__(self, firm: SandboxFirm, clock: Clock) -> None:
        """Show a firm at a clock."""
        self._firm = firm
        self._clock = clock

    def routes(self) -> list[Route]:
        """Every path that the sandbox answers."""
        return [
            Route("GET", "/api/v1/employees", self._list),
            Route("GET", "/api/v1/employees/directory", self._directory),
            Route("GET", "/api/v1/employees/changed", self._changed),
            Route("GET", "/api/v1/employees/<employee_id>", self._one),
            Route("GET", "/api/v1/employees/<employee_id>/tables/<table>", self._table),
        ]

    def _state(self) -> FirmState:
        return self._firm.at(self._clock())

    def _list(self, request: Request) -> Response:
        """Employees by cursor, filtered and sorted; inactive ones included."""
        state = self._state()
        wanted = request.args.get("fields", "").split(",")
        people = [employees.listed(state, worker, wanted) for worker in state.workers]
        return answer_list(people, request)

    def _directory(self, request: Request) -> Response:  # noqa: ARG002 - a handler takes it
        """People who work here now."""
        state = self._state()
        people = [employees.in_directory(state, w) for w in state.workers if employees.is_active(w)]
        if not people:
            raise NotFound(description="The directory is empty.")
        return json_response({"fields": employees.DIRECTORY_FIELDS, "employees": people})

    def _changed(self, request: Request) -> Response:
        """Whose record was made, changed or deleted since an instant."""
        since = instant(request.args.get("since"))
        kind = request.args.get("type", "all")
        if kind not in ("inserted", "updated", "deleted", "all"):
            raise BadRequest("The type parameter is invalid.")
        newest: dict[str, Worker] = {}
        for worker in self._firm.workers:
            held = newest.get(worker.bamboohr_id)
            if worker.changed_at <= self._clock() and (
                held is None or held.changed_at <= worker.changed_at
            ):
                newest[worker.bamboohr_id] = worker
        changes = {
            number: employees.change(worker)
            for number, worker in newest.items()
            if worker.changed_at >= since
        }
        shown = {
            number: change
            for number, change in changes.items()
            if kind in ("all", change["action"].lower())
        }
        latest = max((change["lastChanged"] for change in shown.values()), default=timestamp(since))
        return json_response({"latest": latest, "employees": shown})

    def _one(self, request: Request, employee_id: str) -> Response:
        wanted = request.args.get("fields", "firstName,lastName").split(",")
        if len(wanted) > MAX_FIELDS:
            raise BadRequest(f"At most {MAX_FIELDS} fields can be requested.")
        state = self._state()
        return json_response(employees.details(state, find(state, employee_id), wanted))

    def _table(self, request: Request, employee_id: str, table: str) -> Response:  # noqa: ARG002
        if table not in TABLES:
            raise NotFound(description="The table does not exist.")
        state = self._state()
        people = list(state.workers) if employee_id == "all" else [find(state, employee_id)]
        return json_response(
            [row for worker in people for row in employees.table_rows(state, worker, table)]
        )


def find(state: FirmState, employee_id: str) -> Worker:
    """An employee by BambooHR's id.

    Raises:
        NotFound: if there is none.
    """
    for worker in state.workers:
        if worker.bamboohr_id == employee_id:
            return worker
    raise NotFound(description="The employee does not exist.")


def instant(text: str | None) -> datetime:
    """The ``since`` parameter."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise BadRequest("The since parameter is missing or not an ISO 8601 date.") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def authorize(request: Request) -> Response | None:
    """Refuse a request without the API key (Basic, any password), or one that wants no JSON."""
    given = request.authorization
    user = given.username if given is not None and given.type == "basic" else None
    if user != TOKENS["bamboohr"]["api_key"]:
        return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="BambooHR"'})
    if "application/json" not in request.headers.get("Accept", ""):
        return Response(status=406)
    return None


def refuse(error: HTTPException) -> Response:
    """BambooHR's error body with a code in words."""
    status = error.code or 500
    plain = "".join(word.capitalize() for word in error.name.split())
    code = getattr(error, "error_code", plain)
    return json_response({"error": {"code": code, "message": error.description}}, status)
