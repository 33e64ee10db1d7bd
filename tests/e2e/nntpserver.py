# SPDX-License-Identifier: ISC
"""A real news server in a directory: INN's reader daemon, nnrpd.

nnrpd is started once for each connection, as inetd does it; the articles
are put where it looks for them.  Nothing of the system's is used but the
programs (`make setup` unpacks them, because the package wants a name server
before it can be installed).
"""

import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# A copy of the tree for the sanitizers is in .build, beside INN.
PLACES = (TOP / ".build/inn/usr/lib/news", TOP.parent / "inn/usr/lib/news",
          Path("/usr/lib/news"))

ACCOUNT = "news"

CONFIG = """\
mta: "/bin/true %s"
organization: "Test"
domain: example.test
pathhost: news.example.test
pathnews: {news}
pathdb: {top}/db
pathetc: {top}/etc
pathrun: {top}/run
pathlog: {top}/log
pathspool: {top}/spool
pathtmp: {top}/tmp
ovmethod: tradindexed
hismethod: hisv6
enableoverview: true
spoolfirst: true
nnrpdloadlimit: 0
tlscafile: {top}/etc/ca.pem
tlscertfile: {top}/etc/server.pem
tlskeyfile: {top}/etc/server.key
"""

READERS = """\
auth "all" {{
    auth: "ckpasswd -f {top}/etc/users"
    default: "guest"
}}
access "all" {{
    users: "guest"
    newsgroups: "*,!misc.private"
    access: {guest}
    addcanlockuser: none
}}
access "users" {{
    users: "alice*"
    newsgroups: "*"
    access: RPA
    addcanlockuser: none
}}
"""

HEAD = """\
Path: news.example.test!not-for-mail
From: Alice <alice@example.test>
Newsgroups: {group}
Subject: number {number}
Date: Sat, 01 Jan 2022 10:00:00 +0000
Message-ID: <{group}.{number}@example.test>
Xref: news.example.test {group}:{number}
Lines: {lines}
"""


def programs():
    """Where INN's programs are, or None."""
    for place in PLACES:
        if (place / "bin/nnrpd").exists():
            return place
    return None


def missing():
    """Why INN cannot be started here, or None."""
    if os.geteuid() != 0:
        return "INN's account \"news\" can be taken by root alone"
    news = programs()
    if news is None:
        return "INN is not unpacked in .build/inn (make setup does it)"
    ran = subprocess.run(["ldd", str(news / "bin/nnrpd")],
                         capture_output=True, text=True, timeout=20,
                         env={**os.environ, "LD_LIBRARY_PATH": str(news)})
    lost = [line.split()[0] for line in ran.stdout.splitlines()
            if "not found" in line]
    return f"INN lacks {', '.join(lost)}" if lost else None


