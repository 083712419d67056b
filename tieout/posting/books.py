"""What the ERP holds, as one frame, whatever the adapter's way of saying it.

Here: one look-up for both kinds of adapter. Not here: what is concluded from it
(`tieout.posting.doubt`, `tieout.posting.prove`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import polars as pl
from typing_extensions import TypeIs

from tieout.posting.delivery.base import FOUND_COLUMNS, BulkDelivery, Delivery

AnyDelivery = Delivery | BulkDelivery


def is_bulk(delivery: AnyDelivery) -> TypeIs[BulkDelivery]:
    """Whether the adapter hands over whole batches."""
    return hasattr(delivery, "submit")


def holdings(delivery: AnyDelivery, keys: Sequence[str]) -> pl.DataFrame:
    """What the ERP holds under some keys (`FOUND_COLUMNS`), oldest object of a key first.

    Raises:
        SystemUnreachable: The ERP did not answer.
    """
    if is_bulk(delivery):
        return delivery.look_up(keys)
    found = delivery.look_up(keys)
    rows = [astuple(item) for key in keys for item in found.get(key, [])]
    return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")
