"""Entries that changed after they were posted, corrected in an ERP of files by what the models say.

The test is the posting step and the ERP: it takes the candidates as lines, in two halves, and reads
everything again. What stands in the ERP at the end is what is approved.
"""

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.csv_firm import FIRM, Built, entry, line_of, write_file, write_master

JULY = "2026-07-01T08:00:00Z"
SENT = [
    "posting_key", "leg", "entry_id", "target", "period_id", "entry_type", "source_system",
    "source_record_id", "source_version", "correlation_id", "legal_entity_id", "accounting_date",
    "work_date", "worker_id", "client_id", "project_id", "hours", "is_billable", "cost_rate",
    "cost_amount_functional", "functional_currency_code", "bill_rate", "bill_amount_contract",
    "contract_currency_code", "bill_amount_functional", "memo",
]  # fmt: skip


def first(name, day, **fields):
    """The first version of an entry of worker W1."""
    return entry(name, "W1", date(2026, 6, day), source_version=1, **fields)


def then(row, version=2, **fields):
    """A later version, known in July."""
    return row | {"source_version": version, "known_at": JULY} | fields


ENTRIES = {
    name: first(name, day)
    for day, name in enumerate(
        ("edited", "moved", "withdrawn", "deleted", "rate", "back", "billed", "foreign", "drifted",
         "half", "same", "history"), start=1,
    )
}  # fmt: skip
CHANGES = [
    then(ENTRIES["edited"], hours="6"),
    then(ENTRIES["moved"], project_id="P-2", work_date="2026-07-01"),
    then(ENTRIES["withdrawn"], approval_status="draft"),
    then(ENTRIES["deleted"], is_deleted="true"),
    then(ENTRIES["back"], hours="6"),
    then(ENTRIES["back"], version=3),
    then(ENTRIES["billed"], hours="6"),
    then(ENTRIES["foreign"], hours="6"),
    then(ENTRIES["drifted"], hours="6"),
    then(ENTRIES["half"], hours="6"),
    then(ENTRIES["same"], notes="other words"),
    then(ENTRIES["history"], hours="6"),
]


@pytest.fixture
def folder(tmp_path):
    """June as posted, and what was changed since."""
    (tmp_path / "firm.yml").write_text(FIRM)
    write_master(tmp_path)
    path = tmp_path / "psa" / "projects.csv"
    written = path.read_text()
    second = next(row for row in written.splitlines() if row.startswith("P-US01"))
    path.write_text(written + second.replace("P-US01", "P-2", 1) + "\n")
    write_file(tmp_path / "tool_a", "time_entries", [*ENTRIES.values(), *CHANGES])
    posted = {name: line_of(row, "legacy", "tool_a") for name, row in ENTRIES.items()}
    # the rate was 150 when the line was posted; the card was corrected without a new version
    posted["rate"]["bill_amount_contract"] = Decimal(1200)
    posted["foreign"] |= {"external_id": "SYNC-1", "entry_id": "tool_a:foreign"}
    half = posted["half"]
    taken_back = half | {
        "erp_line_id": "L-half-R", "external_id": f"R:{half['external_id']}", "hours": "-8",
        "cost_amount_functional": -half["cost_amount_functional"],
        "bill_amount_contract": -half["bill_amount_contract"], "posted_at": JULY,
    }  # fmt: skip
    write_file(tmp_path / "legacy", "erp_lines", [*posted.values(), taken_back])
    billed = posted["billed"]
    write_file(tmp_path / "legacy", "billing_allocations", [
        {"allocation_id": "A1", "invoice_id": "I1", "invoice_date": "2026-06-30",
         "is_issued": "true", "erp_line_id": billed["erp_line_id"], "hours": "8",
         "billed_amount_contract": billed["bill_amount_contract"],
         "contract_currency_code": "USD", "known_at": "2026-06-30T20:00:00Z"},
    ])  # fmt: skip
    return tmp_path


def key(name, version, leg="cost"):
    return f"acme:legacy:tool_a:{name}:v{version}:{leg}"


def remembered(name, row):
    """What our ledger says of the first line of an entry."""
    worth = {"cost_amount_functional": "760", "bill_amount_contract": "1600"}
    if name == "rate":
        worth["bill_amount_contract"] = "1200"
    return {
        "posting_key": key(name, 1), "entry_id": f"tool_a:{name}", "target": "legacy",
        "state": "acked", "planned_at": "2026-06-20 00:00:00", "period_id": "2026-06",
        "leg": "cost", "entry_type": "time", "source_system": "tool_a", "source_record_id": name,
        "source_version": 1, "legal_entity_id": "US01", "accounting_date": row["work_date"],
        "work_date": row["work_date"], "worker_id": "W1", "project_id": "P-US01",
        "hours": "7.5" if name == "drifted" else "8", "is_billable": "true", "cost_rate": "95",
        "functional_currency_code": "USD", "bill_rate": "200", "contract_currency_code": "USD",
        "bill_amount_functional": worth["bill_amount_contract"], "memo": f"Work on {name}",
    } | worth  # fmt: skip


