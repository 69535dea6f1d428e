"""The steps of the offline extractor, in the order in which each needs the one before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

import kcgraph
from kcgraph.errors import KcgraphError
from kcgraph.extract.grounding import ground
from kcgraph.extract.offline import collector, nlp
from kcgraph.extract.offline.attributions import read_attributions
from kcgraph.extract.offline.cast import build_cast
from kcgraph.extract.offline.events import EventPlan, plan_events
from kcgraph.extract.offline.parses import Parses
from kcgraph.extract.offline.positions import PositionPlan, Vectors, plan_positions
from kcgraph.extract.offline.record import attributions_of
from kcgraph.extract.offline.sources import link_sources
from kcgraph.extract.offline.stakeholders import concerning, select_stakeholders
from kcgraph.extract.offline.types import Cast, Linked
from kcgraph.extract.protocol import Unread
from kcgraph.model import Article, Extraction

# Counts up with every change of rules or models that changes records, so that stores notice.
REVISION = 13
_AHEAD = 1  # articles that are parsed while another waits for the encoder


class OfflineExtractor:
    """Articles to records on the CPU, with nothing sent anywhere.

    `pipeline` names any installed spaCy pipeline with tagger, parser, lemmatizer and NER; `parses`
    is a folder to keep parses in. Raises InputError if the pipeline is not installed.
    """

    def __init__(self, pipeline: str = nlp.DEFAULT_PIPELINE, *, parses: Path | None = None) -> None:
        self._nlp: Language = nlp.load(pipeline)
        self._parses = Parses(parses, self._nlp) if parses else None
        self.name = (
            f"kcgraph-offline {kcgraph.__version__}.{REVISION} ({nlp.pipeline_version(self._nlp)})"
        )

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """One grounded record per article, in order; an article that trips us up is `Unread`.

        One article is read ahead: the encoder works in a thread of its own, without holding up
        Python, while the next article is parsed.
        """
        with ThreadPoolExecutor(1, "encoder") as encoder:
            ahead: deque[tuple[Article, _Begun | Exception]] = deque()
            for article in articles:
                ahead.append((article, self._begin(article, encoder)))
                _keep_models()
                if len(ahead) > _AHEAD:
                    yield self._finish(*ahead.popleft())
            while ahead:
                yield self._finish(*ahead.popleft())

    def _begin(self, article: Article, encoder: Executor) -> _Begun | Exception:
        """All that comes before the encoder, or what went wrong; the encoder is set to work."""
        try:
            with nlp.one_thread(), collector.paused():
                doc = self._parse(article)
                readings = read_attributions(doc)
                cast = build_cast(doc, readings, article)
                links = link_sources(doc, readings, cast)
                events = plan_events(doc, cast, links)
                plan = plan_positions(doc, cast, links, others=events.looked_at)
                return _Begun(doc, cast, links, events, plan, encoder.submit(plan.encode))
        except Exception as error:  # told in its turn
            return error

    def _finish(self, article: Article, begun: _Begun | Exception) -> Extraction | Unread:
        try:
            if isinstance(begun, Exception):
                raise begun
            with nlp.one_thread(), collector.paused():
                return self._record(article, begun)
        except KcgraphError:
            raise
        except Exception as error:  # whatever is wrong with one article, the others are read
            problem = " ".join(f"{type(error).__name__}: {error}".split())
            return Unread(article.id, f"not read, by a fault of kcgraph ({problem}); report it")

    def _parse(self, article: Article) -> Doc:
        if self._parses:
            return self._parses.parse(article)
        return nlp.parse(article, self._nlp)

    def _record(self, article: Article, begun: _Begun) -> Extraction:
        doc, cast, links = begun.doc, begun.cast, begun.links
        vectors = begun.vectors.result()
        events = begun.events.read(vectors, article)
        positions = begun.positions.read(vectors, article)
        stakeholders = select_stakeholders(cast, links, positions, events, doc, vectors=vectors)
        links, positions, events = concerning(stakeholders, links, positions, events)
        return ground(
            article,
            Extraction(
                article=article.id,
                date=article.date,
                stakeholders=tuple(stakeholders),
                attributions=tuple(attributions_of(links, doc, article)),
                positions=tuple(positions),
                events=tuple(events),
                extractor=self.name,
            ),
        )


@cache
def _keep_models() -> None:
    """Models are loaded with the first article, once a process."""
    collector.keep()


@dataclass(frozen=True, slots=True)
class _Begun:
    """An article that waits for the encoder."""

    doc: Doc
    cast: Cast
    links: list[Linked]
    events: EventPlan
    positions: PositionPlan
    vectors: Future[Vectors | None]
