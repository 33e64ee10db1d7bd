# SPDX-License-Identifier: ISC
"""Real servers for the tests: aiosmtpd in a thread, Postfix in a directory.

Nothing here has a fixed port, touches /etc or leaves a process behind.
"""

import asyncio
import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult

from daemons import ATTEMPTS, answers, free_port


def crlf(text):
    """The bytes of a text as they travel: each line ended by CR LF."""
    if isinstance(text, str):
        text = text.encode()
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


BODY = """\
Subject: hello

Hi Bob,
..a line that begins with a dot
RCPT TO:<nobody@example.test>
QUIT

gr\u00fc\u00dfe, Alice
"""


def delivered(body=BODY):
    """What arrives when this body was sent: dots taken off, CR LF."""
    return crlf("\n".join(line[1:] if line.startswith(".") else line
                          for line in body.split("\n")))


def session(*recipients, hello="EHLO client.example.test", body=BODY,
            quit=True):
    """A script that sends one mail."""
    lines = [hello, "MAIL FROM:<alice@example.test>"]
    lines += [f"RCPT TO:<{r}>" for r in recipients or ["bob@example.test"]]
    lines += ["DATA", body + "."]
    return "\n".join(lines + (["QUIT"] if quit else [])) + "\n"


class Authority:
    """A throw-away CA and one server certificate that it has signed."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.cafile = str(self.folder / "ca.pem")
        self.certfile = str(self.folder / "server.pem")
        self.keyfile = str(self.folder / "server.key")
        self._openssl("ca.key", "ca.pem", "/CN=throw-away test CA",
                      ["basicConstraints=critical,CA:TRUE",
                       "keyUsage=critical,keyCertSign,cRLSign"])
        self._openssl("server.key", "server.pem", "/CN=localhost",
                      ["subjectAltName=DNS:localhost,DNS:mx.example.test,"
                       "IP:127.0.0.1,IP:::1",
                       "basicConstraints=critical,CA:FALSE"],
                      ["-CA", self.cafile,
                       "-CAkey", str(self.folder / "ca.key")])

    def _openssl(self, key, cert, subject, extensions, more=()):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
                   "-subj", subject, "-keyout", str(self.folder / key),
                   "-out", str(self.folder / cert), *more]
        for extension in extensions:
            command += ["-addext", extension]
        subprocess.run(command, check=True, capture_output=True,
                       stdin=subprocess.DEVNULL, timeout=30)

    def server_side(self):
        """A context for a server that shows the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certfile, self.keyfile)
        return context


class Received:
    """One message that a server took."""

    def __init__(self, envelope, session):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.content = envelope.content
        self.tls = session.ssl is not None
        self.login = session.auth_data


