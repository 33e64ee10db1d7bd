"""What every file here promises: floors, sizes, layout, and one truth about
files and options, in README, the manual, --help and the Makefile alike.

Reads the tree and, for some of the tests, what `make` built from it.
"""

import fnmatch
import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
TELEX = os.environ.get("TELEX", str(TOP / "telex"))
TOP_LEVEL = {"COPYING", "Makefile", "README", "configure.ac", "man", "src",
             "tests"}

# Headers stand alone, but these have structures of others within theirs.
HEADER_INCLUDES = {
    "src/aim.h": {"target.h"},
    "src/cloak.h": {"buf.h", "vars.h"},
    "src/compose.h": {"quoted.h"},
    "src/conn.h": {"buf.h"},
    "src/cue.h": {"buf.h", "offer.h"},
    "src/dialog.h": {"buf.h", "owing.h", "proto.h", "words.h"},
    "src/dns.h": {"dnsmsg.h"},
    "src/dnstext.h": {"dnsmsg.h"},
    "src/draft.h": {"posting.h", "session.h"},
    "src/drill.h": {"buf.h", "practice/practice.h", "session.h"},
    "src/easel.h": {"journal.h"},
    "src/esmtp.h": {"proto.h"},
    "src/events.h": {"buf.h", "session.h"},
    "src/guest.h": {"conn.h", "dialog.h", "fail.h", "paper.h", "proto.h",
                    "vars.h"},
    "src/hark.h": {"dialog.h"},
    "src/hop.h": {"buf.h"},
    "src/husk.h": {"buf.h"},
    "src/imapverbs.h": {"proto.h"},
    "src/inbox.h": {"buf.h", "line.h"},
    "src/ink.h": {"proto.h"},
    "src/ircverbs.h": {"proto.h"},
    "src/journal.h": {"record.h", "session.h"},
    "src/lesson.h": {"buf.h", "dialog.h"},
    "src/match.h": {"buf.h", "inbox.h", "transcript.h"},
    "src/offer.h": {"buf.h", "play.h"},
    "src/options.h": {"preface.h", "proxy.h", "target.h", "tls.h"},
    "src/tls.h": {"staple.h"},
    "src/namecmd.h": {"dnsmsg.h"},
    "src/optlist.h": {"args.h"},
    "src/outlet.h": {"buf.h", "proto.h", "screen.h"},
    "src/owing.h": {"proto.h"},
    "src/paper.h": {"dialog.h", "line.h", "verdict.h"},
    "src/parley.h": {"buf.h", "session.h"},
    "src/picture.h": {"proto.h"},
    "src/play.h": {"buf.h", "fail.h", "lesson.h", "transcript.h", "trial.h",
                   "utter.h"},
    "src/practice/letter.h": {"buf.h", "practice/envelope.h"},
    "src/practice/login.h": {"buf.h", "practice/vouch.h"},
    "src/practice/peer.h": {"buf.h"},
    "src/practice/practice.h": {"buf.h", "practice/door.h"},
    "src/practice/visit.h": {"conn.h", "practice/peer.h"},
    "src/practice/vouch.h": {"buf.h"},
    "src/practice/imapcall.h": {"buf.h", "practice/imapin.h",
                                "practice/imapset.h", "practice/imapview.h",
                                "practice/login.h"},
    "src/practice/imapkeys.h": {"buf.h", "practice/imapset.h"},
    "src/practice/imapsection.h": {"buf.h"},
    "src/practice/mime.h": {"buf.h"},
    "src/proxy.h": {"hop.h"},
    "src/queue.h": {"buf.h"},
    "src/ready.h": {"transcript.h", "vet.h"},
    "src/record.h": {"buf.h", "husk.h"},
    "src/redisverbs.h": {"proto.h"},
    "src/replay.h": {"fail.h", "match.h", "report.h"},
    "src/reply.h": {"proto.h"},
    "src/resolvconf.h": {"lookup.h"},
    "src/report.h": {"buf.h"},
    "src/score.h": {"buf.h", "transcript.h"},
    "src/scram.h": {"buf.h"},
    "src/screen.h": {"proto.h"},
    "src/run.h": {"match.h", "ready.h", "vars.h"},
    "src/session.h": {"buf.h", "cloak.h", "dialog.h", "explain/sofar.h",
                      "fail.h", "iac.h", "line.h", "net.h", "outlet.h",
                      "tls.h", "wire.h"},
    "src/sheet.h": {"buf.h"},
    "src/step.h": {"match.h", "offer.h", "play.h", "ready.h", "session.h",
                   "vars.h"},
    "src/stroke.h": {"buf.h", "paper.h", "picture.h", "transcript.h", "veil.h"},
    "src/socks.h": {"hop.h"},
    "src/tally.h": {"report.h"},
    "src/transcript.h": {"buf.h", "event.h", "sheet.h"},
    "src/trial.h": {"buf.h", "inbox.h", "line.h", "match.h", "paper.h",
                    "titles.h", "watch.h"},
    "src/term/half.h": {"buf.h"},
    "src/tunnel.h": {"hop.h"},
    "src/turns.h": {"craft.h", "cue.h", "queue.h", "step.h"},
    "src/utter.h": {"buf.h"},
    "src/veil.h": {"vars.h"},
    "src/verdict.h": {"proto.h"},
    "src/whole.h": {"proto.h"},
    "src/wire.h": {"buf.h", "ferry.h"},
}

