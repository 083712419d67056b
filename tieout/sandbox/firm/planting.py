"""Tools for planting faults: entries on reserved days, and rows of the manifest.

Here: `Planter`, which every `plants_*.py` uses. The expected figures come from the entry versions
themselves (hours, rates) through `history.figures`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.contracts import assign
from tieout.sandbox.firm.entries import Life, reject_once, usual_life, write_entry
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.history import Entry, figures
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.firm.manifest import AFTER, ANP, ANR, BEFORE, PNB, PlantedFault
from tieout.sandbox.firm.master import Worker
from tieout.sandbox.firm.people import Cast
from tieout.sandbox.firm.reference import HARVEST
from tieout.sandbox.firm.themes import Theme
from tieout.sandbox.firm.timeline import is_workday
from tieout.sandbox.firm.workshop import Workshop

_SEARCH_DAYS = 31
BOTH = (BEFORE, AFTER)


@dataclass
class Planter:
    """Plants entries for the fixed people of the firm and writes the manifest."""

    shop: Workshop
    cast: Cast
    held_back: set[str] = field(default_factory=set)  # lines the invoice run must leave alone
    _count: Counter[str] = field(default_factory=Counter)

    def us(self, number: int) -> Worker:
        """A US01 worker by position."""
        return self.shop.people("US01")[number]

    def uk(self, number: int) -> Worker:
        """A UK01 worker by position."""
        return self.shop.people("UK01")[number]

    def india(self, number: int) -> Worker:
        """An IN01 worker by position."""
        return self.shop.people("IN01")[number]

    def day(self, worker: Worker, number: int, months_back: int = 0) -> date:
        """The worker's first free working day from day `number` of a month on, now reserved.

        Raises:
            ValueError: if there is no free day left.
        """
        period = self.shop.timeline.last
        for _ in range(months_back):
            period = period.previous()
        for offset in range(_SEARCH_DAYS):
            day = period.start + timedelta(days=number - 1 + offset)
            if is_workday(day) and (worker.worker_id, day) not in self.shop.reserved:
                self.shop.reserved.add((worker.worker_id, day))
                return day
        raise ValueError(f"no free day for {worker.worker_id} after {number} of {period}")

    def entry(
        self,
        worker: Worker,
        project_id: str,
        day: date,
        hours: str = "8",
        *,
        life: Life | None = None,
        is_assigned: bool = True,
        **fields: Any,
    ) -> TimeEntryVersion:
        """Write one approved entry (or one with the given life) on a planted day."""
        if is_assigned:
            assign(self.shop, worker.worker_id, project_id)
        project = self.shop.projects[project_id]
        life = life or usual_life(self.shop, worker, day)
        return write_entry(self.shop, worker, project, day, Decimal(hours), life, **fields)

    def rejected_then(
        self, worker: Worker, project_id: str, day: date, first: Life, second: Life
    ) -> TimeEntryVersion:
        """An entry rejected at `first.approved_at` and approved as `second` says."""
        assign(self.shop, worker.worker_id, project_id)
        project = self.shop.projects[project_id]
        life = Life(first.created_at, None, None)
        draft = write_entry(self.shop, worker, project, day, Decimal(8), life)
        return reject_once(self.shop, draft, first, second)

    def approved_late(self, worker: Worker, day: date, approved_at: datetime) -> Life:
        """A life with another approval moment; submitted two hours before."""
        usual = usual_life(self.shop, worker, day)
        created = min(usual.created_at, approved_at - timedelta(hours=3))
        return Life(created, approved_at - timedelta(hours=2), approved_at)

    def expect(
        self,
        theme: Theme,
        mart: str,
        key_column: str,
        key: str,
        expect: dict[str, Any],
        *,
        stages: tuple[str, ...] = BOTH,
        clock: datetime | None = None,
        is_absent: bool = False,
    ) -> None:
        """Add one row to the manifest."""
        self._count[theme.fault_id] += 1
        self.shop.faults.append(
            PlantedFault(
                fault_id=f"{theme.fault_id}-{self._count[theme.fault_id]:02d}",
                scenarios=theme.scenarios,
                failure_modes=theme.failure_modes,
                mart=mart,
                key_column=key_column,
                key=key,
                expect=expect,
                when=AFTER if AFTER in stages else BEFORE,
                stages=stages,
                clock=clock or self.shop.timeline.now,
                description=theme.story,
                is_absent=is_absent,
            )
        )

    def unposted(
        self,
        theme: Theme,
        version: Entry,
        sub_status: str,
        reason_code: str,
        *,
        without: tuple[str, ...] = (),
        stages: tuple[str, ...] = BOTH,
    ) -> None:
        """Expect the entry in approved-not-posted; `without` names figures that cannot be known."""
        expect = self.known_figures(version)
        # Harvest does not tell when time was approved: at a first look it counts as just now.
        if sub_status == "overdue" and version.source_system == HARVEST:
            sub_status = "in_window"
        expect |= {"sub_status": sub_status, "reason_code": reason_code}
        for column in without:
            expect.pop(column)
        self.expect(theme, ANP, "entry_id", version.entry_id, expect, stages=stages)

    def known_figures(self, version: Entry) -> dict[str, Any]:
        """The columns of approved-not-posted that follow from the entry alone."""
        worker = self.shop.workers[version.worker_id]
        worth = figures(self.shop, version)
        is_time = isinstance(version, TimeEntryVersion)
        return {
            "entry_type": "time" if is_time else "expense",
            "source_system": version.source_system,
            "source_record_id": version.source_record_id,
            "source_version": version.source_version,
            "legal_entity_id": worker.legal_entity_id,
            "worker_id": worker.worker_id,
            "project_id": version.project_id,
            "work_date": version.work_date if is_time else version.transaction_date,
            "hours": worth.hours,
            "cost_amount_functional": worth.cost,
            "functional_currency_code": worth.functional_currency,
            "bill_amount_contract": worth.bill,
            "contract_currency_code": worth.contract_currency,
        }

    def absent(self, theme: Theme, mart: str, key_column: str, key: str) -> None:
        """Expect that no row has that key, before and after posting."""
        self.expect(theme, mart, key_column, key, {}, is_absent=True)

    def gap(
        self,
        theme: Theme,
        entry_id: str,
        leg: str,
        project_id: str | None,
        work_period_id: str,
        *,
        hours: Decimal,
        amount: Decimal,
        currency: str | None,
        reason_code: str,
        clock: datetime | None = None,
    ) -> None:
        """Expect one row of adjusted-not-reclassified; negative figures are to be reversed."""
        nothing = Decimal(0)
        self.expect(
            theme,
            ANR,
            "entry_id",
            entry_id,
            {
                "leg": leg,
                "project_id": project_id,
                "accounting_period_id": work_period_id,
                "hours_to_post": max(hours, nothing),
                "hours_to_reverse": max(-hours, nothing),
                "amount_to_post": max(amount, nothing),
                "amount_to_reverse": max(-amount, nothing),
                "currency_code": currency,
                "reason_code": reason_code,
            },
            clock=clock,
        )

    def unbilled(
        self,
        theme: Theme,
        line: ErpLine,
        status: str | None,
        *,
        billed: Decimal = Decimal(0),
        clock: datetime | None = None,
    ) -> None:
        """Expect a posted line in posted-not-billed; `status` None promises no billing status."""
        expect: dict[str, Any] = {
            "erp_system": line.erp_system,
            "bill_amount_contract": line.bill_amount,
            "billed_amount_contract": billed,
            "remaining_amount_contract": line.bill_amount - billed,
        }
        if status is not None:
            expect["billing_status"] = status
        assert line.external_id is not None
        self.expect(theme, PNB, "external_id", line.external_id, expect, clock=clock)
