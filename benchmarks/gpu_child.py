"""Paints with little GPU memory and reports the tiles used, in a process of its own that `benchmarks.gpu` starts.

By "plan", the limit is known to the engine, which divides the picture beforehand. By "exhaustion", the engine is told
that there is plenty, so that it meets the limit and has to begin again in tiles.
"""

import json
import sys
import time
from dataclasses import replace
from typing import Any

import tensorflow as tf

from benchmarks.stepping import OURS, request_of
from neural_style.engine.device import grow_gpu_memory
from neural_style.engine.stylize import stylize
from neural_style.networks.provider import NetworkProvider
from neural_style.vgg.network import Network

PLENTY_GB = 1000.0
STEPS = 2


def measure(order: dict[str, Any], network: Network) -> dict[str, Any]:
    """Return `{"tile_px", "losses", "seconds"}` of a short run."""
    began = time.perf_counter()
    request = request_of(order["height"], order["width"], replace(OURS, iterations=STEPS))
    memory_gb = PLENTY_GB if order["way"] == "exhaustion" else None
    iterates = list(stylize(request, lambda: network, memory_gb=memory_gb))
    return {
        "tile_px": iterates[-1].tile_px,
        "arithmetic": iterates[-1].arithmetic,
        "losses": [iterate.losses.total for iterate in iterates],
        "seconds": round(time.perf_counter() - began, 1),
    }


def limit_memory(limit_mb: int) -> None:
    """Limit the memory of the first GPU, if there is one."""
    grow_gpu_memory()  # before the limit: TensorFlow refuses it for a card that has one
    for gpu in tf.config.list_physical_devices("GPU")[:1]:
        configuration = [tf.config.LogicalDeviceConfiguration(memory_limit=limit_mb)]
        tf.config.set_logical_device_configuration(gpu, configuration)


if __name__ == "__main__":
    limit_memory(json.loads(sys.argv[1])["limit_mb"])
    print(json.dumps(measure(json.loads(sys.argv[1]), NetworkProvider()())))
