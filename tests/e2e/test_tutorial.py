# SPDX-License-Identifier: ISC
"""telex-tutorial(7): what the page shows is in tests/talk, the practice
server and real ones say it, and it can be typed."""

import email
import poplib
import re
import shlex
import time
from base64 import b64decode

import pytest

import mailhost
from conftest import TOP
from mailhost import MailHost
from practice import LIMIT, Practice

FILES = sorted((TOP / "tests/talk").glob("lesson-*.telex"))
PASSWORD = {"TELEX_PASSWORD": "wonderland"}
STATUS = re.compile(r"(\d{3} |\+OK|-ERR|[ab]\d+ (?:OK|NO|BAD))")


def page():
    """The page's text between the displays, and the displays, by turns."""
    source = (TOP / "man/telex-tutorial.7").read_text()
    parts = re.split(r"^\.Bd -literal.*\n((?:.*\n)*?)\.Ed\n", source,
                     flags=re.M)
    return [part.replace("\\e", "\\").replace("\\&", "") for part in parts]


def display(beginning):
    """The one display of the page that begins so."""
    found, = [shown for shown in page()[1::2]
              if shown.startswith(beginning)]
    return found


class Talk:
    """A lesson's file: how it is to be started, and what is said in it."""

    def __init__(self, path):
        self.path, self.name = path, path.stem
        text = path.read_text()
        command = re.search(r"^#\ttelex --practice (.*)$", text, re.M)
        self.words = shlex.split(command[1]) if command else []
        self.shown = f"$ telex --practice {command[1]}\n" if command else ""
        self.protocol, self.dialogue = re.search(
            r"^<protocol (\w+)>\n((?:.*\n)*)", text, re.M).groups()
        self.shown += self.dialogue

    @property
    def fetches(self):
        """Does it want the mail of lesson 1 to be there?"""
        return self.name in ("lesson-08-pop3", "lesson-09-imap")

    def steps(self):
        """What is typed, or "<TLS>"; and the status lines that answer."""
        found = [["", []]]
        for line in self.dialogue.splitlines():
            if re.match(r"C:|<", line):
                found.append([line if line[0] == "<" else line[3:], []])
            elif line.startswith("S: ") and STATUS.match(line[3:]):
                found[-1][1].append(line[3:])
        return found

    def message(self):
        """The lines behind DATA."""
        said = [line for line, _ in self.steps()]
        return said[said.index("DATA") + 1:said.index(".")] \
            if "." in said else []


TALKS = [Talk(path) for path in FILES]
BY_NAME = {talk.name: talk for talk in TALKS}
SEND = BY_NAME["lesson-01-send"]
each_talk = pytest.mark.parametrize("talk", TALKS, ids=lambda t: t.name)


def played(telex, talk, port, cafile, *words):
    ran = telex.run("--replay", "--tap", "-i", LIMIT, "--cafile", cafile,
                    *words, f"localhost:{port}", talk.path, env=PASSWORD)
    assert ran.status == 0 and b"not ok" not in ran.out, ran
    assert b"# SKIP" not in ran.out, ran
    assert len(re.findall(rb"(?m)^ok \d", ran.out)) > 2, ran


# The page and the files.

def test_page_shows_each_talk_once():
    parts = page()
    shown = {}
    for text, block in zip(parts[::2], parts[1::2]):
        name = re.search(r"^\.Pa (lesson-\S+)\.telex :\n\Z", text, re.M)
        if name:
            assert name[1] not in shown
            shown[name[1]] = block
        else:
            assert "C: " not in block and "S: " not in block, block
    assert shown == {talk.name: talk.shown for talk in TALKS}


def test_there_are_ten_refusals():
    refused = [talk for talk in TALKS if talk.name.startswith("lesson-10-")]
    assert len(refused) == 10
    for talk in refused:
        assert re.search(r"^S: ([45]|-ERR|a\d (NO|BAD))", talk.dialogue,
                         re.M), talk.name
    for talk in TALKS:
        if talk not in refused:
            assert not re.search(r"^S: [45]", talk.dialogue, re.M)


# The servers.

@each_talk
def test_practice_server_says_just_that(telex, tmp_path, talk):
    """Every word of it, but for what the ellipses leave out."""
    server = Practice(telex, tmp_path, *talk.words)
    if talk.fetches:
        played(telex, SEND, server.smtp, server.ca)
    played(telex, talk, server.ports[talk.protocol], server.ca,
           "--match=text")
    assert server.end()[0] == 0


