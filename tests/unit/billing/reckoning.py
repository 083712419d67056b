"""Random billing histories, and what the definitions say of them, in whole cents.

Here: cases of a project with a cap, posted items, their invoices, credit notes and decisions, and
the reckoning beside the SQL: what is open, what the cap admits. Not here: the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.unit.billing.small_books import Row, adjustment, allocation, entry, line

FIRST_DAY = date(2026, 6, 1)


def money(cents: int) -> Decimal:
    """Cents as an amount."""
    return Decimal(cents).scaleb(-2)


@dataclass
class Item:
    """One posted item: value, day, signed billings (net, discount) and decisions, in cents."""

    value: int
    day: int
    billings: list[tuple[int, int]] = field(default_factory=list)
    write_offs: list[int] = field(default_factory=list)
    write_ups: list[int] = field(default_factory=list)

    @property
    def invoiced(self) -> int:
        """Net of credit notes and discounts, never below 0."""
        return max(sum(net for net, _ in self.billings), 0)

    @property
    def discount(self) -> int:
        """Discounts granted, net of credit notes."""
        return max(sum(discount for _, discount in self.billings), 0)

    @property
    def remaining(self) -> int:
        """bill - (invoiced + discount) - write-offs + write-ups."""
        relieved = self.invoiced + self.discount + sum(self.write_offs)
        return self.value - relieved + sum(self.write_ups)


@dataclass
class Case:
    """One project with its items; `cap` None is uncapped."""

    cap: int | None
    items: list[Item]

    def admitted(self) -> list[int]:
        """What the cap admits of each open item, in the order of the work."""
        room = None if self.cap is None else self.cap - sum(
            sum(net for net, _ in item.billings) for item in self.items
        )  # fmt: skip
        found = [0] * len(self.items)
        order = sorted(range(len(self.items)), key=lambda n: (self.items[n].day, n))
        for number in order:
            open_value = max(self.items[number].remaining, 0)
            found[number] = open_value if room is None else max(min(open_value, room), 0)
            room = None if room is None else room - open_value
        return found


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item that was billed in pieces, some of them credited, some of the rest written off."""
    value = draw(st.integers(1, 500_000))
    item = Item(value, draw(st.integers(0, 27)))
    left = value
    for _ in range(draw(st.integers(0, 3))):
        gross = draw(st.integers(0, left))
        discount = draw(st.integers(0, gross))
        item.billings.append((gross - discount, discount))
        left -= gross
        if draw(st.integers(0, 3)) == 0:
            item.billings.append((discount - gross, -discount))
            left += gross
    if draw(st.booleans()):
        item.write_offs.append(draw(st.integers(0, left)))
    if draw(st.integers(0, 4)) == 0:
        item.write_ups.append(draw(st.integers(0, 10_000)))
    return item


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A project of up to six items, capped anywhere between nothing and more than all."""
    found = draw(st.lists(items(), min_size=1, max_size=6))
    cap = draw(st.none() | st.integers(0, 1_500_000))
    return Case(cap, found)


@dataclass
class Rows:
    """The canonical rows of many cases, each on a project of its own."""

    projects: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    allocations: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)

    def add(self, number: int, case: Case) -> None:
        """Lay one case."""
        project = f"P{number:04}"
        cap = None if case.cap is None else money(case.cap)
        self.projects.append({
            "project_id": project, "client_id": "C1", "legal_entity_id": "US01",
            "billing_model": "time_and_materials", "contract_currency_code": "USD",
            "cap_amount_contract": cap,
        })  # fmt: skip
        for place, item in enumerate(case.items):
            name = f"{number:04}.{place}"
            posted = entry(
                name, project_id=project, work_date=FIRST_DAY + timedelta(days=item.day),
                bill_amount_contract=money(item.value),
            )  # fmt: skip
            self.entries.append(posted)
            self.lines.append(line(name, posted))
            for piece, (net, discount) in enumerate(item.billings):
                self.allocations.append(allocation(
                    f"{name}.{piece}", self.lines[-1], money(net),
                    discount_amount_contract=money(discount),
                    invoice_date=FIRST_DAY + timedelta(days=piece),
                ))  # fmt: skip
            for kind, amounts in (("write_off", item.write_offs), ("write_up", item.write_ups)):
                self.adjustments += [
                    adjustment(f"{kind}.{name}.{n}", kind, self.lines[-1], money(cents))
                    for n, cents in enumerate(amounts)
                ]
