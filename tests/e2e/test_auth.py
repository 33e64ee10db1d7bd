# SPDX-License-Identifier: ISC
"""`auth`: whole SASL exchanges, against real servers and impostors."""

import base64
import hashlib
import hmac
import os
import ssl
import time

import pytest

import dovecot
import eximserver
import nntpserver
from dovecot import Dovecot
from fakes import Fake, Peer, Strict
from servers import MailServer, Postfix

USER, PASSWORD = "alice", "wonderland"
MECHANISMS = ["plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256"]
# Without it whoever gave a wrong password has to wait the next time.
NO_PENALTY = """\
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
ELSEWHERE = "192.0.2.1"  # not loopback; led to the test's own server

# What works only when somebody has authenticated, and the answer.
PROOFS = {"imap": ("SELECT INBOX", "[READ-WRITE] Select"),
          "pop3": ("STAT", "+OK 0 0"),
          "sieve": ("LISTSCRIPTS", 'OK "Listscripts')}


def b64(text):
    return base64.b64encode(text if isinstance(text, bytes)
                            else text.encode())


def unb64(text):
    return base64.b64decode(text)


@pytest.fixture(scope="module")
def mail(authority):
    why = dovecot.missing("imap", "pop3", "lmtp", "sieve")
    if why:
        pytest.skip(why)
    with Dovecot(authority, more=NO_PENALTY) as server:
        yield server


@pytest.fixture
def meet(sit):
    """meet(words...) -> a person whose server has greeted."""
    def make(*words, greeting=None, **how):
        person = sit(*words, columns=160, rows=50, **how)
        if greeting is not None:
            person.wait_for(greeting)
        person.wait_match(r"^[a-z0-9]+(\+tls\??)?>\s*$")
        return person
    return make


def auth(person, words="", password=PASSWORD):
    person.command(f"auth {words}".rstrip())
    person.wait_prompt("password: ")
    person.enter(password)


def nothing_leaked(person, telex, password=PASSWORD):
    shown = bytes(person.raw)
    kept = telex.history.read_bytes() if telex.history.exists() else b""
    for secret in (password.encode(), b64(password),
                   b64(f"\0{USER}\0{password}")):
        assert secret not in shown and secret not in kept
        # -vvv breaks its lines anywhere.
        for at in range(len(secret) - 4):
            piece = secret[at:at + 5].hex(" ").encode()
            assert piece not in shown


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("protocol", ["imap", "pop3", "sieve"])
def test_dovecot_takes_it(meet, telex, mail, protocol, mechanism):
    person = meet("-vvv", "--imap-tags", "-P", protocol, "localhost",
                  mail.ports[protocol], greeting="Dovecot")
    auth(person, f"{mechanism} {mail.account()}")
    person.wait_for("* authenticated")
    command, answer = PROOFS[protocol]
    person.enter(command)
    person.wait_for(answer)
    nothing_leaked(person, telex)


@pytest.mark.parametrize("protocol", ["imap", "pop3", "sieve"])
def test_the_best_mechanism_is_chosen(meet, mail, protocol):
    person = meet("-P", protocol, "localhost", mail.ports[protocol],
                  greeting="Dovecot")
    auth(person, mail.account())
    person.wait_for("* authenticated")
    shown = person.everything()
    assert "* authentication by SCRAM-SHA-256" in shown
    assert "client-first: user user" in shown
    assert "4096 iterations" in shown
    assert "client-final: the proof ********" in shown
    assert "server-final: its signature is right" in shown


@pytest.mark.parametrize("mechanism", ["", "plain", "pass"])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_under_tls(meet, mail, protocol, mechanism):
    person = meet("-P", protocol, "-T", "--cafile", mail.ca, "localhost",
                  mail.ports[protocol + "s"], greeting="Dovecot")
    auth(person, f"{mechanism} {mail.account()}")
    person.wait_for("* authenticated")
    person.wait_prompt(f"{protocol}+tls> ")


def test_pass_with_letters_beyond_ascii(meet, mail):
    """IMAP's LOGIN waits for the go-ahead to send octets."""
    person = meet("-P", "imap", "localhost", mail.ports["imap"],
                  greeting="Dovecot")
    auth(person, f"pass {USER}", "gr\u00fc\u00dfe")
    person.wait_for("+ OK")
    person.wait_for("AUTHENTICATIONFAILED")
    person.wait_for("auth: the server refused: auth1 NO")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_wrong_password_is_refused(meet, mail, mechanism):
    person = meet("-P", "imap", "localhost", mail.ports["imap"],
                  greeting="Dovecot")
    auth(person, f"{mechanism} {mail.account()}", "wrong")
    person.wait_for("auth: the server refused: auth1 NO")
    person.wait_prompt("imap> ")
    assert "* authenticated" not in person.everything()
    person.enter("a NOOP")
    person.wait_for("a OK NOOP")


