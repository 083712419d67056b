"""A process that dies while it posts, and the next one that finishes its work exactly once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.unit.posting_tryton.disturbances import Killed, disturb, outcomes, states
from tieout.sandbox.vendors.base import TOKENS

pytestmark = pytest.mark.tryton


def test_a_process_that_dies_between_create_and_post_leaves_a_draft_that_is_posted_once(
    fresh, delivery, make_lines, monkeypatch
):
    def die(_call):
        raise Killed

    disturb(fresh, monkeypatch, "post", die)
    with pytest.raises(Killed):
        list(fresh.send(make_lines("200", "201")))
    assert states(delivery, "200") == ["draft"]
    assert outcomes(delivery.send(make_lines("200", "201", "202"))) == {
        "200": "accepted", "201": "accepted", "202": "accepted",
    }  # fmt: skip
    assert states(delivery, "200") == ["posted"]
    assert states(delivery, "201") == ["posted"]


SCRIPT = """
import os, sys
import polars as pl
from tieout.config.firm import System
from tieout.posting.delivery.tryton import create_delivery, open_session
system = System(id="tryton_uk", vendor="tryton", roles=["erp"], base_url=sys.argv[1],
                secrets={"username": "env:TRYTON_USER", "password": "env:TRYTON_PASSWORD"})
delivery = create_delivery(system, open_session(system))
write, when, method = delivery._rpc.write, sys.argv[2], sys.argv[3]
def dying(model, name, *params):
    if name == method and when == "before":
        os.kill(os.getpid(), 9)
    answer = write(model, name, *params)
    if name == method:
        os.kill(os.getpid(), 9)
    return answer
delivery._rpc.write = dying
list(delivery.send(pl.read_parquet(sys.argv[4])))
"""


@pytest.mark.parametrize(
    ("when", "method", "left"),
    [
        ("before", "create", []),
        ("after", "create", ["draft"]),
        ("before", "post", ["draft"]),
        ("after", "post", ["posted"]),
    ],
)
def test_a_killed_process_run_again_posts_every_line_exactly_once(
    tryton, delivery, make_lines, tmp_path, when, method, left
):
    records = [f"21-{when}-{method}-{number}" for number in range(3)]
    lines = make_lines(*records)
    lines.write_parquet(tmp_path / "lines.parquet")
    environment = os.environ | {
        "TRYTON_USER": TOKENS["tryton"]["username"],
        "TRYTON_PASSWORD": TOKENS["tryton"]["password"],
    }
    arguments = [tryton.url, when, method, str(tmp_path / "lines.parquet")]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], env=environment, check=False, timeout=120
    )
    assert done.returncode == -9
    assert states(delivery, records[0]) == left
    list(delivery.send(lines))
    assert [states(delivery, record) for record in records] == [["posted"]] * 3
