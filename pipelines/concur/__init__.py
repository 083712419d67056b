"""SAP Concur v3: expense reports, expense entries, users.

API: https://us.api.concursolutions.com/api/v3.0 or another data centre (``base_url`` ends in
``/api/v3.0``); OAuth 2.0 with the secrets ``client_id``, ``client_secret`` and ``refresh_token``.
Reading everybody's reports needs the role Web Services Admin. Option ``project_field`` (default
``Custom1``) names the entry's custom field with the project.

Paging: ``NextPage`` only, on the same host; 100 records a page; 429 and 503 are retried.

Cursor: reports by ``modifiedDateAfter`` of the newest ``LastModifiedDate`` landed, minus three
days. Entries have no such filter: they are read with their reports, those changed and those with
an entry in a non-closed period; an entry missing there becomes a tombstone. An entry's approval is
its report's, so its version is the later of its own change and its report's (`answers`).
Timestamps carry no zone and are UTC.

Assumptions: ``user=ALL`` is understood by the list of entries as it is by that of reports; a
change of an entry moves its report's ``LastModifiedDate``.

Refused: wrong credentials, an expired access token that a new one does not mend, an answer that is
not the page asked for (asked for three times), a listing that lost most of what was known. Nothing
lands then.

    concur list -> pages (raw kept) -> raw_<system>.<table> -> landed_concur.<table>

Alone: ``python -m pipelines.concur --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.concur.auth import ConcurSession
from pipelines.concur.resources import ConcurExtractor
from pipelines.concur.tables import TABLES
from pipelines.contracts import Vendor

VENDOR = Vendor(
    name="concur",
    tables=TABLES,
    extractor=ConcurExtractor,
    session=ConcurSession,
    look_back=timedelta(days=3),
)
