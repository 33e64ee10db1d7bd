# SPDX-License-Identifier: ISC
"""How a user names the server, and what is said when it is not there."""

import re
import time

import pytest

from daemons import free_port
from fakes import Deaf, Fake, Puppet, Strict
from servers import MailServer, delivered, session

GOOD = ["-c", "EHLO x", "-c", "QUIT"]


def speaks(telex, *words, fake, **how):
    """A short session with this fake works."""
    talk = fake.play
    ran = telex.run(*GOOD, *words, **how)
    fake.done()
    assert talk.commands in ([b"EHLO x", b"QUIT"], [b"LHLO x", b"QUIT"]), ran
    assert ran.out == bytes(talk.sent), ran
    assert ran.status == 0, ran
    return ran


V4_FORMS = [
    "127.0.0.1 {port}", "localhost {port}", "127.0.0.1:{port}",
    "localhost:{port}", "-p {port} 127.0.0.1", "--port={port} 127.0.0.1",
    "127.0.0.1 -p{port}", "-C 127.0.0.1 {port}", "--crlf localhost {port}",
    "-4 localhost {port}", "-n 127.0.0.1 {port}", "-- 127.0.0.1 {port}",
    "smtp://127.0.0.1:{port}", "smtp://127.0.0.1:{port}/",
    "SMTP://localhost:{port}", "smtp://alice@127.0.0.1:{port}",
    "submission://127.0.0.1:{port}", "tcp://127.0.0.1:{port}",
    "-P smtp 127.0.0.1 {port}", "--protocol=smtp 127.0.0.1:{port}",
    "--connect-timeout=5 -i 5 127.0.0.1 {port}",
]


@pytest.mark.parametrize("form", V4_FORMS)
def test_server_is_reached_by(telex, form):
    with Fake(Strict()) as fake:
        speaks(telex, *form.format(port=fake.port).split(), fake=fake)


@pytest.mark.parametrize("form", [
    "::1 {port}", "[::1]:{port}", "[::1] {port}", "-6 ::1 {port}",
    "smtp://[::1]:{port}", "-n ::1 {port}", "-p {port} ::1"])
def test_server_is_reached_over_ipv6_by(telex, form):
    with Fake(Strict(), host="::1") as fake:
        speaks(telex, *form.format(port=fake.port).split(), fake=fake)


@pytest.mark.parametrize("form", [
    "unix:{path}", "-U {path}", "--unix={path}", "smtp:unix:{path}",
    "-P smtp unix:{path}"])
def test_server_is_reached_over_a_socket_file_by(telex, tmp_path, form):
    path = tmp_path / "socket"
    with Fake(Strict(), path=path) as fake:
        speaks(telex, *form.format(path=path).split(), fake=fake)


@pytest.mark.parametrize("form", ["tls://localhost:{port}",
                                  "submissions://localhost:{port}",
                                  "smtps://127.0.0.1:{port}",
                                  "-T localhost {port}",
                                  "--ssl localhost:{port}"])
def test_server_is_reached_over_tls_by(telex, authority, form):
    with MailServer(tls=authority.server_side()) as server:
        ran = telex.run("--cafile", authority.cafile,
                        *form.format(port=server.port).split(),
                        input=session())
        assert server.mail().content == delivered()
    assert ran.status == 0, ran


def test_local_address_and_port_are_as_asked(telex):
    port = free_port("127.0.0.2")
    with Fake(Strict()) as fake:
        speaks(telex, "-s", "127.0.0.2", "--source-port", port, fake.host,
               fake.port, fake=fake)
        assert fake.peer.address == ("127.0.0.2", port)


def test_first_line_says_who_was_reached(telex, sit):
    with Fake(Puppet()) as fake:
        person = sit("localhost", fake.port)
        first = person.wait_match(r"^\* .*$")[0]
    for word in ("localhost", "127.0.0.1", str(fake.port), "not encrypted"):
        assert word in first, first


# --- several addresses


def with_names(telex, shim, names):
    """Let the program find these addresses for these names."""
    return telex.shimmed(shim, FAULT_HOSTS=names)


