# SPDX-License-Identifier: ISC
"""telexrc: settings that need not be typed, and what --version says."""

import re
import shutil
import subprocess
import time

import pytest

from daemons import free_port
from fakes import Fake, Strict
from servers import MailServer


class Rc:
    """The file, in its place."""

    def __init__(self, telex):
        self.path = telex.home / ".config/telex/telexrc"

    def __call__(self, text, mode=0o600):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text)
        self.path.chmod(mode)
        return self.path


@pytest.fixture(name="rc")
def fixture_rc(telex):
    return Rc(telex)


@pytest.fixture(name="server")
def fixture_server():
    with Fake(Strict()) as server:
        yield server


def quit_from(telex, server, *words, **how):
    return telex.run(*words, "-c", "QUIT", f"smtp://127.0.0.1:{server.port}",
                     **how)


def test_script_reads_it(telex, rc, server):
    rc("verbose\n")
    ran = quit_from(telex, server)
    assert ran.status == 0
    assert "C: QUIT\n" in ran.err
    ran = quit_from(telex, server, "--no-rc")
    assert ran.status == 0
    assert "C: QUIT" not in ran.err


def test_command_line_wins(telex, rc, server):
    rc("color = always\nverbose\n")
    assert "\033[" in quit_from(telex, server).err
    assert "\033[" not in quit_from(telex, server, "--color=never").err


def test_section_of_the_host(telex, rc, server):
    rc("[localhost]\nverbose\n[127.0.0.1]\nquiet\nlf\n")
    ran = quit_from(telex, server)
    assert ran.err == ""
    assert ran.out.count(b"\n") > 0 and b"\r" not in ran.out


def test_folder_of_xdg(telex, rc, server, tmp_path):
    rc("colour always\n")
    folder = tmp_path / "elsewhere/telex"
    folder.mkdir(parents=True)
    (folder / "telexrc").write_text("lf\n")
    env = {"XDG_CONFIG_HOME": str(folder.parent)}
    assert b"\r" not in quit_from(telex, server, env=env).out
    # A relative one is to be ignored.
    ran = quit_from(telex, server, env={"XDG_CONFIG_HOME": "elsewhere"},
                    cwd=tmp_path)
    assert ran.status == 2 and "unknown option colour" in ran.err


@pytest.mark.parametrize("text, why", [
    ("\ncolor always\ncolour always\n",
     "3: unknown option colour (telex --help=options lists them)"),
    ("color sometimes\n",
     '1: --color takes auto|always|never, not "sometimes"'),
    ("[mail.example.org\n", "1: [mail.example.org: a section is [HOST]"),
    ("command QUIT\n", "1: command has no place here: it says what one "
     "session is for"),
])
def test_wrong_line_is_named(telex, rc, text, why):
    path = rc(text)
    ran = telex.run("localhost", "1", input="QUIT\n")
    assert (ran.status, ran.out) == (2, b"")
    assert ran.err == f"telex: {path}:{why}\n"


def test_file_of_everybody_is_refused(telex, rc):
    path = rc("insecure\n", mode=0o666)
    ran = telex.run("localhost", "1", input="QUIT\n")
    assert ran.status == 2
    assert ran.err == (f"telex: {path}: others may write to it (chmod go-w "
                       "takes that away)\n")


@pytest.mark.parametrize("words", [
    ["--help"], ["--version"], ["--completion=bash"], ["-h", "--no-rc"],
])
def test_what_is_only_printed_does_not_need_it(telex, rc, words):
    rc("nonsense\n")
    ran = telex.run(*words)
    assert (ran.status, ran.err) == (0, "")


def test_transcripts_are_played_without_it(telex, rc, tmp_path):
    rc("nonsense\n")
    talk = tmp_path / "talk.telex"
    talk.write_text("S: 220 hello\nC: QUIT\nS: 221 bye\n")
    with Fake(Strict()) as server:
        ran = telex.run("--replay", f"smtp://127.0.0.1:{server.port}", talk)
    assert ran.status == 0, ran


