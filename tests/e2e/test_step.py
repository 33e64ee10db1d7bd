# SPDX-License-Identifier: ISC
"""A class goes through a transcript: --replay --step, --speed, ^] replay."""

import base64
import functools
import signal
import time
from pathlib import Path

import pytest

from dovecot import Dovecot, missing
from fakes import Fake, Puppet, Strict
from person import control
from servers import MailServer

TALKS = Path(__file__).resolve().parents[1] / "talk"
MAIL = str(TALKS / "rfc5321-d1.telex")

SECRET = "correct horse battery"
ELSEWHERE = "192.0.2.1"  # not loopback; led to the test's own server


@pytest.fixture
def write(tmp_path):
    """Write a transcript: its name."""
    def make(text, name="class.telex"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)
    return make


@pytest.fixture
def start(sit):
    """A terminal that is wide enough for the names of files."""
    return functools.partial(sit, columns=200)


@pytest.fixture
def teach(start):
    """Go through a transcript, line by line."""
    def make(port, talk, *words, host="localhost", **how):
        return start("--replay", "--step", *words, host, port, talk, **how)
    return make


def offered(person, line, prompt="smtp> "):
    """Wait until this line stands at the prompt, the cursor behind it."""
    person.wait(lambda: person.row() == (prompt + line).rstrip()
                and person.screen.cursor.x == len(prompt + line),
                f"{line!r} is not offered, but {person.row()!r}")


def go(person, *lines, prompt="smtp> "):
    """Each of these is offered, and sent as it stands."""
    for line in lines:
        offered(person, line, prompt)
        person.key("enter")


HELLO = ["EHLO bar.com", "MAIL FROM:<Smith@bar.com>"]
WHOM = [f"RCPT TO:<{name}@foo.com>" for name in ("Jones", "Green", "Brown")]
TEXT = ["Blah blah blah...", "...etc. etc. etc.", "."]


def warnings(person):
    return [row for row in person.everything().splitlines()
            if row.startswith("! ")]


# --- by hand


def test_each_line_is_offered_and_goes_by_enter(teach):
    talk = Strict(watch=0.05)
    lines = [*HELLO, *WHOM, "DATA"]
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        for number, line in enumerate(lines):
            offered(person, line)
            time.sleep(0.05)
            assert len(talk.commands) == number
            person.key("enter")
        go(person, *TEXT, prompt="data> ")
        go(person, "QUIT")
        assert person.status() == 6
    assert not talk.violations
    assert talk.commands == [line.encode() for line in lines] + [b"QUIT"]
    assert talk.bodies == [b"Blah blah blah...\r\n...etc. etc. etc.\r\n"]
    assert f"smtp> {lines[0]}\n250-fake.example.test" in person.everything()
    assert (f"{MAIL}:14: expected 550 No such user here, the server said "
            "250 2.0.0 ok") in person.everything()
    assert len(warnings(person)) == 1
    assert f"{MAIL}: 9 checks, 1 differs" in person.everything()
    person.assert_terminal_restored()


def test_as_expected_is_status_0(teach):
    talk = Strict(replies={b"RCPT": [b"250 ok\r\n", b"550 no\r\n",
                                     b"251 ok\r\n", b"250 ok\r\n"]})
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL, "--match=class")
        go(person, *HELLO, *WHOM, "DATA")
        go(person, *TEXT, prompt="data> ")
        go(person, "QUIT")
        assert person.status() == 0
    assert warnings(person) == []
    assert ": 9 checks, all as expected" in person.everything()


def test_line_is_edited_before_it_goes(teach):
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.type("\x7f\x7f\x7fnet")
        go(person, "EHLO bar.net")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.key("left")
        person.type("x\x7f")
        person.key("enter")
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.key("home")
        person.type(control("k") + "RCPT TO:<someone@else.example>")
        # That was no edit: the line was empty for a moment.
        person.key("enter")
        person.wait_for("250 2.0.0 ok", count=2)
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.type(control("w") * 2 + "nothing" + control("d"))
        person.type(control("u"))
        person.wait_prompt()
        person.type(control("d"))
        assert person.status() == 0
    assert talk.commands == [b"EHLO bar.net", b"MAIL FROM:<Smith@bar.com>",
                             b"RCPT TO:<someone@else.example>"]
    assert "from line 11 on it was not played" in person.everything()


