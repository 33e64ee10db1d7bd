# SPDX-License-Identifier: ISC
"""A session recorded with a real server is played again, there and elsewhere.

The second server of each protocol is another program, or the same with
another configuration: what it answers otherwise is found, and nothing else.
"""

import base64
import contextlib
import ssl
import time

import pytest

import dovecot
import ftpserver
import nntpserver
from retold import bad, secrets_env, tap
from servers import MailServer
from tlspeer import Peer

PASSWORD = "wonderland"
LIMIT = 10  # seconds for a reply
PLAIN = base64.b64encode(b"\0alice\0wonderland").decode()


class Case:
    """A session, and what of it the other server answers otherwise: how the
    lines with the status of those replies begin."""

    def __init__(self, scheme, script, *, secrets=(), other=(), tls=False):
        self.scheme, self.script = scheme, script
        self.secrets, self.other = list(secrets), list(other)
        self.tls = tls


MAIL = """\
MAIL FROM:<alice@example.test>
RCPT TO:<box0@example.test>
RCPT TO:<busy@example.test>
RCPT TO:<nobody@example.test>
DATA
Subject: <html>

..dots
{x} ${x} \\n trailing\x20
\x1b[31mred gr\u00fc\u00dfe

.
"""
IMAP = """\
a CAPABILITY
b LOGIN alice wonderland
c SELECT INBOX
d FETCH 1:* (FLAGS BODY.PEEK[])
e APPEND Drafts {{23}}
Subject: hi

Hello.

f APPEND INBOX {{23+}}
Subject: hi

Hello.

g LIST "" *
h FETCH {number} FLAGS
i LOGOUT
"""
SIEVE = f"""\
CAPABILITY
AUTHENTICATE "PLAIN" "{PLAIN}"
PUTSCRIPT "x" {{15+}}
keep;
# {{99}}

LISTSCRIPTS
GETSCRIPT "x"
GETSCRIPT "no"
DELETESCRIPT "x"
LOGOUT
"""
CASES = {
    "smtp": Case("smtp", "EHLO client.example.test\nNOOP\n" + MAIL
                 + "ETRN example.test\nRSET\nHELO x\nQUIT\n",
                 other=["S: 459 "]),
    "smtp-tls": Case("smtp", "EHLO client.example.test\n" + MAIL + "QUIT\n",
                     tls=True),
    "submission": Case(
        "submission", f"EHLO client.example.test\nAUTH PLAIN {PLAIN}\n"
        f"{MAIL}QUIT\n", tls=True, secrets=[PLAIN], other=["S: 235 "]),
    "lmtp": Case("lmtp", "LHLO client.example.test\n"
                 "MAIL FROM:<a@example.test>\nRCPT TO:<alice@example.test>\n"
                 "RCPT TO:<user1@example.test>\n"
                 "RCPT TO:<nobody@example.test>\nDATA\nSubject: x\n\n..x\n.\n"
                 "RSET\nQUIT\n"),
    "pop3": Case("pop3", "CAPA\nUSER alice\nPASS wonderland\nSTAT\nLIST\n"
                 "UIDL\nRETR 1\nTOP 2 0\nRETR 9\nNOOP\nQUIT\n", tls=True,
                 secrets=[PASSWORD], other=["S: +OK 228 ", "S: +OK"]),
    "pop3-plain": Case("pop3", "USER alice\nPASS wonderland\nSTAT\nQUIT\n",
                       secrets=[PASSWORD], other=[
                           "S: +OK", "S: +OK Logged in", "S: +OK 4 "]),
    "imap": Case("imap", IMAP.format(number=1), tls=True, secrets=[PASSWORD],
                 other=["S: d OK"]),
    "imap-plain": Case("imap", IMAP.format(number=99), secrets=[PASSWORD],
                       other=["S: b OK", "S: c OK", "S: d OK", "S: e NO",
                              "C: f APPEND"]),
    "sieve": Case("sieve", SIEVE, tls=True, secrets=[PLAIN]),
    "sieve-plain": Case("sieve", f"AUTHENTICATE \"PLAIN\" \"{PLAIN}\"\n"
                        "LISTSCRIPTS\nLOGOUT\n", secrets=[PLAIN],
                        other=["S: OK \"Logged", "S: OK \"List"]),
    "nntp": Case("nntp", "CAPABILITIES\nMODE READER\nGROUP misc.test\n"
                 "ARTICLE 1\nARTICLE 9\nOVER 1-2\nLIST\nAUTHINFO USER bob\n"
                 "QUIT\n"),
    "nntp-post": Case("nntp", "GROUP misc.test\nPOST\nFrom: a@example.test\n"
                      "Newsgroups: misc.test\nSubject: x\n\n..x\n.\nQUIT\n",
                      other=["S: 340", "C: From"]),
    "nntp-tls": Case("nntp", "AUTHINFO USER alice\nAUTHINFO PASS wonderland\n"
                     "LIST\nQUIT\n", tls=True, secrets=[PASSWORD]),
    "ftp": Case("ftp", "USER alice\nPASS wonderland\nFEAT\nTYPE I\n"
                "SIZE f\nSTAT f\nPWD\nRNFR f\nRNTO f\nQUIT\n",
                secrets=[PASSWORD],
                other=["S: 213 5", "S: 213-", "S: 350 ", "S: 250 "]),
    "ftp-tls": Case("ftp", "USER alice\nPASS wonderland\nPBSZ 0\nPROT P\n"
                    "TYPE I\nSIZE f\nQUIT\n", tls=True, secrets=[PASSWORD],
                    other=["S: 213 5"]),
}


