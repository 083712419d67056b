"""Builds one vendor's staging models over a warehouse, without the rest of the dbt project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from pipelines.register import register_views
from tieout.config import Firm, Home
from tieout.warehouse import Warehouse
from tieout.warehouse.configuration import write_configuration

PROJECT = Path(__file__).parents[3] / "dbt_project"


def build_staging(folder: Path, firm: Firm, home: Home, vendor: str) -> None:
    """Register the landed views, then run one vendor's models and their tests.

    Args:
        folder: where a copy of the needed part of the project may be put.
        firm: the firm whose systems were landed.
        home: its warehouse.
        vendor: folder below ``models/staging``.
    """
    with Warehouse(home).writing() as connection:
        write_configuration(connection, firm)
        register_views(connection, firm)
    copy = folder / f"dbt_{vendor}"
    for part in ("macros", "tests/generic", f"models/staging/{vendor}"):
        shutil.copytree(PROJECT / part, copy / part, dirs_exist_ok=True)
    for part in ("dbt_project.yml", "profiles.yml", "models/_groups.yml"):
        shutil.copy(PROJECT / part, copy / part)
    run = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "build", "--profiles-dir", "."],
        cwd=copy,
        env={
            **os.environ,
            "TIEOUT_WAREHOUSE": str(home.warehouse),
            "TIEOUT_AS_OF": "2026-07-31 23:59:59.999999",
            "TIEOUT_PERIOD": "2026-06",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def read(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the warehouse."""
    connection = duckdb.connect(str(home.warehouse), read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
