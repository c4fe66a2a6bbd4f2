"""Hostile and broken requests, sent by hand to a server whose model nobody works: none of them gets that far."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable

import pytest
from helpers.server import chat_bytes, connect, exchange, get, read_answer, request_bytes, seconds_until

from engine.server import handler
from engine.server.handler import BODY_BYTES
from engine.server.local_server import LocalServer
from engine.server.model_queue import N_WAITING_MAX

HI = {"messages": [{"role": "user", "content": "Hi"}]}
JSON = "Content-Type: application/json"


def wait_in_line(server: LocalServer, n: int) -> list[socket.socket]:
    """Clients whose requests are in the line."""
    clients = []
    for number in range(n):
        clients.append(connect(server.server_port))
        clients[-1].sendall(chat_bytes(HI))
        seconds_until(lambda at_least=number + 1: server.models.state[1] >= at_least)
    return clients


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8863", "127.0.0.1.evil.example", "localhost:80@evil.example", "192.168.0.7", ""],
)
def test_a_name_that_was_pointed_here_is_refused(modelless: LocalServer, host: str):
    answer = exchange(modelless.server_port, request_bytes("GET /v1/models HTTP/1.1", f"Host: {host}"))
    assert answer.status == 403
    assert answer.error["type"] == "permission_error"


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1", "127.0.0.1"], ["127.0.0.1", "evil.example"]])
def test_a_request_has_one_host(modelless: LocalServer, hosts: list[str]):
    headers = [f"Host: {host}" for host in hosts]
    assert exchange(modelless.server_port, request_bytes("GET /v1/models HTTP/1.1", *headers)).status == 400


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LocalHost", "127.0.0.1:9"])
def test_this_machines_own_names_are_answered(modelless: LocalServer, host: str):
    host = host.format(modelless.server_port)
    assert exchange(modelless.server_port, request_bytes("GET /v1/models HTTP/1.1", f"Host: {host}")).status == 200


@pytest.mark.parametrize(
    "header",
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: ",
        "Origin: http://127.0.0.1:3000",
        "Origin: https://127.0.0.1:{}",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
def test_pages_from_elsewhere_are_refused_and_get_no_leave_to_read(modelless: LocalServer, header: str):
    port = modelless.server_port
    header = header.format(port)
    preflight = request_bytes(
        "OPTIONS /v1/chat/completions HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        header,
        "Access-Control-Request-Method: POST",
    )
    for answer in (get(port, "/health", header), exchange(port, chat_bytes(HI, header)), exchange(port, preflight)):
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert modelless.models.state == (False, 0)


def test_a_page_of_this_address_may_ask(modelless: LocalServer):
    port = modelless.server_port
    assert get(port, "/v1/models", f"Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-origin").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Content-Type: text/plain", "Content-Length: 2"], 415),
        (["Content-Type: application/x-www-form-urlencoded", "Content-Length: 2"], 415),
        (["Content-Length: 2"], 415),
        ([JSON], 411),
        ([JSON, "Transfer-Encoding: chunked"], 411),
        ([JSON, "Content-Length: 2", "Transfer-Encoding: chunked"], 411),
        ([JSON, "Content-Length: 2", "Content-Length: 3"], 400),
        ([JSON, "Content-Length: -1"], 400),
        ([JSON, "Content-Length: +2"], 400),
        ([JSON, "Content-Length: 2_0"], 400),
        ([JSON, "Content-Length: ²"], 400),
        ([JSON, f"Content-Length: {BODY_BYTES + 1}"], 413),
        ([JSON, "Content-Length: " + "9" * 5000], 413),
        ([JSON, f"Content-Length: {10**9}", "Expect: 100-continue"], 413),
        ([JSON, "Content-Length: 2"], 400),
    ],
)
def test_a_body_is_json_of_a_stated_and_decent_length(modelless: LocalServer, headers: list[str], status: int):
    request = request_bytes("POST /v1/chat/completions HTTP/1.1", "Host: localhost", *headers, body=b"{}")
    with connect(modelless.server_port) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = read_answer(connection)
    assert answer.status == status
    assert answer.error["message"]


def test_a_client_that_sends_far_too_much_can_still_read_why_it_was_refused(modelless: LocalServer):
    answer = exchange(modelless.server_port, chat_bytes(b" " * (4 * BODY_BYTES)))
    assert answer.status == 413
    assert answer.headers["connection"] == "close"


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(modelless: LocalServer):
    request = chat_bytes(b'{"messages": []}', "Expect: 100-continue")
    head, body = request[: -len(b'{"messages": []}')], b'{"messages": []}'
    with connect(modelless.server_port) as connection:
        connection.sendall(head)
        assert connection.recv(1 << 10) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_answer(connection).status == 400


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET / HTTP/1.1", 404),
        ("GET /v1/models/ HTTP/1.1", 404),
        ("GET /v1/models/another HTTP/1.1", 404),
        ("GET /../../etc/passwd HTTP/1.1", 404),
        ("GET /v1/chat/completions HTTP/1.1", 405),
        ("POST /v1/models HTTP/1.1", 405),
        ("DELETE /v1/models HTTP/1.1", 405),
        ("OPTIONS /v1/chat/completions HTTP/1.1", 405),
        ("BREW /v1/models HTTP/1.1", 501),
        ("nonsense", 400),
        ("GET /v1/models HTTP/x", 400),
        ("GET /v1/models HTTP/3.0", 505),
        ("GET /" + "a" * 70_000 + " HTTP/1.1", 414),
    ],
)
def test_other_addresses_methods_and_languages_are_refused_in_json(modelless: LocalServer, line: str, status: int):
    answer = exchange(modelless.server_port, request_bytes(line, "Host: localhost"))
    assert answer.status == status
    assert set(answer.error) == {"message", "type", "param", "code"}
    assert "passwd" not in answer.body.decode()


def test_far_too_many_headers_are_refused(modelless: LocalServer):
    headers = [f"X-{i}: y" for i in range(200)]
    assert get(modelless.server_port, "/health", *headers).status == 431
    assert get(modelless.server_port, "/health", "X: " + "y" * 70_000).status == 431


def test_one_connection_carries_several_requests(modelless: LocalServer):
    with connect(modelless.server_port) as connection:
        for _ in range(3):
            connection.sendall(request_bytes("GET /health HTTP/1.1", "Host: localhost"))
            assert read_answer(connection).json() == {"status": "ok", "writing": False, "waiting": 0}


def send_slowly(connection: socket.socket, data: bytes) -> bytes:
    """A byte every twentieth of a second, until the server has had enough; what it says then."""
    connection.settimeout(0.05)
    for byte in data:
        try:
            connection.sendall(bytes([byte]))
            return connection.recv(1 << 16)
        except TimeoutError:
            continue
        except OSError:
            return b""
    raise AssertionError("the server let it pass")


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (lambda request: (b"", request), b""),
        (lambda request: (request[:-60], request[-60:]), b"HTTP/1.1 408"),
    ],
    ids=["in the headers", "in the body"],
)
def test_a_client_that_sends_a_byte_at_a_time_does_not_keep_its_place(
    modelless: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    cut: Callable[[bytes], tuple[bytes, bytes]],
    expected: bytes,
):
    monkeypatch.setattr(handler, "IDLE_S", 0.4)
    monkeypatch.setattr(handler, "REQUEST_S", 0.4)
    at_once, slowly = cut(chat_bytes({**HI, "user": "x" * 100}))
    started = time.monotonic()
    with connect(modelless.server_port) as connection:
        connection.sendall(at_once)
        assert send_slowly(connection, slowly).startswith(expected)
    assert time.monotonic() - started < 2
    assert modelless.models.state == (False, 0)


def test_a_connection_that_says_nothing_is_closed(modelless: LocalServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handler, "IDLE_S", 0.1)
    with connect(modelless.server_port) as connection:
        assert connection.recv(1) == b""


def test_when_too_many_wait_the_next_one_is_told_when_to_come_back(modelless: LocalServer):
    clients = wait_in_line(modelless, N_WAITING_MAX)
    answer = exchange(modelless.server_port, chat_bytes(HI))
    assert answer.status == 503
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    # whoever leaves makes room
    clients.pop().close()
    seconds_until(lambda: modelless.models.state[1] == N_WAITING_MAX - 1)
    with connect(modelless.server_port) as late:
        late.sendall(chat_bytes(HI))
        seconds_until(lambda: modelless.models.state[1] == N_WAITING_MAX)
    for client in clients:
        client.close()
    seconds_until(lambda: modelless.models.state[1] == 0)


def test_too_many_connections_are_turned_away_and_the_others_live(narrow: LocalServer):
    health = request_bytes("GET /health HTTP/1.1", "Host: localhost")
    with connect(narrow.server_port) as first, connect(narrow.server_port) as second:
        for connection in (first, second):
            connection.sendall(health)
            assert read_answer(connection).status == 200
        with connect(narrow.server_port) as third:
            answer = read_answer(third)
        assert answer.status == 503
        assert answer.error["code"] == "busy"
        first.sendall(health)
        assert read_answer(first).status == 200
    seconds_until(lambda: get(narrow.server_port, "/health").status == 200)


def mutated(request: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled or put in."""
    data = bytearray(request)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data))
        match dice.randrange(4):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + dice.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + dice.randint(1, 40)]
            case 3:
                data[at:at] = dice.choice([b"\r\n", b"\0", b"\xff", b'"', b"\\ud800", b"{", b"9" * 30, b": "])
        data = data or bytearray(b"x")
    return bytes(data)


def test_requests_with_bytes_at_random_are_answered_or_closed_and_nothing_is_left(modelless: LocalServer):
    dice = random.Random(3)
    statuses = set()
    for _ in range(150):
        with connect(modelless.server_port) as connection:
            connection.sendall(mutated(chat_bytes({**HI, "temperature": 1, "stop": ["x"], "n": 99}), dice))
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as file:
                answer = file.read()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
        statuses.add(answer[9:12])
    assert {b"400", b"404", b"415"} <= statuses
    assert not statuses & {b"500"}
    seconds_until(lambda: modelless.models.state == (False, 0))
    assert get(modelless.server_port, "/health").status == 200


def test_nothing_but_this_machine_can_connect(modelless: LocalServer):
    assert modelless.server_address[0] == "127.0.0.1"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", modelless.server_port), timeout=5)
