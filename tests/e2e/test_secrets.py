# SPDX-License-Identifier: ISC
"""Passwords: never on the screen, never in a file."""

import base64
import re

import pytest

from fakes import Fake, Puppet, Strict
from person import control
from servers import MailServer

PASSWORD = base64.b64encode(b"correct horse").decode()
USER = base64.b64encode(b"alice").decode()
PLAIN = base64.b64encode(b"\0alice\0correct horse").decode()
LOGIN = {b"AUTH": b"334 VXNlcm5hbWU6\r\n",
         b"334": [b"334 UGFzc3dvcmQ6\r\n", b"235 2.7.0 welcome\r\n"]}


def history_of(telex):
    return telex.history.read_text() if telex.history.exists() else ""


def at_the_password(sit, puppet, fake, **how):
    """Somebody who is asked for a secret."""
    person = sit("-P", "smtp", "localhost", fake.port, **how)
    person.wait_prompt()
    person.enter("AUTH PLAIN")
    puppet.wait_lines(1)
    puppet.send(b"334 \r\n")
    person.wait_prompt("password: ")
    return person


def test_typed_login_succeeds_and_is_not_shown(sit, telex):
    with MailServer(users={"alice": "correct horse"},
                    auth_require_tls=False) as server:
        person = sit("localhost", server.port)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.enter("AUTH LOGIN")
        person.wait_for("334 ")
        person.wait_prompt("user (hidden): ")
        person.enter(USER)
        person.wait_for("334 ", count=2)
        person.wait_prompt("password: ")
        person.enter(PASSWORD)
        person.wait_for("235 ")
        person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0
        assert server.logins == [("LOGIN", b"alice", b"correct horse")]
    for secret in (PASSWORD, USER):
        assert secret.encode() not in person.raw
        assert secret not in history_of(telex)
    assert "AUTH LOGIN" in history_of(telex)
    person.assert_terminal_restored()


def test_hidden_entry_survives_replies_and_editing(sit):
    talk = Strict(replies=LOGIN)
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = at_the_password(sit, puppet, fake, columns=40)
        person.type("wrong" + control("u") + PASSWORD[:-1] + "zz")
        puppet.send(b"250-unasked\r\n")
        person.wait_for("250-unasked")
        person.wait_prompt("password: ")
        person.resize(60, 24)
        person.type("\x7f\x7f" + PASSWORD[-1])
        person.enter()
        assert puppet.wait_lines(2)[1] == PASSWORD.encode()
        puppet.send(b"235 ok\r\n")
        person.wait_prompt()
    assert PASSWORD[:-1].encode() not in person.raw
    assert b"wrong" not in person.raw
    assert talk.commands == []


def test_hidden_entry_is_not_in_the_scrollback(pane):
    with Fake(Strict(replies=LOGIN)) as fake:
        shown = pane("localhost", fake.port, rows=8)
        shown.wait_for("smtp>")
        shown.enter("AUTH LOGIN")
        shown.wait_for("user (hidden):")
        shown.type(USER)
        shown.settled()
        shown.enter()
        shown.wait_for("334 UGFzc3dvcmQ6")
        shown.wait_for("password:")
        shown.type(PASSWORD)
        shown.settled()
        shown.enter()
        shown.wait_for("235 2.7.0 welcome")
        shown.enter("QUIT")
        assert shown.status() == 0
        text = shown.everything(True)
    assert PASSWORD not in text and USER not in text


def test_local_command_fills_the_hidden_line(sit, telex):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = at_the_password(sit, puppet, fake)
        person.type(PASSWORD[:2])
        person.command("base64 " + base64.b64decode(PASSWORD)[1:].decode())
        person.wait_for("in the line that is not shown; Enter sends it")
        person.wait_prompt("password: ")
        person.local("base64 " + "x" * 3, "password: ")
        person.type("\x7f" * 4)
        person.enter()
        sent = base64.b64encode(base64.b64decode(PASSWORD)[1:]).decode()
        assert puppet.wait_lines(2)[1] == (PASSWORD[:2] + sent).encode()
        puppet.send(b"235 ok\r\n")
        person.wait_prompt()
    assert sent.encode() not in person.raw
    assert sent not in history_of(telex)