class Erp:
    """The file ERP and our ledger of it, fed with candidates."""

    def __init__(self, folder):
        self.folder, self.lines = folder, []
        self.before = (folder / "legacy" / "erp_lines.csv").read_text()
        self.ledger = [
            remembered(name, row)
            for name, row in ENTRIES.items()
            if name not in ("foreign", "history")
        ]

    def take(self, rows):
        """Post lines, in order."""
        for row in rows:
            number = len(self.lines) + 1
            self.lines.append({
                "erp_line_id": f"N-{number:03d}", "external_id": row["posting_key"],
                "legal_entity_id": row["legal_entity_id"], "worker_id": row["worker_id"],
                "project_id": row["project_id"], "work_date": row["work_date"],
                "accounting_date": row["accounting_date"],
                "posted_at": f"2026-07-02T10:00:{number:02d}Z",
                "is_billable": str(row["is_billable"]).lower(), "hours": row["hours"],
                "cost_amount_functional": row["cost_amount_functional"],
                "functional_currency_code": row["functional_currency_code"],
                "bill_amount_contract": row["bill_amount_contract"],
                "contract_currency_code": row["contract_currency_code"],
                "known_at": f"2026-07-02T10:00:{number:02d}Z",
            })  # fmt: skip
            self.ledger.append(
                {name: row[name] for name in SENT}
                | {"state": "acked", "planned_at": "2026-07-02 10:00:00"}
            )

    def build(self):
        """Everything as it stands now."""
        columns = self.before.splitlines()[0].split(",")
        rows = [",".join(str(row.get(name, "")) for name in columns) for row in self.lines]
        path = self.folder / "legacy" / "erp_lines.csv"
        path.write_text("\n".join([*self.before.splitlines(), *rows]) + "\n")
        return Built(self.folder, ops={"planned_lines": self.ledger})


def candidates(built):
    """Reversals and postings, by entry."""
    rows = built.rows("select * from posting.pst_time_postings order by posting_key")
    return (
        {row["source_record_id"]: row for row in rows if row["reverses_posting_key"]},
        {row["source_record_id"]: row for row in rows if not row["reverses_posting_key"]},
    )


def gaps(built):
    found = built.rows("""
        select source_record_id, leg, reason_code, amount_to_post, amount_to_reverse
        from reconciliation.rec_adjusted_not_reclassified order by all
    """)
    return {(row["source_record_id"], row["leg"]): row["reason_code"] for row in found}


def test_what_changed_is_taken_back_and_posted_again_until_nothing_is_left(folder):
    erp = Erp(folder)
    built = erp.build()
    reversals, postings = candidates(built)
    assert {name: row["posting_key"] for name, row in reversals.items()} == {
        name: f"R:{key(name, 1)}"
        for name in ("edited", "moved", "withdrawn", "deleted", "rate", "billed")
    }
    assert {name: row["posting_key"] for name, row in postings.items()} == {
        "edited": key("edited", 2), "moved": key("moved", 2), "rate": key("rate", 1, "cost.2"),
        "billed": key("billed", 2), "half": key("half", 2),
    }  # fmt: skip
    kinds = {name: row["correction_kind"] for name, row in (reversals | postings).items()}
    assert kinds == {
        "edited": "edit", "moved": "move", "withdrawn": "withdrawal", "deleted": "withdrawal",
        "rate": "rate", "billed": "edit", "half": "edit",
    }  # fmt: skip
    for name in set(reversals) & set(postings):
        sides = (reversals[name], postings[name])
        for column in ("correction_group_id", "accounting_period_id", "period_id"):
            assert sides[0][column] == sides[1][column], (name, column)
    assert reversals["moved"]["accounting_date"] == date(2026, 7, 1)
    rate = reversals["rate"]
    assert (rate["hours"], rate["cost_amount_functional"]) == (Decimal(-8), Decimal(-760))
    assert rate["bill_amount_contract"] == Decimal(-1200)
    assert postings["rate"]["bill_amount_contract"] == Decimal(1600)

    # between the halves everything taken back and not posted again shows with its amount
    erp.take(reversals.values())
    built = erp.build()
    again = candidates(built)
    assert again[0] == {}
    figures = ("posting_key", "correction_group_id", "accounting_date", "hours", "period_id")
    assert {name: [row[c] for c in figures] for name, row in again[1].items()} == {
        name: [row[c] for c in figures] for name, row in postings.items()
    }
    half_pairs = {
        name for (name, _), reason in gaps(built).items() if reason == "REVERSED_NOT_REPOSTED"
    }
    assert half_pairs == {"edited", "moved", "rate", "billed", "half"}
    built.assert_conserved(approved_hours())

    erp.take(again[1].values())
    built = erp.build()
    assert candidates(built) == ({}, {})
    left = gaps(built)
    assert {name for name, _ in left} == {"foreign", "drifted", "history"}
    # what was billed stays billed; that it differs from what stands now is for people
    changes = built.rows("""
        select entry_id, change_kind, amount_to_credit, reason_code
        from reconciliation.rec_billed_entry_changes
    """)
    assert changes == [
        {"entry_id": "tool_a:billed", "change_kind": "reposted",
         "amount_to_credit": Decimal(400), "reason_code": "BILLED_ENTRY_CHANGED"}
    ]  # fmt: skip
    built.assert_conserved(approved_hours())


def approved_hours():
    """Six entries of six hours and four of eight are approved."""
    return str(6 * 6 + 8 * 4)
