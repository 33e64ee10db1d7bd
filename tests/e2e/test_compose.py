# SPDX-License-Identifier: ISC
"""Messages made on the spot: attach, boundary, qp, edit, and long files.

What arrives is judged by Python's email package.
"""

import email
import os
import quopri
import random
import re
import signal
import termios
import threading
import time

import pytest

from fakes import Fake, Strict
from person import control
from servers import MailServer

BOUNDARY = r"=_[0-9a-f]{24}"


@pytest.fixture
def mail():
    with MailServer() as server:
        yield server


def begin(person):
    """Up to the first line of a message."""
    person.wait_prompt()
    person.talk("EHLO x", "250 HELP")
    person.talk("MAIL FROM:<a@example.test>", "250 OK")
    person.talk("RCPT TO:<b@example.test>", "250 2.1.5 OK")
    person.talk("DATA", "354 ", "data> ")


def end(person, mail):
    """The dot, and what the server has then."""
    person.talk(".", "250 2.0.0 kept")
    person.enter("QUIT")
    assert person.status() == 0
    return email.message_from_bytes(mail.mail().content)


def wait_attached(person, timeout=15):
    """The boundary that ends the last part is at the prompt."""
    person.wait(lambda: re.fullmatch(f"data> --{BOUNDARY}--", person.row())
                and person.screen.cursor.x == len(person.row()),
                "nothing to end the last part with", timeout)


def attach(person, path, *words):
    person.command(" ".join(["attach", str(path), *words]))
    wait_attached(person)


def parts(message):
    """The name, the type and the bytes of each part."""
    assert message.is_multipart() and not message.defects
    for part in message.get_payload():
        assert not part.defects, part.defects
        yield (part.get_filename(), part.get_content_type(),
               part.get_payload(decode=True))


def test_attach_to_a_header(sit, mail, tmp_path):
    cat = random.Random(1).randbytes(5000)
    (tmp_path / "cat.jpg").write_bytes(cat)
    person = sit("localhost", mail.port)
    begin(person)
    person.enter("Subject: my cat")
    person.wait_prompt("data> ")
    attach(person, tmp_path / "cat.jpg")
    # What is said for the user is shown, but not the base64.
    shown = person.everything()
    for line in ("MIME-Version: 1.0", "Content-Transfer-Encoding: base64",
                 'Content-Type: image/jpeg; name="cat.jpg"',
                 'Content-Disposition: attachment; filename="cat.jpg"'):
        assert f"data> {line}\n" in shown, shown
    assert "cat.jpg, image/jpeg by its suffix: 5000 bytes as 88 lines" in shown
    assert re.search(f"^data> --{BOUNDARY}--$", shown, re.M)
    person.enter()
    person.wait_prompt("data> ")
    message = end(person, mail)
    assert message["Subject"] == "my cat"
    assert list(parts(message)) == [("cat.jpg", "image/jpeg", cat)]
    assert person.everything().count("! ") == 0
    raw = mail.mail().content
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.endswith(b"--\r\n")


def test_html_and_an_attachment(sit, mail, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"\xff\xd8\xff cat")
    person = sit("localhost", mail.port)
    begin(person)
    person.enter("Subject: my cat")
    person.enter("MIME-Version: 1.0")
    person.wait_prompt("data> ")
    person.local("boundary", "data> Content-Type: multipart/mixed; boundary=")
    person.enter()
    person.enter()
    person.wait_prompt("data> ")
    person.local("boundary", "data> --=_")
    person.enter()
    for line in ("Content-Type: text/html; charset=utf-8", "",
                 "<p>This is <b>my</b> cat.</p>"):
        person.wait_prompt("data> ")
        person.enter(line)
    person.wait_prompt("data> ")
    attach(person, tmp_path / "cat.jpg")
    person.enter()
    person.wait_prompt("data> ")
    message = end(person, mail)
    assert list(parts(message)) == [
        (None, "text/html", b"<p>This is <b>my</b> cat.</p>"),
        ("cat.jpg", "image/jpeg", b"\xff\xd8\xff cat")]


