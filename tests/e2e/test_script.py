# SPDX-License-Identifier: ISC
"""What a user does who redirects a file into telex."""

import itertools
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from fakes import Deaf, Fake, Gone, Puppet, Strict, echo, torn
from servers import BODY, MailServer, crlf, delivered, session

FORMS = list(itertools.product(("lf", "crlf"), ("newline", "no newline"),
                               ("QUIT", "no QUIT")))


def written(text, ends, last):
    """A script as an editor would have written it."""
    data = crlf(text) if ends == "crlf" else text.encode()
    if last == "no newline":
        data = data[:-2] if ends == "crlf" else data[:-1]
    return data


# --- mail that must arrive


@pytest.mark.parametrize("ends,last,quit", FORMS)
def test_redirected_file_delivers_the_mail(telex, ends, last, quit):
    script = written(session(quit=quit == "QUIT"), ends, last)
    with MailServer() as server:
        ran = telex.run("127.0.0.1", server.port, input=script)
        mail = server.mail()
    assert mail.content == delivered()
    assert mail.sender == "alice@example.test"
    assert mail.recipients == ["bob@example.test"]
    assert ran.status == 0, ran


@pytest.mark.parametrize("ends", ["lf", "crlf"])
@pytest.mark.parametrize("strict", [True, False])
def test_postfix_delivers_the_mail(telex, postfix, ends, strict):
    box = postfix.box()
    script = written(session(box), ends, "newline")
    port = postfix.strict_port if strict else postfix.port
    ran = telex.run("127.0.0.1", port, input=script)
    assert ran.status == 0, ran
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")


def test_pipelined_script_reaches_postfix(telex, postfix):
    box = postfix.box()
    ran = telex.run("--pipeline", "127.0.0.1", postfix.port,
                    input=session(box))
    assert ran.status == 0, ran
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")


def test_large_mail_arrives_whole(telex):
    body = "Subject: large\n\n" + "".join(
        f"{i:07d} {'x' * (i % 90)}\n" for i in range(60000))
    with MailServer() as server:
        ran = telex.run("127.0.0.1", server.port, input=session(body=body))
        assert server.mail().content == delivered(body)
    assert ran.status == 0, ran


@pytest.mark.parametrize("body", ["", "\n", "..\n", ".. \n...\n", "x" * 900
                                  + "\n"], ids=repr)
def test_odd_bodies_arrive_exactly(telex, body):
    with MailServer() as server:
        ran = telex.run("127.0.0.1", server.port, input=session(body=body))
        assert server.mail().content == delivered(body)
    assert ran.status == 0, ran


def test_file_named_by_option_delivers_the_mail(telex, tmp_path):
    (tmp_path / "session").write_text(session())
    with MailServer() as server:
        ran = telex.run("-f", tmp_path / "session", "127.0.0.1", server.port)
        assert server.mail().content == delivered()
    assert ran.status == 0, ran


def test_file_named_dash_is_stdin(telex):
    with MailServer() as server:
        ran = telex.run("-f", "-", "127.0.0.1", server.port, input=session())
        assert server.mail().content == delivered()
    assert ran.status == 0, ran


def test_commands_of_options_are_sent_in_order(telex):
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.run("-c", "EHLO a.example", "-c", "NOOP", "-c", "QUIT",
                        fake.host, fake.port)
    assert talk.commands == [b"EHLO a.example", b"NOOP", b"QUIT"]
    assert not talk.violations
    assert ran.out == bytes(talk.sent)
    assert ran.status == 0, ran


@pytest.mark.parametrize("lines", [
    ["x" * 900] * 450,
    # The first dot of "..y" is the last byte of a block.
    ["x" * 909] * 72 + ["x" * 14, "..y", "z"],
], ids=["far more than a block", "a dot where a block ends"])
def test_mail_in_commands_of_options_arrives_whole(telex, lines):
    body = "".join(f"{line}\n" for line in lines)
    words = [word for line in session(body=body).splitlines()
             for word in ("-c", line)]
    with MailServer() as server:
        ran = telex.run(*words, "127.0.0.1", server.port)
        assert server.mail().content == delivered(body)
    assert ran.status == 0, ran


def test_command_option_leaves_stdin_alone(telex, tmp_path):
    (tmp_path / "file").write_text("not for the server\n")
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.shell(
            f'("$telex" -c QUIT {fake.host} {fake.port}; cat)'
            f' < {tmp_path}/file')
    assert talk.commands == [b"QUIT"]
    assert ran.out == bytes(talk.sent) + b"not for the server\n"


# --- stdout


