"""Who is tied to whom in a store, as columns of numbers: all that a search for paths needs.

Sentences are read later, for the few ties on the paths that are found. What ties are is said in
`kcgraph.ties`; here the same ties come without their words, fast enough for a hundred thousand
articles. The columns can be kept in a file beside the store; `paths.kept` reads positions there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kcgraph.claims import EVENT_KINDS, EVENT_PARTS, POLARITIES, POSITION_KINDS
from kcgraph.paths.arrays import kept_arrays
from kcgraph.sparql import bind
from kcgraph.ties import DERIVED, KINDS, ON_STAKEHOLDER, TOGETHER
from kcgraph.vocab import PREFIXES, Iris, expand

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyoxigraph import Store

    from kcgraph.store import Reader

    Ints = NDArray[np.int64]

KIND_CODES = {kind: code for code, kind in enumerate(sorted(KINDS))}
POLARITY_CODES = {"support": 0, "oppose": 1, "mixed": 2}
POSITION_CODES = {iri: code for code, iri in enumerate(POSITION_KINDS)}
_PARTS = {expand(part): n for n, part in enumerate(EVENT_PARTS)}
_PARTICIPANT, _RECIPIENT, _DECLINED = _PARTS.values()
_FORM = 2  # of the kept file; another one is not read

_KINDS = """SELECT ?claim ?kind {
  VALUES ?kind { kc:Demand kc:Stance kc:Commitment kc:Refusal } ?claim a ?kind }"""
_PASSAGE = """SELECT ?article ?start ?end {
  ?passage oa:start ?start ; oa:end ?end ; kc:article ?article }"""
_PARTAKERS = f"""SELECT ?event ?part ?who {{
  VALUES ?part {{ {" ".join(EVENT_PARTS)} }} ?event ?part ?who }}"""
_EVENTS = """SELECT ?event ?kind ?date ?article { ?event a kc:Event, ?kind ;
  prov:wasDerivedFrom ?article . FILTER(STRSTARTS(STR(?kind), STR(kc:)))
  OPTIONAL { ?event dcterms:date ?date } }"""
_ENDS = "SELECT DISTINCT ?node {{ {{ ?node {term} ?any }} UNION {{ ?any {term} ?node }} }}"
# nested so that the engine joins by hashing, one table of numbers after the other
_NUMBERED = """SELECT ?n ?m {{
  {{ SELECT ?n ?other {{ VALUES (?one ?n) {{ {numbers} }}
    {{ SELECT ?one ?other {{ ?one {term} ?other }} }} }} }}
  VALUES (?other ?m) {{ {numbers} }} }}"""
_ISSUES = "SELECT ?issue { ?issue a kc:Issue }"
_ISSUED = "SELECT ?article ?date { ?article a kc:Article ; dcterms:issued ?date }"


@dataclass(frozen=True)
class Columns:
    """What positions and events say of whom, and which ties the rules of the store derived.

    `nodes`, `claims`, `articles` (IRIs in UTF-8: of stakeholders and issues, of positions and
    events, of articles), `dates` and `states` (IRIs) are what the other columns point into. A date
    is that of the claim, else of its article; 0 stands for none.
    A position is a row of the columns `p_` (`p_kind` is a code of `POSITION_CODES`, -1 for none;
    `p_told_sure` says whether `p_sure` is told), an addressee of `a_` (`a_position` is a row of
    `p_`), whom it speaks for of `b_`, a passage that it rests on of `v_` (`v_start`, `v_end` in
    code points), what became of a demand of `s_`, an answer to one of `r_` (both are rows of `p_`),
    an event of `e_`, one who takes part of `w_`, a derived tie of `d_`.
    """

    nodes: NDArray[np.bytes_]
    is_issue: NDArray[np.bool_]
    claims: NDArray[np.bytes_]
    articles: NDArray[np.bytes_]
    dates: NDArray[np.str_]
    states: NDArray[np.bytes_]
    p_claim: Ints
    p_holder: Ints
    p_target: Ints
    p_polarity: Ints
    p_kind: Ints
    p_sure: NDArray[np.float64]
    p_told_sure: NDArray[np.bool_]
    p_date: Ints
    p_article: Ints
    a_position: Ints
    a_who: Ints
    b_position: Ints
    b_who: Ints
    v_position: Ints
    v_article: Ints
    v_start: Ints
    v_end: Ints
    s_position: Ints
    s_state: Ints
    r_position: Ints
    r_answer: Ints
    e_claim: Ints
    e_kind: Ints
    e_date: Ints
    e_article: Ints
    w_event: Ints
    w_part: Ints
    w_who: Ints
    d_kind: Ints
    d_source: Ints
    d_target: Ints


def columns(store: Store, kept: Path | None = None) -> Columns:
    """The columns of `store`; read from the file `kept` if it is there, else left there.

    The file is of this one generation of the store: who names it sees to that. One that cannot be
    read or written is done without.
    """
    if kept is None:
        return _Scan(store).columns()
    return kept_arrays(Columns, _FORM, kept, lambda: _Scan(store).columns())


def kept_columns(reader: Reader) -> Columns:
    """The columns of a store; kept beside its RDF for the next time."""
    return columns(reader.graph, reader.beside("ties.arrays"))


class _Texts:
    """Numbers for texts, in the order in which they come."""

    def __init__(self, *first: str) -> None:
        self._numbers = {text: n for n, text in enumerate(first)}

    def __call__(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def get(self, text: str, default: int) -> int:
        return self._numbers.get(text, default)

    def array(self) -> NDArray[np.bytes_]:
        return np.array([text.encode() for text in self._numbers], dtype=np.bytes_)


class _Scan:
    """Reads the columns of a store, a scan for each property.

    That is several times faster than to look up claim by claim.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._nodes, self._claims, self._articles = _Texts(), _Texts(), _Texts()
        self._dates, self._states = _Texts(""), _Texts()
        self._issued = {article.value: date.value for article, date in self._rows(_ISSUED)}

    def columns(self) -> Columns:
        """All columns; what they point into is numbered in the order in which it is met."""
        positions = self._positions()
        row_of = {claim: row for row, claim in enumerate(positions)}
        about = {
            **_named("a", ("position", "who"), self._of(row_of, "kc:addressee", self._nodes)),
            **_named("b", ("position", "who"), self._of(row_of, "kc:onBehalfOf", self._nodes)),
            **_named("s", ("position", "state"), self._of(row_of, "kc:status", self._states)),
            **_named("r", ("position", "answer"), self._answers(row_of)),
            **_named("v", ("position", "article", "start", "end"), self._passages(row_of)),
        }
        events = self._events()
        event_of = {claim: row for row, claim in enumerate(events)}
        together = {
            "e_claim": np.array(list(events), dtype=np.int64),
            **_named("e", ("kind", "date", "article"), list(events.values())),
            **_named("w", ("event", "part", "who"), self._partakers(event_of)),
        }
        derived = _named("d", ("kind", "source", "target"), self._derived())
        nodes = self._nodes.array()
        issues = [row[0].value.encode() for row in self._rows(_ISSUES)]
        p = _columns(positions.values(), 8)
        return Columns(
            nodes=nodes,
            is_issue=np.isin(nodes, np.array(issues, dtype=np.bytes_)),
            claims=self._claims.array(),
            articles=self._articles.array(),
            states=self._states.array(),
            dates=np.char.decode(self._dates.array()),
            p_claim=np.array(list(positions), dtype=np.int64),
            p_holder=p[0].astype(np.int64),
            p_target=p[1].astype(np.int64),
            p_polarity=p[2].astype(np.int64),
            p_sure=p[3],
            p_date=p[4].astype(np.int64),
            p_article=p[5].astype(np.int64),
            p_kind=p[6].astype(np.int64),
            p_told_sure=p[7].astype(np.bool_),
            **about,
            **together,
            **derived,
        )

    def _rows(self, query: str) -> Iterator[Any]:
        answer: Any = self._store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        return iter(answer)

    def _pairs(self, term: str) -> Iterator[tuple[str, str]]:
        for one, other in self._rows(f"SELECT ?one ?other {{ ?one {term} ?other }}"):
            yield one.value, other.value

    def _positions(self) -> dict[int, tuple[float, ...]]:
        """By claim: holder, target, polarity, confidence, date, article, kind, if it is told."""
        polarities, targets = dict(self._pairs("kc:polarity")), dict(self._pairs("kc:target"))
        sure, dated = dict(self._pairs("kc:confidence")), dict(self._pairs("dcterms:date"))
        of_article = dict(self._pairs("prov:wasDerivedFrom"))
        kinds = {claim.value: kind.value for claim, kind in self._rows(_KINDS)}
        found: dict[int, tuple[float, ...]] = {}
        for claim, holder in self._pairs("kc:holder"):
            if claim not in polarities or claim not in targets or claim not in of_article:
                continue
            article = of_article[claim]
            found[self._claims(claim)] = (
                self._nodes(holder),
                self._nodes(targets[claim]),
                POLARITY_CODES[POLARITIES[polarities[claim]]],
                float(sure.get(claim, 0.0)),
                self._dates(dated.get(claim) or self._issued.get(article, "")),
                self._articles(article),
                POSITION_CODES[kinds[claim]] if claim in kinds else -1,
                claim in sure,
            )
        return found

    def _of(
        self, row_of: Mapping[int, int], term: str, number: Callable[[str], int]
    ) -> list[tuple[int, int]]:
        """What `term` says of positions: the row and the number of each value."""
        return [
            (row_of[known], number(value))
            for claim, value in self._pairs(term)
            for known in [self._claims.get(claim, -1)]
            if known in row_of
        ]

    def _answers(self, row_of: Mapping[int, int]) -> list[tuple[int, int]]:
        """The rows of demands and of the positions that answer them."""
        found = self._of(row_of, "kc:answeredBy", lambda iri: self._claims.get(iri, -1))
        return [(demand, row_of[answer]) for demand, answer in found if answer in row_of]

    def _passages(self, row_of: Mapping[int, int]) -> list[tuple[int, int, int, int]]:
        return [
            (row_of[known], *place)
            for claim, passage in self._pairs("kc:evidence")
            for known in [self._claims.get(claim, -1)]
            if known in row_of
            for place in self._places(passage)
        ]

    def _places(self, passage: str) -> Iterator[tuple[int, int, int]]:
        """Article, start and end of a passage."""
        from pyoxigraph import NamedNode

        told = Iris.place_of(passage)
        if told is not None:  # spares three scans over all passages of the store
            yield self._articles(told[0]), *told[1:]
            return
        for article, start, end in self._rows(bind(_PASSAGE, {"passage": [NamedNode(passage)]})):
            yield self._articles(article.value), int(start.value), int(end.value)

    def _events(self) -> dict[int, list[int]]:
        """By claim: kind of tie, date, article."""
        found: dict[int, list[int]] = {}
        for event, kind, date, article in self._rows(_EVENTS):
            when = date.value if date is not None else self._issued.get(article.value, "")
            tie, _ = TOGETHER.get(EVENT_KINDS.get(kind.value, ""), ("took-part", ""))
            known = found.setdefault(
                self._claims(event.value),
                [KIND_CODES["took-part"], self._dates(when), self._articles(article.value)],
            )
            if kind.value in EVENT_KINDS:
                known[0] = KIND_CODES[tie]
        return found

    def _partakers(self, event_of: Mapping[int, int]) -> list[tuple[int, int, int]]:
        return [
            (event_of[number], _PARTS[part.value], self._nodes(who.value))
            for event, part, who in self._rows(_PARTAKERS)
            for number in [self._claims.get(event.value, -1)]
            if number in event_of
        ]

    def _derived(self) -> list[tuple[int, int, int]]:
        return [
            (KIND_CODES[kind], one, other)
            for kind, term in DERIVED.items()
            for one, other in self._numbered_pairs(term)
        ]

    def _numbered_pairs(self, term: str) -> Iterator[tuple[int, int]]:
        """The nodes, as numbers, between which a property of nodes stands.

        There are many times more of such pairs than nodes, and to read an IRI takes the engine many
        times longer than to find the pair; so it is told the numbers and joins them itself.
        """
        ends = [row[0] for row in self._rows(_ENDS.format(term=term))]
        numbers = " ".join(f"({node} {self._nodes(node.value)})" for node in ends)
        for one, other in self._rows(_NUMBERED.format(term=term, numbers=numbers)):
            yield int(one.value), int(other.value)


