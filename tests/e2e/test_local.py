# SPDX-License-Identifier: ISC
"""Local commands behind ^]."""

import re
import time

import pytest

from fakes import Fake, Strict
from person import control
from servers import MailServer


def test_local_prompt_gives_the_half_typed_line_back(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("MAIL FROM:<@b>")
    person.key("left", 3)
    person.wait(lambda: person.cursor[0] == len("smtp> MAIL FROM:<"),
                "the cursor does not move")
    person.local("status")
    person.wait_row("smtp> MAIL FROM:<@b>")
    person.wait(lambda: person.cursor[0] == len("smtp> MAIL FROM:<"),
                "the cursor is not where it was")
    person.enter("a")
    assert puppet.wait_lines(1) == [b"MAIL FROM:<a@b>"]


def test_reply_arrives_while_the_local_prompt_is_open(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("NOOP")
    person.wait_row("smtp> NOOP")
    person.key("local")
    person.wait_prompt("telex> ")
    person.type("stat")
    person.wait_row("telex> stat")
    puppet.send(b"250 meanwhile\r\n")
    person.wait_for("250 meanwhile")
    person.wait_row("telex> stat")
    person.type(control("u") + "\r")
    person.wait_row("smtp> NOOP")


def test_empty_local_command_does_nothing(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    for keys in ("\r", control("c"), control("d")):
        person.type("NO")
        person.wait_row("smtp> NO")
        person.key("local")
        person.wait_prompt("telex> ")
        person.type(keys)
        person.wait_row("smtp> NO")
        person.type(control("u"))
        person.wait_prompt()
    assert puppet.lines == []


@pytest.mark.parametrize("command", ["?", "help"])
def test_help_lists_every_command(sit, puppet, command):
    person = sit(*puppet.target, rows=40)
    person.wait_prompt()
    person.local(command)
    for word in ("open", "close", "quit", "status", "tls", "cert", "secret",
                 "send", "file", "date", "msgid", "base64", "unbase64",
                 "explain", "raw", "color", "time", "history"):
        person.wait_match(rf"(?m)^\W*{word}\b")


def test_help_explains_one_word(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.local("help RCPT")
    person.wait_match(r"RCPT TO:<")
    person.local("help unbase64")
    person.wait_for("base64", count=2)


def test_status_tells_the_state(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.local("status")
    person.wait_for("bytes out")
    text = person.everything()
    for word in ("127.0.0.1", puppet.target[-1], "smtp", "not encrypted"):
        assert text.count(str(word)) >= 2, text


def test_the_answer_is_shown_before_the_next_prompt(sit, puppet):
    person = sit(*puppet.target)
    person.wait_for("220 ")
    person.wait_prompt()
    start = len(person.raw)
    person.local("nonsense")
    person.wait_for("nonsense: no such command")
    person.wait_prompt()
    # The prompt is drawn once, below what was said.
    assert person.raw[start:].count(b"smtp> ") == 1, person.raw[start:]


def test_unknown_command_is_told(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.local("frobnicate")
    person.wait_match(r"(?m)^(telex:|[*!]).*frobnicate")
    assert puppet.lines == []


@pytest.mark.parametrize("command,sent", [
    ("send crlf", b"\r\n"), ("send lf", b"\n"), ("send nul", b"\0"),
    ("send 41 42 0d 0a", b"AB\r\n")])
def test_send_sends_bytes_as_they_are(sit, command, sent):
    got = []

    def play(peer):
        peer.send(Strict.GREETING)
        while peer._more():
            got.append(bytes(peer.received))
    with Fake(play) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.local(command)
        person.wait(lambda: got and got[-1] == sent, f"{got!r} came")


def test_send_eof_closes_our_half(sit):
    with Fake(lambda peer: (peer.send(Strict.GREETING), peer.rest(),
                            peer.send(b"221 so long\r\n"))) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.command("send eof")
        assert person.status() == 0
    assert "221 so long" in person.everything()


def test_file_is_sent_dot_stuffed(sit, tmp_path):
    text = "Subject: from a file\n\n.hidden\n..two\nlast without end"
    (tmp_path / "mail").write_text(text)
    with MailServer() as server:
        person = sit("localhost", server.port)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.talk("MAIL FROM:<a@example.test>", "250 OK")
        person.talk("RCPT TO:<b@example.test>", "250 2.1.5 OK")
        person.talk("DATA", "354 ", "data> ")
        person.local(f"file {tmp_path}/mail", "data> ")
        person.talk(".", "250 2.0.0 kept")
        person.enter("QUIT")
        assert person.status() == 0
        wanted = (text + "\n").replace("\n", "\r\n").encode()
        assert server.mail().content == wanted


def test_missing_file_is_told(sit, puppet, tmp_path):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.local(f"file {tmp_path}/none")
    person.wait_match(r"(?i)(telex:|!).*(none|DATA)")
    assert puppet.lines == []


def test_date_and_msgid_are_put_into_the_line(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("Date: ")
    person.wait(lambda: person.row().startswith("smtp> Date:"), "not typed")
    person.local("date")
    person.wait_match(r"smtp> Date: \w{3}, \d\d? \w{3} \d{4} "
                      r"\d\d:\d\d:\d\d [+-]\d{4}$")
    person.enter()
    date = puppet.wait_lines(1)[0]
    assert time.strftime("%Y").encode() in date
    puppet.send(b"250 ok\r\n")
    person.wait_prompt()
    person.type("Message-ID: ")
    person.local("msgid")
    person.enter()
    assert re.fullmatch(rb"Message-ID: <[^@<>\s]+@[^@<>\s]+>",
                        puppet.wait_lines(2)[1])


def test_base64_is_put_into_the_line_and_read(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("X ")
    person.local("base64 hello world")
    person.wait_row("smtp> X aGVsbG8gd29ybGQ=")
    person.enter()
    assert puppet.wait_lines(1) == [b"X aGVsbG8gd29ybGQ="]
    puppet.send(b"250 ok\r\n")
    person.wait_prompt()
    person.local("unbase64 VXNlcm5hbWU6")
    person.wait_for("Username:")
    person.local("unbase64 G10wO3gH")
    assert b"\033]0;x\007" not in person.raw


def test_explain_tells_what_is_awaited(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("VRFY x")
    puppet.wait_lines(1)
    person.command("explain")
    person.wait_match(r"(?m)^\* .*(VRFY|reply)")


def test_time_and_colour_can_be_switched(sit):
    with Fake(Strict(replies={b"NOOP": b"550 red\r\n"})) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.local("color off")
        person.talk("NOOP", "550 red")
        assert person.colors("550 red") == {"default"}
        person.local("time on")
        before = len(person.everything())
        person.talk("NOOP", "550 red")
        person.wait(lambda: re.search(r"\d (ms|s)\b",
                                      person.everything()[before:]),
                    "no time is shown")
        person.enter("QUIT")
        assert person.status() == 0


def test_raw_passes_the_server_through(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    puppet.send(b"250 \033[35mpurple\033[0m\r\n")
    person.wait_for("purple")
    assert b"\033[35mpurple" not in person.raw
    person.local("raw on")
    puppet.send(b"250 \033[35mviolet\033[0m\r\n")
    person.wait_for("violet")
    assert b"\033[35mviolet" in person.raw


def test_history_is_listed(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("VRFY earlier")
    puppet.wait_lines(1)
    puppet.send(b"250 ok\r\n")
    person.wait_for("250 ok")
    person.wait_prompt()
    person.local("history")
    person.wait_for("VRFY earlier", count=2)


def test_shell_command_runs_on_a_sane_terminal(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("NOOP")
    person.wait_row("smtp> NOOP")
    person.local("! stty -a | tr ' ;' '\\n\\n' | "
          "grep -cx -e icanon -e echo -e icrnl")
    person.wait_match(r"(?m)^3$")
    person.wait_row("smtp> NOOP")


def test_close_then_open_another(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.command("close")
    puppet.wait_over()
    person.wait_prompt("telex> ")
    with Fake(Strict()) as fake:
        person.enter(f"open smtp://localhost:{fake.port}")
        person.wait_prompt()
        person.talk("NOOP", "250 2.0.0 ok")
        person.enter("QUIT")
        person.wait_for("221 bye")


def test_quit_leaves(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.command("quit")
    assert person.status() == 0
    person.assert_terminal_restored()


def test_tls_command_upgrades(sit, authority):
    with MailServer(starttls=authority.server_side()) as server:
        person = sit("--cafile", authority.cafile, "localhost", server.port)
        person.wait_prompt()
        person.talk("EHLO x", "250-STARTTLS")
        person.local("tls smtp", "smtp+tls> ")
        person.wait_match(r"(?m)^\* .*TLSv1\.3")
        person.local("cert", "smtp+tls> ")
        person.wait_match(r"(?i)[0-9a-f]{64}|([0-9A-F]{2}:){31}")
        person.wait_for("mx.example.test")
        person.local("status", "smtp+tls> ")
        person.enter("QUIT")
        assert person.status() == 0


def test_tls_command_asks_as_the_named_protocol_does(sit, authority):
    with MailServer(starttls=authority.server_side()) as server:
        person = sit("--cafile", authority.cafile, "-P", "raw", "localhost",
                     server.port)
        person.wait_for("220 ")
        person.wait_prompt("raw> ")
        person.local("tls whois", "raw> ")
        person.wait_for("tls: whois has no way to ask for TLS")
        person.local("tls smtp", "smtp+tls> ")
        person.wait_match(r"(?m)^\* .*TLSv1\.3")
        person.talk("EHLO x", "250 HELP", "smtp+tls> ")
        person.enter("QUIT")
        assert person.status() == 0


@pytest.mark.parametrize("words,key", [
    (["-e", "^T"], control("t")), (["--escape=^T"], control("t")),
    (["-e", control("t")], control("t"))])
def test_another_key_opens_the_local_prompt(sit, puppet, words, key):
    person = sit(*words, *puppet.target)
    person.wait_prompt()
    person.type(key)
    person.wait_prompt("telex> ")


@pytest.mark.parametrize("words", [["-E"], ["--no-escape"], ["-e", "none"]])
def test_local_prompt_can_be_turned_off(sit, puppet, words):
    person = sit(*words, *puppet.target)
    person.wait_prompt()
    person.key("local")
    person.enter("NOOP")
    line = puppet.wait_lines(1)[0]
    assert line.endswith(b"NOOP")


def test_tab_completes_local_commands(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.key("local")
    person.wait_prompt("telex> ")
    person.type("unb")
    person.key("tab")
    person.wait(lambda: person.row().startswith("telex> unbase64"),
                "no completion")


# --- what a beginner meets ---

def test_words_for_the_server_are_told_from_commands(sit):
    person = sit("--practice")
    person.wait_prompt()
    person.local("RCPT TO:<a@example.org>")
    person.wait_for("telex: RCPT: no such command (it is said to the server")
    person.local("nonsense")
    person.wait_for("telex: nonsense: no such command (help lists them)")
    person.local("close", "telex>")
    person.enter("EHLO me")
    person.wait_for("EHLO: no such command (help lists them; open HOST PORT")


def test_notes_are_broken_between_words(sit):
    person = sit("--practice", columns=40)
    person.wait_prompt()
    assert "* ^] ? for help" in person.rows()
    person.local("help RCPT")
    rows = person.rows()
    start = rows.index("* RCPT TO:<address> [PARAMETER=value")
    assert rows[start + 1:start + 3] == [
        "  ...]: one recipient of the message", "  (RFC 5321, 4.1.1.3)"]
    person.enter("RCPT TO:<a@example.org>")
    person.wait_for("503    the commands came in the\n"
                    "           wrong order")


def test_challenge_names_no_key_that_a_dumb_terminal_lacks(sit):
    person = sit("--practice", env={"TERM": "dumb"})
    person.wait_for("220 ")
    for line, answer in (("EHLO x", "250 "), ("AUTH LOGIN", "334 ")):
        person.enter(line)
        person.wait_for("\n" + answer)
    person.wait_for("a lone * gives up")
    assert "^] base64" not in person.everything()


@pytest.mark.parametrize("protocol", ["smtp", "raw"])
def test_key_on_a_dumb_terminal_is_not_sent(sit, protocol):
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("-P", protocol, "localhost", fake.port,
                     env={"TERM": "dumb"})
        person.wait_for("220 fake.example.test")
        person.type("\x1dhelp\r")
        person.wait_for("! not sent: a terminal without an editor")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"QUIT"]


def test_nothing_is_promised_that_a_dumb_terminal_lacks(sit):
    person = sit("--practice", env={"TERM": "dumb"})
    person.wait_for("220 ")
    assert "not encrypted" in person.everything()
    assert "for help" not in person.everything()