@pytest.mark.parametrize("size", [None, 1, 3])
def test_stdout_is_exactly_what_the_server_said(telex, size):
    replies = {}
    if size:
        ehlo = Strict.REPLIES[b"EHLO"]
        replies = {b"EHLO": torn(ehlo, size),
                   b"MAIL": torn(b"250 2.1.0 sender ok\r\n", size)}
    talk = Strict(replies=replies, pause=0.002)
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert ran.out == bytes(talk.sent)
    assert not talk.violations
    assert ran.status == 0, ran


ODD_REPLIES = {
    "8-bit": b"250 gr\xfc\xdfe \x80\x9f\xff\r\n",
    "NUL": b"250 a\0b\0\0c\r\n",
    "bare CR": b"250 a\rb\r\r\n",
    "bare LF": b"250 only LF\n",
    "escape": b"250 \033]0;title\007\033[31mred\r\n",
    "UTF-8": "250 grüße 中文 \u202e\r\n".encode(),
    "no text": b"250\r\n",
    "blank": b"250 \r\n",
    "long": b"250 " + b"x" * 200000 + b"\r\n",
    "16383": b"250 " + b"x" * (16383 - 6) + b"\r\n",
    "16384": b"250 " + b"x" * (16384 - 6) + b"\r\n",
    "16385": b"250 " + b"x" * (16385 - 6) + b"\r\n",
}


@pytest.mark.parametrize("name", ODD_REPLIES)
def test_odd_bytes_of_the_server_pass_exactly(telex, name):
    talk = Strict(replies={b"NOOP": ODD_REPLIES[name]})
    with Fake(talk) as fake:
        ran = telex.run("-c", "EHLO x", "-c", "NOOP", "-c", "QUIT",
                        fake.host, fake.port)
    assert ran.out == bytes(talk.sent)
    assert talk.commands[-1] == b"QUIT" and not talk.violations
    assert ran.status == 0, ran


def test_reply_without_line_end_is_kept(telex):
    def bye(peer):
        peer.send(b"221 bye")
        raise Gone
    talk = Strict(replies={b"QUIT": bye})
    with Fake(talk) as fake:
        ran = telex.run("-c", "EHLO x", "-c", "QUIT", fake.host, fake.port)
    assert ran.out == bytes(talk.sent) + b"221 bye"


def test_lf_option_writes_unix_lines(telex):
    talk = Strict(replies={b"NOOP": torn(b"250-a\r\n250 b\rc\r\n")})
    with Fake(talk) as fake:
        ran = telex.run("--lf", "-c", "EHLO x", "-c", "NOOP", "-c", "QUIT",
                        fake.host, fake.port)
    assert ran.out == bytes(talk.sent).replace(b"\r\n", b"\n")
    assert ran.status == 0, ran


def test_script_without_trouble_is_silent_on_stderr(telex):
    with Fake(Strict()) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert ran.err == "" and ran.status == 0, ran


def test_quiet_drops_the_notes_but_no_warning(telex, authority):
    for words, wanted in ((), True), (("-q",), False):
        with MailServer(starttls=authority.server_side()) as server:
            ran = telex.run(*words, "--cafile", authority.cafile,
                            "localhost", server.port,
                            input="EHLO x\nSTARTTLS\nEHLO x\nQUIT\n")
        assert bool(ran.lines("* ")) == wanted, ran
        assert ran.status == 0, ran
    with Fake(Strict(replies={b"DATA": b"554 no\r\n"})) as fake:
        ran = telex.run("-q", fake.host, fake.port, input=session())
    assert ran.lines("! ") and ran.status == 5, ran


def test_verbose_shows_what_was_sent(telex):
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.run("-v", fake.host, fake.port, input=session())
    shown = [line[3:].encode(errors="surrogateescape")
             for line in ran.lines("C: ")]
    for command in talk.commands:
        assert command in shown, ran
    assert ran.out == bytes(talk.sent)


def test_verbose_never_shows_a_password(telex):
    talk = Strict(replies={b"AUTH": b"334 VXNlcm5hbWU6\r\n",
                           b"334": [b"334 UGFzc3dvcmQ6\r\n",
                                    b"235 2.7.0 ok\r\n"]})
    with Fake(talk) as fake:
        ran = telex.run("-vv", fake.host, fake.port, input=(
            "EHLO x\nAUTH LOGIN\nYWxpY2U=\nc2VjcmV0LXdvcmQ=\nQUIT\n"))
    assert b"c2VjcmV0LXdvcmQ=" in talk.commands
    assert "c2VjcmV0LXdvcmQ" not in ran.err
    assert ran.status == 0, ran


