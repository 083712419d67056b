"""A second folder of the same format, other data: marts against a small calculation in Python.

The calculation here is independent of the models: it walks entries and lines one by one, in
exact decimals, by the definitions of C2 and C9, and shares no code with the product.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CUT = "2026-05-20"
ENTITIES = {"FR01": "EUR", "IN02": "INR", "US02": "USD", "UK02": "GBP"}
PROJECTS = ("A-1", "A-2", "B:7", "internal")
HEADERS = {
    "entries": "entry_id,legal_entity,functional_currency,worker_id,project_id,work_date,"
    "bill_rate_usd,cost_rate_functional",
    "entry_versions": "entry_id,version,known_on,state,hours,project_id,is_billable",
    "erp_lines": "external_id,entry_id,project_id,hours,known_on,accounting_period",
    "billed": "entry_id,invoice_id,known_on",
    "fx_rates": "from_currency,to_currency,rate",
}


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def generate(seed: int = 20260501, count: int = 80) -> dict[str, list[dict]]:
    """Entries with edits, moves, rejections and late approvals; lines with every fault."""
    rnd = random.Random(seed)
    files: dict[str, list[dict]] = {name: [] for name in HEADERS}
    for number in range(1, count + 1):
        entity = rnd.choice(sorted(ENTITIES))
        entry = f"E{number:03d}" if number % 9 else f"E{number:03d}:x#1"
        project = rnd.choice(PROJECTS)
        billable = project != "internal" and rnd.random() < 0.9
        work_date = date(2026, 4, 1) + timedelta(days=rnd.randrange(40))
        files["entries"].append({
            "entry_id": entry, "legal_entity": entity, "functional_currency": ENTITIES[entity],
            "worker_id": f"W{rnd.randrange(9)}", "project_id": project,
            "work_date": work_date, "cost_rate_functional": Decimal(rnd.randrange(2000, 9999)) / 100,
            "bill_rate_usd": Decimal(rnd.randrange(9001, 25000)) / 100 if billable else 0,
        })  # fmt: skip
        known = work_date + timedelta(days=rnd.randrange(1, 15))
        hours = Decimal(rnd.randrange(1, 40)) / 4 + rnd.choice((0, Decimal("0.1")))
        versions = 1 + rnd.choice((0, 0, 1, 2))
        for version in range(1, versions + 1):
            state = rnd.choice(("approved",) * 6 + ("rejected", "submitted"))
            files["entry_versions"].append({
                "entry_id": entry, "version": version, "known_on": known, "state": state,
                "hours": hours, "project_id": project, "is_billable": billable,
            })  # fmt: skip
            if state == "approved" and rnd.random() < 0.8:
                post(rnd, files["erp_lines"], files["entry_versions"][-1], version, known)
            if rnd.random() < 0.4 and project != "internal":
                project = rnd.choice(PROJECTS[:3])
            hours = rnd.choice((hours, Decimal(rnd.randrange(1, 40)) / 4))
            known += timedelta(days=rnd.randrange(0, 9))
        if rnd.random() < 0.2:
            files["billed"].append(
                {"entry_id": entry, "invoice_id": f"I{number}", "known_on": known}
            )
    for number, project in enumerate(("A-1", "A-2", "B:7"), start=1):
        files["erp_lines"] += [
            line(f"manual:J{number}", "", project, Decimal("2.25"), date(2026, 5, 2)),
            line(f"p:GONE{number}:1", f"GONE{number}", project, Decimal(3), date(2026, 5, 3)),
        ]
    files["fx_rates"] = [
        {"from_currency": "EUR", "to_currency": "USD", "rate": "1.0837"},
        {"from_currency": "USD", "to_currency": "GBP", "rate": "0.790345"},
        {"from_currency": "USD", "to_currency": "INR", "rate": "83.4127"},
    ]
    rnd.shuffle(files["entry_versions"])
    rnd.shuffle(files["erp_lines"])
    return files


def line(external_id: str, entry: str, project: str, hours: Decimal, known: date) -> dict:
    return {
        "external_id": external_id, "entry_id": entry, "project_id": project, "hours": hours,
        "known_on": known, "accounting_period": f"{known:%Y-%m}",
    }  # fmt: skip


def post(rnd: random.Random, lines: list[dict], row: dict, version: int, known: date) -> None:
    entry, project, hours = row["entry_id"], row["project_id"], row["hours"]
    key = f"p:{entry}:{version}"
    known += timedelta(days=rnd.randrange(1, 4))
    lines.append(line(key, entry, project, hours, known))
    kind = rnd.random()
    if kind < 0.08:
        lines.append(line(key + "#dup", entry, project, hours, known))
    elif kind < 0.14:  # the same external id twice
        lines.append(line(key, entry, project, hours, known + timedelta(days=1)))
    elif kind < 0.4:
        lines.append(line("r:" + key, entry, project, -hours, known + timedelta(days=2)))


def calculate(files: dict[str, list[dict]], cut: date) -> dict:
    """Every figure by walking the records: (entity, measure) -> hours, bill value, cost."""
    entries = {row["entry_id"]: row for row in files["entries"]}
    newest: dict[str, dict] = {}
    flags: dict[str, dict[int, bool]] = defaultdict(dict)
    for row in files["entry_versions"]:
        flags[row["entry_id"]][row["version"]] = row["is_billable"]
        old = newest.get(row["entry_id"])
        if row["known_on"] <= cut and (old is None or row["version"] > old["version"]):
            newest[row["entry_id"]] = row
    effective = {key: row for key, row in newest.items() if row["state"] == "approved"}
    billed = {row["entry_id"] for row in files["billed"] if row["known_on"] <= cut}
    figures: dict = defaultdict(lambda: [Decimal(0)] * 3)

    def add(entity: str, measure: str, values: list[Decimal]) -> None:
        figures[entity, measure] = [
            a + b for a, b in zip(figures[entity, measure], values, strict=True)
        ]

    def value(entry: str, hours: Decimal, billable: bool) -> list[Decimal]:
        rates = entries[entry]
        bill = cents(hours * Decimal(rates["bill_rate_usd"])) if billable else Decimal(0)
        return [hours, bill, cents(hours * Decimal(rates["cost_rate_functional"]))]

    lines = [row for row in files["erp_lines"] if row["known_on"] <= cut]
    lines.sort(key=lambda row: (row["known_on"], row["external_id"]))
    groups: dict[tuple[str, int, bool], int] = defaultdict(int)
    matched: dict[str, list[tuple[dict, list[Decimal], int]]] = defaultdict(list)
    reversed_keys = {row["external_id"][2:] for row in lines if row["external_id"][:2] == "r:"}
    for row in lines:
        body = row["external_id"].removeprefix("r:")
        entry = row["entry_id"]
        if entry not in newest:
            seller = selling_entry(files, row["project_id"])
            values = [row["hours"], cents(row["hours"] * seller["bill_rate_usd"]), Decimal(0)]
            add(seller["legal_entity"], "P posted", values)
            add(seller["legal_entity"], "O orphan", values)
            continue
        version = int(body.removeprefix(f"p:{entry}:").split("#")[0])
        values = value(entry, row["hours"], flags[entry][version])
        entity = entries[entry]["legal_entity"]
        add(entity, "P posted", values)
        groups[entry, version, row["hours"] < 0] += 1
        if groups[entry, version, row["hours"] < 0] > 1:
            add(entity, "D duplicate", values)
            continue
        matched[entry].append((row, values, version))
        chargeable = row["hours"] > 0 and body not in reversed_keys and values[1] != 0
        if chargeable and entry not in billed:
            add(entity, "W posted_not_billed", values)
    for entry in newest:
        entity = entries[entry]["legal_entity"]
        approved = effective.get(entry)
        nothing = [Decimal(0)] * 3
        wanted = value(entry, approved["hours"], approved["is_billable"]) if approved else nothing
        if approved:
            add(entity, "A approved", wanted)
        if approved and not matched[entry]:
            add(entity, "1 approved_not_posted", wanted)
        if matched[entry]:
            gaps: dict[tuple, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
            if approved:
                gaps[approved["project_id"], approved["is_billable"]] = wanted
            for row, values, version in matched[entry]:
                where = row["project_id"], flags[entry][version]
                gaps[where] = [a - b for a, b in zip(gaps[where], values, strict=True)]
            for gap in gaps.values():
                add(
                    entity, "2 adjusted_not_reclassified.to_post", [max(g, Decimal(0)) for g in gap]
                )
                add(
                    entity,
                    "3 adjusted_not_reclassified.to_reverse",
                    [max(-g, Decimal(0)) for g in gap],
                )
    return {key: tuple(values) for key, values in figures.items() if any(values)}


def selling_entry(files: dict[str, list[dict]], project: str) -> dict:
    """The rule for orphans: first entry in contract currency, else first entry of the project."""
    on_project = {
        row["entry_id"] for row in files["entry_versions"] if row["project_id"] == project
    }
    rows = sorted(
        (row for row in files["entries"] if row["entry_id"] in on_project),
        key=lambda row: (row["functional_currency"] != "USD", row["entry_id"]),
    )
    return rows[0]


@pytest.fixture(scope="module")
def generated(tmp_path_factory, open_close):
    files = generate()
    folder: Path = tmp_path_factory.mktemp("exported")
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, header.split(","))
            writer.writeheader()
            writer.writerows(files[name])
    run = open_close(folder)
    assert set(run.extract().values()) == {0}
    return files, run.compute(CUT)


def test_marts_of_another_folder_equal_the_independent_calculation(generated, figures_of):
    files, query = generated
    expected = calculate(files, date.fromisoformat(CUT))
    assert len(expected) > 20
    assert figures_of(query) == expected


def test_the_identity_ties_for_the_other_folder_too(generated):
    _, query = generated
    assert query("select * from reconciliation.rec_tie_out_identities where not is_tied") == []
