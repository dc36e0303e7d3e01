"""Paint the picture that stands beside a link to the page, with the real engine: `python -m benchmarks.link_picture`.

One half is the photo, the other the painting, on both sides of a slanted line.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

import neural_style.ui
from benchmarks.common import Pair
from neural_style.backends.local import LocalStylizer
from neural_style.images.arrays import to_bytes
from neural_style.images.resize import resize
from neural_style.images.save import save_image
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS

PAIR = Pair("red_panda", "starry_night_van_gogh")
WIDTH, HEIGHT = 1200, 630
TOP, BOTTOM = 0.47, 0.35
"""Where the line begins and ends, in parts of the width."""

LINE_PX = 5
QUALITY = 88


def main() -> None:
    """Write `neural_style/ui/link_picture.jpg`."""
    request = PAIR.request(replace(PRESETS[APP_PRESET].settings, width=WIDTH, longest_side_px=None))
    rows = round(request.content.shape[1] * HEIGHT / WIDTH)
    above = (request.content.shape[0] - rows) // 2
    request = replace(request, content=request.content[above : above + rows])
    *_, last = LocalStylizer(NetworkProvider())(request)
    painted = resize(np.asarray(last.result(), np.float32), HEIGHT, WIDTH)
    photo = resize(request.content, HEIGHT, WIDTH)
    line = WIDTH * (TOP + (BOTTOM - TOP) * np.arange(HEIGHT) / HEIGHT)
    distance = (np.arange(WIDTH) - line[:, np.newaxis])[..., np.newaxis]
    both = np.where(distance < 0, photo, painted)
    both = np.where(np.abs(distance) < LINE_PX / 2, 255.0, both)
    path = Path(neural_style.ui.__file__).with_name("link_picture.jpg")
    save_image(path, to_bytes(both))
    with Image.open(path) as picture:
        picture.load()
        picture.save(path, quality=QUALITY, optimize=True, progressive=True)
    print(path)


if __name__ == "__main__":
    main()
