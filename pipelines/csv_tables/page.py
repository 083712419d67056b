"""The page `docs/csv_tables.md`: every file of a csv_tables system with its columns.

Written from the shapes, so that the page cannot disagree with what is read:
``python -m pipelines.csv_tables.page > docs/csv_tables.md``.
"""

from __future__ import annotations

import sys

import pyarrow as pa

from pipelines.csv_tables.shape import HISTORY, Shape, ShapeColumn, header_name
from pipelines.csv_tables.shapes import SHAPES

_HEAD = """\
# Files of a csv_tables system

A system without a connector is connected by files: a folder of UTF-8 CSV files with a header, any
of those below. A file that is not there is a kind of record that the system does not supply; a
column that is not **bold** may be left out or its cells be empty.

```yaml
systems:
  - {id: contracts, vendor: csv_tables, roles: [psa, billing], options: {path: files/contracts}}
```

Every file may have besides:

| column | holds |
|---|---|
| `source_version` | whole number; rows of one key with rising versions are its history |
| `known_at` | instant at which this version became known; else the reading |
| `is_deleted` | `True` when the record is gone; a row that disappears says the same |

Without `source_version` every observed change of a row is a version. An instant without an offset
is UTC.

Amounts and hours have at most four decimals, rates and ratios six, exchange rates ten. A wrong
header refuses the file and nothing lands; a bad cell sets its row aside with file, line and column.
"""

_KINDS = (
    (pa.types.is_boolean, "True or False"),
    (pa.types.is_date, "day, as in 2026-06-30"),
    (pa.types.is_timestamp, "instant, as in 2026-06-30T18:00:00Z"),
    (pa.types.is_integer, "whole number"),
)


def page() -> str:
    """The whole page, in Markdown."""
    return _HEAD + "".join(_section(shape) for shape in sorted(SHAPES, key=lambda s: s.name))


def _section(shape: Shape) -> str:
    rows = "".join(
        f"| {_name(column)} | {_kind(column)} |\n"
        for column in shape.all_columns
        if column not in HISTORY
    )
    return f"\n## {shape.file_name}\n\nKey: `{shape.key}`.\n\n| column | holds |\n|---|---|\n{rows}"


def _name(column: ShapeColumn) -> str:
    name = f"`{header_name(column)}`"
    return f"**{name}**" if column.is_required else name


def _kind(column: ShapeColumn) -> str:
    """What a cell holds, from the column's type and, for texts, from what its check refuses."""
    kind = column.type
    if pa.types.is_decimal(kind):
        return f"number, at most {kind.scale} decimals"
    for matches, text in _KINDS:
        if matches(kind):
            return text
    try:
        column.check("?")
    except ValueError as refusal:
        return str(refusal).split("; ", 1)[-1].removeprefix("write ").removeprefix("use ")
    return "text"


if __name__ == "__main__":
    sys.stdout.write(page())
