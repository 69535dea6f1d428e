"""Building a store: what is new is extracted and stored, then the RDF is brought in line.

    place ─▶ extract (one transaction per article) ─▶ prune ─▶ resolve ─▶ map ─▶ derive

The RDF is a function of the records. A build that was interrupted leaves records of whole articles
and the RDF as it was; the next build goes on from there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kcgraph import derive
from kcgraph.annotations import Annotated
from kcgraph.errors import InputError
from kcgraph.extract.grounding import ground
from kcgraph.extract.protocol import Unread
from kcgraph.graph import Known, article_quads, identity_nodes, node_quads, signature, term
from kcgraph.model import Article, Extraction
from kcgraph.origins import file_of, whole
from kcgraph.placing import placed
from kcgraph.read import Duplicate, Notice, Problem, find_variants
from kcgraph.records import Records, Row
from kcgraph.resolve import Identity, Outline, resolve
from kcgraph.store import Writer, damage, open_graph, replace_graph, replace_node
from kcgraph.vocab import Iris, digest

if TYPE_CHECKING:
    import pyoxigraph

    from kcgraph.extract.protocol import Extractor
    from kcgraph.read import Result

# What a node is called: no tie depends on it.
_NAMES = tuple(map(term, ("rdfs:label", "skos:altLabel", "skos:prefLabel", "kc:concerns")))
# Above this share of graphs to write, all are written into an empty store, which is faster.
_MOST_REPLACED = 0.3
# Keys of made-from.json beside article ids, which never have an "@"; `_NODE` goes before an IRI.
_INPUTS, _RULES, _CODE, _NODE = "@inputs", "@rules", "@code", "@node "


@dataclass(frozen=True, slots=True)
class Options:
    """`prune` drops articles that are not among the input, `force` extracts all of it again.

    `min_confidence` keeps only surer items in the RDF (the records hold all); None leaves it as the
    store has it. `base` is what IRIs begin with; `rules` is a folder with rules of one's own.
    """

    prune: bool = False
    force: bool = False
    min_confidence: float | None = None
    base: str | None = None
    rules: Path | None = None


@dataclass(slots=True)
class Summary:
    """What a build did: ids of articles; (origin, message) pairs of what went wrong or is odd.

    `dropped` counts by reason what the grounding check threw out of what was extracted now.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> set[str]:
        return {*self.new, *self.changed, *self.unchanged}


# Called with what is being done, how many are done, and of how many.
Progress = Callable[[str, int, int], None]
_DEFAULT = Options()


def build(
    path: Path,
    found: Iterable[Result],
    extractor: Extractor,
    options: Options = _DEFAULT,
    *,
    progress: Progress = lambda *_: None,
) -> Summary:
    """Brings the store at `path` up to date with what reading `found`.

    Raises InputError if that holds no article, WorkError if the store cannot be written.
    """
    summary = Summary()
    articles = list(_articles(found, summary))
    _refuse_nothing(articles, summary)
    with Writer(path, base=options.base) as writer:
        todo = []
        for article, row in _told_once(writer.records, articles, summary):
            done = row is not None and row.is_of(article) and row.extractor == extractor.name
            if done and not options.force:
                summary.unchanged.append(article.id)
            else:
                todo.append((article, summary.new if row is None else summary.changed))
        results = extractor.extract([article for article, _ in todo])
        progress("reading", 0, len(todo))
        for n, ((article, kind), result) in enumerate(zip(todo, results, strict=True), 1):
            if isinstance(result, Unread):
                summary.problems.append((article.origin, result.message))
            else:
                writer.records.put(article, result)
                summary.dropped.update(result.dropped)
                kind.append(article.id)
            progress("reading", n, len(todo))
        _finish(writer, summary, options, progress)
    return summary


