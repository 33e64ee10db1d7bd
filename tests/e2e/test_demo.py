# SPDX-License-Identifier: ISC
"""`make demo` and `make picture`, which need telex and a shell alone."""

import shutil
import subprocess

import pytest

from conftest import TOP

TOOLS = ("awk", "cat", "chmod", "diff", "dirname", "grep", "mkfifo",
         "mktemp", "rm", "sed", "sh", "sleep", "tee", "tr")
DEMO = TOP / "tests/demo/run"
PICTURE = TOP / "tests/demo/picture"


@pytest.fixture
def bare(telex, tmp_path):
    """bare(words...): run that where nothing is but these tools."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name))

    def run(*words, program=telex.path):
        done = subprocess.run(
            words, env={**telex.env, "PATH": str(tools), "CI": "yes",
                        "TELEX": str(program)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60)
        assert b"Sanitizer" not in done.stderr, done.stderr
        return done.returncode, done.stdout.decode(), done.stderr.decode()
    return run


@pytest.fixture
def instead(telex, tmp_path):
    """instead(shell): a program to take telex's place; "$t" is telex."""
    def make(text):
        program = tmp_path / "telex"
        program.write_text(f"#!/bin/sh\nt='{telex.path}'\n{text}\n")
        program.chmod(0o755)
        return program
    return make


def test_demo_sends_a_mail_and_fetches_it(bare):
    status, out, err = bare(DEMO)
    assert (status, err) == (0, "")
    for line in ("C: STARTTLS", "S: 220 2.0.0 Go ahead", "C: DATA",
                 "C: RETR 1", "S: Subject: The first telex",
                 "*   envelope  RCPT TO    bob@example.com", "C: PASS ********",
                 "S: * 1 EXISTS", "S: e OK LOGOUT done"):
        assert f"\n{line}\n" in out, line
    assert out.count("certificate CN=telex verified") == 3
    assert out.endswith("The message that was fetched is the one that was "
                        "sent.\n")


def test_demo_fails_with_a_refusal(bare, instead):
    program = instead('case $1 in --practice) set -- "$@" --practice-rule '
                      '".:552 5.3.4 too large";; esac; exec "$t" "$@"')
    status, out, err = bare(DEMO, program=program)
    assert status == 5 and err == "telex ended with status 5\n", out
    assert "S: 552 5.3.4 too large\n" in out and "RETR" not in out


def test_demo_fails_if_another_message_comes_back(bare, instead):
    program = instead('case $* in *pop3:*) "$t" "$@" | sed "s/^It went/It is/"'
                      ';; *) exec "$t" "$@";; esac')
    status, out, err = bare(DEMO, program=program)
    assert status == 1 and "not what was sent" in err, out
    assert "> It is out line by line" in out


def test_demo_fails_without_a_server(bare, instead):
    status, _, err = bare(DEMO, program=instead("exit 3"))
    assert status == 1 and "the practice server did not say" in err


def test_demo_leaves_a_person_at_a_prompt(sit, telex):
    person = sit(argv=[str(DEMO)], env={"TELEX": telex.path, "CI": None},
                 columns=120)
    person.wait_for("Now it is your turn")
    person.wait_prompt("smtp> ")
    person.enter("QUIT")
    person.wait_for("221 2.0.0 Goodbye")
    assert person.status() == 0


def copies(tmp_path):
    readme, svg = tmp_path / "README", tmp_path / "session.svg"
    shutil.copy(TOP / "README", readme)
    svg.write_text("old")
    return readme, svg


def test_the_picture_is_current(bare, tmp_path):
    """Mend it with `make picture`."""
    readme, svg = copies(tmp_path)
    status, out, err = bare(PICTURE, readme, svg)
    assert (status, err) == (0, ""), out
    assert svg.read_text() == (TOP / "man/session.svg").read_text()
    assert readme.read_text() == (TOP / "README").read_text()
    picture = readme.read_text().split("man/session.svg", 1)[1]
    assert "--- MAIL FROM:<alice@example.org> ---" in picture


def test_a_picture_of_what_does_not_happen_is_not_made(bare, instead,
                                                       tmp_path):
    readme, svg = copies(tmp_path)
    program = instead('case $1 in --practice) set -- "$@" --practice-rule '
                      '"RCPT:250 2.1.5 Fine";; esac; exec "$t" "$@"')
    status, out, _ = bare(PICTURE, readme, svg, program=program)
    assert status == 6 and "+ 250 2.1.5 Fine" in out
    assert svg.read_text() == "old"