def test_lmtp_offers_nothing(meet, mail):
    person = meet("-P", "lmtp", "localhost", mail.ports["lmtp"],
                  greeting="220")
    person.command(f"auth {USER}")
    person.wait_for("auth: no way in that telex knows (the server offers "
                    "nothing)")
    person.wait_prompt("lmtp> ")


def test_password_of_the_environment_and_user_of_the_url(meet, mail):
    person = meet(f"imap://{mail.account()}@localhost:{mail.ports['imap']}",
                  greeting="Dovecot", env={"TELEX_PASSWORD": PASSWORD})
    person.command("auth")
    person.wait_for("* authenticated")


def test_the_user_is_asked_for(meet, mail):
    person = meet("-P", "pop3", "localhost", mail.ports["pop3"],
                  greeting="Dovecot")
    person.command("auth")
    person.wait_prompt("user: ")
    person.enter(mail.account())
    person.wait_prompt("password: ")
    person.enter(PASSWORD)
    person.wait_for("* authenticated")


# SMTP.

class PostfixWithSasl(Postfix):
    """Postfix that asks Dovecot whether a password is right."""

    def __init__(self, authority, socket):
        self._socket = socket
        super().__init__(authority)

    def _configure(self, authority):
        super()._configure(authority)
        with open(self.top / "etc/main.cf", "a") as config:
            config.write("smtpd_sasl_auth_enable = yes\n"
                         "smtpd_sasl_type = dovecot\n"
                         f"smtpd_sasl_path = {self._socket}\n"
                         "smtpd_sasl_security_options = noanonymous\n")


@pytest.fixture(scope="module")
def submission(authority):
    why = dovecot.missing("imap")
    if why:
        pytest.skip(why)
    more = NO_PENALTY + """\
service auth {
  unix_listener postfix-auth {
    mode = 0666
  }
}
"""
    with Dovecot(authority, ["imap"], more=more) as accounts:
        server = PostfixWithSasl(authority, accounts.top / "run/postfix-auth")
        try:
            server.accounts = accounts
            yield server
        finally:
            server.stop()


@pytest.mark.parametrize("mechanism", ["", *MECHANISMS])
def test_postfix_takes_it(meet, telex, submission, mechanism):
    person = meet("-vvv", "-P", "smtp", "127.0.0.1", submission.port,
                  greeting="220")
    auth(person, f"{mechanism} {submission.accounts.account()}")
    person.wait_for("235 2.7.0")
    person.wait_for("* authenticated")
    # It would have said hello by itself, and must not a second time.
    assert person.everything().count("250-PIPELINING") == 1
    nothing_leaked(person, telex)


def test_postfix_under_starttls(meet, submission, authority):
    person = meet("-P", "smtp", "-S", "--cafile", authority.cafile,
                  "localhost", submission.port, greeting="220")
    auth(person, f"{submission.accounts.account()}")
    person.wait_for("* authenticated")


@pytest.fixture(scope="module", name="exim")
def fixture_exim(authority):
    why = eximserver.missing()
    if why:
        pytest.skip(why)
    with eximserver.Exim(authority) as server:
        yield server


@pytest.mark.parametrize("mechanism", ["", "plain", "login", "cram-md5"])
def test_exim_takes_it(meet, telex, exim, mechanism):
    person = meet("-vvv", "-P", "smtp", "127.0.0.1", exim.port,
                  greeting="220")
    auth(person, f"{mechanism} {USER}")
    person.wait_for("235 Authentication succeeded")
    person.wait_for("* authenticated")
    nothing_leaked(person, telex)


