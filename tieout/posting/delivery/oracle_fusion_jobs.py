"""Documents and jobs of one submission: what Oracle Fusion did with the files of a batch.

Here: handing over a file, finding it and its jobs again, reading their reports. Not here: the
submission as a whole (`oracle_fusion`), requests (`oracle_fusion_rest`), what a refusal means
(`acks.oracle_fusion`).

A file is loaded into interface tables by one request (InterfaceLoaderController, whose second
argument is the document) and imported from there by another. Journals: importBulkData submits
Import Journals itself, which carries our GROUP_ID as its fourth argument. Project costs: the
import is submitted by us once the load ended; it imports whatever waits for our source and
document, so any such request that came after the load has taken our lines with it.

A failed import leaves the lines waiting, where a later one may still take them: it is never read
as a refusal. Costs are imported again, at most `IMPORTS_MAX` times; journals, which Oracle would
take twice, wait for a person.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tieout.domain.errors import OutcomeUnknown
from tieout.posting.acks.oracle_fusion import Refusal, read_cost_report, read_journal_report
from tieout.posting.delivery.oracle_fusion_records import (
    Document,
    Request,
    document_of,
    request_of,
)
from tieout.posting.delivery.oracle_fusion_rest import NULL, Fusion
from tieout.posting.delivery.oracle_fusion_setup import JobSetup
from tieout.posting.writers.oracle_fusion_lines import JOURNAL, group_id

LOADER: Final = "InterfaceLoaderController"
COST_IMPORT: Final = "ImportAndProcessTxnsJob"
JOURNAL_IMPORT: Final = "JournalImportLauncher"
COST_PACKAGE: Final = "/oracle/apps/ess/projects/costing/transactions/onestop"
JOURNAL_PACKAGE: Final = "/oracle/apps/ess/financials/generalLedger/programs/common"
COST_ACCOUNT: Final = "prj/projectCosting/import"
JOURNAL_ACCOUNT: Final = "fin$/generalLedger$/import$"
COST_INTERFACE, JOURNAL_INTERFACE = "20", "15"
IMPORTS_MAX: Final = 3
ENDED_WELL: Final = frozenset({"SUCCEEDED", "WARNING", "FINISHED"})
ENDED_BADLY: Final = frozenset({
    "ERROR", "CANCELLED", "CANCELED", "EXPIRED", "VALIDATION_FAILED", "ERROR_MANUAL_RECOVERY",
    "FINISHED_WITH_ERRORS", "BLOCKED",
})  # fmt: skip
_FIELDS = "requestId,state,submissionTime,completedTime,requestParameters"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a document got: `pending`, `imported` (with its refusals) or `not_loaded`."""

    state: Literal["pending", "imported", "not_loaded"]
    refusals: tuple[Refusal, ...] = ()
    message: str | None = None


