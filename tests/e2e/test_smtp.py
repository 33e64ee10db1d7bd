# SPDX-License-Identifier: ISC
"""SMTP and LMTP beyond the plain message, against real Postfix where it can
do the thing, and a fake where it cannot."""

import random
import time

import pytest

from fakes import Fake, Strict
from servers import BODY, crlf

ENVELOPE = ("EHLO client.example.test\nMAIL FROM:<alice@example.test>\n"
            "RCPT TO:<{box}>\n")
TEXT = "Subject: chunks\n\n.\none line\nand another\n"


def lf(text):
    return text.encode() if isinstance(text, str) else text


def bdat(text, last=True):
    """A chunk as a script has it; its octets are those with CR LF."""
    size = len(crlf(text))
    return f"BDAT {size}{' LAST' if last else ''}\n{text}"


def codes(out):
    """The codes of the replies, one each."""
    return [line[:3].decode() for line in out.split(b"\r\n")
            if line[3:4] in (b" ", b"") and line]


# --- BDAT (RFC 3030)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_chunk_reaches_postfix(telex, postfix, ends):
    box = postfix.box()
    script = ENVELOPE.format(box=box) + bdat(TEXT) + "QUIT\n"
    ran = telex.run("127.0.0.1", postfix.port,
                    input=script.replace("\n", ends).encode())
    assert ran.status == 0, ran
    assert codes(ran.out) == ["220", "250", "250", "250", "250", "221"]
    assert postfix.mail(box) == lf(TEXT)


def test_chunks_make_one_message(telex, postfix):
    box = postfix.box()
    pieces = ["Subject: three\n\n", "first\n" * 3000, "last\n"]
    script = ENVELOPE.format(box=box) + "".join(
        bdat(piece, piece == pieces[-1]) for piece in pieces) + "QUIT\n"
    ran = telex.run("127.0.0.1", postfix.port, input=script.encode())
    assert ran.status == 0, ran
    assert postfix.mail(box) == lf("".join(pieces))


def test_octets_that_end_in_mid_line(telex, postfix):
    """The next command stands behind them, as it does on the wire."""
    box = postfix.box()
    script = (ENVELOPE.format(box=box) + "BDAT 17\nSubject: x\n\nab\nc" +
              "BDAT 3 LAST\nd\nQUIT\n")
    assert len(crlf("Subject: x\n\nab\nc")) == 19
    script = script.replace("BDAT 17", "BDAT 19")
    ran = telex.run("127.0.0.1", postfix.port, input=script.encode())
    assert ran.status == 0, ran
    assert postfix.mail(box) == b"Subject: x\n\nab\ncd\n"


def test_octets_without_a_line_end_of_their_own(telex, postfix):
    box = postfix.box()
    script = (ENVELOPE.format(box=box) + "BDAT 16 LAST\nSubject: x\n\nab" +
              "\nQUIT\n")
    ran = telex.run("127.0.0.1", postfix.port, input=script.encode())
    assert ran.status == 0, ran
    assert codes(ran.out)[-1] == "221"
    assert postfix.mail(box) == b"Subject: x\n\nab\n"


def test_a_chunk_typed_by_hand(sit, postfix):
    box = postfix.box()
    person = sit("127.0.0.1", postfix.port)
    person.wait_prompt()
    person.talk("EHLO client.example.test", "CHUNKING")
    person.talk("MAIL FROM:<alice@example.test>", "250 2.1.0")
    person.talk(f"RCPT TO:<{box}>", "250 2.1.5")
    person.enter("BDAT 26 LAST")
    person.wait_prompt("literal 26> ")
    person.enter("Subject: typed")
    person.wait_prompt("literal 10> ")
    person.enter("")
    person.wait_prompt("literal 8> ")
    person.enter("QUIT..")
    person.wait_for("queued as")
    person.wait_prompt()
    person.talk("NOOP", "250 2.0.0 Ok")
    assert postfix.mail(box) == b"Subject: typed\n\nQUIT..\n"


def test_input_that_ends_in_the_octets(telex, postfix):
    box = postfix.box()
    ran = telex.run("127.0.0.1", postfix.port,
                    input=(ENVELOPE.format(box=box) +
                           "BDAT 100 LAST\nshort\n").encode())
    assert ran.status == 2
    assert "shorter than announced" in ran.err


def test_refused_octets_are_still_no_commands(telex, postfix):
    ran = telex.run("127.0.0.1", postfix.port,
                    input=b"EHLO a.example.test\nBDAT 6\nQUIT\nNOOP\nQUIT\n")
    assert ran.status == 5
    assert codes(ran.out) == ["220", "250", "503", "250", "221"]


# --- what else real servers do


