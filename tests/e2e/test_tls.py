# SPDX-License-Identifier: ISC
"""TLS: the upgrade under attack, odd peers, and what is said of trust."""

import re
import ssl
import stat
import time

import pytest

from tlspeer import (HANDSHAKE, Opener, Peer, make_ca, make_cert,
                     not_tls, openssl)

SCRIPT = "EHLO me\nSTARTTLS\nEHLO me\nNOOP\nQUIT\n"
V12 = ssl.TLSVersion.TLSv1_2
V13 = ssl.TLSVersion.TLSv1_3


class Certs:
    def __init__(self, folder):
        self.folder = folder
        self.ca = make_ca(folder)
        self.stranger = make_ca(folder, "Stranger")
        self.good = make_cert(folder, "good", self.ca)
        self.own = make_cert(folder, "own")
        self.foreign = make_cert(folder, "foreign", self.stranger)
        self.named = make_cert(folder, "named", self.ca, cn="mx",
                               san="DNS:mx.example.org,DNS:*.example.net")
        self.old = make_cert(folder, "old", self.ca, days=-1)
        self.client = make_cert(folder, "client", self.ca, cn="alice")
        self.hostile = make_cert(folder, "hostile", cn="a\x1b[31mb\u202ec")


@pytest.fixture(scope="module")
def certs(tmp_path_factory):
    return Certs(tmp_path_factory.mktemp("certs"))


@pytest.fixture
def run(telex, certs):
    """run(act, *options) -> (Ran, the peer): a script to such a peer."""
    def make(act, *words, script=SCRIPT, trust=True, host="localhost",
             scheme="smtp", **how):
        options = ["--cafile", certs.ca.cert] if trust else []
        with Peer(act) as peer:
            ran = telex.run(*options, "-i", 10, *words,
                            f"{scheme}://{host}:{peer.port}", input=script,
                            **how)
            ran.result = peer.result()
        return ran, peer
    return make


def assert_no_live_bytes(ran):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]",
                         ran.err.replace("\r\n", "\n")), ran


def in_clear(peer):
    return [line for tls, line in peer.said if not tls]


def in_tls(peer):
    return [line for tls, line in peer.said if tls]


# --- a good upgrade ---

def serve(certs, **how):
    def act(talk):
        talk.upgrade(certs.good.context(**how))
        talk.serve()
        talk.end_tls()
    return act


def test_upgrade_is_verified_and_everything_after_it_protected(run, certs):
    ran, peer = run(serve(certs))
    assert ran.status == 0, ran
    assert in_clear(peer) == [b"EHLO me", b"STARTTLS"]
    assert in_tls(peer) == [b"EHLO me", b"NOOP", b"QUIT"]
    assert re.search(r"TLSv1\.3, TLS_\S+; .*CN=localhost verified", ran.err)
    assert "NOT VERIFIED" not in ran.err
    assert ran.out == (
        b"220 fake ESMTP\r\n250-fake\r\n250 STARTTLS\r\n220 go ahead\r\n"
        b"250-fake\r\n250 SIZE 1000\r\n250 ok\r\n221 bye\r\n")
    assert peer.talk.sni == "localhost"


def test_upgrade_up_front(run, certs):
    ran, peer = run(serve(certs), "-S", script="NOOP\nQUIT\n")
    assert ran.status == 0, ran
    assert [line[:4] for line in in_clear(peer)] == [b"EHLO", b"STAR"]
    assert in_tls(peer)[-2:] == [b"NOOP", b"QUIT"]


def test_tls_from_the_first_byte(run, certs):
    def act(talk):
        talk.start_tls(certs.good.context())
        talk.send(b"220 hello\r\n")
        talk.serve()
        talk.end_tls()
    ran, peer = run(act, scheme="smtps", script="NOOP\nQUIT\n")
    assert ran.status == 0, ran
    assert in_tls(peer) == [b"NOOP", b"QUIT"]


@pytest.mark.parametrize("version, name", [(V12, "TLSv1.2"),
                                           (V13, "TLSv1.3")])
