"""Real processes, killed in the middle of writing: what stands under a final name is whole, or is not there."""

import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import av
import numpy as np

from neural_style.errors import NetworkError
from neural_style.images.load import load_image, read_recipe
from neural_style.networks.store import Store
from tests.fakes import tiny_network

ROUNDS = 6


def killed_while(program: str, folder: Path, after_s: float) -> None:
    """Run it in a process of its own and kill that, so long after its first line."""
    command = [sys.executable, "-c", textwrap.dedent(program), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def final_names(folder: Path) -> set[str]:
    """Without the hidden temporary files, which nobody takes for results."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_a_process_killed_while_it_saves_leaves_a_whole_picture(tmp_path: Path) -> None:
    program = """
        import sys
        from pathlib import Path
        import numpy as np
        from neural_style.images.save import save_png16, save_image
        level = 0
        print(flush=True)
        while True:
            level = (level + 1) % 256
            picture = np.full((400, 400, 3), level, np.float32)
            picture[::2] = np.random.default_rng(0).uniform(0, 255, (200, 400, 3))
            save = save_image if level % 2 else save_png16
            save(Path(sys.argv[1], "out.png"), picture, recipe=str(level))
    """
    rng = random.Random(0)
    for _ in range(ROUNDS):
        killed_while(program, tmp_path, rng.uniform(0.05, 0.5))
        assert final_names(tmp_path) <= {"out.png"}
        picture = load_image(tmp_path / "out.png")
        assert picture.shape == (400, 400, 3)
        level = float(picture[1].mean())
        assert read_recipe(tmp_path / "out.png") == str(round(level))
        assert np.ptp(picture[1]) == 0


def test_a_process_killed_while_it_stores_a_network_leaves_it_whole_or_absent(tmp_path: Path) -> None:
    program = """
        import sys
        from pathlib import Path
        from neural_style.networks.store import Store
        from tests.fakes import tiny_network
        store, network = Store(Path(sys.argv[1])), tiny_network()
        print(flush=True)
        while True:
            store.save(network)
    """
    rng, network = random.Random(1), tiny_network()
    for _ in range(ROUNDS):
        killed_while(program, tmp_path, rng.uniform(0.0, 0.1))
        try:
            loaded = Store(tmp_path).load(network.sha256)
        except NetworkError:
            assert final_names(tmp_path) == set()  # absent, not damaged
            continue
        for name, kernel in network.kernels.items():
            np.testing.assert_array_equal(loaded.kernels[name], kernel)


def test_a_process_killed_while_it_films_leaves_no_half_film(tmp_path: Path) -> None:
    program = """
        import sys
        from pathlib import Path
        from neural_style.record.timelapse import Timelapse, save_film
        from tests.fakes import FakeStylizer, small_request
        iterates = list(FakeStylizer()(small_request(iterations=20)))
        print(flush=True)
        while True:
            film = Timelapse()
            for iterate in iterates:
                film.add(iterate)
            save_film(Path(sys.argv[1], "film.mp4"), film.finish(iterates[-1].result()))
    """
    rng = random.Random(2)
    for _ in range(3):
        killed_while(program, tmp_path, rng.uniform(0.05, 0.4))
        assert final_names(tmp_path) <= {"film.mp4"}
        if (tmp_path / "film.mp4").exists():
            with av.open(str(tmp_path / "film.mp4")) as film:
                assert len(list(film.decode(video=0))) > 20
