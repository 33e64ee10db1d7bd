# SPDX-License-Identifier: ISC
"""Each command line of telex-instead(7) is run, the old one and the new."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nameserver import Knot, needs_knot
from practice import Practice
from servers import session

PAGE = Path(__file__).resolve().parents[2] / "man/telex-instead.7"
ZONE = {"example.org": "@ MX 10 mail\nmail A 127.0.0.1\n"
                       "_25._tcp.mail TLSA 3 1 1 " + "ab" * 32 + "\n"}
# What does not end with 0: the certificate is for a day.
OTHERWISE = {"-checkend": 1, "--crit days=14": 2}
TALK = """\
<connect smtp://localhost>
S: 220
C: EHLO me.example.org
S: 250
<auth CRAM-MD5 alice>
C: MAIL FROM:<alice@example.org>
S: 250
C: RCPT TO:<bob@example.org>
S: 250
C: DATA
S: 354
C: Subject: hello
C:
C: hello
C: .
S: 250
C: QUIT
S: 221
"""


def commands():
    """The lines behind "$ " or "telex> ", with what continues them."""
    found = []
    for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed",
                            PAGE.read_text(), re.M | re.S):
        block = block.replace("\\e\n", "\\\n").replace("\\e", "\\")
        for line in re.findall(r"^(?:\$|telex>) .*(?:\n[ >].*)*", block,
                               re.M):
            found.append(re.sub(r"\n> ", "\n", line))
    return found


def kind(wanted):
    return [line for line in commands() if (
        "prompt" if line.startswith("telex> ") else
        "new" if line.startswith("$ telex ") else "old") == wanted]


def status(line):
    return next((number for part, number in OTHERWISE.items()
                 if part in line), 0)


def program(line):
    return line.split()[1]


@pytest.fixture(scope="module", name="names")
def fixture_names():
    if not needs_knot.args[0]:
        with Knot(ZONE) as server:
            yield server
    else:
        yield None


@pytest.fixture(name="place")
def fixture_place(telex, tmp_path, names):
    """A folder with the files of the page, and a server behind its ports."""
    server = Practice(telex, tmp_path)
    shutil.copy(server.ca, tmp_path / "ca.pem")
    (tmp_path / "session").write_text(session("bob@example.org"))
    (tmp_path / "message").write_bytes(b"Subject: hello\r\n\r\nhello\r\n")
    (tmp_path / "login.telex").write_text(TALK)
    ports = {"1025": server.smtp, "1465": server.smtps, "1143": server.imap,
             "1053": names.port if names else 0}

    def run(line):
        line = re.sub("|".join(ports), lambda it: str(ports[it[0]]), line)
        path = tmp_path / "bin"
        path.mkdir(exist_ok=True)
        if not (path / "telex").exists():
            (path / "telex").symlink_to(telex.path)
        goodbye = "a LOGOUT" if "imap" in line else "QUIT"
        typed = "" if "<" in line else (
            f"(sleep 0.7; echo {goodbye}; sleep 0.5) | ")
        return subprocess.run(
            ["bash", "-c", typed + line.removeprefix("$ ")], cwd=tmp_path,
            env={**os.environ, **telex.env, "TELEX_PASSWORD": "wonderland",
                 "PATH": f"{path}:{os.environ['PATH']}:/usr/sbin"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=40,
            check=False)
    yield run
    server.end()


def test_the_page_has_pairs():
    assert len(kind("new")) >= 17
    assert len(kind("old")) >= 15
    assert len(kind("prompt")) >= 4


@pytest.mark.parametrize("line", kind("old"), ids=lambda line: line[2:60])
def test_old(place, names, line):
    name = program(line)
    if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip(f"{name} is not installed")
    if "1053" in line and names is None:
        pytest.skip("Knot is not installed")
    ran = place(line)
    assert ran.returncode == status(line), ran


@pytest.mark.parametrize("line", kind("new"), ids=lambda line: line[2:60])
def test_new(place, names, line):
    if "1053" in line and names is None:
        pytest.skip("Knot is not installed")
    ran = place(line)
    assert ran.returncode == status(line), ran
    assert ran.stdout


@needs_knot
@pytest.mark.parametrize("line", kind("prompt"))
def test_at_the_prompt(sit, telex, tmp_path, names, line):
    server = Practice(telex, tmp_path)
    person = sit("--dns", f"127.0.0.1:{names.port}", "--cafile", server.ca,
                 "-S", f"smtp://localhost:{server.smtp}")
    person.wait_prompt("smtp+tls> ")
    person.command(line.removeprefix("telex> "))
    shown = {"mx": "MX", "tlsa": "3 1 1", "auth": "password:",
             "unbase64": "Username:", "date": "+0"}
    person.wait_for(shown[program("$ " + line.removeprefix("telex> "))])
    server.end()
