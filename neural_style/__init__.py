"""Neural Style: repaint a photograph in the style of one or more paintings.

Importing this package is cheap: TensorFlow is loaded by the first call of :func:`stylize`, Gradio only by the page.

>>> from neural_style import Settings, Style, StylizeRequest, load_image, stylize
>>> request = StylizeRequest(
...     content=load_image("photo.jpg"), styles=[Style(load_image("painting.jpg"))], settings=Settings(iterations=100)
... )
>>> for frame in stylize(request):  # doctest: +SKIP
...     print(frame.step, frame.losses.total)
"""

from typing import TYPE_CHECKING, Any

from neural_style.errors import ImageError, NetworkError, NeuralStyleError, OptionsError
from neural_style.frame import Frame, StepLosses
from neural_style.images import load_image
from neural_style.output import save_image
from neural_style.request import Style, StylizeRequest
from neural_style.settings import AdamSettings, LossWeights, Settings

if TYPE_CHECKING:
    from neural_style.engine.stylize import stylize

__version__ = "0.1.0"

__all__ = [
    "AdamSettings",
    "Frame",
    "ImageError",
    "LossWeights",
    "NetworkError",
    "NeuralStyleError",
    "OptionsError",
    "Settings",
    "StepLosses",
    "Style",
    "StylizeRequest",
    "__version__",
    "load_image",
    "save_image",
    "stylize",
]


def __getattr__(name: str) -> Any:
    """Load the engine, and with it TensorFlow, only when it is asked for (PEP 562)."""
    if name == "stylize":
        from neural_style.engine.stylize import stylize

        return stylize
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
