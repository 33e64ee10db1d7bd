# SPDX-License-Identifier: ISC
"""DICT with a real dictd, and with servers that behave oddly."""

import hashlib
import random
import re

import pytest

import exchanges
from fakes import Fake, torn
from smallservers import Dictd, served

GREETING = b"220 fake.example.test dictd 1.13 <auth.mime> <1.2@fake>\r\n"


@pytest.fixture(scope="module")
def dictd(authority):
    yield from served(Dictd, authority)


@pytest.fixture
def url(dictd):
    return f"dict://127.0.0.1:{dictd.port}"


def test_texts_are_exact(telex, url):
    """Lines in them look like replies, and begin with dots."""
    ran = telex.run(url, input=(
        "DEFINE tiny codes\nDEFINE * dots\nDEFINE ! empty\nDEFINE * long\n"
        "DEFINE * gr\u00fc\u00dfe\nMATCH * prefix a\nQUIT\n"))
    assert ran.status == 0, ran
    text = re.sub(rb" \[d/m/c = .*?\]", b"", ran.out).split(b"\r\n", 1)[1]

    def defined(word, body):
        return (b"150 1 definitions retrieved\r\n151 \"%s\" tiny "
                b"\"A tiny dictionary\"\r\n%s.\r\n250 ok\r\n" % (word, body))
    assert text == (
        defined(b"codes",
                b"codes\r\n250 ok\r\n552 no match\r\n\r\n221 bye\r\n")
        + defined(b"dots", b"dots\r\n..\r\n..two\r\n.hidden\r\n. \r\n")
        + defined(b"empty", b"")
        + defined(b"long", b"long\r\n" + b"x" * 5000 + b"\r\n")
        + defined("gr\u00fc\u00dfe".encode(),
                  "gr\u00fc\u00dfe\r\n   greetings\r\n".encode())
        + b"152 1 matches found\r\ntiny \"apple\"\r\n.\r\n250 ok\r\n"
        + b"221 bye\r\n")
    assert ran.err == ""


@pytest.mark.parametrize("line, status", [
    ("DEFINE * nothing", 5), ("DEFINE nowhere apple", 5), ("FROB", 5),
    ("DEFINE", 5), ("AUTH bob wrong", 5), ("STATUS", 0), ("HELP", 0),
    ("SHOW SERVER", 0), ("SHOW DB", 0), ("SHOW STRAT", 0),
    ("SHOW INFO tiny", 0), ("OPTION MIME", 0), ("CLIENT telex", 0)])
def test_statuses(telex, url, line, status):
    ran = telex.run(url, input=line + "\nCLIENT last\n")
    assert ran.status == status, ran
    assert ran.out.endswith(b"250 ok\r\n")


def test_the_greeting_tells_the_protocol(telex, dictd):
    ran = telex.run("-v", "127.0.0.1", dictd.port, stderr=-2,
                    input="DEFINE * apple\nQUIT\n")
    assert ran.status == 0, ran
    before, after = ran.out.split(b"C: DEFINE * apple\n")
    assert b"220 " in before
    assert after.index(b"\r\n.\r\n250 ok") < after.index(b"C: QUIT")


def test_login(sit, telex, url):
    """The digest is of a part of the greeting: only a person sees it."""
    person = sit(url, columns=200)
    person.wait_prompt("dict> ")
    mark = person.wait_match(r"(<\S+@\S+>)$")[1]
    digest = hashlib.md5((mark + "secret").encode()).hexdigest()
    person.talk(f"AUTH bob {digest}", "230", "dict> ")
    person.talk("DEFINE * apple", "250 ok", "dict> ")
    person.enter("QUIT")
    person.wait_for("221 bye")
    assert person.status() == 0
    history = telex.history.read_text()
    assert "AUTH bob" in history and digest not in history


def test_secrets(telex, url):
    ran = telex.run("-v", url, input="AUTH bob 0123456789abcdef\n")
    assert ran.lines("C: ") == ["C: AUTH bob ********"]
    assert ran.status == 5


