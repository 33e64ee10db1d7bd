# SPDX-License-Identifier: ISC
"""Through proxies to a server, and what a proxy in front of it would say."""

import base64
import re
import signal
import time

import pytest

from daemons import free_port
from fakes import Fake
from nameserver import Knot, needs_knot
from proxies import (PASSWORD, USER, Dante, Haproxy, Microsocks, Squid,
                     Tinyproxy)
from smallservers import served
from servers import MailServer

SECRET = {"TELEX_PROXY_PASSWORD": PASSWORD}
TINY = {"TELEX_PROXY_PASSWORD": Tinyproxy.password}
QUIT = ["-c", "QUIT"]


def fixture_of(kind):
    @pytest.fixture(scope="module", name=kind.__name__.lower())
    def make(authority):
        yield from served(kind, authority)
    return make


fixture_dante = fixture_of(Dante)
fixture_microsocks = fixture_of(Microsocks)
fixture_squid = fixture_of(Squid)
fixture_tinyproxy = fixture_of(Tinyproxy)


@pytest.fixture(scope="module", name="mail")
def fixture_mail():
    with MailServer() as server:
        yield server


def complaint(ran, status=1):
    """The one line that says why it failed."""
    assert ran.status == status, ran
    assert ran.out == b"", ran
    lines = ran.lines("telex: ")
    assert len(lines) == 1, ran
    return lines[0]


# --- real proxies


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks4"])
def test_socks_leads_there(telex, dante, mail, kind):
    ran = telex.run("-v", f"--proxy={kind}://127.0.0.1:{dante.port}",
                    f"smtp://localhost:{mail.port}", *QUIT)
    assert ran.status == 0, ran
    assert ran.out == b"220 mail.example.test test\r\n221 Bye\r\n"
    assert (f"localhost (by {kind}://127.0.0.1:{dante.port}) "
            f"port {mail.port}, smtp") in ran.err


def test_socks4a_takes_an_address(telex, dante, mail):
    ran = telex.run("-x", f"socks4a://127.0.0.1:{dante.port}",
                    f"smtp://127.0.0.1:{mail.port}", *QUIT)
    assert ran.status == 0, ran


def test_ipv6_behind_proxies(telex, dante, microsocks, tinyproxy):
    with MailServer(host="::1") as six:
        for url in (f"socks5://127.0.0.1:{dante.port}",
                    f"socks5://{USER}@127.0.0.1:{microsocks.port}"):
            ran = telex.run("-x", url, f"smtp://[::1]:{six.port}", *QUIT,
                            env=SECRET)
            assert ran.status == 0, ran
        ran = telex.run("-x", f"http://{USER}@127.0.0.1:{tinyproxy.port}",
                        f"smtp://[::1]:{six.port}", *QUIT, env=TINY)
        assert ran.status == 0, ran
        ran = telex.run("-x", f"socks4://127.0.0.1:{dante.port}",
                        f"smtp://[::1]:{six.port}", *QUIT)
        assert "SOCKS 4 has no IPv6 addresses" in complaint(ran)


@pytest.mark.parametrize("target, why", [
    ("127.0.0.1:7", "the proxy says: not allowed by its rules"),
    ("127.0.0.1:{free}", "the proxy says: connection refused"),
    ("no.such.invalid:25", "the proxy says: host unreachable"),
])
def test_a_refusal_of_socks_5_in_words(telex, dante, target, why):
    target = target.format(free=free_port())
    url = f"socks5://127.0.0.1:{dante.port}"
    ran = telex.run("-x", url, target, *QUIT)
    line = complaint(ran)
    assert line.startswith("telex: cannot connect to "
                           f"{target.replace(':', ' port ')} by {url}: {why}")


