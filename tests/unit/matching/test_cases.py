"""Matching case by case, each worked out by hand; all cases are played in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.unit.matching.board import Board, Outcome, Row, line, version, week, weekly

D = Decimal
POLICIES = [
    {"policy": "tolerance", "policy_value": "0.05"},
    {"policy": "tolerance_ratio", "policy_value": "0.0001"},
]


@dataclass
class Case:
    """Lines and versions of one project, and the pairs that they must give."""

    lines: list[Row]
    versions: list[Row]
    pairs: set[tuple[str, str, int]]
    manifests: list[Row] = field(default_factory=list)
    manual: list[Row] = field(default_factory=list)


def manifest(key: str, entry: str, number: int = 1, **fields: object) -> Row:
    return {"manifest_key": key, "entry_id": f"t:{entry}", "source_version": number} | fields


def by_hand(name: str, to: str, entry: str, **fields: object) -> Row:
    row = {
        "source_system": "erp", "source_match_id": name, "posting_line_id": f"erp:{to}",
        "entry_id": f"t:{entry}", "reason": "agreed", "prepared_by": "ann", "approved_by": "bob",
        "is_deleted": False, "version_rank": 1,
    }  # fmt: skip
    return row | fields


def all_pairs(name: str, tier: int, *entries: str) -> set[tuple[str, str, int]]:
    return {(name, entry, tier) for entry in entries}


FIVE = ("8", "8", "8", "8", "8")
CASES = {
    "one line of one entry that agrees in everything": Case(
        [line("eq")], [version("eq")], {("eq", "eq", 2)}
    ),
    "two equal lines and two equal entries": Case(
        [line("two9"), line("two10")], [version("twoA"), version("twoB")],
        {("two9", "twoA", 2), ("two10", "twoB", 2)},
    ),
    "one line for two equal entries stays unmatched": Case(
        [line("amb")], [version("ambA"), version("ambB")], set()
    ),
    "two equal lines for one entry stay unmatched": Case(
        [line("dup1"), line("dup2")], [version("dup")], set()
    ),
    "another currency of the bill value meets nothing": Case(
        [line("eur", contract_currency_code="EUR")], [version("eur")], set()
    ),
    "another functional currency meets nothing": Case(
        [line("fun", functional_currency_code="GBP")], [version("fun")], set()
    ),
    "another entity meets nothing": Case(
        [line("ent", legal_entity_id="UK01")], [version("ent")], set()
    ),
    "the opposite sign meets nothing": Case(
        [line("neg", hours=D(-8), cost_amount_functional=D(-760), bill_amount_contract=D(-1600))],
        [version("neg")], set(),
    ),
    "a line without bill value posts the cost alone": Case(
        [line("cost", states_bill=False, bill_amount_contract=D(0))], [version("cost")],
        {("cost", "cost", 2)},
    ),
    "a cost line and a bill line of one entry": Case(
        [
            line("legc", states_bill=False, bill_amount_contract=D(0)),
            line("legb", leg="bill", states_hours=False, states_cost=False, hours=D(0),
                 cost_amount_functional=D(0)),
        ],
        [version("legs")], {("legc", "legs", 2), ("legb", "legs", 2)},
    ),
    "a week of a worker on a project in one line": Case(
        [weekly("wk", "40")], week("wk", *FIVE), all_pairs("wk", 3, *(f"wk{d}" for d in range(5)))
    ),
    "a week whose sum differs by an hour stays unmatched": Case(
        [weekly("off", "39")], week("off", *FIVE), set()
    ),
    "the week of another worker is another group": Case(
        [weekly("wr", "16", worker_id="W2")], week("wr", "8", "8"), set()
    ),
    "two lines of one week, the second for what came late": Case(
        [weekly("l1", "32"), weekly("l2", "7.5")], week("late", "8", "8", "8", "8", "7.5"),
        # the day of the second line holds its entry alone
        all_pairs("l1", 3, "late0", "late1", "late2", "late3") | {("l2", "late4", 2)},
    ),
    "a line without a worker for a week of a project": Case(
        [weekly("nw", "24", worker_id="unknown", names_worker=False)],
        [*week("nwa", "8", "8"), *week("nwb", "8", worker_id="W2")],
        all_pairs("nw", 3, "nwa0", "nwa1", "nwb0"),
    ),
    "a line whose worker could not be resolved is no line of all workers": Case(
        [weekly("ur", "16", worker_id="unknown", names_worker=True)], week("ur", "8", "8"), set()
    ),
    "a line without worker and day for a period of a project": Case(
        [weekly("per", "16", worker_id="unknown", names_worker=False, work_date=None)],
        [version("per1"), version("per2", work_date=date(2026, 6, 25))],
        all_pairs("per", 3, "per1", "per2"),
    ),
    "three cents of forty hours lie within the tolerance": Case(
        [weekly("tol", "40", cost_amount_functional=D("3800.03"))], week("tol", *FIVE),
        all_pairs("tol", 4, *(f"tol{d}" for d in range(5))),
    ),
    "six cents do not, but a ratio of a large sum does": Case(
        [weekly("rel", "40", cost_amount_functional=D("3800.38"))], week("rel", *FIVE),
        all_pairs("rel", 4, *(f"rel{d}" for d in range(5))),
    ),
    "thirty-nine cents lie outside both": Case(
        [weekly("out", "40", cost_amount_functional=D("3800.39"))], week("out", *FIVE), set()
    ),
    "hours are never within a tolerance": Case(
        [weekly("hrs", "40", hours=D("40.01"))], week("hrs", *FIVE), set()
    ),
    "an entry edited after its week was posted is matched as it stood": Case(
        [weekly("ed", "16")],
        [
            version("ed0", 1, valid_to=datetime(2026, 6, 20), is_newest=False),
            version("ed0", 2, hours=D(6), valid_from=datetime(2026, 6, 20)),
            version("ed1", work_date=date(2026, 6, 9)),
        ],
        all_pairs("ed", 3, "ed0", "ed1"),
    ),
    "an entry that came after its week was posted stays out": Case(
        [weekly("new", "8", work_date=date(2026, 6, 11))],
        [version("new0"), version("new1", valid_from=datetime(2026, 6, 18))],
        all_pairs("new", 3, "new0"),
    ),
    "a manifest says what a line stands for, the rest is its variance": Case(
        [weekly("man", "17", manifest_key="man", orphan_class=None, is_repeated=False)],
        [version("man0"), version("man1", work_date=date(2026, 6, 9))],
        all_pairs("man", 3, "man0", "man1"),
        manifests=[manifest("man", "man0"), manifest("man", "man1"), manifest("man", "nobody")],
    ),
    "the reversal of a manifest takes back its amounts": Case(
        [weekly("rev", "-16", manifest_key="rev", orphan_class=None, is_repeated=False,
                is_reversal=True)],
        [version("rev0"), version("rev1", work_date=date(2026, 6, 9))],
        all_pairs("rev", 3, "rev0", "rev1"),
        manifests=[manifest("rev", "rev0", hours=D(8)), manifest("rev", "rev1")],
    ),
    "a person may match what nothing else could": Case(
        [line("hand", hours=D(7))], [version("hand")], {("hand", "hand", 5)},
        manual=[by_hand("m1", "hand", "hand")],
    ),
    "one person alone may not, nor across entities, nor what is matched": Case(
        [line("alone", hours=D(7)), line("uk", legal_entity_id="UK01"), line("used")],
        [version("alone", work_date=date(2026, 6, 10)), version("used")], {("used", "used", 2)},
        manual=[
            by_hand("m2", "alone", "alone", approved_by="ann"), by_hand("m3", "uk", "alone"),
            by_hand("m4", "used", "alone"), by_hand("m5", "alone", "nobody"),
        ],
    ),
    "the second of two equal lines under one external id is not used": Case(
        [line("tw1", external_id="tw"), line("tw2", external_id="tw")], [version("tw")],
        {("tw1", "tw", 2)},
    ),
}  # fmt: skip


def on_own_project(case: Case, number: int) -> Case:
    """Cases must not meet each other: each has a project of its own."""
    for row in (*case.lines, *case.versions):
        row["project_id"] = f"P{number}"
    return case


@pytest.fixture(scope="module")
def outcome(board: Board) -> Outcome:
    cases = [on_own_project(case, number) for number, case in enumerate(CASES.values())]
    return board.play(
        lines=[row for case in cases for row in case.lines],
        versions=[row for case in cases for row in case.versions],
        manifests=[row for case in cases for row in case.manifests],
        manual=[row for case in cases for row in case.manual],
        policies=POLICIES,
    )


@pytest.mark.parametrize("name", CASES)
def test_lines_meet_the_entries_they_stand_for(outcome: Outcome, name: str) -> None:
    case = CASES[name]
    mine = {row["erp_line_id"] for row in case.lines}
    assert {pair for pair in outcome.pairs if pair[0] in mine} == case.pairs


@pytest.mark.parametrize(
    ("name", "hours", "cost", "bill"),
    [
        ("wk", "0", "0", "0"), ("tol", "0", "0.03", "0"), ("rel", "0", "0.38", "0"),
        ("man", "1", "95", "200"), ("hand", "-1", "0", "0"), ("cost", "0", "0", "0"),
    ],
)  # fmt: skip
def test_what_the_shares_leave_over_is_the_variance_of_the_line(
    outcome: Outcome, name: str, hours: str, cost: str, bill: str
) -> None:
    row = outcome.lines[f"erp:{name}"]
    assert row["line_class"] == "matched"
    found = [
        row[f"variance_{m}"] for m in ("hours", "cost_amount_functional", "bill_amount_contract")
    ]
    assert found == [D(hours), D(cost), D(bill)]


def test_a_share_is_that_of_the_version_posted(outcome: Outcome) -> None:
    shares = {
        (row["posting_line_id"], row["entry_id"]): (row["source_version"], row["hours"])
        for row in outcome.shares
    }
    assert shares["erp:ed", "t:ed0"] == (1, D(8))
    assert shares["erp:rev", "t:rev1"] == (1, D(-8))


def test_a_cost_line_shares_no_bill_value(outcome: Outcome) -> None:
    sums = {
        row["posting_line_id"]: (row["cost_amount_functional"], row["bill_amount_contract"])
        for row in outcome.shares
    }
    assert sums["erp:legc"] == (D(760), D(0))
    assert sums["erp:legb"] == (D(0), D(1600))


def test_a_match_that_may_not_be_says_why(outcome: Outcome) -> None:
    assert {name[4:]: row["reason_code"] for name, row in outcome.manual.items()} == {
        "m1": None, "m2": "MATCH_NOT_SEPARATED", "m3": "MATCH_ACROSS", "m4": "MATCH_LINE_USED",
        "m5": "MATCH_UNKNOWN",
    }  # fmt: skip


def test_the_twin_of_a_matched_line_is_a_duplicate_and_that_of_an_orphan_an_orphan(
    outcome: Outcome,
) -> None:
    assert outcome.lines["erp:tw2"]["line_class"] == "duplicate"
    assert outcome.lines["erp:tw2"]["first_line_id"] == "erp:tw1"
    assert outcome.lines["erp:amb"]["line_class"] == "orphan"
