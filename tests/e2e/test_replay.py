# SPDX-License-Identifier: ISC
"""telex --replay: reports for people and machines, many files at once."""

import json
import re
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest

from fakes import Fake, Gone
from retold import bad, tap

GOOD = """\
S: 220
C: EHLO x
S: 250
C: RCPT TO:<a>
S: 250
C: QUIT
S: 221
"""
NASTY = b"550 \x1b[31m\xff\x00<b>&\"']]>\xc2\x85\xe2\x80\xae g\xc3\xbc \\ # x"


class Server:
    """A play: answers by verb, and knows how many it talks to at once."""

    def __init__(self, pause=0.0, **replies):
        self.replies = {"EHLO": b"250 hello", "QUIT": b"221 bye", **replies}
        self.pause = pause
        self.now = self.most = 0
        self.verbs = []
        self.lock = threading.Lock()

    def __call__(self, peer):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            self.talk(peer)
        finally:
            with self.lock:
                self.now -= 1

    def talk(self, peer):
        peer.send(self.replies.get("greeting", b"220 hi") + b"\r\n")
        while True:
            verb, _, rest = peer.line().decode().partition(" ")
            self.verbs.append(verb)
            if verb == "WAIT":
                time.sleep(float(rest))
            peer.send(self.replies.get(verb, b"250 ok") + b"\r\n")
            if verb == "QUIT":
                raise Gone


def write(folder, name, text):
    path = folder / (name + ".telex")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def url(fake):
    return f"smtp://127.0.0.1:{fake.port}"


def test_people(telex, tmp_path):
    good = write(tmp_path, "good", GOOD)
    worse = write(tmp_path, "worse", GOOD.replace("250\nC: QUIT",
                                                "251 forwards\nC: QUIT"))
    with Fake(Server()) as fake:
        ran = telex.run("--replay", url(fake), good)
        assert ran.status == 0 and re.fullmatch(
            rf"{good}: 4 checks, all as expected, \d\.\d\d s\n",
            ran.out.decode()), ran
        ran = telex.run("--replay", url(fake), worse, good)
    assert ran.status == 6 and re.fullmatch(
        rf"{worse}:5: RCPT TO:<a>\n  - 251 forwards\n  \+ 250 ok\n"
        rf"{worse}: 4 checks, 1 differs, \d\.\d\d s\n"
        rf"{good}: 4 checks, all as expected, \d\.\d\d s\n"
        r"2 files: 1 as expected, 1 differs\n", ran.out.decode()), ran
    assert ran.err == ""


def test_tap(telex, tmp_path):
    path = write(tmp_path, "a # b", GOOD)
    with Fake(Server(RCPT=NASTY)) as fake:
        ran = telex.run("--replay", "--tap", url(fake), path)
    assert ran.status == 6, ran
    points = tap(ran)
    assert [p.good for p in points] == [True, True, False, True]
    assert [p.what for p in points] == ["the greeting", "EHLO x",
                                        "RCPT TO:<a>", "QUIT"]
    assert [p.line for p in points] == [1, 3, 5, 7]
    assert points[2].notes[0] == " -250"
    assert points[2].notes[1].startswith(r" +550 \x1b[31m\xff\x00<b>&")
    assert all(line.isprintable() for line in ran.out.decode().split("\n"))


def test_json(telex, tmp_path):
    path = write(tmp_path, "a\"b", GOOD)
    with Fake(Server(RCPT=NASTY)) as fake:
        ran = telex.run("--replay", "--json", url(fake), path)
    assert ran.status == 6, ran
    *checks, end = [json.loads(line) for line in ran.out.split(b"\n")[:-1]]
    assert [c["ok"] for c in checks] == [True, True, False, True]
    assert {c["file"] for c in checks} == {str(path)}
    assert checks[2]["line"] == 5 and checks[2]["what"] == "RCPT TO:<a>"
    assert checks[2]["expected"] == "250"
    assert checks[2]["got"] == NASTY.decode(errors="replace")
    assert b"\x1b" not in ran.out and b"\\u001b" in ran.out
    assert (end["checks"], end["bad"], end["outcome"]) == (4, 1, "differs")


def test_junit(telex, tmp_path):
    names = ["<one>", "two", "three"]
    paths = [write(tmp_path, name, GOOD) for name in names[:2]]
    paths.append(write(tmp_path, "three", "S: 220\n<skip unless NOTHING>\n"
                       "C: EHLO x\nS: 250\n"))
    report = tmp_path / "report.xml"
    with Fake(Server(RCPT=NASTY)) as fake:
        ran = telex.run("--replay", "--junit", report, "-j", 2, url(fake),
                        *paths)
    assert ran.status == 6, ran
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    assert [s.get("name") for s in suites] == list(map(str, paths))
    assert [(s.get("tests"), s.get("failures"), s.get("skipped"))
            for s in suites] == [("4", "1", "0"), ("4", "1", "0"),
                                 ("2", "0", "1")]
    for suite in suites[:2]:
        cases = list(suite)
        assert [c.get("name") for c in cases] == [
            "1: the greeting", "3: EHLO x", "5: RCPT TO:<a>", "7: QUIT"]
        failures = list(suite.iter("failure"))
        assert len(failures) == 1 and failures[0] in list(cases[2])
        assert "g\u00fc" in failures[0].text