def test_every_address_that_failed_is_named(telex, shim):
    port = free_port()
    ran = telex.run("three.example.test", port, "-c", "QUIT",
                    env=with_names(telex, shim, "three.example.test="
                                   "::1+127.0.0.1+127.0.0.3"))
    assert ran.status == 1, ran
    for address in ("::1", "127.0.0.1", "127.0.0.3"):
        assert re.search(re.escape(address) + r".*refused", ran.err), ran
    assert len(ran.err.splitlines()) == 1, ran


def test_working_address_is_found_behind_refused_ones(telex, shim):
    with Fake(Strict()) as fake:
        speaks(telex, "two.example.test", fake.port, fake=fake,
               env=with_names(telex, shim,
                              "two.example.test=::1+127.0.0.3+127.0.0.1"))


def test_dead_first_address_costs_no_seconds(telex, shim):
    """RFC 8305: the next address is tried after 250 ms."""
    with Fake(Strict(watch=0)) as fake, Deaf("::1", fake.port):
        before = time.monotonic()
        speaks(telex, "two.example.test", fake.port, fake=fake,
               env=with_names(telex, shim,
                              "two.example.test=::1+127.0.0.1"))
        spent = time.monotonic() - before
    assert 0.2 < spent < 10, spent


def test_family_option_passes_over_the_other(telex, shim):
    names = with_names(telex, shim, "two.example.test=::1+127.0.0.1")
    with Fake(Strict()) as fake:
        ran = telex.run("-6", "two.example.test", fake.port, "-c", "QUIT",
                        env=names)
        assert not fake.peers
    assert ran.status == 1 and "127.0.0.1" not in ran.err, ran


# --- nobody there


def test_refused_connection_names_address_and_reason(telex):
    port = free_port()
    ran = telex.run("localhost", port, "-c", "QUIT")
    assert ran.status == 1, ran
    assert len(ran.lines("telex: ")) == 1, ran
    for word in ("127.0.0.1", str(port), "refused"):
        assert word in ran.err.lower(), ran


def test_unknown_name_is_told(telex):
    ran = telex.run("no-such-host.invalid", "25", "-c", "QUIT")
    assert ran.status == 1, ran
    assert "no-such-host.invalid" in ran.lines("telex: ")[0]
    assert len(ran.err.splitlines()) == 1, ran


def test_name_is_not_looked_up_when_told_so(telex):
    with Fake(Strict()) as fake:
        ran = telex.run("-n", "localhost", fake.port, "-c", "QUIT")
        assert not fake.peers, ran
    assert ran.status == 2, ran
    assert "localhost" in ran.lines("telex: ")[0]


def test_missing_socket_file_is_told(telex, tmp_path):
    ran = telex.run("-U", tmp_path / "none", "-c", "QUIT")
    assert ran.status == 1, ran
    assert "none" in ran.err and "no such file" in ran.err.lower(), ran


@pytest.mark.parametrize("words", [["-w", "1"], ["-w0.5"],
                                   ["--connect-timeout=1"]])
def test_connecting_ends_in_time(telex, words):
    with Deaf() as deaf:
        before = time.monotonic()
        ran = telex.run(*words, deaf.host, deaf.port, "-c", "QUIT")
        assert time.monotonic() - before < 20
    assert ran.status == 7, ran
    assert deaf.host in ran.lines("telex: ")[0]


def test_interrupt_ends_connecting(telex):
    with Deaf() as deaf:
        with telex.start(deaf.host, deaf.port, "-c", "QUIT") as process:
            limit = time.monotonic() + 10
            while not connecting(deaf.port):
                assert time.monotonic() < limit
                time.sleep(0.02)
            process.send_signal(2)
            process.communicate(timeout=10)
    assert process.returncode in (-2, 130)


def connecting(port):
    """Does anybody wait for this port to accept?  (state SYN_SENT)"""
    wanted = f":{port:04X} 02 "
    with open("/proc/net/tcp", encoding="ascii") as table:
        return sum(wanted in line for line in table) > 0


# --- hostile names


@pytest.mark.parametrize("name", [
    "\033]0;title\007", "a\nb", "x" * 300, "\u202eabc", "a b", "\x9b31m"])
