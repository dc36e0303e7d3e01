"""Film a picture while it is painted, as an MP4; the ending `.webp` makes an animated picture of it."""

from dataclasses import replace
from pathlib import Path

from neural_style import Style, StylizeRequest, load_image, save_image, stylize
from neural_style.presets import PRESETS
from neural_style.record.timelapse import Timelapse, save_film

HERE = Path(__file__).parent

request = StylizeRequest(
    content=load_image(HERE / "content" / "neuschwanstein_castle.jpg"),
    styles=[Style(load_image(HERE / "style" / "the_sun_munch.jpg"))],
    settings=replace(PRESETS["painted"].settings, longest_side_px=512),
)
film = Timelapse()
for iterate in stylize(request):
    film.add(iterate)
    if iterate.is_last:
        save_film(Path("film.mp4"), film.finish(iterate.result()))
        save_image("film.png", iterate.result())