@pytest.fixture(scope="module", name="host")
def fixture_host(authority):
    why = mailhost.missing()
    if why:
        pytest.skip(why)
    server = MailHost(authority)
    yield server
    server.stop()


@each_talk
def test_real_servers_say_the_same(telex, host, authority, talk):
    knob = re.search(r"--practice-set (auth|greylist)", talk.shown)
    if talk.fetches:
        played(telex, SEND, host.ports["smtp"], authority.cafile)
        host.wait_for_mail("alice")
    played(telex, talk, host.ports[knob[1] if knob else talk.protocol],
           authority.cafile)


def mails(port, *subjects):
    """The mails at a POP3 server, once those of these subjects are there."""
    limit = time.monotonic() + LIMIT
    found = {}
    while not found.keys() >= set(subjects):
        assert time.monotonic() < limit, found.keys()
        box = poplib.POP3("localhost", port, timeout=LIMIT)
        box.user("alice")
        box.pass_("wonderland")
        for number in range(1, box.stat()[0] + 1):
            mail = email.message_from_bytes(b"\r\n".join(box.retr(number)[1]))
            found[mail["Subject"]] = mail
        box.quit()
    return [found[subject] for subject in subjects]


@pytest.mark.parametrize("kind", ["practice", "real"])
def test_programs_understand_the_mails(telex, tmp_path, authority, request,
                                       kind):
    """Those of lesson 5, as Python reads them."""
    if kind == "real":
        ports = request.getfixturevalue("host").ports
        cafile = authority.cafile
    else:
        server = Practice(telex, tmp_path)
        ports, cafile = server.ports, server.ca
    for name in ("lesson-05-html", "lesson-05-attachment"):
        played(telex, BY_NAME[name], ports["smtp"], cafile)
    html, picture = mails(ports["pop3"], "The menu", "My cat")
    assert [part.get_content_type() for part in html.walk()] == [
        "multipart/alternative", "text/plain", "text/html"]
    text, cat = picture.get_payload()
    assert text.get_payload() == "She sat far away."
    assert cat.get_filename() == "cat.jpg"
    data = cat.get_payload(decode=True)
    assert len(data) == 141
    assert data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")


# A person.

def prompt_behind(line, answers, before, command):
    """What the prompt is after this; `command` is the one for commands."""
    if before == "data> " and line != ".":
        return before
    if answers and answers[-1].startswith("334 VXNlcm5hbWU6"):
        return "user (hidden): "
    if answers and answers[-1].startswith("334"):
        return "password: "
    if answers and answers[-1].startswith("354"):
        return "data> "
    return command


def do(person, line):
    """Type a line, or what makes an event happen."""
    if line.startswith("<auth "):
        person.command(line[1:-1])
        person.wait_prompt("password: ")
        person.enter(PASSWORD["TELEX_PASSWORD"])
        person.wait_for("* authenticated")
    elif line.startswith("<TLS"):
        person.wait_for("certificate CN=telex verified")
    else:
        person.enter(line)


def type_in(person, talk, end=None):
    """Type what the client says, all but the steps from `end` on; see every
    status line, and the prompt."""
    prompt = command = f"{talk.protocol}> "
    person.wait_prompt(prompt)
    for line, answers in talk.steps()[1:end]:
        counts = [person.everything().count(answer) for answer in answers]
        do(person, line)
        for answer, count in zip(answers, counts):
            person.wait_for(answer, count=count + 1)
        if line.startswith("<TLS"):
            command = f"{talk.protocol}+tls> "
        prompt = prompt_behind(line, answers, prompt, command)
        if not line.endswith(("STARTTLS", "QUIT", "LOGOUT")):
            person.wait_prompt(prompt)


def notes_of(talk):
    """What a note has to say about the message of this talk."""
    said = [line for line, _ in talk.steps()]
    lines = ["envelope  MAIL FROM  " + line[len("MAIL FROM:"):]
             for line in said if line.startswith("MAIL FROM:")]
    lines.append("envelope  RCPT TO    " + ", ".join(
        line[len("RCPT TO:<"):-1] for line in said
        if line.startswith("RCPT TO:") and line not in talk.message()))
    header = talk.message()[:talk.message().index("")]
    lines += [f"header    {name:10} {value}"
              for name, value in (line.split(": ", 1) for line in header)
              if name in ("From", "To", "Cc", "Subject")]
    return lines


