# SPDX-License-Identifier: ISC
"""Where the time goes, what a program is told, and whether a server is well."""

import base64
import datetime
import json
import re
import signal
import socket
import subprocess
import time

import pytest

from fakes import Fake
from practice import Practice
from servers import MailServer, delivered, session
from tlspeer import make_cert

LINE = re.compile(
    r"(\S+) (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+) \|((?: \S+)+)\n")


@pytest.fixture(name="practice")
def fixture_practice(telex, tmp_path):
    server = Practice(telex, tmp_path)
    yield server
    server.end()


def objects(ran):
    """What --json said: every line is an object."""
    assert ran.out.endswith(b"\n")
    return [json.loads(line) for line in ran.out.splitlines()]


def of(events, kind):
    return [event for event in events if event["event"] == kind]


# --- --time


def test_the_summary_names_phases_and_commands(telex, practice):
    ran = telex.run("--time", "-S", "--cafile", practice.ca,
                    f"smtp://localhost:{practice.smtp}",
                    input=session("alice@example.org"))
    assert ran.status == 0, ran
    err = ran.err
    rows = re.findall(r"^  (\S+(?: \S+)*) +(\d+\.\d) ms(.*)$", err, re.M)
    assert [row[0] for row in rows] == [
        "look-up", "connect", "greeting", "TLS", "EHLO", "STARTTLS", "MAIL",
        "RCPT", "DATA", "message", "QUIT", "in all"]
    times = {row[0]: float(row[1]) for row in rows}
    assert sum(times.values()) - times["in all"] <= times["in all"] + 1
    assert "2 times" in next(row[2] for row in rows if row[0] == "EHLO")
    # Each reply has its own line as well.
    assert len(re.findall(r"^\* \d+\.\d{3} s$", err, re.M)) == 9


def test_each_pipelined_command_has_its_own_time(telex):
    def late(peer):
        peer.send(b"220 ready\r\n")
        for wait in (0, 2, 0):
            peer.line()
            time.sleep(wait)
            peer.send(b"250 ok\r\n")
        peer.rest()

    with Fake(late) as server:
        ran = telex.run("--pipeline", "--time", "-P", "smtp", "127.0.0.1",
                        server.port, input=b"NOOP\nRSET\nVRFY a\n")
    times = {word: float(ms) for word, ms in
             re.findall(r"^  (\w+) +(\d+\.\d) ms", ran.err, re.M)}
    assert times["NOOP"] < 1500 <= min(times["RSET"], times["VRFY"]), ran


def test_without_it_nothing_is_timed(telex, practice):
    ran = telex.run("-c", "QUIT", f"smtp://localhost:{practice.smtp}")
    assert " ms" not in ran.err and "* 0." not in ran.err


# --- --json


def test_events_tell_the_whole_session(telex, practice):
    ran = telex.run("--json", "-S", "--cafile", practice.ca,
                    f"smtp://localhost:{practice.smtp}",
                    input=session("alice@example.org"))
    assert ran.status == 0, ran
    events = objects(ran)
    assert [event["at"] for event in events] == sorted(
        event["at"] for event in events)
    connect, = of(events, "connect")
    assert connect["host"] == "localhost"
    assert connect["port"] == practice.smtp
    assert connect["protocol"] == "smtp"
    when = datetime.datetime.strptime(connect["time"], "%Y-%m-%dT%H:%M:%SZ")
    assert abs((datetime.datetime.utcnow() - when).total_seconds()) < 60
    tls, = of(events, "tls")
    assert tls["verified"] is True and "problem" not in tls
    assert tls["version"] == "TLSv1.3" and len(tls["sha256"]) == 64
    ours = [event["text"] for event in of(events, "line")
            if event["from"] == "client"]
    data = ours.index("DATA")
    assert ours[2] == "EHLO client.example.test"
    stuffed = re.sub(rb"^\.", b"..", delivered(), flags=re.M)
    assert "\r\n".join(ours[data + 1:-2]).encode() + b"\r\n" == stuffed
    replies = of(events, "reply")
    assert [reply["to"] for reply in replies] == [
        "greeting", "EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA",
        "message", "QUIT"]
    assert all(reply["ms"] > 0 for reply in replies)
    assert replies[6]["class"] == "intermediate"
    close, = of(events, "close")
    assert close["by"] == "server" and close["commands"] == 7
    assert events[-1]["event"] == "end" and events[-1]["status"] == 0
    assert "error" not in events[-1]


