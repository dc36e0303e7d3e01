"""Photos are found by files, folders and patterns."""

from pathlib import Path

import pytest

from neural_style.errors import ImageError
from neural_style.service.photo_files import find_photos

NAMES = ["a.jpg", "b.PNG", "notes.txt", ".hidden.jpg", "sub/c.heic", "sub/deep/a.jpg", ".thumbs/d.jpg", "é [1].jpg"]


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*words: str, recursive: bool = False) -> list[str]:
    return [photo.path.as_posix() for photo in find_photos(words, recursive=recursive)]


def test_a_folder_has_its_photos_by_name_and_no_hidden_ones(photos: Path):
    assert found("photos") == ["photos/a.jpg", "photos/b.PNG", "photos/é [1].jpg"]


def test_a_folder_may_be_looked_through_with_its_folders_which_are_kept(photos: Path):
    pictures = find_photos(["photos"], recursive=True)
    assert [(each.path.name, (each.folder or Path()).as_posix()) for each in pictures] == [
        ("a.jpg", "."),
        ("b.PNG", "."),
        ("é [1].jpg", "."),
        ("c.heic", "sub"),
        ("a.jpg", "sub/deep"),
    ]


def test_patterns_are_expanded_here(photos: Path):
    assert found("photos/*.jpg") == ["photos/a.jpg", "photos/é [1].jpg"]
    assert found("photos/**/*.jpg") == ["photos/a.jpg", "photos/sub/deep/a.jpg", "photos/é [1].jpg"]
    assert found(str(photos / "photos" / "?.jpg")) == [str(photos / "photos" / "a.jpg")]


def test_a_file_is_taken_whatever_its_name(photos: Path):
    assert found("photos/notes.txt", "photos/é [1].jpg") == ["photos/notes.txt", "photos/é [1].jpg"]


def test_a_photo_named_twice_is_one(photos: Path):
    (photos / "link.jpg").symlink_to(photos / "photos" / "a.jpg")
    assert found("photos/a.jpg", "photos", "./photos/../photos/a.jpg", "link.jpg") == found("photos")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("missing.jpg", "There is no file missing.jpg"),
        ("*.jpg", r"No file matches \*.jpg"),
        ("empty", "There are no photos in the folder empty. Give --recursive"),
        ("\0", "There is no file|cannot be read"),
    ],
)
def test_what_has_no_photo_is_refused_in_words(photos: Path, word: str, sentence: str):
    (photos / "empty").mkdir()
    with pytest.raises(ImageError, match=sentence):
        found(word)


@pytest.mark.parametrize(("word", "recursive"), [("photos", True), ("photos/**/*.*", False)])
def test_a_linked_folder_is_looked_through_once_even_where_it_leads_back(photos: Path, word: str, recursive: bool):
    (photos / "elsewhere").mkdir()
    (photos / "elsewhere" / "z.jpg").touch()
    for name, target in (("again", "."), ("twice", "."), ("a_link", "sub"), ("linked", "../elsewhere")):
        (photos / "photos" / name).symlink_to(target)
    pictures = [name for name in found(word, recursive=recursive) if not name.endswith(".txt")]
    assert sorted(pictures) == [
        "photos/a.jpg",
        "photos/b.PNG",
        "photos/linked/z.jpg",
        "photos/sub/c.heic",
        "photos/sub/deep/a.jpg",
        "photos/é [1].jpg",
    ]


def test_patterns_with_any_folders_are_those_of_the_shell(photos: Path):
    assert found("**/deep/*.jpg") == ["photos/sub/deep/a.jpg"]
    assert found("photos/**") == [
        "photos/a.jpg",
        "photos/b.PNG",
        "photos/notes.txt",
        "photos/sub/c.heic",
        "photos/sub/deep/a.jpg",
        "photos/é [1].jpg",
    ]
    assert found("photos/**/**/a.jpg") == ["photos/a.jpg", "photos/sub/deep/a.jpg"]
    with pytest.raises(ImageError, match="No file matches"):
        found("missing/**/*.jpg")


def test_a_name_that_begins_like_a_home_folder_is_that_of_a_file(photos: Path):
    (photos / "~IMG.jpg").touch()
    assert found("~IMG.jpg") == found("./~IMG.jpg") == ["~IMG.jpg"]
    with pytest.raises(ImageError, match=r"There is no file ~nobody/a\.jpg"):
        found("~nobody/a.jpg")
