"""What is evident about names and the tagger may still miss: extents, titles, further places.

Each repair is for a class of spellings, and none needs more than the words around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from spacy.tokens import Doc, Token

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.datelines import dateline_place
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.referents import is_acronym
from kcgraph.extract.offline.types import Tokens

_NUMBERED = frozenset(
    "local lodge ward district branch precinct unit division post chapter no".split()
)
_OPENING, _CLOSING = (
    frozenset({"“", '"', "‘", "'", "(", "``"}),
    frozenset({"”", '"', "’", "'", ")", "''"}),
)
_NOMINAL = frozenset({"NN", "JJ"})
# Titles in letters that follow a name: "Serena Holt KC".
POST_NOMINALS = frozenset({"KC", "QC", "SC", "MP", "MSP", "MPP", "MLA", "MNA", "MEP", "TD", "JP"})
# Words that begin titles, and are verbs where what follows alone has a capital.
_ALSO_VERBS = frozenset({"fire", "head", "chair", "police", "state"})
_JOINING = frozenset("with at by from in".split())


def repaired(doc: Doc, names: Sequence[Name]) -> list[Name]:
    """The names mended, and those added that the article writes elsewhere or spells plainly."""
    body = _Body(doc)
    names = list(body.names_in(names))
    kept = _disjoint([_mended(doc, part) for name in names for part in _parts(doc, name)])
    taken = {i for name in kept for i in range(*name.whole)}
    kept.extend(_subjects(doc, taken))
    for more in (
        *(_same_forms(doc, kept), _plain_persons(doc), _acronyms(doc), _plain_places(doc)),
        *(_dateline_places(doc), _locals(doc), _initials(doc, kept), _given_alone(doc)),
        _short_forms(doc, kept),
    ):
        for name in more:
            if not any(i in taken for i in range(*name.whole)):
                kept.append(name)
                taken.update(range(*name.whole))
    kept.extend(_listed_before(doc, kept, taken))
    kept.extend(_listed(doc, kept, taken))
    kept.extend(_given_before_and(doc, kept, taken))
    return _with_plural_titles(doc, sorted(body.names_in(kept), key=lambda name: name.span))


class _Body:
    """What the article writes below its headlines, where not every word has a capital."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._headlines = {i for start, end in _headlines(doc) for i in range(start, end)}
        self._words: list[str] = []
        self._places: dict[str, list[int]] = {}
        if self._headlines:
            texts = enumerate(columns(doc).text)
            self._words = [text for i, text in texts if i not in self._headlines]
            for n, word in enumerate(self._words):
                self._places.setdefault(word.casefold(), []).append(n)

    def names_in(self, names: Sequence[Name]) -> Iterator[Name]:
        """The names without those that only the capitals of a headline make.

        In a headline a name counts as far as the text below writes it so too.
        """
        for name in names:
            if name.span.start not in self._headlines:
                yield name
                continue
            start, end = name.span
            shorter = (
                Tokens(a, a + size)
                for size in range(end - start, 0, -1)
                for a in range(start, end - size + 1)
            )
            kept = next((span for span in shorter if self._is_written(span)), None)
            if kept is not None:
                title = name.title if kept.start == start else None
                yield replace(name, span=kept, title=title)

    def _is_written(self, span: Tokens) -> bool:
        wanted = [t.text.casefold() for t in self._doc[span.start : span.end]]
        for n in self._places.get(wanted[0], ()):
            run = self._words[n : n + len(wanted)]
            capital = run[0][:1].isupper() and run[-1][:1].isupper()
            if capital and [w.casefold() for w in run] == wanted:
                return True
        return False


def _headlines(doc: Doc) -> Iterator[Tokens]:
    """Paragraphs without a full stop in which nearly all longer words have a capital."""
    texts = columns(doc).text
    for start, end in doc.user_data["paragraphs"]:
        if texts[end - 1] in _STOPS:
            continue
        longer = [text for text in texts[start:end] if text.isalpha() and len(text) > 3]
        capital = sum(text[0].isupper() for text in longer)
        if len(longer) >= 3 and capital >= 0.8 * len(longer):
            yield Tokens(start, end)


