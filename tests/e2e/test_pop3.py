# SPDX-License-Identifier: ISC
"""POP3 with a real Dovecot, and with servers that behave oddly."""

import functools
import random
import re

import pytest

import dovecot as real
import mixed
from fakes import Fake, one_by_one, torn
from mixed import Asked

MESSAGES = [
    b"Subject: one\r\n\r\nHello\r\n",
    b"Subject: dots\r\n\r\n.\r\n..\r\n.dot\r\nin the .middle\r\n"
    b"+OK\r\n-ERR\r\n",
    b"Subject: empty\r\n\r\n",
    b"Subject: long\r\n\r\n." + b"x" * 70000 + b"\r\n+ \r\nend\r\n",
]

# After a wrong password every login from that address would wait.
NO_PENALTY = """\
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""


@pytest.fixture(scope="module")
def dovecot(authority):
    why = real.missing("pop3")
    if why:
        pytest.skip(why)
    with real.Dovecot(authority, ["pop3"], more=NO_PENALTY) as server:
        for message in MESSAGES:
            server.deliver(message)
        yield server


@pytest.fixture
def port(dovecot):
    return dovecot.ports["pop3"]


def login(server):
    return f"USER {server.user}\nPASS {server.password}\n"


def url(port, scheme="pop3", host="127.0.0.1"):
    return f"{scheme}://{host}:{port}"


def stuffed(message):
    return b"".join((b"." if line.startswith(b".") else b"") + line
                    for line in message.splitlines(True))


def test_script(telex, dovecot, port):
    ran = telex.run(url(port), input=login(dovecot)
                    + "LIST\nLIST 1\nRETR 2\nTOP 2 1\nRETR 99\nQUIT\n")
    assert ran.status == 5, ran
    assert b"\r\n" + stuffed(MESSAGES[1]) + b".\r\n" in ran.out
    assert ran.out.endswith(b"+OK Logging out.\r\n"), ran
    assert ran.lines("! ") == [], "loopback needs no warning"


def test_message_without_the_doubled_dots(telex, dovecot, port):
    script = login(dovecot) + "".join(f"RETR {i + 1}\n"
                                      for i in range(len(MESSAGES)))
    ran = telex.run("--unstuff", url(port), input=script + "QUIT\n")
    assert ran.status == 0, ran
    for message in MESSAGES:
        assert b" octets\r\n" + message + b".\r\n" in ran.out


def test_protocol_is_told_by_the_greeting(telex, dovecot, port):
    ran = telex.run("127.0.0.1", port, input=login(dovecot) + "LIST\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.out.count(b"\r\n.\r\n") == 1


def test_starttls_in_a_script(telex, dovecot, port):
    ran = telex.run("--cafile", dovecot.ca, url(port, host="localhost"),
                    input="CAPA\nSTLS\nCAPA\n" + login(dovecot) + "QUIT\n")
    assert ran.status == 0, ran
    assert ran.out.count(b"\r\nSTLS\r\n") == 1, "the first CAPA alone"
    assert re.search(r"^\* TLSv1\.\d.* verified", ran.err, re.M), ran
    assert "plain text" not in ran.err


def test_starttls_up_front(telex, dovecot, port):
    ran = telex.run("-S", "-v", "--cafile", dovecot.ca,
                    url(port, host="localhost"),
                    input=login(dovecot) + "STAT\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.lines("C: ") == [
        "C: CAPA", "C: STLS", "C: USER alice", "C: PASS ********",
        "C: STAT", "C: QUIT"]
    assert "does not offer" not in ran.err


@pytest.mark.parametrize("words", [["-T", "-P", "pop3", "localhost:{}"],
                                   ["pop3s://localhost:{}"]])
def test_tls_port(telex, dovecot, words):
    words = [word.format(dovecot.ports["pop3s"]) for word in words]
    ran = telex.run("--cafile", dovecot.ca, *words,
                    input=login(dovecot) + "UIDL\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.out.count(b"\r\n.\r\n") == 1
    assert "plain text" not in ran.err


def test_typed(sit, dovecot, port):
    person = sit("--cafile", dovecot.ca, url(port, host="localhost"))
    person.wait_prompt("pop3> ")
    person.talk("CAPA", "STLS", "pop3> ")
    person.enter("STLS")
    person.wait_for(" verified")
    person.wait_prompt("pop3+tls> ")
    person.talk("AUTH LOGIN", "+ VXNlcm5hbWU6", "user (hidden): ")
    person.type("YWxpY2U=")
    person.enter()
    person.wait_for("+ UGFzc3dvcmQ6")
    person.wait_prompt("password: ")
    person.enter("d29uZGVybGFuZA==")
    person.wait_for("+OK Logged in.")
    person.wait_prompt("pop3+tls> ")
    person.talk("RETR 1", "Hello", "pop3+tls> ")
    person.enter("QUIT")
    assert person.status() == 0
    assert "YWxpY2U=" not in person.everything()
    assert "d29uZGVybGFuZA==" not in person.everything()


def test_auth(telex, dovecot, port):
    plain = "AGFsaWNlAHdvbmRlcmxhbmQ="
    ran = telex.run("-v", url(port), input="AUTH\nAUTH PLAIN\n*\n"
                    f"AUTH PLAIN\n{plain}\nSTAT\nQUIT\n")
    assert ran.status == 5, ran  # the "*" was answered by -ERR
    assert plain not in ran.err and plain.encode() not in ran.out
    ran = telex.run("-v", "--fail", url(port),
                    input=f"AUTH PLAIN {plain}\nSTAT\nQUIT\n")
    assert ran.status == 0, ran
    assert "C: AUTH PLAIN ********" in ran.err
    ran = telex.run("--fail", url(port), input="AUTH PLAIN AGEAYg==\nSTAT\n")
    assert ran.status == 5, ran
    assert b"-ERR [AUTH]" in ran.out


def test_pipelining(telex, dovecot, port):
    lines = login(dovecot).splitlines() + ["STAT", "LIST", "RETR 2",
                                           "UIDL", "NOOP"] * 20 + ["QUIT"]
    one = telex.run(url(port), input="\n".join(lines) + "\n")
    two = telex.run("--pipeline", url(port), input="\n".join(lines) + "\n")
    assert one.status == two.status == 0, two
    assert one.out == two.out


def test_a_thousand_commands(telex, dovecot, port):
    chance = random.Random(1939)
    number = len(MESSAGES)

    def some():
        n = chance.randint(1, number)
        return chance.choice([
            Asked("STAT"), Asked("NOOP"), Asked("LIST", True),
            Asked(f"LIST {n}"), Asked("UIDL", True), Asked(f"uidl {n}"),
            Asked(f"RETR {chance.choice([1, 2, 3])}", True),
            Asked(f"TOP {n} {chance.randint(0, 3)}", True),
            Asked("CAPA", True), Asked("RSET"), Asked("RETR 99", True),
            Asked("LIST 99"), Asked("XYZZY"), Asked(f"Top {n} 0", True)])
    script = [Asked(f"USER {dovecot.user}"),
              Asked(f"PASS {dovecot.password}", shown="PASS ********")]
    script += [some() for _ in range(1000)] + [Asked("QUIT")]
    assert mixed.check(telex, port, "pop3", script, b"+OK") == 5


# What no real server does on demand.

server = functools.partial(one_by_one, greeting=b"+OK POP3 ready\r\n")


@pytest.mark.parametrize("reply, status", [
    (b"-ERR [IN-USE] another session\r\n", 4),
    (b"-ERR [LOGIN-DELAY] wait\r\n", 4),
    (b"-ERR [SYS/TEMP] later\r\n", 4),
    (b"-ERR [SYS/PERM] never\r\n", 5),
    (b"-ERR [AUTH] no\r\n", 5),
    (b"-ERR\r\n", 5),
])
def test_response_codes_become_the_exit_status(telex, reply, status):
    with Fake(server(reply, b"+OK\r\n")) as fake:
        ran = telex.run(url(fake.port), input="PASS x\nQUIT\n")
    assert ran.status == status, ran


@pytest.mark.parametrize("answer", [b"+OKAY\r\n", b"+ \r\n", b"-ERR\r\n",
                                    b"+ok\r\n"])
def test_odd_go_ahead_is_none(telex, answer):
    with Fake(server(answer)) as fake:
        ran = telex.run(url(fake.port), input="STLS\nPASS secret\n")
        assert fake.peer.received == b"STLS\r\n"
    assert ran.status == 3, ran


def test_refusal_in_place_of_the_greeting(telex):
    with Fake(server(greeting=b"-ERR [SYS/TEMP] busy\r\n")) as fake:
        ran = telex.run(url(fake.port), input="STAT\n")
        assert fake.peer.received == b""
    assert ran.status == 4, ran
    assert "refuses this session (-ERR in place" in ran.err


LINES = [(b"+OK here\r\n", b"+OK here\r\n"), (b"..\r\n", b".\r\n"),
         (b"a.b\r\n", b"a.b\r\n"), (b"..x\r\n", b".x\r\n"),
         (b"\r\n", b"\r\n"), (b"...\r\n", b"..\r\n"),
         (b".. \r\n", b". \r\n"), (b"..\n", b".\n"), (b"lf.\n", b"lf.\n")]
LONG = [(b"." * n + b"\r\n", b"." * (n - 1) + b"\r\n")
        for n in (65534, 65535, 65536, 65537, 140000)]
LONG += [(b"y" * n + b".\r\n", b"y" * n + b".\r\n")
         for n in (65533, 65535, 65536, 70000)]
END = [(b".\r\n", b".\r\n")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 65535, 65536, 1 << 20])
def test_dots_are_undone_however_the_stream_is_cut(telex, size):
    # Long lines would take too many small segments.
    lines = LINES + (LONG if size >= 1000 else []) + END
    came = b"".join(line for line, _ in lines)

    def play(peer):
        peer.send(b"+OK .\r\n")
        peer.line()
        peer.send(*torn(came, size), pause=0.001 if size < 1000 else 0)
        peer.line()
        peer.send(b"+OK . bye\r\n")
    with Fake(play) as fake:
        ran = telex.run("--unstuff", url(fake.port), input="RETR 1\nQUIT\n")
    want = [b"+OK .\r\n", *(line for _, line in lines), b"+OK . bye\r\n"]
    assert ran.out == b"".join(want)
    assert ran.status == 0, ran


def test_unfinished_block_is_written_and_an_error(telex):
    def play(peer):
        peer.send(b"+OK POP3\r\n")
        peer.line()
        peer.send(b"+OK\r\n..a\r\n..b")
    with Fake(play) as fake:
        ran = telex.run("--unstuff", url(fake.port), input="RETR 1\n")
    assert ran.out == b"+OK POP3\r\n+OK\r\n.a\r\n.b", ran
    assert ran.status == 1, ran
    assert "RETR was still owed" in ran.err
