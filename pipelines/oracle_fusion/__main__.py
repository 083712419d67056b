"""Extract Oracle Fusion alone: `python -m pipelines.oracle_fusion --firm DIR --home DIR`."""

from __future__ import annotations

from pipelines.alone import command

if __name__ == "__main__":
    command("oracle_fusion")()
