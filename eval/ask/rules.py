"""Which words ask which question: the table that `eval.ask.understanding` goes through."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.ask.arguments import BARS, NOTES

ALL = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that ask questions of some types.

    Attributes:
        tasks: the types; several where the words may mean either.
        pattern: of the words, in lower case.
        instead: types that a clause with these words does not ask; `ALL` for every other.
        bars, notes: what the clause must point at besides.
    """

    tasks: tuple[str, ...]
    pattern: re.Pattern[str]
    instead: frozenset[str]
    bars: bool
    notes: bool

    def find(self, clause: str, left: str) -> re.Match[str] | None:
        """The rule's words in what is left of a clause, if the clause points at what they need."""
        if (self.bars and not BARS.search(clause)) or (self.notes and not NOTES.search(clause)):
            return None
        return self.pattern.search(left)


def _rule(tasks: str, *patterns: str, instead: str = "", bars: bool = False, notes: bool = False) -> Rule:
    """A rule of alternative patterns of whole words."""
    whole = re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)")
    return Rule(tuple(tasks.split()), whole, frozenset(instead.split()), bars, notes)


_STEP = (
    r"(?:semitones?|(?:half|whole)[ -]?(?:steps?|tones?)|tones?|steps?|octaves?|second|third|fourth|fifth"
    r"|sixth|seventh)"
)
_HARMONY = r"(?:chords?|harmon(?:y|ies))"
_PART = r"(?:sections?|parts?|strains?)"
_BEAT = r"(?:beat \w+|\w+ beat|downbeat)"
_IT = r"(?:it|this|the \w+)"

