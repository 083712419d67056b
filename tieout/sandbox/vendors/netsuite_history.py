"""From the sample firm to the emulated NetSuite account, up to the clock and not beyond.

Here: `History`, which at first loads everything true at the clock's instant and later only what
became true since. What callers of the API saved is never touched by a fact that was true before.

Not here: how each kind of record looks (`netsuite_master`, `netsuite_ledger`,
`netsuite_invoices`), the firm itself (`tieout.sandbox.firm`).
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from typing import Final

from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.vendors import netsuite_invoices, netsuite_ledger, netsuite_master
from tieout.sandbox.vendors.netsuite_master import SYSTEM
from tieout.sandbox.vendors.netsuite_store import Store

FIRST_OWN_ID: Final = 1_000_000
_THROUGH: Final = "history_through"


class History:
    """Keeps an account level with its firm's history.

    Args:
        firm: the firm.
        store: the account.
    """

    def __init__(self, firm: SandboxFirm, store: Store) -> None:
        self._firm, self._store = firm, store
        through = store.meta(_THROUGH)
        self._through = datetime.fromisoformat(through) if through else None

    def catch_up(self, moment: datetime) -> None:
        """Load what became true until `moment`; nothing when that is in the past."""
        before = self._through
        if before is not None and (moment <= before or not self._news(before, moment)):
            return
        state = self._firm.at(moment)
        with self._store.transaction():
            if before is None:
                self._store.remember("next_id", str(self._first_free_id()))
            netsuite_master.load(self._store, state)
            netsuite_ledger.load(self._store, state, self._firm.erp_lines, before)
            netsuite_invoices.load(self._store, state)
            self._store.remember(_THROUGH, moment.astimezone(UTC).isoformat())
        self._through = moment

    def _news(self, before: datetime, moment: datetime) -> bool:
        """Whether anything happened after `before` and until `moment`."""
        instants = self._firm.instants
        return bisect_right(instants, before) < bisect_right(instants, moment)

    def _first_free_id(self) -> int:
        """Above every id the firm's history will ever use, so that saved records never meet it."""
        used = [int(row.erp_line_id) for row in self._firm.erp_lines if row.erp_system == SYSTEM]
        used += [int(row.invoice_id) for row in self._firm.invoices]
        return FIRST_OWN_ID + max(used, default=0)
