"""What the emulated Dynamics 365 F&O checks when a row of a package becomes a record.

Here: types, mandatory fields, references, lengths and periods, with the platform's own texts, and
the records that rows become. Not here: packages (`d365_fo_package`), posting (`d365_fo_posting`).

Named assumptions (the platform's texts are known, which check fires first is not):
    * a row that has a wrong type or is too long fails on its way to the staging table, any other
      check on its way to the target;
    * an hour's cost is hours times cost price in the company's currency, half up to cents, and the
      currency of an hour line is that of the sales price;
    * a project takes transactions in stage In process only;
    * a general journal needs no header of its own: equal placeholders are one journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup

HOUR_HEADER, HOUR_LINE = "Project hour journals", "Project hour journal lines"
EXPENSE_HEADER, EXPENSE_LINE = "Project expense journal header", "Project expense journal lines"
GENERAL_LINE: Final = "General journal"
KEYS: Final = {
    HOUR_HEADER: ("JOURNALBATCHNUMBER",),
    HOUR_LINE: ("JOURNALID", "LINENUMBER"),
    EXPENSE_HEADER: ("JOURNALBATCHNUMBER",),
    EXPENSE_LINE: ("JOURNALBATCHNUMBER", "LINENUMBER"),
    GENERAL_LINE: ("JOURNALBATCHNUMBER", "LINENUMBER"),
}
TEXTS: Final = {
    HOUR_LINE: ("DESCRIPTION",),
    EXPENSE_LINE: ("TEXT", "OFFSETTRANSACTIONTEXT"),
    GENERAL_LINE: ("TEXT", "OFFSETTEXT"),
}
DATES: Final = ("PROJECTDATE", "VOUCHERDATE", "TRANSDATE", "DOCUMENTDATE")
NUMBERS: Final = (
    "LINENUMBER", "HOURS", "COSTPRICE", "SALESPRICE", "PROJECTCOSTQUANTITY", "PROJECTCOSTPRICE",
    "PROJECTSALESPRICE", "DEBITAMOUNT", "CREDITAMOUNT",
)  # fmt: skip
LENGTHS: Final = {
    "JOURNALID": 20, "JOURNALBATCHNUMBER": 20, "DESCRIPTION": 60, "TEXT": 60, "OFFSETTEXT": 60,
    "OFFSETTRANSACTIONTEXT": 60, "VOUCHER": 20, "LINEPROPERTY": 10, "PROJECTLINEPROPERTY": 10,
}  # fmt: skip
MANDATORY: Final = {
    HOUR_LINE: (
        ("PROJECTID", "Project ID"), ("CATEGORY", "Category"), ("RESOURCEID", "Resource"),
        ("VOUCHERDATE", "Date"),
    ),
    EXPENSE_LINE: (
        ("PROJID", "Project ID"), ("PROJECTCATEGORY", "Category"),
        ("OFFSETACCOUNTDISPLAYVALUE", "Offset account"), ("CURRENCYCODE", "Currency"),
        ("VOUCHERDATE", "Date"),
    ),
    GENERAL_LINE: (
        ("ACCOUNTDISPLAYVALUE", "Account"), ("OFFSETACCOUNTDISPLAYVALUE", "Offset account"),
        ("CURRENCYCODE", "Currency"), ("TRANSDATE", "Date"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class RowError:
    """Why a row was refused: the field and the platform's text; `is_staging` says where."""

    field: str
    message: str
    is_staging: bool = False


def staging_error(row: dict[str, str]) -> RowError | None:
    """What is wrong with a row's types and lengths, or None."""
    for name, text in row.items():
        if len(text) > LENGTHS.get(name, 255):
            return RowError(
                name, f"The text is too long for field {name}: {len(text)} characters.", True
            )
        try:
            if name in NUMBERS and text:
                Decimal(text)
            elif name in DATES and text:
                date.fromisoformat(text)
        except (InvalidOperation, ValueError):
            return RowError(name, f"The data value cannot be converted: {name} '{text}'.", True)
    return None


