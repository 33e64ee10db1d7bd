# SPDX-License-Identifier: ISC
"""FTP's control connection, against ProFTPD and some that are odd."""

import random
import re
import socket
import ssl
import time

import pytest

import ftpserver
from fakes import Fake, Puppet
from ftpserver import Data, ProFTPD, Tap
from tlspeer import Peer


@pytest.fixture(scope="module")
def ftp(authority):
    why = ftpserver.missing()
    if why:
        pytest.skip(why)
    server = ProFTPD(authority)
    yield server
    server.stop()


@pytest.fixture
def run(telex, authority, ftp):
    """run(script, options...) -> Ran, of a script to ProFTPD."""
    def make(script, *words):
        return telex.run("--cafile", authority.cafile, "-i", 20, *words,
                         f"ftp://localhost:{ftp.port}", input=script)
    return make


def codes(ran):
    """The status codes of all replies, in order."""
    found, inside = [], None
    for line in ran.out.decode().splitlines():
        if inside is None:
            found.append(line[:3])
            if line[3:4] == "-":
                inside = line[:3]
        elif line.startswith(inside + " ") or line == inside:
            inside = None
    assert inside is None
    return found


# --- scripts to a real server


def test_plain_session(run, ftp):
    ftp.put("old", b"x")
    ran = run(ftp.login + "SYST\nFEAT\nHELP\nSTAT\nRNFR old\nRNTO new\n"
              "TYPE I\nREST 5\nSIZE new\nMLST new\nDELE new\nFROB\nQUIT\n",
              "-v")
    assert codes(ran) == ["220", "331", "230", "215", "211", "214", "211",
                          "350", "250", "200", "350", "213", "250", "250",
                          "500", "221"], ran
    assert ran.status == 5, ran
    assert "wonderland" not in ran.err
    assert "C: PASS ********" in ran.err


def test_upgrade_by_script(run, ftp):
    ran = run("FEAT\nAUTH TLS\n" + ftp.login
              + "PBSZ 0\nPROT P\nPWD\nQUIT\n", "-v")
    assert ran.status == 0, ran
    assert codes(ran) == ["220", "211", "234", "331", "230", "200", "200",
                          "257", "221"]
    assert re.search(r"TLSv1\.3, .*CN=localhost verified", ran.err)
    assert ran.err.index("C: AUTH TLS") < ran.err.index("verified")
    assert ran.err.index("verified") < ran.err.index("C: USER")


@pytest.mark.parametrize("name", ["AUTH SSL", "auth  tls-c", "AUTH TLS-P"])
def test_other_names_of_the_upgrade(run, ftp, name):
    ran = run(f"{name}\nQUIT\n")
    assert ran.status == 0, ran
    assert "CN=localhost verified" in ran.err


def test_upgrade_up_front(run, ftp):
    ran = run(ftp.login + "QUIT\n", "-v", "-S")
    assert ran.status == 0, ran
    assert codes(ran) == ["220", "211", "234", "331", "230", "221"]
    assert "does not offer" not in ran.err


def test_tls_from_the_first_byte(telex, authority, ftp):
    for words in (["-T", "-P", "ftp", "localhost", ftp.tls_port],
                  [f"ftps://localhost:{ftp.tls_port}"]):
        ran = telex.run("--cafile", authority.cafile, *words,
                        input=ftp.login + "PWD\nQUIT\n")
        assert ran.status == 0, ran
        assert codes(ran) == ["220", "331", "230", "257", "221"]


def test_wrong_password_and_refused_upgrade(run, ftp):
    ran = run("AUTH GSSAPI\nUSER alice\nPASS looking-glass\nQUIT\n", "-v")
    assert codes(ran) == ["220", "500", "331", "530", "221"], ran
    assert ran.status == 5
    assert "looking-glass" not in ran.err


def test_tls_inside_tls_is_refused(run, ftp):
    ran = run("AUTH TLS\nAUTH TLS\nNOOP\nQUIT\n")
    assert codes(ran) == ["220", "234", "503", "200", "221"], ran