def test_exim_refuses_a_wrong_password(meet, exim):
    person = meet("-P", "smtp", "127.0.0.1", exim.port, greeting="220")
    auth(person, f"cram-md5 {USER}", password="elsewhere")
    person.wait_for("535 Incorrect authentication data")


def test_exim_takes_a_certificate(telex, exim, authority, tmp_path):
    """EXTERNAL, and then a message that only those who are known may send."""
    talk = tmp_path / "external.telex"
    talk.write_text(
        f"<connect smtp://localhost:{exim.port}>\nS: 220 \n"
        "C: EHLO me.example.test\nS: 250 \nC: STARTTLS\nS: 220 \n<TLS>\n"
        "C: EHLO me.example.test\nS: 250 \n<auth EXTERNAL>\n"
        "C: MAIL FROM:<alice@example.test>\nS: 250 \n"
        "C: RCPT TO:<bob@example.test>\nS: 250 \nC: DATA\nS: 354 \n"
        "C: Subject: by certificate\nC:\nC: hello\nC: .\nS: 250 \n"
        "C: QUIT\nS: 221 \n")
    ran = telex.run("-r", "-v", "--cafile", authority.cafile, "--cert",
                    authority.certfile, "--key", authority.keyfile, talk)
    assert ran.status == 0, ran
    head, = exim.queued()
    assert b"Subject: by certificate" in head
    assert b"-auth_id localhost" in head


@pytest.mark.parametrize("mechanism", ["plain", "login", ""])
def test_aiosmtpd_takes_it(meet, mechanism):
    with MailServer(users={USER: PASSWORD},
                    auth_require_tls=False) as server:
        person = meet("localhost", server.port, greeting="220")
        auth(person, f"{mechanism} {USER}")
        person.wait_for("* authenticated")
        person.command("auth plain")  # a second time
        person.wait_prompt("user: ")
        person.enter(USER)
        person.wait_prompt("password: ")
        person.enter(PASSWORD)
        person.wait_for("auth: the server refused: 503")
        person.wait_prompt()
    assert server.logins[0][1:] == (USER.encode(), PASSWORD.encode())


# NNTP.

def test_inn_takes_name_and_password(meet, authority):
    why = nntpserver.missing()
    if why:
        pytest.skip(why)
    with nntpserver.News(authority, {"misc.test": ["x\n"]}) as server:
        person = meet("-P", "nntp", "localhost", server.port, greeting="200")
        auth(person, f"pass {USER}")
        person.wait_for("281 ")
        person.wait_for("* authenticated")


# Servers that are not what they say.

class Scram:
    """The server's side; `lie` bends its signature."""

    ITERATIONS = 4096

    def __init__(self, digest="sha256", password=PASSWORD, lie=False):
        self.digest, self.lie = digest, lie
        self.salt = os.urandom(16)
        self.salted = hashlib.pbkdf2_hmac(digest, password.encode(),
                                          self.salt, self.ITERATIONS)
        self.header = self.bare = self.server_first = None

    def mac(self, key, text):
        return hmac.new(key, text, self.digest).digest()

    def first(self, message):
        self.header = message[:message.index(b",,") + 2]
        self.bare = message[len(self.header):]
        nonce = self.bare.split(b",r=")[1] + b"of-the-server"
        self.server_first = b"r=%s,s=%s,i=%d" % (
            nonce, b64(self.salt), self.ITERATIONS)
        return self.server_first

    def final(self, message, binding=b""):
        """The signature, or None if the proof is wrong."""
        without, proof = message.rsplit(b",p=", 1)
        channel = unb64(without.split(b",")[0][2:])
        assert channel == self.header + binding
        text = b",".join([self.bare, self.server_first, without])
        key = self.mac(self.salted, b"Client Key")
        stored = hashlib.new(self.digest, key).digest()
        wanted = bytes(a ^ b for a, b in zip(key, self.mac(stored, text)))
        if unb64(proof) != wanted:
            return None
        signature = self.mac(self.mac(self.salted, b"Server Key"), text)
        return b"v=" + b64(bytes(8) + signature[8:] if self.lie
                           else signature)


