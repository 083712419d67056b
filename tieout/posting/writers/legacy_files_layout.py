"""How a file of an ERP is laid out, and the columns of the one that it imports.

Here: separators, encodings, formats of dates and numbers, and the import file's columns, typed and
checked. Not here: the whole template (`legacy_files_template`) and writing by it (`legacy_files`).
"""

from __future__ import annotations

import re
from typing import Final, Literal

import polars as pl
from pydantic import ConfigDict, Field, field_validator, model_validator

from tieout.config.parts import StrictModel, problem_at
from tieout.posting.columns import POSTING_COLUMNS

LINE_NUMBER: Final = "line_number"
BATCH_ID: Final = "batch_id"
KEY_LENGTH_MIN: Final = 16
_DIRECTIVES: Final = re.compile(r"%[A-Za-z]")
_AMOUNTS: Final = ("cost_amount_functional", "bill_amount_contract", "bill_amount_functional")


class Layout(StrictModel):
    """How a file of the ERP is written, whatever it holds."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)

    encoding: Literal["utf-8", "utf-8-sig", "iso-8859-1", "cp1252", "ascii"] = "utf-8"
    separator: Literal[",", ";", "\t", "|"] = ","
    quoting: Literal["minimal", "all", "never"] = "minimal"
    line_end: Literal["lf", "crlf"] = "lf"
    dates: str = "%Y-%m-%d"
    decimal_mark: Literal[".", ","] = "."

    @field_validator("dates")
    @classmethod
    def _whole_dates(cls, value: str) -> str:
        found = _DIRECTIVES.findall(value)
        if sorted(found) != ["%Y", "%d", "%m"] or "%" in _DIRECTIVES.sub("", value):
            raise ValueError("a date format has %Y, %m and %d, each once, as in %d.%m.%Y")
        return value

    @model_validator(mode="after")
    def _marks_differ(self) -> Layout:
        if self.quoting == "never" and self.decimal_mark == self.separator:
            raise problem_at("a decimal comma needs another separator or quoting", "separator")
        return self

    @property
    def newline(self) -> str:
        """The end of a line."""
        return "\r\n" if self.line_end == "crlf" else "\n"


class Column(StrictModel):
    """One column of the import file: a field of the posting line, or the same text everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: str = Field(min_length=1)
    source: str | None = None
    constant: str | None = None
    decimals: int | None = Field(default=None, ge=0, le=10)
    side: Literal["debit", "credit"] | None = None
    length: int | None = Field(default=None, ge=1)
    required: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Column:
        if (self.source is None) == (self.constant is None):
            raise problem_at("a column has either a source or a constant", "header")
        if self.source is None:
            return self
        kind = POSTING_COLUMNS.get(self.source)
        if kind is None and self.source not in (LINE_NUMBER, BATCH_ID):
            known = ", ".join(POSTING_COLUMNS)
            raise problem_at(f"{self.source} is none of {LINE_NUMBER}, {known}", "source")
        if self.side and self.source not in _AMOUNTS:
            raise problem_at("only an amount has a side", "side")
        scale = kind.scale if isinstance(kind, pl.Decimal) else None
        if self.decimals is not None and (scale is None or self.decimals > scale):
            raise problem_at(f"{self.source} has not so many decimals", "decimals")
        if self.source == "posting_key" and (self.length or KEY_LENGTH_MIN) < KEY_LENGTH_MIN:
            raise problem_at(f"a key needs {KEY_LENGTH_MIN} characters to stay unique", "length")
        return self


class ImportFile(Layout):
    """The file that is written."""

    extension: str = Field(default="csv", pattern=r"^[A-Za-z0-9]{1,8}$")
    header: bool = True
    rows_max: int = Field(default=100_000, ge=1, le=10_000_000)
    booleans: tuple[str, str] = ("Y", "N")
    columns: tuple[Column, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _enough_columns(self) -> ImportFile:
        headers = [column.header for column in self.columns]
        for number, header in enumerate(headers):
            if header in headers[:number]:
                raise problem_at(f"{header} is there twice", "columns", number, "header")
        for source in ("posting_key", "accounting_date"):
            if self.first(source) is None:
                raise problem_at(f"no column has the source {source}", "columns")
        signed = self.first("cost_amount_functional")
        sides = self.first("cost_amount_functional", "debit") and self.first(
            "cost_amount_functional", "credit"
        )
        if not signed and not sides:
            raise problem_at(
                "no column has the source cost_amount_functional, signed or one per side", "columns"
            )
        return self

    def first(self, source: str, side: str | None = None) -> Column | None:
        """The first column of a source and side."""
        found = (c for c in self.columns if (c.source, c.side) == (source, side))
        return next(found, None)
