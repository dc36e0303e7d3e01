"""Every kind of hard file through the loader, the command line, and the running server: its picture, or a sentence."""

from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from neural_style.cli.main import main
from neural_style.errors import ImageError
from neural_style.images.load import load_picture
from neural_style.request import Style, StylizeRequest
from tests.fakes import FakeStylizer, small_picture
from tests.hard_inputs import HardInput, hard_inputs, write_to
from tests.ui.conftest import Server

INPUTS = hard_inputs()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hard")
    write_to(folder)
    return folder


def shows(image: np.ndarray, wanted: HardInput) -> bool:
    assert wanted.picture is not None
    assert image.shape == wanted.picture.shape
    return float(np.abs(image - wanted.picture).mean()) <= wanted.tolerance


@pytest.mark.parametrize("name", INPUTS)
def test_the_loader(folder: Path, name: str) -> None:
    wanted = INPUTS[name]
    if wanted.picture is None:
        with pytest.raises(ImageError, match=wanted.words) as refusal:
            StylizeRequest(load_picture(folder / name).image, [Style(small_picture())])
        assert "Traceback" not in str(refusal.value)
        return
    loaded = load_picture(folder / name)
    assert shows(loaded.image, wanted)
    assert (loaded.notice or "").find(wanted.words) >= 0
    assert (loaded.notice is None) == (not wanted.words)
    assert (loaded.alpha is not None) == name.startswith("transparent")


@pytest.mark.parametrize("name", INPUTS)
def test_the_command_line(
    folder: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, stylizer = INPUTS[name], FakeStylizer()
    monkeypatch.setattr("neural_style.cli.stylize.Starting", lambda *_: stylizer)
    style = folder / "rgb.png"
    output = tmp_path / "out.png"
    words = ["--content", str(folder / name), "--styles", str(style), "--output", str(output), "--iterations", "1"]
    status = main(["stylize", *words])
    told = capsys.readouterr().err
    assert wanted.words in told
    if wanted.picture is None:
        assert status == 2
        assert not output.exists()
        assert stylizer.requests == []
    else:
        assert status == 0
        assert output.exists()
        assert shows(stylizer.requests[0].content, wanted)


def test_the_server(server: Server, folder: Path, tmp_path: Path) -> None:
    client = Client(server.url, verbose=False, download_files=tmp_path)
    style, settings = handle_file(folder / "rgb.png"), {"iterations": 1, "longest_side_px": 320}
    for name, wanted in INPUTS.items():
        photo = handle_file(folder / name)
        server.stylizer.requests.clear()
        if wanted.picture is None:
            with pytest.raises(AppError, match=wanted.words):
                client.predict(photo, [style], settings=settings, api_name="/stylize")
            assert server.stylizer.requests == [], name
        else:
            progress, _, _ = client.predict(photo, [style], settings=settings, api_name="/stylize")
            assert shows(server.stylizer.requests[0].content, wanted), name
            assert wanted.words in (progress["notice"] or ""), name
