"""Every answer of the emulated Concur is valid by the published description of the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

SPEC = Path(__file__).parents[2] / "conformance" / "specs" / "concur-v3.yaml"


def strict(schema: Any) -> Any:
    """``x-nullable`` as JSON Schema says it, and no field that is not described."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: strict(value) for key, value in schema.items() if key != "x-nullable"}
    if schema.get("x-nullable") is True and "type" in inner:
        inner["type"] = [inner["type"], "null"]
    if "properties" in inner:
        inner["additionalProperties"] = False
    return inner


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    return yaml.load(SPEC.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def problems(description: dict[str, Any], name: str, answer: Any) -> list[str]:
    schema = {"$ref": f"#/definitions/{name}", "definitions": strict(description["definitions"])}
    found = Draft202012Validator(schema).iter_errors(answer)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("expense/reports", "ReportCollection"),
        ("expense/entries", "EntryCollection"),
        ("common/users", "UserCollection"),
    ],
)
def test_every_list_is_as_described_with_every_described_field(
    concur: Any, description: dict[str, Any], path: str, name: str
) -> None:
    query = {} if path == "common/users" else {"user": "ALL"}
    body = concur.get(path, limit=3 if path != "common/users" else 1, **query).json
    assert body["NextPage"]
    assert problems(description, name, body) == []
    record = description["definitions"][name]["properties"]["Items"]["items"]["$ref"]
    described = set(description["definitions"][record.rpartition("/")[2]]["properties"])
    assert {frozenset(item) for item in body["Items"]} == {frozenset(described)}


def test_a_single_report_is_as_described(concur: Any, description: dict[str, Any]) -> None:
    body = concur.get(f"expense/reports/{1:020X}", user="ALL").json
    assert problems(description, "ReportGet", body) == []


def test_the_connector_reads_described_fields_only(description: dict[str, Any]) -> None:
    from pipelines.concur.tables import EXPENSE_ENTRIES, EXPENSE_REPORTS, USERS

    made_here = {"report", "project", "version_at"}
    for table, name in (
        (USERS, "User"),
        (EXPENSE_REPORTS, "ReportGet"),
        (EXPENSE_ENTRIES, "EntryGet"),
    ):
        described = set(description["definitions"][name]["properties"])
        assert {column.keys[0] for column in table.columns} - made_here <= described
        joined = {column.keys[1] for column in table.columns if column.keys[0] == "report"}
        assert joined <= set(description["definitions"]["ReportGet"]["properties"])


def test_the_validator_would_notice(concur: Any, description: dict[str, Any]) -> None:
    body = concur.get("expense/reports", user="ALL").json
    body["Items"][0]["Total"] = "1900"
    body["Items"][1]["Extra"] = None
    assert len(problems(description, "ReportCollection", body)) == 2
