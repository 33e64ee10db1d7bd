# SPDX-License-Identifier: ISC
"""telex --practice as the one who talks to its own server, and looks on."""

import os
import re
import signal
import smtplib
import socket
import sys

import pytest

from fakes import Fake, Puppet
from practice import LIMIT, Practice

MAIL = """EHLO me.example.org
MAIL FROM:<a@example.org>
RCPT TO:<alice@localhost>
DATA
Subject: hello

.
QUIT
"""


def local(person, command, prompt="smtp> "):
    person.command(command)
    person.wait_prompt(prompt)


@pytest.mark.parametrize("where", ["127.0.0.1", "[::1]", ""])
def test_script_sends_mail_to_it(telex, where):
    ran = telex.run(f"--practice={where}", input=MAIL)
    assert ran.status == 0, ran
    assert ran.out.startswith(b"220 ") and ran.out.count(b"\n221 ") == 1
    notes = ran.lines("* ")
    assert notes[0].startswith("* practice server on "), ran
    assert notes[1].startswith("* message 1 has arrived"), ran


def test_commands_are_sent_at_once(telex):
    ran = telex.run("--practice", "-c", "QUIT")
    assert ran.status == 0
    assert re.fullmatch(rb"220 .*\r\n221 .*\r\n", ran.out), ran


def test_certificates_that_cannot_be_shown_are_missed(telex):
    missed = "! there was no TLS and so no certificate"
    ran = telex.run("--practice", "--show-certs", "-c", "QUIT")
    assert ran.status == 0 and missed in ran.err, ran
    ran = telex.run("--practice", "--show-certs", "-S", "-c", "QUIT")
    assert ran.status == 0 and missed not in ran.err, ran


def test_input_that_is_empty_ends_it(telex):
    ran = telex.run("--practice", input="")
    assert (ran.status, ran.out, len(ran.lines("* "))) == (0, b"", 1), ran


def test_quiet_says_nothing(telex):
    assert telex.run("--practice", "-q", input=MAIL).err == ""


@pytest.mark.parametrize("name,lines,greeting", [
    ("imap", "a LOGIN alice wonderland\nb LOGOUT\n", b"* OK"),
    ("imaps", "a LOGIN alice wonderland\nb LOGOUT\n", b"* OK"),
    ("pop3", "USER alice\nPASS wonderland\nQUIT\n", b"+OK"),
    ("pop3s", "USER alice\nPASS wonderland\nQUIT\n", b"+OK"),
    ("smtp", "QUIT\n", b"220"),
    ("smtps", "QUIT\n", b"220")])
@pytest.mark.parametrize("words", [["-P"], []])
def test_protocol_decides_the_port(telex, name, lines, greeting, words):
    ran = telex.run("--practice", "-v", *words, name, input=lines)
    assert ran.status == 0 and ran.out.startswith(greeting), ran
    assert (" verified" in ran.err) == name.endswith("s"), ran


@pytest.mark.parametrize("where", ["", "127.0.0.2", "[::1]", "0.0.0.0"])
def test_its_certificate_is_trusted_after_starttls(telex, where):
    if where == "127.0.0.2" and sys.platform != "linux":
        pytest.skip("this machine has one address of loopback")
    ran = telex.run(f"--practice={where}", "-v", input="STARTTLS\nQUIT\n")
    assert ran.status == 0 and "CN=telex verified" in ran.err, ran


@pytest.mark.parametrize("fault", ["self-signed", "wrong-name", "expired"])
def test_bad_certificate_is_not_trusted(telex, fault):
    ran = telex.run("--practice", "--practice-set", f"certificate={fault}",
                    input="STARTTLS\nQUIT\n")
    assert ran.status == 3, ran


def test_a_port_that_is_taken(telex):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = telex.run(f"--practice={taken.getsockname()[1]}")
    assert ran.status == 1 and "(--practice alone takes" in ran.err, ran


def test_rule_is_kept(telex):
    ran = telex.run("--practice", "--practice-rule", "RCPT:550 5.1.1 nobody",
                    "--fail", input=MAIL)
    assert ran.status == 5 and b"550 5.1.1 nobody\r\n" in ran.out, ran


