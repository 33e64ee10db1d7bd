# SPDX-License-Identifier: ISC
"""XMPP with Prosody, and with servers that behave oddly."""

import base64
import random
import re
import time

import pytest

from fakes import Fake, Puppet, torn
from xmppserver import Xmpp

NS_TLS = "urn:ietf:params:xml:ns:xmpp-tls"
OPEN = ("<stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>")
STARTTLS = f"<starttls xmlns='{NS_TLS}'/>"
PROCEED = f"<proceed xmlns='{NS_TLS}'/>".encode()
CLOSE = "</stream:stream>"
TOKEN = base64.b64encode(b"\0alice\0wonderland").decode()
AUTH = ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
        f"{TOKEN}</auth>")
BIND = ("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:"
        "xmpp-bind'><resource>telex</resource></bind></iq>")
LOGIN = [OPEN, AUTH, OPEN, BIND]
HEADER = (b"<?xml version='1.0'?><stream:stream id='1' version='1.0' "
          b"xmlns:stream='http://etherx.jabber.org/streams'>")


def ping(number):
    return (f"<iq type='get' id='{number}' to='localhost'>"
            "<ping xmlns='urn:xmpp:ping'/></iq>")


@pytest.fixture(scope="module")
def xmpp(authority):
    server = Xmpp(authority)
    try:
        with server.run():
            yield server
    finally:
        server.remove()


def url(port, scheme="xmpp", host="localhost"):
    return f"{scheme}://{host}:{port}"


def script(*lines):
    return "".join(line + "\n" for line in lines)


def chunks(text):
    """[(a line of ours, what came until the next)] of -v's output."""
    parts = re.split(r"C: (.*)\n", text.decode())
    return list(zip(parts[1::2], parts[2::2]))


def both(telex, *words, input, timeout=60):
    """Run it with both its outputs in one."""
    with telex.start("-v", "-i", 15, *words, stderr=-2) as process:
        shown, _ = process.communicate(input.encode(), timeout)
    return process.returncode, shown


# --- the real server ---

def test_script(telex, xmpp):
    status, shown = both(telex, url(xmpp.port),
                         input=script("<?xml version='1.0'?>" + OPEN,
                                      *LOGIN[1:], ping(1), CLOSE))
    assert status == 0, shown
    asked = chunks(shown)
    assert TOKEN.encode() not in shown
    assert asked[0][1].endswith("</stream:features>")
    assert asked[1][0].endswith("mechanism='PLAIN'>********")
    assert asked[1][1].startswith("<success ")
    assert "alice@localhost/telex" in asked[3][1]
    assert re.fullmatch("<iq [^>]*id='1'[^>]*/>", asked[4][1])
    assert asked[5] == (CLOSE, CLOSE)


def test_stdout_has_the_very_bytes(telex, xmpp):
    ran = telex.run("-i", 10, url(xmpp.port),
                    input=script(*LOGIN, ping(1), CLOSE))
    assert ran.status == 0, ran
    assert b"\n" not in ran.out
    assert ran.out.endswith(b"/>" + CLOSE.encode())


def test_secret_is_written_without_its_tags(telex, xmpp, tmp_path):
    """What a transcript asks for is the secret alone, for each login."""
    log = tmp_path / "x.telex"
    ran = telex.run("-i", 10, "-o", log, url(xmpp.port),
                    input=script(*LOGIN, CLOSE))
    assert ran.status == 0, ran
    assert "mechanism='PLAIN'>${secret:1}</auth>\\c\n" in log.read_text()
    assert TOKEN not in log.read_text()
    for secret, status in (TOKEN, 0), ("AGFsaWNlAHg=", 6):
        ran = telex.run("-i", 10, "-r", log, env={"TELEX_SECRET_1": secret})
        assert ran.status == status, ran


def test_wrong_password(telex, xmpp):
    wrong = AUTH.replace(TOKEN, "AGFsaWNlAHg=")
    ran = telex.run("-i", 10, url(xmpp.port), input=script(OPEN, wrong, CLOSE))
    assert ran.status == 5, ran
    assert b"<not-authorized/>" in ran.out
    assert ran.out.endswith(b"</failure></stream:stream>")


def test_unknown_host_ends_the_stream(telex, xmpp):
    ran = telex.run("-i", 10, url(xmpp.port),
                    input=script(OPEN.replace("localhost", "nowhere")))
    assert ran.status == 5, ran
    assert b"<host-unknown " in ran.out


def test_starttls_in_a_script(telex, xmpp, authority):
    ran = telex.run("-i", 10, "--cafile", authority.cafile, url(xmpp.port),
                    input=script(OPEN, STARTTLS, *LOGIN, CLOSE))
    assert ran.status == 0, ran
    assert PROCEED + b"<?xml" in ran.out
    assert "CN=localhost verified" in ran.err
    assert b"alice@localhost/telex" in ran.out


