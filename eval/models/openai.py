"""``openai:MODEL``: any endpoint that speaks OpenAI's chat completions (vLLM, Ollama, a vendor).

``OPENAI_BASE_URL`` says where it is (with the ``/v1``; OpenAI's own where unset) and ``OPENAI_API_KEY`` holds
the key, if one is needed. Answers are free texts, at temperature 0 where the model has one. Requests that the
server is too busy for, or that fail on the way, are tried again with growing pauses; any other refusal ends
the run with what the server says.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from eval.models.decoding import Decoding
from symbolic.errors import SymbolicError
from symbolic.questions import Question
from symbolic.questions.evidence import with_evidence

BASE_URL = "https://api.openai.com/v1"
AT_ONCE = 8
"""Requests under way at a time."""
TRIES = 5
FIRST_PAUSE_S = 1.0
"""Before the second try; each further pause is twice as long."""
TIMEOUT_S = 300.0
_BUSY = frozenset({408, 409, 429, 500, 502, 503, 504})
_SHOWN = 200


class Endpoint:
    """A model behind an endpoint.

    Args:
        model: its name there.
        url: of the endpoint, with the ``/v1``.
        key: goes into the header, if there is one.
        decoding: with every choice made; its method is ``free``.

    Attributes:
        warnings: none, so far.
    """

    def __init__(self, model: str, url: str, key: str, decoding: Decoding) -> None:
        self.name = f"openai:{model}"
        self.decoding = decoding
        self.warnings: Counter[str] = Counter()
        self._model = model
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {key}"} if key else {}
        )
        self._settings: dict[str, Any] = {"temperature": 0}

    def answers(self, questions: Sequence[Question]) -> Iterator[str]:
        """A text for each question."""
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            yield from pool.map(self._answer, questions)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, question: Question) -> str:
        asked = with_evidence(question) if self.decoding.evidence else question
        messages = [{"role": "user", "content": asked.prompt.strip()}]
        reply = self._post({"model": self._model, "messages": messages, **self._settings})
        try:
            return str(reply["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError) as exc:
            raise self._error(f"this is no chat completion: {json.dumps(reply)[:_SHOWN]}") from exc

    def _post(self, body: Mapping[str, Any]) -> Any:
        trouble = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1))
            request = Request(self._url, json.dumps(body).encode(), dict(self._headers))
            try:
                with urlopen(request, timeout=TIMEOUT_S) as response:
                    return json.load(response)
            except HTTPError as exc:
                said = _message(exc.read())
                if exc.code == 400 and "temperature" in said and "temperature" in body:
                    self._settings = {}
                    return self._post({name: value for name, value in body.items() if name != "temperature"})
                if exc.code not in _BUSY:
                    raise self._error(f"HTTP {exc.code}: {said}") from exc
                trouble = f"HTTP {exc.code}: {said}"
            except (URLError, OSError, HTTPException) as exc:
                trouble = str(getattr(exc, "reason", exc))
            except ValueError as exc:
                raise self._error("the reply is no JSON") from exc
        raise self._error(f"{trouble} (tried {TRIES} times)")

    def _error(self, text: str) -> SymbolicError:
        return SymbolicError(f"{self.name} at {self._url}: {text}")


def _message(body: bytes) -> str:
    """What the server says, on one line."""
    text = body.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        text = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        pass
    return " ".join(text.split())[:_SHOWN]


def names(task: str) -> tuple[str, ...]:
    """Nothing to list: what the endpoint has is its own affair."""
    return ()


def build(argument: str, task: str, decoding: Decoding) -> Endpoint:
    """The model of that name at the endpoint which the environment names.

    Raises:
        SymbolicError: the address is no URL, or the decoding is one that needs the model's probabilities.
    """
    if decoding.method not in (None, "free") or decoding.vote:
        wanted = "--vote on" if decoding.method in (None, "free") else f"--decode {decoding.method}"
        raise SymbolicError(f"openai:{argument} answers in free text, {wanted} needs a model of the kind hf:")
    url = os.environ.get("OPENAI_BASE_URL") or BASE_URL
    if urlsplit(url).scheme not in ("http", "https"):
        raise SymbolicError(f"OPENAI_BASE_URL must be an address that starts with http, got {url!r}")
    chosen = Decoding("free", evidence=decoding.evidence).resolved(task)
    return Endpoint(argument, url, os.environ.get("OPENAI_API_KEY", ""), chosen)
