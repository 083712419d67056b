"""Harvest API v2: time entries with users, clients, projects and assignments.

API: https://api.harvestapp.com/v2 (``base_url`` ends in ``/v2``), a personal access token and the
account id as secrets ``token`` and ``account_id``. Option ``hours``: ``rounded_hours`` (default,
what Harvest invoices by) or ``hours``.

Paging: ``links.next`` only, on the same host; 2000 records a page; 100 requests per 15 seconds,
429 with Retry-After honoured.

Cursor: ``updated_since`` of the newest ``updated_at`` landed, minus three days. Harvest deletes
without a trace, so every non-closed period is listed in full and what is missing becomes a
tombstone. Approval shows as ``is_closed``, ``is_locked`` and ``locked_reason`` only.

Refused: wrong credentials, an answer that is no page of the list (asked for three times), a list
that never comes out whole, a listing that lost most of what was known. Nothing lands then.

    harvest list -> pages (raw kept) -> raw_<system>.<table> -> landed_harvest.<table>

Alone: ``python -m pipelines.harvest --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.harvest.resources import HarvestExtractor
from pipelines.harvest.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """An authenticated session with one account.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    return ApiSession(
        system.id,
        system.base_url,
        headers={
            "Authorization": f"Bearer {system.secret('token')}",
            "Harvest-Account-Id": system.secret("account_id"),
            "User-Agent": "Tieout (time and expense reconciliation)",
        },
    )


VENDOR = Vendor(
    name="harvest",
    tables=TABLES,
    extractor=HarvestExtractor,
    session=open_session,
    look_back=timedelta(days=3),
)
