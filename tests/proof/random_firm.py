"""Random firms as raw rows of csv_tables: what tools, contracts and ERPs would have exported.

One seed makes one small firm: entities in several currencies (JPY and KWD among them), workers,
projects of every billing model, entries with versions, edits, un-approvals, deletions and A→B→A,
ERP lines with reversals, duplicates, strangers and hand-made changes, invoices in pieces. Every
id begins with the firm's prefix, so that many firms fit into one warehouse as disjoint entities.
Nothing here knows what the figures should be (`tests.proof.reckoning`).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.kit.firm_tables import firm_of
from tieout.config.firm import Firm

Row = dict[str, Any]
Tables = dict[str, dict[str, list[Row]]]

AS_OF = "2026-07-03 23:59:59.999999"
PERIOD = "2026-06"
TOOL, LEDGER = "tool", "ledger"
FIRST_DAY, DAYS = date(2026, 5, 4), 62
CURRENCIES = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "INR": 2}
ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kolkata")
BILLING_MODELS = (
    "time_and_materials", "time_and_materials", "time_and_materials", "capped", "fixed_fee",
    "retainer", "internal", None,
)  # fmt: skip
# products of these and of whole hundreds are whole in every currency, halves and doubles too
EXACT_HOURS = ("0.5", "1", "2", "2.5", "6", "7.5", "8", "8.5", "12")
HOURS = ("0.25", "0.5", "1", "1.1", "2.75", "3.3333", "6", "7.5", "8", "8.25", "12")


def money(amount: Decimal, currency: str) -> Decimal:
    """Half away from zero to the currency's minor unit."""
    return amount.quantize(Decimal(1).scaleb(-CURRENCIES[currency]), ROUND_HALF_UP)


@dataclass
class Version:
    """One state of an entry, as its tool had it."""

    number: int
    known_at: datetime
    row: Row

    @property
    def is_approved(self) -> bool:
        """It may be posted."""
        return self.row["approval_status"] == "approved" and not self.row["is_deleted"]