NAMES = ["gr\u00fc\u00dfe \u732b.txt", 'say "cat" \\ dog.bin', ".hidden",
         "..two", "x" * 200 + ".bin", "\u00e4" * 100 + ".png",
         "a*b'c%41;d=e.bin", "my cat.jpg", "none", "(a)@b,c", "x.eml"]


def test_names_and_sizes(sit, mail, tmp_path):
    # Where lines of base64 and blocks of the file meet.
    sizes = [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 34199, 34200, 34201,
             68399, 68400, 68401]
    names = NAMES + [f"{size}.bin" for size in sizes]
    sent = []
    person = sit("localhost", mail.port, columns=400)
    begin(person)
    for number, name in enumerate(names):
        data = random.Random(number).randbytes(sizes[number % len(sizes)])
        (tmp_path / name).write_bytes(data)
        attach(person, tmp_path / name)
        person.wait_for(" of base64", count=number + 1)
        sent.append((name, data))
    person.enter()
    person.wait_prompt("data> ")
    message = end(person, mail)
    assert [(name, data) for name, _, data in parts(message)] == sent
    assert max(map(len, mail.mail().content.split(b"\r\n"))) <= 78


TYPES = [
    ("cat.JPG", b"x", "", "image/jpeg", None),
    ("a.b.pdf", b"x", "", "application/pdf", None),
    ("a.txt", b"plain", "", "text/plain", "us-ascii"),
    ("a.txt", "gr\u00fc\u00dfe".encode(), "", "text/plain", "utf-8"),
    ("a.txt", b"gr\xfc\xdfe", "", "text/plain", None),
    ("a.txt", b"gr\xfc", "text/plain;charset=iso-8859-1", "text/plain",
     "iso-8859-1"),
    ("noname", b"\0\1\2", "", "application/octet-stream", None),
    ("noname", b"%PDF-1.4\n", "application/pdf", "application/pdf", None),
    ("mail.eml", b"Subject: x\n\n", "", "application/octet-stream", None),
    ("a.html", b"<p>", "X-odd/kind", "x-odd/kind", None)]


@pytest.mark.parametrize("name,data,given,kind,charset", TYPES)
def test_types(sit, mail, tmp_path, name, data, given, kind, charset):
    (tmp_path / name).write_bytes(data)
    person = sit("localhost", mail.port)
    begin(person)
    attach(person, tmp_path / name, *([given] if given else []))
    person.enter()
    person.wait_prompt("data> ")
    part = end(person, mail).get_payload()[0]
    assert part.get_content_type() == kind
    assert part.get_param("charset") == charset
    assert part.get_payload(decode=True) == data


def test_type_may_be_part_of_a_name(sit, mail, tmp_path):
    folder = tmp_path / "my image"
    folder.mkdir()
    (folder / "png").write_bytes(b"x")
    person = sit("localhost", mail.port)
    begin(person)
    attach(person, folder / "png")
    person.enter()
    person.wait_prompt("data> ")
    assert next(parts(end(person, mail)))[0] == "png"


@pytest.fixture
def in_data(sit, puppet):
    """Somebody in the mail data of a server that does nothing by itself."""
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("DATA")
    puppet.wait_lines(1)
    puppet.send(b"354 go on\r\n")
    person.wait_prompt("data> ")
    return person


REFUSED = [
    ([], "attach /nonexistent/cat.jpg", "no such file"),
    ([], "attach /tmp", "no regular file"),
    ([], "attach", "name a file"),
    ([], "attach FILE message/rfc822", "cannot be base64"),
    (["Subject: x", "", "Hello"], "attach FILE", "named no parts"),
    (["not a header"], "attach FILE", "named no parts"),
    (["Content-Type: text/html"], "attach FILE", "has one part"),
    (["Content-Type: multipart/mixed"], "attach FILE", "names no boundary"),
    (["Content-Type: multipart/mixed;", " boundary=b", "", "--b",
      "Content-Type: text/plain"], "attach FILE", "header of another part"),
    (["Content-Type: multipart/mixed; Boundary=b", "", "--b--"],
     "attach FILE", "last part of this message has ended"),
    ([], "file", "file: name a file"),
    ([], "boundary end", "no parts yet"),
    ([], "boundary stop", "say boundary"),
    (["Subject: x", ""], "boundary", "has no parts"),
    (["Content-Type: multipart/mixed; boundary=b"], "boundary",
     "in the header already"),
    (["Content-Type: multipart/mixed; boundary=b", "", "--b--"], "boundary",
     "has ended")]