_STOPS = frozenset(".?!”\"’':")


def _disjoint(names: Sequence[Name]) -> list[Name]:
    """The names without those that a longer one before or after takes in."""
    kept: list[Name] = []
    for name in names:
        while kept and kept[-1].span.start >= name.whole.start:
            kept.pop()
        if not kept or kept[-1].span.end <= name.span.start:
            kept.append(name)
    return kept


def _trim(doc: Doc, span: Tokens) -> Tokens:
    """The span without a possessive ending or stray punctuation at its ends."""
    start, end = span
    while end - start > 1 and (
        doc[end - 1].tag_ == "POS" or doc[end - 1].text in {",", "’s", "'s"}
    ):
        end -= 1
    while end - start > 1 and doc[start].lower_ in {"the", "a", "an"}:
        start += 1
    return Tokens(start, end)


def _mended(doc: Doc, name: Name) -> Name:
    """The name without a title that the tagger took into it, or with an acronym's missing words."""
    name = replace(name, span=_extent(doc, name), title=_without_verb(doc, name.title))
    start, end = name.span
    if name.type is NameType.PERSON and (first := _nickname_start(doc, start)) < start:
        title = name.title if name.title and name.title.end == first else None
        return replace(name, span=Tokens(first, end), title=title)
    if name.type is NameType.PERSON and name.title is None:
        first = _lower_title(doc, start)
        if first < start:
            return replace(name, title=Tokens(first, start))
    cut = start
    while cut < end - 1 and _is_title_word(doc[cut]):
        cut += 1
    if cut > start and name.type is NameType.PERSON and doc[cut].lower_ == "of":
        cut = next((i for i in range(cut + 2, end - 1) if _is_given(doc[i])), cut)
    if cut > start and name.title is None and not is_company_word(doc[end - 1]):
        given = _is_given(doc[cut])
        if given or (name.type is NameType.PERSON and cut == start + 1):
            title = Tokens(start, cut)
            return Name(Tokens(cut, end), NameType.PERSON, title, name.probability)
    if name.type is NameType.BODY:
        start = _after_description(doc, name.span)
        if start > name.span.start:
            return replace(name, span=Tokens(start, end))
    if end + 2 < len(doc) and doc[end].text == "(" and doc[end + 2].text == ")":
        wider = _spelled_out(doc, doc[end + 1].text, end)
        if wider is not None and wider.start < start:
            return Name(wider, NameType.BODY, None, name.probability)
    return name


def _without_verb(doc: Doc, title: Tokens | None) -> Tokens | None:
    """The title without a verb before it: "to fire Officer Tate"."""
    if title is None or title.end - title.start < 2 or not doc[title.start].text.islower():
        return title
    verb = doc[title.start].text in _ALSO_VERBS and doc[title.start + 1].text[0].isupper()
    return Tokens(title.start + 1, title.end) if verb else title


def _is_given(token: Token) -> bool:
    return token.text in words("first-names")


def _parts(doc: Doc, name: Name) -> Iterator[Name]:
    """The name, or the body and the person in "Tolliver & Sons with June Tolliver"."""
    start, end = name.span
    for i in range(start + 1, end - 2):
        joins = name.type is NameType.BODY and doc[i].lower_ in _JOINING
        if joins and doc[i + 1].text in words("first-names"):
            yield replace(name, span=Tokens(start, i))
            yield Name(Tokens(i + 1, end), NameType.PERSON, None, name.probability)
            return
    yield name


def _nickname_start(doc: Doc, start: int) -> int:
    """Where a name with a nickname in quotation marks begins: "Desmond “Patch” Bogle"."""
    first = start
    if doc[start].text not in _OPENING:
        if start < 3 or doc[start - 1].text not in _CLOSING:
            return start
        inside = range(start - 2, max(0, start - 5), -1)
        first = next((j for j in inside if doc[j].text in _OPENING), 0)
    return first - 1 if first > 0 and doc[first - 1].text in words("first-names") else start


