"""The emulated Oracle Fusion pod and a plain HTTP client that never interprets."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from werkzeug.test import Client

from tests.unit.vendors_netsuite import netsuite_books as books
from tieout.sandbox.firm.ledger import Account
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.oracle_fusion import create_app
from tieout.sandbox.vendors.oracle_fusion_master import (
    ACCESS_SET_IDS,
    BUSINESS_UNIT_IDS,
    DOCUMENTS,
    LEDGER_IDS,
    TRANSACTION_SOURCE_ID,
    Behaviour,
)

REST = "/fscmRestApi/resources/11.13.18.05"
SEARCH = "/ess/rest/scheduler/v1/requests/search"
COST_JOB = "/oracle/apps/ess/projects/costing/transactions/onestop,ImportAndProcessTxnsJob"
JOURNAL_JOB = "/oracle/apps/ess/financials/generalLedger/programs/common,JournalImportLauncher"
COST_ARGUMENTS = (
    f"IMPORT_AND_PROCESS,{BUSINESS_UNIT_IDS + 1},ALL,#NULL,#NULL,{TRANSACTION_SOURCE_ID},"
    f"{DOCUMENTS['Time Card', 'Straight Time']},#NULL,#NULL,#NULL"
)


def labor_row(reference: str, **changes: str) -> list[str]:
    """A LABOR row that the pod takes; `changes` are cells by position."""
    cells = {
        1: "LABOR", 2: "US01 Business Unit", 4: "Tieout", 6: "Time Card", 8: "Straight Time",
        10: reference, 13: "2026/06/15", 14: "W-0001", 19: "P-1", 23: "Design",
        25: "Professional", 29: "7.5", 31: "HOURS", 34: "Y", 36: reference, 40: "2026/06/15",
        41: "USD", 43: "600.00",
    }  # fmt: skip
    cells |= {int(name.removeprefix("c")): value for name, value in changes.items()}
    return [cells.get(position, "") for position in range(1, 106)]


def journal_row(key: str, side: str, amount: str, **changes: str) -> list[str]:
    """One side of a journal; 39 is the debit, 40 the credit."""
    cells = {
        1: "NEW", 3: "2026/06/15", 4: "Tieout", 5: "Adjustment", 6: "USD", 7: "2026/07/03", 8: "A",
        9: "101", 10: "6100", 43: key, 46: key, 52: "text", 53: key, 67: "77", 92: "US01 Ledger",
    }  # fmt: skip
    cells[39 if side == "debit" else 40] = amount
    cells |= {int(name.removeprefix("c")): value for name, value in changes.items()}
    return [cells.get(position, "") for position in range(1, 149)]


def zipped(name: str, rows: Sequence[Sequence[str]]) -> str:
    """An FBDI zip, Base64."""
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return base64.b64encode(buffer.getvalue()).decode()


class Pod:
    """A client of the pod."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.now: datetime = books.NOW
        self.firm = replace(
            books.small_firm(),
            accounts=(Account("oracle_fusion", "101-6100", "Travel", "expense", None),),
        )
        self.app = create_app(self.firm, lambda: self.now, behaviour=self.behaviour)
        self.client = Client(self.app)
        self.login = (TOKENS["oracle_fusion"]["username"], TOKENS["oracle_fusion"]["password"])

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query_string=query, auth=self.login)

    def items(self, resource: str, **query: Any) -> list[dict[str, Any]]:
        """Items of a resource."""
        return self.get(f"{REST}/{resource}", **query).json["items"]

    def operate(self, name: str, **values: Any) -> Any:
        body = {"OperationName": name, **values}
        return self.client.post(f"{REST}/erpintegrations", json=body, auth=self.login)

    def bulk(self, content: str, job: str, parameters: str, option: str = "N") -> Any:
        """importBulkData of a file."""
        return self.operate(
            "importBulkData", DocumentContent=content, ContentType="zip", FileName="batch-1.zip",
            DocumentAccount="prj/projectCosting/import", JobName=job, ParameterList=parameters,
            JobOptions=f"InterfaceDetails=20,ImportOption={option},PurgeOption=N",
        )  # fmt: skip

    def post_costs(self, *rows: Sequence[str]) -> str:
        """Load and import rows of costs; returns the report."""
        self.bulk(zipped("PjcTxnXfaceStageAll.csv", rows), COST_JOB, COST_ARGUMENTS)
        package, _, job = COST_JOB.partition(",")
        answer = self.operate(
            "submitESSJobRequest", JobPackageName=package, JobDefName=job,
            ESSParameters=COST_ARGUMENTS,
        )  # fmt: skip
        return self.report(answer.json["ReqstId"])

    def post_journals(self, *rows: Sequence[str], group: str = "77") -> str:
        """Load rows of journals, which are imported at once; returns the report."""
        arguments = f"{ACCESS_SET_IDS + 1},Tieout,{LEDGER_IDS + 1},{group},N,N,N"
        self.bulk(zipped("GlInterface.csv", rows), JOURNAL_JOB, arguments, "Y")
        (request, *_) = self.get(f"{SEARCH}/0", q='jobDefinitionId co "JournalImport"').json[
            "items"
        ]
        return self.report(request["requestId"])

    def report(self, request_id: str | int) -> str:
        """All files of a request's report as one text."""
        finder = f"ESSJobExecutionDetailsRF;requestId={request_id},fileType=ALL"
        (item,) = self.items("erpintegrations", finder=finder)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(item["DocumentContent"]))) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())

    def state(self, request_id: str | int) -> str:
        """State of a request."""
        finder = f"ESSJobStatusRF;requestId={request_id}"
        return self.items("erpintegrations", finder=finder)[0]["RequestStatus"]


@pytest.fixture
def pod() -> Pod:
    """A pod in memory."""
    return Pod()
