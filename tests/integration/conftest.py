"""A whole installation in a temporary folder: sample firm, sandbox systems, command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieout.config import Home, load_firm

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """One home with its own sandbox; `tieout` runs the command line against it."""

    def __init__(self, path):
        self.home = Home(path)
        self.environment = {
            **os.environ,
            "TIEOUT_HOME": str(self.home.path),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
        }
        for name in ("TIEOUT_FIRM", "TIEOUT_NOW", "DAGSTER_HOME"):
            self.environment.pop(name, None)

    def command(self, *arguments):
        return [str(Path(sys.executable).with_name("tieout")), *arguments]

    def tieout(self, *arguments, expect=None, timeout=900, **environment):
        result = subprocess.run(  # noqa: PLW1510
            self.command(*arguments),
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if expect is not None:
            wanted = expect if isinstance(expect, tuple) else (expect,)
            assert result.returncode in wanted, (
                f"exit {result.returncode}\n{result.stdout}\n{result.stderr}"
            )
        return result

    def query(self, sql):
        return json.loads(self.tieout("query", sql, "--format", "json", expect=0).stdout)

    @property
    def firm(self):
        return load_firm(self.home.sample_firm)


@pytest.fixture(scope="session")
def make_installation(tmp_path_factory):
    made = []

    def make(name):
        installation = Installation(tmp_path_factory.mktemp(name))
        made.append(installation)
        return installation

    yield make
    for installation in made:
        installation.tieout("sandbox", "stop")
