"""The firm's configuration as tables of schema `ops`, where dbt reads it.

Grain and columns stand at each table below. The tables are replaced before every build, so dbt
always sees the folder as it is now; they hold no secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb
import polars as pl

from tieout.config.calendars import fiscal_years
from tieout.config.firm import Firm
from tieout.domain.reasons import REASONS

Rows = Sequence[tuple[object, ...]]
_PRECISION = re.compile(r"\([0-9]+, [0-9]+\)")

CONFIGURATION_TABLES: dict[str, str] = {
    "firm": "firm_id varchar, firm_name varchar, reporting_currency_code varchar",
    "firm_entities": "legal_entity_id varchar, legal_entity_name varchar, country_code varchar,"
    " functional_currency_code varchar, time_zone varchar, calendar varchar",
    "firm_fiscal_years": "legal_entity_id varchar, fiscal_year integer, start_date date,"
    " week_count integer",
    "firm_systems": "source_system varchar, vendor varchar, role varchar",
    "firm_ownership": "entity varchar, field varchar, source_system varchar,"
    " legal_entity_id varchar, valid_from date, valid_to date",
    "firm_routing": "priority integer, target varchar, legal_entity_id varchar,"
    " entry_type varchar, client_id varchar, project_id varchar, contract_id varchar,"
    " service_line_code varchar, region_code varchar, tax_jurisdiction_code varchar,"
    " valid_from date, valid_to date,"
    " mode varchar, grain varchar",
    "firm_policies": "policy varchar, policy_value varchar",
    "firm_owners": "reason_code varchar, stage varchar, owner_role varchar, label varchar,"
    " sla_business_days integer, fix varchar",
    "crosswalk": "entity_kind varchar, canonical_id varchar, source_system varchar,"
    " source_id varchar",
    "crosswalk_accounts": "legal_entity_id varchar, target varchar, purpose varchar,"
    " account_code varchar",
}

LEDGER_TABLES: dict[str, str] = {
    "planned_lines": "posting_key varchar, entry_id varchar, target varchar, state varchar,"
    " planned_at timestamp, leg varchar, period_id varchar, entry_type varchar,"
    " source_system varchar, source_record_id varchar, source_version bigint,"
    " correlation_id varchar, legal_entity_id varchar, accounting_date date,"
    " work_date date, worker_id varchar, erp_worker_id varchar, client_id varchar,"
    " project_id varchar, erp_project_id varchar, task_name varchar,"
    " hours decimal(18, 4), is_billable boolean, cost_rate decimal(18, 6),"
    " cost_amount_functional decimal(18, 4), functional_currency_code varchar,"
    " bill_rate decimal(18, 6), bill_amount_contract decimal(18, 4),"
    " contract_currency_code varchar, bill_amount_functional decimal(18, 4),"
    " fx_rate_contract_to_functional decimal(18, 10), debit_account_code varchar,"
    " credit_account_code varchar, wip_account_code varchar,"
    " accrued_revenue_account_code varchar, approved_at timestamp,"
    " approval_status varchar, memo varchar",
    "posting_lines": "posting_key varchar, target varchar, batch_id varchar, entry_id varchar,"
    " source_system varchar, source_record_id varchar, source_version bigint, leg varchar,"
    " attempt bigint, state varchar, erp_id varchar, reason_code varchar, message varchar,"
    " accounting_date date, amount decimal(18, 4), currency_code varchar, hours decimal(18, 4),"
    " planned_at timestamp, sent_at timestamp, acked_at timestamp, proven_at timestamp,"
    " is_proven boolean, proof_difference varchar, reverses_posting_key varchar,"
    " correction_group_id varchar, correction_kind varchar",
    "posting_manifest": "posting_key varchar, entry_id varchar, source_version bigint,"
    " hours decimal(18, 4), cost_amount_functional decimal(18, 4),"
    " bill_amount_contract decimal(18, 4)",
    "posting_batches": "batch_id varchar, target varchar, period_id varchar, state varchar,"
    " line_count bigint, control_hours decimal(18, 4), control_amount decimal(18, 4),"
    " file_names varchar, sha256 varchar, gate_passed boolean, gate_evaluated bigint,"
    " gate_quarantined bigint, created_at timestamp, sealed_at timestamp, finished_at timestamp,"
    " planned_by varchar, release_status varchar, released_by varchar, released_at timestamp,"
    " release_reason varchar",
    "posting_batch_states": "batch_id varchar, legal_entity_id varchar, period_id varchar,"
    " state varchar, currency_code varchar, line_count bigint, hours decimal(18, 4),"
    " amount decimal(18, 4), created_at timestamp",
    "gate_findings": "batch_id varchar, posting_key varchar, rule varchar, reason_code varchar,"
    " detail varchar, severity varchar, found_at timestamp",
    "reversal_requests": "posting_key varchar, target varchar, batch_id varchar,"
    " entry_id varchar, requested_by varchar, reason varchar, requested_at timestamp",
    "extractions": "extraction_id varchar, source_system varchar, table_name varchar,"
    " started_at timestamp, finished_at timestamp, outcome varchar, error varchar,"
    " extracted bigint, landed bigint, deleted bigint, quarantined bigint,"
    " requests bigint, retries bigint",
    "close_balances": "period_id varchar, as_of_at timestamp, rollforward varchar,"
    " component varchar, legal_entity_id varchar, measure varchar, currency_code varchar,"
    " closing_amount decimal(18, 4), drafted_at timestamp",
    "close_items": "period_id varchar, as_of_at timestamp, rollforward varchar, item_id varchar,"
    " item_version bigint, legal_entity_id varchar, measure varchar, currency_code varchar,"
    " closing_amount decimal(18, 4), drafted_at timestamp",
    "close_reports": "period_id varchar, as_of_at timestamp, report varchar, row_count bigint,"
    " fingerprint varchar, drafted_at timestamp",
    "quarantine": "source_system varchar, table_name varchar, source_record_id varchar,"
    " reason_code varchar, detail varchar, amount decimal(18, 4), known_at timestamp",
}

ADDED_COLUMNS = (
    ("posting_lines", "attempt bigint"),
    ("posting_batches", "planned_by varchar"),
    ("posting_batches", "release_status varchar"),
    ("posting_batches", "released_by varchar"),
    ("posting_batches", "released_at timestamp"),
    ("posting_batches", "release_reason varchar"),
    ("posting_lines", "reverses_posting_key varchar"),
    ("posting_lines", "correction_group_id varchar"),
    ("posting_lines", "correction_kind varchar"),
)
"""Columns that a warehouse of an earlier release lacks until its ledger is exported again."""


def _rows(firm: Firm) -> dict[str, Rows]:
    identity = firm.firm
    crosswalks = firm.crosswalks
    owners = [
        (
            r.code,
            r.stage,
            firm.owners.get(r.code, r.owner_role),
            r.label,
            r.sla_business_days,
            r.fix,
        )
        for r in REASONS.values()
    ]
    return {
        "firm": [(identity.id, identity.name, identity.reporting_currency)],
        "firm_entities": [
            (
                e.id, e.name, e.country, e.functional_currency, e.time_zone,
                e.calendar if isinstance(e.calendar, str) else e.calendar.kind,
            )
            for e in firm.entities
        ],
        "firm_fiscal_years": [
            (e.id, year.year, year.start, year.week_count)
            for e in firm.entities
            if not isinstance(e.calendar, str)
            for year in fiscal_years(e.calendar)
        ],
        "firm_systems": [(s.id, s.vendor, role) for s in firm.systems for role in s.roles],
        "firm_ownership": [
            (o.entity, o.field, o.system, o.legal_entity, o.valid_from, o.valid_to)
            for o in firm.ownerships
        ],
        "firm_routing": [
            (
                number, r.target, r.when.legal_entity, r.when.entry_type, r.when.client,
                r.when.project, r.when.contract, r.when.service_line, r.when.region,
                r.when.tax_jurisdiction,
                r.valid_from, r.valid_to, r.mode, r.grain,
            )
            for number, r in enumerate(firm.routing, start=1)
        ],
        "firm_policies": [(k, str(v)) for k, v in firm.policies.model_dump().items()],
        "firm_owners": owners,
        "crosswalk": [
            (kind, *row)
            for kind, table in crosswalks.items()
            if kind != "account"
            for row in table.iter_rows()
        ],
        "crosswalk_accounts": (
            list(crosswalks["account"].iter_rows()) if "account" in crosswalks else []
        ),
    }  # fmt: skip


def write_configuration(connection: duckdb.DuckDBPyConnection, firm: Firm) -> None:
    """Replace the configuration tables of `ops`; make the ledger tables if they are missing."""
    connection.execute("create schema if not exists ops")
    rows = _rows(firm)
    connection.execute("begin")
    for name, columns in CONFIGURATION_TABLES.items():
        connection.execute(f"create or replace table ops.{name} ({columns})")
        _insert(connection, name, rows[name])
    for name, columns in LEDGER_TABLES.items():
        connection.execute(f"create table if not exists ops.{name} ({columns})")
    for table, column in ADDED_COLUMNS:
        connection.execute(f"alter table ops.{table} add column if not exists {column}")
    connection.execute("commit")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    """Insert rows by column: one Arrow hand-over, whatever their number."""
    if not rows:
        return
    frame = pl.DataFrame(list(rows), orient="row", infer_schema_length=None)  # noqa: F841 - read by name
    connection.execute(f"insert into ops.{name} select * from frame")


def replace_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Replace one ledger table of `ops` by a frame with exactly its columns.

    Raises:
        duckdb.Error: if a column is missing or a value does not fit its type.
    """
    columns = LEDGER_TABLES[name]
    names = [part.split()[0] for part in _PRECISION.sub("", columns).split(", ")]
    connection.execute("create schema if not exists ops")
    connection.execute(f"create or replace table ops.{name} ({columns})")
    if frame.height:
        connection.execute(f"insert into ops.{name} select {', '.join(names)} from frame")
