"""Tryton 8.2: account moves with their lines, periods, currency rates, projects, employees.

API: JSON-RPC (``POST <base_url>/rpc/``, ``base_url`` ends in the database name) with the login of
an integration user as secrets ``username`` and ``password``, sent as HTTP Basic: a session would
have to be renewed. The user reads accounting, company, party, currency and project records.
Options: ``company`` (code of the company's party) where the database holds more than one company.

Paging: by ascending id (``["id", ">", last]``), so records that appear meanwhile shift nothing.

Cursor: the newest ``write_date`` or ``create_date`` landed, minus a day. ``write_date`` is empty
until the first update, so both are asked; a long transaction commits with old stamps, so the day
is read again. Tryton deletes without a trace: open periods are listed in full and what is missing
becomes a tombstone.

Refused: wrong credentials or rights, an error in an answer of status 200, a listing that lost
most of what was known. Nothing lands then.

    search_read -> pages (raw kept) -> raw_<system>.<table> -> landed_tryton.<table>

Alone: ``python -m pipelines.tryton --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.tryton.resources import TrytonExtractor
from pipelines.tryton.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """An authenticated session with one database.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    login = (system.secret("username"), system.secret("password"))
    # Tryton writes an answer to the socket token by token unless it may compress it: six times
    # slower (measured), so compression is asked for explicitly.
    return ApiSession(system.id, system.base_url, auth=login, headers={"Accept-Encoding": "gzip"})


VENDOR = Vendor(
    name="tryton",
    tables=TABLES,
    extractor=TrytonExtractor,
    session=open_session,
    look_back=timedelta(days=1),
)
