# SPDX-License-Identifier: ISC
"""DANE against a real validating resolver and zones that are signed, or not,
or badly; and what a domain announces of MTA-STS."""

import hashlib
import ssl
import subprocess

import pytest

from daemons import free_port
from nameserver import Knot, Unbound, needs_unbound
from person import control
from servers import MailServer
from tlspeer import Peer, make_ca, make_cert

SIGNED = "signed.test"
SCRIPT = "NOOP\nQUIT\n"
NOT_AUTHENTIC = "not authenticated (the zone must be signed"
pytestmark = needs_unbound


def digest(identity, algorithm="sha256"):
    """Of the first certificate in its file."""
    text = identity.cert.read_text()
    text = text[:text.index("-----END") + 25] + "\n"
    return hashlib.new(algorithm, ssl.PEM_cert_to_DER_cert(text)).hexdigest()


class Certs:
    """`old` says nothing right but its key; the others have a CA."""

    def __init__(self, folder):
        self.ca = make_ca(folder)
        self.old = make_cert(folder, "old", san="DNS:other.test", days=-1)
        self.mx = self._issued(folder, "mx", f"DNS:issued.{SIGNED}")
        self.domain = self._issued(folder, "domain", f"DNS:next.{SIGNED}")

    def _issued(self, folder, name, san):
        made = make_cert(folder, name, self.ca, san=san)
        with open(made.cert, "a", encoding="ascii") as file:
            file.write(self.ca.cert.read_text())
        return made


@pytest.fixture(scope="module")
def certs(tmp_path_factory):
    return Certs(tmp_path_factory.mktemp("certs"))


def key_digest(path):
    """The SHA-256 of the public key in a certificate's file."""
    key = subprocess.run(["openssl", "x509", "-in", path, "-noout",
                          "-pubkey"], check=True, stdout=subprocess.PIPE,
                         timeout=30).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"],
                         input=key, check=True, stdout=subprocess.PIPE,
                         timeout=30).stdout
    return hashlib.sha256(der).hexdigest()


@pytest.fixture(scope="module")
def dns(certs, authority):
    old, ca = certs.old.key_digest(), digest(certs.ca)
    hosts = {
        "good": [f"3 1 1 {old}"],
        "both": [f"3 1 1 {'00' * 32}", f"2 0 1 {ca}", f"3 1 1 {old}"],
        "full": [f"3 0 2 {digest(certs.old, 'sha512')}"],
        "wrong": [f"3 1 1 {'00' * 32}"],
        "issued": [f"2 0 1 {ca}"],
        "bykey": [f"2 1 1 {certs.ca.key_digest()}"],
        "pkix": [f"1 1 1 {old}"],
        "odd": [f"9 1 1 {old}", f"3 1 7 {old}", f"3 1 1 {old[2:]}"],
        "none": [],
        "postfix": [f"3 1 1 {key_digest(authority.certfile)}"],
    }
    lines = []
    for host, records in hosts.items():
        lines.append(f"{host} A 127.0.0.1")
        lines += [f"*._tcp.{host} TLSA {record}" for record in records]
    lines += ["alias CNAME good", "away CNAME good.plain.test.",
              f"*._tcp.away TLSA 3 1 1 {old}",
              "mail MX 10 good", "next MX 10 bykey",
              "cross MX 10 good.signed.test.", "direct A 127.0.0.1",
              f"*._tcp.direct TLSA 3 1 1 {old}",
              '_mta-sts.good TXT "v=STSv1; id=2026" "1122;"',
              '_mta-sts.good TXT "something else"',
              '_mta-sts.both TXT "v=STSv1; id=1;"',
              '_mta-sts.both TXT "v=STSv1; id=2;"',
              '_mta-sts.wrong TXT "v=STSv1; id=a-b;"']
    zone = "\n".join(lines) + "\n"
    with Knot({SIGNED: zone, "plain.test": zone, "bogus.test": zone},
              signed=[SIGNED, "bogus.test"]) as knot:
        with Unbound(knot, bogus=["bogus.test"]) as unbound:
            yield unbound


