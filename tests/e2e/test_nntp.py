# SPDX-License-Identifier: ISC
"""NNTP with INN's nnrpd, and with servers that behave oddly."""

import functools
import random
import re

import pytest

import mixed
import nntpserver
from fakes import Fake, one_by_one
from mixed import Asked

BODIES = ["Hello\n", ".\n..\n.dot\n211 in the middle\n205 bye\n",
          "", "long\n." + "x" * 900 + "\n"]
GROUPS = {"misc.test": BODIES, "misc.empty": [], "alt.test": BODIES[:2],
          "misc.private": ["secret\n"]}
ARTICLE = ["From: bob@example.test", "Newsgroups: misc.test", "Subject: x",
           "", "..a line that begins with a dot", "QUIT", "hi", "."]


@pytest.fixture(scope="module")
def inn(authority):
    why = nntpserver.missing()
    if why:
        pytest.skip(why)
    with nntpserver.News(authority, GROUPS) as server:
        yield server


@pytest.fixture(scope="module")
def closed(authority):
    """A server where guests must say who they are before they post."""
    why = nntpserver.missing()
    if why:
        pytest.skip(why)
    with nntpserver.News(authority, GROUPS, guest_posts=False) as server:
        yield server


def url(port, scheme="nntp", host="127.0.0.1"):
    return f"{scheme}://{host}:{port}"


def test_script(telex, inn):
    ran = telex.run(url(inn.port), input="MODE READER\nGROUP misc.test\n"
                    "LISTGROUP\nARTICLE 2\nSTAT 9\nDATE\nHELP\nQUIT\n")
    assert ran.status == 4, ran  # 423: no such article
    assert b" article\r\n" + inn.wire("misc.test", 2) + b".\r\n423 " in ran.out
    assert b"\r\n1\r\n2\r\n3\r\n4\r\n.\r\n" in ran.out
    assert ran.out.endswith(b"\r\n.\r\n205 Bye!\r\n"), ran


def test_articles_without_the_doubled_dots(telex, inn):
    ran = telex.run("--unstuff", url(inn.port), input="GROUP misc.test\n"
                    + "".join(f"ARTICLE {i}\n" for i in range(1, 5))
                    + "QUIT\n")
    assert ran.status == 0, ran
    for number in range(1, 5):
        plain = inn.article("misc.test", number).encode()
        assert (b" article\r\n" + plain.replace(b"\n", b"\r\n")
                + b".\r\n" in ran.out), number