def test_secrets_are_left_out(telex, practice):
    token = base64.b64encode(b"\0alice\0wonderland").decode()
    ran = telex.run("--json", f"smtp://localhost:{practice.smtp}",
                    "-c", "EHLO me", "-c", f"AUTH PLAIN {token}",
                    "-c", "AUTH LOGIN", "-c", "*", "-c", "QUIT")
    assert token not in ran.out.decode() + ran.err
    hidden = [event for event in of(objects(ran), "line")
              if event.get("secret")]
    assert hidden[0]["text"] == "AUTH PLAIN "


def test_lines_of_any_bytes_are_exact(telex):
    lines = [b"\xff\x00\x1b[31m", b"caf\xc3\xa9 \xe2\x80\xae", b"x" * 40000,
             b"\xc3", b""]
    ends = [b"\r\n", b"\n", b"\r\n", b"\r\n", b"\r\n"]

    def odd(peer):
        peer.send(b"".join(map(b"".join, zip(lines, ends))))
        peer.send(b"no end")

    with Fake(odd) as server:
        ran = telex.run("--json", "-P", "raw", "127.0.0.1", server.port,
                        input=b"")
    assert b"\x1b" not in ran.out and b"\xe2\x80\xae" not in ran.out
    whole, got = b"", []
    for event in of(objects(ran), "line"):
        whole += (base64.b64decode(event["base64"]) if "base64" in event
                  else event["text"].encode())
        if not event.get("more"):
            got.append((whole, event.get("end", "crlf")))
            whole = b""
    assert got == list(zip(lines, ["crlf", "lf", "crlf", "crlf", "crlf"]))
    assert whole == b"no end"


@pytest.mark.parametrize("size", range(16381, 16387))
def test_no_piece_parts_a_line_end(telex, size):
    def long(peer):
        peer.send(b"a" * size + b"\r\n")

    with Fake(long) as server:
        ran = telex.run("--json", "-P", "raw", "127.0.0.1", server.port,
                        input=b"")
    told = of(objects(ran), "line")
    assert "".join(event["text"] for event in told) == "a" * size
    assert not any("end" in event for event in told)


def test_a_failure_is_the_end(telex):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        ran = telex.run("--json", f"smtp://127.0.0.1:{deaf.getsockname()[1]}")
    end, = objects(ran)
    assert ran.status == end["status"] == 1
    assert end["error"] in ran.err


def test_stdout_that_is_full_ends_the_session(telex, practice):
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [telex.path, "--json", f"smtp://localhost:{practice.smtp}", "-c",
             "QUIT"], stdout=full, stderr=subprocess.PIPE, timeout=20,
            check=False)
    assert ran.returncode == 1
    assert b"cannot write to standard output" in ran.stderr


def test_json_has_the_error_of_a_picture_too(telex, tmp_path):
    (tmp_path / "gone").mkdir()

    def remove(peer):
        peer.send(b"220 ready\r\n")
        peer.line()
        (tmp_path / "gone").rmdir()
        peer.send(b"221 bye\r\n")
        peer.close()

    with Fake(remove) as server:
        ran = telex.run("--json", "--draw", tmp_path / "gone/x.svg", "-c",
                        "QUIT", f"smtp://127.0.0.1:{server.port}")
    end = objects(ran)[-1]
    assert ran.status == end["status"] == 2
    assert end["error"].endswith("gone/x.svg: no such file or directory")


# --- --check


def checked(telex, *words):
    ran = telex.run("--check", *words)
    match = LINE.fullmatch(ran.out.decode())
    assert match, ran
    measures = dict(item.split("=") for item in match[4].split())
    return ran.status, match[2], match[3], measures


def test_all_is_well(telex, practice):
    status, level, text, measures = checked(
        telex, "-S", "--cafile", practice.ca, "--warn=days=0",
        "--crit=days=0", "--warn=time=50", "--crit=time=100",
        f"smtp://localhost:{practice.smtp}")
    assert (status, level) == (0, "OK")
    assert re.search(r"; certificate until \d{4}-\d\d-\d\d, \d+ days?$", text)
    assert re.fullmatch(r"\d+\.\d{6}s;50;100", measures["time"])
    assert re.fullmatch(r"\d+\.\d{6}s;;", measures["reply"])
    assert re.fullmatch(r"\d+;0:;0:", measures["days"])


def slow(peer):
    """Half of the time goes before the greeting."""
    time.sleep(0.15)
    peer.send(b"220 ready\r\n")
    while peer.line() != b"QUIT":
        peer.send(b"250 ok\r\n")
    time.sleep(0.15)
    peer.send(b"221 bye\r\n")
    peer.close()


