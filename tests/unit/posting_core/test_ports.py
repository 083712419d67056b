"""The ports to the ERPs, the reading of candidates and the fault points."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import pytest

from tests.nasty.posting_kit import TARGET, frame, line, lines
from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS
from tieout.posting import faultpoints, registry
from tieout.posting.acks.base import UNCLASSIFIED, RejectRule, classify
from tieout.posting.candidates import MODELS, read_candidates
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.payload import conform, totals_of


def test_the_first_rule_that_fits_a_reject_text_names_the_reason():
    rules = [RejectRule("accounting period", "PERIOD_CLOSED"), RejectRule("period", "REF_INVALID")]
    assert classify("Not within your ACCOUNTING PERIOD.", rules) == "PERIOD_CLOSED"
    assert classify("some period", rules) == "REF_INVALID"


def test_a_text_that_nobody_knows_is_still_a_reason_of_the_list():
    assert classify("???", []) == UNCLASSIFIED
    assert UNCLASSIFIED in REASONS


@pytest.mark.parametrize("vendor", ["base", "no_such_erp", "../etc", "Sys"])
def test_a_vendor_without_an_adapter_is_a_configuration_error(vendor):
    with pytest.raises(ConfigError):
        registry.writer_for(vendor)
    with pytest.raises(ConfigError):
        registry.delivery_for(SimpleNamespace(vendor=vendor), SimpleNamespace())


def test_a_module_that_is_broken_inside_is_not_mistaken_for_a_missing_one(monkeypatch, tmp_path):
    (tmp_path / "half_made.py").write_text("import a_library_that_is_not_there\n")
    monkeypatch.setattr("tieout.posting.writers.__path__", [str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="a_library_that_is_not_there"):
        registry.writer_for("half_made")


@pytest.fixture
def warehouse():
    connection = duckdb.connect()
    connection.execute("create schema posting")
    time_rows = frame(  # noqa: F841 - read by name
        [
            line(1),
            line(2, legal_entity_id="IN01", functional_currency_code="INR"),
            line(3, period_id="2026-05"),
            line(4, target="tryton_uk"),
            line(5, hours=None, cost_amount_functional=None, functional_currency_code=None),
        ]
    )
    expense_rows = frame([line(6, entry_type="expense", hours=Decimal(0))])  # noqa: F841
    connection.execute(f"create table {MODELS['time']} as select * from time_rows")
    connection.execute(f"create table {MODELS['expense']} as select * from expense_rows")
    yield connection
    connection.close()


def test_candidates_of_a_target_come_with_totals_summed_by_the_database(warehouse):
    found = read_candidates(warehouse, TARGET)
    assert found.frame.height == 5
    assert conform(found.frame).columns == list(POSTING_COLUMNS)
    assert found.totals == {
        ("2026-06", "time", "US01"): ControlTotals(2, Decimal("7.5"), {"USD": Decimal(600)}),
        ("2026-06", "time", "IN01"): ControlTotals(1, Decimal("7.5"), {"INR": Decimal(600)}),
        ("2026-05", "time", "US01"): ControlTotals(1, Decimal("7.5"), {"USD": Decimal(600)}),
        ("2026-06", "expense", "US01"): ControlTotals(1, Decimal(0), {"USD": Decimal(600)}),
    }


def test_the_totals_of_the_database_and_of_the_rows_tie(warehouse):
    found = read_candidates(warehouse, TARGET)
    rows = conform(found.frame)
    for (period, stream, entity), totals in found.totals.items():
        group = rows.filter(period_id=period, entry_type=stream, legal_entity_id=entity)
        assert totals.differences(totals_of(group)) == ()


def test_a_target_without_candidates_is_an_empty_frame_of_the_right_shape(warehouse):
    found = read_candidates(warehouse, "sap")
    assert conform(found.frame).is_empty()
    assert found.totals == {}


def test_a_fault_point_does_nothing_unless_it_is_asked_to():
    for name in faultpoints.POINTS:
        faultpoints.reach(name)


def test_a_fault_point_that_does_not_exist_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="not a fault point"):
        faultpoints.reach("after_lunch")


def test_a_fault_point_kills_the_process_at_the_chosen_time():
    program = (
        "from tieout.posting.faultpoints import reach\n"
        "for n in range(5):\n"
        "    print(n, flush=True)\n"
        "    reach('before_plan'); reach('after_plan')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, faultpoints.VARIABLE: "after_plan:3"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (-signal.SIGKILL, ["0", "1", "2"])


def test_lines_of_the_kit_conform():
    assert conform(lines(3)).height == 3
