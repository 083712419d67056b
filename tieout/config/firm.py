"""The typed firm: entities, systems, ownership, routing, policies, owners.

Reading the files lives in `tieout.config.loading`; these models only say what is valid
(DESIGN, section 3.2).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from tieout.config.secrets import SCHEMES, is_reference, resolve_secret
from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Role = Literal["time", "expense", "psa", "hr", "erp", "crm", "billing"]
Vendor = Literal[
    "harvest", "kantata", "bamboohr", "concur", "netsuite", "tryton", "csv_folder", "csv_tables"
]
FILE_VENDORS = ("csv_folder", "csv_tables")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class FirmIdentity(_Model):
    """Who the firm is."""

    id: Identifier
    name: str
    reporting_currency: Currency


class Entity(_Model):
    """One legal entity with its ledger currency, time zone and calendar."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")
    name: str
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    functional_currency: Currency
    time_zone: str = "UTC"
    calendar: Literal["month"] = "month"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise ValueError(f"{value!r} is not an IANA time zone") from problem
        return value


class System(_Model):
    """One connected system; its id names `raw_<id>` and `source_system` in every mart."""

    id: Identifier
    vendor: Vendor
    roles: list[Role] = Field(min_length=1)
    base_url: str = ""
    secrets: dict[str, str] = {}
    options: dict[str, str | int | bool] = {}
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

    @model_validator(mode="after")
    def _address(self) -> System:
        if self.vendor not in FILE_VENDORS and not self.base_url.startswith(("http://", "https://")):
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


class RouteCondition(_Model):
    """What an entry must be for a route to apply; empty fields match everything."""

    legal_entity: str | None = None
    entry_type: Literal["time", "expense"] | None = None


class Route(_Model):
    """A dated posting destination; the first match wins."""

    target: Identifier
    when: RouteCondition = RouteCondition()
    valid_from: date = Field(default=date(1970, 1, 1), alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    mode: Literal["api", "file"] = "api"
    grain: Literal["entry"] = "entry"


class SandboxSettings(_Model):
    """Marks a firm whose systems are the sandbox; fixes its clock."""

    seed: int
    size: str | int
    months: int
    now: datetime
    last_month: str | None = None


class Policies(_Model):
    """Rules a firm may choose; amounts as text so that they stay exact."""

    model_config = ConfigDict(extra="allow")
    rounding: Literal["half_away_from_zero"] = "half_away_from_zero"
    tolerance: str = Field(default="0.00", pattern=r"^\d+(\.\d+)?$")
    late_entry: Literal["next_open_period"] = "next_open_period"
    approved_to_posted_business_days: int = Field(default=1, ge=0, le=60)
    max_hours_per_day: str = Field(default="24", pattern=r"^\d+(\.\d+)?$")


class Firm(_Model):
    """A whole firm folder, validated."""

    firm: FirmIdentity
    entities: list[Entity] = Field(min_length=1)
    systems: list[System] = Field(min_length=1)
    ownership: dict[str, str | list[str]] = {}
    routing: list[Route] = []
    policies: Policies = Policies()
    owners: dict[str, str] = {}
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

    @model_validator(mode="after")
    def _references_exist(self) -> Firm:
        for kind, ids in (
            ("entities", [entity.id for entity in self.entities]),
            ("systems", [system.id for system in self.systems]),
        ):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                raise ValueError(f"{kind}: {', '.join(twice)} is defined twice")
        systems = {system.id for system in self.systems}
        entities = {entity.id for entity in self.entities}
        for entity, owner in self.ownership.items():
            for name in [owner] if isinstance(owner, str) else owner:
                if name not in systems:
                    raise ValueError(f"ownership.{entity}: there is no system {name}")
        for number, route in enumerate(self.routing, start=1):
            if route.target not in systems:
                raise ValueError(f"routing rule {number}: there is no system {route.target}")
            if route.when.legal_entity and route.when.legal_entity not in entities:
                raise ValueError(
                    f"routing rule {number}: there is no entity {route.when.legal_entity}"
                )
        unknown = sorted(set(self.owners) - set(REASONS))
        if unknown:
            raise ValueError(f"owners: {', '.join(unknown)} is not a reason code")
        return self
