"""From candidates to decisions: which lines are new, and what the gate lets through.

Here: leaving out what the ledger holds already, asking the gate about the exact rows, and the
decision per line, pure but for reading the ledger. Not here: the checks themselves
(`expectations`, handed in as a callable) and what is done about a decision
(`tieout.posting.run`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from tieout.domain.control_totals import ControlTotals
from tieout.domain.keys import REVERSAL
from tieout.domain.verdict import Finding, Verdict
from tieout.posting.candidates import Group
from tieout.posting.ledger_records import KnownKey
from tieout.posting.payload import fingerprint, totals_of
from tieout.posting.states import OPEN

Gate = Callable[[str, pl.DataFrame, ControlTotals, Mapping[str, str]], Verdict]

TRANSIENT: frozenset[str] = frozenset({"RATE_LIMIT", "OUTAGE", "RECORD_LOCKED"})
"""Refusals that pass by themselves: the same line may simply be tried again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the candidates of one group.

    Attributes:
        group: Period, stream and legal entity.
        verdict: What the gate said about the rows that it saw.
        released: Lines to seal and send, sorted by posting key.
        held: Lines held back for a reason that is not in the ledger yet.
        reasons: The finding that holds each line of `held`, in its order.
        held_count: All lines held back now, with those the ledger knows about already.
        known_count, stuck_count: Candidates that the ledger holds as open, acknowledged or refused;
            of these, refused, given up or made void by a person, for whom they wait.
        conflicts: Keys that the ledger holds with another payload, or whose entry it holds in
            another version, each naming both.
        obstacles: Posting key -> what holds it back now, known or not.
    """

    group: Group
    verdict: Verdict
    released: pl.DataFrame
    held: pl.DataFrame
    reasons: tuple[Finding, ...]
    held_count: int
    known_count: int
    stuck_count: int
    conflicts: tuple[str, ...]
    obstacles: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether there is anything to store: the same refusal twice is not."""
        return self.released.height > 0 or self.held.height > 0


def decide(
    group: Group,
    frame: pl.DataFrame,
    hashes: Mapping[str, str],
    known: Mapping[str, KnownKey],
    expected: ControlTotals,
    gate: Gate,
    policies: Mapping[str, str],
    left_out: Collection[str] = (),
    rivals: Mapping[str, KnownKey] | None = None,
) -> Decision:
    """Decide about the candidates of one group.

    Args:
        group: Period, stream and legal entity of all rows.
        frame: Conforming candidates sorted by posting key.
        hashes, known: Payload hash of each key that the ledger knows; what it knows of the key.
        expected: Control totals of all rows of `frame`, summed elsewhere.
        gate, policies: The check, see `judge`; its settings.
        left_out: Keys that are not to be planned now.
        rivals: Key -> a line of another version that stands, or may yet stand, in an ERP.
    """
    blocked = rivals or {}
    taken = {key for key, line in known.items() if not _may_try(line, hashes[key])}
    taken |= blocked.keys()
    is_taken = pl.col("posting_key").is_in(sorted(taken | {*left_out})).fill_null(False)
    set_apart, asked = frame.filter(is_taken), frame.filter(~is_taken)
    verdict = judge(gate, group[1], asked, expected.minus(totals_of(set_apart)), policies)
    reasons = _held(asked, verdict)
    news = {
        key: finding
        for key, finding in reasons.items()
        if not _is_held_already(known.get(key), hashes.get(key), finding)
    }
    unique = asked.filter(pl.col("posting_key").is_not_null()).unique(
        "posting_key", keep="first", maintain_order=True
    )
    held = unique.filter(pl.col("posting_key").is_in(sorted(news)))
    return Decision(
        group=group,
        verdict=verdict,
        released=unique.filter(~pl.col("posting_key").is_in(sorted(reasons))),
        held=held,
        reasons=tuple(news[key] for key in held["posting_key"]),
        held_count=asked.height - (unique.height - len(reasons)),
        known_count=set_apart.height,
        stuck_count=sum(known[key].needs_person for key in taken & known.keys()),
        conflicts=tuple(_conflicts(known, hashes, taken, blocked)),
        obstacles=reasons,
    )


def judge(
    gate: Gate,
    stream: str,
    frame: pl.DataFrame,
    expected: ControlTotals,
    policies: Mapping[str, str],
) -> Verdict:
    """Ask the gate about exactly these rows, and close it when the answer is no answer.

    A gate that raises, returns something else than a verdict, ran no rule, looked at other rows
    or at fewer of them releases nothing. What the posting step itself relies on (unique keys,
    control totals) is checked here as well, whatever the gate says.
    """
    bound = fingerprint(frame)
    answer: object
    if frame.is_empty():
        answer = Verdict(stream, bound, 0, {"posting.nothing_new": 0})
    else:
        try:
            answer = gate(stream, frame, expected, policies)
        except Exception as problem:  # noqa: BLE001 - any failure of the gate closes it
            answer = f"the gate raised {type(problem).__name__}"
    why = _why_no_answer(answer, (stream, bound, frame.height))
    if why is not None or not isinstance(answer, Verdict):
        finding = Finding("posting.gate", "GATE_ERROR", why or "", "batch")
        return Verdict(stream, bound, frame.height, {}, (finding,))
    own = tuple(_own_checks(frame, expected, answer))
    if not own:
        return answer
    return Verdict(stream, bound, answer.evaluated, answer.rules, (*own, *answer.findings))


