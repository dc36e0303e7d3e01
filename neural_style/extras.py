"""The extras of the package, which a plain `pip install neural-style` leaves out, and the error that asks for them.

A module that uses one of these packages imports it inside the function that needs it, after `require`.
"""

import importlib.util
from dataclasses import dataclass

from neural_style.errors import MissingExtraError


@dataclass(frozen=True)
class Extra:
    """An optional package.

    Attributes:
        name: of the extra, in `pip install 'neural-style[name]'`.
        module: what Python imports.
        title: what people call the package.
    """

    name: str
    module: str
    title: str

    @property
    def is_installed(self) -> bool:
        """Whether the package is there; it is not imported to find out."""
        return importlib.util.find_spec(self.module) is not None

    def require(self, use: str) -> None:
        """Refuse a use of the package where it is missing.

        Args:
            use: what needs it, as the beginning of a sentence: "Writing a film".

        Raises:
            MissingExtraError: the package is not installed.
        """
        if not self.is_installed:
            raise MissingExtraError(f"{use} needs {self.title}: pip install 'neural-style[{self.name}]'")


APP = Extra("app", "gradio", "Gradio")
FILM = Extra("film", "av", "PyAV")
PLOT = Extra("plot", "matplotlib", "Matplotlib")
EXTRAS = (APP, FILM, PLOT)
"""The extras that `neural-style[all]` brings, each with the name that it has in pyproject.toml."""

RAY = Extra("ray", "ray", "Ray")
"""The extra for a cluster, which is large, and of no use to most."""
