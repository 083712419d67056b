"""Posting to Dynamics 365 F&O: one data package per batch, imported once, posted by F&O itself.

Here: `D365FoDelivery`. Not here: the package (`tieout.posting.writers.d365_fo`), the package API
(`d365_fo_packages`), what F&O holds (`d365_fo_books`), refusals (`tieout.posting.acks.d365_fo`).

The import's execution id is the batch's id. F&O is asked for it before a package is handed over,
and takes an execution id once, so a hand-over that was cut off, or arrives late, is never a second
one. The job history may be cleaned up: journals that are described by the batch's id say the same.
An import makes unposted journals; they are posted in F&O by a batch job or a workflow, so a batch
is `pending` until no line of it stands in an unposted journal. Lines that the import refused are
rejected in F&O's words; lines that nobody mentions are looked up by the protocol.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Final

import polars as pl

from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import (
    RESULT_COLUMNS,
    Capabilities,
    Collected,
    LineResult,
    Submission,
)
from tieout.posting.delivery.d365_fo_books import Books
from tieout.posting.delivery.d365_fo_packages import CLEAN, RUNNING, UNKNOWN, Packages
from tieout.posting.writers.d365_fo import PACKAGE_END
from tieout.posting.writers.d365_fo_columns import batch_text
from tieout.posting.writers.d365_fo_package import DEFINITION_GROUP

SETTLE_SECONDS: Final = 120.0
"""How long a request that was cut off may still start an import: named assumption."""
ANSWER_SECONDS: Final = 8.0
COMPANY_MAX: Final = 4
TEXTS_SHOWN: Final = 3
NOTHING: Final = pl.DataFrame(schema=RESULT_COLUMNS)


class D365FoDelivery:
    """The adapter of one F&O environment.

    Args:
        system: the system of firm.yml; option `companies` maps legal entities to companies
            (`US01=usmf, UK01=gbsi`; by default a company is called as its entity), option
            `data_project` names the data project of the imports (default `Tieout`).
        session: a session that authenticates itself.
        sleep: how to wait, replaceable in tests.

    Raises:
        ConfigError: if option `companies` is no such list.
    """

    capabilities = Capabilities(
        idempotency="key_in_text",
        max_batch=10_000,
        serial_only=True,
        batch_atomic=False,
        settle_seconds=SETTLE_SECONDS,
        answer_seconds=ANSWER_SECONDS,
    )

    def __init__(
        self, system: System, session: ApiSession, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._system_id = system.id
        self._companies = companies_of(system)
        self._data_project = str(system.options.get("data_project", DEFINITION_GROUP))
        self._packages, self._books = Packages(session, sleep), Books(session)

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """What F&O holds now under each posting key (`FOUND_COLUMNS`), oldest first.

        Raises:
            SystemUnreachable: F&O gave no usable answer.
        """
        return self._books.held(keys)

    def submit(self, submission: Submission) -> None:
        """Hand over the package of a batch, unless F&O has seen it already.

        Raises:
            SystemUnreachable: it was certainly not handed over.
            OutcomeUnknown: it may have been handed over.
        """
        batch = submission.submission_id
        if self._packages.status(batch) != UNKNOWN:
            return
        name = f"{batch}{PACKAGE_END}"
        url = self._packages.upload(name, submission.files[name])
        company = self._company(submission.lines["legal_entity_id"][0])
        refusal = self._packages.start(url, batch, company, self._data_project)
        if refusal is not None and self._packages.status(batch) == UNKNOWN:
            raise SystemUnreachable(
                self._system_id,
                f"the import of {batch} into company {company} was refused: {refusal}",
                "check company, data project and the rights of the integration user",
            )

    def collect(self, submission_id: str) -> Collected:
        """Say what became of a batch.

        Raises:
            SystemUnreachable: F&O gave no usable answer.
        """
        state = self._packages.status(submission_id)
        if state in RUNNING:
            return Collected("pending", NOTHING, f"the import is {state}")
        journals = self._books.journals(batch_text(submission_id))
        if state == UNKNOWN and not journals:
            return Collected("absent", NOTHING)
        unposted = [
            journal.number
            for journal in journals
            if not journal.is_posted and self._books.has_lines(journal)
        ]
        if unposted:
            return Collected("pending", NOTHING, f"not posted yet: {', '.join(unposted)}")
        refused: list[LineResult] = []
        texts: list[str] = []
        if state not in (CLEAN, UNKNOWN):
            refused, texts = self._packages.refused(submission_id)
        taken = [
            result
            for journal in journals
            if journal.is_posted
            for result in self._books.accepted(journal)
        ]
        rows = [astuple(result) for result in (*taken, *refused)]
        results = pl.DataFrame(rows, schema=RESULT_COLUMNS, orient="row")
        return Collected("done", results, _message(state, texts))

    def _company(self, legal_entity_id: str) -> str:
        return self._companies.get(legal_entity_id, legal_entity_id.lower())


def create_delivery(system: System, session: ApiSession) -> D365FoDelivery:
    """The adapter for a system of vendor d365_fo."""
    return D365FoDelivery(system, session)


def companies_of(system: System) -> dict[str, str]:
    """Legal entity -> company (dataAreaId) of option `companies`.

    Raises:
        ConfigError: if it is no list of `ENTITY=company`, or a company has more than four
            characters.
    """
    found: dict[str, str] = {}
    text = str(system.options.get("companies", ""))
    for part in filter(None, (part.strip() for part in text.split(","))):
        entity, sign, company = (piece.strip() for piece in part.partition("="))
        if not (entity and sign and company) or len(company) > COMPANY_MAX:
            raise ConfigError(
                f"{part!r} names no company",
                file="firm.yml",
                field=f"systems.{system.id}.options.companies",
                fix="write ENTITY=company, comma separated; a company has at most 4 characters",
            )
        found[entity] = company.lower()
    return found


def _message(state: str, texts: Sequence[str]) -> str:
    """What the import says about a line that it does not name."""
    if texts:
        return f"the import {state} without this line; F&O says: {'; '.join(texts[:TEXTS_SHOWN])}"
    return (
        f"the import ended as {state} without this line: see the batch's -not-sent.csv file and "
        "the execution history in F&O"
    )
