"""The dbt manifest, parsed when it is missing or older than the project.

A fresh checkout has none; the UI, the command line and tests all come through here.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from tieout.config.paths import WAREHOUSE_FILE

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT_DIR = Path(__file__).resolve().parents[1] / "dbt_project"
_DEPENDENCIES = PROJECT_DIR.parent / "requirements.lock"
_TARGET = PROJECT_DIR / "target"
_LOCK = _TARGET / ".parse.lock"
_PARSED = _TARGET / "partial_parse.msgpack"


def _newest(folder: Path) -> float:
    files = [
        path
        for path in folder.rglob("*")
        if path.suffix in (".sql", ".yml", ".csv") and _TARGET not in path.parents
    ]
    # another dbt writes another manifest
    return max(path.stat().st_mtime for path in [*files, _DEPENDENCIES])


def ensure_manifest() -> Path:
    """The path of an up-to-date manifest.

    Raises:
        RuntimeError: if the project does not parse; the message is dbt's.
    """
    manifest = _TARGET / "manifest.json"
    _TARGET.mkdir(exist_ok=True)
    with FileLock(str(_LOCK)):
        parsed = _PARSED.exists() and manifest.exists()
        if parsed and manifest.stat().st_mtime >= _newest(PROJECT_DIR):
            return manifest
        command = [
            str(Path(sys.executable).with_name("dbt")), "parse", "--quiet",
            "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
            "--target-path", str(_TARGET), "--log-path", str(_TARGET / "logs"),
        ]  # fmt: skip
        environment = {
            **os.environ,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            # the file's name is the database's name in every compiled statement
            "TIEOUT_WAREHOUSE": str(_TARGET / WAREHOUSE_FILE),
        }
        result = subprocess.run(  # noqa: S603 - our own executable and arguments
            command, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise RuntimeError(f"dbt parse failed:\n{result.stdout}{result.stderr}")
        manifest.touch()
    return manifest


def parsed_manifest() -> "Manifest":
    """The same manifest as dbt's own object, ready to run.

    Raises:
        RuntimeError: as `ensure_manifest`.
    """
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415 - heavy; not for the UI

    ensure_manifest()
    with FileLock(str(_LOCK)):
        content = _PARSED.read_bytes()
    manifest = Manifest.from_msgpack(content)
    manifest.build_parent_and_child_maps()
    return manifest


if __name__ == "__main__":
    ensure_manifest()
