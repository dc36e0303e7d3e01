"""Takes every update of one painting as a visitor's program does, in a process that `benchmarks.streaming` starts."""

import json
import sys
import tempfile

from gradio_client import Client, handle_file


def main(order: dict[str, str]) -> None:
    """Paint `{"url", "photo", "painting", "settings"}` and wait for the end."""
    with tempfile.TemporaryDirectory() as folder:
        client = Client(order["url"], verbose=False, download_files=folder)
        job = client.submit(
            content=handle_file(order["photo"]),
            styles=[handle_file(order["painting"])],
            settings=order["settings"],
            api_name="/stylize",
        )
        for _update in job:
            pass
        job.result()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