def test_socks_with_a_password(telex, microsocks, mail):
    place = f"127.0.0.1:{microsocks.port}"
    to = f"smtp://localhost:{mail.port}"
    ran = telex.run("-x", f"socks5://{USER}@{place}", to, *QUIT, env=SECRET)
    assert ran.status == 0, ran
    assert ran.out == b"220 mail.example.test test\r\n221 Bye\r\n"
    assert USER not in ran.err and PASSWORD not in ran.err
    ran = telex.run("-x", f"socks5://{place}", to, *QUIT, env=SECRET)
    assert "the proxy wants to know who asks" in complaint(ran)
    ran = telex.run("-x", f"socks5://{USER}@{place}", to, *QUIT,
                    env={"TELEX_PROXY_PASSWORD": "wrong"})
    assert "refuses this user or password" in complaint(ran)


def test_http_with_a_password(telex, tinyproxy, mail):
    place = f"127.0.0.1:{tinyproxy.port}"
    to = f"smtp://localhost:{mail.port}"
    ran = telex.run("-v", "-x", f"http://{USER}@{place}", to, *QUIT, env=TINY)
    assert ran.status == 0, ran
    assert ran.out == b"220 mail.example.test test\r\n221 Bye\r\n"
    assert f"localhost (by http://{place}) port {mail.port}, smtp" in ran.err
    ran = telex.run("-x", f"http://{place}", to, *QUIT)
    line = complaint(ran)
    assert '"HTTP/1.' in line and " 407 " in line
    assert "-x http://USER@..." in line
    ran = telex.run("-x", f"http://{USER}@{place}", to, *QUIT, env=SECRET)
    assert "is the password right?" in complaint(ran)
    ran = telex.run("-x", f"http://{USER}@{place}",
                    f"127.0.0.1:{free_port()}", *QUIT, env=TINY)
    assert "(is a server running there?)" in complaint(ran)


def test_http_of_squid(telex, authority, squid):
    url = f"http://127.0.0.1:{squid.port}"
    with MailServer(starttls=authority.server_side()) as server:
        ran = telex.run("-S", "--cafile", authority.cafile, "-x", url,
                        f"smtp://localhost:{server.port}", *QUIT)
    assert ran.status == 0, ran
    assert "certificate CN=localhost verified" in ran.err
    ran = telex.run("-x", url, "127.0.0.1:7", *QUIT)
    assert '403 Forbidden" (do its rules allow this port?)' in complaint(ran)
    ran = telex.run("-x", url, f"127.0.0.1:{free_port()}", *QUIT)
    assert "(is a server running there?)" in complaint(ran)


def test_the_password_is_asked_for_unseen(sit, microsocks, mail):
    person = sit("-x", f"socks5://{USER}@127.0.0.1:{microsocks.port}",
                 f"smtp://localhost:{mail.port}", columns=120)
    person.wait_for(f"password of {USER} at "
               f"socks5://127.0.0.1:{microsocks.port}:")
    person.type(PASSWORD + "\r")
    person.wait_for("220 mail.example.test")
    person.wait_for("smtp>")
    assert PASSWORD.encode() not in person.raw
    person.enter("QUIT")
    assert person.status() == 0


def test_the_question_has_a_line_of_its_own_behind_open(sit, microsocks, mail):
    person = sit("-x", f"socks5://{USER}@127.0.0.1:{microsocks.port}",
                 columns=120)
    person.wait_prompt("telex> ")
    place = f"open smtp://localhost:{mail.port}"
    person.enter(place)
    person.wait_for("password of ")
    assert f"telex> {place}" in person.rows()
    person.type(PASSWORD + "\r")
    person.wait_prompt("smtp> ")


def test_the_password_is_asked_for_until_it_is_right(sit, microsocks, mail):
    person = sit("-x", f"socks5://{USER}@127.0.0.1:{microsocks.port}",
                 columns=120)
    person.wait_prompt("telex> ")
    place = f"open smtp://localhost:{mail.port}"
    for count, word in enumerate(("wrong", PASSWORD), 1):
        person.enter(place)
        person.wait_for("password of ", count=count)
        person.enter(word)
        person.wait_prompt("telex> " if word == "wrong" else "smtp> ")
    assert "the proxy refuses this user or password" in person.everything()
    person.local("close", "telex> ")
    person.enter(place)
    person.wait_prompt("smtp> ")
    assert person.everything().count("password of ") == 2
    assert PASSWORD.encode() not in person.raw


