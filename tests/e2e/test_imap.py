# SPDX-License-Identifier: ISC
"""IMAP with a real Dovecot: tags, literals both ways, TLS, secrets."""

import base64
import hashlib
import hmac
import random
import re
import time

import pytest

from dovecot import Dovecot, missing
from person import control
from servers import crlf

PASSWORD = Dovecot.password


@pytest.fixture(scope="module")
def dovecot(authority):
    why = missing("imap")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ["imap"]) as server:
        yield server


@pytest.fixture
def run(telex, dovecot):
    """run(script, *options, tls=False) -> Ran"""
    def make(script, *words, tls=False, **how):
        port = dovecot.ports["imaps" if tls else "imap"]
        scheme = "imaps" if tls else "imap"
        return telex.run("-i", 10, "--cafile", dovecot.ca, *words,
                         f"{scheme}://localhost:{port}", input=script, **how)
    return make


@pytest.fixture
def typing(sit, dovecot):
    """A person at the prompt of this server."""
    def make(*words, **how):
        person = sit("--cafile", dovecot.ca, *words,
                     f"imap://localhost:{dovecot.ports['imap']}",
                     columns=120, rows=60, **how)
        person.wait_prompt("imap> ")
        person.wait_for("Dovecot ready")
        return person
    return make


def tagged(ran):
    """Tag and status of each tagged line."""
    return re.findall(r"^([^*+\s]\S*) (OK|NO|BAD)\b", ran.out.decode(),
                      re.M)


def sent(ran):
    return [line[3:] for line in ran.lines("C: ")]


# --- a thousand commands ---

class Part:
    """One command of the script, and what is known of its answer."""

    def __init__(self, lines, status, literals=(), has=(), go=0):
        self.lines = lines          # as in the script
        self.status = status
        self.literals = literals    # what its untagged lines carry
        self.has = has              # words of its untagged lines
        self.go = go                # lines that begin with "+"


