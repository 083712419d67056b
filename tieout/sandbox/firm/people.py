"""The people of the sample firm: workers, their ids in every system, dated cost rates.

Here: everybody, including the few whose records are wrong on purpose (their role is named in
`Cast`). Not here: what they work on (`contracts.py`) and when (`timesheets.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tieout.sandbox.firm.master import CostRate, Worker
from tieout.sandbox.firm.money import cents
from tieout.sandbox.firm.reference import (
    BILL_RATE_USD,
    COST_RATE,
    ENTITY,
    ENTITY_CYCLE,
    FIRST_NAMES,
    HARVEST,
    LAST_NAMES,
    TITLES,
    TRYTON,
)
from tieout.sandbox.firm.timeline import at_utc
from tieout.sandbox.firm.workshop import Workshop

WORKERS_MIN = 24
_RAISE = Decimal("1.035")
_CONTRACTOR_EVERY = 6
_RAISED_EVERY = 2
_PRIVATE_LOGIN = 5


@dataclass(frozen=True)
class Cast:
    """Who plays which part in the planted faults; everybody else is clean."""

    many_ids: str  # signs into Harvest with a private address; the crosswalk knows
    private_login: str  # the same, but nobody told the crosswalk; hired in the last month
    not_in_erp: str  # contractor hired in the last month, never set up in NetSuite
    left: str  # left in the middle of the last month
    cap_worker: str  # the only one on the capped project


def cast_of(shop: Workshop) -> Cast:
    """The parts, by position within each entity."""
    us_people, uk_people, in_people = (shop.people(code) for code in ("US01", "UK01", "IN01"))
    return Cast(
        many_ids=us_people[0].worker_id,
        private_login=in_people[_PRIVATE_LOGIN].worker_id,
        not_in_erp=us_people[9].worker_id,
        left=uk_people[7].worker_id,
        cap_worker=us_people[8].worker_id,
    )


def private_login_of(workers: Iterable[Worker]) -> str:
    """The worker whose private Harvest login the crosswalk does not know (see `Cast`)."""
    codes = dict.fromkeys(row.worker_id for row in workers if row.legal_entity_id == "IN01")
    return list(codes)[_PRIVATE_LOGIN]


def add_people(shop: Workshop, count: int) -> Cast:
    """Put `count` workers on the bench, at least 24, and return who plays which part.

    Raises:
        ValueError: if fewer than 24 are asked for: the planted faults need that many.
    """
    if count < WORKERS_MIN:
        raise ValueError(f"the sample firm needs at least {WORKERS_MIN} workers")
    managers: dict[str, str] = {}
    for number in range(1, count + 1):
        entity_id = ENTITY_CYCLE[(number - 1) % len(ENTITY_CYCLE)]
        worker = _worker(shop, number, entity_id, managers.get(entity_id))
        managers.setdefault(entity_id, worker.worker_id)
        shop.workers[worker.worker_id] = worker
    cast = cast_of(shop)
    _play_parts(shop, cast)
    for worker in shop.workers.values():
        _publish(shop, worker, cast)
    return cast


def _worker(shop: Workshop, number: int, entity_id: str, manager: str | None) -> Worker:
    chance = shop.chance("worker", number)
    first = FIRST_NAMES[(number * 7 + shop.seed) % len(FIRST_NAMES)]
    last = LAST_NAMES[(number + number // len(LAST_NAMES)) % len(LAST_NAMES)]
    level = chance.choices(range(len(TITLES)), weights=(3, 4, 3, 1))[0]
    email = f"{first}.{last}.{number}@meridian.example".lower()
    in_harvest = ENTITY[entity_id].time_system == HARVEST
    in_tryton = ENTITY[entity_id].erp_system == TRYTON
    contractor = number % _CONTRACTOR_EVERY == 0
    founded = shop.timeline.founded
    return Worker(
        worker_id=f"W-{number:04d}",
        changed_at=founded + timedelta(minutes=number),
        created_at=founded + timedelta(minutes=number),
        first_name=first,
        last_name=last,
        email=email,
        worker_type="contractor" if contractor else "employee",
        legal_entity_id=entity_id,
        job_title=TITLES[level],
        department="Consulting",
        hired_date=shop.timeline.first_day - timedelta(days=60 + chance.randint(0, 2000)),
        terminated_date=None,
        cost_rate=Decimal(COST_RATE[entity_id][level]),
        default_bill_rate=Decimal(BILL_RATE_USD[entity_id][level]),
        manager_worker_id=manager,
        bamboohr_id=shop.text("bamboohr"),
        harvest_user_id=shop.number("harvest_user") if in_harvest else None,
        harvest_email=email if in_harvest else None,
        kantata_user_id=shop.text("kantata_user"),
        concur_login=email,
        netsuite_employee_id=None if in_tryton else shop.text("netsuite_employee"),
        is_in_tryton=in_tryton,
    )


def _play_parts(shop: Workshop, cast: Cast) -> None:
    """Bend the records of the cast from the beginning on."""
    joined = date(shop.timeline.last.start.year, shop.timeline.last.start.month, 15)
    set_up = at_utc(joined - timedelta(days=5), 9)

    def change(worker_id: str, **fields: object) -> None:
        shop.workers[worker_id] = replace(shop.workers[worker_id], **fields)  # type: ignore[arg-type]

    def private(worker_id: str) -> str:
        worker = shop.workers[worker_id]
        return f"{worker.first_name}{worker.last_name}@mailbox.example".lower()

    hired = {"hired_date": joined, "created_at": set_up, "changed_at": set_up}
    change(cast.many_ids, harvest_email=private(cast.many_ids))
    change(cast.private_login, harvest_email=private(cast.private_login), **hired)
    change(cast.not_in_erp, worker_type="contractor", netsuite_employee_id=None, **hired)


def _publish(shop: Workshop, worker: Worker, cast: Cast) -> None:
    """Versions of one worker: set up, perhaps a raise in the second month, perhaps the end."""
    shop.add("workers", worker)
    raise_day = shop.timeline.periods[1].start
    number = int(worker.worker_id.removeprefix("W-"))
    first_end: date | None = None
    if number % _RAISED_EVERY == 0 and worker.hired_date < raise_day:
        first_end = raise_day - timedelta(days=1)
    _cost_rate(shop, worker, worker.cost_rate, worker.hired_date, first_end)
    if first_end is not None:
        decided = at_utc(raise_day - timedelta(days=7), 10)
        worker = replace(worker, cost_rate=cents(worker.cost_rate * _RAISE), changed_at=decided)
        _cost_rate(shop, worker, worker.cost_rate, raise_day, None)
        shop.add("workers", worker)
    if worker.worker_id == cast.left:
        last_day = shop.timeline.last.start + timedelta(days=11)
        ended = replace(worker, terminated_date=last_day, changed_at=at_utc(last_day, 17))
        shop.add("workers", ended)
        worker = ended
    shop.workers[worker.worker_id] = worker


def _cost_rate(
    shop: Workshop, worker: Worker, rate: Decimal, start: date, end: date | None
) -> None:
    row = CostRate(
        cost_rate_id=f"{worker.worker_id}/{start}",
        worker_id=worker.worker_id,
        currency_code=ENTITY[worker.legal_entity_id].functional_currency_code,
        cost_rate=rate,
        start_date=start,
        end_date=end,
        changed_at=worker.created_at,
        created_at=worker.created_at,
        harvest_rate_id=shop.number("harvest_rate") if worker.harvest_user_id else None,
        kantata_rate_id=shop.text("kantata_rate"),
    )
    shop.add("cost_rates", row)
    shop.costs[worker.worker_id].append(row)
