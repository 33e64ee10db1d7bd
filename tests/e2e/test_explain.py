# SPDX-License-Identifier: ISC
"""What replies mean: said to people at a terminal, and to who asks."""

import re

import pytest

from fakes import Fake, Puppet
from person import control

REFUSED = (b"503 5.5.1 Bad sequence of commands "
           b"(MAIL required before RCPT)\r\n")
# As in the manual: two codes, and what comes next.
MEANS = ["    503    the commands came in the wrong order        "
         "(RFC 5321, 4.2.3)",
         "    5.5.1  not valid at this point, or not known       "
         "(RFC 3463, 3.6)",
         "           next: MAIL FROM:<address> [PARAMETER=value ...]  "
         "(RFC 5321, 4.1.1.2)"]


def local(person, command):
    person.command(command)
    person.wait_prompt()


def refuse(person, puppet, number=1):
    """A command out of order, and the screen from then on."""
    person.enter("RCPT TO:<b@c>")
    puppet.wait_lines(number)
    puppet.send(REFUSED)
    person.wait_for("503 5.5.1 Bad", count=number)
    person.wait_prompt()
    rows = person.everything().split("\n")
    last = max(i for i, row in enumerate(rows) if row.startswith("503 "))
    return rows[last + 1:-1]


def test_a_refusal_is_explained_below_it(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    assert refuse(person, puppet) == MEANS


def test_nothing_else_is_explained_unasked(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("NOOP")
    puppet.wait_lines(1)
    puppet.send(b"250 2.0.0 Ok\r\n")
    person.wait_for("250 2.0.0 Ok")
    person.wait_prompt()
    assert "(RFC" not in person.everything()


@pytest.mark.parametrize("words", [["--explain=never"], ["-q"]])
def test_explanations_can_be_switched_off(sit, puppet, words):
    person = sit(*words, *puppet.target)
    person.wait_prompt()
    assert refuse(person, puppet) == []


def test_every_reply_is_explained_on_request(sit, puppet):
    person = sit("--explain=always", *puppet.target)
    person.wait_prompt()
    person.wait_for("next: EHLO domain")
    person.enter("MAIL FROM:<a@b>")
    puppet.wait_lines(1)
    puppet.send(b"250 2.1.0 Ok\r\n")
    person.wait_for("next: RCPT TO:<address>")


def test_explanations_are_switched_while_typing(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    local(person, "explain off")
    person.wait_for("* no reply is explained")
    assert refuse(person, puppet) == []
    local(person, "explain auto")
    person.wait_for("* refusals are explained")
    assert refuse(person, puppet, 2) == MEANS
    local(person, "explain on")
    person.wait_for("* every reply is explained")
    person.enter("NOOP")
    puppet.wait_lines(3)
    puppet.send(b"250 Ok\r\n")
    person.wait_for("    250    done")


@pytest.mark.parametrize("command", ["explain 552", "help 552"])
def test_a_code_is_explained_at_the_local_prompt(sit, puppet, command):
    person = sit(*puppet.target)
    person.wait_prompt()
    local(person, command)
    person.wait_for("    552    more than there is room for, or is allowed")
    person.wait_for("           message: too large, or a mailbox is full")
    assert puppet.lines == []


def test_an_unknown_code_is_an_error(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    local(person, "explain x")
    person.wait_for("telex: explain: on, auto, off, or a code")


def test_codes_are_explained_without_a_connection(sit):
    person = sit()
    person.wait_prompt("telex> ")
    person.enter("explain 5.7.8")
    person.wait_for("    5.7.8  name or password is wrong")
    person.enter("explain")
    person.wait_for("* not connected")


def test_a_code_in_brackets_tells_why(sit):
    """What NO to LOGIN usually means is left out then."""
    person = sit("--practice", "-P", "imap")
    person.wait_prompt("imap> ")
    person.enter("a LOGIN alice foo")
    person.wait_for("AUTHENTICATIONFAILED name or password is wrong")
    person.wait_prompt("imap> ")
    assert "or it wants TLS first" not in person.everything()


def test_a_challenge_is_told_in_plain_text(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("AUTH LOGIN")
    puppet.wait_lines(1)
    puppet.send(b"334 VXNlcm5hbWU6\r\n")
    person.wait_for('           that is "Username:"')
    person.type("*\r")
    puppet.wait_lines(2)
    puppet.send(b"501 5.7.0 given up\r\n")
    person.wait_for("    501    given up by a lone *, or that is no base64")
    person.wait_for("    5.7.0  something about security or a rule")


# How a login begins without a first word; the last one hears it empty.
EMPTY = {"smtp": ["EHLO me", "AUTH PLAIN"], "pop3": ["AUTH PLAIN"],
         "imap": ["a AUTHENTICATE PLAIN"]}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_challenge_is_told_too(sit, name):
    person = sit("--practice", "-P", name)
    for line in EMPTY[name]:
        person.wait_prompt(f"{name}> ")
        person.enter(line)
    person.wait_for("           your first word is awaited; PLAIN: NUL name "
                    "NUL password  (RFC 4616)")


def test_a_challenge_cannot_move_the_cursor(sit, puppet):
    """Nor write lines that look like ours: it is shown escaped."""
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("AUTH LOGIN")
    puppet.wait_lines(1)
    puppet.send(b"334 G1syShtbMUg=\r\n")  # ESC [2J ESC [1H
    person.wait_for("that is no text, but 8 octets")
    person.wait_for("334 G1syShtbMUg=")


def test_an_explanation_leaves_the_half_typed_line_alone(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("RCPT TO:<b@c>")
    puppet.wait_lines(1)
    person.type("MAIL FR")
    person.wait(lambda: person.row().endswith("MAIL FR"), "no MAIL FR")
    puppet.send(REFUSED)
    person.wait_for("next: MAIL FROM:")
    person.wait_row("smtp> MAIL FR")
    person.type(control("u") + "NOOP\r")
    assert puppet.wait_lines(2)[1] == b"NOOP"


# What was typed, and the hint below the reply of the practice server.
SLIPS = {
    "smtp": [
        ("MAIL FROM:<a@b.org>", "next: EHLO domain"),
        ("HELO me", None),
        ("MAIL FROM:<a@b.org> SIZE=1", "next: EHLO domain"),
        ("EHLO me", None),
        ("DATA", "next: MAIL FROM:<address> [PARAMETER=value ...]"),
        ("MAIL a@b.org",
         "form: MAIL FROM:<address> [PARAMETER=value ...]"),
        ("MAIL FROM:<a@b.org>", None),
        ("MAIL FROM:<a@b.org>", "next: RSET"),
        ("DATA", "next: RCPT TO:<address> [PARAMETER=value ...]"),
        ("STARTTLS", None),
        ("RCPT TO:<a@b.org>", "next: EHLO domain"),
        ("EHLO me", None),
        ("RCPT TO:<a@b.org>",
         "next: MAIL FROM:<address> [PARAMETER=value ...]"),
    ],
    "pop3": [
        ("STAT", "next: USER name"),
        ("USER alice", None),
        ("STAT", "next: PASS password"),
        ("PASS wonderland", None),
        ("RETR 1", "next: LIST [message]"),
        ("DELE", "form: DELE message"),
    ],
    "imap": [
        ("SELECT INBOX", "form: TAG SELECT mailbox"),
        ("a SELECT INBOX", "next: TAG LOGIN user password"),
        ("a LOGIN alice wonderland", None),
        ("a FETCH 1 FLAGS", "next: TAG SELECT mailbox"),
        ("a SELECT INBOX", None),
        ("a FETCH 1 FLAGS", "form: TAG FETCH messages (item ...)"),
    ],
}


@pytest.mark.parametrize("name", SLIPS)
def test_hints_follow_from_what_was_accepted(sit, name):
    person = sit("--practice", "-P", name, columns=140)
    for number, (line, hint) in enumerate(SLIPS[name]):
        tls = "+tls" if ("STARTTLS", None) in SLIPS[name][:number] else ""
        person.wait_prompt(f"{name}{tls}> ")
        person.enter(line)
        person.wait(lambda: len(prompts(person, name)) == number + 2,
                    f"no answer to {line}")
        said = prompts(person, name)[number].split("\n")
        assert line in said[0]
        hints = [row[11:].split("  ")[0].rstrip() for row in said[1:]
                 if row.startswith(11 * " ") and row[11:15] in ("next", "form")]
        assert hints == ([hint] if hint else []), said


def ask(person, number, line):
    """Type it; what came for it (number: how many were before), and below."""
    person.wait_prompt()
    person.enter(line)
    person.wait(lambda: len(prompts(person, "smtp")) == number + 2,
                f"no answer to {line}")
    return prompts(person, "smtp")[number]


@pytest.mark.parametrize("to, means", [
    ("RCPT TO:<a@b.org>", "a recipient was accepted: only its text tells why"),
    ("NOOP", "no recipient was accepted before it"),
])
def test_data_is_refused_with_recipients_or_without(sit, to, means):
    person = sit("--practice", "--practice-rule", "DATA:554 5.5.1 no",
                 columns=140)
    for number, line in enumerate(["EHLO me", "MAIL FROM:<a@b.org>", to]):
        ask(person, number, line)
    said = ask(person, 3, "DATA")
    assert "554 5.5.1 no" in said and means in said
    assert ("no recipient" in said) == (to == "NOOP")


def test_greylisting_is_no_fault_and_passes(sit):
    person = sit("--practice", "--practice-rule", "RCPT:451 4.7.1 Greylisted",
                 columns=140)
    for number, line in enumerate(["EHLO me", "MAIL FROM:<a@b.org>"]):
        ask(person, number, line)
    said = ask(person, 2, "RCPT TO:<a@b.org>")
    assert "    4.7.1  not allowed for now: greylisting, a limit" in said
    assert "greylisting (wait some minutes), a limit, or a failed" in said
    assert "server" not in said


def prompts(person, name):
    """What stands behind each prompt, up to the next."""
    return re.split(rf"(?m)^{name}(?:\+tls)?>", person.everything())[1:]


def test_a_greeting_may_refuse(sit):
    strings = Puppet(greeting=b"554 5.7.1 go away\r\n")
    with Fake(strings) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_for("it talks to you no further: QUIT is what is left")


# Scripts

def test_scripts_hear_no_explanations(telex, puppet):
    with telex.start(*puppet.target, "-c", "RCPT TO:<b@c>") as process:
        puppet.wait_lines(1)
        puppet.send(REFUSED)
        puppet.close()
        out, err = process.communicate(timeout=20)
    assert out.endswith(REFUSED)
    assert b"(RFC" not in out + err


def test_scripts_at_a_terminal_hear_none_either(sit, puppet):
    person = sit(*puppet.target, "-c", "RCPT TO:<b@c>")
    puppet.wait_lines(1)
    puppet.send(REFUSED)
    puppet.close()
    assert person.status() == 5
    assert "503 5.5.1 Bad" in person.everything()
    assert "(RFC" not in person.everything()


def test_scripts_hear_them_on_request_on_stderr(telex, puppet):
    with telex.start("--explain=always", *puppet.target, "-c",
                     "RCPT TO:<b@c>") as process:
        puppet.wait_lines(1)
        puppet.send(REFUSED)
        puppet.close()
        out, err = process.communicate(timeout=20)
    assert out == Puppet().greeting + REFUSED
    assert "\n".join(MEANS) in err.decode()


def test_the_status_of_a_long_answer_is_explained(telex):
    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n"
                  b"Connection: close\r\n\r\nno\n")
        peer.close()
    with Fake(play) as fake:
        ran = telex.run("--explain=always", "-P", "http", "localhost",
                        fake.port, input="GET / HTTP/1.1\nHost: h\n\n")
    assert "    404    there is no such thing" in ran.err
    assert "(RFC" not in ran.out.decode()


# --help

def test_help_explains_codes(telex):
    ran = telex.run("--help=550")
    assert ran.status == 0 and ran.err == ""
    text = ran.out.decode()
    assert "SMTP and LMTP:\n    550    " in text
    assert "FTP:\n    550    " in text
    assert max(map(len, text.splitlines())) <= 79


@pytest.mark.parametrize("code", ["4.2.2", "ALERT", "577"])
def test_help_explains_all_kinds_of_codes(telex, code):
    ran = telex.run("--help=" + code)
    assert ran.status == 0 and "(RFC " in ran.out.decode()


def test_help_knows_no_other_words(telex):
    ran = telex.run("--help=5500")
    assert ran.status == 2 and ran.out == b""
    assert ran.err.startswith("telex: there is no help on 5500 ")
