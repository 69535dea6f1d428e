"""The table of tag rules annotates as spaCy's own ruler does."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import AttributeRuler

from kcgraph.extract.offline.ruler import with_table

WORDS = "He can't do n't it's who 's is Can been that That to , . ? \t going wo ca not".split(" ")
TAGS = ["NN", "MD", "RB", "VBZ", "VBN", "IN", "WDT", "POS", "_SP", "TO", "PRP", "."]
DEPS = ["", "aux", "auxpass", "ROOT", "mark", "nsubj", "punct"]
RULES = [
    {"patterns": [[{"TAG": "NN"}]], "attrs": {"POS": "NOUN", "MORPH": "Number=Sing"}},
    {"patterns": [[{"TAG": "MD"}], [{"LOWER": "is"}]], "attrs": {"POS": "AUX"}},
    {"patterns": [[{"LOWER": {"IN": ["ca", "wo"]}, "TAG": "MD"}]], "attrs": {"LEMMA": "modal"}},
    {"patterns": [[{"DEP": {"NOT_IN": ["ROOT"]}, "TAG": "VBN"}]], "attrs": {"POS": "VERB"}},
    {"patterns": [[{"LOWER": "ca"}, {"LOWER": "n't"}]], "attrs": {"MORPH": "Polarity=Neg"}},
    {"patterns": [[{"LOWER": "can"}, {"TAG": "RB"}]], "attrs": {"POS": "X"}, "index": 1},
    {"patterns": [[{"TAG": "RB"}, {"TAG": "MD"}]], "attrs": {"LEMMA": "last"}, "index": -1},
    {"patterns": [[{"TEXT": {"REGEX": "^Th"}}]], "attrs": {"POS": "DET"}},
    {"patterns": [[{"IS_SPACE": True}]], "attrs": {"POS": "SPACE", "MORPH": "_"}},
    {"patterns": [[{"TAG": "NN", "DEP": "nsubj"}]], "attrs": {"POS": "PROPN"}},
]


def pipelines() -> tuple[Language, Language]:
    found = []
    for _ in range(2):
        nlp = spacy.blank("en")
        ruler = nlp.add_pipe("attribute_ruler")
        assert isinstance(ruler, AttributeRuler)
        for rule in RULES:
            ruler.add(rule["patterns"], rule["attrs"], rule.get("index", 0))
        found.append(nlp)
    return found[0], with_table(found[1])


STOCK, TABLED = pipelines()
tokens = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(TAGS), st.sampled_from(DEPS)), max_size=12
)


@settings(max_examples=200, deadline=None)
@given(tokens)
def test_same_annotations_as_the_stock_ruler(rows: list[tuple[str, str, str]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    seen = []
    for nlp in (STOCK, TABLED):
        doc = spacy.tokens.Doc(nlp.vocab, words=columns[0], tags=columns[1], deps=columns[2])
        for _, component in nlp.pipeline:
            doc = component(doc)
        seen.append([(t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_) for t in doc])
    assert seen[0] == seen[1]


def test_a_pipeline_without_a_ruler_is_left_as_it_is() -> None:
    assert with_table(spacy.blank("en")).pipe_names == []
