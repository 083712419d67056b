"""Whatever operation on the folders fails, before or after it worked: every line exactly once."""

from __future__ import annotations

import pytest

from tests.nasty.posting_kit import frame, line
from tests.unit.posting_legacy_files.conftest import TARGET
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.posting.delivery.legacy_files_stores import STATE

OPERATIONS_MAX = 40


class FailingStore:
    """A store whose nth operation fails, before it is done or after."""

    def __init__(self, store, nth, after):
        self.store, self.left, self.after, self.failed = store, nth, after, False

    def _do(self, work, error):
        self.left -= 1
        if self.left == 0:
            self.failed = True
            if self.after:
                work()
            raise error
        return work()

    def names(self, folder):
        return self._do(
            lambda: self.store.names(folder), SystemUnreachable("legacy", "no list", "wait")
        )

    def read(self, folder, name):
        return self._do(
            lambda: self.store.read(folder, name), SystemUnreachable("legacy", "no read", "wait")
        )

    def write(self, folder, name, content):
        self._do(
            lambda: self.store.write(folder, name, content),
            SystemUnreachable("legacy", "no write", "wait"),
        )

    def publish(self, name):
        self._do(lambda: self.store.publish(name), OutcomeUnknown("legacy", "no answer"))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_each_operation_may_fail_once(make_place, after):
    nth, failed = 1, True
    place = make_place(answer_seconds=1)
    store, taken = place.store, 0
    while failed and nth < OPERATIONS_MAX:
        batch = frame([line(f"{nth}-{side}", target=TARGET) for side in "ab"])
        place.store = failing = FailingStore(store, nth, after)
        place.post(batch)
        place.store = store
        report = place.post(batch)
        assert report.exit_code == 0, (nth, report)
        taken += batch.height
        assert len(set(place.posted())) == len(place.posted()) == taken
        failed, nth = failing.failed, nth + 1
    assert 10 < nth < OPERATIONS_MAX


def test_the_state_folder_says_what_was_handed_over_even_when_the_erp_took_everything(
    place, make_lines
):
    report = place.post(make_lines(1))
    (batch,) = report.batches
    assert place.store.names(STATE) == [f"{batch}.index.parquet"]
    assert place.delivery().collect(batch).answer == "done"
    for path in place.erp.out.iterdir():
        path.unlink()
    assert place.delivery().collect(batch).answer == "pending"
    assert place.delivery().collect(batch.replace("000001", "000002")).answer == "absent"


def test_an_index_that_is_lost_leaves_unanswered_lines_in_doubt(place, make_lines):
    place.erp.habits = ["partial"]
    report = place.post(make_lines(4))
    (batch,) = report.batches
    (place.erp.folder / ".tieout" / f"{batch}.index.parquet").unlink()
    collected = place.delivery().collect(batch)
    assert (collected.answer, collected.results.height) == ("pending", 2)
