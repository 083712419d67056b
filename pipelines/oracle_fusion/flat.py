"""Items of Oracle Fusion's answers as flat records of the landed tables.

Here: one function per table, and which legal entity a record belongs to. Not here: asking for the
items (`resources`) and the types of the records (`tables`). A field that an item lacks is an error
that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]
Flatten = Callable[["Entities", Record], Iterator[dict[str, Any]]]


class Entities:
    """Which legal entity a business unit, ledger or employer belongs to.

    Args:
        options: the system's options.
    """

    def __init__(self, options: Mapping[str, str | int | bool]) -> None:
        self._known: dict[str, dict[str, str]] = {}
        for name in ("business_units", "ledgers", "ledger_ids", "legal_entity_ids"):
            parts = (part.partition("=") for part in str(options.get(name, "")).split(";"))
            self._known[name] = {value.strip(): entity.strip() for entity, _, value in parts}

    def of(self, option: str, value: Any) -> str | None:
        """The entity for which an option names this value; the value itself without the option."""
        known = self._known[option]
        shown = None if value is None else str(value)
        return shown if set(known) == {""} else known.get(shown or "")


def costs_of(entities: Entities, item: Record) -> Iterator[dict[str, Any]]:
    """A project cost, with what our DFF context says about it."""
    shown = item.get("ProjectCostsDFF") or {}
    own = next((dff for dff in shown.get("items", []) if dff["__FLEX_Context"] == "Tieout"), {})
    key = f"{own.get('postingKey') or ''}{own.get('postingKeyRest') or ''}"
    yield {
        "id": item["TransactionNumber"],
        "legal_entity_id": entities.of("business_units", item["ExpenditureBusinessUnit"]),
        "transaction_source": item["TransactionSource"],
        "reference": item["OriginalTransactionReference"],
        "posting_key": key or None,
        "work_date": item["ExpenditureItemDate"],
        "accounting_date": item["AccountingDate"],
        "person_number": item["PersonNumber"],
        "project_number": item["ProjectNumber"],
        "quantity": item["Quantity"],
        "unit_code": item["UnitOfMeasureCode"],
        "is_billable": item["BillableFlag"],
        "raw_cost": item["RawCostInProviderLedgerCurrency"],
        "ledger_currency_code": item["ProviderLedgerCurrencyCode"],
        "bill_amount": own.get("billAmount"),
        "bill_currency_code": own.get("billCurrency") or None,
        "line_text": item["ExpenditureComment"],
        "created_by": item["CreatedBy"],
        "last_update_date": item["LastUpdateDate"],
    }


def journals_of(entities: Entities, batch: Record) -> Iterator[dict[str, Any]]:
    """The lines of a journal batch."""
    for header in batch["journalHeaders"]["items"]:
        for line in header["journalLines"]["items"]:
            yield {
                "id": f"{header['JeHeaderId']}|{line['JeLineNumber']}",
                "legal_entity_id": entities.of("ledgers", header["LedgerName"]),
                "header_id": header["JeHeaderId"],
                "line_number": line["JeLineNumber"],
                "status": batch["Status"],
                "journal_source": batch["JournalSource"],
                "currency_code": header["CurrencyCode"],
                "accounting_date": header["AccountingDate"],
                "account_code": line["AccountCombination"],
                "debit": line["AccountedDebit"],
                "credit": line["AccountedCredit"],
                "line_text": line["Description"],
                **{f"reference_{n}": line[f"Reference{n}"] or None for n in range(1, 6)},
                "created_by": batch["CreatedBy"],
                "last_update_date": batch["LastUpdateDate"],
            }


def periods_of(entities: Entities, item: Record) -> Iterator[dict[str, Any]]:
    """The status of a period in one ledger and module."""
    yield {
        "id": f"{item['LedgerId']}|{item['ApplicationId']}|{item['PeriodNameId']}",
        "legal_entity_id": entities.of("ledger_ids", item["LedgerId"]),
        "application_id": item["ApplicationId"],
        "period_name": item["PeriodNameId"],
        "start_date": item["StartDate"],
        "end_date": item["EndDate"],
        "closing_status": item["ClosingStatus"],
    }


def rates_of(entities: Entities, item: Record) -> Iterator[dict[str, Any]]:
    """A conversion rate."""
    del entities
    names = ("FromCurrency", "ToCurrency", "ConversionDate", "UserConversionType")
    yield {
        "id": "|".join(str(item[name]) for name in names),
        "from_currency": item["FromCurrency"],
        "to_currency": item["ToCurrency"],
        "conversion_date": item["ConversionDate"],
        "conversion_type": item["UserConversionType"],
        "conversion_rate": item["ConversionRate"],
    }


def projects_of(entities: Entities, item: Record) -> Iterator[dict[str, Any]]:
    """A project."""
    yield {
        "id": item["ProjectId"],
        "legal_entity_id": entities.of("business_units", item["BusinessUnitName"]),
        "project_number": item["ProjectNumber"],
        "project_name": item["ProjectName"],
        "project_status": item["ProjectStatus"],
        "currency_code": item["ProjectCurrencyCode"],
        "start_date": item["ProjectStartDate"],
        "end_date": item["ProjectEndDate"],
        "last_update_date": item["LastUpdateDate"],
    }


def persons_of(entities: Entities, item: Record) -> Iterator[dict[str, Any]]:
    """A person."""
    yield {
        "id": item["PersonId"],
        "legal_entity_id": entities.of("legal_entity_ids", item["LegalEntityId"]),
        "person_number": item["PersonNumber"],
        "display_name": item["DisplayName"],
        "work_email": item["WorkEmail"],
        "hire_date": item["HireDate"],
        "termination_date": item["TerminationDate"],
        "last_update_date": item["LastUpdateDate"],
    }
