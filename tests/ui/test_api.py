"""`/stylize` as programs use it: through gradio_client, and through plain HTTP where the client is to vanish."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from neural_style.images.load import load_image, read_recipe
from neural_style.images.resize import resize
from neural_style.masks import READY, Mask
from neural_style.request import Style, StylizeRequest
from neural_style.service.orders import APP_SETTINGS
from tests.ui.conftest import STEPS_LIMIT, Server, health, picture_file, serving, wait_until

NOTHING = [None] * 4
"""For shares, settings, scales and a start picture, over plain HTTP, by a program that knows no later parameters."""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, list[str]]:
    return picture_file(tmp_path / "photo.png", 1), [picture_file(tmp_path / f"style {i}.png", i) for i in (2, 3)]


def ask(files: tuple[str, list[str]], **more: Any) -> dict[str, Any]:
    content, styles = files
    return {
        "content": handle_file(content),
        "styles": [handle_file(style) for style in styles],
        "api_name": "/stylize",
        **more,
    }


def client(server: Server, folder: Path) -> Client:
    return Client(server.url, verbose=False, download_files=folder / "downloads")


def test_a_program_gets_the_picture_that_the_stylizer_paints(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    settings = {"longest_side_px": 100, "iterations": 7, "preserve_colors": True, "weights": {"style": 900}}
    job = client(server, tmp_path).submit(**ask(files, shares=[0.7, 0.3], settings=settings))
    progress, _, result = job.result(timeout=30)
    request = StylizeRequest(
        content=load_image(files[0]),
        styles=[Style(load_image(path), share) for path, share in zip(files[1], (0.7, 0.3), strict=True)],
        settings=replace(
            APP_SETTINGS,
            longest_side_px=100,
            iterations=7,
            effort=None,
            preserve_colors=True,
            weights=replace(APP_SETTINGS.weights, style=900.0),
        ),
    )
    assert server.stylizer.requests[0].settings == request.settings
    np.testing.assert_array_equal(load_image(result), list(server.stylizer(request))[-1].result())
    assert Path(result).name == "photo-style_2-style_3.png"
    assert (progress["step"], progress["steps"], progress["network"]) == (7, 7, "fake network")
    assert (progress["work_done"], progress["arithmetic"]) == (1.0, "float32")
    assert progress["painted_size"] == {"width": 100, "height": 75}
    assert [answer[0]["step"] for answer in job.outputs()[:8]] == list(range(8))
    assert job.outputs()[0][1]["url"].startswith("data:image/jpeg;base64,")


def test_a_recipe_by_a_network_that_is_no_more_is_painted_with_a_notice(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    recipe = {"settings": {"longest_side_px": 64, "iterations": 2}, "network": {"title": "embedded VGG-16 (HED)"}}
    progress = client(server, tmp_path).predict(**ask(files, settings=recipe))[0]
    assert "a network that this version no longer has" in progress["notice"]
    assert progress["network"] == "fake network"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"shares": [1.0]}, "2 style pictures came with 1 shares"),
        ({"shares": [0, 0]}, "The shares of the styles are all 0"),
        ({"shares": [-1, 2]}, "The share of a style must be"),
        ({"shares": "half"}, "must be a list of numbers"),
        ({"styles": []}, "A painting is needed"),
        ({"settings": {"iteration": 5}}, "'iteration'"),
        ({"settings": {"iterations": 0}}, "from 1 to"),
        ({"settings": {"iterations": 5000}}, f"at most {STEPS_LIMIT}"),
        ({"settings": {"effort": "best", "optimizer": "adam"}}, f"effort best may take {STEPS_LIMIT + 1} steps"),
        ({"settings": {"effort": "long"}}, "quick, good, best"),
        ({"settings": {"scales": 0}}, "number of scales"),
        ({"settings": {"preset": "oil"}}, "no look 'oil'. Known are classic, painted"),
        ({"settings": {"preset": ["bold"]}}, "no look"),
        ({"settings": {"strength": 2}}, "strength must be a number from 0 to 1; got 2"),
        ({"settings": {"width": 2000}}, "at most 700 px"),
        ({"settings": [1]}, "must be an object"),
    ],
)
def test_a_program_is_told_in_a_sentence_what_is_wrong(
    server: Server, files: tuple[str, list[str]], tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AppError, match=sentence):
        client(server, tmp_path).predict(**ask(files) | wrong)
    assert server.stylizer.requests == []


def test_only_what_is_meant_for_programs_can_be_called(server: Server, tmp_path: Path) -> None:
    named = client(server, tmp_path).view_api(return_format="dict", print_info=False)
    assert isinstance(named, dict)
    assert list(named["named_endpoints"]) == ["/stylize", "/change", "/looks"]


def test_a_cancelled_job_ends_the_engine_within_a_step(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    server.stylizer.delay_s = 0.3
    job = client(server, tmp_path).submit(**ask(files))
    wait_until(lambda: server.stylizer.steps_done >= 2)
    steps_before = server.stylizer.steps_done
    job.cancel()
    wait_until(lambda: server.stylizer.closed == 1)
    assert server.stylizer.steps_done <= steps_before + 2


def test_a_client_that_vanishes_ends_the_engine_within_a_step(server: Server, files: tuple[str, list[str]]) -> None:
    server.stylizer.delay_s = 0.3
    api = server.url + "gradio_api"
    with httpx.Client(timeout=20) as web:
        uploads = [("files", (Path(path).name, Path(path).read_bytes())) for path in (files[0], *files[1])]
        paths = web.post(f"{api}/upload", files=uploads).json()
        content, *styles = ({"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths)
        event = web.post(f"{api}/call/stylize", json={"data": [content, styles, *NOTHING]}).json()["event_id"]
        with web.stream("GET", f"{api}/call/stylize/{event}") as stream:
            lines = (line for line in stream.iter_lines() if line.startswith("data: ["))
            assert json.loads(next(lines)[6:])[0]["step"] == 0
            steps_before = server.stylizer.steps_done
    wait_until(lambda: server.stylizer.closed == 1)
    assert server.stylizer.steps_done <= steps_before + 2


def test_two_programs_at_once_get_each_their_own_picture(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    server.stylizer.delay_s = 0.05
    results: dict[int, Any] = {}

    def paint(side: int) -> None:
        folder = tmp_path / str(side)
        settings = {"longest_side_px": side, "iterations": 10}
        results[side] = load_image(client(server, folder).predict(**ask(files, settings=settings))[2])

    threads = [threading.Thread(target=paint, args=(side,)) for side in (80, 120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {side: max(image.shape) for side, image in results.items()} == {80: 80, 120: 120}


def test_a_file_of_the_server_cannot_be_named_as_a_picture(server: Server, files: tuple[str, list[str]]) -> None:
    secret = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    with httpx.Client(timeout=20) as web:
        api = server.url + "gradio_api"
        event = web.post(f"{api}/call/stylize", json={"data": [secret, [secret], *NOTHING]}).json()["event_id"]
        answer = web.get(f"{api}/call/stylize/{event}").text
    assert "event: error" in answer
    assert server.stylizer.requests == []


def test_a_visitor_does_not_wait_behind_all_pictures_of_another(photo: str, tmp_path: Path) -> None:
    other = picture_file(tmp_path / "other.png", seed=2, height=80)
    with serving() as server:
        server.stylizer.delay_s = 0.2
        many, single = (Client(server.url, verbose=False, download_files=tmp_path) for _ in range(2))
        endless = many.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: len(server.stylizer.requests) == 1)
        asked = {"settings": {"iterations": 2}, "api_name": "/stylize"}
        jobs = [many.submit(handle_file(photo), [handle_file(photo)], **asked) for _ in range(2)]
        wait_until(lambda: health(server)[1]["waiting"] == 2)
        jobs.append(single.submit(handle_file(other), [handle_file(other)], **asked))
        wait_until(lambda: health(server)[1]["waiting"] == 3)
        endless.cancel()
        for job in jobs:
            job.result(timeout=30)
    assert [request.content.shape[0] for request in server.stylizer.requests] == [120, 80, 120, 120]


def test_a_picture_that_a_program_cancels_is_not_begun_anew(photo: str, tmp_path: Path) -> None:
    with serving() as server:
        server.stylizer.delay_s = 0.002  # most of the time is Gradio's, between two steps
        client = Client(server.url, verbose=False, download_files=tmp_path)
        for round_number in range(1, 9):
            settings = {"iterations": STEPS_LIMIT}
            job = client.submit(handle_file(photo), [handle_file(photo)], settings=settings, api_name="/stylize")
            wait_until(lambda begun=round_number: len(server.stylizer.requests) == begun)
            job.cancel()
            wait_until(lambda: health(server)[1]["running"] == 0)
        assert len(server.stylizer.requests) == 8


def test_one_visitor_may_have_a_quarter_of_what_waits(photo: str, tmp_path: Path) -> None:
    with serving(queue_size=4) as server:
        server.stylizer.delay_s = 0.2
        greedy, other = (Client(server.url, verbose=False, download_files=tmp_path) for _ in range(2))
        first = greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: len(server.stylizer.requests) == 1)
        second = greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: health(server)[1]["waiting"] == 1)
        with pytest.raises(AppError, match="1 of your pictures are waiting already"):
            greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize").result(timeout=20)
        third = other.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: health(server)[1]["waiting"] == 2)
        for job in (first, second, third):
            job.cancel()


def test_masks_say_where_each_painting_paints_and_come_back_in_the_recipe(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    ground = Mask(READY["ground"].levels)
    masks = {"regions": ["left", None], "left_alone": ground.text}
    settings = {"longest_side_px": 64, "iterations": 2}
    *_, result = client(server, tmp_path).predict(**ask(files, settings=settings, **masks))
    asked = server.stylizer.requests[-1]
    assert [style.region for style in asked.styles] == [READY["left"], None]
    assert asked.left_alone == ground
    recipe = json.loads(read_recipe(result) or "")
    client(server, tmp_path).predict(**ask(files, settings=recipe))
    again = server.stylizer.requests[-1]
    assert [style.region for style in again.styles] == [READY["left"], None]
    assert again.left_alone == ground


@pytest.mark.parametrize(
    ("masks", "sentence"),
    [
        ({"regions": ["left"]}, "2 style pictures came with 1 regions"),
        ({"regions": "left"}, "The regions must be a list with a mask for each style"),
        ({"regions": ["lft", None]}, "A mask must be null, one of left, right"),
        ({"regions": ["data:image/png;base64,AAAA", None]}, "The mask is"),
        ({"left_alone": 3}, "A mask must be null"),
        ({"left_alone": "data:image/png;base64,!"}, "The mask is"),
        ({"left_alone": Mask(np.full((2, 2), 255, np.uint8)).text}, "leave nothing to paint"),
    ],
)
def test_masks_that_cannot_be_used_are_refused_in_words(
    server: Server, files: tuple[str, list[str]], tmp_path: Path, masks: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AppError, match=sentence):
        client(server, tmp_path).predict(**ask(files, **masks))
    assert server.stylizer.requests == []


def test_a_picture_follows_a_change_that_a_program_sends_while_it_is_painted(
    server: Server, files: tuple[str, list[str]], tmp_path: Path
) -> None:
    server.stylizer.delay_s = 0.1
    program = client(server, tmp_path)
    settings = {"longest_side_px": 64, "iterations": 30, "scales": 1}
    job = program.submit(**ask(files, shares=[1, 0], settings=settings))
    wait_until(lambda: len(job.outputs()) > 2)
    token = job.outputs()[0][0]["job"]
    wanted = {"shares": [0, 1], "strength": 0.7, "settings": {"weights": {"content": 3}, "color_strength": 0.5}}
    changed = program.predict(token, wanted, api_name="/change")
    assert changed["shares"] == [0.0, 1.0]
    assert changed["settings"]["weights.content"] == 3
    assert changed["settings"]["weights.matching"] == 30.0
    assert changed["settings"]["color_strength"] == 0.5
    *_, result = job.result(timeout=30)
    style = resize(load_image(files[1][1]), *load_image(result).shape[:2])
    np.testing.assert_allclose(load_image(result), style, atol=1.0)
    recipe = json.loads(read_recipe(result) or "")
    (change,) = recipe["changes"]
    assert 2 <= change["step"] < 30
    assert (change["shares"], change["settings"]) == (changed["shares"], changed["settings"])
    assert recipe["settings"]["weights"]["content"] == APP_SETTINGS.weights.content
    program.predict(**ask(files, settings=recipe))
    assert [planned.step for planned in server.stylizer.requests[-1].changes] == [change["step"]]
    with pytest.raises(AppError, match="No picture is being painted under"):
        program.predict(token, wanted, api_name="/change")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (None, "A change must be an object"),
        ({}, "A change must be an object"),
        ({"share": [1, 2]}, "A change must be an object"),
        ({"shares": [1]}, "a share for each of the 2 styles; got 1"),
        ({"shares": [0, 0]}, "all 0"),
        ({"strength": 2}, "strength must be a number from 0 to 1"),
        ({"settings": {"scales": 3}}, "'scales' cannot be changed"),
        ({"settings": {"weights": {"content": -1}}}, "content weight must be a number of at least 0"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_and_the_picture_goes_on(
    server: Server, files: tuple[str, list[str]], tmp_path: Path, change: Any, sentence: str
) -> None:
    server.stylizer.delay_s = 0.1
    program = client(server, tmp_path)
    job = program.submit(**ask(files, settings={"longest_side_px": 64, "iterations": 15}))
    wait_until(lambda: len(job.outputs()) > 1)
    with pytest.raises(AppError, match=sentence):
        program.predict(job.outputs()[0][0]["job"], change, api_name="/change")
    assert job.result(timeout=30)[0]["step"] == 15
