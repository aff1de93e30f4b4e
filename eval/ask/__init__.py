"""Questions about a score, or about theory, in free English: understood, asked, told with evidence.

    symbolic-ask "What key is this, and where does bar 5 come back?" tune.abc

What is asked is found by keywords (`eval.ask.understanding`) and filled in from the words around them
(`eval.ask.arguments`); `eval.ask.asking` makes of it the question that evaluation asks, without an answer,
and `eval.ask.answering` puts it to a model and gathers what speaks for the answer. Theory that names no score
is worked out by the rules of `eval.ask.theory`; what they do not read the theory model answers, by one of the
facts about what is named.
"""
