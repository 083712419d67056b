"""Posting to the emulated NetSuite: one record per line, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.nasty.posting_kit import SmallFirm, SmallHome, frame, open_gate
from tests.unit.posting_netsuite.conftest import expense_line, netsuite_system, time_line
from tests.unit.vendors_netsuite import netsuite_books as books
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.posting.delivery.base import Found
from tieout.posting.delivery.netsuite import concurrency_of
from tieout.posting.ledger import Ledger
from tieout.posting.run import post_target
from tieout.posting.writers.netsuite import create_writer

ONE = time_line(1)
KEY = ONE["posting_key"]
TAXI = expense_line("taxi")


def count(erp: Any, key: str) -> int:
    rows = erp.rows(f"SELECT COUNT(*) AS n FROM timebill WHERE externalid = '{key}'")
    return int(rows[0]["n"])


# -- what is saved -------------------------------------------------------------------------------


def test_time_becomes_a_posted_time_bill_with_every_figure_as_sealed(erp: Any) -> None:
    result = erp.send([time_line(1, work_date=date(2026, 5, 29), hours=Decimal("7.25"))])[KEY]
    assert result.outcome == "accepted"
    assert erp.rows(
        "SELECT id, externalid, employee, customer, TO_CHAR(trandate, 'YYYY-MM-DD') AS trandate, "
        "hours, isbillable, rate, memo, posted, custcol_tieout_cost, custcol_tieout_bill, "
        "custcol_tieout_currency, TO_CHAR(custcol_tieout_work_date, 'YYYY-MM-DD') AS work_date "
        f"FROM timebill WHERE externalid = '{KEY}'"
    ) == [
        {
            "id": result.erp_id, "externalid": KEY, "employee": "1201", "customer": "5601",
            "trandate": "2026-06-15", "hours": "7.25", "isbillable": "T", "rate": "185",
            "memo": "Design 1", "posted": "T", "custcol_tieout_cost": "600",
            "custcol_tieout_bill": "1387.5", "custcol_tieout_currency": "USD",
            "work_date": "2026-05-29",
        }
    ]  # fmt: skip


def test_an_expense_becomes_a_balanced_journal_on_the_mapped_accounts(erp: Any) -> None:
    result = erp.send([TAXI])[TAXI["posting_key"]]
    assert result.outcome == "accepted"
    assert result.erp_id.startswith("journalEntry:")
    assert erp.rows(
        "SELECT a.acctnumber, tal.debit, tal.credit, tl.entity, tl.custcol_tieout_bill AS bill, "
        "tl.custcol_tieout_employee AS worker, tl.subsidiary FROM transaction t "
        "JOIN transactionline tl ON tl.transaction = t.id "
        "JOIN transactionaccountingline tal ON tal.transaction = t.id "
        "AND tal.transactionline = tl.id JOIN account a ON a.id = tal.account "
        f"WHERE t.externalid = '{TAXI['posting_key']}' ORDER BY tl.id"
    ) == [
        {"acctnumber": "6100", "debit": "120", "entity": "5601", "bill": "130.1",
         "worker": "1201", "subsidiary": "2"},
        {"acctnumber": "2300", "credit": "120", "entity": "5601", "subsidiary": "2"},
    ]  # fmt: skip


def test_a_refund_books_the_other_way_round_and_shows_its_sign(erp: Any) -> None:
    refund = expense_line("refund", cost_amount_functional=Decimal("-40.00"))
    assert erp.send([refund])[refund["posting_key"]].outcome == "accepted"
    assert erp.look_up(refund["posting_key"])[refund["posting_key"]][0].amount == Decimal(-40)


def test_what_is_read_back_is_what_was_sealed(erp: Any) -> None:
    results = erp.send([ONE, TAXI])
    found = erp.look_up(KEY, TAXI["posting_key"], "meridian:netsuite:nobody:1:v1:cost")
    assert found == {
        KEY: [
            Found(
                KEY, results[KEY].erp_id, "time_bill", date(2026, 6, 15), Decimal("7.5"),
                Decimal(600), "USD", "posted",
            )
        ],
        TAXI["posting_key"]: [
            Found(
                TAXI["posting_key"], results[TAXI["posting_key"]].erp_id, "journal_entry",
                date(2026, 6, 15), Decimal(0), Decimal(120), "USD", "posted",
            )
        ],
    }  # fmt: skip


def test_a_key_with_every_awkward_character_is_sent_and_found(erp: Any) -> None:
    awkward = time_line("a:b%c'd e/ü?#")
    key = awkward["posting_key"]
    assert erp.send([awkward])[key].outcome == "accepted"
    assert [found.posting_key for found in erp.look_up(key)[key]] == [key]


def test_more_keys_than_a_query_takes_are_asked_in_parts(erp: Any) -> None:
    erp.send([ONE])
    keys = [f"meridian:netsuite:harvest_us:{n}:v1:cost" for n in range(450)]
    assert list(erp.look_up(*keys, KEY, KEY)) == [KEY]


def test_a_line_that_waits_for_approval_in_the_erp_is_a_draft(erp: Any) -> None:
    erp.send([ONE])
    with mounted(books.BASE_URL, erp.app):
        books.Caller()(
            "PATCH", f"{books.RECORD}/timeBill/eid:{KEY}", {"approvalStatus": {"id": "2"}}
        )
    assert erp.look_up(KEY)[KEY][0].state == "draft"


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED", "accounting period"),
        ({"erp_project_id": "5602"}, "PROJECT_INACTIVE", "Invalid customer reference key 5602"),
        ({"erp_project_id": "9"}, "PROJECT_INACTIVE", "Invalid customer reference key 9."),
        ({"erp_worker_id": "9"}, "WORKER_NOT_IN_ERP", "Invalid employee reference key 9."),
        ({"erp_worker_id": None}, "WORKER_NOT_IN_ERP", "no NetSuite employee"),
        ({"erp_project_id": None}, "PROJECT_UNMAPPED", "no NetSuite job"),
        ({"cost_amount_functional": Decimal("1.005")}, "AMOUNT_MISMATCH", "parts of a cent"),
        ({"cost_amount_functional": None}, "AMOUNT_MISMATCH", "no amount"),
        ({"entry_type": "mileage"}, "REJECTED", "neither time nor expense"),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason_and_the_good_ones_go(
    erp: Any, changes: dict[str, Any], reason: str, text: str
) -> None:
    bad, good = time_line(2, **changes), time_line(3)
    results = erp.send([ONE, bad, good])
    assert results[KEY].outcome == results[good["posting_key"]].outcome == "accepted"
    refused = results[bad["posting_key"]]
    assert (refused.outcome, refused.reason_code) == ("rejected", reason)
    assert text in refused.message
    assert count(erp, bad["posting_key"]) == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"debit_account_code": "9999"}, "ACCOUNT_UNMAPPED"),
        ({"credit_account_code": None}, "ACCOUNT_UNMAPPED"),
        ({"legal_entity_id": "UK01"}, "REF_INVALID"),
        ({"functional_currency_code": "XTS"}, "FX_MISSING"),
        ({"cost_amount_functional": Decimal(0)}, "AMOUNT_MISMATCH"),
        ({"cost_amount_functional": Decimal(10**10)}, "AMOUNT_MISMATCH"),
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED"),
    ],
)
def test_an_expense_that_netsuite_cannot_take_is_rejected_with_its_reason(
    erp: Any, changes: dict[str, Any], reason: str
) -> None:
    bad = expense_line("bad", **changes)
    results = erp.send([bad, TAXI])
    assert (results[bad["posting_key"]].outcome, results[bad["posting_key"]].reason_code) == (
        "rejected",
        reason,
    )
    assert results[TAXI["posting_key"]].outcome == "accepted"


def test_a_period_that_closes_between_plan_and_save_rejects_the_line(erp: Any) -> None:
    erp.fault("period_closed")
    result = erp.send([ONE], concurrency=1)[KEY]
    assert (result.outcome, result.reason_code) == ("rejected", "PERIOD_CLOSED")
    assert result.message.startswith("USER_ERROR: The transaction date you specified")
    assert erp.send([ONE])[KEY].outcome == "accepted"


# -- answers that do not come --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost_ack", "drop", "server_error", "unavailable"])
def test_an_answer_that_did_not_come_is_unknown_and_nothing_is_sent_again(
    erp: Any, kind: str
) -> None:
    erp.fault(kind)
    result = erp.send([ONE])[KEY]
    assert (result.outcome, result.erp_id) == ("unknown", None)
    assert count(erp, KEY) == (1 if kind == "lost_ack" else 0)
    saves = [row for row in erp.http.get("/__sandbox__/log").json if row["method"] == "PUT"]
    assert len(saves) == 1


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated"])
def test_an_answer_that_is_none_of_the_record_service_is_unknown(erp: Any, kind: str) -> None:
    erp.fault(kind)
    if kind == "truncated":  # half of nothing: the save itself is answered as it should be
        assert erp.send([ONE])[KEY].outcome == "accepted"
        return
    assert erp.send([ONE])[KEY].outcome == "unknown"


def test_a_lost_acknowledgement_is_resolved_by_look_up(erp: Any) -> None:
    erp.fault("lost_ack")
    assert erp.send([ONE])[KEY].outcome == "unknown"
    held = erp.look_up(KEY)[KEY]
    assert [(found.hours, found.state) for found in held] == [(Decimal("7.5"), "posted")]


def test_a_request_that_commits_after_a_second_one_still_makes_one_record(erp: Any) -> None:
    erp.fault("late_commit", seconds=3600)
    assert erp.send([ONE])[KEY].outcome == "unknown"
    assert erp.look_up(KEY) == {}
    assert erp.send([ONE])[KEY].outcome == "accepted"
    erp.commit_late_work()
    assert count(erp, KEY) == 1
    assert len(erp.look_up(KEY)[KEY]) == 1


def test_sending_a_line_twice_is_one_record(erp: Any) -> None:
    first, second = erp.send([ONE])[KEY], erp.send([ONE])[KEY]
    assert first.erp_id == second.erp_id
    assert count(erp, KEY) == 1


def test_a_save_refused_for_too_many_requests_is_repeated_within_a_bound(erp: Any) -> None:
    erp.fault("rate_limited", times=3, retry_after=2)
    assert erp.send([ONE])[KEY].outcome == "accepted"
    assert erp.waits == [2.0, 2.0, 2.0]
    erp.fault("rate_limited", times=50, retry_after=0)
    with pytest.raises(SystemUnreachable, match="too many requests"):
        erp.send([time_line(2)])


def test_a_revoked_login_ends_the_sending_and_keeps_the_answers_so_far(erp: Any) -> None:
    erp.fault("unauthorized", after=2, times=100)
    known: list[Any] = []
    with mounted(books.BASE_URL, erp.app):
        answers = erp.delivery(concurrency=1).send(frame([time_line(n) for n in range(30)]))
        with pytest.raises(AuthenticationFailed):
            known.extend(answers)
    assert [result.outcome for result in known] == ["accepted", "accepted"]


def test_what_the_caller_does_not_wait_for_is_not_sent(erp: Any) -> None:
    with mounted(books.BASE_URL, erp.app):
        answers = erp.delivery(concurrency=1).send(frame([time_line(n) for n in range(60)]))
        next(answers)
        answers.close()
    assert int(erp.rows("SELECT COUNT(*) AS n FROM timebill WHERE id > 1000000")[0]["n"]) < 60


def test_a_look_up_without_a_usable_answer_never_says_absent(erp: Any) -> None:
    erp.send([ONE])
    for kind in ("html", "ok_with_error", "truncated"):
        erp.fault(kind, "suiteql", times=2)
        with pytest.raises(SystemUnreachable):
            erp.look_up(KEY)
        erp.http.delete("/__sandbox__/faults")
    erp.fault("unauthorized", "suiteql")
    with pytest.raises(AuthenticationFailed):
        erp.look_up(KEY)


def test_a_duplicate_message_is_believed_only_with_the_record(erp: Any) -> None:
    body = {"o:errorDetails": [{"detail": "This record already exists", "o:errorCode": "DUP_RCRD"}]}
    erp.fault("period_closed", body=body)
    result = erp.send([ONE])[KEY]
    assert (result.outcome, result.reason_code) == ("rejected", "DUPLICATE")
    erp.send([ONE])
    erp.fault("period_closed", body=body)
    again = erp.send([ONE])[KEY]
    assert (again.outcome, again.erp_id) == ("already_there", erp.look_up(KEY)[KEY][0].erp_id)


# -- durability and the whole protocol -----------------------------------------------------------


def test_what_was_accepted_is_there_after_the_erp_restarts(erp: Any) -> None:
    accepted = erp.send([ONE, TAXI])
    before = erp.look_up(KEY, TAXI["posting_key"])
    erp.restart()
    assert erp.look_up(KEY, TAXI["posting_key"]) == before
    assert erp.send([ONE])[KEY].erp_id == accepted[KEY].erp_id


def test_many_lines_are_saved_in_parallel_once_each(erp: Any) -> None:
    rows = [time_line(n) for n in range(100)]
    results = erp.send(rows)
    assert {result.outcome for result in results.values()} == {"accepted"}
    assert len({result.erp_id for result in results.values()}) == 100


@pytest.mark.parametrize("fault", ["lost_ack", "drop", "late_commit", "html"])
def test_the_protocol_ends_with_one_record_per_line_after_any_fault(
    erp: Any, tmp_path: Any, fault: str
) -> None:
    rows = frame([*(time_line(n) for n in range(5)), TAXI])
    ledger = Ledger.at(tmp_path / "ledger.sqlite")

    def post() -> Any:
        with mounted(books.BASE_URL, erp.app):
            return post_target(
                SmallFirm(), "netsuite", rows, ledger, SmallHome(tmp_path), erp.delivery(),
                create_writer(), gate=open_gate, now=books.NOW, period=Period("2026-06"),
                sleep=lambda seconds: None, progress=SilentProgress(),
            )  # fmt: skip

    erp.fault(fault, times=2, seconds=3600)
    post()
    erp.commit_late_work()
    post()
    again = post()
    assert (again.planned, again.accepted, again.exit_code) == (0, 0, 0)
    held = erp.look_up(*rows["posting_key"])
    assert sorted(held) == sorted(rows["posting_key"])
    assert {len(records) for records in held.values()} == {1}
    ledger.close()


# -- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [0, 5, -1, "many", True, 2.5])
def test_a_concurrency_out_of_bounds_is_refused(tmp_path: Any, wanted: Any) -> None:
    system = netsuite_system(tmp_path)
    system.options["concurrency"] = wanted
    with pytest.raises(ConfigError, match="saves at once"):
        concurrency_of(system)


def test_the_concurrency_is_four_unless_the_firm_says_less(tmp_path: Any) -> None:
    assert concurrency_of(netsuite_system(tmp_path)) == 4
    assert concurrency_of(netsuite_system(tmp_path, concurrency=1)) == 1


def test_a_late_line_goes_to_the_period_that_is_open(erp: Any) -> None:
    erp.moment = datetime(2026, 7, 3, 7, tzinfo=UTC) + timedelta(hours=1)
    late = time_line(9, work_date=date(2026, 5, 29), accounting_date=date(2026, 6, 1))
    assert erp.send([late])[late["posting_key"]].outcome == "accepted"