def test_time_option_tells_how_long_a_reply_took(telex):
    talk = Strict(replies={b"NOOP": b"250 slow\r\n"}, watch=0.3)
    with Fake(talk) as fake:
        before = time.monotonic()
        ran = telex.run("--time", "-c", "EHLO x", "-c", "NOOP",
                        "-c", "QUIT", fake.host, fake.port)
        spent = time.monotonic() - before
    times = [float(seconds) for seconds in
             re.findall(r"(?m)^\* (\d+\.\d{3}) s$", ran.err)]
    assert sum(seconds >= 0.3 for seconds in times) >= 3, ran
    assert sum(times) < spent + 0.01, ran
    assert ran.out == bytes(talk.sent)


# --- turns


@pytest.mark.parametrize("greeting", [
    (Strict.GREETING,),
    (b"220-fake.example.test ESMTP\r\n", b"220 at your service\r\n"),
    (b"22", b"0 fake.example.test ES", b"MTP\r", b"\n"),
], ids=["late", "pause in the middle", "torn"])
def test_nothing_is_sent_before_the_greeting_is_over(telex, greeting):
    talk = Strict(greeting, late=0.7, pause=0.7, watch=0.03)
    with Fake(talk) as fake:
        ran = telex.run(f"smtp://{fake.host}:{fake.port}", input=session())
    assert not talk.violations, ran
    assert talk.bodies == [crlf(BODY)]
    assert ran.status == 0, ran


def test_unknown_port_waits_for_its_greeting(telex):
    """The port says nothing; the script's EHLO and the greeting do."""
    talk = Strict(late=0.7, watch=0.05)
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert not talk.violations, ran
    assert talk.bodies == [crlf(BODY)]
    assert ran.status == 0, ran


def test_each_line_waits_for_its_reply(telex):
    talk = Strict(watch=0.15)
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert not talk.violations, ran
    assert talk.verbs() == [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"]
    assert ran.out == bytes(talk.sent)


def test_the_body_waits_for_354(telex):
    def late(peer):
        early = peer.early(0.7)
        assert not early, f"sent before 354: {early!r}"
        peer.send(b"354 now\r\n")
        return b"354 now\r\n"
    talk = Strict(replies={b"DATA": late})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert talk.bodies == [crlf(BODY)]
    assert ran.status == 0, ran


def test_auth_login_answers_step_by_step(telex):
    talk = Strict(watch=0.05, replies={
        b"AUTH": b"334 VXNlcm5hbWU6\r\n",
        b"334": [b"334 UGFzc3dvcmQ6\r\n", b"235 2.7.0 ok\r\n"]})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=(
            "EHLO x\nAUTH LOGIN\nYWxpY2U=\nc2VjcmV0\nMAIL FROM:<a@b>\n"
            "QUIT\n"))
    assert talk.commands == [b"EHLO x", b"AUTH LOGIN", b"YWxpY2U=",
                             b"c2VjcmV0", b"MAIL FROM:<a@b>", b"QUIT"]
    assert not talk.violations
    assert ran.status == 0, ran


@pytest.mark.parametrize("lines", [
    "AUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n",
    "AUTH PLAIN AGFsaWNlAHNlY3JldA==\n",
    "AUTH PLAIN\nAGFsaWNlAHNlY3JldA==\n"], ids=["LOGIN", "PLAIN", "334"])
def test_a_real_server_accepts_the_login(telex, lines):
    with MailServer(users={"alice": "secret"},
                    auth_require_tls=False, auth_required=True) as server:
        ran = telex.run("127.0.0.1", server.port,
                        input=session().replace("MAIL", lines + "MAIL", 1))
        assert server.mail().login == "alice"
    assert "c2VjcmV0" not in ran.err and "AGFsaWNl" not in ran.err
    assert ran.status == 0, ran


def test_a_cancelled_login_goes_on_with_the_script(telex):
    talk = Strict(replies={b"AUTH": b"334 \r\n",
                           b"334": b"501 5.7.0 cancelled\r\n"})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port,
                        input="EHLO x\nAUTH PLAIN\n*\nNOOP\nQUIT\n")
    assert talk.commands[2:] == [b"*", b"NOOP", b"QUIT"]
    assert not talk.violations
    assert ran.status == 5, ran


@pytest.mark.parametrize("reply,status", [
    (b"554 5.5.1 no valid recipients\r\n", 5),
    (b"451 4.3.0 later\r\n", 4),
    (b"550-two\r\n550 lines\r\n", 5)], ids=["554", "451", "two lines"])
