"""The document server and the scheduler of the emulated Oracle Fusion pod.

Here: the operations and finders of `erpintegrations` that the sandbox answers (importBulkData,
uploadFileToUCM, submitESSJobRequest, getDocumentForDocumentId; ESSJobStatusRF,
ESSJobExecutionDetailsRF, DocumentIdsForFilePrefixRF), the scheduler's list of requests, and the
order in which jobs are carried out. Not here: what an import does (`oracle_fusion_costs`,
`oracle_fusion_journals`).

A job is carried out when a later request arrives (after `Behaviour.ticks_per_job` of them), never
in a background thread: its caller has its answer by then, as in a real pod. A load is followed by
its import as a request of its own when the job options say ImportOption=Y.

Assumed: the finder for documents is called DocumentIdsForFilePrefixRF and shows id and file name;
a load's second argument is its document; a page of the scheduler holds 100 requests; moments are
told apart by a millisecond per request, so that no two jobs end at once.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.oracle_fusion_costs import Costs
from tieout.sandbox.vendors.oracle_fusion_files import COSTS_CSV, LoadFailed, unpack
from tieout.sandbox.vendors.oracle_fusion_journals import Journals
from tieout.sandbox.vendors.oracle_fusion_master import Behaviour
from tieout.sandbox.vendors.oracle_fusion_query import finder_of
from tieout.sandbox.vendors.oracle_fusion_store import Store

LOADER: Final = (
    "/oracle/apps/ess/financials/commonModules/shared/common/interfaceLoader"
    "/InterfaceLoaderController"
)
COST_IMPORT, JOURNAL_IMPORT = "ImportAndProcessTxnsJob", "JournalImportLauncher"
FIRST_REQUEST, FIRST_DOCUMENT = 9_764_000, 2_100_000
PAGE_REQUESTS: Final = 100
ROUNDS_MAX: Final = 10
DOCUMENT, REQUEST = "document", "request"


class Jobs:
    """Documents and requests of one pod.

    Args:
        store: the pod's records.
        costs, journals: what the imports work on.
        clock: the pod's clock.
        behaviour: switches.
    """

    def __init__(
        self,
        store: Store,
        costs: Costs,
        journals: Journals,
        clock: Callable[[], datetime],
        behaviour: Behaviour,
    ) -> None:
        self._store, self._costs, self._journals = store, costs, journals
        self._clock, self._behaviour = clock, behaviour

    def moment(self) -> str:
        """Now, later than any moment told before."""
        now = self._clock().astimezone(UTC) + timedelta(milliseconds=self._store.next("moment", 0))
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # -- carrying out ------------------------------------------------------------------------

    def tick(self) -> None:
        """A request arrived: waiting jobs come nearer, those that are due are carried out."""
        for _ in range(ROUNDS_MAX):
            waiting = [row for row in self._store.all(REQUEST) if row["state"] == "WAIT"]
            due = [row for row in waiting if row["ticks"] <= 0]
            for row in waiting:
                if row["ticks"] > 0:
                    self._store.put(REQUEST, row["requestId"], {**row, "ticks": row["ticks"] - 1})
            for row in due:
                with self._store.transaction():
                    self._carry_out(row)
            if not due:
                return

    def _carry_out(self, row: Mapping[str, Any]) -> None:
        if row["job"].endswith("InterfaceLoaderController"):
            state, report = self._load(row)
        elif row["job"].endswith(COST_IMPORT) and self._behaviour.failing_imports > 0:
            self._behaviour.failing_imports -= 1
            state, report = "ERROR", {"error.log": b"ORA-01008: not all variables bound"}
        elif row["job"].endswith(COST_IMPORT):
            state = "SUCCEEDED"
            report = self._costs.run(row["arguments"], row["requestId"], self.moment())
        else:
            state, report = self._journals.run(row["arguments"], row["requestId"], self.moment())
        files = {name: content.decode("utf-8") for name, content in report.items()}
        ended = {"state": state, "completedTime": self.moment(), "report": files}
        self._store.put(REQUEST, row["requestId"], {**row, **ended})

    def _load(self, row: Mapping[str, Any]) -> tuple[str, dict[str, bytes]]:
        document = self._store.get(DOCUMENT, row["arguments"][1])
        assert document is not None
        try:
            name, rows = unpack(base64.b64decode(document["DocumentContent"]))
        except LoadFailed as problem:
            return "ERROR", {"load.log": str(problem).encode()}
        if name == COSTS_CSV:
            self._costs.stage(rows, row["requestId"])
        else:
            self._journals.stage(rows, row["requestId"])
        then = row["then"]
        if then:
            self._submit(then["job"], then["arguments"])
        return "SUCCEEDED", {"load.log": f"{len(rows)} Rows successfully loaded.".encode()}

    def _submit(self, job: str, arguments: list[str], then: Mapping[str, Any] | None = None) -> int:
        number = self._store.next("request", FIRST_REQUEST)
        self._store.put(
            REQUEST,
            number,
            {
                "requestId": number, "job": job, "arguments": arguments, "then": then,
                "state": "WAIT", "ticks": self._behaviour.ticks_per_job,
                "submissionTime": self.moment(), "completedTime": None, "report": {},
            },
        )  # fmt: skip
        return number

    # -- erpintegrations ---------------------------------------------------------------------

    def operate(self, request: Request) -> Response:
        """POST of an operation."""
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise BadRequest("The request body isn't a JSON object.")
        operations: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "importBulkData": self._import_bulk,
            "uploadFileToUCM": lambda sent: {"DocumentId": str(self._upload(sent))},
            "submitESSJobRequest": self._submit_ess,
            "getDocumentForDocumentId": self._document,
        }
        name = str(body.get("OperationName"))
        if name not in operations:
            raise BadRequest(f"The operation name {name} isn't valid.")
        with self._store.transaction():
            answer = operations[name](body)
        return json_response({"OperationName": name, **answer}, 201)

    def _upload(self, body: Mapping[str, Any]) -> int:
        for needed in ("DocumentContent", "FileName", "ContentType", "DocumentAccount"):
            if not body.get(needed):
                raise BadRequest(f"The value of the attribute {needed} is required.")
        try:
            base64.b64decode(str(body["DocumentContent"]), validate=True)
        except binascii.Error:
            raise BadRequest("The document content isn't Base64.") from None
        number = self._store.next(DOCUMENT, FIRST_DOCUMENT)
        kept = {name: body[name] for name in ("DocumentContent", "FileName", "DocumentAccount")}
        self._store.put(DOCUMENT, number, {"DocumentId": str(number), **kept})
        return number

    def _import_bulk(self, body: Mapping[str, Any]) -> dict[str, Any]:
        given = (part.partition("=") for part in str(body.get("JobOptions", "")).split(","))
        options = {name.strip(): value.strip() for name, _, value in given}
        package, _, job = str(body.get("JobName", "")).partition(",")
        if job not in (COST_IMPORT, JOURNAL_IMPORT) or not package:
            raise BadRequest("The job name isn't valid.")
        document = self._upload(body)
        arguments = str(body.get("ParameterList", "")).replace("~", ",").split(",")
        then = {"job": f"{package}/{job}", "arguments": arguments}
        is_chained = options.get("ImportOption") == "Y"
        number = self._submit(
            LOADER,
            [options.get("InterfaceDetails", ""), str(document), "N", "N"],
            then if is_chained else None,
        )
        return {"ReqstId": str(number), "DocumentId": None, "RequestStatus": None}

    def _submit_ess(self, body: Mapping[str, Any]) -> dict[str, Any]:
        job = str(body.get("JobDefName", ""))
        if job not in (COST_IMPORT, JOURNAL_IMPORT):
            raise BadRequest("The job definition name isn't valid.")
        arguments = str(body.get("ESSParameters", "")).split(",")
        return {"ReqstId": str(self._submit(f"{body.get('JobPackageName', '')}/{job}", arguments))}

    def _document(self, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self._store.get(DOCUMENT, str(body.get("DocumentId")))
        if found is None:
            raise NotFound("The document doesn't exist.")
        return found

    def find(self, request: Request) -> Response:
        """GET with a finder."""
        name, values = finder_of(request)
        if name == "DocumentIdsForFilePrefixRF":
            prefix = values.get("filePrefix", "")
            items = [
                {"DocumentId": row["DocumentId"], "FileName": row["FileName"]}
                for row in self._store.all(DOCUMENT)
                if row["FileName"].startswith(prefix)
            ]
        elif name in ("ESSJobStatusRF", "ESSJobExecutionDetailsRF"):
            row = self._store.get(REQUEST, values.get("requestId", ""))
            if row is None:
                raise NotFound("The request doesn't exist.")
            items = [{"ReqstId": str(row["requestId"]), "RequestStatus": row["state"]}]
            if name == "ESSJobExecutionDetailsRF":
                items[0]["DocumentContent"] = _zipped(row["report"])
        else:
            raise BadRequest(f"The finder {name} isn't valid.")
        return json_response({"items": items, "count": len(items), "hasMore": False})

    # -- scheduler ---------------------------------------------------------------------------

    def search(self, request: Request, number: int) -> Response:
        """One page of requests, newest first."""
        wanted = request.args.get("q", "").partition(' co "')[2].rstrip('"')
        rows = [row for row in reversed(self._store.all(REQUEST)) if wanted in row["job"]]
        shown = rows[number * PAGE_REQUESTS : (number + 1) * PAGE_REQUESTS]
        items = [
            {
                "requestId": row["requestId"],
                "jobDefinitionId": f"JobDefinition:/{row['job']}",
                "state": row["state"],
                "submissionTime": row["submissionTime"],
                "completedTime": row["completedTime"],
                "requestParameters": [
                    {"name": f"submit.argument{n}", "paramType": "STRING", "value": value}
                    for n, value in enumerate(row["arguments"], start=1)
                ],
            }
            for row in shown
        ]
        return json_response({"items": items, "count": len(items), "pageIndex": number})


def _zipped(report: Mapping[str, str]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in report.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
