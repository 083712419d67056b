"""Run the Concur extraction alone: ``python -m pipelines.concur --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("concur")()
