"""Run the BambooHR extraction alone: ``python -m pipelines.bamboohr --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("bamboohr")()