def test_junit_that_cannot_be_written(telex, tmp_path):
    path = write(tmp_path, "good", GOOD)
    with Fake(Server()) as fake:
        ran = telex.run("--replay", "--junit", tmp_path / "no/such/report",
                        url(fake), path)
        assert ran.status == 2 and "no/such/report" in ran.err, ran
        assert not fake.peers
        ran = telex.run("--replay", "--junit", "/dev/full", url(fake), path)
    assert ran.status == 1 and "/dev/full" in ran.err, ran


def test_jobs(telex, tmp_path):
    """24 files, of which the first take longest, in their order."""
    paths = [write(tmp_path, f"{number:02}", GOOD.replace(
        "C: QUIT", f"C: WAIT {(24 - number) / 100}\nS: 250\nC: NOOP\n"
        f"S: {251 if number % 5 == 0 else 250}\nC: QUIT"))
        for number in range(24)]
    with Fake(Server()) as fake:
        ran = telex.run("--replay", "--tap", "-j", 8, url(fake), *paths)
        assert len(fake.peers) == 24
        assert 2 <= fake.play.most <= 8
        for peer in fake.peers:
            assert peer.received.count(b"EHLO") == 1
    assert ran.status == 6, ran
    points = tap(ran)
    assert [p.file for p in points[::6]] == list(map(str, paths))
    assert [p.file for p in points[5::6]] == list(map(str, paths))
    assert [(p.file, p.line) for p in bad(points)] == [
        (str(path), 9) for path in paths[::5]]
    assert bad(points)[0].notes == [" -251", " +250 ok"]


def test_jobs_of_which_some_fail(telex, tmp_path):
    """No server, a server that closes, and one that says nothing."""
    def refuse(peer):
        peer.send(b"220 hi\r\n")
        peer.line()

    def silent(peer):
        peer.send(b"220 hi\r\n")
        peer.rest()
    with Fake(Server()) as fake, Fake(refuse) as closing, \
            Fake(silent) as mute, Fake(Server()) as gone:
        gone.__exit__(None)
        paths = [write(tmp_path, f"{i}", f"<connect {url(server)}>\n{GOOD}")
                 for i, server in enumerate((fake, closing, mute, gone) * 2)]
        ran = telex.run("--replay", "--json", "-j", 3, "-i", 1, *paths)
    ends = [json.loads(line) for line in ran.out.split(b"\n")[:-1]
            if b"outcome" in line]
    assert [end["file"] for end in ends] == list(map(str, paths))
    assert [end["outcome"] for end in ends] == [
        "same", "differs", "differs", "failed"] * 2, ran
    assert ran.status == 6
    assert "refused" in ends[3]["why"]


@pytest.mark.parametrize("line", [
    "hello", "R: 250", "<frobnicate>", "C:NOOP", "C: <eats lunch>", "S$ \\q",
    "C$ ${", "S~ (", "C$ ${}", "C: a\0b", "<protocol nonsense>",
    "C< /no/such/file", "<match nothing>", "<pause>"])
def test_ill_formed_among_good_ones(telex, tmp_path, line):
    paths = [write(tmp_path, f"good{i}", GOOD) for i in range(3)]
    paths.insert(2, write(tmp_path, "wrong", f"{GOOD}{line}\n{GOOD}"))
    with Fake(Server()) as fake:
        ran = telex.run("--replay", "-j", 4, url(fake), *paths)
        assert not fake.peers
    assert ran.status == 2 and ran.out == b"", ran
    assert ran.err.startswith(f"telex: {paths[2]}:8: "), ran
    assert ran.err.count("\n") == 1


def test_file_that_is_not_there(telex, tmp_path):
    good = write(tmp_path, "good", GOOD)
    with Fake(Server()) as fake:
        for name in (tmp_path / "none.telex", tmp_path):
            ran = telex.run("--replay", url(fake), good, name)
            assert ran.status == 2 and str(name) in ran.err, ran
        assert not fake.peers


def test_missing_variable(telex, tmp_path):
    """Without a terminal nobody can be asked."""
    good = write(tmp_path, "good", GOOD)
    path = write(tmp_path, "lacks", "S$ 220 ${x}\nC: EHLO x\nS: 250\n\n"
                 "C$ VRFY ${x} ${name}\nS: 250\n")
    with Fake(Server()) as fake:
        ran = telex.run("--replay", url(fake), good, path,
                        start_new_session=True)
        assert ran.status == 2 and ran.out == b"", ran
        assert ran.err.startswith(f"telex: {path}:5: ${{name}} is not set")
        assert not fake.peers
        for words, env in ((["--set", "name=n"], {}),
                           ([], {"TELEX_VAR_name": "n"})):
            ran = telex.run("--replay", *words, url(fake), path, env=env)
            assert b"VRFY hi n\r\n" in fake.peers[-1].received, ran


