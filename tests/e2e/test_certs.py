# SPDX-License-Identifier: ISC
"""The server's certificates in three forms, and what others say of them."""

import hashlib
import json
import re
import ssl
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from dovecot import Dovecot, missing
from fakes import Fake
from tlspeer import Identity, Opener, make_ca, make_cert, openssl

# Two timestamps of logs that nobody runs (RFC 6962, 3.3).
ONE_SCT = (bytes(33) + bytes(8) + bytes(2) + b"\4\3\0\x08"
           + bytes.fromhex("3006020101020101"))


def der(tag, content):
    length = len(content)
    head = bytes([length]) if length < 128 else (
        b"\x82" + length.to_bytes(2, "big"))
    return bytes([tag]) + head + content


def sct_list(count):
    one = len(ONE_SCT).to_bytes(2, "big") + ONE_SCT
    many = one * count
    return der(4, len(many).to_bytes(2, "big") + many).hex()


def issue(folder, name, ca, extensions, days=12, key=None, digest=None):
    """A certificate with these lines of openssl.cnf."""
    made = Identity(folder, name)
    request = made.cert.with_suffix(".csr")
    file = made.cert.with_suffix(".cnf")
    file.write_text("\n".join(extensions))
    kind = key or ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl("req", "-newkey", *kind, "-nodes", "-keyout", made.key, "-out",
            request, "-subj", f"/CN={name}")
    openssl("x509", "-req", "-in", request, "-extfile", file, "-days", days,
            "-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial", "-out",
            made.cert, *([digest] if digest else []))
    return made


def says(ran, pattern):
    return re.search(pattern, ran.err)


def when(text):
    """The moment that RFC 3339 has in this form."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return moment.replace(tzinfo=timezone.utc)


class Certs:
    """A CA, a server, and what an OCSP server would say of it."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = make_ca(folder)
        self.server = issue(folder, "mx", self.ca, [
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            f"1.3.6.1.4.1.11129.2.4.2=DER:{sct_list(2)}"])
        self.own = make_cert(folder, "own")
        self.late_ca = issue(folder, "Late CA", self.ca, [
            "basicConstraints=critical,CA:TRUE"], days=-1)
        self.late = issue(folder, "late", self.late_ca, [
            "subjectAltName=DNS:localhost"])
        self.must = issue(folder, "must", self.ca, [
            "subjectAltName=DNS:localhost", "tlsfeature=status_request"])
        request = folder / "ocsp.req"
        openssl("ocsp", "-issuer", self.ca.cert, "-cert", self.server.cert,
                "-reqout", request)
        for name, line in (("good", "V\t{end}\t\t"),
                           ("revoked", "R\t{end}\t{now},keyCompromise\t"),
                           ("unknown", "")):
            self._respond(name, line, request, self.ca)
        self._respond("self", "V\t{end}\t\t", request, self.server)

    def _respond(self, name, line, request, signer):
        index = self.folder / f"{name}.txt"
        done = subprocess.run(
            ["openssl", "x509", "-in", str(self.server.cert), "-noout",
             "-serial"], check=True, stdout=subprocess.PIPE, timeout=30)
        serial = done.stdout.decode().strip().split("=")[1]
        if line:
            line = line.format(end="300101000000Z", now="260101000000Z")
            line += f"{serial}\tunknown\t/CN=mx\n"
        index.write_text(line)
        openssl("ocsp", "-index", index, "-CA", self.ca.cert, "-rsigner",
                signer.cert, "-rkey", signer.key, "-reqin", request,
                "-respout", self.staple(name), "-ndays", 7)

    def staple(self, name):
        return self.folder / f"{name}.der"


@pytest.fixture(name="certs", scope="module")
def fixture_certs(tmp_path_factory):
    return Certs(tmp_path_factory.mktemp("certs"))


@pytest.fixture(name="run")
def fixture_run(telex, certs):
    """run(server's options, *telex's) -> Ran: hello, and hello back."""
    def make(words, *options, identity=None, trust=True):
        trusted = ["--cafile", certs.ca.cert] if trust else []
        with Opener(identity or certs.server, "-rev", *words) as server:
            return telex.run("-T", "-P", "raw", "-i", 10, *trusted, *options,
                             "localhost", server.port, input="hello\n")
    return make


