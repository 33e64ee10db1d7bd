# SPDX-License-Identifier: ISC
"""What servers of our own have in common: free ports, a beginning, an end."""

import errno
import random
import shutil
import socket
import subprocess
import time

ATTEMPTS = 3    # a port may be taken by somebody before it is used
PATIENCE = 20   # seconds that a server may need to begin


def _is_free(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return False
                raise
    return True


def free_port(host="127.0.0.1", count=1):
    """A port that is free now, for TCP and UDP, and so are those behind it;
    for servers that cannot choose their own.

    It is none of those that the system gives to whoever asks for any: the
    connections of other tests take these at every moment.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(10000, 32768 - count)
        if all(_is_free(host, port + i) for i in range(count)):
            return port


def answers(port, greeting=b"", alive=lambda: True):
    """Wait until this port is open and these are the first bytes there."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and alive():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as sock:
                if sock.recv(len(greeting)) == greeting:
                    return True
        except OSError:
            pass
        time.sleep(0.03)
    return False


def end(process, seconds=10):
    """Let a process end, which may be None or have ended."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Owned:
    """A server in a folder of its own, `top`, with one process.

    To be added: `_begin()`, which chooses ports and calls `_run()`, and
    `_ready()`.
    """

    _process = None

    def _start(self):
        """Begin until it is ready, or go with all that was made."""
        try:
            for _ in range(ATTEMPTS):
                self._begin()
                if self._ready():
                    return
                self._end()
            raise RuntimeError(f"{type(self).__name__} does not start:\n"
                               + self.log())
        except BaseException:
            self.stop()
            raise

    def _run(self, argv, **how):
        with open(self.top / "start.log", "ab") as log:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **how)

    def _answers(self, port, greeting=b""):
        return answers(port, greeting,
                       lambda: self._process.poll() is None)

    def log(self):
        """All that it has said."""
        return "".join(path.read_text(errors="replace")
                       for path in sorted(self.top.glob("*log"))
                       if path.is_file())

    def _end(self):
        end(self._process)
        self._process = None

    def stop(self):
        self._end()
        shutil.rmtree(self.top, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
