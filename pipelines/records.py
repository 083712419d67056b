"""Records to Arrow one by one: the careful way, for pages that Arrow cannot parse whole.

Each bad record is named with what is wrong and set aside; every good one is kept. The fast way is
`pipelines.arrow`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from pipelines.contracts import Column, Table


@dataclass
class Reject:
    """A record that cannot be landed: its id, what is wrong, and the record."""

    record_id: str
    reason_code: str
    detail: str
    record: dict[str, Any]


@dataclass
class Parsed:
    """One page parsed: landed columns with `id`, the rejects, and every field name seen."""

    table: pa.Table
    rejects: list[Reject] = field(default_factory=list)
    fields: frozenset[str] = frozenset()


def dig(record: Any, keys: Iterable[str]) -> Any:
    """The value at a path, None if a parent is null or absent."""
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def has_path(record: Any, keys: tuple[str, ...]) -> bool:
    """True if the field is served, also when it or its parent is null."""
    for key in keys:
        if record is None:
            return True
        if not isinstance(record, dict) or key not in record:
            return False
        record = record[key]
    return True


def _convert(value: Any, kind: pa.DataType) -> Any:  # noqa: C901, PLR0911 - one line per type
    """One value to the declared type; raises ValueError when it does not fit."""
    if value is None:
        return None
    if pa.types.is_string(kind):
        if isinstance(value, dict | list):
            raise ValueError("expected text, found a structure")
        return json.dumps(value) if isinstance(value, bool) else str(value)
    if pa.types.is_decimal(kind):
        return _decimal(value, kind)
    if pa.types.is_boolean(kind):
        if not isinstance(value, bool):
            raise ValueError(f"expected true or false, found {value!r}")
        return value
    if pa.types.is_integer(kind):
        if isinstance(value, bool) or int(value) != Decimal(str(value)):
            raise ValueError(f"expected a whole number, found {value!r}")
        return int(value)
    if pa.types.is_date(kind):
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return date.fromisoformat(str(value)[:10])
    stamp = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return stamp.astimezone(UTC).replace(tzinfo=None) if stamp.tzinfo else stamp


def _decimal(value: Any, kind: Any) -> Decimal:
    try:
        number = Decimal(str(value))
        fitted = number.quantize(Decimal(1).scaleb(-kind.scale))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    if fitted != number:
        raise ValueError(f"{value!r} has more than {kind.scale} decimal places")
    return number


def parse_records(table: Table, records: list[dict[str, Any]]) -> Parsed:
    """The records as an Arrow table with `id` and the declared columns, and the rejects."""
    rejects: list[Reject] = []
    good: list[tuple[Any, ...]] = []
    fields: set[str] = set()
    for record in records:
        if not isinstance(record, dict):
            rejects.append(Reject("", "TYPE_INVALID", "the record is no object", {"value": record}))
            continue
        fields.update(record)
        parts = [dig(record, path) for path in table.key_paths]
        record_id = "|".join("" if part is None else str(part) for part in parts)
        if any(part is None for part in parts):
            rejects.append(Reject(record_id, "KEY_MISSING", f"no {table.key}", record))
            continue
        row: list[Any] = [record_id]
        problem = ""
        for column in table.columns:
            value = dig(record, column.keys)
            try:
                row.append(_convert(value, column.type))
            except (ValueError, TypeError) as trouble:
                problem = f"{'.'.join(column.keys)}: {trouble}"
                break
        if problem:
            rejects.append(Reject(record_id, "TYPE_INVALID", problem, record))
        else:
            good.append(tuple(row))
    names = ["id", *(c.name for c in table.columns)]
    kinds = [pa.string(), *(c.type for c in table.columns)]
    series = list(zip(*good, strict=True)) if good else [()] * len(names)
    arrays = [pa.array(values, kind) for values, kind in zip(series, kinds, strict=True)]
    return Parsed(pa.table(arrays, names=names), rejects, frozenset(fields))


def absent_columns(table: Table, records: list[dict[str, Any]]) -> list[Column]:
    """Declared, non-optional columns that no record of a non-empty page serves."""
    if not records:
        return []
    return [
        column
        for column in table.columns
        if not column.optional and not any(has_path(record, column.keys) for record in records)
    ]
