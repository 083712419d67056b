"""A real SFTP server over a folder, on a free port of this machine, made of paramiko's classes."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from paramiko import common, sftp

USER, PASSWORD = "tieout", "sandbox-sftp-password"
ACCEPT_SECONDS = 0.1


class Login(paramiko.ServerInterface):
    """Who may come in: one user, by password or by one key."""

    def __init__(self, key: paramiko.PKey | None) -> None:
        self.key = key

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (USER, PASSWORD)
        return common.AUTH_SUCCESSFUL if right else common.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        right = username == USER and self.key is not None and key == self.key
        return common.AUTH_SUCCESSFUL if right else common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del chanid
        return (
            common.OPEN_SUCCEEDED
            if kind == "session"
            else common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        )

    def get_allowed_auths(self, username: str) -> str:
        del username
        return "password,publickey"


class OpenFile(paramiko.SFTPHandle):
    """An open file; paramiko reads and writes by these two names."""

    readfile: Any
    writefile: Any

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Folder(paramiko.SFTPServerInterface):
    """The files of `root`; `breaks` cuts the connection around the next renames into `in`."""

    root: Path
    breaks: list[str]
    transport: paramiko.Transport

    def _real(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        return self._answer(lambda: [
            paramiko.SFTPAttributes.from_stat(entry.stat(), entry.name)
            for entry in self._real(path).iterdir()
        ])  # fmt: skip

    def stat(self, path: str) -> Any:
        return self._answer(lambda: paramiko.SFTPAttributes.from_stat(self._real(path).stat()))

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        del attr

        def opened() -> OpenFile:
            number = os.open(self._real(path), flags, 0o600)
            mode = "wb" if flags & os.O_WRONLY else "rb"
            handle = OpenFile(flags)
            handle.readfile = handle.writefile = os.fdopen(number, mode)
            return handle

        return self._answer(opened)

    def mkdir(self, path: str, attr: Any) -> int:
        del attr
        return self._done(lambda: self._real(path).mkdir())

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        is_hand_over = newpath.rsplit("/", 2)[-2] == "in" and newpath.endswith(".json")
        moment = self.breaks.pop(0) if is_hand_over and self.breaks else ""
        if moment == "before":
            self.session_ended_by_force()
        done = self._done(lambda: self._real(oldpath).rename(self._real(newpath)))
        if moment == "after":
            self.session_ended_by_force()
        return done

    def session_ended_by_force(self) -> None:
        self.transport.close()
        raise EOFError

    def _answer(self, work: Any) -> Any:
        try:
            return work()
        except OSError as problem:
            return paramiko.SFTPServer.convert_errno(problem.errno or 0)

    def _done(self, work: Any) -> int:
        result = self._answer(work)
        return result if isinstance(result, int) else sftp.SFTP_OK


@contextmanager
def sftp_server(
    root: Path, host_key: paramiko.PKey, login_key: paramiko.PKey | None, breaks: list[str]
) -> Iterator[int]:
    """Serve a folder; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(ACCEPT_SECONDS)
    stopped, transports = threading.Event(), []

    def serve() -> None:
        while not stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(host_key)
                folder = type("ServedFolder", (Folder,), {
                    "root": root, "breaks": breaks, "transport": transport,
                })  # fmt: skip
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, folder)
                transports.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Login(login_key), event=threading.Event())

    worker = threading.Thread(target=serve)
    worker.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        worker.join(30)
        for transport in transports:
            transport.close()
        listener.close()
