"""Short noun and verb phrases that can name an issue, trimmed the way a person would write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from kcgraph.extract.offline.positions.syntax import OBJECTS, Syntax

LONGEST = 9  # words of a label
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE = re.compile(r"\s+([,.%])")
_PUNCTUATION_INSIDE = frozenset({"-", "–", "/", "$", "£", "€", "%", "&", "’s", "'s", "#"})
_DROPPED_LEFT = frozenset(
    {"this", "that", "these", "those", "such", "any", "some", "all", "each", "every", "both", "own"}
    | {"other", "same", "new", "proposed", "current", "latest", "recent", "entire", "whole"}
)
# Nouns that only say how many there are of what follows: "a string of closings".
_AMOUNTS = frozenset(
    "series range variety string host lot couple handful bunch array slew spate raft".split()
)
_TELLING = frozenset(
    "to for of on in at with from by into over about against near under between within without "
    "through as than off after before until during across along around toward towards like above "
    "below beyond outside inside".split()
)


class Phrase(NamedTuple):
    """`tokens` in text order (with gaps where words were left out), headed by `head`.

    `form` says how it was trimmed: "np", "np+1" (with one prepositional phrase), "np+2", "vp", ...
    """

    tokens: tuple[int, ...]
    head: int
    form: str


def text_of(syntax: Syntax, phrase: Phrase) -> str:
    """The phrase as a label: its words with the spacing of the text, on one line."""
    tokens, last = phrase.tokens, phrase.tokens[-1]
    if syntax.tag[last] == "POS" and len(tokens) > 1:
        owner = syntax.dep[phrase.head] == "poss"
        if owner or syntax.text[last] in ("'", "’"):
            tokens = tokens[:-1]  # of "the leaders' resolve" the leaders alone
    parts = [syntax.text[tokens[0]]]
    for before, i in pairwise(tokens):
        if syntax.spaced[before] or i > before + 1:
            parts.append(" ")
        parts.append(syntax.text[i])
    text = _SPACES.sub(" ", "".join(parts)).strip(' ,;:.-–—"“”')
    return _SPACE_BEFORE.sub(r"\1", text)


def _counted(syntax: Syntax, head: int) -> int:
    """What there is a series or lot of, else the noun itself."""
    inner = syntax.preposition(head, "of") if syntax.lemma[head] in _AMOUNTS else None
    return head if inner is None or syntax.pos[inner] not in ("NOUN", "PROPN") else inner


def of_noun(syntax: Syntax, head: int) -> Iterator[Phrase]:
    """Labels for the noun phrase headed by `head`, the barest first."""
    head = _counted(syntax, head)
    core = _noun_core(syntax, head)
    seen = {core}
    yield Phrase(core, head, "np")
    tails = _tails(syntax, head)
    tokens = core
    for n, tail in enumerate(tails[:2], 1):
        tokens = tuple(sorted({*tokens, *tail}))
        if len(tokens) > LONGEST + 2:
            break
        if tokens not in seen:
            seen.add(tokens)
            yield Phrase(tokens, head, f"np+{n}")


def of_verb(syntax: Syntax, verb: int) -> Iterator[Phrase]:
    """Labels for the clause headed by `verb`: with its object, with one and two complements."""
    tokens = {verb}
    for c in syntax.children[verb]:
        dep = syntax.dep[c]
        if dep in ("prt", "neg", "auxpass") or (dep == "aux" and syntax.lower[c] == "be"):
            tokens.add(c)
        elif dep in OBJECTS or dep in ("dative", "acomp"):
            tokens.update(_complement(syntax, c))
        elif dep == "ccomp" and (syntax.pos[c] == "ADJ" or syntax.tag[c] == "VBN"):
            tokens.update(_small_clause(syntax, c))
    passive = syntax.child(verb, "nsubjpass")
    if passive is not None and syntax.pos[passive] in ("NOUN", "PROPN"):
        tokens.update(_noun_core(syntax, passive))
    bare = tuple(sorted(tokens))
    if len(bare) <= LONGEST + 2:
        yield Phrase(bare, verb, "vp")
    tails = [t for c in syntax.children[verb] if c > verb for t in _verb_tail(syntax, c)]
    for c in syntax.children[verb]:
        if syntax.dep[c] in OBJECTS:
            tails.extend(_tails(syntax, c))
    tails.sort()
    seen = {bare}
    current = bare
    for n, tail in enumerate(tails[:2], 1):
        current = tuple(sorted({*current, *tail}))
        if len(current) > LONGEST + 2:
            break
        if current not in seen:
            seen.add(current)
            yield Phrase(current, verb, f"vp+{n}")
    subject = syntax.child(verb, "nsubj")
    if subject is not None and syntax.pos[subject] not in ("PRON",):
        whole = tuple(sorted({*bare, *_noun_core(syntax, subject)}))
        if len(whole) <= LONGEST + 2:
            yield Phrase(whole, verb, "clause")


def _noun_core(syntax: Syntax, head: int) -> tuple[int, ...]:
    """The noun with its modifiers on the left, without determiners."""
    kept = [head]
    for c in syntax.children[head]:
        dep = syntax.dep[c]
        if c > head:
            if dep == "case" or (dep == "nummod" and c == head + 1):
                kept.append(c)
            continue
        if dep == "poss":
            if syntax.pos[c] != "PRON":
                kept.extend(_noun_core(syntax, c))
        elif dep in ("amod", "compound", "nummod", "nmod", "quantmod", "npadvmod", "neg"):
            if syntax.lower[c] not in _DROPPED_LEFT:
                kept.extend(range(syntax.left[c], min(syntax.right[c], head - 1) + 1))
        elif (dep == "det" and syntax.lower[c] == "no") or (
            dep in ("punct", "advmod") and syntax.lower[c] in _PUNCTUATION_INSIDE
        ):
            kept.append(c)
    kept = sorted(set(kept))
    while len(kept) > 1 and syntax.pos[kept[0]] == "PUNCT":
        kept = kept[1:]
    return tuple(kept)


def _complement(syntax: Syntax, head: int) -> tuple[int, ...]:
    if syntax.pos[head] in ("NOUN", "PROPN", "NUM", "PRON"):
        return _noun_core(syntax, _counted(syntax, head))
    return (head,)


def _tails(syntax: Syntax, head: int) -> list[tuple[int, ...]]:
    """What stands after a noun and tells which: prepositional phrases and infinitives."""
    found: list[tuple[int, ...]] = []
    for c in syntax.children[head]:
        if c < head:
            continue
        if syntax.dep[c] == "prep" and syntax.lower[c] in _TELLING:
            found.extend(_prepositional(syntax, c))
        elif syntax.dep[c] == "acl" and syntax.tag[c] in ("VB", "VBG", "VBN"):
            tail = _clause_core(syntax, c)
            if len(tail) > 1 or syntax.tag[c] != "VBG":  # not "changes coming"
                found.append(tail)
        elif syntax.dep[c] in ("acl", "ccomp") and syntax.child(c, "mark") is not None:
            found.append(_full_clause(syntax, c))
    return found


def _prepositional(syntax: Syntax, prep: int) -> list[tuple[int, ...]]:
    inner = syntax.child(prep, "pobj", "pcomp")
    if inner is None:
        return []
    if syntax.dep[inner] == "pcomp":
        tail = _clause_core(syntax, inner)
        cut_off = len(tail) == 1 and syntax.child(inner, "ccomp") is not None
        return [] if cut_off else [(prep, *tail)]  # not "a rule for determining"
    core = _noun_core(syntax, inner)
    first = (prep, *core)
    deeper = [t for t in _tails(syntax, inner) if t]
    return [tuple(sorted(first)), *deeper[:1]]


def _clause_core(syntax: Syntax, verb: int) -> tuple[int, ...]:
    tokens = {verb}
    for c in syntax.children[verb]:
        if syntax.dep[c] in ("prt", "neg") or (syntax.dep[c] == "aux" and syntax.lower[c] == "to"):
            tokens.add(c)
        elif syntax.dep[c] in OBJECTS or syntax.dep[c] == "acomp":
            tokens.update(_complement(syntax, c))
    return tuple(sorted(tokens))


def _full_clause(syntax: Syntax, verb: int) -> tuple[int, ...]:
    """ "That race was a factor", from the mark to the object."""
    tokens = {*_clause_core(syntax, verb)}
    for c in syntax.children[verb]:
        if syntax.dep[c] in ("mark", "aux", "auxpass"):
            tokens.add(c)
        elif syntax.dep[c] in ("nsubj", "nsubjpass"):
            tokens.update(_complement(syntax, c))
    return tuple(sorted(tokens))


def _small_clause(syntax: Syntax, predicate: int) -> tuple[int, ...]:
    """ "The ward open" of "keep the ward open"; nothing when the clause is a full one."""
    subject = syntax.child(predicate, "nsubj", "nsubjpass")
    if subject is None or syntax.child(predicate, "mark", "aux", "auxpass", "cop") is not None:
        return ()
    particles = [c for c in syntax.children[predicate] if syntax.dep[c] == "prt"]
    return tuple(sorted({*_complement(syntax, subject), predicate, *particles}))


def _verb_tail(syntax: Syntax, c: int) -> Iterable[tuple[int, ...]]:
    dep = syntax.dep[c]
    if dep in ("prep", "agent", "dative"):
        return _prepositional(syntax, c)
    if dep in ("xcomp", "pcomp"):
        return [_clause_core(syntax, c)]
    if dep == "advmod" and syntax.lower[c] in ("more", "less", "early", "locally", "now", "out"):
        return [(c,)]
    if dep == "npadvmod":
        return [_noun_core(syntax, c)]
    return []
