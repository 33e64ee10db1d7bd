# SPDX-License-Identifier: ISC
"""Gopher, finger and whois: one line, and an answer up to the end."""

import pytest

from fakes import Fake, torn

SCHEMES = ["gopher", "finger", "whois"]
MENU = (b"0About\t/about\tfake.example.test\t70\r\n"
        b"1More\t/more\tfake.example.test\t70\r\n.\r\n")
BINARY = bytes(range(256)) * 5000


def server(answer, pause=0.0, pieces=False):
    def play(peer):
        peer.asked = peer.line()
        if pieces:
            peer.send(*torn(answer), pause=pause)
        else:
            peer.send(answer)
    return Fake(play)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("answer", [
    b"", b"no line end", b"one\r\n", b"one\ntwo", b"\r", b"\n", MENU, BINARY],
    ids=["empty", "bare", "line", "two", "cr", "lf", "menu", "binary"])
def test_answers_are_exact(telex, scheme, answer):
    with server(answer) as fake:
        ran = telex.run(f"{scheme}://127.0.0.1:{fake.port}", input="query\n")
        assert fake.done().peer.asked == b"query"
    assert (ran.status, ran.out, ran.err) == (0, answer, ""), ran


def test_in_pieces(telex):
    with server(MENU, 0.001, True) as fake:
        ran = telex.run(f"gopher://127.0.0.1:{fake.port}", input="/\n")
    assert (ran.status, ran.out) == (0, MENU), ran


def test_an_empty_line(telex):
    """The main menu; everybody who is logged in."""
    with server(MENU) as fake:
        ran = telex.run("-c", "", f"gopher://127.0.0.1:{fake.port}")
        assert fake.done().peer.asked == b""
    assert (ran.status, ran.out) == (0, MENU), ran


def test_a_second_line_is_too_much(telex):
    with server(MENU) as fake:
        ran = telex.run(f"gopher://127.0.0.1:{fake.port}", input="/a\n/b\n")
    assert ran.status == 1, ran
    assert ran.out == MENU
    assert "the rest was not sent" in ran.err


def test_a_reset_is_an_error(telex):
    def play(peer):
        peer.line()
        peer.send(b"half of ")
        peer.early(0.2)
        peer.reset()
    with Fake(play) as fake:
        ran = telex.run(f"whois://127.0.0.1:{fake.port}", input="x\n")
    assert ran.status == 1, ran


def test_no_answer_in_time(telex):
    with Fake(lambda peer: peer.rest()) as fake:
        ran = telex.run("-i", 0.3, f"finger://127.0.0.1:{fake.port}",
                        input="alice\n", timeout=10)
    assert ran.status in (0, 7), ran


@pytest.mark.parametrize("answer, last", [
    (b"Login: alice\r\nPlan:\r\nnone", "none"), (MENU, "."), (b"", None)])
def test_at_a_terminal(sit, answer, last):
    with server(answer) as fake:
        person = sit(f"finger://127.0.0.1:{fake.port}")
        person.wait_prompt("finger> ")
        person.enter("/W alice")
        person.wait_for("closed by the server")
        assert person.status() == 0
    rows = person.everything().splitlines()
    assert rows[1] == "finger> /W alice"
    assert rows[-1].startswith("* closed by the server")
    if last:
        assert rows[-2] == last


def test_tls(telex, authority):
    import ssl
    import socket
    import threading
    context = authority.server_side()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def serve():
            sock, _ = listening.accept()
            with context.wrap_socket(sock, server_side=True) as tls:
                tls.recv(100)
                tls.sendall(MENU)
                try:
                    tls.unwrap()
                except (ssl.SSLError, OSError):
                    pass  # it is the client's turn to be rude
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ran = telex.run("-T", "-P", "gopher", "--cafile", authority.cafile,
                        "127.0.0.1", listening.getsockname()[1],
                        input="/\n")
        thread.join(10)
    assert (ran.status, ran.out) == (0, MENU), ran