MOST_COLUMNS = 80
MOST_CODE_LINES = 400
MOST_FUNCTION_LINES = 60
MOST_COMPLEXITY = 15
MOST_PARAMETERS = 5
MOST_NESTING = 3


def run(*command):
    """What a command prints, on both of its streams."""
    done = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120,
                          encoding="utf-8", errors="replace")
    return done.stdout


def files_of_git():
    """All that is committed or could be, or None outside of a checkout."""
    if not (TOP / ".git").exists():
        return None
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=TOP,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        return None
    return [name for name in done.stdout.decode().split("\0") if name]


def files_of_tarball():
    """The same where there is no git: all that .gitignore does not name."""
    ignored = [line.strip("/")
               for line in (TOP / ".gitignore").read_text().split("\n")
               if line and not line.startswith("#")]
    found = []
    for path in TOP.rglob("*"):
        name = path.relative_to(TOP)
        forms = [str(name), *name.parts]
        if path.is_file() and not any(fnmatch.filter(forms, pattern)
                                      for pattern in ignored):
            found.append(str(name))
    return found


@pytest.fixture(scope="module", name="files")
def fixture_files():
    found = files_of_git() or files_of_tarball()
    return sorted(name for name in found if (TOP / name).exists())


@pytest.fixture(scope="module", name="sources")
def fixture_sources(files):
    """The C files and headers of telex itself, by name."""
    return {name: read(name) for name in files
            if name.startswith("src/") and name.endswith((".c", ".h"))}


def read(name):
    return (TOP / name).read_text(encoding="utf-8")


def code(text):
    """C without its comments and the content of its strings."""
    pattern = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*'

    def blank(match):
        if match[0][0] == "/":
            return "\n" * match[0].count("\n")
        return match[0][0] * 2

    return re.sub(pattern, blank, text, flags=re.DOTALL)


def none(complaints):
    """All of them at once, one a line."""
    complaints = list(complaints)
    assert not complaints, "\n" + "\n".join(complaints)


# The tree.

def test_top_level_holds_nothing_else(files):
    names = {name.split("/")[0] for name in files}
    assert {name for name in names if name[0] != "."} == TOP_LEVEL


def makefile_list(variable):
    text = read("Makefile").replace("\\\n", " ")
    return re.search(rf"^{variable} = (.*)$", text, re.MULTILINE)[1].split()


def test_makefile_lists_the_sources(sources):
    listed = makefile_list("MODULES") + ["src/main.c"]
    assert sorted(listed) == sorted(n for n in sources if n.endswith(".c"))
    assert sorted(makefile_list("HDRS")) == sorted(
        name for name in sources if name.endswith(".h")
        and name != "src/config.h")