@pytest.mark.parametrize("size", [1, 40000])
def test_body_of_a_refused_data_is_never_sent(telex, reply, status, size):
    talk = Strict(replies={b"DATA": reply})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port,
                        input=session(body=BODY * size))
    assert talk.verbs() == [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"]
    assert fake.peer.received.endswith(b"DATA\r\nQUIT\r\n")
    said = ran.lines("* ") + ran.lines("! ")
    assert any(re.search("skip|not sent", line) for line in said), ran
    assert ran.out == bytes(talk.sent)
    assert ran.status == status, ran


def test_refused_data_with_an_endless_body_ends(telex):
    talk = Strict(replies={b"DATA": b"554 no\r\n"})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=(
            "EHLO x\nDATA\nSubject: no dot follows\n\nQUIT\nNOOP\n"))
    assert talk.verbs() == [b"EHLO", b"DATA"]
    assert ran.status == 5, ran


def test_a_second_mail_follows_a_refused_one(telex):
    talk = Strict(replies={b"DATA": [b"452 4.3.1 full\r\n",
                                     b"354 go on\r\n"]})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=(
            session(quit=False) + session(body="Subject: two\n\n2\n")))
    assert talk.bodies == [crlf("Subject: two\n\n2\n")]
    assert ran.status == 4, ran


def test_lmtp_gives_a_reply_for_each_recipient(telex):
    talk = Strict(lmtp=True, watch=0.2, replies={
        b"RCPT": [b"250 ok\r\n", b"550 no\r\n", b"250 ok\r\n"],
        b".": [b"250 2.0.0 one\r\n", b"452 4.2.2 other is full\r\n"]})
    script = session("one@example.test", "no@example.test",
                     "other@example.test", hello="LHLO x")
    with Fake(talk) as fake:
        ran = telex.run(f"lmtp://{fake.host}:{fake.port}", input=script)
    assert not talk.violations, ran
    assert talk.commands[-1] == b"QUIT"
    assert ran.out == bytes(talk.sent)
    assert b"452 4.2.2 other is full\r\n" in ran.out
    assert ran.status == 5, ran


def test_lmtp_over_a_socket_file_delivers(telex, tmp_path):
    path = tmp_path / "lmtp"
    with MailServer(lmtp=True, path=path) as server:
        ran = telex.run(f"lmtp:unix:{path}", input=session(
            "one@example.test", "two@example.test", hello="LHLO x"))
        mail = server.mail()
    assert mail.content == delivered()
    assert b"250 2.0.0 kept for two@example.test\r\n" in ran.out
    assert ran.status == 0, ran


def test_pipeline_sends_ahead_but_the_body_waits(telex):
    """RFC 2920, 3.1: EHLO and DATA end a group; the rest may go along."""
    order = []

    def play(peer):
        peer.send(Strict.GREETING)
        order.append(peer.line())
        peer.send(b"250-fake\r\n250 PIPELINING\r\n")
        for _ in range(4):
            order.append(peer.line())
        assert not peer.early(0.2), "the body came before 354"
        peer.send(b"250 a\r\n250 b\r\n250 c\r\n", b"354 go on\r\n")
        assert peer.until(b"\r\n.\r\n") == crlf(BODY) + b".\r\n"
        peer.send(b"250 kept\r\n")
        order.append(peer.line())
        peer.send(b"221 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run("--pipeline", fake.host, fake.port, input=session(
            "a@example.test", "b@example.test"))
        fake.done()
    assert [line[:4] for line in order] == [
        b"EHLO", b"MAIL", b"RCPT", b"RCPT", b"DATA", b"QUIT"]
    assert ran.status == 0, ran


def test_fail_option_stops_at_the_first_refusal(telex):
    talk = Strict(replies={b"RCPT": b"550 5.1.1 nobody\r\n"})
    with Fake(talk) as fake:
        ran = telex.run("--fail", fake.host, fake.port, input=session())
    assert b"DATA" not in talk.commands
    assert talk.commands[2].startswith(b"RCPT")
    assert ran.status == 5, ran


# --- TLS in a script


def test_starttls_in_a_script_protects_the_mail(telex, authority):
    script = ("EHLO client.example.test\nSTARTTLS\n" + session())
    with MailServer(starttls=authority.server_side(),
                    require_starttls=True) as server:
        ran = telex.run("--cafile", authority.cafile, "localhost",
                        server.port, input=script)
        mail = server.mail()
    assert mail.tls and mail.content == delivered()
    assert any("TLSv1.3" in line for line in ran.lines("* ")), ran
    assert ran.status == 0, ran


