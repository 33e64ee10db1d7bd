# SPDX-License-Identifier: ISC
"""Sessions of other protocols, recorded with a real server and played again.

What such a server says again under --match=text is what does not change."""

import base64

import pytest

import ircserver
import smallservers
import xmppserver
from retold import bad, secrets_env, tap

TOKEN = base64.b64encode(b"\0alice\0wonderland").decode()
OPEN = ("<stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>")
AUTH = ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
        f"{TOKEN}</auth>")
BIND = ("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:"
        "xmpp-bind'><resource>telex</resource></bind></iq>")
PING = ("<iq type='get' id='1' to='localhost'><ping xmlns='urn:xmpp:ping'/>"
        "</iq>")


def http(path, *header, verb="GET", body=""):
    return "\n".join([f"{verb} {path} HTTP/1.1", "Host: localhost", *header,
                      "", body])


SCRIPTS = {
    "irc": "NICK rec\nUSER rec 0 * :rec\nJOIN #a\nTOPIC #a :<b>\\x\n"
           "PRIVMSG nobody :x\nPING :y\nWHOIS rec\nPART #a\nQUIT\n",
    "xmpp": "\n".join([OPEN, AUTH, OPEN, BIND, PING, "</stream:stream>", ""]),
    "http": http("/text") + http("/none") + http("/gone")
    + http("/plain/one.txt") + http("/chunked/small.txt")
    + http("/upload", "Content-Length: 7", verb="POST", body="a\n\nb\n")
    + http("/text", verb="HEAD") + http("/text", "Connection: close"),
    "redis": "SET r:a \"one two\"\nGET r:a\nGET r:none\nDEL r:none\n"
             "MGET r:a r:none\nECHO \"\"\nFROB\nAUTH alice wonderland\n"
             "PING\nQUIT\n",
    "memcached": "set m:a 0 0 5\nhello\nget m:a m:none\nset m:b 7 0 0\n\n"
                 "add m:a 0 0 1\nx\nget m:b\nincr m:none 1\nfrob\nquit\n",
    "dict": "CLIENT test\nSHOW DB\nDEFINE * dots\nDEFINE * codes\n"
            "DEFINE * none\nMATCH * prefix a\nFROB\nQUIT\n",
}
SECRETS = {"xmpp": [TOKEN], "redis": ["wonderland"]}
TEXT = ["redis", "memcached"]


@pytest.fixture(params=SCRIPTS)
def server(request, authority):
    """(scheme, port)"""
    name = request.param
    kinds = {"http": smallservers.Nginx, "redis": smallservers.Redis,
             "memcached": smallservers.Memcached, "dict": smallservers.Dictd}
    if name in kinds:
        if kinds[name].missing():
            pytest.skip(kinds[name].missing())
        with kinds[name](authority) as one:
            if name == "http":
                (one.files / "plain/one.txt").write_text("x" * 100000)
                (one.files / "chunked/small.txt").write_text("small\n")
            yield name, one.port
        return
    one = (ircserver.Irc if name == "irc" else xmppserver.Xmpp)(authority)
    try:
        with one.run():
            yield name, one.port
    finally:
        one.remove()


def test_here_again(telex, server, tmp_path):
    name, port = server
    log = tmp_path / "session.telex"
    ran = telex.run("-o", log, "--no-history", "-i", 10,
                    f"{name}://localhost:{port}", input=SCRIPTS[name])
    assert ran.status in (0, 4, 5), ran
    secrets = SECRETS.get(name, [])
    text = log.read_text()
    for secret in secrets:
        assert secret not in text
    # The file says where.
    for mode in ["status"] + ["text"] * (name in TEXT):
        ran = telex.run("--replay", "--tap", "--match", mode, "-i", 10, log,
                        env=secrets_env(secrets))
        points = tap(ran)
        assert ran.status == 0 and not bad(points) and len(points) > 3, ran
