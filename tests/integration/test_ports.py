"""Somebody else's program on our port is named, with the setting that moves us, before anything starts."""

from __future__ import annotations

import socket

import pytest

from runtime.ports import Port, PortTaken, require_free


def port(kind: socket.SocketKind, number: int) -> Port:
    return Port(what="画面", host="127.0.0.1", number=number, kind=kind, setting="TSUWAROKU_CONSOLE__PORT")


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_that_another_program_holds_is_named_with_its_setting(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        number = other.getsockname()[1]

        with pytest.raises(PortTaken) as refused:
            require_free([port(kind, number)], grace=0.0)

    assert str(number) in str(refused.value)
    assert "TSUWAROKU_CONSOLE__PORT" in str(refused.value)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_that_was_let_go_is_free_again(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        number = other.getsockname()[1]

    require_free([port(kind, number)], grace=0.0)