def test_lines_of_ones_own_do_not_use_it_up(teach):
    talk = Strict(replies={b"NOOP": b"550 no such thing\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        for line in ("EHLO bar.com", "MAIL FROM:<Smith@bar.com>"):
            offered(person, line)
            person.type(control("u"))
            person.wait_prompt()
            person.enter("NOOP")
            offered(person, line)
            person.type(control("c"))
            person.wait_prompt()
            person.enter("NOOP again")
            offered(person, line)
            person.key("enter")
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.type(control("d"))
        assert person.status() == 0
    assert talk.verbs() == [b"NOOP", b"NOOP", b"EHLO", b"NOOP", b"NOOP",
                            b"MAIL"]
    assert warnings(person) == []
    assert ": 3 checks, all as expected; from line 11" in person.everything()


def test_enter_on_an_empty_line_brings_it_back(teach):
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        for key in (control("u"), control("c")):
            offered(person, "EHLO bar.com")
            person.type(key)
            person.wait_prompt()
            person.key("enter")
        go(person, "EHLO bar.com")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.type(control("d"))
        person.status()
    assert talk.commands == [b"EHLO bar.com"]


def test_second_interrupt_leaves(teach):
    with Fake(Strict()) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.type(control("c"))
        person.wait_prompt()
        person.type(control("c"))
        assert person.status() == 0
    assert "from line 3 on it was not played" in person.everything()
    person.assert_terminal_restored()


def test_end_of_file_leaves_at_a_line_that_nobody_touched(teach):
    with Fake(Strict()) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.type("x" + control("d"))
        offered(person, "EHLO bar.comx")
        person.type("\x7f" + control("d"))
        time.sleep(0.1)
        assert person.child.poll() is None
        person.key("enter")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.type(control("d"))
        assert person.status() == 0
    assert "not sent" not in person.everything()
    person.assert_terminal_restored()


def test_skip_and_again(teach):
    # What is said again is not compared again.
    talk = Strict(replies={b"EHLO": [b"250 HELP\r\n", b"503 again\r\n"]})
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.command("again")
        person.wait_for("nothing was played yet")
        go(person, "EHLO bar.com")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.command("again")
        go(person, "EHLO bar.com", "MAIL FROM:<Smith@bar.com>")
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.command("skip")
        offered(person, "RCPT TO:<Green@foo.com>")
        person.wait_for(f"{MAIL}:11 is passed over")
        person.command("again")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.command("skip")
        offered(person, "RCPT TO:<Green@foo.com>")
        # An edited line makes room as well.
        person.type("!")
        person.command("skip")
        go(person, "RCPT TO:<Brown@foo.com>")
        offered(person, "DATA")
        # What somebody is typing himself stays.
        person.type(control("u") + "NOOP")
        person.command("skip")
        go(person, "NOOP", "QUIT")
        assert person.status() == 0
    assert talk.commands == [b"EHLO bar.com", b"EHLO bar.com",
                             b"MAIL FROM:<Smith@bar.com>",
                             b"RCPT TO:<Brown@foo.com>", b"NOOP", b"QUIT"]
    assert warnings(person) == []
    # The greeting, EHLO once, MAIL, one RCPT, QUIT.
    assert f"{MAIL}: 5 checks, all as expected" in person.everything()


def test_nothing_is_offered_while_a_reply_is_owed(teach):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = teach(fake.port, MAIL)
        go(person, "EHLO bar.com")
        assert puppet.wait_lines(1) == [b"EHLO bar.com"]
        person.wait_prompt()
        time.sleep(0.3)
        person.key("enter")
        time.sleep(0.2)
        person.wait_prompt()
        person.type("half")
        person.wait_row("smtp> half")
        puppet.send(b"250 HELP\r\n")
        person.wait_for("250 HELP")
        offered(person, "half")
        assert puppet.lines == [b"EHLO bar.com"]
        person.type(control("u"))
        go(person, "MAIL FROM:<Smith@bar.com>")
        assert puppet.wait_lines(2)[1] == b"MAIL FROM:<Smith@bar.com>"
        puppet.close()
        assert person.status() == 6


def test_nothing_is_said_again_while_a_reply_is_owed(teach):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = teach(fake.port, MAIL)
        go(person, "EHLO bar.com")
        puppet.wait_lines(1)
        person.wait_prompt()
        person.command("again")
        person.wait_prompt()
        time.sleep(0.3)
        person.wait_prompt()
        puppet.send(b"250 HELP\r\n")
        offered(person, "EHLO bar.com")
        person.command("skip")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        person.type(control("d"))
        assert person.status() == 0


@pytest.mark.parametrize("edit, words", [("", None), ("x", "EHLO bar.comx")])
def test_server_closes_while_a_line_is_offered(teach, edit, words):
    """Only what somebody has typed was to be sent."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.type(edit)
        offered(person, "EHLO bar.com" + edit)
        puppet.close()
        assert person.status() == 0
    assert ("not sent" in person.everything()) == (words is not None)
    if words:
        assert "! not sent: " + words in person.everything()


def test_resize_while_a_line_is_offered(teach):
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        go(person, "EHLO bar.com")
        offered(person, "MAIL FROM:<Smith@bar.com>")
        for columns in (20, 57, 80):
            person.resize(columns, 24)
            person.type("x\x7f")
            person.wait(lambda: "MAIL FROM:<Smith@bar.com>" in
                        person.everything().replace("\n", ""),
                        "the line is not whole")
        person.key("enter")
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.type(control("d"))
        assert person.status() == 0
    assert talk.commands[1] == b"MAIL FROM:<Smith@bar.com>"
    person.assert_terminal_restored()


def test_signal_restores_the_terminal(teach):
    with Fake(Strict()) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.signal(signal.SIGTERM)
        assert person.status() == -signal.SIGTERM
    person.assert_terminal_restored()


# --- where the class and the transcript part


def test_refused_message_is_passed_over(teach):
    talk = Strict(replies={b"DATA": b"554 5.5.1 no\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        go(person, *HELLO, *WHOM, "DATA")
        person.wait_for(f"{MAIL}:19-21: 3 lines are passed over: the "
                        "server does not want them")
        go(person, "QUIT")
        assert person.status() == 6
    assert talk.verbs()[-2:] == [b"DATA", b"QUIT"]
    assert "8 checks, 2 differ" in person.everything()


def test_message_of_ones_own_is_finished_first(teach):
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.type(control("u"))
        person.wait_prompt()
        person.enter("DATA")
        person.wait_prompt("data> ")
        person.wait_for(":3 is offered when a command is wanted")
        person.enter("own text")
        person.enter("")
        person.enter(".")
        offered(person, "EHLO bar.com")
        person.type(control("d"))
        person.status()
    assert talk.bodies == [b"own text\r\n\r\n"]
    assert talk.commands == [b"DATA"]


def test_own_end_of_the_message(teach, write):
    talk = Strict()
    talk_file = write("S: 220\nC: DATA\nS: 354\nC: one\nC: two\nC: .\n"
                      "S: 250\nC: QUIT\nS: 221\n")
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file)
        go(person, "DATA")
        go(person, "one", prompt="data> ")
        offered(person, "two", "data> ")
        person.type(control("u"))
        person.wait_prompt("data> ")
        person.enter(".")
        go(person, "QUIT")
        assert person.status() == 0
    assert talk.bodies == [b"one\r\n"]
    assert "class.telex:5-6: 2 lines are passed over" in person.everything()


def test_server_that_closes_early(teach):
    talk = Strict(replies={b"RCPT": b"421 4.3.0 closing\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        go(person, "EHLO bar.com", "MAIL FROM:<Smith@bar.com>",
                     "RCPT TO:<Jones@foo.com>")
        assert person.status() == 6
    text = person.everything()
    assert "expected 250 OK, the server said 421 4.3.0 closing" in text
    assert "4 checks, 1 differs; " in text
    assert "not sent" not in text


def test_expected_closing(teach, write):
    talk_file = write("S: 220\nC: QUIT\nS: 221\n<closed>\n")
    with Fake(Strict()) as fake:
        person = teach(fake.port, talk_file)
        go(person, "QUIT")
        assert person.status() == 0
    assert ": 3 checks, all as expected" in person.everything()


def test_session_stays_when_the_transcript_has_ended(teach, write):
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, write("S: 220\nC: NOOP\nS: 250\n"))
        go(person, "NOOP")
        person.wait_for("2 checks, all as expected")
        person.wait_prompt()
        person.enter("RSET")
        person.wait_for("250 2.0.0 ok", count=2)
        person.command("skip")
        person.wait_for("no transcript is under way")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"NOOP", b"RSET", b"QUIT"]


def test_pipelined_lines_are_offered_one_by_one(teach, write):
    talk = Strict(watch=0.05, replies={b"RCPT": b"550 no\r\n"})
    talk_file = write("S: 220\nC: EHLO x\nS: 250\nC: MAIL FROM:<>\n"
                      "C: RCPT TO:<a@b.example>\nC: RSET\nS: 250\nS: 250\n"
                      "S: 250\nC: QUIT\nS: 221\n")
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file)
        go(person, "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b.example>",
                     "RSET", "QUIT")
        assert person.status() == 6
    assert not talk.violations
    assert len(warnings(person)) == 1
    assert ":8: expected 250, the server said 550 no" in person.everything()
    assert "6 checks, 1 differs" in person.everything()


def test_skip_among_pipelined_lines(teach, write):
    talk_file = write("S: 220\nC: EHLO x\nS: 250\nC: MAIL FROM:<>\n"
                      "C: RCPT TO:<a@b.example>\nC: DATA\nS: 250\nS: 550\n"
                      "S: 354\nC: x\nC: .\nS: 250\nC: QUIT\nS: 221\n")
    with Fake(Strict()) as fake:
        person = teach(fake.port, talk_file)
        go(person, "EHLO x", "MAIL FROM:<>")
        offered(person, "RCPT TO:<a@b.example>")
        person.command("skip")
        go(person, "DATA")
        go(person, "x", ".", prompt="data> ")
        go(person, "QUIT")
        assert person.status() == 0
    assert "6 checks, all as expected" in person.everything()


def test_what_no_line_shows(teach, write, tmp_path):
    """Bytes in one write, a file, a pause, our own end."""
    (tmp_path / "mail.txt").write_text("from a file\n.dot\n")
    talk_file = write("S: 220\nC: NOOP\nC+ RSET\nS: 250\nS: 250\n"
                      "C: DATA\nS: 354\nC< mail.txt\nC: .\nS: 250\n"
                      "<pause 1>\nC$ NO\\x4fP\\r\\nNOOP\nS: 250\nS: 250\n"
                      "<close>\n<closed>\n")
    segments, talk = [], Strict(watch=0)

    def play(peer):
        receive = peer._more

        def more():
            before = len(peer.received)
            rc = receive()
            segments.append(bytes(peer.received[before:]))
            return rc
        peer._more = more
        peer.early = lambda seconds: b""
        talk(peer)
    with Fake(play) as fake:
        person = teach(fake.port, talk_file)
        person.wait_for('* next: "NOOP\\x0d\\x0aRSET" (Enter does it)')
        person.wait_prompt()
        person.key("enter")
        go(person, "DATA")
        person.wait_for("* next: the lines of mail.txt (Enter does it)")
        person.wait_prompt("data> ")
        person.key("enter")
        offered(person, ".", "data> ")
        began = time.monotonic()
        person.key("enter")
        person.wait_for("a pause, 1 s")
        person.wait_prompt()
        person.key("enter")
        person.wait_for('* next: "NOOP\\x0d\\x0aNOOP"')
        assert time.monotonic() - began > 0.9
        person.wait_prompt()
        person.key("enter")
        person.wait_for("our half of the connection is closed (Enter")
        person.wait_prompt()
        person.key("enter")
        assert person.status() == 0
    assert b"NOOP\r\nRSET\r\n" in segments
    assert b"NOOP\r\nNOOP\r\n" in segments
    assert talk.bodies == [b"from a file\r\n..dot\r\n"]
    assert "8 checks, all as expected" in person.everything()


# --- secrets


def test_secrets_are_not_on_the_screen(teach, write):
    """AUTH PLAIN in the line, AUTH LOGIN unseen."""
    plain = base64.b64encode(f"\0alice\0{SECRET}".encode()).decode()
    login = base64.b64encode(SECRET.encode()).decode()
    name = base64.b64encode(b"alice").decode()
    talk_file = write(
        f"S: 220\nC: EHLO x\nS: 250\nC: AUTH PLAIN {plain}\nS: 235\n"
        "C: RSET\nS: 250\nC: AUTH LOGIN\nS: 334\n"
        f"C: {name}\nS: 334\nC$ ${{secret:1}}\nS: 235\n"
        "C$ AUTH PLAIN ${secret:2}\nS: 503\nC: QUIT\nS: 221\n")
    talk = Strict(replies={
        b"AUTH": [b"535 no\r\n", b"334 VXNlcg==\r\n", b"503 enough\r\n"],
        b"334": [b"334 UGFzcw==\r\n", b"235 good\r\n"]})
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file,
                       env={"TELEX_SECRET_1": login,
                            "TELEX_SECRET_2": plain})
        go(person, "EHLO x")
        go(person, "AUTH PLAIN ********")
        go(person, "RSET")
        go(person, "AUTH LOGIN")
        for line, prompt in ((10, "user (hidden): "), (12, "password: ")):
            person.wait_for(f"the secret of {talk_file}:{line} (Enter")
            person.wait_prompt(prompt)
            person.key("enter")
        offered(person, "AUTH PLAIN ********")
        person.key("home")
        person.type(control("k") + "AUTH PLAIN ********")
        person.type(control("u"))
        person.wait_prompt()
        person.key("enter")
        offered(person, "AUTH PLAIN ********")
        # What stands before it may be edited.
        person.key("home")
        person.type("X" + "\x7f")
        person.key("enter")
        go(person, "QUIT")
        assert person.status() == 6
    assert talk.commands == [
        b"EHLO x", b"AUTH PLAIN " + plain.encode(), b"RSET", b"AUTH LOGIN",
        name.encode(), login.encode(), b"AUTH PLAIN " + plain.encode(),
        b"QUIT"]
    for secret in (plain, login, SECRET, name):
        assert secret.encode() not in person.raw
        assert secret not in person.everything()


def test_secret_in_pieces(teach, write, telex):
    """The rest of a line that was begun is masked as that was."""
    talk_file = write("S: +OK\nC$ PASS qqq\\c\n<pause 0.2>\nC: zzz\nS: +OK\n"
                      "C: QUIT\nS: +OK\n")
    talk = Strict(greeting=(b"+OK hi\r\n",),
                  replies={b"PASS": b"+OK\r\n", b"QUIT": b"+OK\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file, "-v", "-P", "pop3")
        person.wait_for('* next: "PASS ********" without a line end')
        person.wait_prompt("pop3> ")
        person.key("enter")
        go(person, "********", "QUIT", prompt="pop3> ")
        assert person.status() == 0
    assert talk.commands == [b"PASS qqqzzz", b"QUIT"]
    for secret in (b"qqq", b"zzz"):
        assert secret not in person.raw
        assert secret not in telex.history.read_bytes()
    assert "3 checks, all as expected" in person.everything()


def test_rest_of_ones_own_is_not_remembered(teach, write, telex):
    """It ends a line that began as a secret."""
    talk_file = write("S: +OK\nC$ PASS qqq\\c\n<pause 0.2>\nC: zzz\n"
                      "S: +OK\nC: QUIT\nS: +OK\n")
    talk = Strict(greeting=(b"+OK hi\r\n",),
                  replies={b"PASS": b"+OK in\r\n", b"QUIT": b"+OK\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file, "-P", "pop3")
        person.wait_for("without a line end")
        person.wait_prompt("pop3> ")
        person.key("enter")
        offered(person, "********", "pop3> ")
        person.type(control("u"))
        person.wait_prompt("pop3> ")
        person.enter("ownrest")
        person.wait_for("+OK in")
        offered(person, "********", "pop3> ")
        person.local("skip", "pop3> ")
        go(person, "QUIT", prompt="pop3> ")
        person.status()
    assert talk.commands == [b"PASS qqqownrest", b"QUIT"]
    history = telex.history.read_bytes()
    assert b"ownrest" not in history and b"zzz" not in history


def test_secret_of_ones_own(teach, write, telex):
    talk_file = write("S: 220\nC: AUTH LOGIN\nS: 334\nC$ ${secret:1}\n"
                      "S: 235\nC: QUIT\nS: 221\n")
    talk = Strict(replies={b"AUTH": b"334 VXNlcg==\r\n",
                           b"334": b"235 good\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file,
                       env={"TELEX_SECRET_1": "of-the-file"})
        go(person, "AUTH LOGIN")
        person.wait_prompt("user (hidden): ")
        person.enter("typed-unseen")
        go(person, "QUIT")
        assert person.status() == 0
    assert talk.commands[1] == b"typed-unseen"
    for secret in (b"typed-unseen", b"of-the-file"):
        assert secret not in person.raw
        assert secret not in telex.history.read_bytes()
    assert "4 checks, all as expected" in person.everything()


def test_secret_where_the_protocol_has_none(teach, write, telex):
    """It is the file that calls it so."""
    talk_file = write("S: 220\nC$ NOOP ${secret:1} x\nS: 250\n"
                      "C: QUIT\nS: 221\n")
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file, "-v",
                       env={"TELEX_SECRET_1": SECRET})
        go(person, "NOOP ********", "QUIT")
        assert person.status() == 0
    assert talk.commands[0] == f"NOOP {SECRET} x".encode()
    assert SECRET.encode() not in person.raw
    assert SECRET.encode() not in telex.history.read_bytes()


def test_announced_secret_is_ones_own(teach):
    """`secret`, while a line is offered."""
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, MAIL)
        offered(person, "EHLO bar.com")
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter(SECRET)
        offered(person, "EHLO bar.com")
        person.type(control("d"))
        assert person.status() == 0
    assert talk.commands == [SECRET.encode()]
    assert SECRET.encode() not in person.raw


def test_secret_on_a_clear_wire_asks_first(teach, write, telex, shim):
    talk_file = write("S: 220\nC$ AUTH PLAIN ${secret:1}\nS: 235\n"
                      "<auth PLAIN alice>\nC: QUIT\nS: 221\n")
    talk = Strict()
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file, "-P", "smtp", host=ELSEWHERE,
                       env=telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE,
                                         TELEX_SECRET_1=SECRET,
                                         TELEX_PASSWORD=SECRET))
        go(person, "AUTH PLAIN ********")
        person.wait_prompt("send it? [y/N] ")
        person.enter("n")
        # It is offered again, and can be passed over.
        offered(person, "AUTH PLAIN ********")
        person.command("skip")
        person.wait_for("next: authentication, PLAIN alice")
        person.wait_prompt()
        person.key("enter")
        person.wait_prompt("send it? [y/N] ")
        person.key("enter")
        person.wait_for("not sent", count=2)
        person.wait_prompt()
        person.command("skip")
        go(person, "QUIT")
        assert person.status() == 0
    assert talk.commands == [b"QUIT"]
    assert SECRET.encode() not in person.raw


def test_authentication_is_one_step(start, write):
    talk_file = write("S: 220\nC: EHLO x\nS: 250\n<auth PLAIN alice>\n"
                      "<auth PLAIN bob>\nC: QUIT\nS: 221\n")
    with MailServer(users={"alice": SECRET}, auth_require_tls=False) as server:
        person = start("--replay", "--step", "localhost", server.port,
                       talk_file, env={"TELEX_PASSWORD": SECRET})
        go(person, "EHLO x")
        person.wait_for("next: authentication, PLAIN alice (Enter does it)")
        person.wait_prompt()
        person.key("enter")
        person.wait_for("* authenticated")
        person.wait_for("next: authentication, PLAIN bob (Enter does it)")
        person.wait_prompt()
        person.key("enter")
        go(person, "QUIT")
        assert person.status() == 6
        assert server.logins == [("PLAIN", b"alice", SECRET.encode())]
    assert ":5: <auth PLAIN bob>: the server refused" in person.everything()
    assert "5 checks, 1 differs" in person.everything()


def test_unknown_secret_is_asked_for(start, teach, write):
    talk_file = write("<protocol pop3>\nS: +OK\nC: USER alice\nS: +OK\n"
                      "C$ PASS ${secret:alice}\nS: +OK\nC: QUIT\nS: +OK\n")
    puppet = Puppet(b"+OK ready\r\n")
    with Fake(puppet) as fake:
        person = teach(fake.port, talk_file)
        person.wait_for("secret:alice:")
        assert puppet.lines == []
        person.enter(SECRET)
        offered(person, "USER alice", "pop3> ")
        person.key("enter")
        puppet.wait_lines(1)
        puppet.send(b"+OK\r\n")
        offered(person, "PASS ********", "pop3> ")
        person.key("enter")
        assert puppet.wait_lines(2)[1] == f"PASS {SECRET}".encode()
        puppet.send(b"-ERR no\r\n")
        offered(person, "QUIT", "pop3> ")
        puppet.close()
        assert person.status() == 6
    assert SECRET.encode() not in person.raw


# --- typed by itself


def shown_over_time(person, prompt, line, timeout=20):
    """When each character of this line was seen first."""
    seen, limit = {}, time.monotonic() + timeout
    while len(seen) < len(line):
        assert time.monotonic() < limit, f"only {seen}"
        person.pump(0.01)
        # Who looks too late sees it above a reply, or the next line.
        row = next((row for row in person.rows() if row == prompt + line),
                   person.row())
        if row.startswith(prompt.rstrip()):
            text = row[len(prompt):]
            if line.startswith(text):
                for n in range(1, len(text) + 1):
                    seen.setdefault(n, time.monotonic())
    return [seen[n + 1] for n in range(len(line))]


def visibly(times):
    """Did these come at 40 a second, one by one?"""
    steps = [b - a for a, b in zip(times, times[1:])]
    return (30 < len(steps) / (times[-1] - times[0]) < 44
            and sum(s > 0.01 for s in steps) > 30)


def test_speed_types_visibly(start, write):
    line = "MAIL FROM:<" + "long" * 10 + "@example.test>"
    at = {}
    seen = []

    def answer(verb):
        def now(peer):
            at[verb] = time.monotonic()
            peer.send(b"250 HELP\r\n")
            return b"250"
        return now
    talk_file = write(f"S: 220\nC: EHLO x\nS: 250\nC: {line}\nS: 250\n"
                      "C: QUIT\nS: 221\n")
    while not seen or (not visibly(seen[-1]) and len(seen) < 8):
        talk = Strict(replies={verb: answer(verb)
                               for verb in (b"EHLO", b"MAIL")})
        with Fake(talk) as fake:
            person = start("--replay", "--speed=40", "localhost", fake.port,
                           talk_file)
            seen.append(shown_over_time(person, "smtp> ", line))
            assert person.status() == 0
        # It went when all of it was typed, and there was time to read the
        # reply before.
        assert at[b"MAIL"] - at[b"EHLO"] > (len(line) + 8) / 40
        assert talk.commands == [b"EHLO x", line.encode(), b"QUIT"]
        assert "4 checks, all as expected" in person.everything()
        person.assert_terminal_restored()
    # The best of eight counts, because other programs run here.
    assert visibly(seen[-1]), seen


def test_any_key_takes_over(start, write):
    puppet = Puppet()
    line = "EHLO " + "taken-over." * 14 + "test"
    talk_file = write(f"S: 220\nC: {line}\nS: 250\nC: NOOP\nS: 250\n"
                      "C: QUIT\nS: 221\n")
    with Fake(puppet) as fake:
        person = start("--replay", "--step", "--speed=20", "localhost",
                       fake.port, talk_file)
        person.wait(lambda: person.row().startswith("smtp> EHLO tak"), "-")
        person.type("x")
        offered(person, line)
        assert puppet.lines == []
        time.sleep(0.5)
        offered(person, line)
        assert puppet.lines == []
        person.type("!\r")
        assert puppet.wait_lines(1) == [line.encode() + b"!"]
        puppet.send(b"250 ok\r\n")
        # After which it goes on.
        puppet.wait_line(b"NOOP")
        puppet.send(b"250 ok\r\n")
        puppet.wait_line(b"QUIT")
        puppet.send(b"221 bye\r\n")
        puppet.close()
        assert person.status() == 0


def test_interrupt_stops_the_typing(start, write):
    puppet = Puppet()
    # It takes eight seconds, in which the key is pressed.
    talk_file = write(f"S: 220\nC: EHLO {'slowly-typed.' * 12}example\n"
                      "S: 250\n")
    with Fake(puppet) as fake:
        person = start("--replay", "--speed=20", "localhost", fake.port,
                       talk_file)
        person.wait(lambda: person.row().startswith("smtp> EHLO s"), "-")
        person.type(control("c"))
        person.wait_prompt()
        time.sleep(0.5)
        person.wait_prompt()
        person.enter("NOOP")
        assert puppet.wait_lines(1) == [b"NOOP"]
        puppet.send(b"250 ok\r\n")
        person.wait(lambda: person.row().startswith("smtp> EHLO sl"), "-")
        person.type(control("c"))
        person.wait_prompt()
        person.type(control("c"))
        person.status()
    assert puppet.lines == [b"NOOP"]


def test_speed_plays_all_of_it(start, write, tmp_path):
    (tmp_path / "mail.txt").write_text("from a file\n")
    talk_file = write(
        "S: 220\nC: EHLO gr\u00fc\u00dfe\nS: 250\nC: AUTH LOGIN\nS: 334\n"
        "C$ ${secret:1}\nS: 235\nC: NOOP\nC+ NOOP\nS: 250\nS: 250\n"
        "C: DATA\nS: 354\nC: Subject: x\nC:\nC< mail.txt\nC: .\nS: 250\n"
        "C: QUIT\nS: 221\n<closed>\n")
    talk = Strict(replies={b"AUTH": b"334 UGFzcw==\r\n",
                           b"334": b"235 good\r\n"})

    def play(peer):
        peer.early = lambda seconds: b""
        talk(peer)
    with Fake(play) as fake:
        person = start("--replay", "--speed=500", "localhost", fake.port,
                       talk_file, env={"TELEX_SECRET_1": SECRET})
        assert person.status() == 0
    assert talk.commands == [
        "EHLO gr\u00fc\u00dfe".encode(), b"AUTH LOGIN", SECRET.encode(),
        b"NOOP", b"NOOP", b"DATA", b"QUIT"]
    assert talk.bodies == [b"Subject: x\r\n\r\nfrom a file\r\n"]
    assert SECRET.encode() not in person.raw
    person.assert_terminal_restored()


# --- in a session that was begun by hand


def test_replay_in_a_typed_session(start, write):
    """The greeting of the file was heard long ago."""
    talk = Strict()
    with Fake(talk) as fake:
        person = start("localhost", fake.port)
        person.wait_prompt()
        person.command("again")
        person.wait_for("no transcript is under way (replay FILE)")
        person.enter("NOOP")
        person.wait_for("250 2.0.0 ok")
        person.command("replay " + MAIL)
        go(person, "EHLO bar.com")
        go(person, "MAIL FROM:<Smith@bar.com>")
        offered(person, "RCPT TO:<Jones@foo.com>")
        person.command("replay off")
        person.wait_for("2 checks, all as expected; from line 11")
        person.wait_prompt()
        person.enter("RSET")
        person.wait_for("250 2.0.0 ok", count=3)
        person.command("replay " + write("S: 220\nC: QUIT\nS: 250\n"))
        go(person, "QUIT")
        assert person.status() == 6
    assert talk.commands == [b"NOOP", b"EHLO bar.com",
                             b"MAIL FROM:<Smith@bar.com>", b"RSET", b"QUIT"]
    assert ":3: expected 250, the server said 221 bye" in person.everything()
    assert "1 check, 1 differs" in person.everything()
    person.assert_terminal_restored()


@pytest.mark.parametrize("greeting", ["", "S: 220 hello\n",
                                      "S: 220-two\nS: 220 lines\n"])
def test_greeting_of_the_file_is_passed_over(start, write, greeting):
    talk_file = write(greeting + "C: EHLO x\nS: 250-a\nS: 250 b\n"
                      "C: NOOP\nS: 250\nC: QUIT\nS: 221\n")
    with Fake(Strict()) as fake:
        person = start("localhost", fake.port)
        person.wait_prompt()
        person.command("replay " + talk_file)
        go(person, "EHLO x", "NOOP", "QUIT")
        assert person.status() == 0
    assert "3 checks, all as expected" in person.everything()


def test_replay_asks_for_what_it_lacks(start, write):
    talk_file = write("C$ NOOP ${word}\nS: 250\nC: AUTH LOGIN\nS: 334\n"
                      "C$ ${secret:1}\nS: 235\n")
    talk = Strict(replies={b"AUTH": b"334 UGFzcw==\r\n",
                           b"334": b"235 good\r\n"})
    with Fake(talk) as fake:
        person = start("localhost", fake.port)
        person.wait_prompt()
        person.command("replay " + talk_file)
        person.wait_for("word:")
        assert (person.raw.rfind(b"\033[?2004l")
                > person.raw.rfind(b"\033[?2004h"))
        person.enter("hello")
        person.wait_for("secret:1:")
        person.enter(SECRET)
        go(person, "NOOP hello")
        go(person, "AUTH LOGIN")
        person.wait_prompt("password: ")
        person.key("enter")
        person.wait_for("3 checks, all as expected")
        person.wait_prompt()
        person.type(control("d"))
        assert person.status() == 0
    assert talk.commands == [b"NOOP hello", b"AUTH LOGIN", SECRET.encode()]
    assert SECRET.encode() not in person.raw
    person.assert_terminal_restored()


def test_name_of_a_transcript_is_completed(start, write):
    talk_file = write("S: 220\nC: NOOP\nS: 250\n")
    with Fake(Strict()) as fake:
        person = start("localhost", fake.port)
        person.wait_prompt()
        person.key("local")
        person.wait_prompt("telex> ")
        person.type("replay " + talk_file[:-4])
        person.wait_row("telex> replay " + talk_file[:-4])
        person.key("tab")
        person.wait_row("telex> replay " + talk_file)
        person.key("enter")
        go(person, "NOOP")
        person.wait_for("1 check, as expected")
        person.wait_prompt()
        person.type(control("d"))
        assert person.status() == 0


def test_replay_of_what_cannot_be_played(start, write):
    with Fake(Strict()) as fake:
        person = start("localhost", fake.port)
        person.wait_prompt()
        for arg, why in (
                ("", "replay: name a transcript, or off"),
                ("off", "no transcript is under way"),
                ("/nowhere.telex", "/nowhere.telex"),
                (write("C: X\nhm\n", "bad.telex"), "bad.telex:2: ")):
            person.command("replay " + arg)
            person.wait(lambda text=why: text in person.everything(), why)
            person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0


# --- real servers


def test_starttls_by_itself(start, authority, write):
    talk_file = write(
        "S: 220\nC: EHLO x\nS$ 250-STARTTLS\nS: 250\nC: STARTTLS\nS: 220\n"
        "<TLS verified>\nC: EHLO x\nS! STARTTLS\nS: 250\nC: QUIT\nS: 221\n"
        "<closed>\n")
    with MailServer(starttls=authority.server_side()) as server:
        person = start("--cafile", authority.cafile, "--replay", "--step",
                       "localhost", server.port, talk_file)
        go(person, "EHLO x", "STARTTLS")
        go(person, "EHLO x", "QUIT", prompt="smtp+tls> ")
        assert person.status() == 0
    assert "7 checks, all as expected" in person.everything()
    person.assert_terminal_restored()


def test_tls_before_the_transcript(start, authority, write):
    """-S: its EHLO and STARTTLS are none of the transcript's."""
    talk_file = write("S: 220\nC: EHLO x\nS! STARTTLS\nS: 250\n"
                      "<TLS verified>\nC: QUIT\nS: 221\n")
    with MailServer(starttls=authority.server_side()) as server:
        person = start("--cafile", authority.cafile, "-S", "--replay",
                       "--step", f"smtp://localhost:{server.port}",
                       talk_file)
        go(person, "EHLO x", "QUIT", prompt="smtp+tls> ")
        assert person.status() == 0
    assert "4 checks, all as expected" in person.everything()


def test_what_is_logged_can_be_replayed(start, telex, write):
    talk_file = write("S: 220\nC: EHLO x\nS: 250\n"
                      "C$ AUTH PLAIN ${secret:1}\nS: 235\nC: QUIT\n"
                      "S: 221\n")
    log = Path(talk_file).with_name("log.telex")
    talk = Strict(replies={b"AUTH": b"235 good\r\n"})
    env = {"TELEX_SECRET_1": SECRET}
    with Fake(talk) as fake:
        person = start("--replay", "--step", "-o", log, "localhost",
                       fake.port, talk_file, env=env)
        go(person, "EHLO x", "AUTH PLAIN ********", "QUIT")
        assert person.status() == 0
        assert SECRET not in log.read_text()
        ran = telex.run("--replay", "--match=text", f"localhost:{fake.port}",
                        log, env=env)
        assert ran.status == 0, ran


def test_refused_tls_is_a_difference(teach, write):
    talk_file = write(
        "S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220\n<TLS>\n"
        "C: NOOP\nS: 250\nC: QUIT\nS: 221\n")
    talk = Strict(replies={b"STARTTLS": b"454 not now\r\n"})
    with Fake(talk) as fake:
        person = teach(fake.port, talk_file)
        go(person, "EHLO x", "STARTTLS", "NOOP", "QUIT")
        assert person.status() == 6
    text = person.everything()
    assert ":5: expected 220, the server said 454 not now" in text
    assert ":6: <TLS>: there is no TLS" in text
    assert "6 checks, 2 differ" in text


def test_mail_through_aiosmtpd(teach):
    with MailServer() as server:
        person = teach(server.port, MAIL)
        go(person, *HELLO, *WHOM, "DATA")
        go(person, *TEXT, prompt="data> ")
        go(person, "QUIT")
        assert person.status() == 6
        mail = server.mail()
    assert mail.sender == "Smith@bar.com"
    assert mail.recipients == ["Jones@foo.com", "Green@foo.com",
                               "Brown@foo.com"]
    assert "9 checks, 1 differs" in person.everything()


@pytest.fixture(scope="module")
def dovecot(authority):
    why = missing("imap", "pop3", "sieve")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ("imap", "pop3", "sieve")) as server:
        yield server


IMAP = """\
# telex transcript 1
S: * OK ready
C$ a001 LOGIN ${user} ${secret:pw}
S: a001 OK
C: a002 APPEND INBOX {24}
S: + go on
C: Subject: hi
C:
C: Hello.
C:
S: a002 OK
C: a003 SELECT INBOX
S$ * ${n} EXISTS
S: a003 OK
C$ a004 FETCH ${n} BODY.PEEK[HEADER]
S$ * ${n} FETCH (BODY[HEADER] {${}}
S~ ^Subject: hi
S: a004 OK
C: a005 LOGOUT
S: * BYE
S: a005 OK
"""


def test_imap_with_a_literal_and_a_variable(start, dovecot, write):
    user = dovecot.account()
    person = start("--cafile", dovecot.ca, "--replay", "--step",
                   "--set", "user=" + user,
                   f"imap://localhost:{dovecot.ports['imap']}", write(IMAP),
                   env={"TELEX_SECRET_pw": dovecot.password})
    go(person, f"a001 LOGIN {user} ********", "a002 APPEND INBOX {24}",
       prompt="imap> ")
    for left, line in ((24, "Subject: hi"), (11, ""), (9, "Hello."),
                       (1, "")):
        go(person, line, prompt=f"literal {left}> ")
    go(person, "a003 SELECT INBOX", "a004 FETCH 1 BODY.PEEK[HEADER]",
                 "a005 LOGOUT", prompt="imap> ")
    assert person.status() == 0
    assert dovecot.messages(user)[0].startswith(b"Subject: hi\n\nHello.")
    assert dovecot.password.encode() not in person.raw


def test_pop3_in_a_typed_session(start, dovecot, write):
    user = dovecot.account()
    dovecot.deliver(b"Subject: lunch\r\n\r\nnow\r\n", user)
    talk_file = write("<protocol pop3>\nS: +OK\nC$ USER ${user}\nS: +OK\n"
                      "C$ PASS ${secret:pw}\nS: +OK\nC: RETR 1\n"
                      "S: +OK\nS~ ^Subject: lunch\n...\nS: .\n"
                      "C: RETR 9\nS: -ERR\nC: QUIT\nS: +OK\n")
    person = start("--cafile", dovecot.ca,
                   f"pop3://localhost:{dovecot.ports['pop3']}",
                   env={"TELEX_SECRET_pw": dovecot.password,
                   "TELEX_VAR_user": user})
    person.wait_for("+OK Dovecot ready")
    person.wait_prompt("pop3> ")
    person.command("replay " + talk_file)
    for line in (f"USER {user}", "PASS ********", "RETR 1", "RETR 9",
                 "QUIT"):
        offered(person, line, "pop3> ")
        person.key("enter")
    assert person.status() == 0
    assert "5 checks, all as expected" in person.everything()


def test_greeting_under_tls_is_the_one_that_counts(start, dovecot, write):
    """-S, where the server greets again and no longer offers STARTTLS."""
    talk_file = write("<protocol sieve>\nS! STARTTLS\nS: OK\nC: LOGOUT\n"
                      "S: OK\n")
    person = start("--cafile", dovecot.ca, "-S", "--replay", "--step",
                   f"sieve://localhost:{dovecot.ports['sieve']}", talk_file)
    go(person, "LOGOUT", prompt="sieve+tls> ")
    assert person.status() == 0
    assert "2 checks, all as expected" in person.everything()


# --- what is refused


def test_step_needs_a_terminal(telex):
    for words, name in ((["--step"], "--step"), (["--speed=9"], "--speed")):
        ran = telex.run("--replay", *words, "localhost:1", MAIL)
        assert ran.status == 2
        assert f"{name} needs a terminal" in ran.err
        assert ran.out == b""


@pytest.mark.parametrize("form", ["--tap", "--json", "--junit=x.xml"])
def test_step_reports_to_the_class_alone(teach, form):
    person = teach(1, MAIL, form)
    assert person.status() == 2
    assert "shows the session itself" in person.everything()


def test_one_transcript_at_a_time(start):
    person = start("--replay", "--step", "localhost:1", MAIL, MAIL)
    assert person.status() == 2
    assert "through one transcript, and 2 are named" in person.everything()


def test_terminal_that_cannot_move_its_cursor(start):
    person = start("--replay", "--step", "localhost:1", MAIL,
                   env={"TERM": "dumb"})
    assert person.status() == 2
    assert "can move its cursor" in person.everything()


def test_ill_formed_transcript_sends_nothing(teach, write):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = teach(fake.port, write("C: EHLO x\nhm\n"))
        assert person.status() == 2
        assert "class.telex:2: " in person.everything()
        assert puppet.lines == []
