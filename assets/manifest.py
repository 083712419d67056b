"""The dbt manifest, parsed when it is missing or older than the project.

A fresh checkout has none; the UI, the command line and tests all come through here.
"""

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

PROJECT_DIR = Path(__file__).resolve().parents[1] / "dbt_project"
_TARGET = PROJECT_DIR / "target"


def _newest(folder: Path) -> float:
    files = [
        path
        for path in folder.rglob("*")
        if path.suffix in (".sql", ".yml", ".csv") and _TARGET not in path.parents
    ]
    return max(path.stat().st_mtime for path in files)


def ensure_manifest() -> Path:
    """The path of an up-to-date manifest.

    Raises:
        RuntimeError: if the project does not parse; the message is dbt's.
    """
    manifest = _TARGET / "manifest.json"
    _TARGET.mkdir(exist_ok=True)
    with FileLock(str(_TARGET / ".parse.lock")):
        if manifest.exists() and manifest.stat().st_mtime >= _newest(PROJECT_DIR):
            return manifest
        command = [
            str(Path(sys.executable).with_name("dbt")), "parse", "--quiet",
            "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
            "--target-path", str(_TARGET), "--log-path", str(_TARGET / "logs"),
        ]  # fmt: skip
        environment = {
            **os.environ,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "TIEOUT_WAREHOUSE": str(_TARGET / "parse.duckdb"),
        }
        result = subprocess.run(  # noqa: S603 - our own executable and arguments
            command, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise RuntimeError(f"dbt parse failed:\n{result.stdout}{result.stderr}")
        manifest.touch()
    return manifest


if __name__ == "__main__":
    ensure_manifest()
