"""How the emulated Business Central refuses: the OData error body and the vendor's literal texts.

Here: `Refusal` (an exception every other module raises), the body, and the texts connectors match
on. Sources: the labels of the vendor's open source (API pages, journal posting), the documented
error codes. Not here: when each of them is raised.

Assumed beyond the documented facts: the status is 400 except where a record is missing (404); a
field that a posting routine tests is refused with the code of a validation error; the correlation
id follows the text after two blanks.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tieout.sandbox.vendors.base import json_response

DIALOG: Final = "Application_DialogException"
VALIDATION: Final = "Application_FieldValidationException"
TOO_LONG: Final = "Application_StringExceededLength"
NOT_FOUND: Final = "Internal_RecordNotFound"
SAME_KEY: Final = "Internal_EntityWithSameKeyExists"
CHANGED: Final = "Request_EntityChanged"
NO_LOGIN: Final = "Authentication_InvalidCredentials"
TOO_MANY: Final = "Application_TooManyRequests"
BAD_REQUEST: Final = "BadRequest"
FIRST_REFUSAL: Final = 400
"""Statuses from here on refuse."""

NOTHING_TO_POST: Final = "There is nothing to post."
NO_SUCH_BATCH: Final = "The General Journal Batch with ID {} cannot be found."
NO_SUCH_ACCOUNT: Final = 'The "accountNumber" does not match to an Account.'
ACCOUNTS_DIFFER: Final = "The account values do not match to a specific Account."
NO_FILTER: Final = "You must specify a journal batch ID or a journal ID to get a journal line."
OUT_OF_RANGE: Final = "Posting Date is not within your range of allowed posting dates."
OUT_OF_BALANCE: Final = "Document No. {} is out of balance by {}."


class Refusal(Exception):  # noqa: N818 - named for what it is to the caller
    """One refused request.

    Args:
        status: HTTP status.
        code: error code.
        text: the text for people, matched literally by connectors.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.status, self.code, self.text = status, code, text

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        message = f"{self.text}  CorrelationId:  {uuid.uuid4()}."
        return {"error": {"code": self.code, "message": message}}

    def response(self) -> Response:
        """The error as an answer."""
        headers = {"Retry-After": "1"} if self.code == TOO_MANY else {}
        return json_response(self.body(), self.status, headers)


def dialog(text: str) -> Refusal:
    """An error that the business logic raises itself."""
    return Refusal(400, DIALOG, text)


def must_be(field: str, wanted: str, record: str, held: str) -> Refusal:
    """A field that must have another value before anything can be posted."""
    text = f"{field} must be equal to '{wanted}' in {record}. Current value is '{held}'."
    return Refusal(400, VALIDATION, text)


def must_have_value(field: str, record: str) -> Refusal:
    """A field that was left empty."""
    text = f"{field} must have a value in {record}. It cannot be zero or empty."
    return Refusal(400, VALIDATION, text)


def too_long(value: str, limit: int) -> Refusal:
    """A text that does not fit its field."""
    text = (
        f"The length of the string is {len(value)}, but it must be less than or equal to {limit} "
        f"characters. Value: {value}"
    )
    return Refusal(400, TOO_LONG, text)


def no_record(table: str, record_id: str) -> Refusal:
    """A record that does not exist, or not any more."""
    text = f"The {table} does not exist. Identification fields and values: SystemId='{record_id}'"
    return Refusal(404, NOT_FOUND, text)


def period_closed() -> Refusal:
    """The date lies outside the range in which postings are allowed."""
    return dialog(OUT_OF_RANGE)


def no_login() -> Refusal:
    """No access token, or one that is not valid any more."""
    return Refusal(401, NO_LOGIN, "The server has rejected the client credentials.")


def from_http(error: HTTPException) -> Response:
    """An unknown path or wrong method, in the vendor's shape."""
    return Refusal(error.code or 500, BAD_REQUEST, error.description or "").response()
