# SPDX-License-Identifier: ISC
"""Long scripts of mixed commands, and what has to come of them.

A script is a list of `Asked`.  `told` plays it with a client that knows
nothing but what each `Asked` says; telex, which has to find that out by
itself, must show the same conversation.
"""

import re
import socket
import time


class Asked:
    """One command: does a block follow a positive answer, and which lines
    (the final dot included) are sent behind the answer, or would be if it
    were not a refusal?  -v shows the command as `shown`."""

    def __init__(self, line, block=False, *, data=(), refused=(),
                 shown=None):
        self.line = line
        self.block = block
        self.data = list(data)
        self.refused = list(refused)
        self.shown = shown or line

    def lines(self):
        return [self.line, *self.data, *self.refused]


class Told:
    """The server's side of a script, reply by reply."""

    def __init__(self, port, positive):
        self._sock = socket.create_connection(("127.0.0.1", port), 10)
        self._file = self._sock.makefile("rwb")
        self._positive = positive
        self.greeting = self._file.readline()

    def _say(self, lines):
        for line in lines:
            self._file.write(line.encode() + b"\r\n")
        self._file.flush()

    def _reply(self, block):
        reply = self._file.readline()
        assert reply.endswith(b"\r\n"), reply
        line = b""
        while block and reply.startswith(self._positive) and line != b".\r\n":
            line = self._file.readline()
            assert line.endswith(b"\r\n"), line
            reply += line
        return reply

    def ask(self, asked):
        """[(what we said, what the server said)]"""
        self._say([asked.line])
        talk = [([asked.shown], self._reply(asked.block))]
        if asked.data:
            assert talk[0][1].startswith(b"3"), talk
            self._say(asked.data)
            talk.append((asked.data, self._reply(False)))
        return talk

    def close(self):
        assert self._file.readline() == b"", "the server says more"
        self._file.close()
        self._sock.close()


def told(port, script, positive):
    """What `telex -v` must show of it, with both of its streams in one."""
    talk = Told(port, positive)
    shown = talk.greeting
    for asked in script:
        for ours, theirs in talk.ask(asked):
            shown += b"".join(b"C: " + line.encode() + b"\n"
                              for line in ours) + theirs
    talk.close()
    return shown


def first_difference(got, want):
    """For a message: where two texts part."""
    got, want = got.split(b"\n"), want.split(b"\n")
    for number, (one, two) in enumerate(zip(got, want)):
        if one != two:
            before = b"\n".join(want[max(0, number - 3):number])
            return f"behind {before!r}\ngot  {one!r}\nwant {two!r}"
    return f"one of them ends: {got[-3:]} {want[-3:]}"


def check(telex, port, scheme, script, positive, changing=None):
    """telex plays the script: quickly, and with each reply at its command.

    `changing` is a pattern of what differs each time.
    """
    def same(text):
        return re.sub(changing, b"", text) if changing else text
    want = same(told(port, script, positive))
    began = time.monotonic()
    with telex.start("-v", "-i", 15, "--no-history",
                     f"{scheme}://127.0.0.1:{port}",
                     stderr=-2) as process:
        text = "".join(line + "\n" for asked in script
                       for line in asked.lines())
        shown, _ = process.communicate(text.encode(), 60)
    took = time.monotonic() - began
    notes = [line for line in shown.split(b"\n")
             if line.startswith((b"* ", b"! ", b"telex: "))]
    # Nothing but where it went, and what of the input was left out.
    left_out = [b'! the mail data was refused: %d lines of the input were '
                b'not sent, up to the line "."' % (len(asked.refused) - 1)
                for asked in script if asked.refused]
    assert notes[1:] == left_out, notes
    got = same(b"\n".join(line for line in shown.split(b"\n")
                          if line not in notes))
    assert got == want, first_difference(got, want)
    assert took < 40, f"{took:.1f} s: something was waited for"
    return process.returncode
