"""Pairs of a reversal and what takes its place: the first waits where the second could not follow.

Here: the reversals of a period that are not to be sent. Not here: which pairs there are
(`dbt_project/models/posting/pst_corrections`) and how lines are decided about and planned
(`tieout.posting.planning`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tieout.posting.batch import judge
from tieout.posting.candidates import groups_of
from tieout.posting.members import is_group
from tieout.posting.payload import totals_of
from tieout.posting.planning import Step
from tieout.posting.standing import waiting_keys


def unpostable_pairs(step: Step) -> pl.DataFrame:
    """Reversals of the period whose counterpart could not follow: nothing is taken back for them.

    The gate would hold it; or, where it is a line of several, one of its entries stands in a line
    that is not being taken back.

    Returns:
        The rows to leave out.
    """
    taking_back = step.pool.groups(step.period.id, takes_back=True)
    if not taking_back:
        return step.pool.reversals.clear()
    reversals = pl.concat([part.rows() for parts in taking_back for part in parts])
    pairs = reversals["correction_group_id"].drop_nulls().unique()
    is_counterpart = pl.col("correction_group_id").is_in(pairs.implode())
    posting = pl.col("reverses_posting_key").is_null() & is_counterpart
    counterparts = step.pool.scan(step.period.id).filter(posting).collect()
    held: list[str] = []
    reasons: set[str] = set()
    for (_, stream, _), rows in groups_of(counterparts).items():
        verdict = judge(step.gate, stream, rows, totals_of(rows), step.policies)
        held += list(verdict.held) if verdict.passed else rows["posting_key"].to_list()
        reasons |= {finding.reason_code for finding in verdict.findings}
    left_out = _of_pairs(reversals, counterparts, held)
    if left_out.height:
        step.session.report.problems.append(
            f"{left_out.height} reversals wait: the gate holds what is to take their place"
            f" ({', '.join(sorted(reasons))})"
        )
    return _with_those_behind(step, reversals, counterparts, left_out)


def _of_pairs(
    reversals: pl.DataFrame, counterparts: pl.DataFrame, keys: Sequence[str]
) -> pl.DataFrame:
    """The reversals whose counterpart has one of the keys."""
    pairs = counterparts.filter(pl.col("posting_key").is_in(keys))["correction_group_id"]
    return reversals.filter(pl.col("correction_group_id").is_in(pairs.implode()))


def _with_those_behind(
    step: Step, reversals: pl.DataFrame, counterparts: pl.DataFrame, left_out: pl.DataFrame
) -> pl.DataFrame:
    """The reversals left out, and those whose counterpart of several entries waits for them."""
    groups = counterparts.filter(is_group(counterparts))
    for _ in range(groups.height):
        due = step.pool.reversals.join(left_out, on="posting_key", how="anti")
        blocked = waiting_keys(
            step.session.ledger, groups, due, is_plan=True, members=step.pool.members
        )
        behind = _of_pairs(reversals, groups, list(blocked))
        more = behind.join(left_out, on="posting_key", how="anti")
        if more.is_empty():
            break
        step.session.report.problems.append(
            f"{more.height} reversals wait: an entry of what is to take their place stands in"
            " another line"
        )
        left_out = pl.concat([left_out, more])
    return left_out