class Mix:
    """Commands chosen by a fixed seed, for a mailbox that is empty.

    With `mails`, the inbox has these already and others go elsewhere: what
    is asked does not depend on what was said just before.
    """

    LINES = ("hello", ".", "..", "", "+ go", "* BYE no", "t7 OK done",
             "t12 NO not really", "a {10}", "{3+}", ")", "\"quoted\"",
             "gr\u00fc\u00dfe", "x" * 300)

    def __init__(self, seed, mails=()):
        self.random = random.Random(seed)
        self.mails = list(mails)
        self.mailbox = "Other" if mails else "INBOX"
        self.boxes = 0

    def text(self):
        """A message without what a mailbox would change, in LF lines."""
        lines = self.random.choices(self.LINES,
                                    k=self.random.randrange(1, 12))
        text = f"Subject: {len(self.mails)}\n\n" + "\n".join(lines)
        return text + self.random.choice(["\n", ""])

    def literal(self, text, sign=""):
        return f"{{{len(crlf(text))}{sign}}}"

    def kept(self, *texts):
        if self.mailbox == "INBOX":
            self.mails += [crlf(text) for text in texts]

    def append(self, tag, sign, status="OK"):
        text = self.text()
        mailbox = "nowhere"
        if status == "OK":
            self.kept(text)
            mailbox = self.mailbox
        return Part(f"{tag} APPEND {mailbox} {self.literal(text, sign)}\n"
                    f"{text}\n", status,
                    go=1 if sign == "" and status == "OK" else 0)

    def append_now(self, tag):
        return self.append(tag, "+")

    def append_asking(self, tag):
        return self.append(tag, "")

    def append_two(self, tag):
        one, two = self.text(), self.text()
        self.kept(one, two)
        return Part(f"{tag} APPEND {self.mailbox} {self.literal(one)}\n{one} "
                    f"{self.literal(two, '+')}\n{two}\n", "OK", go=1)

    def append_nowhere(self, tag):
        return self.append(tag, self.random.choice(["", "+"]), "NO")

    def fetch(self, tag):
        if not self.mails:
            return self.append_now(tag)
        number = self.random.randrange(len(self.mails))
        text = self.mails[number]
        return Part(f"{tag} FETCH {number + 1} BODY.PEEK[]\n", "OK", [text])

    def fetch_two(self, tag):
        if not self.mails:
            return self.append_asking(tag)
        number = self.random.randrange(len(self.mails))
        head, body = self.mails[number].split(b"\r\n\r\n", 1)
        return Part(f"{tag} FETCH {number + 1} (BODY.PEEK[HEADER] "
                    f"BODY.PEEK[TEXT] UID)\n", "OK",
                    [head + b"\r\n\r\n", body], ["UID"])

    def fetch_all(self, tag):
        last = len(self.mails)
        if last < 3:
            return self.append_asking(tag)
        return Part(f"{tag} FETCH {last - 2}:{last} (UID BODY.PEEK[])\n",
                    "OK", self.mails[-3:])

    def search(self, tag):
        return Part(f'{tag} SEARCH TEXT {{6}}\n"x\\{{3 ALL\n', "OK",
                    has=["SEARCH"], go=1)

    def create(self, tag):
        self.boxes += 1
        return Part(f'{tag} CREATE "box {self.boxes} {{5}}"\n', "OK")

    def status(self, tag):
        if self.boxes == 0:
            return self.create(tag)
        name = f"box {self.random.randrange(self.boxes) + 1} {{5}}"
        return Part(f"{tag} STATUS {{{len(name)}}}\n{name} (MESSAGES)\n",
                    "OK", has=[f'"{name}" (MESSAGES 0)'], go=1)

    def idle(self, tag):
        return Part(f"{tag} IDLE\nDONE\n", "OK", go=1)

    def noop(self, tag):
        return Part(f"{tag} NOOP\n", "OK")

    def frob(self, tag):
        return Part(f"{tag} FROB {{\n", "BAD")

    def no_tag(self, tag):
        return Part(f"{tag}\n", "BAD")

    KINDS = (append_now, append_asking, append_two, append_nowhere, fetch,
             fetch, fetch_two, fetch_all, search, create, status, idle, noop,
             noop, frob, no_tag)

    def parts(self, user, count):
        yield Part(f"t0 LOGIN {user} {PASSWORD}\n", "OK")
        yield Part("t1 SELECT INBOX\n", "OK", has=["FLAGS", "EXISTS"])
        for number in range(2, count - 1):
            yield self.random.choice(self.KINDS)(self, f"t{number}")
        yield Part(f"t{count - 1} LOGOUT\n", "OK", has=["BYE"])


