"""SCN-17: a worker changes in HR in the middle of a month; work done before stays where it was."""

from __future__ import annotations

import pytest

from tests.unit.master.small_firm import build, client, entry, project, worker

OWNERSHIP = {"worker": "hr", "client": "psa", "project": "psa"}
BEFORE = worker("W1", labour_category="analyst", source_version=1, known_at="2026-01-05")
WORK = ("2026-06-08", "2026-06-15", "2026-06-16", "2026-06-30")


def moved(**change):
    """Four days of work around a move from US01 to UK01."""
    after = worker("W1", labour_category="consultant", legal_entity_id="UK01",
                   source_version=2) | change  # fmt: skip
    built = build(
        {
            "hr": {"workers": [BEFORE, after]},
            "psa": {"clients": [client("C1")], "projects": [project("P1")],
                    "time_entries": [entry(f"T{day[-2:]}", work_date=day, known_at="2026-07-01")
                                     for day in WORK]},
        },
        "fct_entries", "dim_worker_versions",
        ownership=OWNERSHIP, roles={"psa": ("psa", "time")},
    )  # fmt: skip
    return built.rows(
        "select work_date, legal_entity_id, labour_category from canonical.fct_entries order by 1"
    )


@pytest.mark.parametrize(
    ("change", "first_days"),
    [
        ({"known_at": "2026-06-16T09:00:00"}, 2),
        ({"known_at": "2026-06-20T09:00:00", "valid_from": "2026-06-16"}, 2),
        ({"known_at": "2026-06-20T09:00:00", "valid_from": "2026-06-15"}, 1),
        ({"known_at": "2026-07-02T09:00:00"}, 4),
        ({"known_at": "2026-07-09T09:00:00", "valid_from": "2026-06-01"}, 4),
    ],
)
def test_work_keeps_the_entity_and_category_of_its_day(change, first_days):
    found = moved(**change)
    assert [row[1:] for row in found] == [
        ("US01", "analyst") if number < first_days else ("UK01", "consultant")
        for number in range(len(WORK))
    ]
    assert len(found) == len(WORK)


def test_the_days_of_a_worker_are_covered_once():
    versions = [
        worker("W1", job_title=str(number), source_version=number, known_at=known,
               **({"valid_from": start} if start else {}))
        for number, (known, start) in enumerate([
            ("2026-01-05", None), ("2026-03-01", "2026-03-10"), ("2026-03-02", "2026-03-05"),
            ("2026-05-01", None), ("2026-05-01", None), ("2026-06-01", "2026-04-01"),
        ], start=1)
    ]  # fmt: skip
    built = build({"hr": {"workers": versions}}, "dim_worker_versions", ownership={"worker": "hr"})
    spans = built.rows(
        "select cast(valid_from as varchar), cast(valid_to as varchar), job_title"
        " from canonical.dim_worker_versions order by 1"
    )
    assert spans == [
        ("1900-01-01", "2026-03-04", "1"), ("2026-03-05", "2026-03-31", "3"),
        ("2026-04-01", "9999-12-31", "6"),
    ]  # fmt: skip
