"""Neural Style: repaint a photograph in the style of one or more paintings.

Importing this package is cheap: TensorFlow is loaded by the first call of :func:`stylize`, Gradio only by the page.

>>> from neural_style import Settings, Style, StylizeRequest, load_image, stylize
>>> request = StylizeRequest(
...     content=load_image("photo.jpg"), styles=[Style(load_image("painting.jpg"))], settings=Settings(iterations=100)
... )
>>> for iterate in stylize(request):  # doctest: +SKIP
...     print(iterate.step, iterate.losses.total)
"""

from neural_style.backends.local import stylize
from neural_style.errors import ImageError, MissingExtraError, NetworkError, NeuralStyleError, OptionsError
from neural_style.images.load import load_image
from neural_style.images.save import save_image
from neural_style.iterate import Iterate, LossValues
from neural_style.request import Style, StylizeRequest
from neural_style.settings import AdamSettings, LossWeights, Settings

__version__ = "0.2.0"

__all__ = [
    "AdamSettings",
    "ImageError",
    "Iterate",
    "LossValues",
    "LossWeights",
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
