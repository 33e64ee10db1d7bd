# SPDX-License-Identifier: ISC
"""A real Dovecot in a directory: IMAP, POP3, LMTP and ManageSieve.

Nothing of the system's is used but the programs; every port is a free one
of 127.0.0.1, and nothing is left behind.
"""

import os
import pwd
import re
import shutil
import tempfile
import time
from pathlib import Path

from daemons import Owned, free_port

CONFIG = """\
base_dir = {top}/run
state_dir = {top}/state
log_path = {top}/log
listen = 127.0.0.1
protocols = {protocols}
hostname = mail.example.test
login_greeting = Dovecot ready
login_log_format_elements = user=<%u> method=%m %c
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:{top}/mail/%n/Maildir
mail_max_userip_connections = 1000
postmaster_address = postmaster@example.test
auth_username_format = %Ln
auth_mechanisms = {mechanisms}
auth_failure_delay = 0 secs
auth_verbose = yes
disable_plaintext_auth = {tls_first}
ssl = yes
ssl_cert = <{top}/server.pem
ssl_key = <{top}/server.key
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {top}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {sieve}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service submission-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
plugin {{
  sieve = file:{top}/mail/%n/sieve;active={top}/mail/%n/active.sieve
}}
{more}
"""

SOURCES = {"imap": "dovecot-imapd", "pop3": "dovecot-pop3d",
           "lmtp": "dovecot-lmtpd", "sieve": "dovecot-managesieved"}
BINARIES = {"imap": "imap", "pop3": "pop3", "lmtp": "lmtp",
            "sieve": "managesieve"}
PORTS = {"imap": ("imap", "imaps"), "pop3": ("pop3", "pop3s"),
         "lmtp": ("lmtp",), "sieve": ("sieve",)}
GREETINGS = {"imap": b"*", "pop3": b"+", "lmtp": b"2", "sieve": b'"'}
SPARE_USERS = 60


def missing(*protocols):
    """Why Dovecot cannot be started here for these protocols, or None."""
    if os.geteuid() != 0:
        return "Dovecot's master must be started by root"
    if shutil.which("dovecot") is None:
        return "dovecot is not installed (dovecot-core)"
    for protocol in protocols:
        if not Path("/usr/lib/dovecot", BINARIES[protocol]).exists():
            return f"{SOURCES[protocol]} is not installed"
    return None


def when(path):
    """Seconds and microseconds of a file of a maildir, as its name has them."""
    return [int(number) for number in re.findall(r"\d+", path.name)[:2]]


class Dovecot(Owned):
    """A Dovecot with the user "alice", password "wonderland".

    `ports` maps "imap", "imaps", "pop3", "pop3s", "lmtp", "sieve" to the
    ports of the protocols asked for.  `account` gives the name of another
    user with an empty mailbox and the same password.  With `tls_first` no
    password is taken before TLS (connect from 127.0.0.2 to see it).
    """

    user = "alice"
    password = "wonderland"
    mechanisms = ("plain login cram-md5 digest-md5 scram-sha-1 "
                  "scram-sha-256")

    def __init__(self, authority, protocols=("imap", "pop3", "lmtp",
                                             "sieve"), *,
                 tls_first=False, more=""):
        self.ca = authority.cafile
        self.protocols = tuple(protocols)
        self._more = more
        self._tls_first = tls_first
        self._accounts = 0
        # Not below pytest's own folder: that is closed to Dovecot's account,
        # and its name may be too long for the sockets.
        self.top = Path(tempfile.mkdtemp(prefix="telex-dovecot-"))
        self.top.chmod(0o755)
        self.maildir = self.maildir_of(self.user)
        self._authority = authority
        self._start()

    def _begin(self):
        self.ports = {name: free_port() for protocol in self.protocols
                      for name in PORTS[protocol]}
        self._configure(self._authority)
        self._run(["dovecot", "-F", "-c", str(self.top / "dovecot.conf")])

    def _ready(self):
        """Each protocol has a greeting, and each port is open, but those of
        TLS where there is none."""
        return all(self._answers(port, GREETINGS.get(name, b""))
                   for name, port in self.ports.items()
                   if name in GREETINGS or "ssl = no" not in self._more)

    def _configure(self, authority):
        account = pwd.getpwnam("nobody")
        self.uid, self.gid = account.pw_uid, account.pw_gid
        for name in ("run", "state", "mail"):
            (self.top / name).mkdir(exist_ok=True)
        os.chown(self.top / "mail", self.uid, self.gid)
        shutil.copy(authority.certfile, self.top / "server.pem")
        shutil.copy(authority.keyfile, self.top / "server.key")
        users = [self.user] + [f"user{i}" for i in range(SPARE_USERS)]
        (self.top / "users").write_text(
            "".join(f"{name}:{{PLAIN}}{self.password}::::::\n"
                    for name in users))
        (self.top / "users").chmod(0o644)
        ports = {name: 0 for names in PORTS.values() for name in names}
        ports.update(self.ports)
        (self.top / "dovecot.conf").write_text(CONFIG.format(
            top=self.top, uid=self.uid, gid=self.gid, more=self._more,
            protocols=" ".join(self.protocols), mechanisms=self.mechanisms,
            tls_first="yes" if self._tls_first else "no", **ports))

    def maildir_of(self, user):
        return self.top / "mail" / user / "Maildir"

    def account(self):
        """The name of a user that nobody else of this run has used."""
        self._accounts += 1
        assert self._accounts <= SPARE_USERS
        return f"user{self._accounts - 1}"

    def deliver(self, message, user=None):
        """Put a message into this user's inbox, line ends as given."""
        home = self.top / "mail" / (user or self.user)
        folders = [home, home / "Maildir", home / "Maildir/tmp",
                   home / "Maildir/new", home / "Maildir/cur"]
        for folder in folders:
            if not folder.exists():
                folder.mkdir()
                os.chown(folder, self.uid, self.gid)
        name = f"{time.time_ns()}.M{len(os.listdir(folders[-2]))}.test"
        path = folders[2] / name
        path.write_bytes(message)
        os.chown(path, self.uid, self.gid)
        path.rename(folders[3] / name)

    def messages(self, user=None):
        """All messages of this user's inbox, oldest first."""
        folder = self.maildir_of(user or self.user)
        files = [path for sub in ("new", "cur")
                 for path in (folder / sub).glob("*")]
        return [path.read_bytes()
                for path in sorted(files, key=when)]
