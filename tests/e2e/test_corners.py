# SPDX-License-Identifier: ISC
"""Corners in which a bug was found once: each row is one of them."""

import os
import re
import resource
import signal
import socket
import subprocess
import termios
import threading
import time

import pytest

from fakes import Fake, Gone, Puppet, Strict
from person import control
from servers import MailServer, crlf, session

ELSEWHERE = "192.0.2.1"  # not loopback; led to the test's own server


# --- line ends that two blocks share


BLOCK = 4096


def body_cut_at_blocks(size, before):
    """CR is the last byte of every block of the script, LF the next's first.

    `before` bytes of the script come before this body.
    """
    lines, at = [], before
    while at < before + size:
        length = BLOCK - at % BLOCK + 1
        lines.append(b"x" * (length - 2) + b"\r\n")
        at += length
    return b"".join(lines)


def test_line_end_across_blocks_of_a_file_stays_one(telex, tmp_path):
    head = crlf("EHLO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n")
    body = body_cut_at_blocks(300000, len(head))
    script = head + body + b".\r\nQUIT\r\n"
    for end in range(BLOCK, len(head + body), BLOCK):
        assert script[end - 1:end + 1] == b"\r\n"
    (tmp_path / "script").write_bytes(script)
    talk = Strict()
    with Fake(talk) as fake, open(tmp_path / "script", "rb") as file:
        ran = telex.run("-P", "smtp", fake.host, fake.port, stdin=file)
        fake.done()
    assert talk.bodies == [body]
    assert bytes(fake.peer.received) == script
    assert ran.status == 0, ran


@pytest.mark.parametrize("words", [(), ("-v",), ("--raw",)],
                         ids=["data", "shown", "raw"])
def test_line_end_across_two_reads_of_mail_data_stays_one(telex, words):
    arrived = threading.Event()

    def body(peer):
        peer.send(b"354 go on\r\n")
        if not words:
            peer.until(b"one")
        arrived.set()
        assert peer.until(b"\n.\r\n").endswith(b"\r\n.\r\n")
        peer.send(b"250 kept\r\n")
        return b"250"
    talk = Strict(replies={b"DATA": body})
    with Fake(talk) as fake:
        with telex.start(*words, "-P", "smtp", fake.host, fake.port,
                         bufsize=0) as process:
            process.stdin.write(b"DATA\r\none\r")
            assert arrived.wait(20)
            time.sleep(0.1)
            process.stdin.write(b"\ntwo\r\n.\r\nQUIT\r\n")
            process.communicate(timeout=20)
        fake.done()
    assert bytes(fake.peer.received) == b"DATA\r\none\r\ntwo\r\n.\r\nQUIT\r\n"
    assert process.returncode == 0


def test_line_end_across_two_reads_of_a_stream_stays_one(telex):
    arrived = threading.Event()

    def play(peer):
        peer.until(b"one")
        arrived.set()
        peer.rest()
    with Fake(play) as fake:
        with telex.start("-P", "raw", fake.host, fake.port,
                         bufsize=0) as process:
            process.stdin.write(b"one\r")
            assert arrived.wait(20)
            time.sleep(0.1)
            process.stdin.write(b"\ntwo\n")
            process.communicate(timeout=20)
        fake.done()
    assert bytes(fake.peer.received) == b"one\r\ntwo\r\n"


# --- secrets


def hexadecimal(text):
    return " ".join(f"{byte:02x}" for byte in text.encode())


def assert_kept_secret(person, telex, secret):
    kept = telex.history.read_text() if telex.history.exists() else ""
    assert secret not in kept
    for form in (secret, hexadecimal(secret)):
        assert form.encode() not in person.raw, form


