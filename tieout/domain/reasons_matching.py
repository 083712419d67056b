"""Reason codes of matching ERP lines with entries, and of what seems to be there twice.

Same columns as in `tieout.domain.reasons`, which holds the whole closed list.
"""

from __future__ import annotations

Row = tuple[str, str, str, str, int, str]

ROWS: tuple[Row, ...] = (
    ("MATCH_AMBIGUOUS", "match", "controller", "Line and entry agree, but so do others", 2,
     "say in manual_matches which line belongs to which entry"),
    ("MATCH_SUM_DIFFERS", "match", "controller", "Line differs from the entries it may mean", 2,
     "compare the line with its candidates; correct either side or match by hand"),
    ("MATCH_NOTHING_OPEN", "match", "controller", "Line has no entry that it may mean", 2,
     "find the source of the line or reverse it"),
    ("MATCH_NOT_SEPARATED", "match", "controller", "Match approved by its preparer", 1,
     "let another person approve the match"),
    ("MATCH_UNKNOWN", "match", "controller", "Match names an unknown or named line or entry", 2,
     "correct the ids of the match"),
    ("MATCH_LINE_USED", "match", "controller", "Line of the match is matched already", 2,
     "take the match away"),
    ("MATCH_ACROSS", "match", "controller", "Match crosses an entity or a currency", 2,
     "match inside one entity and currency"),
    ("POLICY_EXCLUDED", "post", "controller", "Not posted by policy", 5,
     "nothing to do; change the policy if it should be posted"),
    ("SOURCE_DELETED", "reconcile", "controller", "ERP line whose source is gone", 2,
     "restore the source record or reverse the line"),
    ("REPOST_WITHOUT_REVERSAL", "reconcile", "controller", "Posted again without reversal", 1,
     "reverse the line of the older version"),
    ("REVERSED_NOT_REPOSTED", "reconcile", "integration", "Taken back, not yet posted again", 1,
     "run tieout; if it persists, look at why the ERP or the gate refuses the line"),
    ("LEG_NOT_POSTED", "reconcile", "integration", "Only one of cost and bill is in the ERP", 2,
     "post the missing leg"),
    ("TASK_CHANGED", "reconcile", "project_accounting", "Task changed after posting", 2,
     "reverse and repost"),
    ("COST_CENTER_CHANGED", "reconcile", "controller", "Cost centre changed after posting", 2,
     "reverse and repost"),
    ("LABOUR_CATEGORY_CHANGED", "reconcile", "project_accounting",
     "Labour category changed after posting", 2, "reverse and repost"),
    ("BILLABLE_CHANGED", "reconcile", "project_accounting", "Billable changed after posting", 2,
     "reverse and repost"),
    ("CROSS_SOURCE_DUPLICATE", "reconcile", "project_accounting",
     "Same work in two source systems", 2, "reject the entry of one of the two systems"),
    ("EXPENSE_DUPLICATE", "reconcile", "project_accounting", "Expense seems claimed twice", 2,
     "compare the receipts, reject one claim"),
    ("EXPENSE_SHARED_BILL", "reconcile", "project_accounting",
     "Same bill claimed by two workers", 2, "compare the receipts, reject one claim"),
    ("SINKS_DIFFER", "reconcile", "controller", "Payroll, cost and bill hours differ", 2,
     "correct the sink that differs from the approved hours"),
    ("TRIAL_BALANCE_DIFFERS", "reconcile", "controller", "Controlled account is not explained", 1,
     "look for journal lines that are missing, or correct the trial balance"),
    ("INVOICE_LINE_DUPLICATE", "bill", "billing", "ERP line is invoiced twice", 1,
     "credit one of the invoice lines"),
)  # fmt: skip
