"""Run the Kantata extraction alone: ``python -m pipelines.kantata --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("kantata")()