class Rules:
    """Checks against one environment's master data.

    Args:
        setup: master data, looked at when a row is checked.
        moods: switches.
    """

    def __init__(self, setup: Setup, moods: Moods) -> None:
        self._setup, self._moods = setup, moods

    def target_error(self, entity: str, row: dict[str, str]) -> RowError | None:
        """What the target says against a row whose types are right, or None."""
        for name, label in MANDATORY.get(entity, ()):
            if not row.get(name):
                return RowError(name, f"Field '{label}' must be filled in.")
        unknown = self._unknown(entity, row)
        if unknown is not None:
            name, label, related = unknown
            return RowError(
                name,
                f"The value '{row[name]}' in field '{label}' is not found in the related table "
                f"'{related}'.",
            )
        project = row.get("PROJECTID") or row.get("PROJID") or ""
        if project and self._setup.projects[project] != "InProcess":
            stage = self._setup.projects[project]
            return RowError(
                "PROJECTID",
                f"Project {project} is in stage {stage}, in which transactions cannot be posted.",
            )
        return self._period_error(row)

    def _unknown(self, entity: str, row: dict[str, str]) -> tuple[str, str, str] | None:
        setup = self._setup
        references = (
            ("PROJECTID", "Project ID", "Projects", setup.projects),
            ("PROJID", "Project ID", "Projects", setup.projects),
            ("RESOURCEID", "Resource", "Resources", setup.workers),
            ("CATEGORY", "Category", "Project categories", setup.categories),
            ("PROJECTCATEGORY", "Category", "Project categories", setup.categories),
            ("OFFSETACCOUNTDISPLAYVALUE", "Offset account", "Main accounts", setup.accounts),
            ("JOURNALNAME", "Name", "Journal names", setup.journal_names),
            ("JOURNALNAMEID", "Name", "Journal names", setup.journal_names),
        )
        for name, label, related, known in references:
            if row.get(name) and row[name] not in known:
                return name, label, related
        if entity == GENERAL_LINE and row["ACCOUNTDISPLAYVALUE"] not in setup.accounts:
            return "ACCOUNTDISPLAYVALUE", "Account", "Main accounts"
        return None

    def _period_error(self, row: dict[str, str]) -> RowError | None:
        day = row.get("VOUCHERDATE") or row.get("TRANSDATE")
        if not day or not self._moods.checks_periods or self._moods.shifts_dates:
            return None
        if day[:7] in self._setup.open_periods:
            return None
        return RowError("VOUCHERDATE", f"Fiscal period is not open for date {day}.")


def hour_line(row: dict[str, str], company: str, journal: str) -> dict[str, Any]:
    """An hour journal line as OData shows it."""
    return {
        "dataAreaId": company, "JournalId": journal, "LineNumber": _number(row["LINENUMBER"]),
        "ProjectDate": row["PROJECTDATE"], "VoucherDate": row["VOUCHERDATE"],
        "ProjectID": row["PROJECTID"], "Category": row["CATEGORY"],
        "LineProperty": row["LINEPROPERTY"], "ResourceId": row["RESOURCEID"],
        "Hours": _number(row["HOURS"]), "CostPrice": _number(row["COSTPRICE"]),
        "SalesPrice": _number(row["SALESPRICE"]), "CurrencyId": row["CURRENCYID"],
        "Description": row["DESCRIPTION"], "TransactionID": "", "Voucher": "",
    }  # fmt: skip


def expense_line(row: dict[str, str], company: str, journal: str) -> dict[str, Any]:
    """A project expense journal line as OData shows it."""
    return {
        "dataAreaId": company, "JournalBatchNumber": journal,
        "LineNumber": _number(row["LINENUMBER"]), "VoucherDate": row["VOUCHERDATE"],
        "ProjId": row["PROJID"], "ProjectCategory": row["PROJECTCATEGORY"],
        "ProjectLineProperty": row["PROJECTLINEPROPERTY"], "ProjectDate": row["PROJECTDATE"],
        "ProjectCostQuantity": _number(row["PROJECTCOSTQUANTITY"]),
        "ProjectCostPrice": _number(row["PROJECTCOSTPRICE"]),
        "ProjectSalesPrice": _number(row["PROJECTSALESPRICE"]),
        "ProjectSalesCurrencyCode": row["PROJECTSALESCURRENCYCODE"],
        "ResourceId": row["RESOURCEID"], "DebitAmount": _number(row["DEBITAMOUNT"]),
        "CreditAmount": _number(row["CREDITAMOUNT"]), "CurrencyCode": row["CURRENCYCODE"],
        "OffsetAccountDisplayValue": row["OFFSETACCOUNTDISPLAYVALUE"], "Text": row["TEXT"],
        "OffsetTransactionText": row["OFFSETTRANSACTIONTEXT"], "Voucher": "",
    }  # fmt: skip


def general_line(row: dict[str, str], company: str, journal: str) -> dict[str, Any]:
    """A general journal line as OData shows it."""
    return {
        "dataAreaId": company, "JournalBatchNumber": journal,
        "LineNumber": _number(row["LINENUMBER"]), "TransDate": row["TRANSDATE"],
        "DocumentDate": row["DOCUMENTDATE"], "AccountDisplayValue": row["ACCOUNTDISPLAYVALUE"],
        "OffsetAccountDisplayValue": row["OFFSETACCOUNTDISPLAYVALUE"],
        "CurrencyCode": row["CURRENCYCODE"], "DebitAmount": _number(row["DEBITAMOUNT"]),
        "CreditAmount": _number(row["CREDITAMOUNT"]), "Text": row["TEXT"],
        "OffsetText": row["OFFSETTEXT"], "Voucher": "",
    }  # fmt: skip


def _number(text: str) -> Decimal:
    """An empty cell is zero, as a field without a value is."""
    return Decimal(text or "0")
