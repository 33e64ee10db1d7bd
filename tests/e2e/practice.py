# SPDX-License-Identifier: ISC
"""`telex --practice` as a server for other clients."""

import re
import socket
import ssl
import time

LIMIT = 20


def children(pid):
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path, encoding="ascii") as names:
        return [int(name) for name in names.read().split()]


class Practice:
    """The server runs as long as the telex that started it."""

    def __init__(self, telex, tmp_path, *words, where=None):
        self.ca = tmp_path / "practice-ca.pem"
        name = "--practice" if where is None else f"--practice={where}"
        self.process = telex.start(name, "--practice-ca", self.ca, *words)
        self.banner = self.process.stderr.readline().decode()
        match = re.match(r"\* practice server on (\S+): smtp", self.banner)
        assert match, self.banner + self.process.stderr.read().decode()
        self.address = match[1]
        self.ports = {name: int(port) for name, port in re.findall(
            r"(\w+) (\d+)", self.banner.split(":", 1)[1])}

    def __getattr__(self, name):
        """The port of "smtp", "imaps"."""
        try:
            return self.ports[name]
        except KeyError:
            raise AttributeError(name) from None

    def memory(self):
        """What its process has of it now, in kilobytes."""
        pid = children(self.process.pid)[0]
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])

    def trust(self):
        return ssl.create_default_context(cafile=str(self.ca))

    def connect(self, port=None):
        return Line(socket.create_connection(
            ("127.0.0.1", port or self.smtp), timeout=LIMIT))

    def notes(self, until):
        """Lines of notes up to one that contains this."""
        lines = []
        while not lines or until not in lines[-1]:
            line = self.process.stderr.readline().decode()
            assert line, f"no {until!r} in " + "\n".join(lines)
            lines.append(line.rstrip("\n"))
        return lines

    def end(self):
        """The status and what was not read of stderr yet."""
        self.process.stdin.close()
        err = self.process.stderr.read().decode()
        assert "Sanitizer" not in err and "runtime error" not in err, err
        return self.process.wait(LIMIT), err


class Line:
    """A client that is a bare socket."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(LIMIT)
        self.file = sock.makefile("rb")

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def read(self):
        return self.file.readline().decode()

    def reply(self):
        """A reply of SMTP, with all its lines."""
        lines = [self.read()]
        while lines[-1][3:4] == "-":
            lines.append(self.read())
        return "".join(lines)

    def ask(self, line):
        self.send(line + "\r\n")
        return self.reply()

    def rest(self):
        return self.file.read().decode()

    def quiet(self, seconds=0.3):
        """Does nothing come for so long?"""
        self.sock.settimeout(seconds)
        before = time.monotonic()
        try:
            self.sock.recv(1, socket.MSG_PEEK)
            return False
        except (TimeoutError, socket.timeout):
            return time.monotonic() - before >= seconds * 0.9
        finally:
            self.sock.settimeout(LIMIT)

    def wrap(self, context, name="localhost"):
        self.file.close()
        self.sock = context.wrap_socket(self.sock, server_hostname=name)
        self.file = self.sock.makefile("rb")

    def close(self):
        self.file.close()
        self.sock.close()
