"""The facts of a caption: found in a score, written as sentences, and found again in free text.

`Facts` maps a field (one of `FIELDS`) to its values as text. All fields have one value but ``chords`` (the
most frequent, at most `MOST_CHORDS`) and ``instruments`` (General MIDI families). A text may claim several
values for any field; each is then a claim of its own.

The form is the truth of the question `symbolic.questions.structure`: told where the notation marks sections
and some of them come again, else left open.

A text is read clause by clause with the parsers of the other question types. A field is looked for only
where a clause names it or what it says can be nothing else ("4/4", "monophonic"), so that "an octave and a
major sixth" is no key and "melody in the bass" no instrument.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from symbolic.analysis.harmony import chords
from symbolic.analysis.structure import whole_bars
from symbolic.analysis.texture import is_single_line, sonorities, texture, texture_measures
from symbolic.harmony import ChordSymbol
from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Interval, Pitch
from symbolic.questions import dance, instrumentation, key, range, tempo_class, time_signature
from symbolic.questions import texture as texture_question
from symbolic.questions.base import Reason
from symbolic.questions.forms import find_sections, form_letters
from symbolic.questions.prose import tidy
from symbolic.score import Score

Facts = Mapping[str, tuple[str, ...]]
MOST_CHORDS = 3
MAX_FORM_LETTERS = 12
LEAST_TOGETHER = 0.5
"""Of the sounding time, the least in which two or more notes sound, for chords to be told without symbols."""
TEMPO_TOLERANCE = 0.04
"""A tempo is the same within this share, as in MIREX's audio tempo task."""

_CLAUSE_END = re.compile(r"(?<=[.;!?])\s+|\n+")
_MODE_WORD = re.compile(rf"\b(?:{'|'.join(MODE_FIFTHS)}|maj|min)\b|[A-G][#b]?m\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\bA (?=[a-z])(?!(?:maj|min|ion|dor|phr|lyd|mix|aeo|loc|sharp|flat|nat|harm|mel))")
_BEATS = re.compile(r"(?<![\w./])(?P<number>\d{2,3}(?:\.\d+)?)\s*(?:bpm\b|beats\b)", re.IGNORECASE)
_BARS = re.compile(
    r"(?<![\w./-])(?P<number>\d{1,6})(?:\s+|-)(?:full |whole )?(?:bars?|measures?)\b", re.IGNORECASE
)
_FORM_CUE = re.compile(r"\b(?:form|structure|sections?)\b", re.IGNORECASE)
_FORM = re.compile(r"\b[A-Z]{2,12}\b")
_CHORD_CUE = re.compile(r"\b(?:chords?|harmon(?:y|ies|ic))\b", re.IGNORECASE)
_CHORD = re.compile(r"(?<![\w#/])[A-G][\w#/]*(?=\s*(?:[,.;)]|$|\b(?:and|or)\b))")
_INSTRUMENT_CUE = re.compile(
    r"\b(?:instrument\w*|play(?:ed|s)?|scored|performed|features?|famil(?:y|ies))\b", re.IGNORECASE
)


# From a score


def score_facts(score: Score) -> dict[str, tuple[str, ...]]:
    """The facts that a score tells, in the order of a caption; a field that it leaves open is missing."""
    found: dict[str, tuple[str, ...]] = {}
    genre = dance.stated_genre(score)
    if genre is not None:
        found["genre"] = (genre.name,)
    if score.key.tonic and not _changes(score, Key, score.key):
        found["key"] = (score.key.name,)
    if not score.meter.is_free and not _changes(score, Meter, score.meter):
        found["metre"] = (score.meter.name,)
    found |= _tempo_facts(score)
    is_line = is_single_line(score)
    measures = None if is_line else texture_measures(sonorities(score))
    name = "monophonic" if is_line else measures and texture(measures)
    if name:
        found["texture"] = (name,)
    bars = len(whole_bars(score))
    if bars:
        found["bars"] = (str(bars),)
    letters = _form(score)
    if letters is not None:
        found["form"] = (letters,)
    lowest_and_highest = range.ambitus(score)
    if lowest_and_highest is not None:
        found["range"] = (range.written(*lowest_and_highest),)
    sounding = measures is not None and measures.together >= LEAST_TOGETHER
    symbols = _frequent_chords(score, sounding)
    if symbols:
        found["chords"] = symbols
    playing = instrumentation.families(score)
    if playing:
        found["instruments"] = playing
    return found


