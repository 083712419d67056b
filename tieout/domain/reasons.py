"""The closed list of reason codes: what is wrong, who owns it, how soon, and what to do.

Every exception, gate finding, quarantine row and ERP reject carries one of these codes. A firm may
give a code another owner (`owners` in firm.yml); it cannot invent codes. The ERP reject codes
follow the cross-ERP taxonomy of `vendors/erp_crm_hris.md` section 11.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieout.domain.reasons_matching import ROWS as _MATCHING_ROWS


@dataclass(frozen=True)
class Reason:
    """One reason code.

    Attributes:
        code: stable name, upper case.
        stage: where it arises: extract, match, approve, gate, post, reconcile, bill.
        owner_role: who resolves it unless firm.yml says otherwise.
        label: what a person reads.
        sla_business_days: business days until it is overdue.
        fix: the usual next step.
    """

    code: str
    stage: str
    owner_role: str
    label: str
    sla_business_days: int
    fix: str


_ROWS = (
    # extract
    ("TYPE_INVALID", "extract", "data_engineer", "Value has the wrong type", 1,
     "correct the record in the source, then run again"),
    ("KEY_MISSING", "extract", "data_engineer", "Record has no identifier", 1,
     "correct the record in the source, then run again"),
    ("REFERENCE_UNKNOWN", "extract", "data_engineer", "Record refers to something unknown", 1,
     "add the missing record, then run again"),
    # match
    ("WORKER_UNMAPPED", "match", "master_data", "Worker is not known across systems", 2,
     "add the worker to crosswalks/worker.csv or correct the employee number"),
    ("WORKER_AMBIGUOUS", "match", "master_data", "Worker matches more than one record", 2,
     "name the right one in crosswalks/worker.csv"),
    ("PROJECT_UNMAPPED", "match", "project_accounting", "Project is not known across systems", 2,
     "add the project to crosswalks/project.csv or correct its code"),
    ("CLIENT_UNMAPPED", "match", "master_data", "Client is not known across systems", 2,
     "add the client to crosswalks/client.csv"),
    ("PROJECT_AMBIGUOUS", "match", "project_accounting", "Project matches more than one record", 2,
     "name the right one in crosswalks/project.csv"),
    ("CLIENT_AMBIGUOUS", "match", "master_data", "Client matches more than one record", 2,
     "name the right one in crosswalks/client.csv"),
    ("TASK_UNMAPPED", "match", "project_accounting", "Task is not known to the owner of tasks", 2,
     "add the task to crosswalks/task.csv or correct its code"),
    ("TASK_AMBIGUOUS", "match", "project_accounting", "Task matches more than one record", 2,
     "name the right one in crosswalks/task.csv"),
    ("WORKER_DUPLICATE", "match", "master_data", "Worker is set up twice", 5,
     "merge the two records, or name both in crosswalks/worker.csv"),
    ("FIELD_CONFLICT", "match", "master_data", "Another system states another value", 5,
     "correct the field where it differs from its system of record"),
    ("CODE_UNKNOWN", "match", "master_data", "Code is not in the list of its kind", 5,
     "correct the code, or add it to the list in the owning system"),
    ("CLIENT_DUPLICATE", "match", "master_data", "Client is set up twice", 5,
     "merge the two client records in the owning system"),
    ("PROJECT_DUPLICATE", "match", "project_accounting", "Project is set up twice", 5,
     "merge the two project records in the owning system"),
    ("NOT_SYSTEM_OF_RECORD", "match", "data_engineer", "Another system is the record that day", 2,
     "delete the entry where it is no record, or correct ownership in firm.yml"),
    ("ROUTE_MISSING", "match", "data_engineer", "No posting destination for this entry", 1,
     "add a routing rule to firm.yml"),
    ("ACCOUNT_UNMAPPED", "match", "controller", "No ledger account for this entry", 2,
     "add the account to crosswalks/account.csv"),
    ("WORKER_NOT_IN_ERP", "match", "master_data", "Worker is missing or inactive in the ERP", 2,
     "create or reactivate the worker in the ERP"),
    # approve
    ("FUTURE_DATED", "approve", "project_manager", "Work date lies in the future", 1,
     "correct the date in the source"),
    ("WORKER_TERMINATED", "approve", "hr", "Work date is after the worker left", 2,
     "correct the date or the termination date"),
    ("PROJECT_CLOSED", "approve", "project_accounting", "Project is closed in the PSA", 3,
     "reopen, re-route to the successor, post non-billable, or reject with reason"),
    ("ASSIGNMENT_MISSING", "approve", "project_manager", "Worker is not assigned to project", 2,
     "add the assignment or reject the entry"),
    ("PROJECT_INACTIVE", "approve", "project_accounting", "Project is not billable in the ERP", 2,
     "activate the project in the ERP"),
    ("CURRENCY_MISMATCH", "approve", "project_accounting", "Currency differs from contract", 2,
     "correct the rate's currency in the source"),
    ("RATE_MISSING", "approve", "project_accounting", "No rate at the work date", 2,
     "add the rate, effective at the work date"),
    ("RATE_AMBIGUOUS", "approve", "project_accounting", "Two rates of one rank hold", 2,
     "end one of the two rates, or make one more specific"),
    ("RATE_CONFLICT", "approve", "project_accounting", "Entry's rate differs from the card", 5,
     "correct the rate in the time tool or the card"),
    ("CONTRACT_LINE_AMBIGUOUS", "approve", "project_accounting", "Two contract lines apply", 2,
     "give one of the lines a task or other days"),
    ("FX_MISSING", "approve", "controller", "No exchange rate at the work date", 1,
     "enter the rate in the ERP"),
    ("TAX_EVIDENCE_MISSING", "approve", "tax", "Evidence for tax recovery is missing", 5,
     "ask for a receipt in the company's name"),
    ("TAX_RULE_MISSING", "approve", "tax", "No single rule for the tax of this expense", 5,
     "add the rule for country, category and day, or end one of two"),
    ("TAX_IMPLAUSIBLE", "approve", "tax", "Tax stated does not fit the receipt", 5,
     "correct the tax amount in the expense tool"),
    ("VENDOR_BILL_DIFFERS", "approve", "project_accounting", "Vendor bill differs from time", 5,
     "agree hours and rate with the contractor, then correct time or bill"),
    ("VENDOR_BILL_MISSING", "bill", "project_accounting", "Vendor cost not confirmed", 5,
     "confirm the contractor's bill"),
    ("PERIOD_CLOSED", "post", "controller", "No open accounting period", 1,
     "open a period in the ERP"),
    ("SELF_APPROVED", "approve", "controller", "Approved by the person who entered it", 1,
     "have somebody else approve the entry"),
    # gate
    ("HOURS_OUT_OF_RANGE", "gate", "project_manager", "Hours outside policy", 1,
     "correct the hours in the source"),
    ("NOT_APPROVED", "gate", "data_engineer", "Line is not approved", 1,
     "approve the entry in the source"),
    ("AMOUNT_MISMATCH", "gate", "data_engineer", "Amount is missing or does not follow", 1,
     "look at rate and hours of the entry"),
    ("DUPLICATE_KEY", "gate", "data_engineer", "Posting key occurs twice", 1,
     "look at the source's record ids"),
    ("PERIOD_BEFORE_WORK", "gate", "controller", "Accounting date before work date", 1,
     "look at the period calendar"),
    ("GATE_ERROR", "gate", "data_engineer", "A check could not be evaluated", 1,
     "look at the gate's findings; nothing was released"),
    ("CONTROL_TOTAL_MISMATCH", "gate", "data_engineer", "Batch differs from its control total", 1,
     "run again; if it persists the posting models disagree with themselves"),
    # post
    ("NOT_YET_POSTED", "post", "integration", "Approved and ready, not yet in the ERP", 1,
     "run tieout"),
    ("IN_FLIGHT", "post", "integration", "Sent, answer awaited", 1, "run tieout again"),
    ("IN_DOUBT", "post", "integration", "Outcome of the posting is unknown", 1,
     "run tieout again; it looks the line up before anything is sent"),
    ("REF_INVALID", "post", "master_data", "ERP does not know a reference", 2,
     "correct the reference in the ERP or the crosswalk"),
    ("TAX_MISSING", "post", "tax", "ERP asks for a tax code", 2, "add the tax code"),
    ("RECORD_LOCKED", "post", "integration", "ERP record is locked", 1, "run tieout again"),
    ("UNBALANCED", "post", "controller", "Entry does not balance", 1, "look at the account map"),
    ("DUPLICATE", "post", "integration", "ERP reports a duplicate", 1,
     "look the key up in the ERP"),
    ("RATE_LIMIT", "post", "integration", "ERP refuses for too many requests", 1,
     "run tieout again"),
    ("OUTAGE", "post", "integration", "ERP is not available", 1, "run tieout again"),
    ("USER_WARNING", "post", "controller", "ERP asks a person to confirm", 1,
     "confirm the warning in the ERP"),
    ("PERMISSION_DENIED", "post", "data_engineer", "ERP refuses the right", 1,
     "grant the integration user the right"),
    ("REJECTED", "post", "integration", "ERP rejected the line", 1, "read the ERP's message"),
    ("READ_BACK_DIFFERS", "post", "controller", "ERP shows other figures than were posted", 1,
     "compare the line in the ERP with the sealed file"),
    ("READ_BACK_MISSING", "post", "controller", "Acknowledged line is not in the ERP", 1,
     "look for a deletion in the ERP"),
    ("VOIDED", "post", "controller", "A person made the line void before it was sent", 1,
     "correct the entry, or replay the line"),
    # reconcile
    ("HOURS_CHANGED", "reconcile", "project_accounting", "Hours changed after posting", 2,
     "reverse and repost"),
    ("PROJECT_CHANGED", "reconcile", "project_accounting", "Project changed after posting", 2,
     "reverse and repost"),
    ("RATE_CHANGED", "reconcile", "project_accounting", "Bill rate changed after posting", 2,
     "reverse and repost"),
    ("COST_RATE_CHANGED", "reconcile", "controller", "Cost rate changed after posting", 2,
     "reverse and repost"),
    ("DATE_CHANGED", "reconcile", "project_accounting", "Work date changed after posting", 2,
     "reverse and repost"),
    ("WORKER_CHANGED", "reconcile", "project_accounting", "Worker changed after posting", 2,
     "reverse and repost"),
    ("AMOUNT_CHANGED", "reconcile", "project_accounting", "Amount changed after posting", 2,
     "reverse and repost"),
    ("UNAPPROVED", "reconcile", "project_manager", "Approval withdrawn after posting", 2,
     "reverse, or approve again"),
    ("ENTRY_DELETED", "reconcile", "project_manager", "Entry deleted after posting", 2, "reverse"),
    ("MANUAL_JOURNAL", "reconcile", "controller", "Manual journal in a controlled account", 2,
     "reclassify, or document the adjustment"),
    ("UNKNOWN_SOURCE", "reconcile", "controller", "ERP line of an entry nobody knows", 2,
     "find the source record or reverse the line"),
    ("FOREIGN_INTEGRATION", "reconcile", "integration", "ERP line of another integration", 2,
     "stop the other integration or route it here"),
    ("REVERSAL_WITHOUT_ORIGINAL", "reconcile", "controller", "Reversal without its original", 1,
     "find the original line"),
    ("DUPLICATE_POSTING", "reconcile", "controller", "Entry is in the ERP twice", 1,
     "reverse the later line"),
    ("ROUNDING_RESIDUE", "reconcile", "controller", "What rounding per line leaves", 5,
     "book it to the entity's rounding account at close, if at all"),
    ("IDENTITY_BROKEN", "reconcile", "data_engineer", "A tie-out identity does not hold", 0,
     "do not sign; look at the identity's components"),
    ("POSTED_UNAPPROVED", "reconcile", "controller", "In the ERP without an approval before it", 1,
     "approve the entry, or reverse the line"),
    ("EVENT_OUT_OF_ORDER", "reconcile", "data_engineer", "Event that no allowed event leads to", 2,
     "look at the entry's events in their order"),
    ("REIMBURSED_UNVALIDATED", "reconcile", "controller", "Paid before its cost was validated", 1,
     "validate the expense, or recover the payment"),
    # bill
    ("BILLED_UNAPPROVED", "bill", "billing", "Invoiced before it was approved", 1,
     "approve the entry, or credit the invoice line"),
    ("BILLED_UNPOSTED", "bill", "billing", "Invoiced before it was posted", 1,
     "post the entry, or credit the invoice line"),
    ("OVER_CAP", "bill", "project_accounting", "Contract cap is used up", 5,
     "raise the cap or write off"),
    ("ON_HOLD", "bill", "project_accounting", "Project or entry is on hold", 5,
     "release the hold"),
    ("BILLING_BLOCKED", "bill", "billing", "Not ready for billing", 5, "see failed predicates"),
    ("BILLING_NOT_APPROVED", "bill", "project_manager", "Billing is not approved", 2,
     "approve the item or the project for billing"),
    ("CONTRACT_EXPIRED", "bill", "project_accounting", "No contract in force at the work date", 2,
     "extend or amend the contract, or write off"),
    ("PURCHASE_ORDER_EXPIRED", "bill", "project_accounting", "Purchase order ended before", 2,
     "obtain a new purchase order, or write off"),
    ("TAX_CODE_MISSING", "bill", "tax", "Contract has no tax code", 2,
     "add the tax code to the contract"),
    ("VENDOR_BILL_MISSING", "bill", "billing", "Vendor's bill is not confirmed", 5,
     "confirm the vendor's bill"),
    ("INVOICE_POST_FAILED", "bill", "billing", "Invoice could not be posted", 1,
     "correct and post the invoice, or void it"),
    ("BILLED_ENTRY_CHANGED", "bill", "billing", "Entry changed after it was billed", 2,
     "credit and bill again, or keep it with a write-up or write-down"),
    ("OVERBILLED", "bill", "billing", "More billed or credited than was posted", 2,
     "credit or bill the difference"),
    ("MILESTONE_NOT_BILLED", "bill", "billing", "Accepted milestone is not invoiced", 2,
     "invoice the milestone"),
    ("RETAINER_OVERDRAWN", "bill", "billing", "More drawn than the retainer held", 1,
     "return the draw, or fund the retainer"),
)  # fmt: skip

REASONS: dict[str, Reason] = {row[0]: Reason(*row) for row in (*_ROWS, *_MATCHING_ROWS)}
"""Every reason code by name."""
