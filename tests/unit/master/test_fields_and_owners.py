"""Who is the record of a field, and what becomes of everybody else's value."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from tests.unit.master.small_firm import build, client, project, worker

MARTS = ("rec_master_data_differences", "dim_workers", "dim_projects", "dim_clients")
CONFLICTS = (
    "select canonical_id, field, source_system, field_value, owner_system, owner_value"
    " from reconciliation.rec_master_data_differences"
    " where difference_type = 'field_conflict' order by all"
)


def test_a_field_comes_from_its_owner_and_every_other_value_stays_visible():
    built = build(
        {
            "hr": {"workers": [worker("W1", worker_name="Ann Li", cost_rate="95")]},
            "psa": {"workers": [worker("W1", worker_name="ANN, LI", cost_rate="90")],
                    "projects": [project("P1", billing_code="B-1")]},
            "erp": {"workers": [worker("W1", worker_name="Ann Lee", cost_rate="97.5")],
                    "projects": [project("P1", billing_code="B-2")]},
        },
        *MARTS,
        ownership={"worker": "hr", "project": "psa", "worker.cost_rate": "erp",
                   "project.billing_code": "erp"},
    )  # fmt: skip
    assert built.rows(
        "select worker_name, cost_rate from canonical.dim_workers where worker_id = 'W1'"
    )[0][0] == "Ann Li"  # fmt: skip
    assert str(built.one("select cost_rate from canonical.dim_workers where worker_id = 'W1'")[0]) == "97.500000"  # fmt: skip
    assert built.one("select billing_code from canonical.dim_projects where project_id = 'P1'") == (
        "B-2",
    )
    assert built.rows(CONFLICTS) == [
        ("P1", "billing_code", "psa", "B-1", "erp", "B-2"),
        ("W1", "cost_rate", "hr", "95.000000", "erp", "97.500000"),
        ("W1", "cost_rate", "psa", "90.000000", "erp", "97.500000"),
        ("W1", "worker_name", "erp", "Ann Lee", "hr", "Ann Li"),
    ]


def test_a_field_owner_without_a_value_leaves_none_and_is_not_overruled():
    built = build(
        {
            "hr": {"workers": [worker("W1", cost_rate="95"), worker("W2")]},
            "erp": {"workers": [worker("W1"), worker("W2", cost_rate="50")]},
        },
        *MARTS,
        ownership={"worker": "hr", "worker.cost_rate": "erp"},
    )
    assert built.one("select cost_rate from canonical.dim_workers where worker_id = 'W1'") == (
        None,
    )
    assert ("W1", "cost_rate", "hr", "95.000000", "erp", None) in built.rows(CONFLICTS)


def test_an_owner_of_one_entity_owns_the_field_there_only():
    built = build(
        {
            "hr": {"workers": [worker("W1", job_title="A"),
                               worker("W2", job_title="B", legal_entity_id="UK01")]},
            "uk": {"workers": [worker("W1", job_title="X"), worker("W2", job_title="Y")]},
        },
        *MARTS,
        ownership={"worker": "hr", "worker.job_title": [{"system": "uk", "legal_entity": "UK01"}]},
    )  # fmt: skip
    assert built.rows(
        "select worker_id, job_title from canonical.dim_workers order by worker_id"
    ) == [("W1", "A"), ("W2", "Y"), ("unknown", None)]


def test_a_code_outside_the_owner_s_list_is_named_and_unlisted_kinds_are_not_judged():
    codes = [
        {"code_kind": "cost_center", "code": "100"},
        {"code_kind": "billing_code", "code": "100"},
    ]
    built = build(
        {
            "hr": {"workers": [worker("W1", cost_center_code="100", region_code="EU"),
                               worker("W2", cost_center_code="999")]},
            "erp": {"reference_codes": codes},
        },
        *MARTS, "dim_cost_centers", "dim_billing_codes",
        ownership={"worker": "hr", "cost_center": "erp"},
    )  # fmt: skip
    assert built.rows(
        "select source_key, field_value, reason_code from reconciliation.rec_master_data_differences"
    ) == [("worker:hr:W2:cost_center_code", "999", "CODE_UNKNOWN")]
    for dimension, code in (("dim_cost_centers", "cost_center"), ("dim_billing_codes", "billing")):
        assert built.column(f"select {code}_code from canonical.{dimension} order by 1") == [
            "100", "unknown",
        ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_every_stated_value_is_used_or_in_conflict_whatever_the_order_of_rows(seed):
    """Conservation: per worker and field, systems that differ from the owner = conflicts listed."""
    dice = random.Random(seed)
    titles = ("Analyst", "Consultant", "Principal")
    landed = {
        system: {
            "workers": [worker(f"W{n}", job_title=dice.choice(titles)) for n in range(12)]
        }
        for system in ("hr", "psa", "erp")
    }  # fmt: skip
    stated = {
        system: {row["worker_id"]: row["job_title"] for row in tables["workers"]}
        for system, tables in landed.items()
    }
    wanted = sorted(
        (number, system)
        for system in ("psa", "erp")
        for number, title in stated[system].items()
        if title != stated["hr"][number]
    )
    found = []
    for order in list(permutations(landed))[seed::3]:
        shuffled = {
            system: {"workers": dice.sample(landed[system]["workers"], 12)} for system in order
        }
        built = build(shuffled, *MARTS, ownership={"worker": "hr"})
        found.append(built.rows(
            "select canonical_id, source_system from reconciliation.rec_master_data_differences"
            " where field = 'job_title' order by all"
        ))  # fmt: skip
        used = dict(built.rows("select worker_id, job_title from canonical.dim_workers"))
        assert {n: used[n] for n in stated["hr"]} == stated["hr"]
    assert all(rows == wanted for rows in found)


def test_two_client_masters_after_an_acquisition():
    """SCN-15, SCN-30: each side owns its entity; one code is one client only by name or crosswalk."""
    ownership = {
        "client": [{"system": "old", "legal_entity": "US01"}, {"system": "new", "legal_entity": "UK01"}],
        "project": [{"system": "old", "legal_entity": "US01"}, {"system": "new", "legal_entity": "UK01"}],
    }  # fmt: skip
    landed = {
        "old": {"clients": [client("1", client_name="Acme, Inc.", known_at="2026-01-01"),
                            client("2", client_name="Bravo", known_at="2026-01-01")],
                "projects": [project("P1", client_id="1")]},
        "new": {"clients": [client("1", client_name="Zulu", known_at="2026-05-01"),
                            client("2", client_name="BRAVO", known_at="2026-05-01"),
                            client("9", client_name="ACME Inc", known_at="2026-05-01")],
                "projects": [project("Q1", client_id="1", legal_entity_id="UK01"),
                             project("Q2", client_id="9", legal_entity_id="UK01")]},
    }  # fmt: skip
    built = build(landed, *MARTS, ownership=ownership)
    identities = "select source_system, source_client_id, client_id, match_method from canonical.dim_client_identities order by all"  # fmt: skip
    assert built.rows(identities) == [
        ("new", "1", None, "ambiguous"), ("new", "2", "2", "owner"), ("new", "9", "9", "owner"),
        ("old", "1", "1", "owner"), ("old", "2", "2", "owner"),
    ]  # fmt: skip
    assert built.rows(
        "select source_key, reason_code from reconciliation.rec_master_data_differences"
        " where entity_kind = 'client' order by all"
    ) == [
        ("client:new:1", "CLIENT_AMBIGUOUS"), ("client:new:9", "CLIENT_DUPLICATE"),
        ("client:old:1", "CLIENT_DUPLICATE"),
    ]  # fmt: skip
    assert built.rows("select project_id, client_id from canonical.dim_projects order by all") == [
        ("P1", "1"),
        ("Q1", "unknown"),
        ("Q2", "9"),
        ("unknown", "unknown"),
    ]
    # the crosswalk says who is who: nothing is left
    solved = build(
        landed, *MARTS, ownership=ownership,
        crosswalks={"client": [("Z-1", "new", "1"), ("1", "new", "9")]},
    )  # fmt: skip
    assert solved.rows(identities)[:3] == [
        ("new", "1", "Z-1", "owner"), ("new", "2", "2", "owner"), ("new", "9", "1", "owner"),
    ]  # fmt: skip
    assert (
        solved.rows(
            "select source_key from reconciliation.rec_master_data_differences where entity_kind = 'client'"
        )
        == []
    )
