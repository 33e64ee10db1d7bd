# SPDX-License-Identifier: ISC
"""Redis with a real server, and messages that come between replies."""

import random
import socket

import pytest

import exchanges
from fakes import Fake, torn
from smallservers import Redis, served


@pytest.fixture(scope="module")
def redis(authority):
    yield from served(Redis, authority)


def url(server, scheme="redis"):
    port = server.tls_port if scheme == "rediss" else server.port
    return f"{scheme}://127.0.0.1:{port}"


def publish(server, channel, text):
    """Another client sends a message; returns how many it reached."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as other:
        other.sendall(f"PUBLISH {channel} {text}\r\n".encode())
        return int(other.makefile("rb").readline()[1:])


def test_replies(telex, redis):
    ran = telex.run(url(redis), input=(
        "SET r:a \"one two\"\nGET r:a\nGET r:none\nINCR r:n\nRPUSH r:l 1 2\n"
        "LRANGE r:l 0 -1\nKEYS nothing:*\nPING\n"))
    assert ran.status == 0, ran
    assert ran.out == (
        b"+OK\r\n$7\r\none two\r\n$-1\r\n:1\r\n:2\r\n*2\r\n$1\r\n1\r\n$1\r\n"
        b"2\r\n*0\r\n+PONG\r\n")
    assert ran.err == ""


@pytest.mark.parametrize("line, status", [
    ("FROB", 5), ("GET", 5), ("AUTH alice wrong", 5), ("GET x", 0)])
def test_statuses(telex, redis, line, status):
    ran = telex.run(url(redis), input=line + "\nPING\n")
    assert ran.status == status, ran
    assert ran.out.endswith(b"+PONG\r\n")


def test_a_server_that_is_busy(telex):
    def play(peer):
        peer.line()
        peer.send(b"-LOADING Redis is loading\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"redis://127.0.0.1:{fake.port}", input="GET a\n")
    assert ran.status == 4, ran


def test_a_transaction(telex, redis):
    ran = telex.run(url(redis), input=(
        "SET r:s x\nMULTI\nINCR r:s\nPING\nEXEC\nPING last\n"))
    assert ran.status == 5, ran
    assert ran.out.startswith(
        b"+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n-")
    assert ran.out.endswith(b"+PONG\r\n$4\r\nlast\r\n")


def test_resp3(telex, redis):
    ran = telex.run(url(redis), input=(
        "HELLO 3\nHSET r:h a 1 b 2\nHGETALL r:h\nGET r:none\nSADD r:set x\n"
        "SMEMBERS r:set\nZADD r:z 1.5 a\nZSCORE r:z a\nDEBUG PROTOCOL attrib\n"
        "PING\n"))
    assert b"%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n_\r\n" in ran.out
    assert b"~1\r\n$1\r\nx\r\n" in ran.out and b",1.5\r\n" in ran.out
    assert ran.out.endswith(b"+PONG\r\n"), ran


def test_commands_in_resp(telex, redis):
    """As other programs write them down for redis-cli --pipe."""
    ran = telex.run(url(redis), input=(
        b"*3\r\n$3\r\nSET\r\n$4\r\nr:b1\r\n$7\r\na\r\nb\r\nc\r\n"
        b"*2\r\n$3\r\nGET\r\n$4\r\nr:b1\r\n*1\r\n$4\r\nPING\r\n"))
    assert (ran.status, ran.out) == (
        0, b"+OK\r\n$7\r\na\r\nb\r\nc\r\n+PONG\r\n"), ran


def test_no_answers(telex, redis):
    ran = telex.run(url(redis), input=(
        "\nCLIENT REPLY SKIP\nSET r:c 1\nGET r:c\nCLIENT REPLY OFF\nPING\n"
        "INCR r:c\nCLIENT REPLY ON\nGET r:c\n"))
    assert (ran.status, ran.out) == (
        0, b"$1\r\n1\r\n+OK\r\n$1\r\n2\r\n"), ran


def test_binary_values(telex, redis):
    ran = telex.run(url(redis), input=(
        "SET r:bin \"a\\r\\n\\x00$5\\r\\n\\xff\"\nGET r:bin\nGETRANGE r:bin 0 0"
        "\nPING\n"))
    assert (ran.status, ran.out) == (
        0, b"+OK\r\n$9\r\na\r\n\x00$5\r\n\xff\r\n$1\r\na\r\n+PONG\r\n"), ran


def test_a_value_of_a_megabyte(telex, redis):
    ran = telex.run(url(redis), input=(
        "SETRANGE r:big 1048575 x\nGET r:big\nPING\n"))
    assert ran.status == 0
    assert ran.out == (b":1048576\r\n$1048576\r\n" + bytes(1048575)
                       + b"x\r\n+PONG\r\n")


def test_it_closes(telex, redis):
    ran = telex.run(url(redis), input="PING\nQUIT\nPING\n")
    assert ran.out == b"+PONG\r\n+OK\r\n", ran
    assert ran.status == 0
    ran = telex.run(url(redis), input="GET \"a\nPING\n")
    assert ran.status == 5, ran
    assert ran.out.startswith(b"-ERR Protocol error")


def test_shutdown(telex, authority):
    why = Redis.missing()
    if why:
        pytest.skip(why)
    with Redis(authority) as server:
        ran = telex.run(url(server), input="PING\nSHUTDOWN NOSAVE\n")
    assert (ran.status, ran.out) == (0, b"+PONG\r\n"), ran


def test_tls(telex, redis):
    ran = telex.run("--cafile", redis.ca, url(redis, "rediss"),
                    input="PING\nGET r:none\n")
    assert (ran.status, ran.out) == (0, b"+PONG\r\n$-1\r\n"), ran
    ran = telex.run("-T", "-P", "redis", "--cafile", redis.ca, "127.0.0.1",
                    redis.tls_port, input="PING\n")
    assert (ran.status, ran.out) == (0, b"+PONG\r\n"), ran
    ran = telex.run(url(redis, "rediss"), input="PING\n")
    assert ran.status == 3


def test_secrets(telex, redis):
    ran = telex.run("-v", url(redis), input=(
        "AUTH alice wonderland\nACL WHOAMI\nHELLO 2 AUTH alice wonderland\n"
        "CONFIG SET masterauth wonderland\n"
        "ACL SETUSER carol on >wonderland\n"))
    assert ran.status == 0, ran
    assert b"$5\r\nalice\r\n" in ran.out
    assert "wonderland" not in ran.err
    assert ran.lines("C: ") == [
        "C: AUTH alice ********", "C: ACL WHOAMI",
        "C: HELLO 2 AUTH alice ********", "C: CONFIG SET masterauth ********",
        "C: ACL SETUSER carol on ********"]


def test_subscriptions(telex, redis):
    ran = telex.run("-v", url(redis), stderr=-2, input=(
        "SUBSCRIBE a b c\nPSUBSCRIBE x*\nPING\nUNSUBSCRIBE\nPUNSUBSCRIBE\n"
        "UNSUBSCRIBE\nPING\n"))
    assert ran.status == 0, ran
    parts = [part.split(b"\n", 1) for part in ran.out.split(b"C: ")[1:]]
    assert [(line, reply.count(b"*3\r\n")) for line, reply in parts] == [
        (b"SUBSCRIBE a b c", 3), (b"PSUBSCRIBE x*", 1), (b"PING", 0),
        (b"UNSUBSCRIBE", 3), (b"PUNSUBSCRIBE", 1), (b"UNSUBSCRIBE", 1),
        (b"PING", 0)]
    assert parts[-1][1] == b"+PONG\r\n"


def test_messages_at_a_terminal(sit, redis):
    person = sit(url(redis))
    person.wait_prompt("redis> ")
    person.talk("SUBSCRIBE news", ":1", "redis> ")
    person.type("PI")
    assert publish(redis, "news", "hello") == 1
    person.wait_for("hello")
    person.wait_row("redis> PI")
    person.enter("NG")
    person.wait_for("pong")
    person.wait_prompt("redis> ")
    person.talk("UNSUBSCRIBE", ":0", "redis> ")
    person.talk("GET r:none", "nil: there is no such value", "redis> ")
    assert "nobody asked" not in person.everything()
    person.type("\004")
    assert person.status() == 0


def test_values_at_a_terminal(sit, redis):
    person = sit(url(redis))
    person.wait_prompt("redis> ")
    person.talk("SET r:t \"two\\nlines\"", "+OK", "redis> ")
    person.enter("GET r:t")
    person.wait_for("lines", count=2)
    person.wait_prompt("redis> ")
    rows = person.everything().splitlines()
    at = rows.index("$9")
    assert rows[at:at + 4] == ["$9", "two", "lines", "redis>"]
    person.type("\004")
    assert person.status() == 0


def test_monitor(sit, redis):
    person = sit(url(redis))
    person.wait_prompt("redis> ")
    person.talk("MONITOR", "+OK", "redis> ")
    publish(redis, "other", "seen")
    person.wait_for('"PUBLISH" "other" "seen"')
    person.talk("RESET", "+RESET", "redis> ")
    person.type("\004")
    assert person.status() == 0


def test_every_cut(telex):
    """However the reply is cut into segments."""
    reply = (b"*3\r\n$5\r\nhello\r\n*2\r\n:1\r\n$-1\r\n$4\r\n\r\n\r\n\r\n")

    def play(peer):
        peer.line()
        peer.send(*torn(reply), pause=0.001)
        assert peer.line() == b"PING"
        peer.send(b"+PONG\r\n")
        peer.rest()
    with Fake(play) as fake:
        ran = telex.run(f"redis://127.0.0.1:{fake.port}",
                        input="EXEC\nPING\n")
    assert (ran.status, ran.out) == (0, reply + b"+PONG\r\n"), ran


def reader(plain):
    """What reads one reply of RESP2."""
    def reply():
        line = plain.line()
        if line[:1] == b"$" and line != b"$-1\r\n":
            return line + plain.octets(int(line[1:]) + 2)
        if line[:1] == b"*":
            return line + b"".join(reply() for _ in range(int(line[1:])))
        return line
    return reply


def test_a_thousand_commands(telex, redis):
    rng = random.Random(6379)
    plain = exchanges.Plain(redis.port)
    reply = reader(plain)
    plain.ask(reply, "FLUSHALL")
    for number in range(1000):
        key = f"k{rng.randrange(20)}"
        line = rng.choice([
            f"SET {key} value{number}", f"GET {key}", f"GET {key}",
            f"RPUSH l{key} {number} {number}", f"LRANGE l{key} 0 -1",
            f"INCR {key}", f"MGET {key} none k1 k2", f"HSET h{key} f {number}",
            f"HGETALL h{key}", f"DEL {key}", f"FROB {number}", "", "PING",
            f"SET {key} \"a\\r\\n$5\\r\\n{number}\"", "SUBSCRIBE a b c",
            "MULTI", "EVAL \"return {1,{2,{'x'}},3}\" 0", "RESP"])
        if line == "SUBSCRIBE a b c":
            plain.ask(lambda: reply() + reply() + reply(), line)
            plain.ask(lambda: reply() + reply() + reply(), "UNSUBSCRIBE")
        elif line == "MULTI":
            for each in (line, f"GET {key}", f"INCR {key}", "EXEC"):
                plain.ask(reply, each)
        elif line == "RESP":
            # Behind the octets of a value an empty line ends it.
            def line_end():
                return b"C: \n"
            plain.ask(exchanges.nothing, "*2", "$4")
            plain.ask(line_end, data=["ECHO"])
            plain.ask(exchanges.nothing, f"${len(str(number))}")
            plain.ask(lambda: line_end() + reply(), data=[str(number)])
        else:
            plain.ask(reply if line else exchanges.nothing, line)
    status = exchanges.check(telex, url(redis), plain,
                             changing=rb"\* nil: .*\n")
    assert status == 5