class Answers:
    """The replies as an IMAP client reads them, one list for each tag."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.all = []  # tag, status, untagged text, literals, go-aheads

    def line(self):
        end = self.data.index(b"\r\n", self.at)
        line = self.data[self.at:end]
        self.at = end + 2
        return line

    def read(self):
        text, literals, go = "", [], 0
        while self.at < len(self.data):
            line = self.line()
            if line.startswith(b"+ "):
                go += 1
                continue
            if not line.startswith(b"* "):
                tag, status = line.decode().split(" ")[:2]
                self.all.append((tag, status, text, literals, go))
                text, literals, go = "", [], 0
                continue
            while found := re.search(rb"\{(\d+)\}$", line):
                size = int(found[1])
                literals.append(self.data[self.at:self.at + size])
                self.at += size
                text += line.decode()
                line = self.line()
            text += line.decode() + "\n"
        assert text == "" and go == 0
        return self.all


def play(run, user, mix, *options):
    """A thousand commands: what they were, and what was read of the
    answers."""
    parts = list(mix.parts(user, 1000))
    began = time.monotonic()
    ran = run("".join(part.lines for part in parts), "-v", *options,
              timeout=60)
    took = time.monotonic() - began
    assert ran.status == 5, ran
    assert took < 40
    greeting, rest = ran.out.split(b"\r\n", 1)
    assert greeting.startswith(b"* OK [CAPABILITY ")
    got = Answers(rest).read()
    assert len(got) == len(parts) == 1000
    verbs = [line for line in sent(ran) if re.match(r"t\d+( |$)", line)]
    assert [line.split()[0] for line in verbs] == [
        f"t{number}" for number in range(1000)]
    refused = sum(part.status == "NO" and "+}" not in part.lines[:40]
                  for part in parts)
    assert refused > 5
    assert ran.err.count("the literal was refused") == refused
    assert "no reply" not in ran.err and "nobody asked" not in ran.err
    assert PASSWORD not in ran.err
    return parts, got


def test_thousand_commands(run, dovecot):
    parts, got = play(run, dovecot.account(), Mix(9051))
    for number, (part, answer) in enumerate(zip(parts, got)):
        tag, status, text, literals, go = answer
        assert (tag, status) == (f"t{number}", part.status), part.lines
        assert literals == list(part.literals), part.lines
        assert all(word in text for word in part.has), (part.lines, text)
        assert go == part.go, part.lines


def test_thousand_commands_pipelined(run, dovecot):
    """Dovecot answers some of them before others that came first."""
    user = dovecot.account()
    mails = [crlf(f"Subject: {i}\n\na{i} OK done\n" + "x\n" * i * i)
             for i in range(30)]
    for mail in mails:
        dovecot.deliver(mail, user)
    run(f"a LOGIN {user} {PASSWORD}\nb CREATE Other\nc LOGOUT\n")
    parts, got = play(run, user, Mix(2920, mails), "--pipeline")
    assert [tag for tag, *_ in got] != [f"t{i}" for i in range(1000)]
    assert {tag: status for tag, status, *_ in got} == {
        f"t{number}": part.status for number, part in enumerate(parts)}
    assert [text for answer in got for text in answer[3]] == [
        text for part in parts for text in part.literals]


def test_one_command_at_a_time(telex, dovecot):
    """No command goes before the one before it was answered."""
    user = dovecot.account()
    parts = list(Mix(3501).parts(user, 150))
    port = dovecot.ports["imap"]
    ran = telex.run("-v", "-i", 10, f"imap://127.0.0.1:{port}",
                    input="".join(part.lines for part in parts),
                    stderr=-2)
    number = 0
    answered = True
    for line in ran.out.decode().splitlines():
        if line.startswith(f"C: t{number}"):
            assert answered, line
            answered = False
        elif not answered and re.match(rf"t{number} (OK|NO|BAD) ", line):
            answered = True
            number += 1
    assert number == 150


# --- odd commands ---

def test_what_is_refused_in_a_script(run, dovecot):
    user = dovecot.account()
    ran = run(f"""\
a1 LOGIN {user} {PASSWORD}
a2 APPEND nowhere {{9}}
a3 NOOP

