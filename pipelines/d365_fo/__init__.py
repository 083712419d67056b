"""Dynamics 365 F&O (OData): lines of journals, billed hours, periods, rates, workers, projects.

API: the environment's address as ``base_url``; Microsoft Entra ID, client credentials, with the
secrets ``tenant_id``, ``client_id``, ``client_secret`` (`auth`). Options: ``companies`` maps legal
entities to companies (``US01=usmf, UK01=gbsi``; without it a company is called as its entity, and
every company is read), ``rate_type`` names the exchange rate type to read (``Default``),
``login_url`` the login host of a sovereign cloud.

Paging: F&O's own links, 10,000 records a page. Cursor: none; OData shows no time of change, so
every non-closed period is listed in full, a change of content is a version and what is missing
becomes a tombstone.

Assumptions: a resource id is the worker's personnel number, and project ids are unique in the firm;
invoiced revenue of a project transaction is in the company's accounting currency, and an issued
invoice; the entity sets ``ExpenseJournalHeaders``, ``ExpenseJournalLines``,
``LedgerFiscalPeriods``, ``ExchangeRates`` and ``Workers`` are public (the first four are entities
of the Common Data Model; release 10.0.47's OpenAPI does not list them). Not read: what was entered
in F&O's own timesheets and expense reports, and what was invoiced of expenses: no field leads from
an expense journal line to its project transaction.

Refused: wrong credentials, an answer that is no page of records, a listing that lost most of what
was known. Nothing lands then.

    OData -> pages (raw kept) -> raw_<system>.<table> -> landed_d365_fo.<table>

Alone: ``python -m pipelines.d365_fo --firm DIR --home DIR [--system ID]``
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.contracts import Vendor
from pipelines.d365_fo.auth import D365FoSession
from pipelines.d365_fo.resources import D365FoExtractor
from pipelines.d365_fo.tables import TABLES

VENDOR = Vendor(
    name="d365_fo",
    tables=TABLES,
    extractor=D365FoExtractor,
    session=D365FoSession,
    look_back=timedelta(days=1),
)
