# SPDX-License-Identifier: ISC
"""Servers whose talk is nonsense, but well-formed: a seed tells all of it.

A `Babble` is a whole session: what a script says, and what the server sends
at each point.  It is a play for `Fake`, the same in each connection.
"""

import random

LOOKS = ("<TLS>", "<closed>", "<html>", "...", ". . .", "[...]", "C: QUIT",
         "S: 250 x", "S$ ${x}", "C< /etc/passwd", "# a comment",
         "# telex transcript 1", "${secret:1}", "${}", "\\c", "\\x41 \\",
         "R: x", "[C] x", "S~ ^250", "S:", "-ERR", "+OK", "250 x", ".x",
         "..", "<match text>", "</set a=b>", "a OK", "* BYE", "$HOME")
UNICODE = ("gr\u00fc\u00dfe", "\u65e5\u672c", "\U0001f40c", "\u202etxt.exe",
           "\u2028", "\ufeff", "e\u0301", "\u0085", "\u009b31m", "\u200b",
           "\ue0041", "\uffff", "\u00a0")
CONTROLS = (b"\033[31m", b"\033]0;x\007", b"\b\b", b"\177", b"\0", b"\t",
            b"\v\f", b"\x9b2J", b"\x1a", b"\r", b"\x1d?")


UNASKED = {"imap": (b"* 3 EXISTS ", b"* OK ", b"* VANISHED ")}


def sealed(text):
    """A text in which nothing announces octets."""
    return text.replace(b"{", b"(")


class Noise:
    """Texts without LF; what is odd of them, the kinds say."""

    def __init__(self, rng):
        self.rng = rng

    def _piece(self):
        rng = self.rng
        kind = rng.randrange(9)
        if kind < 3:
            return "".join(chr(rng.randrange(32, 127))
                           for _ in range(rng.randrange(20))).encode()
        if kind == 3:
            return rng.choice(UNICODE).encode()
        if kind == 4:
            return rng.randbytes(rng.randrange(12)).replace(b"\n", b"")
        if kind == 5:
            return rng.choice(CONTROLS)
        if kind == 6:
            return rng.choice(LOOKS).encode()
        if kind == 7:
            return b" " * rng.randrange(4)
        return b"x"

    def text(self, longest=200_000):
        """Mostly short, sometimes empty, rarely very long."""
        rng = self.rng
        size = rng.random()
        if size < 0.1:
            return b""
        if size < 0.3:
            return rng.choice(LOOKS).encode()
        text = b"".join(self._piece() for _ in range(rng.randrange(1, 6)))
        if size > 0.985 and text:
            text *= rng.randrange(longest) // len(text) + 1
        return text

    def ours(self):
        """The same for a script: bytes that it can say in one line."""
        return self.text(60_000).rstrip(b"\r\0")

    def end(self):
        return self.rng.choice([b"\r\n"] * 6 + [b"\n", b"\r\r\n"])

    def line(self, start=b""):
        return start + self.text() + self.end()