@dataclass
class Builder:
    """One firm under construction."""

    seed: int
    is_exact: bool = False
    dice: random.Random = field(init=False)
    tables: Tables = field(
        default_factory=lambda: {TOOL: defaultdict(list), LEDGER: defaultdict(list)}
    )
    entities: list[Row] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"tieout:{self.seed}")
        self.prefix = f"F{self.seed:04d}"

    def add(self, system: str, table: str, **row: Any) -> Row:
        """One raw row."""
        self.tables[system][table].append(row)
        return row

    def name(self, kind: str) -> str:
        """A new id of this firm."""
        self.numbers += 1
        return f"{self.prefix}{kind}{self.numbers:03d}"

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.dice.random() < share

    def instant(self, after: datetime | date, hours: int = 240) -> datetime:
        """Some instant after another."""
        start = (
            after if isinstance(after, datetime) else datetime(after.year, after.month, after.day)
        )
        return start + timedelta(minutes=self.dice.randint(1, hours * 60))

    def hours(self) -> str:
        """The hours of some day's work."""
        return self.dice.choice(EXACT_HOURS if self.is_exact else HOURS)

    def rate(self, low: int, high: int, *fractions: str) -> str:
        """An hourly rate; of an exact firm a whole hundred."""
        whole = self.dice.randint(low, high)
        return f"{whole * 100}" if self.is_exact else f"{whole}.{self.dice.choice(fractions)}"

    # master data -------------------------------------------------------------------------------

    def masters(self) -> None:
        """Entities, clients, workers, projects."""
        exotic = self.dice.choice(("JPY", "KWD"))
        others = self.dice.sample(sorted(CURRENCIES.keys() - {exotic}), 2)
        for letter, currency in zip("ABC", (exotic, *others), strict=True):
            self.entities.append(
                {"id": f"{self.prefix}{letter}", "name": letter, "functional_currency": currency,
                 "time_zone": self.dice.choice(ZONES)}
            )  # fmt: skip
        self.currencies = [entity["functional_currency"] for entity in self.entities]
        self.clients = [self.name("C") for _ in range(2)]
        for client in self.clients:
            self.add(TOOL, "clients", client_id=client, client_code=client, client_name=client,
                     is_active=self.chance(0.9))  # fmt: skip
        self.workers = []
        for _ in range(3):
            worker, home = self.name("W"), self.dice.choice(self.entities)
            self.workers.append((worker, home))
            self.add(TOOL, "workers", worker_id=worker, employee_number=worker,
                     worker_name=worker, legal_entity_id=home["id"], is_active=True)  # fmt: skip
        self.projects = []
        for _ in range(5):
            self.projects.append(self._project())

    def _project(self) -> Row:
        model, currency = self.dice.choice(BILLING_MODELS), self.dice.choice(self.currencies)
        cap = self.dice.randint(200, 9000) if model in {"capped", "retainer"} else None
        if cap is not None and self.chance(0.1):
            cap = None
        project = self.name("P")
        return self.add(
            TOOL, "projects", project_id=project, project_code=project, project_name=project,
            client_id=self.dice.choice(self.clients), billing_model=model,
            legal_entity_id=self.dice.choice(self.entities)["id"],
            contract_currency_code=currency, cap_amount_contract=cap, is_active=self.chance(0.9),
        )  # fmt: skip

    # time entries ------------------------------------------------------------------------------

    def entry(self) -> None:
        """One time entry with its history, and perhaps its lines in the ERP."""
        worker, home = self.dice.choice(self.workers)
        day = FIRST_DAY + timedelta(days=self.dice.randrange(DAYS))
        project = self.dice.choice(self.projects)
        row: Row = {
            "entry_id": self.name("T"), "worker_id": worker,
            "project_id": project["project_id"], "work_date": day,
            "hours": self.hours(), "is_billable": self.chance(0.8),
            "approval_status": "submitted", "is_deleted": False,
            "bill_rate": self.rate(40, 300, "00", "50", "335", "123456"),
            "bill_currency_code": project["contract_currency_code"],
            "cost_rate": self.rate(20, 150, "00", "05", "987654"),
            "cost_currency_code": home["functional_currency"] if self.is_exact or self.chance(0.85)
            else self.dice.choice(self.currencies),
            "legal_entity_id": home["id"] if self.chance(0.9) else None,
        }  # fmt: skip
        if self.chance(0.04):
            row["bill_rate"] = None
        versions, known = [], self.instant(day, 72)
        for number in range(1, self.dice.choice((1, 2, 2, 2, 3, 3, 4, 5)) + 1):
            row = self._changed(row, number, versions)
            versions.append(Version(number, known, row))
            known = self.instant(known, 200)
        if self.chance(0.1) and len(versions) > 1:  # an old version arrives last
            versions[0].known_at, versions[-1].known_at = (
                versions[-1].known_at,
                versions[0].known_at,
            )
        for version in versions:
            self.add(TOOL, "time_entries", **version.row, source_version=version.number,
                     known_at=version.known_at)  # fmt: skip
        self._post(versions, home)

    def expense(self) -> None:
        """One expense with its history, and perhaps its line in the ERP."""
        worker, home = self.dice.choice(self.workers)
        day = FIRST_DAY + timedelta(days=self.dice.randrange(DAYS))
        project, spent = self.dice.choice(self.projects), self.dice.choice(sorted(CURRENCIES))
        paid = spent if self.is_exact or self.chance(0.6) else home["functional_currency"]
        spent = home["functional_currency"] if self.is_exact else spent
        amount = self.dice.randint(2, 400) * 100
        row: Row = {
            "entry_id": self.name("E"), "worker_id": worker, "project_id": project["project_id"],
            "work_date": day, "approval_status": "submitted", "is_deleted": False,
            "expense_category": self.dice.choice(("hotel", "meals", "taxi", None)),
            "is_billable": self.chance(0.7), "is_personal": self.chance(0.08),
            "is_company_paid": self.chance(0.2), "transaction_amount": str(amount),
            "transaction_currency_code": spent,
            "reimbursement_currency_code": home["functional_currency"] if self.is_exact else paid,
            "approved_amount": str(amount if self.is_exact or paid == spent or self.chance(0.5)
                                   else amount * 3 // 4),
            "tax_amount": self.dice.choice((None, "0", str(amount // 5), str(amount // 7),
                                            str(amount * 2))),
            "country_code": self.dice.choice(("GB", "FR", "DE", "US", "gb", None)),
            "has_receipt": self.chance(0.9), "is_receipt_in_company_name": self.chance(0.8),
            "legal_entity_id": home["id"] if self.chance(0.9) else None,
        }  # fmt: skip
        if self.is_exact:
            row["tax_amount"], row["is_billable"] = None, False
        versions, known = [], self.instant(day, 72)
        for number in range(1, self.dice.choice((1, 2, 2, 3)) + 1):
            row = {**row, "approval_status": "approved" if number > 1 else "submitted"}
            if number > 2:
                what = self.dice.choice(("approved_amount", "is_deleted", "project_id", "none"))
                row[what if what != "none" else "is_deleted"] = {
                    "approved_amount": str(amount + 100), "is_deleted": True, "none": False,
                    "project_id": self.dice.choice(self.projects)["project_id"],
                }[what]  # fmt: skip
            versions.append(Version(number, known, row))
            known = self.instant(known, 200)
            self.add(TOOL, "expense_items", **row, source_version=number,
                     known_at=versions[-1].known_at)  # fmt: skip
        for version in versions:
            if version.is_approved and not row["is_personal"] and self.chance(0.6):
                line = self._expense_line(version)
                self._record(line)
                if self.chance(0.2):
                    self._reverse(line)

    def _expense_line(self, version: Version) -> Row:
        """What the ERP booked: the amount approved, whatever tax came back of it."""
        row = version.row
        entity = self._entity(row)
        project = next(p for p in self.projects if p["project_id"] == row["project_id"])
        contract = project["contract_currency_code"]
        posted_at = self.instant(version.known_at, 120)
        return {
            "erp_line_id": self.name("L"),
            "external_id": f"proof:{LEDGER}:{TOOL}:{row['entry_id']}:v{version.number}:cost",
            "legal_entity_id": entity["id"], "worker_id": row["worker_id"],
            "project_id": row["project_id"], "work_date": row["work_date"],
            "accounting_date": row["work_date"], "posted_at": posted_at, "is_posted": True,
            "is_billable": row["is_billable"], "hours": "0",
            "cost_amount_functional": str(money(Decimal(row["approved_amount"]),
                                                entity["functional_currency"])),
            "functional_currency_code": entity["functional_currency"],
            "bill_amount_contract": str(money(Decimal(row["approved_amount"]), contract)
                                        if row["is_billable"] else 0),
            "contract_currency_code": contract, "source_version": 1,
            "known_at": self.instant(posted_at, 24), "is_deleted": False,
        }  # fmt: skip

    def _entity(self, row: Row) -> Row:
        """The entity that a row names, else the worker's."""
        return next(
            (e for e in self.entities if e["id"] == row["legal_entity_id"]),
            next(e for w, e in self.workers if w == row["worker_id"]),
        )

    def _changed(self, row: Row, number: int, before: list[Version]) -> Row:
        """The next state: mostly approval, then edits, withdrawals, moves and returns."""
        if number == 1:
            return {**row, "approval_status": self.dice.choice(("draft", "submitted", "approved"))}
        if number == 2:
            return {**row, "approval_status": "approved" if self.chance(0.9) else "rejected"}
        what = self.dice.choice(
            (
                "hours",
                "project",
                "date",
                "unapprove",
                "delete",
                "back",
                "rate",
                "billable",
                "worker",
            )
        )
        new = {**row, "approval_status": "approved", "is_deleted": False}
        if what == "hours":
            new["hours"] = self.hours()
        elif what == "project":
            project = self.dice.choice(self.projects)
            new["project_id"] = project["project_id"]
            new["bill_currency_code"] = project["contract_currency_code"]
        elif what == "date":
            new["work_date"] = FIRST_DAY + timedelta(days=self.dice.randrange(DAYS))
        elif what == "unapprove":
            new["approval_status"] = self.dice.choice(("submitted", "rejected"))
        elif what == "delete":
            new["is_deleted"] = True
        elif what == "back":  # A→B→A: the first state again, under a new version
            new = {**before[0].row, "approval_status": "approved", "is_deleted": False}
        elif what == "rate":
            new["cost_rate"] = self.rate(20, 150, "5")
        elif what == "billable":
            new["is_billable"] = not row["is_billable"]
        elif what == "worker":
            worker, home = self.dice.choice(self.workers)
            new["worker_id"], new["legal_entity_id"] = worker, home["id"]
            new["cost_currency_code"] = home["functional_currency"]
        return new

    # ERP lines ---------------------------------------------------------------------------------

    def _post(self, versions: list[Version], home: Row) -> None:
        approved = [version for version in versions if version.is_approved]
        for position, version in enumerate(approved):
            if not self.chance(0.75):
                continue
            posted = self._line_of(version, home)
            if posted is None:
                continue
            lines = self._legs(posted, version)
            is_last = position == len(approved) - 1
            for line in lines:
                line["erp_line_id"] = self.name("L")
                self._record(line)
                if self.chance(0.06):
                    self._repeat(line)
                if self.chance(0.1 if is_last else 0.75):
                    self._reverse(line)

    def _line_of(self, version: Version, home: Row) -> Row | None:
        """What the ERP booked for a version: mostly our amounts, sometimes hand-made ones."""
        row = version.row
        entity = self._entity(row)
        del home
        hours = Decimal(row["hours"])
        currency = entity["functional_currency"]
        cost = money(hours * Decimal(row["cost_rate"]), currency)
        rate = Decimal(row["bill_rate"] or 0) if row["is_billable"] else Decimal(0)
        bill = money(hours * rate, row["bill_currency_code"])
        if self.chance(0.08):
            cost += self.dice.choice((2, -2, 20))
        posted_at = self.instant(version.known_at, 120)
        line: Row = {
            "external_id": f"proof:{LEDGER}:{TOOL}:{row['entry_id']}:v{version.number}:cost",
            "legal_entity_id": entity["id"], "worker_id": row["worker_id"],
            "project_id": row["project_id"], "work_date": row["work_date"],
            "accounting_date": max(row["work_date"], date(posted_at.year, posted_at.month, 1)),
            "posted_at": posted_at, "is_posted": not self.chance(0.03),
            "is_billable": row["is_billable"], "hours": str(hours),
            "cost_amount_functional": str(cost), "functional_currency_code": currency,
            "bill_amount_contract": str(bill), "contract_currency_code": row["bill_currency_code"],
            "source_version": 1, "known_at": self.instant(posted_at, 24), "is_deleted": False,
        }  # fmt: skip
        if self.chance(0.12):  # the ERP keeps our id in a field of its own, without version
            line["external_id"], line["entry_id"] = None, f"{TOOL}:{row['entry_id']}"
        return line

    def _legs(self, line: Row, version: Version) -> list[Row]:
        """Cost and bill value on one line, or each on its own."""
        if line["external_id"] is None or self.chance(0.8):
            return [line]
        del version
        bill_line = {
            **line, "external_id": line["external_id"].removesuffix("cost") + "bill",
            "hours": "0", "cost_amount_functional": "0",
        }  # fmt: skip
        return [{**line, "bill_amount_contract": "0"}, bill_line]

    def _record(self, line: Row) -> None:
        """The line as read, and sometimes a second reading: changed by hand or removed."""
        self.add(LEDGER, "erp_lines", **line)
        if self.chance(0.04):
            changed = {**line, "source_version": 2, "known_at": self.instant(line["known_at"], 300)}
            if self.chance(0.5):
                changed["is_deleted"] = True
            else:
                changed["hours"] = str(Decimal(line["hours"]) + 1)
            self.add(LEDGER, "erp_lines", **changed)

    def _repeat(self, line: Row) -> None:
        """The same entry version once more, later."""
        later = self.instant(line["posted_at"], 48)
        again = {**line, "erp_line_id": self.name("L"), "posted_at": later,
                 "known_at": self.instant(later, 24)}  # fmt: skip
        self.add(LEDGER, "erp_lines", **again)

    def _reverse(self, line: Row) -> None:
        """The stored amounts with the other sign."""
        later = self.instant(line["posted_at"], 200)
        external = line["external_id"]
        minus = {
            name: str(-Decimal(line[name]))
            for name in ("hours", "cost_amount_functional", "bill_amount_contract")
        }
        self.add(
            LEDGER, "erp_lines",
            **{**line, **minus, "erp_line_id": self.name("L"), "posted_at": later,
               "external_id": None if external is None else f"R:{external}",
               "known_at": self.instant(later, 24)},
        )  # fmt: skip

    def strangers(self) -> None:
        """Lines of no known entry: journals by hand, other integrations, ids we never saw."""
        for _ in range(self.dice.randint(0, 3)):
            entity = self.dice.choice(self.entities)
            currency = entity["functional_currency"]
            posted = self.instant(FIRST_DAY + timedelta(days=self.dice.randrange(50)))
            record = self.name("X")
            self.add(
                LEDGER, "erp_lines", erp_line_id=self.name("L"),
                external_id=self.dice.choice(
                    (None, f"IMPORT-{record}", f"proof:{LEDGER}:{TOOL}:{record}:v1:cost")
                ),
                legal_entity_id=entity["id"], worker_id=self.dice.choice(self.workers)[0],
                project_id=self.dice.choice(self.projects)["project_id"],
                work_date=posted.date() if self.chance(0.5) else None,
                accounting_date=posted.date(), posted_at=posted, is_posted=True,
                is_billable=True, hours=self.hours(),
                cost_amount_functional=self.stray(7, currency),
                functional_currency_code=currency,
                bill_amount_contract=self.stray(3, currency),
                contract_currency_code=currency, source_version=1,
                known_at=self.instant(posted, 24), is_deleted=False,
            )  # fmt: skip

    def stray(self, divisor: int, currency: str) -> str:
        """Some amount."""
        amount = Decimal(self.dice.randint(0, 9999))
        return str(amount * 2 if self.is_exact else money(amount / divisor, currency))

    # billing -----------------------------------------------------------------------------------

    def invoices(self) -> None:
        """Lines on invoices: in full, in pieces, credited again, or still a draft."""
        for line in list(self.tables[LEDGER]["erp_lines"]):
            bill = Decimal(line["bill_amount_contract"])
            if bill <= 0 or line["source_version"] != 1 or not self.chance(0.35):
                continue
            shares = (Decimal(1), Decimal("0.5"), Decimal("0.3333"))
            share = self.dice.choice(shares[:2] if self.is_exact else shares)
            billed = money(bill * share, line["contract_currency_code"])
            issued = self.instant(line["posted_at"], 200)
            self._allocate(line, billed, issued, is_issued=not self.chance(0.1))
            if self.chance(0.25):
                back = (
                    billed
                    if self.chance(0.5)
                    else money(billed / 3, line["contract_currency_code"])
                )
                self._allocate(line, -back, self.instant(issued, 100), is_issued=True)

    def _decide(self, line: Row, after: datetime) -> None:
        """Part of a line written off, down or up."""
        decided = self.instant(after, 200)
        self.add(
            LEDGER, "billing_adjustments", adjustment_id=self.name("D"),
            adjustment_kind=self.dice.choice(("write_off", "write_down", "write_up")),
            erp_line_id=line["erp_line_id"], amount=str(self.dice.randint(1, 9) * 2),
            reason="agreed with the client", decided_on=decided.date(), source_version=1,
            known_at=self.instant(decided, 24), is_deleted=False,
        )  # fmt: skip

    def _allocate(self, line: Row, amount: Decimal, at: datetime, *, is_issued: bool) -> None:
        invoice = self.name("I")
        self.add(
            LEDGER, "billing_allocations", allocation_id=self.name("A"), invoice_id=invoice,
            invoice_number=invoice, invoice_date=at.date(), is_issued=is_issued,
            erp_line_id=line["erp_line_id"], hours="0", billed_amount_contract=str(amount),
            contract_currency_code=line["contract_currency_code"], source_version=1,
            known_at=self.instant(at, 24), is_deleted=self.chance(0.03),
        )  # fmt: skip


def exchange_rates(dice: random.Random) -> list[Row]:
    """Dated rates of one ERP: some pairs only the other way round, some days apart, one missing."""
    worth = {"USD": 1.0, "EUR": 1.1, "GBP": 1.27, "JPY": 0.0067, "KWD": 3.25, "INR": 0.012}
    rows = []
    for number, one in enumerate(sorted(worth)):
        for other in sorted(worth)[number + 1 :]:
            pairs = [(one, other), (other, one)]
            if dice.random() < 0.4:
                pairs = [dice.choice(pairs)]
            for source, target in pairs:
                for start in (0, 20, 41):
                    day = FIRST_DAY - timedelta(days=5) + timedelta(days=start)
                    rate = worth[source] / worth[target] * dice.uniform(0.9, 1.1)
                    rows.append(
                        {"rate_id": f"{source}{target}{start}", "from_currency_code": source,
                         "to_currency_code": target, "rate_date": day, "fx_rate": f"{rate:.10f}",
                         "rate_type": "spot", "source_version": 1,
                         "known_at": datetime(2026, 4, 1)}
                    )  # fmt: skip
    return rows


def tax_rules(dice: random.Random, entities: list[Row]) -> list[Row]:
    """Rules of some countries: by category, by entity, two that contradict each other."""
    stated = [
        ("GB", "hotel", None, "1", True), ("GB", None, None, "0.5", False),
        ("FR", None, None, "0.333333", True), ("DE", "meals", None, "0.5", False),
        ("DE", "meals", None, "0.25", False), ("DE", "hotel", None, "0", True),
    ]  # fmt: skip
    stated += [
        (dice.choice(("GB", "FR")), dice.choice(("hotel", None)), entity["id"],
         dice.choice(("0.75", "1")), False)
        for entity in entities
        if dice.random() < 0.3
    ]  # fmt: skip
    return [
        {"tax_rule_id": f"X{number}", "country_code": country, "expense_category": category,
         "legal_entity_id": entity, "recoverable_ratio": ratio,
         "requires_company_receipt": needs_receipt, "tax_code": "S",
         "valid_from": date(2026, 5, 10) if number % 4 == 1 else date(2020, 1, 1),
         "valid_to": date(2026, 6, 20) if number % 5 == 2 else None,
         "source_version": 1, "known_at": datetime(2026, 4, 1)}
        for number, (country, category, entity, ratio, needs_receipt) in enumerate(stated)
    ]  # fmt: skip


def random_firm(seed: int, entry_count: int = 14, *, exact: bool = False) -> Builder:
    """One firm of one seed; of an exact one nothing is ever rounded."""
    builder = Builder(seed, exact)
    builder.masters()
    for _ in range(entry_count):
        builder.entry()
    for _ in range(entry_count // 3):
        builder.expense()
    builder.strangers()
    builder.invoices()
    return builder


@dataclass
class Pack:
    """Several firms as disjoint entities of one warehouse."""

    firms: list[Builder]
    tables: Tables
    firm: Firm


def pack(
    seeds: Sequence[int],
    entry_count: int = 14,
    *,
    reporting_currency: str = "USD",
    exact: bool = False,
) -> Pack:
    """Random firms side by side, with one table of exchange rates."""
    firms = [random_firm(seed, entry_count, exact=exact) for seed in seeds]
    tables: Tables = {TOOL: defaultdict(list), LEDGER: defaultdict(list)}
    for firm in firms:
        for system, found in firm.tables.items():
            for table, rows in found.items():
                tables[system][table].extend(rows)
    tables[LEDGER]["fx_rates"] = exchange_rates(random.Random(f"fx:{seeds[0]}"))
    all_entities = [entity for firm in firms for entity in firm.entities]
    tables[TOOL]["tax_rules"] = tax_rules(random.Random(f"tax:{seeds[0]}"), all_entities)
    whole = firm_of(
        all_entities,
        [
            {"id": TOOL, "vendor": "csv_tables", "roles": ["time", "expense", "psa", "hr"],
             "options": {"path": "tool"}},
            {"id": LEDGER, "vendor": "csv_tables", "roles": ["erp", "billing"],
             "options": {"path": "ledger"}},
        ],
        reporting_currency=reporting_currency,
        ownership={"worker": TOOL, "client": TOOL, "project": TOOL},
    )  # fmt: skip
    return Pack(firms, tables, whole)
