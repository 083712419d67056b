"""The whole protocol against the ERP: every line exactly once, whatever the ERP's habits."""

from __future__ import annotations

import pytest

from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_legacy_files.conftest import EXPORT, plain_template
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable


def test_a_batch_is_dropped_answered_and_proven_in_one_run(place, make_lines):
    report = place.post(make_lines(5))
    assert (report.planned, report.accepted, report.proven, report.exit_code) == (5, 5, 5, 0)
    assert place.erp.taken == report.batches
    assert list(place.erp.drop.iterdir()) == []
    again = place.post(make_lines(5))
    assert (again.planned, again.exit_code) == (0, 0)
    assert len(place.posted()) == 5


def test_a_reversal_is_posted_with_negative_figures_and_proven(place, make_lines):
    rows = make_lines(1)
    place.post(rows)
    report = place.post(frame([reversal(rows.row(0, named=True))]))
    assert (report.accepted, report.proven) == (1, 1)
    assert [line["amount"] for line in place.erp.books] == ["600.0000", "-600.0000"]


def test_refused_lines_get_our_reason_and_the_erps_words(place, make_lines):
    place.erp.workers, place.erp.projects = {"41"}, {"77"}
    rows = make_lines(1)
    for record, changes in enumerate(
        ({"erp_worker_id": "99"}, {"erp_project_id": "0"}, {"accounting_date": None})
    ):
        from datetime import date

        change = changes if "accounting_date" not in changes else {
            "accounting_date": date(2026, 5, 31)}  # fmt: skip
        rows.vstack(make_lines(1, posting_key=f"a:legacy:s:{record}:v1:cost", **change),
                    in_place=True)  # fmt: skip
    report = place.post(rows)
    assert (report.accepted, report.rejected, report.proven) == (1, 3, 1)
    from tieout.posting.ledger_export import posting_lines

    refused = posting_lines(place.ledger).filter(state="rejected").sort("posting_key")
    assert refused["reason_code"].to_list() == [
        "WORKER_NOT_IN_ERP", "PROJECT_INACTIVE", "PERIOD_CLOSED"
    ]  # fmt: skip


@pytest.mark.parametrize("habit", ["late", "partial", "cut_off"])
def test_a_late_answer_is_taken_by_a_later_run(place, make_lines, habit):
    place.erp.habits = [habit]
    first = place.post(make_lines(6))
    assert first.in_doubt >= 1
    assert first.accepted == {"late": 0, "partial": 3, "cut_off": 5}[habit]
    assert place.post(make_lines(6)).accepted == 0
    place.erp.answer_late()
    report = place.post(make_lines(6))
    assert (report.in_doubt, report.exit_code) == (0, 0)
    assert place.states() == ["acked"] * 6
    assert place.erp.taken == first.batches
    assert len(set(place.posted())) == len(place.posted()) == 6


@pytest.mark.parametrize("habit", ["repeated", "strangers"])
def test_repeated_answers_and_answers_about_strangers_change_nothing(place, make_lines, habit):
    place.erp.habits = [habit]
    report = place.post(make_lines(4))
    assert (report.accepted, report.proven, report.exit_code) == (4, 4, 0)


def test_an_answer_that_is_lost_is_never_a_reason_to_send_again(place, make_lines):
    place.erp.habits = ["lost"]
    for _ in range(3):
        report = place.post(make_lines(3))
        assert (report.in_doubt, report.accepted) == (3, 0)
    assert len(place.erp.taken) == 1
    assert len(place.posted()) == 3


def test_with_an_export_a_lost_answer_is_found_in_the_books(make_place, make_lines):
    place = make_place(plain_template(posted_lines=EXPORT), answer_seconds=1)
    place.erp.habits = ["lost"]
    assert place.post(make_lines(3)).in_doubt == 3
    place.erp.export()
    report = place.post(make_lines(3))
    assert (report.already_there, report.proven, report.exit_code) == (3, 3, 0)
    assert len(place.posted()) == 3


