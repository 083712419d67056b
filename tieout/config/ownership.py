"""Which system is the record of what: per kind of record, per field, scoped and dated.

One system writes a field. Two writers of it, for one entity on one day, are refused here, and so is
a way of handing a field on that comes back or reaches one system twice. Facts (time, expenses) are
everybody's own: several systems may bring them, each owning what it brings, unless a scope says
whose they are. How the record wins over other systems' values is said in the models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from tieout.config.parts import EntityId, Identifier, StrictModel, problem_at

FACTS = frozenset({"time_entry", "expense"})
"""Records that every system owns for itself unless a scope gives them to one."""

KINDS = FACTS | frozenset({
    "worker", "client", "project", "task", "assignment", "contract", "contract_line", "milestone",
    "retainer", "rate", "budget", "capacity", "invoice", "payment", "billing_allocation",
    "billing_adjustment", "vendor_bill", "tax_rule", "posting", "gl_account", "gl_balance",
    "accounting_period", "fx_rate", "legal_entity", "cost_center", "billing_code",
    "labour_category", "service_line", "region", "business_unit", "practice", "currency",
    "tax_jurisdiction", "expense_category", "reference_code", "approval_event", "approval",
    "revenue", "payroll", "reimbursement",
})  # fmt: skip
"""Kinds of record that ownership can be stated for."""

_FIELD = re.compile(r"^[a-z][a-z0-9_]*$")
_ALWAYS = (date(1, 1, 1), date(9999, 12, 31))


class OwnerScope(StrictModel):
    """One system as the record, for one legal entity and a time where the firm says so."""

    system: Identifier
    legal_entity: EntityId | None = None
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    consumers: list[Identifier] | dict[Identifier, list[Identifier]] = Field(default_factory=list)

    def meets(self, other: OwnerScope) -> bool:
        """True when both hold for one legal entity on one day."""
        apart = {self.legal_entity, other.legal_entity}
        first, last = _ALWAYS
        return (None in apart or len(apart) == 1) and (
            (self.valid_from or first) <= (other.valid_to or last)
            and (other.valid_from or first) <= (self.valid_to or last)
        )


Owner = Identifier | OwnerScope
Ownerships = dict[str, Owner | list[Owner]]


@dataclass(frozen=True)
class Ownership:
    """One row of the ownership table; `field` is None for the whole record."""

    entity: str
    field: str | None
    system: str
    legal_entity: str | None
    valid_from: date | None
    valid_to: date | None


def ownerships(stated: Ownerships) -> list[Ownership]:
    """The ownership table: one row per statement, in the order of the file."""
    rows = []
    for key, owner in stated.items():
        entity, _, field = key.partition(".")
        rows += [
            Ownership(
                entity, field or None, scope.system, scope.legal_entity, scope.valid_from,
                scope.valid_to,
            )
            for _, scope in _scopes(owner)
        ]  # fmt: skip
    return rows


def check_ownership(stated: Ownerships, systems: set[str], entities: set[str]) -> None:
    """Refuse what does not exist, two writers of a field, and a field that travels in a circle.

    Raises:
        PydanticCustomError: with the place in the file.
    """
    for key, owner in stated.items():
        entity, dot, field = key.partition(".")
        if entity not in KINDS:
            raise problem_at(f"there is no kind of record {entity!r}", "ownership", key)
        if dot and not _FIELD.match(field):
            raise problem_at(f"{field!r} is not the name of a field", "ownership", key)
        for place, scope in _scopes(owner):
            _check_scope(key, scope, systems, entities, ("ownership", key, *place))
        _check_writers(key, owner)


def _scopes(owner: Owner | list[Owner]) -> Iterator[tuple[tuple[int, ...], OwnerScope]]:
    """Each statement with its position in the list, if it stands in one."""
    listed = owner if isinstance(owner, list) else [owner]
    for number, item in enumerate(listed):
        place = (number,) if isinstance(owner, list) else ()
        yield place, OwnerScope(system=item) if isinstance(item, str) else item


def _check_scope(
    key: str, scope: OwnerScope, systems: set[str], entities: set[str], place: tuple[str | int, ...]
) -> None:
    givers = _givers(scope)
    for name in (scope.system, *givers, *(taker for to in givers.values() for taker in to)):
        if name not in systems:
            raise problem_at(f"ownership.{key}: there is no system {name}", *place)
    if scope.legal_entity and scope.legal_entity not in entities:
        raise problem_at(f"ownership.{key}: there is no entity {scope.legal_entity}", *place)
    first, last = scope.valid_from or _ALWAYS[0], scope.valid_to or _ALWAYS[1]
    if last < first:
        raise problem_at(f"ownership.{key}: ends on {last} before it begins on {first}", *place)
    _check_flow(key, scope, givers, place)


def _check_writers(key: str, owner: Owner | list[Owner]) -> None:
    """Two systems that write one field for one entity on one day are refused."""
    found = list(_scopes(owner))
    # a plain list of systems that bring facts: each is the record of what it brings
    if key in FACTS and isinstance(owner, list) and all(isinstance(one, str) for one in owner):
        return
    for number, (place, scope) in enumerate(found):
        for _, earlier in found[:number]:
            if scope.meets(earlier):
                where = scope.legal_entity or earlier.legal_entity
                raise problem_at(
                    f"{key} has two writers{f' for {where}' if where else ''}:"
                    f" {earlier.system} and {scope.system}; name one system, or give each its own"
                    " legal_entity or dates",
                    "ownership", key, *place,
                )  # fmt: skip


def _givers(scope: OwnerScope) -> Mapping[str, list[str]]:
    """Who hands the field to whom: a plain list of consumers takes it from the record itself."""
    if isinstance(scope.consumers, dict):
        return scope.consumers
    return {scope.system: scope.consumers} if scope.consumers else {}


def _check_flow(
    key: str, scope: OwnerScope, givers: Mapping[str, list[str]], place: tuple[str | int, ...]
) -> None:
    """A field leaves its record and reaches every consumer by one way; it never comes back."""
    source_of: dict[str, str] = {}
    for giver, takers in givers.items():
        for taker in takers:
            if taker in source_of and source_of[taker] != giver:
                raise problem_at(
                    f"{key} has two writers in {taker}: {source_of[taker]} and {giver}", *place
                )
            source_of[taker] = giver
    for start in source_of:
        chain = [start]
        while chain[-1] in source_of and source_of[chain[-1]] not in chain:
            chain.append(source_of[chain[-1]])
        if chain[-1] in source_of:
            chain.append(source_of[chain[-1]])
            way = " > ".join(reversed(chain))
            raise problem_at(f"{key} travels in a circle: {way}", *place)
        if chain[-1] != scope.system:
            raise problem_at(f"{key} reaches {start} from {chain[-1]}, not from its record"
                             f" {scope.system}", *place)  # fmt: skip
