"""Extract Tryton alone: `python -m pipelines.tryton --firm DIR --home DIR [--system ID]`."""

from __future__ import annotations

from pipelines.alone import command

if __name__ == "__main__":
    command("tryton")()
