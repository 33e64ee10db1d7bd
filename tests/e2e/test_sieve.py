# SPDX-License-Identifier: ISC
"""ManageSieve, against Dovecot and some that are odd."""

import base64
import random
import re
import time

import pytest

import dovecot
from dovecot import Dovecot
from fakes import Fake, Puppet
from tlspeer import Peer

PLAIN = base64.b64encode(b"\0alice\0wonderland").decode()
LOGIN = f'AUTHENTICATE "PLAIN" "{PLAIN}"\n'
# Without it whoever gave a wrong password has to wait the next time.
NO_PENALTY = """\
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
CAPABILITIES = b'"IMPLEMENTATION" "x"\r\n"SASL" "PLAIN"\r\n'


@pytest.fixture(scope="module")
def mail(authority):
    why = dovecot.missing("sieve")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ["sieve"], more=NO_PENALTY) as server:
        yield server


@pytest.fixture
def run(telex, authority, mail):
    """run(script, options...) -> Ran, of a script to Dovecot."""
    def make(script, *words):
        return telex.run("--cafile", authority.cafile, "-i", 20, *words,
                         f"sieve://localhost:{mail.ports['sieve']}",
                         input=script)
    return make


def log_in(user, password="wonderland"):
    told = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    return f'AUTHENTICATE "PLAIN" "{told}"\n'


def literal(text):
    """A script as a literal, its lines as they travel."""
    octets = len(text.encode().replace(b"\n", b"\r\n"))
    return f"{{{octets}+}}\n{text}"


def replies(ran):
    """The statuses of all replies, in order; literals are passed over."""
    found, data = [], ran.out
    while data:
        line, _, data = data.partition(b"\r\n")
        word = re.match(rb"(OK|NO|BYE)( |$)", line)
        if word:
            found.append(word[1].decode())
        announced = re.search(rb"\{(\d+)\}$", line)
        if announced:
            data = data[int(announced[1]):]
            line, _, data = data.partition(b"\r\n")
    return found


# --- a real server


def test_session(run):
    ran = run(LOGIN + "LISTSCRIPTS\n"
              f'PUTSCRIPT "one" {literal("keep;")}\n'
              f'PUTSCRIPT "two" {literal("discard;" + chr(10) * 3)}\n'
              f'PUTSCRIPT "bad" {literal("frob;")}\n'
              f'CHECKSCRIPT {literal("stop;")}\n'
              f'CHECKSCRIPT "stop"\n'
              'SETACTIVE "one"\nLISTSCRIPTS\nGETSCRIPT "two"\n'
              'GETSCRIPT "three"\nHAVESPACE "x" 100\nNOOP "marked"\n'
              'RENAMESCRIPT "two" "three"\nDELETESCRIPT "three"\n'
              'DELETESCRIPT "one"\nSETACTIVE ""\nDELETESCRIPT "one"\n'
              "LISTSCRIPTS\nLOGOUT\n", "-v")
    assert replies(ran) == (
        "OK OK OK OK OK NO OK NO OK OK OK NO OK OK OK OK NO OK OK OK OK"
        .split()), ran
    assert ran.status == 5
    assert b'"one" ACTIVE\r\n' in ran.out
    assert b"{14}\r\ndiscard;\r\n\r\n\r\n\r\nOK " in ran.out
    assert b'OK (TAG "marked")' in ran.out
    assert re.search(rb"NO \{\d+\}\r\n", ran.out)
    assert PLAIN not in ran.err
    assert 'C: AUTHENTICATE "PLAIN" ********' in ran.err


@pytest.mark.parametrize("words", [["-S"], []])
def test_upgrade(run, words):
    first = "" if words else "STARTTLS\n"
    ran = run(first + "CAPABILITY\n" + LOGIN + "LISTSCRIPTS\nLOGOUT\n", "-v",
              *words)
    assert ran.status == 0, ran
    assert replies(ran) == ["OK"] * 7
    # The greeting, what comes unasked under TLS, and the answer.
    assert ran.out.count(b'"IMPLEMENTATION"') == 3
    assert ran.out.count(b'"STARTTLS"') == 1
    assert re.search(r"TLSv1\.3, .*CN=localhost verified", ran.err)
    assert "does not offer" not in ran.err
    assert "does not greet" not in ran.err


def test_login_in_all_its_forms(run):
    size = len(PLAIN)
    for script, status in (
            (f'AUTHENTICATE "PLAIN"\n"{PLAIN}"\n', 0),
            (f'AUTHENTICATE "PLAIN"\n{{{size}+}}\n{PLAIN}\n', 0),
            (f'AUTHENTICATE "PLAIN" {{{size}+}}\n{PLAIN}\n', 0),
            (f'authenticate {{5+}}\nPLAIN "{PLAIN}"\n', 0),
            (log_in("alice", "looking-glass"), 5),
            ('AUTHENTICATE "PLAIN"\n"*"\n', 5),
            ('AUTHENTICATE "FROB"\n', 5)):
        ran = run(script + "NOOP\nLOGOUT\n", "-v")
        assert ran.status == status, (script, ran)
        assert replies(ran) == ["OK", "NO" if status else "OK", "OK", "OK"]
        assert PLAIN not in ran.err
        assert "looking-glass" not in ran.err


def test_login_by_steps(run):
    name, word = (base64.b64encode(part).decode()
                  for part in (b"alice", b"wonderland"))
    ran = run(f'AUTHENTICATE "LOGIN"\n"{name}"\n"{word}"\nNOOP\nLOGOUT\n',
              "-v")
    assert ran.status == 0, ran
    assert replies(ran) == ["OK"] * 4
    assert word not in ran.err


def test_typed(sit, authority, mail, telex):
    person = sit("--cafile", authority.cafile,
                 f"sieve://localhost:{mail.ports['sieve']}")
    person.wait_prompt("sieve> ")
    person.talk("STARTTLS", 'OK "TLS negotiation successful."',
                "sieve+tls> ")
    person.enter('AUTHENTICATE "PLAIN"')
    person.wait_prompt("password: ")
    person.enter(f'"{PLAIN}"')
    person.wait_for("Logged in")
    person.wait_prompt("sieve+tls> ")
    person.enter('PUTSCRIPT "typed" {7+}')
    person.wait_prompt("literal 7> ")
    person.enter("keep;")
    person.wait_prompt("more> ")
    person.enter("")
    person.wait_for("PUTSCRIPT completed")
    person.wait_prompt("sieve+tls> ")
    person.talk('GETSCRIPT "typed"', "Getscript completed", "sieve+tls> ")
    person.talk('DELETESCRIPT "typed"', "Deletescript completed",
                "sieve+tls> ")
    person.enter("LOGOUT")
    assert person.status() == 0
    assert PLAIN.encode() not in person.raw
    assert PLAIN not in telex.history.read_text()
    person.assert_terminal_restored()


def test_too_many_errors_close(run):
    ran = run("FROB\n" * 10 + "LOGOUT\n")
    assert b"\r\nBYE " in ran.out
    assert ran.status == 5, ran


def make_session(seed=5804):
    """Commands, and the statuses of the replies."""
    pick = random.Random(seed)
    names = [f"script {i}" for i in range(8)]
    active, stored, script, want = None, {}, [], []
    words = ["keep;", "discard;", "stop;", "# a comment {3+}",
             'redirect "a@example.test";', "/* OK */", "# NO {5}", ""]
    while len(script) < 1000:
        name = pick.choice(names)
        text = "\n".join(pick.choice(words)
                         for _ in range(pick.randint(1, 40))) + "\n"
        kind = pick.choice(["put", "bad", "check", "get", "get", "list",
                            "noop", "delete", "active", "space", "cap",
                            "rename"])
        good = name in stored
        if kind == "put":
            script.append(f'PUTSCRIPT "{name}" {literal(text)}')
            stored[name] = text
            good = True
        elif kind == "bad":
            script.append(f'PUTSCRIPT "{name}" {literal("frob;" + text)}')
            good = False
        elif kind == "check":
            script.append(f"CHECKSCRIPT {literal(text)}")
            good = True
        elif kind == "get":
            script.append(f'GETSCRIPT "{name}"')
        elif kind == "delete":
            script.append(f'DELETESCRIPT "{name}"')
            good = good and name != active
            if good:
                del stored[name]
        elif kind == "active":
            script.append(f'SETACTIVE "{name}"')
            active = name if good else active
        elif kind == "rename":
            script.append(f'RENAMESCRIPT "{name}" "another"')
            script.append(f'RENAMESCRIPT "another" "{name}"')
            want.append("OK" if good else "NO")
        else:
            script.append({"list": "LISTSCRIPTS", "noop": 'NOOP "x"',
                           "space": 'HAVESPACE "x" 10',
                           "cap": "CAPABILITY"}[kind])
            good = True
        want.append("OK" if good else "NO")
    return script, want, stored


@pytest.mark.parametrize("words", [[], ["-S"]])
def test_a_thousand_commands(run, mail, words):
    script, want, stored = make_session()
    begun = time.monotonic()
    ran = run(log_in(mail.account()) + "\n".join(script) + "\nLOGOUT\n",
              *words)
    took = time.monotonic() - begun
    assert ran.status == 5, ran
    first = 4 if words else 2
    assert replies(ran)[first:-1] == want
    assert stored and {"OK", "NO"} == set(want)
    assert took < 40


# --- odd servers


def conversation(*pairs, greeting=b"OK\r\n", rest=None):
    """A play: lines (several ended by CR LF), and what answers them."""
    def play(peer):
        peer.send(greeting)
        for lines, reply in pairs:
            for line in lines.split(b"\r\n"):
                assert peer.line() == line
            assert peer.early(0.03) == b""
            pieces = reply if isinstance(reply, tuple) else (reply,)
            for piece in pieces[:-1]:
                peer.send(piece)
                assert peer.early(0.1) == b""
            peer.send(pieces[-1])
        if rest is not None:
            rest.append(peer.rest())
    return play


def test_odd_answers(telex):
    play = conversation(
        (b"NOOP", (b"OK", b" {4}\r\n", b"NO\r\n", b"", b"\r\n")),
        (b'GETSCRIPT "a"', (b"{11}\r\n", b"OK\r\nNO\r\nBYE", b"\r\n",
                            b"OK\r\n")),
        (b"LISTSCRIPTS", (b'"OK"\r\n', b"{3}\r\na\r\n", b" ACTIVE\r\n",
                          b"ok (WARNINGS {2}\r\n", b"xx) {0}\r\n",
                          b"\r\n")),
        (b"SETACTIVE \"a\"", b"NO (TRYLATER) \"soon\"\r\n"),
        (b"LOGOUT", b"BYE\r\n"))
    with Fake(play) as fake:
        ran = telex.run("-P", "sieve", "-i", 10, fake.host, fake.port,
                        input='NOOP\nGETSCRIPT "a"\nLISTSCRIPTS\n'
                        'SETACTIVE "a"\nLOGOUT\n')
    assert ran.status == 4, ran
    assert ran.out.endswith(b'NO (TRYLATER) "soon"\r\nBYE\r\n')


def test_scram_and_its_empty_line(telex):
    play = conversation(
        (b'AUTHENTICATE "SCRAM-SHA-1" "biws"', (b"{4}\r\n", b"cj1m",
                                                b"\r\n")),
        (b'"Yz1i"', b'"dj1y"\r\n'), (b'""', b"OK\r\n"),
        (b"LOGOUT", b"OK\r\n"))
    with Fake(play) as fake:
        ran = telex.run("-v", "-P", "sieve", "-i", 10, fake.host, fake.port,
                        input='AUTHENTICATE "SCRAM-SHA-1" "biws"\n"Yz1i"\n'
                        '""\nLOGOUT\n')
    assert ran.status == 0, ran
    assert "Yz1i" not in ran.err and "biws" not in ran.err


@pytest.mark.parametrize("reply", [b"NO\r\n", b"BYE\r\n", b'"OK"\r\nNO\r\n',
                                   b'OKAY\r\nNO "x"\r\n'])
def test_only_ok_begins_tls(telex, reply):
    rest = []
    with Fake(conversation((b"STARTTLS", reply), rest=rest)) as fake:
        ran = telex.run("-P", "sieve", "-i", 10, fake.host, fake.port,
                        input="STARTTLS\n" + LOGIN)
    assert rest == [b""]
    assert ran.status == 3, ran


def test_busy_server(telex):
    greeting = b'BYE (TRYLATER) "busy"\r\n'
    with Fake(conversation(greeting=greeting)) as fake:
        ran = telex.run("-P", "sieve", "-i", 10, fake.host, fake.port,
                        input="LOGOUT\n")
    assert ran.status == 4, ran
    assert "BYE in place of a greeting" in ran.err


@pytest.mark.parametrize("late", [None, 0, 4])
def test_server_that_may_not_greet_again(telex, authority, late):
    """RFC 5804 wants the capabilities again; some leave them out, and some
    are slow."""
    seen = []

    def act(talk):
        talk.send(CAPABILITIES + b'"STARTTLS"\r\nOK\r\n')
        assert talk.line() == b"STARTTLS"
        talk.send(b"OK\r\n")
        talk.start_tls(authority.server_side())
        if late is not None:
            time.sleep(late)
            talk.send(CAPABILITIES + b"OK\r\n")
        while not seen or seen[-1] != b"LOGOUT":
            seen.append(talk.line())
            talk.send(b'NO "%s"\r\n' % seen[-1][:4])
        talk.end_tls()

    begun = time.monotonic()
    with Peer(act) as peer:
        ran = telex.run("-v", "--cafile", authority.cafile, "-i", 30, "-P",
                        "sieve", "localhost", peer.port,
                        input="STARTTLS\nNOOP\nDELETESCRIPT \"a\"\nLOGOUT\n")
        peer.result()
    assert seen == [b"NOOP", b'DELETESCRIPT "a"', b"LOGOUT"]
    assert time.monotonic() - begun < 10
    assert ran.out.endswith(b'NO "NOOP"\r\nNO "DELE"\r\nNO "LOGO"\r\n')
    assert ("does not greet again" in ran.err) == (late != 0), ran
    assert ran.status == 5, ran


@pytest.mark.parametrize("greeting, name", [
    (CAPABILITIES + b"OK\r\n", "sieve"), (b"OK\r\n", "sieve"),
    (b"what?\r\n", "raw")])
def test_greeting_tells_the_protocol(sit, greeting, name):
    puppet = Puppet(greeting)
    with Fake(puppet) as fake:
        person = sit(fake.host, fake.port)
        person.wait_prompt(name + "> ")
        puppet.close()
        person.status()
