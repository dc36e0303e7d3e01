"""Paint a photo in the style of a painting, in three lines: a request, its painting, its picture."""

from collections import deque
from dataclasses import replace
from pathlib import Path

from neural_style import Style, StylizeRequest, load_image, save_image, stylize
from neural_style.presets import PRESETS

HERE = Path(__file__).parent
PHOTO, PAINTING = HERE / "content" / "coffee_cup.jpg", HERE / "style" / "stained_glass_mosaic.jpg"
SETTINGS = replace(PRESETS["painted"].settings, longest_side_px=512)

request = StylizeRequest(load_image(PHOTO), [Style(load_image(PAINTING))], SETTINGS)
(last,) = deque(stylize(request), maxlen=1)
save_image("three_lines.png", last.result())
