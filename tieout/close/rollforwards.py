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
            ("opening_amount", "Opening"), *self.movements, ("repriced_amount", "Repriced"),
            ("closing_amount", "Closing"), ("difference", "Difference"), ("is_tied", "Ties"),
        )  # fmt: skip


ROLLFORWARDS: tuple[Rollforward, ...] = ()
