# SPDX-License-Identifier: ISC
"""-o FILE and `^] log`: what was said, in a file that can be played again."""

import base64
import re
import resource
import signal
import socket
import stat
import time

import pytest

import dovecot as real
from fakes import Fake, Puppet, Strict, echo, torn
from servers import MailServer, session

HEAD = "# telex transcript 1\n"
TIME = re.compile(r"^# \+\d+\.\d{3} s\n", re.M)
SECRET = "wonderland"


def text_of(path):
    """The file without its times."""
    return TIME.sub("", path.read_bytes().decode())


def replies(out):
    """The replies of SMTP, each with its lines as a transcript has them."""
    lines = out.decode().split("\r\n")
    assert lines.pop() == ""
    text = ""
    for line in lines:
        text += f"S: {line}\n"
        if line[3:4] != "-":
            yield text
            text = ""
    assert text == ""


@pytest.fixture(scope="module")
def dovecot(authority):
    why = real.missing("imap", "pop3", "sieve")
    if why:
        pytest.skip(why)
    with real.Dovecot(authority, ["imap", "pop3", "sieve"]) as server:
        yield server


@pytest.fixture
def log(tmp_path):
    return tmp_path / "session.telex"


def test_session_with_postfix(telex, postfix, log):
    ran = telex.run("-o", log, "localhost", postfix.port, "-P", "smtp",
                    input="EHLO client.example\nMAIL FROM:<a@example.test>\n"
                    "RCPT TO:<busy@example.test>\nRSET\nQUIT\n")
    said = replies(ran.out)
    want = (f"{HEAD}<connect smtp://localhost:{postfix.port}>\n"
            f"<protocol smtp>\n{next(said)}"
            f"C: EHLO client.example\n{next(said)}"
            f"C: MAIL FROM:<a@example.test>\n{next(said)}"
            f"C: RCPT TO:<busy@example.test>\n{next(said)}"
            f"C: RSET\n{next(said)}"
            f"C: QUIT\n{next(said)}<closed>\n")
    assert text_of(log) == want
    assert "S: 450 4.2.1" in want and ran.status == 4, ran
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_mail_goes_in_as_it_was_sent(telex, postfix, log):
    body = ("Subject: x\n folded\n\ttab\n\n..dot\ntrailing \n<html>\n...\n"
            "gr\u00fc\u00dfe $HOME ${x} \\n\n\x1b[31mred\n")
    ran = telex.run("-o", log, "localhost", postfix.port, "-P", "smtp",
                    input=session(postfix.box(), body=body))
    assert ran.status == 0, ran
    assert ("C: Subject: x\nC:  folded\nC: \ttab\nC:\nC: ..dot\n"
            "C$ trailing\\x20\nC$ <html>\nC$ ...\n"
            "C: gr\u00fc\u00dfe $HOME ${x} \\n\nC$ \\x1b[31mred\nC: .\nS: 250 "
            ) in text_of(log)
    assert b"\033" not in log.read_bytes()


def test_starttls_and_its_mark(telex, postfix, authority, log):
    ran = telex.run("-S", "--cafile", authority.cafile, "-o", log,
                    "localhost", postfix.port, input="EHLO x\nQUIT\n")
    assert ran.status == 0, ran
    assert re.search(r"C: STARTTLS\nS: 220 [^\n]*\n<TLS verified: TLSv1\.\d "
                     r"\w+, localhost>\nC: EHLO x\nS: 250-", text_of(log))
    ran = telex.run("-k", "--force", "-o", log, "localhost", postfix.port,
                    "-S", input="QUIT\n")
    assert re.search(r"\n<TLS: TLSv1\.\d \w+, localhost>\nC: QUIT\n",
                     text_of(log)), ran


def test_tls_from_the_first_byte(telex, authority, log):
    with MailServer(tls=authority.server_side()) as server:
        ran = telex.run("--cafile", authority.cafile, "-o", log, "-T",
                        "localhost", server.port, "-P", "smtp",
                        input="QUIT\n")
        assert ran.status == 0, ran
        assert re.match(HEAD + f"<connect smtps://localhost:{server.port}>\n"
                        r"<protocol smtp>\n<TLS verified: .*>\nS: 220 ",
                        text_of(log))


