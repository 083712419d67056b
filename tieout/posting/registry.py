"""From a target system to the adapter and the writer of its vendor.

Here: the one place that turns `vendor: netsuite` into code, by module name, imported when asked
for. Not here: the adapters (`tieout.posting.delivery.<vendor>`) and the writers
(`tieout.posting.writers.<vendor>`). A new ERP adds those modules and changes nothing here.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tieout.domain.errors import ConfigError

if TYPE_CHECKING:
    from tieout.config import System
    from tieout.posting.books import AnyDelivery
    from tieout.posting.writers.base import Writer

_VENDOR_NAME = re.compile(r"[a-z][a-z0-9_]*")


def delivery_for(system: System, session: Any) -> AnyDelivery:
    """Return the adapter that posts to `system`.

    Args:
        system: The target.
        session: What the vendor's `session` opens: an HTTP session, or a store of files.

    Raises:
        ConfigError: No adapter exists for the system's vendor.
    """
    created: AnyDelivery = _module("delivery", system.vendor).create_delivery(system, session)
    return created


def writer_for(vendor: str) -> Writer:
    """Return the writer of a vendor's import files, as the vendor ships.

    Raises:
        ConfigError: No writer exists for the vendor.
    """
    created: Writer = _module("writers", vendor).create_writer()
    return created


def writer_of(system: System) -> Writer:
    """Return the writer of a system's import files, with its options where the vendor takes any.

    Raises:
        ConfigError: No writer exists for the vendor, or it cannot read an option.
    """
    module = _module("writers", system.vendor)
    if not hasattr(module, "create_writer_for"):
        return writer_for(system.vendor)
    created: Writer = module.create_writer_for(system)
    return created


def _module(port: str, vendor: str) -> ModuleType:
    """Import `tieout.posting.<port>.<vendor>`, telling an unknown vendor from a broken module."""
    name = f"tieout.posting.{port}.{vendor}"
    if vendor == "base" or not _VENDOR_NAME.fullmatch(vendor):
        raise ConfigError(f"'{vendor}' is not the name of an ERP vendor")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as problem:
        if problem.name != name:
            raise
        raise ConfigError(
            f"Nothing can be posted to vendor '{vendor}': there is no module {name}"
        ) from problem
