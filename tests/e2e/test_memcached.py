# SPDX-License-Identifier: ISC
"""memcached's text protocol with a real server."""

import random

import pytest

import exchanges
from fakes import Fake, torn
from smallservers import Memcached, served


@pytest.fixture(scope="module")
def memcached(authority):
    yield from served(Memcached, authority)


@pytest.fixture
def url(memcached):
    return f"memcached://127.0.0.1:{memcached.port}"


def test_storage(telex, url):
    ran = telex.run(url, input=(
        "set m:a 0 0 5\nhello\nget m:a m:none\nadd m:a 0 0 1\nx\n"
        "append m:a 0 0 5\n\nEND\nget m:a\nset m:b 7 0 0\n\nget m:b\n"
        "delete m:a\ndelete m:a\nincr m:a 1\ntouch m:b 0\nmn\n"))
    assert ran.out == (
        b"STORED\r\nVALUE m:a 0 5\r\nhello\r\nEND\r\nNOT_STORED\r\nSTORED\r\n"
        b"VALUE m:a 0 10\r\nhello\r\nEND\r\nEND\r\nSTORED\r\n"
        b"VALUE m:b 7 0\r\n\r\nEND\r\nDELETED\r\nNOT_FOUND\r\nNOT_FOUND\r\n"
        b"TOUCHED\r\nMN\r\n"), ran
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize("lines, status", [
    ("frob", 5), ("GET x", 5), ("set m:s 0 0 x", 5), ("incr m:none 1", 0),
    ("set m:s 0 0 3\nhello", 5), ("set m:s 0 0 2000000\n" + "x" * 2000000, 5),
    ("get " + "k" * 251, 5), ("shutdown", 5), ("delete m:none", 0)])
def test_statuses(telex, url, lines, status):
    """Each time the session goes on behind it."""
    ran = telex.run(url, input=lines + "\nmn\n")
    assert ran.status == status, ran
    assert ran.out.count(b"\r\n") == 2
    assert ran.out.endswith(b"\r\nMN\r\n")


def test_out_of_memory(telex):
    def play(peer):
        peer.until(b"\r\nhi\r\n")
        peer.send(b"SERVER_ERROR out of memory storing object\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"memcached://127.0.0.1:{fake.port}",
                        input="set a 0 0 2\nhi\n")
    assert ran.status == 4, ran


def test_quiet(telex, url):
    ran = telex.run(url, input=(
        "set m:q 0 0 5 noreply\nhello\nset m:n 0 0 1 noreply\n5\n"
        "incr m:n 2 noreply\nget m:q m:n\ndelete m:q noreply\nget m:q\n"
        "ms m:q 2 q\nhi\nmg m:q v q\nmg m:none v q\nmn\nmn\n"))
    assert (ran.status, ran.out) == (
        0, b"VALUE m:q 0 5\r\nhello\r\nVALUE m:n 0 1\r\n7\r\nEND\r\nEND\r\n"
        b"VA 2\r\nhi\r\nMN\r\nMN\r\n"), ran
    assert ran.err == ""


def test_a_value_of_half_a_megabyte(telex, url):
    value = b"line\r\n" * 87381 + b"12"
    ran = telex.run(url, input=b"set m:big 0 0 524288\n" + value
                    + b"\nget m:big\nmn\n")
    assert ran.status == 0
    assert ran.out == (b"STORED\r\nVALUE m:big 0 524288\r\n" + value
                       + b"\r\nEND\r\nMN\r\n")


def test_lists(telex, url):
    ran = telex.run("-v", url, stderr=-2, input=(
        "set m:l 0 0 1\nx\nstats\nstats items\nstats settings\nstats reset\n"
        "stats detail on\nstats detail dump\nstats conns\n"
        "lru_crawler metadump all\nme m:l\nmn\n"))
    assert ran.status == 0, ran
    parts = [part.split(b"\n", 1) for part in ran.out.split(b"C: ")[1:]]
    assert len(parts) == 11
    for line, reply in parts:
        end = {b"stats reset": b"RESET", b"stats detail on": b"OK",
               b"set m:l 0 0 1": b"STORED", b"mn": b"MN"}.get(line, b"END")
        assert reply.endswith(end + b"\r\n") or reply.startswith(b"ME "), line


