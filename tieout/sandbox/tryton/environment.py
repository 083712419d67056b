"""Where Tryton is installed, and which version, without importing or running it.

Here: `find_installation`. Not here: making the environment (the Makefile does, from
`requirements-tryton.lock`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tieout.domain.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parents[3]
PYTHON_VARIABLE = "TIEOUT_TRYTON_PYTHON"
CACHE_VARIABLE = "TIEOUT_CACHE"
MODULES = ("account_invoice", "project_invoice", "timesheet_cost")
"""Modules the database is initialised with; their dependencies are activated as well."""


@dataclass(frozen=True)
class Installation:
    """One environment that holds trytond.

    Attributes:
        python: its interpreter; the commands lie beside it.
        versions: `name-version` of trytond and its modules, sorted.
    """

    python: Path
    versions: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Short text that changes with any version; names the cached databases."""
        return hashlib.sha256("\n".join(self.versions).encode()).hexdigest()[:12]

    def command(self, name: str) -> list[str]:
        """Arguments that run one of Tryton's commands, for example `trytond-admin`."""
        return [str(self.python), str(self.python.parent / name)]


def find_installation(environ: Mapping[str, str] | None = None) -> Installation:
    """Find the environment: the interpreter named by `TIEOUT_TRYTON_PYTHON`, else `.venv-tryton`.

    Raises:
        ConfigError: if there is none, or it lacks trytond.
    """
    named = (os.environ if environ is None else environ).get(PYTHON_VARIABLE)
    python = Path(named) if named else REPOSITORY / ".venv-tryton" / "bin" / "python"
    libraries = (python.parent.parent / "lib").glob("python*/site-packages/trytond*.dist-info")
    versions = tuple(sorted(path.name.removesuffix(".dist-info") for path in libraries))
    if not python.exists() or not any(name.startswith("trytond-") for name in versions):
        raise ConfigError(
            f"the sandbox ERP needs Tryton, and {python} does not have it",
            field=PYTHON_VARIABLE,
            fix="run `make env`, or point the variable at an interpreter that has trytond",
        )
    return Installation(python=python, versions=versions)


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Folder of the cached databases: below `TIEOUT_CACHE`, else `.cache` of the repository."""
    named = (os.environ if environ is None else environ).get(CACHE_VARIABLE)
    return (Path(named) if named else REPOSITORY / ".cache") / "tryton"
