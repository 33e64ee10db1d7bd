# SPDX-License-Identifier: ISC
"""IMAP with servers that answer as no server at hand does."""

import pytest

from fakes import Fake

HELLO = b"* OK [CAPABILITY IMAP4rev2 STARTTLS] hello\r\n"
BYE = b"* BYE so long\r\nz OK done\r\n"


class Told:
    """A play: a greeting, then the lines that must come and their replies.

    A reply of several pieces is sent in as many segments.  What comes before
    its turn is an error.
    """

    def __init__(self, *steps, greeting=HELLO):
        self.steps = steps
        self.greeting = greeting
        self.lines = []

    def __call__(self, peer):
        peer.send(self.greeting)
        for want, *pieces in self.steps:
            got = peer.line()
            self.lines.append(got)
            assert got == want, f"{got!r} came, not {want!r}"
            for piece in pieces:
                early = peer.early(0.01)
                assert early == b"", f"{early!r} came too early"
                peer.send(piece)


@pytest.fixture
def run(telex):
    """run(script, *steps): a script to a server that is told what to say."""
    def make(script, *steps, words=("-v",), greeting=HELLO):
        with Fake(Told(*steps, greeting=greeting)) as fake:
            ran = telex.run("-i", 5, *words, f"imap://127.0.0.1:{fake.port}",
                            input=script)
            fake.done()
        return ran
    return make


def test_two_literals_in_any_pieces(run):
    reply = (b'* 1 FETCH (BODY[1] {19}\r\na OK no\r\n* BYE no\r\n'
             b' BODY[2] {0}\r\n UID 7 X "{5}")\r\n* 2 EXISTS\r\n'
             b'a OK done {3}\r\n')
    for size in (1, 7, len(reply)):
        pieces = [reply[i:i + size] for i in range(0, len(reply), size)]
        ran = run("a FETCH 1 X\nz LOGOUT\n", (b"a FETCH 1 X", *pieces),
                  (b"z LOGOUT", BYE))
        assert ran.status == 0, ran
        assert ran.out == HELLO + reply + BYE
        assert "nobody asked" not in ran.err


@pytest.mark.parametrize("filler", [60000, 65536 - 21, 65536 - 20, 65530,
                                    65540, 131072 - 21, 200000])
def test_literal_behind_a_very_long_line(run, filler):
    reply = (b"* 1 FETCH (ENVELOPE " + b"x" * filler + b" BODY[] {12}\r\n"
             b"a OK no\r\n", b"\r\n\r)\r\na OK done\r\n")
    ran = run("a FETCH 1 X\nz LOGOUT\n", (b"a FETCH 1 X", *reply),
              (b"z LOGOUT", BYE))
    assert ran.status == 0, ran
    assert ran.out == HELLO + b"".join(reply) + BYE


def test_answers_out_of_order(run):
    ran = run("a NOOP\nb CHECK\nc STATUS x (MESSAGES)\nz LOGOUT\n",
              (b"a NOOP",), (b"b CHECK",),
              (b"c STATUS x (MESSAGES)",),
              (b"z LOGOUT", b"c NO [INUSE] later\r\n",
               b"* STATUS x ()\r\nb OK\r\n", b"a OK\r\n", BYE),
              words=("-v", "--pipeline"))
    assert ran.status == 4, ran
    assert "nobody asked" not in ran.err
    assert "* somebody else is at it: try again later" in ran.err


@pytest.mark.parametrize("answer, status", [
    (b"a OK fine", 0),
    (b"a NO [UNAVAILABLE] later", 4),
    (b"a NO [INUSE] later", 4),
    (b"a NO [LIMIT] later", 4),
    (b"a BAD [SERVERBUG] oops", 4),
    (b"a NO [NOPERM] no", 5),
    (b"a NO no", 5),
    (b"a BAD what?", 5),
    (b"* NO a warning\r\na OK fine", 0),
    (b"* BAD a disk crash\r\n* OK saved\r\na OK fine", 0),
])
def test_exit_status(run, answer, status):
    ran = run("a NOOP\nz LOGOUT\n", (b"a NOOP", answer + b"\r\n"),
              (b"z LOGOUT", BYE))
    assert ran.status == status, ran


@pytest.mark.parametrize("greeting, status", [
    (b"* BYE full\r\n", 5), (b"* BYE [UNAVAILABLE] full\r\n", 4)])
def test_bye_in_place_of_the_greeting(run, greeting, status):
    ran = run("a NOOP\n", greeting=greeting)
    assert ran.status == status, ran
    assert "the server refuses this session (BYE" in ran.err
    assert ran.lines("C: ") == []


def test_bye_in_the_middle(run):
    ran = run("a NOOP\nb NOOP\n", (b"a NOOP", b"* BYE tired\r\n"))
    assert ran.status == 5, ran
    assert ran.lines("C: ") == ["C: a NOOP"]


