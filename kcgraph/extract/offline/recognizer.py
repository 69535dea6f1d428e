"""spaCy's entity recognizer, its transitions worked out for all tokens at once.

The recognizer reads from left to right, one transition a token, and asks every class each time
whether it may follow. But outside an entity its network sees the token alone, so what it would do
there is known for all tokens in one multiplication; inside one it sees the entity's first word, the
word before and the token, so entities grow together, one token a step. The annotations are the same
(a test compares them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, SENT_START
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from spacy.util import minibatch

_SEEN = 3  # tokens that the network sees: this one, the entity's first, the one before
_NEVER = -np.inf

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class BatchedRecognizer:
    """What an `EntityRecognizer` finds without a beam, in documents that have no entities yet."""

    def __init__(self, stock: EntityRecognizer) -> None:
        self._stock = stock
        self._tokens, self._lower, self._upper = stock.model.layers
        moves = stock.moves
        names = [moves.get_class_name(n) for n in range(moves.n_moves)]
        self._names = [name[2:] for name in names]  # labels of classes, "B-ORG"
        place = {name: n for n, name in enumerate(names)}
        self._begins = np.array([name[:2] == "B-" for name in names])
        self._units = np.array([name[:2] == "U-" and len(name) > 2 for name in names])
        self._outside = np.array([name == "O" for name in names])
        # for a class that begins an entity, those that go on with it and that end it
        self._inside, self._last = (
            np.array([place.get(f"{move}-{label}", -1) for label in self._names])
            for move in ("I", "L")
        )

    def __call__(self, doc: Doc) -> Doc:
        """Sets the entities of `doc`."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """The documents in order, with their entities."""
        for batch in minibatch(docs, batch_size):  # type: ignore[no-untyped-call]
            if any(doc.has_annotation("ENT_IOB") for doc in batch):  # they would have to be kept
                yield from self._stock.pipe(batch)
                continue
            found = iter(self._spans(batch))
            entity = next(found, None)
            offset = 0
            for doc in batch:
                own = []
                while entity and entity[0] < offset + len(doc):
                    start, end, label = entity
                    own.append(Span(doc, start - offset, end - offset, label=label))
                    entity = next(found, None)
                doc.set_ents(own, default="outside")
                offset += len(doc)
                yield doc

    def _spans(self, docs: Sequence[Doc]) -> Iterator[tuple[int, int, str]]:
        """Start, end and label of each entity, tokens counted through all documents."""
        rows = np.concatenate([doc.to_array([SENT_START, IS_SPACE]) for doc in docs])
        if not len(rows):
            return
        ends = np.cumsum([len(doc) for doc in docs])
        breaks = np.append(rows[1:, 0] == 1, True)  # after a token a sentence or document ends
        breaks[ends[ends > 0] - 1] = True
        seen = self._lower.predict(self._tokens.predict(docs))
        nothing, seen = seen[0], seen[1:]
        scores = self._scores(seen[:, 0] + nothing[1] + nothing[2])
        scores[np.ix_(breaks, self._begins)] = _NEVER
        scores[np.ix_(rows[:, 1] == 1, self._begins | self._units)] = _NEVER
        scores[:, ~(self._begins | self._units | self._outside)] = _NEVER
        moves = scores.argmax(axis=1)
        end_of = self._ends(seen, moves, breaks)
        chosen = (self._begins | self._units)[moves]
        free = 0
        for token in np.flatnonzero(chosen).tolist():
            if token >= free:
                free = end_of[token]
                yield token, free, self._names[moves[token]]

    def _ends(self, seen: Floats, moves: NDArray[np.int64], breaks: Flags) -> list[int]:
        """For each token where an entity that begins there would end."""
        found = np.arange(1, len(moves) + 1)
        start = np.flatnonzero(self._begins[moves])
        at = start + 1
        while len(start):
            scores = self._scores(seen[at, 0] + seen[start, 1] + seen[at - 1, 2])
            each, begun = np.arange(len(start)), moves[start]
            better = scores[each, self._inside[begun]] >= scores[each, self._last[begun]]
            goes_on = better & ~breaks[at]
            found[start[~goes_on]] = at[~goes_on] + 1
            start, at = start[goes_on], at[goes_on] + 1
        ends: list[int] = found.tolist()
        return ends

    def _scores(self, summed: Floats) -> Floats:
        """The score of every class; `summed` (states, hidden units, pieces) is what is seen."""
        hidden = (summed + self._lower.get_param("b")).max(axis=2)
        scores: Floats = hidden @ self._upper.get_param("W").T + self._upper.get_param("b")
        return scores


def _is_known(pipe: object) -> bool:
    """Whether the recognizer is built as this module takes for granted."""
    if not isinstance(pipe, EntityRecognizer):
        return False
    model = pipe.model
    return (
        pipe.cfg["beam_width"] == 1
        and model.name == "parser_model"
        and model.attrs["has_upper"]
        and not model.attrs["unseen_classes"]
        and model.layers[1].get_dim("nF") == _SEEN
    )


@Language.factory("kcgraph_batched_ner")
def _make(nlp: Language, name: str) -> BatchedRecognizer:
    stock = nlp.get_pipe("ner")
    assert isinstance(stock, EntityRecognizer)
    return BatchedRecognizer(stock)


def with_batches(nlp: Language) -> Language:
    """`nlp` with its entity recognizer, if it is of the usual kind, replaced by its batches."""
    if "ner" in nlp.pipe_names and _is_known(nlp.get_pipe("ner")):
        nlp.add_pipe("kcgraph_batched_ner", after="ner")
        nlp.disable_pipe("ner")
    return nlp