class Babble:
    """One session of this protocol."""

    def __init__(self, protocol, seed):
        self.protocol, self.seed = protocol, seed
        self.rng = random.Random(f"{protocol} {seed}")
        self.noise = Noise(self.rng)
        self.script = b""
        self.steps = []   # (what the client says, what the server sends)
        self.secrets = []
        self.torn = False
        self.pipeline = self.rng.random() < 0.3
        TALKS[protocol](self)

    def __repr__(self):
        return f"{self.protocol} with seed {self.seed}"

    def says(self, reply, *lines):
        """The client's lines, and what the server says to them."""
        said = b"".join(line + b"\r\n" for line in lines)
        self.script += said.replace(b"\r\n", b"\n")
        self.steps.append((said, reply + self._beside()))

    def _beside(self):
        """Perhaps lines of the server that answer nothing."""
        lines = b""
        while self.rng.random() < 0.06:
            lines += (self.rng.choice(UNASKED.get(self.protocol, (b"~",)))
                      + sealed(self.noise.text(500)) + self.noise.end())
        return lines

    def last(self, reply, line):
        """The last command; perhaps the server closes in mid reply."""
        self.says(reply, line)
        self.torn = self.rng.random() < 0.1 and len(reply) < 60_000
        if self.torn:
            self.steps[-1] = line + b"\r\n", reply.rstrip(b"\r\n") + b"x"

    def skips(self, *lines):
        """Lines of the script that are not sent."""
        self.script += b"".join(line + b"\n" for line in lines)

    def secret(self, quote=b""):
        """A new one.  It may look like anything, but is one word."""
        number = len(self.secrets)
        word = f"s3cret{number}${{x}}$c\u00e9".encode()
        self.secrets.append(word)
        return quote + word + quote

    @property
    def ours(self):
        return b"".join(said for said, _ in self.steps)

    @property
    def theirs(self):
        return b"".join(reply for _, reply in self.steps)

    def _segments(self, text):
        rng = self.rng
        while text:
            size = rng.choice((1, 2, 3, 7, 100, 1460, 65536, 300_000))
            yield text[:size]
            # Not a thousand system calls for a long line.
            text = text[size:]
            if len(text) > 3000:
                yield text[:-50]
                text = text[-50:]

    def __call__(self, peer):
        for said, reply in self.steps:
            wanted = len(said)
            got = peer.octets(wanted) if wanted else b""
            assert got == said, f"{self}: {got[:200]!r}, not {said[:200]!r}"
            peer.send(*self._segments(reply))


def block(noise, most=8):
    """Lines that a dot ends."""
    lines = b""
    for _ in range(noise.rng.randrange(most)):
        text = noise.text()
        if text.startswith(b"."):
            text = b"." + text
        lines += text + noise.end()
    return lines + b".\r\n"


def numbered(noise, code):
    """A reply of SMTP: any number of lines."""
    lines = [noise.line(b"%d-" % code)
             for _ in range(noise.rng.choice((0, 0, 1, 4)))]
    return b"".join(lines) + noise.line(b"%d " % code)


def message(noise):
    """Lines of a mail for a script, dots doubled, and the last dot."""
    lines = [noise.ours() for _ in range(noise.rng.randrange(10))]
    return [b"." + line if line.startswith(b".") else line
            for line in lines] + [b"."]


def smtp(b, hello=b"EHLO"):
    noise, rng = b.noise, b.rng
    b.says(numbered(noise, 220))
    b.says(numbered(noise, 250), hello + b" client.example.test")
    for _ in range(rng.randrange(1, 10)):
        what = rng.randrange(6)
        code = rng.choice((250, 251, 252, 450, 500, 550, 599))
        if what == 0:
            b.says(numbered(noise, rng.choice((235, 535))),
                   b"AUTH PLAIN " + b.secret())
        elif what == 1:
            b.says(numbered(noise, 334), b"AUTH LOGIN")
            b.says(numbered(noise, 334), b.secret())
            b.says(numbered(noise, rng.choice((235, 535))), b.secret())
        elif what == 2:
            b.says(numbered(noise, 250), b"MAIL FROM:<a@example.test>")
            b.says(numbered(noise, 250), b"RCPT TO:<b@example.test>")
            if rng.random() < 0.7:
                b.says(numbered(noise, 354), b"DATA")
                b.says(numbered(noise, code), *message(noise))
            else:
                b.says(numbered(noise, rng.choice((451, 554))),
                       b"DATA")
                b.skips(*message(noise))
        else:
            verb = rng.choice((b"NOOP", b"VRFY", b"HELP", b"XX-1", b"EXPN"))
            b.says(numbered(noise, code), verb + b" " + noise.ours())
    b.says(numbered(noise, 221), b"QUIT")


def lmtp(b):
    smtp(b, b"LHLO")


