"""What the gate says about one batch, line by line.

Here: the value that the gate hands to the posting step. Not here: the checks (`expectations`)
and what happens to a held line (`tieout.posting.batch`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["batch", "line", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Attributes:
        rule: Name of the check in its suite.
        reason_code: One of `tieout.domain.reasons.REASONS`.
        detail: What was found, without money or names (it is logged).
        severity: `batch` holds everything back, `line` holds this line back, `warning` nothing.
        posting_key: The line, or None when the finding is about the batch.
    """

    rule: str
    reason_code: str
    detail: str
    severity: Severity
    posting_key: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer, bound to the exact rows it looked at.

    Attributes:
        stream: Suite that was run: `time` or `expense`.
        frame_sha256: Fingerprint of the rows (`tieout.posting.payload.fingerprint`). A verdict
            on other rows releases nothing.
        evaluated: Number of lines looked at.
        rules: Name of each check that was run -> number of lines it found fault with.
        findings: Everything found, in the order of the suite.
    """

    stream: str
    frame_sha256: str
    evaluated: int
    rules: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """True when the batch as a whole may go; single lines may still be held."""
        return not any(finding.severity == "batch" for finding in self.findings)

    @property
    def held(self) -> dict[str, Finding]:
        """Posting key -> first finding that holds the line back."""
        held: dict[str, Finding] = {}
        for finding in self.findings:
            if finding.severity == "line" and finding.posting_key is not None:
                held.setdefault(finding.posting_key, finding)
        return held
