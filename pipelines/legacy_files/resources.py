"""How a legacy ERP is read: its posted lines by the template, everything else in our own shapes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.contracts import Page, Table, Window
from pipelines.csv_tables.reader import read_content, read_shape
from pipelines.csv_tables.shapes import SHAPES as ALL_SHAPES
from pipelines.legacy_files.lines import posted_lines
from tieout.config import System
from tieout.domain.errors import ConfigError
from tieout.posting.delivery.legacy_files import LegacyFilesDelivery
from tieout.posting.delivery.legacy_files_stores import FileStore

ERP_LINES = "erp_lines"
READ_BACK = (
    ERP_LINES, "billing_allocations", "accounting_periods", "fx_rates", "workers", "projects",
)  # fmt: skip
SHAPES = tuple(shape for shape in ALL_SHAPES if shape.name in READ_BACK)
PAGE_ROWS = 20_000


class LegacyFilesExtractor:
    """Reads the export of an ERP and the files of `options.books`.

    Args:
        system: the ERP.
        session: the folders of the exchange.
        now: not used: files date their facts themselves.

    Raises:
        ConfigError: the template is wrong, or `options.books` names no folder.
    """

    def __init__(self, system: System, session: FileStore, now: datetime) -> None:
        del now
        self._shapes = {shape.name: shape for shape in SHAPES}
        self._delivery = LegacyFilesDelivery(system, session)
        named = str(system.options.get("books", ""))
        self._books = system.folder / named if named else None
        if self._books is not None and not self._books.is_dir():
            raise ConfigError(
                f"there is no folder {self._books}",
                file="firm.yml",
                field=f"systems.{system.id}.options.books",
                fix="write the folder of periods, rates and master data, or leave the option out",
            )

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The rows of one table in groups, the file itself as evidence with the first.

        Raises:
            SystemUnreachable: the ERP's files cannot be read.
            ContractError: a file in our own shape breaks its contract.
        """
        del window  # an export is complete
        shape = self._shapes[table.name]
        if table.name == ERP_LINES:
            raw = posted_lines(self._delivery)
            records = read_content(raw, shape, Path(shape.file_name))
        elif self._books is not None:
            raw, records = read_shape(self._books, shape)
        else:
            raw, records = b"", []
        for start in range(0, max(len(records), 1), PAGE_ROWS):
            yield Page(raw=raw if start == 0 else b"", given=records[start : start + PAGE_ROWS])
