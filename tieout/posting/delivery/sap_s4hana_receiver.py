"""The address that SAP calls with its confirmations: a WSGI application.

Here: `create_receiver`, which stores what SAP sends in the mailbox and says so only when it is on
the disk. Not here: the mailbox (`sap_s4hana_mailbox`) and the server that runs the application
(any WSGI server behind the firm's TLS). A firm whose middleware receives the outbound service
JournalEntryBulkCreationRequest_Out needs none of this: the middleware writes the files.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from tieout.domain.safe_xml import BYTES_MAX
from tieout.posting.delivery.sap_s4hana_mailbox import Mailbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUS: Final = {
    202: "202 Accepted",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    405: "405 Method Not Allowed",
    411: "411 Length Required",
    413: "413 Content Too Large",
}


def create_receiver(mailbox: Mailbox, username: str, password: str) -> WSGIApplication:
    """The application that stores confirmations.

    Args:
        mailbox: where they go.
        username, password: what SAP's outbound communication user sends as HTTP Basic.
    """

    def receiver(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = _receive(environ, mailbox, username, password)
        headers = [("Content-Length", "0")]
        if status == 401:  # noqa: PLR2004 - the number is the name
            headers.append(("WWW-Authenticate", 'Basic realm="tieout"'))
        start_response(STATUS[status], headers)
        return []

    return receiver


def _receive(environ: dict[str, Any], mailbox: Mailbox, username: str, password: str) -> int:
    if environ["REQUEST_METHOD"] != "POST":
        return 405
    if not _is_known(environ.get("HTTP_AUTHORIZATION", ""), username, password):
        return 401
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        return 411
    if int(length) > BYTES_MAX:
        return 413
    try:
        mailbox.receive(environ["wsgi.input"].read(int(length)))
    except ValueError:
        return 400
    return 202


def _is_known(header: str, username: str, password: str) -> bool:
    """Whether an Authorization header holds the credentials; compared in constant time."""
    scheme, _, token = header.partition(" ")
    try:
        given = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(
        given, f"{username}:{password}".encode()
    )
