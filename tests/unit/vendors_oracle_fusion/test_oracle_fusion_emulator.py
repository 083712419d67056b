"""The emulated Oracle Fusion pod does what the documented one does."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit.vendors_oracle_fusion.conftest import (
    COST_ARGUMENTS,
    COST_JOB,
    JOURNAL_JOB,
    REST,
    SEARCH,
    journal_row,
    labor_row,
    zipped,
)

# -- login and errors ----------------------------------------------------------------------------


@pytest.mark.parametrize("login", [None, ("tieout", "wrong"), ("nobody", "x")])
def test_a_request_without_the_right_login_is_refused(pod: Any, login: Any) -> None:
    answer = pod.client.get(f"{REST}/projectCosts", auth=login)
    assert (answer.status_code, answer.data) == (401, b"")


def test_errors_are_adf_errors(pod: Any) -> None:
    answer = pod.operate("mergeEverything")
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/vnd.oracle.adf.error+json")
    assert "mergeEverything isn't valid" in answer.json["o:errorDetails"][0]["detail"]
    assert pod.get(f"{REST}/nothing").status_code == 404


@pytest.mark.parametrize(
    "values",
    [
        {}, {"DocumentContent": "e", "FileName": "a.zip", "ContentType": "zip"},
        {"DocumentContent": "*", "FileName": "a", "ContentType": "z", "DocumentAccount": "x"},
    ],
)  # fmt: skip
def test_an_upload_needs_content_name_type_and_account(pod: Any, values: dict[str, str]) -> None:
    assert pod.operate("uploadFileToUCM", **values).status_code == 400


def test_a_job_that_does_not_exist_is_refused(pod: Any) -> None:
    assert pod.bulk("eA==", "/x,Nothing", "1").status_code == 400
    assert pod.operate("submitESSJobRequest", JobDefName="Nothing").status_code == 400
    for name in ("ESSJobStatusRF", "ESSJobExecutionDetailsRF"):
        answer = pod.get(f"{REST}/erpintegrations", finder=f"{name};requestId=1")
        assert answer.status_code == 404


# -- q, pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["a", "b", "c'd"]),
        ("OriginalTransactionReference = 'a'", ["a"]),
        ("OriginalTransactionReference IN ('a', 'c''d')", ["a", "c'd"]),
        ("OriginalTransactionReference != 'a' and ProjectNumber = 'P-1'", ["b", "c'd"]),
        ("(OriginalTransactionReference LIKE 'c%') or TransactionNumber <= 750728", ["a", "c'd"]),
        ("OriginalTransactionReference LIKE '_'", ["a", "b"]),
        ("NoSuchField = 'x'", []),
    ],
)
def test_q_selects_records(pod: Any, query: str, expected: list[str]) -> None:
    pod.post_costs(*(labor_row(reference) for reference in ("a", "b", "c'd")))
    found = pod.items("projectCosts", q=query)
    assert [item["OriginalTransactionReference"] for item in found] == expected


@pytest.mark.parametrize("query", ["a", "a =", "a IN ('b'", "= 'a'", "a = 'b' c", "a ~ 'b'", "("])
def test_a_q_that_cannot_be_read_is_refused(pod: Any, query: str) -> None:
    answer = pod.get(f"{REST}/projectCosts", q=query)
    assert answer.status_code == 400


def test_pages_tell_whether_there_is_more(pod: Any) -> None:
    pod.post_costs(*(labor_row(str(n)) for n in range(3)))
    first = pod.get(f"{REST}/projectCosts", limit=2).json
    second = pod.get(f"{REST}/projectCosts", limit=2, offset=2).json
    assert (first["count"], first["hasMore"]) == (2, True)
    assert (second["count"], second["hasMore"]) == (1, False)


# -- load ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row", "text"),
    [
        ("PjcTxnXfaceStageAll.csv", labor_row("a")[:50], "50 fields"),
        ("PjcTxnXfaceStageAll.csv", labor_row("a", c13="06/15/2026"), "ITEM_DATE"),
        ("PjcTxnXfaceStageAll.csv", labor_row("a", c43="1,000.00 USD"), "RAW_COST"),
        ("GlInterface.csv", journal_row("k", "debit", "x"), "DEBIT"),
        ("GlInterface.csv", journal_row("k", "debit", "1")[:100], "100 fields"),
        ("Other.csv", ["x"], "no control file"),
    ],
)
def test_a_file_that_cannot_be_loaded_ends_its_load_in_error(
    pod: Any, name: str, row: list[str], text: str
) -> None:
    answer = pod.bulk(zipped(name, [row]), COST_JOB, COST_ARGUMENTS).json
    assert pod.state(answer["ReqstId"]) == "ERROR"
    assert text in pod.report(answer["ReqstId"])


def test_a_load_alone_imports_nothing_and_parent_success_proves_nothing(pod: Any) -> None:
    content = zipped("PjcTxnXfaceStageAll.csv", [labor_row("a", c25="ZZ-BAD-EXPTYPE-99")])
    answer = pod.bulk(content, COST_JOB, COST_ARGUMENTS).json
    assert pod.state(answer["ReqstId"]) == "SUCCEEDED"
    assert pod.items("projectCosts") == []
    (load,) = pod.get(f"{SEARCH}/0", q='jobDefinitionId co "InterfaceLoader"').json["items"]
    (document,) = pod.items(
        "erpintegrations", finder="DocumentIdsForFilePrefixRF;filePrefix=batch,docAccount=#NULL"
    )
    assert load["requestParameters"][1]["value"] == document["DocumentId"]
    kept = pod.operate("getDocumentForDocumentId", DocumentId=document["DocumentId"]).json
    assert base64.b64decode(kept["DocumentContent"]) == base64.b64decode(content)


def test_a_job_waits_for_later_requests(pod: Any) -> None:
    pod.behaviour.ticks_per_job = 2
    content = zipped("PjcTxnXfaceStageAll.csv", [labor_row("a")])
    number = pod.bulk(content, COST_JOB, COST_ARGUMENTS).json["ReqstId"]
    assert [pod.state(number) for _ in range(3)] == ["WAIT", "WAIT", "SUCCEEDED"]


# -- costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"c25": "ZZ-BAD-EXPTYPE-99"}, "PJC_EXP_TYPE_INVALID"),
        ({"c13": "2025/06/15"}, "PJC_EX_PROJECT_DATE"),
        ({"c6": "Nothing"}, "PJC_TXN_DOC_NAME_IS_INVALID"),
        ({"c27": "Consulting"}, "PJC_TXN_EXPORG_NAME_IS_INVALID"),
        ({"c14": "W-9"}, "PJC_TXN_PERSON_NUM_IS_INVALID"),
        ({"c19": "P-9"}, "PJC_TXN_PROJ_NUM_IS_INVALID"),
        ({"c23": ""}, "PJC_TXN_TASK_NAME_IS_INVALID"),
        ({"c40": "2026/05/15"}, "PJC_ACCT_DATE_PERIOD_CLOSED"),
        ({"c41": "EUR"}, "PJC_TXN_CURRENCY_IS_INVALID"),
        ({"c43": ""}, "PJC_TXN_QUANTITY_IS_INVALID"),
        ({"c29": "-1", "c43": "-80"}, "PJC_REVERSED_TXN_NOT_FOUND"),
        ({"c10": ""}, "PJC_UNIQUE_BATCH_NAME"),
        ({"c4": "Other"}, "PJC_TXN_SRC_NAME_IS_INVALID"),
    ],
)
def test_a_bad_cost_is_refused_purged_and_named_in_the_report(
    pod: Any, changes: dict[str, str], code: str
) -> None:
    report = pod.post_costs(labor_row("good"), labor_row("bad", **changes))
    assert f"<MESSAGE_NAME>{code}<" in report
    shown = [item["OriginalTransactionReference"] for item in pod.items("projectCosts")]
    assert shown == ["good"]
    assert "PJC_" not in pod.post_costs(labor_row("later"))


def test_a_reference_is_taken_once_and_a_batch_name_too(pod: Any) -> None:
    pod.post_costs(labor_row("a"))
    again = pod.post_costs(labor_row("a"), labor_row("b", c10="a"))
    assert again.count("PJC_DUPLICATE_TXN") == 1
    assert again.count("PJC_UNIQUE_BATCH_NAME") == 2
    assert len(pod.items("projectCosts")) == 1


def test_a_negative_cost_needs_its_original_or_says_that_there_is_none(pod: Any) -> None:
    pod.post_costs(labor_row("a"))
    negative = {"c29": "-7.5", "c43": "-600.00"}
    pod.post_costs(labor_row("R:a", c38="a", **negative), labor_row("refund", c37="Y", **negative))
    assert len(pod.items("projectCosts")) == 3


def test_a_failed_import_leaves_the_rows_for_the_next_one(pod: Any) -> None:
    pod.behaviour.failing_imports = 1
    assert "ORA-01008" in pod.post_costs(labor_row("a"))
    assert pod.items("projectCosts") == []
    pod.post_costs(labor_row("b"))
    assert len(pod.items("projectCosts")) == 2


# -- journals ------------------------------------------------------------------------------------


def test_a_balanced_journal_is_imported_and_posted(pod: Any) -> None:
    pod.post_journals(journal_row("K", "debit", "5"), journal_row("K", "credit", "5"))
    (batch,) = pod.items("journalBatches")
    assert batch["Status"] == "P"
    assert batch["Name"].startswith("K Tieout ")
    assert batch["journalHeaders"]["items"][0]["Name"] == "K Adjustment USD"


def test_balanced_is_not_posted_and_unbalanced_is_imported_unposted(pod: Any) -> None:
    pod.post_journals(journal_row("K", "debit", "5"), journal_row("K", "credit", "4"))
    pod.behaviour.autopost = False
    pod.post_journals(journal_row("L", "debit", "5"), journal_row("L", "credit", "5"))
    assert [batch["Status"] for batch in pod.items("journalBatches")] == ["U", "U"]


def test_one_bad_line_refuses_its_whole_journal_only(pod: Any) -> None:
    report = pod.post_journals(
        journal_row("BAD", "debit", "5", c10="99999"), journal_row("BAD", "credit", "5"),
        journal_row("GOOD", "debit", "5"), journal_row("GOOD", "credit", "5"),
    )  # fmt: skip
    assert "EF04" in report.split("Error Key")[0]
    assert "FLEX-VALUE DOES NOT EXIST (SEGMENT=Account) VALUE=99999 | BAD" in report
    assert [batch["Name"].split()[0] for batch in pod.items("journalBatches")] == ["GOOD"]
    (request,) = pod.get(f"{SEARCH}/0", q='jobDefinitionId co "JournalImport"').json["items"]
    assert request["state"] == "WARNING"


def test_nothing_protects_from_the_same_journal_twice_but_its_group_must_fit(pod: Any) -> None:
    rows = [journal_row("K", "debit", "5"), journal_row("K", "credit", "5")]
    pod.post_journals(*rows, group="78")
    assert pod.items("journalBatches") == []
    pod.post_journals(*rows)
    pod.post_journals(*rows)
    assert len(pod.items("journalBatches")) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"c3": "2026/05/15"}, "EP01"),
        ({"c6": "XTS"}, "EC03"),
        ({"c10": "9", "c6": "X"}, "EF04,EC03"),
    ],
)
def test_a_bad_journal_line_has_its_codes(pod: Any, changes: dict[str, str], code: str) -> None:
    rows = [journal_row("K", side, "5", **changes) for side in ("debit", "credit")]
    assert f"\n{code}  Tieout" in pod.post_journals(*rows)


# -- master data ---------------------------------------------------------------------------------


def test_periods_have_a_status_per_ledger_and_module(pod: Any) -> None:
    found = pod.items("accountingPeriodStatusLOV", q="ApplicationId = 101", limit=500)
    shown = {row["PeriodNameId"]: row["ClosingStatus"] for row in found}
    assert shown == {"May-26": "C", "Jun-26": "O", "Jul-26": "O"}


def test_rates_are_listed(pod: Any) -> None:
    (rate,) = pod.items("currencyRates")
    assert (rate["FromCurrency"], rate["ToCurrency"], rate["ConversionDate"]) == (
        "EUR", "USD", "2026-06-15",
    )  # fmt: skip


def test_journals_named_by_their_job_are_found_in_the_scheduler(pod: Any) -> None:
    pod.post_journals(journal_row("K", "debit", "5"), journal_row("K", "credit", "5"))
    page = pod.get(f"{SEARCH}/0", q='jobDefinitionId co "JournalImport"').json
    arguments = {p["name"]: p["value"] for p in page["items"][0]["requestParameters"]}
    assert arguments["submit.argument4"] == "77"
    assert JOURNAL_JOB.partition(",")[2] in page["items"][0]["jobDefinitionId"]
    assert pod.get(f"{SEARCH}/1", q='jobDefinitionId co "JournalImport"').json["items"] == []
