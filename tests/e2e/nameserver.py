# SPDX-License-Identifier: ISC
"""Real name servers: Knot serves zones that it signs, Unbound validates.

Both run on one loopback address each, on ports found free, from a folder of
their own.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from daemons import ATTEMPTS, free_port

KNOTD = shutil.which("knotd", path="/usr/sbin:/usr/bin")
KEYMGR = shutil.which("keymgr", path="/usr/sbin:/usr/bin")
UNBOUND = shutil.which("unbound", path="/usr/sbin:/usr/bin")

needs_knot = pytest.mark.skipif(not KNOTD, reason="Knot is not installed")
needs_unbound = pytest.mark.skipif(
    not (KNOTD and KEYMGR and UNBOUND),
    reason="Knot or Unbound is not installed")

KNOT_CONF = """\
server:
    rundir: {top}
    user: {user}
    listen: {host}@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    remote-pool-limit: 0
database:
    storage: {top}/db
    journal-db-max-size: 8M
    kasp-db-max-size: 8M
    timer-db-max-size: 1M
log:
  - target: {top}/knot.log
    any: info
policy:
  - id: signed
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: off
template:
  - id: default
    storage: {top}
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: whole
zone:
"""

ZONE_HEAD = """\
$ORIGIN {name}.
$TTL 3600
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
"""

UNBOUND_CONF = """\
server:
    directory: "{top}"
    chroot: ""
    username: ""
    pidfile: "{top}/unbound.pid"
    logfile: "{top}/unbound.log"
    use-syslog: no
    verbosity: 1
    num-threads: 1
    interface: {host}
    port: {port}
    access-control: 127.0.0.0/8 allow
    access-control: ::1/128 allow
    do-not-query-localhost: no
    module-config: "validator iterator"
    local-zone: "test." nodefault
    trust-anchor-signaling: no
    root-hints: ""
{anchors}
remote-control:
    control-enable: no
{stubs}
"""


class Daemon:
    """One process with a folder, that answers TCP on its port when ready."""

    def __init__(self, host):
        self.host = host
        self.top = Path(tempfile.mkdtemp(prefix="telex-names-"))
        self.top.chmod(0o755)
        self.process = None

    @property
    def address(self):
        """What --dns takes."""
        return (f"[{self.host}]:{self.port}" if ":" in self.host
                else f"{self.host}:{self.port}")

    def start(self):
        for _ in range(ATTEMPTS):
            self.port = free_port(self.host)
            self.process = subprocess.Popen(
                self.configure(), cwd=self.top, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=open(self.top / "stderr", "wb"))
            if self.wait():
                return
            self.kill()
        raise AssertionError(f"{type(self).__name__} does not start:\n"
                             + self.log())

    def wait(self):
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            if self.ready():
                return True
            time.sleep(0.05)
        return False

    def ready(self):
        try:
            socket.create_connection((self.host, self.port), 1).close()
            return True
        except OSError:
            return False

    def log(self):
        return "".join(path.read_text(errors="replace")
                       for path in self.top.glob("*.log")) + \
            (self.top / "stderr").read_text(errors="replace")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.top, ignore_errors=True)


class Knot(Daemon):
    """Serves zones: {"example.test": "@ MX 10 mx\\nmx A 127.0.0.1\\n"};
    SOA, NS and $TTL stand before them.  Those in `signed` are signed."""

    def __init__(self, zones, signed=(), host="127.0.0.1"):
        super().__init__(host)
        self.zones, self.signed = zones, set(signed)

    def configure(self):
        (self.top / "db").mkdir(exist_ok=True)
        conf = KNOT_CONF.format(top=self.top, user="root:root", host=self.host,
                                port=self.port)
        for name, text in self.zones.items():
            (self.top / f"{name}.zone").write_text(
                ZONE_HEAD.format(name=name) + text)
            conf += f"  - domain: {name}\n"
            if name in self.signed:
                conf += "    dnssec-signing: on\n    dnssec-policy: signed\n"
        (self.top / "knot.conf").write_text(conf)
        return [KNOTD, "-c", str(self.top / "knot.conf")]

    def ready(self):
        return super().ready() and all(
            f"[{name}.] loaded" in self.log() for name in self.zones)

    def anchor(self, name):
        """The DS record of a zone that is signed."""
        done = subprocess.run(
            [KEYMGR, "-c", str(self.top / "knot.conf"), name, "ds"],
            check=True, timeout=30, capture_output=True, text=True)
        return next(line for line in done.stdout.splitlines()
                    if line.split()[-2] == "2" or " 13 2 " in line)


class Unbound(Daemon):
    """A resolver that asks one Knot for its zones, and trusts the signed
    ones; those in `bogus` it trusts with another key."""

    def __init__(self, knot, bogus=(), host="127.0.0.1"):
        super().__init__(host)
        self.knot, self.bogus = knot, set(bogus)

    def configure(self):
        anchors = []
        for name in sorted(self.knot.signed):
            anchor = self.knot.anchor(name)
            if name in self.bogus:
                digits = anchor.split()[-1]
                anchor = anchor.replace(
                    digits, digits[::-1])
            anchors.append(f'    trust-anchor: "{anchor}"')
        stubs = [f'stub-zone:\n    name: "{name}"\n    stub-addr: '
                 f"{self.knot.host}@{self.knot.port}"
                 for name in self.knot.zones]
        (self.top / "unbound.conf").write_text(UNBOUND_CONF.format(
            top=self.top, host=self.host, port=self.port,
            anchors="\n".join(anchors), stubs="\n".join(stubs)))
        return [UNBOUND, "-d", "-c", str(self.top / "unbound.conf")]
