# SPDX-License-Identifier: ISC
"""A Telnet server behind a socket."""

import subprocess

from fakes import Fake


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