def test_local_commands_are_told_everywhere():
    """In the table, README, --help=commands and the manual alike."""
    table = read("src/command.c").split("struct local locals[]", 1)[1]
    names = set(re.findall(r'^\t\{ "(\S+)", "', table, re.M))
    assert "auth" in names and "!" in names
    told = read("README").split("\nLOCAL COMMANDS\n", 1)[1]
    told = told.split(":", 1)[1].split(".\n", 1)[0]
    assert set(re.findall(r"[a-z0-9]+|!", told)) - {"and"} == names - {"?"}
    page = re.findall(r'^\t    "  (\S.{20})', read("src/help.c"), re.M)
    listed = set(re.findall(r"[a-z0-9]+|[?!]", " ".join(page)))
    rows = re.findall(r"^\.It (Ic .*)", read("man/telex.1"), re.M)
    manual = set(re.findall(r"Ic (?:\\&)?([a-z0-9]+|[?!])", " ".join(rows)))
    none(f"--help=commands does not name {name}" for name in names - listed)
    none(f"the manual does not name {name}"
         for name in names - manual)


def test_readme_lists_the_sources(sources):
    listed = re.findall(r"^\s*(src/\S+\.[ch])\s+\S", read("README"),
                        re.MULTILINE)
    wanted = [name for name in sources if name.endswith(".c")
              or name[:-1] + "c" not in sources]
    assert sorted(listed) == sorted(wanted)


def test_unit_tests_mirror_the_sources(files, sources):
    none(f"{name}: there is no src{name[10:-7]}.c" for name in files
         if name.startswith("tests/unit/") and name.endswith("_test.c")
         and f"src{name[10:-7]}.c" not in sources)


# Floors.

def floor_line(name, text):
    """The line that says what a file is for: a header's first, a C file's
    second."""
    lines = text.split("\n")
    return lines[0] if name.endswith(".h") else lines[1]


def floor(name, sources):
    """A C file is on its header's floor; without one it says so itself."""
    header = name[:-1] + "h"
    said = header if header in sources else name
    match = re.search(r"\.  Floor (\d+)\. \*/$",
                      floor_line(said, sources[said]))
    if match:
        return int(match[1])
    assert name.startswith("src/proto/"), f"{said} does not say its floor"
    return 4


def included(text):
    return [name for name in re.findall(r'^#include "(.*)"', text,
                                        re.MULTILINE) if name != "config.h"]


def test_nobody_includes_upward(sources):
    """Nor on its own floor, except for the ground: memory, bytes and words
    are made of each other."""
    def complaints():
        for name, text in sources.items():
            own = name[4:-1] + "h"
            here = floor(name, sources)
            for header in included(text):
                there = floor("src/" + header, sources)
                if header != own and there >= max(here, 1):
                    yield (f"{name} (floor {here}) includes {header} "
                           f"(floor {there})")

    none(complaints())


def test_headers_stand_alone(sources):
    none(f"{name} includes {header}"
         for name, text in sources.items() if name.endswith(".h")
         for header in included(text)
         if header not in HEADER_INCLUDES.get(name, ()))


# Sizes.

def measured(sources):
    """What pmccabe finds: file and function, complexity, lines."""
    names = [name for name in sources if name.endswith(".c")]
    for line in run("pmccabe", *names).splitlines():
        _, complexity, _, _, lines, where, name = line.split("\t")[:5] + \
            line.split("\t")[5].split(": ", 1)
        yield f"{where} {name}", int(complexity), int(lines)


def test_functions_are_short_and_simple(sources):
    found = list(measured(sources))
    assert found
    none([f"{where}: {lines} lines" for where, _, lines in found
          if lines > MOST_FUNCTION_LINES] +
         [f"{where}: complexity {complexity}"
          for where, complexity, _ in found if complexity > MOST_COMPLEXITY])