def smtp_scram(scram, mechanisms=b"SCRAM-SHA-256", silent=False,
               binding=b"", lines=None):
    """A play: SMTP with AUTH; `silent` keeps the signature back."""
    def talk(peer):
        peer.send(b"220 fake.example.test ESMTP\r\n")
        while True:
            line = peer.line()
            if lines is not None:
                lines.append(line)
            if line.startswith(b"EHLO"):
                peer.send(b"250-fake\r\n250 AUTH " + mechanisms + b"\r\n")
            elif line.startswith(b"AUTH"):
                answer = exchange(peer, unb64(line.split(b" ")[2]))
                peer.send(answer + b"\r\n")
            else:
                peer.send(b"250 ok\r\n")

    def said(peer):
        line = peer.line()
        if lines is not None:
            lines.append(line)
        return line

    def exchange(peer, first):
        peer.send(b"334 " + b64(scram.first(first)) + b"\r\n")
        signature = scram.final(unb64(said(peer)), binding)
        if signature is None:
            return b"535 5.7.8 no"
        if silent:
            return b"235 2.7.0 yes"
        peer.send(b"334 " + b64(signature) + b"\r\n")
        return b"501 given up" if said(peer) == b"*" else b"235 2.7.0 yes"
    return talk


def test_an_honest_fake(meet):
    lines = []
    with Fake(smtp_scram(Scram(), lines=lines)) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for("* authenticated")
    assert lines[-1] == b""


def test_a_server_that_does_not_know_the_password(meet):
    lines = []
    with Fake(smtp_scram(Scram(lie=True), lines=lines)) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for("auth: the server does not know the password")
        person.wait_for("501 given up")
        person.wait_prompt()
        person.talk("NOOP", "250 ok")
        assert "* authenticated" not in person.everything()
    assert lines[-2:] == [b"*", b"NOOP"]


def test_a_server_that_proves_nothing(meet):
    with Fake(smtp_scram(Scram(), silent=True)) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for("235 2.7.0 yes")
        person.wait_for("it may be an impostor")
        person.wait_prompt()
        assert "* authenticated" not in person.everything()


def test_few_iterations_are_pointed_out(meet):
    scram = Scram
    with Fake(smtp_scram(type("Few", (scram,), {"ITERATIONS": 9})())) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for("9 iterations")
        person.wait_for("! so few iterations")
        person.wait_for("* authenticated")


def test_the_exchange_is_bound_to_tls(meet, authority):
    """tls-server-end-point, because Python cannot export keys."""
    context = authority.server_side()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with open(authority.certfile) as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    lines = []
    talk = smtp_scram(Scram(), b"PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS",
                      binding=hashlib.sha256(der).digest(), lines=lines)

    def under_tls(peer):
        peer.sock = context.wrap_socket(peer.sock, server_side=True)
        time.sleep(0.1)
        talk(Peer(peer.sock))

    with Fake(under_tls) as fake:
        person = meet("-P", "smtp", "-T", "--cafile", authority.cafile,
                      "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for("bound to TLS by tls-server-end-point")
        person.wait_for("* authenticated")
        assert "by SCRAM-SHA-256-PLUS" in person.everything()
        person.enter("QUIT")
        person.wait_for("250 ok")
    assert lines[1].startswith(b"AUTH SCRAM-SHA-256-PLUS ")


@pytest.mark.parametrize("seen, given, user, line", [
    (True, False, None, b"AUTH EXTERNAL ="),
    (True, False, "alice", b"AUTH EXTERNAL " + b64(USER)),
    (True, True, "alice", b"AUTH PLAIN " + b64(f"\0{USER}\0{PASSWORD}")),
    # It has not asked for the certificate.
    (False, False, "alice", b"AUTH PLAIN " + b64(f"\0{USER}\0{PASSWORD}")),
], ids=["seen", "user", "password", "unseen"])
def test_a_certificate_goes_before_a_question(meet, authority, seen, given,
                                              user, line):
    context = authority.server_side()
    if seen:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority.cafile)
    lines = []

    def under_tls(peer):
        peer = Peer(context.wrap_socket(peer.sock, server_side=True))
        peer.send(b"220 x\r\n")
        for answer in b"250-x\r\n250 AUTH PLAIN EXTERNAL", b"235 in":
            lines.append(peer.line())
            peer.send(answer + b"\r\n")
        peer.rest()

    with Fake(under_tls) as fake:
        person = meet("-P", "smtp", "-T", "--cafile", authority.cafile,
                      "--cert", authority.certfile, "--key",
                      authority.keyfile, *(["-u", user] if user else []),
                      "localhost", fake.port, greeting="220",
                      env={"TELEX_PASSWORD": PASSWORD} if given else {})
        if seen or given:
            person.command("auth")
        else:
            auth(person)
        person.wait_for("* authenticated")
        person.type("\x04")
    assert lines[1] == line