# --- data connections, which are somebody else's


def test_transfers_by_script(run, ftp):
    text = b"".join(b"line %d\r\n" % i for i in range(3000))
    ftp.put("fetch", text)
    take, give, names, nobody = Data(), Data(text * 3), Data(), Data()
    nobody.give_up()
    ran = run(ftp.login + f"TYPE I\n{take.command}\nRETR fetch\n"
              f"{give.extended}\nSTOR stored\n{names.command}\nNLST\n"
              f"{nobody.command}\nRETR fetch\nQUIT\n")
    assert take.close() == text
    give.close()
    assert sorted(names.close().split()) == [b"fetch", b"stored"]
    assert (ftp.home / "stored").read_bytes() == text * 3
    assert codes(ran)[3:-1] == [
        "200", "200", "150", "226", "200", "150", "226", "200", "150",
        "226", "200", "425"], ran
    (ftp.home / "stored").unlink()
    (ftp.home / "fetch").unlink()


def test_passive_transfer_typed(sit, ftp):
    ftp.put("letter", b"Dear Alice\r\n" * 20000)
    person = sit("ftp://localhost:%d" % ftp.port)
    person.wait_prompt("ftp> ")
    person.talk("USER alice", "331 ", "ftp> ")
    person.talk("PASS wonderland", "230 ", "ftp> ")
    for command, pattern, what in (
            ("PASV", r"^227 .*\(127,0,0,1,(\d+),(\d+)\)",
             r"data connection at 127\.0\.0\.1 port (\d+); telex opens none"),
            ("EPSV", r"^229 .*\(\|\|\|()(\d+)\|\)",
             r"data connection at port (\d+) of this server; telex opens")):
        person.talk("TYPE I", "200 ", "ftp> ")
        person.enter(command)
        high, low = person.wait_match(pattern).groups()
        port = int(high or 0) * 256 + int(low)
        assert int(person.wait_match(what)[1]) == port
        person.wait_prompt("ftp> ")
        with socket.create_connection(("127.0.0.1", port), 10) as data:
            person.enter("RETR letter")
            person.wait_for("150 ", count=2 if command == "EPSV" else 1)
            assert person.row() != "ftp> "
            got = b""
            while more := data.recv(65536):
                got += more
        assert len(got) == 12 * 20000
        person.wait_for("226 ", count=2 if command == "EPSV" else 1)
        person.wait_prompt("ftp> ")
    person.enter("QUIT")
    assert person.status() == 0
    person.assert_terminal_restored()
    assert b"wonderland" not in person.raw.replace(b"PASS wonderland", b"")


# --- the end of TLS


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_ccc_by_script(telex, authority, ftp, version):
    tap = Tap(ftp.port)
    ran = telex.run("--cafile", authority.cafile, "-i", 20,
                    f"--tls-opt=MinProtocol={version}",
                    f"--tls-opt=MaxProtocol={version}", "-P", "ftp",
                    "localhost", tap.port,
                    input="AUTH TLS\n" + ftp.login
                    + "PWD\nCCC\nPWD\nNOOP\nSTAT\nQUIT\n")
    tap.close()
    assert ran.status == 0, ran
    assert codes(ran) == ["220", "234", "331", "230", "257", "200", "257",
                          "200", "211", "221"]
    assert version in ran.err
    assert "plain text from here on" in ran.err
    assert tap.ours.startswith(b"AUTH TLS\r\n\x16\x03")
    assert tap.ours.endswith(b"PWD\r\nNOOP\r\nSTAT\r\nQUIT\r\n")
    assert tap.ours.count(b"PWD\r\n") == 1
    assert b"alice" not in tap.ours
    assert tap.theirs.count(b"257 ") == 1


