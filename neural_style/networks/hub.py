"""Fetch the wanted file from the Hugging Face Hub: resumed after a break, and used only when its SHA-256 is right.

Addresses, headers, offline mode, proxies and errors are those of `huggingface_hub`, so HF_ENDPOINT, HF_HUB_OFFLINE,
HF_HUB_ETAG_TIMEOUT and HF_HUB_DOWNLOAD_TIMEOUT mean here what they mean everywhere. The bytes are streamed here and
not by `hf_hub_download`: that (seen in 2.0 to 2.4) throws a partial file away when the connection is reset or the
program ends, writes nothing before 10 MB have come, and waits for ever on a server that sends a byte now and then.
For 535 MB on a slow line each of these means starting again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neural_style.errors import NetworkError
from neural_style.networks.fingerprint import sha256_of
from neural_style.networks.sources import Source, WantedFile
from neural_style.networks.variables import WEIGHTS

Progress = Callable[[int, int], None]
"""A function that is called with (bytes here, bytes in all), at most a few times a second."""

_RESUMES = 5
"""The most times in a row that a broken transfer is resumed without having brought anything new."""

_RESUME_DELAY_S = 1.0
_REPORT_INTERVAL_S = 0.2
_STALL_WINDOW_S = 60.0
_STALL_BYTES = 64 * 1024
"""A source that sends less than this in a window, about 1 kB/s, is given up: 535 MB would take six days."""


def fetch(
    wanted: WantedFile, sources: Sequence[Source], folder: Path, progress: Progress = lambda _done, _total: None
) -> Path:
    """Get the wanted file into `folder`, from the first source that has it.

    A transfer that breaks is resumed, in this call and in later ones, from whichever source comes next: the SHA-256
    says in the end whether the pieces belong together. The caller makes sure that only one process fetches.

    Returns:
        The path of the file; its SHA-256 is the wanted one.

    Raises:
        NetworkError: no source has it (the message says what each of them did), the Hub client is switched off by
            HF_HUB_OFFLINE, or `folder` cannot be written to.
    """
    path = folder / wanted.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _is_wanted(path, wanted):
            return path
        path.unlink(missing_ok=True)
        return _from_sources(wanted, sources, path, progress)
    except OSError as error:
        raise NetworkError(
            f"{wanted.name} ({wanted.size / 1e6:.0f} MB) cannot be kept in {folder} ({error.strerror or error}). "
            f"Choose a folder with {WEIGHTS.name}, or make room in this one."
        ) from error


def partial_path(folder: Path, wanted: WantedFile) -> Path:
    """Return the path of the bytes of an unfinished transfer."""
    return folder / f"{wanted.name}.partial"


def _from_sources(wanted: WantedFile, sources: Sequence[Source], path: Path, progress: Progress) -> Path:
    from huggingface_hub import is_offline_mode

    partial = partial_path(path.parent, wanted)
    refusals = []
    for source in sources:
        try:
            if cached := _in_hub_cache(source, wanted):
                return cached
            if is_offline_mode():
                raise _RefusedError("not asked, because HF_HUB_OFFLINE is set")
            _download(_Transfer(source, wanted, partial, progress))
            partial.replace(path)
            return path
        except _RefusedError as refusal:
            refusals.append(f"{source}: {refusal}")
    raise NetworkError(
        f"{wanted.name} could not be fetched from any source ({'; '.join(refusals)}). Try again later with "
        "`neural-style weights fetch`, or give a file of your own with --network."
    )


class _RefusedError(Exception):
    """Raised when a source does not give the wanted file; the message says why, in a few words."""


@dataclass(frozen=True)
class _Transfer:
    source: Source
    wanted: WantedFile
    partial: Path
    progress: Progress

    @property
    def url(self) -> str:
        from huggingface_hub import hf_hub_url

        source = self.source
        return hf_hub_url(source.repo_id, source.filename, repo_type=source.repo_type, revision=source.revision)

    @property
    def bytes_here(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0


def _download(transfer: _Transfer) -> None:
    """Complete the partial file and verify it; a file that turns out to be another is removed."""
    _check_announcement(transfer)
    inherited = transfer.bytes_here > 0
    _complete(transfer)
    try:
        _check_content(transfer)
    except _RefusedError:
        if not inherited:
            raise
        _complete(transfer)  # the bytes of an earlier transfer may have been the wrong ones: once more, from the first
        _check_content(transfer)


def _complete(transfer: _Transfer) -> None:
    """Stream until the partial file has the wanted size, resuming for as long as that brings new bytes."""
    if transfer.bytes_here > transfer.wanted.size:
        transfer.partial.unlink()
    resumes_left = _RESUMES
    while (before := transfer.bytes_here) < transfer.wanted.size:
        broken = _stream(transfer)
        if transfer.bytes_here > before:
            resumes_left = _RESUMES
        elif resumes_left == 0:
            reason = _in_words(broken) if broken else "the server sends no more"
            raise _RefusedError(f"{reason}, with {before:,} of {transfer.wanted.size:,} bytes here")
        else:
            resumes_left -= 1
        if transfer.bytes_here < transfer.wanted.size:
            time.sleep(_RESUME_DELAY_S)


def _check_announcement(transfer: _Transfer) -> None:
    """Ask for size and hash before the first byte; what a source announces can rule it out, but proves nothing."""
    from huggingface_hub import get_hf_file_metadata

    try:
        announced = get_hf_file_metadata(transfer.url, token=False)
    except Exception as error:  # of three libraries, for anything a network can do
        raise _RefusedError(_in_words(error)) from error
    if announced.size not in (None, transfer.wanted.size):
        raise _RefusedError(f"it has another file, of {announced.size:,} bytes, not {transfer.wanted.size:,}")
    etag = announced.etag or ""
    if len(etag) == len(transfer.wanted.sha256) and etag != transfer.wanted.sha256:
        raise _RefusedError(f"it has another file, of SHA-256 {etag[:12]}…, not {transfer.wanted.sha256[:12]}…")


def _stream(transfer: _Transfer) -> Exception | None:
    """Append to the partial file what the server sends; return what broke the transfer, or None at its end.

    Raises:
        _RefusedError: the server answers, but not with the file.
        OSError: the disk does not take it.
    """
    from httpx2 import HTTPError, TransportError
    from huggingface_hub.constants import HF_HUB_DOWNLOAD_TIMEOUT
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    headers = {**build_hf_headers(token=False, library_name="neural-style"), "Accept-Encoding": "identity"}
    if start := transfer.bytes_here:
        headers["Range"] = f"bytes={start}-"
    try:
        with get_session().stream("GET", transfer.url, headers=headers, timeout=HF_HUB_DOWNLOAD_TIMEOUT) as response:
            hf_raise_for_status(response)
            resumed = response.status_code == 206
            _append(transfer, response, start if resumed else 0)
    except TransportError as error:
        return error
    except HTTPError as error:
        raise _RefusedError(_in_words(error)) from error
    return None


def _append(transfer: _Transfer, response: Any, start: int) -> None:
    """Write the body after the first `start` bytes of the partial file; what was there is cut off."""
    size = transfer.wanted.size
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and start + int(length) != size:
        raise _RefusedError(f"it sends another file, of {start + int(length):,} bytes, not {size:,}")
    watch = _Watch(transfer)
    with transfer.partial.open("ab") as file:
        file.truncate(start)
        done = start
        for chunk in response.iter_raw():
            done += len(chunk)
            if done > size:
                raise _RefusedError(f"it sends more than the {size:,} bytes wanted")
            file.write(chunk)
            watch(done)
    transfer.progress(done, size)


class _Watch:
    """Reports progress now and then, and gives up a source that hardly sends anything."""

    def __init__(self, transfer: _Transfer) -> None:
        self._transfer = transfer
        self._reported_at = -_REPORT_INTERVAL_S
        self._window_began: tuple[float, int] | None = None

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        began, done_then = self._window_began = self._window_began or (now, done)
        if now - began >= _STALL_WINDOW_S:
            if done - done_then < _STALL_BYTES:
                raise _RefusedError(f"it sent only {done - done_then:,} bytes in {now - began:.0f} s")
            self._window_began = now, done
        if now - self._reported_at >= _REPORT_INTERVAL_S:
            self._reported_at = now
            self._transfer.progress(done, self._transfer.wanted.size)


def _check_content(transfer: _Transfer) -> None:
    if _is_wanted(transfer.partial, transfer.wanted):
        return
    size, sha256 = transfer.bytes_here, sha256_of(transfer.partial)
    transfer.partial.unlink()
    raise _RefusedError(
        f"it sent {size:,} bytes of SHA-256 {sha256[:12]}…, not {transfer.wanted.size:,} of "
        f"{transfer.wanted.sha256[:12]}…; they were removed"
    )


def _in_hub_cache(source: Source, wanted: WantedFile) -> Path | None:
    """Return the file in the cache that all programs using the Hub share, if one of them has fetched it already."""
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(
        source.repo_id, source.filename, repo_type=source.repo_type, revision=source.revision
    )
    return Path(cached) if isinstance(cached, str) and _is_wanted(Path(cached), wanted) else None


def _is_wanted(path: Path, wanted: WantedFile) -> bool:
    return path.is_file() and path.stat().st_size == wanted.size and sha256_of(path) == wanted.sha256


def _in_words(error: Exception) -> str:
    """Return what happened, without the request ids, addresses and advice that the Hub client adds."""
    from huggingface_hub.errors import RemoteEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    gone = {
        RepositoryNotFoundError: "there is no such repository",
        RevisionNotFoundError: "there is no such revision",
        RemoteEntryNotFoundError: "there is no such file",
    }
    for kind, words in gone.items():
        if isinstance(error, kind):
            return words
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"the server answers with status {status}"
    if "timeout" in type(error).__name__.lower():
        return "the server does not answer in time"
    return f"the server cannot be reached ({error or type(error).__name__})"
