"""The roll-forwards: their marts, their movements in the words of the statement.

Here: what each roll-forward is called and which columns move it. Not here: the figures
(`dbt_project/models/reconciliation/rollforwards`) and their keeping (`tieout.close.balances`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rollforward:
    """One roll-forward.

    Attributes:
        name: its name in `ops.close_balances`.
        mart: its mart.
        title: what a person reads.
        note: what it says.
        movements: (column, label) of each movement, in order.
    """

    name: str
    mart: str
    title: str
    note: str
    movements: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Every column with its label, keys first."""
        return (
            ("legal_entity_id", "Entity"), ("measure", "Measure"), ("currency_code", "Currency"),
            ("opening_amount", "Opening"), *self.movements,
            ("closing_amount", "Closing"), ("difference", "Difference"), ("is_tied", "Ties"),
        )  # fmt: skip


_OPENING = "It opens with the closing of the prior close, or with 0 where there is none."

ROLLFORWARDS = (
    Rollforward(
        "approved_not_posted", "rec_anp_rollforward", "Roll-forward: approved, not posted",
        f"What was approved and not yet in the ERP, from the prior close to this one. {_OPENING}",
        (
            ("first_approvals_amount", "Approved"), ("re_approvals_amount", "Approved again"),
            ("edits_amount", "Edited"), ("withdrawals_amount", "Withdrawn"),
            ("first_posts_amount", "Posted"), ("lost_posts_amount", "Lost in the ERP"),
            ("repriced_amount", "Repriced"),
        ),
    ),
    Rollforward(
        "work_in_progress", "rec_wip_rollforward", "Roll-forward: work in progress",
        f"Chargeable work posted and not billed, in contract currency. {_OPENING}",
        (
            ("posted_amount", "Posted"), ("reclassified_amount", "Reversed"),
            ("billed_amount", "Billed"), ("credited_amount", "Credited back"),
            ("written_off_amount", "Written off"), ("written_up_amount", "Written up"),
            ("over_billed_amount", "Over-billed"),
        ),
    ),
    Rollforward(
        "deferred", "rec_deferred_rollforward", "Roll-forward: deferred revenue",
        "Billed less recognised on fixed fees, milestones, retainers and subscriptions; what was"
        f" recognised ahead of billing is negative. {_OPENING}",
        (
            ("billed_amount", "Billed"), ("credited_amount", "Credited"),
            ("recognised_amount", "Recognised"),
        ),
    ),
    Rollforward(
        "reimbursements", "rec_reimbursement_rollforward", "Roll-forward: reimbursements payable",
        "What workers are owed for approved expenses, in the currency they are paid in."
        f" {_OPENING}",
        (("approved_amount", "Approved"), ("paid_amount", "Paid")),
    ),
)  # fmt: skip
