# SPDX-License-Identifier: ISC
"""A real IRC server in a directory: InspIRCd."""

import contextlib

from daemons import free_port
from directories import Daemon, program

CONFIG = """\
<server name="irc.example.test" description="test" network="Test">
<admin name="a" nick="a" email="a@example.test">
<path configdir="{top}" datadir="{top}" logdir="{top}" runtimedir="{top}">
<bind address="127.0.0.1" port="{port}" type="clients">
<bind address="127.0.0.1" port="{tls_port}" type="clients" sslprofile="p">
<module name="ssl_gnutls">
<module name="starttls">
<module name="cap">
<module name="ircv3">
<sslprofile name="p" provider="gnutls" certfile="{cert}" keyfile="{key}"
 priority="NORMAL">
<starttls sslprofile="p">
<connect allow="*" resolvehostnames="no" useident="no" fakelag="no"
 commandrate="1000000" threshold="1000000" recvq="262144" softsendq="1048576"
 hardsendq="10485760" localmax="1000" globalmax="1000" timeout="30"
 pingfreq="120">
<class name="all" commands="*" privs="*" usermodes="*" chanmodes="*">
<type name="NetAdmin" classes="all">
<oper name="root" password="wonderland" host="*@*" type="NetAdmin">
<files motd="{top}/motd">
<dns server="127.0.0.1" timeout="1">
<performance nouserdns="yes" maxwho="4096">
"""


class Irc(Daemon):
    """InspIRCd with the operator "root", password "wonderland".

    `port` is plain with STARTTLS, `tls_port` has TLS from the first byte.
    """

    ready = b"is now running"

    def __init__(self, authority):
        self.inspircd = program("inspircd")
        super().__init__(authority)
        (self.top / "motd").write_text("Hello\nfrom :example.test 376 q :x\n")

    def _command(self, port):
        self.port, self.tls_port = port, free_port()
        (self.top / "conf").write_text(CONFIG.format(
            top=self.top, port=port, tls_port=self.tls_port,
            cert=self.cert, key=self.key))
        return [self.inspircd, f"--config={self.top}/conf", "--nofork",
                "--nopid"]

    @contextlib.contextmanager
    def run(self):
        with self.serve(self._command):
            yield self