def _why_no_answer(answer: object, about: tuple[str, str, int]) -> str | None:
    """Say why the gate's answer does not count; None when it does."""
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, Verdict):
        return "the gate returned no verdict"
    if (answer.stream, answer.frame_sha256, answer.evaluated) != about:
        return "the verdict is about other rows"
    if not answer.rules:
        return "the gate ran no rule"
    return None


def _own_checks(frame: pl.DataFrame, expected: ControlTotals, answer: Verdict) -> Iterator[Finding]:
    """The conditions without which a batch cannot be stored or proven."""
    keys = frame["posting_key"]
    if keys.null_count():
        detail = f"{keys.null_count()} lines have no posting key"
        yield Finding("posting.key_present", "DUPLICATE_KEY", detail, "batch")
    if keys.drop_nulls().n_unique() != keys.drop_nulls().len():
        yield Finding("posting.key_unique", "DUPLICATE_KEY", "a posting key repeats", "batch")
    if not is_opposite_of_posting(frame).all():
        detail = "a reversal does not have the key of the posting that it takes back"
        yield Finding("posting.reversal_of_a_posting", "GATE_ERROR", detail, "batch")
    apart = totals_of(frame).differences(expected)
    if apart:
        detail = _without_money(apart)
        yield Finding("posting.control_totals", "CONTROL_TOTAL_MISMATCH", detail, "batch")
    strangers = set(answer.held) - set(keys.to_list()) if answer.held else ()
    if strangers:
        detail = f"{len(strangers)} findings name lines that are not in the batch"
        yield Finding("posting.findings_known", "GATE_ERROR", detail, "batch")


def is_opposite_of_posting(frame: pl.DataFrame) -> pl.Series:
    """Whether each line takes back the posting that its key names, or nothing and says so.

    A reversal is never reversed: a new posting corrects it.
    """
    key, reversed_key = frame["posting_key"], frame["reverses_posting_key"]
    is_reversal = key.str.starts_with(REVERSAL).fill_null(False)
    names_posting = (REVERSAL + reversed_key).eq_missing(key)
    names_posting &= ~reversed_key.str.starts_with(REVERSAL).fill_null(True)
    return (is_reversal & names_posting) | (~is_reversal & reversed_key.is_null())


def _without_money(differences: tuple[str, ...]) -> str:
    """Which totals differ; the figures stay in the warehouse (findings are logged)."""
    return "control totals differ in " + ", ".join(text.split()[0] for text in differences)


def _held(frame: pl.DataFrame, verdict: Verdict) -> dict[str, Finding]:
    """Posting key -> why it is held: its own finding, or the batch's when the batch is wrong."""
    if verdict.passed:
        return verdict.held
    wrong = next(finding for finding in verdict.findings if finding.severity == "batch")
    return {key: verdict.held.get(key, wrong) for key in frame["posting_key"].drop_nulls()}


def _may_try(line: KnownKey, payload: str) -> bool:
    """Whether a key that the ledger knows may be asked about again.

    A refused line is tried again when something changed: its payload, the passing of a transient
    reason, or a person released it. A dead line needs the person; a line that a person made void
    needs the person or another payload.
    """
    if line.state in OPEN or line.state == "acked":
        return False
    if line.state == "dead":
        return line.is_released
    is_other = line.payload_sha256 != payload
    if line.state == "rejected":
        return line.is_released or is_other or (line.reason_code or "") in TRANSIENT
    return is_other or not line.needs_person


def _is_held_already(line: KnownKey | None, payload: str | None, finding: Finding) -> bool:
    """Whether the ledger holds the same line back for the same reason already."""
    if line is None or line.state != "void":
        return False
    return line.payload_sha256 == payload and line.reason_code == finding.reason_code


def _conflicts(
    known: Mapping[str, KnownKey],
    hashes: Mapping[str, str],
    taken: set[str],
    rivals: Mapping[str, KnownKey],
) -> Iterator[str]:
    """Candidates whose key stands for another payload, or whose entry stands in another version."""
    for key in sorted(taken):
        line, rival = known.get(key), rivals.get(key)
        if rival is not None:
            yield (
                f"{key} is left out: {rival.posting_key} of the same entry is {rival.state} in"
                f" batch {rival.batch_id}; the next run reads the ERP again and decides"
            )
        elif line is not None and line.payload_sha256 != hashes[key]:
            yield (
                f"{key} is {line.state} in batch {line.batch_id} with payload"
                f" {line.payload_sha256}, the candidate has {hashes[key]}"
            )
