"""The audit trail in the reader's language.

An entry is written once, in Vietnamese, and its words are part of a chain of hashes. For another
language the sentence is recognised by its words, and said with the same values.
"""

from __future__ import annotations

import functools
import re

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override

from config.journal_sentences import SENTENCES
from scoring.rules import Stage

# Values that are choices of the program, and those that are sentences of the trail themselves.
_LABELS = {
    "kind", "move", "outcome", "paper", "period", "role", "scorer", "source", "stage", "state",
    "step",
}  # fmt: skip
_TOLD = {"late", "sentence", "who"}
_VALUE = re.compile(r"%\((\w+)\)s")


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str], Promise]]:
    """The sentences as patterns, those that say most themselves first.

    Each with its longest words: looking for these is many times quicker than for the whole.
    """
    with override(settings.LANGUAGE_CODE):
        written = [(str(sentence), sentence) for sentence in SENTENCES]
        stages = "|".join(re.escape(str(label)) for label in Stage.labels)
    written.sort(key=lambda pair: -len(_VALUE.sub("", pair[0])))
    return [
        (max(_VALUE.split(words)[::2], key=len), _pattern(words, stages), sentence)
        for words, sentence in written
    ]


def _pattern(words: str, stages: str) -> re.Pattern[str]:
    """The sentence with any text for its values; a stage stands right before a unit's name."""
    parts = _VALUE.split(words)
    texts, names = parts[::2], parts[1::2]
    pattern = re.escape(texts[0])
    for name, text in zip(names, texts[1:], strict=True):
        value = stages if name == "stage" else ".+?|"
        pattern += f"(?P<{name}>{value})" + re.escape(text)
    return re.compile(pattern, re.DOTALL)


def retold(text: str) -> str:
    """The sentence of an entry in the reader's language; what is not recognised as it is."""
    if get_language() == settings.LANGUAGE_CODE:
        return text
    for words, pattern, sentence in _patterns():
        found = pattern.fullmatch(text) if words in text else None
        if found:
            values = {name: _value(name, value) for name, value in found.groupdict().items()}
            return str(sentence) % values if values else str(sentence)
    return text


def _value(name: str, text: str) -> str:
    """The program's own words are told too; what people wrote is nobody's to translate."""
    if name in _LABELS:
        return _label(text)
    return retold(text) if name in _TOLD else text


def _label(text: str) -> str:
    """The label in the reader's language, also where a sentence has it with a small letter."""
    told = gettext(text)
    if told != text:
        return told
    label = capfirst(text)
    told = gettext(label)
    return text if told == label else told[:1].lower() + told[1:]