def test_without_a_terminal_there_must_be_a_password(telex, mail):
    process = telex.start("-x", "socks5://alice@127.0.0.1:1", "localhost",
                          mail.port, start_new_session=True)
    out, err = process.communicate(b"", 20)
    assert process.returncode == 2 and out == b""
    assert b"TELEX_PROXY_PASSWORD may hold it" in err


@pytest.mark.parametrize("words", [["-T"], ["-S"]])
def test_tls_verifies_the_name_behind_the_proxy(telex, authority, dante,
                                                words):
    context = authority.server_side()
    how = {"tls": context} if words == ["-T"] else {"starttls": context}
    with MailServer(**how) as server:
        url = f"socks5://127.0.0.1:{dante.port}"
        ran = telex.run(*words, "--cafile", authority.cafile, "-x", url,
                        "-P", "smtp", f"localhost:{server.port}", *QUIT)
        assert ran.status == 0, ran
        assert "certificate CN=localhost verified" in ran.err
        ran = telex.run(*words, "--cafile", authority.cafile, "-x", url,
                        "--verify-name=other.example.test",
                        "-P", "smtp", f"localhost:{server.port}", *QUIT)
        assert ran.status == 3, ran


def test_open_goes_through_the_proxy(sit, dante, mail):
    person = sit("-x", f"socks5://127.0.0.1:{dante.port}", columns=120)
    person.wait_for("telex>")
    person.enter(f"open smtp://localhost:{mail.port}")
    person.wait_for(f"localhost (by socks5://127.0.0.1:{dante.port})")
    person.wait_for("220 mail.example.test")
    person.enter("QUIT")
    person.wait_for("221")


def test_a_replay_goes_through_the_proxy(telex, dante, mail, tmp_path):
    talk = tmp_path / "a.telex"
    talk.write_text("S: 220 x\nC: QUIT\nS: 221 x\n")
    ran = telex.run("-x", f"socks5://127.0.0.1:{dante.port}", "--replay",
                    f"smtp://localhost:{mail.port}", talk)
    assert ran.status == 0, ran


