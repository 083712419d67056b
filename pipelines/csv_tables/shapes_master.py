"""Master data: workers, clients, projects, tasks, assignments, codes, capacities, approvals.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import Shape

SHAPES: tuple[Shape, ...] = ()
