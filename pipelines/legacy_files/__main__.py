"""Run the extraction alone: ``python -m pipelines.legacy_files --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("legacy_files")()