def _extent(doc: Doc, name: Name) -> Tokens:
    """The tokens without what does not belong, and with the number of a local."""
    start, end = _trim(doc, name.span)
    while name.type is NameType.PERSON and end - start > 2 and doc[end - 1].text in POST_NOMINALS:
        start, end = _trim(doc, Tokens(start, end - 1))
    if doc[end - 1].lower_ in _NUMBERED and end < len(doc) and doc[end].is_digit:
        end += 1
    elif name.type is NameType.BODY and end + 1 < len(doc) and doc[end + 1].is_digit:
        end += 2 if doc[end].is_title and doc[end].lower_ in _NUMBERED else 0
    return Tokens(start, end)


def _lower_title(doc: Doc, start: int) -> int:
    """Where an occupation in lower case before a name begins: "retired teacher Ann Brown"."""
    i = start - 1
    if i < 0 or doc[i].lower_ not in words("person-nouns") or doc[i].tag_[:2] not in _NOMINAL:
        return start
    if not doc[i].text.islower() or not doc[i].is_alpha:
        return start
    while i > 0 and doc[i - 1].tag_ in _NOMINAL and doc[i - 1].text.islower():
        i -= 1
    return i


def _after_description(doc: Doc, span: Tokens) -> int:
    """Where the name proper begins in "Dublin charity Doorstep", "Patients' lobby Afya Yetu"."""
    for i in range(span.end - 2, span.start, -1):
        token = doc[i]
        if token.text.islower() and token.lower_ in words("body-nouns"):
            rest = doc[i + 1 : span.end]
            if all(t.text[:1].isupper() or t.text in {"&", "-", "’", "'"} for t in rest):
                return i + 1
    return span.start


def _with_plural_titles(doc: Doc, names: Sequence[Name]) -> list[Name]:
    """The names, with "Lorne City Councilors" before a person as a title and not as a body."""
    found: list[Name] = []
    for name in names:
        before = found[-1] if found else None
        if (
            before is not None
            and before.type is NameType.BODY
            and name.type is NameType.PERSON
            and name.title is None
            and before.span.end == name.span.start
            and _is_plural_office(doc[before.span.end - 1])
        ):
            found[-1] = replace(name, title=before.span)
        else:
            found.append(name)
    return found


def _is_plural_office(token: Token) -> bool:
    low = token.lower_
    single = f"{low[:-3]}man" if low.endswith("men") else low.removesuffix("s")
    return single != low and single in words("person-nouns")


def _is_title_word(token: Token) -> bool:
    low = token.lower_.rstrip(".")
    if token.text in words("first-names"):
        return low in words("honorifics")
    ranks = {"first", "deputy", "vice", "acting", "assistant", "former", "chief", "senior", "state"}
    return low in words("person-nouns") or low in words("honorifics") or low in ranks


def _spelled_out(doc: Doc, acronym: str, end: int) -> Tokens | None:
    """The tokens before `end` whose initials are the acronym, small words skipped."""
    left = [c for c in acronym if c.isupper()]
    if len(left) < 2 or not acronym.isalpha():
        return None
    i = end
    while left and i > 0 and end - i < 12:
        i -= 1
        token = doc[i]
        if token.is_space or token.text in {",", ";", "."}:
            return None
        if token.text[:1] == left[-1]:
            left.pop()
        elif token.text[:1].isupper():
            return None
    return Tokens(i, end) if not left else None


def _same_forms(doc: Doc, names: Sequence[Name]) -> Iterator[Name]:
    """Places where a name of the article stands without having been tagged."""
    kinds: dict[tuple[str, ...], Counter[NameType]] = {}
    for name in names:
        form = tuple(t.text for t in doc[name.span.start : name.span.end])
        kinds.setdefault(form, Counter())[name.type] += 1
    first: dict[str, list[tuple[str, ...]]] = {}
    for form in sorted(kinds, key=len, reverse=True):
        if form[0][:1].isupper() and len(form[0]) > 1:
            first.setdefault(form[0], []).append(form)
    taken = {i for name in names for i in range(*name.whole)}
    for i, word in enumerate(columns(doc).text):
        if word not in first or i in taken:
            continue
        for form in first[word]:
            span = Tokens(i, i + len(form))
            if _stands(doc, span, form, taken):
                yield Name(span, kinds[form].most_common(1)[0][0], None, 0.5)
                taken.update(range(*span))
                break