class MailServer:
    """aiosmtpd on a free loopback port, or on a Unix-domain socket.

    `starttls` and `tls` take a server-side context; `users` maps names to
    passwords; other keywords go to aiosmtpd's SMTP class.
    """

    def __init__(self, *, lmtp=False, starttls=None, tls=None, users=None,
                 host="127.0.0.1", path=None, **options):
        self.mails = []
        self.logins = []
        self.path = str(path) if path else None
        self.host, self.port = host, None
        self._kind = LMTP if lmtp else SMTP
        self._lmtp = lmtp
        self._users = users or {}
        self._tls = tls
        self._options = dict(hostname="mail.example.test", ident="test",
                             enable_SMTPUTF8=True, **options)
        if starttls:
            self._options["tls_context"] = starttls
        if users:
            self._options["authenticator"] = self._authenticate
        self._change = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        ready = threading.Event()
        self._loop.call_soon(ready.set)
        self._serve()
        self._thread.start()
        ready.wait(10)

    def _factory(self):
        return self._kind(self, loop=self._loop, **self._options)

    def _serve(self):
        if self.path:
            make = self._loop.create_unix_server(self._factory, self.path,
                                                 ssl=self._tls)
        else:
            make = self._loop.create_server(self._factory, self.host, 0,
                                            ssl=self._tls)
        self._server = self._loop.run_until_complete(make)
        if not self.path:
            self.port = self._server.sockets[0].getsockname()[1]

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _authenticate(self, server, session, envelope, mechanism, data):
        login, password = data.login, data.password
        self.logins.append((mechanism, login, password))
        good = self._users.get(login.decode()) == password.decode()
        return AuthResult(success=good, handled=False,
                          auth_data=login.decode() if good else None)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy"):
            return "450 4.2.1 mailbox busy"
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        with self._change:
            self.mails.append(Received(envelope, session))
            self._change.notify_all()
        if not self._lmtp:
            return "250 2.0.0 kept"
        return "\r\n".join(f"250 2.0.0 kept for {r}"
                           for r in envelope.rcpt_tos)

    def mail(self, timeout=10):
        """The one message that arrived; waits for it."""
        with self._change:
            self._change.wait_for(lambda: self.mails, timeout)
            assert len(self.mails) == 1, (
                f"{len(self.mails)} mails arrived, not one")
            return self.mails[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        async def finish():
            self._server.close()
            tasks = [task for task in asyncio.all_tasks()
                     if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(finish(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {top}/queue
data_directory = {top}/data
maillog_file = {top}/log/maillog
maillog_file_prefixes = {top}
myhostname = mail.example.test
mydestination =
mynetworks = 192.0.2.0/24
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_base = {top}/mail
virtual_mailbox_maps = texthash:{top}/etc/boxes
virtual_minimum_uid = 1
local_header_rewrite_clients =
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_error_sleep_time = 0
smtpd_junk_command_limit = 2000
smtpd_forbid_unauth_pipelining = yes
smtpd_forbid_bare_newline = yes
smtpd_forbid_bare_newline_exclusions =
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_unauth_pipelining
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_recipient_restrictions = check_recipient_access
    texthash:{top}/etc/access, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtp_host_lookup = native
disable_dns_lookups = yes
"""

POSTFIX_MASTER = """\
127.0.0.1:{strict} inet n - n - - smtpd
    -o smtpd_discard_ehlo_keywords=pipelining,chunking
127.0.0.1:{port} inet n - n - - smtpd
    -o smtpd_authorized_xclient_hosts=127.0.0.0/8
127.0.0.1:{proxied} inet n - n - - smtpd
    -o smtpd_upstream_proxy_protocol=haproxy
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

POSTFIX_BOXES = 60


class Postfix:
    """A Postfix of its own: nothing of the system's is used but the programs.

    `port` allows pipelining to those who may; on `strict_port` every byte
    sent before its turn ends the session; `proxied_port` wants a header of
    the PROXY protocol.
    """

    def __init__(self, authority):
        # Not below pytest's own folder: that is closed to Postfix's account.
        self.top = Path(tempfile.mkdtemp(prefix="telex-postfix-"))
        self.top.chmod(0o755)
        self._box = 0
        try:
            self._start(authority)
        except BaseException:
            self.stop()
            raise

    def _start(self, authority):
        for _ in range(ATTEMPTS):
            self.port, self.strict_port = free_port(), free_port()
            self.proxied_port = free_port()
            self._configure(authority)
            self._postfix("start")
            if (answers(self.port, b"220 ")
                    and answers(self.strict_port, b"220 ")
                    and answers(self.proxied_port)):
                return
            self._postfix("stop", check=False)
        raise RuntimeError("Postfix does not start:\n" + self.log())

    def _configure(self, authority):
        account = pwd.getpwnam("postfix")
        names = {"top": self.top, "uid": account.pw_uid,
                 "gid": account.pw_gid, "port": self.port,
                 "strict": self.strict_port,
                 "proxied": self.proxied_port,
                 "cert": self.top / "etc/server.pem",
                 "key": self.top / "etc/server.key"}
        for name in ("etc", "queue", "data", "log", "mail"):
            (self.top / name).mkdir(exist_ok=True)
        for name in ("data", "mail"):
            os.chown(self.top / name, account.pw_uid, account.pw_gid)
        etc = self.top / "etc"
        shutil.copy(authority.certfile, names["cert"])
        shutil.copy(authority.keyfile, names["key"])
        boxes = [f"box{i}@example.test box{i}/\n"
                 for i in range(POSTFIX_BOXES)]
        (etc / "boxes").write_text("".join(boxes))
        (etc / "access").write_text(
            "busy@example.test 450 4.2.1 mailbox busy\n")
        (etc / "main.cf").write_text(POSTFIX_MAIN.format(**names))
        (etc / "master.cf").write_text(POSTFIX_MASTER.format(**names))

    def _postfix(self, verb, check=True):
        with open(self.top / "log/start", "ab") as log:
            subprocess.run(["postfix", "-c", str(self.top / "etc"), verb],
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           check=check, timeout=60)

    def log(self):
        return "".join(path.read_text(errors="replace")
                       for path in sorted((self.top / "log").glob("*")))

    def box(self):
        """An address that no other test of this process uses; box0 is
        for those who do not look at what it gets."""
        self._box += 1
        assert self._box < POSTFIX_BOXES
        return f"box{self._box}@example.test"

    def mail(self, address, timeout=20):
        """The message delivered to this address, without the headers that
        Postfix put before it."""
        folder = self.top / "mail" / address.split("@")[0] / "new"
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            files = list(folder.glob("*")) if folder.exists() else []
            if files:
                assert len(files) == 1, f"{len(files)} mails for {address}"
                return self._without_trace(files[0].read_bytes())
            time.sleep(0.02)
        raise AssertionError(f"no mail for {address}:\n{self.log()}")

    @staticmethod
    def _without_trace(text):
        added = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:",
                 b"Received:", b" ", b"\t", b"Message-Id:", b"Date:",
                 b"From:")
        lines = text.split(b"\n")
        while lines and lines[0].startswith(added):
            lines.pop(0)
        return b"\n".join(lines)

    def stop(self):
        if (self.top / "etc/main.cf").exists():
            self._postfix("stop", check=False)
        shutil.rmtree(self.top, ignore_errors=True)
