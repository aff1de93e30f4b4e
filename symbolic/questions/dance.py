"""The question "which dance, or what kind of song?": the genre that a tune's header states.

The truth is what ``R:`` names, else the one dance that the title names ("Miss Brown's Reel"). It is mapped
to two closed sets: `DANCES` (and other kinds of instrumental tunes) and `SONGS`, for which the German and
Chinese words of the Essen collection are translated where they are plain ("Liebes - Lied" → love song,
"Ballade, Mord …" → ballad). Of several genres the first counts. The question tells which of the two sets is
meant.

Shown: notes with key, metre and bar lines. Hidden: ``R:``, titles and everything else in words, and the
tempo.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.answers import exact, name_spellings, one_of
from symbolic.questions.base import (
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.score import Chord, LineBreak, Note, Score

TASK = "dance"


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre.

    Attributes:
        name: the answer.
        pattern: what headers call it, in lower case (see `_folded`).
        sign: how it is told, for the explanation.
        meters: its usual metres; dances that share one are easily taken for each other.
        aliases: further names in answers.
    """

    name: str
    pattern: str
    sign: str
    meters: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


DANCES = (
    Genre("slip jig", r"(?:slip|hop) ?jigs?", "three groups of three eighths a bar", ("9/8",), ("hop jig",)),
    Genre("jig", r"(?:double |single )?jigs?|gigue", "two groups of three eighths a bar",
          ("6/8", "12/8"), ("double jig", "single jig", "jigs", "gigue")),
    Genre("slide", r"slides?", "groups of three eighths, mostly a quarter and an eighth", ("12/8", "6/8")),
    Genre("reel", r"reels?", "running eighths in an even metre", ("4/4", "2/2", "2/4"), ("reels",)),
    Genre("hornpipe", r"hornpipes?", "eighths, often dotted, and a close on three quarters",
          ("4/4", "2/2", "2/4", "3/2"), ("hornpipes",)),
    Genre("clog", r"clogs?", "a dotted, steady tune for clog dancers", ("4/4", "2/4"), ("clog dance",)),
    Genre("highland fling", r"(?:highland )?flings?", "dotted eighths both ways in four beats",
          ("4/4", "2/2"), ("fling",)),
    Genre("strathspey", r"strathspeys?|strathsy", "four beats with short-long snaps", ("4/4", "2/2"),
          ("strathspeys",)),
    Genre("schottische", r"schottis(?:che?)?", "a slow, dotted polka", ("4/4", "2/4")),
    Genre("barn dance", r"barn ?dances?", "a dotted tune in four beats", ("4/4",)),
    Genre("quickstep", r"quick ?steps?", "a quick march for the drill ground", ("2/4", "6/8", "4/4", "2/2"),
          ("quick step",)),
    Genre("march", r"(?:quick |slow )?march(?:es)?|marsch", "a marked, even beat to step to",
          ("4/4", "2/4", "2/2", "6/8"), ("marches", "quick march")),
    Genre("polka", r"polkas?", "two quick beats with sixteenths", ("2/4",), ("polkas",)),
    Genre("walkaround", r"walk ?arounds?", "a minstrel show's closing dance", ("2/4", "4/4"),
          ("walk around",)),
    Genre("rant", r"rants?", "a lively Scottish tune in even time", ("4/4", "2/4", "2/2")),
    Genre("quadrille", r"quadrilles?", "square, sectional dance music", ("6/8", "2/4")),
    Genre("cotillion", r"cotill?ions?", "square, sectional dance music", ("6/8", "2/4")),
    Genre("gavotte", r"gavott?es?", "even time with half-bar upbeats", ("2/2", "4/4")),
    Genre("allemande", r"allemandes?", "a German dance in even time", ("2/4", "4/4")),
    Genre("waltz", r"walt?z(?:es)?|walzer", "three beats, the first one heavy", ("3/4", "3/8"), ("waltzes",)),
    Genre("mazurka", r"ma[sz]urkas?", "three beats with weight on the second or third", ("3/4",)),
    Genre("minuet", r"minuets?|menuett?", "three stately beats", ("3/4", "3/8"), ("menuet",)),
    Genre("lament", r"laments?|lamentations?", "a slow, sad air", ("3/4", "4/4", "6/8"), ("lamentation",)),
    Genre("planxty", r"planxty", "a harper's tune in honour of a patron", ("6/8", "3/4", "4/4")),
    Genre("air", r"(?:slow )?airs?", "a song-like melody that is not danced", ("3/4", "4/4", "6/8", "2/4"),
          ("slow air", "airs")),
)  # fmt: skip
"""Kinds of instrumental tunes."""
SONGS = (
    Genre("love song", r"liebes[\w,]*?lied|liebeslust|liebesklage|qingge|biaoda ?aiqing", "of love"),
    Genre("ballad", r"ballade|romanze", "a story in many stanzas", aliases=("romance",)),
    Genre("narrative song", r"erz(?:ae)?hl|sagen|sage\b|maerchen|histori", "a tale, legend or history"),
    Genre("lullaby", r"wiegen|schlafl", "to send a child to sleep", aliases=("cradle song",)),
    Genre("children's song", r"kinder(?!,wiegen)", "for children's games",
          aliases=("childrens song", "children song", "nursery rhyme")),
    Genre("religious song", r"geistlich|religioes|legende|kirchen", "of faith",
          aliases=("sacred song", "spiritual song", "hymn")),
    Genre("soldiers' song", r"soldat|kriegs|reiterlied", "of soldiers and war",
          aliases=("soldier song", "soldier's song", "soldiers song", "war song")),
    Genre("hunting song", r"jaeger|jagd", "of hunters", aliases=("hunters' song", "hunter's song")),
    Genre("drinking song", r"trink|zech", "for a drinking company"),
    Genre("wedding song", r"hochzeits|ehestand|brautlied", "for a wedding"),
    Genre("farewell song", r"abschied|wander", "of parting and wandering", aliases=("wandering song",)),
    Genre("student song", r"studenten", "of students", aliases=("students' song",)),
    Genre("patriotic song", r"vaterland|heimat|national|politisch", "of the homeland"),
    Genre("humorous song", r"scherz|spott|schalk|schelm|neck", "for laughing and mocking",
          aliases=("comic song", "satirical song")),
    Genre("dance song", r"tanz|reigen", "sung to dance"),
    Genre("work song", r"arbeit|beruf|handwerk|bauern|bergmann|hirten|seemann|schiffer|haozi",
          "of a trade or to its work"),
    Genre("custom song", r"ansinge|brauchtum|jahreszeit|tageszeit", "for a day or season of the year",
          aliases=("seasonal song",)),
    Genre("mountain song", r"shan'?ge", "a free outdoor song of China", aliases=("shange",)),
    Genre("ditty", r"xiaodiao", "a metrical song of Chinese towns", aliases=("xiaodiao",)),
)  # fmt: skip
"""Kinds of songs."""
GENRES = (*DANCES, *SONGS)
WORDINGS = (
    "Which {what} is this? Title and rhythm field are left out.",
    "What {what} do metre, rhythm and phrases of this melody suggest?",
    "Name the {what} to which this tune belongs.",
)
_BY_NAME = {genre.name: genre for genre in GENRES}
_HEADER = re.compile(
    "|".join(
        [rf"(?P<g{number}>\b(?:{genre.pattern})\b)" for number, genre in enumerate(DANCES)]
        + [rf"(?P<g{number}>{genre.pattern})" for number, genre in enumerate(SONGS, len(DANCES))]
    )
)
_TITLE = re.compile(
    "|".join(rf"(?P<g{number}>\b(?:{genre.pattern})\b)" for number, genre in enumerate(DANCES))
)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\x84": "ae", "\x94": "oe", "\x81": "ue"}
)
_VALUES = {
    Fraction(1, 4): "sixteenths", Fraction(1, 2): "eighths", Fraction(1): "quarters", Fraction(2): "halves",
    Fraction(1, 3): "triplet eighths", Fraction(3, 4): "dotted eighths", Fraction(3, 2): "dotted quarters",
    Fraction(4): "whole notes", Fraction(3): "dotted halves",
}  # fmt: skip

