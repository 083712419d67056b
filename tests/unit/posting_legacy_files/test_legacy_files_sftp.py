"""The same over a real SFTP server: pinned host key, logins, and connections that break."""

from __future__ import annotations

import io

import paramiko
import pytest

from tests.unit.posting_legacy_files.conftest import Place
from tests.unit.posting_legacy_files.sftp_server import PASSWORD, USER, sftp_server
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.posting.delivery.legacy_files_stores import DROP, RESPONSES, STATE, open_store


def text_of(key):
    buffer = io.StringIO()
    key.write_private_key(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def keys():
    """A host key, a login key and a stranger's key."""
    return [paramiko.ECDSAKey.generate() for _ in range(3)]


@pytest.fixture
def served(tmp_path, keys):
    """An installation whose exchange is behind SFTP."""
    place = Place(tmp_path, answer_seconds=1, settle_seconds=2)
    with sftp_server(tmp_path / "erp", keys[0], keys[1], place.breaks) as port:
        (tmp_path / "user").write_text(USER)
        (tmp_path / "password").write_text(PASSWORD)
        (tmp_path / "key").write_text(text_of(keys[1]))
        (tmp_path / "stranger").write_text(text_of(keys[2]))
        place.system.base_url = f"sftp://127.0.0.1:{port}/"
        place.system.options["host_key"] = f"{keys[0].get_name()} {keys[0].get_base64()} erp"
        place.system.secrets = {"username": "file:user", "password": "file:password"}
        place.store = open_store(place.system)
        yield place
        place.store.close()


def test_a_batch_is_posted_and_proven_over_sftp(served, make_lines):
    report = served.post(make_lines(5))
    assert (report.accepted, report.proven, report.exit_code) == (5, 5, 0)
    assert len(served.posted()) == 5
    assert served.store.names(DROP) == []


def test_a_key_logs_in_as_well(served, keys):
    served.system.secrets = {"username": "file:user", "private_key": "file:key"}
    store = open_store(served.system)
    store.write(STATE, "a", b"x" * 100_000)
    assert store.read(STATE, "a") == b"x" * 100_000
    store.write(STATE, "a", b"y")
    assert (store.names(STATE), store.read(STATE, "a")) == (["a"], b"y")
    store.close()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_that_breaks_at_the_hand_over_posts_exactly_once(served, make_lines, moment):
    served.breaks.append(moment)
    served.post(make_lines(3))
    report = served.post(make_lines(3))
    assert report.exit_code == 0
    assert served.states() == ["acked"] * 3
    assert len(served.posted()) == 3
    assert len(served.erp.taken) == 1


def test_another_host_key_ends_the_connection(served, keys):
    served.system.options["host_key"] = f"{keys[2].get_name()} {keys[2].get_base64()}"
    with pytest.raises(SystemUnreachable, match="another host key"):
        open_store(served.system).names(RESPONSES)


@pytest.mark.parametrize("secrets", [{"password": "file:user"}, {"private_key": "file:stranger"}])
def test_a_wrong_login_is_told(served, secrets):
    served.system.secrets = {"username": "file:user", **secrets}
    with pytest.raises(AuthenticationFailed):
        open_store(served.system).names(RESPONSES)


def test_without_a_host_key_a_key_or_an_address_nothing_is_tried(served):
    served.system.secrets = {"username": "file:user", "private_key": "file:password"}
    with pytest.raises(ConfigError, match="no private key"):
        open_store(served.system).names(RESPONSES)
    served.system.options["host_key"] = "ssh-ed25519"
    with pytest.raises(ConfigError, match="no public key"):
        open_store(served.system)
    served.system.base_url = "ftp://example.org/"
    with pytest.raises(ConfigError, match="no address of an SFTP server"):
        open_store(served.system)


def test_missing_folders_and_files_are_told_and_never_empty(served):
    served.erp.out.rename(served.erp.folder / "gone")
    with pytest.raises(SystemUnreachable, match="cannot list"):
        served.store.names(RESPONSES)
    with pytest.raises(SystemUnreachable, match="cannot read"):
        served.store.read(DROP, "none")
    served.erp.drop.rename(served.erp.folder / "away")
    with pytest.raises(SystemUnreachable):
        served.store.names(STATE)


def test_a_server_that_is_not_there_is_told(served):
    served.system.base_url = "sftp://127.0.0.1:1/"
    with pytest.raises(SystemUnreachable, match="cannot connect"):
        open_store(served.system).names(RESPONSES)
