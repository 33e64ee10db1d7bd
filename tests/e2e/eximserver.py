# SPDX-License-Identifier: ISC
"""A real Exim in a directory, with names and passwords of its own.

`make setup` unpacks its programs: the package cannot be installed beside
Postfix.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from daemons import Owned, free_port

TOP = Path(__file__).resolve().parents[2]
# A copy of the tree for the sanitizers is in .build, beside Exim.
PLACES = (TOP / ".build/exim/usr/sbin", TOP.parent / "exim/usr/sbin",
          Path("/usr/sbin"))
# The one that Exim was built for.
ACCOUNT = "Debian-exim"

CONFIG = """\
primary_hostname = mx.example.test
spool_directory = {top}/spool
log_file_path = {top}/log/%s
pid_file_path = {top}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts = *
tls_certificate = {top}/server.pem
tls_privatekey = {top}/server.key
tls_verify_certificates = {top}/ca.pem
tls_try_verify_hosts = *
auth_advertise_hosts = *
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
smtp_accept_keepalive = true
rfc1413_hosts =
never_users =
queue_only = true

begin acl
acl_rcpt:
  accept authenticated = *
  deny message = authenticate first

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{alice}}}}\
{{eq{{$auth3}}{{wonderland}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{alice}}}}\
{{eq{{$auth2}}{{wonderland}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{alice}}{{wonderland}}fail}}
  server_set_id = $auth1
external:
  driver = external
  public_name = EXTERNAL
  server_advertise_condition = ${{if def:tls_in_peerdn}}
  server_param2 = ${{certextract{{subject,CN}}{{$tls_in_peercert}}}}
  server_condition = ${{if eq{{$auth2}}{{localhost}}}}
  server_set_id = $auth2
"""


def program():
    """Where Exim is, or None."""
    for place in PLACES:
        if (place / "exim4").exists():
            return place / "exim4"
    return None


def missing():
    """Why Exim cannot be started here, or None."""
    if os.geteuid() != 0:
        return f"Exim's account \"{ACCOUNT}\" can be taken by root alone"
    if program() is None:
        return "Exim is not unpacked in .build/exim (make setup does it)"
    # It says its version, and then that it has no configuration.
    ran = subprocess.run([program(), "-bV"], capture_output=True, text=True,
                         timeout=20)
    if "Exim version" in ran.stdout:
        return None
    return f"Exim does not start: {(ran.stdout + ran.stderr).strip()}"


class Exim(Owned):
    """Exim with the user "alice", password "wonderland"; others send
    nothing."""

    def __init__(self, authority):
        self.top = Path(tempfile.mkdtemp(prefix="telex-exim-"))
        self.top.chmod(0o755)
        for name in ("spool", "log"):
            (self.top / name).mkdir()
        shutil.copy(authority.cafile, self.top / "ca.pem")
        shutil.copy(authority.certfile, self.top / "server.pem")
        shutil.copy(authority.keyfile, self.top / "server.key")
        for name in ("spool", "log", "server.key"):
            shutil.chown(self.top / name, ACCOUNT, ACCOUNT)
        self._start()

    def _begin(self):
        self.port = free_port()
        config = self.top / "exim.conf"
        config.write_text(CONFIG.format(top=self.top, port=self.port))
        config.chmod(0o644)
        self._run([program(), "-C", config, "-bdf"], start_new_session=True)

    def _ready(self):
        return self._answers(self.port)

    def queued(self):
        """The headers of the messages that were taken."""
        return [name.read_bytes()
                for name in self.top.glob("spool/input/**/*-H")]

    def _end(self):
        # It has a process for each connection.
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        super()._end()
