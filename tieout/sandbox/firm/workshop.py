"""The bench on which the firm is put together: collected versions, id counters, chance.

Here: `Workshop`, which only collects and counts. What is put on it: `people.py`, `contracts.py`,
`timesheets.py`, `expenses.py`, `history.py`, `billing.py` and the planted faults (`plants_*.py`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tieout.sandbox.firm.fx import FxTable
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.firm.manifest import PlantedFault
from tieout.sandbox.firm.master import Assignment, CostRate, Project, RateCard, Task, Worker
from tieout.sandbox.firm.timeline import Timeline

# First id of each series; the seed moves them so that two firms do not share ids.
_FIRST_ID = {
    "harvest_user": 3230500,
    "harvest_client": 5735700,
    "harvest_project": 14307900,
    "harvest_task": 8083300,
    "harvest_task_assignment": 155502700,
    "harvest_user_assignment": 125068500,
    "harvest_rate": 990100,
    "harvest_entry": 636700000,
    "kantata_user": 9572700,
    "kantata_group": 1450200,
    "kantata_workspace": 19092300,
    "kantata_story": 274141400,
    "kantata_assignment": 31405000,
    "kantata_rate": 771300,
    "kantata_entry": 562670000,
    "kantata_submission": 45052600,
    "bamboohr": 101,
    "netsuite_employee": 1201,
    "netsuite_customer": 3401,
    "netsuite_job": 5601,
    "netsuite_period": 301,
    "netsuite_rate": 7001,
    "netsuite_line": 50001,
    "netsuite_charge": 92001,
    "tryton_line": 1,
    "approval_event": 1,
    "concur_entry": 1,
    "concur_report": 1,
}
_SHIFT_MAX = 89


@dataclass
class Workshop:
    """Everything built so far.

    `rows` maps a kind of `firm.RECORD_KEYS` to its versions. `reserved` are (worker, day) pairs
    that planted time uses, so clean time stays away from them. `team` maps (project, worker) to
    the assignment, `projects_of` a worker to the codes of all of them; `lines_of` maps an entry id
    to its ERP lines.
    """

    seed: int
    timeline: Timeline
    fx: FxTable
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    faults: list[PlantedFault] = field(default_factory=list)
    reserved: set[tuple[str, date]] = field(default_factory=set)
    workers: dict[str, Worker] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    tasks: dict[str, list[Task]] = field(default_factory=lambda: defaultdict(list))
    projects_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    task_names: dict[str | None, str] = field(default_factory=dict)
    team: dict[tuple[str, str], Assignment] = field(default_factory=dict)
    cards: dict[tuple[str, str], list[RateCard]] = field(default_factory=lambda: defaultdict(list))
    costs: dict[str, list[CostRate]] = field(default_factory=lambda: defaultdict(list))
    lines_of: dict[str, list[ErpLine]] = field(default_factory=lambda: defaultdict(list))
    _next: dict[str, int] = field(default_factory=dict)

    def chance(self, *purpose: object) -> Random:
        """A random generator of its own for one purpose, so purposes do not disturb each other."""
        return Random(":".join(str(part) for part in (self.seed, *purpose)))

    def number(self, series: str) -> int:
        """The next id of a series; steps of 1 from a start that depends on the seed."""
        if series not in self._next:
            self._next[series] = _FIRST_ID[series] + self.seed % _SHIFT_MAX
        self._next[series] += 1
        return self._next[series]

    def text(self, series: str) -> str:
        """The next id of a series as text."""
        return str(self.number(series))

    def add(self, kind: str, row: Any) -> Any:
        """Put one version on the bench."""
        self.rows[kind].append(row)
        return row

    def people(self, legal_entity_id: str) -> list[Worker]:
        """The workers of one entity, in order of their number."""
        return [row for row in self.workers.values() if row.legal_entity_id == legal_entity_id]
