"""What Dynamics 365 F&O's refusals mean: its literal English texts become reason codes.

Here: the table, and the reading of error texts and error files of an import. Not here: asking for
them (`tieout.posting.delivery.d365_fo_packages`). The texts are those of the platform's field
checks and of the project and ledger journals, in the language of the integration user, which
therefore has to be English. An unknown text stays a plain rejection with F&O's own words.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from tieout.domain.keys import parse_posting_key
from tieout.posting.acks.base import RejectRule, classify
from tieout.posting.delivery.base import LineResult
from tieout.posting.writers.d365_fo_columns import Entity

_PROJECT = r"'Project( ID)?'"
_WORKER = r"'(Resource|Worker|Personnel number)'"
_ACCOUNT = r"'(Account|Offset account|Main account|Category|Project category)'"

RULES = (
    RejectRule(r"period .*(not open|is closed|on hold|permanently closed)", "PERIOD_CLOSED"),
    RejectRule(r"No open fiscal period", "PERIOD_CLOSED"),
    RejectRule(rf"Field {_PROJECT} must be filled in", "PROJECT_UNMAPPED"),
    RejectRule(rf"in field {_PROJECT} is not found", "PROJECT_INACTIVE"),
    RejectRule(r"Project \S+ is in stage|project stage .*not allow", "PROJECT_INACTIVE"),
    RejectRule(rf"Field {_WORKER} must be filled in", "WORKER_NOT_IN_ERP"),
    RejectRule(rf"in field {_WORKER} is not found", "WORKER_NOT_IN_ERP"),
    RejectRule(rf"Field {_ACCOUNT} must be filled in", "ACCOUNT_UNMAPPED"),
    RejectRule(rf"in field {_ACCOUNT} is not found", "ACCOUNT_UNMAPPED"),
    RejectRule(r"sales tax (group|code)|SalesTaxGroup", "TAX_MISSING"),
    RejectRule(r"exchange rate", "FX_MISSING"),
    RejectRule(r"in field 'Currency'|Field 'Currency' must be", "CURRENCY_MISMATCH"),
    RejectRule(r"(debit|transactions) .*not balance|is out of balance", "UNBALANCED"),
    RejectRule(r"already exists|duplicate", "DUPLICATE"),
    RejectRule(r"in use by|is locked|another user|in process", "RECORD_LOCKED"),
    RejectRule(r"is not found in the related table|does not exist", "REF_INVALID"),
    RejectRule(r"not authorized|insufficient (rights|permissions)", "PERMISSION_DENIED"),
    RejectRule(r"too many requests|throttl", "RATE_LIMIT"),
    RejectRule(r"service unavailable", "OUTAGE"),
)
"""First match wins."""

NO_TEXT = "F&O refused the line and says no reason"


def read_errors(text: str) -> dict[str, str]:
    """The error texts of an import, record id -> its texts.

    Args:
        text: what GetExecutionErrors answered: a JSON list of `RecordId`, `Field`, `ErrorMessage`.

    Raises:
        ValueError: if it is no such list.
    """
    listed = json.loads(text) if text else []
    if not isinstance(listed, list):
        raise ValueError("the error texts are no list")  # noqa: TRY004 - a fault of the answer
    found: dict[str, list[str]] = {}
    for entry in listed:
        if not isinstance(entry, Mapping):
            raise ValueError("an error text is no object")  # noqa: TRY004 - a fault of the answer
        message = str(entry.get("ErrorMessage") or "")
        if message:
            found.setdefault(str(entry.get("RecordId") or ""), []).append(message)
    return {record: "; ".join(texts) for record, texts in found.items()}


def read_error_file(content: bytes) -> list[dict[str, str]]:
    """The rows of an error file, column (upper case) -> text."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{str(name).upper(): value or "" for name, value in row.items()} for row in reader]


def rejected(
    entity: Entity, rows: Sequence[Mapping[str, str]], texts: Mapping[str, str]
) -> list[LineResult]:
    """What the rows of an error file say about lines; a row without a whole key says nothing.

    Args:
        entity: whose rows these are.
        rows: rows of an error file.
        texts: record id (the natural key, comma separated) -> text.
    """
    found: list[LineResult] = []
    for row in rows:
        key = "".join(row.get(name, "") for name in entity.key_columns)
        if parse_posting_key(key) is None:
            continue
        record = ",".join(row.get(name, "") for name in entity.keys)
        message = texts.get(record, NO_TEXT)
        found.append(LineResult(key, "rejected", None, classify(message, RULES), message))
    return found
