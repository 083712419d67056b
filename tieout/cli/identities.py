"""The identities and roll-forwards at a prompt: a line each while they tie, in full where not.

Here: printing. Not here: I1 per entity and currency (`tieout.cli.summary`) and the figures
(`dbt_project/models/reconciliation`).
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from tieout.cli.published import published_rows
from tieout.close.rollforwards import ROLLFORWARDS, Rollforward
from tieout.close.sections import figure

_BROKEN_MAX = 50
_BROKEN = (
    ("identity", "identity_id"), ("entity", "legal_entity_id"), ("period", "accounting_period_id"),
    ("measure", "measure"), ("", "currency_code"), ("left", "left_amount"),
    ("right", "right_amount"), ("difference", "difference"),
)  # fmt: skip


def print_identities(console: Console) -> int:
    """Print a line per identity and every row that does not tie; the number of those rows."""
    found = published_rows(
        "select identity_id, identity_order, identity_name, count(*) as row_count,"
        " cast(sum(case when is_tied then 1 else 0 end) as bigint) as tied_count,"
        " max(abs(difference)) as largest_difference from rpt_period_tie_out"
        " group by identity_id, identity_order, identity_name order by identity_order"
    )
    for row in found:
        untied = row["row_count"] - row["tied_count"]
        verdict = f"largest difference {figure(row['largest_difference'])}"
        console.print(
            f"{row['identity_id']:<4} {row['identity_name']}: {row['tied_count']} of"
            f" {row['row_count']} tie, {verdict}",
            style="red bold" if untied else None,
            markup=False,
            highlight=False,
        )
    broken = published_rows(
        "select * from rpt_period_tie_out where not is_tied"
        " order by identity_order, legal_entity_id, accounting_period_id, measure, currency_code"
    )
    if broken:
        console.print(_broken_table(broken[:_BROKEN_MAX]))
    if len(broken) > _BROKEN_MAX:
        console.print(f"{_BROKEN_MAX} of {len(broken)} rows that do not tie are shown")
    return len(broken)


def _broken_table(rows: list[dict[str, Any]]) -> Table:
    table = Table(*(label for label, _ in _BROKEN))
    for column in table.columns[-3:]:
        column.justify = "right"
    for row in rows:
        values = [row[name] for _, name in _BROKEN]
        table.add_row(*(value if isinstance(value, str) else figure(value) for value in values))
    return table


def print_rollforwards(console: Console) -> None:
    """Print each roll-forward that has anything to say."""
    for each in ROLLFORWARDS:
        rows = published_rows(
            f"select * from {each.mart} where opening_amount != 0 or closing_amount != 0"
            " or rolled_amount != 0 order by legal_entity_id, measure, currency_code"
        )
        if rows:
            console.print(_rollforward_table(each, rows))


def _rollforward_table(each: Rollforward, rows: list[dict[str, Any]]) -> Table:
    opened = rows[0]["opening_as_of_at"]
    opening = f"opens with the close as of {opened:%Y-%m-%d %H:%M}" if opened else "opens with 0"
    table = Table(title=f"{each.title} ({opening})", title_justify="left", title_style="bold")
    for name, label in each.columns[:-1]:
        table.add_column(label.lower(), justify="right" if name.endswith("amount") else "left")
    for row in rows:
        values = [row[name] for name, _ in each.columns[:-1]]
        table.add_row(*(value if isinstance(value, str) else figure(value) for value in values))
    return table
