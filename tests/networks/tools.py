"""The common parts of these tests: small .mat files, tables of sources, and the Hub client in its own process."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import scipy.io

from neural_style.networks.matfile import Layer
from neural_style.networks.sources import load_table
from neural_style.vgg.network import Network

ROOT = Path(__file__).parents[2]
Layout = Literal["old", "new"]


def write_mat(
    path: Path,
    network: Network,
    layout: Layout = "new",
    classifier: dict[str, Layer] | None = None,
    classes: Sequence[str] = (),
    **options: Any,
) -> Path:
    """Write a network as MatConvNet does: with poolings and ReLUs between, fields in the order of the layout."""
    convolutions = {name: Layer(network.kernels[name], network.biases[name]) for name in network.kernels}
    layers = []
    for name, layer in {**convolutions, **(classifier or {})}.items():
        layers += [_record(name, "conv", layout, layer), _record(name.replace("conv", "relu"), "relu", layout)]
    mean = np.array(network.mean_rgb, np.float64)
    average = np.broadcast_to(mean, (24, 24, 3)) if layout == "old" else mean.reshape(1, 1, 3)
    normalization = {"averageImage": average, "imageSize": np.array([[224.0, 224.0, 3.0]])}
    classes_record = {"name": cells(classes), "description": cells(classes)}
    data: dict[str, Any] = {"layers": cells(layers)}
    if layout == "old":
        data |= {"classes": classes_record, "normalization": normalization}
    else:
        data["meta"] = {"inputs": 0.0, "classes": classes_record, "normalization": normalization}
    scipy.io.savemat(path, data, **options)
    return path


def _record(name: str, kind: str, layout: Layout, layer: Layer | None = None) -> dict[str, Any]:
    weights = cells([] if layer is None else [layer.kernel, layer.bias.reshape(1, -1)])
    if layout == "old":
        return {"weights": weights, "pad": 1.0, "type": kind, "name": name, "stride": 1.0}
    return {"name": name, "type": kind, "weights": weights, "pad": 1.0, "stride": 1.0}


def cells(values: Sequence[Any]) -> np.ndarray:
    """Return a MATLAB cell array of one row."""
    array = np.empty((1, len(values)), object)
    for index, value in enumerate(values):
        array[0, index] = value
    return array


def write_table(
    path: Path, content: bytes, repositories: Sequence[str] = ("someone/first", "spaces/other/second")
) -> Path:
    """Write a table that wants `content` from those repositories of the Hub, in that order."""
    lines = [
        "[[files]]",
        'name = "vgg.mat"',
        'title = "VGG-19 (test)"',
        'layout = "test"',
        f"size = {len(content)}",
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
    ]
    for repository in repositories:
        kind = "space" if repository.startswith("spaces/") else "model"
        lines += [
            "[[sources]]",
            f'repo_id = "{repository.removeprefix("spaces/")}"',
            f'repo_type = "{kind}"',
            'filename = "folder/vgg.mat"',
            f'revision = "{"0" * 40}"',
        ]
    path.write_text("\n".join(lines))
    load_table(path)
    return path


def child_environment(endpoint: str, table: Path, home: Path, **variables: str) -> dict[str, str]:
    """Return the environment a person would set, with nothing left over from the person who runs the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "NEURAL_STYLE_"))}
    return {
        **kept,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(home / "huggingface"),
        "HOME": str(home),
        "NEURAL_STYLE_SOURCES": str(table),
        "NEURAL_STYLE_WEIGHTS": str(home / "weights"),
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **variables,
    }


def run_python(program: str, environment: dict[str, str], timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a short program in a new interpreter."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