@pytest.fixture
def run(telex, dns):
    """run(identity, host, *options) -> (Ran, the peer)."""
    def make(identity, host, *words, script=SCRIPT, where=None):
        def act(talk):
            talk.upgrade(identity.context())
            talk.serve()
            talk.end_tls()
        with Peer(act) as peer:
            where = where or [f"smtp://{host}:{peer.port}"]
            ran = telex.run("--verify=dane", "--dns", dns.address, "-i", 10,
                            *(str(word).format(port=peer.port)
                              for word in [*words, *where]), input=script)
        return ran, peer
    return make


def in_tls(peer):
    return [line for tls, line in peer.said if tls]


def in_clear(peer):
    return [line for tls, line in peer.said if not tls]


# --- what verifies

@pytest.mark.parametrize("host, identity, record", [
    ("good", "old", "3 1 1"),     # expired, self-signed, of another name
    ("both", "old", "3 1 1"),
    ("full", "old", "3 0 2"),
    ("alias", "old", "3 1 1"),    # where its alias leads
    ("away", "old", "3 1 1"),     # ... but that is not signed
    ("issued", "mx", "2 0 1"),
])
def test_records_verify(run, certs, host, identity, record):
    ran, peer = run(getattr(certs, identity), f"{host}.{SIGNED}")
    assert ran.status == 0, ran
    assert f"verified by DANE (TLSA {record})" in ran.err
    assert in_clear(peer)[1:] == [b"STARTTLS"]
    assert in_tls(peer)[-2:] == [b"NOOP", b"QUIT"]
    alias = {"alias": "good"}
    assert peer.talk.sni == f"{alias.get(host, host)}.{SIGNED}"


@pytest.mark.parametrize("domain, identity, record", [
    ("mail", "old", "3 1 1"),
    ("next", "domain", "2 1 1"),     # the certificate has the domain's name
    ("direct", "old", "3 1 1"),      # no MX: the host itself
])
def test_mail_exchangers_verify(run, certs, domain, identity, record):
    ran, peer = run(getattr(certs, identity), None, "-m",
                    f"{domain}.{SIGNED}", where=["-p", "{port}"])
    assert ran.status == 0, ran
    assert f"verified by DANE (TLSA {record})" in ran.err
    assert in_tls(peer)[-1] == b"QUIT"


GOOD = [f"smtp://good.{SIGNED}:{{port}}"]


@pytest.mark.parametrize("identity,limits,where,status", [
    ("old", [], GOOD, 0),
    ("old", ["--warn=time=60"], GOOD, 0),
    ("old", ["--crit=days=9999"], GOOD, 3),
    ("domain", ["--crit=days=9999"], ["-m", f"next.{SIGNED}", "-p", "{port}"],
     2)])
def test_check_counts_days_where_they_count(run, certs, identity, limits,
                                            where, status):
    ran, _ = run(getattr(certs, identity), None, "--check", *limits,
                 where=where)
    assert ran.status == status, ran
    assert (b"days=" in ran.out) is (status == 2)
    assert (b"for one that a TLSA record of usage 3 names, no date counts"
            in ran.out) is (status == 3)


def test_servers_of_a_service_verify(telex, certs):
    """The certificate may have the domain's name (RFC 7673, section 4)."""
    with MailServer(tls=certs.domain.context()) as server:
        zone = (f"_submissions._tcp.next SRV 1 1 {server.port} host\n"
                "host A 127.0.0.1\n"
                f"*._tcp.host TLSA 2 1 1 {certs.ca.key_digest()}\n")
        with Knot({SIGNED: zone, "plain.test": zone}, [SIGNED]) as knot, \
                Unbound(knot) as unbound:
            words = ["--verify=dane", "--dns", unbound.address, "--srv", "-c",
                     "QUIT"]
            ran = telex.run(*words, f"submissions://next.{SIGNED}")
            assert ran.status == 0, ran
            assert "verified by DANE (TLSA 2 1 1)" in ran.err
            ran = telex.run(*words, "submissions://next.plain.test")
            assert ran.status == 3, ran
            assert ("DANE: the servers of next.plain.test: "
                    + NOT_AUTHENTIC) in ran.err


def test_postfix_is_verified_by_its_key(telex, dns, postfix):
    ran = telex.run("--verify=dane", "--dns", dns.address,
                    f"smtp://postfix.{SIGNED}:{postfix.port}",
                    input="EHLO me\nQUIT\n")
    assert ran.status == 0, ran
    assert "CN=localhost verified by DANE (TLSA 3 1 1)" in ran.err
    assert ran.out.count(b"250-PIPELINING") == 2


