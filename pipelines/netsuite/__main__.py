"""Run the NetSuite extraction alone: ``python -m pipelines.netsuite --firm DIR --home DIR``."""

from pipelines.alone import main

if __name__ == "__main__":
    main("netsuite")
