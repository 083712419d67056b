"""SAP S/4HANA Cloud, public edition (OData V2): items of posted journal entries.

API: ``https://{tenant}-api.s4hana.cloud.sap`` as ``base_url``; HTTP Basic of a communication user
with the secrets ``username`` and ``password``. The communication arrangements must hold the
services API_OPLACCTGDOCITEMCUBE_SRV (read) and, for posting, SAP_COM_0002. Option
``controlled_accounts``: G/L accounts, comma separated; then only items in them are read, and those
of this product's own entries. Option ``first_day``: only entries posted from that day on are read.

Paging: 1,000 rows a page, each behind the last key seen, so entries that appear meanwhile shift
nothing.

Cursor: none. SAP dates changes of an entry by day only, so everything is listed in every run and
each change of content becomes a version. Posted entries are never deleted; one that is no longer
listed becomes a tombstone.

Not landed, because no public interface of it is known: accounting periods, exchange rates, workers,
projects, and a link from an invoice to the entry it bills. Files in our own shapes (`csv_tables`)
bring them.

Refused: wrong credentials, a property the tenant's release does not have, an answer that is no page
or out of order, a listing that lost most of what was known. Nothing lands then.

    OData -> pages (raw kept) -> raw_<system>.<table> -> landed_sap_s4hana.<table>

Alone: ``python -m pipelines.sap_s4hana --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from pipelines.contracts import Vendor
from pipelines.sap_s4hana.resources import SapExtractor
from pipelines.sap_s4hana.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """A session with the communication user's credentials.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    return ApiSession(
        system.id, system.base_url, auth=(system.secret("username"), system.secret("password"))
    )


VENDOR = Vendor(name="sap_s4hana", tables=TABLES, extractor=SapExtractor, session=open_session)