def pop3(b):
    noise, rng = b.noise, b.rng

    def answer(more=b""):
        if rng.random() < 0.2:
            return noise.line(b"-ERR ")
        return noise.line(b"+OK ") + more
    b.says(noise.line(b"+OK "))
    b.says(answer(), b"USER alice")
    b.says(answer(), b"PASS " + b.secret())
    for _ in range(rng.randrange(1, 10)):
        verb = rng.choice((b"RETR 1", b"TOP 1 0", b"LIST", b"UIDL", b"CAPA",
                           b"STAT", b"NOOP", b"DELE 1", b"LIST 2", b"XX"))
        many = verb in (b"RETR 1", b"TOP 1 0", b"LIST", b"UIDL", b"CAPA")
        b.says(answer(block(noise) if many else b""), verb)
    b.last(noise.line(b"+OK "), b"QUIT")


def octets(noise):
    """Any bytes."""
    rng = noise.rng
    return b"".join(noise.text() + rng.choice((b"\r\n", b"\n", b"\r", b""))
                    for _ in range(rng.randrange(6)))


def imap(b):
    noise, rng = b.noise, b.rng

    def line(start):
        return start + sealed(noise.text()) + noise.end()

    def data():
        lines = b""
        for _ in range(rng.choice((0, 0, 1, 3))):
            lines += rng.choice((line(b"* OK "), line(b"* 1 EXISTS "),
                                 line(b"* LIST () ")))
            if rng.random() < 0.5:
                text = octets(noise)
                lines += (b"* 1 FETCH (BODY[] {%d}\r\n" % len(text) + text
                          + line(b" FLAGS "))
        return lines
    b.says(line(b"* OK "))
    if rng.random() < 0.5:
        b.says(data() + line(b"a OK "), b"a LOGIN alice " + b.secret())
    else:
        b.says(line(b"+ "), b"a LOGIN {%d}" % len(b.secret()))
        b.says(line(b"+ "), b.secrets[0] + b" {%d}" % len(b.secret()))
        b.says(data() + line(b"a OK "), b.secrets[1])
    for i in range(rng.randrange(1, 10)):
        tag = b"t%d" % i
        end = line(tag + rng.choice((b" OK ", b" OK ", b" NO ", b" BAD ")))
        what = rng.randrange(4)
        if what == 0:
            text = b"\r\n".join(noise.ours()
                                for _ in range(rng.randrange(1, 6)))
            how = rng.choice((b"{%d}", b"{%d+}")) % len(text)
            first = tag + b" APPEND INBOX " + how
            if how.endswith(b"+}"):
                b.says(data() + end, first + b"\r\n" + text)
            elif rng.random() < 0.7:
                b.says(line(b"+ "), first)
                b.says(data() + end, text)
            else:
                b.says(data() + line(tag + b" NO "), first)
                b.skips(*text.split(b"\r\n"))
        else:
            verb = rng.choice((b" NOOP", b" FETCH 1 BODY[]", b" SEARCH ALL",
                               b" XX", b" LIST \"\" *"))
            b.says(data() + end, tag + verb)
    b.says(data() + line(b"* BYE ") + line(b"z OK "), b"z LOGOUT")


