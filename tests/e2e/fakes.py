# SPDX-License-Identifier: ISC
"""Servers that behave as a test wants: late, strict, torn, rude.

A `Fake` runs a *play* - a function of one `Peer` - for each connection.
`Strict` is a play: a mail server that takes every byte out of turn as a
violation, records it, and answers 554 as strict servers do.
"""

import select
import socket
import struct
import threading
import time

LIMIT = 40  # seconds that a play waits for the client


class Gone(Exception):
    """The client closed or reset the connection in mid play."""


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, sock, limit=LIMIT):
        self.sock = sock
        self.sock.settimeout(limit)
        self.received = bytearray()  # all that ever came
        self._rest = bytearray()     # what no line() has taken yet
        self.saw_end = False
        self.was_reset = False

    def _more(self):
        try:
            data = self.sock.recv(262144)
        except ConnectionError:
            self.was_reset = True
            data = b""
        if not data:
            self.saw_end = True
            return False
        self.received += data
        self._rest += data
        return True

    def send(self, *pieces, pause=0.0):
        """Send the pieces one by one, each in a segment of its own."""
        for number, piece in enumerate(pieces):
            if number and pause:
                time.sleep(pause)
            try:
                self.sock.sendall(piece)
            except ConnectionError as error:
                raise Gone from error

    def line(self):
        """The client's next line without its CR LF."""
        line = self.until(b"\n")
        assert line.endswith(b"\r\n"), f"a line without CR: {line[:80]!r}"
        return line[:-2]

    def until(self, end):
        """All bytes up to and with `end`."""
        start = 0
        while (at := self._rest.find(end, start)) < 0:
            start = max(0, len(self._rest) - len(end))
            if not self._more():
                raise Gone
        found = bytes(self._rest[:at + len(end)])
        del self._rest[:at + len(end)]
        return found

    def octets(self, number):
        """So many bytes."""
        while len(self._rest) < number:
            if not self._more():
                raise Gone
        found = bytes(self._rest[:number])
        del self._rest[:number]
        return found

    def body(self):
        """Mail data up to the line with the dot, which is taken off."""
        self._rest[:0] = b"\r\n"
        return self.until(b"\r\n.\r\n")[2:-3]

    def rest(self):
        """Everything up to the client's end."""
        while self._more():
            pass
        taken, self._rest = bytes(self._rest), bytearray()
        return taken

    def early(self, seconds):
        """What comes within this time though it is not the client's turn."""
        if not self._rest and not self.saw_end:
            ready, _, _ = select.select([self.sock], [], [], seconds)
            if ready:
                self._more()
        return bytes(self._rest)

    def reset(self):
        """End with RST; nothing waits to be sent when this is called."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.sock.close()

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)

    def close(self):
        self.sock.close()


class Fake:
    """A listening socket whose connections are given to `play`."""

    def __init__(self, play, *, host="127.0.0.1", path=None, port=0):
        self.play = play
        self.peers = []
        self.errors = []
        self.path = str(path) if path else None
        if path:
            self._sock = socket.socket(socket.AF_UNIX)
            self._sock.bind(self.path)
            self.host = self.port = None
        else:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._sock = socket.socket(family)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._sock.bind((host, port))
            self.host, self.port = self._sock.getsockname()[:2]
        self._sock.listen(16)
        self._threads = []
        self._lock = threading.Condition()  # peers and threads are pairs
        self._stop, self._wake = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self):
        while True:
            ready, _, _ = select.select([self._sock, self._stop], [], [])
            if self._sock not in ready:
                return  # and nobody is left who has connected
            with self._lock:
                sock, address = self._sock.accept()
                if self._sock.family != socket.AF_UNIX:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                peer = Peer(sock)
                peer.address = address
                thread = threading.Thread(target=self._run, args=(peer,),
                                          daemon=True)
                self.peers.append(peer)
                thread.start()
                self._threads.append(thread)
                self._lock.notify_all()

    def _run(self, peer):
        try:
            self.play(peer)
        except Gone:
            pass
        except Exception as error:  # told by done()
            self.errors.append(error)
        finally:
            peer.close()

    @property
    def peer(self):
        """The one that has connected, and may not be accepted yet."""
        with self._lock:
            self._lock.wait_for(lambda: self.peers, LIMIT)
        assert len(self.peers) == 1, f"{len(self.peers)} connections, not 1"
        return self.peers[0]

    def done(self):
        """Wait for the plays to end; the first error of one is raised."""
        with self._lock:
            self._lock.wait_for(self._all_accepted, LIMIT)
            threads = list(self._threads)
        for thread in threads:
            thread.join(LIMIT)
            assert not thread.is_alive(), "the play has not ended"
        if self.errors:
            raise self.errors[0]
        return self

    def _all_accepted(self):
        return not self._acceptor.is_alive() or not select.select(
            [self._sock], [], [], 0)[0]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._wake.close()
        self._acceptor.join(LIMIT)
        self._stop.close()
        self._sock.close()
        self._release(0 if isinstance(self.play, Puppet) else 2)
        if kind is None:
            self.done()
        for peer in self.peers:
            peer.close()

    def _release(self, grace):
        """End the plays of clients that are still there after a while."""
        for peer, thread in zip(self.peers, self._threads):
            thread.join(grace)
            if thread.is_alive():
                try:
                    peer.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the client was faster


class Strict:
    """A mail server that insists on turns.

    greeting   pieces sent one by one, `pause` seconds between them
    late       seconds before the greeting
    watch      seconds before each reply in which a byte is a violation
    replies    verb -> bytes, a list of them used up one by one, or a
               function of the peer that sends by itself; bytes may be a
               tuple of pieces, sent `pause` seconds apart
    lmtp       one reply per accepted recipient after the dot
    """

    GREETING = b"220 fake.example.test ESMTP\r\n"
    REPLIES = {
        b"EHLO": b"250-fake.example.test\r\n250-8BITMIME\r\n250 HELP\r\n",
        b"LHLO": b"250-fake.example.test\r\n250 HELP\r\n",
        b"DATA": b"354 go on\r\n",
        b".": b"250 2.0.0 kept\r\n",
        b"QUIT": b"221 bye\r\n",
    }

    def __init__(self, greeting=(GREETING,), *, late=0.0, pause=0.0,
                 watch=0.01, replies=None, lmtp=False):
        self.greeting = greeting
        self.late, self.pause, self.watch = late, pause, watch
        self.replies = {**self.REPLIES, **(replies or {})}
        self.lmtp = lmtp
        self.commands = []
        self.bodies = []
        self.violations = []
        self.sent = bytearray()
        self.ended = None
        self._used = {}

    def _send(self, peer, reply):
        pieces = reply if isinstance(reply, tuple) else (reply,)
        for piece in pieces:
            self.sent += piece
        peer.send(*pieces, pause=self.pause)

    def _watched(self, peer, seconds):
        """Is it still our turn after this time?  If not, say so and end."""
        early = peer.early(seconds)
        if early:
            self.violations.append(early)
            self._send(peer, b"554 5.5.0 synchronization error\r\n")
            raise Gone
        return True

    def _reply_to(self, verb):
        reply = self.replies.get(verb, b"250 2.0.0 ok\r\n")
        if isinstance(reply, list):
            used = self._used.get(verb, 0)
            self._used[verb] = used + 1
            reply = reply[min(used, len(reply) - 1)]
        return reply

    def _answer(self, peer, verb):
        reply = self._reply_to(verb)
        self._watched(peer, self.watch)
        if callable(reply):
            return reply(peer) or b""
        self._send(peer, reply)
        return reply[0] if isinstance(reply, tuple) else reply

    def _greet(self, peer):
        self._watched(peer, self.late)
        for number, piece in enumerate(self.greeting):
            if number:
                self._watched(peer, self.pause)
            self._send(peer, piece)

    def _body(self, peer, recipients):
        self.bodies.append(peer.body())
        for _ in range(recipients if self.lmtp else 1):
            self._answer(peer, b".")

    def __call__(self, peer):
        try:
            self._talk(peer)
        except Gone:
            if self.ended is None:
                self.ended = "reset" if peer.was_reset else "eof"
            raise

    def _talk(self, peer):
        self._greet(peer)
        recipients = 0
        while True:
            line = peer.line()
            self.commands.append(line)
            verb = line.split(b" ")[0].upper()
            reply = self._answer(peer, verb)
            if verb == b"RCPT" and reply.startswith(b"2"):
                recipients += 1
            elif verb in (b"MAIL", b"RSET"):
                recipients = 0
            elif verb == b"DATA" and reply.startswith(b"354"):
                self._body(peer, recipients)
            elif verb == b"AUTH":
                while reply.startswith(b"334"):
                    self.commands.append(peer.line())
                    reply = self._answer(peer, b"334")
            if verb == b"QUIT" or reply.startswith(b"421"):
                self.ended = "closed"
                return

    def verbs(self):
        return [line.split(b" ")[0].upper() for line in self.commands]


class Puppet:
    """A server whose strings the test pulls from outside.

    It greets, collects the client's lines, and says nothing by itself.
    """

    def __init__(self, greeting=Strict.GREETING):
        self.greeting = greeting
        self.lines = []
        self.over = False
        self._peer = None
        self._change = threading.Condition()

    def __call__(self, peer):
        peer.send(self.greeting)
        with self._change:
            self._peer = peer
            self._change.notify_all()
        try:
            while True:
                line = peer.line()
                with self._change:
                    self.lines.append(line)
                    self._change.notify_all()
        finally:
            with self._change:
                self.over = True
                self._change.notify_all()

    def _wait(self, true, what):
        with self._change:
            assert self._change.wait_for(true, LIMIT), (
                f"{what}; the lines so far: {self.lines[-20:]!r}")

    @property
    def peer(self):
        self._wait(lambda: self._peer, "nobody connected")
        return self._peer

    def send(self, *pieces, pause=0.0):
        self.peer.send(*pieces, pause=pause)

    def close(self):
        """Send FIN and read on until the client has closed as well."""
        try:
            self.peer.half_close()
        except OSError:
            pass  # the client was faster

    def wait_lines(self, number):
        self._wait(lambda: len(self.lines) >= number,
                   f"fewer than {number} lines came")
        return self.lines

    def wait_line(self, line):
        self._wait(lambda: line in self.lines, f"no line {line!r}")

    def reset(self):
        """End with RST, as soon as the thread that reads has let go."""
        self.peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))
        self.peer.sock.shutdown(socket.SHUT_RD)

    def wait_over(self):
        self._wait(lambda: self.over, "the client has not closed")


def one_by_one(*replies, greeting):
    """A play that gives a reply to each line, whatever it says."""
    def play(peer):
        peer.send(greeting)
        for reply in replies:
            peer.line()
            peer.send(reply)
        peer.rest()
    return play


def torn(reply, size=1):
    """The same bytes in pieces of this size."""
    return tuple(reply[i:i + size] for i in range(0, len(reply), size))


def echo(peer):
    """Send back what comes, until the client's end."""
    while True:
        try:
            data = peer.sock.recv(262144)
        except ConnectionError:
            return
        if not data:
            return
        peer.received += data
        peer.send(data)


class Deaf:
    """A port where connecting never ends: its queue is full.

    (Linux drops the SYN when the accept queue is full.)
    """

    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._sock = socket.socket(family)
        self._sock.bind((host, port))
        self._sock.listen(0)
        self.host, self.port = self._sock.getsockname()[:2]
        self._fill = []
        for _ in range(4):
            one = socket.socket(family)
            one.setblocking(False)
            one.connect_ex((self.host, self.port))
            self._fill.append(one)
        limit = time.monotonic() + 5
        while time.monotonic() < limit:
            _, done, _ = select.select([], self._fill, [], 0.05)
            if done:
                return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self._fill:
            one.close()
        self._sock.close()
