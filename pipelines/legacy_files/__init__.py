"""legacy_files: an ERP without an interface, posted to and read back by files.

Source: the folders of the exchange, local or over SFTP
(`tieout.posting.delivery.legacy_files_stores`). Its lines are read from the export of posted lines
that the template names, or, where it names none, from what its response files call posted. Master
data, periods, rates and billing are read from files in our own shapes, as of a csv_tables system,
in the folder of option ``books``, if there is one.

Paging: none; files are read whole. Cursor: none; every observed change of a row is a version and a
row that is gone becomes a tombstone.

Refused: an export that cannot be read by the template, folders that are not there. Set aside: rows
with a bad cell.

    export -> records -> raw_<system>.<shape> -> landed_csv_tables.<shape>

The tables have the shapes of a csv_tables system and stand in its views, so that no model knows
this vendor.

Alone: ``python -m pipelines.legacy_files --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.legacy_files.resources import SHAPES, LegacyFilesExtractor
from tieout.posting.delivery.legacy_files_stores import open_store

VENDOR = Vendor(
    name="legacy_files",
    tables=tuple(shape.table for shape in SHAPES),
    extractor=LegacyFilesExtractor,
    session=open_store,
    look_back=timedelta(0),
    lands_as="csv_tables",
)