def test_tls_from_the_first_byte_is_verified_too(telex, dns, certs):
    with MailServer(tls=certs.old.context()) as server:
        ran = telex.run("--verify=dane", "--dns", dns.address, "-v",
                        f"smtps://good.{SIGNED}:{server.port}",
                        input="EHLO me\nQUIT\n")
    assert ran.status == 0, ran
    assert "verified by DANE (TLSA 3 1 1)" in ran.err
    assert (f"1 usable TLSA record of good.{SIGNED} port {server.port}, "
            "vouched for by DNSSEC") in ran.err


# --- whose name an address has

def test_an_address_has_no_records(telex, dns):
    ran = telex.run("--verify=dane", "--dns", dns.address,
                    f"smtp://127.0.0.1:{dns.port}")
    assert ran.status == 2, ran
    assert ("DANE: 127.0.0.1 is an address, which has no TLSA records "
            "(--verify-name NAME says whose it is)") in ran.err


def test_verify_name_says_whose_an_address_is(run, certs):
    ran, peer = run(certs.old, "127.0.0.1", "--verify-name",
                    f"good.{SIGNED}")
    assert ran.status == 0, ran
    assert peer.talk.sni == f"good.{SIGNED}"


def test_verify_name_is_the_name_that_usage_2_wants(run, certs):
    ran, _ = run(certs.domain, f"issued.{SIGNED}", "--verify-name",
                 f"next.{SIGNED}")
    assert ran.status == 0, ran
    ran, _ = run(certs.mx, f"issued.{SIGNED}", "--verify-name",
                 f"next.{SIGNED}")
    assert ran.status == 3, ran
    assert f"is for issued.{SIGNED}, not for next.{SIGNED}" in ran.err


# --- what does not

@pytest.mark.parametrize("host, identity, why", [
    ("wrong", "old", "the certificate is not what any TLSA record says"),
    ("issued", "old", "is not what any TLSA record says"),
    ("issued", "domain",
     f"is for next.{SIGNED}, not for issued.{SIGNED}"),
    ("bykey", "domain", f"is for next.{SIGNED}, not for bykey.{SIGNED}"),
])
def test_another_certificate_is_refused(run, certs, host, identity, why):
    ran, peer = run(getattr(certs, identity), f"{host}.{SIGNED}")
    assert ran.status == 3, ran
    assert "the server is not to be trusted: " in ran.err
    assert why in ran.err
    key = getattr(certs, identity).key_digest()
    assert f"(its key would need 3 1 1 {key})" in ran.err
    assert "-k" not in ran.err
    assert in_tls(peer) == []


@pytest.mark.parametrize("host, why", [
    (f"none.{SIGNED}", "DANE: there is no TLSA record at _{port}._tcp.none."),
    (f"pkix.{SIGNED}", f"DANE: no TLSA record of pkix.{SIGNED} port {{port}} "
     "can be used: usage 1 is not for SMTP (RFC 7672, 3.1.3)"),
    (f"odd.{SIGNED}", f"DANE: no TLSA record of odd.{SIGNED} port {{port}} "
     "can be used: "),
    ("good.plain.test", "DANE: the answer for "
     "_{port}._tcp.good.plain.test: " + NOT_AUTHENTIC),
    ("alias.plain.test", "DANE: the answer for "
     "_{port}._tcp.alias.plain.test: " + NOT_AUTHENTIC),
])
def test_nothing_is_said_without_records(run, certs, host, why):
    ran, peer = run(certs.old, host)
    assert ran.status == 3, ran
    assert why.format(port=peer.port) in ran.err
    assert peer.said == []


def test_signatures_that_are_wrong(run, certs, telex, dns):
    """By address: else the host itself is not found."""
    ran, peer = run(certs.old, "127.0.0.1", "--verify-name",
                    "good.bogus.test")
    assert ran.status == 3, ran
    assert "telex: DANE: " in ran.err and "SERVFAIL" in ran.err
    assert peer.said == []
    ran, peer = run(certs.old, "good.bogus.test")
    assert ran.status == 1, ran
    assert "SERVFAIL" in ran.err


def test_exchangers_that_anybody_may_have_named(run, certs):
    ran, peer = run(certs.old, None, "-m", "cross.plain.test",
                    where=["-p", "{port}"])
    assert ran.status == 3, ran
    assert ("DANE: the mail exchangers of cross.plain.test: "
            + NOT_AUTHENTIC) in ran.err
    assert peer.said == []


