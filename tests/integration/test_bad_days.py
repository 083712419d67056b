"""A system down, a wrong token, a broken firm folder: clear words, the right code, a safe rerun."""

import json
import urllib.request

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.tryton, pytest.mark.slow, pytest.mark.timeout(2400)]


@pytest.fixture(scope="module")
def installation(make_installation):
    made = make_installation("bad_days")
    made.tieout("sandbox", "start", expect=0)
    return made


def misbehave(installation, system, *faults):
    root = installation.firm.system(system).base_url.split("/", 3)
    url = f"{root[0]}//{root[2]}/__sandbox__/faults"
    for method, body in (("DELETE", None), ("POST", list(faults))):
        if method == "POST" and not faults:
            continue
        request = urllib.request.Request(
            url, method=method, data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        urllib.request.urlopen(request, timeout=10).close()


def test_a_system_that_is_down_is_named_and_a_rerun_completes(installation):
    misbehave(
        installation,
        "kantata",
        {"kind": "unavailable", "path_regex": ".*", "times": 1000, "retry_after": 0},
    )
    result = installation.tieout("extract", "--system", "kantata", expect=3)
    assert "kantata" in result.stderr
    assert "503" in result.stderr
    assert "fix:" in result.stderr
    misbehave(installation, "kantata")
    installation.tieout("extract", "--system", "kantata", expect=0)


def test_a_wrong_token_is_told_with_the_system_and_the_place_of_the_secret(installation):
    secret = next((installation.home.sample_firm / "secrets").glob("harvest*token*"))
    right = secret.read_text()
    secret.write_text("wrong")
    try:
        result = installation.tieout("extract", "--system", "harvest_us", expect=3)
    finally:
        secret.write_text(right)
    assert "harvest_us" in result.stderr
    assert "secrets" in result.stderr
    installation.tieout("extract", "--system", "harvest_us", expect=0)


def test_a_broken_firm_file_is_told_with_file_line_and_field_and_changes_nothing(installation):
    path = installation.home.sample_firm / "firm.yml"
    right = path.read_text()
    lines = right.splitlines()
    number = next(i for i, line in enumerate(lines) if "functional_currency" in line)
    lines[number] = lines[number].replace("USD", "dollars")
    path.write_text("\n".join(lines))
    try:
        result = installation.tieout("run", expect=2)
    finally:
        path.write_text(right)
    assert f"firm.yml:{number + 1}" in result.stderr
    assert "functional_currency" in result.stderr
    assert "fix:" in result.stderr


def test_a_missing_secret_is_told_with_its_name(installation):
    path = installation.home.sample_firm / "firm.yml"
    right = path.read_text()
    path.write_text(right.replace("file:secrets/bamboohr_api_key", "env:NO_SUCH_VARIABLE_HERE"))
    try:
        result = installation.tieout("doctor", expect=2)
        assert "NO_SUCH_VARIABLE_HERE" in result.stdout
        result = installation.tieout("extract", "--system", "bamboohr", expect=2)
        assert "NO_SUCH_VARIABLE_HERE" in result.stderr
    finally:
        path.write_text(right)
    installation.tieout("doctor", expect=0)


def test_an_unknown_period_and_an_unknown_folder_are_input_errors(installation, tmp_path):
    assert "2026-06" in installation.tieout("run", "--period", "June", expect=2).stderr
    assert "firm.yml" in installation.tieout("run", "--firm", str(tmp_path), expect=2).stderr
