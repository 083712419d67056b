"""The template of an ERP that takes files: what its columns are called and how values are written.

Here: the typed template, one YAML file in the firm folder, and reading it. Not here: the layout of
a file (`legacy_files_layout`), writing (`legacy_files`), reading what the ERP answers
(`tieout.posting.delivery.legacy_files_answers`).
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from tieout.config import System
from tieout.config.parts import StrictModel, problem_at
from tieout.config.yaml_model import read_yaml_model
from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS
from tieout.posting.writers.legacy_files_layout import ImportFile, Layout

REFERENCE: Final = "docs/targets/legacy_files.md"


class ReasonRule(StrictModel):
    """A piece of the ERP's reject text and what it means."""

    pattern: str
    reason_code: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as problem:
            raise ValueError(f"{value!r} is no regular expression: {problem}") from problem
        return value

    @field_validator("reason_code")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in REASONS:
            raise ValueError(f"{value} is not a reason code")
        return value


class Figures(StrictModel):
    """Headers of what the ERP says stands in its books; an amount is signed or in two columns."""

    accounting_date: str | None = None
    hours: str | None = None
    amount: str | None = None
    debit: str | None = None
    credit: str | None = None
    currency_code: str | None = None

    @property
    def are_shown(self) -> bool:
        """Whether they say enough to prove a line."""
        return bool(self.accounting_date and (self.amount or (self.debit and self.credit)))


class ResponseColumns(Figures):
    """Headers of a response file."""

    posting_key: str | None = None
    line_number: str | None = None
    status: str
    erp_id: str | None = None
    message: str | None = None


class Response(Layout):
    """The file with which the ERP answers; a header row is always there.

    Attributes:
        files: name pattern with `{batch_id}` in it.
        complete: `every_line` when every line is answered some day; `one_file` when the first
            whole file is the whole answer and refused lines may be missing from it.
        trailer: first cell of the last row of a whole file, its second cell the number of rows.
    """

    files: str = "{batch_id}*.response.csv"
    columns: ResponseColumns
    accepted: tuple[str, ...] = Field(min_length=1)
    already_there: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    complete: Literal["every_line", "one_file"] = "every_line"
    trailer: str | None = None
    reasons: tuple[ReasonRule, ...] = ()

    @model_validator(mode="after")
    def _names_lines_and_batches(self) -> Response:
        if "{batch_id}" not in self.files or "/" in self.files:
            raise problem_at("the pattern is a file name with {batch_id} in it", "files")
        if not self.columns.posting_key and not self.columns.line_number:
            raise problem_at("a response names posting_key or line_number", "columns")
        if self.complete == "one_file" and not self.trailer:
            raise problem_at("one_file needs a trailer, or half a file is a refusal", "complete")
        return self


class PostedColumns(Figures):
    """Headers of the export of posted lines; those of the last group are for the read-back."""

    posting_key: str
    erp_id: str
    status: str | None = None
    legal_entity_id: str | None = None
    worker_id: str | None = None
    project_id: str | None = None
    work_date: str | None = None
    memo: str | None = None
    account_code: str | None = None
    created_by: str | None = None


class PostedLines(Layout):
    """The export of what stands in the ERP's books, in the folder of responses.

    Attributes:
        files: name pattern; all files together are the books.
        drafts: words of the status that mean "not in the books yet".
    """

    files: str = "posted_lines*.csv"
    columns: PostedColumns
    drafts: tuple[str, ...] = ()


class Template(StrictModel):
    """One ERP's files.

    Attributes:
        duplicate_keys: `refused` when the ERP itself refuses a second line with a key.
    """

    import_file: ImportFile = Field(alias="import")
    response: Response
    posted_lines: PostedLines | None = None
    duplicate_keys: Literal["refused", "taken"] = "taken"

    @model_validator(mode="after")
    def _shows_what_it_posted(self) -> Template:
        books = self.posted_lines.columns if self.posted_lines else self.response.columns
        if not books.are_shown:
            part = "posted_lines" if self.posted_lines else "response"
            raise problem_at(
                "nothing can be proven: name accounting_date and amount (or debit and credit),"
                " in the columns of the response or of posted_lines",
                part, "columns",
            )  # fmt: skip
        return self

    @cached_property
    def key_length(self) -> int | None:
        """Longest posting key that the import file takes; None for any."""
        column = self.import_file.first("posting_key")
        return column.length if column else None


def load_template(system: System | None = None) -> Template:
    """The template that a system names in `options.template`, or the one of this package.

    Raises:
        ConfigError: the file is not there, or wrong at a line.
    """
    named = str(system.options.get("template", "")) if system else ""
    path = Path(__file__).with_name("legacy_files.yml")
    if system and named:
        path = system.folder / named
        if not path.is_file():
            raise ConfigError(
                f"there is no file {path}",
                file="firm.yml",
                field=f"systems.{system.id}.options.template",
                fix="name the YAML file of the template, relative to the firm folder",
            )
    return read_yaml_model(path, Template, REFERENCE)
