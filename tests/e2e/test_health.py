# SPDX-License-Identifier: ISC
"""TLS sessions that are resumed, old servers, and sockets that stay open."""

import base64
import contextlib
import ctypes
import os
import re
import shutil
import socket
import stat
import subprocess
import time

import pytest

from daemons import free_port
from dovecot import Dovecot, missing
from fakes import Fake, Puppet
from tlspeer import Identity, Opener, make_ca, make_cert, openssl

VERSIONS = ["-tls1_2", "-tls1_3"]

# Oakley group 2 (RFC 2409, 6.2): 1,024 bits.
SMALL_DH = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16)


def dh_file(path):
    """Diffie-Hellman parameters, as a file of OpenSSL's."""
    prime = b"\0" + SMALL_DH.to_bytes(128, "big")
    body = b"\2\x81" + bytes([len(prime)]) + prime + b"\2\1\2"
    text = base64.encodebytes(b"\x30\x81" + bytes([len(body)]) + body)
    path.write_text("-----BEGIN DH PARAMETERS-----\n" + text.decode()
                    + "-----END DH PARAMETERS-----\n")
    return path


def rsa_cert(folder, name, ca, bits, digest):
    made = Identity(folder, name)
    request = made.cert.with_suffix(".csr")
    openssl("req", "-newkey", f"rsa:{bits}", "-nodes", "-keyout", made.key,
            "-out", request, "-subj", f"/CN={name}", "-addext",
            "subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", request, "-copy_extensions", "copy",
            "-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial", digest,
            "-out", made.cert, "-days", 9)
    return made


class Certs:
    def __init__(self, folder):
        self.ca = make_ca(folder)
        self.stranger = make_ca(folder, "Stranger")
        self.good = make_cert(folder, "good", self.ca)
        self.rsa = rsa_cert(folder, "rsa", self.ca, 2048, "-sha256")
        self.small = rsa_cert(folder, "small", self.ca, 1024, "-sha256")
        self.sha1 = rsa_cert(folder, "sha1", self.ca, 2048, "-sha1")
        self.dh = dh_file(folder / "dh.pem")
        self.weak = folder / "weak.cnf"
        self.weak.write_text(
            "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n"
            "[c]\nCipherString = ALL:@SECLEVEL=0\n")


@pytest.fixture(name="certs", scope="module")
def fixture_certs(tmp_path_factory):
    return Certs(tmp_path_factory.mktemp("certs"))


@pytest.fixture(name="say")
def fixture_say(telex, certs):
    """say(port, *options) -> Ran: hello to an echo in TLS."""
    def make(port, *options, ca=None, host="localhost"):
        return telex.run("-T", "-P", "raw", "-i", 10, "--cafile",
                         (ca or certs.ca).cert, *options, host, port,
                         input="hello\n")
    return make


def is_resumed(ran):
    assert ran.status == 0, ran
    return re.search(r"TLSv1\.[23], \S+, resumed; certificate CN=\S+ verified",
                     ran.err)


# --- sessions

@pytest.mark.parametrize("version", VERSIONS)
def test_session_is_resumed(say, certs, tmp_path, version):
    file = tmp_path / "session"
    with Opener(certs.good, "-rev", version) as server:
        ran = say(server.port, "--resume", file)
        assert not is_resumed(ran) and "resumed" not in ran.err, ran
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for _ in range(2):
            ran = say(server.port, "--resume", file, "-vv", "--show-certs")
            assert is_resumed(ran), ran
            assert "* a resumed session; " in ran.err
            assert certs.good.digest() in ran.err
            assert "OCSP staple none: the session was resumed" in ran.err
            assert ran.out == b"olleh\n"
    assert list(tmp_path.glob("session*")) == [file]
    done = subprocess.run(["openssl", "sess_id", "-in", str(file), "-noout",
                           "-text"], stdout=subprocess.PIPE, check=True,
                          timeout=30)
    assert version[1:].replace("tls", "TLSv").replace("_", ".") in \
        done.stdout.decode()


def test_we_end_tls_before_we_close(say, certs, tmp_path):
    """Else a server with session IDs forgets the session."""
    file = tmp_path / "session"
    with Opener(certs.good, "-rev", "-tls1_2", "-no_ticket") as server:
        say(server.port, "--resume", file, "--eof=close")
        assert is_resumed(say(server.port, "--resume", file, "--eof=close"))


