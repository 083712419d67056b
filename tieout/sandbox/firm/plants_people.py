"""Planted identity cases: one person or client under several ids.

Here: expectations on the identity dimensions and a second client record in NetSuite. People whose
records break posting are planted in `people.py` and expected in `plants_blocked.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieout.sandbox.firm.manifest import MASTER_DATA
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.themes import THEMES


def plant_identities(planter: Planter) -> None:
    """Plant every identity case."""
    _many_ids(planter)
    _duplicate_client(planter)
    _project_ids(planter)


def _many_ids(planter: Planter) -> None:
    theme = THEMES["one-worker-five-ids"]
    worker = planter.shop.workers[planter.cast.many_ids]
    ids = {
        "bamboohr": worker.bamboohr_id,
        "harvest_us": str(worker.harvest_user_id),
        "kantata": worker.kantata_user_id,
        "concur": worker.concur_login,
        "netsuite": worker.netsuite_employee_id,
    }
    for system, source_id in ids.items():
        planter.expect(
            theme,
            "dim_worker_identities",
            "source_worker_id",
            str(source_id),
            {"source_system": system, "worker_id": worker.worker_id},
        )
    planter.expect(
        theme,
        MASTER_DATA,
        "source_id",
        str(worker.harvest_user_id),
        {
            "entity_kind": "worker",
            "source_system": "harvest_us",
            "canonical_id": worker.worker_id,
            "reason_code": "FIELD_CONFLICT",
            "field": "email",
            "field_value": worker.harvest_email,
            "owner_system": "bamboohr",
            "owner_value": worker.email,
        },
    )


def _duplicate_client(planter: Planter) -> None:
    theme = THEMES["duplicate-client"]
    shop = planter.shop
    client = next(row for row in shop.rows["clients"] if row.client_id == "C-03")
    created = client.created_at + timedelta(days=30)
    copy = shop.add(
        "clients",
        replace(
            client,
            client_id="C-03-DUP",
            name="ALBION RETAIL GROUP.",
            changed_at=created,
            created_at=created,
            harvest_client_id=None,
            kantata_group_id=None,
            netsuite_customer_id=shop.text("netsuite_customer"),
            duplicate_of="C-03",
        ),
    )
    for row in (client, copy):
        planter.expect(
            theme,
            MASTER_DATA,
            "source_id",
            str(row.netsuite_customer_id),
            {
                "entity_kind": "client",
                "source_system": "netsuite",
                "reason_code": "CLIENT_DUPLICATE",
            },
        )


def _project_ids(planter: Planter) -> None:
    theme = THEMES["project-ids-differ"]
    project = planter.shop.projects["P-1001"]
    for system, source_id in (
        ("harvest_us", str(project.harvest_project_id)),
        ("kantata", project.kantata_workspace_id),
        ("netsuite", str(project.netsuite_job_id)),
    ):
        planter.expect(
            theme,
            "dim_project_identities",
            "source_project_id",
            source_id,
            {"source_system": system, "project_id": "P-1001"},
        )