def _short_forms(doc: Doc, names: Sequence[Name]) -> Iterator[Name]:
    """Places where a longer name is said short and untagged: "the Mudcats", "Delaney says".

    The first word of a body's name is short for it only where that is a company; elsewhere it is as
    often the place or the person that the body is named for.
    """
    short: dict[str, NameType] = {}
    shared: set[str] = set()
    for name in names:
        form = [t for t in doc[name.span.start : name.span.end] if t.is_alpha]
        if len(form) < 2 or name.type is NameType.PLACE:
            continue
        ends = form[-1:]
        if name.type is NameType.BODY and form[-1].lower_ in words("company-words"):
            ends = [form[0], form[-1]]
        elif name.type is NameType.BODY:
            shared.add(form[0].text)
        for token in ends:
            if token.is_title and len(token) > 3 and not _is_common(token):
                short[token.text] = name.type
    for i, word in enumerate(columns(doc).text):
        if word in short and word not in shared and doc[i].tag_ in {"NNP", "NNPS"}:
            alone = not _is_capital(doc, i - 1) and not _is_capital(doc, i + 1)
            if alone and doc[i].ent_type_ not in {"GPE", "LOC", "FAC"}:
                yield Name(Tokens(i, i + 1), short[word], None, 0.5)


def _is_common(token: Token) -> bool:
    """Whether the word is one for persons, bodies or places, as much as a name."""
    kinds = ("body-nouns", "person-nouns", "facility-words", "company-words", "first-names")
    return any(token.lower_ in words(kind) or token.text in words(kind) for kind in kinds)


def _subjects(doc: Doc, taken: set[int]) -> Iterator[Name]:
    """Names that nothing else takes for one and that act: "Thamesgate said", "Legal Aid offered".

    Their tokens are added to `taken`.
    """
    parse = columns(doc)
    proper = [i for i, tag in enumerate(parse.tag) if tag == "NNP" and parse.text[i][:1].isupper()]
    inside = {parse.text[i] for i in proper if not parse.opens[i]}
    capital = set(proper)
    for i in proper:
        verb, start = parse.head[i], i
        while start - 1 in capital and not parse.opens[start]:
            start -= 1
        span = range(start, i + 1)
        if parse.dep[i] != "nsubj" or parse.pos[verb] != "VERB" or not taken.isdisjoint(span):
            continue
        if i + 1 in capital or (start and parse.text[start - 1] in _HYPHENS):
            continue
        if any(parse.entity[j] not in _NAMED_SO or not doc[j].is_alpha for j in span):
            continue
        if len(span) > 4:
            continue
        if len(span) == 1:
            sure = parse.text[i] in inside or parse.lemma[verb] in _SAYING
            sure = sure and len(doc[i]) > 3 and not _is_common(doc[i])
            sure = sure and all(parse.dep[c] not in {"compound", "amod"} for c in parse.children[i])
        else:
            sure = doc[i].is_title and not _is_title_word(doc[start])
        if sure:
            person = len(span) > 1 and all(parse.entity[j] == "PERSON" for j in span)
            kind = NameType.PERSON if person else NameType.BODY
            yield Name(Tokens(start, i + 1), kind, None, 0.5)
            taken.update(span)


_HYPHENS = frozenset({"-", "–", "/", "&"})
_NAMED_SO = frozenset({"", "ORG", "PERSON", "PRODUCT"})
_SAYING = frozenset("say tell announce declare deny reject argue warn confirm".split())