@pytest.mark.parametrize("trace", ["-q", "-v", "-vvv"])
def test_secret_entered_before_its_turn_waits_and_stays_hidden(sit, telex,
                                                               trace):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit(trace, "-P", "smtp", "localhost", fake.port, rows=60)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter("XSECRET swordfish")
        person.pump(0.2)
        assert puppet.lines == [b"NOOP"]
        puppet.send(b"250 noop\r\n")
        assert puppet.wait_lines(2)[1] == b"XSECRET swordfish"
        puppet.send(b"250 taken\r\n")
        person.wait_for("250 taken")
        person.wait_prompt()
        person.enter("HELP")
        puppet.wait_lines(3)
        puppet.send(b"214 help\r\n")
        person.wait_for("214 help")
        person.wait_prompt()
    assert puppet.lines == [b"NOOP", b"XSECRET swordfish", b"HELP"]
    assert_kept_secret(person, telex, "swordfish")
    text = person.everything()
    assert ("C: ****" in text) == ("C: HELP" in text) == (trace != "-q")
    assert "HELP" in telex.history.read_text()


def test_secret_behind_lines_that_wait_is_not_taken_for_one_of_them(sit,
                                                                    telex):
    """It cannot be said which line is meant: that is told instead."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-v", "-P", "smtp", "localhost", fake.port, rows=60)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.enter("RSET")
        person.wait_prompt()
        person.command("secret")
        person.wait_match(r"(?m)^telex: secret: 1 line waits ")
        person.wait_prompt()
        puppet.send(b"250 noop\r\n")
        puppet.wait_lines(2)
        puppet.send(b"250 reset\r\n")
        person.wait_for("250 reset")
        person.wait_prompt()
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter("XSECRET swordfish")
        puppet.wait_lines(3)
        puppet.send(b"250 taken\r\n")
        person.wait_for("250 taken")
        person.wait_prompt()
    assert puppet.lines == [b"NOOP", b"RSET", b"XSECRET swordfish"]
    assert_kept_secret(person, telex, "swordfish")
    assert "C: RSET" in person.everything()
    assert "RSET" in telex.history.read_text()


def test_only_one_line_is_announced_as_secret(sit, telex):
    """What is typed behind it while it waits is seen, and may be kept."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-v", "-P", "smtp", "localhost", fake.port, rows=60)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter("XSECRET swordfish")
        person.wait_prompt()
        person.type("RSET")
        person.wait_row("smtp> RSET")
        person.enter()
        for number in range(1, 4):
            puppet.wait_lines(number)
            puppet.send(b"250 reply %d\r\n" % number)
        person.wait_for("250 reply 3")
        person.wait_prompt()
    assert puppet.lines == [b"NOOP", b"XSECRET swordfish", b"RSET"]
    assert_kept_secret(person, telex, "swordfish")


def test_secret_that_waited_is_asked_about_at_its_turn(sit, telex, shim):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", ELSEWHERE, fake.port,
                     env=telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE))
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter("XSECRET swordfish")
        person.wait_prompt()
        person.type("half")
        person.wait_row("smtp> half")
        puppet.send(b"250 noop\r\n")
        person.wait_prompt("send it? [y/N] ")
        assert puppet.lines == [b"NOOP"]
        person.enter("y")
        assert puppet.wait_lines(2)[1] == b"XSECRET swordfish"
        puppet.send(b"250 taken\r\n")
        person.wait_for("250 taken")
        person.wait_row("smtp> half")
    assert_kept_secret(person, telex, "swordfish")


def wait_echo(person, on):
    """Wait until the terminal shows what is typed, or does not."""
    person.wait(lambda: bool(person.modes()[3] & termios.ECHO) == on,
                "the terminal stays mute" if on else "a secret would be seen")


