"""The processor that this process may use, as Linux tells of it; elsewhere as little as Python knows."""

import os
import platform
from pathlib import Path

_FACTS = Path("/proc/cpuinfo")


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor_facts() -> dict[str, str]:
    """Return the first processor's part of /proc/cpuinfo, such as "model name" and "flags"; nothing without Linux."""
    try:
        lines = _FACTS.read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def processor_name() -> str:
    """Return the name of the processor's model, or of its kind where the model is not known."""
    return processor_facts().get("model name") or platform.processor() or platform.machine()