def _stands(doc: Doc, span: Tokens, form: tuple[str, ...], taken: set[int]) -> bool:
    if span.end > len(doc) or any(i in taken for i in range(*span)):
        return False
    tokens = list(doc[span.start : span.end])
    if tuple(t.text for t in tokens) != form:
        return False
    if len(form) > 1:
        return True
    if _is_capital(doc, span.start - 1) or _is_capital(doc, span.end):
        return False
    return tokens[0].pos_ == "PROPN" and (
        not tokens[0].is_sent_start or tokens[0].lower_ not in words("body-nouns")
    )


def _is_capital(doc: Doc, i: int) -> bool:
    return 0 <= i < len(doc) and doc[i].text[:1].isupper() and not doc[i].is_sent_start


def _listed(doc: Doc, names: Sequence[Name], taken: set[int]) -> Iterator[Name]:
    """Untagged members of a list of bodies: "Legal Aid, Operation Daylight, and the YMCA"."""
    bodies = {n.span.end for n in names if n.type is NameType.BODY}
    for end in sorted(bodies):
        i = end
        while i < len(doc) and (doc[i].text in {",", "&"} or doc[i].lower_ in {"and", "the"}):
            i += 1
        j = i
        while j < len(doc) and j not in taken and _is_name_word(doc[j]):
            j += 1
        closes = j < len(doc) and (doc[j].text in {",", "and", ".", ";"} or doc[j].pos_ == "VERB")
        if end < i < j and doc[end].text == "," and closes and j - i <= 5:
            yield Name(Tokens(i, j), NameType.BODY, None, 0.5)
            taken.update(range(i, j))


def _listed_before(doc: Doc, names: Sequence[Name], taken: set[int]) -> Iterator[Name]:
    """An untagged first member of a list: "from Green Thumb, the Tenants League and Shelter"."""
    for name in names:
        last = name.whole.start - 1
        last -= last > 0 and doc[last].lower_ == "the"
        following = doc[name.span.end].lower_ if name.span.end < len(doc) else ""
        if name.type is not NameType.BODY or last < 2 or doc[last].text != ",":
            continue
        i = last
        while i > 0 and last - i <= 5 and i - 1 not in taken and _is_name_word(doc[i - 1]):
            i -= 1
        begins = i > 0 and doc[i - 1].lower_ in {"from", "by", "the", "with", "to", "of"}
        if 1 < last - i <= 5 and begins and following in {",", "and"}:
            yield Name(Tokens(i, last), NameType.BODY, None, 0.5)
            taken.update(range(i, last))


def _is_name_word(token: Token) -> bool:
    return token.pos_ == "PROPN" and token.text[:1].isupper() and token.ent_type_ != "DATE"


def _given_before_and(doc: Doc, names: Sequence[Name], taken: set[int]) -> Iterator[Name]:
    """The "Dale" of "Dale and Rhonda Summers"."""
    given = words("first-names")
    for name in names:
        i = name.whole.start - 2
        if name.type is not NameType.PERSON or i < 0 or i in taken or len(_range(name)) < 2:
            continue
        both = {doc[i].text, doc[name.span.start].text} <= given
        if both and doc[i + 1].lower_ in {"and", "&"}:
            yield Name(Tokens(i, i + 1), NameType.PERSON, None, name.probability)


def _range(name: Name) -> range:
    return range(*name.span)


def _plain_persons(doc: Doc) -> Iterator[Name]:
    """A given name and more that the entity recognizer, too, takes for a person."""
    for entity in doc.ents:
        long = 2 <= entity.end - entity.start <= 4
        if entity.label_ != "PERSON" or not long or not all(t.is_title for t in entity):
            continue
        if entity[0].text in words("first-names") and not is_company_word(entity[-1]):
            yield Name(Tokens(entity.start, entity.end), NameType.PERSON, None, 0.5)


def _plain_places(doc: Doc) -> Iterator[Name]:
    """Where something is, if the entity recognizer, too, takes it for a place: "in Ashby"."""
    for entity in doc.ents:
        if entity.label_ != "GPE" or not all(t.pos_ == "PROPN" for t in entity):
            continue
        root = entity.root
        if root.dep_ == "pobj" and root.head.lower_ in _WHERE and entity[0].is_title:
            yield Name(Tokens(entity.start, entity.end), NameType.PLACE, None, 0.5)


