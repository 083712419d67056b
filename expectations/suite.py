"""From a YAML file to a checked list of rules, pure.

Here: reading `suites/<stream>_postings.yml` and `suites/<stream>_reversals.yml`, one `Rule` per
column it is about, and the checks that keep a suite from passing lines unseen. Not here: running it
(`expectations.gate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from tieout.domain.reasons import REASONS

SUITES = Path(__file__).parent / "suites"
Holds = Literal["batch", "line", "nothing"]

_FIELDS = {
    "rule", "expectation", "columns", "arguments", "only_when", "except_when", "holds",
    "reason_code", "detail",
}  # fmt: skip
_NOT_NULL = "expect_column_values_to_not_be_null"
_NULL = "expect_column_values_to_be_null"
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


class SuiteInvalid(ValueError):  # noqa: N818 - named for what it is
    """A suite cannot be trusted as written; the gate stays closed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation on one column (or pair, or the table).

    Attributes:
        name: Unique in the suite: the rule's name and its column.
        expectation: Name of the expectation in Great Expectations.
        arguments: Its arguments; `$name` values are settings not yet filled in.
        only_when: Column and value of the rows that are looked at, or None for all.
        except_when: Column and value of the rows that are not looked at, or None.
        holds: What a failure holds back.
        reason_code: One of `tieout.domain.reasons.REASONS`.
        detail: What a failure means.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    only_when: tuple[str, Any] | None
    holds: Holds
    reason_code: str
    detail: str
    except_when: tuple[str, Any] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the rule reads."""
        named = [self.arguments[key] for key in _COLUMN_ARGUMENTS if key in self.arguments]
        conditions = [each[0] for each in (self.only_when, self.except_when) if each]
        return (*named, *self.arguments.get("column_list", ()), *conditions)

    def filled(self, settings: Mapping[str, object]) -> dict[str, Any]:
        """The arguments with every setting filled in.

        Raises:
            SuiteInvalid: A setting is not given.
        """
        filled: dict[str, Any] = {}
        for name, value in self.arguments.items():
            if isinstance(value, str) and value.startswith("$"):
                if value[1:] not in settings:
                    raise SuiteInvalid(f"{self.name}: there is no setting {value[1:]}")
                filled[name] = settings[value[1:]]
            else:
                filled[name] = value
        return filled


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules of one stream."""

    name: str
    stream: str
    rules: tuple[Rule, ...]
    columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = frozenset(column for rule in self.rules for column in rule.columns)
        object.__setattr__(self, "columns", names)


def load_suite(stream: str, folder: Path = SUITES, *, of_reversals: bool = False) -> Suite:
    """Read and check the suite of a stream: of its postings, or of what takes postings back.

    Raises:
        SuiteInvalid: The file is missing, a field is unknown or missing, a reason code does not
            exist, two rules have one name, a rule is lenient (`mostly`), or a column is used
            without a rule that it must be present.
    """
    path = folder / f"{stream}_{'reversals' if of_reversals else 'postings'}.yml"
    if not path.is_file():
        raise SuiteInvalid(f"there is no suite for {stream}: {path.name}")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("stream") != stream:
        raise SuiteInvalid(f"{path.name} is not a suite for {stream}")
    rules = tuple(rule for entry in content.get("rules") or () for rule in _rules(entry))
    _check(path.name, rules)
    return Suite(str(content["suite"]), stream, rules)


def _rules(entry: Mapping[str, Any]) -> list[Rule]:
    """One rule per column of an entry, or one for an entry without columns."""
    unknown = set(entry) - _FIELDS
    missing = {"rule", "expectation", "holds", "reason_code", "detail"} - set(entry)
    if unknown or missing:
        raise SuiteInvalid(f"{entry.get('rule')}: fields {sorted(unknown | missing)}")
    if entry["holds"] not in ("batch", "line", "nothing"):
        raise SuiteInvalid(f"{entry['rule']}: holds {entry['holds']!r}")
    if entry["reason_code"] not in REASONS:
        raise SuiteInvalid(f"{entry['rule']}: {entry['reason_code']} is not a reason code")
    arguments = dict(entry.get("arguments") or {})
    if "mostly" in arguments:
        raise SuiteInvalid(f"{entry['rule']}: a gate has no 'mostly'")
    condition, exception = _condition(entry, "only_when"), _condition(entry, "except_when")
    if condition and exception:
        raise SuiteInvalid(f"{entry['rule']}: only_when and except_when stand together")
    suffix = f" when {condition[0]} is {condition[1]}" if condition else ""
    return [
        Rule(
            name=f"{entry['rule']}({column}){suffix}" if column else f"{entry['rule']}{suffix}",
            expectation=entry["expectation"],
            arguments={**arguments, "column": column} if column else arguments,
            only_when=condition,
            holds=cast("Holds", entry["holds"]),
            reason_code=entry["reason_code"],
            detail=entry["detail"],
            except_when=exception,
        )
        for column in entry.get("columns") or [None]
    ]


def _condition(entry: Mapping[str, Any], field_name: str) -> tuple[str, Any] | None:
    """The one column and value that `only_when` or `except_when` names, or None."""
    condition = entry.get(field_name)
    if condition is None:
        return None
    if not isinstance(condition, dict) or len(condition) != 1:
        raise SuiteInvalid(f"{entry['rule']}: {field_name} names one column and one value")
    ((column, value),) = condition.items()
    return str(column), value


def _check(name: str, rules: tuple[Rule, ...]) -> None:
    """Refuse a suite that is empty, ambiguous, or would let an empty cell pass."""
    if not rules:
        raise SuiteInvalid(f"{name} has no rules")
    names = [rule.name for rule in rules]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SuiteInvalid(f"{name}: {', '.join(twice)} stands twice")
    present = {c for rule in rules if rule.expectation == _NOT_NULL for c in rule.columns}
    used = {c for rule in rules if rule.expectation != _NULL for c in rule.columns}
    unguarded = sorted(used - present)
    if unguarded:
        raise SuiteInvalid(f"{name}: no rule says that {', '.join(unguarded)} must be present")