def test_hidden_line_is_left_with_its_state(sit):
    """What is hidden does not turn up in a line that is shown."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = at_the_password(sit, puppet, fake)
        person.type(PASSWORD)
        person.key("local")
        person.wait_prompt("telex> ")
        puppet.send(b"454 not now\r\n")
        person.wait_for("454 not now")
        person.enter("status")
        person.wait_prompt()
        person.enter("NOOP")
        assert puppet.wait_lines(2)[1] == b"NOOP"
    assert PASSWORD.encode() not in person.raw


def test_interrupt_at_the_password_sends_nothing_of_it(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = at_the_password(sit, puppet, fake)
        person.type("wrong")
        # ^C flushes what the terminal holds; this shows that it was read.
        puppet.send(b"250-unasked\r\n")
        person.wait_for("250-unasked")
        person.type(control("c"))
        person.pump(0.2)
        person.wait_prompt("password: ")
        person.enter("*")
        assert puppet.wait_lines(2)[1] == b"*"
        puppet.send(b"501 cancelled\r\n")
        person.wait_prompt()


@pytest.mark.parametrize("line", [f"AUTH PLAIN {PLAIN}",
                                  f"auth plain {PLAIN}",
                                  f"AUTH  PLAIN   {PLAIN}"])
def test_initial_response_is_not_remembered(sit, telex, line):
    talk = Strict(replies={b"AUTH": b"235 welcome\r\n"})
    with Fake(talk) as fake:
        person = sit("localhost", fake.port)
        person.wait_prompt()
        person.paste("\033[200~" + line + "\033[201~")
        person.enter()
        person.wait_for("235 welcome")
        person.wait_prompt()
        person.key("up")
        person.wait(lambda: "plain" in person.row().lower(),
                    "the mechanism is not remembered")
        assert PLAIN not in person.row()
        person.type(control("u"))
        person.enter("QUIT")
        assert person.status() == 0
    assert talk.commands[0] == line.encode()
    kept = history_of(telex)
    assert PLAIN not in kept and PLAIN[:8] not in kept
    assert "plain" in kept.lower()


def test_hidden_line_on_request(sit, telex):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.command("secret")
        person.wait(lambda: person.row().endswith(":")
                    and "telex>" not in person.row(), "no hidden prompt")
        person.enter("XSECRET swordfish")
        assert puppet.wait_lines(1) == [b"XSECRET swordfish"]
        puppet.send(b"250 ok\r\n")
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(2)
    assert b"swordfish" not in person.raw
    assert "swordfish" not in history_of(telex)


@pytest.mark.parametrize("key", "cd")
def test_leaving_at_the_password_is_no_failure(sit, key):
    """The server closes because we do."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = at_the_password(sit, puppet, fake)
        person.type(control(key))
        assert person.status() == 0
    assert "telex: " not in person.everything()


def test_interrupt_takes_the_request_back(sit):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.key("local")
        person.wait_prompt("telex> ")
        person.enter("secret")
        person.wait(lambda: person.row() == "password:", "no hidden prompt")
        person.type(control("c"))
        person.wait_prompt()
        person.type("NOOP")
        person.wait_row("smtp> NOOP")
        person.enter()
        assert puppet.wait_lines(1) == [b"NOOP"]


ELSEWHERE = "192.0.2.1"  # not loopback; led to the test's own server


def test_secret_on_a_clear_wire_asks_first(sit, shim, telex):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", ELSEWHERE, fake.port,
                     env=telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE))
        person.wait_prompt()
        person.enter("AUTH PLAIN " + PLAIN)
        person.wait_match(r"(?i)not encrypted|unencrypted|in clear|"
                          r"unprotected|plain text")
        person.wait_for("send it?")
        person.enter("n")
        person.pump(0.2)
        person.type(control("u"))
        person.enter("NOOP")
        puppet.wait_line(b"NOOP")
    assert puppet.lines == [b"NOOP"]


def test_script_that_never_asked_for_tls_is_warned(shim, telex):
    with Fake(Strict(replies=LOGIN)) as fake:
        ran = telex.run(ELSEWHERE, fake.port,
                        env=telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE),
                        input="EHLO x\nAUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n"
                              "QUIT\n")
    assert ran.lines("! "), ran
    assert fake.play.commands[3] == b"c2VjcmV0"
    assert ran.status == 0, ran


@pytest.mark.parametrize("lines,sent", [
    ("AUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n", b"YWxpY2U="),
    ("AUTH PLAIN AGEAYg==\n", b"AGEAYg==")])
def test_script_sends_no_secret_when_tls_was_asked_for(telex, lines, sent):
    talk = Strict(replies={**LOGIN, b"STARTTLS": b"454 no\r\n"})
    for words in (["-S"], ["--require-tls"]):
        with Fake(talk) as fake:
            ran = telex.run(*words, "localhost", fake.port,
                            input="EHLO x\n" + lines + "QUIT\n")
            assert sent not in fake.peer.received
        assert ran.status == 3, ran


# --- the environment

ENVIRONMENT = {"TELEX_PASSWORD": "swordfish-1",
               "TELEX_PROXY_PASSWORD": "swordfish-2",
               "TELEX_SECRET_x": "swordfish-3", "TELEX_VAR_x": "open"}


def test_programs_get_no_secrets(sit, telex, tmp_path):
    puppet = Puppet(b"220 hi\r\n")
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nenv >{tmp_path}/edited\n")
    editor.chmod(0o755)
    with Fake(puppet) as fake:
        person = sit("localhost", fake.port,
                     env={**ENVIRONMENT, "VISUAL": str(editor)})
        person.wait_prompt()
        person.local(f"! env >{tmp_path}/ran")
        person.local("edit")
        person.wait_for("nothing was written")
    for name in ("ran", "edited"):
        given = (tmp_path / name).read_text()
        assert "swordfish" not in given
        assert "TELEX_VAR_x=open\n" in given