def test_peer_of_one_version(run, certs, version, name):
    ran, peer = run(serve(certs, low=version, high=version))
    assert ran.status == 0, ran
    assert name in ran.err
    assert in_tls(peer)[-1] == b"QUIT"


@pytest.mark.filterwarnings("ignore:.*TLSv1:DeprecationWarning")
def test_peer_too_old_is_refused_with_the_option_that_mends_it(run, certs):
    def act(talk):
        context = certs.good.context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        talk.upgrade(context)
    ran, peer = run(act)
    assert ran.status == 3, ran
    assert "protocol version" in ran.err and "MinProtocol" in ran.err
    assert in_tls(peer) == []


# --- text behind the go-ahead ---

@pytest.mark.parametrize("options", [(), ("-k",), ("-S",),
                                     ("--verify=require",)])
@pytest.mark.parametrize("behind, quoted", [
    (b"250 injected\r\n", "250 injected"),
    (b"250 inj", "250 inj"),
    (b"XY", "XY"),
    (b"\r\n", r"\x0d\x0a"),
    (b"250 \x1b[31mred\r\n", r"250 \x1b[31mred"),
], ids=["line", "half-line", "two-bytes", "empty-line", "escape"])
def test_text_behind_the_go_ahead_is_refused(run, options, behind, quoted):
    def act(talk):
        talk.upto_starttls()
        talk.send(b"220 go ahead\r\n" + behind)
        return talk.rest()
    ran, peer = run(act, *options)
    assert ran.status == 3, ran
    assert ran.result == b"", "bytes followed the refused upgrade"
    assert quoted in ran.err
    assert str(len(behind)) in ran.err
    assert behind.strip() not in ran.out.replace(b"250-fake", b"") or \
        behind == b"\r\n"
    assert_no_live_bytes(ran)


def test_text_in_the_next_segment_never_counts(run):
    def act(talk):
        talk.upto_starttls()
        talk.send(b"220 go ahead\r\n")
        talk.send(b"250 injected\r\n")
        return talk.rest()
    ran, peer = run(act)
    assert ran.status == 3, ran
    assert b"injected" not in ran.out
    assert not_tls(ran.result) == b""


def test_what_was_learned_in_clear_is_forgotten(run, certs):
    """A capability list of the clear part is no answer to the second EHLO."""
    def act(talk):
        talk.upgrade(certs.good.context())
        assert talk.line() == b"EHLO me"
        talk.send(b"502 no EHLO here\r\n")
        talk.serve()
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 5, ran
    assert ran.out.endswith(b"502 no EHLO here\r\n250 ok\r\n221 bye\r\n")


# --- refused, odd and early go-aheads ---

@pytest.mark.parametrize("options", [(), ("-k",), ("-S",),
                                     ("--require-tls",)])
@pytest.mark.parametrize("answer", [
    b"454 4.7.0 not now\r\n", b"502 5.5.1 what?\r\n",
    b"550-no\r\n550 never\r\n", b"421 bye\r\n",
])
def test_refused_upgrade_ends_a_script(run, options, answer):
    def act(talk):
        talk.upto_starttls()
        talk.send(answer)
        return talk.rest()
    ran, peer = run(act, *options)
    assert ran.status == 3, ran
    assert ran.result == b""
    assert ran.out.endswith(answer)


@pytest.mark.parametrize("options", [(), ("-S",)])
def test_missing_upgrade_ends_a_script(run, options):
    def act(talk):
        talk.hello(words=[b"SIZE 10"])
        if talk.line() == b"STARTTLS":
            talk.send(b"500 unknown\r\n")
        return talk.rest()
    ran, peer = run(act, *options)
    assert ran.status == 3, ran
    assert ran.result == b""


def test_server_of_1982_ends_an_upgrade_up_front(run):
    def act(talk):
        talk.send(b"220 old\r\n")
        assert talk.line().startswith(b"EHLO")
        talk.send(b"500 what is EHLO?\r\n")
        if talk.line() == b"STARTTLS":
            talk.send(b"500 what is that?\r\n")
        return talk.rest()
    ran, peer = run(act, "-S", script="MAIL FROM:<a@b>\nQUIT\n")
    assert ran.status == 3, ran
    assert b"MAIL" not in ran.result


