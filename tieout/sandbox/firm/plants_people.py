"""Planted identity cases: one person or client under several ids.

Here: expectations on the identity dimensions and a second client record in NetSuite. People whose
records break posting are planted in `people.py` and expected in `plants_blocked.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieout.sandbox.firm.planting import Planter, Theme


def plant_identities(planter: Planter) -> None:
    """Plant every identity case."""
    _many_ids(planter)
    _duplicate_client(planter)
    _project_ids(planter)


def _many_ids(planter: Planter) -> None:
    theme = Theme("one-worker-five-ids", ("SCN-18", "SCN-30"), ("FAIL-01",),
                  "One consultant has five different ids and a private Harvest login; all lead to "
                  "one worker.")  # fmt: skip
    worker = planter.shop.workers[planter.cast.many_ids]
    ids = {
        "bamboohr": worker.bamboohr_id,
        "harvest_us": str(worker.harvest_user_id),
        "kantata": worker.kantata_user_id,
        "concur": worker.concur_login,
        "netsuite": worker.netsuite_employee_id,
    }
    for system, source_id in ids.items():
        planter.expect(theme, "dim_worker_identities", "source_worker_id", str(source_id),
                       {"source_system": system, "worker_id": worker.worker_id})  # fmt: skip


def _duplicate_client(planter: Planter) -> None:
    theme = Theme("duplicate-client", ("SCN-30",), ("FAIL-08",),
                  "NetSuite has the same client twice; no crosswalk row names the second.")  # fmt: skip
    shop = planter.shop
    client = next(row for row in shop.rows["clients"] if row.client_id == "C-03")
    created = client.created_at + timedelta(days=30)
    copy = shop.add("clients", replace(
        client,
        client_id="C-03-DUP",
        name="Albion Retail Grp",
        changed_at=created,
        created_at=created,
        harvest_client_id=None,
        kantata_group_id=None,
        netsuite_customer_id=shop.text("netsuite_customer"),
        duplicate_of="C-03",
    ))  # fmt: skip
    planter.expect(theme, "dim_client_identities", "source_client_id",
                   str(copy.netsuite_customer_id), {"source_system": "netsuite"})  # fmt: skip


def _project_ids(planter: Planter) -> None:
    theme = Theme("project-ids-differ", ("SCN-30",), ("FAIL-06",),
                  "Every system has its own id for the project; all lead to one code.")  # fmt: skip
    project = planter.shop.projects["P-1001"]
    for system, source_id in (
        ("harvest_us", str(project.harvest_project_id)),
        ("kantata", project.kantata_workspace_id),
        ("netsuite", str(project.netsuite_job_id)),
    ):
        planter.expect(theme, "dim_project_identities", "source_project_id", source_id,
                       {"source_system": system, "project_id": "P-1001"})  # fmt: skip