def test_starttls_up_front(telex, xmpp, authority):
    ran = telex.run("-S", "-i", 10, "--cafile", authority.cafile,
                    url(xmpp.port), input=script(*LOGIN, CLOSE))
    assert ran.status == 0, ran
    assert PROCEED in ran.out and "verified" in ran.err
    assert b"alice@localhost/telex" in ran.out


def test_starttls_between_servers(telex, xmpp, authority):
    ran = telex.run("-S=xmpp-server", "-v", "-i", 10, "--cafile",
                    authority.cafile, "localhost", xmpp.server_port)
    assert "verified" in ran.err and PROCEED in ran.out, ran
    assert "xmlns='jabber:server'" in ran.err
    assert ran.status == 0, ran


@pytest.mark.parametrize("words", [["-T", "-P", "xmpp"], []])
def test_tls_port(telex, xmpp, authority, words):
    where = ["localhost", xmpp.tls_port] if words else [
        url(xmpp.tls_port, "xmpps")]
    ran = telex.run("-i", 10, "--cafile", authority.cafile, *words, *where,
                    input=script(*LOGIN, CLOSE))
    assert ran.status == 0, ran
    assert "verified" in ran.err and b"alice@localhost/telex" in ran.out


def test_typed(sit, telex, xmpp, authority):
    person = sit("--cafile", authority.cafile, url(xmpp.port), columns=120)
    person.wait_prompt("xmpp> ")
    person.enter(OPEN)
    person.wait_for("\n</stream:features>")
    person.wait_prompt("xmpp> ")
    # Each element has a line of its own.
    assert "\n<mechanism>\nPLAIN</mechanism>\n" in person.everything()
    person.enter(STARTTLS)
    person.wait_for("verified")
    person.wait_prompt("xmpp+tls> ")
    person.enter(OPEN)
    person.wait_for("\n</stream:features>", count=2)
    person.wait_prompt("xmpp+tls> ")
    person.enter(AUTH)
    person.wait_for("<success ")
    person.wait_prompt("xmpp+tls> ")
    person.enter("<iq type='get'")
    person.wait_prompt("more> ")
    person.enter("id='1'/>")
    person.wait_for("</stream:error>")
    person.status()
    assert TOKEN not in telex.history.read_text()


def test_completion_knows_starttls(sit, xmpp):
    person = sit("--no-history", url(xmpp.port), columns=120)
    person.wait_prompt("xmpp> ")
    person.enter(OPEN)
    person.wait_for("\n</stream:features>")
    person.wait_prompt("xmpp> ")
    person.type("<startt")
    person.key("tab")
    person.wait_row("xmpp> " + STARTTLS)


def test_thousand_stanzas(telex, xmpp):
    dice = random.Random(6120)
    lines, ends, texts = [], [], []
    for number in range(1000):
        kind = dice.randrange(6)
        if kind == 0:
            stanza = [ping(number)]
        elif kind == 1:
            stanza = [f"<iq type='get' id='{number}' to='localhost'>",
                      "<ping", "xmlns='urn:xmpp:ping'/>", "</iq>"]
        elif kind == 2:
            stanza = [f"<iq id='{number}' type='get' to='localhost'>"
                      "<query xmlns='jabber:iq:version'/></iq>"]
        elif kind == 3:
            stanza = [f"<iq id=\"{number}\" type='set' to='localhost'>"
                      "<frob xmlns='urn:nothing'/></iq>"]
        elif kind == 4:
            text = f"1 > 0 {number}"
            stanza = ["<message to='alice@localhost/telex'><body>" + text,
                      "'\"</body></message>"]
            texts.append(text.replace(">", "&gt;"))
        else:
            stanza = [f"<presence><status>{number}</status></presence>"]
            texts.append(f"<status>{number}</status>")
        ends += [None] * (len(stanza) - 1) + [number if kind < 4 else None]
        lines += stanza
    began = time.monotonic()
    status, shown = both(telex, url(xmpp.port),
                         input=script(*LOGIN, *lines, CLOSE))
    took = time.monotonic() - began
    assert took < 40, f"{took:.1f} s: something was waited for"
    assert status == 5, shown[-2000:]  # urn:nothing
    talk = chunks(shown)[len(LOGIN):]
    assert [said for said, _ in talk] == [*lines, CLOSE]
    for number, (said, answer) in zip(ends, talk):
        found = re.findall(r"<iq [^>]*\bid='(\d+)'", answer)
        assert found == ([str(number)] if number is not None else []), said
    assert talk[-1][1].endswith(CLOSE)
    for text in texts:
        assert shown.decode().count(text) >= 1, text


# --- servers that behave oddly ---

def until(peer, end):
    return peer.until(end.encode()).decode()


def run(telex, play, text, *words):
    with Fake(play) as fake:
        ran = telex.run("-i", 10, *words, url(fake.port, host="127.0.0.1"),
                        input=text)
        fake.done()
    return ran


