"""Master data of the sample firm as the emulated NetSuite shows it.

Here: one loader per kind of record: currencies, subsidiaries, accounts, employees, customers, jobs,
accounting periods, currency rates. They are written as a whole whenever anything changed.

Not here: posted lines (`netsuite_ledger`), invoices (`netsuite_invoices`).

Assumed beyond the documented facts: a subsidiary's external id is the firm's legal entity id; an
employee's entity id is the HR employee number; a leaver keeps an active employee record with a
release date; an accounting period is closed when every subsidiary closed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tieout.sandbox.firm.firm import FirmState
from tieout.sandbox.vendors.netsuite_store import Store

SYSTEM: Final = "netsuite"


def load(store: Store, state: FirmState) -> None:
    """Currencies, subsidiaries, accounts, people, clients, projects, periods and rates."""
    currency_ids = {row.code: int(row.netsuite_currency_id) for row in state.currencies}
    store.put("currency", _currencies(state))
    store.put("subsidiary", _subsidiaries(state, currency_ids))
    store.put("account", _accounts(state))
    store.put("employee", _employees(state))
    store.put("customer", _customers(state, currency_ids))
    store.put("job", _jobs(state, currency_ids))
    store.put("accountingperiod", _periods(state))
    store.put("currencyrate", _rates(state, currency_ids))
    for table, kept in _shown_ids(state).items():
        held = {int(row["id"]) for row in store.rows(f'select id from "{table}"')}
        for key in sorted(held - kept):
            store.execute(f'delete from "{table}" where id = ?', (key,))


def _shown_ids(state: FirmState) -> dict[str, set[int]]:
    """Internal ids that exist now, per table of which records can be deleted."""
    return {
        "employee": {int(row.netsuite_employee_id) for row in _with(state.workers, "employee")},
        "customer": {int(row.netsuite_customer_id) for row in _with(state.clients, "customer")},
        "job": {int(row.netsuite_job_id) for row in _with(state.projects, "job")},
        "currencyrate": {int(row.netsuite_rate_id) for row in state.fx_rates},
    }


def _with(records: Iterable[Any], kind: str) -> list[Any]:
    """The records NetSuite knows: those with its internal id of that kind."""
    return [row for row in records if getattr(row, f"netsuite_{kind}_id") is not None]


def subsidiary_of(state: FirmState, legal_entity_id: str) -> int | None:
    """Internal id of a legal entity's subsidiary; None for an entity that is not in NetSuite."""
    entity = state.entity.get(legal_entity_id)
    key = entity.netsuite_subsidiary_id if entity else None
    return None if key is None else int(key)


def _currencies(state: FirmState) -> Sequence[Mapping[str, Any]]:
    return [
        {"id": int(row.netsuite_currency_id), "symbol": row.code, "name": row.name,
         "isinactive": False}
        for row in state.currencies
    ]  # fmt: skip


def _subsidiaries(state: FirmState, currency_ids: Mapping[str, int]) -> Sequence[Mapping[str, Any]]:
    born = min((row.created_at for row in state.workers), default=state.clock)
    return [
        {
            "id": int(row.netsuite_subsidiary_id), "name": row.name,
            "externalid": row.legal_entity_id, "country": row.country_code,
            "currency": currency_ids[row.functional_currency_code], "iselimination": False,
            "isinactive": False, "lastmodifieddate": born,
        }
        for row in state.entities
        if row.netsuite_subsidiary_id is not None
    ]  # fmt: skip


def _accounts(state: FirmState) -> Sequence[Mapping[str, Any]]:
    born = min((row.created_at for row in state.workers), default=state.clock)
    return [
        {
            "id": int(row.netsuite_account_id), "acctnumber": row.account_code,
            "fullname": row.name, "accttype": row.account_type, "isinactive": False,
            "istaxrequired": False, "lastmodifieddate": born,
        }
        for row in state.accounts
        if row.erp_system == SYSTEM and row.netsuite_account_id is not None
    ]  # fmt: skip


def _employees(state: FirmState) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "id": int(row.netsuite_employee_id), "entityid": row.worker_id,
            "externalid": row.worker_id, "firstname": row.first_name, "lastname": row.last_name,
            "email": row.email, "title": row.job_title, "hiredate": row.hired_date,
            "releasedate": row.terminated_date,
            "employeetype": "Contractor" if row.worker_type == "contractor" else "Regular Employee",
            "subsidiary": subsidiary_of(state, row.legal_entity_id), "isinactive": False,
            "lastmodifieddate": row.changed_at,
        }
        for row in _with(state.workers, "employee")
    ]  # fmt: skip


def _customers(state: FirmState, currency_ids: Mapping[str, int]) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "id": int(row.netsuite_customer_id), "entityid": row.client_id,
            "externalid": row.client_id, "companyname": row.name,
            "currency": currency_ids[row.currency_code],
            "subsidiary": subsidiary_of(state, row.legal_entity_id),
            "isinactive": not row.is_active, "lastmodifieddate": row.changed_at,
        }
        for row in _with(state.clients, "customer")
    ]  # fmt: skip


def _jobs(state: FirmState, currency_ids: Mapping[str, int]) -> Sequence[Mapping[str, Any]]:
    rows = []
    for row in _with(state.projects, "job"):
        client = state.client.get(row.client_id)
        customer = client.netsuite_customer_id if client else None
        rows.append(
            {
                "id": int(row.netsuite_job_id), "entityid": row.project_id,
                "externalid": row.project_id, "companyname": row.name,
                "customer": None if customer is None else int(customer),
                "currency": currency_ids[row.contract_currency_code],
                "subsidiary": subsidiary_of(state, row.legal_entity_id),
                "startdate": row.start_date, "projectedenddate": row.end_date,
                "jobbillingtype": row.billing_model, "isinactive": not row.is_active_netsuite,
                "lastmodifieddate": row.changed_at,
            }
        )  # fmt: skip
    return rows


def _periods(state: FirmState) -> Sequence[Mapping[str, Any]]:
    months: dict[str, list[Any]] = {}
    for row in state.periods:
        if row.erp_system == SYSTEM and row.netsuite_period_id is not None:
            months.setdefault(row.netsuite_period_id, []).append(row)
    rows = []
    for key, versions in months.items():
        first = versions[0]
        changed = max(row.changed_at for row in versions)
        closed = all(row.status == "closed" for row in versions)
        rows.append(
            {
                "id": int(key), "periodname": f"{first.start_date:%b %Y}",
                "startdate": first.start_date, "enddate": first.end_date, "closed": closed,
                "closedondate": changed if closed else None, "alllocked": closed,
                "aplocked": closed, "arlocked": closed, "payrolllocked": closed,
                "allownonglchanges": False, "isposting": True, "isadjust": False,
                "isquarter": False, "isyear": False, "lastmodifieddate": changed,
            }
        )  # fmt: skip
    return rows


def _rates(state: FirmState, currency_ids: Mapping[str, int]) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "id": int(row.netsuite_rate_id),
            "basecurrency": currency_ids[row.to_currency_code],
            "transactioncurrency": currency_ids[row.from_currency_code],
            "exchangerate": row.fx_rate, "effectivedate": row.rate_date,
            "lastmodifieddate": row.changed_at,
        }
        for row in state.fx_rates
    ]  # fmt: skip
