"""spaCy's attribute ruler with its rules in a table.

The ruler asks a `Matcher` with every rule about every token. Nearly all rules look at one token's
tag, word and relation only; what they set is worked out once for each combination and remembered.
The few others stay with a matcher. The annotations are the same (a test compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from spacy.attrs import DEP, IS_SPACE, LOWER, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.strings import StringStore
from spacy.tokens import Doc
from spacy.tokens._retokenize import normalize_token_attrs, set_token_attrs

_OTHER = -1  # any value that no rule names
_LOOKED_AT = ("TAG", "LOWER", "DEP", "IS_SPACE")
_SETS = ("IN", "NOT_IN")

Key = tuple[int, int, int, int]  # of a token, in the order of _LOOKED_AT
Attributes = dict[Any, Any]  # what `set_token_attrs` takes


class TabledRuler:
    """The rules of an `AttributeRuler`, applied as that does: of two rules the later one wins."""

    def __init__(self, ruler: AttributeRuler) -> None:
        strings = ruler.vocab.strings
        self._vocab = ruler.vocab
        self._single: list[tuple[int, _Conditions]] = []  # in the order of the rules
        self._matcher = Matcher(ruler.vocab)
        self._attributes: list[Attributes] = []
        self._index: list[int] = []
        self._known: tuple[dict[int, int], ...] = ({}, {}, {}, {})
        self._found: dict[Key, tuple[tuple[int, ...], Attributes]] = {}
        for number, rule in enumerate(cast(list[dict[str, Any]], ruler.patterns)):
            self._attributes.append(normalize_token_attrs(ruler.vocab, rule["attrs"]))
            self._index.append(rule["index"])
            patterns = rule["patterns"]
            if rule["index"] == 0 and all(map(_is_tabled, patterns)):
                for pattern in patterns:
                    self._single.append((number, _Conditions(pattern[0], strings)))
            else:
                self._matcher.add(strings.add(str(number)), patterns)
        for _, conditions in self._single:
            for column, (_, values) in conditions.of.items():
                self._known[column].update(dict.fromkeys(values, 0))
        for known in self._known:
            known.update({value: value for value in known})

    def __call__(self, doc: Doc) -> Doc:
        """Sets the attributes on the tokens of `doc`."""
        tags, lowers, deps, spaces = self._known
        rows = doc.to_array([TAG, LOWER, DEP, IS_SPACE]).tolist()
        keys = [
            (
                tags.get(tag, _OTHER),
                lowers.get(lower, _OTHER),
                deps.get(dep, _OTHER),
                spaces.get(space, _OTHER),
            )
            for tag, lower, dep, space in rows
        ]
        several = self._several(doc)
        for i, key in enumerate(keys):
            rules, attributes = self._found.get(key) or self._work_out(key)
            if i in several:
                for rule in sorted({*rules, *several[i]}):
                    set_token_attrs(doc[i], self._attributes[rule])
            elif attributes:
                set_token_attrs(doc[i], attributes)
        return doc

    def _several(self, doc: Doc) -> dict[int, list[int]]:
        """The rules that the matcher finds, by the token that they set."""
        found: dict[int, list[int]] = {}
        for name, start, end in self._matcher(doc, allow_missing=True, as_spans=False):
            rule = int(self._vocab.strings[name])
            index = self._index[rule]
            found.setdefault((start if index >= 0 else end) + index, []).append(rule)
        return found

    def _work_out(self, key: Key) -> tuple[tuple[int, ...], Attributes]:
        rules = tuple(
            dict.fromkeys(rule for rule, conditions in self._single if conditions.hold(key))
        )
        merged: Attributes = {}
        for rule in rules:
            merged.update(self._attributes[rule])
        self._found[key] = rules, merged
        return self._found[key]


class _Conditions:
    """What one pattern asks of a token: by column whether the value is among some, or not."""

    def __init__(self, pattern: Mapping[str, Any], strings: StringStore) -> None:
        self.of: dict[int, tuple[bool, frozenset[int]]] = {}
        for name, asked in pattern.items():
            among, values = True, [asked]
            if isinstance(asked, dict):
                operator, values = next(iter(asked.items()))
                among = operator == "IN"
            numbers = (strings.add(v) if isinstance(v, str) else int(v) for v in values)
            self.of[_LOOKED_AT.index(name)] = among, frozenset(numbers)

    def hold(self, key: Key) -> bool:
        return all((key[n] in values) == among for n, (among, values) in self.of.items())


def _is_tabled(pattern: list[dict[str, Any]]) -> bool:
    """Whether the pattern is about one token and what the table looks at."""
    return len(pattern) == 1 and all(
        name in _LOOKED_AT
        and (
            isinstance(asked, str | bool)
            or (isinstance(asked, dict) and len(asked) == 1 and next(iter(asked)) in _SETS)
        )
        for name, asked in pattern[0].items()
    )


@Language.factory("kcgraph_tabled_ruler")
def _make(nlp: Language, name: str) -> TabledRuler:
    ruler = nlp.get_pipe("attribute_ruler")
    assert isinstance(ruler, AttributeRuler)
    return TabledRuler(ruler)


def with_table(nlp: Language) -> Language:
    """`nlp` with its attribute ruler, if it has one, replaced by its table."""
    if "attribute_ruler" in nlp.pipe_names:
        nlp.add_pipe("kcgraph_tabled_ruler", after="attribute_ruler")
        nlp.disable_pipe("attribute_ruler")
    return nlp