def test_protocol_is_told_by_the_greeting(telex, inn):
    ran = telex.run("127.0.0.1", inn.port, input="LIST\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.out.endswith(b"\r\n.\r\n205 Bye!\r\n"), ran


def test_post(telex, inn):
    before = len(inn.posted())
    ran = telex.run(url(inn.port), input="\n".join(
        ["POST", *ARTICLE, "QUIT"]) + "\n")
    assert ran.status == 0, ran
    assert b"\r\n340 " in ran.out and b"\r\n240 " in ran.out
    assert len(inn.posted()) == before + 1
    text = max(inn.posted(), key=lambda one: b"Injection-Date" in one)
    assert text.endswith(b"\n\n.a line that begins with a dot\nQUIT\nhi\n")


def test_refused_body_is_not_sent_as_commands(telex, closed):
    ran = telex.run("-v", url(closed.port), input="\n".join(
        ["POST", *ARTICLE, "IHAVE <a@b>", *ARTICLE, "DATE", "QUIT"]) + "\n")
    assert ran.lines("C: ") == ["C: POST", "C: IHAVE <a@b>", "C: DATE",
                                "C: QUIT"]
    assert ran.out.count(b"\r\n480 ") == 2
    assert b"\r\n111 " in ran.out
    assert len(ran.lines("! the mail data was refused: 7 lines")) == 2, ran
    assert ran.status == 4, ran
    assert closed.posted() == []


def test_starttls_in_a_script(telex, inn, authority):
    ran = telex.run("--cafile", authority.cafile,
                    url(inn.port, host="localhost"),
                    input="CAPABILITIES\nSTARTTLS\nCAPABILITIES\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.out.count(b"\r\nSTARTTLS\r\n") == 1, "the first list alone"
    assert re.search(r"^\* TLSv1\.\d.* verified", ran.err, re.M), ran


def test_starttls_up_front(telex, inn, authority):
    ran = telex.run("-S", "-v", "--cafile", authority.cafile,
                    url(inn.port, host="localhost"),
                    input="AUTHINFO USER alice\nAUTHINFO PASS wonderland\n"
                    "GROUP misc.private\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.lines("C: ") == [
        "C: CAPABILITIES", "C: STARTTLS", "C: AUTHINFO USER alice",
        "C: AUTHINFO PASS ********", "C: GROUP misc.private", "C: QUIT"]
    assert "does not offer" not in ran.err
    assert b"\r\n211 1 1 1 misc.private\r\n" in ran.out


@pytest.mark.parametrize("words", [["-T", "-P", "nntp", "localhost:{}"],
                                   ["nntps://localhost:{}"]])
def test_tls_port(telex, inn, authority, words):
    words = [word.format(inn.tls_port) for word in words]
    ran = telex.run("--cafile", authority.cafile, *words,
                    input="LIST ACTIVE\nSTARTTLS\n")
    assert ran.out.count(b"\r\n.\r\n") == 1
    assert b"\r\n502 " in ran.out, "TLS inside TLS is refused"
    assert "TLS inside TLS makes no sense" in ran.err


def test_typed(sit, closed, authority):
    person = sit("--cafile", authority.cafile,
                 url(closed.port, host="localhost"))
    person.wait_prompt("nntp> ")
    person.talk("CAPABILITIES", "STARTTLS", "nntp> ")
    person.enter("STARTTLS")
    person.wait_for(" verified")
    person.wait_prompt("nntp+tls> ")
    person.talk("COMPRESS DEFLATE", "not sent: telex cannot do COMPRESS",
                "nntp+tls> ")
    person.talk("AUTHINFO USER alice", "381", "nntp+tls> ")
    person.talk("AUTHINFO PASS wonderland", "281", "nntp+tls> ")
    person.talk("GROUP misc.private", "211 1 1 1", "nntp+tls> ")
    person.talk("BODY", "secret", "nntp+tls> ")
    person.enter("POST")
    person.wait_prompt("data> ")
    person.enter("not an article")
    person.wait_prompt("data> ")
    person.enter(".")
    person.wait_for("441 ")
    person.wait_prompt("nntp+tls> ")
    person.key("up", 5)
    assert "wonderland" not in person.row()
    person.key("down", 5)
    person.enter("QUIT")
    assert person.status() == 0


def test_sasl(telex, inn):
    ran = telex.run("-v", "--fail", url(inn.port), input="AUTHINFO SASL PLAIN\n"
                    "AGFsaWNlAHdyb25n\nDATE\n")
    assert b"\r\n383 " in ran.out and b"\r\n481 " in ran.out, ran
    assert ran.lines("C: ") == ["C: AUTHINFO SASL PLAIN", "C: ********"]
    assert ran.status == 4, ran
    ran = telex.run("-v", url(inn.port), input="AUTHINFO SASL PLAIN\n*\n"
                    "AUTHINFO SASL PLAIN AGFsaWNlAHdyb25n\nDATE\nQUIT\n")
    assert "AGFsaWNl" not in ran.err
    assert b"\r\n111 " in ran.out, ran


def test_wrong_password(telex, closed):
    ran = telex.run("--fail", url(closed.port), input="AUTHINFO USER alice\n"
                    "AUTHINFO PASS wrong\nDATE\n")
    assert ran.status == 4 and ran.out.count(b"\r\n") == 3, ran
    assert ran.out.split(b"\r\n")[2].startswith(b"481"), ran


def test_compression_is_never_asked_for(telex, inn):
    ran = telex.run(url(inn.port), input="CAPABILITIES\nCOMPRESS DEFLATE\n"
                    "DATE\n")
    assert b"COMPRESS DEFLATE\r\n" in ran.out, "the server could do it"
    assert ran.status == 2, ran
    assert "COMPRESS was not sent: telex cannot do it" in ran.err


def test_pipelining(telex, inn):
    lines = ["GROUP misc.test"] + ["LISTGROUP", "HEAD 2", "STAT 1", "OVER 1-2",
                                   "ARTICLE 9", "LIST"] * 20 + ["QUIT"]
    script = "\n".join(lines) + "\n"
    one = telex.run(url(inn.port), input=script)
    two = telex.run("--pipeline", url(inn.port), input=script)
    assert one.status == two.status == 4, two
    assert one.out == two.out


def test_a_thousand_commands(telex, inn):
    chance = random.Random(3977)

    def some():
        n = chance.randint(1, 5)
        group = chance.choice(["misc.test", "alt.test", "misc.empty",
                               "no.such"])
        return chance.choice([
            Asked(f"GROUP {group}"), Asked(f"LISTGROUP {group}", True),
            Asked("listgroup", True), Asked(f"ARTICLE {n}", True),
            Asked(f"HEAD {n}", True), Asked(f"BODY {n}", True),
            Asked(f"STAT {n}"), Asked("NEXT"), Asked("LAST"),
            Asked(f"ARTICLE <alt.test.{n}@example.test>", True),
            Asked("HELP", True), Asked("CAPABILITIES", True),
            Asked("LIST", True), Asked("LIST ACTIVE misc.*", True),
            Asked("List  Newsgroups", True), Asked("LIST MOTD", True),
            Asked("LIST OVERVIEW.FMT", True), Asked("LIST FROB", True),
            Asked("OVER 1-9", True), Asked("XOVER 1-2", True),
            Asked("HDR Subject 1-9", True), Asked("XHDR Subject 1-", True),
            Asked("XPAT Subject 1-9 *2*", True), Asked("XGTITLE *", True),
            Asked("NEWNEWS * 20000101 000000", True),
            Asked("NEWGROUPS 20000101 000000 GMT", True),
            Asked("IHAVE <a@b>", refused=ARTICLE), Asked("XYZZY"),
            Asked("MODE READER"), Asked("POST", data=ARTICLE)])
    script = [Asked("MODE READER")] + [some() for _ in range(1000)]
    script += [Asked("AUTHINFO USER alice"),
               Asked("AUTHINFO PASS wonderland",
                     shown="AUTHINFO PASS ********"),
               Asked("GROUP misc.private"), Asked("BODY", True),
               Asked("QUIT")]
    status = mixed.check(telex, inn.port, "nntp", script, (b"1", b"2"),
                         rb"Message-ID <[^>]*>|received <[^>]*>")
    assert status == 5


# What nnrpd does not do.

server = functools.partial(one_by_one, greeting=b"200 NNTP ready\r\n")


def test_streaming(telex):
    def play(peer):
        peer.send(b"200 NNTP ready\r\n")
        for reply in b"203 go on", b"238 <a@b>", b"438 <c@d>":
            peer.line()
            peer.send(reply + b"\r\n")
        assert peer.line() == b"TAKETHIS <a@b>"
        assert peer.body() == b"Subject: x\r\n\r\n..\r\nQUIT\r\n"
        assert peer.early(0.1) == b"", "the reply is waited for"
        peer.send(b"239 <a@b>\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"205 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run(url(fake.port), input="MODE STREAM\n"
                        "CHECK <a@b>\nCHECK <c@d>\nTAKETHIS <a@b>\n"
                        "Subject: x\n\n..\nQUIT\n.\nQUIT\n")
    assert ran.status == 4, ran
    assert ran.out.endswith(b"239 <a@b>\r\n205 bye\r\n")


def test_streaming_ahead(telex):
    """With --pipeline nothing is waited for (RFC 4644, 2.1)."""
    def play(peer):
        peer.send(b"200 NNTP ready\r\n")
        assert peer.line() == b"MODE STREAM"
        peer.send(b"203 go on\r\n")
        for n in range(20):
            assert peer.line() == b"CHECK <%d@b>" % n
            assert peer.line() == b"TAKETHIS <%d@b>" % n
            assert peer.body() == b"x\r\n"
        assert peer.line() == b"QUIT"
        for n in range(20):
            peer.send(b"438 <%d@b>\r\n239 <%d@b>\r\n" % (n, n))
        peer.send(b"205 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run("--pipeline", url(fake.port), input="MODE STREAM\n"
                        + "".join(f"CHECK <{n}@b>\nTAKETHIS <{n}@b>\nx\n.\n"
                                  for n in range(20)) + "QUIT\n")
    assert ran.status == 4, ran
    assert ran.out.count(b"239 ") == 20


def test_ihave(telex):
    def play(peer):
        peer.send(b"200 NNTP ready\r\n")
        peer.line()
        peer.send(b"335 send it\r\n")
        assert peer.body() == b"a: b\r\n\r\nx\r\n"
        peer.send(b"235 thanks\r\n")
        assert peer.line() == b"IHAVE <c@d>"
        peer.send(b"435 have it\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"205 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run(url(fake.port), input="IHAVE <a@b>\na: b\n\nx\n.\n"
                        "IHAVE <c@d>\na: b\n\nQUIT\n.\nQUIT\n")
    assert ran.status == 4, ran


def test_sasl_steps(telex):
    def play(peer):
        peer.send(b"200 NNTP ready\r\n")
        for ours, theirs in ((b"AUTHINFO SASL X", b"383 YQ=="),
                             (b"Yg==", b"383 ="), (b"=", b"283 ZA=="),
                             (b"DATE", b"111 20260101000000"),
                             (b"QUIT", b"205 bye")):
            assert peer.line() == ours
            peer.send(theirs + b"\r\n")
    with Fake(play) as fake:
        ran = telex.run("-v", url(fake.port), input="AUTHINFO SASL X\nYg==\n"
                        "=\nDATE\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.lines("C: ") == ["C: AUTHINFO SASL X", "C: ********",
                                "C: ********", "C: DATE", "C: QUIT"]


@pytest.mark.parametrize("answer", [b"200 ok\r\n", b"381 more\r\n",
                                    b"382-go\r\n", b"580 no\r\n",
                                    b"483 no\r\n"])
def test_odd_go_ahead_is_none(telex, answer):
    with Fake(server(answer)) as fake:
        ran = telex.run(url(fake.port), input="STARTTLS\nAUTHINFO PASS x\n")
        assert fake.peer.received == b"STARTTLS\r\n"
    assert ran.status == 3, ran


@pytest.mark.parametrize("code, status", [(400, 4), (502, 5)])
def test_refusal_in_place_of_the_greeting(telex, code, status):
    with Fake(server(greeting=b"%d no\r\n" % code)) as fake:
        ran = telex.run(url(fake.port), input="DATE\n")
        assert fake.peer.received == b""
    assert ran.status == status, ran
    assert f"refuses this session ({code} in place" in ran.err


def test_400_ends_the_session(telex):
    with Fake(server(b"400 going down\r\n")) as fake:
        ran = telex.run(url(fake.port), input="DATE\nDATE\n")
        assert fake.peer.received == b"DATE\r\n"
    assert ran.status == 4, ran


def test_reader_of_another_program(telex):
    """innd gives the connection away at MODE READER: nothing learned before
    is true any more."""
    def play(peer):
        peer.send(b"200 innd ready\r\n")
        for ours, theirs in (
                (b"CAPABILITIES", b"101\r\nVERSION 2\r\nIHAVE\r\n"
                 b"MODE-READER\r\n.\r\n"),
                (b"MODE READER", b"201 nnrpd ready\r\n"),
                (b"CAPABILITIES", b"101\r\nVERSION 2\r\nREADER\r\n.\r\n"),
                (b"QUIT", b"205 bye\r\n")):
            assert peer.line() == ours
            peer.send(theirs)
    with Fake(play) as fake:
        ran = telex.run(url(fake.port), input="CAPABILITIES\nMODE READER\n"
                        "CAPABILITIES\nQUIT\n")
    assert ran.status == 0, ran