def test_host_name_never_reaches_the_terminal_raw(telex, name):
    ran = telex.run(name, "25", "-c", "QUIT")
    assert ran.status in (1, 2), ran
    assert len(ran.err.splitlines()) == 1, ran
    for bad in ("\033", "\007", "\u202e", "\x9b"):
        assert bad not in ran.err


def test_host_that_begins_with_a_dash_is_a_host(telex):
    ran = telex.run("--", "-x.invalid", "25")
    assert ran.status in (1, 2), ran
    assert "-x.invalid" in ran.err and "unknown option" not in ran.err, ran


# --- slips


SLIPS = {
    "-c localhost 1025": "1025 looks like a port",
    "-l": "does not listen",
    "-l 25": "does not listen",
    "-u host 53": "TCP",
    "-z localhost 25": "-c QUIT",
    "localhost 25 26": "26 is left over",
    "localhost 0": "no port 0",
    "localhost 65536": "no port 65536",
    "localhost:65561": "no port 65561",
    "localhost -25": "unknown option -2",
    "localhost +25": "+25",
    "localhost 25x": "25x",
    "localhost no-such-service": "no-such-service",
    "localhost": "no port given",
    "smtp://": "no host",
    "smtp://:25": "no host",
    "gopher+x://localhost": "gopher+x",
    "smtp://localhost:25/path": "/path",
    "-p 25 localhost 26": "two ports",
    "-p 25 localhost:26": "two ports",
    "--no-such-option localhost 25": "--no-such-option",
    "-Z localhost 25": "-Z",
    "-4 -6 localhost 25": "contradict",
    "-T -S localhost 25": "contradict",
    "-P nonsense localhost 25": "nonsense",
    "-w x localhost 25": "seconds",
    "--eof=never localhost 25": "never",
    "--color=pink localhost 25": "pink",
    "--verify=perhaps localhost 25": "perhaps",
    "-f": "needs a value",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_gets_one_sentence(telex, slip):
    ran = telex.run(*slip.split())
    assert ran.status == 2, ran
    assert ran.out == b"", ran
    assert len(ran.err.splitlines()) == 1, ran
    assert ran.err.startswith("telex: "), ran
    assert SLIPS[slip] in ran.err, ran


def test_unreadable_cafile_is_told_before_a_byte_is_sent(telex):
    with Fake(Strict(late=0.2)) as fake:
        ran = telex.run("--cafile", "/nonexistent/ca", "-T", "localhost",
                        fake.port, "-c", "QUIT")
        assert not fake.peers or not fake.peer.received
    assert ran.status == 2 and "/nonexistent/ca" in ran.err, ran


def test_empty_host_is_a_slip(telex):
    for words in (("", "25"), (":25",)):
        ran = telex.run(*words)
        assert ran.status == 2 and len(ran.err.splitlines()) == 1, ran


def test_no_argument_without_a_terminal_is_a_slip(telex):
    ran = telex.run(input="QUIT\n")
    assert ran.status == 2, ran
    assert ran.lines("telex: "), ran


def test_help_fits_a_terminal(telex):
    for words in (("--help",), ("-h",)):
        ran = telex.run(*words)
        lines = ran.out.decode().splitlines()
        assert ran.status == 0 and ran.err == "" and len(lines) <= 60
        assert max(map(len, lines)) <= 79
        assert "--starttls" in ran.out.decode()


@pytest.mark.parametrize("topic", ["options", "commands", "tls", "exit"])
def test_help_has_a_page_about(telex, topic):
    ran = telex.run(f"--help={topic}")
    assert ran.status == 0 and len(ran.out.splitlines()) > 3, ran


def test_version_is_told(telex):
    for word in ("-V", "--version"):
        ran = telex.run(word)
        assert ran.status == 0 and ran.out.startswith(b"telex 0."), ran


# --- the words of openssl s_client


@pytest.mark.parametrize("form,shown", [
    ("-starttls smtp -crlf -connect localhost:{port} -CAfile {ca}",
     r"\A\* TLSv1\.\d"),
    ("-connect localhost:{port} -starttls smtp -quiet -CAfile {ca} "
     "-servername localhost", r"\A\Z"),
    ("-crlf -starttls smtp -tls1_3 -CAfile {ca} -connect localhost:{port}",
     r"\A\* TLSv1\.3"),
    ("-crlf -starttls smtp -tls1_2 -CAfile {ca} -connect localhost:{port} "
     "-showcerts", r"\A\* TLSv1\.2.*\n(.*\n)*.*CN=throw-away test CA")])
def test_s_client_words_upgrade(telex, authority, form, shown):
    with MailServer(starttls=authority.server_side(),
                    require_starttls=True) as server:
        ran = telex.run(*form.format(port=server.port,
                                     ca=authority.cafile).split(),
                        input=session())
        assert server.mail().content == delivered()
    assert re.search(shown, ran.err), ran
    assert ran.status == 0, ran


def test_s_client_without_starttls_means_tls_at_once(telex, authority):
    with MailServer(tls=authority.server_side()) as server:
        ran = telex.run("-crlf", "-connect", f"localhost:{server.port}",
                        "-CAfile", authority.cafile, input=session())
        assert server.mail().content == delivered()
    assert ran.status == 0, ran


# --- the local prompt


def test_telex_alone_opens_its_own_prompt(telex, sit):
    person = sit()
    person.wait_prompt("telex> ")
    person.enter("help")
    person.wait_for("open")
    person.wait_prompt("telex> ")
    with Fake(Strict()) as fake:
        person.enter(f"open {fake.host} {fake.port}")
        person.wait_for("220 fake.example.test ESMTP")
        person.wait_prompt("smtp> ")
        person.talk("EHLO x", "250 HELP")
        person.enter("QUIT")
        person.wait_for("221 bye")
        fake.done()
    person.wait_prompt("telex> ")
    person.enter("quit")
    assert person.status() == 0
    person.assert_terminal_restored()


@pytest.mark.parametrize("leave", ["quit\r", "\x04", "QUIT\r"])
def test_local_prompt_is_left_by(telex, sit, leave):
    person = sit()
    person.wait_prompt("telex> ")
    person.type(leave)
    assert person.status() == 0
    person.assert_terminal_restored()


def test_local_prompt_survives_a_failed_open(telex, sit):
    person = sit()
    person.wait_prompt("telex> ")
    person.enter(f"open localhost {free_port()}")
    person.wait_for("refused")
    person.wait_prompt("telex> ")
    person.enter("open")
    person.wait_prompt("telex> ")
    person.enter("nonsense")
    person.wait_prompt("telex> ")
    person.enter("quit")
    assert person.status() == 0


def test_a_script_is_told_of_a_silent_server(telex):
    with Fake(lambda peer: peer.rest()) as server:
        ran = telex.run("-P", "smtp", "127.0.0.1", server.port, "-i", 12,
                        input="QUIT\n", timeout=60)
    assert ran.status == 7 and ran.out == b"", ran
    assert ran.lines("* no greeting") == [
        "* no greeting came for 10 s: is this a port for TLS? (-T)"], ran


@pytest.mark.parametrize("proto, reset", [("smtp", False), ("http", True)])
def test_an_end_before_any_word_points_to_tls(telex, proto, reset):
    """As of a server of TLS that likes no line of text."""
    def play(peer):
        if reset:
            peer.line()
            peer.reset()

    with Fake(play) as server:
        ran = telex.run("-P", proto, "127.0.0.1", server.port,
                        input="HEAD / HTTP/1.0\n\n")
    assert ran.status == 1 and ran.out == b"", ran
    assert ran.err.endswith(" (-T, if it wants TLS from the first byte)\n"), ran


def test_a_person_is_told_of_a_silent_server(sit):
    """postscreen lets strangers wait for 6 s; a port for TLS for ever."""
    with Fake(lambda peer: peer.rest()) as server:
        before = time.monotonic()
        person = sit("-P", "smtp", "127.0.0.1", server.port)
        person.wait_for("is this a port for TLS? (-T)", timeout=60)
        assert time.monotonic() - before > 9
        person.command("quit")
        person.status()
