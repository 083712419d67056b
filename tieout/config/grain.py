"""What one posting line stands for: one entry, or all entries that agree in some dimensions.

Here: the closed list of dimensions and what a firm may write (`entry`, `worker_week_project`, or
`{by: [worker, week, project]}`). Not here: what is always kept apart beside them (entity, period,
currencies, stream, billable or not, contract line) and the lines themselves
(`dbt_project/models/intermediate/int_group_versions`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from tieout.domain.keys import GROUP

ENTRY = "entry"
SPANS = ("day", "week", "period")
DIMENSIONS = ("worker", *SPANS, "project", "task")
NEEDED = ("worker", "project")
"""No ERP takes work without a worker and a project."""

__all__ = ["DIMENSIONS", "ENTRY", "GROUP", "GrainText", "grain_text"]


def grain_text(value: object) -> str:
    """The grain in its one spelling: `entry`, or the dimensions in a fixed order.

    Raises:
        ValueError: A dimension is unknown, named twice or missing.
    """
    if value == ENTRY:
        return ENTRY
    names = _names(value)
    unknown = [name for name in names if name not in DIMENSIONS]
    if unknown:
        raise ValueError(
            f"{', '.join(map(str, unknown))} is no dimension of a grain; there are"
            f" {', '.join(DIMENSIONS)}, or `{ENTRY}`"
        )
    if len(set(names)) != len(names):
        raise ValueError("a grain names each dimension once")
    spans = [name for name in names if name in SPANS]
    missing = [name for name in NEEDED if name not in names]
    if missing or len(spans) != 1:
        raise ValueError(
            f"a grain has {', '.join(NEEDED)} and one of {', '.join(SPANS)}, as in"
            " `worker_week_project`, and may have task"
        )
    return "_".join(name for name in DIMENSIONS if name in names)


def _names(value: object) -> list[object]:
    """The dimensions as they were written: text with underscores, or `by` with a list."""
    if isinstance(value, str):
        return list(value.split("_"))
    if isinstance(value, dict) and set(value) == {"by"} and isinstance(value["by"], list):
        return list(value["by"])
    raise ValueError(f"a grain is `{ENTRY}`, `worker_week_project` or `{{by: [...]}}`")


GrainText = Annotated[str, BeforeValidator(grain_text)]