def test_protocol_told_by_the_greeting_stands_before_it(telex, dovecot, log):
    port = dovecot.ports["imap"]
    telex.run("-o", log, "127.0.0.1", port, input="a1 LOGOUT\n")
    assert text_of(log).startswith(
        f"{HEAD}<connect tcp://127.0.0.1:{port}>\n<protocol imap>\nS: * OK ")


def test_unix_socket(telex, tmp_path, log):
    path = tmp_path / "socket"
    with MailServer(lmtp=True, path=path):
        telex.run("-o", log, f"lmtp:unix:{path}", input="QUIT\n")
    assert text_of(log).startswith(
        f"{HEAD}<connect lmtp:unix:{path}>\n<protocol lmtp>\nS: 220 ")


def test_mode_is_0600_whatever_the_umask(telex, log):
    with Fake(Strict()) as fake:
        ran = telex.shell(f"umask 0; \"$telex\" -o {log} -c QUIT "
                          f"smtp://localhost:{fake.port}")
    assert ran.status == 0, ran
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_refused_replaced_or_continued(telex, log):
    log.write_text("mine\n")
    log.chmod(0o644)
    with Fake(Strict()) as fake:
        url = f"smtp://localhost:{fake.port}"
        ran = telex.run("-o", log, url, input="QUIT\n")
        assert ran.status == 2 and not fake.peers, ran
        assert ran.err == (f"telex: {log} is there already (--force "
                           f"overwrites it, \">>{log}\" appends)\n")
        assert log.read_text() == "mine\n"
        ran = telex.run("-o", log, "--force", url, input="QUIT\n")
        one = text_of(log)
        assert one.startswith(HEAD + "<connect ") and ran.status == 0
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        ran = telex.run("-o", f">>{log}", url, input="QUIT\n")
        assert text_of(log) == one + "\n" + one and ran.status == 0


def test_symbolic_link_is_not_followed(telex, log, tmp_path):
    log.symlink_to(tmp_path / "other")
    with Fake(Strict()) as fake:
        for words in (["-o", log], ["-o", log, "--force"],
                      ["-o", f">>{log}"]):
            ran = telex.run(*words, f"smtp://localhost:{fake.port}",
                            input="QUIT\n")
            assert ran.status == 2 and not fake.peers, ran
    assert not (tmp_path / "other").exists()


def test_nothing_is_left_where_nothing_was_said(telex, log):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        ran = telex.run("-o", log, "127.0.0.1", bound.getsockname()[1],
                        input="QUIT\n")
    assert ran.status == 1 and not log.exists(), ran


# --- secrets

LOGIN = {b"AUTH": b"334 VXNlcm5hbWU6\r\n",
         b"334": [b"334 UGFzc3dvcmQ6\r\n", b"235 2.7.0 welcome\r\n"]}
PLAIN = base64.b64encode(b"\0alice\0" + SECRET.encode()).decode()
IN_BASE64 = base64.b64encode(SECRET.encode()).decode()


def assert_secret(log, *more):
    data = log.read_bytes()
    for secret in (SECRET, PLAIN, IN_BASE64, *more):
        for part in (secret, secret[:8]):
            assert part.encode() not in data, data


@pytest.mark.parametrize("lines, replies, want", [
    (f"AUTH PLAIN {PLAIN}\n", {b"AUTH": b"235 2.7.0 welcome\r\n"},
     "C$ AUTH PLAIN ${secret:1}\nS: 235"),
    (f"auth login\nYWxpY2U=\n{IN_BASE64}\n", LOGIN,
     "C: auth login\nS: 334 VXNlcm5hbWU6\nC$ ${secret:1}\n"
     "S: 334 UGFzc3dvcmQ6\nC$ ${secret:2}\nS: 235"),
    (f"AUTH PLAIN\n{PLAIN}\n", {b"AUTH": b"334 \r\n",
                                b"334": b"235 welcome\r\n"},
     "C: AUTH PLAIN\nS% 334\\x20\nC$ ${secret:1}\nS: 235"),
])
def test_smtp_passwords(telex, log, lines, replies, want):
    with Fake(Strict(replies=replies)) as fake:
        ran = telex.run("-o", log, f"smtp://localhost:{fake.port}",
                        input=f"EHLO x\n{lines}QUIT\n")
    assert ran.status == 0, ran
    assert want in text_of(log)
    assert_secret(log)


