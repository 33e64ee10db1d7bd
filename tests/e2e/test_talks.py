# SPDX-License-Identifier: ISC
"""The talks in tests/talk: each finds its fault in a server that has it,
and finds nothing in sound ones, made up or real."""

import base64
import re
import socket
import ssl
from contextlib import ExitStack

import pytest

import dovecot
import nntpserver
import vulnerable
from conftest import TOP, Ran
from daemons import answers, free_port
from dovecot import Dovecot
from fakes import Fake, Strict
from nntpserver import News
from servers import MailServer
from vulnerable import (Cutting, Forgetful, Fussy, Hasty, Smtp, Smuggled,
                        Trusting)

TALKS = TOP / "tests/talk"
STARTTLS = {"smtp": vulnerable.Smtp, "lmtp": vulnerable.Lmtp,
            "pop3": vulnerable.Pop3, "imap": vulnerable.Imap,
            "nntp": vulnerable.Nntp, "sieve": vulnerable.Sieve}
END = {"lf": b"\n", "cr": b"\r", "crlf": b"\r\n"}
SMUGGLING = sorted(path.stem for path in TALKS.glob("smuggling-*.telex"))


def ending(talk):
    """What this talk hopes to end a message with."""
    _, before, after = talk.split("-")
    return END[before] + b"." + END[after]


def lines_of(talk, *texts):
    """The numbers of the lines that begin with one of these."""
    lines = (TALKS / f"{talk}.telex").read_text().splitlines()
    found = {number for number, line in enumerate(lines, 1)
             if line.startswith(texts)}
    assert found, (talk, texts)
    return found


class Played:
    """What a replay of one talk left."""

    def __init__(self, talk, ran):
        self.talk, self.ran = talk, ran

    def passed(self):
        assert self.ran.status == 0, str(self)
        text = self.ran.out.decode()
        assert "not ok" not in text and "# SKIP" not in text, str(self)
        assert re.search(r"(?m)^ok \d", text), str(self)

    def skipped(self):
        assert self.ran.status == 0, str(self)
        assert b"# SKIP" in self.ran.out, str(self)

    def found(self, *texts):
        """It differs, and first of all in a line that begins so."""
        assert self.ran.status == 6, str(self)
        told = re.findall(r"(?m)^not ok \d+ - (?:\S*/)?([^\s:]+):(\d+): ",
                          self.ran.out.decode())
        assert {name for name, _ in told} == {f"{self.talk}.telex"}, str(self)
        assert int(told[0][1]) in lines_of(self.talk, *texts), str(self)

    def __str__(self):
        return (f"{self.talk}: status {self.ran.status}\n"
                f"{self.ran.out.decode()}\n{self.ran.err}")


class Play:
    """play(talk, port): replay a talk.  Several go at the same time."""

    def __init__(self, telex, authority):
        self._telex = telex
        self._authority = authority

    def start(self, talk, port, *words, **how):
        return talk, self._telex.start(
            "--replay", "--tap", "-i", 20, "--cafile",
            self._authority.cafile, *words, f"localhost:{port}",
            TALKS / f"{talk}.telex", **how)

    def end(self, started):
        talk, process = started
        with process:
            out, err = process.communicate(timeout=60)
        ran = Ran(process.returncode, out, err)
        assert "Sanitizer" not in ran.err, ran.err
        return Played(talk, ran)

    def __call__(self, *what, **how):
        return self.end(self.start(*what, **how))

    def all(self, talks):
        """The same of a list of arguments, all at once."""
        started = [self.start(*what) for what in talks]
        return [self.end(one) for one in started]

    def fakes(self, pairs, *words):
        """Talks, each with a made-up server of its own."""
        with ExitStack() as stack:
            return self.all([
                (talk, stack.enter_context(Fake(server)).port, *words)
                for talk, server in pairs])


@pytest.fixture
def play(telex, authority):
    return Play(telex, authority)


@pytest.fixture(scope="module")
def context(authority):
    return authority.server_side()


@pytest.fixture(scope="module")
def mail(authority):
    why = dovecot.missing("imap", "pop3", "sieve", "lmtp")
    if why:
        pytest.skip(why)
    with Dovecot(authority) as server:
        yield server


@pytest.fixture(scope="module")
def news(authority):
    why = nntpserver.missing()
    if why:
        pytest.skip(why)
    with News(authority, {"misc.test": ["one\n"]}) as server:
        yield server


# --- commands behind STARTTLS


def injections(context, **how):
    return [(f"starttls-{name}", kind(context, **how))
            for name, kind in STARTTLS.items()]


def test_injection_is_found(play, context):
    for played in play.fakes(injections(context)):
        played.found("<silence 2>")


