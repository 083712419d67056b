"""The exchange of files over SFTP (paramiko), with a pinned host key.

Here: connecting, and `SftpStore`, a `FileStore`. Not here: local folders (`legacy_files_stores`)
and what the files mean (`legacy_files`).

Nobody is trusted on first use: `options.host_key` is the server's public key as in a known_hosts
file (`ssh-ed25519 AAAA...`), and another key ends the connection. The server must rename over an
existing name (`posix-rename@openssh.com`, as OpenSSH does). Data survives a crash of the server as
far as the server flushes it: SFTP version 3 has no flush of its own.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable
from contextlib import suppress
from stat import S_ISREG
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

import paramiko

from tieout.config import System
from tieout.domain.errors import (
    AuthenticationFailed,
    ConfigError,
    OutcomeUnknown,
    SystemUnreachable,
)
from tieout.posting.delivery.legacy_files_stores import DROP, STATE, folders_of

PORT: Final = 22
TIMEOUT_SECONDS: Final = 30.0
ATTEMPTS_MAX: Final = 3
_KEYS: Final = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_BROKEN: Final = (paramiko.SSHException, OSError, EOFError)
_Answer = TypeVar("_Answer")


def open_sftp_store(system: System) -> SftpStore:
    """The store of a system; nothing is connected yet.

    Raises:
        ConfigError: the address, the host key or the login is missing or wrong.
    """
    address = urlsplit(system.base_url)
    if address.scheme != "sftp" or not address.hostname:
        raise _wrong(system, "base_url", "it is no address of an SFTP server", "sftp://host/folder")
    root = unquote(address.path).rstrip("/") or "."
    return SftpStore(
        system,
        (address.hostname, address.port or PORT),
        {kind: f"{root}/{name}" for kind, name in folders_of(system).items()},
    )


class SftpStore:
    """Folders of one SFTP server; a broken connection is opened again, a bounded number of times.

    Args:
        system: whose secrets log in: `username` with `password` or `private_key`.
        address: host and port.
        folders: folder of each kind on the server.
    """

    def __init__(self, system: System, address: tuple[str, int], folders: dict[str, str]) -> None:
        self.system, self.address, self.folders = system, address, folders
        self._host_key = _host_key(system)
        self._client: paramiko.SSHClient | None = None
        self._files: paramiko.SFTPClient | None = None

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder that are not drafts, sorted."""

        def listed(files: paramiko.SFTPClient) -> list[str]:
            try:
                found = files.listdir_attr(self.folders[folder])
            except FileNotFoundError:
                if folder != STATE:
                    raise
                files.stat(self.folders[DROP])
                return []
            return sorted(
                entry.filename
                for entry in found
                if not entry.filename.startswith(".") and S_ISREG(entry.st_mode or 0)
            )

        return self._reach(listed, f"list {self.folders[folder]}")

    def read(self, folder: str, name: str) -> bytes:
        """Content of a file."""

        def content(files: paramiko.SFTPClient) -> bytes:
            with files.open(self._path(folder, name), "rb") as file:
                file.prefetch()
                return file.read()

        return self._reach(content, f"read {self._path(folder, name)}")

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Put a file under its name, whole."""

        def put(files: paramiko.SFTPClient) -> None:
            if folder == STATE:
                files.stat(self.folders[DROP])
                with suppress(OSError):  # it is there already; if not, writing into it fails
                    files.mkdir(self.folders[STATE], 0o700)
            draft = self._path(folder, f".{name}.tmp")
            files.putfo(io.BytesIO(content), draft, file_size=len(content), confirm=True)
            files.posix_rename(draft, self._path(folder, name))

        self._reach(put, f"write {self._path(folder, name)}")

    def publish(self, name: str) -> None:
        """Move a file from `state` to `drop` in one step; asked once only."""
        files = self._connected()
        try:
            files.posix_rename(self._path(STATE, name), self._path(DROP, name))
        except _BROKEN as problem:
            self.close()
            raise OutcomeUnknown(self.system.id, f"move {name} to the drop folder") from problem

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._client is not None:
            self._client.close()
        self._client = self._files = None

    def _path(self, folder: str, name: str) -> str:
        return f"{self.folders[folder]}/{name}"

    def _reach(self, work: Callable[[paramiko.SFTPClient], _Answer], what: str) -> _Answer:
        """Do something that may safely be done twice."""
        problem: BaseException | None = None
        for _ in range(ATTEMPTS_MAX):
            files = self._connected()
            try:
                return work(files)
            except (FileNotFoundError, PermissionError) as refusal:
                problem = refusal
                break
            except _BROKEN as broken:
                problem = broken
                self.close()
        raise SystemUnreachable(
            self.system.id,
            f"cannot {what}: {problem}",
            "make the ERP's folders, grant the right, or bring the server back; then run again",
        ) from problem

    def _connected(self) -> paramiko.SFTPClient:
        if self._files is None:
            self._client, self._files = self._connect()
        return self._files

    def _connect(self) -> tuple[paramiko.SSHClient, paramiko.SFTPClient]:
        host, port = self.address
        client = paramiko.SSHClient()
        known = host if port == PORT else f"[{host}]:{port}"
        client.get_host_keys().add(known, self._host_key.get_name(), self._host_key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        has_key = "private_key" in self.system.secrets
        pkey = _private_key(self.system) if has_key else None
        password = None if has_key else self.system.secret("password")
        try:
            client.connect(
                host, port, self.system.secret("username"), password, pkey,
                timeout=TIMEOUT_SECONDS, banner_timeout=TIMEOUT_SECONDS,
                auth_timeout=TIMEOUT_SECONDS, channel_timeout=TIMEOUT_SECONDS,
                allow_agent=False, look_for_keys=False,
            )  # fmt: skip
            files = client.open_sftp()
            if (channel := files.get_channel()) is not None:
                channel.settimeout(TIMEOUT_SECONDS)
        except paramiko.BadHostKeyException as problem:
            client.close()
            raise self._refused(
                "the server shows another host key than options.host_key",
                "find out why; never pin the new key unseen",
                problem,
            ) from problem
        except paramiko.AuthenticationException as problem:
            client.close()
            raise AuthenticationFailed(
                self.system.id, "the server refuses the login", "correct the secrets"
            ) from problem
        except _BROKEN as problem:
            client.close()
            raise self._refused(
                f"cannot connect to {host}:{port}",
                "check address and server, then run again",
                problem,
            ) from problem
        return client, files

    def _refused(self, tried: str, fix: str, problem: BaseException) -> SystemUnreachable:
        return SystemUnreachable(self.system.id, f"{tried} ({type(problem).__name__})", fix)


def _host_key(system: System) -> paramiko.PKey:
    """The pinned public key of the server."""
    name, _, rest = str(system.options.get("host_key", "")).partition(" ")
    try:
        return paramiko.PKey.from_type_string(name, base64.b64decode(rest.split(" ")[0]))
    except (paramiko.SSHException, binascii.Error, ValueError, IndexError) as problem:
        raise _wrong(
            system, "options.host_key", "it is no public key of a server",
            'host_key: "ssh-ed25519 AAAA..." as ssh-keyscan prints it, checked by a second way',
        ) from problem  # fmt: skip


def _private_key(system: System) -> paramiko.PKey:
    """Our private key, of any kind that is not outdated, without a passphrase."""
    text = system.secret("private_key")
    for kind in _KEYS:
        with suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(io.StringIO(text))
    raise _wrong(system, "secrets.private_key", "it is no private key",
                 "refer to an Ed25519, ECDSA or RSA key without passphrase")  # fmt: skip


def _wrong(system: System, field: str, problem: str, fix: str) -> ConfigError:
    return ConfigError(problem, file="firm.yml", field=f"systems.{system.id}.{field}", fix=fix)