def test_session_without_tls_has_none_to_keep(telex, tmp_path):
    file = tmp_path / "session"
    ran = telex.run("--practice", "--resume", file, "-c", "QUIT")
    assert ran.lines("! ") == ["! there was no TLS and so no session to keep "
                               "(-S begins with STARTTLS)"]
    assert ran.status == 0 and not file.exists()


def test_server_that_has_forgotten_it_starts_anew(say, certs, tmp_path):
    file = tmp_path / "session"
    for turn in range(2):
        with Opener(certs.good, "-rev") as server:
            ran = say(server.port, "--resume", file)
            assert not is_resumed(ran)
            assert (", not resumed; " in ran.err) == (turn > 0), ran


@pytest.mark.parametrize("version", VERSIONS)
def test_resumed_certificate_is_judged_anew(say, certs, tmp_path, version):
    file = tmp_path / "session"
    with Opener(certs.good, "-rev", version) as server:
        ran = say(server.port, "-k", "--resume", file, ca=certs.stranger)
        assert "NOT VERIFIED" in ran.err and file.exists()
        ran = say(server.port, "--resume", file, ca=certs.stranger)
        assert ran.status == 3 and ran.out == b"", ran
        assert "issued by CN=Test CA" in ran.err
        ran = say(server.port, "-k", "--resume", file, ca=certs.stranger)
        assert ", resumed; certificate CN=localhost NOT VERIFIED" in ran.err
        ran = say(server.port, "--resume", file, "--verify-name=other",
                  "--servername=localhost")
        assert ran.status == 3, ran
        assert "not for other" in ran.err
        assert is_resumed(say(server.port, "--resume", file))
        pin = "--pin=sha256:" + "00" * 32
        ran = say(server.port, "--resume", file, pin)
        assert ran.status == 3 and "neither the certificate" in ran.err, ran


def test_session_of_another_host_is_not_offered(say, certs, tmp_path):
    file = tmp_path / "session"
    with Opener(certs.good, "-rev") as server:
        say(server.port, "--resume", file)
        ran = say(server.port, "--resume", file, host="127.0.0.1")
        assert ran.status == 0 and "resumed" not in ran.err, ran
        ran = say(server.port, "--resume", file, host="127.0.0.1")
        assert is_resumed(ran), ran


def test_session_without_its_chain_is_not_offered(say, certs, tmp_path):
    file = tmp_path / "session"
    with Opener(certs.good, "-rev") as server:
        say(server.port, "--resume", file)
        text = file.read_text()
        other = certs.rsa.cert.read_text()
        session = text[:text.index("-----BEGIN CERT")]
        for spoiled in session, session + other:
            file.write_text(spoiled)
            ran = say(server.port, "--resume", file)
            assert ran.status == 0 and "resumed" not in ran.err, ran
        assert is_resumed(say(server.port, "--resume", file))


@pytest.mark.parametrize("text, mode, words", [
    ("Dear Bob,\n", 0o600, "holds no TLS session"),
    ("", 0o644, "is open to others (chmod 600"),
    (None, 0o700, "is no file"),
])
def test_file_that_is_no_session_is_left_alone(telex, tmp_path, text, mode,
                                               words):
    file = tmp_path / "session"
    if text is None:
        file.mkdir()
    else:
        file.write_text(text)
    file.chmod(mode)
    with Fake(lambda peer: peer.rest()) as server:
        ran = telex.run("-T", "--resume", file, "127.0.0.1", server.port)
    assert ran.status == 2, ran
    assert words in ran.err and "session" in ran.err
    assert text is None or file.read_text() == text


def test_session_that_cannot_be_kept_is_a_warning(say, certs, tmp_path):
    with Opener(certs.good, "-rev") as server:
        ran = say(server.port, "--resume", tmp_path / "no" / "where")
    assert ran.status == 0, ran
    assert re.search("! cannot write the session file .*no such file",
                     ran.err), ran


def test_a_server_without_tickets_leaves_none(telex, tmp_path):
    file = tmp_path / "session"
    ran = telex.run("--practice", "-S", "--resume", file, "-c", "QUIT")
    assert "no TLS session that can be kept" in ran.err and ran.status == 0
    assert not file.exists()


