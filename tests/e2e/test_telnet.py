# SPDX-License-Identifier: ISC
"""Telnet's commands are refused with -t, and neither shown nor kept."""

import os
import time

import pytest

from fakes import Fake
from proxies import Telnetd

GREETING = b"hello\r\n"
ASKED = b"\xff\xfd\x18\xff\xfb\x01\xff\xfb\x03"  # DO TTYPE, WILL ECHO, SGA
REFUSED = b"\xff\xfc\x18\xff\xfe\x01\xff\xfe\x03"


class Asking:
    """A server that asks for options and then says these pieces."""

    def __init__(self, *pieces, pause=0.0):
        self.pieces, self.pause = pieces, pause

    def __call__(self, peer):
        peer.send(*self.pieces, pause=self.pause)
        self.got = peer.rest()


class Shown(Asking):
    """... and closes when it has the refusals."""

    def __call__(self, peer):
        peer.send(*self.pieces, pause=self.pause)
        self.got = peer.octets(len(REFUSED)) + peer.early(0.1)


def heard(telex, play, *words, **how):
    with Fake(play) as fake:
        ran = telex.run("-t", f"127.0.0.1:{fake.port}", *words, **how)
        fake.done()
    return ran


@pytest.mark.parametrize("words", [["-P", "raw"], ["-P", "telnet"],
                                   ["-P", "raw", "--lf"]])
def test_options_are_refused_and_unseen(telex, words):
    play = Asking(ASKED + b"hello\xff\xff\r\n")
    with Fake(play) as fake:
        process = telex.start("-t", f"127.0.0.1:{fake.port}", *words)
        out = os.read(process.stdout.fileno(), 100)
        rest, err = process.communicate(b"one\xff\n", 20)
        fake.done()
    assert process.returncode == 0, err
    assert (out + rest).replace(b"\r", b"") == b"hello\xff\n"
    assert play.got == REFUSED + b"one\xff\xff\r\n"
    assert b"Telnet options is shown" not in err


def test_behind_our_end_nothing_is_refused(telex):
    def play(peer):
        peer.got = peer.rest()
        peer.send(ASKED, ASKED + GREETING, pause=0.1)

    with Fake(play) as fake:
        ran = telex.run("-t", "-P", "raw", f"127.0.0.1:{fake.port}",
                        input=b"one\n")
        fake.done()
        assert fake.peer.got == b"one\r\n"
    assert ran.status == 0 and ran.out == GREETING, ran


def test_byte_by_byte(telex):
    words = ASKED + b"he\xff\xf1llo\xff\xfa\x18\x01\xff\xff\xff\xf0\r\n"
    play = Shown(*(words[i:i + 1] for i in range(len(words))), pause=0.002)
    ran = heard(telex, play, "-P", "raw", "-vv", "--eof=wait")
    assert ran.out == GREETING, ran
    assert play.got == REFUSED
    assert "refused of Telnet: DO TERMINAL-TYPE" in ran.err
    assert "WILL ECHO" in ran.err and "WILL SUPPRESS-GO-AHEAD" in ran.err


def test_without_it_the_bytes_are_passed_on(telex):
    play = Asking(ASKED + GREETING)
    with Fake(play) as fake:
        ran = telex.run("-P", "raw", f"127.0.0.1:{fake.port}",
                        input=b"\xff\n")
        fake.done()
    assert ran.out == ASKED + GREETING
    assert play.got == b"\xff\r\n"


def test_a_protocol_with_replies_behind_telnet(telex):
    def play(peer):
        peer.send(ASKED + b"220 mail\r\n")
        peer.got = peer.until(b"QUIT\r\n")
        peer.send(b"\xff\xfb\x05221 bye\xff\xf9\r\n")

    with Fake(play) as fake:
        ran = telex.run("-t", "-P", "smtp", f"127.0.0.1:{fake.port}",
                        "-c", "QUIT")
        fake.done()
        assert fake.peer.got == REFUSED + b"QUIT\r\n"
    assert ran.status == 0, ran
    assert ran.out == b"220 mail\r\n221 bye\r\n"


