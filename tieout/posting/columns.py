"""The shape of a posting line: the columns of `pst_time_postings` and `pst_expense_postings`.

Here: names and types, in order, of the contract that SQL writes and the posting step reads. Not
here: the models themselves (`dbt_project/models/posting`).
"""

from __future__ import annotations

import polars as pl

_TEXT = pl.String()
_HOURS = pl.Decimal(18, 4)
_AMOUNT = pl.Decimal(18, 4)
_RATE = pl.Decimal(18, 6)
_FX = pl.Decimal(18, 10)

POSTING_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": _TEXT,
    "target": _TEXT,
    "leg": _TEXT,
    "period_id": _TEXT,
    "entry_id": _TEXT,
    "entry_type": _TEXT,
    "source_system": _TEXT,
    "source_record_id": _TEXT,
    "source_version": pl.Int64(),
    "correlation_id": _TEXT,
    "legal_entity_id": _TEXT,
    "accounting_date": pl.Date(),
    "accounting_period_id": _TEXT,
    "is_late": pl.Boolean(),
    "work_date": pl.Date(),
    "worker_id": _TEXT,
    "worker_name": _TEXT,
    "erp_worker_id": _TEXT,
    "client_id": _TEXT,
    "project_id": _TEXT,
    "project_code": _TEXT,
    "erp_project_id": _TEXT,
    "task_name": _TEXT,
    "hours": _HOURS,
    "is_billable": pl.Boolean(),
    "cost_rate": _RATE,
    "cost_amount_functional": _AMOUNT,
    "functional_currency_code": _TEXT,
    "bill_rate": _RATE,
    "bill_amount_contract": _AMOUNT,
    "contract_currency_code": _TEXT,
    "bill_amount_functional": _AMOUNT,
    "fx_rate_contract_to_functional": _FX,
    "debit_account_code": _TEXT,
    "credit_account_code": _TEXT,
    "wip_account_code": _TEXT,
    "accrued_revenue_account_code": _TEXT,
    "approved_at": pl.Datetime("us"),
    "approval_status": _TEXT,
    "memo": _TEXT,
    "reverses_posting_key": _TEXT,
    "correction_group_id": _TEXT,
    "correction_kind": _TEXT,
}
"""Name -> type. A reversal has `reverses_posting_key`, the key of the line that it takes back, and
the figures of that line with the other sign. Both sides of a correction have `correction_group_id`
and `correction_kind` (`edit`, `move`, `rate` or `withdrawal`); on a first posting all three are
null."""

STREAMS: tuple[str, ...] = ("time", "expense")
