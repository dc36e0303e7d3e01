"""Paint every photo of a folder in the style of one painting; those that are done already are left out."""

from collections import deque
from dataclasses import replace
from pathlib import Path

from neural_style import NeuralStyleError, Style, StylizeRequest, load_image, save_image, stylize
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import PRESETS

HERE = Path(__file__).parent
PHOTOS = HERE / "content"
PAINTED = Path("painted")

settings = replace(PRESETS["painted"].settings, longest_side_px=512)
painting = Style(load_image(HERE / "style" / "great_wave_hokusai.jpg"))
provider = NetworkProvider()  # keeps the network from one photo to the next
PAINTED.mkdir(exist_ok=True)
for photo in sorted(PHOTOS.iterdir()):
    picture = PAINTED / f"{photo.stem}.png"
    if picture.exists():
        continue
    try:
        (last,) = deque(stylize(StylizeRequest(load_image(photo), [painting], settings), provider), maxlen=1)
        save_image(picture, last.result())
    except NeuralStyleError as error:  # one sentence for people; the other photos are painted all the same
        print(f"{photo.name}: {error}")
    else:
        print(f"{picture} in {last.elapsed_s:.0f} s")
