"""Journals in the emulated Oracle Fusion: interface rows become journal batches or stay refused.

Here: the checks of Import Journals, the batches and the report. Not here: reading files
(`oracle_fusion_files`), requests (`oracle_fusion_jobs`).

Facts: only rows of the given GROUP_ID are taken; one bad line refuses its whole journal and leaves
its rows in the interface with their codes (EF04 with `FLEX-VALUE DOES NOT EXIST`, EC03); nothing
protects from importing the same journal twice; an unbalanced journal is imported, unposted; the
parent request says WARNING. Assumed: EP01 for a closed period; batches and journals keep the first
50 and 25 characters of REFERENCE1 and 4 and get words behind them; an error line ends in the
journal's REFERENCE4; imported journals are posted at once by an AutoPost criteria set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.sandbox.vendors.oracle_fusion_master import Behaviour, Master, Unit
from tieout.sandbox.vendors.oracle_fusion_store import Store

STAGED, BATCH = "staged_journal", "journal_batch"
FIRST_BATCH: Final = 410_001
NAME_LENGTH, BATCH_LENGTH = 25, 50
_LEGEND: Final = (
    "\n========== Error Key ==========\n"
    "EF04  This is an invalid accounting flexfield.\nEP01  The period is not open.\n"
    "EC03  The currency is not valid.\n"
)

Row = dict[str, Any]


class Journals:
    """General Ledger of one pod.

    Args:
        store: the pod's records.
        master: its setup.
        behaviour: switches.
    """

    def __init__(self, store: Store, master: Master, behaviour: Behaviour) -> None:
        self._store, self._master, self._behaviour = store, master, behaviour

    def stage(self, rows: list[Row], load_id: int) -> None:
        """Keep loaded rows until an import takes them."""
        for row in rows:
            number = self._store.next("staged", 1)
            self._store.put(STAGED, number, {**row, "id": number, "load": load_id})

    def run(
        self, arguments: list[str], request_id: int, moment: str
    ) -> tuple[str, dict[str, bytes]]:
        """Import the rows of a GROUP_ID; returns the request's state and its report files."""
        journals: dict[tuple[str, str], list[Row]] = {}
        for row in self._store.all(STAGED):
            is_ours = row["group"] == arguments[3] and row["source"] == arguments[1]
            if is_ours and row["status"] == "NEW":
                journals.setdefault((row["reference1"], row["reference4"]), []).append(row)
        lines: list[str] = []
        for rows in journals.values():
            told = [text for row in rows for text in self._problems(row)]
            if told:
                lines += told
                for row in rows:
                    self._store.put(STAGED, row["id"], {**row, "status": told[0].split()[0]})
                continue
            self._keep(rows, arguments[3], request_id, moment)
            for row in rows:
                self._store.remove(STAGED, row["id"])
        shown = [] if self._behaviour.silent_rejects else lines
        report = "Journal Import Execution Report\n\nError Lines\n" + "\n".join(shown) + _LEGEND
        return ("WARNING" if lines else "SUCCEEDED"), {f"{request_id}_report.txt": report.encode()}

    def _problems(self, row: Row) -> Iterator[str]:
        """What is wrong with a line, as a line of the report."""
        unit = self._unit(row)
        known = {currency.code for currency in self._master.state.currencies}
        found: list[tuple[str, str]] = []
        if not self._master.has_account(row["account"]):
            value = row["account"].rpartition("-")[2]
            text = f"FLEX-VALUE DOES NOT EXIST (SEGMENT=Account) VALUE={value}"
            found.append(("EF04", text))
        if unit is None or row["currency"] not in known:
            found.append(("EC03", "The currency is not valid."))
        if unit is not None and not self._master.is_open(unit, row["accounting_date"]):
            found.append(("EP01", "This date is not in an open or future enterable period."))
        if found:
            codes = ",".join(code for code, _ in found)
            shown = row["debit"] if row["debit"] is not None else row["credit"]
            yield (
                f"{codes}  {row['source']}  {row['accounting_date']}  {row['currency']}  {shown}"
                f"  {row['account']}  {' '.join(text for _, text in found)} | {row['reference4']}"
            )

    def _unit(self, row: Row) -> Unit | None:
        return self._master.unit(ledger=row["ledger"])

    def _keep(self, rows: list[Row], group: str, request_id: int, moment: str) -> None:
        """Make a batch of one journal."""
        number = self._store.next("journal", FIRST_BATCH)
        first = rows[0]
        balance = sum((_amount(row, "debit") - _amount(row, "credit") for row in rows), Decimal(0))
        is_posted = self._behaviour.autopost and balance == 0
        name = f"{first['reference4'][:NAME_LENGTH]} {first['category']} {first['currency']}"
        batch_name = (
            f"{first['reference1'][:BATCH_LENGTH]} {first['source']} {request_id} A {group}"
        )
        header = {
            "JeHeaderId": number,
            "Name": name,
            "CurrencyCode": first["currency"],
            "AccountingDate": first["accounting_date"],
            "LedgerName": first["ledger"],
            "journalLines": {
                "items": [_line(place, row) for place, row in enumerate(rows, start=1)]
            },
        }
        self._store.put(
            BATCH,
            number,
            {
                "JeBatchId": number,
                "Name": batch_name,
                "Status": "P" if is_posted else "U",
                "JournalSource": first["source"],
                "CreatedBy": "TIEOUT",
                "CreationDate": moment,
                "LastUpdateDate": moment,
                "journalHeaders": {"items": [header]},
            },
        )


def _line(place: int, row: Row) -> dict[str, Any]:
    return {
        "JeLineNumber": place,
        "AccountCombination": row["account"],
        "EnteredDebit": row["debit"],
        "EnteredCredit": row["credit"],
        "AccountedDebit": row["debit"],
        "AccountedCredit": row["credit"],
        "Description": row["reference10"],
        "Reference1": row["reference21"],
        "Reference2": row["reference22"],
        "Reference3": row["reference23"],
        "Reference4": row["reference24"],
        "Reference5": row["reference25"],
    }


def _amount(row: Mapping[str, Any], name: str) -> Decimal:
    value = row[name]
    return Decimal(0) if value is None else Decimal(value)