@pytest.mark.parametrize("words", [[], ["--raw"], ["--pipeline"]])
@pytest.mark.parametrize("login, want", [
    (f"a1 LOGIN alice {SECRET}\n", "C$ a1 LOGIN alice ${secret:1}\n"),
    (f'a1 login "alice" "{SECRET}"\n', 'C$ a1 login "alice" "${secret:1}"\n'),
    (f"a1 LOGIN alice {{10}}\n{SECRET}\n",
     "C: a1 LOGIN alice {10}\nS: + OK\nC$ ${secret:1}\nS: a1 OK"),
    (f"a1 LOGIN {{5+}}\nalice {{10+}}\n{SECRET}\n", "${secret:1}"),
    (f"a1 AUTHENTICATE PLAIN\n{PLAIN}\n",
     "C: a1 AUTHENTICATE PLAIN\nS% +\\x20\nC$ ${secret:1}\n"),
    (f"a1 AUTHENTICATE PLAIN {PLAIN}\n",
     "C$ a1 AUTHENTICATE PLAIN ${secret:1}\n"),
])
def test_imap_passwords(telex, dovecot, log, login, want, words):
    script = (login + "a2 NOOP\na3 LOGOUT\n")
    if words == ["--raw"]:
        script = script.replace("\n", "\r\n")
    ran = telex.run("-o", log, *words,
                    f"imap://localhost:{dovecot.ports['imap']}",
                    input=script)
    assert ran.status == 0, ran
    text = text_of(log)
    # Ahead of the replies, these stand elsewhere.
    assert (want if not words else want.split("S:")[0].split("S%")[0]) \
        in text, text
    assert "S: a2 OK" in text
    assert_secret(log)


def test_pop3_and_sieve_passwords(telex, dovecot, log):
    ran = telex.run("-o", log, f"pop3://localhost:{dovecot.ports['pop3']}",
                    input=f"USER alice\nPASS {SECRET}\nQUIT\n")
    assert ran.status == 0, ran
    assert "C: USER alice\nS: +OK\nC$ PASS ${secret:1}\nS: +OK" in \
        text_of(log)
    assert_secret(log)
    ran = telex.run("-o", log, "--force",
                    f"sieve://localhost:{dovecot.ports['sieve']}",
                    input=f'AUTHENTICATE "PLAIN" "{PLAIN}"\n'
                    f'AUTHENTICATE "PLAIN" {{{len(PLAIN)}+}}\n{PLAIN}\n'
                    "LOGOUT\n")
    assert "${secret:1}" in text_of(log), ran
    assert_secret(log)


@pytest.mark.parametrize("words", [[], ["--pipeline"], ["-vvv"]])
def test_a_secret_longer_than_a_block(telex, log, words):
    """Its rest is a secret as well, and its reply is waited for at its end."""
    secret = "x" * 200000
    strict = Strict(replies={b"AUTH": b"235 2.7.0 welcome\r\n"})
    with Fake(strict) as server:
        ran = telex.run(*words, "-i", "5", "-o", log, "-P", "smtp",
                        "localhost", server.port,
                        input=f"AUTH PLAIN {secret}\nQUIT\n")
        [peer] = server.peers
        assert peer.received.decode() == \
            f"AUTH PLAIN {secret}\r\nQUIT\r\n"
    assert ran.status == 0
    assert "xxxx" not in text_of(log) and "78 78" not in ran.err
    assert "C$ AUTH PLAIN ${secret:1}\nS: 235 2.7.0" in text_of(log)


