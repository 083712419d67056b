"""Writing the firm folder that points the product at the sandbox: firm.yml, crosswalks, secrets.

Here: files in the shape `tieout.config` reads. Secrets are written to files of mode 0600 and
referred to as `file:secrets/<name>`; none of them opens anything outside the sandbox. The worker
crosswalk names only those whom email and employee number cannot match, because that is what a
firm would keep by hand; clients, projects and accounts are mapped in full.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tieout.sandbox.firm.agreements import CONTRACTS, FILES, write_contract_files
from tieout.sandbox.firm.firm import FirmState, SandboxFirm
from tieout.sandbox.firm.people import private_login_of
from tieout.sandbox.firm.reference import (
    BAMBOOHR,
    CONCUR,
    HARVEST,
    INTEGRATION_START,
    KANTATA,
    NETSUITE,
    TRYTON,
)
from tieout.sandbox.vendors.base import TOKENS

_SECRET_MODE = 0o600
_CROSSWALK_HEADER = ("canonical_id", "source_system", "source_id")
_ACCOUNT_HEADER = ("legal_entity_id", "target", "purpose", "account_code")
# System id, vendor, roles, options.
_SYSTEMS: tuple[tuple[str, str, tuple[str, ...], dict[str, str]], ...] = (
    (HARVEST, "harvest", ("time",), {"hours": "rounded_hours"}),
    (KANTATA, "kantata", ("psa", "time"), {}),
    (BAMBOOHR, "bamboohr", ("hr",), {}),
    (CONCUR, "concur", ("expense",), {}),
    (NETSUITE, "netsuite", ("erp", "billing"), {}),
    (TRYTON, "tryton", ("erp",), {}),
)

_CONTRACT_SYSTEM = {
    "id": CONTRACTS,
    "vendor": "csv_tables",
    "roles": ["psa"],
    "options": {"path": FILES.as_posix()},
}


def write_firm_folder(
    firm: SandboxFirm,
    folder: Path,
    base_urls: Mapping[str, str],
    options: Mapping[str, Mapping[str, str | int | bool]] | None = None,
) -> None:
    """Write firm.yml, crosswalks/*.csv and secrets/* for a sample firm.

    Args:
        firm: the sample firm.
        folder: created if missing; files of the same name are replaced.
        base_urls: system id -> address; every system of the firm must be there.
        options: system id -> more options for that system.

    Raises:
        KeyError: if a system has no address.
    """
    for name in ("crosswalks", "secrets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write_secrets(folder / "secrets")
    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(firm_document(firm, base_urls, options or {}), text)
    (folder / "firm.yml").write_text(text.getvalue(), encoding="utf-8")
    write_contract_files(firm, folder)
    state = firm.at(firm.now)
    for name, header, rows in (
        ("worker", _CROSSWALK_HEADER, _worker_rows(firm, state)),
        ("client", _CROSSWALK_HEADER, _client_rows(state)),
        ("project", _CROSSWALK_HEADER, _project_rows(state)),
        ("legal_entity", _CROSSWALK_HEADER, _entity_rows(firm)),
        ("account", _ACCOUNT_HEADER, _account_rows(firm)),
    ):
        _write_csv(folder / "crosswalks" / f"{name}.csv", header, rows)


def firm_document(
    firm: SandboxFirm,
    base_urls: Mapping[str, str],
    options: Mapping[str, Mapping[str, str | int | bool]],
) -> dict[str, Any]:
    """The content of firm.yml as plain values."""
    return {
        "firm": {
            "id": firm.firm_id,
            "name": firm.name,
            "reporting_currency": firm.reporting_currency_code,
        },
        "entities": [
            {
                "id": entity.legal_entity_id,
                "name": entity.name,
                "country": entity.country_code,
                "functional_currency": entity.functional_currency_code,
                "time_zone": entity.time_zone,
                "calendar": "month",
            }
            for entity in firm.entities
        ],
        "systems": [*(_system(row, base_urls, options) for row in _SYSTEMS), _CONTRACT_SYSTEM],
        "ownership": {
            "worker": BAMBOOHR,
            "client": NETSUITE,
            "project": KANTATA,
            "project.budget_hours": CONTRACTS,
            "project.budget_amount_contract": CONTRACTS,
            "time_entry": [HARVEST, KANTATA],
            "expense": CONCUR,
        },
        "routing": [
            {
                "target": entity.erp_system,
                "when": {"legal_entity": entity.legal_entity_id},
                "from": date.fromisoformat(INTEGRATION_START),
                "mode": "api",
                "grain": "entry",
            }
            for entity in firm.entities
        ],
        "policies": {
            "rounding": "half_away_from_zero",
            "tolerance": "0.00",
            "late_entry": "next_open_period",
            "approved_to_posted_business_days": 1,
            "max_hours_per_day": "24",
        },
        "owners": {"PROJECT_INACTIVE": "project_accounting", "PERIOD_CLOSED": "controller"},
        "sandbox": {
            "seed": firm.seed,
            "size": firm.size,
            "months": firm.months,
            "last_month": firm.last_month,
            "now": firm.now.isoformat().replace("+00:00", "Z"),
        },
    }


def _system(
    row: tuple[str, str, tuple[str, ...], dict[str, str]],
    base_urls: Mapping[str, str],
    options: Mapping[str, Mapping[str, str | int | bool]],
) -> dict[str, Any]:
    """One system of firm.yml; its secrets are references to files."""
    system_id, vendor, roles, defaults = row
    return {
        "id": system_id,
        "vendor": vendor,
        "roles": list(roles),
        "base_url": base_urls[system_id],
        "secrets": {name: f"file:secrets/{vendor}_{name}" for name in TOKENS[vendor]},
        "options": {**defaults, **options.get(system_id, {})},
    }


def _write_secrets(folder: Path) -> None:
    for vendor, secrets in TOKENS.items():
        for name, value in secrets.items():
            path = folder / f"{vendor}_{name}"
            path.touch(mode=_SECRET_MODE)
            path.chmod(_SECRET_MODE)
            path.write_text(value + "\n", encoding="utf-8")


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _worker_rows(firm: SandboxFirm, state: FirmState) -> list[tuple[str, str, str]]:
    """Only the logins that do not match by themselves, without the one nobody wrote down."""
    unknown = private_login_of(firm.workers)
    return [
        (worker.worker_id, HARVEST, str(worker.harvest_user_id))
        for worker in state.workers
        if worker.harvest_email not in (None, worker.email) and worker.worker_id != unknown
    ]


def _client_rows(state: FirmState) -> list[tuple[str, str, str]]:
    return [
        (client.client_id, system, str(source_id))
        for client in state.clients
        if client.duplicate_of is None
        for system, source_id in (
            (HARVEST, client.harvest_client_id),
            (KANTATA, client.kantata_group_id),
            (NETSUITE, client.netsuite_customer_id),
        )
        if source_id is not None
    ]


def _project_rows(state: FirmState) -> list[tuple[str, str, str]]:
    return [
        (project.project_id, system, str(source_id))
        for project in state.projects
        for system, source_id in (
            (HARVEST, project.harvest_project_id),
            (KANTATA, project.kantata_workspace_id),
            (NETSUITE, project.netsuite_job_id),
        )
        if source_id is not None
    ]


def _entity_rows(firm: SandboxFirm) -> list[tuple[str, str, str]]:
    rows = [(row.legal_entity_id, BAMBOOHR, row.bamboohr_division) for row in firm.entities]
    rows += [(row.legal_entity_id, KANTATA, row.legal_entity_id) for row in firm.entities]
    rows += [
        (row.legal_entity_id, NETSUITE, row.netsuite_subsidiary_id)
        for row in firm.entities
        if row.netsuite_subsidiary_id is not None
    ]
    rows += [
        (row.legal_entity_id, TRYTON, row.legal_entity_id)
        for row in firm.entities
        if row.erp_system == TRYTON
    ]
    return rows


def _account_rows(firm: SandboxFirm) -> list[tuple[str, str, str, str]]:
    return [
        (row.legal_entity_id, row.target, row.purpose, row.account_code)
        for row in firm.account_mappings
    ]
