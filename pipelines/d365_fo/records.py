"""From OData records to the records of our tables: names, days and what belongs together.

Here: renaming and joining, nothing computed. Not here: asking (`resources`), declared columns
(`tables`), amounts (the staging models).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Record = Mapping[str, Any]
NO_DAY: Final = "1900-01-01"
"""What F&O shows where a date is empty."""


def day(value: object) -> str | None:
    """A day of an OData date, or None where it is empty."""
    text = str(value or "")[:10]
    return None if text in ("", NO_DAY) else text


def line_id(record: Record, journal_field: str) -> str:
    """Company, journal and line: what a line is called as long as it exists."""
    whole, _, places = f"{record['LineNumber']:f}".partition(".")
    number = f"{whole}.{places}".rstrip("0").rstrip(".") if places else whole
    return f"{record['dataAreaId']}:{record[journal_field]}:{number}"


def hour_line(line: Record, actual: Record | None, currency: str) -> dict[str, Any]:
    """A line of an hour journal; date and amount of its project transaction, if it has one."""
    return {
        "id": line_id(line, "JournalId"),
        "record_type": "hour_journal_line",
        "journal": line["JournalId"],
        "text": line["Description"],
        "account_code": line["Category"],
        "project_id": line["ProjectID"],
        "resource_id": line["ResourceId"],
        "work_date": day(line["ProjectDate"]),
        "accounting_date": day((actual or {}).get("LedgerTransDate") or line["VoucherDate"]),
        "is_posted": actual is not None,
        "line_property": line["LineProperty"],
        "hours": line["Hours"] if actual is None else actual["Qty"],
        "cost_price": line["CostPrice"],
        "amount": None if actual is None else actual["AmountMst"],
        "credit_amount": None,
        "accounting_currency": currency,
        "quantity": line["Hours"],
        "sales_price": line["SalesPrice"],
        "sales_currency": line["CurrencyId"],
    }


def billed_hours(line: Record, actual: Record, currency: str) -> dict[str, Any]:
    """What was invoiced of an hour line, by its project transaction."""
    return {
        "id": f"{actual['dataAreaId']}:{actual['TransId']}",
        "line_id": line_id(line, "JournalId"),
        "accounting_date": day(actual["LedgerTransDate"]),
        "hours": actual["LaborInvoicedQty"],
        "revenue": actual["LaborInvoicedRevenue"],
        "accounting_currency": currency,
    }


def expense_line(line: Record, is_posted: bool) -> dict[str, Any]:
    """A line of a project expense journal."""
    return {
        "id": line_id(line, "JournalBatchNumber"),
        "record_type": "expense_journal_line",
        "journal": line["JournalBatchNumber"],
        "text": f"{line['Text'] or ''}{line['OffsetTransactionText'] or ''}",
        "account_code": line["ProjectCategory"],
        "project_id": line["ProjId"],
        "resource_id": line["ResourceId"],
        "work_date": day(line["ProjectDate"]),
        "accounting_date": day(line["VoucherDate"]),
        "is_posted": is_posted,
        "line_property": line["ProjectLineProperty"],
        "hours": None,
        "cost_price": None,
        "amount": line["DebitAmount"],
        "credit_amount": line["CreditAmount"],
        "accounting_currency": line["CurrencyCode"],
        "quantity": line["ProjectCostQuantity"],
        "sales_price": line["ProjectSalesPrice"],
        "sales_currency": line["ProjectSalesCurrencyCode"],
    }


def general_line(line: Record, is_posted: bool) -> dict[str, Any]:
    """A line of a general journal."""
    return {
        "id": line_id(line, "JournalBatchNumber"),
        "record_type": "general_journal_line",
        "journal": line["JournalBatchNumber"],
        "text": f"{line['Text'] or ''}{line['OffsetText'] or ''}",
        "account_code": line["AccountDisplayValue"],
        "project_id": None,
        "resource_id": None,
        "work_date": day(line["DocumentDate"]) or day(line["TransDate"]),
        "accounting_date": day(line["TransDate"]),
        "is_posted": is_posted,
        "line_property": None,
        "hours": None,
        "cost_price": None,
        "amount": line["DebitAmount"],
        "credit_amount": line["CreditAmount"],
        "accounting_currency": line["CurrencyCode"],
        "quantity": None,
        "sales_price": None,
        "sales_currency": None,
    }


def accounting_period(ledger: Record, period: Record) -> dict[str, Any]:
    """A period of one company's ledger, with the days of its fiscal calendar."""
    return {
        "id": f"{ledger['LegalEntityId'].lower()}:{ledger['YearName']}:{ledger['PeriodName']}",
        "name": ledger["PeriodName"],
        "start_date": day(period["StartDate"]),
        "end_date": day(period["EndDate"]),
        "status": ledger["PeriodStatus"],
        "project_access": ledger["ProjectAccessLevel"],
    }


def exchange_rate(rate: Record) -> dict[str, Any]:
    """An exchange rate from its first day on."""
    return {
        "id": f"{rate['FromCurrency']}:{rate['ToCurrency']}:{day(rate['StartDate'])}",
        "from_currency": rate["FromCurrency"],
        "to_currency": rate["ToCurrency"],
        "start_date": day(rate["StartDate"]),
        "rate": rate["Rate"],
        "conversion_factor": rate["ConversionFactor"],
    }


def worker(person: Record) -> dict[str, Any]:
    """A worker."""
    return {
        "id": person["PersonnelNumber"],
        "name": person["Name"],
        "email": person["PrimaryContactEmail"],
        "worker_type": person["WorkerType"],
    }


def project(record: Record) -> dict[str, Any]:
    """A project."""
    return {
        "id": record["ProjectId"],
        "name": record["ProjectName"],
        "customer": record["CustomerAccountNumber"],
        "stage": record["ProjectStage"],
        "start_date": day(record["ActualStartDate"]),
        "end_date": day(record["ProjectedEndDate"]),
    }