class Jobs:
    """Documents and requests at one pod.

    Args:
        fusion: the pod.
        setup: the ids that jobs are given.
    """

    def __init__(self, fusion: Fusion, setup: JobSetup) -> None:
        self._fusion, self._setup = fusion, setup

    def documents(self, batch_id: str) -> list[Document]:
        """The files of a batch that Oracle has, oldest first; a file may be there twice."""
        items = self._fusion.finder(
            "DocumentIdsForFilePrefixRF", filePrefix=f"{batch_id}-", docAccount=NULL, comment=NULL
        )
        try:
            found = [document_of(str(i["DocumentId"]), str(i["FileName"]), batch_id) for i in items]
        except (KeyError, ValueError):
            raise self._fusion.unusable("the document finder", items) from None
        return sorted(found, key=lambda document: int(document.document_id))

    def hand_over(self, name: str, content: bytes, batch_id: str) -> None:
        """Give Oracle one file and let it be loaded (a list of unsent lines is only kept).

        Raises:
            SystemUnreachable: it was certainly not handed over.
            OutcomeUnknown: it may have been.
        """
        document = document_of("0", name, batch_id)
        file = {
            "DocumentContent": base64.b64encode(content).decode("ascii"),
            "ContentType": name.rpartition(".")[2],
            "FileName": name,
        }
        if not name.endswith(".zip"):
            account = {"DocumentAccount": COST_ACCOUNT}
            self._fusion.operate("uploadFileToUCM", retry=False, **file, **account)
            return
        job = self._bulk(document, batch_id)
        answer = self._fusion.operate("importBulkData", retry=False, **file, **job)
        if not str(answer.get("ReqstId") or "").isdigit():
            told = f"importBulkData was answered with {str(answer)[:200]}"
            raise OutcomeUnknown(self._fusion.system_id, told)

    def _bulk(self, document: Document, batch_id: str) -> dict[str, str]:
        """The job of a file: journals are imported by it, costs only loaded."""
        common = {"CallbackURL": NULL, "NotificationCode": "10"}
        if document.kind == JOURNAL:
            arguments = self._setup.journal_arguments(document.entity, group_id(batch_id))
            return {
                **common,
                "DocumentAccount": JOURNAL_ACCOUNT,
                "JobName": f"{JOURNAL_PACKAGE},{JOURNAL_IMPORT}",
                "ParameterList": ",".join(arguments),
                "JobOptions": f"InterfaceDetails={JOURNAL_INTERFACE},ImportOption=Y,PurgeOption=N",
            }
        return {
            **common,
            "DocumentAccount": COST_ACCOUNT,
            "JobName": f"{COST_PACKAGE},{COST_IMPORT}",
            "ParameterList": ",".join(self._setup.cost_arguments(document.entity, document.kind)),
            "JobOptions": f"InterfaceDetails={COST_INTERFACE},ImportOption=N,PurgeOption=N",
        }

    def content(self, document: Document) -> bytes:
        """The file as Oracle holds it."""
        answer = self._fusion.operate(
            "getDocumentForDocumentId", retry=True, DocumentId=document.document_id
        )
        return self._fusion.document(answer, "getDocumentForDocumentId")

    def outcome(self, document: Document, batch_id: str) -> Outcome:
        """How far a loaded file got, submitting the import of costs when it is due.

        Raises:
            SystemUnreachable: Oracle gave no usable answer.
        """
        load = self._load_of(document)
        if load is None or load.state not in ENDED_WELL | ENDED_BADLY:
            return Outcome("pending")
        if load.state in ENDED_BADLY or load.completed is None:
            told = f"load request {load.request_id} ended in {load.state}: nothing was imported"
            return Outcome("not_loaded", message=told)
        imports = list(self._imports_of(document, load, batch_id))
        done = [request for request in imports if request.state in ENDED_WELL]
        if done:
            return self._read(document, done[-1])
        is_running = any(request.state not in ENDED_BADLY for request in imports)
        if document.kind != JOURNAL and not is_running and len(imports) < IMPORTS_MAX:
            self._submit_import(document)
        return Outcome("pending")

    def _load_of(self, document: Document) -> Request | None:
        for request in self._requests(LOADER):
            if request.arguments.get(2) == document.document_id:
                return request
        return None

    def _imports_of(self, document: Document, load: Request, batch_id: str) -> Iterator[Request]:
        """Imports that have to do with a loaded file, newest first."""
        assert load.completed is not None
        if document.kind == JOURNAL:
            wanted = {4: str(group_id(batch_id))}
        else:
            arguments = self._setup.cost_arguments(document.entity, document.kind)
            wanted = {n: arguments[n - 1] for n in (2, 6, 7)}
        for request in self._requests(JOURNAL_IMPORT if document.kind == JOURNAL else COST_IMPORT):
            if request.request_id < load.request_id:
                return
            fits = all(request.arguments.get(n) == value for n, value in wanted.items())
            # the load itself submits Import Journals, so that one may begin before it ends
            if fits and (document.kind == JOURNAL or request.submitted >= load.completed):
                yield request

    def _submit_import(self, document: Document) -> None:
        """Import what waits; twice does no harm, because a line is taken once."""
        self._fusion.operate(
            "submitESSJobRequest",
            retry=True,
            JobPackageName=COST_PACKAGE,
            JobDefName=COST_IMPORT,
            ESSParameters=",".join(self._setup.cost_arguments(document.entity, document.kind)),
        )

    def _read(self, document: Document, request: Request) -> Outcome:
        """The refusals in the output and log of an import."""
        items = self._fusion.finder(
            "ESSJobExecutionDetailsRF", requestId=str(request.request_id), fileType="ALL"
        )
        message = f"import request {request.request_id} ended in {request.state}"
        refusals: list[Refusal] = []
        for item in items:
            content = self._fusion.document(item, "ESSJobExecutionDetailsRF")
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    for name in archive.namelist():
                        refusals += _refusals(document.kind, name, archive.read(name))
            except (zipfile.BadZipFile, ValueError):
                raise self._fusion.unusable("the report of an import", content[:80]) from None
        return Outcome("imported", tuple(refusals), message)

    def _requests(self, job: str) -> Iterator[Request]:
        for item in self._fusion.requests(job, fields=_FIELDS):
            try:
                yield request_of(item)
            except (KeyError, TypeError, ValueError):
                raise self._fusion.unusable("the scheduler", item) from None


def _refusals(kind: str, name: str, content: bytes) -> Iterator[Refusal]:
    if kind == JOURNAL:
        if name.endswith(".txt"):
            yield from read_journal_report(content.decode("utf-8", errors="replace"))
    elif name.endswith(".xml"):
        yield from read_cost_report(content)