def test_ccc_typed(sit, authority, ftp):
    person = sit("--cafile", authority.cafile,
                 "ftp://localhost:%d" % ftp.port)
    person.wait_prompt("ftp> ")
    person.talk("AUTH TLS", "verified", "ftp+tls> ")
    person.talk("USER alice", "331 ", "ftp+tls> ")
    person.talk("PASS wonderland", "230 ", "ftp+tls> ")
    person.talk("CCC", "plain text from here on", "ftp> ")
    person.talk("PWD", '257 "/"', "ftp> ")
    person.enter("QUIT")
    assert person.status() == 0
    person.assert_terminal_restored()


def _upto_tls(talk, context):
    talk.send(b"220 FTP\r\n")
    assert talk.line() == b"AUTH TLS"
    talk.send(b"234 go\r\n")
    talk.start_tls(context)


def _end_with_reply(talk, behind=b""):
    """The reply to CCC and the end of TLS in one segment."""
    assert talk.line() == b"CCC"
    talk.tls.write(b"200 ok\r\n")
    try:
        talk.tls.unwrap()
    except ssl.SSLWantReadError:
        pass
    talk.conn.sendall(talk.outgoing.read() + behind)


def _end_of_client(talk):
    """Read the client's close_notify, and go on in plain text."""
    while True:
        try:
            talk.tls.unwrap()
            break
        except ssl.SSLWantReadError:
            data = talk.conn.recv(1000)
            assert data
            talk.incoming.write(data)
    talk.data += talk.incoming.read()
    talk.tls = None


@pytest.mark.parametrize("typed", [False, True])
def test_end_of_tls_in_one_segment_with_the_reply(telex, sit, authority,
                                                  typed):
    def act(talk):
        for _ in range(2):
            if talk.said == []:
                _upto_tls(talk, authority.server_side())
            else:
                assert talk.line() == b"AUTH TLS"
                talk.send(b"234 go\r\n")
                talk.start_tls(authority.server_side())
            _end_with_reply(talk)
            _end_of_client(talk)
            assert talk.line() == b"PWD"
            talk.send(b'257 "/"\r\n')
        assert talk.line() == b"QUIT"
        talk.send(b"221 bye\r\n")
        talk.close()

    lines = ["AUTH TLS", "CCC", "PWD", "AUTH TLS", "CCC", "PWD", "QUIT"]
    words = ("--cafile", authority.cafile, "-P", "ftp", "-i", 10, "localhost")
    with Peer(act) as peer:
        if typed:
            person = sit(*words, peer.port)
            for line in lines:
                person.wait(lambda: re.fullmatch(r"ftp(\+tls)?>",
                                                 person.row()), "no prompt")
                person.enter(line)
                person.wait(lambda: line not in person.row(), "no answer")
            assert person.status() == 0
            seen = person.everything()
        else:
            ran = telex.run(*words, peer.port,
                            input="\n".join(lines) + "\n")
            assert ran.status == 0, ran
            seen = ran.err + ran.out.decode()
        peer.result()
    assert seen.count('257 "/"') == 2
    assert seen.count("plain text from here on") == 2


def test_text_behind_the_end_of_tls_is_not_lost_silently(telex, authority):
    def act(talk):
        _upto_tls(talk, authority.server_side())
        _end_with_reply(talk, b"421 too long\r\n")
        talk.close()
    with Peer(act) as peer:
        ran = telex.run("--cafile", authority.cafile, "-P", "ftp", "-i", 10,
                        "localhost", peer.port,
                        input="AUTH TLS\nCCC\nPWD\n")
    assert ran.status != 0, ran
    assert b"421" in ran.out or "plain text came together" in ran.err


def test_server_closes_in_place_of_ending_tls(telex, authority):
    def act(talk):
        _upto_tls(talk, authority.server_side())
        assert talk.line() == b"CCC"
        talk.send(b"200 ok\r\n")
        talk.close()
    with Peer(act) as peer:
        ran = telex.run("--cafile", authority.cafile, "-P", "ftp", "-i", 10,
                        "localhost", peer.port,
                        input="AUTH TLS\nCCC\nPWD\nQUIT\n")
    assert ran.status == 3, ran
    assert "TLS could not be ended" in ran.err