@pytest.mark.parametrize("lines,command,why", REFUSED)
def test_refusals(in_data, puppet, tmp_path, lines, command, why):
    (tmp_path / "cat.jpg").write_bytes(b"x")
    for line in lines:
        in_data.enter(line)
        in_data.wait_prompt("data> ")
    in_data.local(command.replace("FILE", f"{tmp_path}/cat.jpg"), "data>")
    in_data.wait(lambda: why in " ".join(
        in_data.everything().replace("\n", " ").split()), f"no {why!r}")
    in_data.wait_prompt("data> ")
    in_data.enter("mark")
    assert puppet.wait_lines(len(lines) + 2)[1:] == [
        *(line.encode() for line in lines), b"mark"]


def test_attach_needs_a_message(sit, puppet, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"x")
    person = sit(*puppet.target)
    person.wait_prompt()
    person.local(f"attach {tmp_path}/cat.jpg")
    person.wait_match(r"^telex: attach: no message is awaited \(DATA or POST")
    assert puppet.lines == []


def test_attach_leaves_a_half_typed_line_alone(in_data, puppet, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"x")
    in_data.type("Subject: ha")
    in_data.wait_row("data> Subject: ha")
    in_data.local(f"attach {tmp_path}/cat.jpg", "data> Subject: ha")
    in_data.wait_match(r"a line is half typed")
    in_data.enter("lf")
    assert puppet.wait_lines(2)[1] == b"Subject: half"


def test_boundary_goes_on_with_what_is_typed(in_data):
    for typed, then in (("boundary=", rf'"{BOUNDARY}"'),
                        ('boundary="', rf'{BOUNDARY}"'),
                        ("multipart/mixed; ", rf'boundary="{BOUNDARY}"')):
        in_data.type(f"Content-Type: {typed}")
        in_data.wait_row(f"data> Content-Type: {typed}")
        in_data.local("boundary", "data> Content-Type:")
        in_data.wait(lambda: re.fullmatch(
            re.escape(f"data> Content-Type: {typed}") + then, in_data.row()),
            "no boundary")
        in_data.type(control("u"))
        in_data.wait_prompt("data> ")


def test_unended_parts_are_told(in_data, puppet, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"x")
    attach(in_data, tmp_path / "cat.jpg")
    in_data.type(control("u"))
    in_data.wait_prompt("data> ")
    in_data.enter(".")
    in_data.wait_match(rf'^! the message ended without the line "--{BOUNDARY}')