a4 APPEND nowhere {{7}}
a5 NOOP {{2}}
ab
a6 NOOP
""", "-v")
    assert ran.status == 5, ran
    assert tagged(ran) == [("a1", "OK"), ("a2", "NO"), ("a4", "NO"),
                           ("a6", "OK")]
    assert len(ran.lines("! ")) == 2, ran
    assert "2 lines of the input were not sent" in ran.err


def test_lines_without_a_tag(run):
    ran = run(f"LOGIN alice {PASSWORD}\nx1 NOOP\nFROB\n\nx2 NOOP\n", "-v")
    assert ran.status == 5, ran
    assert re.findall(r"^(\S+) (OK|BAD)", ran.out.decode(), re.M)[1:] == [
        ("LOGIN", "BAD"), ("x1", "OK"), ("FROB", "BAD"), ("*", "BAD"),
        ("x2", "OK")]
    assert sent(ran)[0] == "LOGIN alice ********"
    assert PASSWORD not in ran.err


def test_untagged_bad_answers_what_has_no_tag(run, dovecot):
    user = dovecot.account()
    ran = run(f"a1 LOGIN {user} {PASSWORD}\n(x NOOP\n\na2 NOOP\n* NOOP\n"
              f"a3 LOGOUT\n", "-v")
    assert ran.status == 5, ran
    assert re.findall(r"^(\S+) (OK|BAD|BYE)", ran.out.decode(), re.M)[1:] == [
        ("a1", "OK"), ("*", "BAD"), ("*", "BAD"), ("a2", "OK"),
        ("*", "BAD"), ("*", "BYE"), ("a3", "OK")]


def test_too_many_bad_lines_end_in_bye(run):
    ran = run("FROB\nFROB\nFROB\nFROB\na1 NOOP\n")
    assert ran.status == 5, ran
    assert ran.out.endswith(b"* BYE Too many invalid IMAP commands.\r\n")
    assert "the conversation ended before the input" in ran.err


def test_compress_is_not_sent(run):
    ran = run("a1 COMPRESS DEFLATE\na2 NOOP\n", "-v")
    assert ran.status == 2, ran
    assert "telex cannot do it" in ran.err
    assert sent(ran) == []


def test_quit_at_the_end_has_a_tag(run):
    ran = run("a1 NOOP\n", "-Nquit", "-v")
    assert ran.status == 0, ran
    assert sent(ran)[-1] == "telex3 LOGOUT"
    assert tagged(ran)[-1] == ("telex3", "OK")


def test_literal_without_octets(run, dovecot):
    user = dovecot.account()
    ran = run(f"a1 LOGIN {user} {PASSWORD}\na2 CREATE {{0}}\n\n"
              f"a3 CREATE {{0+}}\n\na4 NOOP\n")
    assert tagged(ran) == [("a1", "OK"), ("a2", "NO"), ("a3", "NO"),
                           ("a4", "OK")]


# --- secrets ---

def encoded(text):
    return base64.b64encode(text.encode()).decode()


PLAIN = encoded(f"\0alice\0{PASSWORD}")


@pytest.mark.parametrize("script, shown", [
    (f"a LOGIN alice {PASSWORD}\n", ["a LOGIN alice ********"]),
    (f'a LOGIN "alice" "{PASSWORD}"\n', ['a LOGIN "alice" ********']),
    (f"a LOGIN alice {{10}}\n{PASSWORD}\n", ["a LOGIN alice {10}", ""]),
    (f"a LOGIN {{5}}\nalice {{10+}}\n{PASSWORD}\n",
     ["a LOGIN {5}", " {10+}", ""]),
    (f"a LOGIN {{5+}}\nalice {PASSWORD}\n", ["a LOGIN {5+}", " ********"]),
    (f"a AUTHENTICATE PLAIN {PLAIN}\n", ["a AUTHENTICATE PLAIN ********"]),
    (f"a AUTHENTICATE PLAIN\n{PLAIN}\n",
     ["a AUTHENTICATE PLAIN", "********"]),
    (f"a AUTHENTICATE LOGIN\n{encoded('alice')}\n{encoded(PASSWORD)}\n",
     ["a AUTHENTICATE LOGIN", "********", "********"]),
], ids=["atoms", "quoted", "literal", "literals", "name", "initial", "plain",
        "login"])
def test_passwords_are_sent_and_not_shown(run, script, shown):
    ran = run(script + "b NOOP\n", "-vvv")
    assert ran.status == 0, ran
    assert tagged(ran) == [("a", "OK"), ("b", "OK")]
    assert sent(ran)[:-1] == shown
    for secret in (PASSWORD, PLAIN, encoded(PASSWORD)):
        assert secret not in ran.err
        assert secret[:6].encode().hex(" ") not in ran.err


def test_exchanges_that_are_given_up(run):
    ran = run("a AUTHENTICATE PLAIN\n*\n"
              "b AUTHENTICATE SCRAM-SHA-256\n"
              + encoded("n,,n=alice,r=abcdefgh") + "\n*\n"
              "c AUTHENTICATE CRAM-MD5\n*\n"
              "d AUTHENTICATE X-NONE\n"
              "e NOOP\n", "-v")
    assert ran.status == 5, ran
    assert [tag for tag, _ in tagged(ran)] == list("abcde")
    assert {status for _, status in tagged(ran)[:4]} <= {"NO", "BAD"}
    assert sent(ran).count("*") == 3
    assert sent(ran).count("********") == 1


def test_wrong_password(run):
    ran = run("a LOGIN alice nope\nb NOOP\n", "-v")
    assert ran.status == 5, ran
    assert tagged(ran) == [("a", "NO"), ("b", "OK")]
    assert "* wrong name or password" in ran.err


def test_challenge_answered_by_hand(typing, telex):
    person = typing()
    person.enter("a AUTHENTICATE CRAM-MD5")
    challenge = person.wait_match(r"^\+ (\S{20,})$")[1]
    person.wait_row("password: ")
    digest = hmac.new(PASSWORD.encode(), base64.b64decode(challenge),
                      hashlib.md5).hexdigest()
    answer = encoded(f"alice {digest}")
    person.enter(answer)
    person.wait_for("a OK")
    person.wait_prompt("imap> ")
    person.enter("b LOGOUT")
    assert person.status() == 0
    assert answer not in person.everything()
    assert answer not in telex.history.read_text()


# --- TLS ---

def test_starttls_in_a_script(run):
    ran = run(f"a STARTTLS\nb CAPABILITY\nc LOGIN alice {PASSWORD}\n"
              "d LOGOUT\n")
    assert ran.status == 0, ran
    assert tagged(ran) == [(tag, "OK") for tag in "abcd"]
    assert re.search(r"TLSv1\.3, .*verified", ran.err)
    assert "plain text" not in ran.err


def test_starttls_up_front(run):
    ran = run(f"a LOGIN alice {PASSWORD}\nb LOGOUT\n", "-S", "-v")
    assert ran.status == 0, ran
    assert sent(ran)[:2] == ["telex1 CAPABILITY", "telex2 STARTTLS"]
    assert tagged(ran) == [("telex1", "OK"), ("telex2", "OK"), ("a", "OK"),
                           ("b", "OK")]
    assert "does not offer" not in ran.err


def test_tls_port(run):
    ran = run(f"a LOGIN alice {PASSWORD}\nb LOGOUT\n", tls=True)
    assert ran.status == 0, ran
    assert tagged(ran) == [("a", "OK"), ("b", "OK")]
    assert "verified" in ran.err
    ran = run("b STARTTLS\n", "-v", tls=True)
    assert ran.status == 5, ran


def test_starttls_by_hand(typing):
    person = typing()
    person.talk("a STARTTLS", "verified", "imap+tls> ")
    person.talk(f"b LOGIN alice {PASSWORD}", "b OK", "imap+tls> ")
    person.enter("c LOGOUT")
    assert person.status() == 0


def test_starttls_refused_stops_a_script(telex, authority):
    why = missing("imap")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ["imap"], more="ssl = no\n") as server:
        ran = telex.run("-v", f"imap://127.0.0.1:{server.ports['imap']}",
                        input=f"a STARTTLS\nb LOGIN alice {PASSWORD}\n")
    assert ran.status == 3, ran
    assert sent(ran) == ["a STARTTLS"]


# --- at the prompt ---

def test_append_by_hand(typing, dovecot, telex):
    user = dovecot.account()
    person = typing()
    person.talk(f"a LOGIN {user} {PASSWORD}", "a OK", "imap> ")
    person.enter("b APPEND INBOX {26}")
    person.wait_row("literal 26> ")
    person.enter("Subject: typed")
    person.wait_row("literal 10> ")
    person.enter("")
    person.wait_row("literal 8> ")
    person.enter("c NOOP")
    person.wait_row("more> ")
    person.enter("")
    person.wait_for("b OK [APPENDUID")
    person.wait_prompt("imap> ")
    person.enter("d APPEND INBOX {3+}")
    person.wait_row("literal 3> ")
    person.enter("abc")
    person.wait_for("d OK [APPENDUID")
    person.wait_prompt("imap> ")
    person.talk("e SELECT INBOX", "e OK", "imap> ")
    person.talk("f FETCH 1 (BODY[HEADER] BODY[TEXT])", "f OK", "imap> ")
    person.enter("g LOGOUT")
    assert person.status() == 0
    assert dovecot.messages(user) == [b"Subject: typed\n\nc NOOP\n", b"abc"]
    history = telex.history.read_text()
    assert "b APPEND INBOX {26}" in history
    assert "Subject" not in history and "c NOOP" not in history


def test_append_that_is_refused_by_hand(typing, dovecot):
    user = dovecot.account()
    person = typing()
    person.talk(f"a LOGIN {user} {PASSWORD}", "a OK", "imap> ")
    person.paste("b APPEND nowhere {26}\nSubject: x\n\nc NOOP ...\n\n"
                 "d NOOP\n")
    person.wait_for("d OK")
    person.wait_prompt("imap> ")
    assert "c OK" not in person.everything()
    assert "4 lines of it that waited were not sent" in person.everything()


def test_password_as_a_literal_is_hidden(typing, telex):
    person = typing()
    person.enter("a LOGIN alice {10}")
    person.wait_for("+ OK")
    person.wait_row("password: ")
    person.enter(PASSWORD)
    person.wait_for("a OK")
    person.wait_prompt("imap> ")
    person.enter("LOGIN alice hush")
    person.wait_for("LOGIN BAD")
    person.wait_prompt("imap> ")
    person.enter("b LOGOUT")
    assert person.status() == 0
    assert PASSWORD not in person.everything()
    history = telex.history.read_text()
    assert "LOGIN alice" in history
    assert PASSWORD not in history and "hush" not in history


def test_idle_by_hand(typing, dovecot):
    user = dovecot.account()
    person = typing()
    person.talk(f"a LOGIN {user} {PASSWORD}", "a OK", "imap> ")
    person.talk("b SELECT INBOX", "b OK", "imap> ")
    person.enter("c IDLE")
    person.wait_row("more> ")
    dovecot.deliver(b"Subject: new\n\nhi\n", user)
    person.wait_for("* 1 EXISTS", timeout=60)
    person.wait_row("more> ")
    person.enter("DONE")
    person.wait_for("c OK")
    person.wait_prompt("imap> ")


def test_completion_behind_the_tag(typing, dovecot):
    person = typing()
    for typed, completed in (("a1 LOGI", "a1 LOGIN"),
                             ("a1 UID FE", "a1 UID FETCH"),
                             ("NAMES", "NAMESPACE"),
                             ("a1 CAPAB", "a1 CAPABILITY"),
                             ("a1 AUTH=SCRAM-SHA-2", "a1 AUTH=SCRAM-SHA-256"),
                             ("a1 COMPR", "a1 COMPRESS")):
        person.type(typed + "\t")
        person.wait_match(rf"^imap> {re.escape(completed)}$")
        person.type(control("U"))
        person.wait_prompt("imap> ")


# --- --imap-tags ---

def test_tags_are_added_in_a_script(run, dovecot):
    user = dovecot.account()
    ran = run(f"""\
