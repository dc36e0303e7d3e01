"""Let a running page paint: `make app` in one terminal, this program in another, also on another machine."""

import shutil
from pathlib import Path

from gradio_client import Client, handle_file

PAGE = "http://127.0.0.1:7860"
HERE = Path(__file__).parent

client = Client(PAGE)
job = client.submit(
    content=handle_file(str(HERE / "content" / "honey_bee_aster.jpg")),
    styles=[handle_file(str(HERE / "style" / "water_lilies_monet.jpg"))],
    settings={"preset": "bold", "longest_side_px": 512},
    api_name="/stylize",
)
for progress, _preview, _result in job:
    print(f"{progress['work_done']:.0%}, {progress['remaining_s'] or 0:.0f} s to go")
*_, picture = job.result()
shutil.copy(picture, "client.png")
