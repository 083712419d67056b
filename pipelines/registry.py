"""The one list of vendors: name in firm.yml -> package below `pipelines/`.

A vendor package exports `VENDOR`; nothing else of it is used from outside.
"""

from __future__ import annotations

import importlib
from functools import cache

from pipelines.contracts import Vendor

VENDORS = (
    "harvest",
    "kantata",
    "bamboohr",
    "concur",
    "netsuite",
    "tryton",
    "sap_s4hana",
    "oracle_fusion",
    "csv_folder",
    "csv_tables",
    "d365_fo",
    "business_central",
    "legacy_files",
)


@cache
def vendor(name: str) -> Vendor:
    """The declaration of one vendor.

    Raises:
        KeyError: if there is no such vendor.
    """
    if name not in VENDORS:
        raise KeyError(name)
    return importlib.import_module(f"pipelines.{name}").VENDOR


def landing_vendor(name: str) -> str:
    """The vendor in whose views the tables of a vendor stand: its own, or one of equal shapes."""
    return vendor(name).lands_as or name


def all_vendors() -> list[Vendor]:
    """Every vendor, in the order of the list."""
    return [vendor(name) for name in VENDORS]
