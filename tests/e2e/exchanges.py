# SPDX-License-Identifier: ISC
"""Long scripts in protocols whose replies hold octets.

`Plain` is a client that knows from the test how long each reply is; telex,
which has to find that out by itself, must show the same conversation.
"""

import re
import socket
import time


class Plain:
    """A connection, read by numbers."""

    def __init__(self, port, greets=False):
        self._sock = socket.create_connection(("127.0.0.1", port), 10)
        self._file = self._sock.makefile("rwb")
        self.began = time.monotonic()
        self.said = []  # the lines of the script
        self.shown = self.line() if greets else b""

    def line(self):
        line = self._file.readline()
        assert line.endswith(b"\r\n"), line
        return line

    def lines(self, *last):
        """Up to one of these lines, or beginnings of one."""
        text = b""
        while True:
            line = self.line()
            text += line
            if line.startswith(last):
                return text

    def octets(self, number):
        text = self._file.read(number)
        assert len(text) == number
        return text

    def ask(self, reply, *lines, data=(), octets=None):
        """Say lines, and then data, which -v does not show; `reply` reads
        the answer.  Without line end for those who count: `octets`."""
        for line in (*lines, *data):
            self._file.write(line.encode() + b"\r\n")
            self.said.append(line)
        if octets is not None:
            self._file.write(octets.encode())
            self.said.append(octets)
        self._file.flush()
        self.shown += b"".join(b"C: " + line.encode() + b"\n"
                               for line in lines)
        self.shown += reply()

    def close(self):
        self.took = time.monotonic() - self.began
        self._file.close()
        self._sock.close()


def nothing():
    return b""


def first_difference(got, want):
    """For a message: where two texts part."""
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b),
              min(len(got), len(want)))
    return f"at {at}:\ngot  {got[at - 80:at + 80]!r}\n" \
           f"want {want[at - 80:at + 80]!r}"


def check(telex, url, plain, changing=None):
    """telex plays the script: quickly, and with each reply at its command.
    `changing` is a pattern of what differs each time.  Returns its exit
    status."""
    def same(text):
        return re.sub(changing, b"", text) if changing else text

    def play(*options):
        began = time.monotonic()
        with telex.start(*options, "-i", 15, url, stderr=-2) as process:
            shown, _ = process.communicate(text, 60)
        took = time.monotonic() - began
        # A server may be slow by itself (dictd and Nagle's rule).
        assert took < 10 + 1.5 * plain.took, (
            f"{took:.1f} s for {plain.took:.1f}: something was waited for")
        return shown, process.returncode
    plain.close()
    text = "".join(line + "\n" for line in plain.said).encode()
    shown, status = play("-v")
    # Only the first line is a note: no reply came where none was owed.
    note, _, shown = shown.partition(b"\n")
    assert note.startswith(b"* 127.0.0.1"), note
    got, want = same(shown), same(plain.shown)
    assert got == want, first_difference(got, want)
    # The same without waiting, where the protocol allows it.
    shown, again = play("--pipeline")
    got, want = same(shown), same(re.sub(rb"(?m)^C: .*\n", b"", plain.shown))
    assert got == want, first_difference(got, want)
    assert again == status
    return status