def test_injection_is_found_when_it_is_answered_late(play, context):
    told_by = {"smtp": ["S: 221"], "lmtp": ["S: 221"],
               "pop3": ["S: -ERR", "S: +OK"], "imap": ["<never"],
               "nntp": ["S: 205"], "sieve": ["S: NO", "S: OK"]}
    for played in play.fakes(injections(context, waits=True)):
        played.found(*told_by[played.talk.removeprefix("starttls-")])


@pytest.mark.parametrize("how", ["sound", "refuses", "stays"])
def test_no_injection(play, context, how):
    servers = dict(injections(context, **{how: True}))
    for played in play.fakes(servers.items()):
        played.passed()
        in_tls = [line for tls, line in servers[played.talk].commands if tls]
        assert bool(in_tls) == (how == "sound"), in_tls
        assert not any(b"inject" in line.lower() for line in in_tls)


def test_no_handshake(play):
    """A server whose TLS does not work, or that thinks better of it."""
    broken = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for played in play.fakes(injections(broken, sound=True)):
        played.passed()


def test_starttls_is_not_offered(play):
    for played in play.fakes(injections(None)):
        played.skipped()


def test_no_injection_into_real_servers(play, postfix, mail, news):
    ports = {**mail.ports, "smtp": postfix.port, "nntp": news.port}
    talks = [(f"starttls-{name}", ports[name]) for name in STARTTLS]
    for played in play.all(talks + [("starttls-smtp", postfix.strict_port)]):
        played.passed()
        # Dovecot takes the line for the handshake, which fails of it.
        if played.talk in ("starttls-smtp", "starttls-nntp"):
            assert b".telex:22: QUIT\n" in played.ran.out


# --- where a message ends

TO = ("--set", "to=bob@example.test")


def test_smuggling_is_found(play):
    assert len(SMUGGLING) == 8
    for played in play.fakes(
            [(talk, Smuggled(ending(talk))) for talk in SMUGGLING], *TO):
        played.found("<silence 2>", "<never")


@pytest.mark.parametrize("server", [Smtp, Fussy])
def test_no_smuggling(play, server):
    servers = {talk: server() for talk in SMUGGLING}
    for played in play.fakes(servers.items(), *TO):
        played.passed()
        if server is Smtp:
            # The ending travelled as it is.
            body, = servers[played.talk].mails
            assert ending(played.talk) + b"QUIT\r\n" in body


def test_other_endings_are_not_smuggling(play):
    """Each talk tries its own ending."""
    for played in play.fakes(
            [(talk, Smuggled(ending(talk), sound=True))
             for talk in SMUGGLING], *TO):
        played.passed()


def test_no_smuggling_into_postfix(play, postfix):
    for played in play.all(
            [(talk, postfix.port, "--set", f"to={postfix.box()}")
             for talk in SMUGGLING]):
        played.passed()


def test_unfinished(play, postfix):
    found, sound = play.fakes([("unfinished", Trusting()),
                               ("unfinished", Trusting(sound=True))], *TO)
    found.found("<never")
    sound.passed()
    play("unfinished", postfix.port, "--set",
         f"to={postfix.box()}").passed()


# --- commands


def test_early_talk(play):
    found, sound = play.fakes([("early-talk", Hasty()),
                               ("early-talk", Hasty(sound=True))])
    found.found("<never")
    sound.passed()


def late(port):
    """A play: Postfix, which is asked for its greeting when the client has
    spoken already.  It would come too fast otherwise."""
    def play(peer):
        line = peer.until(b"\n")
        with socket.create_connection(("127.0.0.1", port), 10) as server:
            server.sendall(b"PROXY TCP4 198.51.100.1 127.0.0.1 1025 25\r\n"
                           + line)
            while data := server.recv(65536):
                peer.send(data)
    return play


def test_early_talk_to_postfix(play, postfix):
    port = free_port()
    with open(postfix.top / "etc/master.cf", "a") as services:
        services.write(f"127.0.0.1:{port} inet n - n - - smtpd\n"
                       " -o smtpd_upstream_proxy_protocol=haproxy\n")
    postfix._postfix("reload")
    assert answers(port), "the master does not listen there"
    with Fake(late(port)) as fake:
        played = play("early-talk", fake.port, "-v")
    played.passed()
    assert "S: 554 5.5.0 Error: SMTP protocol sync" in played.ran.err


@pytest.mark.parametrize("talk, server, lines", [
    ("pipelining", Forgetful, ["S: 503"]),
    ("oversize", Cutting, ["<silence 2>"])])
def test_commands(play, postfix, talk, server, lines):
    found, sound = play.fakes([(talk, server()), (talk, server(sound=True))],
                              "-i", 3)
    found.found(*lines)
    sound.passed()
    play(talk, postfix.port).passed()


def test_pipelining_is_one_segment(play):
    server = Forgetful(sound=True)
    with Fake(server) as fake:
        play("pipelining", fake.port).passed()
    assert [line for _, line in server.commands[1:]] == [
        b"RSET", b"RCPT TO:<postmaster>", b"RSET", b"QUIT"]
    assert server.most_at_once == 4