def test_server_never_ends_tls(telex, authority):
    def act(talk):
        _upto_tls(talk, authority.server_side())
        assert talk.line() == b"CCC"
        talk.send(b"200 ok\r\n")
        talk.rest()
    with Peer(act) as peer:
        ran = telex.run("--cafile", authority.cafile, "-P", "ftp", "-w", 1,
                        "localhost", peer.port,
                        input="AUTH TLS\nCCC\nPWD\nQUIT\n")
    assert ran.status == 7, ran
    assert "the server did not end TLS in 1 s" in ran.err


# --- odd servers


def answer(line, reply, rest=None):
    """A play: one line and its answer; what comes behind it is kept."""
    def play(peer):
        peer.send(b"220 FTP\r\n")
        assert peer.line() == line
        peer.send(reply)
        if rest is not None:
            rest.append(peer.rest())
    return play


def test_lines_of_another_code_do_not_end_a_reply(telex):
    long = (b"211-status\r\n 211 x\r\n221 x\r\n421 x\r\n\r\n211-\r\n"
            b"2111\r\n")
    with Fake(lambda peer: _torn(peer, long)) as fake:
        ran = telex.run("-P", "ftp", "-i", 10, fake.host, fake.port,
                        input="STAT\nNOOP\nQUIT\n")
    assert ran.status == 0, ran
    assert ran.out == (b"220 FTP\r\n" + long
                       + b"211 end\r\n200 ok\r\n221 bye\r\n")


def _torn(peer, long):
    peer.send(b"220 FTP\r\n")
    assert peer.line() == b"STAT"
    peer.send(long)
    assert peer.early(0.2) == b""
    peer.send(b"211 end\r\n")
    assert peer.line() == b"NOOP"
    peer.send(b"200 ok\r\n")
    assert peer.line() == b"QUIT"
    peer.send(b"221 bye\r\n")


def test_nothing_is_sent_between_1yz_and_2yz(telex):
    def play(peer):
        peer.send(b"120 in a minute\r\n")
        assert peer.early(0.2) == b""
        peer.send(b"220 now\r\n")
        assert peer.line() == b"LIST"
        peer.send(b"150 it comes\r\n")
        assert peer.early(0.2) == b""
        peer.send(b"226 done\r\n")
        assert peer.line() == b"REIN"
        peer.send(b"120 wait\r\n")
        assert peer.early(0.2) == b""
        peer.send(b"220 new user\r\n")
        assert peer.line() == b"QUIT"
        peer.send(b"221 bye\r\n")
    with Fake(play) as fake:
        ran = telex.run("-i", 10, fake.host, fake.port,
                        input="LIST\nREIN\nQUIT\n")
    assert ran.status == 0, ran


@pytest.mark.parametrize("reply", [b"220 go\r\n", b"200 go\r\n",
                                   b"334 go\r\n", b"235 go\r\n"])
def test_only_234_begins_tls(telex, reply):
    rest = []
    with Fake(answer(b"AUTH TLS", reply, rest)) as fake:
        ran = telex.run("-P", "ftp", "-i", 10, fake.host, fake.port,
                        input="AUTH TLS\nPASS secret\n")
    assert rest == [b""]
    assert ran.status == 3, ran
    assert "not its go-ahead" in ran.err


def test_closed_at_any_time(telex):
    with Fake(answer(b"NOOP", b"421 too long\r\n")) as fake:
        ran = telex.run("-P", "ftp", "-i", 10, fake.host, fake.port,
                        input="NOOP\nPWD\nPWD\n")
    assert ran.status == 4, ran
    assert ran.out.endswith(b"421 too long\r\n")