def test_sessions_of_postfix(telex, postfix, authority, tmp_path):
    for turn in range(3):
        ran = telex.run("-S", "--cafile", authority.cafile, "--resume",
                        tmp_path / "session", "-c", "NOOP", "-c", "QUIT",
                        "localhost", postfix.port)
        assert bool(is_resumed(ran)) == (turn > 0), ran
        assert ran.out.endswith(b"221 2.0.0 Bye\r\n")
        assert "no TLS session" not in ran.err


def test_dovecot_forgets_sessions(telex, authority, tmp_path):
    """Each of its login processes has keys of its own for tickets."""
    why = missing("imap")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ["imap"]) as server:
        for turn in range(3):
            ran = telex.run("--cafile", authority.cafile, "--resume",
                            tmp_path / "session", "-c", "a LOGOUT",
                            f"imaps://localhost:{server.ports['imaps']}")
            assert not is_resumed(ran)
            assert (", not resumed; " in ran.err) == (turn > 0), ran


def test_person_resumes_too(sit, certs, tmp_path):
    file = tmp_path / "session"
    with Opener(certs.good, "-rev") as server:
        for turn in range(2):
            person = sit("-T", "-P", "raw", "--cafile", certs.ca.cert,
                         "--resume", file, "localhost", server.port,
                         columns=300)
            person.wait_for("certificate CN=localhost verified")
            assert (", resumed; " in person.everything()) == (turn > 0)
            person.enter("hello")
            person.wait_for("olleh")
            person.command("quit")
            person.status()


# --- versions

@pytest.mark.parametrize("server, options, version", [
    ("-tls1_2", ["MinProtocol=TLSv1.2"], "TLSv1.2"),
    ("-tls1_2", ["MinProtocol=TLSv1.3"], None),
    ("-tls1_3", ["MaxProtocol=TLSv1.2"], None),
    (None, ["MaxProtocol=TLSv1.2"], "TLSv1.2"),
    (None, ["MinProtocol=TLSv1.2", "MaxProtocol=TLSv1.3"], "TLSv1.3"),
    (None, ["Groups=P-384"], "TLSv1.3"),
])
def test_range_of_versions(say, certs, server, options, version):
    words = [f"--tls-opt={option}" for option in options]
    with Opener(certs.good, "-rev", *([server] if server else [])) as peer:
        ran = say(peer.port, "-vv", *words)
    if version is None:
        assert ran.status == 3, ran
        assert "'protocol version'" in ran.err
    else:
        assert ran.status == 0, ran
        assert f"* {version}, " in ran.err
        group = "secp384r1" if "Groups=P-384" in options else "x25519"
        assert f"key exchange {group}, signature ECDSA-SHA256" in ran.err


# --- servers of old

