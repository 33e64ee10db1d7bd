# SPDX-License-Identifier: ISC
"""Questions to a policy server, of which Debian's need a Postfix that asks:
a fake answers as SMTPD_POLICY_README says."""

from fakes import Fake

QUESTION = ("request=smtpd_access_policy\nprotocol_state=RCPT\n"
            "client_address=192.0.2.1\nrecipient={to}\n\n")


def policy(peer):
    while True:
        lines = []
        while (line := peer.line()):
            lines.append(line)
        bad = b"recipient=bad@example.test" in lines
        peer.send(b"action=REJECT not here\n\n" if bad
                  else b"action=DUNNO\n\n")


def test_each_question_waits_for_its_answer(telex):
    with Fake(policy) as fake:
        ran = telex.run("-P", "policy", "--lf", "localhost", fake.port,
                        input=QUESTION.format(to="a@example.test") +
                        QUESTION.format(to="bad@example.test") +
                        QUESTION.format(to="b@example.test"))
    assert ran.status == 5
    assert ran.out == (b"action=DUNNO\n\naction=REJECT not here\n\n"
                       b"action=DUNNO\n\n")


def test_a_question_by_hand(sit):
    with Fake(policy) as fake:
        person = sit("-P", "policy", "localhost", fake.port)
        person.wait_prompt("policy> ")
        person.type("req\t")
        person.wait_row("policy> request=smtpd_access_policy")
        person.enter()
        person.wait_prompt("more> ")
        person.enter("recipient=bad@example.test")
        person.enter()
        person.wait_for("action=REJECT not here")
        person.wait_prompt("policy> ")
