"""One background process serves every sandbox system of a home, and takes its servers with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from tieout.config import Home, load_firm
from tieout.config.firm import FILE_VENDORS
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.sandbox import supervisor
from tieout.sandbox.supervisor_addresses import ADDRESSES, free_addresses
from tieout.sandbox.tryton.rpc import TrytonClient
from tieout.sandbox.tryton.server import command_line
from tieout.sandbox.vendors.base import TOKENS

pytestmark = pytest.mark.tryton
HARVEST = {
    "Authorization": f"Bearer {TOKENS['harvest']['token']}",
    "Harvest-Account-Id": TOKENS["harvest"]["account_id"],
    "User-Agent": "tests",
}


def erp_pid(home):
    return int((home.sandbox / "tryton_uk" / "pid").read_text())


def parties(status):
    login = TOKENS["tryton"]
    client = TrytonClient(status.urls["tryton_uk"], login["username"], login["password"])
    return client, client.model("party.party", "search_count", [])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home whose sandbox runs."""
    home = Home(tmp_path_factory.mktemp("sandbox_home"))
    supervisor.start(home)
    yield home
    supervisor.stop(home)


def test_every_system_of_the_firm_answers_at_the_address_in_firm_yml(home):
    status = supervisor.status(home)
    assert status.running
    assert set(status.urls) == set(ADDRESSES)
    firm = load_firm(home.sample_firm)
    spoken_to = [system for system in firm.systems if system.vendor not in FILE_VENDORS]
    assert {system.id: system.base_url for system in spoken_to} == status.urls
    answer = requests.get(f"{status.urls['harvest_us']}/company", headers=HARVEST, timeout=30)
    assert answer.status_code == 200
    assert parties(status)[1] > 0


def test_starting_what_runs_starts_nothing(home):
    before = supervisor.status(home).pid
    assert supervisor.start(home).pid == before


def test_a_dropped_connection_has_no_answer_at_all(home):
    url = supervisor.status(home).urls["harvest_us"]
    fault = {"kind": "drop", "path_regex": "/company", "times": 1}
    assert requests.post(f"{url}/__sandbox__/faults", json=fault, timeout=30).ok
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/company", headers=HARVEST, timeout=30)
    assert requests.get(f"{url}/company", headers=HARVEST, timeout=30).ok


def test_a_restart_keeps_what_was_booked_and_stopping_leaves_no_process(home):
    status = supervisor.status(home)
    client, before = parties(status)
    client.create("party.party", [{"name": "Kept over the restart"}])
    erp = erp_pid(home)
    assert supervisor.stop(home)
    assert not supervisor.status(home).running
    assert "trytond" not in command_line(erp)
    assert not supervisor.stop(home)
    again = supervisor.start(home)
    assert again.urls == status.urls
    assert parties(again)[1] == before + 1


def test_a_killed_process_is_replaced_and_its_erp_server_with_it(home):
    pid, erp = supervisor.status(home).pid, erp_pid(home)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and supervisor.status(home).pid:
        time.sleep(0.05)
    assert not supervisor.status(home).running
    assert "trytond" in command_line(erp)
    assert supervisor.start(home).running
    assert erp_pid(home) != erp
    assert "trytond" not in command_line(erp)


def test_a_pid_that_belongs_to_somebody_else_is_left_alone(tmp_path):
    home = Home(tmp_path)
    (home.sandbox / "sandbox.pid").write_text(str(os.getpid()))
    assert not supervisor.stop(home)
    (home.sandbox / "sandbox.pid").write_text("not a number")
    assert supervisor.status(home) == supervisor.Status({}, {}, None)
    assert not supervisor.stop(home)


def test_a_busy_port_is_replaced_when_the_firm_is_made(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        wanted = {name: (port, path) for name, (_, path) in ADDRESSES.items()}
        monkeypatch.setattr("tieout.sandbox.supervisor_addresses.ADDRESSES", wanted)
        chosen = [urlsplit(url).port for url in free_addresses().values()]
    assert port not in chosen
    assert len(set(chosen)) == len(ADDRESSES)


def test_a_port_taken_later_is_an_error_that_names_it(tmp_path):
    home = Home(tmp_path)
    supervisor.ensure_firm(home)
    address = urlsplit(supervisor.status(home).urls["concur"])
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((address.hostname, address.port))
        stranger.listen()
        with pytest.raises(SystemUnreachable, match=f"another process answers at .*{address.port}"):
            supervisor.start(home)


def test_a_missing_tryton_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("TIEOUT_TRYTON_PYTHON", str(tmp_path / "no-python"))
    home = Home(tmp_path / "home")
    with pytest.raises(SystemUnreachable, match="the sandbox ERP needs Tryton") as problem:
        supervisor.start(home)
    assert "make env" in str(problem.value)
    assert supervisor.status(home).pid is None
    assert not any(supervisor.status(home).answers.values())


def test_the_firm_is_written_once_and_another_one_is_refused(tmp_path):
    home = Home(tmp_path)
    folder = supervisor.ensure_firm(home, seed=7, size="24", months=2)
    written = (folder / "firm.yml").read_bytes()
    assert supervisor.ensure_firm(home) == folder
    assert supervisor.ensure_firm(home, seed=7, size="24", months=2) == folder
    with pytest.raises(ConfigError, match="made with seed 7"):
        supervisor.ensure_firm(home, seed=8)
    assert (folder / "firm.yml").read_bytes() == written
    # a write that was cut off is done again
    (folder / "crosswalks" / "account.csv").unlink()
    supervisor.ensure_firm(home, seed=7, size="24", months=2)
    assert (folder / "crosswalks" / "account.csv").is_file()


@pytest.mark.parametrize("wrong", [{"size": "enormous"}, {"size": "3"}, {"months": 1}])
def test_a_firm_that_cannot_be_built_is_refused(tmp_path, wrong):
    with pytest.raises(ConfigError, match="no sample firm can be built"):
        supervisor.ensure_firm(Home(tmp_path), **wrong)
    assert not (Home(tmp_path).sample_firm / "firm.yml").exists()


def test_a_half_written_state_counts_as_not_ready(tmp_path):
    home = Home(tmp_path)
    (home.sandbox / supervisor.STATE).write_text('{"pid": 1, "is_re')
    assert supervisor._own_words(home, 1) == {}
    (home.sandbox / supervisor.STATE).write_text(json.dumps({"pid": 2, "is_ready": True}))
    assert supervisor._own_words(home, 1) == {}