def test_no_blank_behind_starttls(telex):
    """RFC 6120, 5.3.1, forbids it; and everything comes byte by byte."""
    def play(peer):
        until(peer, OPEN + "\r\n")
        peer.send(*torn(HEADER + b"\r\n<stream:features>\n <x a='>'/>\n"
                        b"</stream:features>"))
        until(peer, STARTTLS)
        assert peer.early(0.3) == b""
        peer.send(*torn(f"<failure xmlns='{NS_TLS}'/>".encode()))
        peer.rest()
    ran = run(telex, play, script(OPEN, STARTTLS, OPEN))
    assert ran.status == 3, ran
    assert "the server said no" in ran.err
    assert b"\r\n<stream:features>\n <x a='>'/>\n</stream" in ran.out


@pytest.mark.parametrize("answer", [
    PROCEED + b"\n", PROCEED + b"<x/>", b"<proceed/>",
    b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    b"<proceed xmlns='x'></proceed>", b"x" + PROCEED])
def test_odd_go_ahead_is_none(telex, answer):
    def play(peer):
        until(peer, OPEN + "\r\n")
        peer.send(HEADER + b"<stream:features/>")
        until(peer, STARTTLS)
        peer.send(answer)
        assert peer.rest() == b""
    ran = run(telex, play, script(OPEN, STARTTLS, OPEN))
    assert ran.status == 3, ran


def test_missing_offer_is_told(telex):
    def play(peer):
        until(peer, "\r\n")
        peer.send(HEADER + b"<stream:features/>")
        until(peer, STARTTLS)
        peer.send(f"<failure xmlns='{NS_TLS}'/></stream:stream>".encode())
    ran = run(telex, play, "", "-S")
    assert ran.status == 3, ran
    assert "does not offer <starttls" in ran.err


@pytest.mark.parametrize("size", [65530, 65536, 200000])
def test_long_text(telex, size):
    """What does not fit into a line is no end of anything."""
    def play(peer):
        until(peer, OPEN + "\r\n")
        peer.send(HEADER + b"<stream:features/>")
        until(peer, "</iq>\r\n")
        peer.send(b"<iq type='result' id='1'><photo>" + b"x" * size
                  + b"</photo>")
        assert peer.early(0.3) == b""
        peer.send(b"</iq>")
        until(peer, CLOSE)
        peer.send(CLOSE.encode())
    ran = run(telex, play, script(OPEN, ping(1), CLOSE))
    assert ran.status == 0, ran.err
    assert len(ran.out) > size


def test_answers_of_others_do_not_count(telex):
    def play(peer):
        until(peer, OPEN + "\r\n")
        peer.send(HEADER + b"<stream:features/>")
        until(peer, "</iq>\r\n")
        peer.send(b"<iq type='result' id='2'/><message><body>id='1'</body>"
                  b"</message><iq type='get' id='1'/>\r\n")
        assert peer.early(0.3) == b""
        peer.send(b"<iq type='result' id='1'/>")
        until(peer, CLOSE)
        peer.send(CLOSE.encode())
    ran = run(telex, play, script(OPEN, ping(1), CLOSE))
    assert ran.status == 0, ran


def test_challenge_hides_the_next_line(sit, telex):
    server = Puppet(b"")
    with Fake(server) as fake:
        person = sit(url(fake.port, host="127.0.0.1"))
        person.wait_prompt("xmpp> ")
        person.enter("<auth mechanism='SCRAM-SHA-1'>bixh</auth>")
        # No line end: the Puppet waits for lines, we for the bytes.
        person.wait(lambda: server.peer.received.endswith(b"</auth>"),
                    "no <auth>")
        server.send(b"<challenge>cj1h</challenge>")
        person.wait_for("cj1h")
        person.wait(lambda: "xmpp>" not in person.row(), "no hidden prompt")
        person.enter("<response>Yz1i</response>")
        server.wait_lines(1)
        server.send(b"<success/>")
        person.wait_prompt("xmpp> ")
        server.close()
        person.status()
        assert "Yz1i" not in person.everything()
    assert "Yz1i" not in telex.history.read_text()


def test_partial_element_at_a_terminal(sit):
    server = Puppet(b"")
    with Fake(server) as fake:
        person = sit("--no-history", url(fake.port, host="127.0.0.1"))
        person.wait_prompt("xmpp> ")
        server.send(b"\r\n\r\n<message><bo")
        person.wait_for("<message>\n<bo")
        server.send(b"dy>hi</body></mess")
        person.wait_for("dy>\nhi</body>\n</mess")
        server.send(b"age>\r\n")
        # What came late stands in a line of its own, as in any protocol.
        person.wait_for("<message>\n<bo\ndy>\nhi</body>\n</mess\nage>\nxmpp>")
        server.close()
        person.status()
