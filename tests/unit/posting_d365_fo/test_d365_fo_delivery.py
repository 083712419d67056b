"""The adapter call by call against the emulated F&O, with every misbehaviour of an answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import TARGET, expense_line, fno_system, time_line
from tests.unit.posting_d365_fo.packages import BATCH
from tieout.config import System
from tieout.domain.errors import (
    AuthenticationFailed,
    ConfigError,
    OutcomeUnknown,
    SystemUnreachable,
)
from tieout.domain.keys import reversal_key
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import FOUND_COLUMNS
from tieout.posting.delivery.d365_fo import D365FoDelivery, companies_of, create_delivery
from tieout.posting.registry import delivery_for

ONE, TAXI = time_line(1), expense_line("taxi")
DESK = expense_line("desk", erp_project_id=None)
KEYS = [row["posting_key"] for row in (ONE, TAXI, DESK)]


def test_what_is_read_back_is_what_was_sealed(world: Any) -> None:
    world.submit(frame([ONE, TAXI, DESK]))
    found = world.look_up([*KEYS, "meridian:d365_fo:nobody:1:v1:cost"])
    assert found.schema == pl.Schema(FOUND_COLUMNS)
    day, usd = date(2026, 6, 15), "USD"
    assert [row[0::1] for row in found.drop("erp_id").rows()] == [
        (KEYS[0], "hour_journal_line", day, Decimal("7.5"), Decimal(600), usd, "posted"),
        (KEYS[1], "expense_journal_line", day, Decimal(0), Decimal(120), usd, "posted"),
        (KEYS[2], "general_journal_line", day, Decimal(0), Decimal(120), usd, "posted"),
    ]
    ids = dict(found.select("posting_key", "erp_id").iter_rows())
    results = world.collect().results
    assert dict(results.select("posting_key", "erp_id").iter_rows()) == ids
    assert set(results["outcome"]) == {"accepted"}


def test_reversals_are_read_back_with_their_sign(world: Any) -> None:
    rows = [
        time_line(1, hours=Decimal("-7.5"), cost_amount_functional=Decimal(-600)),
        expense_line("a", cost_amount_functional=Decimal("-120.00")),
        expense_line("b", cost_amount_functional=Decimal("-5.10"), erp_project_id=None),
    ]
    rows = [{**row, "posting_key": reversal_key(row["posting_key"])} for row in rows]
    world.submit(frame(rows))
    found = world.look_up([row["posting_key"] for row in rows])
    assert found["amount"].to_list() == [Decimal(-600), Decimal(-120), Decimal("-5.1")]
    assert found["hours"].to_list() == [Decimal("-7.5"), 0, 0]


def test_a_line_in_a_journal_that_is_not_posted_is_a_draft_and_keeps_the_batch_pending(
    world: Any,
) -> None:
    world.moods.posts_journals = False
    world.submit(frame([ONE, TAXI, DESK]))
    collected = world.collect()
    assert (collected.answer, collected.results.height) == ("pending", 0)
    assert "not posted yet: HJ" in str(collected.message)
    assert world.look_up(KEYS)["state"].to_list() == ["draft"] * 3


def test_awkward_keys_are_written_and_found(world: Any) -> None:
    rows = [
        time_line("a'b%ü/?#&+"),
        time_line("x" * 80),
        expense_line("y" * 50),
        expense_line("z" * 200, erp_project_id=None),
    ]
    world.submit(frame(rows))
    keys = [row["posting_key"] for row in rows]
    assert sorted(world.look_up(keys)["posting_key"]) == sorted(keys)
    accepted = world.collect().results["posting_key"].to_list()
    assert sorted(accepted) == sorted([keys[0], keys[2]])


def test_keys_that_differ_only_in_case_are_two_keys(world: Any) -> None:
    world.submit(frame([time_line("abc")]))
    assert world.look_up([time_line("ABC")["posting_key"]]).is_empty()


def test_more_keys_than_a_filter_takes_are_asked_in_parts_and_pages_are_followed(
    world: Any,
) -> None:
    rows = [time_line(n) for n in range(45)]
    world.submit(frame(rows))
    found = world.look_up([row["posting_key"] for row in rows])
    assert (found.height, found["posting_key"].n_unique()) == (45, 45)
    assert world.requests("data/JournalTrans") == 4 + 4 + 1


def test_the_same_batch_is_handed_over_once(world: Any) -> None:
    world.submit(frame([ONE]))
    world.submit(frame([ONE]))
    assert (world.requests("ImportFromPackage"), len(world.odata("JournalTrans"))) == (1, 1)


def test_a_batch_that_was_never_handed_over_is_absent(world: Any) -> None:
    assert world.collect().answer == "absent"


def test_an_entity_goes_to_the_company_that_firm_yml_names(world: Any) -> None:
    world.options = {"companies": "US01=uk01"}
    world.submit(frame([ONE]))
    world.look_up(KEYS)
    assert [row["dataAreaId"] for row in world.odata("JournalTrans")] == ["uk01"]
    assert world.look_up(KEYS)["currency_code"].to_list() == ["GBP"]


def test_a_company_that_does_not_exist_is_no_hand_over(world: Any) -> None:
    world.options = {"companies": "US01=zzzz"}
    with pytest.raises(SystemUnreachable, match="Company zzzz does not exist"):
        world.submit(frame([ONE]))
    assert world.collect().answer == "absent"


@pytest.mark.parametrize("kind", ["lost_ack", "drop", "server_error"])
def test_an_import_call_without_an_answer_has_an_unknown_outcome(world: Any, kind: str) -> None:
    world.fault(kind, "ImportFromPackage")
    with pytest.raises(OutcomeUnknown):
        world.submit(frame([ONE]))
    assert world.collect().answer == ("done" if kind == "lost_ack" else "absent")


def test_an_import_that_is_throttled_is_repeated_after_the_time_told(world: Any) -> None:
    world.fault("rate_limited", "ImportFromPackage", times=2, retry_after=7)
    world.submit(frame([ONE]))
    assert world.waits == [7.0, 7.0]
    assert world.look_up(KEYS).height == 1


def test_an_import_that_stays_throttled_was_certainly_not_started(world: Any) -> None:
    world.fault("rate_limited", "ImportFromPackage", times=50, retry_after=1)
    with pytest.raises(SystemUnreachable, match="too many requests"):
        world.submit(frame([ONE]))
    assert world.requests("ImportFromPackage") == 6


@pytest.mark.parametrize("path", ["GetAzureWriteUrl", "blob/"])
def test_an_upload_that_fails_is_no_hand_over_and_shows_no_signature(world: Any, path: str) -> None:
    world.fault("unavailable", path, times=50)
    with pytest.raises(SystemUnreachable) as failure:
        world.submit(frame([ONE]))
    assert "sig=" not in str(failure.value)
    assert world.collect().answer == "absent"


@pytest.mark.parametrize("kind", ["html", "truncated", "unavailable", "ok_with_error"])
@pytest.mark.parametrize("path", ["data/JournalTrans", "data/PSAActuals", "data/Ledgers"])
def test_a_look_up_without_a_usable_answer_is_never_taken_for_absent(
    world: Any, path: str, kind: str
) -> None:
    world.submit(frame([ONE]))
    world.look_up(KEYS)
    world.fault(kind, path, times=50)
    with pytest.raises(SystemUnreachable):
        world.look_up(KEYS)


@pytest.mark.parametrize("kind", ["html", "truncated", "ok_with_error"])
@pytest.mark.parametrize(
    "path", ["GetExecutionSummaryStatus", "JournalTables", "GetExecutionErrors"]
)
def test_an_answer_about_a_batch_that_cannot_be_read_concludes_nothing(
    world: Any, path: str, kind: str
) -> None:
    world.submit(frame([ONE, time_line(2, erp_worker_id="999")]))
    world.collect()
    world.fault(kind, path, times=50)
    with pytest.raises(SystemUnreachable):
        world.collect()


def test_rows_are_refused_through_the_staging_file_and_the_keys_file(world: Any) -> None:
    bad = expense_line("a", accounting_date=None)
    worse = time_line(2, bill_rate=Decimal(1), debit_account_code="X" * 300)
    world.submit(frame([ONE, bad, worse]))
    results = {row["posting_key"]: row for row in world.collect().results.iter_rows(named=True)}
    assert results[bad["posting_key"]]["message"] == "Field 'Date' must be filled in."
    assert results[worse["posting_key"]]["message"].startswith("The text is too long")
    assert results[KEYS[0]]["outcome"] == "accepted"


def test_a_closed_period_is_refused_in_its_words(world: Any) -> None:
    world.submit(frame([time_line(1, accounting_date=date(2026, 3, 2)), TAXI]))
    (bad,) = world.collect().results.filter(pl.col("outcome") == "rejected").rows(named=True)
    assert (bad["reason_code"], bad["message"]) == (
        "PERIOD_CLOSED", "Fiscal period is not open for date 2026-03-02.",
    )  # fmt: skip


def test_a_package_that_cannot_be_read_fails_as_a_whole(world: Any) -> None:
    from tieout.posting.delivery.base import Submission

    broken = {f"{BATCH}-package.zip": b"no zip"}
    with world.online():
        world.delivery().submit(Submission(BATCH, frame([ONE]), broken))
    collected = world.collect()
    assert (collected.answer, collected.results.height) == ("done", 0)
    assert "not a valid zip file" in str(collected.message)


def test_a_token_that_was_refused_is_renewed_once(world: Any) -> None:
    world.submit(frame([ONE]))
    with world.online():
        delivery = world.delivery()
        delivery.look_up(KEYS)
        world.app.app.routes[0].handler.__self__.forget()
        assert delivery.look_up(KEYS).height == 1
    assert world.requests("oauth2") == 3


def test_a_wrong_secret_is_an_authentication_failure(world: Any) -> None:
    with world.online():
        delivery = world.delivery()
        delivery._books._odata._session.bearer._form["client_secret"] = "wrong"
        with pytest.raises(AuthenticationFailed, match="Invalid client secret"):
            delivery.look_up(KEYS)


def test_storage_over_another_scheme_is_refused(world: Any) -> None:
    world.fault(
        "ok_with_error", "GetAzureWriteUrl", body={"value": '{"BlobUrl": "http://x.test/b"}'}
    )
    with pytest.raises(SystemUnreachable, match="blob storage"):
        world.submit(frame([ONE]))


@pytest.mark.parametrize("text", ["US01", "US01=", "=usmf", "US01=toolong"])
def test_a_list_of_companies_that_is_none_is_refused(tmp_path: Any, text: str) -> None:
    with pytest.raises(ConfigError, match="names no company"):
        companies_of(fno_system(tmp_path, companies=text))


def test_the_adapter_of_the_registry_is_this_one(tmp_path: Any) -> None:
    system: System = fno_system(tmp_path, companies="US01=USMF, UK01=gbsi")
    assert companies_of(system) == {"US01": "usmf", "UK01": "gbsi"}
    session = ApiSession(TARGET, system.base_url)
    assert isinstance(delivery_for(system, session), D365FoDelivery)
    assert create_delivery(system, session).capabilities.idempotency == "key_in_text"
