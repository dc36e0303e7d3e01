"""The losses of a run, step by step: as a table for programs, as a plot for people."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NeuralStyleError
from neural_style.extras import PLOT
from neural_style.files import replacing
from neural_style.iterate import LossValues

COLUMNS = ("itr", "content", "style", "tv", "total")
"""Of the table: the names that scripts written for the original program look for."""


@dataclass
class LossTable:
    """Collects losses while a picture is painted; each of them already multiplied by its weight."""

    rows: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, step: int, losses: LossValues) -> None:
        """Append the losses after `step` updates of the picture."""
        self.rows.append((step, losses.content, losses.style, losses.total_variation, losses.total))

    def array(self) -> NDArray[np.float64]:
        """`[steps, 5] float64`, in the order of `COLUMNS`."""
        return np.array(self.rows, np.float64).reshape(-1, len(COLUMNS))

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
                formats = ["%d"] + ["%.9e"] * (len(COLUMNS) - 1)
                np.savetxt(temporary, self.array(), fmt=formats, header=" ".join(COLUMNS))
        except OSError as error:
            raise NeuralStyleError(f"The losses cannot be written to {path} ({error.strerror or error}).") from error

    def plot(self, path: Path, *, exclusive: bool = False) -> None:
        """Draw the losses over the steps, the losses on a logarithmic axis, as PNG; otherwise as `write`."""
        PLOT.require("Drawing the losses")
        from matplotlib.figure import Figure  # takes half a second, and few runs draw

        steps, *terms = self.array().T
        figure = Figure(figsize=(8, 5), layout="constrained")  # outside pyplot: no window, nothing global
        axes = figure.add_subplot(xlabel="step", ylabel="loss")
        for name, values in zip(COLUMNS[1:], terms, strict=True):
            axes.semilogy(steps, np.where((values > 0) & np.isfinite(values), values, np.nan), label=name)
        axes.legend()
        axes.grid(alpha=0.3)
        try:
            with replacing(path, exclusive=exclusive) as temporary:
                figure.savefig(temporary, format="png", dpi=120)
        except OSError as error:
            raise NeuralStyleError(f"The plot cannot be written to {path} ({error.strerror or error}).") from error
