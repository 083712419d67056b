"""The numeric ids that Oracle Fusion's import jobs are given, from the options of firm.yml.

Here: `JobSetup`: argument lists of Import Costs and Import Journals. Not here: names that stand in
files (`tieout.posting.writers.oracle_fusion_setup`), submitting (`oracle_fusion_jobs`).

Import Costs has ten arguments: IMPORT_AND_PROCESS, business unit id, ALL, two unused, transaction
source id, document id, three unused. Import Journals has seven: data access set id, journal source,
ledger id, GROUP_ID, and three flags. Both lists are facts of accepted runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieout.config import System
from tieout.domain.errors import ConfigError
from tieout.posting.delivery.oracle_fusion_rest import NULL
from tieout.posting.writers.oracle_fusion_setup import per_entity, setup_of

DOCUMENT_OPTIONS = {"time": "time_document_id", "expense": "expense_document_id"}


@dataclass(frozen=True)
class JobSetup:
    """Ids of one pod, looked up when a job needs them.

    Args:
        system: the system of firm.yml. Options: `business_unit_ids`, `ledger_ids`,
            `data_access_set_ids` (per legal entity), `transaction_source_id`,
            `time_document_id`, `expense_document_id`.
    """

    system: System

    def cost_arguments(self, entity: str, stream: str) -> list[str]:
        """Arguments of Import Costs for a legal entity and `time` or `expense`.

        Raises:
            ConfigError: if an id is missing.
        """
        return [
            "IMPORT_AND_PROCESS", self._of_entity("business_unit_ids", entity), "ALL", NULL, NULL,
            self._one("transaction_source_id"), self._one(DOCUMENT_OPTIONS[stream]),
            NULL, NULL, NULL,
        ]  # fmt: skip

    def journal_arguments(self, entity: str, group: int) -> list[str]:
        """Arguments of Import Journals for a legal entity and a GROUP_ID.

        Raises:
            ConfigError: if an id is missing.
        """
        source = setup_of(self.system.id, self.system.options).journal_source
        return [
            self._of_entity("data_access_set_ids", entity), source,
            self._of_entity("ledger_ids", entity), str(group), "N", "N", "N",
        ]  # fmt: skip

    def _of_entity(self, name: str, entity: str) -> str:
        found = per_entity(self.system.id, name, self.system.options)
        return self._digits(name, found.get(entity, ""), f"of {entity} ")

    def _one(self, name: str) -> str:
        return self._digits(name, str(self.system.options.get(name, "")), "")

    def _digits(self, name: str, value: str, whose: str) -> str:
        if not value.isdigit():
            raise ConfigError(
                f"the id {whose}is {value!r}, not a number",
                file="firm.yml",
                field=f"systems.{self.system.id}.options.{name}",
                fix="write the numeric id of Oracle's setup (see docs/targets/oracle_fusion.md)",
            )
        return value
