"""What is wrong with the sample firm on purpose, and what the product must say about it.

Here: the shape of a planted fault, which scenarios and failure modes the six systems cannot show,
and the selection of expected rows. The faults themselves are planted by `plants_*.py`; every
expected figure is computed there from the entry's own hours and rates, never from SQL.

How to read a row: at clock `clock`, in stage `stage`, mart `mart` holds a row whose `key_column`
is `key` and whose columns equal `expect` (a column not named is not promised). `is_absent` turns
it round: no row with that key. Stages: `before` = a run without posting, `after` = the same clock
after the run posted. A row that must hold in both names both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tieout.sandbox.firm.firm import SandboxFirm

BEFORE, AFTER = "before_posting", "after_posting"
ANP = "rec_approved_not_posted"
ANR = "rec_adjusted_not_reclassified"
PNB = "rec_posted_not_billed"
ORPHANS = "rec_orphan_postings"
DUPLICATES = "rec_duplicate_postings"
MASTER_DATA = "rec_master_data_differences"

SCENARIOS = tuple(f"SCN-{number:02d}" for number in range(1, 34))
FAILURE_MODES = tuple(f"FAIL-{number:02d}" for number in range(1, 15))

NOT_SHOWN: dict[str, str] = {
    "SCN-03": "the v3 expense entries carry no tax split; needs a tax engine or receipt data",
    "SCN-06": "a schedule and an event trigger: behaviour of the orchestrator, not of data",
    "SCN-15": "needs a second PSA and a legacy ledger",
    "SCN-19": "needs Salesforce and Workday",
    "SCN-25": "needs vendor bills and tax codes (procurement, tax engine)",
    "SCN-26": "needs a billing engine that rejects invoice candidates",
    "SCN-31": "needs payroll and reimbursement payments beside cost and bill",
    "FAIL-11": "milestones are in the PSA, but no mart compares them with billing rules yet",
    "FAIL-13": "version drift is a fault of the vendor's API: the fault injector shows it",
}
"""Scenario or failure mode -> why the six sandbox systems cannot show it."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One row that a mart must hold (or, `is_absent`, must not hold) because of a planted fault.

    Attributes:
        fault_id: name of the fault, with a running number when it shows in several rows.
        scenarios: requirement ids SCN-nn it instantiates.
        failure_modes: requirement ids FAIL-nn it instantiates.
        mart: the table.
        key_column: the column `key` stands in: entry_id, external_id, posting_line_id, ...
        key: its value.
        expect: column -> value (Decimal, date, bool or text).
        when: the stage after which the row is there for good (BEFORE: gone once posted).
        stages: all stages in which it must be there.
        clock: the instant from which it holds (UTC).
        description: what happened, for people.
        is_absent: no such row may be there.
    """

    fault_id: str
    scenarios: tuple[str, ...]
    failure_modes: tuple[str, ...]
    mart: str
    key_column: str
    key: str
    expect: dict[str, Any]
    when: str
    stages: tuple[str, ...]
    clock: datetime
    description: str
    is_absent: bool = field(default=False)

    def as_json(self) -> dict[str, Any]:
        """Plain values: Decimals and dates as text."""
        plain = asdict(self)
        plain["expect"] = {name: _plain(value) for name, value in self.expect.items()}
        plain["clock"] = self.clock.isoformat().replace("+00:00", "Z")
        return plain


def manifest(firm: SandboxFirm) -> list[PlantedFault]:
    """All planted faults of a firm, in order of their names."""
    return sorted(firm.faults, key=lambda fault: (fault.fault_id, fault.mart, fault.key))


def manifest_json(firm: SandboxFirm) -> str:
    """The manifest as JSON text: firm parameters, faults, and what cannot be shown."""
    head = {
        "firm": firm.firm_id,
        "seed": firm.seed,
        "size": firm.size,
        "months": firm.months,
        "period": firm.period_id,
        "now": _plain(firm.now),
        "later": _plain(firm.later),
        "not_shown": NOT_SHOWN,
        "faults": [fault.as_json() for fault in manifest(firm)],
    }
    return json.dumps(head, indent=2, sort_keys=False) + "\n"


def expected_rows(
    faults: Iterable[PlantedFault], mart: str, stage: str, clock: datetime
) -> list[PlantedFault]:
    """The rows (absent ones left out) that `mart` must hold in `stage` at `clock`."""
    return [
        fault
        for fault in faults
        if fault.mart == mart
        and stage in fault.stages
        and fault.clock <= clock
        and not fault.is_absent
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value
