"""A plan paints what is not there as it should be, and nothing over a file that is not the batch's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.errors import ImageError, OptionsError
from neural_style.images.save import save_image
from neural_style.service.batch_plan import name_in_manifest, path_of_name
from neural_style.service.manifest import NAME
from neural_style.settings import Settings
from tests.fakes import small_picture
from tests.service.batches import SETTINGS, job, paint, plan, write_files


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    write_files(tmp_path)


def reasons(folder: Path, *jobs: object) -> list[str | None]:
    return [planned.reason for planned in plan(folder, jobs)]  # pyright: ignore[reportArgumentType]


def test_what_was_painted_is_trusted_and_not_painted_again(tmp_path: Path):
    jobs = [job(tmp_path), job(tmp_path, "1.png")]
    assert reasons(tmp_path, *jobs) == ["new", "new"]
    paint(tmp_path, jobs[:1])
    assert reasons(tmp_path, *jobs) == [None, "new"]


def test_a_file_is_trusted_only_with_its_digest(tmp_path: Path):
    jobs = [job(tmp_path), job(tmp_path, "1.png"), job(tmp_path, "2.png")]
    paint(tmp_path, jobs)
    jobs[0].output.unlink()
    jobs[1].output.write_bytes(b"another")
    assert reasons(tmp_path, *jobs) == ["missing", "changed", None]
    assert all(planned.may_replace for planned in plan(tmp_path, jobs))


def test_another_photo_painting_setting_or_network_is_another_picture(tmp_path: Path):
    first, second = job(tmp_path), job(tmp_path, "1.png")
    paint(tmp_path, [first, second])
    save_image(first.photo, small_picture(seed=9))
    assert reasons(tmp_path, first, second) == ["other", None]
    assert reasons(tmp_path, replace(second, settings=replace(SETTINGS, seed=3))) == ["other"]
    (planned,) = plan(tmp_path, [second], network_sha256="a" * 64)
    assert planned.reason == "other"
    save_image(tmp_path / "style.png", small_picture(48, 48, seed=9))
    assert reasons(tmp_path, second) == ["other"]


def test_the_name_of_a_photo_does_not_matter_to_its_identity(tmp_path: Path):
    (tmp_path / "copy.png").write_bytes((tmp_path / "0.png").read_bytes())
    first, copy = plan(tmp_path, [job(tmp_path), job(tmp_path, "copy.png")])
    assert first.id == copy.id
    assert first.name != copy.name


def test_a_file_that_the_manifest_does_not_know_is_in_the_way(tmp_path: Path):
    first, second = job(tmp_path), job(tmp_path, "1.png")
    first.output.parent.mkdir()
    for each in (first, second):
        each.output.write_bytes(b"mine")
    with pytest.raises(ImageError, match=r"0-style.png exists already.*\(and 1 other\). Give --overwrite"):
        plan(tmp_path, [first, second])
    assert [planned.may_replace for planned in plan(tmp_path, [first, second], overwrite=True)] == [True, True]


def test_a_finished_picture_of_another_photo_is_in_the_way(tmp_path: Path):
    first, second = job(tmp_path), job(tmp_path, "1.png")
    paint(tmp_path, [first])
    other = replace(second, output=first.output)
    with pytest.raises(ImageError, match=r"0-style.png exists already, and not as a picture of .*1.png by this batch"):
        plan(tmp_path, [other])
    assert [planned.may_replace for planned in plan(tmp_path, [other], overwrite=True)] == [True]


def test_a_photo_that_is_away_for_a_run_does_not_cost_its_picture(tmp_path: Path):
    wanted = job(tmp_path)
    paint(tmp_path, [wanted])
    away = wanted.photo.rename(tmp_path / "away.png")
    assert [entry.state for entry in paint(tmp_path, [wanted])] == ["failed"]
    assert reasons(tmp_path, wanted) == ["failed"]
    away.rename(wanted.photo)
    assert reasons(tmp_path, wanted) == [None]


def test_the_file_system_says_whether_the_case_of_letters_tells_files_apart(tmp_path: Path):
    capital = (tmp_path / "style.png").rename(tmp_path / "0-STYLE.png")
    output = tmp_path / "0-style.png"
    is_the_same = output.exists()
    wanted = replace(job(tmp_path, style=capital.name), output=output)
    if is_the_same:
        with pytest.raises(OptionsError, match="which is read"):
            plan(tmp_path, [wanted])
    else:
        assert reasons(tmp_path, wanted) == ["new"]


def test_jobs_with_the_same_paintings_follow_one_another_in_their_order(tmp_path: Path):
    wanted = [(photo, style) for photo in ("0.png", "1.png", "2.png") for style in ("style.png", "style2.png")]
    planned = plan(tmp_path, [job(tmp_path, *names) for names in wanted])
    styles = [each.job.styles[0].image.name for each in planned]
    assert styles == ["style.png"] * 3 + ["style2.png"] * 3
    assert [each.job.photo.name for each in planned] == ["0.png", "1.png", "2.png"] * 2


def test_no_picture_may_take_the_place_of_another_or_of_what_is_read(tmp_path: Path):
    first, output = job(tmp_path), tmp_path / "out" / "0-STYLE.png"
    with pytest.raises(OptionsError, match=r"1.png would have the name of the picture of .*0.png"):
        plan(tmp_path, [first, replace(job(tmp_path, "1.png"), output=output)])
    with pytest.raises(OptionsError, match="which is read"):
        plan(tmp_path, [replace(first, output=tmp_path / "style.png")])
    with pytest.raises(OptionsError, match=r"1.png, .*b.png, would be in a folder with the name of .*0.png, .*0-style"):
        plan(tmp_path, [first, replace(job(tmp_path, "1.png"), output=first.output / "b.png")])
    with pytest.raises(OptionsError, match="would have the name of the manifest"):
        plan(tmp_path, [replace(first, output=tmp_path / "out" / NAME)])


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("0.png/a.png", "is no folder"),
        ("out/a.jgp", "no extension"),
        ("out/" + "x" * 300 + ".png", "cannot be written"),
        ("out", "no extension"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_refused_before_any_work(tmp_path: Path, output: str, sentence: str):
    (tmp_path / "out").mkdir()
    with pytest.raises(ImageError, match=sentence):
        plan(tmp_path, [replace(job(tmp_path), output=tmp_path / output)])


def test_a_folder_that_may_not_be_written_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != tmp_path)
    with pytest.raises(ImageError, match="is not writable"):
        plan(tmp_path, [job(tmp_path)])


def test_sixteen_bits_need_a_png(tmp_path: Path):
    wanted = job(tmp_path, settings=Settings(bits=16))
    assert len(plan(tmp_path, [wanted])) == 1
    with pytest.raises(ImageError, match="cannot have 16 bits"):
        plan(tmp_path, [replace(wanted, output=tmp_path / "a.jpg")])


def test_the_manifest_calls_a_picture_by_its_path_from_there(tmp_path: Path):
    manifest = tmp_path / "out" / NAME
    for output in (tmp_path / "out" / "a" / "é.png", tmp_path / "b.png"):
        assert path_of_name(name_in_manifest(output, manifest), manifest) == output
    assert name_in_manifest(tmp_path / "b.png", manifest) == "../b.png"
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "out")
    (tmp_path / "link.jsonl").symlink_to(manifest)
    for linked in (tmp_path / "link" / NAME, tmp_path / "link.jsonl"):
        for output in ("out/a.png", "link/a.png"):
            assert name_in_manifest(tmp_path / output, linked) == "a.png"
