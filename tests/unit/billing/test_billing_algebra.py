"""P27 to P30 on many random histories at once, and the worked cases of the billing algebra."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.unit.billing.reckoning import Case, Item, Rows, cases, money
from tests.unit.billing.small_books import IDENTITIES, SmallBooks, allocation, entry, line

PACKED = 60
PARTS = ("over_cap", "covered", "wip", "excess")

many = settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass
class Built:
    """The marts of one pack of cases."""

    books: SmallBooks
    rows: Rows

    def unbilled(self) -> dict[str, dict]:
        return self.books.by_key("rec_posted_not_billed", "posting_line_id")


def build(pack: list[Case], extra: list[dict] | None = None) -> Built:
    rows, books = Rows(), SmallBooks()
    for number, case in enumerate(pack):
        rows.add(number, case)
    books.insert("dim_projects", rows.projects)
    books.insert("fct_entries", rows.entries)
    books.post(rows.lines)
    books.insert("fct_billing_allocations", rows.allocations + (extra or []))
    books.insert("fct_billing_adjustments", rows.adjustments)
    return Built(books.build(), rows)


def line_of(number: int, place: int) -> str:
    return f"erp:{number:04}.{place}"


@many
@given(st.lists(cases(), min_size=PACKED, max_size=PACKED))
def test_every_item_is_partitioned_and_no_cap_is_passed(pack: list[Case]) -> None:
    built = build(pack)
    parts = built.books.by_key("rec_billing_partition", "posting_line_id")
    unbilled = built.unbilled()
    caps = built.books.by_key("rec_cap_balances", "scope_id")
    for number, case in enumerate(pack):
        admitted = case.admitted()
        for place, item in enumerate(case.items):
            row = parts[line_of(number, place)]
            assert all(row[f"{part}_amount_contract"] >= 0 for part in PARTS)
            assert row["billed_amount_contract"] == money(item.invoiced)
            assert row["discount_amount_contract"] == money(item.discount)
            open_value = max(item.remaining, 0)
            assert row["wip_amount_contract"] == money(admitted[place])
            assert row["over_cap_amount_contract"] == money(open_value - admitted[place])
            assert row["excess_amount_contract"] == money(max(-item.remaining, 0))
            assert (line_of(number, place) in unbilled) == (item.remaining > 0)
        if case.cap is not None:
            balance = caps[f"P{number:04}"]
            invoiced = sum(net for item in case.items for net, _ in item.billings)
            assert balance["invoiced_amount_contract"] == money(invoiced)
            assert balance["admitted_amount_contract"] == money(sum(admitted))
            assert invoiced + sum(admitted) <= max(case.cap, invoiced)
    for identity in IDENTITIES:
        for row in built.books.rows(f"select * from reconciliation.{identity}"):
            assert row["left_amount"] == row["right_amount"], row


@many
@given(
    st.lists(cases(), min_size=PACKED, max_size=PACKED),
    st.lists(st.integers(1, 400_000), min_size=PACKED, max_size=PACKED),
)
def test_a_late_older_item_takes_room_but_never_an_invoice(
    pack: list[Case], values: list[int]
) -> None:
    before = build(pack)
    late = [
        Case(case.cap, [*case.items, Item(value, -1)])
        for case, value in zip(pack, values, strict=True)
    ]
    after = build(late)
    sql = "select * from reconciliation.rec_billing_partition"
    was = {row["posting_line_id"]: row for row in before.books.rows(sql)}
    now = {row["posting_line_id"]: row for row in after.books.rows(sql)}
    for name, row in was.items():
        assert now[name]["billed_amount_contract"] == row["billed_amount_contract"]
        assert now[name]["wip_amount_contract"] <= row["wip_amount_contract"]
        open_before = row["wip_amount_contract"] + row["over_cap_amount_contract"]
        assert (
            now[name]["wip_amount_contract"] + now[name]["over_cap_amount_contract"] == open_before
        )


@many
@given(st.lists(cases(), min_size=PACKED, max_size=PACKED), st.randoms(use_true_random=False))
def test_a_credit_note_reopens_what_it_credits_once_and_nothing_else(pack, dice) -> None:
    before = build(pack)
    billed = [
        (number, place)
        for number, case in enumerate(pack)
        for place, item in enumerate(case.items)
        if item.invoiced + item.discount > 0
    ]
    credited = set(dice.sample(billed, len(billed) // 2))
    lines = {row["posting_line_id"]: row for row in before.rows.lines}
    extra = []
    for number, place in sorted(credited):
        item, name = pack[number].items[place], line_of(number, place)
        # the same credit note twice: nothing is reopened a second time
        extra += [
            allocation(
                f"N{name}.{copy}", lines[name], -money(item.invoiced),
                discount_amount_contract=-money(item.discount),
            )
            for copy in range(2)
        ]  # fmt: skip
    after = build(pack, extra)
    sql = "select * from reconciliation.rec_chargeable_postings"
    was = {row["posting_line_id"]: row for row in before.books.rows(sql)}
    for row in after.books.rows(sql):
        name = row["posting_line_id"]
        opened = row["remaining_amount_contract"] - was[name]["remaining_amount_contract"]
        number, place = int(name[4:8]), int(name[9:])
        item = pack[number].items[place]
        is_credited = (number, place) in credited
        assert opened == (money(item.invoiced + item.discount) if is_credited else 0)
        assert (row["over_credited_amount_contract"] > 0) == is_credited


@many
@given(st.data())
def test_any_split_relieves_the_functional_value_to_exactly_nothing(data: st.DataObject) -> None:
    books = SmallBooks()
    expected = {}
    for number in range(PACKED):
        value = data.draw(st.integers(1, 10_000_000))
        rate = data.draw(st.decimals("0.0005", "150", places=6))
        currency = data.draw(st.sampled_from(["USD", "JPY", "KWD"]))
        posted = entry(
            str(number), bill_amount_contract=money(value), contract_currency_code="EUR",
            functional_currency_code=currency, fx_rate_contract_to_functional=rate,
        )  # fmt: skip
        posted_line = line(str(number), posted)
        cuts = sorted(data.draw(st.lists(st.integers(0, value), max_size=6)))
        edges = [0, *cuts, value]
        books.insert("fct_entries", [posted])
        books.post([posted_line])
        books.insert("fct_billing_allocations", [
            allocation(f"{number}.{n}", posted_line, money(edges[n + 1] - edges[n]),
                       contract_currency_code="EUR", invoice_date=date(2026, 6, 1 + n))
            for n in range(len(edges) - 1)
        ])  # fmt: skip
        expected[posted_line["posting_line_id"]] = len(edges) - 1
    books.build()
    rows = books.rows("""
        select posting_line_id, count(*) as pieces, sum(relief_amount_functional) as relieved,
            max(bill_amount_functional) as value, min(relief_amount_functional) as least
        from reconciliation.rec_wip_reliefs group by posting_line_id
    """)
    assert {row["posting_line_id"]: row["pieces"] for row in rows} == expected
    assert all(row["relieved"] == row["value"] and row["least"] >= 0 for row in rows)
    assert not books.rows("select 1 as one from reconciliation.rec_posted_not_billed")


def test_an_entry_corrected_after_it_was_billed_is_not_billed_twice() -> None:
    now = entry("1", source_version=2, bill_amount_contract=Decimal(2000))
    first = line("1", now, source_version=1, bill_amount_contract=Decimal(1600), is_reversed=True)
    back = line("1r", now, source_version=1, bill_amount_contract=Decimal(-1600), is_reversal=True,
                hours=Decimal(-8), cost_amount_functional=Decimal(-760))  # fmt: skip
    books = SmallBooks()
    books.insert("dim_projects", [{"project_id": "P1", "billing_model": "time_and_materials"}])
    books.insert("fct_entries", [now])
    books.post([first, back, line("2", now)])
    books.insert("fct_billing_allocations", [allocation("1", first, Decimal(1600))])
    unbilled = books.build().by_key("rec_posted_not_billed", "posting_line_id")
    assert unbilled.keys() == {"erp:2"}
    assert unbilled["erp:2"]["remaining_amount_contract"] == Decimal(400)
    assert unbilled["erp:2"]["reason_code"] == "BILLED_ENTRY_CHANGED"
    (change,) = books.rows("select * from reconciliation.rec_billed_entry_changes")
    assert (change["change_kind"], change["amount_to_bill"]) == ("reposted", Decimal(400))


@pytest.mark.parametrize("status", ["draft", "post_failed", "void"])
def test_only_an_issued_invoice_bills(status: str) -> None:
    posted = entry("1")
    books = SmallBooks()
    books.insert("dim_projects", [{"project_id": "P1", "billing_model": "time_and_materials"}])
    books.insert("fct_entries", [posted])
    books.post([line("1", posted)])
    books.insert("fct_billing_allocations", [
        allocation("1", line("1", posted), Decimal(1600), invoice_status=status, is_issued=False),
    ])  # fmt: skip
    (row,) = books.build().rows("select * from reconciliation.rec_posted_not_billed")
    expected = {"draft": "on_hold", "post_failed": "blocked", "void": "ready"}
    assert (row["remaining_amount_contract"], row["billing_status"]) == (1600, expected[status])
