"""Handing batches to an ERP of files, and reading what it answers.

Here: `LegacyFilesDelivery`, a `BulkDelivery` without HTTP. Not here: the folders
(`legacy_files_stores`, `legacy_files_sftp`), the files' formats (`writers.legacy_files`, by a
template), reading answers (`legacy_files_answers`) and matching them (`legacy_files_matching`).

A batch appears to the ERP in one step: its data files are put under their names first, and nobody
may touch them before the manifest is there, which is moved in last. Whether it was ever there is
told by our own state folder, not by the drop folder, from which the ERP takes its files away: the
index is written to `state` after the manifest, and the manifest leaves `state` by the very rename
that publishes it. Index there and manifest gone: handed over. Anything else: never handed over.
"""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

import polars as pl

from tieout.config import System
from tieout.domain.errors import SystemUnreachable
from tieout.posting.delivery.base import (
    RESULT_COLUMNS,
    Capabilities,
    Collected,
    Submission,
)
from tieout.posting.delivery.legacy_files_answers import (
    ANSWERS,
    BOOKS,
    FIGURES,
    SHOWN,
    is_whole,
    read_books,
    read_response,
)
from tieout.posting.delivery.legacy_files_indexes import Indexes
from tieout.posting.delivery.legacy_files_matching import (
    answered,
    as_found,
    as_sent,
    best,
    in_books,
    index_of,
    refused,
    unsettled,
)
from tieout.posting.delivery.legacy_files_stores import DROP, RESPONSES, STATE, FileStore
from tieout.posting.writers.legacy_files import INDEX_COLUMNS, INDEX_SUFFIX, MANIFEST_SUFFIX
from tieout.posting.writers.legacy_files_template import load_template
from tieout.posting.writers.legacy_files_text import file_keys

SETTLE_SECONDS_SFTP: Final = 60