def test_refused_lines_that_the_erp_does_not_mention_are_refused_once_its_file_is_whole(
    make_place, make_lines
):
    template = plain_template(
        posted_lines=EXPORT, response={"complete": "one_file", "trailer": "END"}
    )
    place = make_place(template)
    from tieout.sandbox.vendors.legacy_files_dialect import Dialect

    place.erp.dialect = Dialect(trailer="END")
    place.erp.workers, place.erp.habits = {"41"}, ["purged"]
    bad = make_lines(1, posting_key="a:legacy:s:1:v1:cost", erp_worker_id="0")
    rows = make_lines(3).vstack(bad)
    assert place.post(rows).in_doubt == 4
    place.erp.run()
    place.erp.export()
    report = place.post(rows)
    assert report.interrupted_by is None
    assert (report.accepted, report.rejected, report.proven) == (3, 1, 3)


def test_a_shifted_date_is_told(place, make_lines):
    from datetime import date

    place.erp.first_open_day, place.erp.shifts_dates = date(2026, 7, 1), True
    report = place.post(make_lines(2))
    assert (report.accepted, report.unproven, report.exit_code) == (2, 2, 1)


def test_a_batch_taken_twice_is_told_as_held_twice(place, make_lines):
    place.erp.habits = ["taken_twice"]
    report = place.post(make_lines(2))
    assert (report.accepted, report.unproven) == (2, 2)


def test_an_erp_that_refuses_duplicates_takes_a_batch_once_however_often_it_reads_it(
    make_place, make_lines
):
    place = make_place(plain_template(duplicate_keys="refused"), answer_seconds=1)
    place.erp.refuses_duplicates, place.erp.habits = True, ["taken_twice"]
    report = place.post(make_lines(2))
    assert (report.accepted, report.proven, report.exit_code) == (2, 2, 0)
    assert place.delivery().capabilities.idempotency == "external_id"


def test_a_line_that_the_export_shows_as_a_draft_is_not_proven(make_place, make_lines):
    place = make_place(plain_template(posted_lines=EXPORT), answer_seconds=1)
    rows = make_lines(2)
    place.erp.drafts = [rows["posting_key"][0]]
    place.post(rows)
    place.erp.export()
    report = place.post(rows)
    assert (report.proven, report.unproven) == (1, 1)


def test_without_the_export_that_the_template_names_nothing_is_concluded(make_place, make_lines):
    place = make_place(plain_template(posted_lines=EXPORT), answer_seconds=1)
    report = place.post(make_lines(2))
    assert isinstance(report.interrupted_by, SystemUnreachable)
    assert place.states() == ["acked"] * 2
    place.erp.export()
    assert place.post(make_lines(2)).proven == 2


def test_a_hand_over_that_was_cut_off_after_the_erp_had_it_is_not_repeated(place, make_lines):
    publish = place.store.publish

    def cut_off(name):
        publish(name)
        raise OutcomeUnknown("legacy", "connection reset")

    place.store.publish = cut_off
    assert place.post(make_lines(3)).exit_code == 0
    assert len(place.posted()) == 3


def test_a_hand_over_that_never_happened_is_made_by_the_next_run(place, make_lines):
    publish = place.store.publish

    def lost(name):
        raise OutcomeUnknown("legacy", f"connection reset before {name} was moved")

    place.store.publish = lost
    first = place.post(make_lines(3))
    assert (first.accepted, place.erp.taken) == (0, [])
    place.store.publish = publish
    report = place.post(make_lines(3))
    assert (report.accepted, report.proven, report.exit_code) == (3, 3, 0)
    assert len(place.posted()) == 3


def test_a_share_that_is_not_mounted_leaves_lines_as_they_were(place, make_lines):
    place.erp.drop.rename(place.erp.folder / "gone")
    report = place.post(make_lines(3))
    assert isinstance(report.interrupted_by, SystemUnreachable)
    assert (report.in_doubt, report.waiting) == (0, 3)
    (place.erp.folder / "gone").rename(place.erp.drop)
    assert place.post(make_lines(3)).accepted == 3
    assert len(place.posted()) == 3
