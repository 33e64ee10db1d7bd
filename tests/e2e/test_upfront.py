# SPDX-License-Identifier: ISC
"""TLS that begins in binary, up front: LDAP, PostgreSQL, MySQL, Telnet."""

import contextlib
import os
import re
import socket
import struct
import subprocess
import time

import pytest

from conftest import Ran
from directories import MariaDB, Postgres, Slapd
from fakes import Fake
from servers import Authority
from tlspeer import Peer, make_ca, make_cert

KINDS = {"ldap": Slapd, "postgres": Postgres, "mysql": MariaDB}


# --- what is said in TLS, and how the answer shows it ---

def packet(number, content):
    """One of MySQL."""
    return struct.pack("<I", len(content))[:3] + bytes([number]) + content


def message(letter, content):
    """One of PostgreSQL."""
    return letter + struct.pack(">I", len(content) + 4) + content


def ber(tag, *parts):
    """An element of LDAP, shorter than 128 bytes."""
    content = b"".join(parts)
    return bytes([tag, len(content)]) + content


# An anonymous bind, then all of the server's own entry.
LDAP_TALK = (
    ber(0x30, ber(2, b"\1"),
        ber(0x60, ber(2, b"\3"), ber(4), ber(0x80)))
    + ber(0x30, ber(2, b"\2"),
          ber(0x63, ber(4), ber(10, b"\0"), ber(10, b"\0"), ber(2, b"\0"),
              ber(2, b"\0"), ber(1, b"\0"), ber(0x87, b"objectClass"),
              ber(0x30, ber(4, b"+")))))
POSTGRES_TALK = (
    message(b"", struct.pack(">I", 3 << 16)
            + b"user\0tester\0database\0postgres\0\0")
    + message(b"Q", b"select 'over ' || version from pg_stat_ssl "
                    b"where pid = pg_backend_pid()\0")
    + message(b"X", b""))
MYSQL_TALK = (
    packet(2, struct.pack("<IIB23x", 0x000aaa05, 1 << 24, 45)
           + b"root\0\0mysql_native_password\0")
    + packet(0, b"\3show status like 'Ssl_version'"))

TALKS = {
    "ldap": (LDAP_TALK, [bytes.fromhex("300c02010161070a010004000400"),
                         b"1.3.6.1.4.1.1466.20037",
                         ber(0x65, ber(10, b"\0"), ber(4), ber(4))]),
    "postgres": (POSTGRES_TALK, [b"R\0\0\0\x08\0\0\0\0", b"over TLSv1."]),
    "mysql": (MYSQL_TALK, [b"Ssl_version\x07TLSv1."]),
}


@pytest.fixture(scope="module", params=KINDS)
def real(request, authority):
    """A real server that is not running yet."""
    server = KINDS[request.param](authority)
    server.name = request.param
    yield server
    server.remove()


@pytest.fixture(scope="module")
def running(real):
    with real.run() as port:
        real.port = port
        yield real


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"))


def converse(telex, *words, script, answers):
    """Send the script; its end comes only when the last answer did: slapd
    drops what it is asked in front of an end."""
    process = telex.start("--raw", *words)
    process.stdin.write(script)
    process.stdin.flush()
    out = b""
    while answers[-1] not in out:
        more = os.read(process.stdout.fileno(), 65536)
        if not more:
            break
        out += more
    rest, err = process.communicate(timeout=30)
    return Ran(process.returncode, out + rest, err)


def test_certificate_is_verified_and_the_stream_works(telex, running,
                                                      authority):
    script, answers = TALKS[running.name]
    ran = converse(telex, f"-S={running.name}", "--cafile",
                   authority.cafile, "localhost", running.port,
                   script=script, answers=answers)
    assert re.search(r"TLSv1\.[23], \S+; certificate \S+ verified", ran.err)
    for answer in answers:
        assert answer in ran.out, ran
    # MariaDB may close without a word of TLS.
    rude = "without close_notify" in ran.err
    assert ran.status == (1 if rude else 0), ran
    assert not rude or running.name == "mysql", ran


def test_wrong_authority_is_refused(telex, running, stranger):
    script, _ = TALKS[running.name]
    ran = telex.run("--raw", "-vvv", f"-S={running.name}", "--cafile",
                    stranger.cafile, "localhost", running.port,
                    input=script)
    assert ran.status == 3, ran
    assert "not to be trusted" in ran.err
    assert ran.out == b""
    # Nothing but the preamble was sent.
    sent = [line[:6] for line in ran.lines("> ")]
    assert sent.count("> 0000") == 1, ran


