"""Run the SAP extraction alone: ``python -m pipelines.sap_s4hana --firm DIR --home DIR``."""

from __future__ import annotations

from pipelines.alone import command

if __name__ == "__main__":
    command("sap_s4hana")()
