"""The sections of the statement: which mart, which columns, in which words.

Every figure is read from a published mart as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tieout.close.charts import stacked_bars
from tieout.close.months import closed_with

Query = Callable[[str, list[Any]], list[dict[str, Any]]]
ROWS_MAX = 200
AGE_BUCKETS = ("0-7", "8-14", "15-30", "31-60", "61-90", ">90", "unknown")


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    label: str
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell as text with its style class."""

    text: str
    style: str = ""


@dataclass
class Section:
    """One section: title, explanation, chart and table."""

    id: str
    title: str
    note: str
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    chart: str = ""
    count: str | None = None
    more: str = ""


@dataclass(frozen=True)
class Listing:
    """A section that lists rows of one mart."""

    id: str
    title: str
    note: str
    source: str
    where: str
    order: str
    columns: tuple[tuple[str, str], ...]


def figure(value: Decimal | int | None) -> str:
    """Thousands separators; two decimals, four only where the value has them."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,.4f}"
    return text.removesuffix("00")


def cell(name: str, value: Any) -> Cell:
    """A value as a cell."""
    if name == "is_tied":
        return Cell("yes", "tied") if value else Cell("NO", "untied")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, Decimal | int):
        return Cell(figure(value), "n zero" if value == 0 else "n")
    if isinstance(value, datetime):
        return Cell(value.strftime("%Y-%m-%d %H:%M"))
    if isinstance(value, date):
        return Cell(value.isoformat())
    return Cell("" if value is None else str(value))


POSTED = Listing(
    "posted", "Posted by Tieout",
    "Every sealed batch for work up to this period: lines acknowledged by the ERP, and lines proven"
    " by reading them back (date, hours, amount and state).",
    "rpt_posted_in_run", "period_id <= ?", "target, created_at, batch_id, currency_code",
    (
        ("target", "ERP"), ("batch_id", "Batch"), ("period_id", "Work period"), ("state", "State"),
        ("line_count", "Lines"), ("acked_count", "Acknowledged"), ("proven_count", "Proven"),
        ("rejected_count", "Rejected"), ("in_doubt_count", "In doubt"),
        ("gate_quarantined", "Held by gate"), ("acked_hours", "Hours"), ("acked_amount", "Cost"),
        ("currency_code", "Currency"), ("file_names", "Sealed files"),
    ),
)  # fmt: skip

EXCEPTIONS = Listing(
    "exceptions", "Open exceptions",
    "What waits for a person: reason, owner, amount at risk in reporting currency, and what to do.",
    "fct_exceptions", f"status = 'open' and coalesce({closed_with('fct_exceptions')}, ?) <= ?",
    "amount_at_risk_reporting desc nulls last, exception_id",
    (
        ("reason_label", "Reason"), ("reason_code", "Code"), ("stage", "Stage"),
        ("subject_id", "What"), ("legal_entity_id", "Entity"), ("work_date", "Work date"),
        ("owner_role", "Owner"), ("amount_at_risk_reporting", "At risk"),
        ("opened_at", "Opened"), ("due_at", "Due"), ("is_overdue", "Overdue"), ("fix", "Next step"),
    ),
)  # fmt: skip

_AGING = (
    ("legal_entity_id", "Entity"), ("sub_status", "Status"), ("reason_code", "Reason"),
    ("owner_role", "Owner"), ("aging_bucket", "Age, days"), ("row_count", "Items"),
    ("hours", "Hours"), ("amount_reporting", "Value, reporting currency"),
    ("amount_at_risk_reporting", "At risk, reporting currency"),
)  # fmt: skip

_MARTS = (
    ("rec_approved_not_posted", "approved-not-posted", "Approved, not posted",
     "Approved entries without a line in the ERP, by age since approval, reason and owner."),
    ("rec_adjusted_not_reclassified", "adjusted", "Adjusted, not reclassified",
     ("Entries whose ERP lines no longer equal the approved version: edits, moves, rate changes,"
      " withdrawn approvals, deletions. Bill value; hours are net (to post − to reverse).")),
    ("rec_posted_not_billed", "posted-not-billed", "Posted, not billed",
     "Chargeable lines in the ERP that no issued invoice covers, by age since posting."),
    ("rec_orphan_postings", "orphans", "Orphans",
     "ERP lines in controlled accounts that belong to no approved entry."),
    ("rec_duplicate_postings", "duplicates", "Duplicates",
     "Lines that post an entry version a second time; the later line is the excess."),
)  # fmt: skip


def listing_section(listing: Listing, query: Query, parameters: list[Any]) -> Section:
    """A section from a listing, cut at ROWS_MAX rows with a note of the rest."""
    names = ", ".join(name for name, _ in listing.columns)
    found = query(
        f"select {names}, count(*) over () as total_rows from {listing.source}"
        f" where {listing.where} order by {listing.order} limit {ROWS_MAX}",
        parameters,
    )
    return _section(listing.id, listing.title, listing.note, listing.columns, found)


def _section(
    section_id: str,
    title: str,
    note: str,
    columns: tuple[tuple[str, str], ...],
    found: list[dict[str, Any]],
) -> Section:
    total = found[0]["total_rows"] if found else 0
    numbers = {
        name
        for name, _ in columns
        if any(isinstance(r[name], Decimal | int) and not isinstance(r[name], bool) for r in found)
    }
    section = Section(section_id, title, note, [Column(n, t, n in numbers) for n, t in columns])
    section.rows = [[cell(name, row[name]) for name, _ in columns] for row in found]
    if total > len(found):
        section.more = f"{len(found)} of {total:,} rows; all of them: tieout query, or the mart."
    return section


def aging_sections(query: Query, period_id: str) -> list[Section]:
    """What is open for work up to a period, by mart, age and reason, each with a chart."""
    sections = []
    for mart, section_id, title, note in _MARTS:
        found = query(
            "select legal_entity_id, sub_status, reason_code, owner_role, aging_bucket,"
            " cast(sum(row_count) as bigint) as row_count, sum(hours) as hours,"
            " sum(amount_reporting) as amount_reporting,"
            " sum(amount_at_risk_reporting) as amount_at_risk_reporting,"
            " count(*) over () as total_rows"
            f" from rpt_aging where mart = ? and {closed_with('rpt_aging', 'work_period_id')} <= ?"
            " group by legal_entity_id, sub_status, reason_code, owner_role, aging_bucket,"
            " aging_bucket_order"
            " order by legal_entity_id, sub_status, reason_code, aging_bucket_order"
            f" limit {ROWS_MAX}",
            [mart, period_id],
        )
        section = _section(section_id, title, note, _AGING, found)
        section.count = f"{sum(row['row_count'] for row in found):,} items" if found else None
        section.chart = _aging_chart(found)
        sections.append(section)
    return sections


def _aging_chart(found: list[dict[str, Any]]) -> str:
    """Value in reporting currency: a bar per entity and status, a colour per age."""
    labels: list[str] = []
    series: dict[str, dict[str, Decimal]] = {}
    for row in found:
        label = f"{row['legal_entity_id']} {row['sub_status']}"
        if label not in labels:
            labels.append(label)
        bucket = series.setdefault(row["aging_bucket"], {})
        bucket[label] = bucket.get(label, Decimal(0)) + abs(row["amount_reporting"])
    ordered = {
        f"{bucket} days": [series[bucket].get(label, Decimal(0)) for label in labels]
        for bucket in AGE_BUCKETS
        if bucket in series
    }
    return stacked_bars(labels, ordered, "value in reporting currency, by age")
