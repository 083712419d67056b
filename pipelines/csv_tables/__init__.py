"""csv_tables: any system without a connector, as CSV files in our own shapes.

Source: a folder (option ``path``) with any of the files ``<shape>.csv``; the shapes and their
columns are in `shapes`. A contract system, a billing engine, a legacy ERP or a spreadsheet can be
connected this way. No network, no secrets.

Paging: none; a file is read whole. Cursor: none. History: several rows of one key with rising
``source_version``, each with the ``known_at`` it became known; without ``source_version`` every
observed change of the row is a version. A row that is gone becomes a tombstone.

Refused: an unknown file, an unknown, missing or repeated column, a file that is no UTF-8 CSV: the
command names file, line, column and the fix, and nothing lands. Set aside: rows with a bad cell.

    files -> records (bad rows set aside) -> raw_<system>.<shape> -> landed_csv_tables.<shape>

Alone: ``python -m pipelines.csv_tables --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.csv_tables.resources import CsvTablesExtractor
from pipelines.csv_tables.shapes import SHAPES

VENDOR = Vendor(
    name="csv_tables",
    tables=tuple(shape.table for shape in SHAPES),
    extractor=CsvTablesExtractor,
    session=None,
    look_back=timedelta(0),
)
