# SPDX-License-Identifier: ISC
"""A person types a session by hand."""

import os
import re
import signal
import time

import pytest
from wcwidth import wcswidth

from fakes import Fake, Puppet, Strict
from person import control
from servers import BODY, MailServer, crlf, delivered, session

DIALOGUE = session(body="Subject: pasted\n\nHi Bob\n")
assert len(DIALOGUE.splitlines()) == 9


def type_mail(person, box="bob@example.test", body=BODY, prompt="smtp> "):
    person.talk("EHLO client.example.test", "250 ", prompt)
    person.talk("MAIL FROM:<alice@example.test>", "250 2.1.0", prompt)
    person.talk(f"RCPT TO:<{box}>", "250 2.1.5", prompt)
    person.talk("DATA", "354 ", "data> ")
    for line in body.splitlines():
        person.enter(line)
        person.wait_prompt("data> ")
    person.talk(".", "250 2.0.0", prompt)
    person.enter("QUIT")


def test_typed_mail_arrives(sit):
    with MailServer() as server:
        person = sit("localhost", server.port)
        person.wait_for("220 mail.example.test")
        person.wait_prompt()
        person.talk("EHLO client.example.test", "250 HELP")
        person.talk("MAIL FROM:<alice@example.test>", "250 OK")
        person.talk("RCPT TO:<bob@example.test>", "250 2.1.5 OK")
        person.talk("DATA", "354 ", "data> ")
        for line in BODY.splitlines():
            person.enter(line)
            person.wait_prompt("data> ")
        person.talk(".", "250 2.0.0 kept")
        person.enter("QUIT")
        assert person.status() == 0
        assert server.mail().content == delivered()
    assert "221 " in person.everything()
    person.assert_terminal_restored()


@pytest.mark.parametrize("strict", [True, False])
def test_typed_mail_arrives_at_postfix(sit, postfix, strict):
    box = postfix.box()
    person = sit("localhost",
                 postfix.strict_port if strict else postfix.port)
    person.wait_prompt()
    type_mail(person, box)
    assert person.status() == 0
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")


def test_typed_starttls_protects_the_mail(sit, postfix, authority):
    box = postfix.box()
    person = sit("--cafile", authority.cafile, "localhost", postfix.port)
    person.wait_prompt()
    person.talk("EHLO client.example.test", "250-STARTTLS")
    person.enter("STARTTLS")
    person.wait_prompt("smtp+tls> ")
    note = person.wait_match(r"^\* .*TLSv1\.3.*")
    assert "localhost" in note[0] and "verified" in note[0]
    type_mail(person, box, prompt="smtp+tls> ")
    assert person.status() == 0
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")
    person.assert_terminal_restored()


def test_unverified_tls_is_shown_in_the_prompt(sit, authority):
    with MailServer(starttls=authority.server_side()) as server:
        person = sit("localhost", server.port)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.enter("STARTTLS")
        person.wait_prompt("smtp+tls?> ")
        person.wait_match(r"^! .*")
        person.talk("EHLO x", "250 HELP", "smtp+tls?> ")
        person.enter("QUIT")
        assert person.status() == 0


def test_refused_starttls_is_told_and_the_session_goes_on(sit):
    talk = Strict(replies={b"STARTTLS": b"454 4.7.0 not now\r\n"})
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.talk("STARTTLS", "454 4.7.0 not now")
        person.wait_match(r"(?i)^[*!] .*not (encrypted|protected)")
        person.talk("NOOP", "250 2.0.0 ok")
        person.enter("QUIT")
        assert person.status() == 0


def test_refused_data_leaves_the_command_prompt(sit):
    talk = Strict(replies={b"DATA": b"554 5.5.1 no recipients\r\n"})
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("DATA", "554 5.5.1 no recipients")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"DATA", b"QUIT"]


# --- turns