@pytest.mark.parametrize("challenge,why", [
    (b"not base64!", "is not base64"),
    (b64("r=x"), "no first message"),
    (b64("r=other,s=c2FsdA==,i=4096"), "does not begin with ours"),
    (b64("m=x"), "extension"),
    (b"", "no first message")])
def test_bad_challenges_end_in_an_orderly_way(meet, challenge, why):
    talk = Strict(replies={
        b"EHLO": b"250-x\r\n250 AUTH SCRAM-SHA-1\r\n",
        b"AUTH": b"334 " + challenge + b"\r\n",
        b"334": b"501 5.7.0 given up\r\n"})
    with Fake(talk) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, USER)
        person.wait_for(why)
        person.wait_for("501 5.7.0 given up")
        person.wait_prompt()
        person.talk("NOOP", "250 2.0.0 ok")
    assert talk.commands[-2:] == [b"*", b"NOOP"]
    assert talk.violations == []


def test_a_server_that_closes_in_mid_exchange(meet):
    def talk(peer):
        peer.send(b"220 x\r\n")
        peer.line()
        peer.send(b"250 AUTH CRAM-MD5\r\n")
        peer.line()
        peer.send(b"334 " + b64("<1@x>") + b"\r\n")
        peer.line()

    with Fake(talk) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        auth(person, f"cram-md5 {USER}")
        person.wait_for("closed the connection")
        assert person.status() == 1


# Old servers.

def test_pop3_without_sasl(meet):
    lines = []

    def talk(peer):
        peer.send(b"+OK POP3\r\n")
        for answer in (b"-ERR what?", b"+OK", b"+OK come in"):
            lines.append(peer.line())
            peer.send(answer + b"\r\n")
        peer.rest()

    with Fake(talk) as fake:
        person = meet("-P", "pop3", "localhost", fake.port, greeting="+OK")
        auth(person, USER)
        person.wait_for("* authenticated")
        person.type("\x04")
    assert lines == [b"CAPA", b"USER alice", b"PASS wonderland"]


def test_pop3_of_old_gets_no_initial_response(meet):
    lines = []

    def talk(peer):
        peer.send(b"+OK POP3\r\n")
        for answer in (b"-ERR what?", b"+ ", b"+OK come in"):
            lines.append(peer.line())
            peer.send(answer + b"\r\n")
        peer.rest()

    with Fake(talk) as fake:
        person = meet("-P", "pop3", "localhost", fake.port, greeting="+OK")
        auth(person, f"plain {USER}")
        person.wait_for("* authenticated")
        person.type("\x04")
    assert lines == [b"CAPA", b"AUTH PLAIN", b64("\0alice\0wonderland")]


@pytest.mark.parametrize("capability,sent", [
    (b"IMAP4rev1 AUTH=PLAIN", [b"AUTHENTICATE PLAIN",
                               b64("\0alice\0won der\\land\"")]),
    (b"IMAP4rev1 AUTH=PLAIN SASL-IR",
     [b"AUTHENTICATE PLAIN " + b64("\0alice\0won der\\land\"")]),
    (b"IMAP4rev1", [b'LOGIN "alice" "won der\\\\land\\""'])])
def test_imap_by_what_it_offers(meet, capability, sent):
    lines = []

    def talk(peer):
        peer.send(b"* OK [CAPABILITY " + capability + b"] x\r\n")
        for last in range(len(sent)):
            line = peer.line()
            if not lines:
                tag, line = line.split(b" ", 1)
            lines.append(line)
            peer.send(tag + b" OK in\r\n" if last + 1 == len(sent)
                      else b"+ \r\n")
        peer.rest()

    with Fake(talk) as fake:
        person = meet("-P", "imap", "localhost", fake.port, greeting="* OK")
        auth(person, USER, 'won der\\land"')
        person.wait_for("* authenticated")
        person.type("\x04")
    assert lines == sent


