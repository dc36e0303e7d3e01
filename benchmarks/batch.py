"""Measures what one start for many photos saves against a start for each, and whether memory grows from photo to photo.

The same photos are painted by `neural-style batch` and by a shell's loop over `neural-style PHOTO PAINTING`, each in
processes of their own. Then one process paints many pictures of several sizes as a batch does; the ratio of the memory
after the last one to that after the twentieth must stay within 1.10.
"""

import argparse
import itertools
import resource as limits
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from benchmarks.common import Cost, add_folder, machine, significant, write_report
from benchmarks.jobs import sides
from benchmarks.memory_child import resident_bytes
from benchmarks.stepping import OURS
from neural_style.backends.local import LocalStylizer
from neural_style.networks.provider import NetworkProvider
from neural_style.request import ChosenStyle
from neural_style.resources import resource
from neural_style.service.batch import Worker, paint_all
from neural_style.service.batch_jobs import BatchJob
from neural_style.service.batch_plan import Planner
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import NAME, Read, open_manifest

PAINTING = "great_wave_hokusai"
LIMIT = 1.10
PROGRAM = [sys.executable, "-m", "neural_style"]


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--photos", type=int, default=20, help="painted in both ways")
    parser.add_argument("--size", type=int, default=256, help="longest side of these in pixels")
    parser.add_argument("--pictures", type=int, default=200, help="painted for the memory")
    parser.add_argument(
        "--reference", type=int, default=20, help="picture whose memory that of the last is compared with"
    )
    parser.add_argument("--sizes", type=int, default=30, help="number of different sizes of these")
    parser.add_argument("--steps", type=int, default=4, help="updates of each of these")


def run(arguments: argparse.Namespace) -> int:
    """Write `batch.json`; the exit status is 1 where the memory grew by more than is allowed."""
    report: dict[str, Any] = {"machine": machine(), "network": NetworkProvider()().title}
    with tempfile.TemporaryDirectory() as folder:
        photos = write_photos(Path(folder, "photos"), arguments.photos)
        report["time"] = compared(photos, Path(folder), arguments.size)
        write_report(arguments.folder, "batch", report)
        resident = list(memory_of(photos, Path(folder), arguments))
    report["memory"] = growth(resident, arguments.reference)
    write_report(arguments.folder, "batch", report)
    print({"time": report["time"], "memory": report["memory"]}, flush=True)
    return 0 if report["memory"]["within_limit"] else 1


def write_photos(folder: Path, count: int) -> list[Path]:
    """Write the photos of the examples into a folder, again and mirrored where more are wanted."""
    folder.mkdir()
    examples = sorted(resource("examples", "content").glob("*.jpg"))
    paths = [folder / f"{number:03d}.png" for number in range(count)]
    for number, (path, example) in enumerate(zip(paths, itertools.cycle(examples), strict=False)):
        with Image.open(example) as photo:
            (ImageOps.mirror(photo) if number // len(examples) % 2 else photo).save(path)
    return paths


def compared(photos: Sequence[Path], folder: Path, size_px: int) -> dict[str, Any]:
    """Paint the photos in both ways and return what each took, the loop's first."""
    painting, size = painting_file(), ["--size", str(size_px)]

    def loop() -> None:
        for photo in photos:
            output = folder / "loop" / photo.name
            output.parent.mkdir(exist_ok=True)
            _run([str(photo), str(painting), "--output", str(output), *size])

    def batch() -> None:
        _run(["batch", str(photos[0].parent), "--styles", str(painting), "--output", str(folder / "batch"), *size])

    costs = {"loop": cost_of_children(loop), "batch": cost_of_children(batch)}
    return {
        "photos": len(photos),
        "longest_side_px": size_px,
        **{name: {key: significant(value, 4) for key, value in cost._asdict().items()} for name, cost in costs.items()},
        "loop_over_batch": {
            name: significant(getattr(costs["loop"], name) / getattr(costs["batch"], name), 3) for name in Cost._fields
        },
    }


def cost_of_children(call: Callable[[], None]) -> Cost:
    """Return what a call takes whose work is done by processes that it starts."""
    began, before = time.perf_counter(), limits.getrusage(limits.RUSAGE_CHILDREN)
    call()
    after = limits.getrusage(limits.RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - began, cpu_seconds)


def memory_of(photos: Sequence[Path], folder: Path, arguments: argparse.Namespace) -> Iterator[int]:
    """Paint pictures of several sizes as a batch does, and yield the resident bytes after each."""
    network = NetworkProvider()()
    stylizer, digests = LocalStylizer(lambda: network), FileDigests()
    chosen = itertools.cycle(sides(arguments.sizes))
    jobs = [
        BatchJob(
            photo=photo,
            styles=(ChosenStyle(painting_file()),),
            settings=replace(OURS, longest_side_px=next(chosen), iterations=arguments.steps),
            output=folder / "memory" / f"{number:04d}.png",
        )
        for number, photo in zip(range(arguments.pictures), itertools.cycle(photos), strict=False)
    ]
    path = folder / "memory" / NAME
    plan = Planner(path, digests, network.sha256).plan(jobs, Read())
    with open_manifest(path) as manifest:
        for entry in paint_all(plan, manifest, Worker(stylizer, network.sha256, digests), lambda _request, _step: None):
            if entry.state != "painted":
                raise RuntimeError(entry.error)
            yield resident_bytes()


def growth(resident: Sequence[int], reference: int) -> dict[str, Any]:
    """Compare the memory after the last picture with that after the one of that number."""
    ratio = resident[-1] / resident[min(reference, len(resident)) - 1]
    return {
        "from_picture": min(reference, len(resident)),
        "to_picture": len(resident),
        "resident_mb": [round(each / 1e6) for each in resident],
        "ratio": significant(ratio, 4),
        "limit": LIMIT,
        "within_limit": ratio <= LIMIT,
    }


def painting_file() -> Path:
    """Return the painting that all photos are painted after."""
    return resource("examples", "style", f"{PAINTING}.jpg")


def _run(words: Sequence[str]) -> None:
    subprocess.run([*PROGRAM, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
