"""Import files of an ERP without an interface: CSV by template, an index and a manifest.

Here: `LegacyFilesWriter` and `read_files`, its inverse. Not here: the template
(`legacy_files_template`), values as text (`legacy_files_text`), dropping the files where the ERP
looks (`tieout.posting.delivery.legacy_files`).

A batch is data files of at most `rows_max` rows each, one row per posting line: a reversal has a
negative amount, or a positive one on the other side. Beside them stand the manifest, which the ERP
gets last; the list of lines that cannot be written, which no ERP gets; and the index, by which an
answer about a shortened key or a line number is understood whatever the template says by then.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tieout.config import System
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.legacy_files_layout import BATCH_ID, LINE_NUMBER, ImportFile
from tieout.posting.writers.legacy_files_template import Template, load_template
from tieout.posting.writers.legacy_files_text import (
    file_keys,
    read_amount,
    read_date,
    read_decimal,
    refusals,
    written,
)

MANIFEST_FORMAT: Final = "tieout.legacy_files.manifest/1"
MANIFEST_SUFFIX: Final = ".manifest.json"
INDEX_SUFFIX: Final = ".index.parquet"
REFUSED_SUFFIX: Final = ".not-sent.csv"
INDEX_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": pl.String(),
    "file_key": pl.String(),
    "line_number": pl.Int64(),
    "refusal": pl.String(),
    "accounting_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "legal_entity_id": pl.String(),
}
"""One row per line: a `refusal` (reason code, colon, text) was not written and has no number."""


class LegacyFilesWriter:
    """Writes the files of a batch by a template."""

    def __init__(self, template: Template) -> None:
        self.layout = template.import_file

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """Data files, manifest, index, and the list of lines that cannot be written."""
        index = self._index(lines)
        rows = self._numbered(lines, index, header)
        size = self.layout.rows_max
        parts = {
            f"{header.batch_id}-{number:03d}.{self.layout.extension}": rows[start : start + size]
            for number, start in enumerate(range(0, rows.height, size), start=1)
        }
        data = {name: self._data(part) for name, part in parts.items()}
        named = {f"{header.batch_id}{INDEX_SUFFIX}": _parquet(index)}
        if data:
            counts = {name: part.height for name, part in parts.items()}
            named[f"{header.batch_id}{MANIFEST_SUFFIX}"] = _manifest(rows, header, data, counts)
        refused = index.filter(pl.col("refusal").is_not_null())
        if refused.height:
            listed = refused.select("posting_key", "refusal").write_csv()
            named[f"{header.batch_id}{REFUSED_SUFFIX}"] = listed.encode()
        return {**data, **named}

    def _index(self, lines: pl.DataFrame) -> pl.DataFrame:
        """One row per line in the order of the batch."""
        refusal = refusals(lines, self.layout)
        good = refusal.is_null()
        number = pl.when(pl.lit(good)).then(pl.lit(good.cast(pl.Int64).cum_sum()))
        return lines.select(
            "posting_key",
            pl.lit(file_keys(lines["posting_key"], self.layout)).alias("file_key"),
            number.alias("line_number"),
            pl.lit(refusal).alias("refusal"),
            "accounting_date",
            "hours",
            pl.col("cost_amount_functional").alias("amount"),
            pl.col("functional_currency_code").alias("currency_code"),
            "legal_entity_id",
        )

    def _numbered(
        self, lines: pl.DataFrame, index: pl.DataFrame, header: BatchHeader
    ) -> pl.DataFrame:
        """The lines that are written, with key, number and batch as the file says them."""
        return lines.with_columns(
            index["file_key"],
            index["line_number"].alias(LINE_NUMBER),
            pl.lit(header.batch_id).alias(BATCH_ID),
        ).filter(pl.col(LINE_NUMBER).is_not_null())

    def _data(self, rows: pl.DataFrame) -> bytes:
        """One data file."""
        layout = self.layout
        styles: Any = {"minimal": "necessary", "all": "always", "never": "never"}
        text = written(rows, layout).write_csv(
            separator=layout.separator,
            quote_style=styles[layout.quoting],
            line_terminator=layout.newline,
            include_header=layout.header,
        )
        return text.encode(layout.encoding)


def create_writer() -> LegacyFilesWriter:
    """The writer by the template of this package."""
    return LegacyFilesWriter(load_template(None))


def create_writer_for(system: System) -> LegacyFilesWriter:
    """The writer of a system's files, by the template that it names.

    Raises:
        ConfigError: the template is not there, or wrong at a line.
    """
    return LegacyFilesWriter(load_template(system))


def read_files(files: Mapping[str, bytes], template: Template | None = None) -> pl.DataFrame:
    """The lines that the data files of a batch hold, in their order.

    Args:
        files: files as they were written, name -> content; only data files are read.
        template: the template that they were written by; by default the one of this package.

    Returns:
        `posting_key` (as the file holds it, perhaps shortened), `accounting_date`, `hours`,
        `amount`, `currency_code`; null where the file has no such column.

    Raises:
        ValueError: a file is not written by the template.
    """
    layout = (template or load_template()).import_file
    suffix = f".{layout.extension}"
    names = sorted(n for n in files if n.endswith(suffix) and not n.endswith(REFUSED_SUFFIX))
    parts = [_read(files[name], name, layout) for name in names]
    if not parts:
        return _read(b"", "", layout)
    return pl.concat(parts)


def _read(content: bytes, name: str, layout: ImportFile) -> pl.DataFrame:
    headers = [column.header for column in layout.columns]
    table = pl.DataFrame(schema=dict.fromkeys(headers, pl.String()))
    if content:
        table = pl.read_csv(
            io.BytesIO(content.decode(layout.encoding).encode()),
            separator=layout.separator,
            quote_char=None if layout.quoting == "never" else '"',
            has_header=layout.header,
            new_columns=None if layout.header else headers,
            infer_schema=False,
        )
    if table.columns != headers:
        raise ValueError(f"{name} has the columns {table.columns}, the template {headers}")
    nothing = pl.lit(None, dtype=pl.String)
    found = {
        (column.source, column.side): pl.col(column.header) for column in reversed(layout.columns)
    }
    cost = "cost_amount_functional"
    read = table.select(
        found["posting_key", None].alias("posting_key"),
        read_date(found["accounting_date", None], layout).alias("accounting_date"),
        read_decimal(found.get(("hours", None), nothing), layout).alias("hours"),
        read_amount(
            found.get((cost, None)), found.get((cost, "debit")), found.get((cost, "credit")), layout
        ).alias("amount"),
        found.get(("functional_currency_code", None), nothing).alias("currency_code"),
    )
    if read["amount"].null_count() or read["accounting_date"].null_count():
        raise ValueError(f"{name} holds an amount or a date that the template cannot read")
    return read


def _manifest(
    rows: pl.DataFrame, header: BatchHeader, data: Mapping[str, bytes], counts: Mapping[str, int]
) -> bytes:
    """What the ERP checks before it takes a batch; totals per currency over the written rows."""
    sums = rows.group_by("functional_currency_code").agg(
        pl.len().alias("line_count"),
        pl.col("hours").sum(),
        pl.col("cost_amount_functional").sum().alias("amount"),
    )
    totals = {
        str(code): {"line_count": count, "hours": _plain(hours), "amount": _plain(amount)}
        for code, count, hours, amount in sums.sort("functional_currency_code").iter_rows()
    }
    facts = {
        "format": MANIFEST_FORMAT,
        "batch_id": header.batch_id,
        "firm_id": header.firm_id,
        "target": header.target,
        "stream": header.stream,
        "legal_entity_id": header.legal_entity_id,
        "period_id": header.period_id,
        "line_count": rows.height,
        "control_totals": totals,
        "files": [
            {
                "name": name,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "line_count": counts[name],
            }
            for name, content in sorted(data.items())
        ],
    }
    return json.dumps(facts, indent=1, sort_keys=True).encode() + b"\n"


def _plain(value: Decimal | None) -> str:
    """A sum as text; the sum of nothing is zero."""
    return "0.0000" if value is None else f"{value:.4f}"


def _parquet(index: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    index.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()
