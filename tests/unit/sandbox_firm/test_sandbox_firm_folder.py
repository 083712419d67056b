"""The firm folder: readable by the product, secrets safe, crosswalks complete where they must be."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tieout.config import load_firm
from tieout.sandbox.firm import SandboxFirm, write_firm_folder

SYSTEMS = ("harvest_us", "kantata", "bamboohr", "concur", "netsuite", "tryton_uk")
URLS = {name: f"http://127.0.0.1:9400/{name}" for name in SYSTEMS}


@pytest.fixture
def folder(firm: SandboxFirm, tmp_path: Path) -> Path:
    """A written firm folder."""
    write_firm_folder(firm, tmp_path / "meridian", URLS, {"tryton_uk": {"database": "erp"}})
    return tmp_path / "meridian"


def test_the_product_reads_the_folder(folder: Path, firm: SandboxFirm) -> None:
    read = load_firm(folder)
    assert read.id == firm.firm_id
    assert [system.id for system in read.systems] == [*SYSTEMS, "contracts"]
    assert read.system("tryton_uk").options["database"] == "erp"
    assert read.system("harvest_us").options["hours"] == "rounded_hours"
    assert read.policies.max_hours_per_day == "24"
    assert {route.target for route in read.routing} == {"netsuite", "tryton_uk"}
    assert read.sandbox is not None
    assert read.sandbox.now == firm.now
    assert read.ownership["time_entry"] == ["harvest_us", "kantata"]


def test_secrets_are_references_to_private_files(folder: Path) -> None:
    text = (folder / "firm.yml").read_text(encoding="utf-8")
    assert "sandbox-harvest-token" not in text
    read = load_firm(folder)
    assert read.system("harvest_us").secret("token") == "sandbox-harvest-token"
    files = list((folder / "secrets").iterdir())
    assert files
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_crosswalks_name_each_source_id_once_and_only_known_codes(
    folder: Path, firm: SandboxFirm
) -> None:
    state = firm.at(firm.now)
    crosswalks = load_firm(folder).crosswalks
    assert set(crosswalks) == {"account", "client", "legal_entity", "project", "worker"}
    for kind in ("client", "project", "worker", "legal_entity"):
        table = crosswalks[kind]
        assert table.select("source_system", "source_id").is_unique().all(), kind
    assert set(crosswalks["project"]["canonical_id"]) == set(state.project)
    assert set(crosswalks["account"]["purpose"]) == {
        "labour_cost", "labour_clearing", "wip", "accrued_revenue", "expense_cost",
        "expense_payable",
    }  # fmt: skip


def test_the_crosswalk_knows_one_private_login_and_not_the_other(
    folder: Path, firm: SandboxFirm
) -> None:
    state = firm.at(firm.now)
    private = [row for row in state.workers if row.harvest_email not in (None, row.email)]
    assert len(private) == 2
    rows = load_firm(folder).crosswalks["worker"].rows()
    assert rows == [("W-0001", "harvest_us", str(state.worker["W-0001"].harvest_user_id))]


def test_writing_twice_gives_the_same_bytes(folder: Path, firm: SandboxFirm) -> None:
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    write_firm_folder(firm, folder, URLS, {"tryton_uk": {"database": "erp"}})
    after = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert before == after


def test_a_system_without_address_is_refused(firm: SandboxFirm, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="tryton_uk"):
        write_firm_folder(firm, tmp_path, dict.fromkeys(SYSTEMS[:-1], "http://x"))