def _changes(score: Score, kind: type, first: object) -> bool:
    return any(isinstance(event, kind) and event != first for event in score.events())


def _tempo_facts(score: Score) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Class and beats a minute of a tempo that stays the same, where it lies on the metronome's scale."""
    if score.tempo is None or _changes(score, Tempo, score.tempo):
        return
    number = tempo_class.beats_a_minute(score.tempo, score.meter)
    name = None if number is None else tempo_class.tempo_class(number)
    if number is not None and name is not None:
        yield "tempo", (name,)
        yield "beats a minute", (f"{float(number):g}",)


def _form(score: Score) -> str | None:
    """The form letters, where the notation makes them plain and they are not too many."""
    sections = find_sections(score)
    form = sections if isinstance(sections, Reason) else form_letters(sections)
    if isinstance(form, Reason) or len(form[0]) > MAX_FORM_LETTERS:
        return None
    return form[0]


def _frequent_chords(score: Score, sounding: bool) -> tuple[str, ...]:
    """The chord symbols that stand most often, else the chords that sound longest, drums left out."""
    counts: Counter[str] = Counter(str(event) for event in score.events() if isinstance(event, ChordSymbol))
    if not counts and sounding:
        pitched = score.with_voices(tuple(voice for voice in score.voices if not voice.percussion))
        for span in chords(pitched):
            if span.chord is not None:
                counts[str(span.chord)] += int(100 * span.duration_quarter)
    return tuple(name for name, _ in counts.most_common(MOST_CHORDS))


# To words


def write_caption(facts: Facts) -> str:
    """Facts as sentences; several values of a field that has one are joined by "or"."""
    text = {field: " or ".join(values) for field, values in facts.items()}
    genre = text.get("genre", "piece")
    head = f"{'An' if genre[0] in 'aeiou' else 'A'} {genre}"
    told = [pattern.format(text[field]) for field, pattern in _HEAD.items() if field in text]
    sentences = [" ".join((head, ", ".join(told))).strip() + "."]
    sentences += [pattern.format(text[field]) for field, pattern in _SENTENCES.items() if field in text]
    sentences += [
        pattern.format(_listed(facts[field])) for field, pattern in _LIST_SENTENCES.items() if field in facts
    ]
    return " ".join(sentences)


_HEAD = {
    "key": "in {}",
    "metre": "in {} time",
    "beats a minute": "at {} beats a minute",
    "tempo": "which is {}",
}
_SENTENCES = {
    "texture": "The texture is {}.",
    "bars": "It has {} bars.",
    "form": "Its form is {}.",
    "range": "It ranges from {}.",
}
_LIST_SENTENCES = {"chords": "The chords are mostly {}.", "instruments": "It is played by {}."}


def _listed(values: tuple[str, ...]) -> str:
    return " and ".join((", ".join(values[:-1]), values[-1])) if len(values) > 1 else values[0]


# From words


def find_facts(text: str) -> dict[str, tuple[str, ...]]:
    """Every fact that a text claims, in the order of a caption."""
    found: dict[str, dict[str, None]] = {field: {} for field in _READERS}
    for clause in _CLAUSE_END.split(tidy(text)):
        for field, read in _READERS.items():
            found[field].update(dict.fromkeys(read(clause)))
    return {field: tuple(values) for field, values in found.items() if values}


def _one(parse: Callable[[str], str | None]) -> Callable[[str], tuple[str, ...]]:
    def read(clause: str) -> tuple[str, ...]:
        found = parse(clause)
        return () if found is None else (found,)

    return read


def _key(clause: str) -> str | None:
    clause = _ARTICLE.sub("", clause)
    return key.parse(clause) if _MODE_WORD.search(clause) and not _CHORD_CUE.search(clause) else None


