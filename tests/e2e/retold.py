# SPDX-License-Identifier: ISC
"""Sessions that are written down and played again, and what comes of it."""

import re

# Variables by which a replay gets its secrets.
SECRET = "TELEX_SECRET_{}"


def secrets_env(values):
    """${secret:1} is the first of these, and so on."""
    return {SECRET.format(i): value for i, value in enumerate(values, 1)}


class Point:
    """A test point of TAP, and the comments behind it."""

    def __init__(self, match):
        self.good = not match[1]
        self.number = int(match[2])
        self.text = match[3]
        place = re.match(r"(.*?\.telex):(\d+): (.*)", match[3])
        self.file, line, self.what = place.groups() if place else (
            match[3].partition(".telex")[0] + ".telex", "0", match[3])
        self.line = int(line)
        self.notes = []

    def __repr__(self):
        return f"{'ok' if self.good else 'not ok'} {self.text} {self.notes}"


def tap(ran):
    """The points of a report in TAP; the report is well-formed."""
    lines = ran.out.decode().split("\n")
    assert lines[0] == "TAP version 13" and lines.pop() == "", ran
    points = []
    for line in lines[1:-1]:
        match = re.fullmatch(r"(not )?ok (\d+) - (.*)", line)
        if match:
            points.append(Point(match))
            assert points[-1].number == len(points), line
        else:
            assert line.startswith("# ") or line.startswith("#"), line
            points[-1].notes.append(line[1:])
    assert lines[-1] == f"1..{len(points)}", ran
    return points


def bad(points):
    return [point for point in points if not point.good]


ESCAPES = {"\\": b"\\", "$": b"$", "r": b"\r", "n": b"\n", "t": b"\t"}


def unescaped(text, secrets):
    """What a template stands for, and whether a line end follows."""
    out, at, whole = b"", 0, True
    for match in re.finditer(r"\\(x..|.)|\$\{(\w+:)(\d+)\}|\$|[^\\$]+", text):
        assert match.start() == at and whole, text
        at = match.end()
        if match[2] and secrets is not None:
            assert match[2] == "secret:", text
            out += secrets[int(match[3]) - 1]
        elif match[1] is None:
            out += match[0].encode()
        elif match[1][0] == "x":
            out += bytes.fromhex(match[1][1:])
        elif match[1] == "c":
            whole = False
        else:
            out += ESCAPES[match[1]]
    assert at == len(text), text
    return out, whole


def turns(text, secrets=()):
    """[("C" or "S", bytes)] of a recorded transcript, line by line."""
    for line in text.split("\n"):
        if line[:2] not in ("C:", "C$", "S:", "S%"):
            assert line[:1] in ("", "#", "<"), line
            continue
        assert line[2:3] in ("", " "), line
        words, whole = line[3:].encode(), True
        if line[1] != ":":
            words, whole = unescaped(line[3:],
                                     secrets if line[1] == "$" else None)
        yield line[0], words + (b"\r\n" if whole else b"")


def spoken(text, secrets=()):
    """The bytes of both sides that a recorded transcript stands for."""
    said = {"C": [], "S": []}
    for side, words in turns(text, secrets):
        said[side].append(words)
    return b"".join(said["C"]), b"".join(said["S"])


class Parrot:
    """A play: the server's side of a recorded transcript, whoever asks."""

    def __init__(self, text, secrets=()):
        self.turns = list(turns(text, secrets))

    def __call__(self, peer):
        for side, words in self.turns:
            if side == "S":
                peer.send(words)
            else:
                peer.octets(len(words))
