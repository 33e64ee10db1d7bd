# SPDX-License-Identifier: ISC
"""The practice server's POP3 and IMAP: the mail that was sent is fetched.

Its clients are poplib, imaplib, curl, Perl's Net::POP3, and bare sockets.
"""

import contextlib
import email
import email.policy
import imaplib
import poplib
import re
import shutil
import smtplib
import socket
import subprocess
import threading

import pytest

from practice import LIMIT, Practice

USER, PASSWORD = "alice", "wonderland"

PLAIN = (b"From: Alice <alice@example.org>\r\nTo: bob@example.org\r\n"
         b"Subject: lunch\r\n\r\nSoup?\r\n.\r\n..dots\r\n")


def attached():
    """A message with two parts, as Python's library makes it."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Bob <bob@example.org>"
    message["To"] = "alice@example.org"
    message["Subject"] = "café"
    message.set_content("A cat.\n")
    message.add_attachment(bytes(range(256)), maintype="image",
                           subtype="jpeg", filename="cat.jpg")
    return message


@pytest.fixture
def practice(telex, tmp_path):
    def make(*words, **how):
        return Practice(telex, tmp_path, *words, **how)
    return make


@pytest.fixture
def server(practice):
    """One with two messages in it."""
    made = practice()
    with smtplib.SMTP("localhost", made.smtp, timeout=LIMIT) as client:
        client.sendmail("alice@example.org", ["bob@example.org"], PLAIN)
        client.send_message(attached())
    return made


def pop(server):
    client = poplib.POP3("127.0.0.1", server.pop3, timeout=LIMIT)
    client.user(USER)
    client.pass_(PASSWORD)
    return client


def imap(server, box="INBOX"):
    client = imaplib.IMAP4("127.0.0.1", server.imap, timeout=LIMIT)
    client.login(USER, PASSWORD)
    if box:
        assert client.select(box)[0] == "OK"
    return client


def ok(answer):
    """The data of an answer that is OK."""
    assert answer[0] == "OK", answer
    return answer[1]


class Talk:
    """A bare socket that says lines, and reads up to a line."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), LIMIT)
        self.file = self.sock.makefile("rb")

    def send(self, text):
        self.sock.sendall(text if isinstance(text, bytes)
                          else text.encode())

    def until(self, pattern):
        """All lines up to one that matches."""
        lines = []
        while not lines or not re.match(pattern, lines[-1]):
            lines.append(self.file.readline().decode())
            assert lines[-1], lines
        return "".join(lines)

    def close(self):
        self.file.close()
        self.sock.close()


# POP3.

def test_pop3_fetches_what_was_sent(server):
    client = pop(server)
    count, octets = client.stat()
    assert count == 2 and octets > 2 * len(PLAIN)
    sizes = [int(line.split()[1]) for line in client.list()[1]]
    assert sum(sizes) == octets
    for number, size in enumerate(sizes, 1):
        lines = client.retr(number)[1]
        assert sum(len(line) + 2 for line in lines) == size
    lines = client.retr(1)[1]
    assert b"\r\n".join(lines).endswith(b"Subject: lunch\r\n\r\nSoup?\r\n.\r\n"
                                        b"..dots")
    message = email.message_from_bytes(b"\r\n".join(client.retr(2)[1]),
                                       policy=email.policy.default)
    assert message["Subject"] == "café"
    assert [part.get_content() for part in message.iter_attachments()] == [
        bytes(range(256))]
    uids = [line.split()[1] for line in client.uidl()[1]]
    assert len(set(uids)) == 2
    assert client.uidl(2).split()[2] == uids[1]
    top = client.top(1, 1)[1]
    assert top[-1] == b"Soup?"
    client.quit()


def test_pop3_removes_at_quit_alone(server):
    client = pop(server)
    client.dele(1)
    client.close()
    client = pop(server)
    assert client.stat()[0] == 2
    client.dele(1)
    assert client.stat()[0] == 1
    client.rset()
    assert client.stat()[0] == 2
    client.dele(1)
    uid = client.uidl(2).split()[2]
    client.quit()
    client = pop(server)
    assert client.stat()[0] == 1
    assert client.uidl(1).split()[2] == uid
    client.quit()