@pytest.mark.parametrize("where", [ELSEWHERE, "127.0.0.1"])
@pytest.mark.parametrize("term", ["dumb", None])
def test_secret_on_a_dumb_terminal_is_not_echoed(sit, telex, shim, where,
                                                 term):
    """No question can be asked there: who can be overheard is warned."""
    talk = Strict(replies={b"AUTH": b"334 name\r\n",
                           b"334": [b"334 word\r\n", b"235 in\r\n"]})
    with Fake(talk) as fake:
        person = sit("-v", "-P", "smtp", where, fake.port,
                     env={**telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE),
                          "TERM": term})
        person.wait_for("220 fake")
        person.enter("AUTH LOGIN")
        person.wait_for("334 name")
        wait_echo(person, False)
        person.enter("YWxpY2U=")
        person.wait_for("334 word")
        wait_echo(person, False)
        person.enter("c3dvcmRmaXNo")
        person.wait_for("235 in")
        wait_echo(person, True)
        person.enter("NOOP")
        person.wait_for("250 2.0.0")
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands == [b"AUTH LOGIN", b"YWxpY2U=", b"c3dvcmRmaXNo",
                             b"NOOP", b"QUIT"]
    for secret in ("YWxpY2U=", "c3dvcmRmaXNo"):
        assert_kept_secret(person, telex, secret)
    warned = person.everything().count("! a secret goes out in plain text")
    assert warned == (1 if where == ELSEWHERE else 0)
    person.assert_terminal_restored()


@pytest.mark.parametrize("how", ["key", signal.SIGTERM, signal.SIGHUP,
                                 signal.SIGQUIT])
def test_signal_at_a_secret_leaves_no_mute_terminal(sit, how):
    """On a terminal without an editor too."""
    with Fake(Strict(replies={b"AUTH": b"334 name\r\n"})) as fake:
        person = sit("-P", "smtp", "localhost", fake.port,
                     env={"TERM": "dumb"})
        person.wait_for("220 fake")
        person.enter("AUTH LOGIN")
        person.wait_for("334 name")
        wait_echo(person, False)
        if how == "key":
            person.type(control("c"))
        else:
            person.signal(how)
        assert person.status() == -(signal.SIGINT if how == "key" else how)
    person.assert_terminal_restored()


