"""Imports of the emulated Dynamics 365 F&O: executions and their status.

Here: the actions of `DataManagementDefinitionGroups` and the blob storage behind them. Not here:
the checks of a row (`d365_fo_rules`), error files (`d365_fo_errors`), posting of journals
(`d365_fo_posting`).

Documented: the actions and their parameters; an import runs after its call was answered; the
states Unknown, NotRun, Executing, Succeeded, PartiallySucceeded, Failed, Canceled;
ImportFromPackage must not be called in parallel.

Named assumptions: an execution id that was never seen is `Unknown`, and one that was seen is
refused (HTTP 400); a header whose lines were all refused stays, empty.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors import d365_fo_rules as rules
from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.d365_fo_errors import ErrorFiles
from tieout.sandbox.vendors.d365_fo_package import BrokenPackage, read_package
from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup
from tieout.sandbox.vendors.d365_fo_store import Store

BAD_REQUEST: Final = 400
HEADERS: Final = {
    rules.HOUR_HEADER: ("JournalTables", "Posted", "HJ"),
    rules.EXPENSE_HEADER: ("ExpenseJournalHeaders", "IsPosted", "EJ"),
    rules.GENERAL_LINE: ("LedgerJournalHeaders", "IsPosted", "GJ"),
}
LINES: Final[dict[str, tuple[str, Callable[..., dict[str, Any]]]]] = {
    rules.HOUR_LINE: ("JournalTrans", rules.hour_line),
    rules.EXPENSE_LINE: ("ExpenseJournalLines", rules.expense_line),
    rules.GENERAL_LINE: ("LedgerJournalLines", rules.general_line),
}


def refusal(message: str) -> Response:
    """An OData error as F&O words it."""
    inner = {"message": message, "type": "System.InvalidOperationException", "stacktrace": ""}
    body = {"code": "", "message": "An error has occurred.", "innererror": inner}
    return json_response({"error": body}, BAD_REQUEST)


class Imports:
    """Executions of one environment.

    Args:
        store: the environment's state.
        setup: its master data.
        moods: switches.
        blob_root: address of its blob storage; None: the environment's own.
    """

    def __init__(self, store: Store, setup: Setup, moods: Moods, blob_root: str | None) -> None:
        self._store, self._setup, self._moods = store, setup, moods
        self._rules = rules.Rules(setup, moods)
        self._blob_root = blob_root
        self._errors = ErrorFiles(store, moods, self._execution)
        self._importing = threading.Lock()

    def act(self, request: Request, action: str) -> Response:
        """Answer one action."""
        actions: dict[str, Callable[[Mapping[str, Any], str], Response]] = {
            "GetAzureWriteUrl": self._write_url,
            "ImportFromPackage": self._import,
            "GetExecutionSummaryStatus": self._status,
            **self._errors.actions(),
        }
        body = request.get_json(silent=True)
        if action not in actions or not isinstance(body, Mapping):
            return refusal(f"No HTTP resource was found for the action {action}.")
        root = self._blob_root or request.root_url.rstrip("/")
        return actions[action](body, root)

    def put_blob(self, request: Request, name: str) -> Response:
        """Keep an uploaded blob; storage takes a signature and no token."""
        if request.headers.get("x-ms-blob-type") != "BlockBlob" or "Authorization" in (
            request.headers
        ):
            return Response("<Error><Code>InvalidHeaderValue</Code></Error>", BAD_REQUEST)
        self._store.add("blob", {"name": name, "hex": request.get_data().hex()})
        return Response(status=201)

    def get_blob(self, request: Request, name: str) -> Response:  # noqa: ARG002 - by its name
        """Hand out a blob."""
        content = self._blob(name)
        return Response(content) if content is not None else Response(status=404)

    def _blob(self, name: str) -> bytes | None:
        found = [body for _, body in self._store.rows("blob") if body["name"] == name]
        return bytes.fromhex(found[-1]["hex"]) if found else None

    def _write_url(self, body: Mapping[str, Any], root: str) -> Response:
        name = f"{secrets.token_hex(8)}-{body.get('uniqueFileName', '')}"
        value = {"BlobId": f"{{{name}}}", "BlobUrl": f"{root}/blob/{name}?sv=2014-02-14&sig=abc"}
        return json_response({"value": json.dumps(value)})

    def _import(self, body: Mapping[str, Any], root: str) -> Response:  # noqa: ARG002 - one shape
        if not self._importing.acquire(blocking=False):
            return refusal("Another package is being imported: do not import in parallel.")
        try:
            return self._accept(body)
        finally:
            self._importing.release()

    def _accept(self, body: Mapping[str, Any]) -> Response:
        execution = str(body.get("executionId") or secrets.token_hex(8))
        company = str(body.get("legalEntityId", "")).lower()
        if company not in self._setup.companies:
            return refusal(f"Company {company} does not exist.")
        if self._execution(execution) is not None:
            return refusal(f"The execution ID {execution} already exists.")
        name = str(body.get("packageUrl", "")).partition("?")[0].rpartition("/")[2]
        if self._blob(name) is None:
            return refusal("The package cannot be downloaded from the URL.")
        self._store.add(
            "execution",
            {
                "id": execution, "company": company, "blob": name, "status": "Executing",
                "polls": self._moods.executing_polls, "errors": [], "generated": [],
            },
        )  # fmt: skip
        return json_response({"value": execution})

    def run_pending(self) -> None:
        """Carry out imports that have waited long enough."""
        for number, execution in self._store.rows("execution"):
            if execution["status"] == "Executing" and execution["polls"] <= 0:
                with self._store.transaction():
                    self._run(execution)
                    self._store.save(number, execution)

    def _execution(self, execution_id: object) -> tuple[int, dict[str, Any]] | None:
        if self._moods.forgets_executions:
            return None
        for number, execution in self._store.rows("execution"):
            if execution["id"] == execution_id:
                return number, execution
        return None

    def _status(self, body: Mapping[str, Any], root: str) -> Response:  # noqa: ARG002 - one shape
        found = self._execution(body.get("executionId"))
        if found is None:
            return json_response({"value": "Unknown"})
        number, execution = found
        if execution["status"] == "Executing":
            self._store.save(number, {**execution, "polls": execution["polls"] - 1})
        return json_response({"value": execution["status"]})

    def _run(self, execution: dict[str, Any]) -> None:
        """Take a package row by row: one bad row is left out, the others go on."""
        try:
            files = read_package(self._blob(execution["blob"]) or b"")
        except BrokenPackage as problem:
            execution["status"] = "Failed"
            execution["errors"] = [{"entity": "", "row": {}, "message": str(problem)}]
            return
        taken, journals = 0, dict[str, str]()
        for file in files:
            for row in file.rows:
                error = rules.staging_error(row) or self._rules.target_error(file.entity, row)
                if error is None:
                    error = self._take(file.entity, row, execution["company"], journals)
                if error is None:
                    taken += file.entity in LINES
                    continue
                execution["errors"].append(
                    {
                        "entity": file.entity, "row": row, "field": error.field,
                        "message": error.message, "staging": error.is_staging,
                    }
                )  # fmt: skip
        if execution["errors"]:
            execution["status"] = "PartiallySucceeded" if taken else "Failed"
        else:
            execution["status"] = "Succeeded"

    def _take(
        self, entity: str, row: dict[str, str], company: str, journals: dict[str, str]
    ) -> rules.RowError | None:
        """Make the records of a row; equal placeholders are one journal."""
        placeholder = row.get("JOURNALBATCHNUMBER") or row.get("JOURNALID", "")
        if entity in HEADERS and placeholder not in journals:
            kind, flag, prefix = HEADERS[entity]
            number = self._store.add(
                kind,
                {
                    "dataAreaId": company, "Description": row["DESCRIPTION"], flag: "No",
                    "JournalName": row.get("JOURNALNAME") or row.get("JOURNALNAMEID", ""),
                    **({"Txt": row["TXT"]} if "TXT" in row else {}),
                },
            )  # fmt: skip
            journals[placeholder] = f"{prefix}{number:06d}"
            body = dict(self._store.rows(kind))[number]
            self._store.save(number, {**body, "JournalBatchNumber": journals[placeholder]})
        if entity not in LINES:
            return None
        if placeholder not in journals:
            return rules.RowError("JOURNALID", f"Journal {placeholder} does not exist.")
        kind, make = LINES[entity]
        self._store.add(kind, make(row, company, journals[placeholder]))
        return None