def test_xclient_begins_a_new_session(telex, postfix):
    script = ("EHLO a.example.test\nXCLIENT NAME=spam.example.test "
              "ADDR=192.0.2.7\nEHLO b.example.test\nNOOP\nQUIT\n")
    ran = telex.run("127.0.0.1", postfix.port, input=script.encode())
    assert ran.status == 0, ran
    assert codes(ran.out) == ["220", "250", "220", "250", "250", "221"]
    assert "TLS" not in ran.err


def test_prdr_has_a_reply_for_each_and_one_for_all(telex):
    def body(peer):
        peer.send(b"353 content analysis\r\n", b"250 bob\r\n",
                  b"550 carol\r\n", b"250 id=1\r\n", pause=0.05)

    talk = Strict(replies={b".": body}, watch=0.05)
    with Fake(talk) as fake:
        ran = telex.run(
            "-P", "smtp", "localhost", fake.port,
            input=b"EHLO a\nMAIL FROM:<a> PRDR\nRCPT TO:<b>\nRCPT TO:<c>\n"
                  b"DATA\nSubject: x\n\n.\nNOOP\nQUIT\n")
    assert talk.violations == []
    assert ran.status == 5
    assert codes(ran.out)[-6:] == ["353", "250", "550", "250", "250", "221"]


def test_greeting_with_a_pause_in_it(telex):
    talk = Strict(greeting=(b"220-postscreen\r\n", b"220 \r\n"), pause=1.0)
    with Fake(talk) as fake:
        ran = telex.run("localhost", fake.port, input=b"QUIT\n")
    assert ran.status == 0, ran
    assert talk.violations == []
    assert talk.commands == [b"QUIT"]


def test_replies_without_text(telex):
    talk = Strict(replies={b"NOOP": b"250 \r\n", b"RSET": b"250\r\n"})
    with Fake(talk) as fake:
        ran = telex.run("-P", "smtp", "localhost", fake.port,
                        input=b"NOOP\nRSET\nQUIT\n")
    assert ran.status == 0
    assert codes(ran.out) == ["220", "250", "250", "221"]


def mixed(seed, boxes, count):
    """Commands and the codes that they get from Postfix, in order."""
    random.seed(seed)
    lines, wanted = ["EHLO client.example.test"], ["250"]
    while len(wanted) < count:
        one = random.choice(["NOOP", "VRFY", "RSET", "bad", "mail", "chunk"])
        if one == "VRFY":
            lines.append(f"VRFY {random.choice(boxes)}")
            wanted.append("252")
        elif one == "bad":
            lines += ["RSET", "RCPT TO:<x@example.test>"]
            wanted += ["250", "503"]
        elif one in ("mail", "chunk"):
            lines += ["MAIL FROM:<>", f"RCPT TO:<{random.choice(boxes)}>"]
            wanted += ["250", "250"]
            if one == "mail":
                lines += ["DATA", "Subject: x\n\n" + BODY + "."]
                wanted += ["354", "250"]
            else:
                chunk = "x" * random.randrange(1, 3000) + "\n"
                lines += [bdat(chunk, last=False).rstrip("\n"),
                          "BDAT 0 LAST"]
                wanted += ["250", "250"]
        else:
            lines.append(one)
            wanted.append("250")
    return "\n".join(lines + ["QUIT"]) + "\n", wanted + ["221"]


def test_a_thousand_mixed_commands(telex, postfix):
    """Each reply is that of its command; Postfix counts errors, so that
    there are few enough of them between two messages."""
    script, wanted = mixed(7, [postfix.box()], 1000)
    ran = telex.run("-i", "10", "127.0.0.1", postfix.port,
                    input=script.encode(), timeout=60)
    assert ran.status == 5
    assert codes(ran.out) == ["220"] + wanted
    assert "time" not in ran.err


@pytest.mark.parametrize("bracketed", [True, False])
def test_a_pasted_body_is_not_held_up(sit, bracketed):
    """No reply is owed to a line of data: none is waited for.  When each
    block of the terminal waited for one, this took 12 seconds."""
    line = "all work and no play makes jack a dull boy" + " " * 18
    keys = (line + "\r") * 16000 + "end\r"
    if bracketed:
        keys = "\033[200~" + keys + "\033[201~"
    times = []
    while not times or (times[-1] > 6 and len(times) < 3):
        talk = Strict()
        with Fake(talk) as fake:
            person = sit("-P", "smtp", "localhost", fake.port)
            person.wait_prompt()
            person.talk("EHLO a", "250 HELP")
            person.enter("DATA")
            person.wait_prompt("data> ")
            began = time.monotonic()
            person.look_away(b"data> end", keys)
            times.append(time.monotonic() - began)
            person.enter(".")
            person.wait_for("250 2.0.0 kept")
        assert talk.bodies == [crlf((line + "\n") * 16000 + "end\n")]
    # The best of three counts, because other programs run here.
    assert min(times) < 6, times
