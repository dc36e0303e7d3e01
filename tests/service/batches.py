"""The jobs, plans and runs that the tests of a batch begin with."""

import contextlib
import resource
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

from neural_style.engine import Stylizer
from neural_style.images.save import save_image
from neural_style.iterate import Iterate
from neural_style.request import ChosenStyle, StylizeRequest
from neural_style.service.batch import Worker, paint_all
from neural_style.service.batch_jobs import BatchJob
from neural_style.service.batch_plan import PlannedJob, Planner
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import NAME, Entry, open_manifest, read_manifest
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_picture

SETTINGS = Settings(iterations=2, precision="float32")


def write_files(folder: Path, photos: int = 3) -> list[Path]:
    """Write photos `0.png` and on, and the paintings `style.png` and `style2.png`; return the photos."""
    for name, seed in (("style.png", 50), ("style2.png", 51)):
        save_image(folder / name, small_picture(48, 48, seed=seed))
    paths = [folder / f"{number}.png" for number in range(photos)]
    for seed, path in enumerate(paths):
        save_image(path, small_picture(seed=seed))
    return paths


def job(folder: Path, photo: str = "0.png", style: str = "style.png", **more: object) -> BatchJob:
    """Return a job whose output is `out/` and the names of photo and painting."""
    output = folder / "out" / f"{Path(photo).stem}-{Path(style).stem}.png"
    named = {"settings": SETTINGS, "output": output, "styles": (ChosenStyle(folder / style),), **more}
    return BatchJob(folder / photo, **named)  # pyright: ignore[reportArgumentType]


def plan(folder: Path, jobs: Sequence[BatchJob], **options: object) -> list[PlannedJob]:
    """Return the plan for jobs by the manifest in `out/`."""
    manifest = folder / "out" / NAME
    planner = Planner(manifest, FileDigests(), **options)  # pyright: ignore[reportArgumentType]
    return planner.plan(jobs, read_manifest(manifest))


def nothing(_request: StylizeRequest, _iterate: Iterate) -> None:
    """Watch nothing."""


def paint(folder: Path, jobs: Sequence[BatchJob], stylizer: Stylizer | None = None, at_once: int = 0) -> list[Entry]:
    """Paint what is to be painted of the jobs, and return the entries."""
    with open_manifest(folder / "out" / NAME) as manifest:
        worker = Worker(stylizer or FakeStylizer(), at_once=at_once)
        return list(paint_all(plan(folder, jobs), manifest, worker, nothing))


@contextlib.contextmanager
def disk_of(most_bytes: int) -> Iterator[None]:
    """Within the context no file may be longer: the system ends a write half-way, as on a full disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