def test_pipelining_is_not_offered(play):
    class Plain(Smtp):
        offered = b"HELP"
    played, = play.fakes([("pipelining", Plain())])
    played.skipped()


# --- the examples of telex-transcript(5)


def conversation(greeting, *pairs):
    """A play: what comes, several lines ended by CR LF, and the answer."""
    def play(peer):
        peer.send(greeting)
        for lines, reply in pairs:
            for line in lines.split(b"\r\n"):
                assert peer.line() == line
            peer.send(reply)
    return play


def test_manual_shows_the_examples():
    page = (TOP / "man/telex-transcript.5").read_text()
    shown = page.replace("\\e", "\\").replace("\\&", "")
    for name in ("rfc5321-d1", "submission", "pop3-retr", "imap-literals",
                 "relay"):
        assert "\n" + (TALKS / f"{name}.telex").read_text() + ".Ed" in shown


@pytest.mark.parametrize("second, passes", [
    (b"550 5.1.1 no Green\r\n", True), (b"250 ok\r\n", False)])
def test_rfc5321_d1(play, second, passes):
    server = Strict(replies={b"RCPT": [b"250 ok\r\n", second,
                                       b"250 ok\r\n"]})
    with Fake(server) as fake:
        played = play("rfc5321-d1", fake.port)
    if passes:
        played.passed()
        assert played.ran.out.count(b"\nok ") == 9
    else:
        played.found("S: 550 ")
    assert server.violations == []
    assert server.bodies == [
        b"Blah blah blah...\r\n...etc. etc. etc.\r\n"]


def test_relay(play, postfix):
    refusal = {b"RCPT": b"550 5.7.1 we do not relay\r\n"}
    with Fake(Strict(replies=refusal)) as fake:
        play("relay", fake.port).passed()
    played = play("relay", postfix.port)
    played.found("S$ 550 5.7.1")
    assert (b"relay.telex:8: RCPT TO:<victim@example.net>\n"
            b"# -550 5.7.1 ${}\n"
            b"# +454 4.7.1 <victim@example.net>: Relay access denied\n"
            in played.ran.out)


class Queueing(MailServer):
    async def handle_DATA(self, server, session, envelope):
        await super().handle_DATA(server, session, envelope)
        return "250 2.0.0 Ok: queued as 4711"


@pytest.mark.parametrize("late", [True, False])
def test_submission(play, context, late):
    secret = base64.b64encode(b"\0alice\0wonderland").decode()
    with Queueing(starttls=context, users={"alice": "wonderland"},
                  auth_require_tls=late) as server:
        played = play("submission", server.port,
                      env={"TELEX_SECRET_1": secret})
        mail = server.mail()
    if late:
        played.passed()
    else:
        played.found("S! ^250[- ]AUTH")
    assert secret.encode() not in played.ran.out
    assert secret not in played.ran.err
    assert mail.tls and mail.login == "alice"
    assert mail.content.endswith(
        b"Subject: a \\backslash and a ${dollar} are themselves here\r\n"
        b"\r\nHello Bob.\r\n.a line that began with one dot\r\n")


@pytest.mark.parametrize("subject", [b"dinner, lunch", b"breakfast"])
def test_pop3_retr(play, subject):
    with Fake(conversation(
            b"+OK dewey\r\n", (b"USER mrose", b"+OK\r\n"),
            (b"PASS tanstaaf", b"+OK maildrop locked\r\n"),
            (b"STAT", b"+OK 2 320\r\n"),
            (b"RETR 1", b"+OK\r\nFrom: x\r\nSubject: " + subject
             + b"\r\n\r\n-ERR is no status here\r\n.\r\n"),
            (b"RETR 9", b"-ERR no\r\n"), (b"QUIT", b"+OK\r\n"))) as fake:
        played = play("pop3-retr", fake.port,
                      env={"TELEX_SECRET_mrose": "tanstaaf"})
    if b"lunch" in subject:
        played.passed()
    else:
        played.found("S~ ^Subject: .*lunch")
    assert b"tanstaaf" not in played.ran.out


def test_imap_literals(play):
    with Fake(conversation(
            b"* OK ready\r\n",
            (b"a001 SELECT INBOX",
             b"* 17 EXISTS\r\n* 2 RECENT\r\na001 OK done\r\n"),
            (b"a002 FETCH 17 BODY[HEADER]",
             b"* 17 FETCH (BODY[HEADER] {29}\r\na002 BAD no: in a "
             b"literal\r\n\r\n)\r\na002 OK done\r\n"),
            (b"a003 APPEND INBOX {23}", b"+ go on\r\n"),
            (b"Subject: hi\r\n\r\nHello.\r\n", b"a003 OK done\r\n"),
            (b"a004 LOGOUT", b"* BYE\r\na004 OK done\r\n"))) as fake:
        play("imap-literals", fake.port).passed()
