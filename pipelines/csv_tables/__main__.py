"""Run the csv_tables extraction alone: ``python -m pipelines.csv_tables --firm DIR --home DIR``."""

from pipelines.alone import command

if __name__ == "__main__":
    command("csv_tables")()
