"""Known bad designs of the money SQL, one by one; `tests/proof/mutate.py` makes hundreds more."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import duckdb
from jinja2 import Environment

from tests.kit.compiled import compiled_project
from tests.kit.unit_tests import unit_tests
from tests.unit.dbt_canonical.test_allocation_macro import MACROS, random_groups

ALLOCATED = "{{ allocate_amount('parts', 'total', 'weight', 'code', ['grp'], 'row_id') }}"
PIECE_BY_PIECE = """
    select *, round(total * weight / sum(weight) over (partition by grp),
        case code when 'JPY' then 0 when 'KWD' then 3 else 2 end) as allocated_amount
    from parts
"""


def groups_that_do_not_add_up(sql):
    """P26, P30: the shares of a group are its total, to the smallest unit."""
    rows = random_groups(3)
    with duckdb.connect() as connection:
        connection.execute(
            "create table parts (grp int, row_id int, total decimal(18, 4),"
            " weight decimal(18, 4), code varchar)"
        )
        connection.executemany("insert into parts values (?, ?, ?, ?, ?)", rows)
        found = connection.execute(
            f"select grp, total, cast(allocated_amount as decimal(18, 4)) from ({sql}) order by grp"
        ).fetchall()
    return [
        group
        for group, members in groupby(found, key=lambda row: row[0])
        if (listed := list(members)) and listed[0][1] != sum((row[2] for row in listed), Decimal(0))
    ]


def test_allocation_that_rounds_piece_by_piece_is_noticed():
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    source = "".join((MACROS / f"{name}.sql").read_text() for name in ("money", "allocation"))
    assert groups_that_do_not_add_up(environment.from_string(source + ALLOCATED).render()) == []
    assert len(groups_that_do_not_add_up(PIECE_BY_PIECE)) > 10


def test_a_tie_out_that_drops_one_sided_rows_is_noticed():
    model = "int_identity_i01"
    template = compiled_project().models[model].template
    tests = list(unit_tests(compiled_project(), model))
    assert [test.failure_of(template) for test in tests] == [None] * len(tests)
    bad = template.replace("full outer join", "inner join")
    assert bad != template
    assert any(test.failure_of(bad) for test in tests)


def test_the_last_arrival_in_place_of_the_newest_version_is_noticed():
    template = compiled_project().models["int_time_entry_versions"].template
    newest, last = "source_version desc nulls last, known_at desc", "known_at desc"
    assert newest in template
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_time_entries_unioned as select 'harvest_us' as"
            " source_system, '1' as source_record_id, version as source_version, timestamp"
            " '1980-01-01' + to_days(cast(arrival as integer)) as known_at, false as is_deleted,"
            " 'approved' as approval_status from (values (200, 1), (100, 2)) as t (version, arrival)"
        )
        found = [
            connection.execute(
                f"select source_version from ({sql}) where version_rank = 1"
            ).fetchall()
            for sql in (template, template.replace(newest, last))
        ]
    assert found == [[(200,)], [(100,)]]
