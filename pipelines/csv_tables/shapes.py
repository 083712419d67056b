"""Every shape that a csv_tables system may bring, from the modules that declare them."""

from __future__ import annotations

from pipelines.csv_tables import (
    shapes_billing,
    shapes_books,
    shapes_entries,
    shapes_ledger,
    shapes_master,
    shapes_periods,
)

SHAPES = (
    *shapes_master.SHAPES,
    *shapes_entries.SHAPES,
    *shapes_billing.SHAPES,
    *shapes_ledger.SHAPES,
    *shapes_periods.SHAPES,
    *shapes_books.SHAPES,
)