def test_refused_in_place_of_a_greeting(telex):
    def play(peer):
        peer.send(b"421 too many\r\n")
        assert peer.rest() == b""
    with Fake(play) as fake:
        ran = telex.run("-P", "ftp", "-i", 10, fake.host, fake.port,
                        input="USER x\nQUIT\n")
    assert ran.status == 4, ran
    assert "421 in place of a greeting" in ran.err


@pytest.mark.parametrize("greeting, name", [
    (b"220 ProFTPD Server ready\r\n", "ftp"),
    (b"220-(vsFTPd 3.0.3)\r\n220 x\r\n", "ftp"),
    (b"220 hello\r\n", "smtp"),
])
def test_greeting_tells_the_protocol(sit, greeting, name):
    puppet = Puppet(greeting)
    with Fake(puppet) as fake:
        person = sit(fake.host, fake.port)
        person.wait_prompt(name + "> ")
        puppet.close()
        person.status()


def test_help_knows_the_verbs(sit):
    puppet = Puppet(b"220 FTP\r\n")
    with Fake(puppet) as fake:
        person = sit("-P", "ftp", fake.host, fake.port)
        person.wait_prompt("ftp> ")
        for word, text in (("prot", "PROT C|P"), ("auth tls", "RFC 4217"),
                           ("ccc", "RFC 4217, 12.3")):
            person.key("local")
            person.enter("help " + word)
            person.wait_for(text)
        puppet.close()
        person.status()


# --- a thousand


def make_session(ftp, seed=959):
    """Commands, and the status codes that their replies must have."""
    pick = random.Random(seed)
    script, want, transfers = [], [], []
    ftp.put("many", b"Do cats eat bats?\r\n" * 500)
    simple = [("PWD", ["257"]), ("NOOP", ["200"]), ("SYST", ["215"]),
              ("FEAT", ["211"]), ("STAT", ["211"]), ("HELP", ["214"]),
              ("HELP RETR", ["214"]), ("TYPE I", ["200"]),
              ("TYPE A", ["200"]), ("MODE S", ["200"]), ("STRU F", ["200"]),
              ("SIZE nothing", ["550"]), ("MDTM many", ["213"]),
              ("MLST many", ["250"]), ("STAT many", ["213"]),
              ("RNFR nothing", ["550"]),
              ("FROB", ["500"]), ("CWD /", ["250"]), ("CDUP", ["250"]),
              ("CWD nowhere", ["550"]), ("EPSV", ["229"]),
              ("PASV", ["227"]), ("OPTS UTF8 ON", ["200"]),
              ("ALLO 5", ["202"]), ("ABOR", ["226"])]
    while len(script) < 1000:
        kind = pick.random()
        if kind < 0.03 and len(transfers) < 20:
            line, give = pick.choice([("RETR many", None), ("LIST", None),
                                      ("STOR up", b"x" * 100000),
                                      ("APPE up", b"y" * 10), ("NLST", None),
                                      ("MLSD", None)])
            data = Data(give)
            transfers.append(data)
            script += [pick.choice([data.command, data.extended]), line]
            want += ["200", "150", "226"]
        elif kind < 0.06:
            script += ["MKD sub", "RNFR sub", "RNTO bus", "RMD bus",
                       "TYPE I", "REST 0"]
            want += ["257", "350", "250", "250", "200", "350"]
        else:
            line, replies = pick.choice(simple)
            script.append(line)
            want += replies
    return script, want, transfers


@pytest.mark.parametrize("tls", [False, True])
def test_a_thousand_commands(run, ftp, tls):
    script, want, transfers = make_session(ftp)
    begun = time.monotonic()
    ran = run(ftp.login + "\n".join(script) + "\nQUIT\n", "-v",
              *(["-S"] if tls else []))
    took = time.monotonic() - begun
    for data in transfers:
        data.close()
    assert ran.status == 5, ran
    assert len(transfers) > 10
    assert [line[3:] for line in ran.lines("C: ")][-len(script) - 1:-1] \
        == script
    got = codes(ran)
    first = 5 if tls else 3
    assert got[first:-1] == want
    assert took < 40
