# SPDX-License-Identifier: ISC
"""The line editor: keys, pastes, history, completion, odd bytes."""

import os
import stat
import time

import pytest

from fakes import Fake, Strict
from person import KEYS, control


# --- keys


def test_keys_edit_the_line(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("OOP")
    person.key("home")
    person.type("N")
    person.key("end")
    person.type(" xyz")
    person.key("left")
    person.key("backspace")
    person.key("delete")
    person.wait_row("smtp> NOOP x")
    person.type(control("a") + control("k") + "RSET" + control("u")
                + "HELP me" + control("w") + "you")
    person.enter()
    assert puppet.wait_lines(1) == [b"HELP you"]


@pytest.mark.parametrize("name", [
    "f1", "f5", "pageup", "pagedown", "ctrl-left", "ctrl-right", "mouse",
    "focus", "up", "down", "left", "right", "home", "end"])
def test_key_leaves_nothing_in_the_line(sit, puppet, name):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("NOOP")
    person.wait_row("smtp> NOOP")
    person.key(name)
    person.key("end")
    person.enter(" x")
    assert puppet.wait_lines(1) == [b"NOOP x"]


def test_key_in_pieces_is_one_key(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("NOP")
    person.wait_row("smtp> NOP")
    for byte in KEYS["left"]:
        person.type(byte)
    person.type("O")
    person.enter()
    assert puppet.wait_lines(1) == [b"NOOP"]


@pytest.mark.parametrize("text", [
    "e\u0301 a\u0308", "中文 😀👩\u200d🚀", "gr\u00fc\u00dfe",
    b"8-bit \xff\xfe\x80 end", b"half \xe4\xb8 end",
    "tab\\\tend"], ids=["combining", "wide", "umlaut", "invalid",
                        "half a character", "quoted tab"])
def test_text_arrives_byte_for_byte(sit, puppet, text):
    person = sit(*puppet.target)
    person.wait_prompt()
    data = text.encode() if isinstance(text, str) else text
    keys = data.replace(b"\\\t", control("v").encode() + b"\t")
    person.type(b"NOOP " + keys + b"\r")
    assert puppet.wait_lines(1) == [b"NOOP " + data.replace(b"\\\t", b"\t")]


def test_quoted_carriage_return_stays_in_the_line(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("a" + control("v") + "\rb\r")
    assert puppet.wait_lines(1) == [b"a\rb"]


@pytest.mark.parametrize("locale", ["C", "POSIX", "no_SUCH.locale"])
def test_other_locales_send_the_same_bytes(sit, puppet, locale):
    person = sit(*puppet.target, env={"LC_ALL": locale})
    person.wait_prompt()
    person.enter("größe 中")
    assert puppet.wait_lines(1) == ["größe 中".encode()]


# --- pastes


def lines_of(number, width):
    return [f"{i:06d} ".ljust(width, "x") for i in range(number)]


@pytest.mark.parametrize("how", ["plain", "bracketed", "crlf"])
def test_ten_thousand_pasted_lines_arrive(sit, puppet, how):
    lines = lines_of(10000, 40)
    person = sit(*puppet.raw_target)
    person.wait_for("220 fake")
    before = time.monotonic()
    if how == "crlf":
        person.type("\r\n".join(lines) + "\r\n")
    else:
        person.paste("\n".join(lines) + "\n", how == "bracketed")
    while len(puppet.lines) < len(lines):
        assert time.monotonic() - before < 120, len(puppet.lines)
        person.pump(0.05)
    assert puppet.lines == [line.encode() for line in lines]
    person.enter("typed again")
    # What was pasted is still being shown: a terminal reads on.
    person.wait(lambda: len(puppet.lines) > 10000, "it does not arrive")
    assert puppet.lines[10000] == b"typed again"


def test_pasted_long_lines_arrive_whole(sit, puppet):
    """A cooked terminal cuts lines at 4,095 bytes."""
    lines = [line.encode() for line in lines_of(20, 10000)]
    person = sit(*puppet.raw_target)
    person.wait_for("220 fake")
    person.paste("\n".join(line.decode() for line in lines) + "\n")
    person.wait(lambda: len(puppet.lines) >= 20, "not all lines came", 40)
    assert puppet.lines == lines


@pytest.mark.parametrize("bracketed", [False, True])
def test_line_of_64_kib_arrives_whole(sit, puppet, bracketed):
    line = ("NOOP " + "0123456789abcdef" * 4096)[:65536]
    person = sit(*puppet.target)
    person.wait_prompt()
    person.paste(line, bracketed)
    person.type("\r")
    person.wait(lambda: puppet.lines, "the line did not come", 60)
    assert puppet.lines == [line.encode()]


def test_paste_completes_the_half_typed_line(sit, puppet):
    person = sit(*puppet.raw_target)
    person.wait_for("220 fake")
    person.type("abc")
    person.wait(lambda: person.row().endswith("abc"), "abc is not shown")
    person.paste("def\nsecond\nhalf")
    puppet.wait_lines(2)
    assert puppet.lines == [b"abcdef", b"second"]
    person.wait(lambda: person.row().endswith("half"), "the rest is lost")
    person.enter(" done")
    puppet.wait_lines(3)
    assert puppet.lines[2] == b"half done"


def test_bracketed_paste_is_text_only(sit, puppet):
    """No key in it acts: TAB completes nothing, ESC and ^] do nothing."""
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("\033[200~NO\tOP\033[Ax\035\033[201~")
    person.enter()
    line = puppet.wait_lines(1)[0]
    assert line.startswith(b"NO\tOP"), line
    assert b"\033" not in line
    assert b"200~" not in line and b"201~" not in line


# --- history


def test_history_outlives_the_session(sit, puppet, telex):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("VRFY first")
    puppet.wait_line(b"VRFY first")
    puppet.send(b"250 ok\r\n")
    person.wait_prompt()
    person.enter("VRFY second")
    puppet.wait_line(b"VRFY second")
    person.signal(15)
    person.status()
    assert stat.S_IMODE(os.stat(telex.history).st_mode) == 0o600
    with Fake(Strict()) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.key("up")
        person.wait_row("smtp> VRFY second")
        person.key("up")
        person.wait_row("smtp> VRFY first")
        person.key("down")
        person.wait_row("smtp> VRFY second")
        person.key("down")
        person.wait_prompt()


def remembered(telex, lines):
    telex.history.parent.mkdir(parents=True)
    telex.history.write_text("".join(line + "\n" for line in lines))
    telex.history.chmod(0o600)


def test_arrows_search_by_what_is_typed(sit, puppet, telex):
    remembered(telex, ["MAIL FROM:<a@b>", "NOOP MAIL", "MAILX", "x.y", "[",
                       "RSET"])
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("MAIL")
    person.wait_row("smtp> MAIL")
    person.key("up")
    person.wait_row("smtp> MAILX")
    person.key("up")
    person.wait_row("smtp> MAIL FROM:<a@b>")
    person.key("down")
    person.key("down")
    person.wait_row("smtp> MAIL")
    person.type(control("u") + "[")
    person.wait_row("smtp> [")
    person.key("up")
    person.pump(0.1)
    person.wait_row("smtp> [")
    person.type(control("u"))
    person.wait_prompt()
    person.key("up")
    person.wait_row("smtp> RSET")


def test_search_finds_an_old_line(sit, puppet, telex):
    remembered(telex, ["MAIL FROM:<needle@example.org>", "NOOP", "RSET"])
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type(control("r"))
    person.type("needle")
    person.wait_for("MAIL FROM:<needle@example.org>")
    person.enter()
    assert puppet.wait_lines(1) == [b"MAIL FROM:<needle@example.org>"]


def test_long_half_typed_line_survives_the_arrows(sit, puppet, telex):
    """libedit's own arrows lose what is behind 1,024 characters."""
    remembered(telex, ["RSET"])
    text = "NOOP " + "0123456789" * 150
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type(text)
    person.wait(lambda: text in person.everything().replace("\n", ""),
                "the line is not shown")
    person.type(control("p"))
    person.type(control("n"))
    person.enter("!")
    assert puppet.wait_lines(1) == [text.encode() + b"!"]


def test_two_sessions_share_the_history(sit, puppet, telex):
    with Fake(Strict()) as other:
        one = sit(*puppet.target)
        two = sit("-P", "smtp", "localhost", other.port)
        one.wait_prompt()
        two.wait_prompt()
        one.enter("VRFY one")
        two.talk("VRFY two", "250 2.0.0 ok")
        puppet.wait_lines(1)
        one.wait(lambda: "VRFY one\n" in telex.history.read_text(),
                 "the history lacks a line")
    kept = telex.history.read_text().splitlines()
    assert sorted(kept) == ["VRFY one", "VRFY two"]


@pytest.mark.parametrize("words,env", [
    (["--no-history"], {}), ([], {"TELEX_HISTFILE": ""})])
def test_history_can_be_turned_off(sit, puppet, telex, words, env):
    person = sit(*words, *puppet.target, env=env)
    person.wait_prompt()
    person.enter("VRFY nothing")
    puppet.wait_lines(1)
    person.signal(15)
    person.status()
    assert not telex.history.exists()


def test_history_file_can_be_named(sit, puppet, tmp_path):
    person = sit(*puppet.target,
                 env={"TELEX_HISTFILE": str(tmp_path / "mine")})
    person.wait_prompt()
    person.enter("VRFY kept")
    puppet.wait_lines(1)
    person.signal(15)
    person.status()
    assert (tmp_path / "mine").read_text() == "VRFY kept\n"


@pytest.mark.parametrize("kind", ["fifo", "directory", "unreadable path"])
def test_odd_history_file_is_a_note_only(sit, puppet, tmp_path, kind):
    path = tmp_path / "history"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path.write_text("")
        path = path / "below"
    person = sit(*puppet.target, env={"TELEX_HISTFILE": str(path)})
    person.wait_prompt()
    person.wait_match(r"(?i)^[*!] .*history")
    person.enter("VRFY anyway")
    puppet.wait_line(b"VRFY anyway")


def test_body_of_a_mail_is_not_remembered(sit, telex):
    with Fake(Strict()) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("DATA", "354 go on", "data> ")
        person.enter("private words")
        person.wait_prompt("data> ")
        person.talk(".", "250 2.0.0 kept")
        person.enter("QUIT")
        person.status()
    assert telex.history.read_text().splitlines() == ["DATA", "QUIT"]


# --- completion


@pytest.mark.parametrize("typed,completed", [
    ("EH", "EHLO "), ("MAIL F", "MAIL FROM:<"), ("rc", "RCPT TO:<"),
    ("ma", "MAIL FROM:<"), ("qui", "QUIT")])
def test_tab_completes_a_verb(sit, puppet, typed, completed):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type(typed)
    person.wait_row("smtp> " + typed)
    person.key("tab")
    person.wait(lambda: person.row().upper().rstrip()
                == ("smtp> " + completed).upper().rstrip(),
                f"{typed} is not completed")


def test_tab_completes_what_the_server_offers(sit):
    talk = Strict(replies={
        b"EHLO": b"250-fake\r\n250-XSPECIAL on\r\n250 SIZE 1000\r\n"})
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.type("XS")
        person.key("tab")
        person.pump(0.1)
        person.wait_row("smtp> XS")
        person.type(control("u"))
        person.talk("EHLO x", "250 SIZE")
        person.type("XS")
        person.key("tab")
        person.wait(lambda: person.row().startswith("smtp> XSPECIAL"),
                    "XSPECIAL is not offered")


def test_second_tab_lists_the_candidates(sit, puppet):
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("E")
    person.wait_row("smtp> E")
    person.key("tab", 2)
    person.wait_match(r"EHLO.*EXPN|EXPN.*EHLO|EHLO\s+EXPN")
    person.wait_row("smtp> E")


def test_tab_in_a_body_is_a_tab(sit):
    talk = Strict()
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.talk("DATA", "354 go on", "data> ")
        person.type("EH")
        person.wait_row("data> EH")
        person.key("tab")
        person.type("x")
        person.wait(lambda: person.row().endswith("x"), "no x is shown")
        person.enter()
        person.wait_prompt("data> ")
        person.talk(".", "250 2.0.0 kept")
        person.enter("QUIT")
        person.status()
    assert talk.bodies == [b"EH\tx\r\n"]


# --- ~/.editrc


@pytest.mark.parametrize("text", [
    "telex:bind -v\n", "edit off\n", "nonsense line\ntelex:bind -e\n",
    "telex:bind ^] ed-quoted-insert\ntelex:bind ^I ed-insert\n"])
def test_editrc_cannot_take_the_important_keys(sit, puppet, telex, text):
    (telex.home / ".editrc").write_text(text)
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("EHL")
    person.key("tab")
    person.wait(lambda: person.row() == "smtp> EHLO", "TAB is dead")
    person.key("local")
    person.wait_prompt("telex> ")
    person.enter()
    person.wait(lambda: person.row() == "smtp> EHLO", "the line is lost")
    person.enter("x")
    assert puppet.wait_lines(1) == [b"EHLO x"]


def test_editrc_binds_keys(sit, puppet, telex):
    (telex.home / ".editrc").write_text("telex:bind ^T ed-move-to-beg\n")
    person = sit(*puppet.target)
    person.wait_prompt()
    person.type("OOP" + control("t") + "N")
    person.enter()
    assert puppet.wait_lines(1) == [b"NOOP"]
