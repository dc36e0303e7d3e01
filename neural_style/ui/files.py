"""These functions say where Gradio keeps the files of this server, and how it sends them."""

from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder


def results_folder() -> Path:
    """Return the folder of the results: within Gradio's folder, which it serves files from."""
    return Path(get_upload_folder(), "results")


def file_record(path: Path) -> dict[str, Any]:
    """Return the record of a file of this server as Gradio sends it; Gradio adds the address."""
    return {"path": str(path), "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}