def test_attach_to_a_news_article(sit, tmp_path):
    (tmp_path / "cat.png").write_bytes(b"meow")
    got = []

    def play(peer):
        peer.send(b"200 news\r\n")
        assert peer.line() == b"POST"
        peer.send(b"340 send it\r\n")
        got.append(peer.body())
        peer.send(b"240 thanks\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"205 bye\r\n")
    with Fake(play) as fake:
        person = sit(f"nntp://localhost:{fake.port}")
        person.wait_prompt("nntp> ")
        person.talk("POST", "340 ", "data> ")
        attach(person, tmp_path / "cat.png")
        person.enter()
        person.wait_prompt("data> ")
        person.talk(".", "240 ", "nntp> ")
        person.enter("QUIT")
        assert person.status() == 0
    assert list(parts(email.message_from_bytes(got[0]))) == [
        ("cat.png", "image/png", b"meow")]


# --- quoted-printable

def test_qp_is_put_into_the_line_and_read(in_data):
    in_data.local("qp gr\u00fc\u00dfe = 1\u20ac", "data> gr")
    in_data.wait_row("data> gr=C3=BC=C3=9Fe =3D 1=E2=82=AC")
    in_data.local("unqp gr=C3=BC=C3=9Fe =3D 1=E2=82=AC=1B[0m", "data> gr")
    in_data.wait_for("* gr\u00fc\u00dfe = 1\u20ac\\x1b[0m")
    in_data.type(control("u"))
    in_data.wait_prompt("data> ")
    in_data.command("qp " + "x" * 80)
    in_data.wait_for("80 columns are too many")


TEXT = ("Gr\u00fc\u00dfe \n.dot\n..two\n\ttab\t\n" + "\u20ac " * 60 + "\n"
        + "." * 200 + "\n\n=\nFrom me\nlast without an end")
CHANCE = "".join(random.Random(2).choices(
    "  \t.=\r\n\nax~\u00fc\u20ac\0\033", k=20000))


@pytest.mark.parametrize("text", [TEXT, CHANCE], ids=["text", "chance"])
def test_file_as_quoted_printable(sit, mail, tmp_path, text):
    (tmp_path / "my text").write_bytes(text.encode())
    person = sit("localhost", mail.port)
    begin(person)
    for line in ("Content-Transfer-Encoding: quoted-printable",
                 "Content-Type: text/plain; charset=utf-8",
                 "MIME-Version: 1.0", ""):
        person.enter(line)
        person.wait_prompt("data> ")
    person.local(f"file {tmp_path}/my text  qp", "data> ")
    person.wait_match(r"\d+ bytes sent from the file")
    message = end(person, mail)
    want = re.sub(rb"(?<!\r)\n", b"\r\n", text.encode() + b"\n")
    assert message.get_payload(decode=True) == want
    body = mail.mail().content.split(b"\r\n\r\n", 1)[1]
    assert quopri.decodestring(body) == want
    for line in body.split(b"\r\n"):
        assert len(line) <= 76 and not line.endswith((b" ", b"\t"))
        assert re.fullmatch(rb"[\t -~]*", line), line


# --- long files

class Slow:
    """A server that reads mail data when it is told to."""

    def __init__(self):
        self.go = threading.Event()
        self.started = threading.Event()
        self.say = b""
        self.got = b""
        self.size = 0

    def __call__(self, peer):
        peer.send(b"220 slow ESMTP\r\n")
        assert peer.line() == b"DATA"
        peer.send(b"354 go on\r\n")
        self.started.set()
        peer.sock.settimeout(60)
        while not self.go.wait(0.05):
            if self.say:
                peer.send(self.say)
                self.say = b""
        while not self.got.endswith(b"\r\n.\r\n"):
            data = peer.sock.recv(1 << 20)
            if not data:
                return
            self.size += len(data)
            self.got = (self.got + data)[-200:]
        peer.send(b"250 2.0.0 kept\r\n")
        peer.line()
        peer.send(b"221 bye\r\n")


@pytest.fixture
def slow(sit):
    server = Slow()
    with Fake(server) as fake:
        server.person = sit("-P", "smtp", "localhost", fake.port)
        server.person.wait_prompt()
        server.person.talk("DATA", "354 ", "data> ")
        yield server
        server.go.set()


def start(slow, path, size, command="attach"):
    with open(path, "wb") as file:
        file.truncate(size)
    slow.person.command(f"{command} {path}")


MB = 1 << 20


@pytest.mark.parametrize("command", ["attach", "file"])
def test_progress_is_shown_and_goes(slow, tmp_path, command):
    person = slow.person
    start(slow, tmp_path / "long.bin", 40 * MB, command)
    person.wait(lambda: re.match(
        rf"{command} \[=*> *\] +\d+%  \d+ of 42 MB, .* MB/s, \d+ s left",
        person.row()), "no progress")
    # What the server says stands above it.
    slow.say = b"451 hurry up\r\n"
    person.wait_for("451 hurry up")
    assert [row for row in person.rows() if "hurry" in row] == ["451 hurry up"]
    person.wait(lambda: "MB/s" in person.row(), "it does not come back")
    person.resize(60, 24)
    slow.go.set()
    if command == "attach":
        wait_attached(person)
        person.enter()
    else:
        person.wait_match("bytes sent from the file")
    person.wait_prompt("data> ")
    assert "MB/s" not in person.everything()
    person.enter(".")
    person.wait_for("250 2.0.0 kept")
    person.enter("QUIT")
    assert person.status() == 0
    if command == "attach":
        lines = 40 * MB // 57 + 1
        assert lines * 78 - 78 < slow.size < lines * 78 + 700


def test_short_ones_show_no_progress(slow, tmp_path):
    began = time.monotonic()
    start(slow, tmp_path / "a.bin", 12 * MB)
    time.sleep(0.4)
    slow.go.set()
    wait_attached(slow.person)
    if time.monotonic() < began + 0.95:
        assert b"MB/s" not in slow.person.raw


@pytest.mark.parametrize("command", ["attach", "file"])
def test_interruption_completes_no_message(slow, tmp_path, command):
    person = slow.person
    start(slow, tmp_path / "long.bin", 40 * MB, command)
    person.wait(lambda: "MB/s" in person.row(), "no progress")
    person.type(control("c"))
    person.wait_match(rf"^! {command}: interrupted: the message is not")
    assert person.status() == 0
    person.assert_terminal_restored()
    assert "MB/s" not in person.everything()
    slow.go.set()


@pytest.mark.parametrize("command", ["attach", "file"])
def test_file_that_shrinks_completes_no_message(slow, tmp_path, command):
    person = slow.person
    start(slow, tmp_path / "long.bin", 40 * MB, command)
    person.wait(lambda: "MB/s" in person.row(), "no progress")
    os.truncate(tmp_path / "long.bin", MB)
    slow.go.set()
    assert person.status() == 2
    person.wait_match(rf"^telex: {command}: the file has become shorter")
    person.assert_terminal_restored()


def test_terminated_in_mid_file(slow, tmp_path):
    person = slow.person
    start(slow, tmp_path / "long.bin", 40 * MB)
    person.wait(lambda: "MB/s" in person.row(), "no progress")
    person.signal(signal.SIGTERM)
    assert person.status() == -signal.SIGTERM
    person.assert_terminal_restored()
    slow.go.set()


def test_memory_is_constant(slow, telex, tmp_path):
    person = slow.person
    slow.go.set()
    start(slow, tmp_path / "long.bin", 256 * MB)
    wait_attached(person, 60)
    with open(f"/proc/{person.child.pid}/status", encoding="ascii") as file:
        peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])
    assert telex.sanitized or peak < 40000, f"{peak} kB"
    person.enter()
    person.wait_prompt("data> ")
    person.enter(".")
    person.wait_for("250 2.0.0 kept")
    person.enter("QUIT")
    assert person.status() == 0


