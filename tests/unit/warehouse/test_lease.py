"""Questions that follow each other share one opening of the file, and nobody waits long for it."""

import pytest

from tieout.config import Home
from tieout.warehouse import ReadingLease, Warehouse
from tieout.warehouse.connection import WarehouseBusy


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    with Warehouse(made).writing() as connection:
        connection.execute("create table figures as select 7 as amount")
    return made


class Counting(Warehouse):
    """A warehouse that counts how often its file is opened."""

    opened = 0

    def reading(self):
        self.opened += 1
        return super().reading()


def amount(lease):
    with lease.reading() as connection:
        return connection.execute("select amount from figures").fetchone()[0]


def test_close_questions_open_the_file_once(home):
    warehouse = Counting(home)
    lease = ReadingLease(warehouse, seconds=60)
    assert [amount(lease), amount(lease), amount(lease)] == [7, 7, 7]
    assert warehouse.opened == 1
    lease.release()


def test_names_of_one_question_are_unknown_to_the_next(home):
    lease = ReadingLease(Warehouse(home), seconds=60)
    for _ in range(2):
        with lease.reading() as connection:
            connection.execute("create temp table fresh as select 1 as x")
            connection.register("batch", connection.execute("select 2 as y").to_arrow_table())
    lease.release()


def test_after_a_release_the_file_can_be_written_and_the_next_question_sees_it(home):
    warehouse = Warehouse(home)
    lease = ReadingLease(warehouse, seconds=60)
    assert amount(lease) == 7
    lease.release()
    with warehouse.writing() as connection:
        connection.execute("update figures set amount = 8")
    assert amount(lease) == 8
    lease.release()


def test_another_opener_waits_for_the_end_of_the_lease_and_no_longer(home):
    lease = ReadingLease(Warehouse(home), seconds=60)
    assert amount(lease) == 7
    with pytest.raises(WarehouseBusy), Warehouse(home, wait_seconds=0.1).writing():
        pass
    lease.release()
    short = ReadingLease(Warehouse(home), seconds=0.1)
    assert amount(short) == 7
    with Warehouse(home, wait_seconds=30).writing() as connection:
        connection.execute("update figures set amount = 9")
    assert amount(short) == 9
    short.release()


def test_a_question_that_fails_leaves_the_lease_usable(home):
    lease = ReadingLease(Warehouse(home), seconds=60)
    with pytest.raises(Exception, match="nowhere"), lease.reading() as connection:
        connection.execute("from nowhere")
    assert amount(lease) == 7
    lease.release()