def _columns(rows: Any, width: int) -> NDArray[np.float64]:
    return np.array(list(rows), dtype=np.float64).reshape(-1, width).T


def _named(letter: str, names: Sequence[str], rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    table = np.array(rows, dtype=np.int64).reshape(-1, len(names)).T
    return {f"{letter}_{name}": column for name, column in zip(names, table, strict=True)}


# --- ties -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TieTable:
    """Ties as columns: `kind` is a code of `KIND_CODES`, `source` and `target` are nodes.

    `issue` is the node that an agreement or disagreement is about, -1 of other ties. `positions`
    and `events` are the rows of `columns` that they rest on, as far as dates and the number of
    articles let them count.
    """

    columns: Columns
    kind: Ints
    source: Ints
    target: Ints
    issue: Ints
    positions: Ints
    events: Ints


def tie_table(
    columns: Columns,
    *,
    through: str,
    kinds: frozenset[str],
    since: str | None,
    until: str | None,
    min_articles: int,
    of: int | None = None,
) -> TieTable:
    """The ties that `paths.ties` gives for the same wishes, each once, without their words.

    With `of`, a node, only the ties of this one.
    """
    within = _within(columns.dates, since, until)
    positions = np.flatnonzero(within[columns.p_date])
    events = np.flatnonzero(within[columns.e_date])
    if of is not None:
        positions = positions[_concerning(columns, positions, of)]
        events = np.intersect1d(events, columns.w_event[columns.w_who == of])
    sides = _Sides(columns, positions, min_articles, of)
    on_issue = columns.is_issue[columns.p_target[positions]]
    counted = np.union1d(sides.rows, positions[~on_issue])
    parts: list[tuple[Ints, ...]] = []
    if through != "issues":
        parts += [_spoken(columns, counted, min_articles)]
        parts += [_addressed(columns, counted, min_articles)]
        parts += _acted(columns, events, min_articles)
    if through == "people":
        parts += sides.opinions()
    else:
        parts += [sides.holds()]
    whole = [part if len(part) == 4 else (*part, np.full(len(part[0]), -1)) for part in parts]
    kind, source, target, issue = (np.concatenate(column) for column in zip(*whole, strict=True))
    wanted = np.isin(kind, [KIND_CODES[k] for k in kinds])
    if of is not None:
        wanted &= (source == of) | (target == of)
    kind, source, target, issue = (c[wanted] for c in (kind, source, target, issue))
    known = _derived(columns, kind, source, target, of)
    return TieTable(
        columns, kind[known], source[known], target[known], issue[known], counted, events
    )


def _concerning(columns: Columns, rows: Ints, one: int) -> NDArray[np.bool_]:
    """Which positions are by `one`, on or addressed to `one`, or on an issue of theirs."""
    holder, target = columns.p_holder[rows], columns.p_target[rows]
    asked = columns.a_position[columns.a_who == one]
    found: NDArray[np.bool_] = (
        np.isin(target, np.unique(target[holder == one])) | (target == one) | np.isin(rows, asked)
    )
    return found


def _within(dates: NDArray[np.str_], since: str | None, until: str | None) -> NDArray[np.bool_]:
    if not (since or until):
        return np.ones(len(dates), dtype=bool)
    found: NDArray[np.bool_] = (
        (dates != "") & (dates >= (since or "")) & (dates <= (until or "9999-12-31"))
    )
    return found


def _derived(
    columns: Columns, kind: Ints, source: Ints, target: Ints, of: int | None
) -> NDArray[np.bool_]:
    """Which ties a rule of the store derived; all of a kind that has none.

    With `of`, a node, all the ties must be of this one.
    """
    size = len(columns.nodes)

    def keys(kind: Ints, source: Ints, target: Ints) -> Ints:
        return (kind * size + source) * size + target

    derived = (columns.d_kind, columns.d_source, columns.d_target)
    if of is not None:
        own = (columns.d_source == of) | (columns.d_target == of)
        derived = (columns.d_kind[own], columns.d_source[own], columns.d_target[own])
    known, asked = np.sort(keys(*derived)), keys(kind, source, target)
    without_rule = ~np.isin(kind, [KIND_CODES[k] for k in DERIVED])
    place = np.searchsorted(known, asked)
    found: NDArray[np.bool_] = without_rule | (np.append(known, -1)[place] == asked)
    return found


def _told(groups: Sequence[Ints], articles: Ints, least: int) -> NDArray[np.bool_]:
    """Which rows belong to a group that at least so many articles tell of."""
    if least <= 1 or not len(articles):
        return np.ones(len(articles), dtype=bool)
    _, group = np.unique(np.stack(groups, axis=1), axis=0, return_inverse=True)
    group = group.ravel()
    pairs = np.unique(np.stack([group, articles], axis=1), axis=0)
    return np.asarray(np.bincount(pairs[:, 0])[group] >= least)


def _spoken(columns: Columns, rows: Ints, least: int) -> tuple[Ints, Ints, Ints]:
    """What one says of another."""
    holder, target = columns.p_holder[rows], columns.p_target[rows]
    some = ~columns.is_issue[target] & (holder != target)
    codes = np.array([KIND_CODES[ON_STAKEHOLDER[p][0]] for p in POLARITY_CODES])
    kind, source, target = codes[columns.p_polarity[rows][some]], holder[some], target[some]
    told = _told((kind, source, target), columns.p_article[rows][some], least)
    return kind[told], source[told], target[told]


def _addressed(columns: Columns, rows: Ints, least: int) -> tuple[Ints, Ints, Ints]:
    """What one demands of another."""
    some = np.isin(columns.a_position, rows)
    row, target = columns.a_position[some], columns.a_who[some]
    source, about = columns.p_holder[row], columns.p_target[row]
    told = (source != target) & _told((source, target, about), columns.p_article[row], least)
    source, target = source[told], target[told]
    return np.full(len(source), KIND_CODES["demands-of"]), source, target


def _acted(columns: Columns, rows: Ints, least: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    """What two did together, or one to the other."""
    counts = np.isin(columns.w_event, rows)
    event, part, who = columns.w_event[counts], columns.w_part[counts], columns.w_who[counts]
    roles = ((_PARTICIPANT, None), (_RECIPIENT, "wrote-to"), (_DECLINED, "stayed-away"))
    for role, name in roles:
        one, other = _joined(event, part == _PARTICIPANT, part == role)
        if role == _DECLINED:
            one, other = other, one  # who stayed away stayed away from the others
        source, target, what = who[one], who[other], event[one]
        kind = columns.e_kind[what] if name is None else np.full(len(one), KIND_CODES[name])
        some = source != target
        if role == _PARTICIPANT:  # each two once, and in one order
            some &= source < target
        told = some & _told((kind, source, target), columns.e_article[what], least)
        yield kind[told], source[told], target[told]


def _joined(event: Ints, left: NDArray[np.bool_], right: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The numbers of all pairs of a left and a right row that have the event in common."""
    ones, others = np.flatnonzero(left), np.flatnonzero(right)
    return _product(event[ones], ones, event[others], others)


def _product(left_keys: Ints, left: Ints, right_keys: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs of a member of `left` and one of `right` whose keys are equal."""
    order = np.argsort(right_keys, kind="stable")
    keys = right_keys[order]
    first, last = (
        np.searchsorted(keys, left_keys, "left"),
        np.searchsorted(keys, left_keys, "right"),
    )
    counts = last - first
    starts = np.repeat(first - np.r_[0, np.cumsum(counts)[:-1]] if len(counts) else first, counts)
    return np.repeat(left, counts), right[order[starts + np.arange(len(starts))]]


class _Sides:
    """Who takes which side on which issue, in at least so many articles.

    `rows` are the positions that make the sides; a side is the holder with issue and polarity.
    With `of`, opinions are those that this one shares.
    """

    def __init__(
        self, columns: Columns, positions: Ints, least: int, of: int | None = None
    ) -> None:
        self._of = of
        rows = positions[columns.is_issue[columns.p_target[positions]]]
        groups = (columns.p_holder[rows], columns.p_target[rows], columns.p_polarity[rows])
        self.rows = rows[_told(groups, columns.p_article[rows], least)]
        self._columns = columns
        self._all = [
            column[self.rows] for column in (columns.p_holder, columns.p_target, columns.p_polarity)
        ]

    def holds(self) -> tuple[Ints, Ints, Ints]:
        """A tie from holder to issue for each position."""
        holder, issue, _ = self._all
        return np.full(len(holder), KIND_CODES["holds"]), holder, issue

    def opinions(self) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """Agreement and disagreement, once for each issue and pair of sides."""
        holder, issue, polarity = np.unique(np.stack(self._all), axis=1)
        camps: Callable[[int], Ints] = lambda code: np.flatnonzero(polarity == code)  # noqa: E731
        support, oppose = camps(POLARITY_CODES["support"]), camps(POLARITY_CODES["oppose"])
        for kind, left, right in (
            ("agrees", support, support),
            ("agrees", oppose, oppose),
            ("disagrees", support, oppose),
        ):
            for ours, theirs in self._pairs(holder, left, right):
                one, other = _product(issue[ours], ours, issue[theirs], theirs)
                source, target = holder[one], holder[other]
                some = source < target if left is right else source != target
                code = np.full(int(some.sum()), KIND_CODES[kind])
                yield code, source[some], target[some], issue[one][some]

    def _pairs(self, holder: Ints, left: Ints, right: Ints) -> Iterator[tuple[Ints, Ints]]:
        """The sides to compare with each other: all, or where one is that of `of`."""
        if self._of is None:
            yield left, right
            return
        yield left[holder[left] == self._of], right
        yield left[holder[left] != self._of], right[holder[right] == self._of]