@pytest.mark.parametrize("answer, status", [
    (b"250 ok\r\n", 3), (b"354 go on\r\n", 3), (b"+ go\r\n", 1),
    (b"221 bye\r\n", 3), (b"2200 go\r\n", 1), (b"+OK go\r\n", 1),
    (b"22 go\r\n", 1),
])
def test_odd_go_ahead_is_none(run, answer, status):
    def act(talk):
        talk.upto_starttls()
        talk.send(answer)
        return talk.rest(limit=1.5)
    ran, peer = run(act)
    assert ran.status == status, ran
    assert ran.result == b"", "an odd go-ahead was answered"


def test_go_ahead_over_several_lines(run, certs):
    def act(talk):
        talk.upto_starttls()
        talk.send(b"220-go\r\n")
        time.sleep(0.2)
        assert talk.rest(0.2) == b"", "not the end of the reply"
        talk.send(b"220 ahead\r\n")
        talk.start_tls(certs.good.context())
        talk.serve()
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 0, ran
    assert in_tls(peer)[-1] == b"QUIT"


def test_go_ahead_byte_by_byte(run, certs):
    def act(talk):
        talk.upto_starttls()
        talk.trickle(b"220 go ahead\r\n")
        talk.start_tls(certs.good.context())
        talk.serve()
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 0, ran
    assert in_tls(peer)[-1] == b"QUIT"


def test_go_ahead_sent_before_the_command_is_none(run):
    def act(talk):
        talk.send(b"220 fake ESMTP\r\n")
        assert talk.line() == b"EHLO me"
        talk.send(b"250-fake\r\n250 STARTTLS\r\n220 go ahead\r\n")
        assert talk.line() == b"STARTTLS"
        early = talk.rest(1)
        talk.send(b"454 no\r\n")
        return early + talk.rest()
    ran, peer = run(act)
    assert ran.status == 3, ran
    assert ran.result == b"", "an early go-ahead was believed"


# --- after the go-ahead ---

def test_silence_after_the_go_ahead_has_a_limit(run):
    begin = time.monotonic()
    ran, peer = run(go_ahead, "-w", 1)
    assert ran.status == 7, ran
    assert time.monotonic() - begin < 20
    assert ran.result[:1] == bytes([HANDSHAKE])
    assert not_tls(ran.result) == b""


@pytest.mark.parametrize("garbage, words", [
    (b"500 what is this?\r\n", "plain text"),
    (b"\x16\x03\x03\xff\xff" + b"\x01" * 200, "TLS"),
    (b"\x00" * 50, "TLS"),
    (b"\x15\x03\x03\x00\x02\x02\x28", "handshake failure"),
    (b"\x15\x03\x03\x00\x02\x02\x70", "unrecognized name"),
    (b"", "ended during the handshake"),
], ids=["text", "long-record", "zeros", "alert", "name", "nothing"])
def test_garbage_in_place_of_the_handshake(run, garbage, words):
    def act(talk):
        talk.upto_starttls()
        talk.send(b"220 go ahead\r\n")
        hello = talk.conn.recv(65536)
        assert hello[0] == HANDSHAKE
        talk.send(garbage)
        if not garbage:
            talk.conn.shutdown(1)
        return hello + talk.rest()
    ran, peer = run(act)
    assert ran.status == 3, ran
    assert words in ran.err
    assert not_tls(ran.result) == b"", "plain text after a failed upgrade"
    assert_no_live_bytes(ran)