def test_starttls_refused_ends_it(telex, dns, sit):
    with MailServer() as server:
        target = ["--verify=dane", "--dns", dns.address,
                  f"smtp://good.{SIGNED}:{server.port}"]
        ran = telex.run(*target, input="MAIL FROM:<a@b>\n")
        assert ran.status == 3, ran
        assert "does not offer STARTTLS" in ran.err
        assert b"sender" not in ran.out
        person = sit(*target)
        assert person.status() == 3


def test_a_person_is_refused_too(sit, dns, certs):
    with MailServer(starttls=certs.old.context()) as server:
        person = sit("--verify=dane", "--dns", dns.address,
                     f"smtp://wrong.{SIGNED}:{server.port}", columns=200)
        person.wait_for("the server is not to be trusted")
        assert person.status() == 3


@pytest.mark.parametrize("words, says", [
    (["-k"], "--insecure and --verify=dane contradict"),
    (["--pin=sha256:" + "00" * 32], "--pin and --verify=dane contradict"),
])
def test_contradictions(telex, words, says):
    ran = telex.run("--verify=dane", *words, "mail.example.org", 25)
    assert ran.status == 2, ran
    assert says in ran.err


def test_a_path_has_no_records(telex):
    ran = telex.run("--verify=dane", "-U", "/nonexistent", "-P", "smtp")
    assert ran.status == 2, ran
    assert "a path has no TLSA records" in ran.err


def test_resumed_session_is_judged_again(telex, dns, certs, tmp_path):
    """Its certificate is not shown again, but the records may be others."""
    with MailServer(starttls=certs.old.context()) as server:
        def run(host, *words):
            return telex.run("--dns", dns.address, "--resume",
                             tmp_path / host, "-c", "NOOP", "-c", "QUIT",
                             *words, f"smtp://{host}.{SIGNED}:{server.port}")
        run("good", "--verify=dane")
        ran = run("good", "--verify=dane")
        assert ran.status == 0, ran
        assert ", resumed; " in ran.err
        assert "verified by DANE (TLSA 3 1 1)" in ran.err
        run("wrong", "-S", "-k")
        assert ", resumed; " in run("wrong", "-S", "-k").err
        ran = run("wrong", "--verify=dane")
        assert ran.status == 3, ran
        assert "is not what any TLSA record says" in ran.err


def test_settings_of_a_host(telex, dns, certs):
    rc = telex.home / ".config/telex/telexrc"
    rc.parent.mkdir(parents=True)
    rc.write_text(f"dns={dns.address}\n[*.{SIGNED}]\nverify=dane\n")
    rc.chmod(0o600)
    with MailServer(starttls=certs.old.context()) as server:
        good = ["-c", "QUIT", f"smtp://good.{SIGNED}:{server.port}"]
        ran = telex.run(*good)
        assert ran.status == 0, ran
        assert "verified by DANE (TLSA 3 1 1)" in ran.err
        ran = telex.run("-S", "-k", *good)     # what is typed wins
        assert ran.status == 0, ran
        assert "NOT VERIFIED" in ran.err
        ran = telex.run("-S", "--pin=sha256:" + certs.old.key_digest(), *good)
        assert ran.status == 0, ran
        assert "verified by its pin" in ran.err
        ran = telex.run("-c", "QUIT", f"smtp://wrong.{SIGNED}:{server.port}")
        assert ran.status == 3, ran


# --- behind a proxy, which looks up the address as it likes

@pytest.mark.parametrize("host, status, says", [
    (f"good.{SIGNED}", 0, "verified by DANE (TLSA 3 1 1)"),
    (f"alias.{SIGNED}", 0, "verified by DANE (TLSA 3 1 1)"),
    (f"wrong.{SIGNED}", 3, "is not what any TLSA record says"),
    ("good.plain.test", 3, NOT_AUTHENTIC),
    ("good.bogus.test", 3, "SERVFAIL"),
])
def test_behind_a_proxy(telex, dns, certs, host, status, says):
    asked = []

    def act(talk):
        asked.append(talk.line())
        while talk.line():
            pass
        talk.send(b"HTTP/1.1 200 ok\r\n\r\n")
        talk.upgrade(certs.old.context())
        talk.serve()
        talk.end_tls()
    with Peer(act) as proxy:
        ran = telex.run("--verify=dane", "--dns", dns.address, "-i", 10, "-x",
                        f"http://127.0.0.1:{proxy.port}",
                        f"smtp://{host}:2525", input=SCRIPT)
    assert ran.status == status, ran
    assert says in ran.err
    assert ran.lines("* ")[0] == (
        "* TLSA records are asked for from here, not through the proxy")
    assert asked == [f"CONNECT {host}:2525 HTTP/1.1".encode()]
    if status == 0:
        assert proxy.talk.sni == f"good.{SIGNED}"
        assert in_tls(proxy)[-1] == b"QUIT"
    else:
        assert in_tls(proxy) == []


