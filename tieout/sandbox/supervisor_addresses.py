"""Where the sandbox systems of a new sample firm shall answer.

Here: the preferred ports and the choice of others where those are taken. Not here: writing them
into the firm folder (`tieout.sandbox.supervisor`). Once written they stay: a firm's addresses are
part of its configuration.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

from tieout.sandbox.tryton.template import DATABASE

HOST = "127.0.0.1"

# system id -> preferred port and the path its base_url ends in
ADDRESSES: dict[str, tuple[int, str]] = {
    "harvest_us": (9401, "/v2"),
    "kantata": (9402, "/api/v1"),
    "bamboohr": (9403, ""),
    "concur": (9404, "/api/v3.0"),
    "netsuite": (9405, ""),
    "tryton_uk": (9406, f"/{DATABASE}"),
}


def free_addresses() -> dict[str, str]:
    """System id -> base_url: the preferred port where it is free now, else any free one.

    All ports are held until the last one is chosen, so no two systems get the same.
    """
    urls = {}
    with ExitStack() as held:
        for system, (wanted, path) in ADDRESSES.items():
            probe = held.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                probe.bind((HOST, 0))
            urls[system] = f"http://{HOST}:{probe.getsockname()[1]}{path}"
    return urls


def answers(url: str) -> bool:
    """True if something listens at the host and port of `url`."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=1.0):
            return True
    except OSError:
        return False
