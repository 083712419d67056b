"""Dated posting destinations: conditions on an entry, first match wins.

What an entry is (service line, region, contract) is data of the canonical layer; here is only what
may be asked of it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from tieout.config.grain import ENTRY, GrainText
from tieout.config.parts import EntityId, Identifier, StrictModel, problem_at


class RouteCondition(StrictModel):
    """What an entry must be for a route to apply; empty fields match everything."""

    legal_entity: EntityId | None = None
    entry_type: Literal["time", "expense"] | None = None
    client: str | None = Field(default=None, min_length=1)
    project: str | None = Field(default=None, min_length=1)
    contract: str | None = Field(default=None, min_length=1)
    service_line: str | None = Field(default=None, min_length=1)
    region: str | None = Field(default=None, min_length=1)
    tax_jurisdiction: str | None = Field(default=None, min_length=1)


class Route(StrictModel):
    """A dated posting destination; the first match wins."""

    target: Identifier
    when: RouteCondition = RouteCondition()
    valid_from: date = Field(default=date(1970, 1, 1), alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    mode: Literal["api", "file"] = "api"
    grain: GrainText = ENTRY

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Route:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"ends on {self.valid_to} before it begins on {self.valid_from}")
        return self


PRICING_ERPS = ("d365_fo", "business_central")
"""ERPs that book hours times a rate of the line: several entries may sum to another amount."""


def check_routing(
    routing: list[Route], erps: dict[str, str], systems: set[str], entities: set[str]
) -> None:
    """Refuse destinations and entities that do not exist, and a destination that is no ERP.

    Args:
        routing: The rules, in their order.
        erps: Vendor of each system with the role erp.
        systems, entities: Ids of all systems and legal entities.

    Raises:
        PydanticCustomError: with the place in the file.
    """
    for number, route in enumerate(routing, start=1):
        place = ("routing", number - 1)
        if route.target not in systems:
            raise problem_at(
                f"routing rule {number}: there is no system {route.target}", *place, "target"
            )
        if route.target not in erps:
            raise problem_at(
                f"routing rule {number}: {route.target} has no role erp", *place, "target"
            )
        if route.grain != ENTRY and erps[route.target] in PRICING_ERPS:
            raise problem_at(
                f"routing rule {number}: {route.target} books hours times a rate, so it takes"
                f" single entries only; fix: `grain: {ENTRY}`",
                *place,
                "grain",
            )
        entity = route.when.legal_entity
        if entity and entity not in entities:
            raise problem_at(f"routing rule {number}: there is no entity {entity}", *place, "when")
