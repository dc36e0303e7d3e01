"""No two pictures get the same name, and each keeps its own from one run to the next."""

from pathlib import Path

from neural_style.service.manifest import Entry, Read
from neural_style.service.output_names import KeptNames, Unnamed, output_paths

OUT = Path("out")


def picture(stem: str = "a-wave", photo: str = "../a.jpg", id_: str = "1", folder: Path = OUT) -> Unnamed:
    return Unnamed(folder, stem, photo, id_ * 64)


def painted(output: str, photo: str = "../a.jpg", id_: str = "1") -> Entry:
    return Entry(id=id_ * 64, state="painted", output=output, photo=photo, sha256="2" * 64)


def failed(output: str, photo: str, id_: str) -> Entry:
    return Entry(id=id_ * 64, state="failed", output=output, photo=photo, error="No.")


def names(*pictures: Unnamed, entries: tuple[Entry, ...] = (), taken: tuple[Path, ...] = ()) -> list[str]:
    kept = KeptNames(Read.of(entries, 0), OUT / "manifest.jsonl")
    return [path.as_posix() for path in output_paths(pictures, ".png", kept, taken)]


def test_a_picture_is_named_after_photo_and_paintings_in_the_photos_folder():
    assert names(picture(), picture("c-wave", folder=OUT / "sub")) == ["out/a-wave.png", "out/sub/c-wave.png"]


def test_of_two_with_one_name_the_later_gets_a_number():
    pictures = picture(), picture(), picture("A-wave"), picture(folder=OUT / "y")
    assert names(*pictures) == ["out/a-wave.png", "out/a-wave-2.png", "out/A-wave-3.png", "out/y/a-wave.png"]
    assert names(picture(), taken=(OUT / "a-wave.png",)) == ["out/a-wave-2.png"]


def test_the_picture_of_another_photo_keeps_its_name():
    assert names(picture(photo="../x/a.jpg", id_="3"), entries=(painted("a-wave.png"),)) == ["out/a-wave-2.png"]


def test_a_photo_keeps_its_name_when_it_or_the_settings_are_others():
    assert names(picture(id_="3"), entries=(painted("a-wave.png"),)) == ["out/a-wave.png"]


def test_a_photo_that_has_moved_keeps_its_name():
    assert names(picture(photo="../moved/a.jpg"), entries=(painted("a-wave.png"),)) == ["out/a-wave.png"]


def test_names_with_numbers_do_not_shift_when_photos_come_and_go():
    first, second, third = (picture(photo=f"../{place}/a.jpg", id_=place) for place in "123")
    entries = painted("a-wave.png", "../1/a.jpg", "1"), painted("a-wave-2.png", "../2/a.jpg", "2")
    assert names(second, entries=entries) == ["out/a-wave-2.png"]
    assert names(third, second, first, entries=entries) == ["out/a-wave-3.png", "out/a-wave-2.png", "out/a-wave.png"]


def test_two_settings_of_one_photo_keep_each_its_own():
    entries = painted("a-wave.png", id_="1"), painted("a-wave-2.png", id_="2")
    assert names(picture(id_="2"), picture(id_="3"), entries=entries) == ["out/a-wave-2.png", "out/a-wave.png"]


def test_a_name_under_which_another_photo_failed_later_is_still_that_of_the_one_that_was_painted():
    entries = painted("a-wave.png"), failed("a-wave.png", "../b/a.jpg", "0")
    assert names(picture(), entries=entries) == ["out/a-wave.png"]


def test_two_photos_with_the_same_bytes_get_a_picture_each():
    pictures = picture(photo="../x/a.jpg"), picture(photo="../a.jpg")
    assert names(*pictures, entries=(painted("a-wave.png"),)) == ["out/a-wave-2.png", "out/a-wave.png"]


def test_another_ending_or_folder_has_names_of_its_own():
    assert names(picture(), entries=(painted("a-wave.jpg"), painted("sub/a-wave.png"))) == ["out/a-wave.png"]
