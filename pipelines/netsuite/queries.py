"""The SuiteQL behind every landed table, and the conditions that page and bound it.

Here: one `Query` per table of `tables`, and the text of one page's statement. Not here: sending it
(`resources`). Values are put into the statement as literals because SuiteQL over REST takes no
parameters: they are ids and dates of our own rendering, never text from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.contracts import Window

_DAY: Final = "'YYYY-MM-DD'"
_INSTANT: Final = "'YYYY-MM-DD HH24:MI:SS'"


def _day(column: str, name: str) -> str:
    return f"TO_CHAR({column}, {_DAY}) AS {name}"


def _instant(expression: str, name: str) -> str:
    return f'TO_CHAR({expression}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS {name}'


@dataclass(frozen=True)
class Query:
    """How one table is selected.

    Attributes:
        select: expressions, each under the name of its column.
        source: tables and joins.
        keys: expressions of the paging key, unique together, all integers.
        key_names: names under which the keys come back.
        where: what is selected at all, or nothing.
        changed: expression of the last change, or nothing where everything is read each time.
        dated: expression of the date that bounds a sweep, or nothing.
        account: expression of the account number, where the option may restrict it.
    """

    select: tuple[str, ...]
    source: str
    keys: tuple[str, ...]
    key_names: tuple[str, ...]
    where: str = ""
    changed: str = ""
    dated: str = ""
    account: str = ""


_SUBSIDIARY: Final = ("s.id AS subsidiary_id", "s.externalid AS subsidiary_external_id")
_CHARGE_CHANGED: Final = "GREATEST(c.lastmodifieddate, NVL(i.lastmodifieddate, c.lastmodifieddate))"
_CREDIT_CHANGED: Final = "GREATEST(t.lastmodifieddate, c.lastmodifieddate)"

QUERIES: Final[dict[str, Query]] = {
    "time_bills": Query(
        select=(
            "tb.id", "tb.externalid", "tb.employee", "tb.customer", _day("tb.trandate", "trandate"),
            "tb.hours", "tb.isbillable", "tb.rate", "tb.laborcost", "tb.memo", "tb.approvalstatus",
            "tb.posted", *_SUBSIDIARY, "cur.symbol AS functional_currency_code",
            "tb.custcol_tieout_cost", "tb.custcol_tieout_bill", "tb.custcol_tieout_currency",
            _day("tb.custcol_tieout_work_date", "custcol_tieout_work_date"), "tb.createdby",
            _instant("tb.createddate", "createddate"),
            _instant("tb.lastmodifieddate", "lastmodifieddate"),
        ),
        source="timebill tb LEFT JOIN subsidiary s ON s.id = tb.subsidiary "
        "LEFT JOIN currency cur ON cur.id = s.currency",
        keys=("tb.id",),
        key_names=("id",),
        where="tb.timetype = 'A'",
        changed="tb.lastmodifieddate",
        dated="tb.trandate",
    ),
    "journal_lines": Query(
        select=(
            "tl.uniquekey", "tl.transaction AS document", "tl.id AS line", "t.externalid",
            "t.tranid",
            _day("t.trandate", "trandate"), _day("ap.startdate", "accounting_period_start"),
            "t.approvalstatus", "t.posting", "t.void AS voided", "a.acctnumber", "tal.amount",
            "tl.memo",
            "tl.entity", *_SUBSIDIARY, "cur.symbol AS functional_currency_code",
            "tl.custcol_tieout_employee", "tl.custcol_tieout_bill", "tl.custcol_tieout_currency",
            _day("tl.custcol_tieout_work_date", "custcol_tieout_work_date"), "t.createdby",
            _instant("t.createddate", "createddate"),
            _instant("t.lastmodifieddate", "lastmodifieddate"),
        ),
        source="transaction t JOIN transactionline tl ON tl.transaction = t.id "
        "JOIN transactionaccountingline tal ON tal.transaction = tl.transaction "
        "AND tal.transactionline = tl.id JOIN account a ON a.id = tal.account "
        "LEFT JOIN accountingperiod ap ON ap.id = t.postingperiod "
        "LEFT JOIN subsidiary s ON s.id = tl.subsidiary "
        "LEFT JOIN currency cur ON cur.id = s.currency",
        keys=("tl.uniquekey",),
        key_names=("uniquekey",),
        where="t.type = 'Journal' AND tal.accountingbook = 1",
        changed="t.lastmodifieddate",
        dated="t.trandate",
        account="a.acctnumber",
    ),
    "charges": Query(
        select=(
            "c.id", "c.timerecord", "c.transaction AS journal", "c.transactionline AS journal_line",
            "c.stage", "c.quantity",
            "c.amount", "cur.symbol AS currency_code", "c.invoice", "i.tranid AS invoice_number",
            _day("i.trandate", "invoice_date"), "i.posting AS invoice_posting",
            "i.void AS invoice_voided", _instant(_CHARGE_CHANGED, "lastmodifieddate"),
        ),
        source="charge c LEFT JOIN transaction i ON i.id = c.invoice "
        "LEFT JOIN currency cur ON cur.id = c.currency",
        keys=("c.id",),
        key_names=("id",),
        changed=_CHARGE_CHANGED,
        dated="i.trandate",
    ),
    "credit_lines": Query(
        select=(
            "tl.uniquekey", "tl.transaction AS document", "tl.id AS line", "c.id AS charge",
            "c.timerecord",
            "c.transaction AS journal", "c.transactionline AS journal_line",
            "t.tranid AS credit_number", _day("t.trandate", "credit_date"),
            "t.posting AS credit_posting", "t.void AS credit_voided", "tl.quantity",
            "tl.foreignamount AS amount", "cur.symbol AS currency_code",
            _instant(_CREDIT_CHANGED, "lastmodifieddate"),
        ),
        source="transaction t JOIN transactionline tl ON tl.transaction = t.id "
        "JOIN previoustransactionlinelink l ON l.nextdoc = tl.transaction AND l.nextline = tl.id "
        "JOIN charge c ON c.invoice = l.previousdoc AND c.invoiceline = l.previousline "
        "LEFT JOIN currency cur ON cur.id = t.currency",
        keys=("tl.uniquekey", "c.id"),
        key_names=("uniquekey", "charge"),
        where="t.type = 'CustCred'",
        changed=_CREDIT_CHANGED,
        dated="t.trandate",
    ),
    "accounting_periods": Query(
        select=(
            "ap.id", *_SUBSIDIARY, "ap.periodname", _day("ap.startdate", "startdate"),
            _day("ap.enddate", "enddate"), "ap.closed", "ap.alllocked",
        ),
        source="accountingperiod ap CROSS JOIN subsidiary s",
        keys=("ap.id", "s.id"),
        key_names=("id", "subsidiary_id"),
        where="ap.isposting = 'T' AND ap.isadjust = 'F' AND ap.isquarter = 'F' "
        "AND ap.isyear = 'F' AND s.iselimination = 'F'",
    ),
    "currency_rates": Query(
        select=(
            "r.id", "src.symbol AS from_currency_code", "dst.symbol AS to_currency_code",
            _day("r.effectivedate", "effectivedate"), "r.exchangerate",
        ),
        source="currencyrate r JOIN currency src ON src.id = r.transactioncurrency "
        "JOIN currency dst ON dst.id = r.basecurrency",
        keys=("r.id",),
        key_names=("id",),
    ),
    "employees": Query(
        select=(
            "e.id", "e.entityid", "e.firstname", "e.lastname", "e.email", "e.title",
            _day("e.hiredate", "hiredate"), _day("e.releasedate", "releasedate"), "e.employeetype",
            *_SUBSIDIARY, "e.isinactive", _instant("e.lastmodifieddate", "lastmodifieddate"),
        ),
        source="employee e LEFT JOIN subsidiary s ON s.id = e.subsidiary",
        keys=("e.id",),
        key_names=("id",),
    ),
    "customers": Query(
        select=(
            "cu.id", "cu.entityid", "cu.companyname", "cur.symbol AS currency_code",
            "cu.isinactive", _instant("cu.lastmodifieddate", "lastmodifieddate"),
        ),
        source="customer cu LEFT JOIN currency cur ON cur.id = cu.currency",
        keys=("cu.id",),
        key_names=("id",),
    ),
    "jobs": Query(
        select=(
            "j.id", "j.entityid", "j.companyname", "j.customer", "cur.symbol AS currency_code",
            *_SUBSIDIARY, _day("j.startdate", "startdate"),
            _day("j.projectedenddate", "projectedenddate"), "j.isinactive",
            _instant("j.lastmodifieddate", "lastmodifieddate"),
        ),
        source="job j LEFT JOIN subsidiary s ON s.id = j.subsidiary "
        "LEFT JOIN currency cur ON cur.id = j.currency",
        keys=("j.id",),
        key_names=("id",),
    ),
    "subsidiaries": Query(
        select=(
            "s.id", "s.name", "s.externalid", "s.country", "cur.symbol AS currency_code",
            "s.isinactive",
        ),
        source="subsidiary s LEFT JOIN currency cur ON cur.id = s.currency",
        keys=("s.id",),
        key_names=("id",),
    ),
    "accounts": Query(
        select=("a.id", "a.acctnumber", "a.fullname", "a.accttype", "a.isinactive"),
        source="account a",
        keys=("a.id",),
        key_names=("id",),
    ),
}  # fmt: skip
"""Table name -> its query."""


def statement(
    query: Query, window: Window, after: Sequence[int] | None, accounts: Sequence[str] = ()
) -> str:
    """The text of one page.

    Args:
        query: the table's query.
        window: what is wanted of it.
        after: the key of the last row seen, or None for the first page.
        accounts: account numbers to restrict journal lines to, or none.
    """
    conditions = [query.where] if query.where else []
    if window.since is not None and query.changed:
        moment = window.since.strftime("%Y-%m-%d %H:%M:%S")
        conditions.append(f"{query.changed} >= TO_DATE('{moment}', {_INSTANT})")
    if window.sweep_from is not None and query.dated:
        conditions.append(f"{query.dated} >= TO_DATE('{window.sweep_from.isoformat()}', {_DAY})")
    if accounts and query.account:
        listed = ", ".join(f"'{number}'" for number in accounts)
        conditions.append(f"{query.account} IN ({listed})")
    if after is not None:
        conditions.append(behind(query.keys, after))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = ", ".join(query.keys)
    return f"SELECT {', '.join(query.select)} FROM {query.source}{where} ORDER BY {order}"


def behind(keys: Sequence[str], after: Sequence[int]) -> str:
    """The condition that a row lies behind a key, in the order of the key's parts."""
    parts = []
    for position, key in enumerate(keys):
        same = [f"{keys[n]} = {after[n]}" for n in range(position)]
        parts.append(" AND ".join([*same, f"{key} > {after[position]}"]))
    return "(" + " OR ".join(parts) + ")"