@each_talk
def test_typed(telex, tmp_path, sit, talk):
    ca = tmp_path / "ca.pem"
    words = talk.words
    if "-P" not in words:
        words = ["-P", talk.protocol, *words]
    person = sit("--practice", "--practice-ca", ca, *words, columns=110,
                 rows=50)
    if talk.fetches:
        person.wait_prompt(f"{talk.protocol}> ")
        port = re.search(r"smtp\s+(\d+)", person.everything())[1]
        played(telex, SEND, port, ca)
        person.wait_for("message 1 has arrived")
    type_in(person, talk)
    assert person.status() == 0
    if talk.message():
        shown = person.everything()
        for note in notes_of(talk):
            assert f"*   {note}\n" in shown, shown


def test_the_cat_is_attached(telex, tmp_path, sit):
    """`attach` makes the lines that lesson 5 spells out."""
    talk = BY_NAME["lesson-05-attachment"]
    lines = talk.message()
    text = lines.index("She sat far away.")
    base64 = lines[lines.index("", text) + 1:-1]
    (tmp_path / "cat.jpg").write_bytes(b64decode("".join(base64)))
    person = sit("--practice", columns=110, rows=50, cwd=tmp_path)
    person.wait_prompt()
    port = re.search(r"pop3\s+(\d+)", person.everything())[1]
    type_in(person, talk, text - len(lines) - 1)
    person.command("attach cat.jpg")
    person.wait_prompt("data> " + lines[-1])
    person.enter()
    person.wait_prompt("data> ")
    person.enter(".")
    person.wait_for("message 1 has arrived")
    box = poplib.POP3("localhost", int(port), timeout=LIMIT)
    box.user("alice")
    box.pass_("wonderland")
    arrived = [line.decode() for line in box.retr(1)[1]]
    box.quit()
    assert arrived[-len(lines):] == lines


def test_one_sitting(sit):
    """Lessons 1, 8 and 9, as the page says: without a new start."""
    pop3, imap = [talk for talk in TALKS if talk.fetches]
    person = sit("--practice", columns=110, rows=50)
    person.wait_prompt()
    ports = dict(re.findall(r"(\w+) (\d+)", person.everything()
                            .replace("\n", " ")))
    type_in(person, SEND, -1)
    person.command("close")
    for talk in (pop3, imap):
        person.wait_prompt("telex> ")
        person.enter(f"open {talk.protocol}://localhost:"
                     f"{ports[talk.protocol]}")
        person.wait_prompt(f"{talk.protocol}> ")
        type_in(person, talk)
    person.wait_prompt("telex> ")
    person.enter("quit")
    assert person.status() == 0


# What the page shows besides.

def test_notes_of_lesson_3(telex):
    steps = BY_NAME["lesson-03-envelope"].steps()
    script = "".join(line + "\n" for line, _ in steps[1:])
    ran = telex.run("--practice", input=script)
    assert ran.status == 0, ran
    assert display("* message 1 has arrived") in ran.err


def test_picture_of_lesson_11(telex, tmp_path):
    ran = telex.run("--replay=none", "--draw", "-",
                    BY_NAME["lesson-10-order"].path)
    assert ran.status == 0, ran
    assert ran.out.decode() == display("          client ")
    script = "".join(line + "\n" for line, _
                     in BY_NAME["lesson-10-order"].steps()[1:])
    commands = display("$ telex --practice --log")
    for line, status in zip(commands.splitlines(), (5, 0, 0), strict=True):
        ran = telex.run(*shlex.split(line)[2:], input=script, cwd=tmp_path)
        assert ran.status == status, ran
    assert b"RCPT needs MAIL first =" in ran.out
    assert b"RCPT needs MAIL first" in (tmp_path / "order.svg").read_bytes()


def test_certificates_of_lesson_6(telex):
    commands = display("$ telex --practice --practice-set cert")
    for line in commands.splitlines():
        ran = telex.run(*shlex.split(line)[2:], input="STARTTLS\nQUIT\n")
        assert ran.status == 3 and "not to be trusted" in ran.err, ran


def test_starttls_of_question_6b(telex, tmp_path):
    server = Practice(telex, tmp_path, "--practice-set", "no-starttls")
    assert telex.run("-c", "NOOP", f"smtp://localhost:{server.smtp}"
                     ).status == 0
    assert telex.run("-S", "-c", "NOOP", f"smtp://localhost:{server.smtp}"
                     ).status == 3


def test_session_of_question_15(telex):
    script = ["EHLO me", "STARTTLS", "EHLO me", SEND.steps()[2][0],
              SEND.steps()[3][0], "RCPT TO:<bob@example.org>", "DATA",
              *SEND.message(), ".", "QUIT"]
    ran = telex.run("--practice", input="\n".join(script) + "\n")
    assert ran.status == 0 and "message 1 has arrived" in ran.err, ran