def test_secret_on_request_and_a_typed_password(sit, log):
    with Fake(Strict(replies={b"XPASS": b"250 fine\r\n"})) as fake:
        person = sit("-o", log, "-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.command("secret")
        person.wait_prompt("password: ")
        person.enter("XPASS " + SECRET)
        person.wait_for("250 fine")
        person.wait_prompt()
        person.enter("AUTH PLAIN " + PLAIN)
        person.wait_for("250 2.0.0 ok")
        person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0
    assert "C$ ${secret:1}\nS: 250 fine\nC$ AUTH PLAIN ${secret:2}\nS: 250" \
        in text_of(log)
    assert_secret(log)


# --- bytes that are no lines

def test_raw_bytes(telex, log):
    with Fake(echo) as fake:
        ran = telex.run("-o", log, "--raw", "-P", "raw", "localhost",
                        fake.port, input=b"a\nb\r\n\0\xff\033]0;x\007 end")
    assert ran.out == b"a\nb\r\n\0\xff\033]0;x\007 end", ran
    text = text_of(log)
    said = "".join(line[3:] for line in text.splitlines()
                   if line.startswith("C"))
    heard = "".join(line[3:] for line in text.splitlines()
                    if line.startswith("S"))
    assert said == "a\\n\\cb\\x00\\xff\\x1b]0;x\\x07 end\\c", text
    assert heard.replace("\\c", "") == said.replace("\\c", ""), text
    assert set(log.read_bytes()) <= {10, *range(32, 127)}
    assert text.endswith("<close>\n")


def test_prompt_without_a_line_end(telex, log):
    puppet = Puppet(greeting=b"login: ")
    with Fake(puppet) as fake:
        process = telex.start("-o", log, "-P", "raw", "localhost",
                              fake.port)
        assert process.stdout.read(7) == b"login: "
        process.stdin.write(b"me\n")
        process.stdin.flush()
        puppet.wait_lines(1)
        puppet.send(b"Pass", b"word: ", pause=0.05)
        assert process.stdout.read(10) == b"Password: "
        process.stdin.close()
        puppet.wait_over()
        assert process.wait() == 0
    assert text_of(log).endswith("<protocol raw>\nS% login:\\x20\\c\n"
                                 "C: me\nS% Password:\\x20\\c\n<close>\n")


def test_xmpp_is_written_piece_by_piece(telex, log):
    opening = b"<stream:stream to='x' xmlns='jabber:client' " \
        b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"

    def play(peer):
        peer.until(b">")
        peer.send(opening + b"<stream:features/>")
        peer.until(b"</stream:stream>")
        peer.send(b"</stream:stream>")
    with Fake(play) as fake:
        ran = telex.run("-o", log, f"xmpp://localhost:{fake.port}",
                        input=opening + b"\n</stream:stream>\n")
    text = text_of(log)
    assert ran.status == 0, ran
    assert "C$ <stream:stream to='x'" in text
    assert "S% <stream:stream to='x'" in text
    assert "<stream:features/>" in text


def test_octets_of_the_server(telex, dovecot, log):
    user = dovecot.account()
    dovecot.deliver(b"Subject: x\r\n\r\n<b>\r\n blank \r\n", user)
    ran = telex.run("-o", log, f"imap://localhost:{dovecot.ports['imap']}",
                    input=f"a LOGIN {user} {SECRET}\na SELECT INBOX\n"
                    "a FETCH 1 BODY.PEEK[]\na LOGOUT\n")
    assert ran.status == 0, ran
    assert ("S: * 1 FETCH (BODY[] {28}\nS: Subject: x\nS:\nS% <b>\n"
            "S% \\x20blank\\x20\nS: )\nS: a OK Fetch") in text_of(log)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_however_it_is_cut_it_is_the_same(telex, log, size):
    came = (b"220-one\r\n220 two\r\n", b"250-\xc3\xbc\r\n250 end \r\n")
    with Fake(Strict(greeting=torn(came[0], size), pause=0.001,
                     replies={b"EHLO": torn(came[1], size)})) as fake:
        telex.run("-o", log, f"smtp://localhost:{fake.port}",
                  input="EHLO x\nQUIT\n")
        port = fake.port
    assert text_of(log) == (
        f"{HEAD}<connect smtp://localhost:{port}>\n<protocol smtp>\n"
        "S: 220-one\nS: 220 two\nC: EHLO x\nS: 250-\u00fc\n"
        "S% 250 end\\x20\nC: QUIT\nS: 221 bye\n<closed>\n")


def test_hostile_words_stay_in_their_line(telex, log):
    hostile = b"220 x\rC: QUIT\x0b\x85\xe2\x80\xa8\xe2\x80\xae\033[2J\0\r\n"
    with Fake(Strict(greeting=(hostile,))) as fake:
        telex.run("-o", log, f"smtp://localhost:{fake.port}",
                  input="QUIT\n")
    assert ("S% 220 x\\rC: QUIT\\x0b\\x85\\xe2\\x80\\xa8\\xe2\\x80\\xae"
            "\\x1b[2J\\x00\n") in text_of(log)


# --- times

def test_times_count_from_the_connection(telex, log):
    def slow(peer):
        time.sleep(0.3)
        peer.send(b"250 ok\r\n")
    with Fake(Strict(replies={b"NOOP": slow})) as fake:
        telex.run("-o", log, f"smtp://localhost:{fake.port}",
                  input="NOOP\nNOOP\nQUIT\n")
    times = [float(t) for t in
             re.findall(r"C: NOOP\n# \+(\d+\.\d{3}) s\nS: 250 ok\n",
                        log.read_text())]
    assert len(times) == 2
    assert 0.3 <= times[0] < times[1] - 0.29


# --- what is written can be played

def test_what_was_written_passes_again(telex, postfix, authority, log):
    ran = telex.run("-S", "--cafile", authority.cafile, "-o", log,
                    "localhost", postfix.port,
                    input=session(postfix.box(), body="Subject: x\n a\n"
                                  "\n<b>\n...\ntrailing \n\x1b\n"))
    assert ran.status == 0, ran
    ran = telex.run("-r", "--cafile", authority.cafile, log)
    assert ran.status == 0, ran


@pytest.mark.parametrize("scheme, lines", [
    ("imap", f"a LOGIN alice {SECRET}\na NOOP\na LOGOUT\n"),
    ("imap", f'a LOGIN "alice" "{SECRET}"\na NOOP\na LOGOUT\n'),
    ("imap", f"a LOGIN alice {{10}}\n{SECRET}\na LOGOUT\n"),
    ("imap", f"a LOGIN {{5}}\nalice {{10}}\n{SECRET}\na LOGOUT\n"),
    ("imap", f"a AUTHENTICATE PLAIN\n{PLAIN}\na LOGOUT\n"),
    ("pop3", f"USER alice\nPASS {SECRET}\nSTAT\nCAPA\nQUIT\n"),
    ("sieve", f'AUTHENTICATE "PLAIN" "{PLAIN}"\nLOGOUT\n'),
])
def test_secrets_are_asked_for_again(telex, dovecot, log, scheme, lines,
                                     tmp_path):
    ran = telex.run("-o", log, f"{scheme}://localhost:"
                    f"{dovecot.ports[scheme]}", input=lines)
    assert ran.status == 0, ran
    said = [PLAIN if "AUTHENTICATE" in lines else SECRET] * 2
    if "{5}" in lines:
        said[0] = "alice"
    secrets = tmp_path / "secrets"
    secrets.write_text("".join(f"secret:{i + 1}={one}\n"
                               for i, one in enumerate(said)))
    ran = telex.shell(f'"$telex" -r --secrets-fd 3 {log} 3<{secrets}')
    assert ran.status == 0, (ran, log.read_text())


# --- ends

def test_our_end_and_theirs(telex, log):
    with Fake(Strict()) as fake:
        telex.run("-o", log, f"smtp://localhost:{fake.port}",
                  input="NOOP\n")
        assert text_of(log).endswith("S: 250 2.0.0 ok\n<close>\n")
        telex.run("-o", log, "--force", f"smtp://localhost:{fake.port}",
                  input="QUIT\n")
        assert text_of(log).endswith("S: 221 bye\n<closed>\n")


def test_killed_in_mid_session(telex, log):
    puppet = Puppet()
    with Fake(puppet) as fake:
        process = telex.start("-o", log, "-P", "smtp", "localhost",
                              fake.port)
        process.stdin.write(b"EHLO x\n")
        process.stdin.flush()
        puppet.wait_lines(1)
        puppet.send(b"250-half\r\n250-of")
        shown = b""
        while not shown.endswith(b"\r\n250-of"):
            shown += process.stdout.read(1)
        process.kill()
        process.wait()
        port = fake.port
    assert text_of(log) == (f"{HEAD}<connect smtp://localhost:{port}>\n"
                            "<protocol smtp>\nS: 220 fake.example.test ESMTP"
                            "\nC: EHLO x\nS: 250-half\n")


def test_killed_in_the_midst_of_much(telex, log):
    """Whatever the moment, every line is whole."""
    with Fake(Strict(watch=0)) as fake:
        process = telex.start("-o", log, "-P", "smtp", "localhost",
                              fake.port)
        process.stdin.write(b"MAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n"
                            + b"a line of the message\n" * 300000)
        process.kill()
        process.wait()
    lines = log.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert {line for line in lines[20:-1]} == {b"C: a line of the message"}
    assert lines[-1].startswith((b"C: a line", b"C$ ")), lines[-1]


# --- where it goes

def test_standard_output(telex):
    with Fake(Strict()) as fake:
        ran = telex.run("-o", "-", f"smtp://localhost:{fake.port}",
                        input="NOOP\nQUIT\n")
        port = fake.port
    assert ran.status == 0 and ran.err == "", ran
    assert TIME.sub("", ran.out.decode()) == (
        f"{HEAD}<connect smtp://localhost:{port}>\n<protocol smtp>\n"
        "S: 220 fake.example.test ESMTP\nC: NOOP\nS: 250 2.0.0 ok\n"
        "C: QUIT\nS: 221 bye\n<closed>\n")


def test_standard_output_that_is_closed_early(telex):
    with Fake(Strict()) as fake:
        ran = telex.shell(f'{{ "$telex" -o - -c NOOP -c QUIT smtp://localhost:'
                          f'{fake.port} || echo "status $?" >&2; }} | head -1')
    assert ran.out.decode() == HEAD
    assert "! the transcript ends here: cannot write to standard output" in \
        ran.err and ran.err.count("\n") == 2 and "status 1" in ran.err, ran
    assert fake.play.commands == [b"NOOP", b"QUIT"]


@pytest.mark.parametrize("words", [["-o", "/dev/full"],
                                   ["-o", ">>/dev/full"]])
def test_full_disk_is_said_once_and_the_session_goes_on(telex, words):
    with Fake(Strict()) as fake:
        ran = telex.run(*words, f"smtp://localhost:{fake.port}",
                        input="NOOP\nNOOP\nQUIT\n")
    assert ran.lines("! ") == ["! the transcript ends here: cannot write to "
                               "/dev/full: no space left on device"]
    assert ran.out.count(b"\r\n") == 4 and ran.status == 1, ran


def test_file_that_may_not_grow_keeps_whole_lines(telex, log):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    with Fake(Strict()) as fake:
        # Python ignores SIGXFSZ, and so does what it starts.
        ran = telex.run("-o", log, f"smtp://localhost:{fake.port}",
                        input="NOOP\n" * 20 + "QUIT\n", preexec_fn=limited,
                        restore_signals=False)
    assert ran.status == 1 and len(ran.lines("! ")) == 1, ran
    assert b"221 bye" in ran.out
    lines = log.read_text().split("\n")
    assert lines[-1] == "" and 150 < log.stat().st_size <= 200
    assert lines[-2] in ("C: NOOP", "S: 250 2.0.0 ok") or \
        TIME.match(lines[-2] + "\n")


# --- a person

def test_log_on_and_off(sit, log, tmp_path):
    with Fake(Strict()) as fake:
        person = sit("-P", "smtp", "localhost", fake.port, cwd=tmp_path)
        person.wait_prompt()
        person.talk("NOOP one", "250 2.0.0 ok")
        person.command("log")
        person.wait_for("* log: nothing is written")
        person.command(f"log {log.name}")
        person.wait_for(f"* log: {log.name} is written")
        person.wait_prompt()
        person.talk("NOOP two", "250 2.0.0 ok")
        person.command("log")
        person.wait_for(f"* log: {log.name} is written", count=2)
        person.wait_prompt()
        person.command(f"log {log.name}")
        person.wait_for(f"log: {log.name} is there already")
        person.wait_prompt()
        person.talk("NOOP three", "250 2.0.0 ok")
        person.command("log off")
        person.wait_for(f"* log: {log.name} is complete")
        person.wait_prompt()
        person.talk("NOOP four", "250 2.0.0 ok")
        person.command(f"log >>{log.name}")
        person.wait_prompt()
        person.enter("QUIT")
        assert person.status() == 0
        port = fake.port
    missing = r"# begun \d+ s after the connection: what came before is " \
        r"missing\n"
    begin = f"{HEAD}<connect smtp://localhost:{port}>\n<protocol smtp>\n"
    assert re.fullmatch(
        begin + missing + "C: NOOP two\nS: 250 2.0.0 ok\nC: NOOP three\n"
        "S: 250 2.0.0 ok\n\n" + begin + missing +
        "C: QUIT\nS: 221 bye\n<closed>\n", text_of(log))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_lines_typed_are_there_at_once(sit, log):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-o", log, "-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        person.wait(lambda: text_of(log).endswith("ESMTP\nC: NOOP\n"),
                    "the line is not there")
        person.signal(signal.SIGTERM)
        assert person.status() == -signal.SIGTERM
        assert text_of(log).endswith("ESMTP\nC: NOOP\n<close>\n")


def test_two_connections_in_one_log(sit, log):
    with Fake(Strict()) as fake:
        person = sit("-o", log, argv=None)
        person.wait_prompt("telex> ")
        for _ in range(2):
            person.enter(f"open smtp://localhost:{fake.port}")
            person.wait_prompt()
            person.enter("QUIT")
            person.wait_prompt("telex> ")
        person.enter("quit")
        assert person.status() == 0
        one = (f"{HEAD}<connect smtp://localhost:{fake.port}>\n"
               "<protocol smtp>\nS: 220 fake.example.test ESMTP\nC: QUIT\n"
               "S: 221 bye\n<closed>\n")
    assert text_of(log) == one + "\n" + one


def test_a_transcript_does_not_go_to_the_terminal_one_types_at(sit):
    with Fake(Strict()) as fake:
        person = sit("-o", "-", "-P", "smtp", "localhost", fake.port)
        assert person.status() == 2
        assert not fake.peers
    person.wait_for("a transcript cannot go to the terminal")
    person.assert_terminal_restored()


def test_several_sessions_in_one_log_are_played_one_by_one(telex, log):
    script = "NOOP\nQUIT\n"
    fake = Strict()
    with Fake(fake) as server:
        url = f"smtp://localhost:{server.port}"
        for name in (log, f">>{log}"):
            assert telex.run("-o", name, url, input=script).status == 0
        ran = telex.run("--tap", "-r", log)
        assert ran.status == 0, ran
        assert ran.out.endswith(b"1..8\n")
        assert len(server.peers) == 4
        # A difference in the second session is told by its own line.
        lines = text_of(log).split("\n")
        at = max(i for i, line in enumerate(lines) if line.startswith("S: 250"))
        lines[at] = "S: 251 changed"
        log.write_text("\n".join(lines))
        ran = telex.run("--tap", "-r", f"localhost:{server.port}", log)
        assert ran.status == 6
        assert f"not ok 6 - {log}:{at + 1}: NOOP\n".encode() in ran.out
