"""The record service of the emulated NetSuite: `/services/rest/record/v1/{type}`.

Here: insert (POST), upsert by external id (PUT `eid:`), update (PATCH), read and delete, by
internal id or `eid:`; property name validation; `204` with the record's address. Not here: what
saving a record means (`netsuite_timebill`, `netsuite_journal`), asynchronous submission
(`netsuite_async`).

Assumed beyond the documented facts: an upsert of an existing record changes the properties that
were sent and leaves the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from tieout.sandbox.vendors import netsuite_journal, netsuite_timebill
from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.netsuite_errors import DUPLICATE_TEXT, Refusal, invalid_value, not_found
from tieout.sandbox.vendors.netsuite_rules import NAME_VALIDATION, known_properties
from tieout.sandbox.vendors.netsuite_store import Store

RECORD_ROOT: Final = "/services/rest/record/v1"
RECORD_TYPES: Final[Mapping[str, ModuleType]] = {
    "timeBill": netsuite_timebill,
    "journalEntry": netsuite_journal,
}
_EXTERNAL = "eid:"


@dataclass(frozen=True)
class Call:
    """One call of the record service, as it can be kept and carried out later.

    Attributes:
        method: HTTP method.
        record_type: such as `timeBill`.
        key: internal id, `eid:` and an external id, or empty for the collection.
        body: the JSON object that was sent, or None.
        name_validation: value of the property name validation header.
        root: address of the API root, for `Location`.
    """

    method: str
    record_type: str
    key: str
    body: Any
    name_validation: str
    root: str


class Records:
    """The record service over one account.

    Args:
        store: the account.
        clock: the instant of a save.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def perform(self, call: Call) -> Response:
        """Carry out one call, wholly or not at all.

        Raises:
            Refusal: as the service refuses it.
        """
        kind = RECORD_TYPES.get(call.record_type)
        if kind is None:
            raise Refusal(
                404, f"Record type '{call.record_type}' was not found.", "INVALID_RECORD_TYPE"
            )
        with self._store.transaction():
            if call.method == "GET":
                shown = kind.as_json(self._store, self._existing(kind, call.key)).items()
                return json_response({name: value for name, value in shown if value is not None})
            if call.method == "DELETE":
                kind.delete(self._store, self._existing(kind, call.key))
                return Response(status=204)
            return self._save(kind, call)

    def _save(self, kind: ModuleType, call: Call) -> Response:
        if not isinstance(call.body, Mapping):
            raise Refusal(400, "The request body is not a JSON object.", "INVALID_CONTENT")
        body = known_properties(call.body, kind.PROPERTIES, call.name_validation)
        stated = body.pop("externalId", None)
        if call.method == "POST":
            old, external_id = None, stated
        elif call.method == "PUT":
            old, external_id = self._upserted(kind, call.key, stated)
        else:
            old, external_id = self._existing(kind, call.key), stated
        self._refuse_duplicate(kind, old, external_id)
        key = kind.save(self._store, old, body, self._clock(), external_id)
        location = f"{call.root}{RECORD_ROOT}/{quote(call.record_type)}/{key}"
        return Response(status=204, headers={"Location": location})

    def _upserted(
        self, kind: ModuleType, key: str, stated: str | None
    ) -> tuple[Row | None, str | None]:
        """The record an upsert changes, if there is one, and its external id."""
        if not key.startswith(_EXTERNAL):
            return self._existing(kind, key), stated
        external_id = key.removeprefix(_EXTERNAL)
        if not external_id or (stated is not None and stated != external_id):
            raise invalid_value("externalId", stated)
        return kind.find(self._store, external_id=external_id), external_id

    def _existing(self, kind: ModuleType, key: str) -> Row:
        if key.startswith(_EXTERNAL):
            found = kind.find(self._store, external_id=key.removeprefix(_EXTERNAL))
        else:
            found = kind.find(self._store, key=key)
        if found is None:
            raise not_found()
        return found  # type: ignore[no-any-return]

    def _refuse_duplicate(self, kind: ModuleType, old: Row | None, external_id: str | None) -> None:
        """An external id belongs to one record of its kind."""
        if external_id is None:
            return
        held = kind.find(self._store, external_id=external_id)
        if held is not None and (old is None or held["id"] != old["id"]):
            raise Refusal(400, DUPLICATE_TEXT, "DUP_RCRD")


def validation_header(headers: Headers) -> str:
    """The property name validation a request asks for; NetSuite's default only warns."""
    return headers.get(NAME_VALIDATION, "Warning")
