import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from eval.models import BEST, Decodes, Decoding, openai
from eval.registry import build_model, task_named
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.questions import Question, question_type

TUNE = parse("X:1\nM:6/8\nL:1/8\nK:G\nG3 GAB|A3 ABd|edB dBA|G6|\n")


def asked(id: str) -> Question:
    question = question_type("key").ask(TUNE, id=id)
    assert isinstance(question, Question)
    return question


class Server(ThreadingHTTPServer):
    """Gives the replies of `script` in turn, then the number of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[int, Any]] = []
        self.seen: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append({"path": self.path, "key": self.headers["Authorization"], **body})
        said = f"It is in G major ({len(body['messages'][0]['content'])})."
        status, reply = (
            self.server.script.pop(0)
            if self.server.script
            else (200, {"choices": [{"message": {"content": said}}]})
        )
        data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Stays quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    found = Server()
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{found.server_port}/v1/")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(openai, "FIRST_PAUSE_S", 0.001)
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def answers(count: int = 1, decoding: Decoding = BEST) -> list[str]:
    model = build_model("openai:tiny", task_named("key"), decoding)
    return list(model.answers([asked(str(number)) for number in range(count)]))


def test_questions_go_out_and_answers_come_back_in_order(server: Server) -> None:
    question = asked("0")
    assert answers(20) == [f"It is in G major ({len(question.prompt.strip())})."] * 20
    assert question_type("key").grade(question, answers()[0]).verdict == "right"
    first = server.seen[0]
    assert (first["path"], first["key"]) == ("/v1/chat/completions", "Bearer secret")
    assert (first["model"], first["temperature"]) == ("tiny", 0)
    assert first["messages"] == [{"role": "user", "content": question.prompt.strip()}]


def test_evidence_goes_with_the_question(server: Server) -> None:
    answers(decoding=Decoding(evidence=True))
    assert "Evidence:" in server.seen[0]["messages"][0]["content"]
    model = build_model("openai:tiny", task_named("key"), Decoding(evidence=True))
    assert isinstance(model, Decodes)
    assert model.decoding == Decoding("free", False, True)


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.script = [(429, {"error": {"message": "slow down"}}), (503, b"<html>")]
    assert len(answers()) == 1
    assert len(server.seen) == 3


def test_a_model_without_temperature(server: Server) -> None:
    server.script = [(400, {"error": {"message": "'temperature' does not support 0"}})]
    assert len(answers()) == 1
    assert "temperature" not in server.seen[1]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([(401, {"error": {"message": "no such\nkey"}})], "HTTP 401: no such key$"),
        ([(404, {"error": "model not found"})], "HTTP 404: model not found$"),
        ([(500, b"oops")] * 5, r"HTTP 500: oops \(tried 5 times\)$"),
        ([(200, b"hello")], "the reply is no JSON$"),
        ([(200, {"choices": []})], "this is no chat completion"),
    ],
)
def test_refusals_are_told_in_one_line(server: Server, script: list[tuple[int, Any]], message: str) -> None:
    server.script = script
    with pytest.raises(SymbolicError, match=message) as caught:
        answers()
    assert str(caught.value).startswith("openai:tiny at http://127.0.0.1")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(SymbolicError, match=r"Connection refused \(tried 5 times\)"):
        answers()
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8000")
    with pytest.raises(SymbolicError, match="must be an address that starts with http, got 'localhost:8000'"):
        answers()


@pytest.mark.parametrize(
    ("decoding", "option"), [(Decoding("score"), "--decode score"), (Decoding(vote=True), "--vote on")]
)
def test_probabilities_cannot_be_had(decoding: Decoding, option: str) -> None:
    with pytest.raises(SymbolicError, match=f"answers in free text, {option} needs a model of the kind hf:"):
        answers(decoding=decoding)