@pytest.mark.parametrize("limit,status", [
    ("--warn=time=0.2", 1), ("--crit=time=0.2", 2), ("--warn=reply=0.1", 1),
    ("--crit=reply=0.1", 2), ("--crit=time=20", 0), ("--crit=reply=20", 0)])
def test_limits_of_time(telex, limit, status):
    with Fake(slow) as server:
        got = checked(telex, limit, f"smtp://127.0.0.1:{server.port}")
    assert got[0] == status
    assert got[0] == ["OK", "WARNING", "CRITICAL", "UNKNOWN"].index(got[1])
    assert got[3]["time"].split(";")[0] > "0.3"


def test_limits_are_as_fine_as_the_measures(telex, practice):
    status, level, text, measures = checked(
        telex, "--warn=reply=0.000001", "--crit=reply=0.000002",
        "--warn=time=1000000", f"smtp://localhost:{practice.smtp}")
    assert (status, level) == (2, "CRITICAL")
    assert text.endswith(" s (limit 0.000002)")
    assert measures["reply"].endswith("s;0.000001;0.000002")
    assert measures["time"].endswith("s;1000000;")


def test_greeting_is_a_reply_too(telex):
    """It is all that a tarpit is slow with."""
    def late(peer):
        time.sleep(0.5)
        peer.send(b"220 ready\r\n")
        peer.line()
        peer.send(b"250 ok\r\n")
        peer.line()
        peer.send(b"221 bye\r\n")
        peer.close()

    with Fake(late) as server:
        status, level, text, measures = checked(
            telex, "--warn=reply=0.3", f"smtp://127.0.0.1:{server.port}")
    assert (status, level) == (1, "WARNING"), text
    assert text.endswith(" s (limit 0.3)")
    assert float(measures["reply"].split("s;")[0]) > 0.4


def test_limit_that_was_passed_is_named(telex, practice):
    _, _, text, _ = checked(
        telex, "-S", "--cafile", practice.ca, "--warn=days=9999",
        "--crit=days=0", "--warn=time=20", "--crit=reply=0",
        f"smtp://localhost:{practice.smtp}")
    assert re.fullmatch(r"[\d.]+ s, the slowest reply [\d.]+ s \(limit 0\); "
                        r"certificate until [\d-]+, \d+ days? \(limit 9999\)",
                        text)


@pytest.mark.parametrize("limit,status", [
    ("--warn=days=9999", 1), ("--crit=days=9999", 2), ("--crit=days=0", 0)])
def test_limits_of_days(telex, practice, limit, status):
    got = checked(telex, "-S", "--cafile", practice.ca, "--warn=days=0",
                  "--crit=days=0", limit, f"imap://localhost:{practice.imap}")
    assert got[0] == status


@pytest.mark.parametrize("limit", ["--warn=days=40", "--crit=days=0"])
def test_days_that_cannot_be_judged_are_not_known(telex, practice, limit):
    where = f"smtp://localhost:{practice.smtp}"
    status, level, text, measures = checked(telex, limit, where)
    assert (status, level) == (3, "UNKNOWN")
    assert text.endswith("; the certificate's days are not known: there was "
                         "no TLS (-S or -T asks for it)")
    assert "days" not in measures
    # Nobody asked for the limits that are there anyhow.
    assert checked(telex, where)[0] == 0
    # What is known to be wrong is not hidden by it.
    assert checked(telex, limit, "--crit=time=0", where)[0] == 2


def test_certificate_that_is_over(telex, tmp_path):
    old = make_cert(tmp_path, "old", days=-1)
    with MailServer(tls=old.context()) as server:
        status, level, text, measures = checked(
            telex, "-k", f"smtps://localhost:{server.port}")
    assert (status, level) == (2, "CRITICAL")
    assert re.search(r"; certificate until \d{4}-\d\d-\d\d, expired 1 day "
                     r"ago \(limit 7\)$", text)
    assert measures["days"] == "-1;21:;7:"


def test_what_is_wrong_is_critical(telex, practice):
    status, level, text, measures = checked(
        telex, "-S", f"smtp://localhost:{practice.smtp}")
    assert (status, level) == (2, "CRITICAL")
    assert "not trusted here" in text
    status, level, text, _ = checked(
        telex, "-c", "EHLO me", "-c", "RCPT TO:<bob@example.org>",
        f"smtp://localhost:{practice.smtp}")
    assert (status, level) == (2, "CRITICAL")
    assert text.startswith("1 of 3 commands refused (last: 503)")