def test_tls_of_a_host(telex, rc, authority):
    """What the certificate is judged by comes from the section."""
    with MailServer(starttls=authority.server_side()) as server:
        words = ("smtp://localhost:%d" % server.port, "-c", "EHLO me", "-c",
                 "QUIT")
        rc("starttls\n[localhost]\ncafile = %s\n" % authority.cafile)
        ran = telex.run(*words)
        assert ran.status == 0, ran
        assert "verified" in ran.err
        rc("starttls\n[example.org]\ncafile = %s\n" % authority.cafile)
        assert telex.run(*words).status == 3


# --- at a terminal

def test_open_takes_the_section_of_its_host(telex, rc, sit):
    """... and leaves the one before behind."""
    with Fake(Strict()) as server:
        rc(f"[127.0.0.1]\nport = {server.port}\nprotocol = lmtp\n"
           f"[localhost]\nport = {server.port}\nprotocol = smtp\nipv4\n")
        person = sit()
        person.wait_prompt("telex> ")
        person.enter("open 127.0.0.1")
        person.wait_prompt("lmtp> ")
        person.enter("QUIT")
        person.wait_prompt("telex> ")
        person.enter("open localhost")
        person.wait_prompt("smtp> ")
        person.enter("QUIT")
        person.wait_prompt("telex> ")
        person.enter("open example.org")
        person.wait_for("no port given for example.org")
        person.enter("quit")
        assert person.status() == 0


def test_no_tls_setting_outlives_its_host(telex, rc, sit, authority):
    """... even where no connection came about that would have used it."""
    with MailServer(starttls=authority.server_side()) as server:
        rc(f"starttls\n[127.0.0.1]\ncafile = {authority.cafile}\n")
        person = sit()
        person.wait_prompt("telex> ")
        person.enter(f"open smtp://127.0.0.1:{free_port()}")
        person.wait_for("refused")
        person.wait_prompt("telex> ")
        person.enter(f"open smtp://localhost:{server.port}")
        person.wait_for("NOT VERIFIED")
        person.enter("QUIT")


def test_practice_server_with_settings(telex, rc):
    rc("color = always\nprotocol = nntp\n[127.0.0.1]\nprotocol = imap\n")
    ran = telex.run("--practice", "-c", "QUIT")
    assert ran.status == 0, ran
    assert ran.out.startswith(b"220 ")


@pytest.mark.parametrize("setting", [
    "proxy socks5://127.0.0.1:9", "ipv6", "source 192.0.2.1", "verify dane",
    "proxy-header"])
def test_way_to_others_is_not_that_to_the_practice_server(telex, rc, setting):
    rc(setting + "\n")
    ran = telex.run("--practice", "-S", "-c", "EHLO x", "-c", "QUIT")
    assert ran.status == 0, ran
    assert ran.out.endswith(b"\r\n221 2.0.0 Goodbye\r\n"), ran


# --- what it costs

def opened(telex, *words):
    """The files that a run asks the system for."""
    done = subprocess.run(
        ["strace", "-qq", "-e", "trace=open,openat", *telex.argv(*words)],
        env=telex.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, timeout=30, check=False)
    return re.findall(r'open(?:at)?\([^"]*"([^"]*)"', done.stderr.decode())


@pytest.mark.parametrize("words, times", [
    (["localhost", "1"], 1),
    (["--no-rc", "localhost", "1"], 0),
    (["--version"], 0),
    (["--help"], 0),
])
def test_one_look_at_the_file(telex, rc, words, times):
    if shutil.which("strace") is None or telex.sanitized:
        pytest.skip("strace cannot watch this")
    assert opened(telex, *words).count(str(rc.path)) == times


# --- --version

def test_version(telex):
    ran = telex.run("--version")
    assert (ran.status, ran.err) == (0, "")
    titles = [line.split(":")[0] for line in ran.out.decode().splitlines()
              if line[0] != " "]
    assert titles[0].startswith("telex ")
    assert titles[1:] == ["libraries", "features", "protocols", "auth",
                          "licence"]
    assert b"\nlibraries: OpenSSL 3." in ran.out
    assert ran.out == telex.run("-V").out
    full = telex.run("--version", stdout=open("/dev/full", "wb"))
    assert full.status == 1


def test_version_is_quick(telex):
    if telex.sanitized:
        pytest.skip("a sanitizer takes its time")

    def once():
        begun = time.monotonic()
        telex.run("--version")
        return time.monotonic() - begun
    assert min(once() for _ in range(5)) < 0.25
