# SPDX-License-Identifier: ISC
"""Real proxies: Dante, microsocks, tinyproxy and Squid on the client's side,
HAProxy on the server's, and a Telnet server behind a socket.

Each has a directory of its own and a free port of 127.0.0.1, and leaves
nothing behind.
"""

import subprocess

from daemons import free_port
from fakes import Fake
from smallservers import Server

USER, PASSWORD = "alice", "wonder land"


class Dante(Server):
    """SOCKS 5 and 4; it refuses port 7 by a rule."""

    program, package = "danted", "dante-server"

    def configure(self):
        (self.top / "conf").write_text(f"""\
logoutput: stderr
internal: 127.0.0.1 port = {self.port}
external: 127.0.0.1
external: ::1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {{ from: 0/0 to: 0/0 }}
socks block {{ from: 0/0 to: 0/0 port = 7 }}
socks pass {{ from: 0/0 to: 0/0 command: connect }}
socks pass {{ from: 0/0 to: ::/0 command: connect }}
""")
        return ["-f", self.top / "conf"]


class Microsocks(Server):
    """SOCKS 5 for one user with a password."""

    program = package = "microsocks"

    def configure(self):
        return ["-i", "127.0.0.1", "-p", str(self.port), "-u", USER,
                "-P", PASSWORD]


class Tinyproxy(Server):
    """HTTP for one user with a password; it allows all ports but 7."""

    program = package = "tinyproxy"
    password = PASSWORD.replace(" ", "")  # its file has no blanks

    def configure(self):
        (self.top / "conf").write_text(f"""\
Port {self.port}
Listen 127.0.0.1
Timeout 60
LogFile "{self.top}/proxy.log"
LogLevel Connect
MaxClients 20
BasicAuth {USER} {self.password}
""")
        return ["-d", "-c", self.top / "conf"]


class Squid(Server):
    """HTTP, without a cache; it allows all ports but 7."""

    program = package = "squid"

    def configure(self):
        (self.top / "conf").write_text(f"""\
http_port 127.0.0.1:{self.port}
pid_filename none
access_log none
cache_log /dev/null
cache_store_log none
netdb_filename none
pinger_enable off
coredump_dir {self.top}
cache deny all
shutdown_lifetime 0 seconds
acl echo port 7
http_access deny echo
http_access allow all
""")
        return ["-N", "-f", self.top / "conf"]


class Haproxy(Server):
    """In front of a mail server: `port` wants a header of the PROXY protocol
    and tells the client's address in the header for what is behind it."""

    program = package = "haproxy"

    def __init__(self, authority, behind):
        self._behind = behind
        super().__init__(authority)

    def configure(self):
        self.plain_port = free_port()
        pem = self.top / "both.pem"
        pem.write_text((self.top / "server.pem").read_text()
                       + (self.top / "server.key").read_text())
        (self.top / "conf").write_text(f"""\
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend plain
  bind 127.0.0.1:{self.port} accept-proxy
  bind 127.0.0.1:{self.tls_port} accept-proxy ssl crt {pem}
  default_backend mail
backend mail
  server mail 127.0.0.1:{self._behind} send-proxy
""")
        return ["-db", "-f", self.top / "conf"]


class Telnetd(Fake):
    """GNU's telnetd, which runs a command in place of a login."""

    program = "/usr/sbin/telnetd"

    def __init__(self, command):
        self.command = command
        super().__init__(self._serve)

    def _serve(self, peer):
        subprocess.run([self.program, "-E", f"/bin/sh -c '{self.command}'"],
                       stdin=peer.sock, stdout=peer.sock, timeout=60,
                       stderr=subprocess.DEVNULL, check=False)
