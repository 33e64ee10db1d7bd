# SPDX-License-Identifier: ISC
"""Libraries come when they are needed, and are missed only then."""

import os
import re
import subprocess

import pytest

from fakes import Fake, Puppet
from servers import MailServer

WAIT = 10
GREETING = b"220 mail.example.test ESMTP\r\n"
SHORT = ("libssl", "libcrypto", "libedit")


@pytest.fixture(name="sonames")
def fixture_sonames(telex):
    """The libraries that this telex loads late, as it says itself."""
    with open(telex.path, "rb") as binary:
        found = re.findall(rb'\[{"soname":\["(.*?)"\]', binary.read())
    if not found:
        pytest.skip("this telex was linked with its libraries")
    return {name.decode().split(".")[0]: name.decode() for name in found}


def loaded(process):
    """Which of the libraries a process has in its memory."""
    with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
        text = maps.read()
    return {name for name in SHORT if f"/{name}." in text}


def needed(path):
    done = subprocess.run(["readelf", "-d", path], stdout=subprocess.PIPE,
                          check=True, timeout=30)
    return set(re.findall(r"NEEDED.*\[(lib\w+)", done.stdout.decode()))


def test_binary_itself_needs_none_of_them(telex, sonames):
    assert set(sonames) == set(SHORT)
    assert needed(telex.path).isdisjoint(SHORT)


def spoiled(folder, name, how):
    """An environment in which this library is found, but of no use."""
    file = folder / name
    if how == "not a library":
        file.write_bytes(b"not a library\n" * 1000)
    else:
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-nostdlib",
                        f"-Wl,-soname,{name}", "-o", str(file), "-x", "c",
                        "/dev/null"], check=True, timeout=60)
    return {"LD_LIBRARY_PATH": str(folder)}


def complaint(name):
    package = "libedit 3.1" if "edit" in name else "OpenSSL 3"
    return rf"telex: cannot load {re.escape(name)}: .* \(install {package}\)"


# --- what is loaded

@pytest.mark.usefixtures("sonames")
def test_plain_script_loads_nothing(telex):
    puppet = Puppet(GREETING)
    with Fake(puppet) as server:
        process = telex.start("smtp://127.0.0.1:%d" % server.port)
        process.stdin.write(b"EHLO me\nQUIT\n")
        process.stdin.flush()
        puppet.wait_lines(1)
        puppet.send(b"250 mail.example.test\r\n")
        puppet.wait_lines(2)
        assert loaded(process) == set()
        puppet.send(b"221 bye\r\n")
        puppet.close()
        process.communicate(timeout=WAIT)
    assert process.returncode == 0


@pytest.mark.usefixtures("sonames")
def test_tls_loads_openssl_alone(telex, authority):
    with MailServer(tls=authority.server_side()) as server:
        process = telex.start("-k", f"smtps://127.0.0.1:{server.port}")
        assert process.stdout.readline().startswith(b"220 ")
        assert loaded(process) == {"libssl", "libcrypto"}
        process.communicate(b"QUIT\n", timeout=WAIT)
    assert process.returncode == 0


@pytest.mark.usefixtures("sonames")
def test_terminal_loads_libedit_alone(sit):
    puppet = Puppet(GREETING)
    with Fake(puppet) as server:
        person = sit("smtp://127.0.0.1:%d" % server.port)
        person.wait_prompt()
        person.enter("NOOP")
        puppet.wait_lines(1)
        assert loaded(person.child) == {"libedit"}
        puppet.send(b"250 2.0.0 Ok\r\n")
        person.wait_prompt()
        puppet.close()
        person.status()


# --- what is missing

HOW = ["not a library", "without its functions"]


@pytest.mark.parametrize("how", HOW)
def test_plain_script_does_not_miss_them(telex, sonames, tmp_path, how):
    for name in sonames.values():
        env = spoiled(tmp_path, name, how)
    with Fake(lambda peer: peer.send(GREETING)) as server:
        ran = telex.run("-P", "raw", "127.0.0.1", server.port, env=env)
    assert ran.status == 0 and ran.out == GREETING, ran


@pytest.mark.parametrize("how", HOW)
def test_tls_without_its_library_says_so(telex, sonames, tmp_path, how):
    env = spoiled(tmp_path, sonames["libssl"], how)
    with Fake(lambda peer: peer.rest()) as server:
        ran = telex.run("-k", f"smtps://127.0.0.1:{server.port}", env=env)
    assert ran.status == 1 and ran.out == b"", ran
    assert re.search(f"^{complaint(sonames['libssl'])}$", ran.err,
                     re.MULTILINE), ran


@pytest.mark.parametrize("how", HOW)
def test_terminal_without_its_library_says_so(sit, sonames, tmp_path, how):
    person = sit(env=spoiled(tmp_path, sonames["libedit"], how), columns=300)
    assert person.status() == 1
    assert re.search(complaint(sonames["libedit"]), person.everything())
    person.assert_terminal_restored()


@pytest.mark.parametrize("how", HOW)
def test_terminal_is_given_back_before_the_end(sit, sonames, tmp_path, how):
    puppet = Puppet(GREETING)
    with Fake(puppet) as server:
        person = sit("smtp://127.0.0.1:%d" % server.port, columns=300,
                     env=spoiled(tmp_path, sonames["libssl"], how))
        person.wait_prompt()
        person.enter("STARTTLS")
        puppet.wait_line(b"STARTTLS")
        puppet.send(b"220 2.0.0 Ready to start TLS\r\n")
        assert person.status() == 1
    assert re.search(complaint(sonames["libssl"]), person.everything())
    person.assert_terminal_restored()
