"""BambooHR API v1: who works for which legal entity, since when and until when.

API: ``base_url`` is the company's own address (https://{company}.bamboohr.com), the secret
``api_key`` goes as Basic user name. Option ``legal_entity``: the field that names the employing
legal entity (``division``, ``location`` or ``department``).

Paging: none; ``/employees/changed?since=`` tells who changed, each of them is read in full, one
listing of the employment status table tells contractors from employees after they left.

Cursor: the newest ``lastChanged`` landed, minus three days. The feed names deletions itself.

Refused: wrong credentials, an answer that stays unreadable (asked for three times), a company
that shows nobody on the first reading. Nothing lands then.

    changed -> each employee (raw kept) -> raw_<system>.employees -> landed_bamboohr.employees

Alone: ``python -m pipelines.bamboohr --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.bamboohr.resources import BambooHrExtractor
from pipelines.bamboohr.tables import TABLES
from pipelines.contracts import Vendor
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """An authenticated session with one company.

    Raises:
        ConfigError: if the secret is not named or cannot be resolved.
    """
    return ApiSession(
        system.id,
        system.base_url,
        headers={"Accept": "application/json"},
        auth=(system.secret("api_key"), "x"),
    )


VENDOR = Vendor(
    name="bamboohr",
    tables=TABLES,
    extractor=BambooHrExtractor,
    session=open_session,
    look_back=timedelta(days=3),
)
