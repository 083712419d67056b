"""The planted faults by name: which requirements each one stands for, and its story.

Here: one row per fault; its rows in the marts, with exact figures, are written by the module named
in the comment above it. Requirement ids: SCN-nn scenarios, FAIL-nn failure modes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Name, requirement ids and story of one planted fault; its rows share them."""

    fault_id: str
    scenarios: tuple[str, ...]
    failure_modes: tuple[str, ...]
    story: str


_ROWS = (
    # plants_blocked.py
    ("worker-unmapped", ("SCN-18",), ("FAIL-01",),
     ("A new joiner signed into Harvest with a private address; no crosswalk row links it to "
     "the HR record, so nobody knows whose time it is.")),
    ("future-dated", ("SCN-28",), ("FAIL-09",),
     "Time for a day that has not come yet was approved."),
    ("worker-terminated", ("SCN-17",), ("FAIL-01",),
     "HR ended the worker on the 12th; time for a later day was approved."),
    ("project-closed-in-psa", ("SCN-12",), ("FAIL-02",),
     "Late time came in after the project was closed in the PSA."),
    ("assignment-missing", ("SCN-28",), ("FAIL-10",),
     "Approved time of a worker whom nobody assigned to the project."),
    ("project-inactive-in-erp", ("SCN-10", "SCN-11"), ("FAIL-01", "FAIL-06"),
     ("The project is active in the PSA, but its NetSuite job was made inactive on the 10th: "
     "time that finance cannot invoice.")),
    ("project-missing-in-erp", ("SCN-07", "SCN-10", "SCN-21"), ("FAIL-06",),
     "The PSA has a project that was never set up in either ERP."),
    ("worker-not-in-erp", ("SCN-20", "SCN-23"), ("FAIL-01",),
     "A contractor who started in the middle of the month has no NetSuite record."),
    ("currency-mismatch", ("SCN-28",), ("FAIL-07",),
     "The entry's bill rate is in dollars, the contract is in pounds."),
    ("rate-missing", ("SCN-28",), ("FAIL-07", "FAIL-09", "FAIL-10"),
     "Approved time without a bill rate, and time without a cost rate."),
    ("fx-missing", ("SCN-33", "SCN-04"), ("FAIL-09",),
     "A first contract in Swiss francs: no ERP has a franc rate."),
    ("over-24-hours", ("SCN-28",), ("FAIL-14",),
     "26 hours on one day were approved; the gate holds the line back."),
    # plants_waiting.py
    ("in-window", ("SCN-01", "SCN-07"), ("FAIL-02", "FAIL-05"),
     ("Approved after the earlier integration's last run: nothing is wrong, only not posted "
     "yet.")),
    ("maintenance-window", ("SCN-13", "SCN-14", "SCN-32"), ("FAIL-02",),
     ("Both ERPs were in maintenance during one nightly run; what was approved that day was "
     "never posted.")),
    ("maintenance-late-commit", ("SCN-14",), ("FAIL-02",),
     ("One line of the maintenance night arrived after the integration had given up: it must "
     "not be posted again.")),
    ("late-time-of-closed-month", ("SCN-16",), ("FAIL-05",),
     ("Time of a closed month was approved only now: it goes to the first open month and "
     "keeps its work date.")),
    ("harvest-rounded-hours", ("SCN-16",), ("FAIL-03", "FAIL-05"),
     ("The timer says 7.41, the account bills 7.50: every system must count the rounded "
     "hours.")),
    ("not-effective", ("SCN-32",), ("FAIL-01",),
     "Draft, submitted and rejected time is nobody's gap."),
    ("rejected-and-resubmitted", ("SCN-04",), ("FAIL-12",),
     ("Rejected once, corrected, approved under a second submission: the second approval "
     "counts and both stay visible.")),
    # plants_changes.py
    ("edited-after-posting", ("SCN-04", "SCN-08"), ("FAIL-04",),
     "Hours were edited after the entry was posted."),
    ("moved-after-posting", ("SCN-04",), ("FAIL-04", "FAIL-06"),
     "The entry was moved to another project after it was posted."),
    ("unapproved-after-posting", ("SCN-04",), ("FAIL-04",),
     "The approval was withdrawn after the entry was posted."),
    ("deleted-after-posting", ("SCN-04",), ("FAIL-04",),
     ("A posted entry that was extracted before is deleted in the source: it shows at the "
     "second look, a week later.")),
    ("bill-rate-corrected", ("SCN-04",), ("FAIL-07",),
     "The bill rate was corrected for a day that was already posted."),
    ("cost-rate-corrected", ("SCN-05",), ("FAIL-10",),
     "The worker's cost rate was corrected for a posted day."),
    ("date-moved-to-other-month", ("SCN-16",), ("FAIL-04", "FAIL-05"),
     "The work date of a posted entry was moved into the next month."),
    ("billed-then-edited", ("SCN-04", "SCN-32"), ("FAIL-04",),
     ("Hours were edited after the entry was posted and invoiced: there is a gap to reverse, "
     "and nothing left to bill.")),
    ("changed-without-gap", ("SCN-04",), ("FAIL-04", "FAIL-05"),
     "Edited away and back again, or only the note changed: a new version, but no gap."),
    ("corrected-by-pair", ("SCN-04",), ("FAIL-04",),
     ("Edited after posting and properly corrected by the earlier integration: reversal and "
     "new line.")),
    # plants_ledger.py
    ("manual-journal", ("SCN-28",), ("FAIL-14",),
     "A person booked straight into the controlled labour cost account."),
    ("unknown-source", ("SCN-04",), ("FAIL-01",),
     ("The entry was deleted in the source before anybody extracted it; its line is still in "
     "the ERP.")),
    ("foreign-integration", ("SCN-21", "SCN-30"), ("FAIL-14",),
     "Another integration still posts time of its own."),
    ("foreign-line-with-reference", ("SCN-30",), ("FAIL-12",),
     ("A line under a foreign id names its entry in the memo: it matches, it is no orphan, "
     "and the entry is not unposted.")),
    ("reversal-without-original", ("SCN-04",), ("FAIL-04",),
     "Somebody deleted the original line in the ERP; its reversal stayed."),
    ("duplicate-under-another-id", ("SCN-14", "SCN-21"), ("FAIL-04",),
     ("The same entry version is in NetSuite twice, under two external ids: an earlier set-up "
     "used another target name.")),
    ("duplicate-key-in-tryton", ("SCN-14",), ("FAIL-04",),
     "Tryton holds the same posting key twice after a blind retry."),
    # plants_billing.py
    ("draft-invoice", ("SCN-27", "SCN-32"), ("FAIL-14",),
     "The line is on an invoice that was never issued: it is not billed."),
    ("credit-note", ("SCN-32",), ("FAIL-03",),
     "Invoiced and credited in full: the line is open again."),
    ("partly-billed", ("SCN-32",), ("FAIL-03",),
     "Only half of the line was invoiced."),
    ("retainer-covered", ("SCN-22", "SCN-23"), ("FAIL-05",),
     "Hours inside a retainer: posted, covered by the monthly fee."),
    ("not-billed-by-the-hour", ("SCN-02", "SCN-09", "SCN-24"), ("FAIL-05",),
     "Fixed-fee and internal labour is cost only: no invoice to wait for."),
    ("over-cap", ("SCN-02", "SCN-24"), ("FAIL-09",),
     "The contract's cap is used up; the last two days exceed it."),
    # plants_people.py
    ("one-worker-five-ids", ("SCN-18", "SCN-30"), ("FAIL-01",),
     ("One consultant has five different ids and a private Harvest login; all lead to one "
     "worker.")),
    ("duplicate-client", ("SCN-30",), ("FAIL-08",),
     "NetSuite has the same client twice; no crosswalk row names the second."),
    ("project-ids-differ", ("SCN-30",), ("FAIL-06",),
     "Every system has its own id for the project; all lead to one code."),
    # plants_expenses.py
    ("expense-in-foreign-currency", ("SCN-01", "SCN-04"), ("FAIL-02",),
     ("Paid in one currency, reimbursed in a second, rebilled in a third; approved too late "
     "for the earlier integration.")),
    ("expense-without-project", ("SCN-28",), ("FAIL-09",),
     "An approved expense names no project."),
    ("expense-on-closed-project", ("SCN-12",), ("FAIL-02",),
     "A late expense for a project that is closed in the PSA."),
    ("expense-fx-missing", ("SCN-33",), ("FAIL-09",),
     "A billable expense on the franc contract cannot be converted."),
    ("personal-expense", ("SCN-29",), ("FAIL-05",),
     "A personal item on a company report is nobody's cost."),
    ("expense-claimed-twice", ("SCN-29",), ("FAIL-14",),
     "The same taxi was claimed on two reports; the second was sent back."),
    ("expense-recalled-after-posting", ("SCN-04",), ("FAIL-04",),
     "An approved expense report was recalled after it was posted."),
    ("expense-posted-twice", ("SCN-29",), ("FAIL-04",),
     "One expense is in NetSuite twice, under two external ids."),
)  # fmt: skip

THEMES: dict[str, Theme] = {row[0]: Theme(*row) for row in _ROWS}
"""Every planted fault by its name."""
