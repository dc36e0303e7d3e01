"""The locks that a clone installs from, and the package that others install."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from neural_style import __version__
from neural_style.images.load import load_image
from neural_style.networks import embedded
from neural_style.networks.store import Store
from neural_style.resources import checkout
from tests.container import lend_packages
from tests.ui.conftest import free_port, wait_until

_ROOT = checkout() or pytest.skip("only a clone has the locks", allow_module_level=True)
_PYPROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_EXTRAS = _PYPROJECT["project"]["optional-dependencies"]
_OF_CUDA = [Requirement(text) for text in metadata.requires("tensorflow") or () if "and-cuda" in text]

LOCKS = {
    "requirements.txt": [*_PYPROJECT["project"]["dependencies"], *_EXTRAS["app"], *_EXTRAS["film"], *_EXTRAS["plot"]],
    "requirements-cuda.txt": [f"{each.name}{each.specifier}" for each in _OF_CUDA],
    "requirements-build.txt": _PYPROJECT["build-system"]["requires"],
    "requirements-dev.txt": _PYPROJECT["dependency-groups"]["dev"],
    "requirements-docs.txt": _PYPROJECT["dependency-groups"]["docs"],
}
"""The locked requirements -> the bounds that they stay within."""


def locked(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Every requirement of a lock, with its hashes."""
    text = re.sub(r"\\\n|^\s*#.*$", "", (_ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement, *hashes = line.split("--hash=sha256:")
        yield Requirement(requirement), [each.strip() for each in hashes]


def pins(name: str) -> dict[str, Version]:
    """The versions that this Python on this system gets."""
    found = {}
    for requirement, _ in locked(name):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        assert canonicalize_name(requirement.name) not in found, f"{name} has {requirement.name} twice"
        found[canonicalize_name(requirement.name)] = Version(pin.version)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_within_the_bounds_of_the_project(name: str) -> None:
    versions = pins(name)
    for text in LOCKS[name]:
        wanted = Requirement(text)
        assert versions[canonicalize_name(wanted.name)] in wanted.specifier, f"{text}: run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_file_and_names_no_server(name: str) -> None:
    for requirement, hashes in locked(name):
        assert hashes, requirement
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes)
    assert "://" not in (_ROOT / name).read_text(encoding="utf-8")


def test_the_locks_agree_with_each_other() -> None:
    versions: dict[str, Version] = {}
    for name in [name for name in LOCKS if name != "requirements-docs.txt"]:  # into one environment
        for package, version in pins(name).items():
            assert versions.setdefault(package, version) == version, package


def test_the_libraries_for_a_gpu_are_those_of_the_locked_tensorflow_and_repeat_nothing() -> None:
    (wanted,) = (Requirement(text) for text in _EXTRAS["cuda"])
    assert wanted.name == "tensorflow"
    assert wanted.extras == {"and-cuda"}
    assert str(wanted.specifier) in {str(Requirement(text).specifier) for text in _PYPROJECT["project"]["dependencies"]}
    assert Version(metadata.version("tensorflow")) == pins("requirements.txt")["tensorflow"]
    assert {canonicalize_name(each.name) for each in _OF_CUDA} == pins("requirements-cuda.txt").keys()


def test_the_wheel_has_all_that_the_program_reads_and_nothing_of_the_tests(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(_ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    assert Path(wheel).name == f"neural_style-{__version__}-py3-none-any.whl"
    package = _ROOT / "neural_style"
    beside = [path for path in package.rglob("*") if path.suffix in {".py", ".css", ".js", ".typed"}]
    assert {path.relative_to(_ROOT).as_posix() for path in beside} <= set(names)
    assert {"neural_style/py.typed", "neural_style/resources/weights/sources.toml"} <= set(names)
    assert {f"neural_style/resources/weights/{name}" for name in embedded.SHARDS} <= set(names)
    assert f"neural_style-{__version__}.dist-info/licenses/weights/LICENSE.torchvision" in names
    for kind in ("content", "style"):
        examples = {path.name for path in (_ROOT / "examples" / kind).iterdir()}
        assert {Path(name).name for name in names if f"/examples/{kind}/" in name} == examples
    assert not [name for name in names if "/examples/" in name and name.endswith(".py")]
    assert {name.split("/")[0] for name in names} == {"neural_style", f"neural_style-{__version__}.dist-info"}


THREE_LINES = """
request = StylizeRequest(load_image(photo), [Style(load_image(painting))], Settings(iterations=2, longest_side_px=48))
*_, last = stylize(request)
save_image("three_lines.png", last.result())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment that the wheel alone is installed into; its packages are lent by this one."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = WheelBuilder(str(_ROOT)).build(directory=str(folder), versions=["standard"])
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    (library,) = (folder / "environment").glob("lib/python3.*/site-packages")
    lend_packages(library)
    pip = [folder / "environment" / "bin" / "pip", "install", "--no-index", f"{wheel}[all]"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "environment" / "bin"


def outside(folder: Path) -> dict[str, str]:
    """The environment of a program that knows nothing of the clone."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "GRADIO_TEMP_DIR")}
    return {**inherited, "HOME": str(folder), "NEURAL_STYLE_FETCH": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}


@pytest.mark.slow
def test_the_installed_package_paints_by_three_lines_and_by_the_command_line(installed: Path, tmp_path: Path) -> None:
    program = "from neural_style import *\nfrom neural_style.resources import checkout, resource\n"
    program += "assert checkout() is None\nphoto = resource('examples/content/coffee_cup.jpg')\n"
    program += "painting = resource('examples/style/marbled_paper.jpg')\n" + THREE_LINES
    for name in ("content/coffee_cup.jpg", "style/marbled_paper.jpg"):
        shutil.copy(_ROOT / "examples" / name, tmp_path)
    few_steps = ["--size", "48", "--iterations", "2", "--scales", "1"]
    for command in (
        [installed / "python", "-c", program],
        [installed / "neural-style", "coffee_cup.jpg", "marbled_paper.jpg", *few_steps],
    ):
        done = subprocess.run(command, cwd=tmp_path, env=outside(tmp_path), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    for name in ("three_lines.png", "coffee_cup-marbled_paper.png"):
        assert load_image(tmp_path / name).shape == (32, 48, 3)


@pytest.mark.slow
def test_the_installed_package_starts_the_page(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [installed / "neural-style", "app", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=outside(tmp_path), stderr=log)
    try:
        wait_until(lambda: is_open(port) or server.poll() is not None, timeout_s=90)
        assert server.poll() is None, (tmp_path / "log").read_text()
        told = httpx.get(f"http://127.0.0.1:{port}/healthz").json()
        assert (told["status"], told["network"]) == ("ok", "VGG-16 (ImageNet)")
        assert "starry_night_van_gogh" in httpx.get(f"http://127.0.0.1:{port}/").text
    finally:
        server.terminate()
        assert server.wait(15) == 0


def is_open(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_the_source_package_has_the_embedded_network_and_no_other(tmp_path: Path) -> None:
    from hatchling.builders.sdist import SdistBuilder

    (sdist,) = SdistBuilder(str(_ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(sdist) as archive:
        names = [Path(name).name for name in archive.getnames()]
    assert sorted(name for name in names if name.endswith(".safetensors")) == sorted(embedded.SHARDS)


def test_git_and_the_container_take_the_embedded_network_and_leave_out_the_stored_one() -> None:
    for name in (".gitignore", ".dockerignore"):
        lines = (_ROOT / name).read_text(encoding="utf-8").splitlines()
        (everything,) = (index for index, line in enumerate(lines) if line == "weights/*.safetensors")
        exceptions = [line.removeprefix("!weights/") for line in lines[everything:] if line.startswith("!weights/")]
        for shard in embedded.SHARDS:
            assert any(fnmatch(shard, pattern) for pattern in exceptions), f"{name} leaves out {shard}"
        stored = Store(Path()).path("ab" * 32).name
        assert not any(fnmatch(stored, pattern) for pattern in exceptions), f"{name} takes {stored}"


def test_the_changelog_has_a_section_for_this_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", __version__]