def test_no_target(telex, tmp_path):
    path = write(tmp_path, "good", GOOD)
    ran = telex.run("--replay", path)
    assert ran.status == 2 and "no server is named" in ran.out.decode(), ran


def test_a_transcript_where_a_host_was_expected(telex, tmp_path):
    (tmp_path / "hello.telex").write_text("S: 220\n")
    ran = telex.run("hello.telex", cwd=tmp_path)
    assert ran.status == 2 and "(--replay plays it)" in ran.err, ran


@pytest.mark.parametrize("refusal,why", [
    ({"STARTTLS": b"454 not now"}, "STARTTLS was refused"),
    ({"greeting": b"421 busy"}, "the server refuses this session")])
def test_nothing_is_played_where_tls_is_refused(telex, tmp_path, refusal,
                                                why):
    """-S is not of the transcript, which could go on without TLS."""
    path = write(tmp_path, "good", "C: EHLO x\nS: 250\nC: QUIT\nS: 221\n")
    server = Server(**refusal)
    with Fake(server) as fake:
        ran = telex.run("--replay", "-S", url(fake), path)
    assert ran.status == 3 and why in ran.out.decode(), ran
    assert "QUIT" not in server.verbs


# --- replies that never end

@pytest.mark.parametrize("scheme,greeting,command,reply,checks", [
    ("smtp", b"220 hi\r\n", "EHLO x", b"250-a\r\n250-b\r\n", 3),
    ("smtp", b"220 hi\r\n", "EHLO x", b"250-a\r\n250-b", 3),
    ("pop3", b"+OK\r\n", "LIST", b"+OK\r\n1 120\r\n2 2", 3),
])
def test_session_that_is_cut_off_is_played_again(
        telex, tmp_path, scheme, greeting, command, reply, checks):
    """What was recorded where a server closed in a reply is no difference."""
    said = [reply]

    def talk(peer):
        peer.send(greeting)
        peer.line()
        peer.send(said[0])
    log = tmp_path / "cut.telex"
    with Fake(talk) as fake:
        url = f"{scheme}://127.0.0.1:{fake.port}"
        ran = telex.run(f"--log={log}", url, input=f"{command}\nQUIT\n")
        assert ran.status == 1 and "was still owed" in ran.err, ran
        for match in ("status", "class", "text"):
            ran = telex.run("--replay", f"--match={match}", "--tap", url,
                            str(log))
            assert ran.status == 0, ran
            assert ran.out.count(b"\nok ") == checks, ran
        said[0] = {"smtp": b"550-a\r\n", "pop3": b"-ERR\r\n"}[scheme]
        ran = telex.run("--replay", "--tap", url, str(log))
    assert ran.status == 6, ran
    assert ran.out.count(b"\nnot ok ") == 1, ran


@pytest.mark.parametrize("wait, differs", [(0, b""), (7, b"longer")])
def test_reply_counts_from_when_it_came(telex, tmp_path, wait, differs):
    """<within> is of the reply, though the file asks for it much later."""
    path = write(tmp_path, "late", f"S: 220\nC: EHLO x\nS: 250\n<within 5>\n"
                 f"C: WAIT {wait}\n<pause 8>\nS: 250\nC: QUIT\nS: 221\n")
    with Fake(Server()) as fake:
        ran = telex.run("--replay", url(fake), path)
    assert ran.status == (6 if differs else 0), ran
    assert differs in ran.out, ran


def test_line_in_pieces_is_one_command(telex, tmp_path):
    """Events may stand within it; the reply is to all of it."""
    path = write(tmp_path, "pieces", GOOD.replace(
        "C: EHLO x\n", "C$ EHL\\c\n<pause 0.3>\nC$ O\\c\n<silence 0.3>\n"
        "C:  x\n"))
    server = Server()
    with Fake(server) as fake:
        ran = telex.run("--replay", "-i", 10, url(fake), path)
    assert ran.status == 0, ran
    assert server.verbs == ["EHLO", "RCPT", "QUIT"]


@pytest.mark.parametrize("words", [["-v"], ["--tap"], ["--json"]])
def test_secret_in_pieces_is_not_shown(telex, tmp_path, words):
    """The rest of a line that was begun is one, and has its name."""
    path = write(tmp_path, "pieces", (
        "S: +OK\nC: USER a\nS: +OK\nC$ PASS hun\\c\n<pause 0.3>\n"
        "C$ zter\\c\n<silence 0.3>\nC: zzq\nS: +OK\nC: QUIT\nS: +OK\n"))
    server = Server(greeting=b"+OK hi", USER=b"+OK", PASS=b"-ERR no",
                    QUIT=b"+OK bye")
    with Fake(server) as fake:
        ran = telex.run("--replay", *words, "-i", 10,
                        f"pop3://127.0.0.1:{fake.port}", path)
    assert ran.status == 6, ran
    assert server.verbs == ["USER", "PASS", "QUIT"]
    shown = ran.out.decode() + ran.err
    assert "PASS ********" in shown, ran
    for secret in ("hun", "zter", "zzq"):
        assert secret not in shown, ran