def test_second_starttls_inside_tls_changes_nothing(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        assert talk.line() == b"STARTTLS"
        talk.send(b"220 once more\r\n")
        talk.serve()
        talk.end_tls()
    ran, peer = run(act, script="EHLO me\nSTARTTLS\nSTARTTLS\nNOOP\nQUIT\n")
    assert ran.status == 0, ran
    assert in_tls(peer) == [b"STARTTLS", b"NOOP", b"QUIT"]
    assert b"220 once more\r\n250 ok\r\n" in ran.out
    assert ran.lines("! "), "nothing was said of it"


def test_tls_to_a_text_port_is_explained(run):
    def act(talk):
        talk.send(b"220 plain\r\n")
        return talk.rest()
    ran, peer = run(act, scheme="smtps")
    assert ran.status == 3, ran
    assert "220 plain" in ran.err
    assert re.search(r"-S\b|--starttls|without -T|smtp://", ran.err), ran
    assert not_tls(ran.result) == b""


def test_text_to_a_tls_port_is_explained(run):
    """Many servers answer text with an alert of TLS."""
    def act(talk):
        talk.send(b"\x15\x03\x01\x00\x02\x02\x46")
        talk.conn.shutdown(1)
        return talk.rest()
    ran, peer = run(act)
    assert ran.status != 0, ran
    assert re.search(r"-T\b|--tls\b|smtps://", ran.err), ran


def test_silent_tls_port_is_explained(run, certs):
    """An SMTP client waits for a greeting, a TLS server for a hello."""
    def act(talk):
        return talk.rest()
    ran, peer = run(act, "-i", 1)
    assert ran.status == 7, ran
    assert ran.result == b""


# --- the end of TLS ---

def test_cut_off_with_a_reply_owed_is_an_error(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        talk.line()
        talk.close()
    ran, peer = run(act)
    assert ran.status == 1, ran
    assert "close_notify" in ran.err


def test_cut_off_inside_a_reply_is_an_error(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        talk.line()
        talk.send(b"250-one\r\n250 tw")
        talk.close()
    ran, peer = run(act)
    assert ran.status == 1, ran
    assert ran.out.endswith(b"250-one\r\n250 tw")
    assert "close_notify" in ran.err


def test_cut_off_after_the_last_reply_is_told(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        talk.serve()
        talk.close()
    ran, peer = run(act)
    assert ran.status == 0, ran
    assert "close_notify" in ran.err


def test_orderly_end_with_a_reply_owed_is_an_error(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        talk.line()
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 1, ran
    assert "close_notify" not in ran.err


def test_reply_and_orderly_end_in_one_go(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        while talk.line() != b"QUIT":
            talk.send(b"250 ok\r\n")
        talk.tls.write(b"221 bye\r\n")
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 0, ran
    assert ran.out.endswith(b"221 bye\r\n")
    assert "close_notify" not in ran.err


def test_damaged_record_is_an_error(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context())
        talk.line()
        talk.tls.write(b"250 ok\r\n")
        data = bytearray(talk.outgoing.read())
        data[-1] ^= 1
        talk.conn.sendall(data)
        return talk.rest()
    ran, peer = run(act)
    assert ran.status in (1, 3), ran
    assert not ran.out.endswith(b"250 ok\r\n")
    assert not_tls(ran.result) == b""


# --- what TLS may do ---

@pytest.mark.parametrize("size", [1, 16384])
def test_records_of_any_size(run, certs, size):
    lines = b"".join(b"250-%05d %s\r\n" % (i, b"x" * 60)
                     for i in range(20 if size == 1 else 1000))
    reply = lines + b"250 end\r\n"

    def act(talk):
        talk.upgrade(certs.good.context())
        talk.line()
        talk.send(reply, size)
        talk.serve()
        talk.end_tls()
    ran, peer = run(act)
    assert ran.status == 0, ran
    assert ran.out.endswith(reply + b"250 ok\r\n221 bye\r\n")


def test_mail_of_a_megabyte_goes_through_tls(run, certs):
    body = b"".join(b"%06d %s\n" % (i, b"y" * 70) for i in range(13000))

    def act(talk):
        talk.upgrade(certs.good.context())
        assert talk.line() == b"DATA"
        talk.send(b"354 go on\r\n")
        got = []
        while (line := talk.line()) != b".":
            got.append(line)
        talk.send(b"250 taken\r\n")
        talk.serve()
        talk.end_tls()
        return b"".join(line + b"\n" for line in got)
    ran, peer = run(act, script=b"EHLO me\nSTARTTLS\nDATA\n" + body
                    + b".\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.result == body


@pytest.mark.parametrize("tickets", [0, 1, 5])
def test_tickets(run, certs, tickets):
    ran, peer = run(serve(certs, tickets=tickets))
    assert ran.status == 0, ran
    assert in_tls(peer)[-1] == b"QUIT"


# `s_server -state` tells of the client's part in a new handshake, which the
# server awaits before it says anything.
@pytest.mark.parametrize("version, letters", [
    (["-tls1_3"], ["K"]), (["-tls1_3"], ["k"]), (["-tls1_3"], ["K", "k", "K"]),
    (["-tls1_2", "-state"], ["r"]),
], ids=["update-asked", "update", "updates", "hello-request"])
def test_new_keys_in_mid_session(telex, certs, version, letters):
    with Opener(certs.good, *version) as server:
        process = telex.start("--cafile", certs.ca.cert, "-i", 10,
                              f"smtps://localhost:{server.port}")
        process.stdin.write(b"EHLO me\nNOOP\nQUIT\n")
        process.stdin.flush()
        server.wait_for(b"CIPHER is")
        server.type(b"220 hello")
        server.wait_for(b"EHLO me")
        for letter in letters:
            # What it reads along with a letter is lost.
            server.type(letter.encode())
            server.wait_for(b"SSL_do_handshake -> ")
            if "-state" in version:
                server.wait_for(b"SSL_accept:SSLv3/TLS write finished")
            time.sleep(0.2)  # for the client's side of it
        server.type(b"250 first")
        server.wait_for(b"NOOP")
        server.type(b"250 second")
        server.wait_for(b"QUIT")
        server.type(b"221 third")
        want = b"220 hello\r\n250 first\r\n250 second\r\n221 third\r\n"
        got = process.stdout.read(len(want))
        server.type(b"Q")
        rest, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert got + rest == want


def test_client_certificate_asked_for_and_not_there(run, certs):
    ran, peer = run(serve(certs, client_ca=certs.ca))
    assert ran.status == 0, ran


def test_client_certificate_is_shown(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context(client_ca=certs.ca, require=True))
        name = talk.tls.getpeercert()["subject"]
        talk.serve()
        talk.end_tls()
        return name
    ran, peer = run(act, "--cert", certs.client.cert, "--key",
                    certs.client.key)
    assert ran.status == 0, ran
    assert ran.result == ((("commonName", "alice"),),)


@pytest.mark.parametrize("version, words", [
    (V12, "handshake failure"), (V13, "certificate required")])
def test_client_certificate_wanted_and_not_given(run, certs, version, words):
    def act(talk):
        talk.upgrade(certs.good.context(client_ca=certs.ca, require=True,
                                        low=version, high=version))
    ran, peer = run(act)
    assert ran.status in (1, 3), ran
    assert words in ran.err


def test_client_certificate_of_an_unknown_issuer(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context(client_ca=certs.stranger,
                                        require=True))
    ran, peer = run(act, "--cert", certs.client.cert, "--key",
                    certs.client.key)
    assert ran.status in (1, 3), ran
    assert "unknown ca" in ran.err


# --- whom to trust ---

def talk_of(identity):
    def act(talk):
        talk.upgrade(identity.context())
        talk.serve()
        talk.end_tls()
    return act


@pytest.mark.parametrize("who, words, trust", [
    ("own", ["self-signed"], False),
    ("foreign", ["CN=Stranger", "not trusted"], True),
    ("old", ["expired on"], True),
    ("named", ["mx.example.org, *.example.net", "not for localhost"], True),
    ("good", ["no CA certificates on this machine"], False),
])
@pytest.mark.parametrize("option", [None, "-k", "--verify=require"])
def test_verdicts(run, certs, tmp_path, who, words, trust, option):
    identity = getattr(certs, who)
    options = [option] if option else []
    ran, peer = run(talk_of(identity), *options, trust=trust,
                    env={"SSL_CERT_FILE": str(tmp_path / "none"),
                         "SSL_CERT_DIR": str(tmp_path / "home")})
    accepted = option == "-k"
    assert ran.status == (0 if accepted else 3), ran
    for word in words:
        assert word in ran.err, ran
    assert identity.digest() in ran.err
    assert in_tls(peer) == ([b"EHLO me", b"NOOP", b"QUIT"] if accepted
                            else [])
    assert in_clear(peer) == [b"EHLO me", b"STARTTLS"]


def test_insecure_never_outdoes_require(telex, certs):
    with Peer(talk_of(certs.own)) as peer:
        ran = telex.run("-k", "--verify=require",
                        f"smtp://localhost:{peer.port}", input=SCRIPT)
    assert ran.status == 2 and "contradict" in ran.err, ran
    assert in_tls(peer) == []


def test_several_faults_are_all_told(run, certs):
    ran, peer = run(talk_of(certs.named), trust=False)
    assert ran.status == 3, ran
    assert "Test CA" in ran.err and "not for localhost" in ran.err


def test_hostile_certificate_is_shown_harmlessly(run, certs):
    for options in ["-k"], ["-k", "--show-certs"], []:
        ran, peer = run(talk_of(certs.hostile), *options)
        assert "self-signed" in ran.err
        assert_no_live_bytes(ran)


@pytest.mark.parametrize("options, name, sni, status", [
    (["--verify-name", "mx.example.org"], None, "mx.example.org", 0),
    (["--verify-name", "a.example.net"], None, "a.example.net", 0),
    (["--verify-name", "a.b.example.net"], "a.b.example.net",
     "a.b.example.net", 3),
    (["--servername", "mx.example.org"], "localhost", "mx.example.org", 3),
    (["--verify-name", "mx.example.org", "--servername", "b.example"], None,
     "b.example", 0),
])
def test_names(run, certs, options, name, sni, status):
    ran, peer = run(talk_of(certs.named), *options)
    assert ran.status == status, ran
    assert peer.talk.sni == sni
    if name:
        assert f"not for {name}" in ran.err


def test_address_is_verified_as_an_address(run, certs, tmp_path):
    ran, peer = run(talk_of(certs.good), host="127.0.0.1")
    assert ran.status == 0, ran
    assert peer.talk.sni is None
    only_name = make_cert(tmp_path, "only", certs.ca,
                          san="DNS:localhost,DNS:127.0.0.1")
    ran, peer = run(talk_of(only_name), host="127.0.0.1")
    assert ran.status == 3, ran
    assert "not for 127.0.0.1" in ran.err


def test_common_name_does_not_count(run, certs, tmp_path):
    other = make_cert(tmp_path, "other", certs.ca, cn="localhost",
                      san="DNS:other.example")
    ran, peer = run(talk_of(other))
    assert ran.status == 3, ran
    assert "for other.example, not for localhost" in ran.err


def with_colons(digest):
    return ":".join(digest[i:i + 2] for i in range(0, 64, 2)).upper()


def test_pin_accepts_just_this_certificate(run, certs):
    for digest in (certs.own.digest(), certs.own.key_digest(),
                   with_colons(certs.own.digest())):
        ran, peer = run(talk_of(certs.own), f"--pin=sha256:{digest}",
                        trust=False)
        assert ran.status == 0, ran
        assert "verified" in ran.err and "NOT VERIFIED" not in ran.err


@pytest.mark.parametrize("options", [[], ["-k"]])
def test_wrong_pin_is_never_accepted(run, certs, options):
    ran, peer = run(talk_of(certs.good), *options,
                    f"--pin=sha256:{certs.own.digest()}")
    assert ran.status == 3, ran
    assert in_tls(peer) == []
    assert certs.good.digest() in ran.err
    assert "all the same" not in ran.err


def test_what_would_have_gone_on_is_told(run, certs):
    ran, peer = run(talk_of(certs.own), trust=False)
    assert ran.status == 3, ran
    assert ran.err.endswith(
        f" (--pin=sha256:{certs.own.digest()} accepts just this certificate, "
        "-k goes on all the same)\n")
    ran, peer = run(talk_of(certs.own), "--verify=require", trust=False)
    assert ran.status == 3 and "all the same" not in ran.err, ran


def test_capath(run, certs, tmp_path):
    folder = tmp_path / "cas"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(certs.ca.cert.read_bytes())
    openssl("rehash", folder)
    ran, peer = run(talk_of(certs.good), "--capath", folder, trust=False)
    assert ran.status == 0, ran
    ran, peer = run(talk_of(certs.foreign), "--capath", folder, trust=False)
    assert ran.status == 3, ran


def test_bundle_of_the_environment(run, certs, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(certs.stranger.cert.read_bytes()
                       + certs.ca.cert.read_bytes()
                       + certs.own.cert.read_bytes())
    for identity in certs.good, certs.own:
        ran, peer = run(talk_of(identity), trust=False,
                        env={"SSL_CERT_FILE": str(bundle),
                             "SSL_CERT_DIR": str(tmp_path / "home")})
        assert ran.status == 0, ran


# --- options ---

def go_ahead(talk):
    talk.upto_starttls()
    talk.send(b"220 go ahead\r\n")
    return talk.rest()


def test_alpn(run, certs):
    def act(talk):
        talk.upgrade(certs.good.context(alpn=["imap", "smtp"]))
        name = talk.tls.selected_alpn_protocol()
        talk.serve()
        talk.end_tls()
        return name
    ran, peer = run(act, "--alpn", "other,smtp")
    assert ran.status == 0, ran
    assert ran.result == "smtp"


@pytest.mark.parametrize("way", ["option", "variable"])
def test_key_log(run, certs, tmp_path, way):
    log = tmp_path / "keys"
    for _ in range(2):
        ran, peer = run(
            serve(certs), *(["--keylog", log] if way == "option" else []),
            env={"SSLKEYLOGFILE": str(log)} if way == "variable" else {})
        assert ran.status == 0, ran
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert log.read_text().count("CLIENT_HANDSHAKE_TRAFFIC_SECRET ") == 2


def test_key_log_that_is_full(run, certs):
    ran, peer = run(serve(certs), "--keylog", "/dev/full")
    assert ran.status == 0, ran
    assert ran.lines("!") == [
        "! the key log lacks keys: no space left on device"]


def test_tls_option(run, certs):
    ran, peer = run(serve(certs), "--tls-opt", "MaxProtocol=TLSv1.2",
                    "--tls-opt", "CipherString=ECDHE-ECDSA-AES128-GCM-SHA256")
    assert ran.status == 0, ran
    assert "TLSv1.2, ECDHE-ECDSA-AES128-GCM-SHA256" in ran.err


def test_chain_is_shown(run, certs):
    ran, peer = run(serve(certs), "--show-certs")
    assert ran.status == 0, ran
    for text in ("CN=localhost", "CN=Test CA", "localhost, 127.0.0.1",
                 certs.good.digest(), certs.good.key_digest()):
        assert text in ran.err, ran
    assert b"CN=" not in ran.out


@pytest.mark.parametrize("options, words", [
    (["--cafile", "/nonexistent"], "/nonexistent"),
    (["--capath", "/nonexistent"], "/nonexistent"),
    (["--cert", "/nonexistent"], "/nonexistent"),
    (["--tls-opt", "Nonsense=1"], "Nonsense"),
    (["--tls-opt", "MinProtocol=TLSv9"], "MinProtocol"),
    (["--pin", "sha256:12"], "64"),
    (["--alpn", "smtp,,imap"], "--alpn"),
])
def test_bad_option_is_a_sentence(telex, options, words):
    with Peer(go_ahead) as peer:
        ran = telex.run(*options, f"smtp://localhost:{peer.port}",
                        input=SCRIPT)
    assert ran.status == 2, ran
    assert words in ran.err


def test_encrypted_key_is_an_error_not_a_question(telex, certs, tmp_path):
    locked = tmp_path / "locked.key"
    openssl("pkey", "-in", certs.client.key, "-aes128", "-passout",
            "pass:secret", "-out", locked)
    with Peer(go_ahead) as peer:
        ran = telex.run("--cert", certs.client.cert, "--key", locked,
                        f"smtp://localhost:{peer.port}", input=SCRIPT)
    assert ran.status == 2, ran
    assert "encrypted" in ran.err
