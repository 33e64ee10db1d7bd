# SPDX-License-Identifier: ISC
"""A transcript of any length takes no more memory, and little time."""

import socket
import time

import pytest

from fakes import Fake


class Quick:
    """A mail server that does as little as can be; it looks how much memory
    the client has used when that says QUIT."""

    def __init__(self):
        self.pid = None
        self.lines = 0
        self.peak = None

    def _look(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    self.peak = int(line.split()[1])

    def __call__(self, peer):
        sock = peer.sock
        sock.sendall(b"220 hi\r\n")
        data, rest = False, b""
        while not rest.endswith(b"QUIT\r\n"):
            got = sock.recv(1 << 20)
            if not got:
                return
            ends = got.count(b"\n")
            self.lines += ends
            rest = rest[-10:] + got
            if data and rest.endswith(b"\r\n.\r\n"):
                data = False
                sock.sendall(b"250 kept\r\n")
            elif not data and rest.endswith(b"DATA\r\n"):
                data = True
                sock.sendall(b"354 go on\r\n")
            elif not data and not rest.endswith(b"QUIT\r\n"):
                sock.sendall(b"250 ok\r\n" * ends)
        self._look()
        sock.sendall(b"221 bye\r\n")
        sock.shutdown(socket.SHUT_WR)


def measured(telex, *words, **how):
    """Seconds, kilobytes, lines that the server got."""
    quick = Quick()
    with Fake(quick) as fake:
        began = time.monotonic()
        with telex.start(*words[:1], "-i", 20, f"smtp://127.0.0.1:{fake.port}",
                         *words[1:], **how) as process:
            quick.pid = process.pid
            out, err = process.communicate(timeout=60)
        took = time.monotonic() - began
    assert process.returncode == 0, (out[-1000:], err[-1000:])
    return took, quick.peak, quick.lines


def transcript(*turns):
    """From (what the client says, what the server says)."""
    return "S: 220 hi\n" + "".join(
        "".join(f"C: {line}\n" for line in ours)
        + "".join(f"S: {line}\n" for line in theirs)
        for ours, theirs in (*turns, (["QUIT"], ["221 bye"])))


def exchanges(number):
    """Ten commands go at once."""
    return transcript((["EHLO x"], ["250 ok"]), *[
        (["RCPT TO:<a>"] * 10, ["250 " + 60 * "x"] * 10)] * (number // 10))


def message(number):
    lines = [f"line {i:06} of a long message" for i in range(number)]
    return transcript((["EHLO x"], ["250 ok"]), (["DATA"], ["354 go on"]),
                      ([*lines, "."], ["250 kept"]))


def script(text):
    """What the client says in it."""
    return "".join(line[3:] + "\n" for line in text.split("\n")
                   if line.startswith("C:"))


@pytest.mark.parametrize("make", [exchanges, message])
def test_memory(telex, tmp_path, make):
    """200,000 lines take no more of it than twenty."""
    path, small = tmp_path / "long.telex", tmp_path / "small.telex"
    path.write_text(make(100_000 if make is exchanges else 200_000))
    small.write_text(make(10))
    _, least, _ = measured(telex, "--replay", small)
    _, peak, lines = measured(telex, "--replay", path)
    assert lines == path.read_text().count("\nC: ")
    if not telex.sanitized:
        assert peak < least + 2048


def test_pace(telex, tmp_path):
    """Where each reply is waited for, it takes what a script takes."""
    path, plain = tmp_path / "long.telex", tmp_path / "script"
    path.write_text(transcript(*[(["NOOP"], ["250 ok"])] * 10_000))
    plain.write_text(script(path.read_text()))
    times = []
    while not times or (times[-1][0] >= times[-1][1] and len(times) < 4):
        with open(plain, "rb") as lines:
            want, _, _ = measured(telex, "--no-history", stdin=lines)
        took, _, _ = measured(telex, "--replay", path)
        times.append((took, 2 * want + 1))
    # The best of four counts, because other programs run here.
    assert times[-1][0] < times[-1][1], times