def test_a_server_in_a_loop_is_left_alone(telex):
    def play(peer):
        peer.send(b"\xff\xfb\x01" * 100000 + GREETING)
        peer.got = peer.octets(3 * 8) + peer.early(0.3)

    with Fake(play) as fake:
        ran = telex.run("-t", "-P", "raw", f"127.0.0.1:{fake.port}",
                        "--eof=wait")
        fake.done()
        assert fake.peer.got == b"\xff\xfe\x01" * 8
    assert ran.out == GREETING


@pytest.mark.parametrize("pause", [0, 0.1])
def test_commands_alone_are_no_reply(telex, pause):
    """However many come, and however long: the time limit holds."""
    def play(peer):
        while True:
            peer.send(b"\xff\xf1" * (1 if pause else 1 << 19))
            time.sleep(pause)

    with Fake(play) as fake:
        ran = telex.run("-t", "-P", "smtp", "-i", "1",
                        f"127.0.0.1:{fake.port}", "-c", "QUIT")
    assert ran.status == 7, ran
    assert "no reply came in 1 s: the greeting is still owed" in ran.err


def test_a_command_begun_before_tls_is_refused(telex, authority):
    def play(peer):
        peer.send(b"220 mail ESMTP\r\n")
        peer.line()
        peer.send(b"250-mail\r\n250 STARTTLS\r\n")
        peer.line()
        peer.send(b"220 go\r\n\xff")
        peer.rest()

    with Fake(play) as fake:
        ran = telex.run("-t", "-S", "--cafile", authority.cafile,
                        f"smtp://localhost:{fake.port}", "-c", "QUIT")
    assert ran.status == 3, ran
    assert "TLS was not begun" in ran.err


def test_over_tls(telex, authority):
    context = authority.server_side()

    def play(peer):
        peer.sock = context.wrap_socket(peer.sock, server_side=True)
        peer.send(ASKED, b"x\xff", b"\xffy\r\n", pause=0.05)
        peer.got = peer.octets(len(REFUSED) + 4)

    with Fake(play) as fake:
        process = telex.start("-t", "-T", "--cafile", authority.cafile, "-P",
                              "raw", f"localhost:{fake.port}")
        out = os.read(process.stdout.fileno(), 100)
        rest, err = process.communicate(b"\xff\n", 20)
        fake.done()
        assert fake.peer.got == REFUSED + b"\xff\xff\r\n", err
    assert out + rest == b"x\xffy\r\n"


def test_at_the_terminal(sit):
    def play(peer):
        peer.send(ASKED + b"login: ")
        peer.got = peer.until(b"\r\n")
        peer.send(b"hello\xff\xf1 alice\r\n")
        peer.rest()

    with Fake(play) as fake:
        person = sit("-t", f"telnet://127.0.0.1:{fake.port}")
        person.wait_for("login:")
        person.enter("alice")
        person.wait_for("hello alice")
        assert fake.peer.got == REFUSED + b"alice\r\n"
        assert "\ufffd" not in person.everything()
        assert "xff" not in person.everything()


def test_a_real_telnet_server(telex):
    """It has a dozen wishes, and serves a client that has none of them."""
    if not os.access(Telnetd.program, os.X_OK):
        pytest.skip("telnetd is not installed (inetutils-telnetd)")
    if os.geteuid() != 0:
        pytest.skip("telnetd must be started by root")
    # What it makes of CR LF is one byte; of a program that ends at once it
    # may lose the last words.  An answer to a wish changes the terminal: all
    # have come before what is typed behind the first words.
    command = ("echo hello; read go; stty raw -echo; echo ready; head -c 5;"
               "echo; echo done; cat >/dev/null")
    with Telnetd(command) as server:
        process = telex.start("-t", "-vv", f"telnet://127.0.0.1:{server.port}")
        said = b""
        for line, answer in ((None, b"hello"), (b"go\n", b"ready"),
                             (b"a\xff\xffb\n", b"done")):
            if line is not None:
                process.stdin.write(line)
                process.stdin.flush()
            while answer not in said:
                piece = os.read(process.stdout.fileno(), 4096)
                assert piece, said
                said += piece
        process.stdin.close()
        err = process.stderr.read().decode()
        process.wait(20)
    assert b"a\xff\xffb" in said, said
    assert b"\xff\xfb" not in said and b"\xff\xfd" not in said
    assert "refused of Telnet:" in err and "DO TERMINAL-TYPE" in err