def test_insecure_goes_on(telex, running, stranger):
    ran = telex.run("-k", f"-S={running.name}", "--cafile", stranger.cafile,
                    "-N=close", "localhost", running.port, input=b"")
    assert ran.status == 0, ran
    assert "NOT VERIFIED" in ran.err


def test_certificates_are_shown(telex, running, authority):
    ran = telex.run(f"-S={running.name}", "--cafile", authority.cafile,
                    "--show-certs", "-N=close", "localhost", running.port,
                    input=b"")
    assert ran.status == 0, ran
    assert "CN" in ran.err and "localhost" in ran.err


def test_s_client_words(telex, running, authority):
    ran = telex.run("-starttls", running.name, "-connect",
                    f"localhost:{running.port}", "-CAfile",
                    authority.cafile, "-N=close", input=b"")
    assert ran.status == 0, ran
    assert "verified" in ran.err and "NOT" not in ran.err


NO_TLS = {
    "ldap": r"TLS was not begun: the server refused it: protocolError \(2\)"
            r': "unsupported extended operation"',
    "postgres": "TLS was not begun: the server has no TLS",
    "mysql": r'TLS was not begun: the server has no TLS.*"5\.5\.5-10\.',
}


@pytest.fixture
def plain(real, authority):
    server = KINDS[real.name](authority)
    server.name = real.name
    with server.run(tls=False) as port:
        server.port = port
        yield server
    server.remove()


def test_server_without_tls_refuses(telex, plain):
    ran = telex.run("--raw", f"-S={plain.name}", "-k", "localhost",
                    plain.port, input=TALKS[plain.name][0])
    assert ran.status == 3, ran
    assert re.search(NO_TLS[plain.name], ran.err), ran
    assert ran.out == b""


def test_plain_stream_needs_no_tls(telex, plain):
    if plain.name == "mysql":
        # The number of the first packet is the handshake's without TLS.
        script = packet(1, struct.pack("<IIB23x", 0x000aa205, 1 << 24, 45)
                        + b"root\0\0mysql_native_password\0") + packet(
                            0, b"\3select 6*7")
        answers = [b"\x0242"]
    elif plain.name == "postgres":
        script = (POSTGRES_TALK[:POSTGRES_TALK.index(b"Q")]
                  + message(b"Q", b"select 6*7\0") + message(b"X", b""))
        answers = [b"R\0\0\0\x08\0\0\0\0", b"\0\0\0\x0242"]
    else:
        script, answers = LDAP_TALK, TALKS["ldap"][1][:1]
    ran = converse(telex, "-P", plain.name, "localhost", plain.port,
                   script=script, answers=answers)
    assert ran.status == 0, ran
    for answer in answers:
        assert answer in ran.out, ran
    assert "binary" not in ran.err


def test_ldaps(telex, authority):
    server = Slapd(authority)
    try:
        with server.run(scheme="ldaps") as port:
            ran = converse(telex, "--cafile", authority.cafile,
                           f"ldaps://localhost:{port}",
                           script=LDAP_TALK, answers=TALKS["ldap"][1])
    finally:
        server.remove()
    assert ran.status == 0, ran
    for answer in TALKS["ldap"][1]:
        assert answer in ran.out, ran


def test_too_many_connections(telex, authority):
    server = MariaDB(authority)
    try:
        with server.run() as port, contextlib.ExitStack() as stack:
            for number in range(20):
                one = socket.create_connection(("127.0.0.1", port), 5)
                stack.enter_context(one)
                one.recv(5)
                if number > 10:  # a place of others may have become free
                    ran = telex.run("-S=mysql", "localhost", port)
                    if "Too many" in ran.err:
                        break
    finally:
        server.remove()
    assert ran.status == 3, ran
    assert ('the server refused this session: "Too many connections"'
            in ran.err), ran


# --- servers made for the purpose ---

OID = b"1.3.6.1.4.1.1466.20037"
LDAP_YES = bytes.fromhex("300c02010178070a010004000400")
MYSQL_HELLO = packet(0, b"\x0a8.0.36\0" + b"\7\0\0\0abcdefgh\0"
                     + b"\xff\xff\x2d\2\0\xff\xcf\x15" + bytes(10)
                     + b"abcdefghijkl\0caching_sha2_password\0")
DO, FOLLOWS = b"\xff\xfd.", b"\xff\xfa.\1\xff\xf0"


def take(talk, number):
    """So many bytes of the client, and none of its handshake."""
    data = b""
    while len(data) < number:
        more = talk.conn.recv(number - len(data))
        assert more, f"the client closed after {data!r}"
        data += more
    return data


def ldap(talk, send):
    request = take(talk, 31)
    send(LDAP_YES)
    return request


def postgres(talk, send):
    request = take(talk, 8)
    send(b"S")
    return request


def mysql(talk, send):
    send(MYSQL_HELLO)
    return take(talk, 36)


