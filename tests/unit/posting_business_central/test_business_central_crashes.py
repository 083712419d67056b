"""The process dies at any request, or others act between two of them: still one document per line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import run_wsgi_app

from tests.nasty.posting_kit import SmallFirm, SmallHome, frame, open_gate
from tests.unit.vendors_business_central.small_company import HOST, NOW, Company, time_line
from tieout.domain.errors import OutcomeUnknown
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.posting.ledger import Ledger
from tieout.posting.run import post_target
from tieout.posting.writers.business_central import create_writer

ONE = time_line(1)
KEY = ONE["posting_key"]


class Died(BaseException):
    """The process is gone."""


@dataclass
class DyingAt:
    """Passes requests on until one of them, and dies before or after it was carried out."""

    company: Company
    number: int
    after: bool
    seen: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/token"):
            return self.company.app(environ, start_response)
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if len(self.seen) == self.number:
            if self.after:
                run_wsgi_app(self.company.app, environ, buffered=True)
            raise Died
        return self.company.app(environ, start_response)


def post(company: Company, app: Any, name: str, folder: Path, ledger: Ledger) -> Any:
    """One whole posting step of a good and a bad line through an app."""
    rows = frame([time_line(name), time_line(f"{name}-bad", debit_account_code="9100")])
    with mounted(HOST, app):
        return post_target(
            SmallFirm(), "business_central", rows, ledger, SmallHome(folder), company.delivery(),
            create_writer(), gate=open_gate, now=NOW, period=Period("2026-06"),
            sleep=lambda seconds: None, progress=SilentProgress(),
        )  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_run_that_dies_at_any_request_is_finished_by_the_next(
    company: Company, tmp_path: Path, after: bool
) -> None:
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    undisturbed = DyingAt(company, 0, after)
    post(company, undisturbed, "whole", tmp_path, ledger)
    count = len(undisturbed.seen)
    assert count > 15
    for number in range(1, count + 1):
        name = f"dies-at-{number}"
        with pytest.raises(Died):
            post(company, DyingAt(company, number, after), name, tmp_path, ledger)
        report = post(company, company.app, name, tmp_path, ledger)
        assert (report.in_doubt, report.waiting, report.unproven) == (0, 0, 0), number
        assert len(company.entries()) == 4 * (number + 1), undisturbed.seen[number - 1]
    ledger.close()


def acting(company: Company, path: str, act: Any) -> Any:
    """The company's app; somebody acts once, just before a GET of that list is answered."""
    done: list[str] = []

    def app(environ: Any, start_response: Any) -> Any:
        is_it = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(path)
        if is_it and not done:
            done.append(path)
            act()
        return company.app(environ, start_response)

    return app


@pytest.mark.parametrize("path", ["/journals", "/journalLines", "/generalLedgerEntries"])
def test_a_posting_that_commits_during_a_look_up_is_seen_in_one_place(
    company: Company, path: str
) -> None:
    company.fault("late_commit", r"NAV\.post", seconds=3600)
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    with mounted(HOST, acting(company, path, company.commit_late_work)):
        found = company.delivery().look_up([KEY])
    assert [item.state for item in found[KEY]] == ["posted"]


def test_a_journal_that_is_deleted_during_a_look_up_is_no_failure(company: Company) -> None:
    company.fault("drop", r"NAV\.post")
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    (held,) = company.journals()

    def delete() -> None:
        company.ask("DELETE", f"journals({held['id']})", headers={"If-Match": "*"})

    with mounted(HOST, acting(company, "/journalLines", delete)):
        assert company.delivery().look_up([KEY]) == {}
