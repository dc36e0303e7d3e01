"""Plan a run within its memory: paint the picture whole or in tiles, and keep a history of some length.

What is free is asked of the system; what is needed is estimated from figures measured once. See `engine.tiles`.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import tensorflow as tf

try:
    import resource
except ImportError:  # on Windows there are no such limits
    resource = None

from neural_style.engine.tiling import CELL_PX, Tiling, tiling_for
from neural_style.errors import OptionsError
from neural_style.layers import check_layers
from neural_style.losses.objective import loss_layers
from neural_style.optimizers.lbfgs import HISTORY
from neural_style.process import process_memory
from neural_style.settings import MIN_SIDE_PX, Arithmetic, OptimizerName, Settings
from neural_style.validation import require_number

FREE_SHARE = 0.75
"""The part of the free memory that a run may take: other programs go on, and estimates are good to about a tenth."""

ASSUMED_FREE_BYTES = 4_000_000_000
"""The free memory that is assumed where the system reports none."""

ASSUMED_PROCESS_BYTES = 750_000_000
"""The memory that is assumed of a process where the system does not say."""

BYTES_PER_PIXEL: dict[Arithmetic, int] = {"float32": 2050, "winograd": 2600, "bfloat16": 1700, "float16": 1700}
"""Memory for each pixel that the network sees at once, for loss and gradient up to relu5_1 or relu5_2.

The figures are lines through the peaks of steps at 192 to 1536 px (VGG-16, TensorFlow 2.21 on a CPU with AVX2), which
they are above by 0 to 15 %; float16 was taken to be as bfloat16. VGG-19 takes as much: its further layers take little.
"""

FIXED_MB: dict[Arithmetic, int] = {"float32": 1620, "winograd": 470, "bfloat16": 1240, "float16": 1240}
"""Memory that a picture of any size takes, from the same lines: kernels in both directions, of which TensorFlow keeps
several copies where they are constants, and library work space."""

MATCHING_MB = 50
"""Memory that matches take, whatever the size of the picture."""

MATCHING_BYTES_PER_PIXEL = 800
"""Memory for each pixel seen at once that matching adds: the activations of further layers, and gradients by them.

Both are from the peaks of the look "painted", as above."""

ARRAY_BYTES_PER_PIXEL = 12
"""Memory for each pixel of one array of the picture's size, `[H, W, 3] float32`."""

OPTIMIZER_ARRAYS = 6
"""The arrays of an optimiser during an update: its state, the next one, and what lies between; a curvature pair has two
more."""

PICTURE_ARRAYS = 4
"""The pictures kept as arrays: the photograph, the start, the best picture, and one being shown."""

CONTENT_BYTES_PER_PIXEL = 40
"""The memory of the content targets: 512 channels on a 64th of the pixels (relu4_2) and on a 256th (relu5_2)."""

ADDRESSES_OF_THREADS_BYTES = 700_000_000
"""The addresses that threads take for their stacks and heaps when they begin, mostly without memory behind them."""

TILED_ARRAYS = 2
"""The further arrays of tiles: the gradient put together from them, and its copy."""

MIN_HISTORY = 3
"""The fewest curvature pairs worth keeping."""

TILE_SIDES_PX = range(1024, 255, -CELL_PX)
"""The sides of tiles to try, largest first: larger ones save little, and most of a smaller one is halo."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The conditions that decide besides the size.

    Attributes:
        halo_px: the halo that the layers need.
        arithmetic: the number format.
        optimizer: which one.
        is_matched: whether places of the paintings are matched.
        updates: the most updates of the picture, and so of curvature pairs.
    """

    halo_px: int = 64
    arithmetic: Arithmetic = "float32"
    optimizer: OptimizerName = "lbfgs"
    is_matched: bool = False
    updates: int = HISTORY

    @classmethod
    def of(cls, settings: Settings, topology: str, arithmetic: Arithmetic) -> "Conditions":
        """Return the conditions of a run with these settings, by a network of that topology.

        Raises:
            OptionsError: the network lacks a layer that they look at.
        """
        layers = loss_layers(settings.weights)
        check_layers(topology, layers)
        return cls(
            halo_px=tiling_for(CELL_PX, topology, layers).halo_px,
            arithmetic=arithmetic,
            optimizer=settings.optimizer,
            is_matched=settings.weights.matching > 0,
        )


DEFAULT_CONDITIONS = Conditions()


