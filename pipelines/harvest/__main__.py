"""Run the Harvest extraction alone: ``python -m pipelines.harvest --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("harvest")()
