"""How SAP Concur v3 is paged: by its links; entries by the reports that may have changed.

The list of entries has no filter on a change or a day. A first load therefore lists all entries;
later runs ask for the entries of the reports that changed, and, to find what was deleted, of the
reports with an entry in a period that is not closed.

Not here: checking and joining answers (`answers`), what is landed (`tables`), tokens (`auth`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pipelines.concur.answers import PROJECT_FIELD, Answer, joined, read_answer
from pipelines.concur.tables import EXPENSE_ENTRIES, EXPENSE_REPORTS, USERS
from pipelines.contracts import Page, Table, Window
from tieout.config import System
from tieout.domain.errors import SystemUnreachable
from tieout.http import ApiSession

LIMIT: Final = 100
PAGES_MAX: Final = 100_000
ATTEMPTS_PER_PAGE: Final = 3
BY_REPORT_MAX: Final = 500
EVERYBODY: Final = "ALL"
_REPORTS: Final = "expense/reports"
_ENTRIES: Final = "expense/entries"
_GONE: Final = 404


class ConcurExtractor:
    """Pages through one Concur site."""

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        """Read one site.

        Args:
            system: the system of firm.yml; option `project_field` names the entry's custom field
                with the project.
            session: authenticated session.
            now: the instant of the run; unused, Concur is asked by its own stamps.
        """
        del now
        assert session is not None, "concur speaks HTTP"
        self._system = system
        self._session = session
        self._project_field = str(system.options.get("project_field", PROJECT_FIELD))

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table.

        Raises:
            SystemUnreachable: if an answer stays unreadable or the paging does not end.
        """
        if table is USERS:
            yield from _plain(self._listing("common/users", {}))
        elif table is EXPENSE_REPORTS:
            yield from _plain(self._listing(_REPORTS, {"user": EVERYBODY, **changed(window)}))
        elif table is EXPENSE_ENTRIES:
            yield from self._entries(window)
        else:
            raise KeyError(table.name)

    def _entries(self, window: Window) -> Iterator[Page]:
        """Entries with their reports: of the reports in question, or of everybody."""
        reports = self._headers(in_question(window))
        if in_question(window) and len(reports) <= BY_REPORT_MAX:
            for header in reports.values():
                yield from self._of_report(header)
            return
        if in_question(window):
            reports = self._headers({})
        silent = {name for name, header in reports.items() if header.get("Total")}
        for answer in self._listing(_ENTRIES, {"user": EVERYBODY}):
            for entry in answer.items:
                report_id = str(entry.get("ReportID"))
                silent.discard(report_id)
                if report_id not in reports:
                    reports[report_id] = self._header(report_id)
            yield self._page(answer, reports)
        for report_id in sorted(silent):
            # the list counts nothing, so a report with a total and no entry is asked once more
            yield from self._of_report(reports[report_id])

    def _of_report(self, header: dict[str, Any]) -> Iterator[Page]:
        """Entries of one report."""
        report_id = str(header.get("ID"))
        asked = {"reportID": report_id, "user": str(header.get("OwnerLoginID") or EVERYBODY)}
        for answer in self._listing(_ENTRIES, asked):
            yield self._page(answer, {report_id: header})

    def _page(self, answer: Answer, reports: Mapping[str, dict[str, Any]]) -> Page:
        records = [
            joined(entry, reports.get(str(entry.get("ReportID"))) or None, self._project_field)
            for entry in answer.items
        ]
        return Page(answer.raw, given=records)

    def _headers(self, params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Headers of everybody's reports by id."""
        found: dict[str, dict[str, Any]] = {}
        for answer in self._listing(_REPORTS, {"user": EVERYBODY, **params}):
            found.update((str(report.get("ID")), report) for report in answer.items)
        return found

    def _header(self, report_id: str) -> dict[str, Any]:
        """Header of one report that appeared after the others were listed; empty if it is gone."""
        response = self._session.request(
            "GET",
            f"{_REPORTS}/{report_id}",
            params={"user": EVERYBODY},
            accept=frozenset({_GONE}),
        )
        if response.status_code == _GONE:
            return {}
        return read_answer(b'{"Items":[' + response.content + b"]}").items[0]

    def _listing(self, path: str, params: Mapping[str, Any]) -> Iterator[Answer]:
        """The pages of one list, each asked for by the link of the one before."""
        url, query = path, {**params, "limit": LIMIT}
        visited: set[str] = set()
        for _ in range(PAGES_MAX):
            answer = self._fetch(url, query, visited, params)
            yield answer
            if answer.following is None:
                return
            visited.add(answer.following)
            url, query = answer.following, {}
        raise SystemUnreachable(self._system.id, f"{path}: the paging does not end", "report it")

    def _fetch(
        self, url: str, query: Mapping[str, Any], visited: set[str], params: Mapping[str, Any]
    ) -> Answer:
        """One page; an answer that is not the page asked for is asked for again, within a bound.

        A page that links to one already asked for is an older page served once more.
        """
        trouble = ""
        for _ in range(ATTEMPTS_PER_PAGE):
            raw, _headers = self._session.get_bytes(url, query or None)
            try:
                answer = read_answer(raw)
            except ValueError as problem:
                trouble = str(problem)
                continue
            strays = [
                item.get("ID")
                for item in answer.items
                if "reportID" in params and item.get("ReportID") != params["reportID"]
            ]
            if answer.following in visited:
                trouble = "an earlier page came once more"
            elif strays:
                trouble = f"entries of other reports came: {strays[:3]}"
            else:
                return answer
        raise SystemUnreachable(
            self._system.id,
            f"{url.partition('?')[0]}: {ATTEMPTS_PER_PAGE} answers in a row could not be used:"
            f" {trouble}",
            "an outage page, an error with status 200 or a truncated answer:"
            " run the same command again",
        )


def _plain(answers: Iterator[Answer]) -> Iterator[Page]:
    """Records as served."""
    for answer in answers:
        yield Page(answer.raw, given=answer.items)


def changed(window: Window) -> dict[str, str]:
    """Filter of the list of reports for one window; the vendor's "after" leaves the bound out."""
    if window.since is not None:
        return {"modifiedDateAfter": window.since.strftime("%Y-%m-%dT%H:%M:%S")}
    if window.sweep_from is not None:
        return {"createDateAfter": (window.sweep_from - timedelta(days=1)).isoformat()}
    return {}


def in_question(window: Window) -> dict[str, str]:
    """Filter of the reports whose entries one window needs; empty means everybody's entries."""
    if window.since is None and window.sweep_from is not None:
        day = window.sweep_from - timedelta(days=1)
        return {"entryTransactionDateAfter": day.isoformat()}
    return changed(window)