# --- what the issuer says

@pytest.mark.parametrize("name, words", [
    ("good", r"good, said on 20\d\d-.*, until 20\d\d-\d\d-\d\d\n"),
    ("unknown", r"unknown, said on 20\d\d-.*, until 20\d\d-\d\d-\d\d\n"),
    ("self", "good, .*; its signature is not the issuer's\n"),
])
def test_staple_is_told(run, certs, name, words):
    ran = run(["-status_file", str(certs.staple(name))], "--show-certs")
    assert ran.status == 0, ran
    assert says(ran, f"   OCSP staple {words}")
    assert says(ran, "verdict     nothing wrong found")


def test_revoked_certificate_ends_a_script(run, certs):
    words = ["-status_file", str(certs.staple("revoked"))]
    ran = run(words)
    assert ran.status == 3, ran
    assert "was revoked by its issuer (OCSP)" in ran.err
    assert ran.out == b""
    ran = run(words, "-k", "--show-certs")
    assert ran.status == 0, ran
    assert says(ran, "NOT VERIFIED: the certificate was revoked")
    assert says(ran, "OCSP staple revoked since 2026-01-01 "
                       r"\(keyCompromise\)")
    assert says(ran, "   verdict     NOT VERIFIED: the certificate was rev")
    assert "trusted because" not in ran.err


def test_session_of_a_revoked_certificate_is_not_kept(run, certs, tmp_path):
    """A resumed one would not tell of it."""
    file = tmp_path / "session"
    for name in "revoked", "good":
        ran = run(["-status_file", str(certs.staple(name))], "-k",
                  "--resume", file)
        assert ran.status == 0, ran
        assert file.exists() == (name == "good")


def test_missing_staple_is_told_where_it_was_promised(run, certs):
    ran = run([], "--show-certs", identity=certs.must)
    assert says(ran, "OCSP staple none, though the certificate demands it")
    assert says(ran, "SCTs        none\n")
    assert says(run([], "--show-certs"), "OCSP staple none\n")


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_staple_of_another_certificate_is_no_use(run, certs, version):
    ran = run(["-status_file", str(certs.staple("good")), version],
              "--show-certs", "-vv", identity=certs.must)
    assert says(ran, "OCSP staple unusable; it is about other certificates")
    assert says(ran, "OCSP staple unusable, not to be believed")


# --- the chain

def test_lines_tell_all(run, certs):
    ran = run([], "--show-certs")
    assert says(ran, "0  CN=mx\n   issued by   CN=Test CA, O=telex tests\n")
    assert says(ran, r"   valid       20.* \(ends in 1[12] days\)\n")
    assert says(ran, "   SCTs        2, not verified\n")
    assert f"   sha256      {certs.server.digest()}\n" in ran.err
    assert f"   key sha256  {certs.server.key_digest()}\n" in ran.err
    assert ran.out == b"olleh\n"


def test_pin_that_is_shown_is_understood(run, certs):
    for which in "sha256", "key sha256":
        ran = run([], "--show-certs", "-k", identity=certs.own)
        line = [line for line in ran.err.split("\n")
                if line.startswith(f"   {which} ")][0]
        ran = run([], f"--pin=sha256:{line.split()[-1]}", identity=certs.own)
        assert ran.status == 0 and "verified by its pin" in ran.err, ran


def test_certificate_at_fault_is_marked(run, certs):
    words = ["-cert_chain", str(certs.late_ca.cert)]
    ran = run(words, "--show-certs=json", "-k", identity=certs.late)
    chain = json.loads(ran.out)["certificates"]
    assert [one["subject"] for one in chain] == ["CN=late", "CN=Late CA"]
    assert chain[0]["problem"] is None
    assert chain[1]["problem"].startswith("this certificate expired on 20")
    assert chain[1]["days"] < 0
    ran = run(words, "--show-certs", "-k", identity=certs.late)
    first, second = ran.err.split("\n1  ")
    assert "verdict     nothing wrong found" in first
    assert "verdict     NOT VERIFIED: this certificate expired on" in second
    assert "NOT VERIFIED: the certificate of its issuer CN=Late CA" in first
    assert "(expired " in second


