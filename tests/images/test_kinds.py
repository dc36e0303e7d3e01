"""Files that are no pictures are called what they are."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.images.kinds import kind_of


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (bytes(600), "filled with zeros"),
        (b"\xff\x0a\x00", "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"\0\0\1\0\1\0", "an icon"),
        (b"II*\0\x10\0\0\0CR\2\0", "a camera's raw photo"),
        (b"IIU\0\x18\0\0\0", "a camera's raw photo"),
        (b"FUJIFILMCCD-RAW 0201", "a camera's raw photo"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "a camera's raw photo"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a damaged HEIC photo"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "a damaged AVIF picture"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0", "a video"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "a video"),
        (b"\x1aE\xdf\xa3\x9f", "a video"),
        (b"RIFF\0\0\0\0AVI LIST", "a video"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a damaged WebP picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a damaged JPEG"),
        (b"\x89PNG\r\n", "a damaged PNG"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab", "a pointer of Git LFS"),
        (b"\0\5\x16\7\0\2\0\0Mac OS X", "what macOS keeps beside a file"),
        (b"<HTML><BODY>404", "a web page"),
        (b"\xef\xbb\xbf \n<!DocType HTML>", "a web page"),
        ("\ufeff<!DOCTYPE html>".encode("utf-16-le"), "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><!-- " + b"x" * 2000 + b" --><svg/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code>", "an error that a server sent"),
        (b"%PDF-1.7", "a PDF document"),
        (b"%!PS-Adobe-3.0", "a PostScript document"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b"\x76\x2f\x31\x01\2", "an OpenEXR picture"),
        (b"PK\3\4", "a ZIP archive or office document"),
        (b"[InternetShortcut]\r\nURL=", "a shortcut"),
        (b"hello, I am a text", "a file of an unknown kind"),
    ],
)
def test_a_file_is_called_by_the_marks_of_its_kind(content: bytes, kind: str) -> None:
    file = io.BytesIO(content)
    file.seek(len(content) // 2)
    assert kind_of(file).startswith(kind)


@given(st.binary(max_size=200))
def test_any_bytes_are_called_something(content: bytes) -> None:
    assert kind_of(io.BytesIO(content))
