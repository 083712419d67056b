"""The seven events of an entry: their order, what may follow what, and who may not approve."""

from __future__ import annotations

from tests.unit.master.small_firm import build, client, entry, line, project, worker

APPROVED = {"approved_at": "2026-06-10T10:00:00", "approver_id": "B1", "known_at": "2026-06-10"}
SUBMITTED = {"approval_status": "submitted", "source_version": 1, "known_at": "2026-06-09"}
LATE = {"approved_at": "2026-06-20T10:00:00", "approver_id": "B1", "known_at": "2026-06-20"}


def key(record, version):
    return f"proof:f:f:{record}:v{version}:cost"


def firm():
    """Seven entries, each with one story."""
    return {
        "f": {
            "workers": [worker("W1"), worker("B1")],
            "clients": [client("C1")],
            "projects": [project("P1")],
            "time_entries": [
                entry("good", **SUBMITTED), entry("good", source_version=2, **APPROVED),
                entry("own", source_version=1, **(APPROVED | {"approver_id": "W1"})),
                entry("early", **SUBMITTED), entry("early", source_version=2, **LATE),
                entry("changed", source_version=1, **APPROVED),
                entry("changed", source_version=2, hours="6", **(APPROVED | {"known_at": "2026-06-20"})),
                entry("withdrawn", source_version=1, **APPROVED),
                entry("withdrawn", source_version=2, approval_status="draft", known_at="2026-06-11"),
                entry("billed", **SUBMITTED), entry("billed", source_version=2, **LATE),
                entry("older", source_version=5, approval_status="draft", known_at="2026-06-20"),
            ],
            "erp_lines": [
                line("1", "f:good", external_id=key("good", 2)),
                line("2", "f:early", external_id=key("early", 1)),
                line("3", "f:changed", external_id=key("changed", 1)),
                line("4", "f:withdrawn", external_id=key("withdrawn", 1)),
                line("5", "f:billed", external_id=key("billed", 2), posted_at="2026-06-21T10:00:00"),
                line("6", "f:older", external_id=key("older", 3)),
            ],
            "billing_allocations": [
                {"allocation_id": f"a{number}", "invoice_id": "I1", "invoice_date": "2026-06-13",
                 "is_issued": "true", "erp_line_id": f"f:{number}", "hours": "8",
                 "billed_amount_contract": "800", "contract_currency_code": "USD"}
                for number in ("1", "5")
            ],
            "reimbursements": [
                {"reimbursement_id": "r1", "entry_id": "good", "amount": "10",
                 "currency_code": "USD", "paid_on": "2026-06-14"},
                {"reimbursement_id": "r2", "entry_id": "good", "amount": "10",
                 "currency_code": "USD", "paid_on": "2026-06-05"},
            ],
        }
    }  # fmt: skip


def test_events_come_in_order_and_only_broken_rules_are_listed():
    built = build(
        firm(), "rec_event_violations",
        ownership={"worker": "f", "client": "f", "project": "f"},
        roles={"f": ("psa", "time", "erp", "billing")},
    )  # fmt: skip
    stories: dict[str, list[str]] = {}
    for entry_id, event in built.rows(
        "select entry_id, event from canonical.fct_entry_events order by entry_id, event_number"
    ):
        stories.setdefault(entry_id.removeprefix("f:"), []).append(event)
    assert stories == {
        "good": ["submitted", "approved", "posted", "invoiced"],
        "own": ["approved"],
        "early": ["submitted", "posted", "approved"],
        "changed": ["approved", "posted", "adjusted", "approved"],
        "withdrawn": ["approved", "adjusted", "posted"],
        "billed": ["submitted", "invoiced", "approved", "posted"],
        "older": ["posted"],
    }
    assert built.rows(
        "select entry_id, violation, reason_code from reconciliation.rec_event_violations order by all"
    ) == [
        ("f:billed", "billed_before_approved", "BILLED_UNAPPROVED"),
        ("f:billed", "billed_before_posted", "BILLED_UNPOSTED"),
        ("f:early", "posted_unapproved", "POSTED_UNAPPROVED"),
        ("f:good", "reimbursed_before_validated", "REIMBURSED_UNVALIDATED"),
        ("f:own", "self_approved", "SELF_APPROVED"),
        ("f:withdrawn", "posted_unapproved", "POSTED_UNAPPROVED"),
    ]
    # every event but the first of its track has an allowed one before it, or is listed
    assert built.one(
        "select count(*) from canonical.fct_refused_events as refused"
        " left join reconciliation.rec_event_violations as listed"
        " on refused.entry_event_id = listed.entry_event_id"
        " where listed.entry_event_id is null"
    ) == (0,)
