# SPDX-License-Identifier: ISC
"""Servers with the faults that the talks in tests/talk look for.

Each is a play for a Fake.  It is as faulty as servers in the field have
been, and with `sound=True` the same server without the fault.
"""

import socket
import ssl

from fakes import LIMIT, Gone


class Client:
    """One connection, in plain text and then in TLS."""

    def __init__(self, sock):
        self.sock = sock
        self.data = b""     # came, but was not taken yet
        self.waits = False  # look at it only once more has come
        self.eof = False

    def more(self):
        try:
            data = self.sock.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b""
        self.eof = not data
        self.data += data
        return not self.eof

    def until(self, end):
        """All up to and with `end`."""
        if self.waits:
            self.waits = False
            self.more()
        while end not in self.data:
            if not self.more():
                raise Gone
        found, _, self.data = self.data.partition(end)
        return found + end

    def line(self):
        return self.until(b"\n").rstrip(b"\r\n")

    def early(self, seconds):
        """Does it speak within this time?"""
        self.sock.settimeout(seconds)
        try:
            return self.more()
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(LIMIT)

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Gone from error

    def start_tls(self, context):
        try:
            self.sock = context.wrap_socket(self.sock, server_side=True)
        except OSError as error:
            raise Gone from error

    def end(self):
        """Close without losing what was said last."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        while self.more():
            pass


class Server:
    """What all have in common: commands, answers, and a STARTTLS that keeps
    its buffer over the handshake (CVE-2011-0411).

    context   for TLS; without one STARTTLS is not offered
    sound     what was kept is thrown away
    waits     the kept lines are answered together with the next ones
    refuses   STARTTLS with something behind it is refused, and the session
              ends
    stays     the same, but it goes on, in plain text
    """

    greeting = go_ahead = refusal = b""
    regreeting = b""  # said unasked under TLS
    upgrade = b"STARTTLS"
    farewell = b"QUIT"

    def __init__(self, context=None, *, sound=False, waits=False,
                 refuses=False, stays=False):
        self.context = context
        self.sound, self.waits = sound, waits
        self.refuses, self.stays = refuses, stays
        self.commands = []  # (in TLS?, line)
        self.tls = False

    def __call__(self, peer):
        self.tls = False
        client = Client(peer.sock)
        try:
            self.talk(client)
        finally:
            client.end()

    def talk(self, client):
        client.send(self.greeting)
        while True:
            line = self.read(client)
            self.commands.append((self.tls, line))
            words = self.words(line)
            if words == self.upgrade and self.offers():
                self.begin_tls(client, line)
            else:
                client.send(self.answer(client, line))
            if words == self.farewell:
                return

    def read(self, client):
        return client.line()

    def offers(self):
        """Can TLS begin now?"""
        return self.context is not None and not self.tls

    def begin_tls(self, client, line):
        if client.data and (self.refuses or self.stays):
            client.send(self.tagged(line, self.refusal))
            if self.refuses:
                raise Gone
            return
        client.send(self.tagged(line, self.go_ahead))
        if self.sound:
            client.data = b""
        client.waits = self.waits
        client.start_tls(self.context)
        self.tls = True
        client.send(self.regreeting)

    def words(self, line):
        """The command without its tag."""
        return line.upper()

    def tagged(self, line, reply):
        """The reply to this line."""
        return reply

    def answer(self, client, line):
        """The reply to anything but STARTTLS."""
        raise NotImplementedError


class Smtp(Server):
    hello = b"EHLO"
    offered = b"PIPELINING"
    greeting = b"220 fake ESMTP\r\n"
    go_ahead = b"220 go ahead\r\n"
    refusal = b"554 5.5.0 you talk too soon\r\n"
    data_ends = b"\r\n.\r\n"
    replies = {b"MAIL": b"250 sender ok\r\n", b"RSET": b"250 forgotten\r\n",
               b"NOOP": b"250 nothing done\r\n", b"QUIT": b"221 bye\r\n"}

    def __init__(self, *how, **more):
        super().__init__(*how, **more)
        self.sender = False
        self.mails = []

    def answer(self, client, line):
        verb = line[:4].upper()
        if verb == self.hello:
            tls = b"250-STARTTLS\r\n" if self.offers() else b""
            self.sender = False
            return b"250-fake\r\n" + tls + b"250 " + self.offered + b"\r\n"
        if verb == b"MAIL":
            self.sender = True
        elif verb == b"RSET":
            self.sender = False
        elif verb == b"RCPT":
            return (b"250 recipient ok\r\n" if self.sender
                    else b"503 MAIL first\r\n")
        elif verb == b"DATA":
            client.send(b"354 go on\r\n")
            self.mails.append(self.body(client))
            return b"250 kept\r\n"
        return self.replies.get(verb, b"500 what?\r\n")

    def body(self, client):
        client.data = b"\r\n" + client.data
        return client.until(self.data_ends)


class Lmtp(Smtp):
    hello = b"LHLO"


class Smuggled(Smtp):
    """Data also ends at other bytes than CR LF . CR LF."""

    def __init__(self, ending, *how, **more):
        super().__init__(*how, **more)
        self.ending = ending

    def body(self, client):
        client.data = b"\r\n" + client.data
        endings = [self.data_ends] + ([] if self.sound else [self.ending])
        while True:
            found = [(client.data.index(end), end) for end in endings
                     if end in client.data]
            if found:
                return client.until(min(found)[1])
            if not client.more():
                raise Gone


class Fussy(Smtp):
    """Ends the session at a line feed or carriage return that is alone;
    never vulnerable."""

    def body(self, client):
        body = super().body(client)
        rest = body.replace(b"\r\n", b"")
        if b"\r" in rest or b"\n" in rest:
            client.send(b"521 5.5.2 bare CR or LF received\r\n")
            raise Gone
        return body


class Hasty(Smtp):
    """Takes commands that come before its greeting."""

    def talk(self, client):
        if self.sound and client.early(2):
            client.send(b"554 5.5.0 you talk too soon\r\n")
            return
        super().talk(client)


class Forgetful(Smtp):
    """Offers PIPELINING and takes one command of a segment."""

    most_at_once = 0  # lines

    def answer(self, client, line):
        self.most_at_once = max(self.most_at_once,
                                1 + client.data.count(b"\n"))
        if not self.sound:
            client.data = b""
        return super().answer(client, line)


class Cutting(Smtp):
    """Reads commands into 512 octets, and takes the rest of a longer line
    for the next command."""

    def read(self, client):
        if self.sound:
            line = client.line()
            return line if len(line) <= 510 else b"TOO LONG"
        while b"\n" not in client.data and len(client.data) < 512:
            if not client.more():
                raise Gone
        line = client.data[:512].split(b"\n")[0]
        client.data = client.data[len(line):].removeprefix(b"\n")
        return line.rstrip(b"\r")


class Trusting(Smtp):
    """Takes the end of the connection for the end of the message."""

    def body(self, client):
        client.data = b"\r\n" + client.data
        while self.data_ends not in client.data:
            if not client.more() and self.sound:
                raise Gone
            if client.eof:
                return client.data
        return client.until(self.data_ends)


class Pop3(Server):
    greeting = b"+OK fake\r\n"
    go_ahead = b"+OK go ahead\r\n"
    refusal = b"-ERR you talk too soon\r\n"
    upgrade = b"STLS"

    def answer(self, client, line):
        word = self.words(line)
        if word == b"CAPA":
            offered = b"STLS\r\n" if self.offers() else b""
            return b"+OK\r\n" + offered + b"USER\r\n.\r\n"
        return b"+OK bye\r\n" if word == b"QUIT" else b"-ERR what?\r\n"


class Imap(Server):
    greeting = b"* OK fake\r\n"
    go_ahead = b"OK go ahead\r\n"
    refusal = b"BAD you talk too soon\r\n"
    farewell = b"LOGOUT"

    def words(self, line):
        return line.upper().partition(b" ")[2]

    def tagged(self, line, reply):
        return line.partition(b" ")[0] + b" " + reply

    def answer(self, client, line):
        word = self.words(line)
        offered = b" STARTTLS" if self.offers() else b""
        untagged = {
            b"CAPABILITY": b"* CAPABILITY IMAP4rev1" + offered + b"\r\n",
            b"NOOP": b"", b"LOGOUT": b"* BYE\r\n"}
        if word in untagged:
            return untagged[word] + self.tagged(line, b"OK done\r\n")
        return self.tagged(line, b"BAD what?\r\n")


class Nntp(Server):
    greeting = b"200 fake\r\n"
    go_ahead = b"382 go ahead\r\n"
    refusal = b"502 you talk too soon\r\n"

    def answer(self, client, line):
        offered = b"STARTTLS\r\n" if self.offers() else b""
        replies = {
            b"CAPABILITIES":
                b"101 list\r\nVERSION 2\r\n" + offered + b".\r\n",
            b"DATE": b"111 20220101000000\r\n",
            b"QUIT": b"205 bye\r\n"}
        return replies.get(self.words(line), b"500 what?\r\n")


class Sieve(Server):
    go_ahead = b'OK "go ahead"\r\n'
    refusal = b'BYE "you talk too soon"\r\n'
    regreeting = b'"IMPLEMENTATION" "fake"\r\nOK "hello again"\r\n'
    farewell = b"LOGOUT"

    @property
    def greeting(self):
        tls = b'"STARTTLS"\r\n' if self.offers() else b""
        return b'"IMPLEMENTATION" "fake"\r\n' + tls + b'OK "hello"\r\n'

    def answer(self, client, line):
        word = self.words(line)
        if word.startswith(b"NOOP "):
            return b"OK (TAG " + line[5:] + b') "done"\r\n'
        return b'OK "bye"\r\n' if word == b"LOGOUT" else b'NO "what?"\r\n'