class LegacyFilesDelivery:
    """Hands over batches as files and reads the ERP's answers.

    Args:
        system: the ERP; options `template`, `answer_seconds` and `settle_seconds`.
        store: its folders.

    Raises:
        ConfigError: the template is not there, or wrong at a line.
    """

    def __init__(self, system: System, store: FileStore) -> None:
        self.system_id, self.store = system.id, store
        self.indexes = Indexes(store)
        self.template = load_template(system)
        settle = SETTLE_SECONDS_SFTP if system.base_url else 0
        self.capabilities = Capabilities(
            idempotency="external_id"
            if self.template.duplicate_keys == "refused"
            else "key_in_text",
            max_batch=self.template.import_file.rows_max,
            serial_only=True,
            batch_atomic=False,
            settle_seconds=int(system.options.get("settle_seconds", settle)),
            answer_seconds=int(system.options.get("answer_seconds", 0)),
        )

    def submit(self, submission: Submission) -> None:
        """Put the data files, then the manifest; a batch that was handed over stays as it is."""
        index, manifest = _state_names(submission.submission_id)
        if self._is_handed_over(submission.submission_id, self.store.names(STATE)):
            return
        if manifest in submission.files:
            facts = json.loads(submission.files[manifest])
            for entry in facts["files"]:
                self.store.write(DROP, entry["name"], submission.files[entry["name"]])
            self.store.write(STATE, manifest, submission.files[manifest])
        self.store.write(STATE, index, submission.files[index])
        if manifest in submission.files:
            self.store.publish(manifest)

    def collect(self, submission_id: str) -> Collected:
        """Say what became of a batch: absent, or what its response files answer so far."""
        state = self.store.names(STATE)
        answers, is_complete = self._answers(submission_id)
        if not self._is_handed_over(submission_id, state) and answers.is_empty():
            return Collected("absent", pl.DataFrame(schema=RESULT_COLUMNS))
        is_indexed = _state_names(submission_id)[0] in state
        index = self.indexes.read(submission_id) if is_indexed else index_of(answers)
        results = best(index, [refused(index), answered(index, answers)])
        rest = unsettled(index, results)
        if rest.height and self.template.posted_lines:
            books = self._books(must_exist=False)
            results = best(index, [results, in_books(rest, books)])
        is_done = is_indexed and (results.height == index.height or is_complete)
        return Collected("done" if is_done else "pending", results)

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """Say what the ERP shows under each key, in its export or else in its responses.

        With an export, a line that a response calls posted but the export does not show yet is a
        draft: it is not proven.
        """
        wanted, batches = self._named(pl.Series("posting_key", keys, dtype=pl.String))
        claims = self._claims(wanted, batches)
        posted = self.template.posted_lines
        if posted is None:
            return as_found(claims)
        shown = wanted.join(self._books(), on="file_key", maintain_order="right")
        shown = as_sent(shown, posted.columns)
        unseen = claims.join(shown, on="posting_key", how="anti", maintain_order="left")
        drafts = unseen.with_columns(pl.lit("draft").alias("state"))
        return as_found(pl.concat([shown, drafts.select(shown.columns)]))

    def sent(self) -> pl.DataFrame:
        """Every line that was ever put into a batch (`INDEX_COLUMNS`), oldest batch first."""
        parts = [
            pl.DataFrame(schema=INDEX_COLUMNS),
            *map(self.indexes.read, self.indexes.batches()),
        ]
        return pl.concat(parts)

    def claimed(self) -> pl.DataFrame:
        """Every line that response files call posted, as `legacy_files_answers.SHOWN`."""
        batches = self.indexes.batches()
        wanted = self.sent().select("posting_key", "file_key").unique(maintain_order=True)
        unsent = wanted.with_columns(
            pl.lit(None, dtype=pl.Decimal(18, 4)).alias("sent_hours"),
            pl.lit(None, dtype=pl.String).alias("sent_currency_code"),
        )
        claims = self._claims(unsent, batches)
        missing = [name for name in SHOWN if name not in claims.columns]
        return claims.with_columns(
            pl.lit(None, dtype=SHOWN[name]).alias(name) for name in missing
        ).select(list(SHOWN))

    def _is_handed_over(self, submission_id: str, state: list[str]) -> bool:
        """Whether the manifest was moved to the drop folder, or there was nothing to move."""
        index, manifest = _state_names(submission_id)
        return index in state and manifest not in state

    def _answers(self, submission_id: str) -> tuple[pl.DataFrame, bool]:
        """All answers of a batch's response files, oldest name first; whether one is final."""
        response = self.template.response
        pattern = response.files.replace("{batch_id}", glob.escape(submission_id))
        longer = re.compile(re.escape(submission_id) + r"\d")
        parts, is_complete = [pl.DataFrame(schema=ANSWERS)], False
        for name in self.store.names(RESPONSES):
            if fnmatchcase(name, pattern) and not longer.search(name):
                content = self.store.read(RESPONSES, name)
                parts.append(read_response(content, name, response, self.system_id))
                if response.complete == "one_file":
                    is_complete |= is_whole(content, name, response, self.system_id)
        return pl.concat(parts), is_complete

    def _named(self, keys: pl.Series) -> tuple[pl.DataFrame, list[str]]:
        """Keys with their names in files and what they were sent with; batches that hold them."""
        wanted = keys.unique(maintain_order=True).to_frame()
        held, batches = self.indexes.holding(wanted)
        sent = held.select(
            "posting_key", "file_key", pl.col("hours", "currency_code").name.prefix("sent_")
        )
        named = wanted.join(sent, on="posting_key", how="left", maintain_order="left")
        own = file_keys(named["posting_key"], self.template.import_file)
        return named.with_columns(pl.coalesce("file_key", pl.lit(own)).alias("file_key")), batches

    def _claims(self, wanted: pl.DataFrame, batches: list[str]) -> pl.DataFrame:
        """Lines that responses call posted, with the figures they show."""
        names = {"posting_key": pl.String(), "erp_id": pl.String(), **FIGURES}
        parts = [pl.DataFrame(schema=names)]
        for batch in batches:
            answers, _ = self._answers(batch)
            taken = answers.filter(pl.col("outcome") != "rejected")
            parts.append(answered(self.indexes.read(batch), taken).select(list(names)))
        claims = wanted.join(pl.concat(parts), on="posting_key", maintain_order="right")
        return as_sent(claims, self.template.response.columns).with_columns(
            pl.lit("posted").alias("state")
        )

    def _books(self, *, must_exist: bool = True) -> pl.DataFrame:
        """Every line that the ERP's export shows."""
        posted = self.template.posted_lines
        parts = [pl.DataFrame(schema=BOOKS)]
        for name in self.store.names(RESPONSES) if posted else ():
            if posted and fnmatchcase(name, posted.files):
                content = self.store.read(RESPONSES, name)
                parts.append(read_books(content, name, posted, self.system_id))
        if must_exist and posted and len(parts) == 1:
            raise SystemUnreachable(
                self.system_id,
                f"there is no export {posted.files} of posted lines",
                "have the ERP write it, then run again; nothing is concluded without it",
            )
        return pl.concat(parts)


def create_delivery(system: System, session: FileStore) -> LegacyFilesDelivery:
    """The delivery of a system.

    Raises:
        ConfigError: the template is not there, or wrong at a line.
    """
    return LegacyFilesDelivery(system, session)


def _state_names(submission_id: str) -> tuple[str, str]:
    """Names of a batch's index and manifest."""
    return f"{submission_id}{INDEX_SUFFIX}", f"{submission_id}{MANIFEST_SUFFIX}"
