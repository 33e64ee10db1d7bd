# SPDX-License-Identifier: ISC
"""A mail server as offices have it: Postfix takes the mail and hands it to
Dovecot by LMTP, and Dovecot shows it by POP3 and IMAP and knows the users."""

import subprocess
import time

import dovecot
from daemons import free_port
from dovecot import Dovecot
from servers import Postfix

# Who gave a wrong password need not wait, and Postfix may ask about users.
ACCOUNTS = """\
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener postfix-auth {
    mode = 0666
  }
}
"""

SETTINGS = """\
myhostname = mail.example.org
virtual_mailbox_domains = example.org
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
message_size_limit = 10485760
strict_rfc821_envelopes = yes
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {run}/postfix-auth
smtpd_sasl_security_options = noanonymous
known_first = permit_sasl_authenticated, \
check_sender_access static:{{530 5.7.0 Authentication required}}
not_yet = check_recipient_access static:{{451 4.7.1 Greylisted}}
"""

MASTER = """\
lmtp unix - - n - - lmtp
127.0.0.1:{auth} inet n - n - - smtpd
    -o smtpd_delay_reject=no
    -o smtpd_sender_restrictions=$known_first
127.0.0.1:{greylist} inet n - n - - smtpd
    -o smtpd_recipient_restrictions=$not_yet
"""


def missing():
    """Why there can be none here, or None."""
    return dovecot.missing("imap", "pop3", "lmtp")


class MailHost(Postfix):
    """Postfix and Dovecot for example.org, with the same users.

    `ports` has those of "smtp", "pop3" and "imap", and of two more Postfixes
    that do what the practice server's knobs of these names make it do:
    "auth" and "greylist".
    """

    users = ("alice", "bob", "archive", "postmaster")

    def __init__(self, authority):
        self.store = Dovecot(authority, ("imap", "pop3", "lmtp"),
                             more=ACCOUNTS)
        try:
            with open(self.store.top / "users", "a") as users:
                users.writelines(f"{name}:{{PLAIN}}{self.store.password}"
                                 "::::::\n" for name in self.users[1:])
            super().__init__(authority)
        except BaseException:
            self.store.stop()
            raise

    def _configure(self, authority):
        super()._configure(authority)
        self.ports = {**self.store.ports, "smtp": self.port,
                      "auth": free_port(), "greylist": free_port()}
        etc = self.top / "etc"
        (etc / "boxes").write_text("".join(
            f"{name}@example.org {name}\n" for name in self.users))
        settings = SETTINGS.format(run=self.store.top / "run", **self.ports)
        subprocess.run(["postconf", "-c", str(etc), "-e",
                        *settings.splitlines()], check=True, timeout=60)
        with open(etc / "master.cf", "a") as services:
            services.write(MASTER.format(**self.ports))

    def wait_for_mail(self, user, timeout=20):
        """Until this user has a message."""
        limit = time.monotonic() + timeout
        while not self.store.messages(user):
            assert time.monotonic() < limit, self.log() + self.store.log()
            time.sleep(0.02)

    def stop(self):
        super().stop()
        self.store.stop()
