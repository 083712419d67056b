"""The entries that a posting line of several stands for.

Here: their shape, the check that they add up to their line, and their part in the payload. Not
here: which entries make a group (`dbt_project/models/intermediate/int_group_members`) and how the
ledger keeps them (`tieout.posting.ledger_manifests`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import duckdb
import polars as pl

from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import ContractError
from tieout.domain.keys import GROUP
from tieout.domain.verdict import Finding, Verdict

MODEL = "posting.pst_line_members"
_Gate = Callable[[str, pl.DataFrame, ControlTotals, Mapping[str, str]], Verdict]

_SUMMED = ("hours", "cost_amount_functional", "bill_amount_contract")
MEMBER_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": pl.String(),
    "entry_id": pl.String(),
    "source_version": pl.Int64(),
    **dict.fromkeys(_SUMMED, pl.Decimal(18, 4)),
}
"""Name -> type. One row per line and entry; the figures of a line that takes something back are
negative, as the line's are."""

NO_MEMBERS = pl.DataFrame(schema=MEMBER_COLUMNS)


def read_members(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The entries of all lines of several that are to be posted or taken back, at any target."""
    columns = ", ".join(MEMBER_COLUMNS)
    found = connection.execute(f"select {columns} from {MODEL} order by posting_key, entry_id")
    return found.pl()


def conform_members(members: pl.DataFrame | None) -> pl.DataFrame:
    """Return the contract's columns in its order and types, sorted by line and entry.

    Raises:
        ContractError: A column is missing, a value does not fit its type, or an entry is in a line
            twice.
    """
    if members is None:
        return NO_MEMBERS
    try:
        typed = members.select(pl.col(name).cast(kind) for name, kind in MEMBER_COLUMNS.items())
    except pl.exceptions.PolarsError as problem:
        raise ContractError(f"The entries of posting lines do not fit: {problem}") from problem
    if typed.select("posting_key", "entry_id").is_duplicated().any():
        raise ContractError("An entry is in a posting line twice")
    return typed.sort("posting_key", "entry_id")


def is_group(frame: pl.DataFrame) -> pl.Series:
    """Whether each line stands for several entries."""
    return frame["source_system"].eq_missing(pl.Series([GROUP])).alias("is_group")


def not_adding_up(frame: pl.DataFrame, members: pl.DataFrame) -> frozenset[str]:
    """Keys of lines of several whose entries are unknown or do not add up to the line."""
    sums = members.group_by("posting_key").agg(pl.col(name).sum() for name in _SUMMED)
    groups = frame.filter(is_group(frame)).select("posting_key", *_SUMMED)
    both = groups.join(sums, on="posting_key", how="left", suffix="_of_members")
    same = pl.all_horizontal(
        pl.col(name).fill_null(0) == pl.col(f"{name}_of_members") for name in _SUMMED
    )
    keys = both.filter(~same.fill_null(False))["posting_key"]
    strangers = members.join(groups, on="posting_key", how="anti")
    named = frame.join(strangers, on="posting_key", how="semi")["posting_key"]
    return frozenset(keys.drop_nulls()) | frozenset(named.drop_nulls())


def adding_up(gate: _Gate, members: pl.DataFrame) -> _Gate:
    """The gate, which also holds back a line of several whose entries do not add up to it."""

    def both(
        stream: str, frame: pl.DataFrame, totals: ControlTotals, policies: Mapping[str, str]
    ) -> Verdict:
        answer = gate(stream, frame, totals, policies)
        wrong = not_adding_up(frame, members)
        if not wrong or not isinstance(answer, Verdict):
            return answer
        detail = "the entries of the line do not add up to it"
        found = tuple(
            Finding("posting.entries_add_up", "CONTROL_TOTAL_MISMATCH", detail, "line", key)
            for key in sorted(wrong)
        )
        return replace(answer, findings=(*found, *answer.findings))

    return both


def with_members(keys: Sequence[str], hashes: Sequence[str], members: pl.DataFrame) -> list[str]:
    """Payload hashes that hold the entries of lines of several as well; others stay as they are.

    Args:
        keys: Posting keys in row order.
        hashes: Payload hash of each line.
        members: The entries of the lines.
    """
    if members.is_empty():
        return list(hashes)
    texts = members.select(
        "posting_key",
        pl.concat_str(
            [pl.col(name).cast(pl.String).fill_null("\x00") for name in MEMBER_COLUMNS],
            separator="\x1f",
        ).alias("text"),
    )
    of_line = dict(
        texts.group_by("posting_key", maintain_order=True)
        .agg(pl.col("text").str.join("\x1e"))
        .iter_rows()
    )
    return [
        hashlib.sha256(f"{payload}\x1e{of_line[key]}".encode()).hexdigest()
        if key in of_line
        else payload
        for key, payload in zip(keys, hashes, strict=True)
    ]


def entries_of(frame: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Each line under the id that it names and, where that is a group, under each of its entries.

    Args:
        frame: Lines with `posting_key`, `entry_id` and whatever else is wanted.
        members: The entries of lines of several, each with `posting_key` and `entry_id`.

    Returns:
        The columns of `frame`, one row per line and id.
    """
    named = frame.drop("entry_id").join(
        members.select("posting_key", "entry_id"), on="posting_key", maintain_order="left_right"
    )
    return pl.concat([frame, named.select(frame.columns)])
