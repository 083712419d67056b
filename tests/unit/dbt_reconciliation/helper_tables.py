"""Intermediate tables that the marts read besides the canonical ones, with their columns."""

from __future__ import annotations

HELPERS = {
    "intermediate.int_erp_lines_ranked": {"entry_id": "varchar", "orphan_class": "varchar"},
    "intermediate.int_line_shares": {"entry_id": "varchar"},
    "staging.stg_tieout__firms": {"firm_id": "varchar"},
    "intermediate.int_time_entries_unioned": {
        "source_system": "varchar", "source_record_id": "varchar", "source_version": "bigint",
        "known_at": "timestamp", "is_deleted": "boolean", "hours": "decimal(18, 4)",
    },
    "intermediate.int_accounting_dates": {
        "legal_entity_id": "varchar", "fact_date": "date", "work_period_end_date": "date",
    },
    "intermediate.int_entry_days": {
        "entry_id": "varchar", "entry_type": "varchar", "is_effective": "boolean",
        "target": "varchar", "legal_entity_id": "varchar", "worker_id": "varchar",
        "project_id": "varchar", "work_date": "date", "accounting_period_id": "varchar",
        "posting_accounting_date": "date", "posting_accounting_period_id": "varchar",
        "approved_at": "timestamp", "known_at": "timestamp", "hours": "decimal(18, 4)",
        "cost_amount_functional": "decimal(18, 4)", "functional_currency_code": "varchar",
        "bill_amount_contract": "decimal(18, 4)", "contract_currency_code": "varchar",
        "work_period_end_date": "date", "approved_date": "date", "as_of_date": "date",
        "is_approved_late": "boolean",
    },
    "intermediate.int_expense_taxes": {
        "entry_id": "varchar", "source_version": "bigint", "tax_rule_id": "varchar",
        "resolved_tax_code": "varchar",
    },
    "intermediate.int_rate_differences": {
        "rate_difference_id": "varchar", "entry_id": "varchar", "leg": "varchar",
        "difference_type": "varchar", "hours": "decimal(18, 4)", "rate_id": "varchar",
        "is_card_in_force": "boolean", "rate_before": "decimal(18, 6)",
        "currency_before": "varchar", "rate_after": "decimal(18, 6)", "currency_code": "varchar",
        "amount_before": "decimal(18, 4)", "amount_after": "decimal(18, 4)",
        "amount_impact": "decimal(18, 4)", "changed_at": "timestamp", "reason_code": "varchar",
    },
}  # fmt: skip