def test_bulk_through_a_proxy(telex, dante, tmp_path):
    size = 8 << 20

    def source(peer):
        peer.until(b"go\r\n")
        peer.send(bytes(range(256)) * (size // 256))

    with Fake(source) as fake:
        ran = telex.run("-P", "raw", "-x", f"socks5://127.0.0.1:{dante.port}",
                        f"localhost:{fake.port}", "-c", "go")
    assert ran.status == 0, ran.err
    assert ran.out == bytes(range(256)) * (size // 256)


# --- what a proxy is told, and bad ones


class Torn:
    """A proxy that says these pieces, each after what is to come before."""

    def __init__(self, *steps, pause=0.0):
        self.steps, self.pause = steps, pause

    def __call__(self, peer):
        self.told = []
        for wanted, reply in self.steps:
            self.told.append(peer.octets(wanted) if isinstance(wanted, int)
                             else peer.until(wanted))
            pieces = [reply[i:i + 1] for i in range(len(reply))]
            if self.pause:
                peer.send(*pieces, pause=self.pause)
            else:
                peer.send(reply)
        peer.line()
        peer.send(b"221 bye\r\n")


GREETING = b"220 mail ESMTP\r\n"
GRANTED = b"\5\0\0\1\0\0\0\0\0\0"


def through(telex, url, play, *words, target="mx.example.test:25", **how):
    with Fake(play) as fake:
        ran = telex.run("-x", url.format(port=fake.port), *QUIT, "-P", "smtp",
                        target, *words, **how)
        fake.done()
    assert ran.status == 0, ran
    assert ran.out == GREETING + b"221 bye\r\n"
    return play.told


@pytest.mark.parametrize("pause", [0, 0.005])
def test_the_name_goes_to_the_proxy(telex, pause):
    """The greeting comes with the proxy's answer, in one piece or torn."""
    socks5 = Torn((3, b"\5\0"), (22, GRANTED + GREETING), pause=pause)
    told = through(telex, "socks5://127.0.0.1:{port}", socks5)
    assert told == [b"\5\1\0", b"\5\1\0\3\17mx.example.test\0\31"]
    socks4a = Torn((28, b"\0\132\0\0\0\0\0\0" + GREETING), pause=pause)
    told = through(telex, "socks4a://bob@127.0.0.1:{port}", socks4a)
    assert told == [b"\4\1\0\31\0\0\0\1bob\0mx.example.test\0"]
    http = Torn((b"\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + GREETING),
                pause=pause)
    told = through(telex, "http://bob@127.0.0.1:{port}", http,
                   env={"TELEX_PROXY_PASSWORD": "x:y"})
    assert told == [
        b"CONNECT mx.example.test:25 HTTP/1.1\r\n"
        b"Host: mx.example.test:25\r\nProxy-Authorization: Basic "
        + base64.b64encode(b"bob:x:y") + b"\r\n\r\n"]


def test_a_name_beyond_ascii_goes_as_an_a_label(telex):
    http = Torn((b"\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n" + GREETING))
    told = through(telex, "http://127.0.0.1:{port}", http,
                   target="bücher.example.test:25")
    assert told[0].startswith(b"CONNECT xn--bcher-kva.example.test:25 HTTP/")


@needs_knot
def test_mail_exchangers_are_looked_up_here_and_reached_there(telex):
    zone = {"example.test": "@ MX 10 first\n@ MX 20 second\n"}
    names = []

    def play(peer):
        peer.octets(3)
        peer.send(b"\5\0")
        names.append(peer.octets(peer.octets(5)[4] + 2)[:-2])
        if len(names) == 1:
            peer.send(b"\5\5\0\1\0\0\0\0\0\0")
        else:
            peer.send(GRANTED + GREETING)
            peer.line()
            peer.send(b"221 bye\r\n")

    with Knot(zone) as knot, Fake(play) as fake:
        ran = telex.run("-v", "--dns", knot.address, "-m", "example.test",
                        "-x", f"socks5://127.0.0.1:{fake.port}", *QUIT)
    assert ran.status == 0, ran
    assert ran.out == GREETING + b"221 bye\r\n"
    assert names == [b"first.example.test", b"second.example.test"]
    assert "the proxy says: connection refused" in ran.err


def test_numeric_is_about_our_own_look_ups(telex):
    socks5 = Torn((3, b"\5\0"), (22, GRANTED + GREETING))
    through(telex, "socks5://127.0.0.1:{port}", socks5, "-n")
    ran = telex.run("-n", "-x", "socks5://localhost:1", "h:25", *QUIT)
    assert "-n" in complaint(ran, 2) or "address" in complaint(ran, 2)


def test_source_and_family_are_of_the_way_to_the_proxy(telex):
    seen = []

    def play(peer):
        seen.append(peer.address[0])
        Torn((3, b"\5\0"), (22, GRANTED + GREETING))(peer)

    play.told = None
    through(telex, "socks5://localhost:{port}", play, "-s", "127.0.0.9", "-4")
    assert seen == ["127.0.0.9"]


@pytest.mark.parametrize("kind, says, why", [
    ("socks5", b"HTTP/1.1 400 Bad Request\r\n\r\n",
     'no SOCKS answer (try http://): "H'),
    ("socks5", b"\0[\0\0\0\0\0\0", "no SOCKS 5 answer (try socks4a://)"),
    ("socks5", b"220 m\033[31m\r\n",
     'no SOCKS answer (is it a proxy?): "220 m\\x1b[31m"'),
    ("socks5", b"", "the proxy closed the connection (is it one for SOCKS 5"),
    ("socks4a", b"\5\377", "no SOCKS 4 answer (try socks5://)"),
    ("http", b"220 mail\r\n",
     'no HTTP answer (is it a proxy?): "220 mail"'),
    ("http", b"HTTP/1.1 403 \033[31m\r\n\r\n",
     'the proxy says: "HTTP/1.1 403 \\x1b[31m" (do its rules'),
    ("http", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 20000,
     "its answer does not end"),
    ("http", b"HTTP/1.1 200 OK\r\nA: b\r\n",
     "the proxy closed the connection (is it one for HTTP?)"),
])
def test_what_is_no_proxy_is_told(telex, kind, says, why):
    def play(peer):
        peer.send(says)
        try:
            peer.half_close()
        except OSError:
            return  # the client has gone
        peer.rest()

    with Fake(play) as fake:
        ran = telex.run("-x", f"{kind}://127.0.0.1:{fake.port}",
                        "mx.example.test:25", *QUIT)
    line = complaint(ran)
    assert line.startswith("telex: cannot connect to mx.example.test port 25 "
                           f"by {kind}://127.0.0.1:{fake.port}: {why}"), line


def test_a_proxy_that_is_not_there(telex):
    ran = telex.run("-x", f"socks5://127.0.0.1:{free_port()}", "h:25", *QUIT)
    line = complaint(ran)
    assert line.startswith("telex: the proxy is not reached: cannot connect")


@pytest.mark.parametrize("drip", [None, b"HTTP/1.1 200 OK\r\nA: " + b"b" * 200])
def test_silence_and_slowness_end(telex, drip):
    def play(peer):
        for byte in drip or b"":
            peer.send(bytes([byte]))
            time.sleep(0.1)
        peer.rest()

    with Fake(play) as fake:
        before = time.monotonic()
        ran = telex.run("-w", "0.6", "-x", f"http://127.0.0.1:{fake.port}",
                        "h:25", *QUIT)
        assert 0.5 < time.monotonic() - before < 10
    assert "no answer in 0.6 s" in complaint(ran, 7)


def test_a_server_that_does_not_answer_the_proxy(telex):
    def play(peer):
        peer.octets(3)
        peer.send(b"\5\0")
        peer.rest()

    with Fake(play) as fake:
        ran = telex.run("-w", "0.6", "-x", f"socks5://127.0.0.1:{fake.port}",
                        "h:25", *QUIT)
    assert "no answer in 0.6 s (does the server answer the" in complaint(ran, 7)


def test_an_interruption_ends_the_waiting(telex):
    with Fake(lambda peer: peer.rest()) as fake:
        process = telex.start("-x", f"socks5://127.0.0.1:{fake.port}", "h:25",
                              *QUIT)
        while not fake.peers or not fake.peer.received:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert out == b""
    assert process.returncode in (1, -signal.SIGINT, 130), err


@pytest.mark.parametrize("words, why", [
    (["-x", "proxy:1080", "h:25"], "--proxy takes a URL"),
    (["-x", "ftp://proxy", "h:25"], "ftp: not a kind of proxy"),
    (["-x", "http://", "h:25"], "the proxy's host is missing (http://HOST)"),
    (["-x", "socks5://a:hush@proxy", "h:25"], "holds a password"),
    (["-x", "socks5://p", "-x", "http://q", "h:25"], "two proxies"),
    (["-x", "socks5://p", "-U", "/x"], "no proxy leads to a path"),
    (["-x", "socks5://p", "unix:/x"], "no proxy leads to a Unix-domain"),
    (["-x", "socks5://p", "[fe80::1%lo]:25"], "means nothing to a proxy"),
    (["--proxy-header=v3", "h:25"], "v3: no client"),
])
def test_slips_are_told(telex, words, why):
    ran = telex.run(*words)
    assert why in complaint(ran, 2)
    assert "hush" not in ran.err


# --- the header of the PROXY protocol


@pytest.fixture(scope="module", name="haproxy")
def fixture_haproxy(authority):
    """Behind it a server that repeats the header which it was sent."""
    if Haproxy.missing():
        pytest.skip(Haproxy.missing())

    def play(peer):
        peer.send(b"220 " + peer.line() + b"\r\n")
        peer.line()
        peer.send(b"221 bye\r\n")

    with Fake(play) as behind, Haproxy(authority, behind.port) as server:
        yield server


@pytest.mark.parametrize("option, seen", [
    ("--proxy-header=192.0.2.7:4242", r"PROXY TCP4 192\.0\.2\.7 127\.0\.0\.1 "
     r"4242 {port}"),
    ("--proxy-header=v2,192.0.2.7:4242", r"PROXY TCP4 192\.0\.2\.7 "
     r"127\.0\.0\.1 4242 {port}"),
    ("--proxy-header=2001:db8::7", r"PROXY TCP6 2001:db8::7 "
     r"::ffff:127\.0\.0\.1 \d+ {port}"),
    ("--proxy-header=v2,[2001:db8::7]:99", r"PROXY TCP6 2001:db8::7 "
     r"::ffff:127\.0\.0\.1 99 {port}"),
    ("--proxy-header", r"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ {port}"),
    ("--proxy-header=v2", r"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ {port}"),
])
def test_haproxy_believes_the_header(telex, haproxy, authority, option, seen):
    for words, port in (([], haproxy.port),
                        (["-T", "--cafile", authority.cafile],
                         haproxy.tls_port)):
        ran = telex.run("-P", "smtp", "-vv", option, *words, *QUIT,
                        f"localhost:{port}", "-4")
        assert ran.status == 0, ran
        said = re.escape("220 ").encode() + seen.format(port=port).encode()
        assert re.match(said + rb"\r\n221 bye\r\n$", ran.out), ran
        note = "sent before all else: " + seen.format(port=port)
        assert re.search(note + r"( \(in version 2\))?$", ran.err, re.M), ran


def test_haproxy_wants_a_header(telex, haproxy):
    ran = telex.run("-P", "smtp", *QUIT, f"127.0.0.1:{haproxy.port}",
                    "-i", "5")
    assert ran.status in (1, 7), ran


def test_the_header_goes_through_the_tunnel(telex, haproxy, dante, tmp_path):
    log = tmp_path / "log.telex"
    ran = telex.run("-P", "smtp", "--proxy-header=192.0.2.7:4242", *QUIT,
                    "-x", f"socks5://127.0.0.1:{dante.port}", "-o", log,
                    f"localhost:{haproxy.port}")
    assert ran.status == 0, ran
    assert ran.out.startswith(b"220 PROXY TCP4 192.0.2.7 ")
    assert "C: PROXY" not in log.read_text()


def test_postfix_believes_the_header(telex, postfix):
    for version in ("v1", "v2"):
        ran = telex.run("-P", "smtp", f"--proxy-header={version},192.0.2.77",
                        f"127.0.0.1:{postfix.proxied_port}", "-c",
                        "EHLO client.example.test", "-c", "MAIL FROM:<a@b.c>",
                        "-c", "RCPT TO:<box0@example.test>", *QUIT)
        assert ran.status == 0, ran
        assert b"PROXY" not in ran.out
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if postfix.log().count("connect from unknown[192.0.2.77]") >= 2:
            return
        time.sleep(0.1)
    raise AssertionError(postfix.log())


def test_without_addresses_the_header_says_so(telex, tmp_path):
    def play(peer):
        peer.send(b"220 " + peer.line() + b"\r\n")
        peer.line()
        peer.send(b"221 bye\r\n")

    path = tmp_path / "socket"
    with Fake(play, path=path):
        ran = telex.run("-P", "smtp", "--proxy-header", *QUIT, "-U", path)
    assert ran.out == b"220 PROXY UNKNOWN\r\n221 bye\r\n"


def test_xclient_is_completed_and_begins_anew(sit, postfix):
    person = sit(f"smtp://127.0.0.1:{postfix.port}")
    person.wait_for("220 ")
    person.enter("EHLO client.example.test")
    person.wait_for("250 CHUNKING")
    person.wait_prompt()
    person.type("XCL\t")
    person.wait_row("smtp> XCLIENT")
    person.enter(" ADDR=192.0.2.7 NAME=spam.example.test")
    person.wait_for("220 mail.example.test")
    person.enter("MAIL FROM:<a@b.example>")
    person.wait_for("503 5.5.1 Error: send HELO/EHLO first")
    person.enter("QUIT")
    assert person.status() == 0