class News:
    """INN with the user "alice", password "wonderland".

    `groups` maps names of newsgroups to lists of article bodies (text with
    LF); the articles are numbered from 1.  Guests may post if `guest_posts`.
    `port` is plain with STARTTLS, `tls_port` has TLS from the first byte.
    """

    user = "alice"
    password = "wonderland"

    def __init__(self, authority, groups, guest_posts=True):
        self.news = programs()
        self.groups = groups
        self.top = Path(tempfile.mkdtemp(prefix="telex-inn-"))
        self.top.chmod(0o755)
        self._children = []
        self._listeners = []
        try:
            self._configure(authority, "RPA" if guest_posts else "RA")
            self._store()
            self._serve()
        except BaseException:
            self.stop()
            raise

    def _configure(self, authority, guest):
        for name in ("db", "etc", "run", "log", "tmp", "spool/articles",
                     "spool/overview", "spool/incoming", "spool/outgoing"):
            (self.top / name).mkdir(parents=True)
        etc = self.top / "etc"
        shutil.copy(authority.cafile, etc / "ca.pem")
        shutil.copy(authority.certfile, etc / "server.pem")
        shutil.copy(authority.keyfile, etc / "server.key")
        (etc / "server.key").chmod(0o600)
        names = {"top": self.top, "news": self.news, "guest": guest}
        (etc / "inn.conf").write_text(CONFIG.format(**names))
        (etc / "readers.conf").write_text(READERS.format(**names))
        (etc / "newsfeeds").write_text("ME:!*/!local::\n")
        (etc / "storage.conf").write_text(
            "method tradspool {\n newsgroups: *\n class: 0\n}\n")
        (etc / "motd.nnrpd").write_text("Hello\n.dot\n")
        crypted = subprocess.run(
            ["openssl", "passwd", "-6", self.password], check=True,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=30).stdout.strip()
        (etc / "users").write_text(f"{self.user}:{crypted}\n")

    def _give_away(self):
        """INN's programs run as "news" and write as such."""
        for folder, _, files in os.walk(self.top):
            for name in [".", *files]:
                shutil.chown(Path(folder, name), ACCOUNT, ACCOUNT)

    def article(self, group, number):
        """The whole article as it is stored, with LF."""
        body = self.groups[group][number - 1]
        return HEAD.format(group=group, number=number,
                           lines=body.count("\n")) + "\n" + body

    def wire(self, group, number):
        """The same as it travels, without the final dot: CR LF, dots
        doubled."""
        return b"".join(
            (b"." if line.startswith(b".") else b"") + line + b"\r\n"
            for line in
            self.article(group, number).encode().split(b"\n")[:-1])

    def _store(self):
        active = ["control.cancel 0000000000 0000000001 n",
                  "junk 0000000000 0000000001 n"]
        for group, bodies in self.groups.items():
            folder = self.top / "spool/articles" / group.replace(".", "/")
            folder.mkdir(parents=True)
            for number in range(1, len(bodies) + 1):
                (folder / str(number)).write_bytes(
                    self.article(group, number).encode())
            active.append(f"{group} {len(bodies):010} 0000000001 y")
        database = self.top / "db"
        (database / "active").write_text("\n".join(active) + "\n")
        (database / "newsgroups").write_text(
            "".join(f"{group}\tA group for tests\n"
                    for group in self.groups))
        (database / "active.times").write_text("")
        # makehistory wants it, and fills it.
        (self.top / "spool/tradspool.map").write_text("")
        self._give_away()
        self._run("makehistory", "-O")
        self._run("makedbz", "-i", "-o")

    def _how(self):
        """How each program is started."""
        return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": [],
                "cwd": self.top,
                "env": {"INNCONF": str(self.top / "etc/inn.conf"),
                        "LD_LIBRARY_PATH": str(self.news), "LC_ALL": "C",
                        "PATH": "/usr/bin:/bin"}}

    def _run(self, *words):
        with open(self.top / "log/start", "ab") as log:
            subprocess.run([self.news / "bin" / words[0], *words[1:]],
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           check=True, timeout=60, **self._how())

    def _serve(self):
        self._stop, self._wake = socket.socketpair()
        for _ in range(2):
            listener = socket.create_server(("127.0.0.1", 0))
            self._listeners.append(listener)
        self.port, self.tls_port = (listener.getsockname()[1]
                                    for listener in self._listeners)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        while True:
            ready, _, _ = select.select([*self._listeners, self._stop],
                                        [], [])
            if self._stop in ready:
                return
            for listener in ready:
                with listener.accept()[0] as sock, \
                        open(self.top / "log/nnrpd", "ab") as log:
                    # Its replies go out in pieces, which TCP would delay.
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY,
                                    1)
                    words = ["-S"] if listener is self._listeners[1] else []
                    self._children.append(subprocess.Popen(
                        [self.news / "bin/nnrpd", *words], stdin=sock,
                        stdout=sock, stderr=log, **self._how()))

    def posted(self):
        """The articles that were accepted, oldest first."""
        return [path.read_bytes() for path in
                sorted((self.top / "spool/incoming").glob("*"))
                if path.is_file()]

    def stop(self):
        if self._listeners:
            self._wake.close()
            self._thread.join(10)
            self._stop.close()
        for listener in self._listeners:
            listener.close()
        for child in self._children:
            if child.poll() is None:
                child.terminate()
            child.wait(10)
        shutil.rmtree(self.top, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
