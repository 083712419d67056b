"""A small ERP as a process of its own: HTTP in front of SQLite, one object per external id.

`PUT /lines/<key>` takes a line once (201) or says that it has it (200); `POST /find` answers what
it holds under some keys. Run it with `python -m tests.nasty.erp_process FOLDER`; it writes the
address it listens on to `FOLDER/address`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tieout.domain.errors import OutcomeUnknown
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import Capabilities, Found, LineResult


class ErpApp:
    """The WSGI app. `is_unique=False` takes a key twice when asked twice."""

    def __init__(self, path: Path, *, is_unique: bool) -> None:
        self.path, self.is_unique = path, is_unique
        with self.books() as books:
            books.execute("create table if not exists lines (id integer primary key, key, body)")

    def books(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30, isolation_level=None)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        with self.books() as books:
            if request.path == "/find":
                answer = self.find(books, request.get_json())
            else:
                answer = self.put(books, request.path.removeprefix("/lines/"), request.get_data())
        return answer(environ, start_response)

    def find(self, books: sqlite3.Connection, keys: list[str]) -> Response:
        marks = ",".join("?" * len(keys))
        rows = books.execute(f"select id, key, body from lines where key in ({marks})", keys)
        found = [{"id": str(row[0]), "key": row[1], **json.loads(row[2])} for row in rows]
        return Response(json.dumps(found), content_type="application/json")

    def put(self, books: sqlite3.Connection, key: str, body: bytes) -> Response:
        books.execute("begin immediate")
        held = books.execute("select id from lines where key = ?", (key,)).fetchone()
        if held is None or not self.is_unique:
            books.execute("insert into lines (key, body) values (?, ?)", (key, body.decode()))
        books.execute("commit")
        number = held or books.execute("select max(id) from lines").fetchone()
        content = json.dumps({"id": str(number[0])})
        return Response(content, 200 if held else 201, content_type="application/json")


class ErpDelivery:
    """The adapter to the process, over HTTP."""

    capabilities = Capabilities("external_id", max_batch=4, serial_only=True, batch_atomic=False)

    def __init__(self, address: str) -> None:
        self.session = ApiSession("netsuite", address)

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for item in self.session.post_json("find", list(keys)) if keys else []:
            found.setdefault(item["key"], []).append(
                Found(
                    item["key"], item["id"], "timeBill", date.fromisoformat(item["date"]),
                    Decimal(item["hours"]), Decimal(item["amount"]), item["currency"], "posted",
                )
            )  # fmt: skip
        return found

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        for row in lines.iter_rows(named=True):
            body = {
                "date": row["accounting_date"].isoformat(),
                "hours": str(row["hours"]),
                "amount": str(row["cost_amount_functional"]),
                "currency": row["functional_currency_code"],
            }
            key = row["posting_key"]
            try:
                answer = self.session.put_json(f"lines/{key}", body, retry=False)
            except OutcomeUnknown as problem:
                yield LineResult(key, "unknown", message=str(problem))
                continue
            yield LineResult(key, "accepted", answer["id"])


def serve(folder: Path) -> None:
    """Serve until the process is ended."""
    app = ErpApp(folder / "books.sqlite", is_unique=not (folder / "takes_twice").exists())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    (folder / "address.tmp").write_text(f"http://127.0.0.1:{server.port}")
    (folder / "address.tmp").rename(folder / "address")
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