def test_pasted_dialogue_keeps_to_turns(sit):
    """Nine lines, EHLO to QUIT with a body, on a strict server."""
    for bracketed in (False, True):
        talk = Strict(watch=0.1)
        with Fake(talk) as fake:
            person = sit("localhost", fake.port)
            person.wait_prompt()
            person.paste(DIALOGUE, bracketed)
            assert person.status() == 0
        assert not talk.violations
        assert talk.verbs() == [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"]
        assert talk.bodies == [b"Subject: pasted\r\n\r\nHi Bob\r\n"]
        text = person.everything()
        for line in DIALOGUE.split():
            assert line in text
        assert "221 bye" in text
        person.assert_terminal_restored()


def test_pasted_dialogue_reaches_postfix(sit, postfix):
    box = postfix.box()
    person = sit("localhost", postfix.strict_port)
    person.wait_prompt()
    person.paste(session(box))
    assert person.status() == 0
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")


def test_pasted_body_of_a_refused_data_is_not_sent_as_commands(sit):
    talk = Strict(replies={b"DATA": b"554 5.5.1 no\r\n"}, watch=0.05)
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.paste("EHLO x\nDATA\nSubject: x\n\nRSET\n.\nQUIT\n")
        person.wait_for("554 5.5.1 no")
        person.wait(lambda: talk.ended or person.row().startswith("smtp>"),
                    "neither the end nor a prompt")
        if talk.ended is None and person.child.poll() is None:
            person.enter("QUIT")
        person.status()
    assert b"RSET" not in talk.commands
    assert b"Subject: x" not in talk.commands


def test_line_typed_while_a_reply_is_owed_waits(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        asked = time.monotonic()
        person.enter("RSET")
        person.wait_for("send now")
        assert time.monotonic() - asked > 1.5
        person.wait_match(r"^\* .*NOOP")
        assert puppet.lines == [b"NOOP"]
        puppet.send(b"250 noop\r\n")
        assert puppet.wait_lines(2) == [b"NOOP", b"RSET"]
        puppet.send(b"250 reset\r\n")
        person.wait_for("250 reset")
        person.wait_prompt()
        person.type(control("d"))
        puppet.wait_over()
        assert person.status() == 0


def test_waiting_line_can_be_sent_now(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.enter("RSET")
        person.wait_for("send now")
        person.key("local")
        person.wait_prompt("telex> ")
        assert puppet.lines == [b"NOOP"]
        person.enter("send now")
        assert puppet.wait_lines(2) == [b"NOOP", b"RSET"]
        puppet.send(b"250 one\r\n250 two\r\n")
        person.wait_for("250 two")
        person.wait_prompt()


def test_interrupt_drops_what_waits(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.paste("NOOP\nRSET\nVRFY a\n")
        puppet.wait_lines(1)
        person.wait_for("send now")
        person.type(control("c"))
        person.wait_match(r"^[*!] .*dropped")
        puppet.send(b"250 noop\r\n")
        person.wait_for("250 noop")
        person.wait_prompt()
        person.enter("HELP")
        assert puppet.wait_lines(2) == [b"NOOP", b"HELP"]


def test_what_is_typed_before_the_greeting_waits(sit):
    talk = Strict(late=1.0)
    with Fake(talk) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_for("localhost")
        person.enter("EHLO x")
        person.wait_for("250 HELP")
        person.enter("QUIT")
        assert person.status() == 0
    assert not talk.violations
    assert talk.commands == [b"EHLO x", b"QUIT"]


# --- the server speaks while the person types


HALVES = {
    "short": "MAIL FROM:<user@example.org",
    "two rows": "MAIL FROM:<" + "abcdefgh" * 6 + "@example.org",
    "three rows": "RCPT TO:<" + "0123456789" * 10 + "@x",
    "row exactly full": "x" * (40 - len("smtp> ")),
}
WIDE = {
    "wide": "NOOP " + "中文字" * 9,
    "emoji": "NOOP " + "😀a🚀" * 9,
    "combining": "NOOP e\u0301 a\u0308 x",
    "umlauts": "NOOP " + "größe " * 9,
}


def shows(shown, text):
    return "smtp> " + text in shown.everything().replace("\n", "")


def assert_shown_once(text, lines):
    """Each line is there once, and they are in order."""
    places = []
    for line in lines:
        assert text.count(line) == 1, f"{line!r} in\n{text}"
        places.append(text.index(line))
    assert places == sorted(places), text


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("left", [0, 5])
@pytest.mark.parametrize("place", ["top", "bottom"])
def test_reply_appears_above_the_half_typed_line(sit, half, left, place):
    text = HALVES[half]
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port, columns=40,
                     rows=12)
        person.wait_prompt()
        if place == "bottom":
            puppet.send(b"".join(b"250 fill %d\r\n" % i for i in range(14)))
            person.wait_for("250 fill 13")
            person.wait_prompt()
        person.type(text)
        whole = "smtp> " + text
        column = len(whole) % 40

        def at(x):
            shown = person.everything().replace("\n", "")
            return shown.endswith(whole) and person.cursor[0] == x % 40
        person.wait(lambda: at(column), "the typed line is not shown")
        person.key("left", left)
        person.wait(lambda: at(column - left), "the cursor does not move")
        lines = ["250-one", "250-two", "250 three"]
        for number, line in enumerate(lines):
            puppet.send(line.encode() + b"\r\n")
            person.wait_for(line)
            person.wait(lambda: at(column - left),
                        f"line {number} disturbs what is typed")
        assert_shown_once(person.everything(), lines)
        puppet.send(b"".join(b"250 batch %d\r\n" % i for i in range(5)))
        person.wait_for("250 batch 4")
        person.wait(lambda: at(column - left), "the batch disturbs")
        assert person.everything().count("smtp> " + text[:10]) == 1
        person.enter("+")
        where = len(text) - left
        puppet.wait_line((text[:where] + "+" + text[where:]).encode())


@pytest.mark.parametrize("half", WIDE)
def test_reply_appears_above_wide_text(pane, half):
    text = WIDE[half]
    puppet = Puppet()
    with Fake(puppet) as fake:
        shown = pane("-P", "smtp", "localhost", fake.port, columns=40,
                     rows=12)
        shown.wait_for("smtp>")
        shown.type(text)
        # A mark above a letter may be named instead.
        named = re.sub("[\u0300-\u036f]",
                       lambda mark: rf"\U+{ord(mark[0]):05X}", text)
        shown.wait(lambda: shows(shown, text.rstrip())
                   or shows(shown, named.rstrip()), "no such line")
        shown.settled()
        end = shown.cursor[0]
        shown.key("left", 2)
        shown.wait(lambda: shown.cursor[0] == end - wcswidth(text[-2:]),
                   "the cursor does not move")
        before = shown.settled().splitlines()[-3:]
        cursor = shown.cursor
        first = [row for row in before if row.startswith("smtp>")]
        lines = [f"250-async {i}" for i in range(4)]
        for line in lines:
            puppet.send(line.encode() + b"\r\n")
            shown.wait_for(line)
        shown.wait(lambda: shown.everything().splitlines()[-1] == before[-1]
                   and shown.cursor[0] == cursor[0],
                   "what is typed does not come back")
        after = shown.settled()
        assert_shown_once(after, lines)
        assert after.count("smtp>") == 1
        assert after.splitlines()[-1] == before[-1]
        assert first == [row for row in after.splitlines()
                         if row.startswith("smtp>")]
        assert shown.cursor[0] == cursor[0]
        shown.enter("+")
        puppet.wait_line((text[:-2] + "+" + text[-2:]).encode())


@pytest.mark.parametrize("pending", ["\033", control("r"), control("v")],
                         ids=["escape", "search", "quote"])
def test_reply_appears_in_the_middle_of_a_key_sequence(sit, pending):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("NOOP")
        person.wait_row("smtp> NOOP")
        person.type(pending)
        person.pump(0.1)
        puppet.send(b"250 meanwhile\r\n")
        person.wait_for("250 meanwhile")


# --- resize


def test_resize_keeps_what_is_typed(sit):
    """A terminal that does not reflow."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port, columns=60)
        person.wait_prompt()
        person.type("MAIL FROM:<user@example.org>")
        person.wait_row("smtp> MAIL FROM:<user@example.org>")
        for columns in (80, 50, 70, 60):
            person.resize(columns, 24)
            person.wait_row("smtp> MAIL FROM:<user@example.org>")
        puppet.send(b"250 after\r\n")
        person.wait_for("250 after")
        person.wait_row("smtp> MAIL FROM:<user@example.org>")
        assert person.everything().count("MAIL FROM") == 1
        person.enter()
        puppet.wait_line(b"MAIL FROM:<user@example.org>")


def drawn(person, line):
    """Is this the last line, broken where the screen ends?"""
    columns, row = person.screen.columns, person.cursor[1]
    pieces = [line[i:i + columns] for i in range(0, len(line), columns)]
    return (person.cursor[0] == len(pieces[-1]) and
            person.rows()[:row + 1][-len(pieces):] == pieces)


@pytest.mark.parametrize("answers", [True, False])
def test_resize_of_a_wrapped_line_eats_no_reply(sit, answers):
    """A terminal that does not reflow, and may not say where its cursor is:
    then a stray copy of the line is the smaller evil."""
    text = "RCPT TO:<" + "0123456789" * 7 + "@x>"
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port, columns=80)
        person.wait_prompt()
        if answers:
            person.screen.write_process_input = (
                lambda report: os.write(person.fd, report.encode()))
        lines = [f"250 <{number}>" for number in range(6)]
        puppet.send("".join(line + "\r\n" for line in lines).encode())
        person.wait_for(lines[-1])
        person.type(text)
        person.wait_row(("smtp> " + text)[80:])
        for columns in (40, 30, 70, 50, 100):
            time.sleep(0.2)  # no output is under way
            person.resize(columns, 24)
            person.wait(lambda: drawn(person, "smtp> " + text),
                        f"the line is not drawn for {columns} columns")
        assert_shown_once(person.everything(), lines)
        if answers:
            assert person.everything().count("smtp>") == 1
        person.enter()
        puppet.wait_line(text.encode())


LONG = "MAIL FROM:<" + "abcdefgh" * 7 + "@example.org>"


@pytest.mark.parametrize("pause", [0, 0.5])
def test_resize_keeps_what_is_typed_where_text_reflows(pane, pause):
    """tmux wraps text anew up to 250 ms before it gives the new size."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        shown = pane("-P", "smtp", "localhost", fake.port, columns=80,
                     rows=20)
        shown.wait_for("smtp>")
        puppet.send(b"250 before\r\n")
        shown.wait_for("250 before")
        shown.type(LONG)
        shown.wait(lambda: shows(shown, LONG), "the line is not shown")
        for columns in (40, 30, 25, 60, 80, 33, 40):
            shown.resize(columns, 20)
            time.sleep(pause)
            shown.type("y")
            shown.wait(lambda: shows(shown, LONG + "y"),
                       f"no letter is added at {columns} columns")
            shown.key("backspace")
            shown.wait(lambda: not shows(shown, LONG + "y")
                       and shows(shown, LONG),
                       f"no letter is deleted at {columns} columns")
        assert shown.settled().count("smtp>") == 1
        assert shown.everything(True).count("250 before") == 1
        shown.enter("x")
        puppet.wait_line(LONG.encode() + b"x")


def test_replies_that_come_with_a_resize_are_all_shown(pane):
    puppet = Puppet()
    lines = []
    with Fake(puppet) as fake:
        shown = pane("-P", "smtp", "localhost", fake.port, columns=80,
                     rows=20)
        shown.wait_for("smtp>")
        shown.type(LONG)
        shown.wait(lambda: shows(shown, LONG), "the line is not shown")
        for columns in (40, 30, 60, 80, 33):
            for _ in range(2):
                shown.resize(columns, 20)
                time.sleep(0.1)  # or what is said now crosses the signal
                lines.append(f"250 <{len(lines)}>")
                puppet.send(lines[-1].encode() + b"\r\n")
                columns += 5
            shown.wait_for(lines[-1])
            shown.wait(lambda: shows(shown, LONG),
                       f"the line is gone at {columns} columns")
        assert_shown_once(shown.everything(True), lines)
        assert shown.everything().count("smtp>") == 1
        shown.enter()
        puppet.wait_line(LONG.encode())


# --- ^C ^D ^Z and other ways to stop


def test_interrupt_drops_the_half_typed_line(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("VRFY somebody")
        person.wait_row("smtp> VRFY somebody")
        person.type(control("c"))
        person.wait_prompt()
        person.enter("NOOP")
        assert puppet.wait_lines(1) == [b"NOOP"]


@pytest.mark.parametrize("key", ["c", "d"])
def test_empty_line_and_control_key_end_the_session(sit, key):
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.type(control(key))
        assert person.status() == 0
    assert talk.ended == "eof"
    person.assert_terminal_restored()


def test_end_of_file_key_in_a_line_deletes_a_letter(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("NOOXP")
        person.wait_row("smtp> NOOXP")
        person.key("left", 2)
        person.type(control("d"))
        person.wait_row("smtp> NOOP")
        person.enter()
        assert puppet.wait_lines(1) == [b"NOOP"]


def test_stopped_session_comes_back_with_its_line(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit(argv=["bash", "--norc", "--noediting", "-i"],
                     env={"PS1": "shell> "})
        person.wait_prompt("shell> ")
        person.enter(f'"$telex" -P smtp localhost {fake.port}')
        person.wait_prompt("smtp> ")
        person.type("RSET")
        person.wait_row("smtp> RSET")
        person.type(control("z"))
        person.wait_prompt("shell> ")
        person.enter("stty -a | tr ' ;' '\\n\\n' | "
                     "grep -cx -e icanon -e echo -e icrnl")
        person.wait_match(r"^3$")
        puppet.send(b"250 while stopped\r\n")
        person.enter("fg")
        person.wait_for("250 while stopped")
        person.wait_row("smtp> RSET")
        person.enter()
        puppet.wait_line(b"RSET")
        puppet.send(b"250 ok\r\n")
        person.wait_prompt("smtp> ")
        person.type(control("d"))
        person.wait_prompt("shell> ")
        person.enter("echo status $?")
        person.wait_for("status 0")
        person.enter("exit")
        person.status()


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGHUP,
                                   signal.SIGQUIT])
def test_signal_gives_the_terminal_back(sit, signo):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("half a line")
        person.wait_row("smtp> half a line")
        person.signal(signo)
        assert person.status() in (-signo, 128 + signo)
        person.assert_terminal_restored()
        puppet.wait_over()
    assert puppet.lines == []


def test_terminal_that_goes_away_ends_telex(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("half a line")
        person.wait_row("smtp> half a line")
        person.hang_up()
        person.status()
        puppet.wait_over()
    assert puppet.lines == []


# --- the server closes


def test_goodbye_ends_without_a_key(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.enter("QUIT")
        puppet.wait_lines(1)
        person.type("half a lin")
        person.wait_row("smtp> half a lin")
        puppet.send(b"221 bye\r\n")
        puppet.close()
        assert person.status() == 0
    assert person.wait_match(r"(?m)^[*!] .*half a lin")
    assert "221 bye" in person.everything()
    person.assert_terminal_restored()


def test_half_typed_line_is_shown_when_the_server_closes(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.type("MAIL FROM:<nearly@done")
        person.wait_row("smtp> MAIL FROM:<nearly@done")
        puppet.send(b"421 4.4.2 timeout\r\n")
        puppet.close()
        person.status()
    assert "421 4.4.2 timeout" in person.everything()
    assert re.search(r"(?m)^[*!] .*MAIL FROM:<nearly@done",
                     person.everything())
    assert puppet.lines == []
    person.assert_terminal_restored()


def test_close_while_a_reply_is_owed_is_status_1(sit):
    for how in ("close", "reset"):
        puppet = Puppet()
        with Fake(puppet) as fake:
            person = sit("-P", "smtp", "localhost", fake.port)
            person.wait_prompt()
            person.enter("NOOP")
            puppet.wait_lines(1)
            getattr(puppet, how)()
            assert person.status() == 1
        assert "telex: " in person.everything()
        person.assert_terminal_restored()


# --- other terminals


@pytest.mark.parametrize("term", ["dumb", None, "no-such-terminal"])
def test_plain_terminal_still_holds_a_conversation(sit, term):
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("localhost", fake.port, env={"TERM": term})
        person.wait_for("220 fake.example.test")
        person.enter("EHLO x")
        person.wait_for("250 HELP")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"EHLO x", b"QUIT"]
    assert b"\033" not in person.raw
    person.assert_terminal_restored()


def test_terminal_that_is_not_controlling_still_works(sit):
    """No /dev/tty: setsid, containers, cron."""
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("localhost", fake.port, controlling=False)
        person.wait_for("220 fake.example.test")
        person.enter("EHLO x")
        person.wait_for("250 HELP")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"EHLO x", b"QUIT"]


def test_log_by_redirection_holds_only_the_server(sit, tmp_path):
    talk = Strict()
    with Fake(talk) as fake:
        person = sit(argv=["sh", "-c", '"$telex" -P smtp localhost '
                           f'{fake.port} > {tmp_path}/log'])
        person.wait_prompt()
        person.type("EHLX")
        person.wait_row("smtp> EHLX")
        person.key("backspace")
        person.enter("O x")
        person.wait(lambda: b"EHLO x" in talk.commands, "nothing was sent")
        person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0
    assert (tmp_path / "log").read_bytes() == bytes(talk.sent)
    assert talk.commands == [b"EHLO x", b"QUIT"]
    person.assert_terminal_restored()


def test_replies_are_coloured_by_class(sit):
    replies = {b"NOOP": [b"250 fine\r\n", b"450 later\r\n", b"550 never\r\n"],
               b"DATA": b"354 go on\r\n"}
    colors = {"250 fine": "green", "450 later": "brown", "550 never": "red"}
    with Fake(Strict(replies=replies)) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        for text in colors:
            person.talk("NOOP", text)
        for text, color in colors.items():
            assert color in person.colors(text), (text, person.colors(text))
        person.talk("DATA", "354 go on", "data> ")
        assert "cyan" in person.colors("354 go on")
        person.enter(".")
        person.wait_prompt("smtp> ")
        person.enter("QUIT")
        assert person.status() == 0


@pytest.mark.parametrize("words,env", [
    ((), {"NO_COLOR": "1"}), (("--color=never",), {}),
    (("--color=never",), {"CLICOLOR_FORCE": "1"})])
def test_colour_can_be_turned_off(sit, words, env):
    with Fake(Strict(replies={b"NOOP": b"550 never\r\n"})) as fake:
        person = sit(*words, "localhost", fake.port, env=env)
        person.wait_prompt()
        person.talk("NOOP", "550 never")
        assert person.colors("550 never") == {"default"}
        assert person.colors("smtp>") == {"default"}
        person.enter("QUIT")
        person.status()
    assert not re.search(rb"\033\[[0-9;]*3[0-7][0-9;]*m", person.raw)


def test_person_who_was_refused_leaves_with_status_0(sit):
    with Fake(Strict(replies={b"NOOP": b"550 never\r\n"})) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("NOOP", "550 never")
        person.enter("QUIT")
        assert person.status() == 0
    person.wait_match(r"^\* .*1 refused.*550")


def test_typed_session_never_times_out_by_itself(sit):
    """Typed: no limit on a reply, unless -i gives one."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-i", "1", "-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.enter("NOOP")
        assert person.status() == 7
    person.assert_terminal_restored()


def test_body_lines_that_look_like_commands_stay_in_the_body(sit):
    body = "Subject: x\n\nQUIT\nAUTH PLAIN AGEAYg==\nSTARTTLS\n"
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("DATA", "354 go on", "data> ")
        for line in body.splitlines():
            person.enter(line)
            person.wait_prompt("data> ")
        person.talk(".", "250 2.0.0 kept")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.bodies == [crlf(body)]


def test_nothing_is_read_from_the_working_directory(sit, tmp_path):
    (tmp_path / ".editrc").write_text("telex:bind a ed-quit\n")
    (tmp_path / ".telexrc").write_text("garbage\n")
    with Fake(Puppet()) as fake:
        person = sit("localhost", fake.port, cwd=tmp_path)
        person.wait_prompt()
        person.type("a")
        person.wait_row("smtp> a")
    assert os.listdir(tmp_path / "home") in ([], [".local"])
