"""Entries and what prices them: time, expenses, rates, tax rules, vendor bills.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import Shape

SHAPES: tuple[Shape, ...] = ()
