"""The lines that a legacy ERP shows, as a file in the shape `erp_lines`.

Here: from the ERP's columns to ours, with whole posting keys. Not here: reading the ERP's files
(`tieout.posting.delivery.legacy_files_answers`) and checking cells (`pipelines.csv_tables.reader`).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import polars as pl

from tieout.domain.errors import SystemUnreachable
from tieout.posting.delivery.legacy_files import LegacyFilesDelivery
from tieout.posting.delivery.legacy_files_answers import books_table
from tieout.posting.delivery.legacy_files_stores import RESPONSES
from tieout.posting.writers.legacy_files_template import PostedLines

PLAIN = ("worker_id", "project_id", "memo", "account_code", "created_by")
COLUMNS = (
    "erp_line_id", "external_id", "memo", "legal_entity_id", "worker_id", "project_id",
    "work_date", "accounting_date", "is_posted", "hours", "cost_amount_functional",
    "functional_currency_code", "account_code", "created_by",
)  # fmt: skip


def posted_lines(delivery: LegacyFilesDelivery) -> bytes:
    """Every line that the ERP shows now, as CSV in the shape `erp_lines`.

    Raises:
        SystemUnreachable: there is no export, or it cannot be read by the template.
    """
    sent = delivery.sent()
    posted = delivery.template.posted_lines
    shown = delivery.claimed() if posted is None else _exported(delivery, posted)
    named = sent.select(
        "file_key",
        "posting_key",
        pl.col("legal_entity_id", "currency_code", "hours").name.prefix("sent_"),
    ).unique("file_key", keep="last")
    lines = shown.join(named, on="file_key", how="left", maintain_order="left").select(
        pl.coalesce(pl.col("erp_id"), "file_key").alias("erp_line_id"),
        pl.coalesce("posting_key", "file_key").alias("external_id"),
        pl.coalesce("legal_entity_id", "sent_legal_entity_id").alias("legal_entity_id"),
        "work_date",
        "accounting_date",
        (pl.col("state") == "posted").replace_strict({True: "True", False: "False"},
                                                     return_dtype=pl.String).alias("is_posted"),
        pl.coalesce("hours", "sent_hours").alias("hours"),
        pl.col("amount").alias("cost_amount_functional"),
        pl.coalesce("currency_code", "sent_currency_code").alias("functional_currency_code"),
        *PLAIN,
    )  # fmt: skip
    unique = lines.unique("erp_line_id", keep="last", maintain_order=True)
    return unique.select(COLUMNS).write_csv().encode()


def _exported(delivery: LegacyFilesDelivery, posted: PostedLines) -> pl.DataFrame:
    """The export's lines; a line without a key was entered by hand and is one all the same."""
    parts = []
    for name in delivery.store.names(RESPONSES):
        if fnmatchcase(name, posted.files):
            content = delivery.store.read(RESPONSES, name)
            parts.append(books_table(content, name, posted, delivery.system_id))
    if not parts:
        raise SystemUnreachable(
            delivery.system_id,
            f"there is no export {posted.files} of posted lines",
            "have the ERP write it, then run again; nothing is read back without it",
        )
    return pl.concat(parts)
