"""The losses of a run, step by step: as a table for programs, as a plot for people."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NeuralStyleError
from neural_style.extras import PLOT
from neural_style.files import replacing
from neural_style.iterate import LossValues

_STEP = "itr"
_COLUMNS = {"total_variation": "tv"}
"""The names that scripts written for the original program look for; other terms have a column of their own name."""


@dataclass
class LossTable:
    """Collects losses while a picture is painted, each of them already multiplied by its weight."""

    rows: list[dict[str, float]] = field(default_factory=list)

    def add(self, step: int, losses: LossValues) -> None:
        """Append the losses after `step` updates of the picture."""
        self.rows.append({_STEP: step, **columns(losses)})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns: the step, the terms, and their total."""
        return tuple(self.rows[0]) if self.rows else (_STEP, "total")

    def array(self) -> NDArray[np.float64]:
        """Return `[steps, columns] float64`, in the order of `names`."""
        return np.array([[row[name] for name in self.names] for row in self.rows], np.float64).reshape(
            -1, len(self.names)
        )

    def write(self, path: Path, *, exclusive: bool = False) -> None:
        """Write the text table, which `numpy.loadtxt` reads; the final name only ever holds a whole file.

        Args:
            path: where to.
            exclusive: refuse to replace a file.

        Raises:
            NeuralStyleError: the file cannot be written. A file already there stays as it was.
        """
        try:
            with replacing(path, exclusive=exclusive) as temporary:
                formats = ["%d"] + ["%.9e"] * (len(self.names) - 1)
                np.savetxt(temporary, self.array(), fmt=formats, header=" ".join(self.names))
        except OSError as error:
            raise NeuralStyleError(f"The losses cannot be written to {path} ({error.strerror or error}).") from error

    def plot(self, path: Path, *, exclusive: bool = False) -> None:
        """Draw the losses over the steps, on a logarithmic axis, as PNG; in all else the same as `write`."""
        PLOT.require("Drawing the losses")
        from matplotlib.figure import Figure  # takes half a second, and few runs draw

        steps, *terms = self.array().T
        figure = Figure(figsize=(8, 5), layout="constrained")  # outside pyplot: no window, nothing global
        axes = figure.add_subplot(xlabel="step", ylabel="loss")
        for name, values in zip(self.names[1:], terms, strict=True):
            axes.semilogy(steps, np.where((values > 0) & np.isfinite(values), values, np.nan), label=name)
        axes.legend()
        axes.grid(alpha=0.3)
        try:
            with replacing(path, exclusive=exclusive) as temporary:
                figure.savefig(temporary, format="png", dpi=120)
        except OSError as error:
            raise NeuralStyleError(f"The plot cannot be written to {path} ({error.strerror or error}).") from error


def columns(losses: LossValues) -> dict[str, float]:
    """Return the losses under the short names that a table or a line of text has for them, the total last."""
    return {_COLUMNS.get(name, name): value for name, value in losses.with_total().items()}
