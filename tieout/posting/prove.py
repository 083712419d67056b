"""Proof by read-back: an acknowledgement is believed when the ERP shows the same line.

Here: comparing date, amount, currency, hours and state of every acknowledged line with what was
sealed. Not here: the extraction of the ERP's books into the warehouse (`pipelines`), which finds
what others posted. Some ERPs move a date or round an amount without a word; this is where it is
seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tieout.posting import faultpoints
from tieout.posting.delivery.base import Found
from tieout.posting.ledger_records import StoredBatch, StoredLine
from tieout.posting.send import Session

KEYS_PER_LOOK_UP = 1_000
MISSING = "READ_BACK_MISSING: the ERP has no line under this key"


def prove(session: Session) -> None:
    """Read back every acknowledged line of the target that is not proven yet.

    A difference is recorded once and read again in the next run, in which it may be gone.

    Raises:
        SystemUnreachable: The ERP cannot be asked; nothing is concluded about the rest.
    """
    for batch in session.ledger.unfinished(session.report.target, "proven"):
        proofs = session.ledger.proofs(batch)
        lines = session.ledger.lines(batch)
        fold = session.ledger.fold(batch)
        acked = fold.in_state("acked")
        due = [lines[seq] for seq in acked if seq not in proofs or proofs[seq][0] is not None]
        unproven = 0
        for start in range(0, len(due), KEYS_PER_LOOK_UP):
            chunk = due[start : start + KEYS_PER_LOOK_UP]
            before = {line.seq: proofs[line.seq][0] for line in chunk if line.seq in proofs}
            unproven += _prove_chunk(session, batch, chunk, before)
        if not unproven and not fold.open_lines:
            session.ledger.mark_proven(batch, session.now)


def _prove_chunk(
    session: Session,
    batch: StoredBatch,
    lines: Sequence[StoredLine],
    before: dict[int, str | None],
) -> int:
    """Compare some lines with the ERP and store what is new; return how many differ."""
    found = session.delivery.look_up([line.posting_key for line in lines])
    faultpoints.reach("after_proof_look_up")
    shown = {line.seq: difference(line, found.get(line.posting_key, [])) for line in lines}
    unproven = sum(text is not None for text in shown.values())
    session.report.proven += len(shown) - unproven
    session.report.unproven += unproven
    news = {seq: text for seq, text in shown.items() if seq not in before or before[seq] != text}
    if news:
        session.ledger.prove(batch, news, session.now)
        faultpoints.reach("after_proof_recorded")
    session.advance(len(lines))
    return unproven


def difference(line: StoredLine, objects: Sequence[Found]) -> str | None:
    """Say how the ERP's line differs from the sealed one; None when it does not.

    Args:
        line: The line as sealed (money and hours as exact text).
        objects: What the ERP holds under the line's key.
    """
    if not objects:
        return MISSING
    first = objects[0]
    compared = (
        ("accounting date", line.accounting_date, first.accounting_date.isoformat()),
        ("amount", Decimal(line.amount), first.amount),
        ("currency", line.currency_code, first.currency_code),
        ("hours", Decimal(line.hours), first.hours),
        ("state", "posted", first.state),
    )
    apart = [
        f"{name} {shown} is not {sealed}" for name, sealed, shown in compared if shown != sealed
    ]
    if len(objects) > 1:
        apart.append(f"the ERP holds it {len(objects)} times")
    return f"READ_BACK_DIFFERS: {'; '.join(apart)}" if apart else None
