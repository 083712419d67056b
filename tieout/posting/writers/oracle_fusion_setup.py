"""The names that a firm gave things in its Oracle Fusion setup, as its import files quote them.

Here: `Setup` and how the options of firm.yml become one. Not here: the files (`oracle_fusion`) and
the numeric ids that the import jobs want (`tieout.posting.delivery.oracle_fusion_jobs`).

Defaults are the names that Oracle ships (document Time Card, entry Straight Time; document and
entry Miscellaneous), a transaction source and a journal source called Tieout, and a business unit
and a ledger named like the legal entity. Options that name something per legal entity are written
as one text: `US01=US1 Business Unit;UK01=UK1 Business Unit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from tieout.domain.errors import ConfigError

PER_ENTITY: Final = ("business_units", "ledgers", "organizations")


@dataclass(frozen=True)
class Setup:
    """Names of the firm's Oracle setup.

    Attributes:
        transaction_source: third-party source of project costs; its documents must not allow
            duplicate references.
        time_document, time_entry: document and document entry of hours.
        time_expenditure_type: expenditure type of hours.
        expense_document, expense_entry: document and document entry of expenses.
        expense_expenditure_type: expenditure type of expenses.
        default_task: task name of a line that has none; Oracle takes no cost without a task.
        journal_source, journal_category: of expenses that belong to no project.
        business_units: legal entity -> business unit; the entity's own id where it is missing.
        ledgers: legal entity -> ledger; the entity's own id where it is missing.
        organizations: legal entity -> expenditure organization; empty lets Oracle take the
            person's own.
    """

    transaction_source: str = "Tieout"
    time_document: str = "Time Card"
    time_entry: str = "Straight Time"
    time_expenditure_type: str = "Professional"
    expense_document: str = "Miscellaneous"
    expense_entry: str = "Miscellaneous"
    expense_expenditure_type: str = "Miscellaneous"
    default_task: str = ""
    journal_source: str = "Tieout"
    journal_category: str = "Adjustment"
    business_units: Mapping[str, str] = field(default_factory=dict)
    ledgers: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)


def setup_of(system_id: str, options: Mapping[str, str | int | bool]) -> Setup:
    """The names that the options of a system give.

    Raises:
        ConfigError: if a text per legal entity is none.
    """
    given = {
        item.name: str(options[item.name])
        for item in fields(Setup)
        if item.name in options and item.name not in PER_ENTITY
    }
    named = {name: per_entity(system_id, name, options) for name in PER_ENTITY}
    return Setup(
        **given,
        business_units=named["business_units"],
        ledgers=named["ledgers"],
        organizations=named["organizations"],
    )


def per_entity(
    system_id: str, name: str, options: Mapping[str, str | int | bool]
) -> dict[str, str]:
    """An option `US01=…;UK01=…` as legal entity -> value; empty without the option.

    Raises:
        ConfigError: if a part has no legal entity or no value.
    """
    text = str(options.get(name, ""))
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        entity, sign, value = (piece.strip() for piece in part.partition("="))
        if not (entity and sign and value):
            raise ConfigError(
                f"{part!r} names no value of a legal entity",
                file="firm.yml",
                field=f"systems.{system_id}.options.{name}",
                fix="write ENTITY=value, several of them separated by semicolons",
            )
        found[entity] = value
    return found
