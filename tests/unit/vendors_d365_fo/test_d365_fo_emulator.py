"""The emulated F&O by itself: login, actions, packages, OData and the batch job that posts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client as HttpClient

from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import expense_line, time_line
from tests.unit.posting_d365_fo.packages import BATCH, written
from tieout.sandbox.vendors.d365_fo import create_app
from tieout.sandbox.vendors.d365_fo_login import CREDENTIALS
from tieout.sandbox.vendors.d365_fo_odata import BadFilter, parse
from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup

NAMES = json.loads(
    (Path(__file__).parents[1] / "posting_d365_fo" / "published_names.json").read_text("utf-8")
)
ACTIONS = "/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities."
PACKAGE = written(frame([time_line(1), expense_line("a"), expense_line("b", erp_project_id=None)]))[
    f"{BATCH}-package.zip"
]


class Caller:
    """A client with a token."""

    def __init__(self, folder: Path | None = None, **options: Any) -> None:
        self.setup, self.moods = Setup(), Moods()
        self.now = datetime(2026, 7, 3, 6, tzinfo=UTC)
        self.app = create_app(self.setup, lambda: self.now, folder, moods=self.moods, **options)
        self.http = HttpClient(self.app)
        self.token = self.login().json["access_token"]

    def login(self, **changes: str) -> Any:
        form = {
            "grant_type": "client_credentials", "scope": "https://x.test/.default",
            "client_id": CREDENTIALS["client_id"], "client_secret": CREDENTIALS["client_secret"],
            **changes,
        }  # fmt: skip
        return self.http.post(f"/{CREDENTIALS['tenant_id']}/oauth2/v2.0/token", data=form)

    def call(self, action: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.post(f"{ACTIONS}{action}", json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.http.get(f"/data/{path}", headers={"Authorization": f"Bearer {self.token}"})

    def upload(self, content: bytes = PACKAGE) -> str:
        url = json.loads(self.call("GetAzureWriteUrl", uniqueFileName="p.zip").json["value"])[
            "BlobUrl"
        ]
        path = url.partition("localhost")[2]
        done = self.http.put(path, data=content, headers={"x-ms-blob-type": "BlockBlob"})
        assert done.status_code == 201
        return url

    def start(self, execution: str = "e1", content: bytes = PACKAGE, company: str = "US01") -> Any:
        return self.call(
            "ImportFromPackage", packageUrl=self.upload(content), definitionGroupId="Tieout",
            executionId=execution, execute=True, overwrite=True, legalEntityId=company,
        )  # fmt: skip

    def status(self, execution: str = "e1") -> str:
        return self.call("GetExecutionSummaryStatus", executionId=execution).json["value"]


def test_an_import_goes_through_its_states_and_its_journals_are_posted_by_the_job() -> None:
    caller = Caller()
    caller.moods.executing_polls, caller.moods.posts_journals = 2, False
    assert caller.status() == "Unknown"
    assert caller.start().json == {"value": "e1"}
    assert [caller.status() for _ in range(3)] == ["Executing", "Executing", "Succeeded"]
    (journal,) = caller.get("JournalTables").json["value"]
    assert (journal["Posted"], journal["Description"]) == ("No", BATCH)
    assert journal["Txt"] == "1 lines, 7.5000 hours, 600.0000 USD"
    assert caller.get("PSAActuals").json["value"] == []
    caller.moods.posts_journals = True
    assert caller.get("JournalTables").json["value"][0]["Posted"] == "Yes"
    actuals = caller.get("PSAActuals").json["value"]
    assert [(row["AmountMst"], row["TransactionOrigin"]) for row in actuals] == [
        (600.0, "HourJournal"), (120.0, "ExpenseJournal"),
    ]  # fmt: skip


def test_an_execution_id_is_taken_once() -> None:
    caller = Caller()
    assert caller.start().status_code == 200
    again = caller.start()
    assert again.status_code == 400
    assert "already exists" in again.json["error"]["innererror"]["message"]
    assert caller.start("e2").status_code == 200
    assert len(caller.get("JournalTrans").json["value"]) == 2


def test_state_survives_a_restart_and_tokens_do_not(tmp_path: Path) -> None:
    first = Caller(tmp_path)
    first.start()
    second = Caller(tmp_path)
    assert second.status() == "Succeeded"
    second.token = first.token
    assert second.get("JournalTrans").status_code == 401


def test_wrong_credentials_an_old_token_and_none_are_refused() -> None:
    caller = Caller()
    assert caller.login(client_secret="x").status_code == 401
    assert caller.login(scope="x").status_code == 400
    assert caller.http.get("/data/JournalTrans").status_code == 401
    caller.now = datetime(2026, 7, 3, 8, tzinfo=UTC)
    assert caller.get("JournalTrans").status_code == 401


def test_storage_takes_no_token_and_no_other_kind_of_blob() -> None:
    caller = Caller()
    good = {"x-ms-blob-type": "BlockBlob"}
    for headers in ({}, {**good, "Authorization": f"Bearer {caller.token}"}):
        assert caller.http.put("/blob/x", data=b"", headers=headers).status_code == 400
    assert caller.http.get("/blob/nothing").status_code == 404


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"no zip", "not a valid zip file"),
        (b"PK\x05\x06" + b"\0" * 18, "Manifest.xml is missing"),
    ],
)
def test_a_package_that_is_none_fails(content: bytes, text: str) -> None:
    caller = Caller()
    caller.start(content=content)
    assert caller.status() == "Failed"
    assert text in caller.call("GetExecutionErrors", executionId="e1").json["value"]


def test_an_import_into_no_company_or_of_no_package_is_refused() -> None:
    caller = Caller()
    assert caller.start(company="zzzz").status_code == 400
    assert caller.call(
        "ImportFromPackage", executionId="e1", legalEntityId="us01", packageUrl="http://x/none"
    ).status_code == 400  # fmt: skip
    assert caller.call("DoSomething").status_code == 400


def test_the_error_keys_file_is_generated_on_demand() -> None:
    caller = Caller()
    caller.setup.projects["P-77"] = "Finished"
    caller.start()
    assert caller.status() == "PartiallySucceeded"
    asked = {"executionId": "e1", "entityName": "Project hour journal lines"}
    assert caller.call("GetImportTargetErrorKeysFileUrl", **asked).json["value"] == ""
    assert caller.call("GenerateImportTargetErrorKeysFile", **asked).json["value"] is True
    assert caller.call("GetImportTargetErrorKeysFileUrl", **asked).json["value"] == ""
    url = caller.call("GetImportTargetErrorKeysFileUrl", **asked).json["value"]
    text = caller.http.get(url.partition("localhost")[2]).text
    assert text.splitlines()[0] == "JOURNALID,LINENUMBER,DESCRIPTION"
    assert caller.call("GetImportStagingErrorFileUrl", **asked).json["value"] == ""


@pytest.mark.parametrize("entity_set", sorted(NAMES["sets"]))
def test_every_field_shown_is_a_field_of_the_published_type(entity_set: str) -> None:
    caller = Caller()
    caller.start()
    (record, *_) = caller.get(f"{entity_set}?cross-company=true").json["value"]
    assert set(record) - {"@odata.etag"} <= set(NAMES["sets"][entity_set].split())


def test_only_the_users_company_is_shown_unless_all_are_asked_for() -> None:
    caller = Caller()
    caller.start(company="uk01")
    assert caller.get("JournalTrans").json["value"] == []
    assert len(caller.get("JournalTrans?cross-company=true").json["value"]) == 1


def test_pages_are_linked_and_top_select_and_order_are_understood() -> None:
    caller = Caller(page_size=5)
    first = caller.get("FiscalPeriods").json
    assert len(first["value"]) == 5
    second = caller.get(first["@odata.nextLink"].partition("/data/")[2]).json
    assert second["value"][0]["PeriodName"] == "Period 06"
    some = caller.get("FiscalPeriods?$top=2&$select=PeriodName&$orderby=StartDate").json
    assert [set(row) for row in some["value"]] == [{"@odata.etag", "PeriodName"}] * 2
    assert "@odata.nextLink" not in some


RECORD = {"A": "It's", "N": 3, "D": "2026-06-15T12:00:00Z"}


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("A eq 'it''s'", True),
        ("A eq 'x' or N ge 3", True),
        ("N gt 3 or (N lt 4 and A ne 'x')", True),
        ("N le 2 and A eq 'it''s' or N eq 9", False),
        ("D ge 2026-06-01T00:00:00Z", True),
    ],
)
def test_a_filter_is_evaluated(text: str, is_true: bool) -> None:
    assert parse(text)(RECORD) is is_true


@pytest.mark.parametrize("text", ["A", "A eq", "(A eq 'x'", "A like 'x'", "A eq 'x' B"])
def test_a_filter_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        parse(text)
    caller = Caller()
    caller.start()
    assert caller.get(f"JournalTrans?$filter={text}").status_code == 400


def test_an_unknown_set_is_not_found() -> None:
    assert Caller().get("Nothing").status_code == 404