# --- edit

@pytest.fixture
def edit(sit, tmp_path):
    """Sit down with a shell script as the editor; $1 is the file."""
    def make(*words, script, variable="EDITOR", **how):
        path = tmp_path / "my-editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        folder = tmp_path / "tmp"
        folder.mkdir()
        env = {"VISUAL": None, "EDITOR": "false", "TMPDIR": str(folder),
               variable: str(path)}
        person = sit(*words, env=env, **how)
        person.folder = folder
        return person
    return make


def test_edited_lines_are_sent_as_if_typed(edit, tmp_path):
    server = Strict(replies={b"NOOP": b"250 noop\r\n"})
    with Fake(server) as fake:
        person = edit("localhost", fake.port, script=f"""
            cat "$1" >{tmp_path}/had
            ls -lnd "$1" "${{1%/*}}" >{tmp_path}/modes
            printf 'NOOP one\\r\\nNOOP two\\nEHLO x' >"$1"; : >"$1~" """)
        person.wait_prompt()
        person.type("NOOP ha")
        person.wait_row("smtp> NOOP ha")
        person.local("edit")
        person.wait_for("250 HELP")
        person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0
        assert server.commands[:3] == [b"NOOP one", b"NOOP two", b"EHLO x"]
    assert not server.violations
    assert (tmp_path / "had").read_text() == "NOOP ha\n"
    modes = (tmp_path / "modes").read_text()
    assert [line[:10] for line in modes.splitlines()] == [
        "drwx------", "-rw-------"], modes
    assert list(person.folder.iterdir()) == []
    for line in ("NOOP one", "NOOP two", "EHLO x"):
        assert f"smtp> {line}" in person.everything()
    assert "* 3 lines from the editor" in person.everything()


