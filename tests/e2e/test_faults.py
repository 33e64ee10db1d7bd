# SPDX-License-Identifier: ISC
"""System calls that fall short or fail, at each call of a short session.

What must hold for every fault: the program ends; every byte the server took
is part of the script, in order, once; every byte on stdout came from the
server, in order, once; and what is missing is an error with its status.
"""

import os
import random

import pytest

from fakes import Fake, Strict, echo
from servers import MailServer, crlf, delivered, session

BODY = "Subject: hello\n\nHi Bob\n..\n" + "a line of the body\n" * 40
SCRIPT = session(body=BODY)
WIRE = crlf(SCRIPT)

# Faults that a correct program makes good.
HARMLESS = ["read:short", "read:EINTR", "write:short", "write:EINTR",
            "write:EAGAIN", "recv:short", "recv:EINTR", "recv:EAGAIN",
            "send:short", "send:EINTR", "send:EAGAIN", "poll:EINTR",
            "connect:EINTR"]
# Faults that it has to report.
HARMFUL = ["recv:ECONNRESET", "send:ECONNRESET", "connect:ECONNRESET",
           "write:ENOSPC", "read:EIO"]


class Bench:
    """Runs the same short session again and again."""

    def __init__(self, telex, shim, tmp_path):
        self.telex, self.shim = telex, shim
        self.script = tmp_path / "script"
        self.script.write_text(SCRIPT)
        self.count = tmp_path / "count"

    def run(self, faults, seed=0):
        talk = Strict(watch=0)
        env = self.telex.shimmed(self.shim, FAULTS=faults,
                                 FAULT_SEED=str(seed),
                                 FAULT_COUNT=str(self.count))
        with Fake(talk) as fake, open(self.script, "rb") as script:
            ran = self.with_stdout(
                "write:EAGAIN" in faults, "-P", "smtp", fake.host, fake.port,
                env=env, stdin=script, timeout=15)
            fake.done()
            got = bytes(fake.peers[0].received) if fake.peers else b""
        self.judge(f"{faults} seed {seed}", ran, talk, got)
        return ran

    def with_stdout(self, nonblocking, *words, **how):
        """Only a stdout that does not block may say EAGAIN."""
        if not nonblocking:
            return self.telex.run(*words, **how)
        read, write = os.pipe()
        os.set_blocking(write, False)
        with open(read, "rb") as out:
            with open(write, "wb") as stdout:
                ran = self.telex.run(*words, stdout=stdout, **how)
            ran.out = out.read()
        return ran

    @staticmethod
    def judge(what, ran, talk, got):
        sent = bytes(talk.sent)
        assert WIRE.startswith(got), f"{what}: the server got {got!r}"
        assert not talk.violations, f"{what}: {talk.violations}"
        assert sent.startswith(ran.out), f"{what}: lost or doubled: {ran}"
        if ran.status == 0:
            assert got == WIRE, f"{what}: not all was sent: {ran}"
            assert ran.out == sent, f"{what}: not all was shown: {ran}"
        else:
            assert ran.status == 1, f"{what}: {ran}"
            assert len(ran.lines("telex: ")) == 1, f"{what}: {ran}"

    def calls(self):
        """How many calls of each kind the last run made."""
        counts = (line.split() for line in
                  self.count.read_text().splitlines())
        return {name: int(number) for name, number in counts}


@pytest.fixture
def bench(telex, shim, tmp_path):
    return Bench(telex, shim, tmp_path)


def test_session_without_faults_is_whole(bench):
    assert bench.run("").status == 0
    calls = bench.calls()
    assert calls["recv"] and calls["send"] and calls["connect"], calls
    assert calls["write"] and calls["read"] and calls["poll"], calls


# Such a script never reads from the server without waiting; bulk does.
@pytest.mark.parametrize("fault", [fault for fault in HARMLESS
                                   if fault != "recv:EAGAIN"])
def test_small_trouble_at_any_call_is_made_good(bench, fault):
    bench.run("")
    for number in range(1, min(bench.calls()[fault.split(":")[0]], 40) + 1):
        ran = bench.run(f"{fault}:{number}")
        assert ran.status == 0, f"{fault}:{number}: {ran}"


