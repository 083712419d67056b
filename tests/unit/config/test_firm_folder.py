"""A firm folder is refused with file, line, field and fix, or it is right."""

import pytest

from tieout.config import Home, load_firm
from tieout.domain.errors import ConfigError

GOOD = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD, time_zone: America/New_York}
systems:
  - id: time
    vendor: harvest
    roles: [time]
    base_url: http://127.0.0.1:1
    secrets: {token: env:SOME_TOKEN, other: file:secrets/other}
  - {id: erp, vendor: netsuite, roles: [erp], base_url: https://erp.example}
ownership: {time_entry: [time]}
routing:
  - {target: erp, when: {legal_entity: US01}, from: 2025-01-01, mode: api, grain: entry}
owners: {PERIOD_CLOSED: cfo}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "firm.yml").write_text(GOOD)
    return tmp_path


def refused(folder, old, new):
    (folder / "firm.yml").write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_firm(folder)
    return caught.value


def test_a_good_folder_is_read(folder):
    firm = load_firm(folder)
    assert (firm.id, firm.system("erp").vendor, firm.routing[0].when.legal_entity) == (
        "f",
        "netsuite",
        "US01",
    )
    assert firm.policies.tolerance == "0.00"


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("functional_currency: USD", "functional_currency: dollars", 3, "functional_currency"),
        ("America/New_York", "America/Nowhere", 3, "time_zone"),
        ("vendor: harvest", "vendor: harvets", 6, "vendor"),
        ("env:SOME_TOKEN", "s3cr3t", 9, "secrets"),
        ("base_url: http://127.0.0.1:1", "base_url: nowhere", 5, "systems"),
        ("roles: [time]", "roles: []", 7, "roles"),
        ("mode: api", "mode: telepathy", 13, "mode"),
        ("from: 2025-01-01", "from: someday", 13, "from"),
        ("    roles: [time]", "    roles: [time]\n    colour: red", 8, "colour"),
    ],
)
def test_an_error_names_file_line_field_and_fix(folder, old, new, line, field):
    problem = refused(folder, old, new)
    assert problem.line == line
    assert field in problem.field
    assert problem.file.endswith("firm.yml")
    assert problem.fix
    assert problem.exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("target: erp", "target: nowhere", "nowhere"),
        ("legal_entity: US01", "legal_entity: XX01", "XX01"),
        ("time_entry: [time]", "time_entry: [watch]", "watch"),
        ("PERIOD_CLOSED", "NO_SUCH_CODE", "NO_SUCH_CODE"),
        ("id: erp", "id: time", "defined twice"),
    ],
)
def test_references_inside_the_file_must_exist(folder, old, new, word):
    assert word in str(refused(folder, old, new))


@pytest.mark.parametrize(
    ("written", "grain"),
    [
        ("worker_week_project", "worker_week_project"),
        ("project_period_worker", "worker_period_project"),
        ("{by: [task, project, day, worker]}", "worker_day_project_task"),
    ],
)
def test_a_grain_has_one_spelling(folder, written, grain):
    path = folder / "firm.yml"
    path.write_text(path.read_text().replace("grain: entry", f"grain: {written}"))
    assert load_firm(folder).routing[0].grain == grain


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("worker_project", "one of day, week, period"),
        ("worker_week_period_project", "one of day, week, period"),
        ("week_project", "a grain has worker, project"),
        ("worker_week_project_colour", "colour is no dimension"),
        ("worker_week_week_project", "once"),
        ("{on: [worker]}", "{by: [...]}"),
        ("7", "`entry`"),
    ],
)
def test_a_grain_that_no_line_can_have_is_refused(folder, written, word):
    problem = refused(folder, "grain: entry", f"grain: {written}")
    assert word in str(problem)
    assert "grain" in problem.field


def test_broken_yaml_is_told_with_its_line(folder):
    problem = refused(folder, "systems:\n", "systems: [\n")
    assert problem.line


def test_a_secret_is_resolved_when_used_and_named_when_missing(folder, monkeypatch):
    system = load_firm(folder).system("time")
    with pytest.raises(ConfigError, match="SOME_TOKEN"):
        system.secret("token")
    monkeypatch.setenv("SOME_TOKEN", "abc")
    assert system.secret("token") == "abc"
    (folder / "secrets").mkdir()
    (folder / "secrets" / "other").write_text("xyz\n")
    assert system.secret("other") == "xyz"
    with pytest.raises(ConfigError, match="needs a secret named nothing"):
        system.secret("nothing")


def test_a_crosswalk_with_an_unknown_system_is_told_with_its_line(folder):
    (folder / "crosswalks").mkdir()
    path = folder / "crosswalks" / "worker.csv"
    path.write_text("canonical_id,source_system,source_id\nW1,time,7\nW2,watch,8\n")
    with pytest.raises(ConfigError) as caught:
        load_firm(folder)
    assert (caught.value.line, caught.value.field) == (3, "source_system")
    path.write_text("canonical,source\nW1,time\n")
    with pytest.raises(ConfigError, match="canonical_id"):
        load_firm(folder)


def test_a_folder_of_csv_files_is_a_firm(tmp_path):
    (tmp_path / "entries.csv").write_text(
        "entry_id,legal_entity,functional_currency\nT1,UK01,GBP\nT2,US01,USD\nT3,UK01,GBP\nT4,,\n"
    )
    for name in ("entry_versions.csv", "erp_lines.csv"):
        (tmp_path / name).write_text("a\n")
    firm = load_firm(tmp_path)
    assert [(e.id, e.functional_currency) for e in firm.entities] == [
        ("UK01", "GBP"),
        ("US01", "USD"),
    ]
    (tmp_path / "entries.csv").write_text(
        "entry_id,legal_entity,functional_currency\nT1,UK01,GBP\nT2,UK01,USD\n"
    )
    with pytest.raises(ConfigError, match="more than one functional currency"):
        load_firm(tmp_path)
    (tmp_path / "entries.csv").write_text(
        "entry_id,legal_entity,functional_currency\nT1,UK01,pounds\n"
    )
    with pytest.raises(ConfigError, match="pounds"):
        load_firm(tmp_path)


def test_an_empty_folder_is_no_firm(tmp_path):
    with pytest.raises(ConfigError, match=r"no firm\.yml"):
        load_firm(tmp_path)


def test_the_home_is_private(tmp_path):
    home = Home(tmp_path / "state")
    assert home.warehouse.parent.is_dir()
    assert home.path.stat().st_mode & 0o077 == 0
