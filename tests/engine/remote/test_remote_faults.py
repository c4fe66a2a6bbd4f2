"""Servers that misbehave: each fault is a sentence, and the text so far is kept."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
import time
from collections.abc import Callable

import pytest
from helpers.completion_server import CompletionServer, Exchange, completing

from engine.errors import PromptError, RemoteError, SamplingError
from engine.generation.drafts import DraftRun
from engine.remote.address import RemoteServer
from engine.remote.connection import Patience
from engine.remote.model import DEFAULT_WINDOW, RemoteModel, list_models
from engine.remote.writer import RemoteWriter
from engine.types import ChatMessage, SamplingSettings

IMPATIENT = Patience(connect_s=2, answer_s=0.6, silence_s=0.5)
KEY = "sk-never-to-be-seen"
ASK = [ChatMessage("user", "Say something.")]


class Watcher:
    """What a listener hears."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, str, bool]] = []
        self.steps: list[list[int]] = []

    def on_prompt(self, n_done: int, n_total: int) -> None:
        raise AssertionError("a server does not say how far it has read")

    def on_text(self, index: int, text: str, reasoning: bool) -> None:
        self.texts.append((index, text, reasoning))

    def on_step(self, n_tokens: list[int], finished: list[bool], tokens_per_s: float) -> None:
        self.steps.append(n_tokens)


def writer_for(server: CompletionServer, *, key: str = "") -> RemoteWriter:
    remote = RemoteServer(address=server.address, model="m", key=key)
    return RemoteWriter(RemoteModel.open(remote, patience=IMPATIENT))


def write(
    writer: RemoteWriter,
    n: int = 1,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    watcher: Watcher | None = None,
    **sampling: object,
) -> DraftRun:
    settings = SamplingSettings(**sampling)
    return writer.write(ASK, n, settings, 1, watcher or Watcher(), should_stop)


def failure(answer: Callable[[Exchange], None], n: int = 1) -> str:
    """The sentence that a reply ends with, and that the key is not in it."""
    with completing(answer) as server, pytest.raises(RemoteError) as failed:
        write(writer_for(server, key=KEY), n)
    assert KEY not in str(failed.value)
    return str(failed.value)


def whole(text: str, exchange: Exchange) -> None:
    exchange.begin_stream()
    for index in range(exchange.body.get("n", 1)):
        exchange.piece(text, choice=index)
        exchange.piece(choice=index, finish="stop")
    exchange.done()


# before there is a reply


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the key (401). It says: no, …"),
        (404, "no such model (404)"),
        (429, "asks to wait"),
        (500, "has a problem of its own (500)"),
        (503, "has a problem of its own (503)"),
    ],
)
def test_a_refusal_is_a_sentence_with_the_servers_own_words_and_without_the_key(status: int, words: str):
    said = failure(lambda exchange: exchange.send(status, {"error": {"message": f"no, {KEY}"}}))
    assert words in said
    assert "It says: no, …" in said


def test_a_redirect_to_another_host_is_not_followed_and_takes_no_key_along():
    with completing(lambda exchange: whole("stolen", exchange)) as other:
        elsewhere = other.address.replace("127.0.0.1", "localhost")
        said = failure(lambda exchange: exchange.send(307, {}, Location=f"{elsewhere}/chat/completions"))
        assert "sends on to localhost" in said
        assert not other.asked
        assert not other.headers_seen


def test_a_web_page_in_place_of_an_answer_is_said_to_be_one():
    page = b"<!DOCTYPE html><title>Log in</title>"
    assert "web page" in failure(lambda exchange: exchange.send(200, page, "text/html"))
    with (
        completing(lambda e: None, lambda exchange: exchange.send(200, page, "text/html")) as server,
        pytest.raises(RemoteError, match="web page"),
    ):
        writer_for(server)


def test_a_server_that_never_answers_is_given_up_on():
    started = time.monotonic()
    assert "does not answer" in failure(lambda exchange: exchange.server.released.wait(20))
    assert time.monotonic() - started < 10


def test_nobody_listening_is_said(tmp_path: object):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    remote = RemoteServer(address=f"http://127.0.0.1:{port}/v1", model="m")
    with pytest.raises(RemoteError, match=r"refuses the connection\. Is the server running"):
        RemoteModel.open(remote)


