# SPDX-License-Identifier: ISC
"""One status of a recorded session is changed: its line is named.

The sessions are as real servers had them; a parrot says them again."""

import re

import pytest

from fakes import Fake
from retold import Parrot, bad, secrets_env, tap

SMTP = """\
S: 220 mail.example.test ESMTP Postfix
C: EHLO client.example.test
S: 250-mail.example.test
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250 CHUNKING
C$ AUTH PLAIN ${secret:1}
S: 235 2.7.0 Authentication successful
C: MAIL FROM:<alice@example.test>
C: RCPT TO:<bob@example.test>
C: RCPT TO:<nobody@example.test>
C: DATA
S: 250 2.1.0 Ok
S: 250 2.1.5 Ok
S: 550 5.1.1 <nobody@example.test>: Recipient address rejected
S: 354 End data with <CR><LF>.<CR><LF>
C: Subject: hello
C:
C: 250 this is no reply
C: .
S: 250 2.0.0 Ok: queued as 7D877A94149
C: VRFY bob
S% 252 2.0.0 bob\x20
C: QUIT
S: 221 2.0.0 Bye
<closed>
"""
POP3 = """\
S: +OK Dovecot ready
C: CAPA
S: +OK
S: CAPA
S: PIPELINING
S: .
C: USER alice
S: +OK
C$ PASS ${secret:1}
S: +OK Logged in.
C: LIST
S: +OK 1 messages:
S: 1 26
S: .
C: RETR 1
S: +OK 26 octets
S: Subject: a
S:
S: -ERR is no status here
S: ..dot
S: .
C: RETR 9
S: -ERR There's no message 9.
C: QUIT
S: +OK Logging out.
<closed>
"""
IMAP = """\
S: * OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready
C$ b LOGIN alice ${secret:1}
S: * CAPABILITY IMAP4rev1 SASL-IR
S: b OK Logged in
C: c SELECT INBOX
S: * 1 EXISTS
S: * OK [UIDNEXT 3] Predicted next UID
S: c OK [READ-WRITE] Select completed
C: d FETCH 1 BODY.PEEK[]
S: * 1 FETCH (BODY[] {26}
S: Subject: a
S:
S: b OK none
S: )
S: d OK Fetch completed
C: e APPEND INBOX {6}
S: + OK
C: x: y
C:
S: e OK [APPENDUID 1795337939 3] Append completed
C: g FETCH 99 FLAGS
S: g BAD Error in IMAP command FETCH: Invalid messageset
C: h RENAME a b
S: h NO [NONEXISTENT] Mailbox doesn't exist
C: i LOGOUT
S: * BYE Logging out
S: i OK Logout completed
<closed>
"""
NNTP = """\
S: 200 news.example.test InterNetNews NNRP server INN 2.7.1 ready
C: CAPABILITIES
S: 101 Capability list:
S: VERSION 2
S: POST
S: .
C: AUTHINFO USER alice
S: 381 Enter password
C$ AUTHINFO PASS ${secret:1}
S: 281 Authentication succeeded
C: GROUP misc.test
S: 211 2 1 2 misc.test
C: ARTICLE 1
S: 220 1 <misc.test.1@example.test> article
S: Lines: 2
S:
S: one
S: ..250 x
S: .
C: ARTICLE 9
S: 423 No such article number 9
C: POST
S: 340 Ok
C: Subject: x
C:
C: x
C: .
S: 240 Article received
C: QUIT
S: 205 Bye!
<closed>
"""
FTP = """\
S: 220 ProFTPD Server (files) [127.0.0.1]
C: USER alice
S: 331 Password required for alice
C$ PASS ${secret:1}
S: 230 User alice logged in
C: FEAT
S: 211-Features:
S:  AUTH TLS
S:  UTF8
S: 211 End
C: LIST
S: 150 Opening ASCII mode data connection
S: 226 Transfer complete
C: SIZE f
S: 550 SIZE not allowed in ASCII mode
C: RNFR f
S: 350 File or directory exists
C: RNTO g
S: 250 Rename successful
C: QUIT
S: 221 Goodbye.
<closed>
"""
SIEVE = """\
S: "IMPLEMENTATION" "Dovecot (Debian) Pigeonhole"
S: "STARTTLS"
S: OK "Dovecot ready"
C$ AUTHENTICATE "PLAIN" ${secret:1}
S: OK "Logged in."
C: PUTSCRIPT "x" {7+}
C: keep;
C:
S: OK (WARNINGS) {4}
S: x
S:
C: GETSCRIPT "x"
S: {4}
S: OK
S:
S: OK "Getscript completed."
C: GETSCRIPT "no"
S: NO (NONEXISTENT) "Sieve script `no' not found"
C: LOGOUT
S: OK "Logout completed."
<closed>
"""
SECRET = "s3cret"


def digits(match):
    """Another number of the same class, and one of another."""
    code = match[0]
    yield code[:2] + ("7" if code[2] != "7" else "8")
    yield ("4" if code[0] != "4" else "2") + code[1:]


def words(*all_words):
    def others(match):
        return [word for word in all_words if word != match[0]]
    return others


# What is a status, where it may stand, and how it is changed.
NUMBER = r"(?<=^S[:%] )\d{3}(?=[- ])"
KINDS = {
    "smtp": (SMTP, NUMBER, digits),
    "pop3": (POP3, r"(?<=^S: )(\+OK|-ERR)(?! is)", words("+OK", "-ERR")),
    "imap": (IMAP, r"(?<=^S: [b-i] )(OK|NO|BAD)(?! none)",
             words("OK", "NO", "BAD")),
    "nntp": (NNTP, NUMBER, digits),
    # With another number that line would not end the reply (RFC 959, 4.2),
    # whose rest a transcript may leave out.
    "ftp": (FTP, NUMBER + "(?! End)", digits),
    "sieve": (SIEVE, r"(?<=^S: )(OK|NO)(?= )", words("OK", "NO", "BYE")),
}


def mutants(text, pattern, others):
    """(line number, the text with one status changed in this line)."""
    for match in re.finditer(pattern, text, re.M):
        number = text.count("\n", 0, match.start()) + 1
        for other in others(match):
            yield number, (text[:match.start()] + other
                           + text[match.end():])


@pytest.mark.parametrize("protocol", KINDS)
def test_mutants(telex, tmp_path, protocol):
    text, pattern, others = KINDS[protocol]
    want, files = {}, []
    with Fake(Parrot(text, [SECRET.encode()])) as fake:
        start = f"<connect {protocol}://127.0.0.1:{fake.port}>\n"
        for i, (number, mutant) in enumerate(mutants(text, pattern, others)):
            for name, content in (f"{i}.good", text), (f"{i}.bad", mutant):
                files.append(tmp_path / (name + ".telex"))
                files[-1].write_text(start + content)
            want[str(files[-1])] = number + 1
        ran = telex.run("--replay", "--tap", "-j", 4, "-i", 2, *files,
                        env=secrets_env([SECRET]))
    assert ran.status == 6 and SECRET not in ran.out.decode(), ran
    points = tap(ran)
    assert list(dict.fromkeys(p.file for p in points)) == [
        str(name) for name in files]
    found = {}
    for point in bad(points):
        found.setdefault(point.file, point.line)
    assert found == want, "\n".join(map(repr, bad(points)))
    assert len(want) >= 8
