# SPDX-License-Identifier: ISC
"""HTTP with a real nginx, and with servers that behave oddly."""

import gzip
import random
import re
import threading
import time

import pytest

import exchanges
from fakes import LIMIT, Fake, torn
from smallservers import Nginx


@pytest.fixture(scope="module")
def nginx(authority):
    why = Nginx.missing()
    if why:
        pytest.skip(why)
    with Nginx(authority) as server:
        big = "".join(f"line {i:06} of a large file\n" for i in range(36000))
        for folder in ("plain", "chunked", "zipped"):
            (server.files / folder / "small.txt").write_text("small\n")
            (server.files / folder / "big.txt").write_text(big)
        (server.files / "plain/one.txt").write_text("x" * 1000000)
        yield server


def url(server, scheme="http"):
    port = server.tls_port if scheme == "https" else server.port
    return f"{scheme}://127.0.0.1:{port}"


def get(path, *header, verb="GET"):
    return "\n".join([f"{verb} {path} HTTP/1.1", "Host: localhost", *header,
                      "", ""])


def bodies(out):
    """Responses cut into (code, body), by what their headers say."""
    found = []
    while out:
        head, _, out = out.partition(b"\r\n\r\n")
        code = int(head.split(b" ")[1])
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        body = b""
        if re.search(rb"\r\nTransfer-Encoding: chunked", head):
            while True:
                size, _, out = out.partition(b"\r\n")
                if int(size, 16) == 0:
                    out = out[2:]
                    break
                body += out[:int(size, 16)]
                out = out[int(size, 16) + 2:]
        elif length:
            n = int(length[1])
            body, out = out[:n], out[n:]
        found.append((code, body))
    return found


def test_one_request(telex, nginx):
    ran = telex.run(url(nginx), input=get("/text/one"))
    assert ran.status == 0, ran
    assert bodies(ran.out) == [(200, b"this is /text/one\n")]
    assert ran.err == ""


def test_two_on_one_connection(telex, nginx):
    ran = telex.run(url(nginx), input=get("/bare") + get("/text"))
    assert bodies(ran.out) == [(200, b"no line end"), (200, b"this is /text\n")]
    assert ran.status == 0


@pytest.mark.parametrize("path, status", [
    ("/nowhere", 5), ("/gone", 5), ("/busy", 4), ("/moved", 0), ("/none", 0)])
def test_statuses(telex, nginx, path, status):
    ran = telex.run(url(nginx), input=get(path) + get("/text"))
    assert ran.status == status, ran
    assert ran.out.count(b"HTTP/1.1 ") == 2


def test_fail(telex, nginx):
    ran = telex.run("--fail", url(nginx), input=get("/gone") + get("/text"))
    assert ran.status == 5
    assert bodies(ran.out) == [(410, b"gone\n")]


def test_bodies_are_exact(telex, nginx):
    big = (nginx.files / "plain/big.txt").read_bytes()
    script = (get("/plain/big.txt") + get("/chunked/big.txt")
              + get("/zipped/big.txt", "Accept-Encoding: gzip")
              + get("/plain/big.txt", "Range: bytes=5-9")
              + get("/plain/one.txt") + get("/text"))
    ran = telex.run(url(nginx), input=script)
    assert ran.status == 0, ran
    got = bodies(ran.out)
    assert [code for code, _ in got] == [200, 200, 200, 206, 200, 200]
    assert got[0][1] == big and got[1][1] == big
    assert gzip.decompress(got[2][1]) == big
    assert got[3][1] == big[5:10]
    assert got[4][1] == b"x" * 1000000


