"""csv_folder: firms that can only export files, and the format of the golden close.

Source: a folder (option ``path``) with entries.csv, entry_versions.csv, erp_lines.csv and, where
they exist, billed.csv and fx_rates.csv. Columns: `formats`. No network, no secrets.

Paging: none; a file is read whole. Cursor: none; every change of a row is a new version, a row
that is gone becomes a tombstone. A fact is known on the file's own ``known_on`` (00:00 UTC).

Refused: a missing file, an unknown, missing or repeated column, a file that is no UTF-8 CSV: the
command names file, line, column and the fix, and nothing lands. Set aside: rows with a bad number,
date, state or reference, with the same facts; the other rows land.

    files -> records (bad rows set aside) -> raw_<system>.<file> -> landed_csv_folder.<file>

Alone: ``python -m pipelines.csv_folder --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.csv_folder.resources import CsvFolderExtractor
from pipelines.csv_folder.tables import TABLES

VENDOR = Vendor(
    name="csv_folder",
    tables=TABLES,
    extractor=CsvFolderExtractor,
    session=None,
    look_back=timedelta(0),
)
