"""Records to Arrow with the declared types: whole pages at a time, record by record on trouble.

A page that Arrow can parse whole is parsed whole (decimals exactly, nested fields flattened). A
page it refuses is read record by record (`pipelines.records`) so that each bad record is named and
set aside, and every good one lands.
"""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.json as paj
from pyarrow import compute

from pipelines.contracts import Column, Page, Table
from pipelines.records import Parsed, dig, parse_records

pc: Any = compute
"""The compute functions are made at import, so no type checker sees them."""

_ZONED = r"(Z|[+-]\d\d:?\d\d)$"
_TINY_PAGE = 4096


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
        return parse_records(self.table, page.records)


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
