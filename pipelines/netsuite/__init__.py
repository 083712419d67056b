"""NetSuite (SuiteTalk REST, SuiteQL): posted time and journals, billing, periods, rates, masters.

API: ``https://{account}.suitetalk.api.netsuite.com`` as ``base_url``; token-based authentication
(OAuth 1.0, HMAC-SHA256) with the secrets ``account``, ``consumer_key``, ``consumer_secret``,
``token_id``, ``token_secret``. The integration user's time zone must be GMT. The account needs the
custom fields ``custcol_tieout_cost``, ``_bill``, ``_currency`` and ``_work_date`` on time and on
journal lines, ``custcol_tieout_employee`` on journal lines, and each subsidiary's external id must
be the legal entity id of firm.yml. Journals are read in the primary accounting book. Option
``controlled_accounts``: account numbers, comma separated; then only journal lines in them are read.

Paging: 1,000 rows a page, each page a query of its own that starts behind the last key seen. So a
query never meets SuiteQL's ceiling of 100,000 rows, and rows that come or go while the list is
being read neither repeat nor hide others.

Cursor: ``lastmodifieddate`` of the newest version landed, minus three days, inclusive. NetSuite
deletes without a trace in these tables, so every non-closed period is listed in full and what is
missing becomes a tombstone. Small reference tables are read whole and versioned by content.

Refused: wrong credentials, a field the account does not have, an answer that is no page of the
query or out of order (asked for three times), a listing that lost most of what was known. Nothing
lands then.

    SuiteQL -> pages (raw kept) -> raw_<system>.<table> -> landed_netsuite.<table>

Alone: ``python -m pipelines.netsuite --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.netsuite.resources import NetSuiteExtractor
from pipelines.netsuite.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """A session whose requests are signed with one access token.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    from requests_oauthlib import OAuth1  # noqa: PLC0415 - only where a request is really signed

    auth = OAuth1(
        system.secret("consumer_key"),
        client_secret=system.secret("consumer_secret"),
        resource_owner_key=system.secret("token_id"),
        resource_owner_secret=system.secret("token_secret"),
        signature_method="HMAC-SHA256",
        realm=system.secret("account"),
        decoding=None,  # header values stay text, as every transport expects them
    )
    return ApiSession(system.id, system.base_url, auth=auth)


VENDOR = Vendor(
    name="netsuite",
    tables=TABLES,
    extractor=NetSuiteExtractor,
    session=open_session,
    look_back=timedelta(days=3),
)
