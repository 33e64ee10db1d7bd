# SPDX-License-Identifier: ISC
"""Secrets of a replay: where they come from, and that nobody sees them."""

import json
import os
import signal
import termios

import pytest

from fakes import Fake
from person import control, fresh_modes
from retold import bad, secrets_env, tap

SECRET = "w0nder<land>&\u00fc"
TALK = """\
S: 220
C: EHLO x
S: 250
C$ AUTH PLAIN ${secret:1}
S: 235
C$ VRFY ${secret:1} x
S: 252
C: QUIT
S: 221
"""


def play(reply):
    """A server that says `reply` to AUTH, and 252 and the argument to VRFY."""
    def talk(peer):
        peer.send(b"220 hi\r\n")
        while True:
            verb, _, rest = peer.line().partition(b" ")
            peer.send({b"AUTH": reply, b"VRFY": b"252-" + rest + b"\r\n252 ",
                       b"QUIT": b"221 bye"}.get(verb, b"250 ok") + b"\r\n")
            if verb == b"QUIT":
                return
    return talk


@pytest.fixture
def talk(tmp_path):
    path = tmp_path / "talk.telex"
    path.write_text(TALK)
    return path


def came(fake):
    """What the server was told."""
    assert f"AUTH PLAIN {SECRET}\r\n".encode() in fake.peer.received
    assert f"VRFY {SECRET} x\r\n".encode() in fake.peer.received


def url(fake):
    return f"smtp://127.0.0.1:{fake.port}"


def alone(telex, *words, **how):
    """Without a terminal."""
    return telex.run("--replay", *words, start_new_session=True, **how)


def test_environment(telex, talk):
    with Fake(play(b"235 ok")) as fake:
        ran = alone(telex, url(fake), talk, env=secrets_env([SECRET]))
        assert ran.status == 0 and SECRET not in ran.err, ran
        came(fake)


def test_descriptor(telex, talk):
    """It goes before the environment; lines may name it in full."""
    for text in (f"1={SECRET}\n", f"other=x\nsecret:1={SECRET}"):
        read, write = os.pipe()
        os.write(write, text.encode())
        os.close(write)
        with Fake(play(b"235 ok")) as fake:
            ran = alone(telex, "--secrets-fd", read, url(fake), talk,
                        env=secrets_env(["wrong"]), pass_fds=[read])
            assert ran.status == 0, ran
            came(fake)
        os.close(read)


def test_descriptor_that_is_not_open(telex, talk):
    with Fake(play(b"235 ok")) as fake:
        ran = alone(telex, "--secrets-fd", 57, url(fake), talk)
        assert ran.status == 2 and "57" in ran.err, ran
        assert not fake.peers


@pytest.mark.parametrize("words", [["--set", f"secret:1={SECRET}"], []])
def test_nothing_else(telex, talk, words):
    """Not the command line, and no terminal."""
    with Fake(play(b"235 ok")) as fake:
        ran = alone(telex, *words, url(fake), talk)
        assert ran.status == 2 and ran.out == b"", ran
        assert SECRET not in ran.err
        assert words or f"{talk}:4: " in ran.err
        assert not fake.peers


REFUSAL = f"535-{SECRET} is {SECRET}\r\n535 5.7.8 no {SECRET}".encode()
FORMS = {"text": [], "verbose": ["-vv"], "tap": ["--tap"],
         "json": ["--json"], "match": ["--match", "text"],
         "jobs": ["-j", 2, "--tap"], "color": ["--color=always", "-v"]}


def shown_forms(secret):
    """In what forms it might slip through."""
    return [secret.encode(), secret.encode("ascii", "backslashreplace"),
            json.dumps(secret)[1:-1].encode(), b"w0nder",
            secret.encode().hex().encode()]


@pytest.mark.parametrize("form", FORMS)
def test_nowhere_shown(telex, talk, tmp_path, form):
    """Also where the server says it, in a reply that differs."""
    report = tmp_path / "report.xml"
    with Fake(play(REFUSAL)) as fake:
        ran = alone(telex, "--junit", report, *FORMS[form], url(fake), talk,
                    env=secrets_env([SECRET]))
    assert ran.status == 6, ran
    shown = ran.out + ran.err.encode(errors="surrogateescape")
    shown += report.read_bytes()
    for text in shown_forms(SECRET):
        assert text not in shown, ran
    assert b" ********" in shown, ran
    assert b"${secret:1}" in shown
    if form == "tap":
        assert [p.line for p in bad(tap(ran))] == [5]


def test_nowhere_shown_where_it_is_caught(telex, tmp_path):
    """A variable that takes it is not shown either."""
    path = tmp_path / "talk.telex"
    path.write_text(TALK.replace("S: 252", "S$ 252-${word} x\nS$ 252 no")
                    + "C$ NOOP\nS$ 250 ${word}\n")
    with Fake(play(b"235 ok")) as fake:
        ran = alone(telex, "-v", url(fake), path, env=secrets_env([SECRET]))
    assert ran.status == 6 and "w0nder" not in ran.err, ran
    assert b"w0nder" not in ran.out


def asked(sit, fake, talk, *more):
    """Somebody who is asked for the secret."""
    person = sit("--replay", url(fake), talk, *more, columns=200)
    person.wait_for("secret:1:")
    person.wait(lambda: not person.modes()[3] & termios.ECHO, "it echoes")
    return person


def test_prompt(telex, sit, talk):
    """Hidden, once for all files, and with corrections."""
    with Fake(play(b"235 ok")) as fake:
        person = asked(sit, fake, talk)
        person.type("x" + control("u") + SECRET + "!" + "\x7f\r")
        assert person.status() == 0
        came(fake)
    assert b"w0nder" not in person.raw and b"!" not in person.raw
    person.wait_for("5 checks, all as expected")
    assert person.everything().count("secret:1") == 1
    person.assert_terminal_restored()


def test_prompt_once_for_all_files(sit, talk):
    with Fake(play(b"235 ok")) as fake:
        person = asked(sit, fake, talk, talk, talk)
        person.enter(SECRET)
        assert person.status() == 0
        assert len(fake.peers) == 3
    person.wait_for("3 files: 3 as expected")
    assert person.everything().count("secret:1") == 1


@pytest.mark.parametrize("key", ["c", "d"])
def test_prompt_given_up(sit, talk, key):
    with Fake(play(b"235 ok")) as fake:
        person = asked(sit, fake, talk)
        person.type(("" if key == "d" else "half") + control(key))
        assert person.status() == 2
        assert not fake.peers
    person.wait_for("${secret:1} is not set")
    person.assert_terminal_restored()


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGINT,
                                   signal.SIGHUP])
def test_prompt_and_signals(sit, talk, signo):
    """The process ends by the signal, and the terminal is as it was."""
    with Fake(play(b"235 ok")) as fake:
        person = asked(sit, fake, talk)
        person.type("half")
        person.signal(signo)
        assert person.status() in (-signo, 128 + signo)
        assert not fake.peers
    assert person.modes() == fresh_modes()
    assert b"half" not in person.raw


def test_prompt_and_stop(sit, talk):
    """^Z is no key of the question; a stop from elsewhere waits, too."""
    with Fake(play(b"235 ok")) as fake:
        person = asked(sit, fake, talk)
        person.signal(signal.SIGTSTP)
        person.type(SECRET + "\r")
        try:
            person.wait_for("5 checks", timeout=3)
        except AssertionError:
            assert person.modes()[3] & termios.ECHO
            person.signal(signal.SIGCONT)
        assert person.status() == 0
        came(fake)