def test_a_server_without_tls_where_tls_is_expected_is_said():
    with completing(lambda exchange: None) as server, pytest.raises(RemoteError, match="does not speak TLS"):
        list_models(RemoteServer(address=server.address.replace("http", "https"), model="m"))


def test_something_that_is_no_web_server_is_said():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        remote = RemoteServer(address=f"http://127.0.0.1:{listening.getsockname()[1]}/v1", model="m")

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(RemoteError, match="does not answer as a web server does"):
            list_models(remote)


def test_a_model_that_the_server_does_not_have_is_known_before_the_first_message():
    with completing(lambda exchange: None) as server:
        remote = RemoteServer(address=server.address, model="other")
        with pytest.raises(RemoteError, match=r"has no model other\. It offers: m"):
            RemoteModel.open(remote)


def test_a_server_that_lists_nothing_is_used_all_the_same():
    with completing(lambda e: whole("Yes.", e), lambda exchange: exchange.send(404, {"error": "none"})) as server:
        writer = writer_for(server)
        assert writer.model.window == DEFAULT_WINDOW
        assert write(writer).drafts[0].text == "Yes."


def test_the_listing_may_say_how_much_a_model_reads():
    with completing(
        lambda e: None, lambda exchange: exchange.send(200, {"data": [{"id": "m", "max_model_len": 2048}]})
    ) as server:
        assert writer_for(server).model.window == 2048


def test_a_conversation_that_the_server_finds_too_long_is_a_fault_of_the_message():
    def refuse(exchange: Exchange) -> None:
        exchange.send(400, {"error": {"message": "This model's maximum context length is 10 tokens."}})

    with completing(refuse) as server, pytest.raises(PromptError, match="maximum context length"):
        write(writer_for(server), 2)


def test_a_grammar_is_refused_since_no_standard_field_carries_one():
    with completing(lambda e: whole("Yes.", e)) as server, pytest.raises(SamplingError, match="grammar"):
        write(writer_for(server), grammar='root ::= "a"')


# in the middle of one


