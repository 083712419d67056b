"""The batch job "Post journals" of the emulated Dynamics 365 F&O.

Here: posting of journals that were imported, dates of closed periods, project transactions. Not
here: imports (`d365_fo_imports`), what OData shows (`d365_fo_odata`).

Documented: OData and imports make unposted journals, a batch job or a workflow posts them; a date
in a closed period may be moved to the first day of the next open one, without a word; lines that
cannot be posted are moved to a journal of their own while the others are posted.

Named assumptions: the job runs before each request; the journal that takes the lines that cannot
be posted keeps the description of its journal and stays unposted until they can be posted; a
posted hour line has its transaction id at once; an expense line's project transaction has its
voucher; amounts are rounded half up to cents.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup
from tieout.sandbox.vendors.d365_fo_store import Store

JOURNALS: Final = (
    ("JournalTables", "Posted", "JournalTrans", "JournalId", "VoucherDate", "HJ"),
    ("ExpenseJournalHeaders", "IsPosted", "ExpenseJournalLines", "JournalBatchNumber",
     "VoucherDate", "EJ"),
    ("LedgerJournalHeaders", "IsPosted", "LedgerJournalLines", "JournalBatchNumber", "TransDate",
     "GJ"),
)  # fmt: skip
CENT: Final = Decimal("0.01")


class PostJournals:
    """The job of one environment.

    Args:
        store: the environment's state.
        setup: master data, with the open periods.
        moods: switches.
    """

    def __init__(self, store: Store, setup: Setup, moods: Moods) -> None:
        self._store, self._setup, self._moods = store, setup, moods

    def run(self) -> None:
        """Post every journal with lines that can be posted."""
        if not self._moods.posts_journals:
            return
        with self._store.transaction():
            for kind in JOURNALS:
                for number, header in self._store.rows(kind[0]):
                    if header[kind[1]] == "No":
                        self._post(kind, number, header)

    def _post(
        self, kind: tuple[str, str, str, str, str, str], number: int, header: dict[str, Any]
    ) -> None:
        headers, flag, lines, key, day, prefix = kind
        journal = header["JournalBatchNumber"]
        mine = [(n, line) for n, line in self._store.rows(lines) if line[key] == journal]
        good = [(n, line) for n, line in mine if self._date(line[day])]
        if not good:
            return
        bad = [(n, line) for n, line in mine if not self._date(line[day])]
        if bad:
            other = self._store.add(headers, header)
            name = f"{prefix}{other:06d}"
            self._store.save(other, {**header, "JournalBatchNumber": name})
            for n, line in bad:
                self._store.save(n, {**line, key: name})
        for n, line in good:
            self._store.save(n, self._posted(lines, n, {**line, day: self._date(line[day])}))
        self._store.save(number, {**header, flag: "Yes"})

    def _date(self, day: str) -> str | None:
        """The day on which a line is posted, or None."""
        if day[:7] in self._setup.open_periods:
            return day
        later = [period for period in sorted(self._setup.open_periods) if period > day[:7]]
        return f"{later[0]}-01" if self._moods.shifts_dates and later else None

    def _posted(self, kind: str, number: int, line: dict[str, Any]) -> dict[str, Any]:
        """A posted line, and its project transaction."""
        line = {**line, "Voucher": f"V{number:06d}"}
        if kind == "LedgerJournalLines":
            return line
        is_hour = kind == "JournalTrans"
        if is_hour:
            amount = line["Hours"] * line["CostPrice"]
            line["TransactionID"] = f"T{number:06d}"
        else:
            amount = line["DebitAmount"] - line["CreditAmount"]
        self._store.add(
            "PSAActuals",
            {
                "dataAreaId": line["dataAreaId"], "TransId": f"T{number:06d}",
                "Voucher": line["Voucher"], "ProjTransDate": line["ProjectDate"],
                "LedgerTransDate": line["VoucherDate"],
                "ProjId": line["ProjectID"] if is_hour else line["ProjId"],
                "ResourceId": line["ResourceId"],
                "CategoryId": line["Category"] if is_hour else line["ProjectCategory"],
                "Qty": line["Hours"] if is_hour else line["ProjectCostQuantity"],
                "AmountMst": amount.quantize(CENT, rounding=ROUND_HALF_UP),
                "ProjTransType": "Hour" if is_hour else "Cost",
                "TransactionOrigin": "HourJournal" if is_hour else "ExpenseJournal",
                "ProjAdjustRefId": "", "LaborInvoicedQty": Decimal(0),
                "LaborInvoicedRevenue": Decimal(0), "ExpenseInvoicedRevenue": Decimal(0),
                "totalInvoicedRevenue": Decimal(0),
            },
        )  # fmt: skip
        return line