def test_sasl(telex):
    def play(peer):
        peer.send(GREETING)
        assert peer.line() == b"SASLAUTH X abc"
        peer.send(b"130 challenge\r\nZGVm\r\n.\r\n330 send response\r\n")
        assert peer.line() == b"SASLRESP ghi"
        peer.send(b"230 ok\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run("-v", f"dict://127.0.0.1:{fake.port}",
                        input="SASLAUTH X abc\nSASLRESP ghi\n")
    assert ran.status == 0, ran
    assert ran.lines("C: ") == ["C: SASLAUTH X ********", "C: ********"]


@pytest.mark.parametrize("refusal, status", [
    (b"420 come later\r\n", 4), (b"421 shutting down\r\n", 4),
    (b"530 access denied\r\n", 5)])
def test_refused(telex, refusal, status):
    def play(peer):
        peer.send(refusal)
        assert peer.rest() == b""
    with Fake(play) as fake:
        ran = telex.run(f"dict://127.0.0.1:{fake.port}",
                        input="DEFINE * apple\n")
    assert ran.status == status, ran
    assert "the server refuses this session" in ran.err


def test_every_cut(telex):
    reply = (b"150 2 definitions\r\n151 \"a\" b \"c\"\r\n250 x\r\n.\r\n"
             b"151 \"a\" d \"e\"\r\n..\r\n.\r\n250 ok\r\n")

    def play(peer):
        peer.send(GREETING)
        peer.line()
        peer.send(*torn(reply), pause=0.001)
        assert peer.line() == b"QUIT"
        peer.send(b"221 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run(f"dict://127.0.0.1:{fake.port}",
                        input="DEFINE * a\nQUIT\n")
    assert (ran.status, ran.out) == (0, GREETING + reply + b"221 bye\r\n")


def test_the_server_closes_in_a_text(telex):
    def play(peer):
        peer.send(GREETING)
        peer.line()
        peer.send(b"150 1\r\n151 \"a\" b \"c\"\r\n250 ok\r\n")
    with Fake(play) as fake:
        ran = telex.run(f"dict://127.0.0.1:{fake.port}", input="DEFINE * a\n")
    assert ran.status == 1, ran
    assert "DEFINE was still owed" in ran.err


def test_a_thousand_commands(telex, dictd, url):
    rng = random.Random(2628)
    plain = exchanges.Plain(dictd.port, greets=True)

    def text():
        return plain.lines(b".\r\n")

    def found(head):
        def reply():
            line = plain.line()
            if not line.startswith(head):
                return line
            if head == b"150":
                number = int(line.split()[1])
                for _ in range(number):
                    line += plain.line() + text()
            else:
                line += text()
            return line + plain.line()
        return reply
    for number in range(1000):
        word = rng.choice([*Dictd.WORDS, f"none{number}"])
        # dictd sends texts in segments, and waits for us between them.
        line, reply = rng.choice([
            (f"DEFINE * {word}", found(b"150")),
            (f"DEFINE ! {word}", found(b"150")),
            (f"define tiny {word}", found(b"150")),
            (f"MATCH * prefix {word[:2]}", found(b"152")),
            (f"MATCH tiny . {word}", found(b"152")),
            ("SHOW DB", found(b"110")), ("SHOW STRAT", found(b"111")),
            ("SHOW INFO tiny", found(b"112")), ("HELP", found(b"113")),
            *[(f"CLIENT {number}", plain.line), ("STATUS", plain.line),
              (f"FROB {number}", plain.line)] * 20])
        plain.ask(reply, line)
    plain.ask(plain.line, "QUIT")
    status = exchanges.check(
        telex, url, plain,
        changing=rb"^220 .*|\[d/m/c = .*?\]|(?<=C: )\S.*\xc3.*|"
                 rb"(?<=C: )\S.*\\u.*")
    assert status == 5