def telnet(talk, send):
    """As a server does that `openssl s_client` understands."""
    send(DO)
    request = take(talk, 9)
    send(FOLLOWS)
    return request


PREAMBLES = {"ldap": ldap, "postgres": postgres, "mysql": mysql,
             "telnet": telnet}


@pytest.fixture(scope="module")
def certs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certs")
    ca = make_ca(folder)
    return ca, make_cert(folder, "good", ca)


@pytest.fixture(params=PREAMBLES)
def name(request):
    return request.param


def echoing(name, certs, how="send"):
    """The preamble, TLS, and then what the client says comes back."""
    def act(talk):
        request = PREAMBLES[name](talk, getattr(talk, how))
        talk.start_tls(certs[1].context())
        talk.send(b"welcome\r\n")
        talk.send(b"you said " + talk.line() + b"\r\n")
        talk.end_tls()
        return request
    return act


@pytest.mark.parametrize("how", ["send", "trickle"])
def test_preamble_in_one_piece_and_in_many(telex, certs, name, how):
    with Peer(echoing(name, certs, how)) as peer:
        ran = telex.run(f"-S={name}", "--cafile", certs[0].cert,
                        "localhost", peer.port, input="something\n")
        peer.result()
    assert ran.status == 0, ran
    assert ran.out == b"welcome\r\nyou said something\r\n"
    assert re.search("certificate CN=localhost verified", ran.err)


def test_scheme_of_a_url(telex, certs, name):
    with Peer(echoing(name, certs)) as peer:
        ran = telex.run("-S", "--cafile", certs[0].cert,
                        f"{name}://localhost:{peer.port}",
                        input="something\n")
        peer.result()
    assert ran.status == 0, ran
    assert ran.out.endswith(b"you said something\r\n")


def test_openssl_says_the_same(telex, certs, name):
    with Peer(echoing(name, certs)) as peer:
        telex.run(f"-S={name}", "--cafile", certs[0].cert, "localhost",
                  peer.port, input="something\n")
        ours = peer.result()
    with Peer(echoing(name, certs)) as peer:
        subprocess.run(["openssl", "s_client", "-quiet", "-starttls", name,
                        "-CAfile", certs[0].cert, "-connect",
                        f"localhost:{peer.port}"], input=b"something\r\n",
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=30, check=False)
        theirs = peer.result()
    if name == "mysql":
        # The flags and the character set are each client's own.
        ours, theirs = ([x[:4], x[8:12], x[13:]] for x in (ours, theirs))
    assert ours == theirs


def test_typed(sit, certs, name):
    with Peer(echoing(name, certs)) as peer:
        person = sit(f"-S={name}", "--cafile", certs[0].cert, "localhost",
                     peer.port)
        person.wait_for("welcome")
        person.wait_prompt(f"{name}+tls> ")
        person.enter("something")
        person.wait_for("you said something")
        peer.result()
        assert person.status() == 0
    assert ("option" if name == "telnet" else "binary") in (
        person.everything())


GO_AHEADS = {"ldap": (31, LDAP_YES), "postgres": (8, b"S"),
             "mysql": (0, MYSQL_HELLO), "telnet": (3, DO + FOLLOWS)}


@pytest.mark.parametrize("behind", [b"X", b"\x16\x03\x03\0\x01\0",
                                    b"220 injected\r\n"])
def test_bytes_behind_the_go_ahead_are_refused(telex, certs, name, behind):
    def act(talk):
        first, yes = GO_AHEADS[name]
        take(talk, first)
        talk.send(yes + behind)
        return talk.rest(5)
    with Peer(act) as peer:
        ran = telex.run(f"-S={name}", "-k", "localhost", peer.port,
                        input="secret\n")
        sent = peer.result()
    assert ran.status == 3, ran
    assert (f"{len(behind)} byte{'s' if len(behind) > 1 else ''} of plain "
            "text came behind the go-ahead") in ran.err
    assert b"secret" not in sent and b"\x16\x03" not in sent


@pytest.mark.parametrize("said", [b"220 mail.example.org ESMTP\r\n",
                                  b"HTTP/1.1 400 Bad Request\r\n\r\n",
                                  b"\x1b]0;title\x07\x1b[31m"])
def test_other_server_is_quoted(telex, name, said):
    with Fake(lambda peer: (peer.send(said), peer.rest())) as fake:
        ran = telex.run(f"-S={name}", "-k", "-i", 5, "localhost", fake.port)
    assert ran.status == 3, ran
    assert "TLS was not begun" in ran.err
    assert "\x1b" not in ran.err and "\x07" not in ran.err
    assert re.search(r'"(220 mail|HTTP/1\.1 400|\\x1b\]0;title)', ran.err)


