"""Planted lines that should not be in an ERP: orphans of every class.

Here: manual journals, lines of unknown entries, lines of another integration, a reversal whose
original is gone, and a foreign line that names its entry in the memo and therefore matches. Lines
posted twice are in `plants_duplicates.py`. Amounts in the orphan and duplicate marts are the bill
value unless that is 0.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tieout.domain.keys import reversal_key
from tieout.domain.period import Period
from tieout.sandbox.firm.entries import revise
from tieout.sandbox.firm.history import (
    build_line,
    keep,
    key_of,
    next_line_id,
)
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.firm.manifest import ANP, ANR, ORPHANS
from tieout.sandbox.firm.money import ZERO
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.posted import posted
from tieout.sandbox.firm.reference import ENTITY
from tieout.sandbox.firm.themes import THEMES
from tieout.sandbox.firm.timeline import at_utc, nightly_run

_FOREIGN_USER = "ts2ns@vendor.example"
_ADJUSTMENTS = "6900"


def plant_ledger(planter: Planter) -> None:
    """Plant every wrong line."""
    for plant in (
        _manual_journals,
        _unknown_source,
        _foreign,
        _memo_reference,
        _lonely_reversal,
    ):
        plant(planter)


def line_figures(line: ErpLine, kind: str) -> dict[str, Any]:
    """The columns of the orphan and duplicate marts for one line."""
    has_bill = line.bill_amount != 0
    return {
        "erp_system": line.erp_system,
        "class": kind,
        "amount": line.bill_amount if has_bill else line.cost_amount,
        "currency_code": line.contract_currency_code if has_bill else line.functional_currency_code,
        "legal_entity_id": line.legal_entity_id,
        "hours": line.hours,
        "cost_amount_functional": line.cost_amount,
        "bill_amount_contract": line.bill_amount,
    }


def _manual_journals(planter: Planter) -> None:
    theme = THEMES["manual-journal"]
    shop = planter.shop
    day = shop.timeline.last.start + timedelta(days=24)
    for entity_id, amount, memo in (
        ("US01", "1250.00", "Accrual true-up"),
        ("UK01", "480.00", "Reclass per controller"),
    ):
        erp = ENTITY[entity_id].erp_system
        is_netsuite = ENTITY[entity_id].netsuite_subsidiary_id is not None
        line = keep(
            shop,
            ErpLine(
                erp_system=erp,
                erp_line_id=next_line_id(shop, erp),
                record_type="journal_entry" if is_netsuite else "account_move",
                external_id=None,
                changed_at=at_utc(day, 16),
                created_at=at_utc(day, 16),
                memo=memo,
                legal_entity_id=entity_id,
                worker_id=None,
                project_id=None,
                task_name=None,
                work_date=None,
                accounting_date=day,
                accounting_period_id=Period.of(day).id,
                is_posted=True,
                is_billable=False,
                hours=Decimal(0),
                cost_amount=Decimal(amount),
                functional_currency_code=ENTITY[entity_id].functional_currency_code,
                bill_rate=None,
                bill_amount=ZERO,
                contract_currency_code=None,
                bill_amount_functional=ZERO,
                debit_account_code="5100",
                credit_account_code=_ADJUSTMENTS,
                wip_account_code=None,
                accrued_revenue_account_code=None,
                created_by="controller@meridian.example",
            ),
        )
        # NetSuite numbers time bills and transactions apart, so the line's id names its record;
        # Tryton numbers its own moves, so its journal is found by ERP and class.
        line_id = f"journalEntry:{line.erp_line_id}"
        key = ("erp_line_id", line_id) if is_netsuite else ("erp_system", erp)
        planter.expect(theme, ORPHANS, *key, line_figures(line, "manual_journal"))


def _unknown_source(planter: Planter) -> None:
    theme = THEMES["unknown-source"]
    gone_at = at_utc(planter.shop.timeline.last.start + timedelta(days=19), 9)
    for worker, project_id in ((planter.us(7), "P-1001"), (planter.uk(6), "P-1013")):
        case = posted(planter, worker, project_id, 9)
        revise(planter.shop, case.version, gone_at, is_deleted=True)
        planter.expect(
            theme,
            ORPHANS,
            "external_id",
            str(case.line.external_id),
            line_figures(case.line, "unknown_source"),
        )


def _foreign(planter: Planter) -> None:
    theme = THEMES["foreign-integration"]
    shop, worker = planter.shop, planter.us(1)
    case = posted(planter, worker, "P-1001", 10)
    line = keep(
        shop,
        replace(
            case.line,
            erp_line_id=next_line_id(shop, case.line.erp_system),
            external_id="TS2NS-88213",
            memo="Imported by TS2NS",
            created_by=_FOREIGN_USER,
            hours=Decimal(2),
            cost_amount=Decimal("190.00"),
            bill_amount=Decimal("400.00"),
            bill_rate=Decimal("200.00"),
            bill_amount_functional=Decimal("400.00"),
            entry_id=None,
        ),
    )
    planter.held_back.add(line.erp_line_id)
    planter.expect(
        theme, ORPHANS, "external_id", "TS2NS-88213", line_figures(line, "foreign_integration")
    )


def _memo_reference(planter: Planter) -> None:
    theme = THEMES["foreign-line-with-reference"]
    worker = planter.india(3)
    version = planter.entry(worker, "P-1007", planter.day(worker, 11))
    assert version.approved_at is not None
    line = build_line(planter.shop, version, nightly_run(version.approved_at), "TS2NS-90001")
    keep(
        planter.shop,
        replace(
            line,
            memo=f"src={version.entry_id}",
            source_record_ref=version.entry_id,
            created_by=_FOREIGN_USER,
        ),
    )
    planter.absent(theme, ANP, "entry_id", version.entry_id)
    planter.absent(theme, ANR, "entry_id", version.entry_id)
    planter.absent(theme, ORPHANS, "external_id", "TS2NS-90001")


def _lonely_reversal(planter: Planter) -> None:
    theme = THEMES["reversal-without-original"]
    shop, worker = planter.shop, planter.us(2)
    version = planter.entry(worker, "P-1001", planter.day(worker, 11), "4")
    assert version.approved_at is not None
    original = build_line(shop, version, nightly_run(version.approved_at))
    line = keep(
        shop,
        replace(
            original,
            erp_line_id=next_line_id(shop, original.erp_system),
            external_id=reversal_key(key_of(shop, version)),
            hours=-original.hours,
            cost_amount=-original.cost_amount,
            bill_amount=-original.bill_amount,
            bill_amount_functional=-original.bill_amount_functional,
        ),
    )
    revise(
        shop,
        version,
        version.approved_at + timedelta(hours=20),
        approval_status="draft",
        submitted_at=None,
        approved_at=None,
        approver_worker_id=None,
    )
    planter.expect(
        theme,
        ORPHANS,
        "external_id",
        str(line.external_id),
        line_figures(line, "reversal_without_original"),
    )
    planter.absent(theme, ANP, "entry_id", version.entry_id)
    planter.absent(theme, ANR, "entry_id", version.entry_id)
