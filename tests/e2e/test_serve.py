# SPDX-License-Identifier: ISC
"""--serve: the server's side of a transcript, for clients of all kinds."""

import imaplib
import os
import poplib
import re
import shutil
import signal
import smtplib
import socket
import ssl
import stat
import subprocess
import time
from pathlib import Path

import pytest

from daemons import free_port

LIMIT = 20


class Served:
    """A transcript that is being served."""

    def __init__(self, telex, path, *words, **how):
        self.path = path
        self.process = telex.start("--serve", path, *words, **how)
        first = self.process.stderr.readline().decode()
        match = re.fullmatch(
            rf"\* serving {re.escape(str(path))} on 127\.0\.0\.1 port "
            r"(\d+)\n", first)
        assert match, first + self.process.stderr.read().decode()
        self.port = int(match[1])

    def trust(self):
        """The file that the second line names."""
        line = self.process.stderr.readline().decode()
        assert line.startswith("* its certificate is issued by /"), line
        return Path(line[len("* its certificate is issued by "):-1])

    def end(self):
        """The status, and what was said beside the beginning."""
        out, err = self.process.communicate(timeout=LIMIT)
        assert out == b""
        assert b"Sanitizer" not in err, err.decode()
        return self.process.returncode, err.decode()

    def went_well(self):
        assert self.end() == (0, "")

    def went_wrong(self, line, why, status=6):
        assert self.end() == (
            status, f"telex: {self.path}:{line}: {why}\n")


@pytest.fixture
def serve(telex, tmp_path):
    def make(text, *words, **how):
        path = tmp_path / "talk.telex"
        path.write_text(text)
        return Served(telex, path, *words, **how)
    return make