def test_an_upload(telex, nginx):
    before = len(nginx.uploads(0))
    script = (get("/upload/1", "Content-Length: 7", verb="POST") + "a=1&b=2\n"
              + get("/upload/2", "Content-Length: 8", verb="POST")
              + "line\nab\n"
              + get("/upload/3", "Transfer-Encoding: chunked", verb="POST")
              + "5\nhello\n8;x=y\n world\n\n0\nTrailer: t\n\n"
              + get("/upload/4", "Content-Length: 4",
                    "Expect: 100-continue", verb="PUT") + "wait\n"
              + get("/text"))
    ran = telex.run(url(nginx), input=script)
    assert ran.status == 0, ran
    assert ran.out.count(b"HTTP/1.1 100 Continue") == 1
    assert re.findall(rb"(\d+) octets taken", ran.out) == [
        b"7", b"8", b"13", b"4"]
    assert ran.out.endswith(b"this is /text\n")
    assert nginx.uploads(before + 4)[before:] == [
        "POST /upload/1 a=1&b=2", r"POST /upload/2 line\r\nab",
        r"POST /upload/3 hello world\r\n", "PUT /upload/4 wait"]


def test_a_large_upload(telex, nginx, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(b"x" * 999 + b"\r\n" + b"y" * 999000)
    head = get("/upload/big", "Content-Length: 1000001", verb="POST")
    ran = telex.run(url(nginx), input=head.encode() + body.read_bytes())
    assert b"1000001 octets taken" in ran.out, ran
    assert ran.status == 0


def test_an_upload_that_is_not_wanted(telex, nginx):
    """The server closes before the body is there."""
    ran = telex.run(url(nginx), input=get(
        "/tiny", "Content-Length: 1000", verb="POST") + "x" * 1000)
    assert b" 413 " in ran.out, ran
    assert ran.status == 5


def test_the_body_of_a_refused_request(telex):
    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        assert peer.line() == b"GET / HTTP/1.1"
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        assert peer.rest() == b""
    with Fake(play) as fake:
        ran = telex.run(f"http://127.0.0.1:{fake.port}", input=get(
            "/", "Content-Length: 4", "Expect: 100-continue", verb="PUT")
            + "GET!\n" + get("/"))
    assert ran.status == 5, ran
    assert "the literal was refused" in ran.err
    assert ran.out.endswith(b"ok")


def test_tls(telex, nginx):
    ran = telex.run("--cafile", nginx.ca, url(nginx, "https"),
                    input=get("/bare") + get("/text"))
    assert ran.status == 0, ran
    assert [body for _, body in bodies(ran.out)] == [
        b"no line end", b"this is /text\n"]
    ran = telex.run(url(nginx, "https"), input=get("/bare"))
    assert ran.status == 3


def test_the_request_tells_the_protocol(telex, nginx):
    """No port and no option says HTTP: nothing is waited for all the same.

    The best counts, because other programs run here.
    """
    times = []
    while len(times) < 5 or (min(times) >= 0.9 and len(times) < 15):
        began = time.monotonic()
        ran = telex.run("127.0.0.1", nginx.port,
                        input=get("/gone") + get("/text"))
        times.append(time.monotonic() - began)
        assert ran.status == 5, ran
        assert [code for code, _ in bodies(ran.out)] == [410, 200]
    assert min(times) < 0.9, times


def test_words_of_other_protocols_do_not(telex):
    def play(peer):
        peer.send(b"x\r\n" if peer.line() == b"GET key" else b"?\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run("127.0.0.1", fake.port, input="GET key\n")
    assert (ran.status, ran.out) == (0, b"x\r\n"), ran


def test_without_a_version(telex, nginx):
    ran = telex.run(url(nginx), input="GET /text\n")
    assert (ran.status, ran.out) == (0, b"this is /text\n"), ran


@pytest.mark.parametrize("body", [b"", b"x", b"a\nb", b"a\r\nb\r\n", b"\r"])
def test_up_to_the_end(telex, body):
    reply = b"HTTP/1.0 200 OK\r\n\r\n" + body

    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(*torn(reply), pause=0.002)
    with Fake(play) as fake:
        ran = telex.run(f"http://127.0.0.1:{fake.port}", input=get("/"))
    assert (ran.status, ran.out) == (0, reply), ran


def test_the_server_closes_in_a_body(telex):
    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with Fake(play) as fake:
        ran = telex.run(f"http://127.0.0.1:{fake.port}", input=get("/"))
    assert ran.status == 1, ran
    assert ran.out.endswith(b"\r\n\r\nhalf")
    assert "GET was still owed" in ran.err


def test_the_server_will_close(telex, nginx):
    ran = telex.run(url(nginx), input=get("/last") + get("/text"))
    assert bodies(ran.out) == [(200, b"the last\n")]
    assert "the conversation ended before the input" in ran.err


def test_the_end_is_missing(telex, nginx):
    ran = telex.run(url(nginx), input="GET / HTTP/1.1\nHost: localhost\n")
    assert ran.status == 2, ran
    assert "the rest of it is missing" in ran.err
    ran = telex.run(url(nginx), input=get(
        "/upload/0", "Content-Length: 9", verb="POST") + "short")
    assert ran.status == 2, ran
    assert "in a literal" in ran.err


def test_another_protocol_follows(telex):
    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 101 Switching\r\nUpgrade: echo\r\n\r\n")
        peer.send(peer.line() + b"\r\n")
        peer.send(peer.line() + b"\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"http://127.0.0.1:{fake.port}",
                        input=get("/", "Upgrade: echo") + "one\ntwo\n")
    assert ran.status == 0, ran
    assert ran.out.endswith(b"\r\n\r\none\r\ntwo\r\n")


def test_a_tunnel(telex, sit):
    def play(peer):
        assert peer.line().startswith(b"CONNECT mail:25")
        peer.until(b"\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n220 mail ESMTP\r\n")
        assert peer.line() == b"NOOP"
        peer.send(b"250 ok\r\n")
        peer.rest()
    with Fake(play) as fake:
        person = sit(f"http://127.0.0.1:{fake.port}")
        person.wait_prompt("http> ")
        person.enter("CONNECT mail:25 HTTP/1.1")
        person.wait_prompt("more> ")
        person.enter()
        person.wait_for("220 mail ESMTP")
        person.wait_prompt("raw> ")
        person.talk("NOOP", "250 ok", "raw> ")
        person.type("\004")
        assert person.status() == 0


def test_secrets(telex, nginx):
    ran = telex.run("-v", url(nginx), input=get(
        "/text", "Authorization: Basic aHVudGVyMg==", "Cookie: id=hunter2"))
    assert ran.status == 0, ran
    assert "C: Authorization: ********" in ran.err
    assert "C: Cookie: ********" in ran.err
    assert "hunter2" not in ran.err and "aHVudGVyMg" not in ran.err


def test_at_a_terminal(telex, sit, nginx):
    person = sit(url(nginx))
    person.wait_prompt("http> ")
    person.enter("GET /bare HTTP/1.1")
    person.wait_prompt("more> ")
    person.enter("Host: localhost")
    person.wait_prompt("more> ")
    person.enter("Cookie: id=hunter2")
    person.wait_prompt("more> ")
    person.enter()
    person.wait_for("no line end")
    person.wait_prompt("http> ")
    rows = person.everything().splitlines()
    at = rows.index("no line end")
    assert rows[at - 1] == "" and rows[at + 1] == "http>"
    # The same once more, pasted, and a body typed.
    person.paste(get("/upload/typed", "Content-Length: 7", verb="POST"))
    person.wait_prompt("literal 7> ")
    person.enter("a=b")
    person.wait_prompt("literal 2> ")
    person.enter("cd")
    person.wait_for("7 octets taken")
    person.wait_prompt("http> ")
    person.type("\004")
    assert person.status() == 0
    person.assert_terminal_restored()
    assert "hunter2" not in telex.history.read_text()


def test_a_body_in_segments_at_a_terminal(sit):
    """Lines cut by segments are put together; CR LF may be cut as well."""
    pieces = [b"first li", b"ne\r\nsecond line\r", b"\nthird",
              b" line\nlast \r", b"a line"]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % sum(
        map(len, pieces))

    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(head, *pieces, pause=0.005)
        peer.rest()
    with Fake(play) as fake:
        person = sit(f"http://127.0.0.1:{fake.port}")
        person.wait_prompt("http> ")
        person.paste("GET / HTTP/1.1\n\n")
        person.wait_for("third line")
        person.wait_prompt("http> ")
        person.type("\004")
        assert person.status() == 0
    shown = person.everything().splitlines()
    at = shown.index("first line")
    assert shown[at:at + 3] == ["first line", "second line", "third line"]
    assert shown[at + 3] == "last \\x0da line"


def test_a_slow_body_at_a_terminal(sit):
    """What has come of a line is shown though its end has not."""
    shown = threading.Event()

    def play(peer):
        peer.until(b"\r\n\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nwait ")
        assert shown.wait(LIMIT)
        peer.send(b"for it\n")
        peer.rest()
    with Fake(play) as fake:
        person = sit(f"http://127.0.0.1:{fake.port}")
        person.wait_prompt("http> ")
        person.paste("GET / HTTP/1.1\n\n")
        person.wait_for("wait")
        shown.set()
        person.wait_for("for it")
        person.wait_prompt("http> ")
        person.type("\004")
        assert person.status() == 0


def test_a_large_body_at_a_terminal(sit, nginx):
    person = sit(url(nginx), columns=200)
    person.wait_prompt("http> ")
    person.paste(get("/plain/one.txt") + get("/plain/big.txt")
                 + get("/text/after"))
    person.look_away(b"this is /text/after")
    person.wait_prompt("http> ", timeout=60)
    raw = bytes(person.raw)
    assert sum(map(len, re.findall(rb"x{99,}", raw))) == 1000000
    # Where the server pauses, its unfinished line is shown meanwhile.
    text = re.sub(rb"\r\nhttp> \r\033\[K|\r\n", b"", raw)
    lines = re.findall(rb"line (\d{6}) of a large file", text)
    assert lines == [b"%06d" % i for i in range(36000)]
    person.type("\004")
    assert person.status() == 0


def test_output_to_a_terminal_without_an_editor(sit, nginx):
    """A script: the next response begins on a line of its own."""
    script = get("/bare") + get("/text").rstrip("\n") + "\n\n"
    person = sit(argv=["sh", "-c", f"printf '{script}' | $telex "
                       + url(nginx)])
    person.wait_for("this is /text")
    assert person.status() == 0
    rows = person.everything().splitlines()
    assert rows[rows.index("no line end") + 1].startswith("HTTP/1.1 200")


def request(plain, rng, number):
    """One of many kinds, with what reads the answer."""
    def head():
        text = plain.lines(b"\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", text)
        return text, int(length[1]) if length else 0

    def sized():
        text, length = head()
        assert b"%d" % number in text or length > 0
        return text + plain.octets(length)

    def chunked():
        text, _ = head()
        while True:
            size = plain.line()
            text += size + plain.octets(int(size, 16) + 2)
            if int(size, 16) == 0:
                return text

    def twice():
        return plain.lines(b"\r\n") + sized()
    kind = rng.choice(["text", "text", "head", "gone", "none", "chunked",
                       "post", "post", "put", "file", "zipped"])
    paths = {"text": f"/text/{number}", "head": f"/text/{number}",
             "gone": f"/gone/{number}", "none": "/none",
             "chunked": "/chunked/small.txt", "file": "/plain/small.txt",
             "zipped": "/zipped/small.txt", "post": f"/upload/{number}",
             "put": f"/upload/{number}"}
    verb = {"head": "HEAD", "post": "POST", "put": "PUT"}.get(kind, "GET")
    lines = [f"{verb} {paths[kind]} HTTP/1.1", "Host: localhost"]
    if kind in ("post", "put"):
        length = rng.choice([1, 2, 77, 5000])
        lines.append(f"Content-Length: {length}")
    if kind == "put":
        lines.append("Expect: 100-continue")
    if kind == "zipped":
        lines.append("Accept-Encoding: gzip")
    reply = {"head": lambda: head()[0], "none": lambda: head()[0],
             "chunked": chunked, "zipped": chunked,
             "put": twice}.get(kind, sized)
    if kind in ("post", "put"):
        plain.ask(reply, *lines, "", octets="x" * length)
    else:
        plain.ask(reply, *lines, "")


def test_a_thousand_requests(telex, nginx):
    rng = random.Random(9112)
    plain = exchanges.Plain(nginx.port)
    for number in range(1000):
        request(plain, rng, number)
    status = exchanges.check(telex, url(nginx), plain,
                             changing=rb"Date: .*\r\n")
    assert status == 5
