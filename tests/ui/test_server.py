"""Ports are claimed before anything slow is done."""

from __future__ import annotations

import pytest

from index.errors import UserError
from ui.server import is_loopback, open_port, page_address


def test_a_free_port_is_bound() -> None:
    with open_port("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_one_sentence() -> None:
    with open_port("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(UserError, match=f"端口 {port} 已被占用"):
            open_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"地址 192\.0\.2\.1 不能用于监听"):
        open_port("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("shuju", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:80/"), ("0.0.0.0", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/")],
)
def test_the_address_can_be_opened_in_a_browser(host: str, address: str) -> None:
    assert page_address(host, 80) == address
