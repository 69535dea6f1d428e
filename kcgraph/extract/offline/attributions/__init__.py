"""Attributions: who is reported to have said what, before anybody knows who is who."""

from __future__ import annotations

from spacy.tokens import Doc

from kcgraph.extract.offline.attributions.model import Convention, load_model
from kcgraph.extract.offline.attributions.parse import columns
from kcgraph.extract.offline.attributions.rules import read_by_rules
from kcgraph.extract.offline.attributions.statements import read_statements
from kcgraph.extract.offline.attributions.turns import outermost, read_turns
from kcgraph.extract.offline.types import Reading

__all__ = ["Convention", "read_attributions"]


def read_attributions(
    doc: Doc, *, rules_only: bool = False, convention: Convention = Convention.GUIDELINES
) -> list[Reading]:
    """Readings in text order; their contents do not overlap.

    They come from the model that ships with the package, from rules if it is not there or if
    `rules_only`; what is said in turns, as in a transcript, or under headings comes from the form
    of the text. `convention` says what counts as one (the rules know one kind only). Raises
    WorkError if the model's file is damaged.
    """
    parse = columns(doc)
    model = None if rules_only else load_model()
    found = model.read(parse, convention) if model else read_by_rules(parse)
    if convention is Convention.GUIDELINES:
        found = outermost(read_statements(parse), found)
    return outermost(read_turns(parse), found)