def test_alert_of_tls(telex, name):
    """This port is for TLS from the first byte."""
    def play(peer):
        peer.send(b"\x15\x03\x01\0\x02\x02\x46")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"-S={name}", "-k", "localhost", fake.port)
    assert ran.status == 3, ran
    assert "try -T" in ran.err


BEGINNINGS = [(name, data[:cut])
              for name, data in (("ldap", LDAP_YES), ("postgres", b"S"),
                                 ("postgres", b"E\0\0\0\x20SFATAL\0"),
                                 ("mysql", MYSQL_HELLO[:24]),
                                 ("telnet", DO + FOLLOWS))
              for cut in sorted({0, len(data) // 2, len(data) - 1})]


@pytest.mark.parametrize("who, said", BEGINNINGS)
def test_half_an_answer_ends_by_time(telex, who, said):
    def play(peer):
        time.sleep(0.1)
        peer.send(said)
        peer.rest()
    with Fake(play) as fake:
        begin = time.monotonic()
        ran = telex.run(f"-S={who}", "-k", "-w", 0.5, "localhost", fake.port)
        spent = time.monotonic() - begin
    assert ran.status == 7, ran
    assert "did not answer in 0.5 s" in ran.err
    assert spent < 20


@pytest.mark.parametrize("who, said", BEGINNINGS)
def test_half_an_answer_and_the_end(telex, who, said):
    def play(peer):
        if who != "mysql":
            peer.early(5)
        peer.send(said)
        peer.half_close()
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"-S={who}", "-k", "localhost", fake.port)
    assert ran.status == 1, ran
    assert "before TLS was begun" in ran.err


FLOODS = {
    "ldap": [b"\x30\x84\x7f\xff\xff\xff", b"\x30\x82\x40\0", b"\x30\x80"],
    "postgres": [b"E\0\x7f\xff\xff", b"Eno end ", b"E\xff\xff\xff\xff"],
    "mysql": [b"\xff\xff\xff\0", b"\xfc\x3f\0\0\x0a", b"\0\0\0\0"],
    "telnet": [b"\xff\xf1" * 9000, b"\xff\xfa" + b"a" * 20000,
               b"\xff\xfd\x18" * 9000],
}


@pytest.mark.parametrize("number", range(3))
def test_endless_answer_is_refused(telex, name, number):
    def play(peer):
        if name != "mysql":
            peer.early(5)
        peer.send(FLOODS[name][number])
        for _ in range(2000):
            peer.send(b"\xff\xf1" * 512)
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"-S={name}", "-k", "localhost", fake.port)
    assert ran.status == 3, ran
    assert "TLS was not begun" in ran.err
    assert len(ran.err) < 3000


# The requests of a telnetd, which does not know START_TLS.
TELNETD = b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"


def test_telnetd_refuses(telex):
    def play(peer):
        peer.send(TELNETD)
        peer.until(b"\xff\xfb.")
        peer.send(b"\xff\xfe.")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run("-S=telnet", "localhost", fake.port)
    received = bytes(fake.peers[0].received)
    assert ran.status == 3, ran
    assert "the server does not want START_TLS (IAC DONT)" in ran.err
    assert received == (b"\xff\xfb." + TELNETD.replace(b"\xfd", b"\xfc"))


def test_telnetd_that_asks_nothing_of_options_refuses(telex):
    """The draft's order without the server's DO before our WILL."""
    def play(peer):
        peer.until(b"\xff\xfb.")
        peer.send(b"\xff\xfe.")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run("-S=telnet", "localhost", fake.port)
    assert ran.status == 3, ran
    assert "IAC DONT" in ran.err


# --- without TLS ---

@pytest.mark.parametrize("options, told", [
    (("-P",), True), (("--raw", "-P"), False), (("-q", "-P"), False)])
def test_note_of_a_binary_protocol(telex, name, options, told):
    with Fake(lambda peer: peer.rest()) as fake:
        ran = telex.run(*options, name, "localhost", fake.port, input="a\n")
    assert bytes(fake.peers[0].received) == (
        b"a\n" if "--raw" in options else b"a\r\n")
    assert ran.status == 0, ran
    word = "option" if name == "telnet" else "--raw sends bytes as they are"
    assert (word in ran.err) == told, ran


def test_port_tells_the_protocol(telex):
    """-S is not refused where the port tells such a protocol."""
    for port in (389, 5432, 3306, 23):
        ran = telex.run("-S", "-w", 2, "127.77.31.7", port)
        assert ran.status == 1, ran


def test_port_of_ldaps_has_no_starttls(telex):
    ran = telex.run("-S", "ldaps://localhost")
    assert ran.status == 2, ran
