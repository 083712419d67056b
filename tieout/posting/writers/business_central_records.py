"""Posting lines as records of a configuration package: project journal and general journal lines.

Here: the two tables with their fields, the records of a posting line, and reading them again. Not
here: the form of a package (`business_central_package`), files and their bounds
(`business_central`).

Named assumptions: journal batch TIEOUT exists in the templates JOB and GENERAL, is used for nothing
else, and is empty when a package is applied (every package numbers its lines from 10000); a
resource has the number of its worker; a project number may name its task behind a slash
(`J10/1000`), else the task is TIME; the resource's unit of measure is HOUR; Total Cost (LCY) (field
14) is taken as given because it is the last field set and its trigger does not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tieout.domain.keys import shorten
from tieout.posting.writers.business_central_documents import (
    document_of,
    figures_in,
    key_text,
    plain,
)
from tieout.posting.writers.business_central_lines import EXTERNAL_NUMBER_LENGTH, document_number
from tieout.posting.writers.business_central_package import Field, Table

BATCH: Final = "TIEOUT"
PROJECT_TEMPLATE: Final = "JOB"
GENERAL_TEMPLATE: Final = "GENERAL"
DEFAULT_TASK: Final = "TIME"
HOUR: Final = "HOUR"
LINE_STEP: Final = 10_000
USAGE, RESOURCE, GL_ACCOUNT = "0", "0", "0"
NOT_BILLABLE, BILLABLE = "0", "2"

_KEYS = (
    Field("JournalTemplateName", is_key=True),
    Field("JournalBatchName", is_key=True),
    Field("LineNo", is_key=True),
)
PROJECT_TABLE: Final = Table(
    "JobJournalLine",
    210,
    (
        *_KEYS, Field("EntryType"), Field("JobNo"), Field("JobTaskNo"), Field("PostingDate"),
        Field("DocumentDate"), Field("DocumentNo"), Field("ExternalDocumentNo"), Field("Type"),
        Field("No"), Field("Description"), Field("UnitofMeasureCode"), Field("Quantity"),
        Field("LineType"), Field("Chargeable"), Field("UnitCostLCY"), Field("UnitPriceLCY"),
        Field("TotalCostLCY", is_validated=False),
    ),
)  # fmt: skip
GENERAL_TABLE: Final = Table(
    "GenJournalLine",
    81,
    (
        *_KEYS, Field("AccountType"), Field("AccountNo"), Field("PostingDate"),
        Field("DocumentDate"), Field("DocumentNo"), Field("ExternalDocumentNo"),
        Field("Description"), Field("Amount"), Field("Comment"),
    ),
)  # fmt: skip


def records_of(table: Table, lines: pl.DataFrame) -> Iterator[dict[str, str]]:
    """The records of a package: one per time line, two or four per expense, numbered."""
    template = PROJECT_TEMPLATE if table is PROJECT_TABLE else GENERAL_TEMPLATE
    number = 0
    for line in lines.iter_rows(named=True):
        for record in [_project_record(line)] if table is PROJECT_TABLE else _general(line):
            number += LINE_STEP
            yield {
                "JournalTemplateName": template,
                "JournalBatchName": BATCH,
                "LineNo": str(number),
                **record,
            }


def _project_record(line: Mapping[str, Any]) -> dict[str, str]:
    project, _, task = line["erp_project_id"].partition("/")
    own_currency = line["contract_currency_code"] == line["functional_currency_code"]
    price = line["bill_rate"] if line["is_billable"] and own_currency else None
    return {
        "EntryType": USAGE,
        "JobNo": project,
        "JobTaskNo": task or DEFAULT_TASK,
        "PostingDate": line["accounting_date"].isoformat(),
        "DocumentDate": line["work_date"].isoformat(),
        "DocumentNo": document_number(line["posting_key"]),
        "ExternalDocumentNo": shorten(line["posting_key"], EXTERNAL_NUMBER_LENGTH),
        "Type": RESOURCE,
        "No": line["erp_worker_id"],
        "Description": key_text(line["posting_key"]),
        "UnitofMeasureCode": HOUR,
        "Quantity": plain(line["hours"]),
        "LineType": BILLABLE if line["is_billable"] else NOT_BILLABLE,
        "Chargeable": "1" if line["is_billable"] else "0",
        "UnitCostLCY": "" if line["cost_rate"] is None else plain(line["cost_rate"]),
        "UnitPriceLCY": "" if price is None else plain(price),
        "TotalCostLCY": plain(line["cost_amount_functional"]),
    }


def _general(line: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    document = document_of(line)
    for entry in document.lines:
        yield {
            "AccountType": GL_ACCOUNT,
            "AccountNo": entry.account_code,
            "PostingDate": document.posting_date.isoformat(),
            "DocumentDate": line["work_date"].isoformat(),
            "DocumentNo": document.number,
            "ExternalDocumentNo": document.external_number,
            "Description": entry.description,
            "Amount": plain(entry.amount),
            "Comment": document.comment,
        }


def project_rows(records: Sequence[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """What project journal lines say about posting lines (see `business_central.READ_COLUMNS`)."""
    for record in records:
        task = record["JobTaskNo"]
        yield {
            "posting_key": record["Description"],
            "entry_type": "time",
            "accounting_date": date.fromisoformat(record["PostingDate"]),
            "work_date": date.fromisoformat(record["DocumentDate"]),
            "hours": Decimal(record["Quantity"]),
            "amount": Decimal(record["TotalCostLCY"]),
            "worker": record["No"],
            "project": record["JobNo"] + ("" if task == DEFAULT_TASK else f"/{task}"),
        }


def general_rows(records: Sequence[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """What the documents of a general journal say about posting lines.

    Raises:
        ValueError: if a document does not balance or lacks its figures.
    """
    documents: dict[str, list[Mapping[str, str]]] = {}
    for record in records:
        documents.setdefault(record["DocumentNo"], []).append(record)
    for number, lines in documents.items():
        figures = figures_in(lines[-1]["Description"])
        if sum(Decimal(line["Amount"]) for line in lines) != 0 or not figures:
            raise ValueError(f"document {number} is not whole")
        yield {
            "posting_key": lines[0]["Description"],
            "entry_type": "expense",
            "accounting_date": date.fromisoformat(lines[0]["PostingDate"]),
            "work_date": date.fromisoformat(lines[0]["DocumentDate"]),
            "hours": Decimal(figures["h"]),
            "amount": Decimal(lines[0]["Amount"]),
            "worker": figures.get("w"),
            "project": figures.get("p"),
        }
