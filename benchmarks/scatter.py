"""Draw pictures' measures as points of content and style, with the line of those that no other betters in both."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neural_style.files import replacing

Point = tuple[float, float]
"""The measures of a picture: (content, style), less is better."""

CONTENT_LABEL = "distance from the photo: LPIPS by AlexNet (0: the photo itself)"
STYLE_LABEL = "way left to the painting's style, by AlexNet (1: the photo, 0: the painting)"

_GAP = 0.045
"""The least distance of two names from line to line, as a part of the diagram's height."""


def front(points: Mapping[str, Point]) -> list[str]:
    """Return the names of the points that no other betters, by their content.

    A point is bettered by one that is not worse in either measure and better in one.
    """
    kept = [name for name, point in points.items() if not any(_betters(other, point) for other in points.values())]
    return sorted(kept, key=lambda name: points[name])


def draw_points(path: Path, title: str, points: Mapping[str, Point]) -> None:
    """Write the diagram as one PNG.

    Args:
        path: of the PNG.
        title: what was measured, on what.
        points: what stands at a point -> the point.
    """
    figure = Figure(figsize=(9.6, 6.4), layout="constrained")
    figure.suptitle(title)
    subtitle = "The lower left is better in both. No measure decides alone: look at the pictures, too."
    axes = figure.add_subplot(title=subtitle, xlabel=CONTENT_LABEL, ylabel=STYLE_LABEL)
    axes.title.set_fontsize("small")
    unbeaten = [points[name] for name in front(points)]
    axes.plot(*zip(*unbeaten, strict=True), "--", color="grey", label="none is better in both")
    for point in points.values():
        axes.plot(*point, "o")
    axes.margins(0.06)
    _write_names(axes, points)
    axes.grid(alpha=0.25)
    axes.legend(loc="upper right")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return the places moved up as little as keeps each at least the gap above the next lower one, in their order."""
    moved = dict[int, float]()
    lowest = -float("inf")
    for index in sorted(range(len(places)), key=lambda index: places[index]):
        moved[index] = lowest = max(places[index], lowest + gap)
    return [moved[index] for index in range(len(places))]


def _write_names(axes: Axes, points: Mapping[str, Point]) -> None:
    """Write the names beside the diagram, none upon another, each with a line to its point."""
    bottom, top = axes.get_ylim()
    heights = spread([(style - bottom) / (top - bottom) for _, style in points.values()], _GAP)
    for (name, point), height in zip(points.items(), heights, strict=True):
        line = {"arrowstyle": "-", "color": "grey", "linewidth": 0.5, "relpos": (0.0, 0.5)}
        axes.annotate(name, point, (1.02, height), textcoords="axes fraction", va="center", arrowprops=line)


def _betters(other: Point, point: Point) -> bool:
    return other != point and all(theirs <= ours for theirs, ours in zip(other, point, strict=True))