class Servers:
    """Both servers of each protocol, started when they are asked for."""

    def __init__(self, authority, postfix, stack):
        self.authority, self.postfix, self.stack = authority, postfix, stack
        self.made = {}

    def _have(self, name, make):
        if name not in self.made:
            self.made[name] = self.stack.enter_context(make())
        return self.made[name]

    def _mail(self, password):
        return MailServer(starttls=self.authority.server_side(),
                          users={"alice": password})

    def _dovecot(self, first):
        if dovecot.missing(*dovecot.PORTS):
            pytest.skip(dovecot.missing(*dovecot.PORTS))
        server = dovecot.Dovecot(self.authority, tls_first=not first)
        if first:
            for name in "a", "b":
                server.deliver(f"Subject: {name}\n\nbody\n.dot\n".encode())
        return server

    def _news(self, first):
        if nntpserver.missing():
            pytest.skip(nntpserver.missing())
        return nntpserver.News(self.authority, {
            "misc.test": ["one\n..two\n", "x\n"]}, guest_posts=first)

    def _files(self, first):
        if ftpserver.missing():
            pytest.skip(ftpserver.missing())
        server = ftpserver.ProFTPD(self.authority)
        if first:
            server.put("f", b"hello")
        self.stack.callback(server.stop)
        return contextlib.nullcontext(server)

    def port(self, case, first):
        scheme = case.scheme
        if scheme == "smtp" and first:
            return self.postfix.port
        if scheme in ("smtp", "submission"):
            word = PASSWORD if first else "looking-glass"
            return self._have(f"mail {first}", lambda: self._mail(word)).port
        if scheme == "lmtp" and not first:
            return self._have("lmtp", lambda: MailServer(lmtp=True)).port
        if scheme == "nntp":
            return self._have(f"nntp {first}", lambda: self._news(first)).port
        if scheme == "ftp":
            return self._have(f"ftp {first}", lambda: self._files(first)).port
        return self._have(f"dovecot {first}",
                          lambda: self._dovecot(first)).ports[scheme]


@pytest.fixture(scope="module")
def servers(authority, postfix):
    with contextlib.ExitStack() as stack:
        yield Servers(authority, postfix, stack)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "session.telex"


