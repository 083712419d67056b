"""Error texts and error files of imports into the emulated Dynamics 365 F&O.

Here: the actions of `DataManagementDefinitionGroups` that say what was refused. Not here: imports
(`d365_fo_imports`).

Documented: rows that fail on their way to staging stand in the staging error file, rows that fail
on their way to the target in the error keys file, which is generated on demand and whose address
stays empty until it is there; GetExecutionErrors lists the texts.

Named assumptions: GetExecutionErrors answers a JSON text of `RecordId` (the natural key, comma
separated), `Field` and `ErrorMessage`; both files are CSV, the staging error file with the row as
it came, the error keys file with the natural key and the text fields of the row, or with the
natural key alone (`Moods.keys_only`).
"""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from tieout.sandbox.vendors import d365_fo_rules as rules
from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.d365_fo_setup import Moods
from tieout.sandbox.vendors.d365_fo_store import Store

Action = Callable[[Mapping[str, Any], str], Response]


class ErrorFiles:
    """What the history of imports says about refused rows.

    Args:
        store: the environment's state.
        moods: switches.
        find: number and body of an execution by its id, or None.
    """

    def __init__(
        self,
        store: Store,
        moods: Moods,
        find: Callable[[object], tuple[int, dict[str, Any]] | None],
    ) -> None:
        self._store, self._moods, self._find = store, moods, find

    def actions(self) -> dict[str, Action]:
        """Action name -> its handler."""
        return {
            "GetExecutionErrors": self._errors,
            "GetImportStagingErrorFileUrl": self._staging_file,
            "GenerateImportTargetErrorKeysFile": self._generate,
            "GetImportTargetErrorKeysFileUrl": self._keys_file,
        }

    def _errors(self, body: Mapping[str, Any], root: str) -> Response:  # noqa: ARG002 - one shape
        errors = [
            {
                "RecordId": ",".join(error["row"][name] for name in rules.KEYS[error["entity"]])
                if error["entity"]
                else "",
                "Field": error.get("field", ""),
                "ErrorMessage": error["message"],
            }
            for error in self._kept(body)
        ]
        return json_response({"value": json.dumps(errors)})

    def _kept(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = None if self._moods.purges_errors else self._find(body.get("executionId"))
        return [] if found is None else list(found[1]["errors"])

    def _staging_file(self, body: Mapping[str, Any], root: str) -> Response:
        return self._file(body, root, staging=True)

    def _generate(self, body: Mapping[str, Any], root: str) -> Response:  # noqa: ARG002 - one shape
        """Say whether there is anything to generate; the file is there at the second question."""
        found = self._find(body.get("executionId"))
        rows = self._rows(body, staging=False)
        if found is None or not rows:
            return json_response({"value": False})
        number, execution = found
        self._store.save(number, {**execution, "generated": [], "asked": True})
        return json_response({"value": True})

    def _keys_file(self, body: Mapping[str, Any], root: str) -> Response:
        found = self._find(body.get("executionId"))
        if found is None or not found[1].get("asked"):
            return json_response({"value": ""})
        number, execution = found
        if body.get("entityName") not in execution["generated"]:
            generated = [*execution["generated"], body.get("entityName")]
            self._store.save(number, {**execution, "generated": generated})
            return json_response({"value": ""})
        return self._file(body, root, staging=False)

    def _rows(self, body: Mapping[str, Any], *, staging: bool) -> list[dict[str, str]]:
        entity = str(body.get("entityName"))
        rows = [
            error["row"]
            for error in self._kept(body)
            if error["entity"] == entity and error.get("staging", False) == staging
        ]
        if staging or not rows:
            return rows
        names = rules.KEYS[entity]
        if not self._moods.keys_only:
            names += rules.TEXTS.get(entity, ())
        return [{name: row[name] for name in names} for row in rows]

    def _file(self, body: Mapping[str, Any], root: str, *, staging: bool) -> Response:
        rows = self._rows(body, staging=staging)
        if not rows:
            return json_response({"value": ""})
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        name = f"{secrets.token_hex(8)}-errors.csv"
        self._store.add("blob", {"name": name, "hex": buffer.getvalue().encode("utf-8").hex()})
        return json_response({"value": f"{root}/blob/{name}?sv=2014-02-14&sig=abc"})