def test_auth_has_the_password_of_the_environment(sit):
    with MailServer(users={"alice": "swordfish-1"},
                    auth_require_tls=False) as server:
        person = sit("localhost", server.port, env=ENVIRONMENT)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.local("! true")
        person.local("auth PLAIN alice")
        person.wait_for("* authenticated")
        person.local("close", "telex>")
        person.enter(f"open localhost {server.port}")
        person.wait_for("220 ", count=2)
        person.wait_prompt()
        person.talk("EHLO x", "250 HELP")
        person.local("auth PLAIN alice")
        person.wait_for("* authenticated", count=2)
        assert len(server.logins) == 2


def test_password_of_a_user_with_a_domain(sit, tmp_path, telex):
    """No variable has such a name, but a user of <auth> may."""
    talk = tmp_path / "talk.telex"
    talk.write_text("S: 220\nC: EHLO x\nS: 250\n"
                    "<auth PLAIN alice@example.org>\nC: QUIT\nS: 221\n")
    with MailServer(users={"alice@example.org": "swordfish-1"},
                    auth_require_tls=False) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        person = sit("--replay", url, str(talk))
        person.wait_for("secret:alice_example_org:")
        person.enter("swordfish-1")
        assert person.status() == 0
        ran = telex.run("--replay", url, str(talk),
                        env={"TELEX_SECRET_alice_example_org": "swordfish-1"})
        assert ran.status == 0, ran
        assert len(server.logins) == 2
    assert b"swordfish" not in person.raw


def test_user_of_auth_may_be_that_of_the_options(sit, tmp_path, telex):
    """... and the password, too, is asked for unseen."""
    talk = tmp_path / "talk.telex"
    talk.write_text("S: 220\nC: EHLO x\nS: 250\n<auth PLAIN>\n"
                    "C: QUIT\nS: 221\n")
    with MailServer(users={"alice": "swordfish-1"},
                    auth_require_tls=False) as server:
        place = f"127.0.0.1:{server.port}"
        for words, asked in [
                (["-u", "alice", place], "secret:alice:"),
                ([f"smtp://alice@{place}"], "secret:alice:"),
                ([f"smtp://{place}"], "password:")]:
            person = sit("--replay", *words, str(talk))
            person.wait_for(asked)
            person.enter("swordfish-1")
            assert person.status() == (0 if "alice" in asked else 6)
            assert b"swordfish" not in person.raw
        ran = telex.run("--replay", "-u", "alice", f"smtp://{place}",
                        str(talk), env={"TELEX_SECRET_alice": "swordfish-1"})
        assert ran.status == 0, ran
        assert len(server.logins) == 3


# --- what the server sends back

def dumped(err):
    """The bytes of the server under -vvv, as their letters."""
    return "".join(line[57:] for line in err.splitlines()
                   if re.match(r"< [0-9a-f]{4}  ", line))


@pytest.mark.parametrize("protocol,lines,echoed", [
    ("smtp", "AUTH PLAIN {0}", b"535 5.7.8 {0} is wrong ({1})"),
    ("pop3", "PASS {1}", b"-ERR not {1}"),
    ("imap", 'a LOGIN alice "{1}"', b"a NO {1} is not alice's"),
    ("sieve", 'AUTHENTICATE "PLAIN" "{0}"', b'NO "{0}"'),
])
def test_hexadecimal_hides_a_secret_that_comes_back(telex, protocol, lines,
                                                    echoed):
    greeting = {"smtp": b"220 hi", "pop3": b"+OK", "imap": b"* OK hi",
                "sieve": b"OK"}[protocol]
    secrets = [PLAIN, "correct-horse" if protocol != "smtp" else
               "correct horse"]
    reply = echoed.decode().format(*secrets).encode()

    def talk(peer):
        peer.send(greeting + b"\r\n")
        peer.line()
        peer.send(reply[:12])
        peer.send(reply[12:] + b"\r\n")
        peer.rest()
    with Fake(talk) as fake:
        ran = telex.run("-vvv", "-P", protocol, "localhost", fake.port,
                        input=lines.format(*secrets) + "\n")
    assert reply in ran.out
    shown = dumped(ran.err)
    assert shown.startswith(greeting.decode()), ran
    assert "********" in shown and "horse" not in shown, shown
    assert PLAIN not in shown and PLAIN[8:24] not in shown, shown
    hexed = "".join(re.findall(r"^[<>] [0-9a-f]{4}  ((?:[0-9a-f]{2} )+)",
                               ran.err, re.M)).replace(" ", "")
    for secret in secrets:
        assert secret.encode().hex() not in hexed


def test_hexadecimal_of_a_session_without_secrets_is_whole(telex):
    with Fake(Strict(replies={b"VRFY": b"252 hunter2 and \r\n"})) as fake:
        ran = telex.run("-vvv", "-P", "smtp", "localhost", fake.port,
                        input="VRFY hunter2\nQUIT\n")
    assert "252 hunter2 and " in dumped(ran.err)
