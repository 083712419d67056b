"""Oracle Fusion Cloud ERP (REST): project costs, journals, periods, rates, projects, persons.

API: the pod's root as ``base_url``; HTTP Basic with the secrets ``username`` and ``password`` of an
integration user that reads project costs, journals, periods, rates, projects and persons. Options
``business_units``, ``ledgers``, ``ledger_ids`` and ``legal_entity_ids`` (``US01=…;UK01=…``) say
which legal entity a record belongs to; see docs/targets/oracle_fusion.md for the others.

Paging: 500 rows a page by ``offset``, ordered by the record's number, so that records that appear
meanwhile come last. Answers are read until ``hasMore`` is false.

Cursor: ``LastUpdateDate`` of the newest version landed, minus three days, inclusive. Costs and
journals of every non-closed period are listed in full and what is missing becomes a tombstone.
Master data is listed whole.

Refused: wrong credentials, an answer that is no page, a listing that lost most of what was known.
Nothing lands then.

    REST -> pages (raw kept) -> raw_<system>.<table> -> landed_oracle_fusion.<table>

Not read: what was billed. Which record of Oracle links a cost to its invoice line is not verified.

Alone: ``python -m pipelines.oracle_fusion --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.oracle_fusion.resources import OracleFusionExtractor
from pipelines.oracle_fusion.tables import TABLES
from tieout.config import System
from tieout.http import ApiSession


def open_session(system: System) -> ApiSession:
    """An authenticated session with one pod.

    Raises:
        ConfigError: if a secret is not named or cannot be resolved.
    """
    login = (system.secret("username"), system.secret("password"))
    return ApiSession(system.id, system.base_url, auth=login)


VENDOR = Vendor(
    name="oracle_fusion",
    tables=TABLES,
    extractor=OracleFusionExtractor,
    session=open_session,
    look_back=timedelta(days=3),
)
