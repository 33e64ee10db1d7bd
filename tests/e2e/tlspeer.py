# SPDX-License-Identifier: ISC
"""Peers that speak TLS well or badly, and certificates for them.

A Peer is a server for one connection in a thread of its own, on a port that
the system chose; a function of the test plays its part with a Talk.  Every
wait has a limit.
"""

import hashlib
import os
import queue
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

LIMIT = 30
HANDSHAKE = 22


def openssl(*words, **how):
    subprocess.run(["openssl", *(str(word) for word in words)], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE, timeout=30, **how)


class Identity:
    """A certificate and its key, in files."""

    def __init__(self, folder, name):
        self.cert = Path(folder) / f"{name}.pem"
        self.key = Path(folder) / f"{name}.key"

    def digest(self):
        """The SHA-256 of the certificate."""
        text = self.cert.read_text()
        begin = text.index("-----BEGIN CERT")
        der = ssl.PEM_cert_to_DER_cert(
            text[begin:text.index("-----END CERTIFICATE-----") + 25] + "\n")
        return _sha256(der)

    def key_digest(self):
        """The SHA-256 of the public key."""
        done = subprocess.run(
            ["openssl", "pkey", "-in", str(self.key), "-pubout", "-outform",
             "DER"], check=True, stdout=subprocess.PIPE, timeout=30)
        return _sha256(done.stdout)

    def context(self, **how):
        return server_context(self, **how)


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def make_ca(folder, name="Test CA"):
    """A CA that signs itself."""
    ca = Identity(folder, name.replace(" ", "-"))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", ca.key, "-out",
            ca.cert, "-days", "30", "-subj", f"/O=telex tests/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign")
    return ca


def make_cert(folder, name, ca=None, san="DNS:localhost,IP:127.0.0.1",
              cn="localhost", days=30):
    """A server's certificate; signed by itself without a CA."""
    made = Identity(folder, name)
    request = made.cert.with_suffix(".csr")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", made.key, "-out", request, "-utf8",
            "-subj", f"/CN={cn}", "-addext", f"subjectAltName={san}")
    signer = (["-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial"] if ca
              else ["-signkey", made.key])
    openssl("x509", "-req", "-in", request, "-copy_extensions", "copy",
            "-out", made.cert, "-days", days, *signer)
    return made


def server_context(identity, low=None, high=None, tickets=None,
                   client_ca=None, require=False, alpn=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.cert, identity.key)
    if low:
        context.minimum_version = low
    if high:
        context.maximum_version = high
    if tickets is not None:
        context.num_tickets = tickets
    if client_ca:
        context.load_verify_locations(client_ca.cert)
        context.verify_mode = (ssl.CERT_REQUIRED if require
                               else ssl.CERT_OPTIONAL)
    if alpn:
        context.set_alpn_protocols(alpn)
    return context


def not_tls(data):
    """What is left of these bytes when the TLS records are taken off."""
    while len(data) >= 5 and 20 <= data[0] <= 23 and data[1] == 3:
        data = data[5 + int.from_bytes(data[3:5], "big"):]
    return data


class Gone(Exception):
    """The client has closed, or said nothing in time."""