def test_nntp_by_sasl(meet):
    lines = []
    scram = Scram("sha1")

    def talk(peer):
        peer.send(b"200 news\r\n")
        lines.append(peer.line())
        peer.send(b"101 list\r\nVERSION 2\r\nSASL PLAIN SCRAM-SHA-1\r\n.\r\n")
        lines.append(peer.line())
        first = unb64(lines[-1].split(b" ")[3])
        peer.send(b"383 " + b64(scram.first(first)) + b"\r\n")
        signature = scram.final(unb64(peer.line()))
        peer.send(b"283 " + b64(signature) + b"\r\n")
        peer.rest()

    with Fake(talk) as fake:
        person = meet("-P", "nntp", "localhost", fake.port, greeting="200")
        auth(person, USER)
        person.wait_for("server-final")
        person.wait_for("* authenticated")
        person.type("\x04")
    assert lines[0] == b"CAPABILITIES"
    assert lines[1].startswith(b"AUTHINFO SASL SCRAM-SHA-1 ")


# Where others can read along.

@pytest.mark.parametrize("offered,words,says", [
    (b"PLAIN LOGIN", "", "no way in that hides the password"),
    (b"PLAIN LOGIN", "plain ", "the password would go"),
    (b"XOAUTH2", "xoauth2 ", "the token would go"),
    (b"CRAM-MD5 PLAIN", "", "a proof, from which the password")])
def test_a_clear_wire(meet, shim, telex, offered, words, says):
    talk = Strict(replies={
        b"EHLO": b"250-x\r\n250 AUTH " + offered + b"\r\n"})
    with Fake(talk) as fake:
        person = meet("-P", "smtp", ELSEWHERE, fake.port, greeting="220",
                      env=telex.shimmed(shim, FAULT_ROUTE=ELSEWHERE))
        person.command(f"auth {words}{USER}")
        person.wait_for(says)
        if "would" in says or "proof" in says:
            person.wait_prompt("send it? [y/N] ")
            person.enter("n")
            person.wait_for("* not sent")
        person.wait_prompt()
        person.talk("NOOP", "250 2.0.0 ok")
    assert b"AUTH" not in talk.verbs()


def test_a_token_is_asked_for_by_its_name(meet):
    talk = Strict(replies={
        b"EHLO": b"250-x\r\n250 AUTH XOAUTH2\r\n",
        b"AUTH": b"235 2.7.0 yes\r\n"})
    with Fake(talk) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        person.command(f"auth xoauth2 {USER}")
        person.wait_prompt("token: ")
        person.enter("ya29.abc")
        person.wait_for("* authenticated")


def test_required_tls_is_not_there(meet):
    talk = Strict(replies={
        b"EHLO": b"250-x\r\n250 AUTH CRAM-MD5\r\n"})
    with Fake(talk) as fake:
        person = meet("--require-tls", "-P", "smtp", "localhost", fake.port,
                      greeting="220")
        person.command(f"auth {USER}")
        person.wait_for("auth: not sent: TLS is required")
        person.wait_prompt()
    assert b"AUTH" not in talk.verbs()


@pytest.mark.parametrize("words,says", [
    ("GSSAPI alice", "auth: telex does not know mechanism GSSAPI (SCRAM-"),
    ("anonymous", "the server does not offer that mechanism"),
    ("external", "the server does not offer that mechanism")])
def test_mechanisms_that_are_not_there(meet, words, says):
    with Fake(Strict(replies={
            b"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n",
            b"AUTH": b"504 5.5.4 no\r\n"})) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        person.command(f"auth {words}")
        person.wait_for(says)
        person.wait_prompt()


def test_not_in_the_middle_of_a_message(meet):
    with Fake(Strict()) as fake:
        person = meet("-P", "smtp", "localhost", fake.port, greeting="220")
        person.talk("DATA", "354 go on", prompt="data> ")
        person.command("auth plain alice")
        person.wait_prompt("password: ")
        person.enter("x")
        person.wait_for("auth: not now")
        person.wait_prompt("data> ")
        person.enter(".")
        person.wait_prompt()