def parameters(text):
    """Commas that are not in parentheses of their own, and one more."""
    while "(" in text:
        text = re.sub(r"\([^()]*\)", "", text)
    return text.count(",") + 1


def test_functions_take_few_parameters(sources):
    pattern = re.compile(r"^(\w+)\(((?:[^(){};]|\([^()]*\))*)\)\n\{",
                         re.MULTILINE)
    found = [(name, match[1], parameters(match[2]))
             for name, text in sources.items()
             for match in pattern.finditer(code(text))]
    assert found
    none(f"{name}: {function} takes {count}"
         for name, function, count in found if count > MOST_PARAMETERS)


def test_blocks_are_not_deep(sources):
    pattern = re.compile(r"\t{%d,}(?:\} )?(?:if|for|while|switch|do)\b"
                         % (MOST_NESTING + 1))
    none(f"{name}:{number}: {line.strip()}"
         for name, text in sources.items()
         for number, line in enumerate(code(text).split("\n"), 1)
         if pattern.match(line))


def test_files_are_short(sources):
    counts = {name: sum(1 for line in code(text).split("\n") if line.strip())
              for name, text in sources.items()}
    none(f"{name}: {count} lines of code" for name, count in counts.items()
         if count > MOST_CODE_LINES)


# Layout.

def written_by_hand(files):
    """The files whose lines somebody reads: not test data or pictures."""
    for name in files:
        if "/corpus/" not in name and not name.startswith(".") \
                and not name.endswith(".svg"):
            try:
                yield name, read(name)
            except UnicodeDecodeError:
                continue


def test_lines_fit_the_screen(files):
    none(f"{name}:{number}: {len(line.expandtabs(8))} columns"
         for name, text in written_by_hand(files)
         for number, line in enumerate(text.split("\n"), 1)
         if len(line.expandtabs(8)) > MOST_COLUMNS)


def test_files_begin_with_licence_and_purpose(files):
    def complaints():
        for name in files:
            if not name.endswith((".c", ".h")):
                continue
            first = read(name).split("\n")[:4]
            if name.startswith("src/") and name.endswith(".h"):
                first[0:2] = first[1], first[0]
            base = re.escape(os.path.basename(name))
            if first[0] != "/* SPDX-License-Identifier: ISC */":
                yield f"{name}: no licence"
            if not re.match(rf"/\* {base} - \S", first[1]):
                yield f"{name}: no purpose"

    none(complaints())


def test_header_guards_are_the_name(sources):
    def guard(name):
        return re.sub(r"\W", "_", os.path.basename(name)).upper()

    none(f"{name}: {guard(name)} is not its guard"
         for name, text in sources.items() if name.endswith(".h")
         and f"\n#ifndef {guard(name)}\n#define {guard(name)}\n" not in text)


def test_clang_format_agrees(files):
    names = [name for name in files if name.endswith((".c", ".h"))]
    assert run("clang-format", "--dry-run", "-Werror", *names) == ""


def test_no_promises_and_no_machine_is_named(files):
    pattern = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b"
                         r"|(?<![\w.$}\"])/(?:work|root|home)/")
    none(f"{name}:{number}: {line.strip()}"
         for name, text in written_by_hand(files + [".ci/run"])
         for number, line in enumerate(text.split("\n"), 1)
         if pattern.search(line))


def test_nothing_dangerous_is_called(sources):
    pattern = re.compile(r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|system"
                         r"|popen|select)\(|\bgoto (?!out;)"
                         r"|\btypedef struct\b|\bexit\(")
    # Without memory, or without a library, there is no way on.
    allowed = {("src/fail.c", "exit("), ("src/lazy.c", "exit(")}
    none(f"{name}: {match[0]}" for name, text in sources.items()
         for match in pattern.finditer(code(text))
         if (name, match[0]) not in allowed)


# What was built.

