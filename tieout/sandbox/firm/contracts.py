"""What the sample firm sells: clients, projects, tasks, teams, dated bill rates, milestones.

Here: contracts and who is staffed on them. The projects whose state is wrong on purpose (closed
in the PSA, inactive or missing in an ERP) get their later versions in `plants_blocked.py`; the
cap of the capped project is set in `billing.py`, when its value is known.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tieout.sandbox.firm.master import Assignment, Client, Milestone, Project, RateCard, Task
from tieout.sandbox.firm.money import cents
from tieout.sandbox.firm.people import WORKERS_MIN, Cast
from tieout.sandbox.firm.reference import (
    CLIENTS,
    CONTRACTS,
    ENTITY_CYCLE,
    INTERNAL_PROJECT,
    PRICE_FACTOR,
    TASKS,
    ContractTemplate,
)
from tieout.sandbox.firm.workshop import Workshop

_RATE_STEP = Decimal("1.04")
_PER_PROJECT = 12
_CURRENCY_OF = {"US01": "USD", "UK01": "GBP", "IN01": "INR"}
_FEES = {"fixed_fee": Decimal("240000.00"), "retainer": Decimal("18000.00")}
_TEAM_SIZE = 2
HISTORY_TEAM = 3


def add_contracts(shop: Workshop, cast: Cast) -> list[ContractTemplate]:
    """Put clients, projects, tasks and teams on the bench.

    Returns:
        The contracts, the fixed ones first; larger firms have one more per twelve workers.
    """
    clients = list(CLIENTS)
    contracts = list(CONTRACTS)
    for number in range((len(shop.workers) - WORKERS_MIN) // _PER_PROJECT):
        entity_id = ENTITY_CYCLE[number % len(ENTITY_CYCLE)]
        currency = _CURRENCY_OF[entity_id]
        client = (f"C-{number + 100}", f"Client {number + 100}", currency, entity_id)
        clients.append(client)
        contracts.append(
            ContractTemplate(
                f"P-{number + 2000}",
                client[0],
                f"{client[1]} programme",
                "time_and_materials",
                currency,
                entity_id,
                (entity_id,),
            )
        )
    tasks = {code: shop.number("harvest_task") for code, _ in TASKS}
    for code, name, currency, entity_id in clients:
        _client(shop, code, name, currency, entity_id)
    for contract in contracts:
        _project(shop, contract)
        _tasks(shop, contract, tasks)
    _staff(shop, cast, contracts)
    return contracts


def _client(shop: Workshop, code: str, name: str, currency: str, entity_id: str) -> None:
    founded = shop.timeline.founded
    shop.add(
        "clients",
        Client(
            client_id=code,
            changed_at=founded,
            created_at=founded,
            name=name,
            currency_code=currency,
            legal_entity_id=entity_id,
            is_active=True,
            harvest_client_id=shop.number("harvest_client"),
            kantata_group_id=shop.text("kantata_group"),
            netsuite_customer_id=shop.text("netsuite_customer"),
        ),
    )


def _project(shop: Workshop, contract: ContractTemplate) -> None:
    founded = shop.timeline.founded
    manager = shop.people(contract.legal_entity_id)[0].worker_id
    project = Project(
        project_id=contract.project_id,
        changed_at=founded,
        created_at=founded,
        name=contract.name,
        client_id=contract.client_id,
        legal_entity_id=contract.legal_entity_id,
        billing_model=contract.billing_model,
        contract_currency_code=contract.currency,
        cap_amount=None,
        fee_amount=_FEES.get(contract.billing_model),
        is_billable=contract.billing_model != "internal",
        is_active=True,
        kantata_status="Active",
        start_date=shop.timeline.first_day - timedelta(days=30),
        end_date=None,
        manager_worker_id=manager,
        kantata_workspace_id=shop.text("kantata_workspace"),
        harvest_project_id=shop.number("harvest_project"),
        netsuite_job_id=shop.text("netsuite_job"),
        is_active_netsuite=True,
        is_in_tryton=True,
        is_active_tryton=True,
    )
    shop.projects[project.project_id] = shop.add("projects", project)
    if contract.billing_model == "fixed_fee":
        _milestones(shop, project)


def _tasks(shop: Workshop, contract: ContractTemplate, harvest_tasks: dict[str, int]) -> None:
    founded = shop.timeline.founded
    for code, name in TASKS:
        row = Task(
            task_id=f"{contract.project_id}/{code}",
            project_id=contract.project_id,
            changed_at=founded,
            created_at=founded,
            name=name,
            is_billable=contract.billing_model != "internal",
            harvest_task_id=harvest_tasks[code],
            harvest_task_assignment_id=shop.number("harvest_task_assignment"),
            kantata_story_id=shop.text("kantata_story"),
        )
        shop.tasks[contract.project_id].append(shop.add("tasks", row))
        shop.task_names[row.task_id] = name


def _milestones(shop: Workshop, project: Project) -> None:
    """One milestone per month: past months invoiced, the last month's one accepted."""
    assert project.fee_amount is not None
    share = cents(project.fee_amount / (len(shop.timeline.periods) + 1))
    for number, period in enumerate((*shop.timeline.periods, shop.timeline.last.next()), start=1):
        status = "invoiced" if period < shop.timeline.last else "accepted"
        shop.add(
            "milestones",
            Milestone(
                milestone_id=f"{project.project_id}/M{number}",
                project_id=project.project_id,
                name=f"Milestone {number}",
                due_date=period.end,
                amount=share,
                currency_code=project.contract_currency_code,
                status=status if period <= shop.timeline.last else "planned",
                changed_at=shop.timeline.founded,
                created_at=shop.timeline.founded,
                kantata_story_id=shop.text("kantata_story"),
            ),
        )


