"""The sample firm as data: the one place to import its records from.

One rule for all records: a record is a set of VERSIONS. Each version carries `changed_at` (UTC,
whole seconds: the instant it became true and what the vendor shows as updated_at) and `is_deleted`
(the record is hard-deleted at `changed_at`; vendors without tombstones just stop showing it).
`SandboxFirm.at(clock)` picks, per record, the newest version with changed_at <= clock and leaves
deleted ones out. Hours, rates and amounts are `Decimal`, dates are the worker's local days.

Here: names only. Master data: `master.py`; time and expenses: `facts.py`; the ERP side:
`ledger.py`; the container and its state at a clock: `firm.py`. The vendors' JSON shapes live in
`tieout.sandbox.vendors`.
"""

from __future__ import annotations

from tieout.sandbox.firm.facts import (
    ApprovalEvent,
    ExpenseEntryVersion,
    ExpenseReportVersion,
    TimeEntryVersion,
    TimesheetSubmission,
)
from tieout.sandbox.firm.firm import (
    FirmState,
    SandboxFirm,
)
from tieout.sandbox.firm.ledger import (
    Account,
    AccountingPeriod,
    AccountMapping,
    Charge,
    ErpLine,
    FxRate,
    Invoice,
)
from tieout.sandbox.firm.master import (
    Assignment,
    Client,
    CostRate,
    Currency,
    LegalEntity,
    Milestone,
    Project,
    RateCard,
    Task,
    Worker,
)

__all__ = [
    "Account",
    "AccountMapping",
    "AccountingPeriod",
    "ApprovalEvent",
    "Assignment",
    "Charge",
    "Client",
    "CostRate",
    "Currency",
    "ErpLine",
    "ExpenseEntryVersion",
    "ExpenseReportVersion",
    "FirmState",
    "FxRate",
    "Invoice",
    "LegalEntity",
    "Milestone",
    "Project",
    "RateCard",
    "SandboxFirm",
    "Task",
    "TimeEntryVersion",
    "TimesheetSubmission",
    "Worker",
]
