"""What holds for any lines and entries: P33 and P34 of the properties, and sums to the cent.

Each example is a hundred small cases on projects of their own, matched in one run.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.matching.board import Board, Outcome, Row, line, version

CASES_PER_RUN = 100
MEASURES = ("hours", "cost_amount_functional", "bill_amount_contract")
WIDE = [{"policy": "tolerance", "policy_value": "2.00"}]
RUNS = settings(
    max_examples=3, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def measures(dice: random.Random) -> Row:
    hours = Decimal(dice.choice((4, 8)))
    odd = Decimal(dice.choice(("0", "0", "0", "0.01", "1.50")))
    return {
        "hours": hours, "cost_amount_functional": hours * 95 + odd,
        "bill_amount_contract": hours * 200, "work_date": date(2026, 6, 8 + dice.randint(0, 2)),
        "worker_id": dice.choice(("W1", "W1", "W2")),
    }  # fmt: skip


def one_case(dice: random.Random, project: str) -> tuple[list[Row], list[Row]]:
    """A few entries of one week, and lines for them: single, summed, doubled, wrong or missing."""
    entries = [
        version(f"{project}e{n}", project_id=project, **measures(dice))
        for n in range(dice.randint(1, 5))
    ]
    rest = [row for row in entries if dice.random() < 0.9]
    lines: list[Row] = []
    while rest:
        taken = [rest.pop() for _ in range(min(len(rest), dice.randint(1, 3)))]
        sums = {name: sum(row[name] for row in taken) for name in MEASURES}
        sums["cost_amount_functional"] += Decimal(dice.choice(("0", "0", "0", "0.01", "-1.00")))
        lines.extend(
            line(
                f"{project}l{len(lines)}{copy}", project_id=project, work_date=taken[0]["work_date"],
                worker_id=taken[0]["worker_id"], **sums,
            )
            for copy in range(2 if dice.random() < 0.1 else 1)
        )  # fmt: skip
    if dice.random() < 0.15:
        lines = [row | {"worker_id": "unknown", "names_worker": False} for row in lines]
    return lines, entries


def cases(seed: int) -> tuple[list[Row], list[Row]]:
    dice = random.Random(seed)
    made = [one_case(dice, f"P{number}") for number in range(CASES_PER_RUN)]
    return [row for case in made for row in case[0]], [row for case in made for row in case[1]]


def groups(outcome: Outcome) -> set[tuple[frozenset[str], frozenset[str], int]]:
    """Lines, entries and tier of every group."""
    found: dict[str, tuple[set[str], set[str], set[int]]] = defaultdict(
        lambda: (set(), set(), set())
    )
    for row in outcome.shares:
        lines, entries, tiers = found[row["match_group_id"]]
        lines.add(row["posting_line_id"])
        entries.add(row["entry_id"])
        tiers.add(row["match_tier"])
    return {(frozenset(a), frozenset(b), min(c)) for a, b, c in found.values()}


seeds = st.integers(min_value=0, max_value=2**32)


@RUNS
@given(seed=seeds)
def test_the_order_of_rows_changes_nothing(board: Board, seed: int) -> None:
    lines, entries = cases(seed)
    first = board.play(lines=lines, versions=entries, policies=WIDE)
    dice = random.Random(seed + 1)
    dice.shuffle(lines)
    dice.shuffle(entries)
    again = board.play(lines=lines, versions=entries, policies=WIDE)

    def of(outcome: Outcome) -> list[str]:
        return sorted(str(sorted(row.items())) for row in outcome.shares)

    assert of(first) == of(again)
    assert {tier for *_, tier in first.pairs} == {2, 3, 4}


@RUNS
@given(seed=seeds)
def test_every_line_and_entry_is_used_once_and_every_cent_is_somewhere(
    board: Board, seed: int
) -> None:
    lines, entries = cases(seed)
    outcome = board.play(lines=lines, versions=entries, policies=WIDE)
    in_groups = [name for members, *_ in groups(outcome) for name in members]
    assert len(in_groups) == len(set(in_groups))
    of_entries = [name for _, members, _ in groups(outcome) for name in members]
    assert len(of_entries) == len(set(of_entries))
    # matched and unmatched lines are all lines
    assert set(outcome.lines) == {row["posting_line_id"] for row in lines}
    assert {n for n, row in outcome.lines.items() if row["line_class"] == "matched"} == set(
        in_groups
    )
    for measure in MEASURES:
        by_entry: dict[str, Decimal] = defaultdict(Decimal)
        by_line: dict[str, Decimal] = defaultdict(Decimal)
        for row in outcome.shares:
            by_entry[row["entry_id"]] += row[measure]
            by_line[row["posting_line_id"]] += row[measure]
        assert by_entry == {row["entry_id"]: row[measure] for row in entries
                            if row["entry_id"] in by_entry}  # fmt: skip
        for row in lines:
            name = row["posting_line_id"]
            if name in by_line:
                variance = outcome.lines[name][f"variance_{measure}"]
                assert row[measure] == by_line[name] + variance


@RUNS
@given(seed=seeds)
def test_a_wider_tolerance_unmatches_no_exact_pair(board: Board, seed: int) -> None:
    lines, entries = cases(seed)
    exact = board.play(lines=lines, versions=entries)
    wide = board.play(lines=lines, versions=entries, policies=WIDE)
    assert groups(exact) <= groups(wide)
    assert {tier for *_, tier in exact.pairs} == {2, 3}


@RUNS
@given(seed=seeds)
def test_swapping_the_sides_gives_the_same_groups(board: Board, seed: int) -> None:
    lines, entries = cases(seed)
    lines = [row for row in lines if row["names_worker"]]
    there = board.play(lines=lines, versions=entries, policies=WIDE)
    shared = (*MEASURES, "project_id", "worker_id", "work_date")
    back = board.play(
        lines=[line(row["entry_id"][2:], **{n: row[n] for n in shared}) for row in entries],
        versions=[
            version(row["posting_line_id"][4:], **{n: row[n] for n in shared}) for row in lines
        ],
        policies=WIDE,
    )

    def sides(outcome: Outcome, of_lines: int, of_entries: int) -> set[tuple[object, ...]]:
        # of equal pairs it is the sums that must be the same, not who is paired with whom
        named = [(*group[:2], group[2]) for group in groups(outcome)]
        return {
            (len(group[of_lines]), len(group[of_entries]), group[2],
             min(name.split(":")[1].split("l")[0].split("e")[0] for name in group[0]))
            for group in named
        }  # fmt: skip

    assert sides(there, 0, 1) == sides(back, 1, 0)
    used = {name[4:] for members, *_ in groups(there) for name in members}
    assert used == {name[2:] for _, members, _ in groups(back) for name in members}
    used = {name[2:] for _, members, _ in groups(there) for name in members}
    assert used == {name[4:] for members, *_ in groups(back) for name in members}


@pytest.mark.parametrize("count", [2, 3, 7])
def test_shares_of_several_lines_add_up_on_both_sides(board: Board, count: int) -> None:
    """Sums that no division splits evenly: thirds and sevenths of odd cents."""
    parts = [Decimal("33.33") + n for n in range(count)]
    total = sum(parts)
    entries = [
        version(
            f"e{n}", hours=Decimal(1), cost_amount_functional=part, bill_amount_contract=part * 2
        )
        for n, part in enumerate(parts)
    ]
    first = (total / 7).quantize(Decimal("0.01"))
    lines = [
        line(
            f"l{n}", hours=hours, cost_amount_functional=cost, bill_amount_contract=cost * 2,
            posted_at=datetime(2026, 6, 15, n),
        )
        for n, (hours, cost) in enumerate(
            ((Decimal("0.5"), first), (Decimal(count) - Decimal("0.5"), total - first))
        )
    ]  # fmt: skip
    outcome = board.play(lines=lines, versions=entries)
    assert {tier for *_, tier in outcome.pairs} == {3}
    for measure in MEASURES:
        for side, rows in (("entry_id", entries), ("posting_line_id", lines)):
            for row in rows:
                shares = [s[measure] for s in outcome.shares if s[side] == row[side]]
                assert sum(shares) == row[measure]