def test_no_mutable_variables_outside_of_functions(sources):
    names = [name[:-1] + "o" for name in sources if name.endswith(".c")
             and name != "src/signals.c"]
    text = run("objdump", "-t", *names)
    assert text.count("file format") == len(names), "run make first"
    none(line for line in text.split("\n")
         if re.search(r" O (?:\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss"
                      r"|\*COM\*)", line))


def help_text(*topic):
    return run(TELEX, "--help" + "".join("=" + word for word in topic))


def options_of(text):
    return set(re.findall(r"(?<![\w-])--([a-z][a-z0-9-]*)", text))


def test_help_and_manual_name_the_same_options():
    helped = options_of(help_text() + help_text("options"))
    source = re.findall(r"Fl \\-([a-z0-9-]+)",
                        read("man/telex.1").replace("\\-", "-")
                        .replace("Fl -", "Fl \\-"))
    shown = options_of(re.sub(".\b", "", run(
        "mandoc", "-T", "ascii", "-O", "width=500", "man/telex.1")))
    assert len(helped) > 10
    assert sorted(helped - shown) == [], "not in the manual"
    assert sorted(set(source) - helped) == [], "not in --help"


def test_help_fits_a_screen():
    lines = help_text().split("\n")
    assert 10 < len(lines) <= 61
    none(line for line in lines if len(line) > 79)


# The manual.

def manuals():
    """Their names, and those of the manuals that each refers to."""
    return {path.name: {f"{name}.{section}" for name, section in re.findall(
                r"^\.Xr (\S+) (\d)", path.read_text(), re.M)}
            for path in (TOP / "man").glob("*.[1-9]")}


def test_manuals_are_clean_and_short(files):
    # What other manuals there are is the machine's affair.
    foreign = re.compile(r"mandoc\.db|referenced manual not found")
    pages = [name for name in files if re.match(r"man/.*\.\d$", name)]
    assert "man/telex.1" in pages
    none(line for line in run("mandoc", "-T", "lint", "-W", "style",
                              *pages).splitlines()
         if not foreign.search(line))
    assert (TOP / "man/telex.1").stat().st_size <= 30000


def test_manuals_refer_to_each_other():
    found = manuals()
    assert len(found) > 2
    assert found.keys() - {"telex.1"} <= found["telex.1"]
    assert [name for name, others in found.items()
            if name != "telex.1" and "telex.1" not in others] == []


def test_manuals_as_web_pages(tmp_path):
    folder = os.path.relpath(tmp_path / "html", TOP)
    # Whoever runs the tests by `make -j` has a jobserver that is not ours.
    said = run("env", "-u", "MAKEFLAGS", "make", "-s", "html",
               f"HTML={folder}")
    assert said == f"{folder}/telex.1.html\n"
    found = manuals()
    assert {path.name for path in (tmp_path / "html").iterdir()} == {
        name + ".html" for name in found}
    for name, others in found.items():
        text = (tmp_path / "html" / f"{name}.html").read_text()
        for other in others:
            link = (f"{other}.html" if other in found
                    else f"https://man.openbsd.org/{other}")
            assert f'href="{link}">' in text, (name, other)
        assert "color-scheme: light dark" in text
        assert "TABLE OF CONTENTS" in text or "tutorial" not in name
        assert set(re.findall(r' href="#([^"]+)"', text)) <= set(
            re.findall(r' id="([^"]+)"', text))
        # A lesson's lines are as they are typed.
        assert name != "telex-tutorial.7" or (
            "\nC: MAIL FROM:&lt;bob@example.org&gt;\n" in text)


def test_manual_lists_the_protocols_of_the_table():
    table = re.findall(r"^  ([a-z0-9-]+) +\S", help_text("protocols"), re.M)
    section = read("man/telex-protocols.7").split(".Bl ")[1].split(".El")[0]
    shown = [name for line in re.findall(r"^\.It (Cm .*)$", section, re.M)
             for name in re.findall(r"[a-z0-9-]+", line.replace("Cm", ""))]
    assert len(table) > 2
    assert sorted(table) == sorted(shown)
    none(line for line in help_text("protocols").split("\n")
         if len(line) > 79)
