# SPDX-License-Identifier: ISC
"""The practice server's SMTP, and what all its protocols share.

Its clients are curl, swaks, smtplib, telex, and bare sockets.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import threading
import time

import pytest

from daemons import free_port
from practice import LIMIT, Practice, children

MESSAGE = ("From: Alice <alice@example.org>\r\nTo: bob@example.org\r\n"
           "Subject: practice\r\n\r\nBody.\r\n..\r\n.dots\r\n")


@pytest.fixture
def practice(telex, tmp_path):
    def make(*words, **how):
        return Practice(telex, tmp_path, *words, **how)
    return make


def knobs(*names):
    return [word for name in names for word in ("--practice-set", name)]


def rules(*texts):
    return [word for text in texts for word in ("--practice-rule", text)]


def begun(server, *lines):
    """A client that has said EHLO and these."""
    client = server.connect()
    assert client.reply().startswith("220 localhost ESMTP")
    for line in ("EHLO client.example.org",) + lines:
        reply = client.ask(line)
        assert reply[0] in "23", reply
    return client


TO_BOB = ("MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.org>")


# What is offered, and clients that nobody here wrote.

def test_ehlo_offers_it_all(practice):
    client = practice().connect()
    assert client.reply() == "220 localhost ESMTP telex practice server\r\n"
    offers = {line[4:] for line in client.ask("EHLO me").split("\r\n")[1:]}
    assert offers >= {
        "PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "STARTTLS",
        "ENHANCEDSTATUSCODES", "CHUNKING", "VRFY", "HELP",
        "AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN"}


def test_smtplib_sends_and_a_note_tells(practice):
    server = practice()
    with smtplib.SMTP("localhost", server.smtp, timeout=LIMIT) as client:
        client.starttls(context=server.trust())
        client.login("alice", "wonderland")
        client.sendmail("envelope@example.org",
                        ["bob@example.org", "carol@example.org"], MESSAGE)
    notes = server.notes("blind copy")
    assert re.match(r"\* message 1 has arrived \(\d+ octets\)$", notes[0])
    assert [re.sub(r" +", " ", line) for line in notes[1:]] == [
        "* envelope MAIL FROM <envelope@example.org>",
        "* envelope RCPT TO bob@example.org, carol@example.org",
        "* header From Alice <alice@example.org>",
        "* header To bob@example.org",
        "* header Subject practice",
        "* the sender is not the author: servers go by the envelope, people "
        "read the header",
        "* carol@example.org gets it, and no header says so: a blind copy "
        "(Bcc)"]
    assert server.end() == (0, "")


def test_a_letter_without_a_header(practice):
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask("Hi Bob,\r\nhow are you?\r\n.").startswith("250 ")
    assert re.sub(" +", " ", "".join(server.notes("empty line"))).endswith(
        "bob@example.org* header (there is none: it comes first, and an "
        "empty line parts it from the text)")
    imap = server.connect(server.imap)
    imap.read()
    imap.send("a LOGIN alice wonderland\r\nb SELECT INBOX\r\n"
              "c FETCH 1 BODY[TEXT]\r\nd LOGOUT\r\n")
    assert "BODY[TEXT] {23}\r\nHi Bob,\r\nhow are you?\r\n" in imap.rest()
    assert server.end() == (0, "")


def test_controls_are_shown_harmless(practice):
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    client.ask("Subject: \t\x1b[31mred\r\n\r\n.")
    assert server.notes("Subject")[-1].endswith("  \\x1b[31mred")


def test_smtplib_under_tls_from_the_first_byte(practice):
    server = practice()
    with smtplib.SMTP_SSL("localhost", server.smtps, timeout=LIMIT,
                          context=server.trust()) as client:
        assert client.verify("alice") == (250, b"2.1.5 <alice@localhost>")
        assert client.verify("nobody")[0] == 252
        assert "DATA" in client.help().decode()
        assert client.noop()[0] == 250


def test_smtplib_sends_utf8(practice):
    server = practice()
    with smtplib.SMTP("localhost", server.smtp, timeout=LIMIT) as client:
        client.sendmail("jörg@example.org", ["bob@example.org"],
                        "Subject: ä\r\n\r\n".encode(),
                        mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    assert "<jörg@example.org>" in server.notes("MAIL FROM")[-1]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing")
@pytest.mark.parametrize("login", ["", "AUTH=PLAIN", "AUTH=LOGIN",
                                   "AUTH=CRAM-MD5"])
@pytest.mark.parametrize("tls", ["", "starttls", "smtps"])
def test_curl_sends(practice, tmp_path, login, tls):
    server = practice(*knobs("auth") if login else ())
    file = tmp_path / "mail"
    file.write_text(MESSAGE, newline="")
    port = server.smtps if tls == "smtps" else server.smtp
    words = ["curl", "-sS", "--cacert", server.ca, "-T", file,
             "--mail-from", "alice@example.org", "--mail-rcpt",
             "bob@example.org",
             f"{'smtps' if tls == 'smtps' else 'smtp'}://localhost:{port}"]
    words += ["--ssl-reqd"] if tls == "starttls" else []
    words += (["-u", "alice:wonderland", "--login-options", login]
              if login else [])
    subprocess.run(words, check=True, timeout=LIMIT)
    assert "practice" in server.notes("Subject")[-1]


@pytest.mark.skipif(not shutil.which("swaks"), reason="swaks is missing")
@pytest.mark.parametrize("login", ["", "PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("tls", [(), ("--tls",), ("--tlsc",)])
def test_swaks_sends(practice, login, tls):
    server = practice()
    words = ["swaks", "-S", "--server", "127.0.0.1", "--port",
             server.smtps if "--tlsc" in tls else server.smtp, "--from",
             "alice@example.org", "--to", "bob@example.org", "--header",
             "Subject: practice", *tls]
    words += ["-a", login, "-au", "alice", "-ap", "wonderland"] \
        if login else []
    done = subprocess.run([str(word) for word in words], timeout=LIMIT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if b"Auth not attempted" in done.stdout or b"required" in done.stdout:
        pytest.skip("swaks lacks a Perl module")
    assert done.returncode == 0, done.stdout.decode()
    assert "practice" in server.notes("Subject")[-1]


@pytest.mark.parametrize("words", [(), ("-S",), ("-T",)])
def test_telex_sends(practice, telex, words):
    server = practice()
    port = server.smtps if "-T" in words else server.smtp
    script = "EHLO me\n" + "\n".join(TO_BOB) + "\nDATA\n" + \
        MESSAGE.replace("\r\n", "\n") + ".\nQUIT\n"
    trust = ("--cafile", server.ca) if words else ()
    ran = telex.run("-P", "smtp", *words, *trust, "localhost", port,
                    input=script)
    assert ran.status == 0, ran
    assert b"\r\n250 2.0.0 Ok: kept as message 1\r\n" in ran.out
    assert "practice" in server.notes("Subject")[-1]


# Dialogues, and replies that teach.

DIALOGUES = {
    "order": [
        ("MAIL FROM:<a@b.org>", "503 5.5.1 EHLO comes first"),
        ("RCPT TO:<a@b.org>", "503 5.5.1 EHLO comes first"),
        ("EHLO me", "250"),
        ("RCPT TO:<a@b.org>", "503 5.5.1 RCPT needs MAIL first"),
        ("DATA", "503 5.5.1 DATA needs MAIL and RCPT first"),
        ("MAIL FROM:<a@b.org>", "250 2.1.0"),
        ("MAIL FROM:<a@b.org>", "503 5.5.1 MAIL was said already"),
        ("DATA", "503 5.5.1 DATA needs RCPT first"),
        ("AUTH PLAIN", "503 5.5.1 AUTH comes before MAIL"),
        ("RSET", "250 2.0.0"),
        ("RCPT TO:<a@b.org>", "503 5.5.1 RCPT needs MAIL first"),
        ("QUIT", "221 2.0.0"),
    ],
    "names": [
        ("EHLO", "501 5.5.4 Say who you are"),
        ("EHLO two words", "501 5.5.4 One name"),
        ("EHLO what?", "501 5.5.4 That is no host's name: \"what?\""),
        ("EHLO [300.1.1.1]", "501 5.5.4 That is no host's name"),
        ("EHLO [127.0.0.1]", "250"),
        ("HELO a-1.example.org", "250 localhost greets a-1.example.org"),
        ("MAIL FROM:<a@b.org> SIZE=1", "555 5.5.4 Parameters come after"),
        ("MAIL FROM:<a@b.org>", "250"),
    ],
    "addresses": [
        ("EHLO me", "250"),
        ("MAIL a@b.org", "501 5.5.4 Say MAIL FROM:<address>"),
        ("MAIL FROM:a@b.org", "501 5.5.4 The address stands in <>"),
        ("MAIL FROM: <a@b.org>", "501 5.5.4 No blank"),
        ("MAIL FROM:<a@b.org", "501 5.5.4 A > is missing"),
        ("MAIL FROM:<a>", "501 5.1.7 The address has no domain"),
        ("MAIL FROM:<a..b@c>", "501 5.1.7"),
        ("MAIL FROM:<a@b>x", "501 5.5.4 After >"),
        ("MAIL FROM:<" + 65 * "a" + "@b.org>", "501 5.1.7"),
        ("MAIL FROM:<a@" + 260 * "b" + ">", "501 5.1.7"),
        ("MAIL FROM:<a@b.org> COLOUR=RED", "555 5.5.4 MAIL knows no"),
        ("MAIL FROM:<a@b.org> SIZE=many", "501 5.5.4 SIZE= wants a number"),
        ("MAIL FROM:<a@b.org> SIZE=99999999", "552 5.3.4"),
        ("MAIL FROM:<a@b.org> BODY=BINARYMIME", "555 5.5.4 BODY is"),
        ("MAIL FROM:<jörg@b.org>", "553 5.6.7"),
        ("MAIL FROM:<> SIZE=10 BODY=8BITMIME", "250"),
        ("RCPT TO:<>", "501 5.1.3"),
        ("RCPT TO:<b>", "501 5.1.3"),
        ("RCPT TO:<a@[foo]>", "501 5.1.3"),
        ("RCPT TO:<a@-b>", "501 5.1.3"),
        ("RCPT TO:<Postmaster>", "250"),
        ("RCPT TO:<\"a > b\"@c.org>", "250"),
        ("RCPT TO:<@x.org,@y.org:a@[127.0.0.1]>", "250"),
        ("RCPT TO:<a@b.org> NOTIFY=NEVER", "555 5.5.4 RCPT knows no"),
    ],
    "words": [
        ("", "500 5.5.2 That line is empty"),
        (" NOOP", "500 5.5.2 No blank"),
        ("NOOP\x07", "500 5.5.2 There is a control"),
        ("NO\0OP", "500 5.5.2 There is a control"),
        ("EHLO me\rQUIT", "500 5.5.2 There is a control"),
        ("Subject: hello", "500 5.5.2 That looks like a line of a message"),
        ("EHLLO me", "500 5.5.1 There is no command \"EHLLO\""),
        ("noop  whatever", "250"),
        ("RSET all", "501 5.5.4 Nothing stands behind"),
        ("RSET  ", "250"),
        ("NOOP " + 600 * "x", "500 5.5.2 That line is too long"),
        ("EXPN list", "502 5.5.1"),
        ("TURN", "502 5.5.1"),
        ("VRFY", "501 5.5.4"),
        ("VRFY bob", "252 2.0.0"),
        ("HELP rcpt", "214 2.0.0 RCPT TO:<address>"),
        ("HELP", "214-2.0.0 EHLO"),
        ("GET / HTTP/1.1", "521 5.5.1 This is SMTP"),
    ],
}


@pytest.mark.parametrize("name", DIALOGUES)
def test_replies_teach(practice, name):
    client = practice().connect()
    client.reply()
    for line, reply in DIALOGUES[name]:
        said = client.ask(line)
        assert said.startswith(reply), (line, said)
    client.close()


def test_a_hundred_recipients_are_the_most(practice):
    client = begun(practice(), "MAIL FROM:<>")
    for number in range(100):
        assert client.ask(f"RCPT TO:<u{number}@x.org>")[:3] == "250"
    assert client.ask("RCPT TO:<one@x.org>").startswith("452 4.5.3")


# AUTH.

def b64(data):
    return base64.b64encode(data).decode()


ALICE = b64(b"\0alice\0wonderland")
LOGINS = [
    (["AUTH PLAIN " + ALICE], "235 2.7.0 Welcome, \"alice\" (without TLS"),
    (["AUTH PLAIN", ALICE], "235 2.7.0"),
    (["AUTH LOGIN", b64(b"alice"), b64(b"wonderland")], "235 2.7.0"),
    (["AUTH LOGIN " + b64(b"alice"), b64(b"wonderland")], "235 2.7.0"),
    (["AUTH PLAIN " + b64(b"alice\0alice\0wonderland")], "235 2.7.0"),
    (["AUTH PLAIN " + b64(b"bob\0alice\0wonderland")], "535 5.7.8 Nobody"),
    (["AUTH PLAIN " + b64(b"\0alice\0x")], "535 5.7.8 The password is not"),
    (["AUTH PLAIN " + b64(b"\0bob\0x")],
     "535 5.7.8 There is no user \"bob\""),
    (["AUTH PLAIN " + b64(b"\0alice\0wonderland\n")],
     "535 5.7.8 it ends in a line end"),
    (["AUTH PLAIN " + b64(b"alice wonderland")], "501 5.5.2 PLAIN is NUL"),
    (["AUTH PLAIN ="], "501 5.5.2"),
    (["AUTH LOGIN", "*"], "501 5.7.0 Authentication cancelled"),
    (["AUTH LOGIN", "alice"], "501 5.5.2 That is not base64"),
    (["AUTH LOGIN", b64(b"alice\n")], "535 5.7.8 it ends in a line end"),
    (["AUTH CRAM-MD5 " + ALICE], "501 5.5.2 CRAM-MD5 begins with"),
    (["AUTH SCRAM-SHA-256 " + b64(b"p=tls-exporter,,n=alice,r=x")],
     "501 5.5.2 channel binding"),
    (["AUTH GSSAPI"], "504 5.5.4"),
    (["AUTH"], "501 5.5.2 Name one mechanism"),
]


@pytest.mark.parametrize("lines,reply", LOGINS)
def test_auth(practice, lines, reply):
    client = begun(practice())
    for line in lines:
        said = client.ask(line)
    assert said.startswith(reply), said
    assert client.ask("NOOP").startswith("250")


def test_auth_cram_md5(practice):
    client = begun(practice())
    challenge = base64.b64decode(client.ask("AUTH CRAM-MD5")[4:])
    assert re.fullmatch(rb"<[^<>@]+@localhost>", challenge)
    digest = hmac.new(b"wonderland", challenge, hashlib.md5).hexdigest()
    assert client.ask(b64(b"alice " + digest.encode()))[:3] == "235"
    assert client.ask("AUTH PLAIN")[:3] == "503"


@pytest.mark.parametrize("password,status", [(b"wonderland", "235"),
                                             (b"wunderland", "535")])
def test_auth_scram(practice, password, status):
    client = begun(practice())
    bare = b"n=alice,r=clientnonce"
    first = base64.b64decode(
        client.ask("AUTH SCRAM-SHA-256 " + b64(b"n,," + bare))[4:])
    parts = dict(part.split(b"=", 1) for part in first.split(b","))
    assert parts[b"r"].startswith(b"clientnonce")
    salted = hashlib.pbkdf2_hmac("sha256", password,
                                 base64.b64decode(parts[b"s"]),
                                 int(parts[b"i"]))
    final = b"c=biws,r=" + parts[b"r"]
    message = bare + b"," + first + b"," + final

    def mac(key, text):
        return hmac.new(key, text, hashlib.sha256).digest()

    key = mac(salted, b"Client Key")
    sign = mac(hashlib.sha256(key).digest(), message)
    proof = bytes(a ^ b for a, b in zip(key, sign))
    said = client.ask(b64(final + b",p=" + b64(proof).encode()))
    if status == "235":
        assert base64.b64decode(said[4:]) == b"v=" + base64.b64encode(
            mac(mac(salted, b"Server Key"), message))
        said = client.ask("")
    assert said.startswith(status), said


def test_auth_is_forgotten_with_starttls(practice):
    server = practice(*knobs("auth"))
    client = begun(server, "AUTH PLAIN " + ALICE, "STARTTLS")
    client.wrap(server.trust())
    assert client.ask("MAIL FROM:<>") == "503 5.5.1 EHLO comes first\r\n"
    assert "STARTTLS" not in client.ask("EHLO me")
    assert client.ask("MAIL FROM:<>").startswith("530 5.7.0 AUTH first")
    assert client.ask("AUTH PLAIN " + ALICE) == \
        '235 2.7.0 Welcome, "alice"\r\n'
    assert client.ask("STARTTLS").startswith("503")
    assert client.ask("MAIL FROM:<>")[:3] == "250"


# The message.

def kept(server):
    """The next message that a note tells of: its size."""
    return int(re.search(r"\((\d+) octets\)",
                         server.notes("has arrived")[-1])[1])


def test_pipelining_in_one_write(practice):
    client = begun(practice())
    client.send("\r\n".join(TO_BOB) + "\r\nDATA\r\n" + MESSAGE +
                ".\r\nNOOP\r\nQUIT\r\n")
    replies = [line[:3] for line in client.rest().split("\r\n")]
    assert replies == ["250", "250", "354", "250", "250", "221", ""]


def test_dots_and_size(practice):
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask("\r\n..\r\n...x\r\n.") == \
        "250 2.0.0 Ok: kept as message 1\r\n"
    size = kept(server)
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask(".")[:3] == "250"
    assert size == kept(server) + len("\r\n.\r\n..x\r\n")


@pytest.mark.parametrize("end,why", [
    ("\n.\n", "ends in LF"), ("\n.\r\n", "ends in LF"),
    ("\r\n.\n", "ends in LF"), ("\r.\r\n", "has a CR"),
    ("\r\n.\r\r\n", "has a CR"), ("\n", "ends in LF")])
def test_nothing_is_smuggled(practice, end, why):
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    client.send("Subject: x\r\n\r\nbody" + end +
                "MAIL FROM:<evil@x.org>\r\nRCPT TO:<bob@x.org>\r\nDATA\r\n"
                "forged\r\n.\r\n")
    assert re.fullmatch(rf"550 5\.5\.2 A line of the message {why} .*\r\n",
                        client.rest())
    assert server.end() == (0, "")


def test_lines_of_commands_may_end_in_lf(practice):
    client = practice().connect()
    client.reply()
    client.send("EHLO me\nNOOP\n")
    assert client.reply()[:3] + client.reply()[:3] == "250250"


def test_chunks(practice):
    server = practice()
    client = begun(server, *TO_BOB)
    client.send(b"BDAT 10\r\n0123456\r\n.BDAT 7\r\nlast\r\n.")
    assert client.reply() == "250 2.0.0 10 octets so far\r\n"
    assert client.reply() == "250 2.0.0 17 octets so far\r\n"
    assert client.ask("DATA").startswith("503 5.5.1 What BDAT began")
    assert client.ask("RCPT TO:<a@b.org>").startswith("503 5.5.1")
    assert "kept as message 1" in client.ask("BDAT 0 LAST")
    assert client.ask("DATA").startswith("503 5.5.1 DATA needs MAIL")


def test_a_chunk_is_swallowed_when_nobody_is_there(practice):
    client = begun(practice())
    client.send("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
    assert client.reply().startswith("503 5.5.1 BDAT needs MAIL and RCPT")
    assert client.reply().startswith("250")
    assert client.ask("BDAT x").startswith("501 5.5.4")
    assert client.ask("NOOP").startswith("250")


def test_a_chunk_with_bare_lf_is_refused(practice):
    client = begun(practice(), *TO_BOB)
    client.send("BDAT 4 LAST\r\na\nb\n")
    assert client.reply().startswith("550 5.5.2")


def test_too_large(practice):
    client = begun(practice(*knobs("size=1000")), *TO_BOB, "DATA")
    assert client.ask(100 * "0123456789\r\n" + ".").startswith("552 5.3.4")
    assert client.ask(TO_BOB[0] + " SIZE=1001").startswith("552 5.3.4")
    assert client.ask(TO_BOB[0] + " SIZE=1000").startswith("250")
    client.ask(TO_BOB[1])
    client.send("BDAT 1001 LAST\r\n" + 1001 * "x")
    assert client.reply().startswith("552 5.3.4")


def test_full(practice):
    client = begun(practice(*knobs("mailbox=3000")), *TO_BOB, "DATA")
    assert client.ask(100 * "0123456789\r\n" + ".").startswith("250")
    for line in TO_BOB + ("DATA",):
        client.ask(line)
    assert client.ask(200 * "0123456789\r\n" + ".").startswith("452 4.3.1")
    assert client.ask(TO_BOB[0] + " SIZE=3000").startswith("452 4.3.1")
    assert client.ask(TO_BOB[0] + " SIZE=300").startswith("250")


def test_a_long_line(practice):
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask(60000 * "x" + "\r\n.").startswith("250")
    client.send(70000 * "x")
    assert client.rest().startswith("500 5.5.2 That line is too long")


# TLS.

def test_what_comes_behind_starttls_is_refused(practice):
    client = begun(practice())
    client.send("STARTTLS\r\nNOOP\r\n")
    assert re.fullmatch(r"554 5\.7\.0 Something came behind .*\r\n",
                        client.rest())


def test_plain_text_to_a_tls_port(practice):
    server = practice()
    client = server.connect(server.smtps)
    client.send("EHLO me\r\n")
    try:
        client.rest()
    except ConnectionResetError:
        pass
    assert begun(server)
    assert server.end() == (0, "")


@pytest.mark.parametrize("fault,why", [
    ("self-signed", "self.signed"), ("wrong-name", "[Hh]ostname mismatch"),
    ("expired", "expired")])
def test_certificates_that_are_wrong(practice, fault, why):
    server = practice(*knobs("certificate=" + fault))
    client = begun(server, "STARTTLS")
    context = ssl.create_default_context(
        cafile=None if fault == "self-signed" else str(server.ca))
    with pytest.raises(ssl.SSLCertVerificationError, match=why):
        client.wrap(context)


def test_no_starttls(practice):
    server = practice(*knobs("no-starttls"))
    client = begun(server)
    assert "STARTTLS" not in client.ask("EHLO me")
    assert client.ask("STARTTLS").startswith("502 5.5.1")


# Rules and knobs.

def test_rules_reply(practice):
    server = practice(*rules(
        "RCPT:550 5.1.1 no such user", "NOOP:0%:421 never", "HELP:0%:close",
        ".:452 4.3.1 disk full", "pop3/STAT:+1s", "VRFY:250-one\\n250 two",
        "EXPN:421 4.3.2 going down"))
    client = begun(server, TO_BOB[0])
    assert client.ask(TO_BOB[1]) == "550 5.1.1 no such user\r\n"
    assert client.ask("NOOP").startswith("250")
    assert client.ask("HELP").startswith("214")
    assert client.ask("vrfy x") == "250-one\r\n250 two\r\n"
    client.send("BDAT 1\r\nx")
    assert client.reply().startswith("503")
    assert client.ask("EXPN x") == "421 4.3.2 going down\r\n"
    assert client.rest() == ""


def test_a_rule_for_the_end_of_data(practice):
    server = practice(*rules(".:452 4.3.1 disk full", "NOOP:250 of a rule"))
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask("NOOP\r\n.") == "452 4.3.1 disk full\r\n"
    assert client.ask("RCPT TO:<a@b.org>").startswith("503")
    assert client.ask("NOOP") == "250 of a rule\r\n"
    assert server.end() == (0, "")


def test_rules_that_agree(practice):
    """What they say has come about."""
    server = practice(*rules(
        "EHLO:250-me\\n250 SIZE 7", "RCPT:250 fine", "DATA:250 done",
        ".:250 queued as 1", "ETRN:250 off it goes", "RETR:+OK here",
        "SELECT:OK yours"))
    client = server.connect()
    client.reply()
    assert client.ask("EHLO me") == "250-me\r\n250 SIZE 7\r\n"
    assert client.ask("RCPT TO:<a@b.org>").startswith("503 ")
    client.ask("MAIL FROM:<a@b.org>")
    assert client.ask("RCPT TO:<a@b.org>") == "250 fine\r\n"
    assert client.ask("DATA").startswith("354 ")
    assert client.ask("Subject: x\r\n\r\n.") == "250 queued as 1\r\n"
    assert client.ask("ETRN x") == "250 off it goes\r\n"
    pop = server.connect(server.pop3)
    pop.read()
    pop.send("USER alice\r\nPASS wonderland\r\nRETR 1\r\nQUIT\r\n")
    assert "+OK here\r\nReturn-Path: <a@b.org>" in pop.rest()
    imap = server.connect(server.imap)
    imap.read()
    imap.send("a LOGIN alice wonderland\r\nb SELECT INBOX\r\n"
              "c FETCH 1 UID\r\nd LOGOUT\r\n")
    heard = imap.rest()
    assert "* 1 EXISTS\r\n" in heard and "\r\nb OK yours\r\n" in heard
    assert "* 1 FETCH (UID 1)\r\n" in heard


def test_rules_wait_and_close(practice):
    server = practice(*rules("NOOP:+700ms", "RSET:+300ms:250 late",
                             "QUIT:close"))
    client = begun(server)
    before = time.monotonic()
    client.send("NOOP\r\nRSET\r\nVRFY\r\n")
    assert client.reply().startswith("250 2.0.0 Ok")
    assert time.monotonic() - before >= 0.7
    assert client.reply() == "250 late\r\n"
    assert time.monotonic() - before >= 1
    assert client.reply().startswith("501")
    client.send("QUIT\r\n")
    assert client.rest() == ""


def test_a_greeting_that_refuses(practice):
    server = practice(*rules("CONNECT:554 5.3.2 not today"))
    client = server.connect()
    assert client.reply() == "554 5.3.2 not today\r\n"
    assert client.ask("EHLO me").startswith("503 5.5.1 QUIT is all")
    assert client.ask("QUIT").startswith("221")
    assert client.rest() == ""


@pytest.mark.parametrize("text", [
    "RCPT", "RCPT:", ":550 x", "RCPT:150%:450 x", "RCPT:+2m:450 x",
    "ftp/RCPT:550 x", "R PT:550 x", "RCPT:20%", "RCPT:+1s:+2s",
    "RCPT:700 x", "RCPT:250-multi", "DATA:354 go", "imap/SELECT:550 x",
    "imap/LOGIN:+ go", "pop3/PASS:535 no"])
def test_rules_that_are_none(telex, text):
    ran = telex.run("--practice", "--practice-rule", text)
    assert ran.status == 2 and ran.err.startswith("telex: "), ran


@pytest.mark.parametrize("text", [
    "nothing", "size", "size=x", "auth=yes", "certificate=good",
    "greylist=0", "user=alice", "slow=0"])
def test_knobs_that_are_none(telex, text):
    ran = telex.run("--practice", "--practice-set", text)
    assert ran.status == 2 and "practice server" in ran.err, ran


def test_strict_with_early_talkers(practice):
    server = practice(*knobs("strict"))
    client = server.connect()
    client.send("EHLO me\r\n")
    assert re.fullmatch(r"554 5\.5\.0 You spoke before .*\r\n",
                        client.rest())
    client = begun(server)
    assert client.ask("NOOP").startswith("250")


def test_strict_with_pipelining(practice):
    server = practice(*knobs("strict"))
    client = begun(server)
    client.send("\r\n".join(TO_BOB) + "\r\nDATA\r\n")
    assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
    client = begun(server)
    client.send("\r\n".join(TO_BOB) + "\r\nDATA\r\nSubject: early\r\n")
    assert [line[:3] for line in client.rest().split("\r\n")] == [
        "250", "250", "554", ""]
    client = server.connect()
    client.reply()
    client.ask("HELO me")
    client.send("\r\n".join(TO_BOB) + "\r\n")
    assert re.fullmatch(r"554 5\.5\.0 .*PIPELINING.*\r\n", client.rest())
    client = begun(server)
    client.send("NOOP\n")
    assert client.reply().startswith("500 5.5.2 That line ended in LF")


def test_unknown_recipients(practice):
    client = begun(practice(*knobs("known", "user=bob:secret")), TO_BOB[0])
    assert client.ask("VRFY bob") == "250 2.1.5 <bob@localhost>\r\n"
    assert client.ask("VRFY carol").startswith("550 5.1.1")
    assert client.ask("RCPT TO:<alice@x.org>").startswith("550 5.1.1")
    assert client.ask("DATA").startswith("554 5.5.1 No recipient")
    assert client.ask("RCPT TO:<bob@x.org>").startswith("250")
    assert client.ask("RCPT TO:<postmaster@x.org>").startswith("250")


def test_greylisting(practice):
    server = practice(*knobs("greylist=1"))
    client = begun(server, TO_BOB[0])
    assert client.ask(TO_BOB[1]).startswith("451 4.7.1 Greylisted")
    time.sleep(2)
    assert client.ask(TO_BOB[1]).startswith("250")
    assert client.ask("RCPT TO:<new@x.org>").startswith("451")


def test_slow_bytes(practice):
    server = practice(*knobs("slow=100"))
    before = time.monotonic()
    client = server.connect()
    greeting = client.reply()
    assert time.monotonic() - before > len(greeting) / 100 - 0.2
    assert client.ask("NOOP").startswith("250")


# One process, many clients.

def test_two_hundred_at_once(practice):
    server = practice()
    clients = [server.connect() for _ in range(200)]
    for step in ("", "EHLO me", *TO_BOB, "DATA", MESSAGE + ".", "QUIT"):
        for client in clients:
            if step:
                client.send(step + "\r\n")
        for client in clients:
            assert client.reply()[0] in "23"
    for client in clients:
        assert client.rest() == ""
        client.close()
    assert sum("has arrived" in line
               for line in server.notes("message 200 has")) == 200


def test_sixty_threads_with_tls(practice):
    server = practice()
    failures = []

    def send():
        try:
            with smtplib.SMTP("localhost", server.smtp,
                              timeout=LIMIT) as client:
                client.starttls(context=server.trust())
                client.sendmail("a@x.org", "b@x.org", MESSAGE)
        except (OSError, smtplib.SMTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=send) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    server.notes("message 60 has")


def test_a_slow_reader_is_not_waited_for(practice, telex):
    server = practice()
    deaf = begun(server)
    deaf.sock.settimeout(1)
    with pytest.raises((TimeoutError, socket.timeout)):
        for _ in range(3000):
            deaf.send(5000 * "HELP\r\n")
    other = begun(server, *TO_BOB)
    assert other.ask("NOOP").startswith("250")
    if not telex.sanitized:
        assert server.memory() < 32 * 1024


def test_memory_is_bounded_in_all(practice, telex):
    """Sixty clients want 8 MB each, and none of them reads on."""
    server = practice()
    client = begun(server, *TO_BOB, "DATA")
    assert client.ask(80000 * (98 * "x" + "\r\n") + ".")[:3] == "250"
    clients = []
    for _ in range(60):
        clients.append(server.connect(server.pop3))
        clients[-1].send("USER alice\r\nPASS wonderland\r\nRETR 1\r\n")
    time.sleep(1)
    assert begun(server).ask("NOOP").startswith("250")
    if not telex.sanitized:
        assert server.memory() < 256 * 1024


@pytest.mark.parametrize("signo", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_telex(practice, signo):
    server = practice()
    client = begun(server)
    os.kill(server.process.pid, signo)
    server.process.wait(LIMIT)
    assert client.rest() == ""
    deadline = time.monotonic() + LIMIT
    with pytest.raises(ConnectionRefusedError):
        while time.monotonic() < deadline:
            # Reset, where it goes in that very moment.
            with contextlib.suppress(ConnectionResetError):
                server.connect().close()


def test_interrupts_are_for_telex(practice):
    server = practice()
    child = children(server.process.pid)[0]
    assert os.getpgid(child) != os.getpgid(server.process.pid)


# Where it is.

@pytest.mark.parametrize("form", ["{}", ":{}", "127.0.0.1:{}",
                                  "localhost:{}"])
def test_a_port_that_is_named(practice, form):
    base = free_port(count=6)
    server = practice(where=form.format(base))
    assert server.address == "127.0.0.1"
    assert [server.ports[name] - base for name in (
        "smtp", "smtps", "pop3", "pop3s", "imap", "imaps")] == [
            0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("where", ["[::1]:0", "::1"])
def test_an_address_of_the_other_family(practice, where):
    server = practice(where=where)
    with socket.create_connection(("::1", server.smtp), LIMIT) as sock:
        assert sock.recv(3) == b"220"


def test_an_address_that_others_can_reach(practice):
    server = practice(where="0.0.0.0")
    assert server.notes("machines")[-1].startswith(
        "! other machines can reach 0.0.0.0, and its passwords")
    assert begun(server)


def test_that_others_can_reach_it_is_said_with_quiet_too(telex):
    ran = telex.run("-q", "--practice=0.0.0.0", "-c", "QUIT")
    assert ran.status == 0 and "! other machines can reach" in ran.err, ran
    ran = telex.run("-q", "--practice", "-c", "QUIT")
    assert ran.status == 0 and "other machines" not in ran.err, ran


@pytest.mark.parametrize("where,why", [
    ("mail.example.org:25", "not ADDRESS:PORT"),
    ("192.0.2.1", "cannot listen on 192.0.2.1"),
    ("127.0.0.1:99999", "not ADDRESS:PORT"),
    ("65531", "or a port up to 65530"),
    ("127.0.0.1:x", "not ADDRESS:PORT")])
def test_places_that_cannot_be(telex, where, why):
    ran = telex.run(f"--practice={where}")
    assert ran.status in (1, 2) and why in ran.err, ran


def test_a_port_that_is_taken(telex):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        sock.listen()
        ran = telex.run(f"--practice={port}")
    assert ran.status == 1 and "address already in use" in ran.err, ran


def test_its_certificate_is_written(practice):
    server = practice()
    text = server.ca.read_text()
    assert text.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in text
