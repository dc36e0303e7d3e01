"""Neural Style: repaint a photograph in the style of one or more paintings.

Importing this package is cheap: its names are loaded when they are first asked for, TensorFlow by the first call of
:func:`stylize`, Gradio only by the page.

>>> from neural_style import Settings, Style, StylizeRequest, load_image, stylize
>>> request = StylizeRequest(
...     content=load_image("photo.jpg"), styles=[Style(load_image("painting.jpg"))], settings=Settings(iterations=100)
... )
>>> for iterate in stylize(request):  # doctest: +SKIP
...     print(iterate.step, iterate.losses.total)
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neural_style.backends.local import stylize
    from neural_style.changes import Change
    from neural_style.errors import ImageError, MissingExtraError, NetworkError, NeuralStyleError, OptionsError
    from neural_style.images.load import load_image
    from neural_style.images.save import save_image
    from neural_style.iterate import Iterate, LossValues
    from neural_style.masks import Mask
    from neural_style.request import Style, StylizeRequest
    from neural_style.settings import AdamSettings, LossWeights, Settings

__version__ = "0.2.0"

__all__ = [
    "AdamSettings",
    "Change",
    "ImageError",
    "Iterate",
    "LossValues",
    "LossWeights",
    "Mask",
    "MissingExtraError",
    "NetworkError",
    "NeuralStyleError",
    "OptionsError",
    "Settings",
    "Style",
    "StylizeRequest",
    "__version__",
    "load_image",
    "save_image",
    "stylize",
]

_HOMES = {
    "AdamSettings": "neural_style.settings",
    "Change": "neural_style.changes",
    "ImageError": "neural_style.errors",
    "Iterate": "neural_style.iterate",
    "LossValues": "neural_style.iterate",
    "LossWeights": "neural_style.settings",
    "Mask": "neural_style.masks",
    "MissingExtraError": "neural_style.errors",
    "NetworkError": "neural_style.errors",
    "NeuralStyleError": "neural_style.errors",
    "OptionsError": "neural_style.errors",
    "Settings": "neural_style.settings",
    "Style": "neural_style.request",
    "StylizeRequest": "neural_style.request",
    "load_image": "neural_style.images.load",
    "save_image": "neural_style.images.save",
    "stylize": "neural_style.backends.local",
}
"""Name -> the module that it is loaded from when it is first asked for (PEP 562)."""


def __getattr__(name: str) -> Any:
    """Load a name from its module: a program that only asks for help or a version loads nothing else."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