LOGIN {user} {{10}}
{PASSWORD}
APPEND INBOX {{3}}
abc
SELECT INBOX
UID FETCH 1 BODY.PEEK[]
x1 NOOP
x2 UID SEARCH ALL
IDLE
DONE
FROB x
LOGOUT
""", "--imap-tags", "-v")
    assert ran.status == 5, ran
    assert sent(ran) == [
        f"a1 LOGIN {user} {{10}}", "", "a2 APPEND INBOX {3}", "",
        "a3 SELECT INBOX", "a4 UID FETCH 1 BODY.PEEK[]", "x1 NOOP",
        "x2 UID SEARCH ALL", "a7 IDLE", "DONE", "a8 FROB x", "a9 LOGOUT"]
    assert tagged(ran) == [
        (tag, "BAD" if tag == "a8" else "OK") for tag in
        "a1 a2 a3 a4 x1 x2 a7 a8 a9".split()]


def test_tags_are_added_at_the_prompt(typing, telex):
    person = typing("--imap-tags")
    person.talk(f"LOGIN alice {PASSWORD}", "a1 OK", "imap> ")
    person.talk("NOOP", "a2 OK", "imap> ")
    person.talk("x7 NOOP", "x7 OK", "imap> ")
    person.enter("IDLE")
    person.wait_row("more> ")
    person.enter("DONE")
    person.wait_for("a4 OK")
    person.wait_prompt("imap> ")
    person.enter("LOGOUT")
    assert person.status() == 0
    history = telex.history.read_text()
    assert "LOGIN alice" in history and PASSWORD not in history


def test_tags_are_added_after_an_upgrade_up_front(run):
    ran = run(f"LOGIN alice {PASSWORD}\nLOGOUT\n", "--imap-tags", "-S", "-v")
    assert ran.status == 0, ran
    assert sent(ran)[:2] == ["telex1 CAPABILITY", "telex2 STARTTLS"]
    assert tagged(ran)[2:] == [("a3", "OK"), ("a4", "OK")]