def test_stop_at_a_secret_leaves_no_mute_terminal(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit(argv=["bash", "--norc", "--noediting", "-i"],
                     env={"PS1": "shell> ", "TERM": "dumb"})
        person.wait_prompt("shell> ")
        person.enter(f'"$telex" -P smtp localhost {fake.port}')
        person.wait_for("220 fake")
        person.enter("AUTH LOGIN")
        puppet.wait_lines(1)
        puppet.send(b"334 name\r\n")
        person.wait_for("334 name")
        wait_echo(person, False)
        person.type(control("z"))
        person.wait_prompt("shell> ")
        wait_echo(person, True)
        person.enter("fg")
        wait_echo(person, False)
        person.enter("c3dvcmRmaXNo")
        assert puppet.wait_lines(2)[1] == b"c3dvcmRmaXNo"
        puppet.send(b"235 in\r\n")
        person.wait_for("235 in")
        wait_echo(person, True)
    assert b"c3dvcmRmaXNo" not in person.raw


# --- time


def greet(peer):
    peer.send(Strict.GREETING)


def greet_and_take_data(peer):
    greet(peer)
    assert peer.line() == b"DATA"
    peer.send(b"354 go on\r\n")


DEAF = {
    "mail data": ("smtp", greet_and_take_data, b"DATA\n", "read nothing"),
    "command": ("smtp", greet, b"NOOP ", "NOOP is still owed"),
    "stream": ("raw", greet, b"", "read nothing"),
}


@pytest.mark.parametrize("name", DEAF)
def test_server_that_reads_nothing_is_given_up(telex, tmp_path, name):
    protocol, before, head, words = DEAF[name]
    with open(tmp_path / "script", "wb") as script:
        script.write(head)
        script.truncate(64 << 20)
    gone = threading.Event()

    def play(peer):
        before(peer)
        gone.wait(20)
    with Fake(play) as fake, open(tmp_path / "script", "rb") as script:
        started = time.monotonic()
        ran = telex.run("-i", "1", "-P", protocol, fake.host, fake.port,
                        stdin=script)
        taken = time.monotonic() - started
        gone.set()
    assert ran.status == 7, ran
    errors = ran.lines("telex: ")
    assert len(errors) == 1 and words in errors[0] and "1 s" in errors[0], ran
    assert 0.9 < taken < 10


# --- a greeting that is none


REFUSALS = [(b"550 5.7.1 not you\r\n", 5), (b"554 5.3.2 nobody\r\n", 5),
            (b"554-not\r\n554 today\r\n", 5), (b"421 4.3.2 later\r\n", 4),
            (b"450 4.3.2 later\r\n", 4)]


@pytest.mark.parametrize("words", [("-P", "smtp"), ("-c", "EHLO x")],
                         ids=["script", "option"])
@pytest.mark.parametrize("greeting,status", REFUSALS,
                         ids=["550", "554", "two lines", "421", "450"])
def test_refusing_greeting_stops_a_script(telex, greeting, status, words):
    def play(peer):
        peer.send(greeting)
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(*words, fake.host, fake.port, input=session())
        fake.done()
    assert bytes(fake.peer.received) == b"", "something was sent"
    assert ran.out == greeting
    warnings = ran.lines("! ")
    assert any("refuses" in line and greeting[:3].decode() in line
               for line in warnings), ran
    assert ran.status == status, ran


@pytest.mark.parametrize("greeting,status", REFUSALS,
                         ids=["550", "554", "two lines", "421", "450"])
def test_refusing_greeting_is_told_to_a_person(sit, greeting, status):
    del status  # who types has seen it
    puppet = Puppet(greeting)
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_match(r"(?m)^! .*refuses.*" + greeting[:3].decode())
        if greeting.startswith(b"421"):
            puppet.close()
        else:
            # A person may go on all the same, to see what comes.
            person.wait_prompt()
            person.enter("QUIT")
            puppet.wait_line(b"QUIT")
            puppet.send(b"221 bye\r\n")
            puppet.close()
        assert person.status() == 0
    assert puppet.lines == ([] if greeting.startswith(b"421") else [b"QUIT"])
    person.assert_terminal_restored()


@pytest.mark.parametrize("before,after", [
    (b"220 go", b" ahead\r\n"), (b"220-go\r\n220", b" ahead\r\n"),
    (b"220 go ahead\r", b"\n"), (b"220 go ahead\r\n", b"")],
    ids=["half", "half of two", "CR", "whole"])
def test_go_ahead_begun_before_the_command_is_none(telex, before, after):
    shown = threading.Event()

    def play(peer):
        greet(peer)
        assert peer.line() == b"EHLO x"
        peer.send(b"250 STARTTLS\r\n", before, pause=0.1)
        time.sleep(0.1)
        shown.set()
        assert peer.line() == b"STARTTLS"
        peer.send(after)
        early = peer.early(0.5)
        peer.send(b"454 no\r\n")
        return early + peer.rest()
    heard = []
    with Fake(lambda peer: heard.append(play(peer))) as fake:
        with telex.start("-P", "smtp", fake.host, fake.port,
                         bufsize=0) as process:
            process.stdin.write(b"EHLO x\n")
            assert shown.wait(20)
            process.stdin.write(b"STARTTLS\nMAIL FROM:<a@b>\nQUIT\n")
            process.communicate(timeout=20)
        fake.done()
    assert heard == [b""], "what came before was believed"
    assert process.returncode == 3


# --- local commands


def test_send_of_a_bad_list_sends_none_of_it(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.command("send 51 55 49 54 crlf oops")
        person.wait_for("pairs of hex digits")
        person.wait_prompt()
        person.enter("NOOP")
        assert puppet.wait_lines(1) == [b"NOOP"]


@pytest.mark.parametrize("half,words", [
    (b"250 half a line", '15 bytes of plain text came before it, as from '
     'an attacker in between: "250 half a line"'),
    (b"2", '1 byte of plain text came before it, as from an attacker in '
     'between: "2"'),
    (b"250 half\r", r'9 bytes of plain text came before it, as from an '
     r'attacker in between: "250 half\x0d"'),
    (b"250-" + b"z" * 70000, 'at least 70004 bytes of plain text came before '
     'it, as from an attacker in between: "250-' + "z" * 56 + '..."')],
    ids=["line", "byte", "CR", "long"])
def test_half_a_line_before_tls_is_counted_and_quoted(sit, half, words):
    """... though nothing of it is in the kernel's buffer any more."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port, columns=250)
        person.wait_prompt()
        puppet.send(half)
        shown = re.escape(half[:8].decode()) + ("$" if half == b"2" else "")
        person.wait_match("(?m)^" + shown)
        person.wait(lambda: person.raw.count(b"z") >= half.count(b"z"),
                    "not all of it came")
        person.command("tls")
        assert person.status() == 3
    assert "TLS was not begun: " + words in person.everything()
    assert puppet.lines == []


# --- words of the server that look like ours


@pytest.mark.parametrize("colors,text,shown", [
    ("note=", "* TLSv1.3, verified", r"\x2a TLSv1.3, verified"),
    ("note=0", "* TLSv1.3, verified", r"\x2a TLSv1.3, verified"),
    ("temp=", "! not encrypted", r"\x21 not encrypted"),
    ("perm=39", "telex: no", r"\x74elex: no"),
    ("note=7", "* TLSv1.3, verified", "* TLSv1.3, verified")])
def test_line_like_ours_is_told_from_ours(sit, colors, text, shown):
    """By colour, or else by its first byte."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port,
                     env={"TELEX_COLORS": colors})
        person.wait_prompt()
        puppet.send(text.encode() + b"\r\n250 then\r\n")
        person.wait_for("250 then")
        assert shown in person.everything().splitlines()
    if shown == text:
        assert b"\033[7m* localhost" in person.raw


# --- whoever reads stdout has stopped


def no_descriptor_more():
    """The pipe cannot be opened anew: the socket has the last descriptor."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))


def start_with(telex, how, *words, **more):
    """Start telex with a stdout of this kind; the file to read it from."""
    if how == "not reopened":
        more["preexec_fn"] = no_descriptor_more
    words = (*(["--lf"] if how == "--lf" else []), "-P", "raw", *words)
    if how != "socket":
        process = telex.start(*words, **more)
        return process, process.stdout
    ours, theirs = socket.socketpair()
    with theirs:
        process = telex.start(*words, stdout=theirs, **more)
    return process, ours.makefile("rb")


def lines_of_server(size):
    """Lines with a bare CR now and then, as often cut as not."""
    line = b"a line of the server\r\nwith\ra bare CR\r\r\n"
    return line * (size // len(line))


HOW = ["pipe", "--lf", "not reopened", "socket"]


@pytest.mark.parametrize("how", HOW)
def test_upload_goes_on_when_stdout_is_not_read(telex, tmp_path, how):
    size = 24 << 20
    said = lines_of_server(size)
    with open(tmp_path / "upload", "wb") as file:
        file.truncate(size)
    uploaded = threading.Event()

    def play(peer):
        # The first is written by itself: blocks do not fill a pipe exactly.
        pieces = (said[:100], said[100:])
        sender = threading.Thread(target=peer.send, args=pieces,
                                  kwargs={"pause": 0.2})
        sender.start()
        time.sleep(0.6)  # stdout is full now
        left = size
        while left > 0:
            data = peer.sock.recv(1 << 20)
            if not data:
                raise Gone
            left -= len(data)
        uploaded.set()
        sender.join(20)
    with Fake(play) as fake, open(tmp_path / "upload", "rb") as file:
        process, out = start_with(telex, how, fake.host, fake.port,
                                  stdin=file)
        assert uploaded.wait(15), "the upload waits for stdout's reader"
        if how == "not reopened":
            assert len(os.listdir(f"/proc/{process.pid}/fd")) == 4
        with out:
            got = out.read()
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait(20) == 0, err
    assert got == (said.replace(b"\r\n", b"\n") if how == "--lf" else said)


@pytest.mark.parametrize("how", HOW)
def test_slow_reader_of_stdout_is_no_time_out(telex, how):
    """-i is about the server."""
    said = lines_of_server(48 << 20)
    with Fake(lambda peer: peer.send(said)) as fake:
        process, out = start_with(telex, how, "-i", "2", fake.host,
                                  fake.port, stdin=subprocess.DEVNULL)
        time.sleep(3)
        with out:
            got = out.read()
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait(20) == 0, err
    assert got == (said.replace(b"\r\n", b"\n") if how == "--lf" else said)


def ticks(process):
    """Hundredths of a second that it has used the processor."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def rest(process):
    """Wait until it has done what there was to do, or for some time."""
    limit = time.monotonic() + 10
    before = -100
    while (now := ticks(process)) - before > 1 and time.monotonic() < limit:
        before = now
        time.sleep(0.5)


@pytest.mark.parametrize("how", HOW)
def test_slow_reader_of_stdout_costs_no_processor(telex, tmp_path, how):
    """... not even when the server has closed meanwhile."""
    may_send = threading.Event()
    sizes = []

    def play(peer):
        assert may_send.wait(20)
        peer.sock.settimeout(0.5)
        try:
            for _ in range(1000):
                sizes.append(peer.sock.send(b"x" * 8192))
        except TimeoutError:
            pass
    with Fake(play, path=tmp_path / "socket") as fake:
        process, out = start_with(telex, how, "-U", fake.path,
                                  stdin=subprocess.DEVNULL)
        may_send.set()
        fake.done()
        rest(process)
        before = ticks(process)
        time.sleep(1)
        spent = ticks(process) - before
        with out:
            got = out.read()
        process.stderr.close()
        assert process.wait(20) == 0
    assert len(got) == sum(sizes)
    assert spent <= 10, f"{spent} ticks of 10 ms"


# --- the last line of the input decides what follows


def test_quit_is_sent_behind_the_last_reply(telex):
    talk = Strict(replies={b"NOOP": lambda peer: peer.send(
        b"250-", b"a\r\n250 b\r\n", pause=0.3)})
    with Fake(talk) as fake:
        ran = telex.run("-P", "smtp", "--eof=quit", "-c", "NOOP",
                        "localhost", fake.port)
    assert ran.status == 0, ran
    assert talk.commands == [b"NOOP", b"QUIT"]
    assert talk.violations == []


def test_data_as_the_last_line(telex):
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.run("-P", "smtp", "-c", "DATA", "localhost", fake.port)
    assert ran.status == 2
    assert "ended in the mail data" in ran.err


def test_starttls_as_the_last_line(telex, authority):
    with MailServer(starttls=authority.server_side()) as server:
        ran = telex.run("--cafile", authority.cafile, "-c", "EHLO a",
                        "-c", "STARTTLS", "localhost", server.port)
    assert ran.status == 0, ran
    assert "verified" in ran.err


def test_secret_literal_on_a_dumb_terminal_is_not_echoed(sit, telex):
    puppet = Puppet(greeting=b"* OK ready\r\n")
    with Fake(puppet) as fake:
        person = sit("-P", "imap", "127.0.0.1", fake.port,
                     env={"TERM": "dumb"})
        person.wait_for("\n* OK ready")
        person.enter("a1 LOGIN alice {9}")
        puppet.wait_lines(1)
        puppet.send(b"+ go on\r\n")
        wait_echo(person, False)
        person.enter("swordfish")
        assert puppet.wait_lines(2)[1] == b"swordfish"
        puppet.send(b"a1 OK in\r\n")
        person.wait_for("a1 OK in")
        wait_echo(person, True)
    assert_kept_secret(person, telex, "swordfish")