def test_preauth(run):
    ran = run("a NOOP\nz LOGOUT\n", (b"a NOOP", b"a OK\r\n"),
              (b"z LOGOUT", BYE), greeting=b"* PREAUTH come in\r\n")
    assert ran.status == 0, ran


def test_token_that_is_refused_by_a_challenge(run):
    ran = run("a AUTHENTICATE XOAUTH2 dG9rZW4\n\nz LOGOUT\n",
              (b"a AUTHENTICATE XOAUTH2 dG9rZW4", b"+ eyJzdGF0dXMi\r\n"),
              (b"", b"a NO [AUTHENTICATIONFAILED] no\r\n"),
              (b"z LOGOUT", BYE))
    assert ran.status == 5, ran
    assert ran.lines("C: ") == ["C: a AUTHENTICATE XOAUTH2 ********", "C: ",
                                "C: z LOGOUT"]


@pytest.mark.parametrize("challenge", [b"+\r\n", b"+ \r\n", b"+ abc\r\n"])
def test_scram_ends_in_an_empty_line(run, challenge):
    ran = run("a AUTHENTICATE SCRAM-SHA-1\nb25l\ndHdv\n\nz LOGOUT\n",
              (b"a AUTHENTICATE SCRAM-SHA-1", challenge),
              (b"b25l", b"+ ", b"cj0x\r\n"), (b"dHdv", b"+ dj0x\r\n"),
              (b"", b"a OK\r\n"), (b"z LOGOUT", BYE))
    assert ran.status == 0, ran
    assert ran.lines("C: ") == [
        "C: a AUTHENTICATE SCRAM-SHA-1", "C: ********", "C: ********",
        "C: ", "C: z LOGOUT"]


def test_password_as_a_literal_needs_tls_where_it_is_required(run):
    ran = run("a LOGIN alice {6}\nsecret\n",
              (b"a LOGIN alice {6}", b"+ \r\n"),
              words=("-v", "--require-tls"))
    assert ran.status == 3, ran
    assert "a secret was not sent" in ran.err


def test_login_refused_before_its_literal(run):
    ran = run("a LOGIN alice {6}\nsecret\nz LOGOUT\n",
              (b"a LOGIN alice {6}", b"a NO [PRIVACYREQUIRED] TLS\r\n"),
              (b"z LOGOUT", BYE))
    assert ran.status == 5, ran
    assert "the literal was refused: 1 line" in ran.err


@pytest.mark.parametrize("answer", [
    b"* OK begin\r\na NO no\r\n", b"b OK begin\r\na NO no\r\n",
    b"A OK begin\r\na NO no\r\n", b"+ begin\r\na NO no\r\n", b"a NO no\r\n",
    b"a BAD no\r\n"])
def test_no_go_ahead(run, answer):
    ran = run("a STARTTLS\nb LOGIN alice secret\n",
              (b"a STARTTLS", answer))
    assert ran.status == 3, ran
    assert "nothing more is sent in plain text" in ran.err


def test_text_behind_the_go_ahead(run):
    ran = run("a STARTTLS\nb NOOP\n",
              (b"a STARTTLS", b"a OK begin\r\n* OK [CAPABILITY X]\r\n"))
    assert ran.status == 3, ran
    assert "as from an attacker in between" in ran.err


def test_long_line_refused_without_a_tag(run):
    line = b"a SEARCH " + b"x" * 3000
    ran = run(line.decode() + "\nz LOGOUT\n",
              (line, b"* BAD line too long\r\n"), (b"z LOGOUT", BYE))
    assert ran.status == 5, ran


def test_protocol_is_told_by_the_greeting(telex):
    with Fake(Told((b"a NOOP", b"a OK\r\n"), (b"z LOGOUT", BYE))) as fake:
        ran = telex.run("-i", 5, f"127.0.0.1:{fake.port}",
                        input="a NOOP\nz LOGOUT\n")
    assert ran.status == 0, ran


def test_literal_at_the_prompt_is_no_commands(sit):
    """What stands in a literal of the server is shown, not obeyed."""
    reply = (b"* 1 FETCH (BODY[] {14}\r\na OK no\r\nabc\r\n)\r\na OK yes\r\n")
    with Fake(Told((b"a FETCH 1 BODY[]", reply[:30], reply[30:]),
                   (b"z LOGOUT", BYE))) as fake:
        person = sit(f"imap://127.0.0.1:{fake.port}")
        person.wait_prompt("imap> ")
        person.talk("a FETCH 1 BODY[]", "a OK yes", "imap> ")
        rows = person.rows()
        at = rows.index("* 1 FETCH (BODY[] {14}")
        assert rows[at + 1:at + 5] == ["a OK no", "abc", ")", "a OK yes"]
        person.enter("z LOGOUT")
        assert person.status() == 0
