"""Posting to Business Central: a journal of our own, filled in one transaction and posted once.

Here: `BusinessCentralDelivery`. Not here: the documents (`writers.business_central_documents`),
what the company holds (`business_central_books`), the wire (`business_central_api`), what refusals
mean (`acks.business_central`).

Nothing in Business Central refuses a second document with the same number, and `post` takes
whatever stands in a journal. Three things make it exactly once all the same:

* A fence. Every call begins by deleting the journals that earlier calls left behind. A request
  that is still under way can then do nothing any more: lines cannot be added to a journal that
  does not exist, nor can it be posted. Only then is the ledger asked what is there already.
* A journal is filled by one `$batch` in one transaction and posted only after its answer came. So
  a journal that may be posted never gains lines.
* A posting whose answer did not come is never followed by another one in the same call.

So an absent document may be believed at once: before a document can be posted late, it stands in a
journal, where the look-up sees it. `post` is all or nothing and reports only its first error: a
refused journal is deleted and halved until the bad document stands alone.

Named assumptions: deleting a journal deletes its lines, in one transaction with them; the journal's
template (the default of the API) needs no number series of its own; the integration user posts to
no journal but these.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, Final

import polars as pl

from tieout.config import System
from tieout.domain.errors import SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import Capabilities, Found, LineResult
from tieout.posting.delivery.business_central_api import BATCH_MAX, Company, Refused
from tieout.posting.delivery.business_central_books import Books
from tieout.posting.writers.business_central_documents import LINES_MAX, Document, document_of
from tieout.posting.writers.business_central_lines import split

DOCUMENTS_MAX: Final = BATCH_MAX // LINES_MAX
JOURNAL_CODE_PREFIX: Final = "TIE"
JOURNAL_CODE_LENGTH: Final = 10
NOT_SHOWN: Final = "posted, but the ledger does not show it"


class BusinessCentralDelivery:
    """The adapter of one company.

    Args:
        system: the system of firm.yml; option `company` is the company's id.
        session: a session that puts an access token on every request.
        sleep: how to wait while the service is busy, replaceable in tests.
    """

    capabilities = Capabilities(
        idempotency="key_in_text", max_batch=DOCUMENTS_MAX, serial_only=True, batch_atomic=False
    )

    def __init__(
        self, system: System, session: ApiSession, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._company = Company(system, session, sleep)
        self._books = Books(self._company)

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """What the company holds now under each posting key, oldest first.

        Raises:
            SystemUnreachable: Business Central gave no usable answer.
        """
        return self._books.held(keys)

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        """Post lines; see the module's text for the order of things.

        Raises:
            SystemUnreachable: Business Central stopped answering.
            OutcomeUnknown: an answer did not come; lines without a result are in doubt.
        """
        good, refused = split(lines)
        for row in refused.iter_rows(named=True):
            yield _refused(row["posting_key"], row["reason_code"], row["message"])
        documents: dict[str, Document] = {}
        for line in good.iter_rows(named=True):
            document = document_of(line)
            if document.currency_code == self._books.currency():
                documents[document.posting_key] = document
            else:
                yield _refused(
                    document.posting_key,
                    "CURRENCY_MISMATCH",
                    f"the company keeps its books in {self._books.currency()}",
                )
        self._fence()
        for key, found in self._books.posted(list(documents)).items():
            del documents[key]
            yield LineResult(key, "already_there", found[0].erp_id)
        yield from self._post(list(documents.values()))

    def _fence(self) -> None:
        """Delete the journals that earlier calls left: nothing of theirs can be posted after."""
        for journal in self._books.journals():
            self._company.delete(f"journals({journal})")

    def _post(self, documents: list[Document]) -> Iterator[LineResult]:
        """Post in one journal; on a refusal, halves in journals of their own."""
        if not documents:
            return
        journal = self._new_journal()
        filled = yield from self._fill(journal, documents)
        if not filled:
            self._company.delete(f"journals({journal})")
            return
        refused = self._company.act(f"journals({journal})/Microsoft.NAV.post")
        if refused is None:
            yield from self._shown(filled)
            self._company.delete(f"journals({journal})")
            return
        self._company.delete(f"journals({journal})")
        yield from self._apart(filled, refused)

    def _apart(self, documents: list[Document], refused: Refused) -> Iterator[LineResult]:
        """Go on after a refused journal, which is gone: halves, until one stands alone.

        The ledger is asked first: a person may have posted the journal before us, and then the
        refusal only says that there was nothing left to post.
        """
        posted = self._books.posted([document.posting_key for document in documents])
        for key, found in posted.items():
            yield LineResult(key, "already_there", found[0].erp_id)
        rest = [document for document in documents if document.posting_key not in posted]
        if len(rest) == 1 and len(documents) == 1:
            told = refused.refusal
            yield _refused(rest[0].posting_key, told.reason_code, told.message)
            return
        middle = len(rest) // 2
        yield from self._post(rest[:middle])
        yield from self._post(rest[middle:])

    def _new_journal(self) -> str:
        """The id of a journal that no other request can know."""
        letters = JOURNAL_CODE_LENGTH - len(JOURNAL_CODE_PREFIX)
        # letters only: posting a batch whose name ends in digits may rename it
        code = "".join(secrets.choice(string.ascii_uppercase) for _ in range(letters))
        made = self._company.create(
            "journals",
            {"code": JOURNAL_CODE_PREFIX + code, "displayName": self._books.journal_name},
        )
        if isinstance(made, Refused):
            raise SystemUnreachable(
                self._company.system_id,
                f"no journal could be made: {made.refusal.message}",
                "give the integration user the right to general journal batches, then run again",
            )
        return str(made["id"])

    def _fill(
        self, journal: str, documents: list[Document]
    ) -> Generator[LineResult, None, list[Document]]:
        """Put documents into a journal; returns those that stand in it.

        One that is refused is left out and the others go again: a batch is one transaction, so
        after a refusal the journal is as empty as before.
        """
        waiting = list(documents)
        for _ in range(len(documents)):
            owners, bodies = _bodies(waiting)
            answer = self._company.create_together(f"journals({journal})/journalLines", bodies)
            if not isinstance(answer, Refused):
                break
            bad = owners[answer.position]
            yield _refused(bad.posting_key, answer.refusal.reason_code, answer.refusal.message)
            waiting.remove(bad)
            if not waiting:
                break
        return waiting

    def _shown(self, documents: Sequence[Document]) -> Iterator[LineResult]:
        """What the ledger shows of documents that were posted."""
        shown = self._books.posted([document.posting_key for document in documents])
        for document in documents:
            found = shown.get(document.posting_key)
            if found:
                yield LineResult(document.posting_key, "accepted", found[-1].erp_id)
            else:
                yield LineResult(document.posting_key, "unknown", None, "IN_DOUBT", NOT_SHOWN)


def create_delivery(system: System, session: ApiSession) -> BusinessCentralDelivery:
    """The adapter for a system of vendor business_central."""
    return BusinessCentralDelivery(system, session)


def _bodies(documents: Sequence[Document]) -> tuple[list[Document], list[dict[str, Any]]]:
    """The journal lines of some documents as requests, and whose each of them is."""
    owners: list[Document] = []
    bodies: list[dict[str, Any]] = []
    for document in documents:
        for line in document.lines:
            owners.append(document)
            bodies.append(
                {
                    "accountType": "G/L Account",
                    "accountNumber": line.account_code,
                    "postingDate": document.posting_date.isoformat(),
                    "documentNumber": document.number,
                    "externalDocumentNumber": document.external_number,
                    "amount": line.amount,
                    "description": line.description,
                    "comment": document.comment,
                }
            )
    return owners, bodies


def _refused(key: str, reason_code: str, message: str) -> LineResult:
    return LineResult(key, "rejected", None, reason_code, message)
