"""Run the csv_folder extraction alone: ``python -m pipelines.csv_folder --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("csv_folder")()