@pytest.mark.parametrize("fault", HARMFUL)
def test_big_trouble_at_any_call_is_reported(bench, fault):
    bench.run("")
    statuses = set()
    for number in range(1, min(bench.calls()[fault.split(":")[0]], 40) + 1):
        statuses.add(bench.run(f"{fault}:{number}").status)
    assert 1 in statuses, f"no {fault} was ever reported"


def everything_short(seed):
    """A mixture of small troubles."""
    dice = random.Random(seed)
    return ",".join(f"{fault}:p{dice.choice((5, 20, 45))}"
                    for fault in dice.sample(HARMLESS, 6))


@pytest.mark.parametrize("seeds", [range(0, 20), range(20, 40)],
                         ids=["first", "second"])
def test_trouble_all_the_time_is_made_good(bench, seeds):
    for seed in seeds:
        ran = bench.run(everything_short(seed), seed)
        assert ran.status == 0, f"seed {seed}: {ran}"


def test_trouble_under_tls_is_made_good(telex, shim, authority):
    script = "EHLO x\nSTARTTLS\n" + SCRIPT
    with MailServer(starttls=authority.server_side(),
                    require_starttls=True) as server:
        for seed in range(8):
            faults = everything_short(seed)
            ran = telex.run(
                "--cafile", authority.cafile, "localhost", server.port,
                input=script, env=telex.shimmed(
                    shim, FAULTS=faults, FAULT_SEED=str(seed)))
            assert ran.status == 0, f"seed {seed} {faults}: {ran}"
            assert server.mails.pop().content == delivered(BODY)


@pytest.mark.parametrize("fault", ["recv:ECONNRESET", "send:ECONNRESET",
                                   "recv:short", "send:EAGAIN"])
def test_trouble_at_any_call_under_tls_is_no_loss(telex, shim, authority,
                                                  fault):
    script = "EHLO x\nSTARTTLS\n" + SCRIPT
    for number in range(1, 31, 2):
        with MailServer(starttls=authority.server_side(),
                        require_starttls=True) as server:
            ran = telex.run(
                "--cafile", authority.cafile, "localhost", server.port,
                input=script, env=telex.shimmed(
                    shim, FAULTS=f"{fault}:{number}"))
            mails = [mail.content for mail in server.mails]
        what = f"{fault}:{number}: {ran}"
        if ran.status == 0:
            assert mails == [delivered(BODY)], what
        else:
            assert fault.endswith("RESET"), what
            assert ran.status in (1, 3), what
            assert len(ran.lines("telex: ")) == 1, what
            assert mails in ([], [delivered(BODY)]), what


@pytest.mark.parametrize("where", ["pipe", "file"])
def test_trouble_in_bulk_loses_nothing(telex, shim, tmp_path, where):
    data = random.Random(7).randbytes(200000)
    for seed in range(6):
        faults = everything_short(seed)
        env = telex.shimmed(shim, FAULTS=faults, FAULT_SEED=str(seed))
        out = tmp_path / f"out{seed}"
        with Fake(echo) as fake, open(out, "wb") as file:
            ran = telex.run(
                "-P", "raw", "--raw", "-N", fake.host, fake.port, env=env,
                input=data, **({"stdout": file} if where == "file" else {}))
            assert ran.status == 0, f"seed {seed} {faults}: {ran}"
            assert bytes(fake.done().peer.received) == data, faults
        got = out.read_bytes() if where == "file" else ran.out
        assert got == data, f"seed {seed} {faults}"


@pytest.mark.parametrize("protocol", ["raw", "smtp"])
def test_disk_full_under_a_download_is_one_error(telex, shim, tmp_path,
                                                 protocol):
    data = b"x" * (8 << 20)
    env = telex.shimmed(shim, FAULTS="write:ENOSPC:2")
    with Fake(lambda peer: (peer.send(data), peer.rest())) as fake:
        with open(tmp_path / "out", "wb") as file:
            ran = telex.run("-P", protocol, fake.host, fake.port, input="",
                            env=env, stdout=file)
    got = (tmp_path / "out").read_bytes()
    assert ran.status == 1, ran
    assert data.startswith(got) and len(got) < len(data)
    assert len(ran.lines("telex: ")) == 1 and "space" in ran.err, ran
