# SPDX-License-Identifier: ISC
"""Rules of a protocol broken on purpose, each line as the manual has it."""

import pytest

from fakes import Fake, Strict

BARE = b"EHLO a\nb\rc\0d\r\nQUIT\r\n"


class Bytes:
    """A server that keeps what came before its greeting, and all bytes."""

    def __init__(self, wait=0.3):
        self.wait = wait

    def __call__(self, peer):
        self.early = peer.early(self.wait)
        peer.send(Strict.GREETING)
        while b"QUIT" not in peer.received:
            seen = peer.received.count(b"\n")
            peer.until(b"\n")
            peer.send(b"250 ok\r\n" * (peer.received.count(b"\n") - seen))
        peer.send(b"221 bye\r\n")
        self.all = bytes(peer.received)


def sent(telex, *words, input):
    play = Bytes()
    with Fake(play) as fake:
        telex.run(*(str(word).format(port=fake.port) for word in words),
                  input=input)
        fake.done()
    return play


def test_bare_line_ends_in_turn(telex):
    play = sent(telex, "--raw", "smtp://127.0.0.1:{port}", input=BARE)
    assert play.early == b""
    assert play.all == BARE


@pytest.mark.parametrize("words, input, came", [
    (["--raw"], BARE, BARE),
    ([], b"EHLO a\nSTARTTLS\nNOOP\nQUIT\n",
     b"EHLO a\r\nSTARTTLS\r\nNOOP\r\nQUIT\r\n")])
def test_everything_before_the_greeting(telex, words, input, came):
    play = sent(telex, *words, "-P", "raw", "127.0.0.1:{port}", input=input)
    assert play.early == play.all == came


def test_commands_that_nobody_offered(telex):
    play = sent(telex, "smtp://127.0.0.1:{port}",
                input=b"EHLO a\nXFOO 1\nTURN\nAUTH X Y\nQUIT\n")
    assert play.all == (b"EHLO a\r\nXFOO 1\r\nTURN\r\nAUTH X Y\r\nQUIT\r\n")


def test_bytes_that_no_line_has(sit):
    play = Bytes(wait=0)
    with Fake(play) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.local("send 41 lf 42 cr nul crlf")
        person.wait_for("7 bytes sent")
        person.type("\x1d")
        person.enter("send 51 55 49 54 crlf")
        fake.done()
    assert play.all == b"A\nB\r\0\r\nQUIT\r\n"
