"""The options of a posting step reach the protocol: who, limit, scope, plan."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from assets import postings
from assets.options import PostingOptions
from tests.nasty.posting_kit import NOW, CsvWriter, World, frame, line, lines, open_gate
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.posting.audit import Act, journal
from tieout.posting.candidates import groups_of
from tieout.posting.gathering import Gathered
from tieout.posting.ledger import Ledger
from tieout.posting.oversight import release_batch
from tieout.posting.payload import conform, totals_of
from tieout.posting.pool import Pool

BATCH = "netsuite-2026-06-US01-time-000001"
FIRM = """\
firm: {id: meridian, name: M, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD}
systems:
  - {id: netsuite, vendor: netsuite, roles: [erp], base_url: http://127.0.0.1:1}
routing: [{target: netsuite, when: {legal_entity: US01}}]
policies: {release_limit: {USD: "1200.00"}}
"""


class Step:
    """A run's session, context and candidates around the ERP of the kit."""

    def __init__(self, path, monkeypatch):
        (path / "firm.yml").write_text(FIRM)
        self.world = World(path)
        self.world.ledger.close()
        self.home = Home(path / "home")
        self.rows = lines(3)
        self.warehouse = SimpleNamespace(reading=self._reading)
        self.firm = lambda: load_firm(path)
        self.clock = lambda _: NOW
        self.context = SimpleNamespace(run_id="r", has_partition_key=True, partition_key="2026-06")
        for name, stub in (
            ("gather", lambda *_: self._candidates()),
            ("vendor", lambda _: SimpleNamespace(session=lambda _: None)),
            ("delivery_for", lambda *_: self.world.delivery),
            ("writer_of", lambda _: CsvWriter()),
            ("run_gate", open_gate),
            ("progress_of", lambda _: SilentProgress()),
        ):
            monkeypatch.setattr(postings, name, stub)

    @contextmanager
    def _reading(self):
        yield None

    def _candidates(self):
        rows = conform(self.rows)
        totals = {group: totals_of(part) for group, part in groups_of(rows).items()}
        return Gathered(Pool.of(rows, "netsuite"), totals)

    def post(self, **options):
        return postings.post(self, self.context, "netsuite", PostingOptions(**options))

    @contextmanager
    def ledger(self):
        opened = Ledger.at(self.home.ledger)
        yield opened
        opened.close()


@pytest.fixture
def step(tmp_path, monkeypatch):
    for name in ("TIEOUT_ACTOR", "TIEOUT_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)
    return Step(tmp_path, monkeypatch)


def test_the_limit_of_the_firm_holds_until_another_person_releases(step):
    (report,) = step.post(actor="ada")
    assert (report.awaiting, report.accepted) == ([BATCH], 0)
    figures = postings.report_metadata([report])
    assert (figures["awaiting_release"], figures["exit_code"]) == (BATCH, 1)
    with step.ledger() as ledger:
        assert ledger.batch(BATCH).actor == "ada"
        release_batch(ledger, step.home.outbox, BATCH, Act("grace", "seen", NOW, "grace"))
    (report,) = step.post(replay_only=True, batch_id=BATCH)
    assert report.accepted == 3
    with step.ledger() as ledger:
        rows = [(row.verb, row.subject, row.reason) for row in journal(ledger)]
    assert rows == [
        ("post", "netsuite 2026-06", "post"),
        ("release", BATCH, "seen"),
        ("post", "netsuite 2026-06", "replay"),
    ]


def test_a_plan_changes_nothing_and_says_what_needs_a_release(step):
    (report,) = step.post(plan_only=True)
    assert [(row.action, row.lines, row.needs_release) for row in report.plan] == [
        ("post", 3, True),
    ]  # fmt: skip
    with step.ledger() as ledger:
        assert (ledger.unfinished("netsuite"), journal(ledger)) == ([], [])
    assert step.world.erp.requests == []


def test_a_replay_of_a_batchs_refused_lines_plans_them_and_no_new_ones(step):
    step.rows = lines(2)
    for row in (1000, 1001):
        step.world.erp.moods[line(row)["posting_key"]] = ["reject"]
    assert step.post()[0].rejected == 2
    step.rows = frame([line(1000), line(7)])
    (report,) = step.post(replay_only=True, batch_id=BATCH, release_reason="opened", actor="grace")
    assert (report.planned, report.accepted) == (1, 1)
    assert set(step.world.erp.counts()) == {line(1000)["posting_key"]}
    assert step.post(replay_only=True)[0].planned == 0
    assert step.post()[0].planned == 1


def test_a_replay_of_one_period_leaves_the_others_alone(step):
    may, june = BATCH.replace("2026-06", "2026-05"), BATCH.replace("000001", "000002")
    step.rows = frame([
        *(line(n, period_id="2026-05") for n in range(3)), *(line(10 + n) for n in range(3)),
    ])  # fmt: skip
    reports = step.post(actor="ada")
    assert postings.report_metadata(reports)["awaiting_release"] == f"{may}, {june}"
    with step.ledger() as ledger:
        for batch in (may, june):
            release_batch(ledger, step.home.outbox, batch, Act("grace", "seen", NOW, "grace"))
    reports = step.post(replay_only=True, first_period="2026-06")
    assert [(report.accepted, report.waiting) for report in reports] == [(3, 3)]
    assert sum(report.accepted for report in step.post(replay_only=True)) == 3
