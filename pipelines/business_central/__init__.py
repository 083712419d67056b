"""Dynamics 365 Business Central (API v2.0): ledger entries, periods, rates, projects, employees.

API: ``https://api.businesscentral.dynamics.com/v2.0/{tenant}/{environment}/api/v2.0`` as
``base_url``; OAuth 2.0 client credentials with the secrets ``client_id`` and ``client_secret``.
Options: ``tenant`` (directory id) or ``token_url``, ``company`` (the company's id) and
``legal_entity`` (whose books it keeps). One system reads one company.

Paging: ``@odata.nextLink``, on the same host only.

Cursor: ``lastModifiedDateTime`` of the newest entry landed, minus three days, inclusive. A posted
entry is neither changed nor deleted; every other table is small and listed whole in every run, and
what is missing becomes a tombstone.

Refused: wrong credentials, an answer that is no page (asked for three times), a listing that lost
most of what was known. Nothing lands then.

    OData list -> pages (raw kept) -> raw_<system>.<table> -> landed_business_central.<table>

Alone: ``python -m pipelines.business_central --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.business_central.auth import BusinessCentralSession
from pipelines.business_central.resources import BusinessCentralExtractor
from pipelines.business_central.tables import TABLES
from pipelines.contracts import Vendor

VENDOR = Vendor(
    name="business_central",
    tables=TABLES,
    extractor=BusinessCentralExtractor,
    session=BusinessCentralSession,
    look_back=timedelta(days=3),
)
