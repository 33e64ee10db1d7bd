# SPDX-License-Identifier: ISC
"""What holds for every protocol: help on its commands, a wrong guess that the
user mends; and LMTP as Dovecot speaks it."""

import pytest

from dovecot import Dovecot, missing
from fakes import Fake, Puppet


@pytest.mark.parametrize("protocol, word, shown", [
    ("smtp", "bdat", "BDAT octets [LAST]"),
    ("imap", "append", "APPEND mailbox"),
    ("pop3", "TOP", "TOP "),
    ("nntp", "mode reader", "MODE READER"),
    ("ftp", "auth tls", "AUTH TLS"),
    ("sieve", "PUTSCRIPT", "PUTSCRIPT "),
    ("http", "HEAD", "HEAD /path HTTP/1.1"),
])
def test_help_tells_a_command(sit, protocol, word, shown):
    with Fake(Puppet(greeting=b"")) as fake:
        person = sit("-P", protocol, "localhost", fake.port, columns=120)
        person.wait_for("for help")
        person.command(f"help {word}")
        person.wait_for(shown)
        person.wait_match(r"\((RFC|IRCv3)[^)]*\)")


def test_a_wrong_guess_is_mended_and_no_line_is_lost(sit):
    """A server that greets as nobody does: its lines pass as they are."""
    puppet = Puppet(greeting=b"% this is a mail server\r\n")
    with Fake(puppet) as fake:
        person = sit("localhost", fake.port)
        person.wait_for("% this is")
        person.wait_prompt("raw> ")
        person.type("MAIL FROM:<a@ex")
        person.command("set protocol smtp")
        person.wait_row("smtp> MAIL FROM:<a@ex")
        person.enter("ample.org>")
        assert puppet.wait_lines(1) == [b"MAIL FROM:<a@example.org>"]
        # From now on a line waits for the reply to the one before it.
        person.enter("NOOP")
        person.pump(0.3)
        assert len(puppet.lines) == 1
        puppet.send(b"250 ok\r\n")
        assert puppet.wait_lines(2)[1] == b"NOOP"


@pytest.mark.parametrize("what", ["set", "set protocol", "set protocol smtpx",
                                  "set colour smtp"])
def test_set_wants_a_protocol(sit, what):
    with Fake(Puppet()) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.command(what)
        person.wait_match(r"telex: set: ")
        person.wait_prompt()


@pytest.mark.skipif(missing("lmtp"), reason=str(missing("lmtp")))
def test_dovecot_answers_for_each_recipient(telex, authority):
    with Dovecot(authority, ("lmtp",)) as server:
        ran = telex.run(
            "-i", "10", "-P", "lmtp", "127.0.0.1", server.ports["lmtp"],
            input="LHLO client\nMAIL FROM:<a@example.test>\n"
                  f"RCPT TO:<{server.user}>\nRCPT TO:<nobody-here>\n"
                  f"RCPT TO:<{server.user}>\nDATA\nSubject: x\n\nhello\n.\n"
                  "NOOP\nQUIT\n")
    codes = [line[:3] for line in ran.out.split(b"\r\n")
             if line[3:4] == b" "]
    accepted = codes[3:6].count(b"250")
    assert accepted in (2, 3)
    assert codes[6] == b"354"
    # One for each accepted recipient, then NOOP's and QUIT's.
    assert codes[7:] == [b"250"] * accepted + [b"250", b"221"]
