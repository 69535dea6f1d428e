"""The parse as plain lists, and what the argument structure of English says about it.

spaCy tokens are slow to walk; the position reader visits every word several times, so it copies the
parse once. Tokens are numbered as in the `Doc`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spacy.attrs import DEP, HEAD, LEMMA, LOWER, POS, SENT_START, TAG
from spacy.tokens import Doc

from kcgraph.extract.offline.quotes import quoted_tokens
from kcgraph.extract.offline.types import Tokens

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
        table = doc.to_array([LEMMA, LOWER, POS, TAG, DEP, HEAD, SENT_START])
        strings = doc.vocab.strings
        names: dict[int, str] = {}

        def column(number: int) -> list[str]:
            return [
                names.get(k) or names.setdefault(k, strings[k]) for k in table[:, number].tolist()
            ]

        self.doc = doc
        self.size = len(doc)
        self.lemma = [w.lower() for w in column(0)]
        self.lower = column(1)
        self.pos = column(2)
        self.tag = column(3)
        self.dep = column(4)
        offsets = table[:, 5].astype("int64").tolist()
        self.head: list[int] = [i + offset for i, offset in enumerate(offsets)]
        self.children: list[list[int]] = [[] for _ in range(self.size)]
        for i, head in enumerate(self.head):
            if head != i:
                self.children[head].append(i)
        self.verdicts: dict[int, Any] = {}  # what `rules.verdict` said, by token
        self.frames: dict[int, Any] = {}  # what `frames.frame_of` said, by token
        self.sentence: list[int] = []
        self.sentences: list[Tokens] = []
        self._find_sentences(table[:, 6].astype("int64").tolist())
        self.depth = self._depths()
        self.left, self.right = self._edges()
        self.quoted = quoted_tokens(doc)
        self.paragraph = [-1] * self.size
        for number, (start, end) in enumerate(doc.user_data.get("paragraphs") or [(0, self.size)]):
            for i in range(start, end):
                self.paragraph[i] = number

    def _find_sentences(self, starts: list[int]) -> None:
        begin = 0
        for i in range(1, self.size + 1):
            if i == self.size or starts[i] == 1:
                self.sentences.append(Tokens(begin, i))
                self.sentence.extend([len(self.sentences) - 1] * (i - begin))
                begin = i

    def _edges(self) -> tuple[list[int], list[int]]:
        """First and last token of every subtree (both inclusive)."""
        left, right = list(range(self.size)), list(range(self.size))
        order = sorted(range(self.size), key=self.depth.__getitem__, reverse=True)
        for i in order:
            head = self.head[i]
            if head != i:
                left[head] = min(left[head], left[i])
                right[head] = max(right[head], right[i])
        return left, right

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