def test_pop3_tells_what_is_wrong(server):
    client = poplib.POP3("127.0.0.1", server.pop3, timeout=LIMIT)
    for call, words in (
            (client.stat, "-ERR STAT needs a user"),
            (lambda: client.pass_("x"), "-ERR PASS needs USER first")):
        with pytest.raises(poplib.error_proto, match=words):
            call()
    client.user(USER)
    with pytest.raises(poplib.error_proto, match=r"-ERR \[AUTH\]"):
        client.pass_("mad hatter")
    client.user(USER)
    client.pass_(PASSWORD)
    with pytest.raises(poplib.error_proto,
                       match="no message 9: LIST shows 1 to 2"):
        client.retr(9)
    client.quit()


def test_pop3_over_tls(server):
    client = poplib.POP3("localhost", server.pop3, timeout=LIMIT)
    assert "STLS" in client.capa()
    client.stls(server.trust())
    assert "STLS" not in client.capa()
    client.user(USER)
    assert b"clear" not in client.pass_(PASSWORD)
    client.quit()
    client = poplib.POP3_SSL("localhost", server.pop3s, timeout=LIMIT,
                             context=server.trust())
    client.user(USER)
    client.pass_(PASSWORD)
    assert client.stat()[0] == 2
    client.quit()


def test_pop3_commands_in_one_go(server):
    client = Talk(server.pop3)
    client.send("USER alice\r\nPASS wonderland\r\nSTAT\r\nDELE 1\r\n"
                "LIST\r\nRSET\r\nQUIT\r\n")
    text = client.until(r"\+OK good-bye")
    assert re.search(r"\+OK 2 \d+\r\n\+OK message 1.*\r\n\+OK 1 message .*"
                     r"\r\n2 \d+\r\n\.\r\n\+OK 2 messages", text), text
    assert client.file.read() == b""
    client.close()


@pytest.mark.parametrize("how", [[], ["--ssl-reqd"],
                                 ["--login-options", "AUTH=CRAM-MD5"]])
