"""The batched recognizer finds the entities that spaCy's own recognizer does."""

import numpy as np
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from spacy.util import fix_random_seed

from kcgraph.extract.offline.recognizer import with_batches

WORDS = "Mayor Quinton Lucas of Kansas City met the union on Tuesday \n ( 12 % ) .".split(" ")


def pipelines() -> tuple[Language, Language]:
    """The same recognizer twice, with weights by chance, so that every transition is common."""
    fix_random_seed(7)
    found = [spacy.blank("en"), spacy.blank("en")]
    for nlp in found:
        recognizer = nlp.add_pipe("ner")
        assert isinstance(recognizer, EntityRecognizer)
        for label in ("PERSON", "ORG", "DATE"):
            recognizer.add_label(label)
        nlp.initialize()
    upper = found[0].get_pipe("ner").model.layers[2]
    chance = np.random.default_rng(7)
    upper.set_param("W", chance.normal(size=upper.get_param("W").shape).astype("f"))
    upper.set_param("b", chance.normal(size=upper.get_param("b").shape).astype("f"))
    found[1].get_pipe("ner").from_bytes(found[0].get_pipe("ner").to_bytes())
    return found[0], with_batches(found[1])


STOCK, BATCHED = pipelines()
tokens = st.lists(st.tuples(st.sampled_from(WORDS), st.booleans()), max_size=30)


def made(nlp: Language, rows: list[tuple[str, bool]]) -> Doc:
    words, starts = [list(column) for column in zip(*rows, strict=True)] or [[], []]
    return Doc(nlp.vocab, words=words, sent_starts=starts)


def entities(doc: Doc) -> list[tuple[int, str]]:
    return [(token.ent_iob, token.ent_type_) for token in doc]


@settings(max_examples=200, deadline=None)
@given(st.lists(tokens, max_size=4))
def test_same_entities_as_the_stock_recognizer(texts: list[list[tuple[str, bool]]]) -> None:
    seen = []
    for nlp in (STOCK, BATCHED):
        docs = [made(nlp, rows) for rows in texts]
        seen.append([entities(doc) for doc in nlp.pipe(docs)])
    assert seen[0] == seen[1]


def test_entities_of_every_kind_and_length_are_among_them() -> None:
    chance = np.random.default_rng(7)
    texts = [[(word, False) for word in chance.permutation(WORDS).tolist()] for _ in range(30)]
    found = [e for doc in BATCHED.pipe(made(BATCHED, rows) for rows in texts) for e in doc.ents]
    assert {e.label_ for e in found} == {"PERSON", "ORG", "DATE"}
    assert {1, 2, 3} <= {len(e) for e in found}


def test_entities_that_are_there_already_stay() -> None:
    seen = []
    for nlp in (STOCK, BATCHED):
        doc = made(nlp, [(word, False) for word in WORDS])
        doc.set_ents([Span(doc, 4, 6, label="ORG")], default="unmodified")
        seen.append(entities(nlp.get_pipe(nlp.pipe_names[-1])(doc)))
    assert seen[0] == seen[1]
    assert seen[1][4:6] == [(3, "ORG"), (1, "ORG")]


def test_a_recognizer_of_another_build_is_left_as_it_is() -> None:
    assert with_batches(spacy.blank("en")).pipe_names == []
    nlp = spacy.blank("en")
    nlp.add_pipe("beam_ner", name="ner")
    assert with_batches(nlp).pipe_names == ["ner"]
