# SPDX-License-Identifier: ISC
"""A real XMPP server in a directory: Prosody."""

import contextlib
import os

from daemons import free_port
from directories import Daemon, program

CONFIG = """\
pidfile = "{top}/pid"
data_path = "{top}/data"
certificates = "{top}/certs"
plugin_paths = {{ }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{ {tls_port} }}
s2s_ports = {{ {server_port} }}
http_ports = {{ }}
https_ports = {{ }}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "ping", "version",
    "s2s", "c2s" }}
modules_disabled = {{ "http", "http_errors", "http_files" }}
allow_registration = false
c2s_require_encryption = false
s2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
limits = {{ }}
ssl = {{ certificate = "{cert}", key = "{key}" }}
log = {{ {{ levels = {{ min = "info" }}, to = "file",
    filename = "{top}/prosody.log" }} }}
VirtualHost "localhost"
"""


class Xmpp(Daemon):
    """Prosody for alice@localhost, whose password is "wonderland".

    `port` is plain with STARTTLS, `tls_port` has TLS from the first byte,
    `server_port` is for other servers.
    """

    user = "alice"
    password = "wonderland"

    def __init__(self, authority):
        self.prosody = program("prosody")
        super().__init__(authority)
        accounts = self.top / "data/localhost/accounts"
        accounts.mkdir(parents=True)
        (self.top / "certs").mkdir()
        (accounts / f"{self.user}.dat").write_text(
            'return { ["password"] = "%s"; };\n' % self.password)
        if self.who:
            for path in (self.top, *self.top.rglob("*")):
                os.chown(path, self.who["user"], self.who["group"])

    def _command(self, port):
        self.port = port
        self.tls_port, self.server_port = free_port(), free_port()
        (self.top / "conf.lua").write_text(CONFIG.format(
            top=self.top, port=port, tls_port=self.tls_port,
            server_port=self.server_port, cert=self.cert, key=self.key))
        return [self.prosody, "--config", self.top / "conf.lua", "-F"]

    @contextlib.contextmanager
    def run(self):
        with self.serve(self._command):
            yield self
