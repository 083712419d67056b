"""Files to records: the header is a contract, a bad row is set aside with where and why.

A wrong header refuses the file (`ContractError`, nothing lands). A bad row becomes a record whose
`problem` cannot be read: landing quarantines it with the file, line, column and what to write.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.csv_tables.shape import Shape, ShapeColumn, header_name
from pipelines.csv_text import Unusable, csv_rows, refuse_header


def read_shape(folder: Path, shape: Shape) -> tuple[bytes, list[dict[str, object]]]:
    """The file as it lies there and its records; nothing where the folder holds no such file.

    Raises:
        ContractError: if the file is no UTF-8 CSV or its header is not the shape's.
    """
    path = folder / shape.file_name
    if not path.is_file():
        return b"", []
    content = path.read_bytes()
    return content, read_content(content, shape, path)


def read_content(content: bytes, shape: Shape, path: Path) -> list[dict[str, object]]:
    """The records of a file in a shape.

    Args:
        content: the file.
        shape: its shape.
        path: its name in messages.

    Raises:
        ContractError: if it is no UTF-8 CSV or its header is not the shape's.
    """
    rows = csv_rows(content, path)
    header = next(rows, (1, []))[1]
    columns = {header_name(column): column for column in shape.all_columns}
    required = [name for name, column in columns.items() if column.is_required]
    refuse_header(header, required, list(columns), path)
    seen: dict[str, int] = {}
    records = []
    for line, cells in rows:
        record = _record(header, cells, columns, f"{path.name} line {line}")
        _identify(record, shape, seen, path.name, line)
        records.append(record)
    return records


def _record(
    header: list[str], cells: list[str], columns: dict[str, ShapeColumn], place: str
) -> dict[str, object]:
    """One row as a record; its first problem, if any, stands in `problem`."""
    record: dict[str, object] = {column.name: None for column in columns.values()}
    record["problem"] = None
    if len(cells) != len(header):
        record["problem"] = Unusable(
            f"{place} has {len(cells)} cells, the header {len(header)}; quote cells with commas"
        )
    found = dict(zip(header, cells, strict=False))
    for name, column in columns.items():
        cell = found.get(name) or ""
        record[column.name] = cell or None
        try:
            if cell:
                record[column.name] = column.check(cell)
            elif column.is_required:
                raise ValueError("the cell is empty; fill it in")  # noqa: TRY301 - one handler
        except ValueError as problem:
            record["problem"] = record["problem"] or Unusable(f"{place}, column {name}: {problem}")
    return record


def _identify(
    record: dict[str, object], shape: Shape, seen: dict[str, int], file_name: str, line: int
) -> None:
    """Key and stated version identify a row; the second of two equal ones is set aside."""
    version = record["stated_version"]
    key = "|".join(str(record[name] or "") for name in (*shape.within, shape.key))
    record["record_key"] = key if version is None else f"{key}|{version}"
    if record["problem"] is not None:
        return
    first = seen.setdefault(str(record["record_key"]), line)
    if first != line:
        record["problem"] = Unusable(
            f"{file_name} line {line}, column {shape.key}: repeats {shape.key} and source_version"
            f" of line {first}; keep one of the two rows"
        )
