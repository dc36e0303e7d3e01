"""Makes steps when it is told to, by the code of the folder it is started in; `benchmarks.against` starts it twice.

Each line that it reads is one JSON object, `{"prepare": longest side, "arithmetic"}` or `{"steps": number}`, and is
answered with a line. It has to run with versions of the program that are older than itself.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path.cwd())  # the code to be measured, and not that of this file

MODULES_OF_ALLOCATOR = ("neural_style.engine.allocator", "neural_style.engine.memory")
"""Where the function that keeps freed memory is, in newer and in older versions."""


def answers() -> None:
    """Answer each line of the standard input until it ends."""
    stepping = importlib.import_module("benchmarks.stepping")
    network = importlib.import_module("neural_style.networks.provider").NetworkProvider()()
    _keep_freed_memory()
    step: Any = None
    for line in sys.stdin:
        order = json.loads(line)
        if "prepare" in order:
            step = None
            request = stepping.request_of(*stepping.size_of(order["prepare"]))
            step = stepping.our_step(request, network, order["arithmetic"])
            answer = {"network": network.title}
        else:
            began, cpu_before = time.perf_counter(), time.process_time()
            losses = [step() for _ in range(order["steps"])]
            answer = {
                "seconds": time.perf_counter() - began,
                "cpu_seconds": time.process_time() - cpu_before,
                "lowest_loss": min(losses),
            }
        print(json.dumps(answer), flush=True)


def _keep_freed_memory() -> None:
    for name in MODULES_OF_ALLOCATOR:
        try:
            importlib.import_module(name).keep_freed_memory()
        except ModuleNotFoundError:
            continue
        return


if __name__ == "__main__":
    answers()
