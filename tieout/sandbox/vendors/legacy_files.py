"""A legacy ERP that takes files: a nightly program over a drop folder, with every bad habit.

Here: the program, its books and its misbehaviour. Not here: the formats of its files
(`legacy_files_dialect`), and misbehaviour of HTTP servers (`faults`): there is none.

Assumed, for no vendor documents it: a batch is what a manifest names, and files without one are
left alone; a batch whose checksums, counts or control totals differ is refused whole, line by line;
a line in a closed period is refused unless the installation shifts dates; unknown workers and
projects are refused; taken batches are deleted from the drop folder; responses may be late,
partial, repeated, cut off, about strangers, or lost; documents are numbered from 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tieout.sandbox.vendors.legacy_files_dialect import Dialect

RESPONSE_HEADER: Final = (
    "POSTING_KEY", "LINE", "STATUS", "DOCUMENT", "MESSAGE", "POSTING_DATE", "HOURS", "AMOUNT",
    "CURRENCY",
)  # fmt: skip
EXPORT_HEADER: Final = (
    "DOCUMENT", "POSTING_KEY", "ENTITY", "POSTING_DATE", "EMPLOYEE", "PROJECT", "HOURS", "AMOUNT",
    "CURRENCY", "STATE", "TEXT",
)  # fmt: skip
HABITS: Final = frozenset({
    "late",  # the batch is taken now and answered by `answer_late`
    "lost",  # the batch is taken, the answer never written
    "partial",  # half of the answers now, the others by `answer_late`
    "repeated",  # every answer twice, in two files
    "strangers",  # answers about lines that nobody sent, besides
    "cut_off",  # the file ends within its last row until `answer_late`
    "purged",  # refused lines are not mentioned
    "taken_twice",  # the program died before it deleted the batch: it takes it again
})  # fmt: skip


@dataclass
class LegacyErp:
    """One installation; its books are a file, so a restart changes nothing.

    Attributes:
        folder: root with `in`, `out` and the ERP's own `books.json`.
        first_open_day: days before it lie in closed periods.
        shifts_dates: a line of a closed period is posted on `first_open_day` without a word.
        workers, projects: known references; None knows all.
        refuses_duplicates: whether a key is taken only once.
        drafts: keys that stay drafts, not in the books.
        habits: what happens to the next batches, in order; see `HABITS`.
    """

    folder: Path
    dialect: Dialect = field(default_factory=Dialect)
    first_open_day: date = date(2026, 6, 1)
    shifts_dates: bool = False
    workers: Collection[str] | None = None
    projects: Collection[str] | None = None
    refuses_duplicates: bool = False
    drafts: Collection[str] = ()
    habits: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    _late: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the folders that the operator of such an ERP makes."""
        self.drop, self.out = self.folder / "in", self.folder / "out"
        for path in (self.drop, self.out):
            path.mkdir(parents=True, exist_ok=True)

    @property
    def books(self) -> list[dict[str, Any]]:
        """Every posted line, oldest first."""
        path = self.folder / "books.json"
        return json.loads(path.read_text()) if path.exists() else []

    def run(self) -> None:
        """One run of the nightly program over everything that is complete in the drop folder."""
        for manifest in sorted(self.drop.glob("*.manifest.json")):
            habit = self.habits.pop(0) if self.habits else ""
            if habit and habit not in HABITS:
                raise ValueError(f"{habit} is no habit of this ERP")
            facts = json.loads(manifest.read_text())
            self.taken.append(facts["batch_id"])
            answers = self._take(facts)
            if habit == "taken_twice":
                answers += self._take(facts)
            manifest.unlink()
            for entry in facts["files"]:
                (self.drop / entry["name"]).unlink(missing_ok=True)
            self._answer(facts["batch_id"], answers, habit)

    def answer_late(self) -> None:
        """Write every answer that was held back."""
        for name, content in self._late:
            self._put(name, content)
        self._late.clear()

    def export(self) -> None:
        """Write the export of posted lines."""
        rows = [
            [line[name] for name in ("document", "key", "entity", "date", "worker", "project",
                                     "hours", "amount", "currency", "state", "text")]
            for line in self.books
        ]  # fmt: skip
        self._put("posted_lines.csv", self.dialect.write(EXPORT_HEADER, rows, ends=False))

    def _take(self, facts: dict[str, Any]) -> list[list[str]]:
        """Post what may be posted; one answer per line."""
        contents = {
            entry["name"]: (self.drop / entry["name"]).read_bytes() for entry in facts["files"]
        }
        rows = [row for name in sorted(contents) for row in self.dialect.read(contents[name])]
        wrong = self._why_refused(facts, contents, rows)
        books, answers = self.books, []
        for number, row in enumerate(rows, start=1):
            why = wrong or self._why_not_posted(row, books)
            answers.append(self._post(number, row, books, why))
        (self.folder / "books.json").write_text(json.dumps(books))
        return answers

    def _post(
        self, number: int, row: dict[str, str], books: list[dict[str, Any]], why: str | None
    ) -> list[str]:
        """Post one line, or say why not."""
        named = [row["key"] if self.dialect.answers_by == "key" else "", str(number)]
        words = self.dialect.words
        if why is not None:
            word = words["duplicate" if why.startswith("Duplicate") else "rejected"]
            held = next((line for line in books if line["key"] == row["key"]), None)
            known = held if held and word == words["duplicate"] else None
            figures = [known[n] for n in ("date", "hours", "amount", "currency")] if known else []
            return [*named, word, known["document"] if known else "", why, *(figures or [""] * 4)]
        posted = self._as_posted(row, len(books) + 1)
        books.append(posted)
        figures = [posted[name] for name in ("date", "hours", "amount", "currency")]
        return [*named, words["posted"], posted["document"], "", *figures]

    def _as_posted(self, row: dict[str, str], number: int) -> dict[str, Any]:
        day = max(self.dialect.day(row["date"]), self.first_open_day)
        return {
            "document": f"D{number:06d}",
            "key": row["key"],
            "date": self.dialect.text(day),
            "amount": self.dialect.text(self.dialect.amount(row)),
            "state": "draft" if row["key"] in self.drafts else "posted",
            **{name: row.get(name, "") for name in ("entity", "worker", "project", "hours",
                                                    "currency", "text")},
        }  # fmt: skip

    def _why_not_posted(self, row: dict[str, str], books: list[dict[str, Any]]) -> str | None:
        """Why a line is refused; None when it is posted."""
        if self.refuses_duplicates and any(line["key"] == row["key"] for line in books):
            return f"Duplicate: {row['key']} already posted"
        if not self.shifts_dates and self.dialect.day(row["date"]) < self.first_open_day:
            return f"Period of {row['date']} is closed"
        if self.workers is not None and row["worker"] not in self.workers:
            return f"Employee {row['worker']} not found"
        if self.projects is not None and row["project"] not in self.projects:
            return f"Project {row['project']} is blocked"
        return None

    def _why_refused(
        self, facts: dict[str, Any], contents: dict[str, bytes], rows: list[dict[str, str]]
    ) -> str | None:
        """Why a whole batch is refused; None when it is as its manifest says."""
        for entry in facts["files"]:
            if hashlib.sha256(contents[entry["name"]]).hexdigest() != entry["sha256"]:
                return f"Batch refused: checksum of {entry['name']} differs"
        if len(rows) != facts["line_count"]:
            return "Batch refused: line count differs"
        total = sum((self.dialect.amount(row) for row in rows), Decimal(0))
        stated = sum(
            (Decimal(part["amount"]) for part in facts["control_totals"].values()), Decimal(0)
        )
        return None if total == stated else "Batch refused: control total differs"

    def _answer(self, batch_id: str, answers: list[list[str]], habit: str) -> None:
        """Write the response, as the ERP's habit is."""
        name, half = f"{batch_id}.response.csv", len(answers) // 2
        if habit == "purged":
            answers = [row for row in answers if row[2] != self.dialect.words["rejected"]]
        if habit == "strangers":
            stranger = ["of:another:integration:9:v1:cost", "999999", *answers[0][2:]]
            answers = [stranger, *answers, stranger]
        whole = self.dialect.write(RESPONSE_HEADER, answers)
        if habit == "partial":
            self._put(name, self.dialect.write(RESPONSE_HEADER, answers[:half]))
            rest = self.dialect.write(RESPONSE_HEADER, answers[half:])
            self._late.append((f"{batch_id}-2.response.csv", rest))
        elif habit in ("late", "cut_off"):
            self._late.append((name, whole))
            if habit == "cut_off":
                self._put(name, whole[:-9])
        elif habit != "lost":
            self._put(name, whole)
            if habit == "repeated":
                self._put(f"{batch_id}-again.response.csv", whole)

    def _put(self, name: str, content: bytes) -> None:
        (self.out / name).write_bytes(content)
