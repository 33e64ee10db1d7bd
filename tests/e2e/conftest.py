# SPDX-License-Identifier: ISC
"""What the end-to-end tests share.

$TELEX names the binary under test (default: ./telex at the tree's top).
"""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from fakes import Fake, Puppet
from person import Pane, Person
from servers import Authority, Postfix

TOP = Path(__file__).resolve().parents[2]
LONGEST = 120  # seconds that one test may take
PASSED_ON = ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
             "LSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH")

# Behind nohup, or in the background of a script, these would be ignored by
# all that is started here.
for signo in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(signo) == signal.SIG_IGN:
        signal.signal(signo, signal.SIG_DFL)


class Ran:
    """What a finished run left."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err.decode(errors="surrogateescape")

    def lines(self, mark):
        """The lines of stderr that begin with this mark."""
        return [line for line in self.err.splitlines()
                if line.startswith(mark)]

    def __repr__(self):
        return (f"status {self.status}\nstdout {self.out[:4000]!r}\n"
                f"stderr:\n{self.err[:4000]}")


class Telex:
    """The binary, with a home of its own."""

    def __init__(self, path, home):
        self.path = path
        self.home = home
        self.started = []
        self.env = {name: os.environ[name] for name in PASSED_ON
                    if name in os.environ}
        self.env.update(HOME=str(home), LC_ALL="C.UTF-8", TERM="xterm")
        with open(path, "rb") as binary:
            self.sanitized = b"__asan_init" in binary.read()

    def shimmed(self, shim, **settings):
        """The environment for a run with the fault library."""
        env = {"LD_PRELOAD": shim, **settings}
        if self.sanitized:
            env["ASAN_OPTIONS"] = (self.env.get("ASAN_OPTIONS", "")
                                   + ":verify_asan_link_order=0")
        return env

    @property
    def history(self):
        return self.home / ".local/state/telex/history"

    def argv(self, *words):
        return [self.path, *(str(word) for word in words)]

    def start(self, *words, env=None, **how):
        """Popen with pipes for all that is not named."""
        for name in ("stdin", "stdout", "stderr"):
            how.setdefault(name, subprocess.PIPE)
        process = subprocess.Popen(
            self.argv(*words), env={**self.env, **(env or {})}, **how)
        self.started.append(process)
        return process

    def run(self, *words, input=None, timeout=60, **how):
        """Run it to its end; `input` is what stdin gives."""
        if isinstance(input, str):
            input = input.encode()
        if input is None:
            how.setdefault("stdin", subprocess.DEVNULL)
        with self.start(*words, **how) as process:
            try:
                out, err = process.communicate(input, timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                raise AssertionError("telex has not ended: " + repr(
                    Ran(None, out or b"", err or b""))) from None
        ran = Ran(process.returncode, out or b"", err or b"")
        assert "Sanitizer" not in ran.err, ran.err
        return ran

    def shell(self, command, timeout=60, **how):
        """A shell command in which "$telex" is the binary."""
        how.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(["sh", "-c", command], timeout=timeout,
                              env={**self.env, "telex": self.path},
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **how)
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(autouse=True)
def time_limit():
    """No test hangs, whatever it waits for."""
    def too_long(*_):
        raise AssertionError(f"the test took more than {LONGEST} s")
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def telex(tmp_path):
    path = os.path.abspath(os.environ.get("TELEX", TOP / "telex"))
    home = tmp_path / "home"
    home.mkdir()
    telex = Telex(path, home)
    yield telex
    for process in telex.started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def puppet():
    """A server without opinions, and the words that reach it."""
    strings = Puppet()
    with Fake(strings) as fake:
        strings.target = ["-P", "smtp", "localhost", fake.port]
        strings.raw_target = ["-P", "raw", "localhost", fake.port]
        yield strings


@pytest.fixture
def sit(telex):
    """Sit down at a terminal: sit("host", port, columns=40) -> Person."""
    people = []

    def make(*words, argv=None, env=None, **how):
        everything = {**telex.env, "telex": telex.path, **(env or {})}
        everything = {k: v for k, v in everything.items() if v is not None}
        people.append(Person(argv or telex.argv(*words), env=everything,
                             **how))
        return people[-1]
    yield make
    for person in people:
        person.close()


@pytest.fixture
def pane(telex, tmp_path):
    """The same in tmux: pane("host", port, columns=40) -> Pane."""
    panes = []

    def make(*words, argv=None, **how):
        folder = tmp_path / f"pane{len(panes)}"
        folder.mkdir()
        panes.append(Pane(argv or telex.argv(*words), env=telex.env,
                          folder=folder, **how))
        return panes[-1]
    yield make
    for one in panes:
        one.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def postfix(authority):
    if os.geteuid() != 0:
        pytest.skip("Postfix's master must be started by root")
    server = Postfix(authority)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The library that makes system calls fail, built for this run."""
    target = tmp_path_factory.mktemp("shim") / "shim.so"
    source = TOP / "tests/faults/shim.c"
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-O1", "-fPIC",
                    "-shared", "-Wall", "-Wextra", "-o", str(target),
                    str(source), "-ldl"], check=True, timeout=60)
    return str(target)
