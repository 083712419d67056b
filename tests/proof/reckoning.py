"""What the definitions say of a firm's raw rows, in whole numbers: the other side of the proof.

Written from the accounting definitions alone (what is approved, what is posted, what a gap is),
never from the SQL: plain loops over raw rows, no joins, no decimals. Times: everything is judged
by what was known at K. Grain of each figure stands at its method.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.proof.integers import (
    AMOUNT,
    FX,
    HOURS,
    RATE,
    day_of,
    divided,
    instant_of,
    month_of,
    places_of,
    rounded,
    scaled,
)

Row = dict[str, Any]
Tables = dict[str, dict[str, list[Row]]]
UNKNOWN = "unknown"


@dataclass
class Entry:
    """The newest state of one entry known at K, priced."""

    entry_id: str
    row: Row
    entity: str
    is_effective: bool
    hours: int
    cost: int
    functional: str
    bill: int
    contract: str | None
    period: str
    parts: dict[str, int] = field(default_factory=dict)


@dataclass
class Line:
    """One ERP line known at K, and what it stands for."""

    line_id: str
    row: Row
    entry_id: str | None
    version: int | None
    leg: str
    is_reversal: bool
    entity: str
    worker: str
    project: str
    period: str
    posted_at: datetime
    hours: int
    cost: int
    functional: str
    bill: int
    contract: str
    kind: str = "matched"
    is_reversed: bool = False


def _class_of(row: Row) -> str:
    """Task, labour category and billable class of an entry version."""
    return f"{row.get('task_id')}|{row.get('labour_category')}|{bool(row.get('is_billable'))}"


@dataclass
class Reckoning:
    """All figures of one warehouse at one K."""

    tables: Tables
    entities: dict[str, Row]
    as_of: datetime
    reporting: str = "USD"
    tool: str = "tool"
    ledger: str = "ledger"
    entries: dict[str, Entry] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._masters()
        self._price_entries()
        self._read_lines()
        self._class_lines()

    # what was known ----------------------------------------------------------------------------

    def versions(self, system: str, table: str, key: str) -> dict[str, list[Row]]:
        """Per record its versions known at K, oldest version first."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables.get(system, {}).get(table, ()):
            if instant_of(row.get("known_at") or "1970-01-01") <= self.as_of:
                found[row[key]].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: row.get("source_version") or 1)
        return found

    def newest(self, system: str, table: str, key: str) -> dict[str, Row]:
        """Per record its newest version known at K, unless that says the record is gone."""
        found = {name: rows[-1] for name, rows in self.versions(system, table, key).items()}
        return {name: row for name, row in found.items() if not row.get("is_deleted")}

    def _masters(self) -> None:
        self.workers = self.newest(self.tool, "workers", "worker_id")
        self.projects = self.newest(self.tool, "projects", "project_id")
        self.rates: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
        for row in self.newest(self.ledger, "fx_rates", "rate_id").values():
            if row.get("rate_type", "spot") == "spot":
                rate = scaled(row["fx_rate"], FX)
                assert rate
                self.rates[row["from_currency_code"], row["to_currency_code"]].append(
                    (day_of(row["rate_date"]), rate)
                )
        for dated in self.rates.values():
            dated.sort()

    # money -------------------------------------------------------------------------------------

    def rate(self, source: str, target: str, day: date) -> int | None:
        """The last spot rate on or before the day; else the reciprocal of the reverse pair."""
        if source == target:
            return 10**FX
        direct = [rate for start, rate in self.rates.get((source, target), ()) if start <= day]
        if direct:
            return direct[-1]
        reverse = [rate for start, rate in self.rates.get((target, source), ()) if start <= day]
        return divided(10 ** (2 * FX), reverse[-1]) if reverse else None

    def converted(self, amount: int | None, source: str, target: str, day: date) -> int | None:
        """An amount in another currency, rounded once; nothing without a rate."""
        if source == target or amount is None:
            return amount
        rate = self.rate(source, target, day)
        return None if rate is None else rounded(amount * rate, AMOUNT + FX, target)

    def _price_entries(self) -> None:
        times = self.versions(self.tool, "time_entries", "entry_id")
        expenses = self.versions(self.tool, "expense_items", "entry_id")
        self.history = {**times, **expenses}
        self.expenses = {f"{self.tool}:{record}" for record in expenses}
        self.rules = list(self.newest(self.tool, "tax_rules", "tax_rule_id").values())
        for record, rows in self.history.items():
            price = self._priced if record in times else self._priced_expense
            entry = price(f"{self.tool}:{record}", rows[-1])
            self._translate(entry)
            self.entries[entry.entry_id] = entry

    def _priced(self, entry_id: str, row: Row) -> Entry:
        entity = self._entity_of(row)
        functional = self.entities[entity]["functional_currency"] if entity != UNKNOWN else "XXX"
        day = day_of(row["work_date"])
        hours = scaled(row["hours"], HOURS) or 0
        cost_rate, bill_rate = scaled(row["cost_rate"], RATE), scaled(row["bill_rate"], RATE)
        basis = row["cost_currency_code"] or functional
        cost = None if cost_rate is None else rounded(hours * cost_rate, HOURS + RATE, basis)
        project = self.projects.get(row["project_id"], {})
        contract = row["bill_currency_code"] or project.get("contract_currency_code") or functional
        bill = 0
        if row["is_billable"] and bill_rate is not None:
            bill = rounded(hours * bill_rate, HOURS + RATE, contract)
        return Entry(
            entry_id, row, entity,
            row["approval_status"] == "approved" and not row.get("is_deleted"),
            hours, self.converted(cost, basis, functional, day) or 0, functional,
            bill, contract, month_of(day),
        )  # fmt: skip

    def _priced_expense(self, entry_id: str, row: Row) -> Entry:
        """Paid gross; costs what no tax authority gives back; charged on at cost."""
        entity = self._entity_of(row)
        functional = self.entities[entity]["functional_currency"] if entity != UNKNOWN else "XXX"
        day = day_of(row["work_date"])
        approved = scaled(row["approved_amount"], AMOUNT) or 0
        paid_in = row["reimbursement_currency_code"] or row["transaction_currency_code"]
        gross = self.converted(approved, paid_in, functional, day) or 0
        spent = scaled(row["transaction_amount"], AMOUNT) or 0
        tax = scaled(row["tax_amount"], AMOUNT) or 0
        usable = tax != 0 and abs(tax) <= abs(spent) and (tax > 0) == (spent > 0)
        places = 10 ** (AMOUNT - places_of(functional))
        tax = divided(gross * tax, spent * places) * places if usable else 0
        rule = self._tax_rule(entity, row, day) if usable else None
        recovered = 0
        if rule and not self._lacks_evidence(rule, row):
            ratio = scaled(rule["recoverable_ratio"], RATE) or 0
            recovered = rounded(tax * ratio, AMOUNT + RATE, functional)
        project = self.projects.get(row["project_id"], {})
        contract = project.get("contract_currency_code") or functional
        bill = 0
        if row["is_billable"] and project.get("billing_model") != "internal":
            bill = self.converted(gross - recovered, functional, contract, day) or 0
        return Entry(
            entry_id, row, entity,
            row["approval_status"] == "approved" and not row.get("is_deleted")
            and not row["is_personal"],
            0, gross - recovered, functional, bill, contract, month_of(day),
            {"gross": gross, "recoverable": recovered, "nonrecoverable": tax - recovered,
             "reimbursable": 0 if row["is_company_paid"] else approved},
        )  # fmt: skip

    def _tax_rule(self, entity: str, row: Row, day: date) -> Row | None:
        """The rule of the entity before that of all, of the category before that of the country."""
        found: dict[tuple[bool, bool], list[Row]] = defaultdict(list)
        for rule in self.rules:
            if (
                rule["country_code"] == (row["country_code"] or "").upper()
                and rule["legal_entity_id"] in {None, entity}
                and rule["expense_category"] in {None, row["expense_category"]}
                and day_of(rule["valid_from"]) <= day
                and (not rule["valid_to"] or day <= day_of(rule["valid_to"]))
            ):
                rank = (rule["legal_entity_id"] is None, rule["expense_category"] is None)
                found[rank].append(rule)
        best = found[min(found)] if found else []
        return best[0] if len(best) == 1 else None

    @staticmethod
    def _lacks_evidence(rule: Row, row: Row) -> bool:
        has_evidence = row["has_receipt"] and row["is_receipt_in_company_name"]
        return rule["requires_company_receipt"] and not has_evidence

    def _translate(self, entry: Entry) -> None:
        """Functional and reporting amounts: never from contract currency straight to reporting."""
        day = day_of(entry.row["work_date"])
        functional = self.converted(entry.bill, str(entry.contract), entry.functional, day) or 0
        bill = self.converted(functional, entry.functional, self.reporting, day) or 0
        entry.parts["bill functional"] = functional
        entry.parts["bill reporting"] = entry.bill if entry.contract == self.reporting else bill
        entry.parts["cost reporting"] = (
            self.converted(entry.cost, entry.functional, self.reporting, day) or 0
        )

    def _entity_of(self, row: Row) -> str:
        stated = row.get("legal_entity_id")
        if stated in self.entities:
            return stated
        return self.workers.get(row["worker_id"], {}).get("legal_entity_id") or UNKNOWN

    # the ERP -----------------------------------------------------------------------------------

    def _read_lines(self) -> None:
        for row in self.newest(self.ledger, "erp_lines", "erp_line_id").values():
            if row.get("is_posted") is not False:
                self.lines.append(self._line(row))

    def _line(self, row: Row) -> Line:
        entry_id, version, leg, is_reversal = self._named(row)
        rows = self.history.get((entry_id or "").partition(":")[2], [])
        kind = "matched"
        if not rows:
            kind = "orphan"
        state, posted_at = None, instant_of(row["posted_at"])
        if rows:
            state = next((r for r in rows if r["source_version"] == version), None)
            if state is None:
                before = [r for r in rows if instant_of(r["known_at"]) <= posted_at]
                state = before[-1] if before else rows[0]
                # a version never seen may have had another date: then the line speaks for itself
                day = (version and row.get("work_date")) or state["work_date"]
                version = version or state["source_version"]
            else:
                day = state["work_date"]
        else:
            day = row["accounting_date"]
        entity = row["legal_entity_id"]
        return Line(
            row["erp_line_id"], row, entry_id if rows else None, version, leg, is_reversal,
            entity, row.get("worker_id") or (state or {}).get("worker_id") or UNKNOWN,
            row.get("project_id") or (state or {}).get("project_id") or UNKNOWN,
            month_of(day_of(day)), posted_at, scaled(row["hours"], HOURS) or 0,
            scaled(row["cost_amount_functional"], AMOUNT) or 0, row["functional_currency_code"],
            scaled(row["bill_amount_contract"], AMOUNT) or 0,
            row["contract_currency_code"] or row["functional_currency_code"], kind,
        )  # fmt: skip

    def _named(self, row: Row) -> tuple[str | None, int | None, str, bool]:
        """Entry, version, leg and direction, as the line's own ids state them."""
        key = row.get("external_id") or ""
        is_reversal = key.startswith("R:")
        parts = key.removeprefix("R:").split(":")
        if len(parts) == 6 and parts[4][1:].isdigit():
            return f"{parts[2]}:{parts[3]}", int(parts[4][1:]), parts[5], is_reversal
        reference = row.get("entry_id")
        hours, cost = scaled(row["hours"], HOURS), scaled(row["cost_amount_functional"], AMOUNT)
        takes_back = (hours or 0) < 0 or ((hours or 0) == 0 and (cost or 0) < 0)
        return reference, None, "cost", bool(reference) and takes_back

    def _class_lines(self) -> None:
        """One posting per entry version and leg counts; each further one is a duplicate.

        A reversal takes back the last posting that still stands; the first one goes last.
        """
        groups: dict[tuple[str | None, int | None, str], list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.kind == "matched":
                groups[line.entry_id, line.version, line.leg].append(line)
        for lines in groups.values():
            lines.sort(key=lambda line: (line.posted_at, line.line_id))
            standing = [line for line in lines if not line.is_reversal]
            reversals = [line for line in lines if line.is_reversal]
            if not standing:
                for line in reversals:
                    line.kind = "orphan"
                    line.period = month_of(day_of(line.row["accounting_date"]))
                continue
            for line in standing[1:]:
                line.kind = "duplicate"
            for number, line in enumerate(reversals, start=1):
                line.kind = "matched" if number == len(standing) else "duplicate"
            taken_back = standing[max(len(standing) - len(reversals), 0) :]
            for line in taken_back:
                line.is_reversed = True

    # figures -----------------------------------------------------------------------------------

    def posted_entries(self) -> set[str | None]:
        """Entries with a line that counts."""
        return {line.entry_id for line in self.lines if line.kind == "matched"}

    def approved(self) -> dict[tuple[str, str], int]:
        """Per effective entry and measure."""
        return {
            (entry.entry_id, measure): getattr(entry, measure)
            for entry in self.entries.values()
            if entry.is_effective
            for measure in ("hours", "cost", "bill")
        }

    def parts(self) -> dict[tuple[str, str], int]:
        """Per effective entry: what its amounts are made of and what they are in other currencies."""
        return {
            (entry.entry_id, part): amount
            for entry in self.entries.values()
            if entry.is_effective
            for part, amount in entry.parts.items()
        }

    def approved_not_posted(self) -> dict[tuple[str, str], int]:
        """Per entry and measure: effective, and no line of it in the ERP."""
        posted = self.posted_entries()
        found = {}
        for entry in self.entries.values():
            if entry.is_effective and entry.entry_id not in posted:
                found[entry.entry_id, "hours"] = entry.hours
                found[entry.entry_id, "cost"] = entry.cost
                found[entry.entry_id, "bill"] = entry.bill
        return found

    def gaps(self) -> dict[tuple[str, ...], int]:
        """Per entry, measure, entity, worker, project, period and currency: approved minus posted."""
        left: Counter[tuple[str, ...]] = Counter()
        for where, gap in self.gaps_by_class().items():
            left[where[:-1]] += gap
        return {where: gap for where, gap in left.items() if gap}

    def gaps_by_class(self) -> dict[tuple[str, ...], int]:
        """The same, also per task, labour category and billable class of the version."""
        posted = self.posted_entries()
        left: Counter[tuple[str, ...]] = Counter()
        for entry in self.entries.values():
            if entry.is_effective and entry.entry_id in posted:
                where = (
                    entry.entity,
                    entry.row["worker_id"],
                    entry.row["project_id"],
                    entry.period,
                )
                kind = _class_of(entry.row)
                left[entry.entry_id, "hours", *where, "none", kind] += entry.hours
                left[entry.entry_id, "cost", *where, entry.functional, kind] += entry.cost
                left[entry.entry_id, "bill", *where, str(entry.contract), kind] += entry.bill
        for line in self.lines:
            if line.kind == "matched":
                entry_id = str(line.entry_id)
                where = (line.entity, line.worker, line.project, line.period)
                rows = self.history[entry_id.partition(":")[2]]
                state = next((r for r in rows if r["source_version"] == line.version), rows[-1])
                kind = _class_of(state)
                left[entry_id, "hours", *where, "none", kind] -= line.hours
                left[entry_id, "cost", *where, line.functional, kind] -= line.cost
                left[entry_id, "bill", *where, line.contract, kind] -= line.bill
        return {where: gap for where, gap in left.items() if gap}

    def strangers(self, kind: str) -> dict[tuple[str, str], int]:
        """Per line and measure: orphans, or duplicates that do not net to nothing."""
        lines = [line for line in self.lines if line.kind == kind]
        if kind == "duplicate":
            nets: Counter[tuple[str | None, int | None, str, str]] = Counter()
            for line in lines:
                for measure in ("hours", "cost", "bill"):
                    nets[line.entry_id, line.version, line.leg, measure] += getattr(line, measure)
            lines = [
                line
                for line in lines
                if any(
                    nets[line.entry_id, line.version, line.leg, measure]
                    for measure in ("hours", "cost", "bill")
                )
            ]
        return {
            (line.line_id, measure): getattr(line, measure)
            for line in lines
            for measure in ("hours", "cost", "bill")
        }

    def components(self) -> dict[tuple[str, ...], int]:
        """I1 per component, entity, work period, measure and currency; zeros left out."""
        found: Counter[tuple[str, ...]] = Counter()

        def count(component: str, thing: Entry | Line) -> None:
            place = (component, thing.entity, thing.period)
            found[*place, "hours", "none"] += thing.hours
            found[*place, "cost", thing.functional] += thing.cost
            found[*place, "bill", str(thing.contract)] += thing.bill

        posted = self.posted_entries()
        for entry in self.entries.values():
            if entry.is_effective:
                count("approved", entry)
                if entry.entry_id not in posted:
                    count("approved_not_posted", entry)
        excess = {line_id for line_id, _ in self.strangers("duplicate")}
        for line in self.lines:
            count("posted", line)
            if line.kind == "orphan":
                count("orphan", line)
            elif line.line_id in excess:
                count("duplicate_excess", line)
        for (_, measure, entity, _, _, period, currency, _), gap in self.gaps_by_class().items():
            direction = "to_post" if gap > 0 else "to_reverse"
            found[direction, entity, period, measure, currency] += abs(gap)
        return {where: amount for where, amount in found.items() if amount}

    def standing_lines(self) -> dict[str, str]:
        """Per line that counts: the line that its billings count for.

        What was billed on a posting that was reversed since counts for the posting of the same
        entry, project and currency that stands now; so a corrected entry is not billed twice.
        """
        stands: dict[tuple[str | None, str, str], Line] = {}
        counted = [line for line in self.lines if line.kind == "matched"]
        for line in counted:
            where = (line.entry_id, line.project, line.contract)
            if not line.is_reversal and not line.is_reversed and line.bill:
                other = stands.get(where)
                newer = other is None or (line.version or 0) > (other.version or 0)
                if newer or (line.version == other.version and line.line_id < other.line_id):
                    stands[where] = line
        found = {}
        for line in counted:
            other = stands.get((line.entry_id, line.project, line.contract))
            moved = other is not None and (line.is_reversal or line.is_reversed)
            found[line.line_id] = other.line_id if moved else line.line_id
        return found

    def posted_not_billed(self) -> dict[str, int]:
        """Per ERP line: bill value minus what is invoiced and not credited, at least nothing."""
        billed: Counter[str] = Counter()
        standing = self.standing_lines()
        for row in self.newest(self.ledger, "billing_allocations", "allocation_id").values():
            if row["is_issued"] and row["erp_line_id"] in standing:
                amount = scaled(row["billed_amount_contract"], AMOUNT) or 0
                billed[standing[row["erp_line_id"]]] += amount
        written: Counter[str] = Counter()
        decisions = self.newest(self.ledger, "billing_adjustments", "adjustment_id")
        for row in decisions.values():
            if row["erp_line_id"] in standing and day_of(row["decided_on"]) <= self.as_of.date():
                sign = -1 if row["adjustment_kind"] == "write_up" else 1
                amount = scaled(row["amount"], AMOUNT) or 0
                written[standing[row["erp_line_id"]]] += sign * amount
        found = {}
        for line in self.lines:
            model = self.projects.get(line.project, {}).get("billing_model")
            if (
                line.kind != "matched" or line.is_reversal or line.is_reversed
                or not line.row["is_billable"] or line.bill == 0
                or model == "internal"
                or (model == "fixed_fee" and line.entry_id not in self.expenses)
            ):  # fmt: skip
                continue
            sign = 1 if line.bill > 0 else -1
            left = line.bill - max(billed[line.line_id] * sign, 0) * sign
            left -= written[line.line_id] * sign
            if left and (left > 0) == (line.bill > 0):
                found[line.line_id] = left
        return found
