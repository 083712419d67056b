"""Records to Arrow with the declared types: whole pages at a time, record by record on trouble.

A page that Arrow can parse whole is parsed whole (decimals exactly, nested fields flattened). A
page it refuses is read record by record so that each bad record is named and set aside, and every
good one lands.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as paj

from pipelines.contracts import Column, Page, Table

_ZONED = r"(Z|[+-]\d\d:?\d\d)$"
_TINY_PAGE = 4096


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


class PageParser:
    """Parses the pages of one table; remembers how the first page serves identifiers.

    Args:
        table: the declared table.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._leaves: dict[tuple[str, ...], pa.DataType] | None = None

    def parse(self, page: Page) -> Parsed:
        """One page as an Arrow table with `id` and the declared columns."""
        if page.given is None and "*" not in page.path and len(page.raw) > _TINY_PAGE:
            for leaves in (self._leaves, None):
                self._leaves = leaves or _leaves(self.table, page.records)
                whole = _parse_whole(self.table, page, self._leaves)
                if whole is not None:
                    return whole
        return _parse_records(self.table, page.records)


# -- whole pages ---------------------------------------------------------------------------------


def _json_type(column: Column, sample: Any) -> pa.DataType:
    """The type to read: identifiers may be served as numbers, instants are read as text."""
    if pa.types.is_string(column.type) and isinstance(sample, int) and not isinstance(sample, bool):
        return pa.int64()
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pa.string()
    return column.type


def _nest(leaves: dict[tuple[str, ...], pa.DataType]) -> pa.DataType:
    children: dict[str, dict[tuple[str, ...], pa.DataType]] = {}
    fields: dict[str, pa.DataType] = {}
    for path, kind in leaves.items():
        if len(path) == 1:
            fields[path[0]] = kind
        else:
            children.setdefault(path[0], {})[path[1:]] = kind
    for name, below in children.items():
        fields[name] = _nest(below)
    return pa.struct([pa.field(name, kind) for name, kind in fields.items()])


def _leaves(table: Table, records: list[dict[str, Any]]) -> dict[tuple[str, ...], pa.DataType]:
    """How each declared field and key is to be read, from the first non-null value of each."""
    found: dict[tuple[str, ...], pa.DataType] = {}
    for column in table.columns:
        sample = next((v for r in records if (v := dig(r, column.keys)) is not None), None)
        found[column.keys] = _json_type(column, sample)
    for path in table.key_paths:
        sample = next((dig(record, path) for record in records), None)
        found.setdefault(path, pa.int64() if isinstance(sample, int) else pa.string())
    return found


def _parse_whole(
    table: Table, page: Page, leaves: dict[tuple[str, ...], pa.DataType]
) -> Parsed | None:
    """The page parsed by Arrow in one go, or None where it must be read record by record."""
    parts = page.path.split(".") if page.path else ["records"]
    kind: pa.DataType = pa.list_(_nest(leaves))
    for part in reversed(parts[1:]):
        kind = pa.struct([pa.field(part, kind)])
    raw = page.raw if page.path else b'{"records":' + page.raw + b"}"
    options = paj.ParseOptions(
        explicit_schema=pa.schema([(parts[0], kind)]), unexpected_field_behavior="infer"
    )
    block = paj.ReadOptions(block_size=len(raw) + 1024, use_threads=False)
    try:
        # line feeds between fields would end the one "row" that the whole answer is
        answer = paj.read_json(io.BytesIO(raw.replace(b"\n", b" ")), block, options)
        node = answer[parts[0]].combine_chunks()
        for part in parts[1:]:
            node = node.field(part)
        rows = node.flatten()
        columns = [_cast(_leaf(rows, c.keys), c.type) for c in table.columns]
        identifiers = [_cast(_leaf(rows, path), pa.string()) for path in table.key_paths]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, KeyError):
        return None
    ids = (
        identifiers[0] if len(identifiers) == 1 else pc.binary_join_element_wise(*identifiers, "|")
    )
    if ids.null_count:
        return None
    landed = pa.table([ids, *columns], names=["id", *(c.name for c in table.columns)])
    return Parsed(landed, [], frozenset(f.name for f in rows.type))


def _leaf(rows: pa.Array, path: tuple[str, ...]) -> pa.Array:
    for key in path:
        rows = pc.struct_field(rows, [key])
    return rows


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if values.type == kind:
        return values
    if pa.types.is_timestamp(kind):
        return _instants(values)
    if pa.types.is_date(kind):
        return pc.cast(pc.utf8_slice_codeunits(values, 0, 10), kind)
    return pc.cast(values, kind)


def _instants(values: pa.Array) -> pa.Array:
    """Texts with and without offset to UTC instants without zone."""
    zoned = pc.fill_null(pc.match_substring_regex(values, _ZONED), False)
    with_zone = pc.cast(
        pc.cast(pc.if_else(zoned, values, None), pa.timestamp("us", "UTC")), pa.timestamp("us")
    )
    without = pc.cast(pc.if_else(zoned, None, values), pa.timestamp("us"))
    return pc.coalesce(with_zone, without)


# -- record by record ----------------------------------------------------------------------------


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


def _parse_records(table: Table, records: list[dict[str, Any]]) -> Parsed:
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
