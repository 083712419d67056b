"""The form of a configuration package (RapidStart): tables of records as XML in a gzip container.

Here: `Table`, writing one package and reading it again. Not here: which fields a journal line has
and what they hold (`business_central`).

Facts, from the vendor's source (codeunit Config. XML Exchange and its tests): the root element is
`DataList`; a table stands in `<{Table}List>` with its `TableID` first; the first record of a table
carries `PrimaryKey`, `ValidateField` and `ProcessingOrder` as attributes of its fields; element
names are field names without blanks and punctuation; values are in XML format (point as decimal
mark, ISO dates, options as numbers, booleans as 1 and 0); the text is UTF-16. The container is
gzip. It is written without compression: the bytes then depend on the records and on nothing else.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>'
ASYNC_FROM: Final = 5
"""Business Central imports packages of that many tables in the background: its own default."""
ENGLISH_US: Final = "1033"
BYTE_ORDER_MARK: Final = b"\xff\xfe"
_BLOCK: Final = 65_535
_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True)
class Field:
    """One field of a table: element name, whether it is a key, whether its trigger is run."""

    name: str
    is_key: bool = False
    is_validated: bool = True


@dataclass(frozen=True)
class Table:
    """A table of the package: element name, table number, fields in processing order."""

    name: str
    table_id: int
    fields: tuple[Field, ...]


def write_package(
    table: Table, records: Sequence[Mapping[str, str]], code: str, name: str
) -> bytes:
    """A package of one table.

    Args:
        table: the table.
        records: field name -> value in XML format; a field that is missing stays empty.
        code: Code[20] of the package.
        name: Text[50], what people see.
    """
    head = (
        f'<DataList MinCountForAsyncImport="{ASYNC_FROM}" ExcludeConfigTables="1"'
        f' LanguageID="{ENGLISH_US}" PackageName={quoteattr(name)} Code={quoteattr(code)}>'
    )
    parts = [DECLARATION, head, f"<{table.name}List>", f"<TableID>{table.table_id}</TableID>"]
    for position, record in enumerate(records):
        parts.append(f"<{table.name}>")
        parts += [
            _element(field, order, record.get(field.name, ""), is_first=position == 0)
            for order, field in enumerate(table.fields, start=1)
        ]
        parts.append(f"</{table.name}>")
    parts += [f"</{table.name}List>", "</DataList>", ""]
    return _contained(BYTE_ORDER_MARK + "\r\n".join(parts).encode("utf-16-le"))


def read_package(content: bytes) -> tuple[dict[str, str], str, list[dict[str, str]]]:
    """Attributes of the package, name of its table, and its records.

    Raises:
        ValueError: if this is no package of one table.
    """
    try:
        root = ET.fromstring(gzip.decompress(content).decode("utf-16"))  # noqa: S314 - ours
    except (OSError, EOFError, zlib.error, UnicodeError, ET.ParseError) as problem:
        raise ValueError(f"this is no configuration package: {problem}") from problem
    lists = list(root)
    if root.tag != "DataList" or len(lists) != 1 or not lists[0].tag.endswith("List"):
        raise ValueError("this is no configuration package of one table")
    name = lists[0].tag.removesuffix("List")
    records = [{cell.tag: cell.text or "" for cell in row} for row in lists[0].findall(name)]
    return dict(root.attrib), name, records


def _element(field: Field, order: int, value: str, *, is_first: bool) -> str:
    """One field; the table's first record describes its fields."""
    described = ""
    if is_first:
        described = (' PrimaryKey="1"' if field.is_key else "") + (
            ' ValidateField="1"' if field.is_validated else ""
        )
        described += f' ProcessingOrder="{order}"'
    return f"<{field.name}{described}>{escape(value)}</{field.name}>"


def _contained(content: bytes) -> bytes:
    """A gzip member of stored blocks (RFC 1952, RFC 1951 section 3.2.4), without a time."""
    blocks = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    body = b"".join(
        struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks, start=1)
    )
    tail = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return _GZIP_HEADER + body + tail
