"""How a csv_tables folder is read: every file whole, in every run; a missing file is no rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.contracts import Page, Table, Window
from pipelines.csv_tables.reader import read_shape
from pipelines.csv_tables.shapes import SHAPES
from tieout.config import System
from tieout.domain.errors import ConfigError, ContractError
from tieout.http import ApiSession

PAGE_ROWS = 20_000


class CsvTablesExtractor:
    """Reads the files of `options.path`, relative to the firm folder or absolute.

    Args:
        system: the csv_tables system.
        session: not used: no HTTP is spoken.
        now: not used: files date their facts themselves.

    Raises:
        ConfigError: if the system names no folder or it does not exist.
        ContractError: if the folder holds a CSV file that is no shape.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del session, now
        self._shapes = {shape.name: shape for shape in SHAPES}
        self._folder = _folder_of(system)
        strangers = sorted(
            path.name for path in self._folder.glob("*.csv") if path.stem not in self._shapes
        )
        if strangers:
            raise ContractError(
                f"{', '.join(strangers)} is no file of a csv_tables system",
                file=str(self._folder / strangers[0]),
                fix=f"rename it to one of {', '.join(sorted(self._shapes))}, or take it away",
            )

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The rows of one file in groups, the file itself as evidence with the first.

        Raises:
            ContractError: if the file breaks its contract.
        """
        del window  # an export is complete
        raw, records = read_shape(self._folder, self._shapes[table.name])
        for start in range(0, max(len(records), 1), PAGE_ROWS):
            yield Page(raw=raw if start == 0 else b"", given=records[start : start + PAGE_ROWS])


def _folder_of(system: System) -> Path:
    named = str(system.options.get("path", ""))
    folder = system.folder / named
    if not named or not folder.is_dir():
        raise ConfigError(
            f"there is no folder {folder}" if named else f"system {system.id} names no folder",
            file="firm.yml",
            field=f"systems.{system.id}.options.path",
            fix="write `path: folder of the CSV files`, relative to the firm folder",
        )
    return folder