_WHERE = frozenset({"in", "at", "near", "from", "outside", "across", "around"})


def _dateline_places(doc: Doc) -> Iterator[Name]:
    """The place of the dateline, there and where the text names it again."""
    start, end = dateline_place(doc)
    form = [doc[i].lower_ for i in range(start, end)]
    if not form:
        return
    yield Name(Tokens(start, end), NameType.PLACE, None, 0.5)
    lower = columns(doc).lower
    for i in range(end, len(doc) - len(form) + 1):
        if lower[i] == form[0] and lower[i : i + len(form)] == form:
            alone = not _is_capital(doc, i - 1) and not _is_capital(doc, i + len(form))
            if alone and doc[i].is_title:
                yield Name(Tokens(i, i + len(form)), NameType.PLACE, None, 0.5)


def _locals(doc: Doc) -> Iterator[Name]:
    """Branches of unions by their number: "Hospitality Workers Local 212"."""
    for i in np.flatnonzero(doc.to_array("LOWER") == doc.vocab.strings["local"]).tolist():
        if i + 1 >= len(doc) or not doc[i + 1].is_digit or not doc[i].is_title:
            continue
        start = i
        while start > 0 and doc[start - 1].is_title and doc[start - 1].is_alpha and i - start < 5:
            start -= 1
        if start < i and doc[start].lower_ == "the":
            start += 1
        yield Name(Tokens(start, i + 2), NameType.BODY, None, 0.5)


def _acronyms(doc: Doc) -> Iterator[Name]:
    """ "the NAACP": capitals after an article that are no place, rank or unit."""
    upper, alpha, length = doc.to_array(["IS_UPPER", "IS_ALPHA", "LENGTH"]).T
    short = (length >= 3) & (length <= 7)
    for i in np.flatnonzero((upper > 0) & (alpha > 0) & short).tolist():
        token = doc[i]
        if not i:
            continue
        is_body = token.pos_ == "PROPN" and token.ent_type_ not in {"GPE", "LOC"}
        alone = token.dep_ not in {"compound", "amod", "nmod"}
        if doc[token.i - 1].lower_ == "the" and is_body and alone:
            yield Name(Tokens(token.i, token.i + 1), NameType.BODY, None, 0.5)


def _initials(doc: Doc, names: Sequence[Name]) -> Iterator[Name]:
    """Capitals that abbreviate a body: "the Platform for Dialysis Services, or PDS, said"."""
    bodies = [
        [t.text for t in doc[n.span.start : n.span.end] if t.is_alpha or "-" in t.text]
        for n in names
        if n.type is NameType.BODY and n.span.end - n.span.start > 1
    ]
    upper, length = doc.to_array(["IS_UPPER", "LENGTH"]).T
    for i in np.flatnonzero((upper > 0) & (length >= 2) & (length <= 7)).tolist():
        if any(is_acronym(doc[i].text, body) for body in bodies):
            yield Name(Tokens(i, i + 1), NameType.BODY, None, 0.5)


def _given_alone(doc: Doc) -> Iterator[Name]:
    """Who has no surname here: "gave only her first name, Priya", "identified only as Priya"."""
    lower = columns(doc).lower
    for i in range(2, len(doc)):
        told = lower[i - 2 : i] in _GIVEN and doc[i].is_title and doc[i].pos_ == "PROPN"
        if told and not (i + 1 < len(doc) and doc[i + 1].is_title):
            yield Name(Tokens(i, i + 1), NameType.PERSON, None, 0.5)


_GIVEN = (["name", ","], ["only", "as"], ["name", "as"])


def is_company_word(token: Token) -> bool:
    """Whether the word can end the name of a body ("Council", "Holdings") but not of a person."""
    low = {token.lower_, token.lemma_.lower()}
    return bool(low & words("body-nouns")) or token.lower_ in words("company-words")
