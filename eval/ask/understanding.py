"""Which of the question types a question in free English asks: keywords and patterns, no model.

A text is cut into clauses at sentence ends and before "and what …". `RULES` are tried on each clause in
order, the special ones first; words that a rule has used are not seen by later ones, and a rule may say which
types its clause can no longer mean ("transpose it to D major" does not ask for the key). So one clause may
ask several things ("key and time signature"), and a clause that fits no rule is handed back as not
understood. Words that fit several types alike ask all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from eval.ask import theory
from eval.ask.arguments import Arguments, arguments
from eval.ask.rules import ALL, RULES

THEORY = "theory"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked: the type of question, what it points at, and the words that asked it."""

    task: str
    text: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Understood:
    """What was found in a text, and the clauses that ask something else."""

    requests: tuple[Request, ...]
    unclear: tuple[str, ...]


_SENTENCES = re.compile(r"(?<=[?!;])\s*|(?<=[a-z0-9)])\.\s+(?=[A-Z])|\n+")
_ASKS = (
    "what|what's|whats|which|how|where|where's|when|who|why|is|are|does|do|did|name|give|list|count|find|tell"
    "|transpose|describe|harmoni[sz]e|can|could|(?:in|on|at|between) (?:which|what)|write|show|spell"
)
_ALSO = r"(?:also\s+|then\s+)?"
_AND = re.compile(rf"\s*(?:,\s*(?:and\s+)?{_ALSO}|\band\s+{_ALSO}|\balso\s+)(?=(?:{_ASKS})\b)", re.I)
_ASKING = re.compile(rf"\s*(?:please\s+|and\s+|also\s+|then\s+)?(?:{_ASKS})\b", re.I)


def understand(text: str) -> Understood:
    """The questions in a text, in the order in which they are asked, each once."""
    requests: list[Request] = []
    unclear: list[str] = []
    asked: set[tuple[str, Arguments | str]] = set()
    for clause in _clauses(text):
        found = list(_requests(clause))
        for request in found:
            said = (request.task, request.text if request.task == THEORY else request.arguments)
            if said not in asked:
                asked.add(said)
                requests.append(request)
        if not found:
            unclear.append(clause)
    if requests:  # then greetings and thanks are not taken for questions
        unclear = [clause for clause in unclear if clause.endswith("?") or _ASKING.match(clause)]
    return Understood(tuple(requests), tuple(unclear))


def _clauses(text: str) -> Iterator[str]:
    """The clauses of a text; one that asks nothing leads the next one ("In bar 4, what is …?")."""
    for sentence in _SENTENCES.split(text):
        lead = ""
        for part in _AND.split(sentence):
            clause = f"{lead}{part.strip(' ,')}"
            lead = "" if _ASKING.match(clause) or any(_requests(clause)) else f"{clause}, "
            if not lead:
                yield clause
        if lead and any(map(str.isalnum, lead)):
            yield lead.rstrip(" ,")


def _requests(clause: str) -> Iterator[Request]:
    if theory.is_about_theory(clause):
        yield Request(THEORY, clause, Arguments())
        return
    low = re.sub(r"[’`]", "'", clause).lower()
    left, given = low, arguments(clause)
    excluded: frozenset[str] = frozenset()
    places: list[tuple[int, Request]] = []
    for rule in RULES:
        if ALL in excluded:
            break
        match = rule.find(low, left)
        tasks = [task for task in rule.tasks if task not in excluded]
        if match is None or not tasks or any(task == found.task for _, found in places for task in tasks):
            continue
        if ALL in rule.instead and places:
            continue
        places += [(match.start(), Request(task, clause, _fitting(task, given))) for task in tasks]
        left = f"{left[: match.start()]}{'#' * len(match[0])}{left[match.end() :]}"
        excluded |= rule.instead
    if places:
        yield from (request for _, request in sorted(places, key=lambda place: place[0]))
    elif _ASKING.match(clause) and theory.is_known(clause):
        yield Request(THEORY, clause, Arguments())


def _fitting(task: str, given: Arguments) -> Arguments:
    """The arguments without the interval and the key, where a type has no use for them."""
    interval = given.interval if task == "transposition" else None
    key = given.key if task in ("transposition", "roman-numerals", "cadence") else None
    return replace(given, interval=interval, key=key)
