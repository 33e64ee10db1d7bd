# SPDX-License-Identifier: ISC
"""Real servers of small protocols: nginx, Redis, memcached and dictd.

Each has a directory of its own and free ports of 127.0.0.1, and leaves
nothing behind.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from daemons import Owned, free_port


class Server(Owned):
    """A daemon in the foreground; `port` answers when it is made."""

    program = None
    package = None
    tls_port = None

    @classmethod
    def missing(cls):
        """Why it cannot be started here, or None."""
        if shutil.which(cls.program) is None:
            return f"{cls.program} is not installed ({cls.package})"
        return None

    def __init__(self, authority):
        self.ca = authority.cafile
        self.top = Path(tempfile.mkdtemp(prefix="telex-server-"))
        self.top.chmod(0o755)
        shutil.copy(authority.certfile, self.top / "server.pem")
        shutil.copy(authority.keyfile, self.top / "server.key")
        self._start()

    def _begin(self):
        self.port, self.tls_port = free_port(), free_port()
        self._run([self.program, *self.configure()], cwd=self.top)

    def _ready(self):
        return self._answers(self.port)

    def configure(self):
        """Write what it reads, and return its arguments."""
        raise NotImplementedError


def served(kind, authority):
    """What a fixture yields: such a server, or a reason to skip."""
    why = kind.missing()
    if why:
        pytest.skip(why)
    with kind(authority) as server:
        yield server


NGINX = """\
daemon off;
worker_processes 1;
{user}
pid {top}/pid;
error_log {top}/error.log;
events {{ }}
http {{
  client_body_temp_path {top}/body;
  proxy_temp_path {top}/proxy;
  fastcgi_temp_path {top}/fastcgi;
  uwsgi_temp_path {top}/uwsgi;
  scgi_temp_path {top}/scgi;
  log_format bodies escape=json '$request_method $request_uri $request_body';
  access_log off;
  default_type text/plain;
  keepalive_requests 1000000;
  client_max_body_size 4m;
  server {{
    listen 127.0.0.1:{port};
    listen 127.0.0.1:{tls_port} ssl;
    server_name localhost;
    ssl_certificate {top}/server.pem;
    ssl_certificate_key {top}/server.key;
    root {top}/files;
    location /text {{ return 200 "this is $request_uri\\n"; }}
    location /bare {{ return 200 "no line end"; }}
    location /none {{ return 204; }}
    location /moved {{ return 301 /text; }}
    location /busy {{ return 503; }}
    location /gone {{ return 410 "gone\\n"; }}
    location /last {{ keepalive_timeout 0; return 200 "the last\\n"; }}
    location /chunked {{ ssi on; ssi_types *; }}
    location /zipped {{ gzip on; gzip_types *; gzip_min_length 1; }}
    location /tiny {{ client_max_body_size 10; }}
    location /upload {{
      access_log {top}/uploads.log bodies;
      client_body_buffer_size 1m;
      client_body_in_single_buffer on;
      proxy_pass http://127.0.0.1:{port}/sink;
    }}
    location /sink {{ return 200 "$http_content_length octets taken\\n"; }}
  }}
}}
"""


class Nginx(Server):
    """`files` is what it serves; below /text, /bare ... it says something
    by itself, and /upload tells how much came."""

    program = "nginx"
    package = "nginx-light"

    def configure(self):
        self.files = self.top / "files"
        for name in ("files/chunked", "files/zipped", "files/plain"):
            (self.top / name).mkdir(parents=True, exist_ok=True)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.top / "nginx.conf").write_text(NGINX.format(
            top=self.top, port=self.port, tls_port=self.tls_port, user=user))
        return ["-p", str(self.top), "-c", str(self.top / "nginx.conf"),
                "-e", str(self.top / "error.log")]

    def uploads(self, number, timeout=5):
        """The lines of the log of /upload, once there are so many."""
        limit = time.monotonic() + timeout
        log = self.top / "uploads.log"
        while time.monotonic() < limit:
            lines = log.read_text().splitlines() if log.exists() else []
            if len(lines) >= number:
                return lines
            time.sleep(0.02)
        raise AssertionError(f"fewer than {number} uploads were logged")


class Redis(Server):
    """Without a password, and with a user "alice", "wonderland"."""

    program = "redis-server"
    package = "redis-server"

    def configure(self):
        (self.top / "redis.conf").write_text(
            f"bind 127.0.0.1\nport {self.port}\ntls-port {self.tls_port}\n"
            f"tls-cert-file {self.top}/server.pem\n"
            f"tls-key-file {self.top}/server.key\ntls-auth-clients no\n"
            f"dir {self.top}\nsave \"\"\nappendonly no\n"
            f"logfile {self.top}/redis.log\n"
            "user alice on >wonderland ~* &* +@all\n")
        return [str(self.top / "redis.conf")]


class Memcached(Server):
    program = "memcached"
    package = "memcached"

    def configure(self):
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return [*user, "-l", "127.0.0.1", "-p", str(self.port), "-U", "0"]


DIGITS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
          "0123456789+/")


def base64_number(number):
    """As dictd's index has offsets and lengths."""
    text = DIGITS[number % 64]
    while number >= 64:
        number //= 64
        text = DIGITS[number % 64] + text
    return text


class Dictd(Server):
    """A dictionary "tiny" of WORDS; "bob" may log in with "secret"."""

    program = "dictd"
    package = "dictd"
    WORDS = {
        "00databaseshort": "00-database-short\n     A tiny dictionary\n",
        "00databaseinfo": "00-database-info\n     made by a test\n",
        "apple": "apple\n   a fruit\n",
        "codes": "codes\n250 ok\n552 no match\n\n221 bye\n",
        "dots": "dots\n.\n..two\n.hidden\n. \n",
        "empty": "",
        "gr\u00fc\u00dfe": "gr\u00fc\u00dfe\n   greetings\n",
        "long": "long\n" + "x" * 5000 + "\n",
    }

    def configure(self):
        data, index = b"", []
        for word, text in self.WORDS.items():
            text = text.encode()
            index.append(f"{word}\t{base64_number(len(data))}\t"
                         f"{base64_number(len(text))}\n".encode())
            data += text
        (self.top / "tiny.dict").write_bytes(data)
        (self.top / "tiny.index").write_bytes(b"".join(sorted(index)))
        (self.top / "dictd.conf").write_text(
            "access { user bob\n allow * }\n"
            f"database tiny {{ data \"{self.top}/tiny.dict\"\n"
            f" index \"{self.top}/tiny.index\" }}\n"
            "user bob secret\n")
        return ["-d", "nofork", "-c", str(self.top / "dictd.conf"),
                "--listen-to", "127.0.0.1", "-p", str(self.port),
                "--pid-file", str(self.top / "pid"),
                "--locale", "C.UTF-8"]
