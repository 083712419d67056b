"""What the graph is built from: the firm's systems, and for each vendor its declared tables.

Definitions load without a firm folder (a fresh checkout shows the sample firm's graph), without
network and without writing anything.
"""

from functools import cache
from typing import NamedTuple

from assets.session import default_firm_folder
from pipelines.registry import vendor
from tieout.config import load_firm
from tieout.domain.errors import ConfigError


class GraphSystem(NamedTuple):
    """One system of the graph."""

    id: str
    vendor: str
    is_target: bool


SAMPLE_SYSTEMS = (
    GraphSystem("harvest_us", "harvest", False),
    GraphSystem("kantata", "kantata", False),
    GraphSystem("bamboohr", "bamboohr", False),
    GraphSystem("concur", "concur", False),
    GraphSystem("netsuite", "netsuite", True),
    GraphSystem("tryton_uk", "tryton", True),
    GraphSystem("contracts", "csv_tables", False),
)


@cache
def graph_systems() -> tuple[GraphSystem, ...]:
    """The systems of the firm, or of the sample firm where there is no firm folder yet.

    Raises:
        ConfigError: if a firm folder was named and is wrong.
    """
    folder = default_firm_folder()
    try:
        firm = load_firm(folder)
    except ConfigError as problem:
        if problem.line is None and "no firm.yml" in problem.problem:
            return SAMPLE_SYSTEMS
        raise
    targets = {route.target for route in firm.routing}
    return tuple(GraphSystem(s.id, s.vendor, s.id in targets) for s in firm.systems)


def tables_of(vendor_name: str) -> list[str]:
    """The declared tables of a vendor."""
    return [table.name for table in vendor(vendor_name).tables]
