"""Files to records: the header is a contract, a bad row is set aside with where and why.

A wrong header refuses the file (`ContractError`, nothing lands). A bad row becomes a record whose
`problem` cannot be read: landing quarantines it with the file, line, column and what to write.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipelines.csv_folder.formats import FileFormat
from pipelines.csv_text import Unusable, csv_rows, refuse_header
from tieout.domain.errors import ContractError


def read_file(folder: Path, form: FileFormat, entry_ids: frozenset[str]) -> list[dict[str, object]]:
    """The records of one file: every column of the format and `problem`.

    Args:
        folder: the firm's export folder.
        form: which file, and its contract.
        entry_ids: ids of entries.csv, for references.

    Raises:
        ContractError: if the file is missing, is no UTF-8 CSV, or its header is not the format's.
    """
    content = read_bytes(folder, form)
    if content is None:
        return []
    path = folder / form.file_name
    rows = csv_rows(content, path)
    header = next(rows, (1, []))[1]
    required = [field.name for field in form.fields if not field.is_optional]
    refuse_header(header, required, [field.name for field in form.fields], path)
    seen: dict[tuple[str, ...], int] = {}
    occurrences: Counter[str] = Counter()
    records = []
    for line, cells in rows:
        record = _record(header, cells, form, f"{path.name} line {line}", entry_ids)
        _refuse_repetition(record, form, seen, path, line)
        if not form.unique:
            _number_repetition(record, occurrences)
        records.append(record)
    return records


def read_bytes(folder: Path, form: FileFormat) -> bytes | None:
    """The file as it lies there; None where an optional file is absent.

    Raises:
        ContractError: if a required file is missing.
    """
    path = folder / form.file_name
    if path.is_file():
        return path.read_bytes()
    if not form.is_required:
        return None
    raise ContractError(
        "the file is missing",
        file=str(path),
        fix=f"export {form.file_name} with the columns {', '.join(f.name for f in form.fields)}",
    )


def _record(
    header: list[str], cells: list[str], form: FileFormat, place: str, entry_ids: frozenset[str]
) -> dict[str, object]:
    """One row as a record; its first problem, if any, stands in `problem`."""
    record: dict[str, object] = {field.name: None for field in form.fields}
    record["problem"] = None
    found = dict(zip(header, cells, strict=False))
    record.update({name: cell or None for name, cell in found.items()})
    if len(cells) != len(header):
        record["problem"] = Unusable(
            f"{place} has {len(cells)} cells, the header {len(header)}; quote cells with commas"
        )
        return record
    for field in form.fields:
        cell = found.get(field.name) or ""
        try:
            if cell:
                record[field.name] = field.check(cell)
            elif field.is_required:
                raise ValueError("the cell is empty; fill it in")  # noqa: TRY301 - one handler
            if cell and field.name == form.refers and cell not in entry_ids:
                raise ValueError(  # noqa: TRY301 - one handler
                    f"there is no entry {cell!r} in entries.csv; add it or correct the id"
                )
        except ValueError as problem:
            record["problem"] = Unusable(f"{place}, column {field.name}: {problem}")
            return record
    return record


def _refuse_repetition(
    record: dict[str, object],
    form: FileFormat,
    seen: dict[tuple[str, ...], int],
    path: Path,
    line: int,
) -> None:
    """The second of two rows with the same key is set aside; the first stands."""
    for name in form.unique:
        record[name] = "" if record[name] is None else record[name]
    if not form.unique or record["problem"] is not None:
        return
    key = tuple(str(record[name]) for name in form.unique)
    first = seen.setdefault(key, line)
    if first != line:
        names = " and ".join(form.unique)
        record["problem"] = Unusable(
            f"{path.name} line {line}, column {form.unique[0]}: repeats {names} of line {first};"
            " keep one of the two rows"
        )


def _number_repetition(record: dict[str, object], occurrences: Counter[str]) -> None:
    """Rows with the same external id are numbered: a double posting must not fold into one."""
    external_id = str(record["external_id"] or "")
    occurrences[external_id] += 1
    record["external_id"] = external_id
    record["occurrence"] = occurrences[external_id]
