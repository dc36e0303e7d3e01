"""Painting on a real Ray cluster of several nodes, each with processes of its own on this machine."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import ray
from ray.cluster_utils import Cluster

from neural_style.backends.ray_pool import ClusterOptions, RayStylizer
from neural_style.images.load import load_image
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.service.batch import Watch, Worker, paint_all
from neural_style.service.batch_plan import Planner
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import NAME, Entry, Read, open_manifest, read_manifest
from tests.fakes import tiny_network
from tests.service.batches import SETTINGS, job, nothing, write_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NETWORK = tiny_network()
NODES, PHOTOS, STEPS = 3, 12, 12


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A head that paints nothing, and three nodes with room for one worker each."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    for _ in range(NODES):
        cluster.add_node(num_cpus=1)
    ray.init(cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def after(steps: int, action: Callable[[], None]) -> Watch:
    """Return a watch that does something once, after so many steps of all pictures together."""
    left = iter(range(steps))

    def watch(_request: StylizeRequest, _iterate: Iterate) -> None:
        if next(left, None) == steps - 1:
            action()

    return watch


def paint(folder: Path, name: str, pool: RayStylizer, watch: Watch) -> list[Entry]:
    """Paint all photos into a folder of that name beside them."""
    settings = replace(SETTINGS, iterations=STEPS)
    outputs = [folder / name / f"{number}.png" for number in range(PHOTOS)]
    jobs = [job(folder, f"{number}.png", output=output, settings=settings) for number, output in enumerate(outputs)]
    path = folder / name / NAME
    planned = Planner(path, FileDigests()).plan(jobs, Read())
    with open_manifest(path) as manifest:
        return list(paint_all(planned, manifest, Worker(pool, at_once=pool.workers), watch))


def test_a_batch_on_three_nodes_survives_the_death_of_one(cluster: Cluster, tmp_path: Path) -> None:
    write_files(tmp_path, photos=PHOTOS)
    pool = RayStylizer(lambda: NETWORK, ClusterOptions(address=cluster.address, workers=NODES, threads=1))
    died: list[float] = []

    def kill_a_node() -> None:
        died.append(sum(node["Alive"] for node in ray.nodes()))
        cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)

    paint(tmp_path, "before", pool, nothing)
    entries = paint(tmp_path, "out", pool, after(3 * STEPS, kill_a_node))
    pool.close()

    assert died == [NODES + 1], "it died in the middle"
    assert {entry.output: entry.state for entry in entries} == {f"{number}.png": "painted" for number in range(PHOTOS)}
    lines = (tmp_path / "out" / NAME).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 * PHOTOS, "each is begun once and painted once"
    for name, entry in read_manifest(tmp_path / "out" / NAME).latest.items():
        painted = tmp_path / "out" / name
        assert entry.sha256 == hashlib.sha256(painted.read_bytes()).hexdigest()
        np.testing.assert_array_equal(load_image(painted), load_image(tmp_path / "before" / name))
