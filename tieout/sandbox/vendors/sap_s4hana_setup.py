"""What an emulated SAP tenant knows and how it behaves: master data and switchable habits.

Here: `SapSetup` (company codes, accounts, WBS elements, open periods) and `Habits` (what a test
switches). Not here: the checks (`sap_s4hana_rules`) and the endpoints (`sap_s4hana`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

WbsStatus = Literal["released", "closed"]


@dataclass(frozen=True)
class SapSetup:
    """Master data of a tenant.

    Attributes:
        companies: company code -> its currency.
        accounts: G/L account -> True when it is a cost account, which needs a WBS element.
        wbs_elements: WBS element -> status.
        open_months: months (first days) in which entries may be posted, for every company code.
        chart: chart of accounts.
    """

    companies: Mapping[str, str]
    accounts: Mapping[str, bool]
    wbs_elements: Mapping[str, WbsStatus]
    open_months: frozenset[date]
    chart: str = "YCOA"


@dataclass
class Habits:
    """How the tenant misbehaves; a test changes the fields at any time.

    Attributes:
        delay: how long a taken message waits before it is carried out.
        lost_confirmations: how many of the next confirmations never reach the receiver.
        purged: posting references (DocumentReferenceID) whose refusal is neither posted nor
            confirmed; SAP's monitor would show them, no interface does.
        shifts_closed_dates: True posts into the next open month instead of refusing.
        refuses_known_messages: True ignores a message whose id was seen before.
    """

    delay: timedelta = timedelta(0)
    lost_confirmations: int = 0
    purged: set[str] = field(default_factory=set)
    shifts_closed_dates: bool = False
    refuses_known_messages: bool = False
