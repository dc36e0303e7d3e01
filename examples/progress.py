"""Show a bar of the progress, and keep a preview of the picture every few seconds."""

from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from neural_style import Style, StylizeRequest, load_image, save_image, stylize
from neural_style.presets import PRESETS

HERE = Path(__file__).parent
PREVIEW_INTERVAL_S = 5.0

request = StylizeRequest(
    content=load_image(HERE / "content" / "kingfisher.jpg"),
    styles=[Style(load_image(HERE / "style" / "starry_night_van_gogh.jpg"))],
    settings=replace(PRESETS["painted"].settings, longest_side_px=512),
)
next_preview_s = 0.0
with tqdm(total=1.0, bar_format="{percentage:3.0f}%|{bar:30}| {desc}") as bar:
    for iterate in stylize(request):
        bar.set_description_str(f"step {iterate.step}, loss {iterate.losses.total:.3g}", refresh=False)
        bar.update(iterate.work_done - bar.n)
        if iterate.elapsed_s >= next_preview_s:
            save_image("preview.jpg", iterate.picture())  # fetched only here: a step without a preview costs nothing
            next_preview_s = iterate.elapsed_s + PREVIEW_INTERVAL_S
        if iterate.is_last:
            save_image("progress.png", iterate.result())