@dataclass(frozen=True)
class Plan:
    """A way to paint that fits into memory.

    Attributes:
        tile_side_px: side of a tile, for `engine.tiles`; None: evaluate the whole picture at once.
        history: curvature pairs that L-BFGS may keep; Adam has none.
    """

    tile_side_px: int | None
    history: int


def choose_plan(height: int, width: int, budget_bytes: int, conditions: Conditions = DEFAULT_CONDITIONS) -> Plan:
    """Choose the fastest plan that fits: whole, else in the largest tiles, else with as long a history as has room.

    Raises:
        OptionsError: no plan fits.
    """
    for plan in _plans():
        if plan_bytes(height, width, plan, conditions) <= budget_bytes:
            return plan
    needed = _least_bytes(height, width, conditions)
    raise OptionsError(
        f"To paint a picture of {width}x{height} px takes at least {needed / 1e9:.1f} GB of memory, but only "
        f"{budget_bytes / 1e9:.1f} GB may be used. {_advice(height, width, budget_bytes, conditions)}"
    )


def smaller_plan(plan: Plan, height: int, width: int) -> Plan:
    """Return the next plan after a device ran out of memory: tiles of half the side, or of half the picture's.

    Raises:
        OptionsError: the tiles are the smallest already.
    """
    largest, smallest = TILE_SIDES_PX[0], TILE_SIDES_PX[-1]
    if plan.tile_side_px == smallest:
        raise OptionsError(
            "The memory was exhausted, even by the smallest tiles. Choose a smaller size, or close other programs."
        )
    half = (plan.tile_side_px or max(height, width)) // 2
    return replace(plan, tile_side_px=min(max(smallest, half - half % CELL_PX), largest))


def plan_bytes(height: int, width: int, plan: Plan, conditions: Conditions = DEFAULT_CONDITIONS) -> int:
    """Estimate the memory to paint `height` x `width` px by this plan, beyond that of a process with TensorFlow."""
    if plan.tile_side_px is None:
        evaluation = untiled_bytes(height, width, conditions.arithmetic, is_matched=conditions.is_matched)
    else:
        evaluation = tiled_bytes(height, width, plan.tile_side_px, conditions)
    history = min(plan.history, conditions.updates) if conditions.optimizer == "lbfgs" else 0
    return evaluation + kept_bytes(height, width, history)


def untiled_bytes(height: int, width: int, arithmetic: Arithmetic = "float32", *, is_matched: bool = False) -> int:
    """Estimate the memory of one evaluation of loss and gradient of the whole picture."""
    fixed_mb, of_pixel = FIXED_MB[arithmetic], BYTES_PER_PIXEL[arithmetic]
    if is_matched:
        fixed_mb, of_pixel = fixed_mb + MATCHING_MB, of_pixel + MATCHING_BYTES_PER_PIXEL
    return fixed_mb * 10**6 + height * width * of_pixel


def tiled_bytes(height: int, width: int, tile_side_px: int, conditions: Conditions = DEFAULT_CONDITIONS) -> int:
    """Estimate the memory of one evaluation in tiles: that of the largest window, and the gradient."""
    window = Tiling(tile_side_px, conditions.halo_px).largest_window(height, width)
    of_window = untiled_bytes(*window, conditions.arithmetic, is_matched=conditions.is_matched)
    return of_window + height * width * TILED_ARRAYS * ARRAY_BYTES_PER_PIXEL


def kept_bytes(height: int, width: int, history: int) -> int:
    """Estimate the memory of pictures, targets and optimiser, with `history` curvature pairs or 0."""
    arrays = PICTURE_ARRAYS + OPTIMIZER_ARRAYS + 2 * history
    return height * width * (arrays * ARRAY_BYTES_PER_PIXEL + CONTENT_BYTES_PER_PIXEL)


def process_bytes(root: Path = Path("/")) -> int:
    """Return the memory that this process has now; where the system does not say, that of one with TensorFlow."""
    taken = process_memory(root)
    return ASSUMED_PROCESS_BYTES if taken is None else taken.resident_bytes


def memory_budget_bytes(memory_gb: float | None = None) -> int:
    """Return the bytes a run may add to the process: `memory_gb` (10^9 bytes), or a share of what is free now.

    On a GPU its memory counts, else the system's.

    Raises:
        OptionsError: `memory_gb` is not a number above 0.
    """
    if memory_gb is not None:
        require_number("memory in GB", memory_gb, low=0, open_ends=True)
        return int(memory_gb * 1e9)
    of_gpu = free_gpu_bytes()
    return int(FREE_SHARE * (free_system_bytes() if of_gpu is None else of_gpu))


