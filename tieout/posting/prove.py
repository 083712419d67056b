"""Proof by read-back: an acknowledgement is believed when the ERP shows the same line.

Here: comparing date, amount, currency, hours and state of every acknowledged line with what was
sealed. Not here: the extraction of the ERP's books into the warehouse (`pipelines`), which finds
what others posted. Some ERPs move a date or round an amount without a word; this is where it is
seen.
"""

from __future__ import annotations

import polars as pl

from tieout.posting import faultpoints
from tieout.posting.books import holdings, is_bulk
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.send import Session

KEYS_PER_LOOK_UP = 1_000
KEYS_PER_BULK_LOOK_UP = 100_000
MISSING = "READ_BACK_MISSING: the ERP has no line under this key"
_COMPARED = {
    "accounting date": "accounting_date",
    "amount": "amount",
    "currency": "currency_code",
    "hours": "hours",
}

_READ = ("posting_key", *_COMPARED.values())


def prove(session: Session) -> None:
    """Read back every acknowledged line of the target that is not proven yet.

    A difference is recorded once and read again in the next run, in which it may be gone.

    Raises:
        SystemUnreachable: The ERP cannot be asked; nothing is concluded about the rest.
    """
    size = KEYS_PER_BULK_LOOK_UP if is_bulk(session.delivery) else KEYS_PER_LOOK_UP
    for batch in session.ledger.unfinished(session.report.target, "proven"):
        fold = session.ledger.fold(batch)
        proofs = session.ledger.proofs(batch)
        due = [
            seq for seq in fold.in_state("acked") if seq not in proofs or proofs[seq][0] is not None
        ]
        before = {seq: proofs[seq][0] for seq in due if seq in proofs}
        lines = session.ledger.lines(batch, _READ)[due] if due else pl.DataFrame()
        unproven = sum(
            _prove_chunk(session, batch, lines[start : start + size], before)
            for start in range(0, lines.height, size)
        )
        if not unproven and not fold.open_lines:
            session.ledger.mark_proven(batch, session.now)


def _prove_chunk(
    session: Session, batch: StoredBatch, lines: pl.DataFrame, before: dict[int, str | None]
) -> int:
    """Compare some lines with the ERP and store what is new; return how many differ."""
    found = holdings(session.delivery, lines["posting_key"].to_list())
    faultpoints.reach("after_proof_look_up")
    shown = lines.select("seq").with_columns(differences(lines, found))
    unproven = shown.height - shown["difference"].null_count()
    session.report.proven += shown.height - unproven
    session.report.unproven += unproven
    if before:
        told = pl.DataFrame(
            {"seq": list(before), "told": list(before.values())},
            schema={"seq": shown.schema["seq"], "told": pl.String()},
        )
        shown = shown.join(told, on="seq", how="left", maintain_order="left").filter(
            pl.col("told").is_null() | pl.col("told").ne_missing(pl.col("difference"))
        )
    if shown.height:
        session.ledger.prove(batch, shown, session.now)
        faultpoints.reach("after_proof_recorded")
    session.advance(lines.height)
    return unproven


def differences(lines: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    """Say per line how the ERP's oldest object differs from what was sealed; null when equal.

    Args:
        lines: Lines of the ledger (`seq` and the columns of `ledger_contents`).
        found: What the ERP holds under their keys (`FOUND_COLUMNS`).
    """
    first = found.group_by("posting_key", maintain_order=True).agg(
        pl.all().first(), pl.len().alias("held")
    )
    both = lines.join(first, on="posting_key", how="left", suffix="_shown", maintain_order="left")
    apart = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_shown"))).then(
            pl.format("{} {} is not {}", pl.lit(label), _plain(f"{name}_shown"), _plain(name))
        )
        for label, name in _COMPARED.items()
    ]
    apart.append(
        pl.when(pl.col("state") != "posted").then(
            pl.format("state {} is not posted", pl.col("state"))
        )
    )
    apart.append(
        pl.when(pl.col("held") > 1).then(pl.format("the ERP holds it {} times", pl.col("held")))
    )
    told = pl.concat_str(apart, separator="; ", ignore_nulls=True)
    return both.select(
        pl.when(pl.col("held").is_null())
        .then(pl.lit(MISSING))
        .when(told != "")
        .then(pl.format("READ_BACK_DIFFERS: {}", told))
        .alias("difference")
    )["difference"]


def _plain(name: str) -> pl.Expr:
    """A value as a person writes it; nothing is said as such."""
    return pl.col(name).cast(pl.String).fill_null("nothing")
