"""The differential proof: every figure of the marts against the reckoning, to the cent.

Here: which mart answers which figure of the reckoning, and the comparison. Grain of a figure: one
key of one map, such as (entry, measure). A figure that only one side has is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from tests.kit.compiled import CompiledProject, connect
from tests.kit.firm_tables import lay_firm
from tests.proof.integers import AMOUNT, scaled
from tests.proof.random_firm import AS_OF, PERIOD, Pack
from tests.proof.reckoning import Reckoning

Figures = Mapping[tuple[str, ...], int]
MEASURES = "unnest(['hours', 'cost', 'bill'])"
AMOUNTS = "unnest([hours, cost_amount_functional, bill_amount_contract])"

# name -> (query whose last column is the amount and whose others are the key, figures)
COMPARISONS: dict[str, tuple[str, Callable[[Reckoning], Figures]]] = {
    "approved": (
        f"select entry_id, {MEASURES}, {AMOUNTS} from canonical.fct_entries where is_effective",
        lambda told: told.approved(),
    ),
    "parts": (
        """
        select entry_id, unnest(['gross', 'recoverable', 'nonrecoverable', 'reimbursable']),
            unnest([expense_gross_amount_functional, recoverable_tax_amount_functional,
                nonrecoverable_tax_amount_functional, reimbursable_amount])
        from canonical.fct_entries where is_effective and entry_type = 'expense'
        union all
        select entry_id, unnest(['bill functional', 'bill reporting', 'cost reporting']),
            unnest([bill_amount_functional, bill_amount_reporting, cost_amount_reporting])
        from canonical.fct_entries where is_effective
        """,
        lambda told: told.parts(),
    ),
    "approved_not_posted": (
        f"select entry_id, {MEASURES}, {AMOUNTS} from reconciliation.rec_approved_not_posted",
        lambda told: told.approved_not_posted(),
    ),
    "gaps": (
        """
        select entry_id, 'hours', legal_entity_id, worker_id, project_id, accounting_period_id,
            'none', sum(hours_to_post - hours_to_reverse) as gap
        from reconciliation.rec_adjusted_not_reclassified where leg = 'cost'
        group by all having gap != 0
        union all
        select entry_id, leg, legal_entity_id, worker_id, project_id, accounting_period_id,
            currency_code, sum(amount_to_post - amount_to_reverse) as gap
        from reconciliation.rec_adjusted_not_reclassified group by all having gap != 0
        """,
        lambda told: told.gaps(),
    ),
    "orphans": (
        f"select erp_line_id, {MEASURES}, {AMOUNTS} from reconciliation.rec_orphan_postings",
        lambda told: told.strangers("orphan"),
    ),
    "duplicates": (
        f"select erp_line_id, {MEASURES}, {AMOUNTS} from reconciliation.rec_duplicate_postings",
        lambda told: told.strangers("duplicate"),
    ),
    "identity I1": (
        """
        unpivot (
            select legal_entity_id, accounting_period_id, measure, currency_code,
                approved_amount as approved, posted_amount as posted,
                approved_not_posted_amount as approved_not_posted, to_post_amount as to_post,
                to_reverse_amount as to_reverse, orphan_amount as orphan,
                duplicate_excess_amount as duplicate_excess
            from reconciliation.rec_tie_out_identities where identity_id = 'I1'
        )
        on approved, posted, approved_not_posted, to_post, to_reverse, orphan, duplicate_excess
        into name component value amount
        """,
        lambda told: {
            (*where, component): amount for (component, *where), amount in told.components().items()
        },
    ),
    "posted_not_billed": (
        "select erp_line_id, remaining_amount_contract from reconciliation.rec_posted_not_billed",
        lambda told: {(line,): amount for line, amount in told.posted_not_billed().items()},
    ),
}
NEEDED = (
    "fct_entries", "rec_approved_not_posted", "rec_adjusted_not_reclassified",
    "rec_orphan_postings", "rec_duplicate_postings", "rec_tie_out_identities",
    "rec_posted_not_billed", "fct_transaction_trace",
)  # fmt: skip
SPARSE = {"identity I1"}
"""Comparisons whose zeros mean nothing."""


@dataclass
class Differences:
    """What a comparison found."""

    compared: int = 0
    found: list[str] = field(default_factory=list)


def figures_of(connection: duckdb.DuckDBPyConnection, name: str) -> dict[tuple[str, ...], int]:
    """The marts' figures of one comparison."""
    rows = connection.execute(COMPARISONS[name][0]).fetchall()
    figures: dict[tuple[str, ...], int] = {}
    for row in rows:
        key, amount = tuple(row[:-1]), scaled(row[-1], AMOUNT) or 0
        assert key not in figures, f"{name}: {key} comes twice"
        if amount or name not in SPARSE:
            figures[key] = amount
    return figures


def compare(connection: duckdb.DuckDBPyConnection, told: Reckoning) -> Differences:
    """Every figure of the marts against the reckoning."""
    result = Differences()
    for name, (_, expected) in COMPARISONS.items():
        wanted, found = expected(told), figures_of(connection, name)
        for key in sorted(wanted.keys() | found.keys(), key=str):
            result.compared += 1
            if wanted.get(key) != found.get(key):
                result.found.append(
                    f"{name} {key}: the marts say {found.get(key)}, the definitions {wanted.get(key)}"
                )
    return result


def reckon(packed: Pack, as_of: str = AS_OF) -> Reckoning:
    """The reckoning of a pack of firms at K."""
    entities = {entity.id: entity.model_dump() for entity in packed.firm.entities}
    reporting = packed.firm.firm.reporting_currency
    return Reckoning(packed.tables, entities, datetime.fromisoformat(as_of), reporting)


def build(project: CompiledProject, packed: Pack, as_of: str = AS_OF) -> duckdb.DuckDBPyConnection:
    """The marts of a pack of firms at K, in memory."""
    connection = connect()
    lay_firm(connection, packed.firm, packed.tables)
    project.run(connection, as_of=as_of, period=PERIOD, upstream_of=NEEDED, views_as_tables=True)
    return connection