def test_edited_mail_data_ends_by_hand(edit, mail):
    person = edit("localhost", mail.port, variable="VISUAL", script="""
        printf 'Subject: x\\n\\n.\\n.dot\\nQUIT\\n' >"$1" """)
    begin(person)
    person.local("edit", "data> ")
    person.wait_match(r"^data> \.\.dot$")
    person.wait_match(r"^data> QUIT$")
    person.wait_prompt("data> ")
    person.talk(".", "250 2.0.0 kept")
    assert mail.mail().content == b"Subject: x\r\n\r\n.\r\n.dot\r\nQUIT\r\n"


@pytest.mark.parametrize("script,why", [
    ("echo NOOP >$1; exit 3", r"^telex: edit: nothing is sent: .* status 3 "),
    ("kill -9 $$", r"^telex: edit: nothing is sent: .* status 137"),
    ("true", r"^\* edit: nothing was written"),
    (": >$1", r"^\* edit: nothing was written"),
    ("rm $1", r"^telex: edit: cannot read"),
    ("rm $1; mkfifo $1", r"^telex: edit: cannot read"),
    ("rm $1; ln -s /etc/passwd $1", r"^telex: edit: cannot read")])
def test_editor_that_fails(edit, puppet, script, why):
    person = edit(*puppet.target, script=script)
    person.wait_prompt()
    person.type("half")
    person.wait_row("smtp> half")
    person.local("edit", "smtp> half")
    person.wait_match(why)
    person.wait_row("smtp> half")
    person.enter()
    assert puppet.wait_lines(1) == [b"half"]


def test_editing_begins_with_a_file(edit, puppet, tmp_path):
    draft = tmp_path / "my draft.txt"
    draft.write_text("NOOP two\nNOOP three")
    person = edit(*puppet.target, script=f"""
        cp "$1" {tmp_path}/had
        printf 'NOOP four\\n' >"$1" """)
    person.wait_prompt()
    person.type("NOOP one")
    person.wait_row("smtp> NOOP one")
    person.local(f"edit {draft}")
    assert puppet.wait_lines(1) == [b"NOOP four"]
    assert (tmp_path / "had").read_text() == "NOOP one\nNOOP two\nNOOP three"
    assert draft.read_text() == "NOOP two\nNOOP three"


def test_file_that_cannot_be_edited(edit, puppet, tmp_path):
    person = edit(*puppet.target, script=f"touch {tmp_path}/began")
    person.wait_prompt()
    person.type("half")
    person.wait_row("smtp> half")
    person.local("edit /nonexistent/x", "smtp> half")
    person.wait_for("telex: edit: /nonexistent/x: no such file or directory")
    person.local(f"edit {tmp_path}", "smtp> half")
    # The path may be long.
    person.wait_match(r"it\s+is\s+no\s+text\s+file")
    person.wait_row("smtp> half")
    person.enter()
    assert puppet.wait_lines(1) == [b"half"]
    assert not (tmp_path / "began").exists()


def test_no_editor(sit, puppet):
    person = sit(*puppet.target, env={"EDITOR": "/nonexistent/ed"})
    person.wait_prompt()
    person.local("edit")
    person.wait_match(r"ended with status 127 ")
    assert puppet.lines == []


def test_editor_has_a_sane_terminal_and_its_keys(edit, puppet):
    # A ^C is the editor's, and no reason for telex to leave.
    person = edit(*puppet.target, script=r"""
        stty -a | tr ' ;' '\n\n' | grep -cx -e icanon -e echo -e icrnl
        exec python3 -c '
import os, signal, sys
keys = {signal.SIGINT}
signal.pthread_sigmask(signal.SIG_BLOCK, keys)
os.write(1, b"ready\n")
for i in range(3):
    signal.sigwait(keys)
    os.write(1, b"caught\n")
open(sys.argv[1], "w").write("NOOP " + input())' "$1" """)
    person.wait_prompt()
    person.command("edit")
    person.wait_match(r"(?m)^3\nready$")
    for number in range(3):
        person.type(control("c"))
        person.wait_for("caught", count=number + 1)
    person.type("there\r")
    assert puppet.wait_lines(1) == [b"NOOP there"]
    puppet.send(b"250 ok\r\n")
    person.wait_prompt()
    person.enter("QUIT")
    puppet.wait_lines(2)


