"""What extraction refuses: silent empties, vanished tables, fields that are gone.

A source that answers an empty or truncated list with status 200 must not look like a deletion of
everything. The bound is `deletes_max_percent` in a system's options (default 50).
"""

from __future__ import annotations

from typing import Any

from pipelines.contracts import Table
from pipelines.records import absent_columns
from tieout.config import System
from tieout.domain.errors import ContractError, SystemUnreachable

_DELETES_MAX_PERCENT = 50
_SMALL = 20


def refuse_absent_fields(system: System, table: Table, records: list[dict[str, Any]]) -> None:
    """Refuse a first page in which a declared field is served by no record.

    Raises:
        ContractError: naming the fields.
    """
    gone = absent_columns(table, records)
    if gone:
        names = ", ".join(".".join(column.keys) for column in gone)
        raise ContractError(
            f"{system.id}.{table.name} no longer serves {names}; nothing of it was landed",
            field=f"{system.id}.{table.name}",
            fix="compare the vendor's release notes with the declared table and adapt the contract",
        )


def refuse_vanished(system: System, table: Table, live: int, missing: int) -> None:
    """Refuse a complete listing in which too many known records are missing.

    Args:
        system: the system that was listed.
        table: the table that was listed.
        live: records known and not deleted inside the swept range.
        missing: how many of them the listing did not show.

    Raises:
        SystemUnreachable: when the listing is empty or misses more than the allowed share.
    """
    if not missing:
        return
    allowed = int(system.options.get("deletes_max_percent", _DELETES_MAX_PERCENT))
    emptied = missing == live and allowed < 100  # noqa: PLR2004 - percent
    if emptied or (live > _SMALL and missing * 100 > live * allowed):
        raise SystemUnreachable(
            system.id,
            f"{table.name}: the listing misses {missing} of {live} known records;"
            " taken for a fault of the source, not for deletions",
            "run again; if the deletions are real, set options.deletes_max_percent for this system",
        )