def test_starttls_up_front_protects_the_mail(telex, authority):
    with MailServer(starttls=authority.server_side(),
                    require_starttls=True) as server:
        ran = telex.run("-S", "--cafile", authority.cafile, "localhost",
                        server.port, input=session())
        mail = server.mail()
    assert mail.tls and mail.content == delivered()
    assert ran.status == 0, ran


def test_starttls_works_with_postfix(telex, postfix, authority):
    box = postfix.box()
    ran = telex.run("--cafile", authority.cafile, "localhost",
                    postfix.strict_port,
                    input="EHLO x.example.test\nSTARTTLS\n" + session(box))
    assert ran.status == 0, ran
    assert postfix.mail(box) == delivered().replace(b"\r\n", b"\n")


def test_tls_from_the_first_byte_protects_the_mail(telex, authority):
    for words in (("-T", "localhost"), ("smtps://localhost:{port}",)):
        with MailServer(tls=authority.server_side()) as server:
            words = [word.format(port=server.port) for word in words]
            if len(words) == 2:
                words.append(server.port)
            ran = telex.run("--cafile", authority.cafile, *words,
                            input=session())
            assert server.mail().content == delivered()
        assert ran.status == 0, ran


@pytest.mark.parametrize("reply", [
    b"454 4.7.0 TLS not available\r\n", b"502 5.5.1 no\r\n",
    b"250 ok\r\n"], ids=["454", "502", "250"])
def test_refused_starttls_ends_the_script(telex, reply):
    talk = Strict(replies={b"STARTTLS": reply})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port,
                        input="EHLO x\nSTARTTLS\n" + session())
    assert bytes(fake.peer.received) == b"EHLO x\r\nSTARTTLS\r\n"
    assert ran.status == 3, ran
    assert ran.lines("telex: ") or ran.lines("! "), ran


def test_unverified_server_gets_nothing_more(telex, authority):
    with MailServer(starttls=authority.server_side()) as server:
        ran = telex.run("localhost", server.port,
                        input="EHLO x\nSTARTTLS\n" + session())
        assert not server.mails
    assert ran.status == 3, ran


# --- the end of the input


def test_reply_that_comes_seconds_after_the_input_is_kept(telex):
    def late(peer):
        assert not peer.early(2), "sent out of turn"
        peer.send(b"250 late\r\n")
        return b"250"
    talk = Strict(replies={b"NOOP": late})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input="EHLO x\nNOOP\n")
    assert ran.out.endswith(b"250 late\r\n")
    assert talk.ended == "eof"
    assert ran.status == 0, ran


@pytest.mark.parametrize("how", ["-N", "--eof=shutdown", None])
def test_end_of_input_closes_our_half(telex, how):
    """The replies are awaited, our half is closed, the server's last
    words are still shown."""
    def play(peer):
        peer.send(Strict.GREETING)
        assert peer.line() == b"NOOP"
        peer.send(b"250 ok\r\n")
        assert peer.rest() == b""
        peer.send(b"221 you have closed, so do I\r\n")
    with Fake(play) as fake:
        ran = telex.run(*([how] if how else []), fake.host, fake.port,
                        "-P", "smtp", input="NOOP\n")
        fake.done()
    assert ran.out.endswith(b"221 you have closed, so do I\r\n")
    assert ran.status == 0, ran


def test_eof_quit_says_goodbye(telex):
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.run("--eof=quit", fake.host, fake.port,
                        input=session(quit=False))
    assert talk.commands[-1] == b"QUIT" and talk.ended == "closed"
    assert ran.out == bytes(talk.sent)
    assert ran.status == 0, ran


def test_eof_wait_keeps_our_half_open(telex):
    def play(peer):
        peer.send(Strict.GREETING)
        assert peer.line() == b"NOOP"
        peer.send(b"250 ok\r\n")
        assert peer.early(0.7) == b"" and not peer.saw_end
        peer.send(b"421 idle\r\n")
    with Fake(play) as fake:
        ran = telex.run("--eof=wait", "-P", "smtp", fake.host, fake.port,
                        input="NOOP\n")
        fake.done()
    assert ran.out.endswith(b"421 idle\r\n")


def test_eof_close_does_not_wait_for_the_server(telex):
    def play(peer):
        peer.send(Strict.GREETING)
        assert peer.line() == b"NOOP"
        peer.send(b"250 ok\r\n")
        peer.rest()
        time.sleep(0.3)
    with Fake(play) as fake:
        before = time.monotonic()
        ran = telex.run("--eof=close", "-P", "smtp", fake.host, fake.port,
                        input="NOOP\n")
        assert time.monotonic() - before < 10
        fake.done()
    assert ran.status == 0, ran


# --- exit statuses


