"""What a file is that cannot be read as a picture: by the marks with which its kind begins, not by its name."""

from typing import BinaryIO

_HEAD_BYTES = 4096

_RAW = "a camera's raw photo, which must be developed first"
_LFS = "a pointer of Git LFS in place of a file, which `git lfs pull` fetches"
_SHORTCUT = "a shortcut to another file"

_STARTS = {
    b"\xff\xd8\xff": "a damaged JPEG",
    b"\x89PNG": "a damaged PNG",
    b"GIF8": "a damaged GIF",
    b"\xff\x0a": "a JPEG XL picture, a format that is not read",
    b"\0\0\0\x0cJXL \r\n\x87\n": "a JPEG XL picture, a format that is not read",
    b"\0\0\0\x0cjP  \r\n\x87\n": "a JPEG 2000 picture, a format that is not read",
    b"\xff\x4f\xff\x51": "a JPEG 2000 picture, a format that is not read",
    b"\0\0\1\0": "an icon",
    b"\0\0\2\0": "a mouse pointer",
    b"icns": "an icon of macOS",
    b"\x76\x2f\x31\x01": "an OpenEXR picture, a format that is not read",
    b"#?RADIANCE": "a Radiance HDR picture, a format that is not read",
    b"DDS ": "a DirectDraw surface",
    b"\xabKTX": "a texture",
    b"gimp xcf": "a document of GIMP",
    b"8BPS": "a Photoshop document",
    b"AFFSJB": "a document of Affinity",
    b"AT&TFORM": "a DjVu document",
    b"II*\0\x10\0\0\0CR": _RAW,
    b"IIU\0": _RAW,
    b"IIRO": _RAW,
    b"IIRS": _RAW,
    b"MMOR": _RAW,
    b"FUJIFILMCCD-RAW": _RAW,
    b"FOVb": _RAW,
    b"\0MRM": _RAW,
    b"II*\0": "a damaged TIFF",
    b"MM\0*": "a damaged TIFF",
    b"\0\5\x16\7": "what macOS keeps beside a file on other disks; the picture has the same name without `._`",
    b"\0\5\x16\0": "what macOS keeps beside a file on other disks; the picture has the same name without `._`",
    b"book\0\0\0\0mark": _SHORTCUT,
    b"L\0\0\0\1\x14\2\0": _SHORTCUT,
    b"[InternetShortcut]": _SHORTCUT,
    b"version https://git-lfs": _LFS,
    b"oid sha256:": _LFS,
    b"/annex/objects/": "a pointer of git-annex in place of a file",
    b"\x1aE\xdf\xa3": "a video",
    b"\0\0\1\xba": "a video",
    b"FLV\1": "a video",
    b"OggS": "a recording or a video",
    b"ID3": "a recording",
    b"fLaC": "a recording",
    b"%PDF-": "a PDF document",
    b"%!PS": "a PostScript document",
    b"\xc5\xd0\xd3\xc6": "a PostScript document",
    b"{\\rtf": "a text document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"PK\3\4": "a ZIP archive or office document",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "an array of NumPy",
    b"MZ": "a program",
    b"\x7fELF": "a program",
}
"""The bytes that a file begins with -> what it is, to follow "is"; of several, the first one."""

_BRANDS = {
    b"heic": "a damaged HEIC photo",
    b"heix": "a damaged HEIC photo",
    b"hevc": "a damaged HEIC photo",
    b"mif1": "a damaged HEIF photo",
    b"msf1": "a damaged HEIF photo",
    b"avif": "a damaged AVIF picture",
    b"avis": "a damaged AVIF picture",
    b"crx ": _RAW,
    b"jxl ": "a JPEG XL picture, a format that is not read",
    b"jp2 ": "a JPEG 2000 picture, a format that is not read",
    b"M4A ": "a recording",
}
"""The brand of an ISO base media file -> what it is; of others a video (ISO/IEC 14496-12)."""

_CHUNKED = {b"WEBP": "a damaged WebP picture", b"AVI ": "a video", b"WAVE": "a recording", b"ACON": "a mouse pointer"}
"""The kind of a RIFF file -> what it is."""

_TEXTS = {
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<head": "a web page",
    b"<svg": "an SVG drawing",
    b"<error>": "an error that a server sent in place of the picture",
    b"<?xml": "an XML document",
}
"""What stands in the beginning of a text, in small letters -> what it is; of several, the first one."""


def kind_of(file: BinaryIO) -> str:
    """Return what the file begins like, to follow "is": "empty", "a PDF document" or "a file of an unknown kind"."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if not head:
        return "empty"
    if not head.strip(b"\0"):
        return "filled with zeros"
    text = _text_of(head)
    return (
        next((kind for mark, kind in _STARTS.items() if head.startswith(mark)), None)
        or (_BRANDS.get(head[8:12], "a video") if head[4:8] == b"ftyp" else None)
        or ("a video" if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip") else None)
        or (_CHUNKED.get(head[8:12]) if head.startswith(b"RIFF") else None)
        or next((kind for mark, kind in _TEXTS.items() if mark in text), None)
        or next((kind for mark, kind in _STARTS.items() if len(mark) > 4 and text.startswith(mark.lower())), None)
        or "a file of an unknown kind"
    )


def _text_of(head: bytes) -> bytes:
    """Return the beginning of a text in small letters and UTF-8, without a byte order mark."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode("utf-8")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