def build_from_records(
    path: Path,
    found: Iterable[Annotated | Problem | Notice],
    options: Options = _DEFAULT,
    *,
    progress: Progress = lambda *_: None,
) -> Summary:
    """Brings the store at `path` up to date with records that are already there.

    They pass the same grounding check as any extraction. Raises as `build` does.
    """
    summary = Summary()
    records: dict[str, Extraction] = {}
    articles = []
    for item in found:
        if isinstance(item, Annotated):
            records[item.article.origin] = item.record
            articles.append(item.article)
        elif isinstance(item, Problem):
            summary.problems.append((item.origin, item.message))
        else:
            summary.remarks.append((item.origin, item.message))
    _refuse_nothing(articles, summary)
    with Writer(path, base=options.base) as writer:
        for n, one in enumerate(placed(writer.records, articles), 1):
            article, row = one.article, one.row
            if one.copy and row:
                message = f"the same text as {row.origin} ({row.id}); this record takes its place"
                summary.remarks.append((article.origin, message))
            record = ground(article, records[article.origin])
            same = row is not None and row.is_of(article)
            if same and not options.force and writer.records.record(article.id) == record:
                summary.unchanged.append(article.id)
            else:
                writer.records.put(article, record)
                summary.dropped.update(record.dropped)
                (summary.new if row is None else summary.changed).append(article.id)
            progress("storing", n, len(articles))
        _finish(writer, summary, options, progress)
    return summary


def refresh(
    writer: Writer, options: Options = _DEFAULT, *, progress: Progress = lambda *_: None
) -> None:
    """Brings the RDF of the store in line with its records and judgements."""
    if options.min_confidence is not None:
        writer.records.put_setting("min_confidence", str(options.min_confidence))
    rules = derive.load_rules(options.rules)
    have = writer.made_from()
    inputs = digest(writer.records.revision(), derive.digest_of(rules), _code())
    if have.get(_INPUTS) == inputs:
        return
    outlines = writer.records.outlines(_code())
    told = [(one.article, one.record) for one in outlines]
    target = _Target(
        writer.records,
        outlines,
        resolve(told, writer.records.judgements()),
        _variants(writer.records.articles()),
        float(writer.records.setting("min_confidence", "0")),
        writer.iris,
        rules,
    )
    want = {**target.made_from(), _INPUTS: inputs}
    stale = {key for key in have.keys() | want.keys() if have.get(key) != want.get(key)} - {_INPUTS}
    if not stale:
        writer.note(want)
        return
    articles = sum(not key.startswith("@") for key in stale)
    anew = have.get(_CODE) != want[_CODE] or articles > _MOST_REPLACED * len(outlines)
    same_rules = have.get(_RULES) == want[_RULES]
    progress("writing", 0, 1)
    if anew or not _changed_in_place(writer, target, want, stale, same_rules=same_rules):
        writer.next_graph(target.write_all, want, empty=True)
    progress("writing", 1, 1)


def _changed_in_place(
    writer: Writer, target: _Target, want: dict[str, str], stale: Set[str], *, same_rules: bool
) -> bool:
    """Makes the next generation of the current one; no if that is damaged."""
    before = open_graph(writer.path)

    def write(graph: pyoxigraph.Store) -> None:
        target.write(graph, stale, before if same_rules else None)

    try:
        writer.next_graph(write, want, empty=False)
    except RuntimeError as error:
        if damage(error) is None:
            raise
        return False
    return True


@cache
def _code() -> str:
    """A digest of the code that makes RDF of records: where it changes, so may the RDF."""
    package = Path(__file__).parent
    files = [package / f"{name}.py" for name in ("graph", "model", "vocab")]
    files += (package / "resolve").iterdir()
    return digest(*(f.read_text(encoding="utf-8") for f in sorted(files) if f.is_file()))


