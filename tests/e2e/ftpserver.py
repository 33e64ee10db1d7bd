# SPDX-License-Identifier: ISC
"""A real ProFTPD in a directory, and the other side of data connections."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from daemons import Owned, free_port

CONFIG = """\
ModulePath {modules}
LoadModule mod_tls.c
ServerName "files"
ServerType standalone
DefaultAddress 127.0.0.1
Port {port}
UseIPv6 off
User nobody
Group {group}
PidFile {top}/pid
ScoreboardFile {top}/scoreboard
SystemLog {top}/log
TransferLog none
WtmpLog off
UseReverseDNS off
DelayEngine off
TimesGMT on
<Global>
  AuthOrder mod_auth_file.c
  AuthUserFile {top}/users
  RequireValidShell off
  DefaultRoot ~
  AllowOverwrite on
  AllowStoreRestart on
  MaxLoginAttempts 20
  TLSEngine on
  TLSECCertificateFile {top}/server.pem
  TLSECCertificateKeyFile {top}/server.key
  TLSRequired off
  TLSLog {top}/tls.log
</Global>
<VirtualHost 127.0.0.1>
  Port {tls_port}
  TLSOptions UseImplicitSSL
</VirtualHost>
"""
MODULES = ("/usr/lib/proftpd", "/usr/lib64/proftpd", "/usr/libexec/proftpd")


def _modules():
    for folder in MODULES:
        if Path(folder, "mod_tls.so").exists():
            return folder
    return None


def missing():
    """Why ProFTPD cannot be started here, or None."""
    if os.geteuid() != 0:
        return "ProFTPD must be started by root"
    if shutil.which("proftpd") is None:
        return "proftpd is not installed (proftpd-core)"
    if _modules() is None:
        return "proftpd's mod_tls is not installed (proftpd-mod-crypto)"
    return None


class ProFTPD(Owned):
    """With the user "alice", password "wonderland", whose files are in
    `home`; TLS by AUTH on `port`, from the first byte on `tls_port`."""

    user = "alice"
    password = "wonderland"
    login = "USER alice\nPASS wonderland\n"

    def __init__(self, authority):
        # Not below pytest's own folder: that is closed to other accounts.
        self.top = Path(tempfile.mkdtemp(prefix="telex-proftpd-"))
        self.top.chmod(0o755)
        self.home = self.top / "home"
        self._group = self._prepare(authority)
        self._start()

    def _prepare(self, authority):
        """Write its files; the group it is to have."""
        account = pwd.getpwnam("nobody")
        self.home.mkdir()
        os.chown(self.home, account.pw_uid, account.pw_gid)
        shutil.copy(authority.certfile, self.top / "server.pem")
        shutil.copy(authority.keyfile, self.top / "server.key")
        (self.top / "server.key").chmod(0o600)
        crypted = subprocess.run(
            ["openssl", "passwd", "-6", self.password], check=True,
            capture_output=True, text=True, timeout=30).stdout.strip()
        users = self.top / "users"
        users.write_text(f"{self.user}:{crypted}:{account.pw_uid}:"
                         f"{account.pw_gid}::{self.home}:/bin/sh\n")
        users.chmod(0o600)
        return grp.getgrgid(account.pw_gid).gr_name

    def _begin(self):
        self.port, self.tls_port = free_port(), free_port()
        config = self.top / "proftpd.conf"
        config.write_text(CONFIG.format(
            top=self.top, modules=_modules(), group=self._group,
            port=self.port, tls_port=self.tls_port))
        self._run(["proftpd", "-q", "-n", "-c", str(config)])

    def _ready(self):
        return (self._answers(self.port, b"220 ")
                and self._answers(self.tls_port))

    def put(self, name, data):
        """A file of alice's."""
        path = self.home / name
        path.write_bytes(data)
        home = self.home.stat()
        os.chown(path, home.st_uid, home.st_gid)


class Data:
    """One data connection: listens where PORT says so, sends `give` or
    keeps what comes in `got`."""

    def __init__(self, give=None):
        self._give = give
        self.got = b""
        self._sock = socket.create_server(("127.0.0.1", 0))
        self._sock.settimeout(60)
        self.port = self._sock.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def command(self):
        return f"PORT 127,0,0,1,{self.port >> 8},{self.port & 255}"

    @property
    def extended(self):
        return f"EPRT |1|127.0.0.1|{self.port}|"

    def _run(self):
        try:
            conn, _ = self._sock.accept()
        except OSError:
            return
        with conn:
            conn.settimeout(30)
            if self._give is not None:
                conn.sendall(self._give)
                return
            while data := conn.recv(65536):
                self.got += data

    def give_up(self):
        """Nobody listens there any more."""
        self._sock.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self):
        self._thread.join(30)
        self._sock.close()
        return self.got


class Tap:
    """A relay that keeps the bytes of both directions."""

    def __init__(self, port):
        self._to = port
        self.ours = bytearray()
        self.theirs = bytearray()
        self._sock = socket.create_server(("127.0.0.1", 0))
        self._sock.settimeout(60)
        self.port = self._sock.getsockname()[1]
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def _run(self):
        conn, _ = self._sock.accept()
        server = socket.create_connection(("127.0.0.1", self._to), 10)
        conn.settimeout(60)
        server.settimeout(60)
        back = threading.Thread(target=self._relay, daemon=True,
                                args=(server, conn, self.theirs))
        back.start()
        self._relay(conn, server, self.ours)
        back.join(10)
        conn.close()
        server.close()

    @staticmethod
    def _relay(source, sink, kept):
        try:
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of them has closed

    def close(self):
        self._threads[0].join(20)
        self._sock.close()
