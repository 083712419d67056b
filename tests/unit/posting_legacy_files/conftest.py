"""A legacy ERP behind a folder, an installation that posts to it, and templates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.posting_kit import JUNE, NOW, SmallFirm, SmallHome, lines, open_gate
from tieout.config import System
from tieout.domain.progress import SilentProgress
from tieout.posting.delivery.legacy_files import LegacyFilesDelivery, create_delivery
from tieout.posting.delivery.legacy_files_stores import FileStore, open_store
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import posting_lines
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.legacy_files import create_writer_for
from tieout.sandbox.vendors.legacy_files import LegacyErp

TARGET = "legacy"
TEMPLATE = Path(__file__).parents[3] / "tieout" / "posting" / "writers" / "legacy_files.yml"
EXPORT: dict[str, Any] = {
    "columns": {
        "posting_key": "POSTING_KEY",
        "erp_id": "DOCUMENT",
        "accounting_date": "POSTING_DATE",
        "hours": "HOURS",
        "amount": "AMOUNT",
        "currency_code": "CURRENCY",
        "status": "STATE",
        "legal_entity_id": "ENTITY",
        "worker_id": "EMPLOYEE",
        "project_id": "PROJECT",
        "memo": "TEXT",
    },
    "drafts": ["draft"],
}


def plain_template(**changes: Any) -> dict[str, Any]:
    """The template of the package as plain data, with parts replaced."""
    data = json.loads(json.dumps(YAML(typ="safe").load(TEMPLATE.read_text())))
    for name, value in changes.items():
        part = name.removesuffix("_file")
        data[part] = {**data[part], **value} if isinstance(data.get(part), dict) else value
    return data


def legacy_system(folder: Path, data: dict[str, Any] | None = None, **options: Any) -> System:
    """The ERP as firm.yml describes it."""
    if data is not None:
        with (folder / "template.yml").open("w") as file:
            YAML(typ="safe").dump(data, file)
        options["template"] = "template.yml"
    system = System(
        id=TARGET, vendor="legacy_files", roles=["erp"], options={"path": "erp", **options}
    )
    system._folder = folder
    return system


class Place:
    """One installation in front of a legacy ERP."""

    def __init__(
        self, folder: Path, template: dict[str, Any] | None = None, **options: Any
    ) -> None:
        self.home = SmallHome(folder / "home")
        lay_empty_ledger(self.home.ledger)
        self.erp = LegacyErp(folder / "erp")
        self.system = legacy_system(folder, template, **options)
        self.ledger = Ledger.at(self.home.ledger)
        self.slept: list[float] = []
        self.breaks: list[str] = []
        self.store: FileStore = open_store(self.system)

    def sleep(self, seconds: float) -> None:
        """The ERP's nightly program runs while we wait."""
        self.slept.append(seconds)
        self.erp.run()

    def delivery(self) -> LegacyFilesDelivery:
        """An adapter as a new process makes it."""
        return create_delivery(self.system, self.store)

    def post(self, candidates: pl.DataFrame, **options: Any) -> PostingReport:
        """One posting step."""
        chosen: dict[str, Any] = {"sleep": self.sleep, **options}
        return post_target(
            SmallFirm(), TARGET, candidates, self.ledger, self.home, self.delivery(),
            create_writer_for(self.system), open_gate, JUNE, NOW, SilentProgress(), **chosen,
        )  # fmt: skip

    def states(self) -> list[str]:
        """State of every line, in the order of the ledger."""
        return posting_lines(self.ledger)["state"].to_list()

    def posted(self) -> list[str]:
        """Keys in the ERP's books, sorted; a key that is there twice is listed twice."""
        return sorted(line["key"] for line in self.erp.books)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An installation whose runs wait for the ERP's answer."""
    return Place(tmp_path, answer_seconds=1)


@pytest.fixture
def make_place(tmp_path: Path) -> Callable[..., Place]:
    """Installations with other templates and options."""
    return lambda *parts, **options: Place(tmp_path, *parts, **options)


@pytest.fixture
def make_lines() -> Callable[..., pl.DataFrame]:
    """Candidates for the target."""
    return lambda count, **changes: lines(count, target=TARGET, **changes)