class Client:
    """A socket that says and expects bytes."""

    def __init__(self, served):
        self.socket = socket.create_connection(
            ("127.0.0.1", served.port), LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def say(self, text):
        self.socket.sendall(text.encode())

    def hear(self, text):
        """These bytes and none beside them, for now."""
        got = b""
        while len(got) < len(text):
            more = self.socket.recv(4096)
            assert more, got
            got += more
        assert got.decode() == text

    def hears_nothing(self):
        self.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            self.socket.recv(1)
        self.socket.settimeout(LIMIT)

    def is_left(self):
        assert self.socket.recv(1) == b""

    def leave(self):
        self.socket.close()


# Clients that nobody here wrote.

SUBMISSION = """\
# telex transcript 1
<protocol submission>
S: 220 mail.example.org ESMTP
C: EHLO client.example.org
S: 250-mail.example.org
S! ^250[- ]AUTH
S$ 250-STARTTLS
S: 250 HELP
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
<TLS verified: TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org>
C: EHLO client.example.org
S: 250-mail.example.org
S: 250 AUTH PLAIN
C$ AUTH PLAIN ${secret:1}
S: 235 2.7.0 Authentication successful
C: MAIL FROM:<alice@example.org> SIZE=120
C: RCPT TO:<bob@example.net>
C: DATA
S: 250 2.1.0 Ok
S: 250 2.1.5 Ok
S: 354 End data with <CR><LF>.<CR><LF>
C$ Date: ${DATE}
C: From: Alice <alice@example.org>
C:
C: ..a line that began with one dot
C: .
S$ 250 2.0.0 Ok: queued as ${id}
C: QUIT
S: 221 2.0.0 Bye
<closed>
"""


def test_smtplib_upgrades_logs_in_and_sends(serve):
    served = serve(SUBMISSION)
    trust = served.trust()
    assert stat.S_IMODE(trust.stat().st_mode) == 0o600
    context = ssl.create_default_context(cafile=str(trust))
    with smtplib.SMTP("localhost", served.port, timeout=LIMIT) as client:
        client.starttls(context=context)
        assert client.sock.version() == "TLSv1.3"
        client.login("alice", "secret")
        refused = client.sendmail("a@example.org", ["b@example.net"],
                                  "Subject: x\n\n.\n..\nanother body\n" * 500)
        assert refused == {}
    served.went_well()
    assert not trust.exists()


def test_nobody_trusts_it_without_the_file(serve):
    served = serve(SUBMISSION)
    with smtplib.SMTP("localhost", served.port, timeout=LIMIT) as client:
        with pytest.raises(ssl.SSLCertVerificationError):
            client.starttls(context=ssl.create_default_context())
    trust = served.trust()
    status, err = served.end()
    assert status == 3
    assert "talk.telex:11: the handshake failed: TLS: " in err
    assert not trust.exists()


POP3 = """\
<protocol pop3>
S: +OK POP3 server ready
C: USER mrose
S: +OK
C$ PASS ${secret:mrose}
S: +OK mrose's maildrop has 2 messages (320 octets)
C: STAT
S$ +OK 2 ${octets}
C: RETR 1
S: +OK 120 octets
S: Subject: lunch
S:
S: ..
S: RETR 9
S: .
C: RETR 9
S: -ERR no such message
C: QUIT
S: +OK dewey POP3 server signing off
"""


def test_poplib_reads_mail(serve):
    served = serve(POP3)
    client = poplib.POP3("localhost", served.port, LIMIT)
    client.user("somebody")
    client.pass_("else")
    assert client.stat() == (2, 1)
    assert client.retr(1)[1] == [b"Subject: lunch", b"", b".", b"RETR 9"]
    with pytest.raises(poplib.error_proto, match="no such message"):
        client.retr(3)
    client.quit()
    served.went_well()


IMAP = """\
<protocol imap>
S: * OK [CAPABILITY IMAP4rev1] ready
C: a000 CAPABILITY
S: * CAPABILITY IMAP4rev1
S: a000 OK done
C: a001 LOGIN mrose secret
S: a001 OK done
C: a002 SELECT INBOX
S$ * ${n} EXISTS
S: a002 OK [READ-WRITE] SELECT completed
C$ a003 FETCH ${n} BODY[HEADER]
S$ * ${n} FETCH (BODY[HEADER] {${}}
S: Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
S: Subject: IMAP4rev1 WG mtg summary and minutes
S:
S: )
S: a003 OK FETCH completed
C: a004 APPEND INBOX {23}
S: + Ready for literal data
C: Subject: hi
C:
C: Hello.
C:
S: a004 OK APPEND completed
C$ ${tag} NOOP
S$ ${tag} OK done
C: a005 LOGOUT
S: * BYE IMAP4rev1 server logging out
S: a005 OK LOGOUT completed
"""


def test_imaplib_goes_by_its_own_tags_and_octets(serve):
    served = serve(IMAP)
    client = imaplib.IMAP4("localhost", served.port, LIMIT)
    client.login("me", "my password")
    assert client.select() == ("OK", [b"1"])
    answer, (found, _) = client.fetch("1", "(BODY[HEADER])")
    assert answer == "OK"
    assert found == (b"1 (BODY[HEADER] {94}",
                     b"Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
                     b"Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
                     b"\r\n")
    answer, _ = client.append("INBOX", None, None, b"a NOOP\r\n.\r\n" * 999)
    assert answer == "OK"
    assert client.noop()[0] == "OK"
    assert client.logout()[0] == "BYE"
    served.went_well()


def curl(*words, **how):
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    return subprocess.run(["curl", "-sS", "--max-time", str(LIMIT), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=LIMIT, check=False, **how)


def test_curl_waits_for_replies_where_the_transcript_did_not(serve, tmp_path):
    served = serve(SUBMISSION)
    trust = served.trust()
    mail = tmp_path / "mail"
    mail.write_text("Subject: curl\n\n.\n")
    done = curl("--ssl-reqd", "--sasl-ir", "--cacert", str(trust),
                "--user", "a:b", "--mail-from", "a@x.example",
                "--mail-rcpt", "b@x.example",
                "--upload-file", str(mail),
                f"smtp://localhost:{served.port}")
    assert done.returncode == 0, done.stderr
    served.went_well()


def test_curl_reads_a_page(serve):
    served = serve("<protocol http>\n"
                   "C: GET / HTTP/1.1\nC: Host: x.example\nC:\n"
                   "S: HTTP/1.1 200 OK\nS: Content-Length: 7\nS:\n"
                   "S: hello\n")
    done = curl("--header", "X-More: headers", "--header", "X-And: more",
                f"http://localhost:{served.port}/page")
    assert done.stdout == b"hello\r\n", done.stderr
    served.went_well()


# telex itself.

def test_telex_talks_to_it(serve, telex):
    served = serve(SUBMISSION)
    done = telex.run(
        "-S", "-P", "submission", "--cafile", served.trust(), "localhost",
        served.port, input="EHLO me\nAUTH PLAIN AGEAYg==\n"
        "MAIL FROM:<a@x.example>\nRCPT TO:<b@x.example>\nDATA\n\nx\n.\nQUIT\n")
    assert done.status == 0, done
    assert b"queued as 1" in done.out
    served.went_well()


XMPP = """\
<protocol xmpp>
C$ <stream:stream xmlns='jabber:client' to='x' version='1.0'>
S% <stream:stream id='1' xmlns='jabber:client' version='1.0'>\\c
S% <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\\c
S% </stream:features>
C$ <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
S% <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\\c
<TLS>
C$ <stream:stream xmlns='jabber:client' to='x' version='1.0'>
S% <stream:stream id='2' xmlns='jabber:client' version='1.0'>\\c
S% <stream:features/>
C$ <iq id='1' type='get'><query xmlns='x'/></iq>
S% <iq id='1' type='result'/>
C$ </stream:stream>
S% </stream:stream>
<closed>
"""


def test_telex_speaks_xml_with_it(serve, telex):
    """There are no lines: what ends a tag ends what is compared."""
    served = serve(XMPP)
    stream = "<stream:stream xmlns='jabber:client' to='y' version='1.0'>\n"
    done = telex.run(
        "--cafile", served.trust(), f"xmpp://localhost:{served.port}",
        input=stream + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
        + stream + "<iq id='1' type='get'><query xmlns='y'/></iq>\n"
        "</stream:stream>\n")
    assert done.status == 0, done
    assert b"<iq id='1' type='result'/>" in done.out
    served.went_well()


def test_a_name_of_a_file_may_be_standard_input(telex, tmp_path):
    path = tmp_path / "x"
    path.write_text("S: 220 x\n<closed>\n")
    with open(path, "rb") as stdin:
        served = Served(telex, "-", stdin=stdin)
    client = Client(served)
    client.hear("220 x\r\n")
    client.is_left()
    client.leave()
    served.went_well()


@pytest.mark.parametrize("text, scheme", [
    (POP3, "pop3"), (IMAP, "imap"), (SUBMISSION, "submission")],
    ids=["POP3", "IMAP", "submission"])
def test_a_transcript_has_two_sides(serve, telex, tmp_path, text, scheme):
    """What one of them plays is what the other expects."""
    served = serve(text)
    words = ["--cafile", served.trust()] if "<TLS" in text else []
    secrets = tmp_path / "secrets"
    secrets.write_text("secret:1=AGEAYg==\nsecret:mrose=b\n")
    with open(secrets, "rb") as stdin:
        done = telex.run(
            "--replay", "--set=DATE=x", "--set=tag=t1", "--secrets-fd=0",
            *words, f"{scheme}://localhost:{served.port}", served.path,
            stdin=stdin)
    assert done.status == 0, done
    served.went_well()


# When replies go.

LOCK_STEP = """\
S: 220 x
C: HELO a
S: 250 a
C: MAIL FROM:<a>
S: 250 b
C: RCPT TO:<b>
S: 250-c
S: 250 c
C: DATA
S: 354 d
C: x
C: .
S: 250 e
C: QUIT
S: 221 f
"""
AHEAD = """\
S: 220 x
C: HELO a
S: 250 a
C: MAIL FROM:<a>
C: RCPT TO:<b>
C: DATA
S: 250 b
S: 250-c
S: 250 c
S: 354 d
C: x
C: .
C: QUIT
S: 250 e
S: 221 f
"""


@pytest.mark.parametrize("text", [LOCK_STEP, AHEAD],
                         ids=["lock-step", "ahead"])
def test_clients_may_wait(serve, text):
    served = serve(text)
    client = Client(served)
    client.hear("220 x\r\n")
    for line, answer in [
            ("HELO me", "250 a\r\n"), ("mail from:<me>", "250 b\r\n"),
            ("RCPT TO:<you>", "250-c\r\n250 c\r\n"), ("DATA", "354 d\r\n"),
            (".x\r\n..", ""), (".", "250 e\r\n")]:
        client.say(line + "\r\n")
        client.hear(answer)
        client.hears_nothing()
    client.say("QUIT\r\n")
    client.hear("221 f\r\n")
    client.is_left()
    client.leave()
    served.went_well()


@pytest.mark.parametrize("text", [LOCK_STEP, AHEAD],
                         ids=["lock-step", "ahead"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_clients_may_send_ahead(serve, text, size):
    served = serve(text)
    client = Client(served)
    said = ("HELO me\nMAIL FROM:<me>\nRCPT TO:<you>\nDATA\n"
            "QUIT\n.\nQUIT\n").replace("\n", "\r\n")
    for at in range(0, len(said), size):
        client.say(said[at:at + size])
    client.hear("220 x\r\n250 a\r\n250 b\r\n250-c\r\n250 c\r\n354 d\r\n"
                "250 e\r\n221 f\r\n")
    client.is_left()
    client.leave()
    served.went_well()


@pytest.mark.parametrize("said, left", [
    (".\r\n", ""),
    ("x\r\n.\r\n", ""),
    ("x\n.\nNOOP\r\n.\nNOOP\r\n.\r\n", ""),
    ("\n.\r\n..\r\n.\r\n", ""),
    ("ab.\r\nNOOP\r\n.\r\n", ""),
    ("x\r\n" * 40000 + ".\r\nNOOP\r\n", "NOOP"),
], ids=["nothing", "a line", "LF", "half of it LF", "a dot at an end",
        "much"])
@pytest.mark.parametrize("cut", [True, False])
def test_data_ends_where_a_server_sees_its_end(serve, said, left, cut):
    served = serve("S: 220\nC: HELO x\nS: 250\nC: DATA\nS: 354\nC: .\n"
                   "S: 250\nC: QUIT\nS: 221\n")
    client = Client(served)
    client.say("HELO x\r\nDATA\r\n")
    client.hear("220\r\n250\r\n354\r\n")
    if cut:
        for byte in said[:30]:
            client.say(byte)
            time.sleep(0.005)
        said = said[30:]
    client.say(said)
    if not left:
        client.say("QUIT\r\n")
        client.hear("250\r\n221\r\n")
        client.leave()
        served.went_well()
    else:
        served.went_wrong(
            8, f'expected "QUIT", the client said "{left}"')
        client.leave()


@pytest.mark.parametrize("words", [[], ["--match=text"]])
def test_what_a_file_has_is_not_compared(serve, words):
    served = serve("S: 220\nC: HELO x\nS: 250\nC: DATA\nS: 354\n"
                   "C: Subject: x\nC< body\nC: .\nS: 250\n", *words)
    client = Client(served)
    client.say("HELO x\r\nDATA\r\nSubject: x\r\nany\r\nlines\r\n.\r\n")
    client.hear("220\r\n250\r\n354\r\n250\r\n")
    client.leave()
    served.went_well()


def test_a_file_that_is_no_data_cannot_be_served(serve):
    served = serve("S: 220\nC< commands\n")
    client = Client(served)
    client.hear("220\r\n")
    served.went_wrong(2, "where no mail data is sent, C< cannot be served",
                      status=2)
    client.leave()


def test_lines_may_end_in_lf_alone(serve):
    served = serve(AHEAD)
    client = Client(served)
    client.say("HELO me\nMAIL\nRCPT\nDATA\nx\n.\nQUIT\n")
    client.hear("220 x\r\n250 a\r\n250 b\r\n250-c\r\n250 c\r\n354 d\r\n"
                "250 e\r\n221 f\r\n")
    client.leave()
    served.went_well()


def test_what_goes_in_one_write_is_awaited_whole(serve):
    served = serve("<protocol smtp>\nS: 220\nC: STARTTLS\nC+ NOOP\n"
                   "S: 220 go\n<TLS>\n<closed>\n")
    client = Client(served)
    client.hear("220\r\n")
    client.say("STARTTLS\r\n")
    client.hears_nothing()
    client.say("NOOP\r\n")
    client.hear("220 go\r\n")
    context = ssl.create_default_context(cafile=str(served.trust()))
    with context.wrap_socket(client.socket,
                             server_hostname="localhost") as tls:
        assert tls.recv(1) == b""
    served.went_well()


def test_nothing_may_be_put_before_the_handshake(serve):
    served = serve("<protocol smtp>\nS: 220\nC: STARTTLS\nS: 220 go\n<TLS>\n"
                   "C: EHLO x\nS: 250 x\n")
    client = Client(served)
    client.say("STARTTLS\r\nEHLO x\r\n")
    served.trust()
    served.went_wrong(5, 'expected <TLS>, the client said "EHLO x"')
    client.leave()


def test_tls_from_the_first_byte_and_telex_again(serve, telex):
    served = serve("<protocol imap>\n<TLS>\n<TLS>\nS: * OK ready\nC: a NOOP\n"
                   "S: a OK\nC: b LOGOUT\nS: * BYE\nS: b OK\n")
    done = telex.run("-T", "-P", "imap", "--cafile", served.trust(),
                     "127.0.0.1", served.port,
                     input="tag NOOP\nother LOGOUT\n")
    assert done.status == 0, done
    assert done.out == b"* OK ready\r\ntag OK\r\n* BYE\r\nother OK\r\n"
    served.went_well()


# Events.

def test_ends_pauses_and_variables(serve):
    served = serve("<set c=d>\n<pause 0.4>\n"
                   "S$ 220 ${a} ${c} ${e}\\t\\x41\\c\nS% B\\c\nS: C$${a}\n"
                   "<close>\n", "--set", "a=given")
    client = Client(served)
    client.hears_nothing()
    client.hear("220 given d 1\tABC$${a}\r\n")
    client.leave()
    served.went_well()


def test_a_client_that_does_not_close(serve):
    served = serve("S: 220\n<close>\n")
    client = Client(served)
    client.hear("220\r\n")
    client.say("QUIT\r\n")
    served.went_wrong(2, 'expected <close>, the client said "QUIT"')
    client.leave()


def test_it_closes_in_the_middle_of_data(serve):
    served = serve("S: 220\nC: EHLO x\nS: 250\nC: DATA\nS: 354\nC: x\n"
                   "<closed>\n")
    client = Client(served)
    client.say("EHLO me\r\nDATA\r\n")
    client.hear("220\r\n250\r\n354\r\n")
    client.is_left()
    client.leave()
    served.went_well()


# What differs.

SHORT = """\
S: 220 x
C: EHLO a
S: 250 a
C$ AUTH PLAIN ${secret:1}
S: 235
C: MAIL FROM:<a>
S: 250
C: QUIT
S: 221
"""


@pytest.mark.parametrize("said, line, why", [
    ("HELP\r\n", 2, 'expected "EHLO a", the client said "HELP"'),
    ("\x1b[H\r\n", 2, 'expected "EHLO a", the client said "\\x1b[H"'),
    ("EHLO", 2, 'expected "EHLO a", the client said "EHLO"'),
    ("", 2, 'expected "EHLO a", the client closed the connection'),
    ("EHLO b\r\nMAIL FROM:<a>\r\n", 4,
     'expected "AUTH PLAIN ${secret:1}", the client said "MAIL FROM:<a>"'),
    ("EHLO b\r\nAUTH PLAIN AGEAYg==\r\nAUTH PLAIN AGEAYg==\r\n", 6,
     'expected "MAIL FROM:<a>", the client said "AUTH PLAIN ********"'),
    ("EHLO b\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<a>\r\nQUIT\r\nNOOP\r\n", 9,
     'the transcript ends, the client said "NOOP"'),
])
def test_what_differs_is_told(serve, said, line, why):
    served = serve(SHORT)
    client = Client(served)
    client.say(said)
    client.socket.shutdown(socket.SHUT_WR)
    served.went_wrong(line, why)
    client.leave()


@pytest.mark.parametrize("said, line, why", [
    ("EHLO a\nAUTH PLAIN any\nMAIL FROM:<a>\nDATA\n.\n", None, None),
    ("EHLO b\n", 3, 'expected "EHLO a", the client said "EHLO b"'),
    ("ehlo a\n", 3, 'expected "EHLO a", the client said "ehlo a"'),
    ("EHLO a\nAUTH LOGIN\n", 5,
     'expected "AUTH PLAIN ${secret:1}", the client said "AUTH LOGIN"'),
])
def test_lines_are_compared_whole_on_demand(serve, said, line, why):
    """By the option, and by the event that says the same."""
    text = SHORT.replace("C: QUIT\nS: 221\n",
                         "C: DATA\nS: 354\nC: .\nS: 250\n")
    for served in (serve("# x\n" + text, "--match=text"),
                   serve("<match text>\n" + text)):
        client = Client(served)
        client.say(said.replace("\n", "\r\n"))
        client.socket.shutdown(socket.SHUT_WR)
        if why:
            served.went_wrong(line, why)
        else:
            served.went_well()
        client.leave()


def test_data_and_octets_are_compared_on_demand(serve):
    text = ("S: * OK ready\nC: a APPEND x {5+}\nC: hello\nS: a OK\n"
            "<protocol smtp>\nC: EHLO x\nS: 250\nC: DATA\nS: 354\n"
            "C: one\nC: two\nC: .\nS: 250\n")
    start = "a APPEND x {5+}\r\nhello\r\nEHLO x\r\nDATA\r\none\r\n"
    for said, line, why in [
            (start + "two\r\n.\r\n", None, None),
            (start + "2\r\n", 11, 'expected "two", the client said "2"'),
            (start.replace("hello", "hallo"), 3,
             'expected "hello", the client said "hallo"')]:
        served = serve(text, "--match=text")
        client = Client(served)
        client.say(said)
        client.socket.shutdown(socket.SHUT_WR)
        if why:
            served.went_wrong(line, why)
        else:
            served.went_well()
        client.leave()


def test_tags_are_replaced_where_they_are_tags(serve):
    served = serve("<protocol imap>\nS: * OK\nC: a LIST {1+}\nC: x y\n"
                   "S% * a \\c\nS: a {6}\nS: a b \nS: a\nS: a OK a\n"
                   "S: b OK\n")
    client = Client(served)
    client.say("t LIST {3+}\r\nx\r\n {5+}\r\n\r\nNOO z\r\n")
    client.hear("* OK\r\n* a a {6}\r\na b \r\na\r\nt OK a\r\nb OK\r\n")
    client.leave()
    served.went_well()


def test_octets_belong_to_the_reply_that_announces_them(serve):
    served = serve("<protocol imap>\nS: * OK\nC: a FETCH 1 x\nC: b NOOP\n"
                   "S: * 1 FETCH ({3}\nS: x\nS: )\nS: a OK\nS: b OK\n")
    client = Client(served)
    client.say("s FETCH 1 x\r\n")
    client.hear("* OK\r\n* 1 FETCH ({3}\r\nx\r\n)\r\ns OK\r\n")
    client.say("t NOOP\r\n")
    client.hear("t OK\r\n")
    client.leave()
    served.went_well()


def test_bytes_without_a_line_end_are_awaited(serve):
    served = serve("<protocol raw>\nC$ one\\c\nC$  two\\c\nS: 3\n"
                   "C$ four\\c\nS: 5\n")
    client = Client(served)
    client.say("one two")
    client.hear("3\r\n")
    client.say("fo")
    client.hears_nothing()
    client.say("xr")
    served.went_wrong(5, 'expected "four\\c", the client said "foxr"')
    client.leave()


def test_line_in_pieces_is_one_command(serve):
    served = serve("S: 220\nC$ HELO \\c\n<pause 0.1>\nC: a\nS: 250\n"
                   "C$ QUI\\c\n<pause 0.1>\nC: T\nS: 221\n")
    client = Client(served)
    client.hear("220\r\n")
    client.say("HELO ")
    client.hears_nothing()
    client.say("b\r\n")
    client.hear("250\r\n")
    client.say("QUIT\r\n")
    client.hear("221\r\n")
    client.leave()
    served.went_well()


def test_the_protocol_is_known_before_anybody_speaks(serve):
    served = serve("<protocol imap>\nC: a NOOP\nS: a OK\n")
    client = Client(served)
    client.say("t NOOP\r\n")
    client.hear("t OK\r\n")
    client.leave()
    served.went_well()


def test_a_literal_where_none_was(serve):
    served = serve("<protocol imap>\nS: * OK\nC: a LOGIN b c\nS: a OK\n")
    client = Client(served)
    client.say("x LOGIN {1}\r\n")
    client.hear("* OK\r\n")
    status, err = served.end()
    assert status == 6
    assert ':3: expected "a LOGIN b c", the client said "' in err
    client.leave()


# Ends of other kinds.

def test_silence_has_an_end(serve):
    served = serve("S: 220\nC: NOOP\n", "-i", "0.5")
    client = Client(served)
    client.say("NO")
    served.went_wrong(2, 'expected "NOOP", the client said nothing for '
                      '0.5 s', status=7)
    client.leave()


@pytest.mark.parametrize("signo", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("connected", [False, True])
def test_signals_end_it(serve, signo, connected):
    served = serve("<TLS>\nC: NOOP\n")
    trust = served.trust()
    assert trust.exists()
    client = Client(served) if connected else None
    time.sleep(0.1)
    served.process.send_signal(signo)
    assert served.end() == (-signo, "")
    assert not trust.exists()
    if client:
        client.leave()


def test_the_certificate_may_be_kept(serve, tmp_path):
    path = tmp_path / "ca.pem"
    served = serve("S: 220\n", "--serve-ca", path)
    assert served.trust() == path
    assert path.read_text().startswith("-----BEGIN CERTIFICATE-----\n")
    assert "PRIVATE" not in path.read_text()
    Client(served).leave()
    served.went_well()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_folder_for_it_may_be_chosen(serve, tmp_path):
    served = serve("<TLS>\n", env={"TMPDIR": str(tmp_path)})
    assert served.trust().parent == tmp_path
    served.process.terminate()
    served.end()
    assert [p.name for p in tmp_path.glob("*.pem")] == []


def test_a_port_may_be_chosen_and_others_are_not_let_in(serve):
    port = free_port()
    served = serve("S: 220\nC: QUIT\nS: 221\n", "--serve-port", port)
    assert served.port == port
    client = Client(served)
    client.hear("220\r\n")
    with pytest.raises(ConnectionRefusedError):
        Client(served)
    client.say("QUIT\r\n")
    client.hear("221\r\n")
    client.leave()
    served.went_well()


@pytest.mark.parametrize("text, why", [
    ("R: 220\n", ":1: "),
    ("S: 220\n<auth PLAIN me>\n",
     ":2: <auth> cannot be served: its lines are not in the file"),
])
def test_what_cannot_be_served_is_told_at_once(telex, tmp_path, text, why):
    path = tmp_path / "talk.telex"
    path.write_text(text)
    done = telex.run("--serve", path)
    assert done.status == 2
    assert done.err.startswith(f"telex: {path}{why}"), done.err
    assert "serving" not in done.err


def test_a_slow_reader_gets_all(serve):
    lines = "".join(f"S: {n} {'x' * 1000}\n" for n in range(5000))
    served = serve("<protocol raw>\n" + lines)
    client = Client(served)
    time.sleep(0.5)
    got = b""
    while more := client.socket.recv(1 << 16):
        got += more
    assert got == "".join(
        line[3:] + "\r\n" for line in lines.splitlines()).encode()
    client.leave()
    served.went_well()


def test_memory_is_bounded_by_what_is_expected(serve):
    served = serve("<protocol smtp>\nS: 220\nC: NOOP\nS: 250\n")
    client = Client(served)
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        for _ in range(2000):
            client.say("x" * 65536)
    status, err = served.end()
    assert status == 6
    assert len(err) < 1000
    assert os.path.basename(served.path) in err
    client.leave()