@dataclass(frozen=True)
class _Target:
    """The RDF as it should be, and how to get there."""

    records: Records
    outlines: Sequence[Outline]
    identity: Identity
    variants: dict[str, list[str]]
    min_confidence: float
    iris: Iris
    rules: Sequence[derive.Rule]

    def made_from(self) -> dict[str, str]:
        """A signature for each part of the RDF: equal means that the part need not be written."""
        made = {
            told.article.id: signature(
                told,
                self.identity,
                variants=self.variants[told.article.id],
                min_confidence=self.min_confidence,
            )
            for told in self.outlines
        }
        made |= {f"{_NODE}{node}": digest(repr(known)) for node, known in self._nodes.items()}
        made[_RULES] = derive.digest_of(self.rules)
        made[_CODE] = _code()
        return made

    def write_all(self, graph: pyoxigraph.Store) -> None:
        """Fills an empty store."""
        graph.bulk_extend(quad for item in self.records.items() for quad in self._article(*item))
        graph.bulk_extend(quad for node in self._nodes for quad in self._node(node))
        derive.derive(graph, self.rules, iris=self.iris)

    def write(
        self, graph: pyoxigraph.Store, stale: Set[str], before: pyoxigraph.Store | None
    ) -> None:
        """Replaces what is stale and renews the ties.

        `before` is as it was, if these rules derived its ties.
        """
        touched: set[derive.Subject] = set()
        known = {told.article.id for told in self.outlines}
        for key in sorted(stale):
            if key.startswith(_NODE):
                node = key.removeprefix(_NODE)
                name, new = self.iris.identity_graph, self._node(node)
                changed = replace_node(graph, name, node, new)
                touched |= {q.subject for q in changed if q.predicate not in _NAMES}
            elif not key.startswith("@"):
                name = self.iris.article_graph(key)
                new = self._article(*self.records.item(key)) if key in known else ()
                touched |= {quad.subject for quad in replace_graph(graph, name, new)}
        if before is None:
            derive.derive(graph, self.rules, iris=self.iris)
        else:
            derive.renew(graph, before, self.rules, touched, iris=self.iris)

    def _node(self, node: str) -> Iterable[pyoxigraph.Quad]:
        known = self._nodes.get(node)
        return node_quads(node, known, iris=self.iris) if known is not None else ()

    def _article(self, article: Article, record: Extraction) -> Iterable[pyoxigraph.Quad]:
        return article_quads(
            article,
            record,
            self.identity,
            iris=self.iris,
            variants=self.variants[article.id],
            min_confidence=self.min_confidence,
        )

    @cached_property
    def _nodes(self) -> dict[str, Known]:
        records = [told.record for told in self.outlines]
        extractors = {record.extractor for record in records}
        coders = {p.coder for record in records for p in record.positions if p.coder}
        return identity_nodes(self.identity, extractors, coders, iris=self.iris)


def _finish(writer: Writer, summary: Summary, options: Options, progress: Progress) -> None:
    if options.prune:
        # what could not be read this time has not vanished
        unread = {whole(origin) for origin, _ in summary.problems}
        summary.removed = [
            row.id
            for row in writer.records.rows()
            if row.id not in summary.seen and unread.isdisjoint(_places(row.origin))
        ]
        writer.records.drop(summary.removed)
    refresh(writer, options, progress=progress)


def _told_once(
    records: Records, articles: Sequence[Article], summary: Summary
) -> Iterator[tuple[Article, Row | None]]:
    """The articles, placed: a copy is the article that was read before, as that was told."""
    for one in placed(records, articles):
        article, row = one.article, one.row
        if one.copy and row:
            copy = Duplicate(article.origin, row.id, row.origin)
            summary.remarks.append((copy.origin, copy.message))
            article = row.told_of(article)
        yield article, row


def _places(origin: str) -> Iterator[str]:
    """The places whose failure to be read keeps an article from being found again.

    They are the article's own place, the file that it is one of many in, and all folders above.
    """
    place = whole(origin)
    file = file_of(place)
    yield from (place, file, *map(str, Path(file).parents))


def _articles(found: Iterable[Result], summary: Summary) -> Iterator[Article]:
    for item in found:
        match item:
            case Article():
                yield item
            case Problem():
                summary.problems.append((item.origin, item.message))
            case Notice() | Duplicate():
                summary.remarks.append((item.origin, item.message))


def _refuse_nothing(articles: Sequence[Article], summary: Summary) -> None:
    if not articles:
        why = "; ".join(f"{origin}: {message}" for origin, message in summary.problems[:3])
        more = len(summary.problems) - 3
        raise InputError(
            "nothing to build from: "
            + (why or "no articles")
            + (f"; and {more} more like that" if more > 0 else "")
        )


def _variants(articles: Iterable[Article]) -> dict[str, list[str]]:
    """For each article the ids of its near copies, the smaller id first in each pair."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for left, right, _ in find_variants(articles):
        found[right].append(left)
    return found