def test_names_that_are_of_no_host_are_told(run, certs, tmp_path):
    named = issue(tmp_path, "named", certs.ca, [
        "subjectAltName=email:me@mx.example,DNS:localhost,"
        "URI:https://mx.example/,otherName:1.3.6.1.5.5.7.8.5;UTF8:mx.example"])
    others = ["email:me@mx.example", "URI:https://mx.example/",
              "otherName:1.3.6.1.5.5.7.8.5=mx.example"]
    ran = run([], "--show-certs", identity=named)
    assert ran.status == 0, ran
    assert ("   for         localhost\n   also named  " + ", ".join(others)
            + "\n   valid ") in ran.err
    ran = run([], "--show-certs=json", identity=named)
    one = json.loads(ran.out)["certificates"][0]
    assert one["names"] == ["localhost"] and one["other_names"] == others
    assert "also named" not in run([], "--show-certs").err


def test_what_is_refused_is_shown_all_the_same(run, certs):
    """Whoever asks for it wants to see why."""
    ran = run([], "--show-certs", identity=certs.own)
    assert ran.status == 3 and ran.out == b"", ran
    assert says(ran, "   verdict     NOT VERIFIED: the certificate is self-")
    ran = run([], "--show-certs=json", identity=certs.own)
    assert ran.status == 3, ran
    assert "self-signed" in json.loads(ran.out)["problem"]
    ran = run([], "--show-certs=pem", identity=certs.own)
    assert ran.status == 3, ran
    assert [hashlib.sha256(one).hexdigest() for one in read_pem(ran.out)] == [
        certs.own.digest()]


def test_lost_connection_is_no_lack_of_tls(telex):
    def lose(peer):
        peer.send(b"220 ready\r\n")
        peer.line()
        peer.close()

    with Fake(lose) as server:
        ran = telex.run("--show-certs", "-S", "-c", "QUIT", "127.0.0.1",
                        server.port)
    assert ran.status == 1 and "was still owed" in ran.err, ran
    assert "no certificate" not in ran.err, ran


# --- other forms

def read_pem(text):
    parts = text.decode().split("-----END CERTIFICATE-----\n")
    return [ssl.PEM_cert_to_DER_cert(part + "-----END CERTIFICATE-----\n")
            for part in parts[:-1]]


def test_json_is_all_of_stdout(run, certs):
    ran = run(["-status_file", str(certs.staple("good")), "-alpn", "smtp"],
              "--show-certs=json", "--alpn=smtp")
    assert ran.status == 0, ran
    told = json.loads(ran.out)
    assert ran.out.count(b"\n") == 1
    assert told["version"] == "TLSv1.3" and told["verified"] is True
    assert told["cipher"].startswith("TLS_")
    assert told["group"] == "x25519" and told["signer"] == "ECDSA-SHA256"
    assert told["alpn"] == "smtp" and told["resumed"] is False
    assert told["problem"] is None and told["scts"] == 2
    assert told["ocsp"]["status"] == "good"
    assert told["ocsp"]["verified"] is True
    now = datetime.now(timezone.utc)
    until = when(told["ocsp"]["next_update"])
    assert timedelta(days=6) < until - now < timedelta(days=8)
    one = told["certificates"][0]
    assert one["names"] == ["localhost", "127.0.0.1"]
    assert one["key"] == {"type": "EC", "bits": 256}
    assert one["sha256"] == certs.server.digest()
    assert one["key_sha256"] == certs.server.key_digest()
    assert one["days"] in (11, 12) and one["problem"] is None
    assert when(one["not_before"]) <= now
    assert told["anchor"]["sha256"] == certs.ca.digest()


