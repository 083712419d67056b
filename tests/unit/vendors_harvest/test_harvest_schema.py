"""Every answer of the emulated Harvest is valid by the published description of the API."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from werkzeug.test import Client

from tieout.sandbox.firm.generate import build_firm
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.harvest import create_app

LISTS = (
    "time_entries", "users", "clients", "projects", "tasks", "user_assignments",
    "task_assignments", "expenses", "invoices", "company",
)  # fmt: skip
RATES = ("billable_rates", "cost_rates")
SPEC = Path(__file__).parents[2] / "conformance" / "specs" / "harvest-v2.yaml"


@dataclass(frozen=True)
class Spec:
    """The published description of the API: schemas to validate by, examples to compare with."""

    document: dict[str, Any]

    def _success(self, path: str) -> dict[str, Any]:
        return self.document["paths"][path]["get"]["responses"][200]["content"]["application/json"]

    def example(self, path: str) -> dict[str, Any]:
        return self._success(path)["example"]

    def problems(self, path: str, answer: Any) -> list[str]:
        root = {**self._success(path)["schema"], "components": self.document["components"]}
        validator = Draft202012Validator(
            nullable_as_type(root), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]


def nullable_as_type(schema: Any) -> Any:
    """OpenAPI 3.0 says ``nullable`` where JSON Schema says null is one of the types."""
    if isinstance(schema, list):
        return [nullable_as_type(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: nullable_as_type(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and isinstance(inner.get("type"), str):
        inner["type"] = [inner["type"], "null"]
    return inner


@pytest.fixture(scope="session")
def spec() -> Spec:
    return Spec(yaml.load(SPEC.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def keys(value: Any) -> Any:
    """Names of all fields, nested; the first record stands for a list."""
    if isinstance(value, dict):
        return {name: keys(inner) for name, inner in value.items()}
    return [keys(value[0])] if isinstance(value, list) and value else None


def same_keys(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two answers differ in the names of their fields; null stands for any structure."""
    if ours is None or theirs is None:
        return []
    if isinstance(ours, list) and isinstance(theirs, list):
        return same_keys(ours[0], theirs[0], f"{path}[]")
    differing = [f"{path}.{name}" for name in sorted(set(ours) ^ set(theirs))]
    both = [
        same_keys(ours[name], theirs[name], f"{path}.{name}") for name in set(ours) & set(theirs)
    ]
    return differing + [problem for problems in both for problem in problems]


@pytest.mark.parametrize("name", LISTS)
def test_every_answer_is_valid_by_the_published_schema(harvest: Any, spec: Any, name: str) -> None:
    answer = harvest.get(name)
    assert answer.status_code == 200
    assert spec.problems(f"/{name}", answer.json) == []


@pytest.mark.parametrize("name", LISTS)
def test_every_answer_has_the_fields_of_the_published_example(
    harvest: Any, spec: Any, name: str
) -> None:
    assert same_keys(keys(harvest.get(name).json), keys(spec.example(f"/{name}"))) == []


@pytest.mark.parametrize("name", RATES)
def test_the_dated_rates_of_a_user_are_valid_and_complete(
    harvest: Any, spec: Any, name: str
) -> None:
    answer = harvest.get(f"users/1782001/{name}").json
    path = f"/users/{{userId}}/{name}"
    assert spec.problems(path, answer) == []
    assert same_keys(keys(answer), keys(spec.example(path))) == []
    assert len(answer[name]) == 1


@pytest.fixture(scope="module")
def sample_account() -> Client:
    firm = build_firm(size="quick")
    return Client(create_app(firm, lambda: firm.now))


@pytest.mark.parametrize("name", LISTS)
def test_the_sample_firm_is_shown_by_the_published_schema(
    sample_account: Client, spec: Spec, name: str
) -> None:
    headers = {
        "Authorization": f"Bearer {TOKENS['harvest']['token']}",
        "Harvest-Account-Id": TOKENS["harvest"]["account_id"],
        "User-Agent": "tests",
    }
    answer = sample_account.get(f"/v2/{name}?per_page=2000&from=2026-06-20", headers=headers)
    assert answer.status_code == 200
    assert spec.problems(f"/{name}", answer.json) == []
