"""Charts of the statement as inline SVG: same figures, same bytes; nothing is loaded at reading.

Figures come in as they are in the marts; the drawing library sees them only to draw them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

PALETTE = ("#1f5673", "#90323d", "#8c7a3b", "#4f772d", "#6d597a", "#b56576", "#355070", "#7f5539")
_HEIGHT_PER_ROW = 0.34
_STYLE: Any = {
    "svg.hashsalt": "tieout",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def stacked_bars(rows: Sequence[str], series: Mapping[str, Sequence[Decimal]], unit: str) -> str:
    """Horizontal stacked bars, one per row.

    Args:
        rows: labels, top to bottom.
        series: label -> one value per row.
        unit: what the axis measures, for example `hours`.

    Returns:
        An `<svg>` element, or an empty text when there is nothing to draw.
    """
    if not rows or not any(any(values) for values in series.values()):
        return ""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 1.0 + _HEIGHT_PER_ROW * len(rows)), layout="constrained")
        axes = figure.subplots()
        left: Any = [Decimal(0)] * len(rows)
        for number, (label, values) in enumerate(series.items()):
            lengths: Any = values
            axes.barh(
                range(len(rows)), lengths, left=left, height=0.62, label=label,
                color=PALETTE[number % len(PALETTE)],
            )  # fmt: skip
            left = [start + value for start, value in zip(left, values, strict=True)]
        axes.set_yticks(range(len(rows)), rows)
        axes.invert_yaxis()
        axes.set_xlabel(unit)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.0 + 0.5 / (1 + 0.3 * len(rows))),
                    ncols=4, frameon=False)  # fmt: skip
        return _svg(figure)


def _svg(figure: Figure) -> str:
    """The figure as an element that can stand inside HTML."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    # the drawing library's licence metadata names addresses; the statement names none
    return re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
