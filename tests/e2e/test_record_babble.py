# SPDX-License-Identifier: ISC
"""Whatever a server says, the transcript holds all of it and plays again."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from babble import TALKS, Babble
from fakes import Fake
from retold import secrets_env, spoken

SEEDS = range(40)


def record(telex, path, talk, fake):
    """The session as a script has it."""
    options = ["--pipeline"] if talk.pipeline else []
    ran = telex.run("-o", path, "-E", "--no-history", "-i", 5, *options,
                    f"{talk.protocol}://127.0.0.1:{fake.port}",
                    input=talk.script)
    assert ran.status in ((1,) if talk.torn else (0, 4, 5)), f"{talk}: {ran}"
    got = bytes(fake.peers[0].received)
    assert got == talk.ours, f"{talk}: {got[-300:]!r} {talk.ours[-300:]!r}"


def check_text(path, talk):
    """The file is UTF-8, moves no terminal, and says what was said."""
    text = path.read_bytes().decode()
    assert not re.search(r"[ \t]$", text, re.M), talk
    for sign in set(text):
        kind = unicodedata.category(sign)
        assert sign in "\n\t" or kind not in ("Cc", "Cf", "Zl", "Zp"), (
            f"{talk}: {sign!r}")
    for secret in talk.secrets:
        assert secret.decode() not in text, talk
    ours, theirs = spoken(text, talk.secrets)
    assert ours == talk.ours, talk
    assert theirs == talk.theirs, talk


@pytest.mark.parametrize("protocol", TALKS)
def test_babble(telex, tmp_path, protocol):
    talks = [Babble(protocol, seed) for seed in SEEDS]
    fakes = [Fake(talk) for talk in talks]
    paths = [tmp_path / f"{talk.seed}.telex" for talk in talks]
    most = max((talk.secrets for talk in talks), key=len)
    try:
        with ThreadPoolExecutor(3) as pool:
            for _ in pool.map(lambda row: record(telex, *row),
                              zip(paths, talks, fakes)):
                pass
        for path, talk in zip(paths, talks):
            check_text(path, talk)
        ran = telex.run("--replay", "--match", "text", "-j", 3, "-i", 5,
                        *paths, env=secrets_env(most))
        assert ran.status == 0, f"{protocol}: {ran}"
        for talk, fake in zip(talks, fakes):
            again = bytes(fake.done().peers[1].received)
            assert again == talk.ours, f"{talk}"
    finally:
        for fake in fakes:
            fake.__exit__(Exception)
