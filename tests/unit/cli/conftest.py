"""The command line on a small ledger: one home, one ERP of the kit, and real exit codes."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest

from tests.nasty.posting_kit import World
from tieout.cli.main import main
from tieout.config import Home
from tieout.posting.ledger import Ledger

LIMIT = {"USD": Decimal("1200.0000")}


class Prompt:
    """A person at a prompt: `tieout(...)` gives exit code, standard output, standard error."""

    def __init__(self, monkeypatch, capsys):
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments):
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["tieout", *arguments])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = self._capsys.readouterr()
        return code, told.out, told.err


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("TIEOUT_FIRM", "TIEOUT_ACTOR", "TIEOUT_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIEOUT_NOW", "2026-07-03T08:00:00Z")
    monkeypatch.setenv("NO_COLOR", "1")
    return Home()


@pytest.fixture
def tieout(home, monkeypatch, capsys):
    return Prompt(monkeypatch, capsys)


@pytest.fixture
def world(home, tmp_path):
    made = World(tmp_path)
    made.ledger.close()
    made.home = home
    made.ledger = Ledger.at(home.ledger)
    yield made
    made.ledger.close()