BASH = ["bash", "--norc", "--noprofile", "-i"]


def suspend(person, puppet):
    """Begin a session below a shell, and press ^Z in its editor."""
    person.type("PS1='$ '\r")
    person.wait_prompt("$ ")
    host = " ".join(map(str, puppet.target))
    person.enter(f"$telex {host}")
    person.wait_prompt()
    person.command("edit")
    person.wait_match(r"(?m)^ready$")
    person.type(control("z"))
    person.wait_for("Stopped")
    person.wait_prompt("$ ")


def go_on(person, puppet):
    """Let the shell resume it; what the editor reads then is sent."""
    shell = person.foreground()
    person.enter("fg")
    # What is typed to the shell is not for the editor.
    person.wait(lambda: person.foreground() != shell
                and person.modes()[0] & termios.ICRNL
                and person.modes()[3] & termios.ICANON, "not resumed")
    person.enter("again")
    assert puppet.wait_lines(1) == [b"NOOP again"]
    puppet.send(b"250 ok\r\n")
    person.wait_prompt()


def test_editor_can_be_suspended(edit, puppet):
    person = edit(argv=BASH, script="""
        echo ready; read one; echo "NOOP $one" >$1""")
    suspend(person, puppet)
    go_on(person, puppet)


def test_editor_is_let_tidy_up_before_it_is_suspended(edit, puppet):
    # A handler in Python would run when the next line has been read.
    person = edit(argv=BASH, script="""
        exec python3 -c '
import os, signal, sys, time
stop = {signal.SIGTSTP}
signal.pthread_sigmask(signal.SIG_BLOCK, stop)
os.write(1, b"ready\\n")
signal.sigwait(stop)
time.sleep(0.5)
os.write(1, b"tidied\\n")
signal.pthread_sigmask(signal.SIG_UNBLOCK, stop)
os.kill(os.getpid(), signal.SIGTSTP)
line = input()
open(sys.argv[1], "w").write("NOOP " + line)' "$1" """)
    suspend(person, puppet)
    shown = person.everything()
    assert 0 < shown.find("tidied") < shown.find("Stopped")
    go_on(person, puppet)


@pytest.mark.parametrize("ways", ["attach", "file", "typed"])
def test_message_that_nobody_takes_is_not_lost_silently(sit, puppet, tmp_path,
                                                        ways):
    """The server goes in the midst of it, politely."""
    (tmp_path / "cat.jpg").write_bytes(b"cat")
    person = sit(*puppet.target)
    person.wait_prompt()
    person.enter("DATA")
    puppet.wait_lines(1)
    puppet.send(b"354 go on\r\n")
    person.wait_prompt("data> ")
    if ways == "typed":
        person.enter("Subject: x")
    else:
        person.command(f"{ways} {tmp_path}/cat.jpg")
    puppet.wait_lines(2)
    puppet.close()
    assert person.status() == 1
    assert ("telex: the server closed the connection in the mail data: the "
            "message was not completed"
            in " ".join(person.everything().split()))


def test_text_survives_the_connection(edit, puppet):
    person = edit(*puppet.target, script="""
        echo ready; read go; echo precious >"$1" """)
    person.wait_prompt()
    person.command("edit")
    person.wait_match(r"(?m)^ready$")
    puppet.send(b"421 time out\r\n")
    puppet.close()
    time.sleep(0.2)
    person.enter()
    person.wait_for("the server does not listen any more")
    found = list(person.folder.glob("*/*"))
    assert [file.read_text() for file in found] == ["precious\n"]
    assert str(found[0]) in person.everything().replace("\n", "")
