"""The house keeps itself tidy: sizes, banned words and lost files are tests, not taste."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tieout", "pipelines", "assets", "expectations")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MODELS = sorted((ROOT / "dbt_project" / "models").rglob("*.sql"))
TEXTS = sorted(
    path
    for pattern in ("*.md", "*.py", "*.sql", "*.yml", "*.yaml", "*.toml", "Makefile", ".ci/run")
    for path in ROOT.rglob(pattern)
    if not {".venv", ".venv-tryton", ".git", ".cache", ".tieout", "target", "node_modules"}
    & set(path.parts)
)


# spelled in parts, so that this file passes its own test
ADDRESSES = (
    *(
        ".".join(parts)
        for parts in (
            ("pypi", "org"),
            ("files", "pythonhosted"),
            ("registry", "npmjs"),
            ("deb", "debian"),
        )
    ),
    *(f"/{folder}/" for folder in ("work", "root")),
)


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_fits_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", FILES, ids=name)
def test_functions_fit_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("path", FILES, ids=name)
def test_modules_say_what_lives_here_and_loops_are_bounded(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "no module docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.While):
            assert not (isinstance(node.test, ast.Constant) and node.test.value), "while True"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print"


MONEY = [p for p in FILES if not p.is_relative_to(ROOT / "tieout" / "http")]


@pytest.mark.parametrize("path", MONEY, ids=name)
def test_money_never_passes_through_a_float(path):
    source = path.read_text()
    assert not re.search(r"float\(.*(amount|hours|rate|cost|bill)", source)
    assert "pl.Float64" not in source


@pytest.mark.parametrize("path", [p for p in FILES if p.is_relative_to(ROOT / "assets")], ids=name)
def test_dagster_modules_keep_their_annotations(path):
    assert "from __future__ import annotations" not in path.read_text()


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_models_are_small_and_portable(path):
    sql = re.sub(r"\{#.*?#\}|--[^\n]*", "", path.read_text(), flags=re.DOTALL)
    assert len(sql.splitlines()) <= 120
    assert not re.search(r"\bunion\b(?!\s+all)", sql), "union without all"
    assert "::" not in sql
    assert not re.search(r"\b(qualify|asof|exclude)\b|group by all\b", sql, re.IGNORECASE), (
        "not portable"
    )
    assert path.with_suffix(".yml").exists(), "no yml beside the model"


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_no_address_of_a_registry_or_a_machine_stands_in_a_file(path):
    text = path.read_text()
    for banned in ADDRESSES:
        assert banned not in text, banned


def test_locks_hold_no_address():
    for lock in ROOT.glob("*.lock"):
        assert "://" not in lock.read_text(), lock.name


def test_the_readme_is_short_and_shows_the_two_commands_first():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 100
    head = "\n".join(lines[:30])
    assert "make demo" in head
    assert "make test" in head


def test_every_verb_is_documented_and_has_help():
    from click.testing import CliRunner

    from tieout.cli.main import VERBS, group

    documented = (ROOT / "docs" / "commands.md").read_text()
    for verb in VERBS:
        assert f"tieout {verb}" in documented
        result = CliRunner().invoke(group, [verb, "--help"])
        assert result.exit_code == 0, result.output
        assert "Usage" in result.output


def test_money_and_hours_are_exact_decimals_in_every_contract():
    import json

    from assets.manifest import ensure_manifest

    nodes = json.loads(ensure_manifest().read_text())["nodes"].values()
    models = [
        n for n in nodes if n["resource_type"] == "model" and n["config"]["contract"]["enforced"]
    ]
    assert len(models) > 40
    for model in models:
        for column in model["columns"].values():
            kind = (column["data_type"] or "").lower().replace(" ", "")
            assert kind not in ("double", "float", "real"), (model["name"], column["name"])
            if re.search(r"(^|_)(hours|amount)(_|$)", column["name"]) and kind.startswith(
                "decimal"
            ):
                assert kind == "decimal(18,4)", (model["name"], column["name"])


def test_every_reconciliation_and_kpi_model_has_a_unit_test():
    import json

    from assets.manifest import ensure_manifest

    manifest = json.loads(ensure_manifest().read_text())
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    models = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["name"].startswith(("rec_", "kpi_", "ops_", "int_identity_"))
    }
    assert len(models) > 40
    assert sorted(models - tested) == []
