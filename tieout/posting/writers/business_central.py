"""Business Central's import files: configuration packages of journal lines.

Here: `BusinessCentralWriter` and `read_files`, its inverse. Not here: which lines can be posted at
all (`business_central_lines`), the records and what they assume (`business_central_records`), the
form of a package (`business_central_package`), posting through the API
(`tieout.posting.delivery.business_central`).

Time becomes project journal lines (table 210, named Job Journal Line): the stock API has none, so
the package is the only way to them. An expense becomes the general journal lines (table 81) of its
document, as the API posts it. A package is imported and applied by a person, or through
`configurationPackages` of the automation API, and the journal is then posted in Business Central.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from tieout.domain.keys import shorten
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.business_central_lines import DOCUMENT_NUMBER_LENGTH, split
from tieout.posting.writers.business_central_package import read_package, write_package
from tieout.posting.writers.business_central_records import (
    GENERAL_TABLE,
    PROJECT_TABLE,
    general_rows,
    project_rows,
    records_of,
)

LINES_MAX: Final = 10_000
"""Posting lines per package: ours, far below the 350 MB that one request may carry."""
PACKAGE_NAME_LENGTH: Final = 50
SUFFIX: Final = ".rapidstart"

READ_COLUMNS: Final[dict[str, pl.DataType]] = {
    "posting_key": pl.String(),
    "entry_type": pl.String(),
    "accounting_date": pl.Date(),
    "work_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "worker": pl.String(),
    "project": pl.String(),
}
"""What a package says about posting lines. A key of more than 100 characters is shortened."""


class BusinessCentralWriter:
    """Writes the packages of a batch.

    Args:
        lines_max: posting lines per package, lower in tests.
    """

    def __init__(self, lines_max: int = LINES_MAX) -> None:
        self._lines_max = max(1, lines_max)

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """The packages, and a list of lines that none can hold, if there are any."""
        good, refused = split(lines)
        files: dict[str, bytes] = {}
        for entry_type, name, table in (
            ("time", "project-journal", PROJECT_TABLE),
            ("expense", "general-journal", GENERAL_TABLE),
        ):
            for currency, part, rows in self._parts(good.filter(entry_type=entry_type)):
                file = f"{header.batch_id}-{name}-{currency}-{part:03d}"
                records = list(records_of(table, rows))
                title = f"Tieout {currency} {header.legal_entity_id} {header.period_id}"
                files[file + SUFFIX] = write_package(
                    table,
                    records,
                    shorten(file.upper() + " PACKAGE", DOCUMENT_NUMBER_LENGTH),
                    title[:PACKAGE_NAME_LENGTH],
                )
        if not refused.is_empty() or not files:
            files[f"{header.batch_id}-not-sent.csv"] = refused.write_csv().encode()
        return files

    def _parts(self, lines: pl.DataFrame) -> Iterator[tuple[str, int, pl.DataFrame]]:
        """Lines of one currency, no more than a package takes, in order."""
        for currency in lines["functional_currency_code"].unique().sort():
            rows = lines.filter(functional_currency_code=currency)
            for start in range(0, rows.height, self._lines_max):
                part = start // self._lines_max + 1
                yield currency, part, rows.slice(start, self._lines_max)


def create_writer() -> BusinessCentralWriter:
    """The writer of Business Central's packages."""
    return BusinessCentralWriter()


def read_files(files: Mapping[str, bytes]) -> pl.DataFrame:
    """What the packages say (`READ_COLUMNS`), in the order of their names and records.

    Raises:
        ValueError: if a file is no package of ours, or a document's lines do not belong together.
    """
    rows: list[dict[str, Any]] = []
    for name in sorted(files):
        if not name.endswith(SUFFIX):
            continue
        attributes, table, records = read_package(files[name])
        title = attributes.get("PackageName", "").split(" ")
        if table not in (PROJECT_TABLE.name, GENERAL_TABLE.name) or title[0] != "Tieout":
            raise ValueError(f"{name} is no package of journal lines")
        read = project_rows if table == PROJECT_TABLE.name else general_rows
        rows += [{**row, "currency_code": title[1]} for row in read(records)]
    return pl.DataFrame(rows, schema=READ_COLUMNS)