@pytest.mark.parametrize("words,text", [
    (["--practice", "-P", "ftp"], "not spoken by the practice server"),
    (["--practice", "ftp"], "not spoken by the practice server"),
    (["--practice", "-p", "25"], "-p needs a host"),
    (["--practice", "--serve", "x"], "one server is enough"),
    (["--practice", "--replay", "x"], "another server"),
    (["--practice-set", "auth"], "what is to be set"),
    (["--practice-rule", "QUIT:close"], "whose rule"),
    (["--practice-ca", "x"], "whose CA"),
    (["--practice", "--practice-set", "x"], "x")])
def test_what_cannot_be_meant(telex, words, text):
    ran = telex.run(*words)
    assert ran.status == 2 and text in ran.err, ran


def test_another_server_is_talked_to_as_usual(telex, tmp_path):
    other = Practice(telex, tmp_path)
    ran = telex.run("--practice", "localhost", other.smtp, input=MAIL)
    assert ran.status == 0, ran
    assert "arrived" not in ran.err
    assert other.notes("message 1 has arrived")
    assert other.end()[0] == 0


def test_help_lists_the_knobs(telex):
    ran = telex.run("--help=practice")
    assert ran.status == 0 and b"\n  greylist" in ran.out


# A person.

@pytest.mark.parametrize("name", ["smtp", "pop3", "imap"])
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "CRAM-MD5", "PLAIN",
                                       "LOGIN"])
def test_a_person_logs_in(sit, name, mechanism):
    person = sit("--practice", "-P", name)
    person.wait_prompt(f"{name}> ")
    if name == "smtp":
        person.enter("EHLO me")
        person.wait_prompt(f"{name}> ")
    local(person, f"auth {mechanism} alice", "password: ")
    person.type("wonderland\r")
    person.wait_prompt(f"{name}> ")
    said = {"smtp": '235 2.7.0 Welcome, "alice"', "pop3": "+OK 0 messages",
            "imap": "OK The user is known"}
    assert said[name] in person.everything()


def port_of(person, name="smtp"):
    person.wait_match(rf"\b{name} \d+\b[^\d]")
    return int(re.search(rf"\b{name} (\d+)", person.everything())[1])


def send(port):
    with smtplib.SMTP("localhost", port, timeout=LIMIT) as client:
        client.sendmail("a@example.org", ["bob@example.org"],
                        "Subject: from afar\r\n\r\nHello.\r\n")


def test_mail_of_others_is_told_while_a_line_is_typed(sit):
    person = sit("--practice", columns=150)
    person.wait_prompt()
    person.type("EHLO m")
    send(port_of(person))
    person.wait_for("message 1 has arrived")
    person.wait_row("smtp> EHLO m")
    person.enter("e")
    person.wait_for("250 AUTH")
    local(person, "mail")
    person.wait_for("from afar", count=2)
    local(person, "mail 1")
    person.wait_for("Hello.")
    local(person, "mail 7")
    person.wait_for("mail: ")
    person.command("quit")
    assert person.status() == 0


def test_mail_is_told_at_the_local_prompt_too(sit):
    person = sit("--practice", columns=150)
    person.wait_prompt()
    person.key("local")
    person.wait_prompt("telex> ")
    send(port_of(person))
    person.wait_for("message 1 has arrived")
    person.enter("quit")
    assert person.status() == 0


def test_mail_needs_the_server(sit):
    strings = Puppet()
    with Fake(strings) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        local(person, "mail")
        person.wait_for("there is no practice server")


def server_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return int(file.read().split()[0])


def test_script_ends_with_a_server_that_dies(telex, tmp_path):
    server = Practice(telex, tmp_path)
    os.kill(server_of(server.process.pid), signal.SIGKILL)
    assert server.process.wait(LIMIT) == 1
    assert (server.process.stderr.read()
            == b"telex: the practice server has ended\n")


def test_person_is_told_that_it_died(sit):
    person = sit("--practice")
    person.wait_prompt()
    os.kill(server_of(person.child.pid), signal.SIGKILL)
    person.wait_for("the practice server has ended")
