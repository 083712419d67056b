"""Posting to the emulated Oracle Fusion: files handed over, jobs followed, answers read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.nasty.posting_kit import reversal
from tests.unit.posting_oracle_fusion.conftest import (
    BASE_URL,
    expense_line,
    fusion_session,
    fusion_system,
    journal_line,
    time_line,
)
from tieout.domain.errors import (
    AuthenticationFailed,
    ConfigError,
    OutcomeUnknown,
    SystemUnreachable,
)
from tieout.http import mounted
from tieout.posting.delivery.oracle_fusion import create_delivery
from tieout.posting.registry import delivery_for

ONE = time_line(1)
TAXI = expense_line("taxi")
RENT = journal_line("rent")
LONG = time_line("record-" + "x" * 140)


def key(row: dict[str, Any]) -> str:
    return row["posting_key"]


# -- what is posted ------------------------------------------------------------------------------


def test_hours_become_a_labour_cost_with_every_figure_as_sealed(pod: Any) -> None:
    row = time_line(1, work_date=date(2026, 5, 29), hours=Decimal("7.25"))
    result = pod.results([row])[key(row)]
    assert (result["outcome"], result["reason_code"]) == ("accepted", None)
    (cost,) = pod.records("projectCosts")
    shown = {
        "TransactionNumber": int(result["erp_id"]), "OriginalTransactionReference": key(row),
        "PersonNumber": "W-0001", "ProjectNumber": "P-1", "TaskName": "Design",
        "ExpenditureItemDate": "2026-05-29", "AccountingDate": "2026-06-15",
        "UnitOfMeasureCode": "HOURS", "ExpenditureType": "Professional", "BillableFlag": True,
        "DocumentEntry": "Straight Time", "ProviderLedgerCurrencyCode": "USD",
        "ExpenditureComment": "Design 1",
    }  # fmt: skip
    assert {name: cost[name] for name in shown} == shown
    assert Decimal(str(cost["Quantity"])) == Decimal("7.25")
    assert Decimal(str(cost["RawCostInProviderLedgerCurrency"])) == 600
    assert cost["ProjectCostsDFF"]["items"] == [
        {
            "__FLEX_Context": "Tieout", "postingKey": key(row), "postingKeyRest": "",
            "billAmount": "1387.5000", "billCurrency": "USD",
        }
    ]  # fmt: skip


def test_an_expense_of_a_project_becomes_a_cost_whose_quantity_is_its_amount(pod: Any) -> None:
    pod.results([TAXI])
    (cost,) = pod.records("projectCosts")
    assert (cost["UnitOfMeasureCode"], cost["DocumentEntry"]) == ("DOLLARS", "Miscellaneous")
    assert Decimal(str(cost["Quantity"])) == 120


def test_an_expense_of_no_project_becomes_a_balanced_posted_journal(pod: Any) -> None:
    result = pod.results([RENT])[key(RENT)]
    (batch,) = pod.records("journalBatches")
    (head,) = batch["journalHeaders"]["items"]
    assert result["erp_id"] == f"journal:{head['JeHeaderId']}"
    assert (batch["Status"], head["AccountingDate"]) == ("P", "2026-06-15")
    sides = [
        (line["AccountCombination"], line["AccountedDebit"], line["AccountedCredit"])
        for line in head["journalLines"]["items"]
    ]
    assert sides == [("101-10-6100", 120.0, None), ("101-10-2300", None, 120.0)]
    assert {line["Reference1"] for line in head["journalLines"]["items"]} == {key(RENT)}


@pytest.mark.parametrize("row", [ONE, TAXI, RENT, LONG], ids=["time", "cost", "journal", "long"])
def test_what_is_read_back_is_what_was_sealed(pod: Any, row: dict[str, Any]) -> None:
    result = pod.results([row])[key(row)]
    (found,) = pod.look_up(row)
    assert found == {
        "posting_key": key(row), "erp_id": result["erp_id"],
        "record_type": "journal_entry" if row is RENT else "project_cost",
        "accounting_date": date(2026, 6, 15), "hours": row["hours"],
        "amount": row["cost_amount_functional"], "currency_code": "USD", "state": "posted",
    }  # fmt: skip


@pytest.mark.parametrize("row", [ONE, TAXI, RENT, LONG], ids=["time", "cost", "journal", "long"])
def test_a_reversal_takes_the_line_back(pod: Any, row: dict[str, Any]) -> None:
    back = reversal(row)
    pod.submit([row], "oracle_fusion-2026-06-US01-x-000001")
    pod.collect("oracle_fusion-2026-06-US01-x-000001")
    assert pod.results([back])[key(back)]["outcome"] == "accepted"
    first, second = pod.look_up(row, back)
    assert (second["amount"], second["hours"]) == (-first["amount"], -first["hours"])


def test_a_reversal_of_nothing_is_refused_and_a_refund_is_not(pod: Any) -> None:
    back = reversal(time_line("never"))
    refund = time_line("refund", hours=Decimal(-2), cost_amount_functional=Decimal(-160))
    results = pod.results([back, refund])
    assert results[key(back)]["reason_code"] == "REVERSAL_WITHOUT_ORIGINAL"
    assert results[key(refund)]["outcome"] == "accepted"


def test_unknown_keys_and_no_keys_are_just_not_there(pod: Any) -> None:
    assert pod.look_up() == pod.look_up(time_line("nobody")) == []


def test_many_keys_with_every_awkward_character_are_found(pod: Any) -> None:
    rows = [time_line(f"a:b%c'd, e/ü?#;_{n}") for n in range(45)]
    assert {row["outcome"] for row in pod.results(rows).values()} == {"accepted"}
    assert sorted(found["posting_key"] for found in pod.look_up(*rows)) == sorted(map(key, rows))


# -- hand-over and answer ------------------------------------------------------------------------


def test_what_oracle_never_got_is_absent(pod: Any) -> None:
    assert pod.collect("oracle_fusion-2026-06-US01-time-000042").answer == "absent"


def test_an_answer_comes_only_after_load_and_import_ended(pod: Any) -> None:
    pod.behaviour.ticks_per_job = 3
    batch = pod.submit([ONE])
    assert pod.collect(batch, polls=0).answer == "pending"
    assert pod.look_up(ONE) == []
    assert pod.collect(batch).answer == "done"


def test_a_failed_import_is_no_refusal_and_is_tried_again(pod: Any) -> None:
    pod.behaviour.failing_imports = 2
    batch = pod.submit([ONE])
    assert pod.collect(batch, polls=2).answer == "pending"
    assert pod.collect(batch).results["outcome"].to_list() == ["accepted"]


def test_an_import_that_always_fails_leaves_the_lines_in_doubt(pod: Any) -> None:
    pod.behaviour.failing_imports = 99
    batch = pod.submit([ONE])
    assert pod.collect(batch, polls=20).answer == "pending"
    assert pod.behaviour.failing_imports == 96


@pytest.mark.parametrize("kind", ["drop", "lost_ack", "server_error", "html", "truncated"])
def test_a_hand_over_without_a_usable_answer_is_unknown(pod: Any, kind: str) -> None:
    pod.fault(kind, method="POST")
    with pytest.raises(OutcomeUnknown):
        pod.submit([ONE])


def test_a_hand_over_that_was_refused_certainly_did_not_happen(pod: Any) -> None:
    pod.fault("rate_limited", method="POST", times=9)
    with pytest.raises(SystemUnreachable):
        pod.submit([ONE])
    assert pod.collect("oracle_fusion-2026-06-US01-time-000001").answer == "absent"


def test_a_batch_of_two_files_of_which_one_arrived_is_unknown_then_absent_then_whole(
    pod: Any,
) -> None:
    pod.fault("rate_limited", method="POST", after=1)
    rows = [TAXI, RENT]
    with pytest.raises(OutcomeUnknown):
        pod.submit(rows)
    batch = pod.submission(rows).submission_id
    assert pod.collect(batch).answer == "absent"
    pod.submit(rows)
    results = pod.collect(batch).results
    assert results["outcome"].to_list() == ["accepted"] * 2
    assert (len(pod.records("projectCosts")), len(pod.records("journalBatches"))) == (1, 1)


@pytest.mark.parametrize("path", ["projectCosts", "journalBatches"])
@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated", "unavailable"])
def test_a_look_up_without_a_usable_answer_never_says_absent(
    pod: Any, kind: str, path: str
) -> None:
    pod.results([ONE])
    pod.fault(kind, path, times=2)
    with pytest.raises(SystemUnreachable):
        pod.look_up(ONE)


@pytest.mark.parametrize("path", ["erpintegrations", "scheduler"])
@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated", "unavailable"])
def test_a_question_without_a_usable_answer_concludes_nothing(
    pod: Any, kind: str, path: str
) -> None:
    batch = pod.submit([ONE])
    pod.fault(kind, path, times=2)
    with pytest.raises(SystemUnreachable):
        pod.collect(batch)


def test_a_wrong_login_is_told_as_such(pod: Any) -> None:
    with mounted(BASE_URL, pod.app):
        delivery = create_delivery(fusion_system(), fusion_session(password="wrong"))
        with pytest.raises(AuthenticationFailed):
            delivery.look_up([key(ONE)])


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"business_unit_ids": ""}, "business_unit_ids"),
        ({"transaction_source_id": "Tieout"}, "transaction_source_id"),
        ({"ledgers": "US01"}, "ledgers"),
    ],
)
def test_a_missing_id_is_told_with_its_option(
    pod: Any, options: dict[str, Any], field: str
) -> None:
    submission = pod.submission([ONE])
    with mounted(BASE_URL, pod.app), pytest.raises(ConfigError) as problem:
        pod.delivery(**options).submit(submission)
    assert problem.value.field == f"systems.oracle_fusion.options.{field}"
    assert pod.collect(submission.submission_id).answer == "absent"


def test_the_registry_finds_the_adapter() -> None:
    delivery = delivery_for(fusion_system(), fusion_session())
    assert delivery.capabilities.idempotency == "key_in_text"
    assert delivery.capabilities.settle_seconds > 0