def test_the_measures_are_none_of_the_servers(telex):
    """Programs take all that follows the first bar for measures."""
    def forge(peer):
        peer.send(b"220 a | time=0.000001s;; days=9999\r\n")
        peer.rest()

    with Fake(forge) as server:
        status, level, text, measures = checked(
            telex, f"smtps://127.0.0.1:{server.port}")
    assert (status, level) == (2, "CRITICAL")
    assert "220 a / time=0.000001s;; days=9999" in text
    assert set(measures) == {"time", "reply"}


def test_another_protocol_is_critical(telex):
    """Where the client speaks first, nothing is owed to one that is silent."""
    def greet(peer):
        peer.send(b"220 not a web server\r\n")
        peer.rest()
        peer.close()

    with Fake(greet) as server:
        status, level, text, _ = checked(
            telex, f"http://127.0.0.1:{server.port}")
    assert (status, level) == (2, "CRITICAL")
    assert text.startswith("1 line was no reply of http; ")


def test_standard_input_is_not_there_twice(telex):
    ran = telex.run("--check", "--interval=1", "-f", "-", "smtp://127.0.0.1",
                    input=b"NOOP\n")
    assert ran.status == 3
    assert "standard input has them once (-f FILE)" in ran.out.decode()


@pytest.mark.parametrize("words, why", [
    (["--check", "--warn=days=x", "smtp://localhost"], "a limit is "),
    (["--interval=5", "--json", "smtp://localhost"], "contradict"),
    (["--check", "--nonsense"], "unknown option --nonsense"),
    (["-p", "70000", "smtp://localhost", "--check"], "no port 70000"),
    (["--check", "smtp://localhost:0"], "port"),
    (["--check"], "--check needs a server"),
])
def test_a_wrong_command_line_is_no_alarm(telex, words, why):
    ran = telex.run(*words)
    assert ran.status == 3, ran
    assert re.fullmatch(r"TELEX UNKNOWN - [^|\n]+\n", ran.out.decode())
    assert why in ran.out.decode()
    assert ran.err == ""


def test_a_transient_refusal_is_a_warning(telex):
    def busy(peer):
        peer.send(b"220 ready\r\n")
        peer.line()
        peer.send(b"451 come back later\r\n")
        peer.line()
        peer.send(b"221 bye\r\n")
        peer.close()

    with Fake(busy) as server:
        status, level, _, _ = checked(telex, f"smtp://127.0.0.1:{server.port}")
    assert (status, level) == (1, "WARNING")


@pytest.mark.parametrize("code,want", [(421, (1, "WARNING")),
                                       (554, (2, "CRITICAL"))])
def test_refused_greeting_is_no_refused_command(telex, code, want):
    def closed(peer):
        peer.send(b"%d not today\r\n" % code)
        peer.line()
        peer.send(b"221 bye\r\n")
        peer.close()

    with Fake(closed) as server:
        status, level, text, _ = checked(telex,
                                         f"smtp://127.0.0.1:{server.port}")
    assert (status, level) == want
    assert text.startswith(f"the server refuses this session: {code}; ")


@pytest.mark.parametrize("words,name", [
    (["smtp://127.0.0.1:{}"], "SMTP"), (["imaps://127.0.0.1:{}"], "IMAP"),
    (["-P", "pop3", "127.0.0.1", "{}"], "POP3"),
    (["127.0.0.1", "{}"], "TELEX"), (["tcp://127.0.0.1:{}"], "TELEX"),
    (["-P", "raw", "127.0.0.1", "{}"], "TELEX")])
def test_nobody_there(telex, words, name):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        words = [word.format(port) for word in words]
        status, level, text, _ = checked(telex, *words)
        ran = telex.run("--check", *words)
    assert (status, level) == (2, "CRITICAL")
    assert "connection refused" in text
    assert ran.out.startswith(f"{name} CRITICAL - ".encode())


def test_what_cannot_be_read_is_not_known(telex, practice):
    status, level, text, _ = checked(
        telex, "-S", "--cafile", "/nonexistent",
        f"smtp://localhost:{practice.smtp}")
    assert (status, level) == (3, "UNKNOWN")


def test_real_servers_are_well(telex, postfix):
    status, level, text, _ = checked(telex, f"smtp://127.0.0.1:{postfix.port}")
    assert (status, level) == (0, "OK"), text


def test_interval_repeats_until_a_signal(telex, practice):
    process = telex.start("--interval", "0.2",
                          f"smtp://localhost:{practice.smtp}")
    lines = [process.stdout.readline().decode() for _ in range(4)]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in (-signal.SIGINT, 128 + signal.SIGINT)
    for line in lines:
        when, rest = line.split(" ", 1)
        datetime.datetime.strptime(when, "%Y-%m-%dT%H:%M:%SZ")
        assert LINE.fullmatch(rest)[2] == "OK"
