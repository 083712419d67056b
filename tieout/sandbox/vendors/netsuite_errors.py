"""How the emulated NetSuite refuses: the error body of REST web services and its literal texts.

Here: `Refusal` (an exception every other module raises), the error body, and the texts that the
rest of the world matches on. Sources: the record REST schema `nsError` for the body, recorded
answers of the live service for the login and query texts, the SOAP fixtures and status codes for
the save texts (the period text, the invalid reference key, the invalid field value).

Not here: when each of them is raised (`netsuite_rules`, `netsuite_suiteql`, `netsuite_auth`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tieout.sandbox.vendors.base import json_response

ERROR_TYPE: Final = "application/vnd.oracle.resource+json; type=error; charset=UTF-8"

PERIOD_TEXT: Final = (
    "The transaction date you specified is not within the date range of your accounting period."
)
TAX_TEXT: Final = "Please enter value(s) for: Tax Code"
DUPLICATE_TEXT: Final = "This record already exists"
LOGIN_TEXT: Final = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)
CONCURRENCY_TEXT: Final = "Concurrent request limit exceeded. Request blocked."
QUERY_TEXT: Final = "Invalid search query. Detailed unprocessed description follows. "

_TITLES: Final[Mapping[int, str]] = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
_SECTIONS: Final[Mapping[int, str]] = {400: "15.5.1", 401: "15.5.2", 404: "15.5.5", 405: "15.5.6"}


class Refusal(Exception):  # noqa: N818 - named for what it is to the caller
    """One refused request.

    Args:
        status: HTTP status.
        detail: the text for people, matched literally by connectors.
        code: `o:errorCode`.
        path: JSON path of the offending property, if one is to blame.
        title: another title than the status' own (the idempotency conflict has one).
        headers: extra response headers.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        code: str,
        *,
        path: str | None = None,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.detail, self.code, self.path = status, detail, code, path
        self.title, self.headers = title or _TITLES.get(status, "Error"), dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        section = _SECTIONS.get(self.status, "15")
        entry: dict[str, Any] = {"detail": self.detail, "o:errorCode": self.code}
        if self.path is not None:
            entry["o:errorPath"] = self.path
        return {
            "type": f"https://www.rfc-editor.org/rfc/rfc9110.html#section-{section}",
            "title": self.title,
            "status": self.status,
            "o:errorDetails": [entry],
        }

    def response(self) -> Response:
        """The error as an answer."""
        return json_response(self.body(), self.status, self.headers, content_type=ERROR_TYPE)


def period_closed() -> Refusal:
    """The date lies in a closed, locked or missing accounting period."""
    return Refusal(400, PERIOD_TEXT, "USER_ERROR", path="tranDate")


def invalid_key(kind: str, value: Any, owner: str | None = None) -> Refusal:
    """A reference that does not exist, is inactive, or is not valid for its owner.

    Args:
        kind: record kind as the text names it: customer, employee, account, currency, subsidiary.
        value: the key that was sent.
        owner: such as `subsidiary 2`; left out when the key does not exist at all.
    """
    suffix = f" for {owner}" if owner else ""
    return Refusal(
        400, f"Invalid {kind} reference key {value}{suffix}.", "INVALID_KEY_OR_REF", path=kind
    )


def invalid_value(field: str, value: Any) -> Refusal:
    """A value that the field does not take."""
    text = f"You have entered an Invalid Field Value {value} for the following field: {field}"
    return Refusal(400, text, "INVALID_FLD_VALUE", path=field)


def value_missing(label: str) -> Refusal:
    """A mandatory field was left empty; the label is the one on the form."""
    return Refusal(400, f"Please enter value(s) for: {label}", "USER_ERROR")


def unknown_property(name: str) -> Refusal:
    """A property the record does not have, refused under property name validation."""
    text = f"Unknown reference or field name: '{name}'."
    return Refusal(400, text, "INVALID_CONTENT", path=name)


def not_found() -> Refusal:
    """No record under that id or external id."""
    text = "The record instance does not exist. Provide a valid record instance ID."
    return Refusal(404, text, "NONEXISTENT_ID")


def from_http(error: HTTPException) -> Response:
    """An unknown path or wrong method, in the vendor's shape."""
    status = error.code or 500
    return Refusal(status, error.description or "", "INVALID_REQUEST").response()
