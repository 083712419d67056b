"""The contract system of the sample firm: files that the product reads, true to the other systems."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.csv_tables.reader import read_shape
from pipelines.csv_tables.shapes import SHAPES
from tieout.sandbox.firm import SandboxFirm
from tieout.sandbox.firm.agreements import FILES, contract_tables, write_contract_files

READ = {shape.name: shape for shape in SHAPES}


@pytest.fixture(scope="module")
def files(firm: SandboxFirm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the written files."""
    folder = tmp_path_factory.mktemp("meridian")
    write_contract_files(firm, folder)
    return folder / FILES


def test_every_file_is_read_without_a_problem_and_in_full(files: Path, firm: SandboxFirm) -> None:
    tables = contract_tables(firm)
    assert {path.stem for path in files.glob("*.csv")} == set(tables)
    for name, rows in tables.items():
        _, records = read_shape(files, READ[name])
        assert [record["problem"] for record in records] == [None] * len(rows), name


def test_every_sold_project_has_a_contract_in_force_in_its_own_currency(firm: SandboxFirm) -> None:
    tables = contract_tables(firm)
    state = firm.at(firm.now)
    contracts = {row["contract_id"]: row for row in tables["contracts"]}
    projects = {
        row["project_id"]: contracts[row["contract_id"]] for row in tables["contract_lines"]
    }
    sold = {row.project_id: row for row in state.projects if row.billing_model != "internal"}
    assert projects.keys() == sold.keys()
    for project_id, contract in projects.items():
        assert contract["currency_code"] == sold[project_id].contract_currency_code
        assert contract["start_date"] <= sold[project_id].start_date
        assert "end_date" not in contract


def test_milestones_and_people_are_those_of_the_other_systems(firm: SandboxFirm) -> None:
    tables = contract_tables(firm)
    state = firm.at(firm.now)
    assert {row["milestone_id"]: row["amount"] for row in tables["milestones"]} == {
        row.milestone_id: row.amount for row in state.milestones
    }
    assert {row["worker_id"] for row in tables["capacities"]} == set(state.worker)


def test_a_retainer_is_never_drawn_below_zero(firm: SandboxFirm) -> None:
    balance: dict[str, Decimal] = {}
    for row in contract_tables(firm)["retainer_movements"]:
        sign = 1 if row["movement_kind"] == "funded" else -1
        held = balance.get(row["contract_id"], Decimal(0)) + sign * row["amount"]
        assert held >= 0
        balance[row["contract_id"]] = held
    assert balance == {"CT-1005": Decimal("27000.00")}


def test_the_files_are_the_same_for_the_same_firm(files: Path, firm: SandboxFirm, tmp_path: Path):
    write_contract_files(firm, tmp_path)
    for path in files.iterdir():
        assert (tmp_path / FILES / path.name).read_bytes() == path.read_bytes()
