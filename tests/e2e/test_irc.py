# SPDX-License-Identifier: ISC
"""IRC with InspIRCd, and with servers that behave oddly."""

import random
import re
import time

import pytest

from fakes import Fake, Puppet
from ircserver import Irc

REGISTER = "NICK {0}\nUSER {0} 0 * :{0}\n"
WELCOME = b":s 001 q :Welcome\r\n:s 422 q :no MOTD\r\n"


@pytest.fixture(scope="module")
def irc(authority):
    server = Irc(authority)
    try:
        with server.run():
            yield server
    finally:
        server.remove()


@pytest.fixture
def name(request):
    """A nick that no other test has."""
    return "n%06x" % random.Random(request.node.name).randrange(1 << 24)


def url(port, scheme="irc", host="127.0.0.1"):
    return f"{scheme}://{host}:{port}"


def blocks(text):
    """[(a line of ours, what came until the next)] of -v's output."""
    parts = re.split(r"^C: (.*)\n", text.decode(), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def both(telex, *words, input, timeout=60):
    """Run it with both its outputs in one."""
    with telex.start("-v", "-i", 15, *words, stderr=-2) as process:
        shown, _ = process.communicate(input.encode(), timeout)
    return process.returncode, shown


# --- the real server ---

def test_script(telex, irc, name):
    status, shown = both(
        telex, url(irc.port), input=REGISTER.format(name)
        + "JOIN #script\nTOPIC #script :hello\nTOPIC #script\nWHO #script\n"
        "PING token\nPART #script\nQUIT :done\n")
    assert status == 0, shown
    ends = [answer.strip().split("\n")[-1] for _, answer in blocks(shown)]
    assert "376" in ends[1], shown
    assert "366" in ends[2] and "332" in ends[4] or "333" in ends[4]
    assert "315" in ends[5] and ends[6].endswith(":token")
    assert "PART" in ends[7] and ends[8].startswith("ERROR :Closing")


def test_registration_is_waited_for_behind_cap(telex, irc, name):
    status, shown = both(
        telex, url(irc.port), input="CAP LS 302\n" + REGISTER.format(name)
        + "CAP REQ :away-notify\nCAP END\nJOIN #cap\nQUIT\n")
    assert status == 0, shown
    assert b"451" not in shown
    asked = dict(blocks(shown))
    assert "CAP * LS" in asked["CAP LS 302"]
    assert " 001 " in asked["CAP END"] and " 376 " in asked["CAP END"]


def test_refusals_make_the_exit_status(telex, irc, name):
    for line, status in (("PRIVMSG nobody :hi", 5), ("FROB", 5),
                         ("JOIN x", 5), ("OPER root bad", 5),
                         ("OPER root wonderland", 0), ("PING x", 0)):
        ran = telex.run("-i", 10, url(irc.port), input=REGISTER.format(name)
                        + line + "\nQUIT\n")
        assert ran.status == status, ran


def test_name_in_use(telex, irc, name):
    with telex.start(url(irc.port)) as first:
        first.stdin.write(REGISTER.format(name).encode())
        first.stdin.flush()
        while b" 376 " not in first.stdout.readline():
            pass
        status, shown = both(
            telex, url(irc.port), input=REGISTER.format(name)
            + f"NICK {name}x\nJOIN #other\nQUIT\n")
        first.stdin.close()
    asked = dict(blocks(shown))
    assert " 433 " in shown.decode() and status == 5
    assert " 376 " in asked[f"NICK {name}x"], shown
    assert " 366 " in asked["JOIN #other"], shown


def test_starttls_in_a_script(telex, irc, authority, name):
    ran = telex.run("-i", 10, "-v", "--cafile", authority.cafile,
                    url(irc.port, host="localhost"),
                    input="CAP LS 302\nSTARTTLS\n" + REGISTER.format(name)
                    + "CAP END\nPING x\nQUIT\n")
    assert ran.status == 0, ran
    assert b" 670 " in ran.out and ran.out.count(b" PONG ") == 1
    assert "CN=localhost verified" in ran.err
    lines = ran.err.splitlines()
    upgrade = [n for n, line in enumerate(lines) if "verified" in line]
    assert lines[upgrade[0] - 1] == "C: STARTTLS"


def test_starttls_up_front(telex, irc, authority, name):
    ran = telex.run("-S", "-i", 10, "--cafile", authority.cafile,
                    url(irc.port, host="localhost"),
                    input=REGISTER.format(name) + "QUIT\n")
    assert ran.status == 0, ran
    assert ran.out.startswith(b":irc.example.test 670 ")
    assert b" 001 " in ran.out and "verified" in ran.err


def test_starttls_too_late_ends_a_script(telex, irc, name):
    ran = telex.run("-i", 10, url(irc.port), input=REGISTER.format(name)
                    + "STARTTLS\nPING x\nQUIT\n")
    assert ran.status == 3, ran
    assert b" 691 " in ran.out and b"PONG" not in ran.out


@pytest.mark.parametrize("words", [["-T", "-P", "irc"], []])
def test_tls_port(telex, irc, authority, name, words):
    where = ["localhost", irc.tls_port] if words else [
        url(irc.tls_port, "ircs", "localhost")]
    ran = telex.run("-i", 10, "--cafile", authority.cafile, *words, *where,
                    input=REGISTER.format(name) + "QUIT\n")
    assert ran.status == 0, ran
    assert "verified" in ran.err and b" 376 " in ran.out


def test_typed(sit, irc, authority, name):
    person = sit("--cafile", authority.cafile, "--no-history",
                 url(irc.port, host="localhost"), columns=100)
    person.wait_prompt("irc> ")
    person.enter("CAP LS 302")
    person.wait_for("CAP * LS")
    person.enter("STARTTLS")
    person.wait_for("verified")
    person.wait_prompt("irc+tls> ")
    person.enter(f"NICK {name}")
    person.enter(f"USER {name} 0 * :x")
    person.enter("CAP END")
    person.wait_for(" 376 ")
    person.talk("JOIN #typed", " 366 ", "irc+tls> ")
    person.enter(f"PRIVMSG {name} :hello me")
    person.wait_for("hello me", count=2)
    person.wait_prompt("irc+tls> ")
    person.enter("QUIT")
    person.wait_for("ERROR :Closing")
    assert person.status() == 0


def test_protocol_is_told_by_the_first_command(telex, irc, name):
    ran = telex.run("-i", 10, "127.0.0.1", irc.port,
                    input=REGISTER.format(name) + "JOIN #told\nQUIT\n")
    assert ran.status == 0, ran
    assert b" 366 " in ran.out


class Mix:
    """Commands, and what has to come before the next that is answered."""

    def __init__(self, name, seed):
        self.name = name
        self.random = random.Random(seed)
        self.channels = []
        self.lines = []  # (line, a pattern that ends the answer, or None)
        self.later = []  # patterns that come some time

    def _say(self, line, end):
        self.lines.append((line, end))

    def _join(self):
        channel = f"#c{len(self.lines)}"
        self.channels.append(channel)
        # Not paced when a channel of the same hash was entered before.
        self._say(f"JOIN {channel}", None)
        self.later.append(rf" JOIN :?{channel}\r")
        self._ping()

    def _ping(self):
        self._say(f"PING t{len(self.lines)}", f":t{len(self.lines)}\r")

    def step(self):
        pick = self.random.choice
        number, name = len(self.lines), self.name
        if len(self.channels) < 2:
            return self._join()
        one = pick(self.channels)
        kind = self.random.randrange(22)
        simple = [
            (f"NAMES {one}", rf" 366 \S+ {one} "),
            (f"WHO {one}", rf" 315 \S+ {one} "),
            (f"WHOIS {name}", rf" 318 \S+ {name} "),
            (f"WHOIS x{number}", rf" 318 \S+ x{number} "),
            (f"WHOWAS x{number}", rf" 369 \S+ x{number} "),
            (f"TOPIC {one}", rf" 33[12] \S+ {one} "),
            (f"MODE {one}", rf" 324 \S+ {one} "),
            (f"MODE {name}", " 221 "),
            ("LIST", " 323 "), ("MOTD", " 376 "), ("LUSERS", " 255 "),
            ("TIME", " 391 "), ("VERSION", " 351 "),
            (f"ISON {name} x", " 303 "), (f"USERHOST {name}", " 302 "),
            (f"AWAY :t{number}", " 306 "), ("AWAY", " 305 "),
            (f"KICK {one} x{number}", f" 40[13] .*x{number} "),
            (f"INVITE x{number} {one}", f" 401 .*x{number} "),
        ]
        if kind < len(simple):
            self._say(*simple[kind])
        elif kind == 19:
            self._say(f"PRIVMSG {name} :private {number}", None)
            self.later.append(rf" PRIVMSG {name} :private {number}\r")
        elif kind == 20:
            self._say(f"TOPIC {one} :topic {number}", None)
            self.later.append(rf" TOPIC {one} :topic {number}\r")
        elif self.random.random() < 0.5 and len(self.channels) < 15:
            self._join()
        else:
            self.channels.remove(one)
            self._say(f"PART {one}", rf" PART :?{one}\r")
        return None


def test_thousand_commands(telex, irc, name):
    mix = Mix(name, 6667)
    while len(mix.lines) < 1000:
        mix.step()
    began = time.monotonic()
    status, shown = both(
        telex, url(irc.port), input=REGISTER.format(name)
        + "".join(line + "\n" for line, _ in mix.lines) + "QUIT\n")
    took = time.monotonic() - began
    assert took < 40, f"{took:.1f} s: something was waited for"
    assert status == 5, shown[-2000:]  # some were refused on purpose
    talk = blocks(shown)[2:]
    assert len(talk) == len(mix.lines) + 1
    assert talk[-1][0] == "QUIT" and "ERROR :Closing" in talk[-1][1]
    for (line, end), (said, answer) in zip(mix.lines, talk):
        assert said == line
        if end:
            assert re.search(end, answer), (line, end, answer)
    for pattern in mix.later:
        assert len(re.findall(pattern, shown.decode())) == 1, pattern


# --- servers that behave oddly ---

def run(telex, play, script, *words):
    with Fake(play) as fake:
        ran = telex.run("-i", 10, *words, url(fake.port), input=script)
        fake.done()
    return ran, fake.peer


def test_ping_is_answered_in_a_script(telex):
    def play(peer):
        assert peer.line() == b"NICK q"
        assert peer.line().startswith(b"USER")
        peer.send(b"PING :4711\r\n")
        assert peer.line() == b"PONG :4711"
        peer.send(WELCOME)
        assert peer.line() == b"WHO #a"
        peer.send(b"PING :one\r\n@t=1 :s PING two\r\n")
        assert peer.line() == b"PONG :one"
        assert peer.line() == b"PONG two"
        peer.send(b":s 315 q #a :End\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"ERROR :bye\r\n")
    ran, _ = run(telex, play, REGISTER.format("q") + "WHO #a\nQUIT\n",
                 "--auto-pong")
    assert ran.status == 0, ran


def test_ping_is_answered_while_the_input_is_awaited(telex):
    def play(peer):
        peer.line(), peer.line()
        peer.send(WELCOME)
        peer.send(b"PING :idle\r\n")
        assert peer.line() == b"PONG :idle"
        assert peer.line() == b"QUIT"
        peer.send(b"ERROR :bye\r\n")
    with Fake(play) as fake:
        with telex.start("--auto-pong", url(fake.port)) as process:
            process.stdin.write(REGISTER.format("q").encode())
            process.stdin.flush()
            while b"PING" not in process.stdout.readline():
                pass
            time.sleep(0.2)
            process.stdin.write(b"QUIT\n")
            process.stdin.close()
            process.wait(20)
        fake.done()
    assert process.returncode == 0


def test_ping_is_not_answered_unasked(telex):
    def play(peer):
        peer.line(), peer.line()
        peer.send(WELCOME + b"PING :x\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"ERROR :bye\r\n")
    ran, _ = run(telex, play, REGISTER.format("q") + "QUIT\n")
    assert ran.status == 0, ran


@pytest.mark.parametrize("auto", [True, False])
def test_ping_at_a_terminal(sit, auto):
    server = Puppet(b"")
    with Fake(server) as fake:
        person = sit(*(["--auto-pong"] if auto else []), "--no-history",
                     url(fake.port))
        person.wait_prompt("irc> ")
        person.type("PRIVMSG half")
        server.send(b"PING :token\r\n")
        person.wait_for("PING :token")
        if auto:
            server.wait_line(b"PONG :token")
            assert "--auto-pong" not in person.everything()
        else:
            person.wait_for('wants "PONG :token"')
            assert server.lines == []
        person.wait_row("irc> PRIVMSG half")
        person.enter(" :x")
        server.wait_line(b"PRIVMSG half :x")
        server.close()
        person.status()


def test_sasl_secret_is_hidden(sit, telex):
    server = Puppet(b"")
    with Fake(server) as fake:
        person = sit(url(fake.port))
        person.wait_prompt("irc> ")
        person.enter("CAP REQ :sasl")
        server.wait_lines(1)
        server.send(b"CAP * ACK :sasl\r\n")
        person.wait_prompt("irc> ")
        person.enter("AUTHENTICATE PLAIN")
        server.wait_lines(2)
        server.send(b"AUTHENTICATE +\r\n")
        person.wait_for("AUTHENTICATE +")
        person.wait(lambda: "irc>" not in person.row(), "no hidden prompt")
        person.enter("AUTHENTICATE AGEAYg==")
        server.wait_line(b"AUTHENTICATE AGEAYg==")
        server.send(b":s 903 q :done\r\n")
        person.wait_for("903")
        person.wait_prompt("irc> ")
        person.enter("OPER root wonderland")
        server.wait_line(b"OPER root wonderland")
        server.close()
        person.status()
        assert "AGEAYg" not in person.everything()
    kept = telex.history.read_text()
    assert "AUTHENTICATE PLAIN" in kept and "OPER root" in kept
    assert "AGEAYg" not in kept and "wonderland" not in kept


def test_error_in_place_of_the_welcome(telex):
    def play(peer):
        peer.line(), peer.line()
        peer.send(b"ERROR :Closing link: (banned)\r\n")
    ran, _ = run(telex, play, REGISTER.format("q") + "JOIN #a\n")
    assert ran.status == 5, ran
    assert "the rest was not sent" in ran.err


def test_text_behind_the_go_ahead_is_refused(telex):
    def play(peer):
        assert peer.line() == b"STARTTLS"
        peer.send(b":s 670 * :go\r\n:s 001 q :Welcome\r\n")
        assert peer.rest() == b""
    ran, _ = run(telex, play, "STARTTLS\nNICK q\n")
    assert ran.status == 3, ran
    assert "attacker" in ran.err


def test_interleaved_lines_answer_nothing(telex):
    def play(peer):
        peer.line(), peer.line()
        peer.send(WELCOME)
        assert peer.line() == b"WHOIS bob"
        peer.send(b":s 311 q bob b h * :Bob\r\n:r!r@h PRIVMSG q :318\r\n"
                  b":r!r@h QUIT :318 bob\r\n")
        assert peer.early(0.3) == b""
        peer.send(b":s 318 q bob :End\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"ERROR :bye\r\n")
    ran, _ = run(telex, play, REGISTER.format("q") + "WHOIS bob\nQUIT\n")
    assert ran.status == 0, ran