@pytest.mark.parametrize("words, kinds", [
    (["-m", f"none.{SIGNED}"], "MX"),
    (["--verify=dane", "-m", f"none.{SIGNED}"], "MX and TLSA"),
    (["--srv", f"imaps://none.{SIGNED}"], "SRV"),
    (["--verify=dane", "--srv", f"imaps://none.{SIGNED}"], "SRV and TLSA"),
    ([f"smtp://none.{SIGNED}"], None),
])
def test_what_is_not_asked_through_a_proxy(telex, dns, words, kinds):
    ran = telex.run("--dns", dns.address, "-x",
                    f"http://127.0.0.1:{free_port()}", "-c", "QUIT", *words)
    assert ran.lines("* ") == [
        f"* {kinds} records are asked for from here, not through the proxy"
        ][:kinds is not None]


# --- local commands

def ask(person, command, back):
    person.command(command)
    person.wait(lambda: person.row().startswith(back.rstrip()),
                f"no way back from {command!r}")


def test_local_tlsa_shows_what_the_chain_needs(sit, dns, certs):
    with MailServer(starttls=certs.mx.context()) as server:
        person = sit("--verify=dane", "--dns", dns.address,
                     f"smtp://issued.{SIGNED}:{server.port}", columns=160)
        person.wait_prompt("smtp+tls> ")
        ask(person, "tlsa", "smtp+tls> ")
        owner = f"_{server.port}._tcp.issued.{SIGNED}. IN TLSA "
        person.wait_for(f"{owner}3 1 1 {certs.mx.key_digest()}")
        person.wait_for(f"{owner}2 1 1 {certs.ca.key_digest()}")
        person.wait_for(f"{owner}2 0 1 {digest(certs.ca)}")
        person.wait_for(f"; published: 2 0 1 {digest(certs.ca)}: true of "
                        "certificate 1 of the chain")
        ask(person, f"tlsa 3 1 1 {certs.mx.key_digest()}", "smtp+tls> ")
        person.wait_for(": true of the server's certificate")
        ask(person, f"tlsa 3 1 1 {'00' * 32}", "smtp+tls> ")
        person.wait_for(f"{'00' * 32}: not true of this chain")
        ask(person, "tlsa 3 1 1 00", "smtp+tls> ")
        person.wait_for(": no use, matching type 1 has 32 bytes, not 1")
        person.type(control("d"))
        assert person.status() == 0


def test_local_tlsa_without_a_name_or_an_issuer(sit, certs):
    with MailServer(starttls=certs.old.context()) as server:
        person = sit("-S", f"smtp://127.0.0.1:{server.port}", columns=160)
        person.wait_prompt("smtp+tls?> ")
        ask(person, "tlsa", "smtp+tls?> ")
        person.wait_for(f"_{server.port}._tcp.NAME. IN TLSA 3 1 1 "
                        f"{certs.old.key_digest()}")
        person.wait_for("; the server does not show its issuer")


@pytest.mark.parametrize("domain, says", [
    (f"good.{SIGNED}", "the policy of today is 20261122: fetch "
     f"https://mta-sts.good.{SIGNED}/.well-known/mta-sts.txt"),
    (f"both.{SIGNED}", "2 records of MTA-STS where one may be"),
    (f"wrong.{SIGNED}", "the record is ill-formed: its id is not of"),
    (f"none.{SIGNED}", f"none.{SIGNED} announces no MTA-STS policy"),
    ("good.bogus.test", "SERVFAIL"),
])
def test_local_sts(sit, dns, domain, says):
    person = sit("--dns", dns.address, columns=160)
    person.wait_prompt("telex> ")
    person.enter(f"sts {domain}")
    person.wait_for(says)
