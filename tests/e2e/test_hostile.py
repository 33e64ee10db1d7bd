# SPDX-License-Identifier: ISC
"""Servers that want to harm: memory, time, the terminal."""

import os
import re
import subprocess
import threading
import time

import pytest

from fakes import Fake, Gone, Puppet, Strict, torn

MOST = 32 << 10  # KiB of memory, whatever a server does


def peak(pid):
    """The most memory (KiB) that this process has had in use."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])


def assert_flat(telex, kib):
    # A sanitizer's shadow and quarantine are not the program's.
    most = MOST * (12 if telex.sanitized else 1)
    assert kib < most, f"{kib} KiB were used"


class Watched:
    """Runs telex with its stdout read and counted; knows its peak."""

    def __init__(self, telex, *words, stdin=subprocess.DEVNULL, keep=False):
        self.process = telex.start(*words, stdin=stdin)
        self.got = 0
        self.kept = bytearray()
        self._keep = keep
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while data := os.read(self.process.stdout.fileno(), 1 << 18):
            self.got += len(data)
            if self._keep:
                self.kept += data

    def peak(self):
        return peak(self.process.pid)

    def finish(self, timeout=120):
        status = self.process.wait(timeout)
        self._reader.join(timeout)
        self.process.stdout.close()
        self.err = self.process.stderr.read().decode(errors="replace")
        self.process.stderr.close()
        return status


# --- memory


def test_line_of_100_mb_costs_no_memory(telex):
    peaks = []
    size = 100 << 20

    def long_line(peer):
        peer.send(b"250 ")
        for _ in range(size >> 20):
            peer.send(b"x" * (1 << 20))
        peer.send(b"\r\n")
        return b"250"

    def goodbye(peer):
        peaks.append(watched.peak())
        peer.send(b"221 bye\r\n")
        return b"221"
    talk = Strict(replies={b"NOOP": long_line, b"QUIT": goodbye})
    with Fake(talk) as fake:
        watched = Watched(telex, "-c", "EHLO x", "-c", "NOOP", "-c", "QUIT",
                          fake.host, fake.port)
        assert watched.finish() == 0, watched.err
        fake.done()
    assert watched.got == len(talk.sent) + size + 6 + 9
    assert_flat(telex, peaks[0])


@pytest.mark.parametrize("protocol", ["smtp", "raw"])
def test_flood_costs_no_memory(telex, protocol):
    peaks = []
    block = b"220-flood\r\n" * 50000

    def play(peer):
        for _ in range(200):
            peer.send(block)
        peaks.append(watched.peak())
        peer.send(b"220 done\r\n")
    with Fake(play) as fake:
        watched = Watched(telex, "-P", protocol, fake.host, fake.port)
        watched.finish()
        fake.done()
    assert watched.got == 200 * len(block) + 10, watched.err
    assert_flat(telex, peaks[0])


def test_server_that_stops_reading_costs_no_memory(telex, tmp_path):
    """... and what it says meanwhile is still shown."""
    size = 64 << 20
    upload = tmp_path / "upload"
    with open(upload, "wb") as file:
        file.truncate(size)
    peaks = []
    resume = threading.Event()

    def play(peer):
        peer.send(b"still talking\r\n" * 1000)
        assert resume.wait(20), "what was said did not come"
        peaks.append(watched.peak())
        left = size
        while left > 0:
            data = peer.sock.recv(1 << 20)
            if not data:
                raise Gone
            left -= len(data)
    with Fake(play) as fake, open(upload, "rb") as file:
        watched = Watched(telex, "-P", "raw", "--raw", "-N", fake.host,
                          fake.port, stdin=file)
        limit = time.monotonic() + 20
        while watched.got < 15000:
            assert time.monotonic() < limit, watched.got
            time.sleep(0.01)
        resume.set()
        assert watched.finish() == 0, watched.err
        fake.done()
    assert_flat(telex, peaks[0])


def test_flood_on_a_terminal_costs_no_memory(sit, telex):
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        flood = (b"250-" + b"x" * 1000 + b"\r\n") * 10000

        def send():
            puppet.send(flood)
            puppet.send(b"250 the end\r\n")
        sender = threading.Thread(target=send)
        sender.start()
        person.look_away(b"250 the end")
        sender.join()
        assert_flat(telex, peak(person.child.pid))
        person.enter("NOOP")
        puppet.wait_line(b"NOOP")


def test_both_sides_sending_at_once_do_not_lock_up(telex, tmp_path):
    data = os.urandom(4 << 20)
    (tmp_path / "data").write_bytes(data)
    said = os.urandom(4 << 20)
    heard = []

    def play(peer):
        sender = threading.Thread(target=peer.send, args=(said,))
        sender.start()
        sender.join(0.3)
        heard.append(peer.rest())
        sender.join(20)
    with Fake(play) as fake, open(tmp_path / "data", "rb") as file:
        watched = Watched(telex, "-P", "raw", "--raw", "-N", fake.host,
                          fake.port, stdin=file, keep=True)
        assert watched.finish() == 0, watched.err
        fake.done()
    assert heard == [data]
    assert bytes(watched.kept) == said


# --- ends


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("part", [b"", b"250 half a li", b"250-one\r\n",
                                  b"250 one\r"])
def test_end_in_mid_reply_shows_the_last_bytes(telex, how, part):
    """FIN in mid line; RST once these bytes were taken."""
    taken = threading.Event()

    def end(peer):
        peer.send(part)
        assert taken.wait(20)
        if how == "reset":
            peer.reset()
        raise Gone
    talk = Strict(replies={b"NOOP": end})
    with Fake(talk) as fake:
        watched = Watched(telex, "-c", "EHLO x", "-c", "NOOP", "-c", "QUIT",
                          fake.host, fake.port, keep=True)
        limit = time.monotonic() + 20
        while len(watched.kept) < len(talk.sent) + len(part) or (
                len(talk.commands) < 2):
            assert time.monotonic() < limit, "a part is held back"
            time.sleep(0.005)
        taken.set()
        status = watched.finish()
    assert bytes(watched.kept) == bytes(talk.sent) + part
    assert status == 1, watched.err
    errors = [line for line in watched.err.splitlines()
              if line.startswith("telex: ")]
    assert len(errors) == 1 and how[:5] in errors[0], watched.err


def test_half_closing_server_still_gets_our_words(telex):
    """It sends FIN at once and reads on (an old faxd, a buggy proxy)."""
    def play(peer):
        peer.send(b"hello\r\n")
        peer.half_close()
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run("-P", "raw", fake.host, fake.port,
                        input="one\ntwo\n")
        fake.done()
    assert ran.out == b"hello\r\n"
    assert ran.status == 0, ran


def test_silent_server_is_told_about(sit):
    """A person is told what telex waits for; nothing ends by itself."""
    with Fake(lambda peer: peer.rest()) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_for("localhost")
        person.enter("EHLO x")
        person.wait_match(r"(?m)^\* .*greeting")
        person.type("\x03")
        person.wait_match(r"^\* .*dropped")
        person.wait_prompt()
        person.type("\x03")
        # One more ^C might come when telex has gone: the kernel drops what
        # the terminal has not been shown by then.
        person.wait_match(r"(?i)interrupt")
        person.status()
    person.assert_terminal_restored()


MALFORMED = {
    "two digits": b"25 ok\r\n250 ok\r\n",
    "words": b"hello there\r\n250 ok\r\n",
    "empty": b"\r\n250 ok\r\n",
    "other code in the middle": b"250-one\r\n550-two\r\n250 three\r\n",
    "high code": b"999 what\r\n",
    "low code": b"000 what\r\n",
    "tab": b"250\tok\r\n250 ok\r\n",
    "four digits": b"2500 ok\r\n250 ok\r\n",
    "NUL in the code": b"25\x000 ok\r\n250 ok\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_reply_neither_hangs_nor_crashes(telex, name):
    talk = Strict(replies={b"NOOP": MALFORMED[name]}, watch=0)
    with Fake(talk) as fake:
        ran = telex.run("-i", "2", "-c", "EHLO x", "-c", "NOOP", "-c",
                        "QUIT", fake.host, fake.port)
    assert 0 <= ran.status <= 7, ran
    assert ran.out.startswith(Strict.GREETING + Strict.REPLIES[b"EHLO"]
                              + MALFORMED[name]), ran


def test_unasked_replies_are_no_answers(telex):
    """Lines already received when a command goes out never answer it."""
    def twice(peer):
        peer.send(b"250 ok\r\n250 nobody asked\r\n")
        return b"250"
    asked = []

    def data(peer):
        asked.append(time.monotonic())
        early = peer.early(0.3)
        assert not early, f"taken for the answer to DATA: {early!r}"
        peer.send(b"554 no\r\n")
        return b"554"
    talk = Strict(replies={b"RCPT": twice, b"DATA": data}, watch=0.05)
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input=(
            "EHLO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nSubject: x\n\n"
            ".\nQUIT\n"))
        fake.done()
    assert asked and not talk.violations, ran
    assert talk.bodies == []


# --- the terminal


def test_partial_line_is_shown_at_once(sit):
    """Within 100 ms; the best counts, because other programs run here."""
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        times = []
        while len(times) < 5 or (min(times) >= 0.1 and len(times) < 30):
            number = len(times)
            part = f"250-part {number} "
            puppet.send(part.encode())
            before = time.monotonic()
            person.wait_for(part.rstrip())
            times.append(time.monotonic() - before)
            puppet.send(b"whole %d\r\n" % number)
            person.wait_for(f"whole {number}")
        assert min(times) < 0.1, times
        person.wait(lambda: person.row() == "smtp>", "no prompt")


@pytest.mark.parametrize("protocol", ["smtp", "raw"])
def test_prompt_of_a_server_is_shown_in_a_pipe_at_once(telex, protocol):
    """A question without a line end, as login: and ftp> are."""
    def play(peer):
        peer.send(b"220 what is your name? ")
        peer.rest()
    with Fake(play) as fake:
        with telex.start("-P", protocol, fake.host, fake.port) as process:
            before = time.monotonic()
            assert process.stdout.read(23) == b"220 what is your name? "
            assert time.monotonic() - before < 5
            process.stdin.close()
            process.terminate()
            process.wait(10)


EVIL = {
    "title": b"\033]0;pwned\007",
    "colour": b"\033[31mred",
    "answer-back": b"\033[6n\033[c\005",
    "paste end": b"\033[201~rm",
    "C1 CSI": b"\x9b31mred",
    "C1 in UTF-8": b"\xc2\x9b31mred",
    "C1 OSC": b"\x9d0;pwned\x9c",
    "DCS": b"\033P$q\"p\033\\",
    "bell and backspace": b"a\x08b\x07c",
    "DEL": b"a\x7fb",
    "bidi override": "a\u202eb".encode(),
    "bidi isolate": "a\u2066b".encode(),
    "line separator": "a\u2028b".encode(),
    "paragraph separator": "a\u2029b".encode(),
    "zero width": "a\u200bb".encode(),
    "overlong": b"a\xc0\x9bb",
    "surrogate": b"a\xed\xb0\x80b",
    "shift out": b"a\x0eb",
    "form feed": b"a\x0cb",
    "carriage return": b"250 honest\rFAKE!",
}


@pytest.mark.parametrize("cut", [None, 1])
@pytest.mark.parametrize("name", EVIL)
def test_evil_bytes_never_reach_the_terminal_raw(sit, name, cut):
    evil = EVIL[name]
    line = b"250 <<" + evil + b">>\r\n"
    puppet = Puppet()
    with Fake(puppet) as fake:
        person = sit("-P", "smtp", "localhost", fake.port)
        person.wait_prompt()
        before = len(person.raw)
        puppet.send(*(torn(line, cut) if cut else (line,)), pause=0.002)
        person.wait_for(">>")
        person.wait_prompt()
        # A prompt that came in between is no part of it.
        shown = bytes(person.raw[before:]).replace(b"\r\nsmtp> \r\033[K", b"")
        start, end = shown.index(b"<<"), shown.rindex(b">>")
        inner = shown[start:end]
    assert evil not in shown
    for control in range(32):
        if not cut and control not in (9,):
            assert bytes([control]) not in inner, inner
    assert b"\x7f" not in inner
    text = inner.decode("utf-8")  # no byte of it is invalid
    bad = set("\u202e\u2066\u2028\u2029\u200b\x9b\x9d\x9c")
    assert not bad & set(text), text
    assert "pwned" not in person.screen.title


@pytest.mark.parametrize("name", EVIL)
def test_evil_bytes_pass_a_pipe_exactly(telex, name):
    talk = Strict(replies={b"NOOP": b"250 <<" + EVIL[name] + b">>\r\n"})
    with Fake(talk) as fake:
        ran = telex.run("-c", "EHLO x", "-c", "NOOP", "-c", "QUIT",
                        fake.host, fake.port)
    assert ran.out == bytes(talk.sent)
    assert "\033" not in ran.err and "\x9b" not in ran.err


def test_words_of_the_server_in_notes_are_harmless(telex):
    evil = b"250 \033]0;pwned\007\x9b\xff instead of 220\r\n"
    talk = Strict(replies={b"STARTTLS": evil})
    with Fake(talk) as fake:
        ran = telex.run(fake.host, fake.port, input="EHLO x\nSTARTTLS\n")
    assert ran.status == 3, ran
    for bad in ("\033", "\007", "\x9b"):
        assert bad not in ran.err, ran


# --- descriptors


def test_more_than_1024_descriptors_are_no_matter(telex):
    """poll(2), not select(2)."""
    talk = Strict()
    with Fake(talk) as fake:
        ran = telex.shell(
            "ulimit -n 2048 || exit 99; "
            "exec python3 -c 'import os,sys\n"
            "for i in range(1500): os.set_inheritable(os.open(\"/dev/null\","
            " 0), True)\n"
            "os.execv(sys.argv[1], sys.argv[1:])' \"$telex\" -c \"EHLO x\" "
            f"-c QUIT {fake.host} {fake.port}")
    assert ran.status == 0, ran
    assert ran.out == bytes(talk.sent)


def test_no_spin_while_waiting(telex):
    """A second of silence costs no time of the processor."""
    def play(peer):
        peer.send(Strict.GREETING)
        peer.line()
        before = ticks(process.pid)
        peer.early(1.0)
        spent.append(ticks(process.pid) - before)
        peer.send(b"250 ok\r\n")
        peer.rest()
    spent = []
    with Fake(play) as fake:
        process = telex.start("-P", "smtp", "-c", "NOOP", fake.host,
                              fake.port)
        process.communicate(timeout=20)
        fake.done()
    assert spent[0] <= 10, f"{spent[0]} ticks of 10 ms"


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
