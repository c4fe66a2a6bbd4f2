"""The server as a process: clients that leave, keys, its log, and its end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import openai
import pytest
from helpers.server import (
    API_KEY,
    TIMEOUT_S,
    ServerProcess,
    chat_bytes,
    connect,
    exchange,
    get,
    read_answer,
    request_bytes,
    seconds_until,
)

from engine.cli import main
from engine.server.local_server import LocalServer

STORY = [{"role": "user", "content": "Tell me a long story."}]
LONG = {"messages": STORY, "max_tokens": 1000, "attune": {"drafts": 16}}
"""A minute's work."""
STOPPED_S = 3.0
"""Generous, since the machine may be busy: it takes a decoding step."""
KEY = f"Authorization: Bearer {API_KEY}"


def is_writing(server: ServerProcess) -> bool:
    return server.health()["writing"]


@pytest.mark.parametrize("stream", [False, True])
def test_what_nobody_waits_for_is_no_longer_written(server: ServerProcess, stream: bool):
    client, next_in_line = connect(server.port), connect(server.port)
    client.sendall(chat_bytes({**LONG, "stream": stream}, KEY))
    seconds_until(lambda: is_writing(server))
    if stream:
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
    # one that leaves while it waits is forgotten, too
    next_in_line.sendall(chat_bytes(LONG, KEY))
    seconds_until(lambda: server.health()["waiting"] == 1)
    next_in_line.close()
    assert seconds_until(lambda: server.health()["waiting"] == 0) < STOPPED_S
    assert is_writing(server)
    client.close()
    assert seconds_until(lambda: not is_writing(server)) < STOPPED_S


MANY = {f"p{i}": {"type": "integer"} for i in range(1000)}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://evil.example/schema.json"},
        {"$ref": "file:///etc/passwd"},
        {"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/a"}}},
        {"$ref": "#/a", "a": {"anyOf": [{"$ref": "#/a"}, {"type": "null"}]}},
        {"type": "object", "properties": MANY},
        {"type": "object", "properties": MANY, "required": [*MANY]},
        {"type": "array", "minItems": 200, "maxItems": 200, "items": {"type": "string", "minLength": 200}},
        {"type": "string", "pattern": "^((((a*)*)*)*|(b?)*){200}$"},
        {"anyOf": [{"type": "string", "pattern": "^" + "a*" * 16 + "$"}] * 8},
        {"type": "string", "pattern": "^" + "(" * 5000 + ")" * 5000 + "$"},
        {"enum": [None, "\ud83d\ude00", 1e308, [[[]]]]},
        {"type": "nothing"},
    ],
    ids=lambda schema: str(schema)[:40],
)
def test_no_schema_ends_the_server(server: ServerProcess, schema: dict):
    held_to = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    said = {"messages": STORY, "max_tokens": 3, "attune": {"drafts": 1}, "response_format": held_to}
    assert exchange(server.port, chat_bytes(said, KEY)).status in (200, 400)
    assert server.health() == {"status": "ok", "writing": False, "waiting": 0}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Authorization: "],
        ["Authorization: Bearer"],
        ["Authorization: Bearer "],
        [f"Authorization: Bearer {API_KEY}x"],
        [f"Authorization: Bearer {API_KEY[:-1]}"],
        [f"Authorization: Basic {API_KEY}"],
        ["Authorization: Bearer kl\xfcg"],
        [KEY, KEY],
    ],
)
def test_without_the_key_only_health_is_told(server: ServerProcess, headers: list[str]):
    for answer in (get(server.port, "/v1/models", *headers), exchange(server.port, chat_bytes(LONG, *headers))):
        assert answer.status == 401
        assert answer.error["code"] == "invalid_api_key"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert get(server.port, "/health", *headers).status == 200
    assert get(server.port, "/v1/models", KEY).status == 200