@pytest.mark.parametrize("scheme", ["pop3", "imap"])
def test_curl(server, scheme, how):
    if not shutil.which("curl"):
        pytest.skip("no curl here")
    port = server.ports[scheme]
    path = "1" if scheme == "pop3" else "INBOX;MAILINDEX=1"
    done = subprocess.run(
        ["curl", "-sS", "--cacert", server.ca, "-u", f"{USER}:{PASSWORD}",
         *how, f"{scheme}://localhost:{port}/{path}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(PLAIN), done.stdout


def test_net_pop3(server):
    script = ('use Net::POP3; my $p = Net::POP3->new("127.0.0.1:$ARGV[0]",'
              ' Timeout => 20) or die; $p->login("alice", "wonderland") == 2'
              ' or die; print @{$p->get(1)}; $p->delete(1); $p->quit;')
    if subprocess.run(["perl", "-MNet::POP3", "-e", "1"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("no Net::POP3 here")
    done = subprocess.run(["perl", "-e", script, str(server.pop3)],
                          stdout=subprocess.PIPE, timeout=LIMIT)
    assert done.returncode == 0
    assert done.stdout.endswith(PLAIN.replace(b"\r\n", b"\n"))
    client = pop(server)
    assert client.stat()[0] == 1
    client.quit()


# IMAP.

def test_imap_fetches_what_was_sent(server):
    client = imap(server)
    assert ok(client.search(None, "UNSEEN")) == [b"1 2"]
    flags, text = ok(client.fetch("1", "(FLAGS BODY[])"))[0]
    assert b"FLAGS (\\Seen)" in flags
    assert text.endswith(PLAIN)
    text = ok(client.fetch("2", "(RFC822)"))[0][1]
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert message["Subject"] == "café"
    assert next(message.iter_attachments()).get_content() == bytes(range(256))
    assert ok(client.search(None, "ALL")) == [b"1 2"]
    assert ok(client.search(None, "FROM", "bob")) == [b"2"]
    assert ok(client.search(None, "UNSEEN")) == [b""]
    client.literal = "CAFé".encode()
    assert ok(client.search("UTF-8", "SUBJECT")) == [b"2"]
    client.logout()


def test_imap_says_what_a_message_is(server):
    client = imap(server, None)
    assert ok(client.select("INBOX", readonly=True)) == [b"2"]
    envelope = ok(client.fetch("1", "(ENVELOPE)"))[0]
    assert (b'"lunch" (("Alice" NIL "alice" "example.org"))' in envelope
            and b'((NIL NIL "bob" "example.org"))' in envelope)
    structure = ok(client.fetch("2", "(BODYSTRUCTURE)"))[0].lower()
    assert re.search(
        rb'\(\("text" "plain" \("charset" "utf-8"\) nil nil "7bit" 8 1 '
        rb'.*\("image" "jpeg" .*"base64" \d+ nil \("attachment" '
        rb'\("filename" "cat.jpg"\)\).*"mixed"', structure), structure
    part = ok(client.fetch("2", "(BODY.PEEK[1])"))[0][1]
    assert part == b"A cat.\r\n"
    head = ok(client.fetch("1:2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))
    assert head[0][1] == b"Subject: lunch\r\n\r\n"
    assert ok(client.fetch("2", "BINARY.SIZE[2]")) == [
        b"2 (BINARY.SIZE[2] 256)"]
    assert ok(client.fetch("1", "FLAGS")) == [b"1 (FLAGS ())"]
    client.logout()


def test_imap_keeps_flags_and_removes(server):
    client = imap(server)
    assert ok(client.store("1", "+FLAGS", "(\\Flagged)")) == [
        b"1 (FLAGS (\\Flagged))"]
    assert ok(client.search(None, "FLAGGED")) == [b"1"]
    client.store("1", "+FLAGS.SILENT", "(\\Deleted)")
    assert ok(client.expunge()) == [b"1"]
    assert ok(client.search(None, "ALL")) == [b"1"]
    assert ok(client.uid("SEARCH", "ALL")) == [b"2"]
    assert ok(client.uid("FETCH", "2", "(UID)")) == [b"1 (UID 2)"]
    client.store("1", "+FLAGS", "\\Deleted")
    client.close()
    assert ok(client.select()) == [b"0"]
    client.logout()


def test_imap_append(server):
    client = imap(server)
    when = '"17-Jul-1996 02:44:25 -0700"'
    text = b"Subject: mine\n\nline\n"
    answer = ok(client.append("INBOX", "(\\Seen)", when, text))
    assert re.match(rb"\[APPENDUID \d+ 3\]", answer[0])
    date, body = ok(client.fetch("3", "(INTERNALDATE FLAGS RFC822)"))[0]
    assert b'"17-Jul-1996 09:44:25 +0000" FLAGS (\\Seen)' in date
    assert body == text.replace(b"\n", b"\r\n")
    assert ok(client.search(None, "SINCE", "1-Jan-2000")) == [b"1 2"]
    client.logout()


def test_imap_lists_one_mailbox(server):
    client = imap(server)
    assert ok(client.list()) == [b'(\\HasNoChildren) "/" INBOX']
    assert ok(client.lsub()) == [b'() "/" INBOX']
    assert ok(client.status("INBOX", "(MESSAGES UNSEEN UIDNEXT)")) == [
        b"INBOX (MESSAGES 2 UNSEEN 2 UIDNEXT 3)"]
    assert ok(client.namespace()) == [b'(("" "/")) NIL NIL']
    for refused in (client.create("Lists"), client.copy("1", "Lists"),
                    client.rename("INBOX", "x")):
        assert refused[0] == "NO" and b"INBOX alone" in refused[1][0]
    assert client.select("Lists")[0] == "NO"
    client.logout()


def test_imap_tells_what_is_wrong(server):
    client = imaplib.IMAP4("127.0.0.1", server.imap, timeout=LIMIT)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(USER, "mad hatter")
    client.login(USER, PASSWORD)
    client.select()
    with pytest.raises(imaplib.IMAP4.error,
                       match="no message 9: the mailbox has 1 to 2"):
        client.fetch("9", "FLAGS")
    with pytest.raises(imaplib.IMAP4.error, match="no FETCH item"):
        client.fetch("1", "FLGS")
    with pytest.raises(imaplib.IMAP4.error, match="no key for SEARCH"):
        client.search(None, "WHATEVER")
    client.logout()


# What a student gets wrong: imaplib would not say that.
MISTAKES = [
    ("a STORE 1 FLAGS (\\Recent)", "a BAD \\Recent is the server's own: "),
    ('a SELECT "INBOX', 'a BAD The closing " of a string is missing'),
]


def test_imap_explains_mistakes(server):
    client = Talk(server.imap)
    client.send("l LOGIN alice wonderland\r\ns SELECT INBOX\r\n")
    client.until("s OK")
    for line, reply in MISTAKES:
        client.send(line + "\r\n")
        assert client.until("").startswith(reply), line
    client.close()


def test_imap_over_tls(server):
    client = imaplib.IMAP4("localhost", server.imap, timeout=LIMIT)
    assert "STARTTLS" in client.capabilities
    client.starttls(server.trust())
    client.capability()
    assert "STARTTLS" not in client.capabilities
    client.authenticate("PLAIN", lambda _: b"\0alice\0wonderland")
    assert ok(client.select()) == [b"2"]
    client.logout()
    with imaplib.IMAP4_SSL("localhost", server.imaps, timeout=LIMIT,
                           ssl_context=server.trust()) as client:
        client.login_cram_md5(USER, PASSWORD)
        assert ok(client.select()) == [b"2"]


def test_imap_idle_hears_of_mail_at_once(server):
    client = Talk(server.imap)
    client.send("a LOGIN alice wonderland\r\nb SELECT INBOX\r\nc IDLE\r\n")
    client.until(r"\+ ")
    with smtplib.SMTP("localhost", server.smtp, timeout=LIMIT) as sender:
        sender.sendmail("a@example.org", ["b@example.org"], PLAIN)
    assert client.until(r"\* ") == "* 3 EXISTS\r\n"
    other = pop(server)
    other.dele(1)
    other.quit()
    assert client.until(r"\* ") == "* 1 EXPUNGE\r\n"
    client.send("DONE\r\nd FETCH 1:* UID\r\n")
    assert client.until("d ") == (
        "c OK IDLE done\r\n* 1 FETCH (UID 2)\r\n* 2 FETCH (UID 3)\r\n"
        "d OK FETCH done\r\n")
    client.close()


def test_imap_literals_in_pieces(server):
    client = Talk(server.imap)
    client.until(r"\* OK")
    client.send("a LOGIN {5}\r\n")
    client.until(r"\+ ")
    client.send("alice {10+}\r\nwond")
    client.send("erland\r\nb APPEND INBOX {9+}\r\nTo: b\r")
    client.send("\n\r\n\r\nc LOGOUT\r\n")
    text = client.until("c OK")
    assert "a OK" in text and "b OK [APPENDUID " in text, text
    client.close()


def test_imap_too_large_a_literal(server):
    client = Talk(server.imap)
    client.send("a LOGIN alice wonderland\r\nb APPEND INBOX {999999999}\r\n"
                "c APPEND INBOX {11000000+}\r\n")
    client.until("b NO .TOOBIG")
    for _ in range(11):
        client.send(b"x" * 1000000)
    client.send("\r\nd NOOP\r\n")
    text = client.until("d OK")
    assert text.startswith("c NO [TOOBIG] "), text
    client.close()


def test_one_mailbox_for_many_at_once(server):
    """Thirty clients of three kinds, all at the same time."""
    failed = []

    def one(kind):
        try:
            if kind == 0:
                client = imap(server)
                assert len(ok(client.fetch("1:2", "RFC822.SIZE"))) == 2
                client.logout()
            elif kind == 1:
                client = pop(server)
                assert client.retr(1)[1]
                client.quit()
            else:
                with smtplib.SMTP("localhost", server.smtp,
                                  timeout=LIMIT) as client:
                    client.sendmail("a@b.example", ["c@d.example"], PLAIN)
        except Exception as error:  # to be shown by the test itself
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number % 3,))
               for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    client = imap(server)
    assert ok(client.search(None, "ALL"))[0].split()[-1] == b"12"
    client.logout()
    assert server.end()[0] == 0


# At the wrong port.

STRAYS = {
    "smtp": [("USER alice", "500 5.5.1 This is SMTP, and USER is of POP3"),
             ("a1 LOGIN a b", "500 5.5.1 This is SMTP, and LOGIN is of IMAP")],
    "pop3": [("MAIL FROM:<a>", "-ERR this is POP3, and MAIL is of SMTP"),
             ("GET /", "-ERR this is POP3, and GET is of HTTP")],
    "imap": [("EHLO x", "EHLO BAD This is IMAP, and EHLO is of SMTP"),
             ("GET / HTTP/1.0", "GET BAD This is IMAP, and GET is of HTTP")],
}


@pytest.mark.parametrize("name", STRAYS)
def test_wrong_port(practice, name):
    client = Talk(practice().ports[name])
    client.until(r"(220|\+OK|\* OK)")
    for line, reply in STRAYS[name]:
        client.send(line + "\r\n")
        assert client.until("") == reply + "\r\n"
    client.close()


# Many at once, and what they keep.

SESSIONS = {
    "pop3": [("USER alice", r"\+OK"), ("PASS wonderland", r"\+OK"),
             ("STAT", r"\+OK 2 "), ("RETR 1", r"\.\r\n"), ("QUIT", r"\+OK")],
    "imap": [("a LOGIN alice wonderland", "a OK"), ("b SELECT INBOX", "b OK"),
             ("c FETCH 1:2 (FLAGS ENVELOPE BODY.PEEK[])", "c OK"),
             ("d STORE 1 +FLAGS (\\Flagged)", "d OK"),
             ("e LOGOUT", "e OK")],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_two_hundred_at_once(server, telex, name):
    """Each step is taken by all before anybody takes the next."""
    before = server.memory()
    clients = [Talk(server.ports[name]) for _ in range(200)]
    for client in clients:
        client.until(r"(\* OK|\+OK)")
    for line, reply in SESSIONS[name]:
        for client in clients:
            client.send(line + "\r\n")
        for client in clients:
            client.until(reply)
    if not telex.sanitized:
        assert server.memory() - before < 16 * 1024
    for client in clients:
        assert client.file.read() == b""
        client.close()
    assert server.end()[0] == 0


def test_literals_that_do_not_end_are_bounded(server, telex):
    """Thirty clients begin 9 MB each and send all but the end of it."""
    block = b"x" * 1000000
    clients = [Talk(server.imap) for _ in range(30)]
    for client in clients:
        client.send("a LOGIN alice wonderland\r\n"
                    "b APPEND INBOX {9000001+}\r\n")
    for client in clients:
        with contextlib.suppress(OSError):
            for _ in range(9):
                client.send(block)
    other = imap(server)
    assert ok(other.search(None, "ALL")) == [b"1 2"]
    other.logout()
    if not telex.sanitized:
        assert server.memory() < 200 * 1024
    # Some had to go; those who were let stay may end.
    ended = ""
    for client in clients:
        with contextlib.suppress(OSError, AssertionError):
            client.send("x\r\nc LOGOUT\r\n")
            ended += client.until("c OK")
        client.close()
    assert 3 <= ended.count("c OK") < 20
    assert ended.count("b OK [APPENDUID") == 3
