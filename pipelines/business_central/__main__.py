"""Extract Business Central alone: `python -m pipelines.business_central --firm DIR --home DIR`."""

from __future__ import annotations

from pipelines.alone import command

if __name__ == "__main__":
    command("business_central")()