def record(telex, case, log, url, *words):
    """The session, which leaves a log without secrets."""
    ran = telex.run("-o", log, "--no-history", "-i", LIMIT, *words, url,
                    input=case.script)
    text = log.read_text()
    assert ran.status in (0, 4, 5) and text.endswith("\n<closed>\n"), ran
    for secret in case.secrets:
        assert secret not in text
    return text


def replay(telex, case, log, port, *words):
    """The points of the report, and the exit status; nothing is waited
    for in vain."""
    began = time.monotonic()
    ran = telex.run("--replay", "--tap", "-i", LIMIT, *words,
                    f"{case.scheme}://localhost:{port}", log,
                    env=secrets_env(case.secrets))
    assert time.monotonic() - began < LIMIT, ran
    return tap(ran), ran


@pytest.mark.parametrize("name", CASES)
def test_here_and_elsewhere(telex, servers, authority, log, name):
    case = CASES[name]
    port = servers.port(case, True)
    trust = ["--cafile", authority.cafile]
    text = record(telex, case, log, f"{case.scheme}://localhost:{port}",
                  *["-S", *trust] * case.tls)
    assert ("<TLS verified: " in text) == case.tls
    points, ran = replay(telex, case, log, port, *trust)
    assert ran.status == 0 and not bad(points) and len(points) > 3, ran
    # The same elsewhere; 127.0.0.2 is a stranger.
    points, ran = replay(telex, case, log, servers.port(case, False), "-s",
                         "127.0.0.2", *trust)
    lines = [text.split("\n")[point.line - 1] for point in bad(points)]
    assert len(lines) == len(case.other) and all(
        line.startswith(begin) for line, begin in zip(lines, case.other)
    ), f"{lines}\n{ran}"
    assert ran.status == (6 if lines else 0), ran


@pytest.mark.parametrize("name", [
    "smtp", "lmtp", "pop3", "imap-plain", "sieve", "nntp", "ftp"])
def test_starttls_before_it(telex, servers, authority, log, name):
    """-S: what a plain session was is played behind STARTTLS."""
    case = CASES[name]
    port = servers.port(case, True)
    record(telex, case, log, f"{case.scheme}://localhost:{port}")
    without, _ = replay(telex, case, log, port)
    points, ran = replay(telex, case, log, port, "-S", "-v", "--cafile",
                         authority.cafile)
    assert ran.status == 0 and " TLSv1." in ran.err, ran
    assert list(map(str, points)) == list(map(str, without))


def test_certificate_is_verified_again(telex, servers, authority, log):
    """A transcript of a verified session asks for no less."""
    case = CASES["smtp-tls"]
    port = servers.port(case, True)
    record(telex, case, log, f"smtp://localhost:{port}", "-S", "--cafile",
           authority.cafile)
    _, ran = replay(telex, case, log, port)
    assert ran.status in (3, 6), ran
    points, ran = replay(telex, case, log, port, "-k")
    assert ran.status == 6, ran
    assert [point.what.split(":")[0] for point in bad(points)] == [
        "<TLS verified"]


def test_end_of_tls_in_one_segment_with_the_last_reply(telex, authority, log):
    """The server then waits for our end, and poll(2) sees nothing of its."""
    def act(talk):
        talk.start_tls(authority.server_side())
        talk.send(b"220 hi\r\n")
        assert talk.line() == b"QUIT"
        talk.tls.write(b"221 bye\r\n")
        with contextlib.suppress(ssl.SSLError):
            talk.tls.unwrap()
        talk.conn.sendall(talk.outgoing.read())
        talk.rest()
    log.write_text("<TLS verified>\nS: 220\nC: QUIT\nS: 221\n<closed>\n")
    with Peer(act) as peer:
        _, ran = replay(telex, Case("smtps", ""), log, peer.port, "--cafile",
                        authority.cafile)
        assert ran.status == 0, ran