def _numbers(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, ...]]:
    return lambda clause: tuple(f"{float(match['number']):g}" for match in pattern.finditer(clause))


def _forms(clause: str) -> tuple[str, ...]:
    """Words such as AABB in a clause about form: each new letter is the next of the alphabet."""
    if not _FORM_CUE.search(clause):
        return ()
    words: list[str] = _FORM.findall(clause)
    return tuple(word for word in words if _is_form(word))


def _is_form(word: str) -> bool:
    new = "".join(dict.fromkeys(word))
    return "ABCDEFGHIJKL".startswith(new)


def _chords(clause: str) -> tuple[str, ...]:
    """Chord symbols that stand behind the word chords, in a list."""
    cue = _CHORD_CUE.search(clause)
    names = _CHORD.findall(clause, cue.end()) if cue else []
    symbols = (ChordSymbol.parse(name) for name in names)
    return tuple(str(symbol) for symbol in symbols if symbol is not None)


def _instruments(clause: str) -> tuple[str, ...]:
    found = instrumentation.parse(clause) if _INSTRUMENT_CUE.search(clause) else None
    return tuple(found.split(", ")) if found else ()


_READERS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "genre": _one(dance.parse),
    "key": _one(_key),
    "metre": _one(time_signature.parse),
    "tempo": _one(tempo_class.named),
    "beats a minute": _numbers(_BEATS),
    "texture": _one(texture_question.parse),
    "bars": _numbers(_BARS),
    "form": _forms,
    "range": _one(range.parse),
    "chords": _chords,
    "instruments": _instruments,
}
"""Field → what reads its values in a clause, in the order of a caption."""
FIELDS = tuple(_READERS)


# Right and false


def same_fact(field: str, one: str, other: str) -> bool:
    """Whether two values of a field say the same: keys, notes and chords by sound, tempi within 4%."""
    match field:
        case "key":
            return Key.parse(one).same_answer(Key.parse(other))
        case "metre":
            return Meter.parse(one).bar_quarters == Meter.parse(other).bar_quarters and (
                Meter.parse(one).unit == Meter.parse(other).unit
            )
        case "beats a minute":
            return abs(float(one) - float(other)) <= TEMPO_TOLERANCE * float(other)
        case "range":
            return _sounds(one) == _sounds(other)
        case "chords":
            first, second = ChordSymbol.parse(one), ChordSymbol.parse(other)
            return first == second or (
                first is not None and second is not None and first.pitch_classes == second.pitch_classes
            )
    return one == other


def _sounds(written: str) -> list[int]:
    return [Pitch.parse(name).midi for name in written.split(" to ")]


def false_facts(facts: Facts) -> list[dict[str, tuple[str, ...]]]:
    """Changes that make one fact of a caption false, the hardest to notice first."""
    single = {field: values[0] for field, values in facts.items()}
    found: list[dict[str, tuple[str, ...]]] = []

    def add(field: str, *values: str) -> None:
        found.append({field: values})

    if "key" in single:
        for name in key.hard_distractors(Key.parse(single["key"]))[:2]:
            add("key", name)
    if "metre" in single:
        add("metre", time_signature.hard_distractors(Meter.parse(single["metre"]))[0])
    if "range" in single:
        low, high = map(Pitch.parse, single["range"].split(" to "))
        add("range", range.written(low, high.transpose(Interval(1, 2))))
    if "form" in single:
        add("form", next(letters for letters in ("AABB", "ABAB") if letters != single["form"]))
    if "bars" in single:
        add("bars", str(int(single["bars"]) + 4))
    if "genre" in single:
        add("genre", dance.hard_distractors(single["genre"], single.get("metre", ""))[0])
    if "texture" in single:
        add("texture", texture_question.NEAREST[single["texture"]][0])
    if "beats a minute" in single:
        faster = round(float(single["beats a minute"]) * 1.5)
        add("beats a minute", str(faster))
        word = tempo_class.tempo_class(faster)
        if word is not None:
            found[-1]["tempo"] = (word,)
    if "instruments" in facts:
        add("instruments", *instrumentation.hard_distractors(facts["instruments"])[0].split(", "))
    return found