def nntp(b):
    noise, rng = b.noise, b.rng
    many = {b"ARTICLE 1": 220, b"HEAD 1": 221, b"BODY 1": 222, b"LIST": 215,
            b"CAPABILITIES": 101, b"OVER 1-": 224, b"HELP": 100,
            b"NEWNEWS * 1": 230}
    few = {b"STAT 1": 223, b"GROUP a.b": 211, b"NEXT": 223, b"DATE": 111,
           b"MODE READER": 200, b"XX": 500}
    b.says(noise.line(b"200 "))
    b.says(noise.line(b"381 "), b"AUTHINFO USER alice")
    b.says(noise.line(b"281 "), b"AUTHINFO PASS " + b.secret())
    for _ in range(rng.randrange(1, 10)):
        verb = rng.choice([*many, *few, b"POST"])
        if rng.random() < 0.2:
            b.says(noise.line(b"%d " % rng.choice((403, 423, 503))), verb)
            if verb == b"POST":
                b.skips(*message(noise))
        elif verb == b"POST":
            b.says(noise.line(b"340 "), verb)
            b.says(noise.line(rng.choice((b"240 ", b"441 "))),
                   *message(noise))
        elif verb in many:
            b.says(noise.line(b"%d " % many[verb]) + block(noise), verb)
        else:
            b.says(noise.line(b"%d " % few[verb]), verb)
    b.last(noise.line(b"205 "), b"QUIT")


def ftp(b):
    noise, rng = b.noise, b.rng

    def reply(code):
        if rng.random() < 0.6:
            return noise.line(b"%d " % code)
        lines = b"".join(noise.line(b" ")
                         for _ in range(rng.randrange(6)))
        return (noise.line(b"%d-" % code) + lines
                + noise.line(b"%d " % code))
    b.says(reply(220))
    b.says(reply(331), b"USER alice")
    b.says(reply(rng.choice((230, 530))), b"PASS " + b.secret())
    for _ in range(rng.randrange(1, 10)):
        verb = rng.choice((b"FEAT", b"LIST", b"RETR x", b"STAT", b"SIZE x",
                           b"RNFR x", b"SITE x", b"XX"))
        if verb in (b"LIST", b"RETR x") and rng.random() < 0.7:
            b.says(reply(150) + reply(rng.choice((226, 426))), verb)
        elif verb == b"RNFR x" and rng.random() < 0.7:
            b.says(reply(350), verb)
            b.says(reply(250), b"RNTO y")
        else:
            b.says(reply(rng.choice((200, 211, 250, 450, 500, 550))), verb)
    b.says(reply(221), b"QUIT")


def sieve(b):
    noise, rng = b.noise, b.rng

    def quoted():
        text = sealed(noise.text()).replace(b"\\", b"").replace(b'"', b"")
        return b'"' + text.rstrip(b"\r") + b'"'

    def string():
        if rng.random() < 0.6:
            return quoted()
        text = octets(noise)
        return b"{%d}\r\n" % len(text) + text

    def end(word):
        return word + rng.choice((b"", b" " + string())) + b"\r\n"

    def status():
        return end(rng.choice((b"OK", b"OK", b"NO", b"NO (NONEXISTENT)")))
    b.says(b'"SIEVE" ' + string() + b"\r\n" + end(b"OK"))
    b.says(status(), b'AUTHENTICATE "PLAIN" ' + b.secret(b'"'))
    for _ in range(rng.randrange(1, 10)):
        verb = rng.choice((b"LISTSCRIPTS", b"GETSCRIPT", b"PUTSCRIPT",
                           b"NOOP", b"CAPABILITY", b"XX"))
        if verb == b"PUTSCRIPT":
            text = b"\r\n".join(noise.ours()
                                for _ in range(rng.randrange(1, 6)))
            b.says(status(), b'PUTSCRIPT "x" {%d+}' % len(text), text)
        elif verb in (b"LISTSCRIPTS", b"CAPABILITY"):
            lines = b"".join(string() + b"\r\n"
                             for _ in range(rng.randrange(4)))
            b.says(lines + end(b"OK"), verb)
        elif verb == b"GETSCRIPT" and rng.random() < 0.7:
            text = octets(noise)
            b.says(b"{%d}\r\n" % len(text) + text + b"\r\n" + end(b"OK"),
                   b'GETSCRIPT "x"')
        else:
            b.says(status(), verb)
    b.says(end(b"OK"), b"LOGOUT")


TALKS = {talk.__name__: talk
         for talk in (smtp, lmtp, pop3, imap, nntp, ftp, sieve)}