RULES = (
    # what is to be done to the music, or with it
    _rule(
        "transposition",
        r"transposed?",
        rf"(?:move|shift|put|write|rewrite|raise|lower|bring)\b.*\b{_STEP}",
        rf"{_STEP} (?:up|down|higher|lower)",
        r"(?:write|rewrite|put|give|play|notate)\b.*\bin(?:to)? (?:the key of )?[a-g]",
        instead=ALL,
    ),
    _rule(
        "completion",
        r"complete",
        r"fill (?:in|up)",
        r"missing",
        r"lack(?:s|ing)?",
        r"left out",
        instead=ALL,
        bars=True,
    ),
    _rule(
        "completion",
        r"incomplete (?:bar|measure)",
        r"(?:value|length|duration) is (?:missing|lacking)",
        instead=ALL,
    ),
    _rule(
        "wrong-bar",
        r"wrong",
        r"mistakes?",
        r"errors?",
        r"incorrect",
        r"faulty",
        r"misprints?",
        r"typos?",
        r"proofread",
        instead=ALL,
    ),
    _rule(
        "continuation",
        r"comes? next",
        r"continu(?:es?|ed|ation)",
        r"go(?:es)? on",
        r"follows?",
        instead=ALL,
    ),
    # places
    _rule(
        "motif",
        r"moti(?:f|fs|ve|ves|v)",
        r"opening (?:figure|idea)",
        r"(?:first|opening) \w+ notes\b.*\b(?:occur|appear|come|return|recur|again|repeat)\w*",
        instead=ALL,
    ),
    _rule(
        "returns",
        r"returns?",
        r"comes? back",
        r"recurs?",
        r"reappears?",
        r"again",
        r"elsewhere",
        r"other (?:bars?|measures?)",
        r"repeat(?:s|ed)?",
        r"same as",
        r"identical",
        r"equal",
        r"match(?:es)?",
        instead=ALL,
        bars=True,
    ),
    _rule(
        "chord-name",
        rf"{_HARMONY}\b.*\b{_BEAT}",
        rf"{_BEAT}\b.*\b{_HARMONY}",
        instead=ALL,
        bars=True,
    ),
    _rule("scale-degree", r"(?:scale[ -])?degree", r"sol-?fa", r"solf[eè]ge", instead=ALL, notes=True),
    _rule("interval", r"intervals?", r"how far", r"distance", instead=ALL, notes=True),
    _rule("interval", r"between", instead=ALL, bars=True, notes=True),
    # harmony
    _rule(
        "roman-numerals",
        r"roman",
        r"numerals?",
        r"(?:functional|harmonic) analysis",
        instead=ALL,
    ),
    _rule(
        "harmonic-complexity",
        r"harmonic(?:ally)? complex\w*",
        rf"complex\w*\b.*\b{_HARMONY}",
        rf"how (?:complex|complicated|simple|rich) (?:is|are) the {_HARMONY}",
        r"chromatic",
        instead="chords harmonization",
    ),
    _rule(
        "rhythmic-complexity",
        r"rhythmic(?:ally)? complex\w*",
        r"complex\w*\b.*\brhythms?",
        r"how (?:complex|complicated|simple|hard|busy) (?:is|are) the rhythms?",
        r"syncopat\w*",
    ),
    _rule(
        "harmonization",
        r"harmoni[sz](?:e|ed|ation|ing)",
        r"accompan(?:y|iment|ying)",
        r"chords? (?:\w+ )?(?:would|could|should|can|might|to)\b.*\b(?:play|fit|go|use|work|suit|accompany)",
        r"(?:suggest|add|supply|put)\b.*\bchords?",
        r"chords? (?:that )?(?:fit|go with|suit|work)",
        r"backing",
        r"strum",
        r"guitar chords",
        instead="chords",
    ),
    _rule("cadence", r"cadences?", rf"how does {_IT} (?:end|close)"),
    _rule("local-key", r"key", r"tonality", r"modulat\w*", r"major or minor", instead="key", bars=True),
    _rule("local-key", r"modulat\w*", r"key changes?", r"changes? (?:its |the )?key", instead="key"),
    # form
    _rule(
        "sections",
        rf"where\b.*\b{_PART}",
        rf"{_PART}\b.*\b(?:start|begin)s?",
        r"section (?:boundar\w+|starts?|marks?)",
        r"boundaries",
        r"(?:start|begin) of (?:each|the) (?:\w+ )?section",
        instead="structure",
    ),
    _rule("phrases", r"phras\w+", r"breath\w*", instead="sections"),
    _rule(
        "structure",
        r"form",
        r"structured?",
        r"aabb?",
        r"aaba",
        r"rondo",
        r"how many (?:different )?(?:sections|strains)",
        rf"how is {_IT} (?:built|put together|organi[sz]ed|laid out)",
    ),
    # counting and measuring
    _rule(
        "range",
        r"range",
        r"ambitus",
        r"compass",
        r"tessitura",
        r"how (?:high and low|wide)",
        r"(?:lowest|bottom) (?:\w+ )?(?:and|to)\b.*\b(?:highest|top)",
        r"(?:highest|top) (?:\w+ )?(?:and|to)\b.*\b(?:lowest|bottom)",
        instead="highest-note",
    ),
    _rule(
        "highest-note",
        r"(?:highest|lowest|top|bottom|deepest) (?:sounding )?(?:note|pitch|tone)",
        r"how (?:high|low)",
    ),
    _rule(
        "voices",
        r"how many (?:\w+ )?voices",
        r"number of (?:\w+ )?voices",
        r"notes?\b.*\b(?:at once|together|at the same time|simultaneous\w*)",
        instead="note-count",
    ),
    _rule("voices structure", r"how many (?:\w+ )?parts", r"number of parts"),
    _rule("note-count", r"(?:how many|number of|count (?:all )?(?:the )?)\s*notes", r"note count"),
    _rule(
        "bar-count",
        r"(?:how many|number of|count (?:all )?(?:the )?)\s*(?:\w+ )?(?:bars|measures)",
        r"bar count",
        r"how long",
        r"length of (?:the|this)",
    ),
    # the nature of the piece
    _rule(
        "time-signature",
        r"time[ -]signature",
        r"met(?:re|er)",
        r"beats? (?:\w+ ){0,2}(?:per|in (?:a|each|every|the|one)|to (?:a|the)) (?:bar|measure)",
        r"(?:waltz|cut|common) time",
        r"\d{1,2} ?/ ?(?:2|4|8|16)",
        r"duple",
        r"triple",
        r"quadruple",
        r"compound",
        r"(?:what|which) time",
        r"what(?:'s| is) the beat",
    ),
    _rule(
        "key",
        r"keys?(?![ -]?board)",
        r"tonic",
        r"tonality",
        r"(?:major|minor) or (?:in )?(?:a )?(?:major|minor)",
        r"modes?",
        r"(?:what|which) scale",
        r"home note",
        r"dorian",
        r"mixolydian",
        r"phrygian",
        r"lydian",
        r"in (?:a )?(?:major|minor)",
        r"how many (?:sharps|flats)",
    ),
    _rule("chords", _HARMONY, r"harmoni[cs]", r"progression"),
    _rule(
        "tempo-class",
        r"tempo",
        r"how (?:fast|slow|quick\w*)",
        r"speed",
        r"bpm",
        r"beats (?:per|a) minute",
        r"(?:fast|slow) or (?:slow|fast)",
        r"is (?:it|this) (?:\w+ ){0,2}(?:fast|slow|allegro|andante|presto)",
    ),
    _rule("instrumentation", r"instrument(?:s|ation|ed)?", r"orchestrat\w*", r"scored for", r"who plays"),
    _rule("texture", r"textures?", r"(?:mono|poly|homo)phon(?:ic|y)", r"counterpoint", r"contrapuntal"),
    _rule(
        "dance",
        r"dances?",
        r"genre",
        r"(?:reel|jig|hornpipe|waltz|polka|march|strathspey|mazurka|minuet)",
        r"(?:what|which) (?:kind|type|sort|style) of (?:a )?(?:tune|piece|song|music|melody)",
    ),
    _rule(
        "caption",
        r"descri(?:be|ption)",
        r"caption",
        r"summar(?:y|i[sz]e)",
        r"tell me (?:something |more |all )?about",
        r"overview",
        r"what can (?:you|be) (?:tell|say|said)",
        rf"analy[sz]e {_IT}",
        instead=ALL,
    ),
)
"""Special rules first."""