REFUSALS = [("450 4.2.1 busy", "250 ok", 4), ("250 ok", "550 no", 5),
            ("450 busy", "550 no", 5), ("550 no", "450 busy", 5),
            ("250 ok", "250 ok", 0)]


@pytest.mark.parametrize("first,second,status", REFUSALS)
def test_exit_status_is_the_worst_reply(telex, first, second, status):
    replies = [first.encode() + b"\r\n", second.encode() + b"\r\n"]
    talk = Strict(replies={b"RCPT": replies})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=(
            "EHLO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nRCPT TO:<e@f>\nQUIT\n"))
    assert ran.status == status, ran


def test_connection_lost_before_an_owed_reply_is_status_1(telex):
    def gone(peer):
        raise Gone
    for verb in (b"EHLO", b"MAIL", b"DATA", b"."):
        talk = Strict(replies={verb: gone})
        with Fake(talk) as fake:
            ran = telex.run(fake.host, fake.port, input=session())
        assert ran.status == 1, ran
        assert len(ran.lines("telex: ")) == 1, ran
        assert ran.out == bytes(talk.sent)


def test_421_in_mid_session_is_shown_and_ends(telex):
    talk = Strict(replies={b"MAIL": b"421 4.3.2 shutting down\r\n"})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert ran.out.endswith(b"421 4.3.2 shutting down\r\n")
    assert talk.verbs() == [b"EHLO", b"MAIL"]
    assert ran.status == 4, ran


def test_reset_by_the_server_is_status_1(telex):
    def reset(peer):
        peer.reset()
        raise Gone
    talk = Strict(replies={b"MAIL": reset})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=session())
    assert ran.out == bytes(talk.sent)
    assert ran.status == 1 and "reset" in ran.err, ran


@pytest.mark.parametrize("words", [("-i", "1"), ("--timeout=0.5",)])
@pytest.mark.parametrize("silent", ["greeting", "reply"])
def test_silent_server_is_given_up(telex, words, silent):
    def play(peer):
        if silent == "reply":
            peer.send(Strict.GREETING)
            assert peer.line() == b"EHLO x"
        peer.rest()
    with Fake(play) as fake:
        before = time.monotonic()
        ran = telex.run(*words, "-P", "smtp", fake.host, fake.port,
                        input="EHLO x\nQUIT\n")
        assert time.monotonic() - before < 20
        fake.done()
    assert ran.status == 7, ran
    error, = ran.lines("telex: ")
    assert ("(-T, if it wants TLS" in error) == (silent == "greeting"), ran


@pytest.mark.parametrize("limit,status", [(30, 0), (1, 7)])
def test_reply_that_keeps_dripping_is_given_up(telex, limit, status):
    """The limit is for the reply, not for each byte of it."""
    def drip(peer):
        for _ in range(40 if status == 0 else 400):
            peer.send(b"250-and so on\r\n")
            if peer.early(0.1) or peer.saw_end:
                raise Gone
        peer.send(b"250 end\r\n")
        return b"250"
    talk = Strict(replies={b"EHLO": drip})
    with Fake(talk) as fake:
        before = time.monotonic()
        ran = telex.run("-i", limit, fake.host, fake.port,
                        input="EHLO x\nQUIT\n")
        spent = time.monotonic() - before
    assert ran.status == status, ran
    if status == 0:
        assert ran.out.count(b"250-and so on\r\n") == 40
    else:
        assert 0.9 < spent < 20 and "EHLO is still owed" in ran.err, ran


def test_connecting_is_given_up(telex):
    with Deaf() as deaf:
        before = time.monotonic()
        ran = telex.run("-w", "1", deaf.host, deaf.port, "-c", "QUIT")
        assert time.monotonic() - before < 20
    assert ran.status == 7, ran
    assert deaf.host in ran.err


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGINT,
                                   signal.SIGHUP])
def test_signal_ends_with_its_status(telex, signo):
    with Fake(lambda peer: (peer.send(Strict.GREETING), peer.rest())) as fake:
        with telex.start("-P", "smtp", fake.host, fake.port) as process:
            assert process.stdout.read(4) == b"220 "
            process.send_signal(signo)
            process.communicate(timeout=10)
        assert process.returncode in (-signo, 128 + signo)


def test_unreadable_file_is_status_2(telex, tmp_path):
    with Fake(Strict()) as fake:
        ran = telex.run("-f", tmp_path / "nothing", fake.host, fake.port)
        assert not fake.peers or not fake.peer.received
    assert ran.status == 2, ran
    assert len(ran.err.splitlines()) == 1 and "nothing" in ran.err


# --- servers of no known protocol


