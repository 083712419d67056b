"""One simulated installation: everything in it follows from one integer.

Here: the firm, its ERPs, the ledger file, the run of a close with crashes and other workers at
fault points, and the restart of a process. Not here: which things happen in which order
(`tests.simulation.schedule`) and what must hold (`tests.simulation.auditor`).
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from pathlib import Path
from unittest.mock import patch

import polars as pl

from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.crashing import Crash, MortalLedger
from tests.nasty.posting_kit import CsvWriter, SmallFirm, SmallHome, open_gate
from tests.simulation.auditor import Auditor, Plan, Violation
from tests.simulation.books import KINDS, SimErp
from tests.simulation.firm import JULY, JUNE, Firm
from tests.simulation.history import History
from tests.simulation.inputs import PlanReader, inputs_of
from tests.simulation.nemesis import Clock, Nemesis
from tests.simulation.planner import Planner, Rules, plan_in_python
from tests.simulation.ports import JobPort, LinePort
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.posting import faultpoints, run
from tieout.posting.report import PostingReport
from tieout.posting.run import PostingBusy, post_target
from tieout.posting.send import Session


@dataclass
class World:
    """One seed's installation. `ledger_url` puts the ledger elsewhere than into the folder."""

    seed: int
    folder: Path
    kinds: tuple[str, ...]
    faults: frozenset[str]
    rate: float = 0.25
    rules: Rules = field(default_factory=Rules)
    planner: Planner = plan_in_python
    ledger_url: str | None = None
    rng: random.Random = field(init=False)
    clock: Clock = field(default_factory=Clock)
    history: History = field(default_factory=History)
    reader: PlanReader = field(default_factory=PlanReader)
    backup: tuple[bytes, float] | None = None
    watcher: Callable[[str], bool] | None = None
    """Told of every fault point by guided histories; the process dies where it says so."""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.home = SmallHome(self.folder)
        if self.ledger_url is None:
            lay_empty_ledger(self.home.ledger)
        self.erps = {name: SimErp(name, KINDS[name], self._stored) for name in self.kinds}
        self.firm = Firm(self.rng, list(self.kinds))
        self.auditor = Auditor(self.firm, self.erps, self.reader)
        self.nemesis = Nemesis(
            self.rng, self.clock, self.history, self.faults, self.rate, self._asked
        )
        self.ledger = self.open_ledger()

    def open_ledger(self) -> MortalLedger:
        """The ledger as a new process sees it."""
        return MortalLedger.at(self.home.ledger, self.ledger_url)

    def restart(self) -> None:
        """Nothing in memory survives."""
        self.ledger.close()
        self.ledger = self.open_ledger()

    def make_plan(self) -> Plan:
        """Extract everything, then plan."""
        books = {name: erp.items for name, erp in self.erps.items()}
        inputs = inputs_of(self.firm, books, self.ledger, self.reader)
        made = Plan(inputs, self.planner(inputs, self.rules, f"{self.clock.now():%F %T.%f}"))
        self.auditor.planned(made)
        return made

    def close_run(self, made: Plan | None = None) -> list[PostingReport]:
        """One process: it plans, posts everywhere where there is something to do, perhaps dies."""
        chosen = made or self.make_plan()
        released = not self.nemesis.chance("not_released")
        reports = []
        try:
            for target in self.kinds:
                for period in (JUNE, JULY):
                    if self._concerns(chosen, target, period):
                        reports.append(  # noqa: PERF401 - a crash keeps what was done before it
                            self.post(chosen, target, period, released=released)
                        )
        except Crash as crash:
            self.history.fault(self.clock.seconds, "crash", point=str(crash))
        if self.ledger.is_dead:
            self.restart()
        return reports

    def _concerns(self, chosen: Plan, target: str, period: str) -> bool:
        mine = (pl.col("target") == target) & (pl.col("period_id") == period)
        return chosen.candidates.filter(mine).height > 0 or any(
            batch.period_id == period for batch in self.ledger.unfinished(target, "proven")
        )

    def post(
        self, made: Plan, target: str, period: str, *, released: bool = True, wait: float = 0.0
    ) -> PostingReport:
        """One posting step with the real protocol, watched at every fault point."""
        ledger, erp = self.ledger, self.erps[target]
        port = (JobPort if erp.kind.is_job else LinePort)(erp, self.nemesis)
        self.auditor.plans.append(made)
        self.history.note(self.clock.seconds, "run", target=target, period=period)
        try:
            with (
                self._watched(target),
                patch.object(run, "Session", partial(Session, seconds=self._seconds)),
            ):
                report = post_target(
                    SmallFirm(), target, made.candidates, ledger, self.home, port, CsvWriter(),
                    open_gate, Period(period), self.clock.now().replace(tzinfo=UTC),
                    SilentProgress(), released, lock_wait_seconds=wait, sleep=self._sleep,
                )  # fmt: skip
        finally:
            self.auditor.plans.pop()
            self.auditor.books_are_stable()
        self.auditor.ran(ledger, made, report, released=released)
        return report

    @contextmanager
    def _watched(self, target: str) -> Iterator[None]:
        """Things happen at fault points of the outermost run; a run inside a run is left alone."""
        before = faultpoints.observer
        faultpoints.observer = partial(self._at_point, target) if before is None else _ignore
        try:
            yield
        finally:
            faultpoints.observer = before

    def _at_point(self, target: str, point: str) -> None:
        """The process may die here, the source may change, another worker may come along."""
        nemesis = self.nemesis
        if (self.watcher is not None and self.watcher(point)) or nemesis.chance("crash", 0.04):
            self.ledger.is_dead = True
            raise Crash(point)
        if nemesis.chance("edit_in_flight", 0.03):
            self.history.fault(self.clock.seconds, "edit_in_flight", point=point)
            self.change()
        if nemesis.chance("second_worker", 0.03):
            self._second_worker(target, point)
        if nemesis.chance("other_target", 0.03) and len(self.kinds) > 1:
            self.history.fault(self.clock.seconds, "other_target", point=point)
            other = self.rng.choice([name for name in self.kinds if name != target])
            self._as_another_process(other, busy=False)

    def _second_worker(self, target: str, point: str) -> None:
        """P41: another worker at the same target stands at the lock and does nothing."""
        self.history.fault(self.clock.seconds, "second_worker", point=point)
        self._as_another_process(target, busy=True)

    def _as_another_process(self, target: str, *, busy: bool) -> None:
        """A run of another process while this one stands still; only the store is shared."""
        mine, self.ledger = self.ledger, self.open_ledger()
        try:
            made = self.make_plan()
            try:
                self.post(made, target, JUNE)
            except PostingBusy:
                if not busy:
                    raise Violation(f"P41: {target} is locked by a run at another target") from None
            else:
                if busy:
                    raise Violation(f"P41: two workers posted to {target} at once")
        finally:
            self.ledger.close()
            self.ledger = mine

    def die_at(self, point: str) -> None:
        """Guided: a run that stops when it first reaches a fault point, and nothing else happens."""
        made, self.watcher = self.make_plan(), lambda reached: reached == point
        with suppress(Crash):
            for target in self.kinds:
                self.post(made, target, JUNE)
        self.watcher = None
        self.restart()

    def change(self) -> None:
        """Somebody changes something at the source."""
        firm, before = self.firm, len(self.firm.landed)
        firm.change()
        # a record that was here before, and may be posted, does not go away again
        if self.nemesis.chance("late_record") and len(firm.landed) > before:
            firm.delay_newest()
        if self.nemesis.chance("doubled_record"):
            firm.repeat()

    def back_up(self) -> None:
        """Somebody copies the ledger file."""
        if self.ledger_url is None:
            self.ledger.close()
            self.backup = (self.home.ledger.read_bytes(), self.clock.seconds)
            self.restart()

    def restore(self) -> None:
        """P48: the disk breaks and the copy comes back; what came after it is forgotten."""
        if self.backup is not None:
            self.ledger.close()
            for path in self.home.path.glob("ledger.sqlite*"):
                path.unlink()
            self.home.ledger.write_bytes(self.backup[0])
            self.reader.forget()
            self.ledger = self.open_ledger()

    def _sleep(self, seconds: float) -> None:
        self.clock.wait(seconds)
        for erp in self.erps.values():
            erp.settle(self.clock.seconds)

    def _seconds(self) -> float:
        """A monotonic clock that sometimes jumps, so that answers are stored one by one."""
        self.clock.wait(0.3 if self.rng.random() < 0.3 else 0.01)
        return self.clock.seconds

    def _asked(self, erp: SimErp, rows: list[dict]) -> None:
        self.auditor.asked(erp, rows)

    def _stored(self, erp: SimErp, item: object) -> None:
        self.auditor.stored(erp, item)

    def end(self) -> None:
        """Close everything and leave nothing behind."""
        with suppress(Exception):
            self.ledger.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _ignore(point: str) -> None:
    """Nothing happens here."""
    del point
