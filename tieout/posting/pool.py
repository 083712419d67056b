"""The candidates of a run in parts that each make one batch, most of them on disk.

Here: cutting the lines of a period, stream and legal entity into parts of bounded size, keeping
them, and looking lines up in them. Not here: reading them from the warehouse
(`tieout.posting.candidates`) and what becomes of a part (`tieout.posting.planning`).

A part is cut only between two entries: lines with one key, or of one entry, that stand side by side
stay together, so a gate that counts them sees them. Reversals and postings are parts of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

import polars as pl

from tieout.domain.control_totals import ZERO, ControlTotals
from tieout.posting.candidates import NO_STREAM, Group
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.members import NO_MEMBERS, with_members
from tieout.posting.payload import payload_hashes, totals_of

LINES_PER_BATCH = 25_000
"""A batch has this many lines, and the few more that belong to its last entry."""
LINES_IN_MEMORY = 50_000
"""Lines of a run that are kept in memory; the parts after them are kept in a folder."""

_GROUP = ("period_id", "entry_type", "legal_entity_id")
_TAKES_BACK = pl.col("reverses_posting_key").is_not_null()


@dataclass(slots=True)
class Part:
    """The lines of one batch to be, sorted by posting key.

    Attributes:
        group: Period, stream and legal entity.
        takes_back: Whether they are reversals; otherwise none of them is.
        totals: What they sum to.
        kept: The lines, or the file that holds them.
        members: The entries of those lines that stand for several.
    """

    group: Group
    takes_back: bool
    totals: ControlTotals
    kept: pl.DataFrame | Path
    members: pl.DataFrame = field(default_factory=NO_MEMBERS.clone)
    _first: str = ""
    _last: str = ""
    _hashes: pl.Series | None = None

    @classmethod
    def of(
        cls, group: Group, rows: pl.DataFrame, file: Path | None, members: pl.DataFrame = NO_MEMBERS
    ) -> Part:
        """A part of some lines, kept in a file if one is given."""
        keys = rows["posting_key"].drop_nulls()
        part = cls(group, bool(rows.select(_TAKES_BACK.first()).item()), totals_of(rows), rows)
        if members.height:
            part.members = members.join(rows.select("posting_key"), on="posting_key", how="semi")
        if keys.len():
            part._first, part._last = keys[0], keys[-1]
        if file is not None:
            rows.write_ipc(file, compression="lz4")
            part.kept = file
        return part

    def rows(self) -> pl.DataFrame:
        """The lines."""
        if isinstance(self.kept, pl.DataFrame):
            return self.kept
        return pl.read_ipc(self.kept)

    def scan(self) -> pl.LazyFrame:
        """The lines, of which only what is asked for is read."""
        kept = self.kept
        return kept.lazy() if isinstance(kept, pl.DataFrame) else pl.scan_ipc(kept)

    def payloads(self, rows: pl.DataFrame | None = None) -> pl.DataFrame:
        """`posting_key` and the payload hash `current` of each line, in their order.

        `rows` are the lines, where the caller has them already.
        """
        if self._hashes is None:
            lines = self.rows() if rows is None else rows
            plain = payload_hashes(lines)
            if self.members.height:
                plain = with_members(lines["posting_key"].to_list(), list(plain), self.members)
            hashes = pl.Series("current", plain, dtype=pl.String)
            self._hashes = hashes.str.decode("hex")
            return lines.select("posting_key", hashes)
        keys = self.scan().select("posting_key").collect() if rows is None else rows
        return keys.select("posting_key", self._hashes.bin.encode("hex"))

    def may_hold(self, first: str, last: str) -> bool:
        """Whether a key between two keys can be among the lines."""
        return self._first <= last and first <= self._last


@dataclass(slots=True)
class Pool:
    """All candidates of one target.

    Attributes:
        parts: The lines of every period, in the order of groups, reversals first.
        reversals: The reversals of every target.
        members: The entries of every line of several among the parts and the reversals.
    """

    parts: list[Part]
    reversals: pl.DataFrame
    members: pl.DataFrame = field(default_factory=NO_MEMBERS.clone)
    _totals: dict[Group, ControlTotals] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pl.DataFrame, target: str, members: pl.DataFrame = NO_MEMBERS) -> Pool:
        """The pool of a conforming frame that is in memory anyway."""
        own = frame.filter(pl.col("target") == target)
        return cls.filled([own], frame.filter(_TAKES_BACK), members=members)

    @classmethod
    def filled(
        cls, frames: Iterable[pl.DataFrame], reversals: pl.DataFrame, folder: Path | None = None,
        members: pl.DataFrame = NO_MEMBERS,
    ) -> Pool:  # fmt: skip
        """The pool of frames of which each goes on where the one before it ends.

        Args:
            frames: Conforming lines of the target. If they are more than one: sorted by period,
                stream, entity, whether they take back, and key.
            reversals: The reversals of every target.
            folder: Where parts are kept that are too many for memory; none are, when omitted.
            members: The entries of lines of several, of every target.
        """
        parts: list[Part] = []
        in_memory = 0
        for group, rows in _cut(frames):
            is_spilled = folder is not None and in_memory + rows.height > LINES_IN_MEMORY
            file = folder / f"{len(parts):06d}.arrow" if folder and is_spilled else None
            in_memory += 0 if is_spilled else rows.height
            parts.append(Part.of(group, rows, file, members))
        parts.sort(key=lambda part: (part.group, not part.takes_back))
        return cls(parts, reversals, members)

    @property
    def periods(self) -> frozenset[str]:
        """Work periods with candidates; a line without one has none."""
        return frozenset(part.group[0] for part in self.parts if part.group[0])

    def height(self, period_id: str) -> int:
        """How many lines a period has."""
        return sum(p.totals.line_count for p in self.parts if p.group[0] == period_id)

    def groups(self, period_id: str, *, takes_back: bool) -> list[list[Part]]:
        """The parts of one period that take back, or of the others, group by group."""
        found: dict[Group, list[Part]] = {}
        for part in self.parts:
            if part.group[0] == period_id and part.takes_back == takes_back:
                found.setdefault(part.group, []).append(part)
        return list(found.values())

    def totals(self, group: Group) -> ControlTotals:
        """What all lines of a group sum to, reversals and postings."""
        if group not in self._totals:
            of_parts = (part.totals for part in self.parts if part.group == group)
            self._totals[group] = reduce(ControlTotals.plus, of_parts, ControlTotals(0, ZERO))
        return self._totals[group]

    def scan(self, period_id: str | None = None) -> pl.LazyFrame:
        """All lines, or those of one period, of which only what is asked for is read."""
        chosen = [p.scan() for p in self.parts if period_id is None or p.group[0] == period_id]
        return pl.concat(chosen or [pl.LazyFrame(schema=POSTING_COLUMNS)])

    def payloads(self, keys: pl.Series) -> pl.DataFrame:
        """`posting_key` and `current` of those keys that are candidates; a key speaks once."""
        asked = keys.drop_nulls().unique().to_frame("posting_key")
        found = [pl.DataFrame(schema=dict.fromkeys(("posting_key", "current"), pl.String()))]
        if asked.height:
            first, last = str(keys.min()), str(keys.max())
            found += [
                part.payloads().join(asked, on="posting_key", how="semi", maintain_order="left")
                for part in self.parts
                if part.may_hold(first, last)
            ]
        return pl.concat(found).unique("posting_key", keep="last", maintain_order=True)


def whole(parts: Sequence[Part]) -> Part:
    """The parts of a group as one part in memory."""
    if len(parts) == 1:
        return parts[0]
    members = pl.concat([part.members for part in parts])
    return Part.of(parts[0].group, pl.concat([part.rows() for part in parts]), None, members)


def _cut(frames: Iterable[pl.DataFrame]) -> Iterator[tuple[Group, pl.DataFrame]]:
    """Lines in parts; the last lines of a frame wait for those that belong to them."""
    rest: tuple[tuple[Group, bool], pl.DataFrame] | None = None
    for frame in frames:
        for side, rows in _sides(frame):
            if rest is not None and rest[0] == side:
                rows = pl.concat([rest[1], rows])  # noqa: PLW2901 - the rest comes first
            elif rest is not None:
                yield rest[0][0], rest[1]
            *whole, last = _pieces(rows)
            yield from ((side[0], piece) for piece in whole)
            rest = side, last
    if rest is not None:
        yield rest[0][0], rest[1]


def _sides(frame: pl.DataFrame) -> Iterator[tuple[tuple[Group, bool], pl.DataFrame]]:
    """The reversals and the postings of each group of a frame, in their order."""
    unnamed = {"period_id": "", "entry_type": NO_STREAM, "legal_entity_id": ""}
    named = frame.with_columns(
        *(pl.col(name).fill_null(unnamed[name]).alias(f"_{name}") for name in _GROUP),
        _TAKES_BACK.alias("_takes_back"),
    )
    by = [*(f"_{name}" for name in _GROUP), "_takes_back"]
    if named.select(pl.struct(by).n_unique()).item() == 1:
        yield _named(named.select(by).row(0)), frame
        return
    parts = named.partition_by(by, as_dict=True, include_key=False, maintain_order=True)
    for names, rows in parts.items():
        yield _named(names), rows


def _named(names: tuple[object, ...]) -> tuple[Group, bool]:
    return (str(names[0]), str(names[1]), str(names[2])), bool(names[3])


def _pieces(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Lines in pieces of bounded size; at least one, and the last may go on in what follows."""
    pieces: list[pl.DataFrame] = []
    while rows.height > LINES_PER_BATCH:
        names = rows[LINES_PER_BATCH - 1 :].select(
            (pl.col(name).ne_missing(pl.col(name).shift())).alias(name)
            for name in ("posting_key", "entry_id")
        )
        ends = (names["posting_key"] & names["entry_id"])[1:].arg_true()
        if ends.is_empty():
            break
        end = LINES_PER_BATCH + int(ends[0])
        pieces.append(rows[:end])
        rows = rows[end:]
    return [*pieces, rows]
