"""The parse as plain lists, and what the argument structure of English says about it.

Tokens are numbered as in the `Doc`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import columns

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "pcomp", "acl", "relcl"})
OBJECTS = frozenset({"dobj", "attr", "oprd"})
RELATIVES = frozenset({"who", "which", "that", "whom"})
# Verbs whose infinitive is acted by their object: "urged the board to reject it".
OBJECT_CONTROL = frozenset(
    {"advise", "allow", "ask", "beg", "call", "challenge", "command", "compel", "convince"}
    | {"dare", "direct", "enable", "encourage", "entreat", "exhort", "expect", "forbid", "force"}
    | {"get", "implore", "instruct", "invite", "let", "like", "lobby", "make", "need", "order"}
    | {"permit", "persuade", "petition", "press", "pressure", "prod", "push", "remind", "request"}
    | {"require", "tell", "urge", "want", "warn"}
)


class Syntax:
    """One parsed article as parallel lists over its tokens."""

    def __init__(self, doc: Doc) -> None:
        known = columns(doc)
        self.doc = doc
        self.size = len(doc)
        self.lemma = [w.lower() for w in known.lemma]
        self.lower, self.text, self.spaced = known.lower, known.text, known.spaced
        self.pos, self.tag, self.dep = known.pos, known.tag, known.dep
        self.head, self.children = known.head, known.children
        self.left, self.right = known.left, known.right  # of the subtree, both inclusive
        self.sentence, self.sentences = known.sentence, known.sentences
        self.paragraph = known.paragraph
        self.quoted = [number >= 0 for number in known.quote]
        self.depth = self._depths()
        self.verdicts: dict[int, Any] = {}  # what `rules.verdict` said, by token
        self.frames: dict[int, Any] = {}  # what `frames.frame_of` said, by token

    def _depths(self) -> list[int]:
        """How far each token is from the root of its sentence."""
        depth = [-1] * self.size
        for i in range(self.size):
            chain, j = [], i
            while depth[j] < 0 and self.head[j] != j:
                chain.append(j)
                j = self.head[j]
            if depth[j] < 0:
                depth[j] = 0
            for k in reversed(chain):
                depth[k] = depth[self.head[k]] + 1
        return depth

    # --- walking ---------------------------------------------------------------------------------

    def child(self, i: int, *deps: str) -> int | None:
        """The first child with one of these dependencies."""
        for c in self.children[i]:
            if self.dep[c] in deps:
                return c
        return None

    def ancestors(self, i: int) -> Iterator[int]:
        """Heads of `i` from the nearest to the root."""
        while self.head[i] != i:
            i = self.head[i]
            yield i

    def is_negated(self, i: int) -> bool:
        """Whether a negation stands directly at `i` ("not", "never", "no")."""
        return any(
            self.dep[c] == "neg" or self.lower[c] in ("no", "never", "neither", "hardly")
            for c in self.children[i]
        )

    def conjuncts(self, i: int) -> list[int]:
        """`i` and what is coordinated with it to the right."""
        found, stack = [], [i]
        while stack:
            j = stack.pop()
            found.append(j)
            stack.extend(c for c in self.children[j] if self.dep[c] == "conj")
        return sorted(found)

    def first_conjunct(self, i: int) -> int:
        """The first of the coordination that `i` stands in."""
        while self.dep[i] == "conj" and self.head[i] != i:
            i = self.head[i]
        return i

    def is_passive(self, i: int) -> bool:
        """Whether the verb `i` is in the passive, or a participle after a noun."""
        return any(self.dep[c] in ("nsubjpass", "auxpass") for c in self.children[i]) or (
            self.tag[i] == "VBN"
            and self.dep[i] in ("acl", "relcl")
            and self.child(i, "nsubj", "dobj", "aux") is None
        )

    def preposition(self, i: int, *words: str) -> int | None:
        """The object of a preposition at `i`, one of `words` (any, if none is named)."""
        for c in self.children[i]:
            if self.dep[c] in ("prep", "agent", "dative") and (not words or self.lower[c] in words):
                inner = self.child(c, "pobj", "pcomp")
                if inner is not None:
                    return inner
        return None

    def subject(self, i: int, depth: int = 0) -> int | None:
        """The token that heads the subject of `i`, own or inherited; for a noun, who owns it."""
        own = self.child(i, "nsubj", "nsubjpass", "csubj")
        if own is not None:
            return self._antecedent(i, own)
        if depth > 4 or self.head[i] == i:
            return None
        head, dep = self.head[i], self.dep[i]
        if dep in ("conj", "aux", "acomp", "attr", "prep", "oprd", "dep"):
            return self.subject(head, depth + 1)
        if dep in ("xcomp", "ccomp"):
            if self.lemma[head] in OBJECT_CONTROL or self.dep[i] == "ccomp":
                actor = self.child(head, "dobj", "dative") or self.preposition(head, "on", "upon")
                if actor is not None:
                    return actor
            return self.subject(head, depth + 1)
        if dep in ("advcl", "pcomp"):
            return self.subject(head, depth + 1)
        if dep in ("acl", "relcl"):
            return head
        return None

    def _antecedent(self, i: int, subject: int) -> int:
        """The noun that a relative pronoun stands for."""
        if self.lower[subject] in RELATIVES:
            for j in (i, *self.ancestors(i)):
                if self.dep[j] == "relcl":
                    return self.head[j]
        return subject

    def owner(self, i: int) -> int | None:
        """Whose act a noun is: "the union's demand", "a demand by the union", "made a demand"."""
        own = self.child(i, "poss")
        if own is None:
            own = self.preposition(i, "by", "from", "among")
        if own is None and self.dep[i] in ("dobj", "attr", "pobj"):
            verb = self.head[i]
            if self.dep[i] == "pobj":
                verb = self.head[verb]
            return self.subject(verb) if self.pos[verb] in ("VERB", "AUX") else None
        return own
