"""Run the NetSuite extraction alone: ``python -m pipelines.netsuite --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("netsuite")()