parse = one_of(tuple(_BY_NAME), {genre.name: genre.aliases for genre in GENRES})


def strip(score: Score) -> Score:
    """The score without words and tempo; key, metre and line breaks stay."""
    return strip_words(score, keep=(Key, Meter, LineBreak))


def _folded(text: str) -> str:
    """A header's text in lower case, umlauts as two letters, compounds written as one word."""
    return re.sub(r"\s*-\s*|(?<=,)\s+", "", text.casefold().translate(_UMLAUTS))


def stated_genre(score: Score) -> Genre | None:
    """The genre that a score's header states, or None."""
    found = _HEADER.search(_folded(score.info("rhythm")))
    if found is None:
        named = {match.lastgroup for match in _TITLE.finditer(score.title.casefold())}
        return GENRES[int((named.pop() or "")[1:])] if len(named) == 1 else None
    return GENRES[int((found.lastgroup or "")[1:])]


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a score whose header states its genre; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    genre = stated_genre(score) if truth is None else _BY_NAME[truth]
    if genre is None:
        return Reason("no-genre", "its header states no dance or kind of song that is known")
    what = "type of dance or tune" if genre in DANCES else "kind of song"
    names = tuple(other.name for other in _family(genre))
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(what=what),
        f"Answer with one of: {', '.join(names)}.",
        strip(score),
        genre.name,
        names,
        distractors=hard_distractors(genre.name, score.meter.name),
        explanation=_explanation(score, genre),
    )


def _family(genre: Genre) -> tuple[Genre, ...]:
    return DANCES if genre in DANCES else SONGS


def hard_distractors(name: str, meter: str = "") -> tuple[str, ...]:
    """Genres of the same set, those first that go in the metre named and in other metres of the genre."""
    genre = _BY_NAME[name]

    def distance(other: Genre) -> tuple[bool, int]:
        return meter not in other.meters, -len(set(genre.meters) & set(other.meters))

    others = sorted((other for other in _family(genre) if other is not genre), key=distance)
    return tuple(other.name for other in others[:5])


def _explanation(score: Score, genre: Genre) -> str:
    lengths = Counter(event.duration for event in score.events() if isinstance(event, Note | Chord))
    length, count = lengths.most_common(1)[0]
    value = _VALUES.get(length, f"notes of {length} quarters")
    meter = "no metre" if score.meter.is_free else score.meter.name
    return (
        f"It is in {meter}, and {count / lengths.total():.0%} of its notes are {value}. "
        f"The header calls it a {genre.name}: {genre.sign}."
    )


def category(truth: str) -> str:
    """The genre itself: reports count each apart."""
    return truth


TYPE = QuestionType(
    TASK,
    "the dance, or kind of song, that the header states",
    strip,
    ask,
    parse,
    exact(parse),
    category,
    name_spellings,
)
