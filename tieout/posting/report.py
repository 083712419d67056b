"""What one posting step did, in figures a person can add up.

Here: the report that `run` fills and callers read. Not here: its display
(`tieout.cli`) and the rows behind the figures (`tieout.posting.ledger_export`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tieout.domain.errors import EXIT_DONE, EXIT_HELD, TieoutError
from tieout.posting.corrections import Corrections
from tieout.posting.planned import PlanRow


@dataclass(slots=True)
class PostingReport:
    """Figures of one posting step at one target, in lines unless said otherwise.

    Attributes:
        target: System id of the ERP.
        period_id: Work period.
        candidates: Lines of the period that were handed in.
        known: Of these, left out because the ledger has them open, acknowledged or refused.
        stuck: Of these, refused, given up or made void by a person, and let go again by
            nobody: `tieout replay` does that.
        planned: New lines that the gate released.
        held: Lines that the gate holds back now (new and known).
        sealed: Lines sealed into files.
        batches: Ids of the batches made or finished now.
        accepted: Lines the ERP took now.
        already_there: Lines a look-up found in the ERP.
        rejected: Lines the ERP refused now.
        withdrawn: Planned or sealed lines that are no candidates any more, made void.
        in_doubt: Lines whose outcome is still unknown at the end.
        waiting: Sealed lines that were not sent (not released, another period, or cut short).
        dead: Lines given up now after too many sends without an answer.
        proven: Lines read back equal to what was sealed, now.
        unproven: Lines read back now that differ, or are missing.
        awaiting: Ids of batches that wait for a second person to release them.
        plan: What the step would do, where it was only asked to say so.
        behind: Candidates that wait for another line of their entry: one that is under way, one
            that stands in an ERP until its reversal is acknowledged, or one that the gate holds
            and for which nothing is taken back.
        corrections: Of the new lines, the sides of corrections, summed by kind and currency.
        problems: Sentences about batches as a whole: broken seals, keys with two payloads.
        interrupted_by: What cut the step short; running again is safe.
    """

    target: str
    period_id: str
    candidates: int = 0
    known: int = 0
    stuck: int = 0
    planned: int = 0
    held: int = 0
    sealed: int = 0
    batches: list[str] = field(default_factory=list)
    accepted: int = 0
    already_there: int = 0
    rejected: int = 0
    withdrawn: int = 0
    in_doubt: int = 0
    waiting: int = 0
    dead: int = 0
    proven: int = 0
    unproven: int = 0
    awaiting: list[str] = field(default_factory=list)
    plan: list[PlanRow] = field(default_factory=list)
    behind: int = 0
    problems: list[str] = field(default_factory=list)
    corrections: Corrections = field(default_factory=Corrections)
    interrupted_by: TieoutError | None = None

    @property
    def exit_code(self) -> int:
        """0 done; 1 something is held, refused, stuck or unproven; 3 a system was out of reach."""
        if self.interrupted_by is not None:
            return self.interrupted_by.exit_code
        short = self.held + self.rejected + self.in_doubt + self.dead + self.unproven
        short += self.behind + self.stuck
        return EXIT_HELD if short or self.problems or self.awaiting else EXIT_DONE
