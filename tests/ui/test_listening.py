"""Where the page listens, looked at with real sockets before Gradio tries."""

import socket

import pytest

from neural_style.errors import OptionsError
from neural_style.service.options import FIRST_PORT
from neural_style.ui import listening
from neural_style.ui.listening import free_port, keep_from_proxies, name_for_urls, without_brackets
from tests.ui.conftest import free_port as some_port


def test_a_port_that_is_free_is_taken_as_it_was_asked_for() -> None:
    port = some_port()
    assert free_port("127.0.0.1", port) == free_port("localhost", port) == port


def test_without_a_port_it_is_the_first_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_port("127.0.0.1", None)
    assert FIRST_PORT <= first < FIRST_PORT + listening.PORTS_TRIED
    with socket.create_server(("127.0.0.1", first)):
        assert free_port("127.0.0.1", None) > first
        monkeypatch.setattr(listening, "FIRST_PORT", first)
        monkeypatch.setattr(listening, "PORTS_TRIED", 1)
        with pytest.raises(OptionsError, match="another program listens there"):
            free_port("127.0.0.1", None)


def test_a_port_of_another_program_is_said_and_by_its_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OptionsError, match=f"port {port}: another program listens there"):
            free_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("no.such.host.invalid", "there is no such host"),
        ("192.0.2.1", "it is no address of this machine"),
        ("a" * 70 + ".example", "cannot listen"),
        ("one\rtwo", "there is no such host"),
    ],
)
def test_a_host_at_which_nobody_can_listen_is_said_for_what_it_is(host: str, words: str) -> None:
    with pytest.raises(OptionsError, match=words):
        free_port(host, some_port())


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_addresses_of_ipv6_are_taken_with_and_without_brackets() -> None:
    port = some_port()
    assert free_port("::1", port) == free_port("[::1]", port) == port
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as taken,
        pytest.raises(OptionsError, match="another program"),
    ):
        free_port("::1", taken.getsockname()[1])


def test_an_address_of_ipv6_has_brackets_in_addresses_of_pages() -> None:
    assert [name_for_urls(host) for host in ("::", "[::1]", "127.0.0.1", "localhost")] == [
        *("[::]", "[::1]", "127.0.0.1", "localhost")
    ]
    assert without_brackets("[::1]") == without_brackets("::1") == "::1"


def test_no_proxy_is_asked_for_this_machine_and_others_stay_as_they_were() -> None:
    environ = {"http_proxy": "http://proxy:3128", "NO_PROXY": "intranet, 127.0.0.1"}
    keep_from_proxies("10.0.0.5", environ)
    wanted = "intranet,127.0.0.1,localhost,::1,10.0.0.5"
    assert environ == {"http_proxy": "http://proxy:3128", "NO_PROXY": wanted, "no_proxy": wanted}
    keep_from_proxies("10.0.0.5", environ)
    assert environ["NO_PROXY"] == wanted
