"""The memory of this process, as Linux tells of it (proc(5))."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessMemory:
    """What a process takes.

    Attributes:
        addresses_bytes: of addresses, with or without memory behind them; `ulimit -v` bounds them.
        resident_bytes: of memory.
    """

    addresses_bytes: int
    resident_bytes: int


def process_memory(root: Path = Path("/")) -> ProcessMemory | None:
    """Return what this process takes; None where the system does not say. `root` is the file system to read."""
    try:
        addresses, resident, *_ = map(int, (root / "proc/self/statm").read_text(encoding="ascii").split())
        page_bytes = os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):  # not Linux
        return None
    return ProcessMemory(addresses * page_bytes, resident * page_bytes)
