"""The tie-out part of the statement: I1 in full, every identity, what breaks, the roll-forwards.

Here: listings of the marts that say whether the books tie. Not here: the other sections
(`tieout.close.sections`) and the same at a prompt (`tieout.cli.identities`).
"""

from __future__ import annotations

from tieout.close.months import closed_with
from tieout.close.rollforwards import ROLLFORWARDS
from tieout.close.sections import Listing, Query, Section, listing_section
from tieout.domain.period import Period

TIE_OUT = Listing(
    "tie-out", "Tie-out",
    "Per legal entity, measure and currency: approved − posted = not posted + to post − to reverse"
    " − orphan − duplicate + tolerance. Hours, cost in functional currency, bill value in contract"
    " currency. The difference must be 0.00.",
    "rpt_period_tie_out", f"identity_id = 'I1' and {closed_with('rpt_period_tie_out')} = ?",
    "legal_entity_id, measure_order, currency_code",
    (
        ("legal_entity_id", "Entity"), ("accounting_period_id", "Period"),
        ("measure", "Measure"), ("currency_code", "Currency"),
        ("approved_amount", "Approved"), ("posted_amount", "Posted"),
        ("approved_not_posted_amount", "Not posted"), ("to_post_amount", "To post"),
        ("to_reverse_amount", "To reverse"), ("orphan_amount", "Orphan"),
        ("duplicate_excess_amount", "Duplicate"), ("tolerance_amount", "Tolerance"),
        ("difference", "Difference"), ("is_tied", "Ties"),
    ),
)  # fmt: skip

IDENTITIES = Listing(
    "identities", "Identities",
    "Every identity of the accounting definitions: rows compared, rows that tie, and the largest"
    " difference. A row that does not tie stands in full below.",
    "(select identity_id, identity_order, identity_name, count(*) as row_count,"
    " cast(sum(case when is_tied then 1 else 0 end) as bigint) as tied_count,"
    " max(abs(difference)) as largest_difference, bool_and(is_tied) as is_tied"
    " from rpt_period_tie_out group by identity_id, identity_order, identity_name)",
    "true", "identity_order",
    (
        ("identity_id", "Identity"), ("identity_name", "What it says"), ("row_count", "Rows"),
        ("tied_count", "Tied"), ("largest_difference", "Largest difference"), ("is_tied", "Ties"),
    ),
)  # fmt: skip

UNTIED = Listing(
    "untied", "Rows that do not tie",
    "Each row of an identity whose two sides differ, whatever its period.",
    "rpt_period_tie_out", "not is_tied",
    "identity_order, legal_entity_id, accounting_period_id, measure, currency_code",
    (
        ("identity_id", "Identity"), ("legal_entity_id", "Entity"),
        ("accounting_period_id", "Period"), ("measure", "What"), ("currency_code", "Currency"),
        ("left_amount", "Left"), ("right_amount", "Right"), ("difference", "Difference"),
    ),
)  # fmt: skip


def tie_out_sections(query: Query, period: Period) -> list[Section]:
    """I1 of the period, a line per identity, every row that breaks, and the roll-forwards."""
    sections = [
        listing_section(TIE_OUT, query, [period.id]),
        listing_section(IDENTITIES, query, []),
    ]
    broken = listing_section(UNTIED, query, [])
    if broken.rows:
        sections.append(broken)
    for each in ROLLFORWARDS:
        listing = Listing(
            each.mart.replace("_", "-"), each.title, each.note, each.mart,
            "opening_amount != 0 or closing_amount != 0 or rolled_amount != 0",
            "legal_entity_id, measure, currency_code", each.columns,
        )  # fmt: skip
        sections.append(listing_section(listing, query, []))
    return sections
