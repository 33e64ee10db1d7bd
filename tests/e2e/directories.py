# SPDX-License-Identifier: ISC
"""Real servers whose TLS begins in binary: slapd, PostgreSQL, MariaDB.

Each has a directory and a loopback port of its own, and runs as an account
without rights when the tests are root's.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from daemons import ATTEMPTS, answers, end, free_port


def program(name, *folders):
    """Where it is; without it the test is skipped."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin",
                            *folders])
    found = shutil.which(name, path=path)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


class Daemon:
    """What the three have in common: a folder, an account, a process."""

    account = "nobody"
    ready = b""  # what its log says when it is

    def __init__(self, authority):
        self.top = Path(tempfile.mkdtemp(prefix="telex-daemon-"))
        self.top.chmod(0o755)
        self.cert = self._own(authority.certfile, "server.pem")
        self.key = self._own(authority.keyfile, "server.key")
        self.who = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.account)
            self.who = {"user": entry.pw_uid, "group": entry.pw_gid,
                        "extra_groups": []}
            for path in (self.top, self.cert, self.key):
                os.chown(path, entry.pw_uid, entry.pw_gid)

    def _own(self, source, name):
        target = self.top / name
        shutil.copy(source, target)
        target.chmod(0o600)
        return target

    def call(self, *words):
        """Run a program to its end."""
        with open(self.top / "log", "ab") as log:
            subprocess.run([str(word) for word in words], check=True,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           timeout=60, cwd=self.top, **self.who)

    @contextlib.contextmanager
    def serve(self, make):
        """Run make(port) until the end of the block; gives the port."""
        for _ in range(ATTEMPTS):
            port = free_port()
            process, before = self._begin(make(port))
            try:
                if self._is_ready(port, process, before):
                    yield port
                    return
            finally:
                end(process, 20)
        raise AssertionError(f"no server: {self.log()[-4000:]!r}")

    def _begin(self, argv):
        """Its process, and how long the log was before."""
        with open(self.top / "log", "ab") as log:
            before = log.tell()
            return subprocess.Popen(
                [str(word) for word in argv], cwd=self.top,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                **self.who), before

    def _is_ready(self, port, process, before):
        def alive():
            return process.poll() is None
        limit = time.monotonic() + 30
        while alive() and time.monotonic() < limit:
            if answers(port, alive=alive) and (
                    self.ready in self.log()[before:]):
                return True
            time.sleep(0.05)
        return False

    def log(self):
        return (self.top / "log").read_bytes()

    def remove(self):
        shutil.rmtree(self.top, ignore_errors=True)


class Slapd(Daemon):
    """OpenLDAP with an empty directory: it has its own entry to show."""

    def __init__(self, authority):
        self.slapd = program("slapd")
        super().__init__(authority)

    def run(self, tls=True, scheme="ldap"):
        text = f"pidfile {self.top}/pid\nargsfile {self.top}/args\n"
        if tls:
            text += (f"TLSCertificateFile {self.cert}\n"
                     f"TLSCertificateKeyFile {self.key}\n")
        (self.top / "slapd.conf").write_text(text)
        return self.serve(lambda port: [
            self.slapd, "-d", "0", "-f", self.top / "slapd.conf", "-h",
            f"{scheme}://127.0.0.1:{port}/"])


class Postgres(Daemon):
    """PostgreSQL with one database and the user "tester"."""

    account = "postgres"
    ready = b"ready to accept connections"

    def __init__(self, authority):
        folders = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
        self.postgres = program("postgres", *folders)
        super().__init__(authority)
        self.data = self.top / "data"
        self.call(Path(self.postgres).with_name("initdb"), "-D", self.data,
                  "--auth=trust", "-N", "--no-locale", "-E", "UTF8", "-U",
                  "tester")

    def run(self, tls=True):
        return self.serve(lambda port: [
            self.postgres, "-D", self.data, "-p", port,
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "fsync=off",
            "-c", "shared_buffers=1MB",
            "-c", f"ssl={'on' if tls else 'off'}",
            "-c", f"ssl_cert_file={self.cert}",
            "-c", f"ssl_key_file={self.key}"])


class MariaDB(Daemon):
    """MariaDB without accounts: everybody may log in."""

    def __init__(self, authority):
        self.mariadbd = program("mariadbd")
        super().__init__(authority)
        self.data = self.top / "data"
        self.data.mkdir()
        if self.who:
            os.chown(self.data, self.who["user"], self.who["group"])

    def run(self, tls=True):
        certificate = ([f"--ssl-cert={self.cert}", f"--ssl-key={self.key}"]
                       if tls else ["--skip-ssl"])
        return self.serve(lambda port: [
            self.mariadbd, "--no-defaults", f"--datadir={self.data}",
            f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={self.top}/socket", f"--pid-file={self.top}/pid",
            "--skip-grant-tables", "--skip-networking=0",
            "--skip-name-resolve", "--skip-log-bin", "--max-connections=10",
            "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M",
            *certificate])
