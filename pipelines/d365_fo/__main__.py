"""Extract F&O alone: `python -m pipelines.d365_fo --firm DIR --home DIR [--system ID]`."""

from __future__ import annotations

from pipelines.alone import command

if __name__ == "__main__":
    command("d365_fo")()
