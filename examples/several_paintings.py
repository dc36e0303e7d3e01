"""Paint in the style of two paintings at once, each with its share of the blend and the size of its strokes."""

from collections import deque
from dataclasses import replace
from pathlib import Path

from neural_style import Style, StylizeRequest, load_image, save_image, stylize
from neural_style.presets import PRESETS

HERE = Path(__file__).parent

request = StylizeRequest(
    content=load_image(HERE / "content" / "red_panda.jpg"),
    styles=[
        Style(load_image(HERE / "style" / "great_wave_hokusai.jpg"), share=0.7, scale=1.5),  # broader strokes
        Style(load_image(HERE / "style" / "marbled_paper.jpg"), share=0.3, scale=0.7),  # finer ones
    ],
    settings=replace(PRESETS["painted"].settings, longest_side_px=512),
)
(last,) = deque(stylize(request), maxlen=1)
save_image("several_paintings.png", last.result())
