"""Where the page listens: an address of this machine and a free port, looked at before Gradio tries them.

Gradio asks itself over HTTP whether it is there, looks for a port at IPv4 addresses alone, and says of every trouble
that the port is taken.
"""

import errno
import os
import socket
from collections.abc import Iterator, MutableMapping

from neural_style.errors import OptionsError
from neural_style.service.options import FIRST_PORT

PORTS_TRIED = 100
"""The number of ports that are tried where none is asked for; Gradio's own."""

_NO_PROXY = ("no_proxy", "NO_PROXY")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REASONS = {
    errno.EADDRNOTAVAIL: "it is no address of this machine",
    errno.EACCES: "this user may not; ports below 1024 are the administrator's",
    errno.EADDRINUSE: "another program listens there",
}


def free_port(host: str, port: int | None) -> int:
    """Return the port to listen on, which is free now.

    Args:
        host: an address or a name of this machine, of IPv4 or IPv6.
        port: the one that is asked for; None: the first free one.

    Raises:
        OptionsError: there is no such host, or nobody can listen there.
    """
    host = without_brackets(host)
    error: OSError | None = None
    for candidate in _candidates(port):
        error = _problem(host, candidate)
        if error is None:
            return candidate
        if error.errno != errno.EADDRINUSE:
            break
    raise OptionsError(
        f"The page cannot listen on {host}, port {port or FIRST_PORT}: {_reason(error)}. Choose another port with "
        "--port, or another address with --host: 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all."
    )


def name_for_urls(host: str) -> str:
    """Return the host as it stands in addresses of pages, where one of IPv6 is in brackets."""
    host = without_brackets(host)
    return f"[{host}]" if ":" in host else host


def without_brackets(host: str) -> str:
    """Return the host without the brackets that one of IPv6 has in addresses of pages."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def keep_from_proxies(host: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Have no proxy be asked for this machine itself, whatever proxies there are for others."""
    found = [name for variable in _NO_PROXY for name in environ.get(variable, "").split(",") if name.strip()]
    wanted = ",".join(dict.fromkeys([*map(str.strip, found), *_LOOPBACK, without_brackets(host)]))
    for variable in _NO_PROXY:
        environ[variable] = wanted


def _candidates(port: int | None) -> Iterator[int]:
    yield from range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else (port,)


def _problem(host: str, port: int) -> OSError | None:
    """Return why nobody can listen there; None: it can be done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    except UnicodeError as error:  # a label of a name that is too long
        return OSError(errno.EINVAL, str(error))
    return None


def _reason(error: OSError | None) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    return _REASONS.get(error.errno or 0, error.strerror or "it is not possible") if error else "it is not possible"
