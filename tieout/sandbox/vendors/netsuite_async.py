"""Asynchronous submission to the emulated NetSuite: `Prefer: respond-async`, job, task, result.

Here: accepting a call of the record service as a job, its idempotency key, and the job's
addresses. A job is carried out when the next request of any kind arrives: that is after the caller
got its answer, as in the real service, and never in a background thread.

Not here: the call itself (`netsuite_records`). Only single records are taken; the collection form
with up to 100 records is not emulated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from sqlite3 import Row
from typing import Any, Final

import simplejson
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response, timestamp
from tieout.sandbox.vendors.netsuite_errors import Refusal, not_found
from tieout.sandbox.vendors.netsuite_records import Call, Records
from tieout.sandbox.vendors.netsuite_store import Store

JOB_ROOT: Final = "/services/rest/async/v1/job"
KEY_HEADER: Final = "X-NetSuite-Idempotency-Key"
_UUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_CONFLICT_TEXT: Final = (
    'A request with the same idempotency key is already submitted. See the "Location" header to '
    "find more information about the previously submitted request."
)


class Jobs:
    """The jobs of one account.

    Args:
        store: the account; jobs are kept in it and survive a restart.
        records: carries the calls out.
        clock: start and end of a job.
    """

    def __init__(self, store: Store, records: Records, clock: Callable[[], datetime]) -> None:
        self._store, self._records, self._clock = store, records, clock

    def submit(self, request: Request, call: Call) -> Response:
        """Take a call as a job: 202 with the job's address.

        Raises:
            Refusal: a malformed idempotency key, or one that was used before (with the address
                of the job that used it).
        """
        key = request.headers.get(KEY_HEADER)
        if key is not None and not _UUID.match(key):
            raise Refusal(400, f"The {KEY_HEADER} header must be a UUID.", "INVALID_HEADER")
        used = self._store.row("select id from _job where idempotency_key = ?", (key,))
        if key is not None and used is not None:
            raise Refusal(
                400, _CONFLICT_TEXT, "IDEMPOTENCY_ERROR", title="Conflict",
                headers={"Location": f"{call.root}{JOB_ROOT}/{used['id']}"},
            )  # fmt: skip
        kept = simplejson.dumps(call.body, use_decimal=True)
        headers = simplejson.dumps({"name_validation": call.name_validation, "root": call.root})
        with self._store.transaction():
            number = self._store.next_id()
            self._store.execute(
                "insert into _job (id, idempotency_key, method, path, headers, body, progress) "
                "values (?, ?, ?, ?, ?, ?, 'pending')",
                (number, key, call.method, f"{call.record_type}/{call.key}", headers, kept),
            )
        return Response(
            status=202,
            headers={
                "Location": f"{call.root}{JOB_ROOT}/{number}",
                "Preference-Applied": "respond-async",
            },
        )

    def run_pending(self) -> None:
        """Carry out every job that waits, in the order of submission."""
        for job in self._store.rows("select * from _job where progress = 'pending' order by id"):
            self._run(job)

    def _run(self, job: Row) -> None:
        record_type, _, key = job["path"].partition("/")
        settings = simplejson.loads(job["headers"])
        call = Call(
            job["method"], record_type, key, simplejson.loads(job["body"], use_decimal=True),
            settings["name_validation"], settings["root"],
        )  # fmt: skip
        started = timestamp(self._clock())
        with self._store.transaction():
            try:
                response = self._records.perform(call)
            except Refusal as refusal:
                response = refusal.response()
            progress = "succeeded" if response.status_code < 400 else "failed"
            self._store.execute(
                "update _job set progress = ?, started = ?, ended = ?, status = ?, answer = ?, "
                "location = ? where id = ?",
                (
                    progress, started, timestamp(self._clock()), response.status_code,
                    response.get_data(as_text=True), response.headers.get("Location"), job["id"],
                ),
            )  # fmt: skip

    def job(self, request: Request, number: int) -> Response:
        """State of a job."""
        row = self._existing(number)
        state = _state(row)
        href = f"{request.root_url.rstrip('/')}{JOB_ROOT}/{number}/task/"
        state["task"] = {"links": [{"rel": "self", "href": href}]}
        return json_response(state)

    def tasks(self, request: Request, number: int) -> Response:
        """The tasks of a job: always one, its id is 1."""
        self._existing(number)
        href = f"{request.root_url.rstrip('/')}{JOB_ROOT}/{number}/task/1"
        item = {"id": "1", "links": [{"rel": "self", "href": href}]}
        return json_response({"items": [item], "count": 1, "hasMore": False, "totalResults": 1})

    def task(self, request: Request, number: int, task: int) -> Response:  # noqa: ARG002
        """State of a job's task."""
        row = self._existing(number, task)
        return json_response({**_state(row), "id": str(task)})

    def result(self, request: Request, number: int, task: int) -> Response:  # noqa: ARG002
        """What the call would have answered, once the task is done."""
        row = self._existing(number, task)
        if row["progress"] == "pending":
            raise not_found()
        headers = {"Location": row["location"]} if row["location"] else {}
        return Response(
            row["answer"], status=row["status"], headers=headers, content_type="application/json"
        )

    def _existing(self, number: int, task: int = 1) -> Row:
        row = self._store.row("select * from _job where id = ?", (number,))
        if row is None or task != 1:
            raise not_found()
        return row


def _state(row: Row) -> dict[str, Any]:
    state = {"completed": row["progress"] != "pending", "id": str(row["id"])}
    state["progress"] = row["progress"]
    if row["ended"] is not None:
        state.update(startTime=row["started"], endTime=row["ended"])
    return state
