"""The files of a csv_folder firm: their columns, and what a cell must look like.

Grain and meaning of each file stand at its format. Reading files with these checks is `reader`;
what of them is landed is `tables`. No money is computed here: rates and hours pass through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.csv_text import any_text, currency, day, flag, month, number, one_of, whole


@dataclass(frozen=True)
class Field:
    """One column of a file.

    Attributes:
        name: header of the column.
        check: turns a non-empty cell into its value; raises ValueError with what to write instead.
        is_required: an empty cell is refused.
        is_optional: the whole column may be missing.
    """

    name: str
    check: Callable[[str], object]
    is_required: bool = True
    is_optional: bool = False


@dataclass(frozen=True)
class FileFormat:
    """One file of the folder.

    Attributes:
        table: landed table; the file is `<table>.csv`.
        fields: its columns, in any order in the file.
        unique: columns that no two rows share; empty where repetition is information.
        refers: column that must name a row of entries.csv.
        is_required: the folder must hold the file.
    """

    table: str
    fields: tuple[Field, ...]
    unique: tuple[str, ...] = ()
    refers: str = ""
    is_required: bool = True

    @property
    def file_name(self) -> str:
        """Name of the file in the folder."""
        return f"{self.table}.csv"


_STATE = one_of("draft", "submitted", "approved", "rejected", "deleted")
_VERSION = whole(1, 10**15 - 1, "version")
_HOURS = number(4)
_RATE = number(6)

ENTRIES = FileFormat(  # one row per source time entry
    table="entries",
    fields=(
        Field("entry_id", any_text),
        Field("legal_entity", any_text),
        Field("functional_currency", currency),
        Field("worker_id", any_text),
        Field("project_id", any_text),
        Field("work_date", day),
        Field("bill_rate_usd", _RATE, is_required=False),
        Field("cost_rate_functional", _RATE, is_required=False),
    ),
    unique=("entry_id",),
)

ENTRY_VERSIONS = FileFormat(  # one row per version of an entry, as it became known
    table="entry_versions",
    fields=(
        Field("entry_id", any_text),
        Field("version", _VERSION),
        Field("known_on", day),
        Field("state", _STATE),
        Field("hours", _HOURS),
        Field("project_id", any_text, is_required=False),
        Field("is_billable", flag),
    ),
    unique=("entry_id", "version"),
    refers="entry_id",
)

ERP_LINES = FileFormat(  # one row per ERP line; the same external id twice is a double posting
    table="erp_lines",
    fields=(
        Field("external_id", any_text, is_required=False),
        Field("entry_id", any_text, is_required=False),
        Field("project_id", any_text, is_required=False),
        Field("hours", _HOURS),
        Field("known_on", day),
        Field("accounting_period", month),
        Field("legal_entity", any_text, is_required=False, is_optional=True),
        Field("bill_rate_usd", _RATE, is_required=False, is_optional=True),
        Field("cost_rate_functional", _RATE, is_required=False, is_optional=True),
    ),
)

BILLED = FileFormat(  # one row per entry and invoice: all lines of the entry are on the invoice
    table="billed",
    fields=(Field("entry_id", any_text), Field("invoice_id", any_text), Field("known_on", day)),
    unique=("entry_id", "invoice_id"),
    refers="entry_id",
    is_required=False,
)

FX_RATES = FileFormat(  # one row per currency pair, valid on every day
    table="fx_rates",
    fields=(
        Field("from_currency", currency),
        Field("to_currency", currency),
        Field("rate", number(10)),
    ),
    unique=("from_currency", "to_currency"),
    is_required=False,
)

FORMATS = (ENTRIES, ENTRY_VERSIONS, ERP_LINES, BILLED, FX_RATES)
