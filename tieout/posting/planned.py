"""One row of what a posting step would do.

Here: the value and its text. Not here: how it is found (`tieout.posting.outlook`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PlanRow:
    """Lines of one stream and entity to which the same thing would happen.

    Attributes:
        target, period_id, stream, legal_entity_id: Whose lines.
        action: `post` (seal and send new lines), `hold` (the gate), `send` (sealed before),
            `look up` (in doubt), `withdraw` (sealed, but no candidate any more), `wait` (sealed,
            about which nothing is concluded now), `await release` (a second person).
        reason_code: Why lines are held; empty otherwise.
        batch_id: The open batch; empty for new lines.
        lines: How many.
        hours: Their hours.
        amounts: Functional currency -> cost; currencies are never added to each other.
        needs_release: Whether a second person must release them.
    """

    target: str
    period_id: str
    stream: str
    legal_entity_id: str
    action: str
    reason_code: str
    batch_id: str
    lines: int
    hours: Decimal
    amounts: Mapping[str, Decimal]
    needs_release: bool = False

    def as_row(self) -> dict[str, str | int]:
        """The row as text, for a person or a pipe."""
        return {
            "target": self.target, "period": self.period_id, "stream": self.stream,
            "entity": self.legal_entity_id, "action": self.action, "reason": self.reason_code,
            "lines": self.lines, "hours": str(self.hours),
            "cost": ", ".join(f"{value} {code}" for code, value in sorted(self.amounts.items())),
            "needs_release": "yes" if self.needs_release else "",
            "batch": self.batch_id,
        }  # fmt: skip