def _staff(shop: Workshop, cast: Cast, contracts: list[ContractTemplate]) -> None:
    """Two random contracts of the entity per worker, plus internal work; the fixed parts beside."""
    open_to: dict[str, list[str]] = {code: [] for code in _CURRENCY_OF}
    for contract in contracts:
        if contract.billing_model != "internal" and not contract.history_only:
            for entity_id in contract.staffed:
                open_to[entity_id].append(contract.project_id)
    for worker in shop.workers.values():
        if worker.worker_id == cast.cap_worker:
            chosen = ["P-1004"]
        else:
            chances = open_to[worker.legal_entity_id]
            chosen = shop.chance("team", worker.worker_id).sample(chances, _TEAM_SIZE)
        for project_id in (*chosen, INTERNAL_PROJECT):
            assign(shop, worker.worker_id, project_id)
    for contract in contracts:
        if contract.history_only:
            for worker in shop.people("US01")[1 : 1 + HISTORY_TEAM]:
                assign(shop, worker.worker_id, contract.project_id)


def assign(shop: Workshop, worker_id: str, project_id: str) -> Assignment:
    """Assign a worker to a project from its start on, with dated bill rates; once is enough."""
    held = shop.team.get((project_id, worker_id))
    if held is not None:
        return held
    worker, project = shop.workers[worker_id], shop.projects[project_id]
    since = max(project.start_date, worker.hired_date)
    set_up = max(shop.timeline.founded, worker.created_at)
    rate: Decimal | None = None
    if project.is_billable:
        factor = PRICE_FACTOR[project.contract_currency_code]
        rate = cents(worker.default_bill_rate * factor)
        step = shop.timeline.last.start
        raised = cents(rate * _RATE_STEP) if int(worker_id[2:]) % 3 == 0 else None
        _card(shop, worker_id, project, rate, since, None if raised is None else step)
        if raised is not None:
            _card(shop, worker_id, project, raised, step, None)
    row = Assignment(
        assignment_id=f"{worker_id}/{project_id}",
        changed_at=set_up,
        created_at=set_up,
        worker_id=worker_id,
        project_id=project_id,
        start_date=since,
        end_date=None,
        bill_rate=rate,
        is_active=True,
        harvest_user_assignment_id=(
            shop.number("harvest_user_assignment") if worker.harvest_user_id else None
        ),
        kantata_assignment_id=shop.text("kantata_assignment"),
    )
    shop.projects_of[worker_id].append(project_id)
    shop.team[project_id, worker_id] = shop.add("assignments", row)
    return row


def _card(
    shop: Workshop, worker_id: str, project: Project, rate: Decimal, start: date, until: date | None
) -> None:
    worker = shop.workers[worker_id]
    row = RateCard(
        rate_card_id=f"{worker_id}/{project.project_id}/{start}",
        project_id=project.project_id,
        worker_id=worker_id,
        currency_code=project.contract_currency_code,
        bill_rate=rate,
        start_date=start,
        end_date=None if until is None else until - timedelta(days=1),
        changed_at=shop.timeline.founded,
        created_at=shop.timeline.founded,
        harvest_rate_id=shop.number("harvest_rate") if worker.harvest_user_id else None,
        kantata_rate_id=shop.text("kantata_rate"),
    )
    shop.add("rate_cards", row)
    shop.cards[worker_id, project.project_id].append(row)
