"""The SOAP service that takes journal entries, and the options of a SAP system.

Here: handing over one message and telling "taken", "refused" and "unknown" apart. Not here: which
messages go and what is remembered of them (`sap_s4hana`).

Assumed: the address of the service in a tenant (option `journal_path` corrects it), and that a
taken message is answered with 202, or with 200 and either nothing or a SOAP envelope. A SOAP fault
is a refusal of the whole message; any other answer leaves the message in doubt.
"""

from __future__ import annotations

from typing import Final

import requests

from tieout.config import System
from tieout.domain.errors import ConfigError, OutcomeUnknown, SystemUnreachable
from tieout.domain.safe_xml import local_name, parse_xml
from tieout.http.session import ApiSession
from tieout.posting.acks.sap_s4hana import read_fault

JOURNAL_PATH: Final = "sap/bc/srt/scs_ext/sap/journalentrybulkcreationreques"
DEFAULTS: Final = {"settle_seconds": 300, "answer_seconds": 10, "confirm_hours": 24}
OPTION_MAX: Final = 1_000_000
OK, TAKEN, SERVER_ERROR = 200, 202, 500
HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}


class JournalService:
    """JournalEntryBulkCreationRequest_In of one tenant.

    Args:
        system: the system of firm.yml; option `journal_path`.
        session: a session with the communication user's credentials.
    """

    def __init__(self, system: System, session: ApiSession) -> None:
        self._system, self._session = system, session
        self._path = str(system.options.get("journal_path", JOURNAL_PATH)).lstrip("/")

    def send(self, data: bytes) -> None:
        """Hand over one message; returns when SAP said that it has it.

        Raises:
            SystemUnreachable: SAP does not have it.
            OutcomeUnknown: SAP may have it.
        """
        response = self._session.request(
            "POST",
            self._path,
            data=data,
            headers=HEADERS,
            retry=False,
            accept=frozenset({SERVER_ERROR}),
        )
        fault = read_fault(response.content)
        if fault is not None:
            raise SystemUnreachable(
                self._system.id,
                f"the service refused a message: {fault}",
                "read SAP's message; check that SAP_COM_0002 is active and journal_path is right",
            )
        if not _is_taken(response):
            raise OutcomeUnknown(
                self._system.id,
                f"POST {self._path}: HTTP {response.status_code} {response.content[:80]!r}",
            )


def number_of(system: System, name: str) -> int:
    """An option that is a whole number: seconds, or hours for `confirm_hours`.

    Raises:
        ConfigError: if it is not one from 0 to `OPTION_MAX`.
    """
    wanted = system.options.get(name, DEFAULTS[name])
    if isinstance(wanted, bool) or not str(wanted).isdigit() or int(wanted) > OPTION_MAX:
        raise ConfigError(
            f"{wanted!r} is no whole number",
            file="firm.yml",
            field=f"systems.{system.id}.options.{name}",
            fix=f"write a number from 0 to {OPTION_MAX}",
        )
    return int(wanted)


def _is_taken(response: requests.Response) -> bool:
    """Whether an answer says that SAP has the message."""
    if response.status_code != OK:
        return response.status_code == TAKEN
    if not response.content.strip():
        return True
    try:
        return local_name(parse_xml(response.content)) == "Envelope"
    except ValueError:
        return False