def test_quit(telex, url):
    """The server closes without an answer."""
    ran = telex.run(url, input="mn\nquit\nmn\n")
    assert (ran.status, ran.out) == (0, b"MN\r\n"), ran
    assert "the rest was not sent" in ran.err
    ran = telex.run(url, input="quit\n")
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    ran = telex.run("--eof=quit", url, input="mn\n")
    assert (ran.status, ran.out) == (0, b"MN\r\n"), ran


def test_at_a_terminal(sit, url):
    person = sit(url)
    person.wait_prompt("memcached> ")
    person.enter("set m:t 0 0 8")
    person.wait_prompt("literal 10> ")
    person.enter("one")
    person.wait_prompt("literal 5> ")
    person.enter("two")
    person.wait_for("STORED")
    person.wait_prompt("memcached> ")
    person.talk("get m:t", "END", "memcached> ")
    rows = person.everything().splitlines()
    at = rows.index("VALUE m:t 0 8")
    assert rows[at:at + 5] == ["VALUE m:t 0 8", "one", "two", "END",
                               "memcached>"]
    person.enter("quit")
    person.wait_for("closed by the server")
    assert person.status() == 0


def test_a_log(sit, url, telex):
    person = sit(url)
    person.wait_prompt("memcached> ")
    person.talk("watch mutations", "OK", "memcached> ")
    assert telex.run(url, input="set m:w 0 0 1\nx\n").status == 0
    person.wait_for("key=m%3Aw")
    assert "nobody asked" not in person.everything()
    person.type("\004")
    assert person.status() == 0


def test_every_cut(telex):
    reply = b"VALUE a 0 4\r\n\r\n\r\n\r\nVALUE b 0 0\r\n\r\nEND\r\n"

    def play(peer):
        peer.line()
        peer.send(*torn(reply), pause=0.001)
        assert peer.line() == b"mn"
        peer.send(b"MN\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"memcached://127.0.0.1:{fake.port}",
                        input="get a b\nmn\n")
    assert (ran.status, ran.out) == (0, reply + b"MN\r\n"), ran


def test_a_thousand_commands(telex, url, memcached):
    rng = random.Random(11211)
    plain = exchanges.Plain(memcached.port)

    def values():
        text = b""
        while True:
            line = plain.line()
            text += line
            if not line.startswith(b"VALUE"):
                return text
            text += plain.octets(int(line.split()[3]) + 2)

    def meta():
        line = plain.line()
        if line.startswith(b"VA "):
            line += plain.octets(int(line.split()[1]) + 2)
        return line
    plain.ask(plain.line, "flush_all")
    for number in range(1000):
        key = f"k{rng.randrange(20)}"
        data = rng.choice(["", str(number), "END", "x" * 3000, "VALUE a 0 9"])
        kind = rng.randrange(12)
        if kind < 3:
            verb = rng.choice(["set", "add", "replace", "append", "prepend"])
            plain.ask(plain.line, f"{verb} {key} 0 0 {len(data)}",
                      data=[data])
        elif kind == 3:
            plain.ask(exchanges.nothing,
                      f"set {key} 0 0 {len(data)} noreply", data=[data])
        elif kind < 6:
            plain.ask(values, f"get {key} none k1 k2")
        elif kind == 6:
            plain.ask(plain.line, f"incr {key} 1")
        elif kind == 7:
            plain.ask(plain.line, rng.choice([f"delete {key}", "frob", "",
                                              f"touch {key} 0", "version"]))
        elif kind == 8:
            plain.ask(lambda: plain.lines(b"END"), "stats items")
        elif kind == 9:
            plain.ask(plain.line, f"ms {key} {len(data)} T0", data=[data])
        elif kind == 10:
            plain.ask(meta, f"mg {key} v f")
        else:
            plain.ask(exchanges.nothing, f"mg {key} v q", "mg none v q")
            plain.ask(lambda: plain.lines(b"MN"), "mn")
    # The ages of items, and whether they were touched this second.
    status = exchanges.check(telex, url, plain,
                             changing=rb"STAT items:.*\r\n")
    assert status == 5
