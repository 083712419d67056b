"""Project costs in the emulated Oracle Fusion: staged rows become costed items or are purged.

Here: the checks of Import Costs, the costed items and the report. Not here: reading files
(`oracle_fusion_files`), requests (`oracle_fusion_jobs`).

Facts: a reference is unique within a transaction source whose documents allow no duplicates; a
batch name is unique; a refused row is purged and only the report tells why; the request SUCCEEDED
all the same; labour may be costed again at Oracle's own rates. Codes that are facts:
PJC_UNIQUE_BATCH_NAME, PJC_EXP_TYPE_INVALID, PJC_EX_PROJECT_DATE, PJC_TXN_DOC_NAME_IS_INVALID,
PJC_TXN_EXPORG_NAME_IS_INVALID, PJC_DUPLICATE_TXN. The others are assumed in their style, as is
the layout of the report; ours is an XML of one element per refusal. Assumed too: the import takes
GL_DATE as accounting date, and the item's amount in ledger currency is its raw cost, and
`ProjectCostsDFF` shows ATTRIBUTE1 to 4 under the names of the context's segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from tieout.sandbox.vendors.oracle_fusion_master import (
    DOCUMENTS,
    EXPENDITURE_TYPES,
    TRANSACTION_SOURCE,
    TRANSACTION_SOURCE_ID,
    Behaviour,
    Master,
    Unit,
    is_within,
)
from tieout.sandbox.vendors.oracle_fusion_store import Store

STAGED, COST = "staged_cost", "cost"
FIRST_ITEM: Final = 750_728

Problem = tuple[str, str]


class Costs:
    """Project Costing of one pod.

    Args:
        store: the pod's records.
        master: its setup.
        behaviour: switches.
    """

    def __init__(self, store: Store, master: Master, behaviour: Behaviour) -> None:
        self._store, self._master, self._behaviour = store, master, behaviour

    def stage(self, rows: list[dict[str, Any]], load_id: int) -> None:
        """Keep loaded rows until an import takes them."""
        for row in rows:
            number = self._store.next("staged", 1)
            self._store.put(STAGED, number, {**row, "id": number, "load": load_id})

    def run(self, arguments: list[str], request_id: int, moment: str) -> dict[str, bytes]:
        """Import what waits for a business unit, source and document; returns the report files."""
        refusals: list[tuple[str, Problem]] = []
        items = self._store.all(COST)
        references = {item["OriginalTransactionReference"] for item in items}
        batches = {item["ExpenditureBatch"] for item in items}
        for row in self._waiting(arguments):
            problems = list(self._problems(row, references, batches))
            batches.add(row["batch"])
            self._store.remove(STAGED, row["id"])
            if problems:
                refusals += [(row["reference"], problem) for problem in problems]
                continue
            references.add(row["reference"])
            self._keep(row, request_id, moment)
        return {
            f"{request_id}.log": f"Import Costs {request_id} completed.\n".encode(),
            f"{request_id}_report.xml": _report([] if self._behaviour.silent_rejects else refusals),
        }

    def _waiting(self, arguments: list[str]) -> Iterator[dict[str, Any]]:
        unit = self._master.unit(business_unit_id=int(arguments[1]))
        for row in self._store.all(STAGED):
            document = DOCUMENTS.get((row["document"], row["entry"]))
            is_ours = unit is not None and row["business_unit"] == unit.business_unit
            is_source = arguments[5] == str(TRANSACTION_SOURCE_ID)
            # rows of a document that does not exist are taken by every import, and refused
            if is_ours and is_source and (document is None or str(document) == arguments[6]):
                yield row

    def _problems(
        self, row: Mapping[str, Any], references: set[str], batches: set[str]
    ) -> Iterator[Problem]:
        """What is wrong with a row, all of it."""
        if row["reference"] in references:
            yield "PJC_DUPLICATE_TXN", "The transaction already exists for this source."
        if not row["batch"] or row["batch"] in batches:
            yield "PJC_UNIQUE_BATCH_NAME", "The batch name isn't unique."
        if row["source"] != TRANSACTION_SOURCE:
            yield "PJC_TXN_SRC_NAME_IS_INVALID", "The transaction source isn't valid."
        if (row["document"], row["entry"]) not in DOCUMENTS:
            yield "PJC_TXN_DOC_NAME_IS_INVALID", "The document isn't valid."
        if row["expenditure_type"] not in EXPENDITURE_TYPES:
            yield "PJC_EXP_TYPE_INVALID", "The expenditure type isn't valid."
        if row["organization"]:
            yield "PJC_TXN_EXPORG_NAME_IS_INVALID", "The expenditure organization isn't valid."
        if self._master.person(row["person"]) is None:
            yield "PJC_TXN_PERSON_NUM_IS_INVALID", "The person number isn't valid."
        yield from self._project_problems(row)
        yield from self._amount_problems(row, references)

    def _project_problems(self, row: Mapping[str, Any]) -> Iterator[Problem]:
        project = self._master.project(row["project"])
        if project is None:
            yield "PJC_TXN_PROJ_NUM_IS_INVALID", "The project number isn't valid."
            return
        if not project.is_active:
            yield "PJC_PROJ_STATUS_CLOSED", "The project status doesn't allow transactions."
        if not row["item_date"] or not is_within(project, row["item_date"]):
            text = "The expenditure item date is outside the project dates."
            yield "PJC_EX_PROJECT_DATE", text
        if not (row["task"] or row["task_number"]):
            yield "PJC_TXN_TASK_NAME_IS_INVALID", "The task isn't valid."

    def _amount_problems(self, row: Mapping[str, Any], references: set[str]) -> Iterator[Problem]:
        unit = self._unit(row)
        if row["currency"] != unit.currency:
            yield "PJC_TXN_CURRENCY_IS_INVALID", "The currency isn't that of the ledger."
        if not self._master.is_open(unit, row["gl_date"]) and self._day(unit, row) is None:
            yield "PJC_ACCT_DATE_PERIOD_CLOSED", "The accounting period isn't open."
        if row["quantity"] is None or row["raw_cost"] is None:
            yield "PJC_TXN_QUANTITY_IS_INVALID", "Quantity and raw cost are required."
            return
        is_negative = min(row["quantity"], row["raw_cost"]) < 0
        if is_negative and row["unmatched"] != "Y" and row["reversed"] not in references:
            yield "PJC_REVERSED_TXN_NOT_FOUND", "No transaction matches the negative one."

    def _unit(self, row: Mapping[str, Any]) -> Unit:
        unit = self._master.unit(business_unit=row["business_unit"])
        assert unit is not None
        return unit

    def _day(self, unit: Unit, row: Mapping[str, Any]) -> str | None:
        """The accounting date that Oracle gives a row; None when no period takes it."""
        if self._master.is_open(unit, row["gl_date"]):
            return str(row["gl_date"])
        if self._behaviour.shifts_closed_dates:
            return self._master.next_open_day(unit, row["gl_date"])
        return None

    def _keep(self, row: Mapping[str, Any], request_id: int, moment: str) -> None:
        """Make a costed item."""
        number = self._store.next("item", FIRST_ITEM)
        unit = self._unit(row)
        cost = row["raw_cost"]
        if row["type"] == "LABOR" and self._behaviour.labor_cost is not None:
            cost = self._behaviour.labor_cost
        self._store.put(COST, number, _item(row, number, unit, self._day(unit, row), cost) | {
            "RequestId": request_id, "CreationDate": moment, "LastUpdateDate": moment,
        })  # fmt: skip


def _item(
    row: Mapping[str, Any], number: int, unit: Unit, day: str | None, cost: Decimal
) -> dict[str, Any]:
    """A costed item as `projectCosts` shows it."""
    return {
        "TransactionNumber": number,
        "OriginalTransactionReference": row["reference"],
        "ReversedOriginalTransactionReference": row["reversed"] or None,
        "TransactionSource": row["source"],
        "Document": row["document"],
        "DocumentEntry": row["entry"],
        "ExpenditureBatch": row["batch"],
        "ExpenditureBusinessUnit": unit.business_unit,
        "ExpenditureItemDate": row["item_date"],
        "AccountingDate": day,
        "PersonNumber": row["person"],
        "ProjectNumber": row["project"],
        "TaskName": row["task"],
        "ExpenditureType": row["expenditure_type"],
        "Quantity": row["quantity"],
        "UnitOfMeasureCode": row["unit"],
        "BillableFlag": row["billable"] == "Y",
        "RawCostInTransactionCurrency": cost,
        "TransactionCurrencyCode": row["currency"],
        "RawCostInProviderLedgerCurrency": cost,
        "ProviderLedgerCurrencyCode": unit.currency,
        "ExpenditureComment": row["comment"],
        "CreatedBy": "TIEOUT",
        "ProjectCostsDFF": {"items": [_flexfield(row)]},
    }


def _flexfield(row: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptive flexfield of an item: its segments under the names of our context."""
    return {
        "__FLEX_Context": row["context"],
        "postingKey": row["attribute1"],
        "postingKeyRest": row["attribute2"],
        "billAmount": row["attribute3"],
        "billCurrency": row["attribute4"],
    }


def _report(refusals: list[tuple[str, Problem]]) -> bytes:
    """The output of Import Costs."""
    rows = "".join(
        f"<G_ERROR><ORIG_TRANSACTION_REFERENCE>{escape(reference)}</ORIG_TRANSACTION_REFERENCE>"
        f"<MESSAGE_NAME>{name}</MESSAGE_NAME><MESSAGE_TEXT>{escape(text)}</MESSAGE_TEXT></G_ERROR>"
        for reference, (name, text) in refusals
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><DATA_DS>{rows}</DATA_DS>'.encode()