class Talk:
    """One connection, in plain text and then in TLS."""

    def __init__(self, conn):
        self.conn = conn
        conn.settimeout(LIMIT)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.tls = None
        self.sni = None
        self.said = []       # (in TLS?, line) of the client

    # what comes

    def _more(self):
        if self.tls is None:
            data = self._receive()
        else:
            while True:
                try:
                    data = self.tls.read(65536)
                    break
                except ssl.SSLWantReadError:
                    self._flush()
                    data = self._receive()
                    if not data:
                        break
                    self.incoming.write(data)
        if not data:
            raise Gone
        self.data += data

    def _receive(self):
        try:
            return self.conn.recv(65536)
        except (ConnectionError, socket.timeout):
            return b""

    def line(self):
        """The next line without its end; it must end in CR LF."""
        while b"\n" not in self.data:
            self._more()
        line, self.data = self.data.split(b"\n", 1)
        assert line.endswith(b"\r"), line
        self.said.append((self.tls is not None, line[:-1]))
        return line[:-1]

    def rest(self, limit=LIMIT):
        """All raw bytes up to the end, or for so many seconds."""
        data, self.data = self.data, b""
        end = time.monotonic() + limit
        while (left := end - time.monotonic()) > 0:
            self.conn.settimeout(left)
            more = self._receive()
            if not more:
                break
            data += more
        self.conn.settimeout(LIMIT)
        return data

    # what goes

    def send(self, data, size=16384):
        """In TLS, in records of this size."""
        if self.tls is None:
            self.conn.sendall(data)
            return
        for at in range(0, len(data), size):
            self.tls.write(data[at:at + size])
        self._flush()

    def trickle(self, data):
        """One byte a segment."""
        for at in range(len(data)):
            self.send(data[at:at + 1])
            time.sleep(0.005)

    def _flush(self):
        data = self.outgoing.read()
        if data:
            self.conn.sendall(data)

    # TLS

    def start_tls(self, context):
        assert self.data == b"", "bytes before the handshake"
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context.sni_callback = self._heard_sni
        tls = context.wrap_bio(self.incoming, self.outgoing,
                               server_side=True)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
                data = self._receive()
                if not data:
                    raise Gone from None
                self.incoming.write(data)
            except ssl.SSLError:
                self._flush()
                raise Gone from None
        self._flush()
        self.tls = tls

    def _heard_sni(self, tls, name, context):
        self.sni = name

    def end_tls(self):
        """close_notify, then FIN."""
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass
        try:
            self._flush()
        except ConnectionError:
            pass
        self.close()

    def close(self):
        """FIN without a word; what the client still says is read."""
        try:
            self.conn.shutdown(socket.SHUT_WR)
        except OSError:
            return
        self.conn.settimeout(2)
        while self._receive():
            pass

    # SMTP

    def hello(self, words=(b"STARTTLS",)):
        """Greet, and answer EHLO."""
        self.send(b"220 fake ESMTP\r\n")
        self.ehlo(words)

    def ehlo(self, words=()):
        line = self.line()
        assert line[:4].upper() in (b"EHLO", b"LHLO"), line
        lines = [b"fake", *words]
        self.send(b"".join(
            b"250%c%s\r\n" % (b"-" if i < len(lines) - 1 else b" ", word)
            for i, word in enumerate(lines)))

    def upto_starttls(self):
        """Everything before the go-ahead."""
        self.hello()
        line = self.line()
        assert line == b"STARTTLS", line

    def upgrade(self, context):
        self.upto_starttls()
        self.send(b"220 go ahead\r\n")
        self.start_tls(context)

    def serve(self):
        """Be agreeable until QUIT."""
        while True:
            line = self.line()
            word = line.split(b" ")[0].upper()
            if word == b"EHLO":
                self.send(b"250-fake\r\n250 SIZE 1000\r\n")
            elif word == b"QUIT":
                self.send(b"221 bye\r\n")
                return
            else:
                self.send(b"250 ok\r\n")


class Peer:
    """with Peer(act) as peer: ... telex ... peer.port ... peer.result()."""

    def __init__(self, act):
        self.act = act
        self.talk = None
        self.done = queue.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(LIMIT)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            conn, _ = self.listener.accept()
        except OSError as error:
            self.done.put((None, error))
            return
        self.talk = Talk(conn)
        try:
            self.done.put((self.act(self.talk), None))
        except (Gone, ConnectionError):
            self.done.put((None, None))
        except BaseException as error:
            self.done.put((None, error))
        finally:
            conn.close()

    def result(self):
        """What the function returned; an error of it is raised here."""
        value, error = self.done.get(timeout=3 * LIMIT)
        if error is not None:
            raise error
        return value

    @property
    def said(self):
        return self.talk.said if self.talk else []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.talk is None:
            self._wake()
        self.thread.join(2 * LIMIT)
        self.listener.close()

    def _wake(self):
        """Nobody came: end the wait for them."""
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            pass


class Opener:
    """`openssl s_server`, driven by the letters it takes on its stdin."""

    def __init__(self, identity, *words, env=None):
        self.process = subprocess.Popen(
            # Unbuffered: it says at once what its letters have done.
            ["stdbuf", "-o0", "openssl", "s_server", "-accept",
             "127.0.0.1:0", "-cert", str(identity.cert), "-key",
             str(identity.key), "-crlf", *words],
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, bufsize=0)
        self.heard = b""
        self.at = 0
        self.news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        line = self.wait_for(b"ACCEPT 127.0.0.1:", b"\n")
        self.port = int(line)

    def _read(self):
        while data := self.process.stdout.read(65536):
            with self.news:
                self.heard += data
                self.news.notify_all()
        with self.news:
            self.heard += b"\nEND OF S_SERVER\n"
            self.news.notify_all()

    def wait_for(self, text, until=b""):
        """Wait for this text behind the last one; what follows it."""
        with self.news:
            def there():
                begin = self.heard.find(text, self.at)
                if begin < 0:
                    return None
                end = self.heard.find(until, begin + len(text))
                return None if end < 0 else (begin + len(text), end)
            found = self.news.wait_for(lambda: there() is not None, LIMIT)
            assert found, (text, self.heard[-2000:])
            begin, end = there()
            self.at = end
            return self.heard[begin:end]

    def type(self, text):
        self.process.stdin.write(text + b"\n")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait(LIMIT)
        self.process.stdin.close()