def test_events_have_the_chain_if_it_is_asked_for(run, certs):
    for asked in [], ["--show-certs"], ["--show-certs=json"]:
        ran = run([], "--json", *asked)
        events = [json.loads(line) for line in ran.out.splitlines()]
        told = [event for event in events if event["event"] == "tls"][0]
        assert told["accepted"] is told["verified"] is True
        assert ("chain" in told) == bool(asked)
        if asked:
            chain = told["chain"]["certificates"]
            assert chain[0]["sha256"] == certs.server.digest()
        assert "SCTs" not in ran.err


def test_events_of_one_that_ends_the_session(run, certs):
    ran = run([], "--json", "--show-certs", identity=certs.late)
    events = [json.loads(line) for line in ran.out.splitlines()]
    told = [event for event in events if event["event"] == "tls"]
    assert [event["event"] for event in events] == ["connect", "tls", "close",
                                                    "end"]
    assert told[0]["accepted"] is told[0]["verified"] is False
    assert "Late CA" in told[0]["problem"]
    assert told[0]["sha256"] == certs.late.digest()
    chain = told[0]["chain"]["certificates"]
    assert chain[0]["sha256"] == certs.late.digest()
    assert events[-1]["status"] == ran.status == 3


def test_json_of_one_that_is_refused(run, certs):
    ran = run([], "--show-certs=json", "-k", identity=certs.own)
    told = json.loads(ran.out)
    assert told["verified"] is False and told["anchor"] is None
    assert "self-signed" in told["problem"]
    assert "self-signed" in told["certificates"][0]["problem"]


def test_pem_is_all_of_stdout(run, certs):
    words = ["-cert_chain", str(certs.late_ca.cert)]
    ran = run(words, "--show-certs=pem", "-k", identity=certs.late)
    found = read_pem(ran.out)
    assert hashlib.sha256(found[0]).hexdigest() == certs.late.digest()
    assert len(found) == 2
    assert ran.out.startswith(b"-----BEGIN")


@pytest.mark.parametrize("words", [["--show-certs=der"],
                                   ["--show-certs="]])
def test_form_that_is_none(telex, words):
    ran = telex.run(*words, "localhost", 25)
    assert ran.status == 2, ran
    assert "text" in ran.err and "pem" in ran.err


def test_postfix(telex, postfix, authority):
    ran = telex.run("-S", "--cafile", authority.cafile, "--show-certs=json",
                    "-c", "QUIT", "localhost", postfix.port)
    assert ran.status == 0, ran
    told = json.loads(ran.out)
    assert told["certificates"][0]["names"] == [
        "localhost", "mx.example.test", "127.0.0.1", "::1"]
    assert told["ocsp"] is None and told["scts"] == 0


def test_dovecot(telex, authority):
    why = missing("imap")
    if why:
        pytest.skip(why)
    with Dovecot(authority, ["imap"]) as server:
        ran = telex.run("--cafile", authority.cafile, "--show-certs=pem",
                        "-c", "a LOGOUT",
                        f"imaps://localhost:{server.ports['imaps']}")
    assert ran.status == 0, ran
    assert len(read_pem(ran.out)) == 1


# --- at the prompt

def command(person, words):
    person.command(words)


def test_local_command(sit, certs, tmp_path):
    file = tmp_path / "chain.pem"
    with Opener(certs.server, "-rev") as server:
        person = sit("-T", "-P", "raw", "--cafile", certs.ca.cert,
                     "localhost", server.port, columns=400)
        person.wait_for("certificate CN=mx verified")
        command(person, "cert json")
        person.wait_match(r'"names":\["localhost","127\.0\.0\.1"\]')
        command(person, "cert pem")
        person.wait_for("-----END CERTIFICATE-----")
        command(person, f"cert {file}")
        person.wait_for(f"the certificates are in {file}")
        assert len(read_pem(file.read_bytes())) == 1
        file.write_text("mine")
        command(person, f"cert {file}")
        person.wait_for("is there already")
        assert file.read_text() == "mine"
        command(person, f"cert {tmp_path}/no/where")
        person.wait_for("no such file or directory")
        command(person, "status")
        person.wait_for("a new session; key exchange x25519, signature "
                        "ECDSA-SHA256, ALPN none, OCSP staple none")
        command(person, "quit")
        person.status()
