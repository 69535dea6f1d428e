"""Claims whose positions come from the columns of a store, for whoever wants many of them.

To look up one position in the store takes some fifteen steps of the engine; here it takes none, and
the text of its article is read once for all. What comes out is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kcgraph.claims import (
    POSITION_KINDS,
    Claims,
    Passage,
    PositionClaim,
    Ref,
    by_date_and_place,
    by_label,
    passage_by_date_and_place,
)
from kcgraph.names import kept_names
from kcgraph.paths.articles import Articles, articles
from kcgraph.paths.table import POLARITY_CODES, POSITION_CODES, Columns, kept_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyoxigraph import Store

    from kcgraph.names import NameIndex
    from kcgraph.store import Reader

    Ints = NDArray[np.int64]

_POLARITIES = list(POLARITY_CODES)
_KINDS = list(POSITION_KINDS.values())
_FEW = 20  # articles that are quicker looked up in the store


def kept_claims(reader: Reader, names: NameIndex | None = None) -> KeptClaims:
    """The claims of a store; names, columns and articles are kept beside its RDF for the next time.

    `names` of the same store spare reading them.
    """
    names = names or kept_names(reader)
    texts = reader.beside("articles.arrays")
    return KeptClaims(reader.graph, kept_columns(reader), names, texts)


class KeptClaims(Claims):
    """Reads positions, and what became of demands, from `columns` of the same store.

    `texts` is a file as in `paths.articles`; without it articles are looked up in the store.
    """

    def __init__(
        self,
        store: Store,
        columns: Columns,
        names: NameIndex | None = None,
        texts: Path | None = None,
    ) -> None:
        super().__init__(store, names)
        self.columns = columns
        self._texts = texts

    def positions(self, **where: str | Sequence[str]) -> list[PositionClaim]:
        """As `Claims.positions`."""
        rows, table = self._rows(where), self.columns
        passages = self._by_row(rows, table.v_position, np.arange(len(table.v_position)))
        rows = rows[np.isin(rows, np.array(list(passages), dtype=np.int64))]
        numbers = {int(table.v_article[n]) for some in passages.values() for n in some}
        articles = [self._articles_by_number[n] for n in sorted(numbers)]
        self._read_articles(articles)
        if not all(map(self.body, articles)):
            return super().positions(**where)  # only the store has the words
        addressees = self._by_row(rows, table.a_position, table.a_who)
        behalf = self._by_row(rows, table.b_position, table.b_who)
        found = [
            self._position(row, passages[row], addressees.get(row, ()), behalf.get(row, ()))
            for row in rows.tolist()
        ]
        return sorted(found, key=by_date_and_place)

    def sides(self) -> Iterator[tuple[PositionClaim, str]]:
        """As `Claims.sides`."""
        table = self.columns
        rows = np.arange(len(table.p_claim))
        behalf = self._by_row(rows, table.b_position, table.b_who)
        self._read_articles(self._articles_by_number[n] for n in set(table.p_article.tolist()))
        _, polarities, holders, targets, dates, _ = self._columns_of_positions
        for row, article in enumerate(table.p_article.tolist()):
            claim = PositionClaim(
                iri=self._iri(row),
                kind="",
                polarity=_POLARITIES[polarities[row]],
                holder=self._node(holders[row]),
                target=self._node(targets[row]),
                addressees=(),
                on_behalf_of=tuple(sorted(map(self._node, behalf.get(row, ())), key=by_label)),
                date=self._dates[dates[row]] or None,
                confidence=None,
                evidence=(),
            )
            yield claim, self._articles_by_number[article]

    def statuses(self, demands: Sequence[str]) -> dict[str, list[str]]:
        """As `Claims.statuses`."""
        states = [state.decode() for state in self.columns.states.tolist()]
        found = self._of_demands(demands, self.columns.s_position, self.columns.s_state)
        return {iri: [states[n] for n in some] for iri, some in found.items()}

    def answers(self, demands: Sequence[str]) -> dict[str, list[str]]:
        """As `Claims.answers`."""
        found = self._of_demands(demands, self.columns.r_position, self.columns.r_answer)
        return {iri: [self._iri(row) for row in some] for iri, some in found.items()}

    def _read_articles(self, iris: Iterable[str]) -> None:
        unread = set(iris) - self._articles.keys()
        if len(unread) > _FEW and (kept := self._kept_articles) is not None:
            self._articles.update((iri, kept[iri]) for iri in unread if iri in kept)
        super()._read_articles(unread)

    @cached_property
    def _kept_articles(self) -> Articles | None:
        return articles(self.store, self._texts) if self._texts is not None else None

    def _rows(self, where: dict[str, str | Sequence[str]]) -> Ints:
        """The rows of positions that have a kind and are what `where` asks for."""
        table = self.columns
        fits = table.p_kind >= 0
        for name, asked in where.items():
            iris = [asked] if isinstance(asked, str) else asked
            if name == "kind":
                fits &= np.isin(table.p_kind, [POSITION_CODES.get(iri, -1) for iri in iris])
            elif name == "claim":
                fits &= np.isin(table.p_claim, self._numbers(self._claim_numbers, iris))
            elif name == "addressee":
                asked_of = np.isin(table.a_who, self._numbers(self._node_numbers, iris))
                fits &= np.isin(np.arange(len(fits)), table.a_position[asked_of])
            else:
                column = {"holder": table.p_holder, "target": table.p_target}[name]
                fits &= np.isin(column, self._numbers(self._node_numbers, iris))
        return np.flatnonzero(fits)

    def _position(
        self, row: int, passages: Iterable[int], addressees: Iterable[int], behalf: Iterable[int]
    ) -> PositionClaim:
        kinds, polarities, holders, targets, dates, sure = self._columns_of_positions
        return PositionClaim(
            iri=self._iri(row),
            kind=_KINDS[kinds[row]],
            polarity=_POLARITIES[polarities[row]],
            holder=self._node(holders[row]),
            target=self._node(targets[row]),
            addressees=tuple(sorted(map(self._node, addressees), key=by_label)),
            on_behalf_of=tuple(sorted(map(self._node, behalf), key=by_label)),
            date=self._dates[dates[row]] or None,
            confidence=sure[row],
            evidence=tuple(sorted(map(self._passage_at, passages), key=passage_by_date_and_place)),
        )

    def _passage_at(self, row: int) -> Passage:
        articles, starts, ends = self._columns_of_passages
        article, start, end = self._articles_by_number[articles[row]], starts[row], ends[row]
        return self._quoted(article, start, end, self.body(article)[start:end])

    def _iri(self, row: int) -> str:
        return self._iris[row]

    def _node(self, number: int) -> Ref:
        return self.ref(self._nodes[number])

    @cached_property
    def _iris(self) -> list[str]:
        """Of positions, by row."""
        table = self.columns
        return [iri.decode() for iri in table.claims[table.p_claim].tolist()]

    @cached_property
    def _nodes(self) -> list[str]:
        """The IRIs of nodes, by number."""
        return [iri.decode() for iri in self.columns.nodes.tolist()]

    @cached_property
    def _claim_numbers(self) -> dict[bytes, int]:
        return {iri: n for n, iri in enumerate(self.columns.claims.tolist())}

    @cached_property
    def _node_numbers(self) -> dict[bytes, int]:
        return {iri: n for n, iri in enumerate(self.columns.nodes.tolist())}

    @staticmethod
    def _numbers(known: Mapping[bytes, int], iris: Iterable[str]) -> Ints:
        found = (known.get(iri.encode()) for iri in iris)
        return np.array([n for n in found if n is not None], dtype=np.int64)

    @cached_property
    def _columns_of_positions(self) -> tuple[list[Any], ...]:
        """Plain lists, which are quicker to read one by one."""
        table = self.columns
        told = zip(table.p_sure.tolist(), table.p_told_sure.tolist(), strict=True)
        sure = [confidence if is_told else None for confidence, is_told in told]
        some = (table.p_kind, table.p_polarity, table.p_holder, table.p_target, table.p_date)
        return *(column.tolist() for column in some), sure

    @cached_property
    def _columns_of_passages(self) -> tuple[list[int], list[int], list[int]]:
        table = self.columns
        return table.v_article.tolist(), table.v_start.tolist(), table.v_end.tolist()

    @cached_property
    def _dates(self) -> list[str]:
        dates: list[str] = self.columns.dates.tolist()
        return dates

    @cached_property
    def _articles_by_number(self) -> list[str]:
        return [article.decode() for article in self.columns.articles.tolist()]

    def _of_demands(self, demands: Sequence[str], row: Ints, value: Ints) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {iri: [] for iri in demands}
        for number, values in self._by_row(self._rows({"claim": demands}), row, value).items():
            found[self._iri(number)] = values
        return found

    @staticmethod
    def _by_row(rows: Ints, row: Ints, value: Ints) -> dict[int, list[int]]:
        """The values of each of `rows` that has some; the n-th of `value` is one of `row[n]`."""
        some = np.isin(row, rows)
        found: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in zip(row[some].tolist(), value[some].tolist(), strict=True):
            found[one].append(other)
        return found
