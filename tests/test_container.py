"""The container: its Dockerfile builds a page that is well, that needs no network, and that ends when it is told to."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import httpx
import pytest
import yaml
from gradio_client import Client, handle_file

from neural_style.images.load import load_image
from neural_style.networks import embedded
from neural_style.resources import checkout
from tests.container import Replay, Step, context_of, steps_of
from tests.ui.conftest import free_port, wait_until

_ROOT = checkout() or pytest.skip("only a clone has the Dockerfile", allow_module_level=True)
_DOCKERFILE = _ROOT / "Dockerfile"
_COMPOSE = yaml.safe_load((_ROOT / "compose.yaml").read_text(encoding="utf-8"))
_SERVICES = _COMPOSE["services"]
VARIANTS = ("cpu", "cuda")

NOWHERE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    "NO_PROXY": "127.0.0.1,localhost",
}
"""The variables of a machine without a network: whatever is asked elsewhere is refused at once."""

PHOTO, PAINTING = "content/coffee_cup.jpg", "style/marbled_paper.jpg"
SMALL = {"preset": "sketch", "longest_side_px": 48, "effort": None, "iterations": 2, "scales": 1}

every_variant = pytest.mark.parametrize("variant", VARIANTS)


def replayed(variant: str, folder: Path) -> Replay:
    replay = Replay(_ROOT, folder / "image")
    replay.build(steps_of(_DOCKERFILE, variant))
    return replay


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """Replay the image for a CPU."""
    replay = replayed("cpu", tmp_path_factory.mktemp("cpu"))
    yield replay
    shutil.rmtree(replay.root)


def lint(dockerfile: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(dockerfile)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def validate(compose: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(compose)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def paint(url: str, folder: Path) -> None:
    client = Client(url, verbose=False, download_files=folder / "downloads")
    photo, painting = (handle_file(str(_ROOT / "examples" / name)) for name in (PHOTO, PAINTING))
    *_, picture = client.predict(photo, [painting], settings=SMALL, api_name="/stylize")
    assert load_image(picture).shape == (32, 48, 3)


def values(steps: list[Step], instruction: str) -> list[str]:
    return [step.value for step in steps if step.instruction == instruction]


def test_the_linter_of_dockerfiles_finds_nothing(tmp_path: Path) -> None:
    done = lint(_DOCKERFILE)
    assert done.returncode == 0, done.stdout
    worse = tmp_path / "Dockerfile"
    worse.write_text(_DOCKERFILE.read_text(encoding="utf-8").replace("USER 1000\n", "USER root\n"), encoding="utf-8")
    assert "DL3002" in lint(worse).stdout, "it says nothing of a page that runs as root"


@every_variant
def test_the_packages_come_before_the_program_which_changes_more_often(variant: str) -> None:
    copies = values(steps_of(_DOCKERFILE, variant), "COPY")
    locks = ["requirements.txt", "requirements-cuda.txt"][: 1 + VARIANTS.index(variant)]
    assert [copy.split()[1] for copy in copies] == [*locks, "."]


@every_variant
def test_every_package_is_installed_by_its_hash_by_a_user_without_rights(variant: str) -> None:
    steps = steps_of(_DOCKERFILE, variant)
    installs = [value for value in values(steps, "RUN") if "pip install" in value]
    assert len(installs) == 1 + VARIANTS.index(variant)
    assert all("--require-hashes" in value for value in installs)
    assert values(steps, "USER") == ["1000"]
    first = next(index for index, step in enumerate(steps) if "pip install" in step.value)
    assert Step("USER", "1000") in steps[:first]


def test_a_variant_that_there_is_not_is_no_image_of_a_registry() -> None:
    assert steps_of(_DOCKERFILE, "alpine")[0] == Step("FROM", "with-alpine")


def test_the_image_takes_what_the_page_reads_and_leaves_out_the_rest() -> None:
    names = set(context_of(_ROOT))
    assert {"app.py", "pyproject.toml", "weights/sources.toml", "requirements-cuda.txt"} <= names
    assert {f"weights/{name}" for name in embedded.SHARDS} == {name for name in names if name.endswith(".safetensors")}
    package = {path.relative_to(_ROOT).as_posix() for path in (_ROOT / "neural_style").rglob("*") if path.is_file()}
    assert {name for name in package if "__pycache__" not in name} <= names
    unwanted = ("tests", "docs", "benchmarks", "build", ".git", ".venv", "Dockerfile", "compose.yaml")
    assert not {name for name in names if PurePosixPath(name).parts[0] in unwanted or "__pycache__" in name}


def test_passwords_beside_the_clone_do_not_go_into_the_image(tmp_path: Path) -> None:
    shutil.copy(_ROOT / ".dockerignore", tmp_path)
    for name in ("server.env", ".env", ".env.local", "app.py"):
        (tmp_path / name).touch()
    assert set(context_of(tmp_path)) == {"app.py"}


@pytest.mark.slow
def test_the_page_is_well_without_a_network_paints_and_ends_when_it_is_told_to(image: Replay, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    server = image.start(log, GRADIO_SERVER_PORT=str(port), **NOWHERE)
    try:
        wait_until(lambda: image.run(image.health).returncode == 0 or server.poll() is not None, timeout_s=90)
        assert server.poll() is None, log.read_text()
        told = httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).json()
        assert (told["status"], told["fetch"]) in {("ok", "fetching"), ("ok", "failed")}
        assert "starry_night_van_gogh" in httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text
        paint(f"http://127.0.0.1:{port}/", tmp_path)
        kept = {path.name for path in Path(image.environment["NEURAL_STYLE_WEIGHTS"]).iterdir()}
        assert {"fetch.lock", "arithmetic.json"} <= kept, "the notes and the network are not kept in the volume"
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        assert time.monotonic() - began < 10
    finally:
        server.kill()
        server.wait()
    assert "Traceback" not in log.read_text()
    assert image.run(image.health).returncode != 0, "the health check says of a page that is gone that it is well"


@pytest.mark.slow
def test_the_user_writes_under_its_own_home_only(image: Replay) -> None:
    if image.user is None:
        pytest.skip("the tests cannot become another user here")
    program = f"open('{image.root}/not-mine', 'w')"
    assert "Permission denied" in image.run(["python", "-c", program]).stderr
    assert image.run(["python", "-c", "open('../mine', 'w')"]).returncode == 0


@pytest.mark.slow
def test_the_image_for_a_gpu_is_the_other_one_with_the_libraries_of_nvidia(image: Replay, tmp_path: Path) -> None:
    gpu = replayed("cuda", tmp_path)
    assert (gpu.command, gpu.health) == (image.command, image.health)
    more = {name for name in gpu.environment if name not in image.environment}
    assert more == {"NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"}
    assert {"app.py", "requirements-cuda.txt"} <= {path.name for path in gpu.folder.iterdir()}


def test_the_compose_file_is_as_its_specification_wants_it(tmp_path: Path) -> None:
    done = validate(_ROOT / "compose.yaml")
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(json.dumps({**_COMPOSE, "services": {"app": {"mem_limits": "8g"}}}))
    assert validate(wrong).returncode != 0


def test_the_composed_page_is_the_image_with_limits_and_a_cache_that_stays() -> None:
    app = _SERVICES["app"]
    image = steps_of(_DOCKERFILE, "cpu")
    (health,) = values(image, "HEALTHCHECK")
    assert app["healthcheck"]["test"] == ["CMD", *json.loads(health.partition("CMD ")[2])]
    (volume,) = app["volumes"]
    name, _, folder = volume.partition(":")
    assert name in _COMPOSE["volumes"]
    assert f"NEURAL_STYLE_WEIGHTS={folder}/" in " ".join(values(image, "ENV"))
    assert {"mem_limit", "pids_limit", "restart"} <= app.keys()
    assert app["cap_drop"] == ["ALL"]
    (ports,) = app["ports"]
    assert ports.startswith("${ADDRESS:-127.0.0.1}:"), "a page without a password is for this machine"
    assert ports.endswith(f":{values(image, 'EXPOSE')[0]}")


def test_the_composed_services_are_the_variants_of_the_image() -> None:
    built = {name: service["build"]["args"]["VARIANT"] for name, service in _SERVICES.items()}
    assert built == {"app": "cpu", "cuda": "cuda"}
    assert _SERVICES["cuda"]["extends"] == {"service": "app"}
    assert _SERVICES["cuda"]["profiles"], "`docker compose up` would want a GPU"
    (gpu,) = _SERVICES["cuda"]["deploy"]["resources"]["reservations"]["devices"]
    assert gpu["capabilities"] == ["gpu"]


def test_jobs_have_time_to_hand_over_their_pictures_before_the_container_is_killed() -> None:
    assert int(_SERVICES["app"]["stop_grace_period"].removesuffix("s")) > 10