def test_unknown_server_talks_both_ways(telex):
    with Fake(echo) as fake:
        before = time.monotonic()
        ran = telex.run(fake.host, fake.port, input="hello\nworld\n")
        assert time.monotonic() - before < 10
    assert ran.out == b"hello\r\nworld\r\n"
    assert ran.status == 0, ran


@pytest.mark.parametrize("data", [
    b"one\ntwo\r\nthree\n\n\r\nlast", b"\n", b"x", b"a\rb\r\r\n\n",
    b"\0\xff\n" * 3000], ids=["mixed", "empty", "no end", "bare CR", "8-bit"])
def test_raw_protocol_ends_each_line_with_crlf_once(telex, data):
    with Fake(echo) as fake:
        ran = telex.run("-P", "raw", "-N", fake.host, fake.port, input=data)
    wanted = re.sub(rb"(?<!\r)\n", b"\r\n", data)
    assert bytes(fake.peer.received) == wanted
    assert ran.out == wanted
    assert ran.status == 0, ran


def test_raw_bytes_pass_exactly_both_ways(telex):
    data = os.urandom(3 << 20) + b"\n\r\r\n\0end"
    with Fake(echo) as fake:
        ran = telex.run("--raw", "-P", "raw", "-N", fake.host, fake.port,
                        input=data)
    assert bytes(fake.peer.received) == data
    assert ran.out == data
    assert ran.status == 0, ran


def test_raw_protocol_ends_with_a_server_that_only_talks(telex):
    data = os.urandom(1 << 20)
    with Fake(lambda peer: peer.send(data)) as fake:
        ran = telex.run("-P", "raw", fake.host, fake.port)
    assert ran.out == data
    assert ran.status == 0, ran


# --- what the shell may do with the descriptors


@pytest.mark.parametrize("verb,reply", [("NOOP", b"421 bye\r\n"),
                                        ("QUIT", b"221 bye\r\n")])
def test_unused_script_is_left_in_the_file(telex, tmp_path, verb, reply):
    (tmp_path / "script").write_text(
        f"EHLO x\n{verb}\nMAIL\nRCPT\nsecond\n")

    def bye(peer):
        peer.send(reply)
        raise Gone
    talk = Strict(replies={verb.encode(): bye})
    with Fake(talk) as fake:
        ran = telex.shell(f'("$telex" -P smtp {fake.host} {fake.port}; cat)'
                          f' < {tmp_path}/script')
    assert ran.out == bytes(talk.sent) + reply + b"MAIL\nRCPT\nsecond\n"


def test_rest_behind_a_refused_upgrade_is_left_in_the_file(telex, tmp_path):
    (tmp_path / "script").write_text("EHLO x\nSTARTTLS\nAUTH\nsecond\n")
    talk = Strict(replies={b"STARTTLS": b"502 no\r\n"})
    with Fake(talk) as fake:
        ran = telex.shell(f'("$telex" -P smtp {fake.host} {fake.port}; cat)'
                          f' < {tmp_path}/script')
    assert ran.out == bytes(talk.sent) + b"AUTH\nsecond\n"


def test_empty_input_shows_the_greeting(telex):
    talk = Strict(late=0.3)
    with Fake(talk) as fake:
        ran = telex.run("-P", "smtp", fake.host, fake.port)
    assert ran.out == Strict.GREETING
    assert ran.status == 0, ran


def test_closed_stdin_is_not_the_server(telex):
    """A client once took the socket for its stdin and echoed the server."""
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.shell(f'"$telex" -P smtp {fake.host} {fake.port} <&-')
    assert bytes(fake.peer.received) == b""
    assert ran.out == Strict.GREETING
    assert ran.status == 0, ran


def test_stdin_that_is_a_directory_is_named(telex, tmp_path):
    with Fake(Strict()) as fake:
        ran = telex.shell(f'"$telex" -P smtp {fake.host} {fake.port} '
                          f'< {tmp_path}')
    assert ran.status == 2, ran
    assert "directory" in ran.err and len(ran.lines("telex: ")) == 1, ran


def test_nonblocking_stdin_is_read_to_its_end(telex):
    read, write = os.pipe()
    os.set_blocking(read, False)
    talk = Strict()
    with Fake(talk) as fake:
        with telex.start(fake.host, fake.port, stdin=read) as process:
            os.close(read)
            script = session().encode()
            os.write(write, script[:9])
            assert process.stdout.read(4) == b"220 "
            os.write(write, script[9:])
            os.close(write)
            process.communicate(timeout=20)
    assert talk.bodies == [crlf(BODY)]
    assert process.returncode == 0