def test_nothing_that_anybody_wrote_is_in_the_log(server: ServerProcess):
    secret = "Zanzibar"
    said = {"messages": [{"role": "user", "content": f"Say {secret}."}], "max_tokens": 4, "attune": {"drafts": 1}}
    pattern = {"type": "object", "properties": {secret: {"type": "string", "pattern": f"^({secret})*[$"}}}
    for grammar in (pattern, {"type": "string", "pattern": f"^{secret}()*$"}):
        answer = exchange(
            server.port,
            chat_bytes(
                {**said, "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": grammar}}},
                KEY,
            ),
        )
        assert answer.status == 400
    assert exchange(server.port, chat_bytes(said, KEY)).status == 200
    assert exchange(server.port, chat_bytes({**said, "n": secret}, KEY)).status == 400
    assert exchange(server.port, chat_bytes(f'{{"{secret}'.encode(), KEY)).status == 400
    assert get(server.port, f"/{secret}?{secret}", KEY).status == 404
    assert exchange(server.port, f"{secret} {secret}\r\n\r\n".encode()).status == 400
    assert get(server.port, "/v1/models", f"Authorization: Bearer {secret}").status == 401
    seconds_until(lambda: " 401 " in server.log[-1])
    log = "".join(server.log)
    assert "POST /v1/chat/completions 200" in log
    assert "GET (another path) 404" in log
    assert secret not in log
    assert API_KEY not in log


def talk(client: openai.OpenAI, stream: bool) -> None:
    """Until there is nothing more to hear."""
    reply = client.chat.completions.create(
        model="attune", messages=STORY, stream=stream, max_tokens=1000, extra_body={"attune": {"drafts": 16}}
    )
    if stream:
        list(reply)


@pytest.fixture
def mortal() -> Iterator[ServerProcess]:
    """A server of the test's own, without a key."""
    server = ServerProcess("-n", "2", "--budget", "600")
    yield server
    server.stop()


def test_ctrl_c_tells_whoever_waits_and_ends_with_0(mortal: ServerProcess):
    told: list[str] = []

    def listen(stream: bool) -> None:
        with openai.OpenAI(base_url=mortal.base_url, api_key="any", max_retries=0, timeout=TIMEOUT_S) as client:
            with pytest.raises(openai.APIError) as ended:
                talk(client, stream)
            told.append(str(ended.value))

    threads = [threading.Thread(target=listen, args=(stream,)) for stream in (True, False)]
    threads[0].start()
    seconds_until(lambda: is_writing(mortal))
    threads[1].start()
    seconds_until(lambda: mortal.health()["waiting"] == 1)
    idle = connect(mortal.port)
    idle.sendall(request_bytes("GET /health HTTP/1.1", "Host: localhost"))
    assert read_answer(idle).status == 200  # and its connection stays open
    mortal.process.send_signal(signal.SIGINT)
    assert mortal.process.wait(TIMEOUT_S) == 0
    for thread in threads:
        thread.join()
    assert len(told) == 2
    assert all("being stopped" in sentence for sentence in told)
    with contextlib.suppress(ConnectionResetError):  # ended or reset: nothing more comes
        assert idle.recv(1) == b""
    idle.close()
    assert mortal.process.stdout.read() == "Stopped.\n"
    assert "Traceback" not in "".join(mortal.log)
    with pytest.raises(OSError, match="refused"):
        connect(mortal.port)


def sentence(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["serve", *map(str, arguments)]) == 1
    return capsys.readouterr().err.strip()


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(
    capsys: pytest.CaptureFixture[str], modelless: LocalServer
):
    said = sentence(capsys, "--port", modelless.server_port)
    assert f"Cannot listen on port {modelless.server_port}" in said
    assert "--port" in said


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--port", 70_000], "port"),
        (["-n", 0], "drafts"),
        (["--budget", "nan"], "budget"),
        (["--api-key", ""], "key"),
        (["--api-key", "with a space"], "key"),
        (["--profile", "nowhere.json"], "profile"),
        (["--port", 0, "--model", "nowhere.gguf"], "no such file"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[object], word: str
):
    assert word in sentence(capsys, *arguments)


def test_there_is_no_way_to_serve_other_machines():
    with pytest.raises(SystemExit) as refused:
        main(["serve", "--host", "0.0.0.0"])
    assert refused.value.code == 2
