"""Kantata OX (Mavenlink API v1): time with its submissions, projects, clients, people, staffing.

API: https://api.mavenlink.com/api/v1 (``base_url`` ends in ``/api/v1``), a bearer token as secret
``token``. It does not expire and needs an account administrator's rights: cost rates are served to
those only.

Paging: ``limit`` and ``offset``, 200 a page, neighbours sharing one record, a few pages at once
(option ``connections``); 429 comes without Retry-After and is retried after a growing wait; the
vendor cuts a request after three minutes.

Cursor: ``updated_after`` of the newest ``updated_at`` landed, minus three days. People, projects
and clients are read whole, and each observed change is a version. Time is deleted without a trace,
so every non-closed period is listed in full and what is missing becomes a tombstone. Archived
projects and their time are asked for expressly. A resubmission is a new submission.

Assumptions: project code, billing model, legal entity, contract currency and cap stand in custom
fields of the project (options ``custom_project_code`` and so on rename them); the customer code of
a client is an external reference of model "Customer"; cost rates are kept in the currency of the
worker's employing entity; approval moves the entry's ``updated_at``.

Refused: wrong credentials, an answer that is not what was asked for (asked for three times), a
list that never comes out whole, a listing that lost most of what was known. Nothing lands then.

    kantata list -> pages (raw kept) -> raw_<system>.<table> -> landed_kantata.<table>

Alone: ``python -m pipelines.kantata --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.kantata.resources import KantataExtractor
from pipelines.kantata.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession
from tieout.http.session import Limits

_VENDOR_TIMEOUT_SECONDS = 190.0


def open_session(system: System) -> ApiSession:
    """An authenticated session with one account.

    Raises:
        ConfigError: if the secret is not named or cannot be resolved.
    """
    return ApiSession(
        system.id,
        system.base_url,
        headers={"Authorization": f"Bearer {system.secret('token')}"},
        limits=Limits(timeout_seconds=_VENDOR_TIMEOUT_SECONDS),
    )


VENDOR = Vendor(
    name="kantata",
    tables=TABLES,
    extractor=KantataExtractor,
    session=open_session,
    look_back=timedelta(days=3),
)
