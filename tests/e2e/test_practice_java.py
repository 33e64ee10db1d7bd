# SPDX-License-Identifier: ISC
"""Programs of Java, with sockets and no library, as the practice server's
clients: Send.java and Fetch.java."""

import shutil
import subprocess
from pathlib import Path

import pytest

from practice import Practice

HERE = Path(__file__).parent
MESSAGE = ["From: Alice <alice@example.org>", "To: Bob <bob@example.com>",
           "Subject: From a socket", "", "Line by line.", "."]


@pytest.fixture(scope="module", name="compiled")
def fixture_compiled(tmp_path_factory):
    """The folder of the programs, compiled once."""
    if not shutil.which("javac") or not shutil.which("java"):
        pytest.skip("no Java here")
    folder = tmp_path_factory.mktemp("java")
    done = subprocess.run(
        ["javac", "-J-XX:TieredStopAtLevel=1", "-proc:none", "-d", folder,
         HERE / "Send.java", HERE / "Fetch.java"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=100)
    assert done.returncode == 0, done.stdout.decode()
    return folder


def java(folder, *words):
    done = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", folder,
         *(str(word) for word in words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("tls", [False, True])
def test_a_mail_is_sent_and_fetched(telex, tmp_path, compiled, tls):
    server = Practice(telex, tmp_path)
    trust = [server.ca] if tls else []
    status, out, err = java(compiled, "Send", server.smtp, *trust)
    assert status == 0, err
    assert "250 2.0.0 Ok: kept as message 1" in out.splitlines()
    assert ("220 2.0.0 Go ahead" in out) == tls
    assert "From a socket" in server.notes("Subject")[-1]
    status, out, err = java(compiled, "Fetch", server.pop3)
    assert status == 0, err
    lines = out.splitlines()
    assert lines[-len(MESSAGE):] == MESSAGE
    assert any("with ESMTP" + "S" * tls in line for line in lines)
    assert server.end() == (0, "")


def test_java_does_not_trust_a_wrong_name(telex, tmp_path, compiled):
    server = Practice(telex, tmp_path, "--practice-set",
                      "certificate=wrong-name")
    status, out, err = java(compiled, "Send", server.smtp, server.ca)
    assert status == 1 and "SSLHandshakeException" in err, out + err
    assert "MAIL" not in out