def test_what_came_before_a_connection_broke_is_kept_and_it_is_said():
    def break_off(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Half a ")
        exchange.piece("sentence")
        exchange.connection.shutdown(socket.SHUT_RDWR)

    with completing(break_off) as server:
        run = write(writer_for(server))
    assert run.drafts[0].text == "Half a sentence"
    assert run.drafts[0].finish == "cancelled"
    assert "broke off" in str(run.notice)


def test_a_reply_shorter_than_announced_is_kept_and_said_to_be_cut():
    def cut(exchange: Exchange) -> None:
        data = b'data: {"choices": [{"index": 0, "delta": {"content": "Well"}}]}\n\n'
        exchange.send_response(200)
        exchange.send_header("Content-Type", "text/event-stream")
        exchange.send_header("Content-Length", str(len(data) + 500))
        exchange.end_headers()
        exchange.raw(data)
        exchange.close_connection = True

    with completing(cut) as server:
        run = write(writer_for(server))
    assert run.drafts[0].text == "Well"
    assert "broke off" in str(run.notice)


def test_an_error_within_a_stream_keeps_what_came_and_quotes_the_server():
    def fail(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("So far")
        exchange.event({"error": {"message": "out of memory"}})

    with completing(fail) as server:
        run = write(writer_for(server))
    assert run.drafts[0].text == "So far"
    assert "It says: out of memory" in str(run.notice)


def test_a_stream_that_falls_silent_is_given_up_on_and_kept():
    def stall(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Wait")
        while not exchange.server.released.wait(0.1):
            exchange.raw(b": still here\n\n")

    with completing(stall) as server:
        run = write(writer_for(server))
        assert run.drafts[0].text == "Wait"
        assert "does not answer any more" in str(run.notice)
        assert server.hung_up.wait(5)


@pytest.mark.parametrize(
    "nonsense", [b"data: {broken\n\n", b"data: [1]\n\n", b'data: {"choices": 3}\n\n', b"data: \xff\xfe\n\n"]
)
def test_a_malformed_piece_ends_the_reply_there(nonsense: bytes):
    def answer(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Fine")
        exchange.raw(nonsense)

    with completing(answer) as server:
        run = write(writer_for(server))
    assert run.drafts[0].text == "Fine"
    assert "cannot be read" in str(run.notice)


def test_a_line_without_an_end_is_not_read_for_ever():
    def pour(exchange: Exchange) -> None:
        exchange.begin_stream()
        for _ in range(40):
            exchange.raw(b"x" * 65536)

    assert "does not answer as a web server does" in failure(pour)


def test_an_event_without_an_end_is_not_kept_for_ever():
    n_sent = 0

    def pour(exchange: Exchange) -> None:
        nonlocal n_sent
        exchange.begin_stream()
        for n_sent in range(1000):  # noqa: B007
            exchange.raw(b"data: " + b"x" * 65536 + b"\n")

    with completing(pour) as server:
        remote = RemoteServer(address=server.address, model="m")
        writer = RemoteWriter(RemoteModel.open(remote, patience=Patience(connect_s=2, answer_s=30, silence_s=30)))
        with pytest.raises(RemoteError, match="does not answer as a web server does"):
            write(writer)
        assert server.hung_up.wait(10)
    assert n_sent < 900


def test_a_key_that_the_server_says_again_in_a_stream_is_not_shown():
    def fail(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("So far")
        exchange.event({"error": {"message": f"{exchange.headers['Authorization']} has spent everything"}})

    with completing(fail) as server:
        run = write(writer_for(server, key=KEY))
    assert "Bearer … has spent everything" in str(run.notice)


@pytest.mark.parametrize("count", [-5, 2**62, 2**70, 10**300])
def test_counts_that_cannot_be_true_are_passed_over(count: int):
    def lie(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Well.")
        exchange.piece(finish="stop")
        usage = {"prompt_tokens": count, "completion_tokens": count, "prompt_tokens_details": {"cached_tokens": count}}
        exchange.event({"choices": [], "usage": usage})
        exchange.done()

    with completing(lie) as server:
        writer = writer_for(server)
        before = len(writer.measure(ASK, 100).tokens)
        run = write(writer)
        assert len(writer.measure(ASK, 100).tokens) == before
    assert (run.drafts[0].text, run.drafts[0].n_tokens) == ("Well.", 1)
    assert (run.n_prompt_tokens, run.n_reused_tokens) == (0, 0)


@pytest.mark.parametrize("index", [-1, 7, 2**62, 2**70])
def test_choices_that_nobody_asked_for_are_passed_over(index: int):
    def more(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Mine.")
        exchange.piece("Not mine.", choice=index)
        exchange.piece(finish="stop")
        exchange.done()

    with completing(more) as server:
        assert [draft.text for draft in write(writer_for(server)).drafts] == ["Mine."]


def test_eight_choices_that_all_say_they_are_the_first_become_eight_drafts():
    def same(exchange: Exchange) -> None:
        exchange.begin_stream()
        for number in range(exchange.body.get("n", 1)):
            exchange.piece(f"Number {number}. ")
        exchange.piece(finish="stop")
        exchange.done()

    with completing(same) as server:
        texts = [draft.text for draft in write(writer_for(server), 8).drafts]
    assert texts[1:] == ["Number 0. "] * 7
    assert texts[0].startswith("Number 0. Number 1. ")


def test_an_event_stream_that_is_called_something_else_is_a_sentence():
    def mislabel(exchange: Exchange) -> None:
        exchange.begin_stream("application/octet-stream")
        exchange.piece("Text.")
        exchange.done()

    assert "something that is not JSON" in failure(mislabel)


def test_an_answer_that_only_drips_is_given_up_on():
    def drip(exchange: Exchange) -> None:
        exchange.begin_stream("application/json")
        while not exchange.server.released.wait(0.05):
            exchange.raw(b" ")

    started = time.monotonic()
    assert "does not answer any more" in failure(drip)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("what", ["head", "body"])
def test_a_list_of_models_that_only_drips_is_given_up_on(what: str):
    def drip(exchange: Exchange) -> None:
        if what == "body":
            exchange.begin_stream("application/json")
        else:
            exchange.raw(b"HTTP/1.1 200 OK\r\n")
        while not exchange.server.released.wait(0.05):
            exchange.raw(b"X")

    started = time.monotonic()
    with completing(lambda e: None, drip) as server, pytest.raises(RemoteError, match="does not answer"):
        list_models(
            RemoteServer(address=server.address, model="m"), Patience(connect_s=0.4, answer_s=0.6, silence_s=0.5)
        )
    assert time.monotonic() - started < 10


def test_a_list_of_models_without_an_end_is_refused():
    def pour(exchange: Exchange) -> None:
        exchange.begin_stream("application/json")
        exchange.raw(b'{"data": [')
        while True:
            exchange.raw(b'{"id": "m"},' * 5000)

    with completing(lambda e: None, pour) as server, pytest.raises(RemoteError, match="too long"):
        list_models(RemoteServer(address=server.address, model="m"), IMPATIENT)


def test_models_whose_names_nobody_could_show_are_not_offered():
    names = ["m", "", "x" * 1_000_000, "two\nlines", "\u202eback", 7, None, {"id": "m"}]
    listed = {"data": [{"id": name} for name in names] + ["no object"] + [{"id": f"m{n}"} for n in range(5000)]}
    with completing(lambda e: None, lambda exchange: exchange.send(200, listed)) as server:
        offered = list_models(RemoteServer(address=server.address, model="m"))
        assert [model.name for model in offered[:2]] == ["m", "m0"]
        assert len(offered) == 1000
        with pytest.raises(RemoteError) as missing:
            RemoteModel.open(RemoteServer(address=server.address, model="other"))
    assert len(str(missing.value)) < 300


def test_one_broken_draft_of_two_leaves_the_other_whole():
    def answer(exchange: Exchange) -> None:
        if "n" in exchange.body:
            exchange.send(400, {"error": "only one choice"})
        elif len(exchange.server.asked) == 2:
            whole("All of it.", exchange)
        else:
            exchange.send(429, {"error": "slowly"})

    with completing(answer) as server:
        run = write(writer_for(server), 2)
    assert sorted(draft.text for draft in run.drafts) == ["", "All of it."]
    assert "asks to wait" in str(run.notice)


# several drafts


def test_a_server_that_takes_n_is_asked_once():
    with completing(lambda exchange: whole("Hello.", exchange)) as server:
        run = write(writer_for(server), 3)
    assert [draft.text for draft in run.drafts] == ["Hello."] * 3
    assert [body.get("n") for body in server.asked] == [3]


def test_a_server_that_overlooks_n_is_asked_for_the_rest_and_remembered():
    def one_only(exchange: Exchange) -> None:
        del exchange.body["n"]
        whole("Alone.", exchange)

    def answer(exchange: Exchange) -> None:
        one_only(exchange) if "n" in exchange.body else whole(f"{exchange.body['seed']}", exchange)

    with completing(answer) as server:
        writer = writer_for(server)
        first = write(writer, 3)
        assert [body.get("n") for body in server.asked] == [3, None, None]
        write(writer, 2)
        assert [body.get("n") for body in server.asked][3:] == [None, None]
    assert first.drafts[0].text == "Alone."
    # each with a seed of its own, or they would all be one
    assert len({draft.text for draft in first.drafts}) == 3


def test_a_server_that_refuses_fields_of_others_is_asked_plainly_and_remembered():
    def strict(exchange: Exchange) -> None:
        if "top_k" in exchange.body:
            exchange.send(422, {"detail": "extra fields not permitted"})
        else:
            whole("Fine.", exchange)

    with completing(strict) as server:
        writer = writer_for(server)
        assert write(writer).drafts[0].text == "Fine."
        assert write(writer).drafts[0].text == "Fine."
    assert ["top_k" in body for body in server.asked] == [True, False, False]


def test_a_server_that_does_not_stream_is_understood():
    def at_once(exchange: Exchange) -> None:
        message = {"role": "assistant", "content": "In one piece.", "reasoning_content": "Hm."}
        exchange.send(
            200,
            {
                "choices": [{"index": 0, "message": message, "finish_reason": "length"}],
                "usage": {"prompt_tokens": 12, "completion_tokens": 5},
            },
        )

    with completing(at_once) as server:
        run = write(writer_for(server))
    draft = run.drafts[0]
    assert (draft.text, draft.reasoning, draft.finish, draft.n_tokens) == ("In one piece.", "Hm.", "length", 5)
    assert run.n_prompt_tokens == 12


# what a reply is made of


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_that_the_server_tells_apart_is_kept_apart(field: str):
    def answer(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece(**{field: "Let me think."})
        exchange.piece("\n\nIt is four.")
        exchange.piece(finish="stop")
        exchange.done()

    watcher = Watcher()
    with completing(answer) as server:
        draft = write(writer_for(server), watcher=watcher).drafts[0]
    assert (draft.reasoning, draft.text) == ("Let me think.", "It is four.")
    assert watcher.texts[0] == (0, "Let me think.", True)


def test_reasoning_in_tags_is_kept_apart_too():
    with completing(lambda exchange: whole("<think>Two and two.</think>\n\nFour.", exchange)) as server:
        draft = write(writer_for(server)).drafts[0]
    assert (draft.reasoning, draft.text) == ("Two and two.", "Four.")


def test_a_stop_text_ends_a_draft_also_where_the_server_overlooks_it():
    def chatter(exchange: Exchange) -> None:
        exchange.begin_stream()
        for word in ["One. ", "Two. EN", "D Three. "]:
            exchange.piece(word)
        while not exchange.server.released.wait(0.02):
            exchange.piece("And on. ")

    with completing(chatter) as server:
        draft = write(writer_for(server), stop=("END",)).drafts[0]
        assert (draft.text, draft.finish) == ("One. Two. ", "stop")
        assert server.hung_up.wait(5)


def test_a_server_that_never_ends_is_cut_off():
    def endless(exchange: Exchange) -> None:
        exchange.begin_stream()
        while True:
            exchange.piece("word " * 50)

    with completing(endless) as server:
        draft = write(writer_for(server), max_tokens=20).drafts[0]
        assert draft.finish == "length"
        assert len(draft.text) < 3000
        assert server.hung_up.wait(5)


def test_stopping_keeps_the_text_and_hangs_up():
    def slowly(exchange: Exchange) -> None:
        exchange.begin_stream()
        while not exchange.server.released.wait(0.02):
            exchange.piece("more ")

    watcher = Watcher()
    with completing(slowly) as server:
        run = write(writer_for(server), should_stop=lambda: len(watcher.texts) > 3, watcher=watcher)
        assert run.drafts[0].text.startswith("more more more ")
        assert run.drafts[0].finish == "cancelled"
        assert run.notice is None
        assert server.hung_up.wait(5)


def test_stopping_does_not_wait_for_a_server_that_is_still_reading():
    with completing(lambda exchange: exchange.server.released.wait(20)) as server:
        writer = writer_for(server)
        writer.model.patience = dataclasses.replace(IMPATIENT, answer_s=60)
        started = time.monotonic()
        run = write(writer, should_stop=lambda: time.monotonic() - started > 0.2)
        assert time.monotonic() - started < 5
    assert run.drafts[0].text == ""


def test_how_long_words_are_is_learned_from_what_the_server_counts():
    long_message = [ChatMessage("user", "antidisestablishmentarianism " * 20)]

    def count(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece("Indeed.", finish="stop")
        exchange.event({"choices": [], "usage": {"prompt_tokens": 128, "completion_tokens": 2}})
        exchange.done()

    with completing(count) as server:
        writer = writer_for(server)
        before = len(writer.measure(long_message, 100).tokens)
        for _ in range(6):
            writer.write(long_message, 1, SamplingSettings(), 1, Watcher(), lambda: False)
        after = len(writer.measure(long_message, 100).tokens)
    assert abs(after - 128) < abs(before - 128) / 4


def test_what_does_not_fit_is_left_out_whole_turns_at_a_time():
    turns = [ChatMessage("system", "Be kind.")]
    for number in range(30):
        turns += [ChatMessage("user", f"{number} " * 200), ChatMessage("assistant", "Yes. " * 100)]
    turns.append(ChatMessage("user", "And now?"))
    with completing(lambda exchange: whole("Now.", exchange)) as server:
        writer = writer_for(server)
        run = writer.write(turns, 1, SamplingSettings(), 1, Watcher(), lambda: False)
        sent = server.asked[0]["messages"]
    assert sent[0] == {"role": "system", "content": "Be kind."}
    assert sent[1]["role"] == "user"
    assert sent[-1]["content"] == "And now?"
    assert len(sent) == len(turns) - run.n_messages_dropped
    assert run.n_messages_dropped > 0


def test_the_key_is_sent_as_a_bearer_and_is_in_no_repr():
    with completing(lambda exchange: whole("Yes.", exchange)) as server:
        writer = writer_for(server, key=KEY)
        write(writer)
        assert all(headers["Authorization"] == f"Bearer {KEY}" for headers in server.headers_seen)
        assert KEY not in json.dumps(server.asked)
    assert KEY not in repr(writer.model.server)
