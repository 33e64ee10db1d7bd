# SPDX-License-Identifier: ISC
"""Completion in bash, zsh and fish: what the shells themselves offer, and
that it is what --help and the manual say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
FILES = {"bash": "telex", "zsh": "_telex", "fish": "telex.fish"}


@pytest.fixture(name="script")
def fixture_script(telex, tmp_path):
    """Write a shell's script: script("zsh") -> its path."""
    def write(shell):
        ran = telex.run(f"--completion={shell}")
        assert ran.status == 0 and ran.err == ""
        path = tmp_path / "scripts" / FILES[shell]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(ran.out)
        return path
    return write


def need(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


# --- the scripts

def options_of(shell, text):
    """The options in a script, short and long."""
    if shell == "bash":
        text = re.search(r"local options='(.*?)'", text, re.DOTALL)[1]
        return {word.rstrip("=") for word in text.split()}
    if shell == "fish":
        return ({"-" + c for c in re.findall(r"^complete .*? -s (\w) -l",
                                             text, re.M)}
                | {"--" + c for c in re.findall(r"^complete .*? -l (\S+)",
                                                text, re.M)})
    rows = re.findall(r"^\t    '[^-]*?(?:\([^)]*\))?\*?(?:'\{(\S+)\}')?"
                      r"(?:(--[\w-]+)=?-?)?\[", text, re.M)
    words = [word for row in rows for part in row for word in part.split(",")]
    return {word if word[:2] == "--" else word[:2]
            for word in (w.rstrip("=-+") if w[:2] == "--" else w
                         for w in words) if word}


def options_of_help(telex):
    text = telex.run("--help=options").out.decode()
    rows = re.findall(r"^  (?:(-\w), |    )(--[\w-]+)", text, re.M)
    return {word for row in rows for word in row if word}


@pytest.mark.parametrize("shell", FILES)
def test_scripts_have_the_options_of_the_help(telex, script, shell):
    helped = options_of_help(telex)
    assert len(helped) > 60
    assert options_of(shell, script(shell).read_text()) == helped


@pytest.mark.parametrize("shell", FILES)
def test_scripts_have_the_options_of_the_manual(script, shell):
    text = (TOP / "man/telex.1").read_text().replace("\\-", "-")
    manual = {"--" + name for name in re.findall(r"Fl -([a-z0-9-]+)", text)}
    scripted = options_of(shell, script(shell).read_text())
    # A second spelling is not offered.
    assert manual - {"--ssl"} == {w for w in scripted if w[:2] == "--"}


@pytest.mark.parametrize("shell", FILES)
def test_scripts_are_well_formed(script, shell):
    need(shell)
    path = script(shell)
    done = subprocess.run([shell, "-n", path], capture_output=True,
                          timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_shellcheck_finds_nothing(script):
    need("shellcheck")
    done = subprocess.run(["shellcheck", "-s", "bash", script("bash")],
                          capture_output=True, timeout=60, check=False)
    assert done.stdout.decode() == ""


@pytest.mark.parametrize("word", ["tcsh", "", "BASH"])
def test_no_other_shell(telex, word):
    ran = telex.run("--completion=" + word)
    assert ran.status == 2
    assert "bash|zsh|fish" in ran.err
    assert ran.out == b""


# --- what the shells offer

TYPED = [
    # what is typed, some of what is offered, what is not
    ("--pract", {"--practice", "--practice-set", "--practice-ca"}, {"--pin"}),
    ("--no-", {"--no-rc", "--no-history", "--no-escape"}, {"--numeric"}),
    ("--color=", {"auto", "always", "never"}, {"telex"}),
    ("--color=a", {"auto", "always"}, {"never"}),
    ("--verify ", {"auto", "require"}, {"smtp"}),
    ("-P s", {"smtp", "sieve"}, {"imap"}),
    ("--protocol=im", {"imap"}, {"smtp"}),
    ("-v --starttls=po", {"pop3", "postgres"}, {"policy"}),
    ("--help=t", {"tls", "transcripts"}, {"exit"}),
    ("--practice --practice-set s", {"slow", "strict", "size"}, {"user"}),
    ("--practice --practice-set c",
     {"certificate=self-signed", "certificate=expired"}, {"certificate="}),
    ("--completion=", {"bash", "zsh", "fish"}, {"auto"}),
    ("smtp", {"smtp://", "smtps://"}, {"imap://"}),
    ("--proxy-header smt", {"smtp://", "smtps://"}, {"imap://"}),
    ("--cafile ca", {"ca.pem", "ca files/"}, {"smtp://"}),
    ("--cafile=ca", {"ca.pem", "ca files/"}, {"smtp://"}),
    ("--capath c", {"ca files/"}, {"ca.pem"}),
    ("-r ca", {"ca.pem", "ca files/"}, {"--cafile"}),
    ("--user s", set(), {"smtp://"}),
]


@pytest.fixture(name="place")
def fixture_place(tmp_path):
    place = tmp_path / "place"
    (place / "ca files").mkdir(parents=True)
    (place / "ca files" / "one").touch()
    (place / "ca.pem").touch()
    return place


BASH = r"""
. "$1"
COMP_LINE=$2 COMP_POINT=${#2}
# What readline makes of the line.
line=$2
COMP_WORDS=() word=
while [ -n "$line" ]; do
	c=${line:0:1} line=${line:1}
	case $c in
	' ') [ -n "$word" ] && COMP_WORDS+=("$word"); word= ;;
	[=:]) [ -n "$word" ] && COMP_WORDS+=("$word"); COMP_WORDS+=("$c")
		word= ;;
	*) word+=$c ;;
	esac
done
COMP_WORDS+=("$word")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_telex telex "$word" "${COMP_WORDS[COMP_CWORD - 1]}"
(( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""


def bash_offers(path, line, place, breaks=None):
    setting = "" if breaks is None else f"COMP_WORDBREAKS={breaks}\n"
    done = subprocess.run(
        ["bash", "--norc", "-c", setting + BASH, "bash", path, line],
        cwd=place, timeout=30, capture_output=True, check=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert done.stderr == b""
    found = done.stdout.decode().splitlines()
    return {name + "/" if name[0] != "/" and (place / name).is_dir()
            else name.rstrip("=") for name in found if name}


def bare(offered):
    """Without what a shell puts before a value."""
    return {re.sub(r"^--?[\w-]+=(?=.)", "", word).rstrip("=")
            for word in offered}


@pytest.mark.parametrize("typed, some, none", TYPED)
def test_bash_offers(script, place, typed, some, none):
    need("bash")
    offered = bash_offers(script("bash"), "telex " + typed, place,
                          "$' \\t\\n=:'")
    assert some <= offered
    assert not none & offered


@pytest.mark.parametrize("typed, some, none", TYPED)
def test_bash_offers_without_word_breaks(script, place, typed, some, none):
    """Some take "=" and ":" out of COMP_WORDBREAKS."""
    need("bash")
    offered = bash_offers(script("bash"), "telex " + typed, place,
                          "$' \\t\\n'")
    assert some <= bare(offered) | offered | {
        w.split("=")[-1] + "/" for w in offered if "ca files" in w}
    assert not none & bare(offered)


@pytest.mark.parametrize("typed, offered", [
    ("smtp:", {"//"}),
    ("submission:/", {"//"}),
    ("unix:ca", {"ca.pem", "ca files/"}),
    ("lmtp:unix:ca.", {"ca.pem"}),
    (r"-f ca\ files/o", {"ca files/one"}),
])
def test_bash_is_given_what_is_behind_the_colon(script, place, typed,
                                                offered):
    need("bash")
    assert bash_offers(script("bash"), "telex " + typed, place,
                       "$' \\t\\n=:'") == offered


@pytest.mark.parametrize("typed, some, none", TYPED + [
    ("--ip", {"--ipv4", "--ipv6"}, {"--pin"}),
    ("-4 --ip", set(), {"--ipv4", "--ipv6"}),
    ("-k --ins", set(), {"--insecure"}),
    ("--unix x --p", {"--pin"}, {"--port", "--proxy"}),
])
def test_fish_offers(telex, script, place, typed, some, none):
    need("fish")
    done = subprocess.run(
        ["fish", "--no-config", "-c",
         f"source {script('fish')}; complete -C 'telex {typed}'"],
        cwd=place, timeout=60, capture_output=True, check=True,
        env={**telex.env, "PATH": os.environ["PATH"]})
    assert done.stderr == b""
    offered = {line.split("\t")[0]
               for line in done.stdout.decode().splitlines()}
    offered = {word.replace("\\", "") for word in offered}
    assert some <= bare(offered)
    assert not none & bare(offered)


def test_fish_says_what_options_are_for(telex, script):
    need("fish")
    done = subprocess.run(
        ["fish", "--no-config", "-c",
         f"source {script('fish')}; complete -C 'telex --keyl'"],
        timeout=60, capture_output=True, check=True,
        env={**telex.env, "PATH": os.environ["PATH"]})
    assert done.stdout == b"--keylog\twrite the session's keys there\n"


# --- under the fingers

@pytest.fixture(name="at")
def fixture_at(sit, script, place):
    """A shell at a terminal, which has learnt to complete telex."""
    starts = {
        "bash": (["bash", "--norc", "--noprofile", "-i"], "source {path}"),
        "zsh": (["zsh", "-f", "-i"],
                "fpath=({path.parent} $fpath); autoload -Uz compinit; "
                "compinit -u -D"),
    }

    def start(shell):
        need(shell)
        argv, command = starts[shell]
        path = script(shell)
        person = sit(argv=argv, columns=100, cwd=place, env={
            "PATH": os.environ["PATH"], "PS1": "> ",
            "INPUTRC": "/dev/null"})
        person.wait_row(">")
        person.enter(command.format(path=path) + "; echo learn''t")
        person.wait_match("^learnt$")
        person.wait_row(">")
        person.enter("clear")
        person.wait(lambda: person.screen.display[0].rstrip() == ">",
                    "no prompt")
        return person
    return start


COMPLETED = [
    ("telex --practice-r", "telex --practice-rule="),
    ("telex --no-rc --col", "telex --no-rc --color="),
    ("telex --color=alw", "telex --color=always"),
    ("telex -P pol", "telex -P policy"),
    ("telex submissions", "telex submissions://"),
    ("telex --capath c", r"telex --capath ca\ files/"),
    ("telex --replay ca.", "telex --replay ca.pem"),
]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes(at, shell):
    person = at(shell)
    for typed, completed in COMPLETED:
        person.type(typed + "\t")
        person.wait_row("> " + completed)
        # ^U, which drops the line in both.
        person.type("\x15")
        person.wait_row(">")


def test_zsh_lists_with_help(at):
    person = at("zsh")
    person.type("telex --practice-\t\t")
    person.wait_for("-- --help=practice lists them")
    person.type("\x15")


def test_zsh_knows_what_excludes_what(at):
    person = at("zsh")
    person.type("telex --tls --sta\t")
    person.type("XX")
    person.wait_row("> telex --tls --staXX")
    person.type("\x15")
