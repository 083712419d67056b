"""The data management package API of Dynamics 365 F&O, as posting uses it.

Here: upload, import, status, and what an import refused (`POST
/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.{Action}`, Microsoft's page
"Data management package REST API"). Not here: when each call is made (`d365_fo`), what a refusal
means (`tieout.posting.acks.d365_fo`).

Blob storage is another host and is reached with the address that F&O signs, never with our token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import simplejson

from tieout.domain.errors import SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.d365_fo import read_error_file, read_errors, rejected
from tieout.posting.delivery.base import LineResult
from tieout.posting.writers.d365_fo_columns import LINE_ENTITIES

ACTIONS: Final = "data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities."
UNKNOWN: Final = "Unknown"
RUNNING: Final = frozenset({"NotRun", "Executing"})
CLEAN: Final = "Succeeded"
ENDED: Final = frozenset({CLEAN, "PartiallySucceeded", "Failed", "Canceled"})
BAD_REQUEST, BUSY = 400, 429
BUSY_ATTEMPTS: Final = 6
FILE_POLLS: Final = 20
POLL_SECONDS: Final = 0.5
WAIT_SECONDS_MAX: Final = 60.0


class Packages:
    """Imports into one environment.

    Args:
        session: session that authenticates itself.
        sleep: how to wait, replaceable in tests.
    """

    def __init__(self, session: ApiSession, sleep: Callable[[float], None] = time.sleep) -> None:
        self._session, self._sleep = session, sleep

    def status(self, execution_id: str) -> str:
        """State of an import; `Unknown` when F&O never saw it.

        Raises:
            SystemUnreachable: there was no usable answer.
        """
        state = str(self._call("GetExecutionSummaryStatus", executionId=execution_id))
        if state != UNKNOWN and state not in RUNNING and state not in ENDED:
            raise self._unusable("GetExecutionSummaryStatus", state)
        return state

    def upload(self, name: str, content: bytes) -> str:
        """Put a package into the environment's blob storage; returns its address.

        Raises:
            SystemUnreachable: it is not there; nothing was imported.
        """
        told = self._call("GetAzureWriteUrl", uniqueFileName=name)
        try:
            url = str(simplejson.loads(told)["BlobUrl"])
        except (ValueError, KeyError, TypeError):
            raise self._unusable("GetAzureWriteUrl", told) from None
        headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": "application/zip"}
        self._storage("PUT", url, data=content, headers=headers)
        return url

    def start(self, url: str, execution_id: str, company: str, data_project: str) -> str | None:
        """Import an uploaded package; returns F&O's words when it refused the call.

        Raises:
            SystemUnreachable: the import was certainly not started.
            OutcomeUnknown: it may have been started.
        """
        body = {
            "packageUrl": url, "definitionGroupId": data_project, "executionId": execution_id,
            "execute": True, "overwrite": True, "legalEntityId": company,
        }  # fmt: skip
        for attempt in range(1, BUSY_ATTEMPTS + 1):
            response = self._session.request(
                "POST", f"{ACTIONS}ImportFromPackage", json=body, retry=False,
                accept=frozenset({BAD_REQUEST, BUSY}),
            )  # fmt: skip
            if response.status_code == BAD_REQUEST:
                return response.text[:300]
            if response.status_code != BUSY:
                return None
            if attempt < BUSY_ATTEMPTS:
                self._sleep(_pause(attempt, response.headers.get("Retry-After", "")))
        raise SystemUnreachable(
            self._session.system_id,
            f"{BUSY_ATTEMPTS} imports in a row were refused for too many requests",
            "the environment is throttled: run the same command again later",
        )

    def refused(self, execution_id: str) -> tuple[list[LineResult], list[str]]:
        """Lines that an import refused, as far as its error files name them; and all its texts.

        Raises:
            SystemUnreachable: there was no usable answer.
        """
        told = self._call("GetExecutionErrors", executionId=execution_id)
        try:
            texts = read_errors(str(told or ""))
        except ValueError:
            raise self._unusable("GetExecutionErrors", told) from None
        results: list[LineResult] = []
        for entity in LINE_ENTITIES:
            for content in self._error_files(execution_id, entity.name):
                results += rejected(entity, read_error_file(content), texts)
        return results, list(dict.fromkeys(texts.values()))

    def _error_files(self, execution_id: str, entity: str) -> list[bytes]:
        """Staging error file and error keys file of an entity, those that there are."""
        asked: dict[str, Any] = {"executionId": execution_id, "entityName": entity}
        urls = [str(self._call("GetImportStagingErrorFileUrl", **asked) or "")]
        if self._call("GenerateImportTargetErrorKeysFile", **asked) is True:
            urls.append(self._keys_file_url(asked))
        return [self._storage("GET", url).content for url in urls if url]

    def _keys_file_url(self, asked: Mapping[str, Any]) -> str:
        """The address of the error keys file; empty until F&O has written it."""
        for _ in range(FILE_POLLS):
            url = str(self._call("GetImportTargetErrorKeysFileUrl", **asked) or "")
            if url:
                return url
            self._sleep(POLL_SECONDS)
        raise SystemUnreachable(
            self._session.system_id,
            f"the error keys file of {asked['entityName']} was not there after {FILE_POLLS} looks",
            "F&O is still writing it: run the same command again",
        )

    def _call(self, action: str, **body: Any) -> Any:
        """The value that an action answers; only for actions that may be repeated."""
        response = self._session.request("POST", f"{ACTIONS}{action}", json=body)
        try:
            return simplejson.loads(response.content, use_decimal=True)["value"]
        except (ValueError, KeyError, TypeError):
            raise self._unusable(action, response.content) from None

    def _storage(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request to blob storage; its address holds a signature and stands in no message."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme != urlsplit(self._session.base_url).scheme:
            raise self._unusable("blob storage", root)
        storage = ApiSession(
            self._session.system_id, root, limits=self._session.limits, sleep=self._sleep
        )
        try:
            return storage.request(method, url, **options)
        except SystemUnreachable:
            raise SystemUnreachable(
                self._session.system_id,
                f"{method} of a file at the blob storage {parts.netloc} failed",
                "check that this machine may reach the environment's storage, then run again",
            ) from None

    def _unusable(self, action: str, told: object) -> SystemUnreachable:
        return SystemUnreachable(
            self._session.system_id,
            f"{action} was answered with {str(told)[:200]!r}",
            "an outage page, a truncated answer or an unknown state: run the same command again",
        )


def _pause(attempt: int, retry_after: str) -> float:
    """Seconds to wait before the next attempt."""
    told = float(retry_after) if retry_after.isdigit() else 0.0
    return min(max(told, POLL_SECONDS * 2 ** (attempt - 1)), WAIT_SECONDS_MAX)
