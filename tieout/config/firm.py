"""The typed firm: entities, systems, ownership, routing, policies, owners.

Reading the files lives in `tieout.config.loading`; these models only say what is valid
(DESIGN, section 3.2).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from pydantic import (
    ConfigDict,
    Field,
    PrivateAttr,
    field_serializer,
    field_validator,
    model_validator,
)

from tieout.config.calendars import Calendar
from tieout.config.grain import GROUP
from tieout.config.ownership import Ownership, Ownerships, check_ownership, ownerships
from tieout.config.parts import (
    AmountText,
    Currency,
    EntityId,
    Identifier,
    StrictModel,
    problem_at,
)
from tieout.config.routing import Route, check_routing
from tieout.config.secrets import SCHEMES, is_reference, resolve_secret
from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS

Role = Literal["time", "expense", "psa", "hr", "erp", "crm", "billing"]
Vendor = Literal[
    "harvest", "kantata", "bamboohr", "concur", "netsuite", "tryton", "csv_folder", "csv_tables",
    "legacy_files", "business_central", "d365_fo", "sap_s4hana", "oracle_fusion",
]  # fmt: skip
FILE_VENDORS = ("csv_folder", "csv_tables", "legacy_files")


class FirmIdentity(StrictModel):
    """Who the firm is."""

    id: Identifier
    name: str
    reporting_currency: Currency


class Entity(StrictModel):
    """One legal entity with its ledger currency, time zone and calendar."""

    id: EntityId
    name: str
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    functional_currency: Currency
    time_zone: str = "UTC"
    calendar: Calendar = "month"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise ValueError(f"{value!r} is not an IANA time zone") from problem
        return value


class System(StrictModel):
    """One connected system; its id names `raw_<id>` and `source_system` in every mart."""

    id: Identifier
    vendor: Vendor
    roles: list[Role] = Field(min_length=1)
    base_url: str = ""
    secrets: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str | int | bool] = Field(default_factory=dict)
    _folder: Path = PrivateAttr(default=Path())

    @field_validator("secrets")
    @classmethod
    def _references_only(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not is_reference(text):
                raise ValueError(
                    f"{name} holds a literal secret; refer to it as {SCHEMES[0]}NAME"
                    f" or {SCHEMES[1]}path"
                )
        return value

    @field_validator("id")
    @classmethod
    def _not_ours(cls, value: str) -> str:
        if value == GROUP:
            raise ValueError(f"{GROUP} names lines of several entries; choose another id")
        return value

    @model_validator(mode="after")
    def _address(self) -> System:
        if self.vendor not in FILE_VENDORS and not self.base_url.startswith(
            ("http://", "https://")
        ):
            raise ValueError("base_url must start with http:// or https://")
        return self

    @property
    def folder(self) -> Path:
        """The firm folder; options that name files are relative to it."""
        return self._folder

    def secret(self, name: str) -> str:
        """The secret behind the reference `name`, resolved now.

        Raises:
            ConfigError: if it is not named in firm.yml or cannot be resolved.
        """
        if name not in self.secrets:
            raise ConfigError(
                f"system {self.id} needs a secret named {name}",
                file="firm.yml",
                field=f"systems.{self.id}.secrets",
                fix=f"add `{name}: env:SOME_VARIABLE` to the system's secrets",
            )
        return resolve_secret(self.secrets[name], self._folder)


class SandboxSettings(StrictModel):
    """Marks a firm whose systems are the sandbox; fixes its clock."""

    seed: int
    size: str | int
    months: int
    now: datetime
    last_month: str | None = None


class Policies(StrictModel):
    """Rules a firm may choose; amounts as text so that they stay exact."""

    model_config = ConfigDict(extra="allow")
    rounding: Literal["half_away_from_zero"] = "half_away_from_zero"
    tolerance: str = Field(default="0.00", pattern=r"^\d+(\.\d+)?$")
    late_entry: Literal["next_open_period"] = "next_open_period"
    approved_to_posted_business_days: int = Field(default=1, ge=0, le=60)
    max_hours_per_day: str = Field(default="24", pattern=r"^\d+(\.\d+)?$")
    tolerance_ratio: str = Field(default="0", pattern=r"^0(\.\d{1,6})?$")
    approved_to_invoice_ready_business_days: int = Field(default=5, ge=0, le=260)
    first_pass_maturity_days: int = Field(default=45, ge=0, le=366)
    release_limit: dict[Currency, AmountText] = Field(default_factory=dict)

    @field_serializer("release_limit")
    def _limits_as_text(self, value: dict[str, str]) -> str:
        """One text, as every policy is in the warehouse."""
        return ", ".join(f"{code} {amount}" for code, amount in sorted(value.items()))


class Firm(StrictModel):
    """A whole firm folder, validated."""

    firm: FirmIdentity
    entities: list[Entity] = Field(min_length=1)
    systems: list[System] = Field(min_length=1)
    ownership: Ownerships = Field(default_factory=dict)
    routing: list[Route] = Field(default_factory=list)
    policies: Policies = Policies()
    owners: dict[str, str] = Field(default_factory=dict)
    sandbox: SandboxSettings | None = None
    _folder: Path = PrivateAttr(default=Path())
    _crosswalks: dict[str, pl.DataFrame] = PrivateAttr(default_factory=dict)

    @property
    def id(self) -> str:
        """The firm's id, the first part of every posting key."""
        return self.firm.id

    @property
    def folder(self) -> Path:
        """The folder this firm was read from."""
        return self._folder

    @property
    def crosswalks(self) -> dict[str, pl.DataFrame]:
        """Crosswalk tables by kind (`worker`, `client`, `project`, `account`, ...), all text."""
        return self._crosswalks

    def system(self, system_id: str) -> System:
        """The system with that id.

        Raises:
            KeyError: if there is none.
        """
        return {system.id: system for system in self.systems}[system_id]

    def attach(self, folder: Path, crosswalks: dict[str, pl.DataFrame]) -> None:
        """Remember the folder (secrets are relative to it) and the crosswalks."""
        self._folder, self._crosswalks = folder, crosswalks
        for system in self.systems:
            system._folder = folder  # noqa: SLF001 - the firm owns its systems

    @property
    def ownerships(self) -> list[Ownership]:
        """Which system is the record of which record or field, for whom and when."""
        return ownerships(self.ownership)

    @model_validator(mode="after")
    def _references_exist(self) -> Firm:
        for kind, ids in (
            ("entities", [entity.id for entity in self.entities]),
            ("systems", [system.id for system in self.systems]),
        ):
            for number, name in enumerate(ids):
                if name in ids[:number]:
                    raise problem_at(f"{kind}: {name} is defined twice", kind, number)
        systems = {system.id for system in self.systems}
        erps = {system.id: system.vendor for system in self.systems if "erp" in system.roles}
        entities = {entity.id for entity in self.entities}
        check_ownership(self.ownership, systems, entities)
        check_routing(self.routing, erps, systems, entities)
        currencies = {entity.functional_currency for entity in self.entities}
        for code in self.policies.release_limit:
            if code not in currencies:
                raise problem_at(
                    f"{code} is no entity's functional currency", "policies", "release_limit", code
                )
        for code in self.owners:
            if code not in REASONS:
                raise problem_at(f"owners: {code} is not a reason code", "owners", code)
        return self
