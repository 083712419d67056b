"""The tables of the emulated NetSuite account, named and columned as SuiteQL names them.

Here: the declared columns (one source for the DDL, the loader and the query's identifier check)
and how values are held. Not here: the database (`netsuite_store`), the queries
(`netsuite_suiteql`), where the rows come from (`netsuite_history`, `netsuite_records`).

How values are held, so that a SELECT answers as SuiteQL does:

- ids are integers; quantities and amounts are decimal TEXT, exact, never a binary number;
- a date or timestamp is TEXT with a leading ``@`` and always with a time
  (``@2026-06-30 00:00:00``): it sorts, a bare date column can be shown in the account's date
  format (``6/30/2026``), and only TO_CHAR gives anything better, as in the real service;
- booleans are ``T`` and ``F``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "currency": ("id", "symbol", "name", "isinactive"),
    "subsidiary": (
        "id", "name", "externalid", "country", "currency", "iselimination", "isinactive",
        "lastmodifieddate",
    ),
    "account": (
        "id", "acctnumber", "fullname", "accttype", "isinactive", "istaxrequired",
        "lastmodifieddate",
    ),
    "employee": (
        "id", "entityid", "externalid", "firstname", "lastname", "email", "title", "hiredate",
        "releasedate", "employeetype", "subsidiary", "isinactive", "lastmodifieddate",
    ),
    "customer": (
        "id", "entityid", "externalid", "companyname", "currency", "subsidiary", "isinactive",
        "lastmodifieddate",
    ),
    "job": (
        "id", "entityid", "externalid", "companyname", "customer", "currency", "subsidiary",
        "startdate", "projectedenddate", "jobbillingtype", "isinactive", "lastmodifieddate",
    ),
    "accountingperiod": (
        "id", "periodname", "startdate", "enddate", "closed", "closedondate", "alllocked",
        "aplocked", "arlocked", "payrolllocked", "allownonglchanges", "isposting", "isadjust",
        "isquarter", "isyear", "lastmodifieddate",
    ),
    "currencyrate": (
        "id", "basecurrency", "transactioncurrency", "exchangerate", "effectivedate",
        "lastmodifieddate",
    ),
    "timebill": (
        "id", "externalid", "employee", "customer", "item", "trandate", "hours", "isbillable",
        "rate", "laborcost", "memo", "subsidiary", "timetype", "approvalstatus", "posted",
        "createdby", "createddate", "lastmodifieddate", "custcol_tieout_cost",
        "custcol_tieout_bill", "custcol_tieout_currency", "custcol_tieout_work_date",
    ),
    "transaction": (
        "id", "externalid", "type", "tranid", "trandate", "postingperiod", "entity", "currency",
        "exchangerate", "status", "approvalstatus", "posting", "void", "memo", "createdby",
        "createddate", "lastmodifieddate",
    ),
    "transactionline": (
        "uniquekey", "id", "transaction", "mainline", "entity", "subsidiary", "quantity", "rate",
        "foreignamount", "netamount", "memo", "custcol_tieout_employee", "custcol_tieout_cost",
        "custcol_tieout_bill", "custcol_tieout_currency", "custcol_tieout_work_date",
    ),
    "transactionaccountingline": (
        "transaction", "transactionline", "accountingbook", "account", "debit", "credit", "amount",
        "posting",
    ),
    "previoustransactionlinelink": (
        "previousdoc", "previousline", "nextdoc", "nextline", "linktype", "foreignamount",
    ),
    "charge": (
        "id", "timerecord", "project", "stage", "rate", "quantity", "amount", "currency",
        "transaction", "transactionline", "invoice", "invoiceline", "lastmodifieddate",
    ),
    "dual": ("dummy",),
}  # fmt: skip
"""Table -> columns. A column of another name is refused as SuiteQL refuses it."""

INTEGERS: Final = frozenset(
    {
        "id", "uniquekey", "transaction", "transactionline", "invoice", "invoiceline",
        "previousdoc", "previousline", "nextdoc", "nextline", "timerecord", "employee", "customer",
        "subsidiary", "currency", "account", "postingperiod", "entity", "project",
        "accountingbook", "basecurrency", "transactioncurrency", "custcol_tieout_employee",
    }
)  # fmt: skip
"""Columns that hold internal ids: compared and sorted as numbers."""

DATES: Final = frozenset(
    {
        "trandate", "startdate", "enddate", "closedondate", "hiredate", "releasedate",
        "projectedenddate", "effectivedate", "createddate", "lastmodifieddate",
        "custcol_tieout_work_date",
    }
)  # fmt: skip

_KEYS: Final[Mapping[str, str]] = {
    "transactionline": "primary key (uniquekey)",
    "transactionaccountingline": 'primary key ("transaction", transactionline)',
    "previoustransactionlinelink": "primary key (nextdoc, nextline, previousdoc, previousline)",
    "dual": "primary key (dummy)",
}
_INDEXES: Final = (
    "create index if not exists timebill_externalid on timebill (externalid)",
    'create index if not exists transaction_externalid on "transaction" (externalid)',
    'create index if not exists transactionline_doc on transactionline ("transaction", id)',
    "create index if not exists charge_invoice on charge (invoice)",
)


def ddl() -> list[str]:
    """Statements that create the account's tables, safe to repeat."""
    statements = []
    for table, columns in TABLES.items():
        typed = ", ".join(
            f'"{name}" {"integer" if name in INTEGERS else "text"}' for name in columns
        )
        key = _KEYS.get(table, "primary key (id)")
        statements.append(f'create table if not exists "{table}" ({typed}, {key})')
    return [*statements, *_INDEXES]


def held(value: Any) -> Any:
    """A Python value as the database holds it (see the module's head)."""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, datetime):
        return "@" + value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return f"@{value.isoformat()} 00:00:00"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value


def decimal_text(value: Decimal) -> str:
    """Plain decimal notation without trailing zeros: `7.5`, `-120`, `0`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
