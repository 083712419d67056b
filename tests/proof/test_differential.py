"""Random firms: every money mart against the reckoning in whole numbers, to the cent."""

from __future__ import annotations

import sys
import time

import pytest

from tests.kit.compiled import compiled_project
from tests.proof.differential import COMPARISONS, build, compare, reckon
from tests.proof.random_firm import LEDGER, TOOL, pack

# 325: an entry moved to an internal project, from a project that states no billing model
FEW = (*range(24), 325)
MANY, PER_PACK = 1_000, 50
REPORTING = ("USD", "JPY", "KWD", "EUR")


@pytest.fixture(scope="module")
def few():
    return pack(FEW)


def test_random_firms_equal_the_reckoning_to_the_cent(few):
    told = reckon(few)
    with build(compiled_project(), few) as connection:
        differences = compare(connection, told)
    assert differences.found == []
    assert differences.compared > 2_500


def test_the_random_firms_hold_something_of_everything(few):
    told = reckon(few)
    for name, (_, expected) in COMPARISONS.items():
        assert len(expected(told)) >= 20, name
    entries, lines = few.tables[TOOL]["time_entries"], few.tables[LEDGER]["erp_lines"]
    currencies = {line["functional_currency_code"] for line in lines}
    assert {"JPY", "KWD"} < currencies
    assert {row["approval_status"] for row in entries} >= {"submitted", "approved", "rejected"}
    assert any(row["is_deleted"] for row in entries)
    assert {line.kind for line in told.lines} == {"matched", "duplicate", "orphan"}
    assert any(line.is_reversed for line in told.lines)
    assert {line.leg for line in told.lines} == {"cost", "bill"}


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_thousand_random_firms_equal_the_reckoning_to_the_cent(capsys):
    project, start = compiled_project(), time.monotonic()
    entries = lines = compared = 0
    found: list[str] = []
    for number, first in enumerate(range(0, MANY, PER_PACK)):
        packed = pack(
            range(first, first + PER_PACK), reporting_currency=REPORTING[number % len(REPORTING)]
        )
        told = reckon(packed)
        with build(project, packed) as connection:
            differences = compare(connection, told)
        entries, lines = entries + len(told.entries), lines + len(told.lines)
        compared, found = compared + differences.compared, found + differences.found
    with capsys.disabled():
        sys.stdout.write(
            f"\ndifferential: {MANY} firms, {entries} entries, {lines} ERP lines,"
            f" {compared} figures compared, {len(found)} differences,"
            f" {time.monotonic() - start:.0f} s\n"
        )
    assert found == []
