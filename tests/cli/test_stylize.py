"""`neural-style stylize` from its flags to its files."""

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from neural_style.cli.main import build_parser
from neural_style.cli.stylize import run
from neural_style.errors import ImageError
from neural_style.images.load import load_image, load_picture, read_recipe
from neural_style.images.save import save_image
from neural_style.iterate import Iterates, RunState
from neural_style.masks import READY, Mask
from neural_style.record.recipe import settings_from_dict
from neural_style.request import StylizeRequest
from tests.cli.command import MAIN, fake_painter, flags, paint, start
from tests.fakes import FakeStylizer, small_picture


def recipe_of(path: Path) -> dict[str, Any]:
    text = read_recipe(path)
    assert text is not None
    return json.loads(text)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_picture_is_written_and_said_with_the_network_that_painted(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    before = names_in(folder)
    assert paint(flags(folder, "--iterations", "4"), FakeStylizer(network="a fake")) == 0
    assert names_in(folder) - before == {"out.png"}
    assert load_image(folder / "out.png").shape == (40, 56, 3)
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{folder / 'out.png'} was painted by a fake in 4 steps")
    assert captured.err == ""


def test_a_recipe_paints_the_same_picture_again_with_its_shares_and_scales(folder: Path):
    words = ["--styles", str(folder / "style.png"), str(folder / "style2.png"), "--style-blend-weights", "3", "1"]
    first = FakeStylizer()
    assert paint(flags(folder, *words, "--style-scales", "1", "0.5", "--iterations", "4", "--seed", "9"), first) == 0
    (folder / "out.png").rename(folder / "kept.png")
    second = FakeStylizer()
    assert paint(flags(folder, *words[:3], "--recipe", str(folder / "kept.png")), second) == 0
    asked, again = first.requests[0], second.requests[0]
    assert again.settings == replace(asked.settings, precision="float32")
    assert [(style.share, style.scale) for style in again.styles] == [(3.0, 1.0), (1.0, 0.5)]
    np.testing.assert_array_equal(load_image(folder / "out.png"), load_image(folder / "kept.png"))


def test_a_recipe_for_two_styles_does_not_guess_the_shares_of_one(folder: Path, capsys: pytest.CaptureFixture[str]):
    recipe = folder / "recipe.json"
    said = [{"share": 2}, {"scale": 0.5, "region": Mask(np.full((2, 2), 255, np.uint8)).text}]
    recipe.write_text(json.dumps({"settings": {"iterations": 3}, "styles": said}), encoding="utf-8")
    assert paint(flags(folder, "--recipe", str(recipe), "--regions", "-")) == 2
    refusal = "for 2 styles and 1 were given. Give as many, or their --style-blend-weights and --style-scales.\n"
    assert refusal in capsys.readouterr().err
    given = ["--style-blend-weights", "1", "--style-scales", "1", "--regions", "-"]
    assert paint(flags(folder, "--recipe", str(recipe), *given), FakeStylizer()) == 0
    recipe.write_text('{"settings": {"iterations": 3}, "styles": [{}, {}]}', encoding="utf-8")
    assert paint(flags(folder, "--recipe", str(recipe), "--overwrite"), FakeStylizer()) == 0


def test_a_recipe_by_a_network_that_is_no_more_is_painted_with_a_sentence_that_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    recipe = folder / "recipe.json"
    recipe.write_text('{"settings": {"iterations": 3}, "network": {"title": "embedded VGG-16 (HED)"}}', "utf-8")
    assert paint(flags(folder, "--recipe", str(recipe)), FakeStylizer(network="a fake")) == 0
    captured = capsys.readouterr()
    assert "painted with embedded VGG-16 (HED), a network that this version no longer has" in captured.err
    assert "was painted by a fake" in captured.out


def test_the_stylizer_gets_what_the_flags_say(folder: Path):
    stylizer = FakeStylizer()
    words = [
        "--styles",
        "style.png",
        "style2.png",
        "--style-blend-weights",
        "3",
        "1",
        "--iterations",
        "4",
        "--width",
        "28",
    ]
    assert paint(flags(folder, *words), stylizer) == 0
    (request,) = stylizer.requests
    assert request.shares == pytest.approx((0.75, 0.25))
    assert request.canvas_size == (20, 28)
    np.testing.assert_allclose(request.content, small_picture(seed=1), atol=0.51)
    assert stylizer.closed == 1


def test_the_recipe_in_the_png_says_how_it_was_painted_and_no_file_names(folder: Path):
    assert paint(flags(folder, "--iterations", "4", "--tv-weight", "9", "--style-scales", "0.5")) == 0
    kept = recipe_of(folder / "out.png")
    assert kept["styles"] == [{"share": 1.0, "scale": 0.5, "turn": 0.0}]
    assert kept["steps"] == {"done": 4, "asked": 4}
    assert kept["size_px"] == {"width": 56, "height": 40}
    settings = settings_from_dict(kept["settings"])
    assert (settings.iterations, settings.weights.total_variation) == (4, 9)
    assert "content.png" not in json.dumps(kept)
    assert "style.png" not in json.dumps(kept)


@pytest.mark.parametrize("name", ["out.jpg", "out.webp", "out.TIFF", "out with space, é 画.png"])
def test_every_kind_of_output_has_the_contents_size(folder: Path, name: str):
    assert paint(flags(folder, "--iterations", "2", output=name)) == 0
    assert load_image(folder / name).shape == (40, 56, 3)


def test_an_old_output_is_replaced_when_asked(folder: Path):
    save_image(folder / "out.png", np.zeros((8, 8, 3)))
    assert paint(flags(folder, "--iterations", "2", "--overwrite")) == 0
    assert load_image(folder / "out.png").shape == (40, 56, 3)


@pytest.mark.parametrize("pattern", ["step_{:03}.png", "step_%03d.png"])
def test_checkpoints_hold_the_picture_of_their_step(folder: Path, pattern: str):
    words = ["--iterations", "12", "--checkpoint-output", pattern, "--checkpoint-iterations", "5"]
    before = names_in(folder)
    assert paint(flags(folder, *words)) == 0
    assert names_in(folder) - before == {"step_005.png", "step_010.png", "out.png"}
    assert recipe_of(folder / "step_005.png")["steps"]["done"] == 5
    content, early, late = (load_image(folder / name) for name in ("content.png", "step_005.png", "step_010.png"))
    assert np.abs(early - content).mean() < np.abs(late - content).mean()


def test_the_losses_are_written_and_drawn_beside_the_output(folder: Path):
    assert paint(flags(folder, "--iterations", "4", "--progress-write", "--progress-plot")) == 0
    assert (folder / "progress.txt").read_text().splitlines()[0] == "# itr content style tv total"
    table = np.loadtxt(folder / "progress.txt")
    np.testing.assert_array_equal(table[:, 0], range(5))
    np.testing.assert_allclose(table[:, 4], [1000, 500, 1000 / 3, 250, 200])
    np.testing.assert_allclose(table[:, 1:4].sum(axis=1), table[:, 4])
    assert load_image(folder / "progress.png").shape[2] == 3


def test_sixteen_bits_are_written_from_the_exact_picture(folder: Path, capsys: pytest.CaptureFixture[str]):
    stylizer = FakeStylizer()
    assert paint(flags(folder, "--bits", "16", "--iterations", "3"), stylizer) == 0
    *_, last = FakeStylizer()(stylizer.requests[0])
    with av.open(str(folder / "out.png")) as file:
        samples = next(file.decode(video=0)).to_ndarray(format="rgb48le")
    assert last.exact is not None
    np.testing.assert_allclose(samples / 257.0, last.exact(), atol=0.01)
    assert paint(flags(folder, "--bits", "16", "--output", str(folder / "b.jpg")), stylizer) == 2
    assert "b.jpg cannot have 16 bits" in capsys.readouterr().err


def test_transparent_parts_stay_so_where_that_is_wanted(folder: Path):
    photo = Image.fromarray(small_picture(40, 56).astype(np.uint8)).convert("RGBA")
    photo.putalpha(Image.linear_gradient("L").resize((56, 40)))
    photo.save(folder / "cut_out.png")
    words = ["--content", str(folder / "cut_out.png"), "--iterations", "2", "--width", "28", "--overwrite"]
    for extra, transparent in ((["--alpha", "keep"], True), ([], False)):
        assert paint(flags(folder, *words, *extra), FakeStylizer()) == 0
        alpha = load_picture(folder / "out.png").alpha
        assert (alpha is not None) == transparent
        if alpha is not None:
            assert alpha.shape == (20, 28)
            assert (np.diff(alpha[:, 0]) > 0).all()


@pytest.mark.parametrize("name", ["film.mp4", "film.WEBP"])
def test_the_film_is_written_where_it_is_wanted(folder: Path, name: str):
    assert paint(flags(folder, "--timelapse", str(folder / name), "--iterations", "12"), FakeStylizer()) == 0
    head = (folder / name).read_bytes()[:12]
    assert b"ftyp" in head if name == "film.mp4" else head[8:] == b"WEBP"


def test_a_film_of_another_kind_or_over_another_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    for name, words in [("film.avi", "must end in .mp4 or .webp; got film.avi"), ("style.webp", "exists already")]:
        (folder / "style.webp").write_bytes(b"mine")
        assert paint(flags(folder, "--timelapse", str(folder / name)), FakeStylizer()) == 2
        assert words in capsys.readouterr().err
    assert (folder / "style.webp").read_bytes() == b"mine"


def test_losses_are_printed_every_so_many_steps(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert paint(flags(folder, "--iterations", "5", "--print-iterations", "2")) == 0
    *lines, _told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["step 0", "step 2", "step 4"]
    assert lines[0] == "step 0: loss 1e+03 = content 200 + style 700 + tv 100"


class Troubled(FakeStylizer):
    """While it paints, a file appears under each of the names."""

    def __init__(self, *taken: Path) -> None:
        super().__init__()
        self.taken = taken

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        for iterate in super().__call__(request, begin):
            for path in self.taken:
                path.write_bytes(b"somebody's")
            yield iterate


def test_a_name_taken_while_painting_costs_neither_that_file_nor_the_picture(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert paint(flags(folder, "--iterations", "2"), Troubled(folder / "out.png")) == 2
    assert (folder / "out.png").read_bytes() == b"somebody's"
    (refuge,) = tmp_path.glob("neural-style-*/out.png")
    assert load_image(refuge).shape == (40, 56, 3)
    assert str(refuge) in capsys.readouterr().err


def test_a_picture_that_takes_long_to_read_is_named_before(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("neural_style.cli.reading.MANY_PIXELS", 48 * 48)
    save_image(folder / "small.png", small_picture(32, 32))
    assert paint(flags(folder, "--iterations", "2", "--initial", "small.png")) == 0
    assert capsys.readouterr().err.splitlines() == [f"Reading {folder / 'style.png'} ..."]


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_run(folder: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--iterations", "4", "--checkpoint-output", "c_{}.png", "--checkpoint-iterations", "2"]
    assert paint(flags(folder, *words), Troubled(folder / "c_2.png")) == 0
    assert (folder / "out.png").exists()
    assert recipe_of(folder / "c_4.png")["steps"]["done"] == 4
    assert "c_2.png exists already" in capsys.readouterr().err


def test_a_picture_is_fetched_only_for_a_checkpoint_and_at_the_end(folder: Path):
    fetched = []

    def counting(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            object.__setattr__(
                iterate, "result", lambda iterate=iterate, fetch=iterate.result: fetched.append(iterate.step) or fetch()
            )
            yield iterate

    words = ["--iterations", "6", "--checkpoint-output", "c_{}.png", "--checkpoint-iterations", "4"]
    assert paint(flags(folder, *words), counting) == 0
    assert fetched == [4, 6]


def test_a_run_that_ended_early_by_itself_says_why_and_keeps_its_picture(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    def diverging(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            object.__setattr__(iterate, "notice", "The style loss was no longer finite." if iterate.step == 3 else None)
            yield iterate
            if iterate.notice:
                return

    assert paint(flags(folder, "--iterations", "9"), diverging) == 0
    assert capsys.readouterr().err == "The style loss was no longer finite.\n"
    assert recipe_of(folder / "out.png")["steps"] == {"done": 3, "asked": 9}


def test_a_refusal_of_the_engine_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]):
    def refusing(_request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        raise ImageError("Not today.")
        yield

    assert paint(flags(folder), refusing) == 2
    assert capsys.readouterr().err == "neural-style: error: Not today.\n"


def test_a_reader_who_has_gone_away_costs_no_picture(folder: Path):
    piped = ["sh", "-c", '"$@" | head -n 1', "sh", *fake_painter()]
    # Unset, as at most people's terminals: then Python keeps what could not be written, and tries again at its end.
    process = start(piped, flags(folder, "--iterations", "50", "--print-iterations", "1"), PYTHONUNBUFFERED="")
    stdout, stderr = process.communicate(timeout=60)
    assert stdout.startswith("step 0")
    assert stderr == ""
    assert load_image(folder / "out.png").shape == (40, 56, 3)


def test_the_memory_that_a_run_may_take_reaches_the_engine_and_not_the_recipe(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    taken: list[float | None] = []

    def stylize(request: StylizeRequest, _provider: object, *, memory_gb: float | None, **_named: object) -> Iterates:
        taken.append(memory_gb)
        return FakeStylizer()(request)

    monkeypatch.setattr("neural_style.engine.stylize.stylize", stylize)
    for words in ([], ["--memory-gb", "2.5", "--overwrite"]):
        parsed = build_parser().parse_args(flags(folder, "--iterations", "2", *words))
        assert run(parsed) == 0
    assert taken == [None, 2.5]
    assert "memory" not in json.dumps(recipe_of(folder / "out.png"))


def test_a_run_with_an_effort_that_is_stopped_says_that_its_steps_are_a_bound(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    def stopping(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            if iterate.step == 3:
                signal.raise_signal(signal.SIGINT)
            yield iterate

    assert paint(flags(folder, "--effort", "quick"), stopping) == 130
    assert "Stopped after step 3 of at most 1000; the best" in capsys.readouterr().err


@pytest.mark.slow
def test_the_real_engine_paints_and_says_nothing_that_a_person_need_not_see(folder: Path):
    words = ["--preset", "painted", "--iterations", "3", "--size", "32"]
    process = start(MAIN, flags(folder, *words), NEURAL_STYLE_WEIGHTS=str(folder))
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    network = recipe_of(folder / "out.png")["network"]
    assert len(network["sha256"]) == 64
    assert stderr.splitlines() == [
        f"Painting 32 x 23 px. Network: {network['title']}",
        "Loading TensorFlow ...",
        "Preparing the first step ...",
    ]
    assert stdout.startswith(f"{folder / 'out.png'} was painted by {network['title']} in 3 steps")
    assert load_image(folder / "out.png").shape == (23, 32, 3)


def test_python_dash_m_is_the_same_program(folder: Path):
    process = start([sys.executable, "-m", "neural_style"], ["--version"])
    assert process.communicate(timeout=60)[0].startswith("neural-style ")


TWO = ("--styles", "style.png", "style2.png", "--iterations", "2")


def write_mask(folder: Path, name: str, levels: np.ndarray) -> None:
    Image.fromarray(levels).save(folder / name)


def test_masks_say_where_each_painting_paints_and_what_is_left_alone(folder: Path):
    write_mask(folder, "mask.png", READY["ground"].levels)
    stylizer = FakeStylizer()
    words = ["--regions", "left", "-", "--leave-alone", "mask.png", "--feather", "2"]
    assert paint(flags(folder, *TWO, *words), stylizer) == 0
    (asked,) = stylizer.requests
    assert [style.region for style in asked.styles] == [READY["left"].feathered(0.02), None]
    assert asked.left_alone == READY["ground"].feathered(0.02)
    (folder / "out.png").rename(folder / "kept.png")
    assert paint(flags(folder, *TWO, "--recipe", "kept.png"), stylizer) == 0
    again = stylizer.requests[1]
    assert [style.region for style in again.styles] == [style.region for style in asked.styles]
    assert again.left_alone == asked.left_alone
    (folder / "out.png").unlink()
    assert paint(flags(folder, *TWO, "--recipe", "kept.png", "--regions", "-", "-"), stylizer) == 0
    assert [style.region for style in stylizer.requests[2].styles] == [None, None]


@pytest.mark.parametrize(
    "levels",
    [
        np.full((7, 300), 255, np.uint8),
        np.full((20, 20), 65535, np.uint16),
        np.full((20, 20), True),
        np.dstack([np.zeros((20, 20, 3), np.uint8) + 255, np.full((20, 20), 255, np.uint8)]),
    ],
    ids=["another size", "16 bits", "1 bit", "with alpha"],
)
def test_a_mask_may_be_any_picture(folder: Path, levels: np.ndarray):
    write_mask(folder, "mask.png", levels)
    stylizer = FakeStylizer()
    assert paint(flags(folder, *TWO, "--regions", "mask.png", "-"), stylizer) == 0
    region = stylizer.requests[0].styles[0].region
    assert region is not None
    assert region.share == 1.0


def test_a_painting_may_be_turned_and_taken_by_an_excerpt(folder: Path):
    write_mask(folder, "mask.png", np.full((6, 9), 200, np.uint8))
    stylizer = FakeStylizer()
    words = ["--style-turns", "30", "0", "--excerpts", "middle", "-", "--output", "kept.png"]
    assert paint(flags(folder, *TWO, *words), stylizer) == 0
    assert paint(flags(folder, *TWO, "--recipe", "kept.png"), stylizer) == 0
    for request in stylizer.requests:
        assert [style.turn for style in request.styles] == [30.0, 0.0]
        assert [style.excerpt for style in request.styles] == [READY["middle"], None]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--excerpts", "empty.png", "-"], "The excerpt of style 1 is empty."),
        (["--excerpts", "left"], "--excerpts has 1 masks for 2 style pictures."),
        (["--style-turns", "200"], "turn of a style must be a number from -180 to 180; got 200"),
        (["--regions", "left"], "--regions has 1 masks for 2 style pictures. Give one for each, - for none."),
        (["--regions", "lft", "-"], "There is no file lft"),
        (["--regions", "text.jpg", "-"], "not a picture"),
        (["--leave-alone", "empty.png"], ""),
        (["--regions", "empty.png", "-"], "The region of style 1 is empty."),
        (["--regions", "left", "-", "--feather", "51"], "softness of --feather must be a number from 0 to 50; got 51"),
        (["--regions", "left", "right", "--leave-alone", "full.png"], "leave nothing to paint"),
    ],
)
def test_masks_that_cannot_be_used_are_refused_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
):
    write_mask(folder, "empty.png", np.zeros((4, 4), np.uint8))
    write_mask(folder, "full.png", np.full((4, 4), 255, np.uint8))
    status = paint(flags(folder, *TWO, *words))
    assert status == (2 if sentence else 0)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        (["--preset", "painted", "--style-statistic", "moments"], True),
        (["--preset", "painted", "--style-layers", "relu3_1"], False),  # those of the palette weight, too
        (["--preset", "painted", "--style-statistic", "moments", "--style-weight", "40"], False),
        (["--style-statistic", "moments"], False),
    ],
)
def test_a_flag_that_changes_nothing_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], is_told: bool
):
    assert paint(flags(folder, "--iterations", "2", *words)) == 0
    assert ("changes nothing without a weight of the style" in capsys.readouterr().err) is is_told
