"""Draw curves of losses over seconds, as a picture that a person can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, StrMethodFormatter

from neural_style.files import replacing

Points = Sequence[tuple[float, float]]
"""A point of a curve: (seconds, loss)."""

COLUMNS = 2
_STYLES = ("-", "--", ":", "-.")


@dataclass(frozen=True)
class Panel:
    """A diagram with its title, curves and marks.

    Attributes:
        title: stands above it.
        lines: what stands in the legend -> the curve.
        marks: what stands at a point -> the point.
    """

    title: str
    lines: Mapping[str, Points]
    marks: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def draw(path: Path, title: str, panels: Sequence[Panel]) -> None:
    """Write the diagrams as one PNG, both axes logarithmic."""
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(9.0 * columns, 5.6 * rows), layout="constrained")
    figure.suptitle(title)
    for index, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(
            rows, columns, index, title=panel.title, xlabel="seconds", ylabel="lowest loss so far"
        )
        for number, (name, points) in enumerate(panel.lines.items()):
            seconds, losses = zip(*points, strict=True)
            axes.loglog(seconds, losses, _STYLES[number % len(_STYLES)], label=name)
        for name, point in panel.marks.items():
            axes.plot(*point, "ko", markersize=4)
            axes.annotate(name, point, xytext=(-6, 6), ha="right", textcoords="offset points")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_formatter(LogFormatter(labelOnlyBase=False, minor_thresholds=(2, 0.5)))
        axes.grid(which="both", alpha=0.25)
        axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110)