@contextlib.contextmanager
def gnutls(identity, priority):
    """gnutls-serv, which can do without what OpenSSL cannot."""
    if shutil.which("gnutls-serv") is None:
        pytest.skip("gnutls-serv is not installed (gnutls-bin)")
    port = free_port()
    process = subprocess.Popen(
        ["gnutls-serv", "--echo", "-q", "-p", str(port), "--priority",
         priority, "--x509certfile", str(identity.cert), "--x509keyfile",
         str(identity.key)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with contextlib.suppress(OSError), \
                    socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait(10)


def cured(say, port, words):
    """It fails in these words, and the options in them mend it."""
    ran = say(port)
    assert ran.status == 3 and ran.out == b"", ran
    assert words in ran.err
    cure = re.search(r"(--tls-opt [A-Z]\S+=\S+?)( --tls-opt \S+=\S+?)*"
                     r"(?= |\))", ran.err).group(0).split()
    ran = say(port, *cure)
    assert ran.status == 0 and len(ran.out) >= 6, ran
    assert " verified, until " in ran.err
    return " ".join(cure)


OLD = "--tls-opt CipherString=DEFAULT@SECLEVEL="


@pytest.mark.parametrize("cert, server, words, cure", [
    ("rsa", ["-tls1_2", "-dhparam", "dh", "-cipher",
             "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"],
     "Diffie-Hellman key is too small", OLD + "1"),
    ("small", ["-cipher", "ALL:@SECLEVEL=0"],
     "has a key that is too weak (RSA, 1024 bits; ", OLD + "1"),
    ("sha1", ["-cipher", "ALL:@SECLEVEL=0"],
     "signed in a way that is too weak (ecdsa-with-SHA1; ", OLD + "0"),
    ("rsa", ["-tls1_2", "-sigalgs", "RSA+SHA1"],
     "alert 'handshake failure'", OLD + "0"),
    ("rsa", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
     "alert 'protocol version'",
     "--tls-opt MinProtocol=TLSv1 " + OLD + "0"),
    ("rsa", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
     "alert 'protocol version'",
     "--tls-opt MinProtocol=TLSv1 " + OLD + "0"),
], ids=["dh", "rsa", "sha1-cert", "sha1-signature", "tls1.0", "tls1.1"])
def test_cure_for_an_old_server(say, certs, cert, server, words, cure):
    server = [str(certs.dh) if word == "dh" else word for word in server]
    with Opener(getattr(certs, cert), "-rev", *server,
                env={"OPENSSL_CONF": str(certs.weak)}) as peer:
        assert cured(say, peer.port, words) == cure


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1"])
def test_cure_for_half_a_cure(say, certs, version):
    """An older version alone does not yet allow how it signs."""
    def half(port, *cure):
        return say(port, "--tls-opt", "MinProtocol=" + version, *cure)
    with Opener(certs.rsa, "-rev", "-" + version.lower().replace("v", "")
                .replace(".", "_"), "-cipher", "ALL:@SECLEVEL=0",
                env={"OPENSSL_CONF": str(certs.weak)}) as peer:
        assert cured(half, peer.port, "handshake failed: the server signs "
                     "as TLS before 1.2 does") == OLD + "0"


def test_cure_for_unsafe_renegotiation(say, certs):
    with gnutls(certs.rsa, "NORMAL:-VERS-TLS1.3:"
                "%DISABLE_SAFE_RENEGOTIATION") as port:
        assert cured(say, port, "lacks secure renegotiation") == \
            "--tls-opt Options=UnsafeLegacyServerConnect"


@pytest.mark.parametrize("cert, words", [
    ("small", "its key is too weak"),
    ("sha1", "it is signed in a way that is too weak"),
])
def test_cure_for_our_own_old_certificate(say, certs, cert, words):
    """Status 2 and the cure, which counts for it as for the server's."""
    own = getattr(certs, cert)
    with Opener(certs.good, "-rev", "-Verify", "1", "-cipher",
                "ALL:@SECLEVEL=0",
                env={"OPENSSL_CONF": str(certs.weak)}) as peer:
        own = ["--cert", own.cert, "--key", own.key]
        ran = say(peer.port, *own)
        assert ran.status == 2 and words in ran.err
        cure = re.search(r"\((--tls-opt \S+) allows it", ran.err).group(1)
        ran = say(peer.port, *own, *cure.split())
        assert ran.status == 0 and ran.out == b"olleh\n", ran


# --- sockets

PIDFD_GETFD = 438


def socket_of(process):
    """The connected socket of another process, as one of ours."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(os, "pidfd_open"):
        pytest.skip("this system has no pidfd_open")
    pidfd = os.pidfd_open(process.pid)
    try:
        for number in os.listdir(f"/proc/{process.pid}/fd"):
            where = os.readlink(f"/proc/{process.pid}/fd/{number}")
            if not where.startswith("socket:"):
                continue
            fd = libc.syscall(PIDFD_GETFD, pidfd, int(number), 0)
            if fd < 0:
                pytest.skip("its sockets are closed to us: "
                            + os.strerror(ctypes.get_errno()))
            return socket.socket(fileno=fd)
        raise AssertionError("no socket")
    finally:
        os.close(pidfd)


def test_connection_is_kept_alive_and_prompt(telex):
    puppet = Puppet(b"220 mail.example.test\r\n")
    with Fake(puppet) as server:
        process = telex.start("smtp://127.0.0.1:%d" % server.port)
        assert process.stdout.readline().startswith(b"220 ")
        with socket_of(process) as sock:
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert sock.getsockopt(socket.IPPROTO_TCP,
                                   socket.TCP_KEEPIDLE) == 240
        puppet.close()
        process.communicate(timeout=10)