def free_system_bytes(root: Path = Path("/")) -> int:
    """Return the least of what Linux says is available, and what each limit of this process leaves.

    On other systems it is half of the physical memory. `root` is the file system to read, for tests.
    """
    rooms = [*_available_bytes(root), *_cgroup_rooms(root), *_address_rooms(root)]
    if rooms:
        return min(rooms)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return ASSUMED_FREE_BYTES


def free_gpu_bytes() -> int | None:
    """Return the first GPU's memory less what TensorFlow holds there; None without a GPU or if its size is unknown.

    TensorFlow tells what it has taken but not what there is: that is a limit set for it, or what `nvidia-smi` reports.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return None
    configured = tf.config.get_logical_device_configuration(gpus[0])
    limit_mib = configured[0].memory_limit if configured else None
    total = limit_mib * 2**20 if limit_mib else _nvidia_total_bytes()
    if total is None:
        return None
    return max(0, total - int(tf.config.experimental.get_memory_info("GPU:0")["current"]))


def _nvidia_total_bytes() -> int | None:
    """Return the memory of the smallest card, since TensorFlow's first card need not be the first here."""
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        return min(int(mebibytes) for mebibytes in answer.stdout.split()) * 2**20
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _available_bytes(root: Path) -> list[int]:
    """Return MemAvailable of proc(5), which counts what caches would give back."""
    fields = [line.split() for line in _lines(root / "proc/meminfo")]
    return [int(values[1]) * 1024 for values in fields if values[:1] == ["MemAvailable:"]]


def _address_rooms(root: Path) -> list[int]:
    """Return what is left of the addresses that this process may use (`ulimit -v`); [] where there is no limit."""
    limit, taken = _address_limit(), process_memory(root)
    if limit is None or taken is None:
        return []
    return [max(0, limit - taken.addresses_bytes - ADDRESSES_OF_THREADS_BYTES)]


def _address_limit() -> int | None:
    if resource is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def _cgroup_rooms(root: Path) -> Iterator[int]:
    """Return what is left in each control group above this process with a limit, cgroups(7), version 1 or 2.

    Within a container the path may be that of the host; then only the container's own root is found.
    """
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            names = ("", "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        mount = root / "sys/fs/cgroup" / names[0]
        inner = PurePosixPath(path.lstrip("/"))
        for group in (inner, *inner.parents):
            yield from _room(mount / group, *names[1:])


def _room(group: Path, limit_name: str, usage_name: str, cache_field: str) -> list[int]:
    """Return [limit less usage], the usage without file caches, which are given back when needed; [] if unlimited."""
    limit, usage = (next(_lines(group / name), "") for name in (limit_name, usage_name))
    if not (limit.isdigit() and usage.isdigit()):  # the limit may be "max"
        return []
    caches = [int(line.split()[1]) for line in _lines(group / "memory.stat") if line.split()[0] == cache_field]
    return [max(0, int(limit) - int(usage) + sum(caches))]


def _lines(path: Path) -> Iterator[str]:
    try:
        yield from path.read_text().splitlines()
    except OSError:  # not Linux, or another version of control groups
        return


def _plans() -> Iterator[Plan]:
    yield Plan(None, HISTORY)
    yield from (Plan(side, HISTORY) for side in TILE_SIDES_PX)
    for history in range(HISTORY - 1, MIN_HISTORY - 1, -1):
        yield from (Plan(None, history), Plan(TILE_SIDES_PX[-1], history))


def _least_bytes(height: int, width: int, conditions: Conditions) -> int:
    return min(plan_bytes(height, width, plan, conditions) for plan in _plans())


def _advice(height: int, width: int, budget_bytes: int, conditions: Conditions) -> str:
    """Advise on what would fit: the largest size of that shape, found by halving."""
    longest = max(height, width)
    fits, too_large = 0, longest
    while too_large - fits > 1:
        side = (fits + too_large) // 2
        size = height * side // longest, width * side // longest
        fits, too_large = (side, too_large) if _least_bytes(*size, conditions) <= budget_bytes else (fits, side)
    height, width = height * fits // longest, width * fits // longest
    if min(height, width) < MIN_SIDE_PX:
        return "No size fits: allow more memory."
    return f"The largest size of this shape that fits is {width}x{height} px. Choose that, or allow more memory."