@pytest.mark.parametrize("where", [">&-", "> /dev/full"])
def test_stdout_that_takes_nothing_is_one_error(telex, where):
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.shell(f'"$telex" -c "EHLO x" -c NOOP -c QUIT '
                          f'{fake.host} {fake.port} {where}')
    assert ran.status == 1, ran
    assert len(ran.lines("telex: ")) == 1, ran
    assert b"220" not in fake.peer.received
    assert b"250" not in fake.peer.received


def test_reader_that_leaves_ends_telex(telex):
    """telex ... | head -1"""
    def play(peer):
        peer.send(Strict.GREETING)
        while True:
            peer.send(b"220-and more\r\n" * 1000)
    with Fake(play) as fake:
        ran = telex.shell(
            f'{{ "$telex" -P raw {fake.host} {fake.port} 2>&3; '
            'echo "status $?" >&3; } 3>&2 | head -1')
        fake.done()
    assert ran.out == Strict.GREETING
    assert "status 1" in ran.err, ran
    assert len(ran.lines("telex: ")) == 1, ran


def test_slow_nonblocking_stdout_loses_nothing(telex):
    data = b"".join(b"%07d\r\n" % i for i in range(200000))
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with Fake(lambda peer: peer.send(data)) as fake:
        with telex.start("-P", "raw", fake.host, fake.port,
                         stdin=subprocess.DEVNULL,
                         stdout=theirs) as process:
            assert not os.get_blocking(theirs.fileno())
            theirs.close()
            got = bytearray()
            time.sleep(0.2)
            while piece := ours.recv(65536):
                got += piece
            process.communicate(timeout=20)
    ours.close()
    assert bytes(got) == data
    assert process.returncode == 0


def test_inherited_descriptors_stay_as_they_were(telex):
    read, write = os.pipe()
    out_read, out_write = os.pipe()
    with Fake(Strict()) as fake:
        with telex.start(fake.host, fake.port, stdin=read,
                         stdout=out_write) as process:
            os.read(out_read, 4)
            assert os.get_blocking(read) and os.get_blocking(out_write)
            os.close(write)
            os.close(out_write)
            process.communicate(timeout=20)
    os.close(read)
    os.close(out_read)


def test_slow_writer_of_the_script_is_waited_for(telex):
    """A script from a program that thinks between its lines."""
    talk = Strict()
    with Fake(talk) as fake:
        with telex.start(fake.host, fake.port) as process:
            for line in session().encode().splitlines(True):
                process.stdin.write(line[:3])
                process.stdin.flush()
                process.stdin.write(line[3:])
                process.stdin.flush()
                time.sleep(0.02)
            out, _ = process.communicate(timeout=20)
    assert talk.bodies == [crlf(BODY)] and not talk.violations
    assert out == bytes(talk.sent)


def test_replies_appear_while_the_script_is_being_written(telex):
    """A program that reads a reply before it writes the next line."""
    talk = Strict()
    with Fake(talk) as fake:
        with telex.start(fake.host, fake.port, bufsize=0) as process:
            assert process.stdout.read(4096) == Strict.GREETING
            process.stdin.write(b"EHLO x\n")
            assert process.stdout.read(4096) == Strict.REPLIES[b"EHLO"]
            process.stdin.write(b"QUIT\n")
            assert process.stdout.read(4096) == b"221 bye\r\n"
            process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.parametrize("said, why", [
    (b"EHLO x\n", "before the input ended"),
    (b"EHLO x\nDATA\nSubject: x\n",
     "in the mail data: the message was not completed"),
])
def test_server_that_goes_away_is_an_error(telex, said, why):
    """What writes the script has not finished, and is not told in time."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        with telex.start("-P", "smtp", fake.host, fake.port,
                         bufsize=0) as process:
            for number, line in enumerate(said.splitlines(True)):
                process.stdin.write(line)
                puppet.wait_lines(number + 1)
                if line[:1] in b"ED":
                    puppet.send(Strict.REPLIES[line[:4].strip()])
            puppet.close()
            # Its input stays open, but it does not wait for that.
            process.wait(20)
            out, err = process.stdout.read(), process.stderr.read()
    assert process.returncode == 1
    assert err.decode().strip() == ("telex: the server closed the connection "
                                    + why)
    assert out.endswith(b"\r\n") and out.startswith(Strict.GREETING)


def test_server_that_was_told_to_go_away_is_none(telex):
    with Fake(Strict()) as fake:
        with telex.start("-P", "smtp", fake.host, fake.port,
                         bufsize=0) as process:
            process.stdin.write(b"QUIT\n")
            process.wait(20)
            err = process.stderr.read()
    assert process.returncode == 0 and err == b""
