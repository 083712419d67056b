"""`tieout-dbt` is dbt on the parsed manifest: same nodes, same exit codes, K of this run."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from assets.manifest import PROJECT_DIR
from tieout.config import Home, load_firm
from tieout.warehouse import Warehouse
from tieout.warehouse.configuration import write_configuration

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "close" / "data"


def dbt(home: Home, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("tieout-dbt")), "--quiet", *arguments,
        "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
        "--target-path", str(home.dbt / "target"), "--log-path", str(home.dbt / "logs"),
    ]  # fmt: skip
    return subprocess.run(  # noqa: PLW1510
        command,
        env={**os.environ, "TIEOUT_WAREHOUSE": str(home.warehouse), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_models_are_built_for_one_k_after_another_and_a_failure_is_told(tmp_path):
    home = Home(tmp_path)
    with Warehouse(home).writing() as connection:
        write_configuration(connection, load_firm(GOLDEN))
    select = ("run", "--select", "stg_tieout__policies", "dim_policies")
    for day in ("2026-07-03", "2026-07-10"):
        done = dbt(home, *select, TIEOUT_AS_OF=f"{day} 23:59:59", TIEOUT_PERIOD="2026-06")
        assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from canonical.dim_policies").fetchone() > (0,)
    failed = dbt(home, "run", "--select", "stg_harvest__clients", TIEOUT_AS_OF="", TIEOUT_PERIOD="")
    assert failed.returncode == 1, failed.stdout + failed.stderr
