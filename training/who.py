"""Train the models that say who is who: the name tagger, the antecedent ranker, whose office a
title is.

    python -m training.who --civic data/training [--records DIR --texts DIR] [--fits DIR]
        [--out data/models/who]

`--records` and `--texts` add gold whose texts lie elsewhere. Each stage is trained on what the one
before makes of articles that it had not seen (three folds by article); `--fits` keeps the models
of the folds, with which later stages are trained (`models_unseen`). With `--hold-out` one article
in five is kept aside and the figures for those are printed; nothing is written then unless `--out`
is given. With `--only-antecedents` the ranker alone is trained, on what the other models that ship
with the package find.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import pycrfsuite
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from kcgraph import resources
from kcgraph.evaluate import compare
from kcgraph.extract.offline import antecedents, coreference, names, offices
from kcgraph.extract.offline.attributions import read_attributions
from kcgraph.extract.offline.cast import entities, resolve_people
from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.joint import Joints
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, find_nominals, find_pronouns
from kcgraph.extract.offline.name_features import ArticleForms, features
from kcgraph.extract.offline.name_repairs import repaired
from kcgraph.extract.offline.names import Name, find_names
from kcgraph.extract.offline.referents import Referent, correct_sorts, resolve_names, text
from kcgraph.extract.offline.roles import titles_of
from kcgraph.extract.offline.shared_titles import shared_titles
from kcgraph.extract.offline.types import Cast, Mention, Reading
from kcgraph.model import Role
from training.position_data import Example, load, people
from training.ranking import Candidate, ranking
from training.who_labels import bare, ids_by_form, name_labels, referents_told
from training.who_scores import report

FOLDS = 3
CRF = {
    "c1": 0.1, "c2": 0.1, "max_iterations": 80, "feature.minfreq": 2,
    "feature.possible_transitions": True,
}  # fmt: skip
_SMALL = 0.005  # weights below this are left out

Row = tuple[list[str], bool]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the training; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--civic", type=Path, default=Path("data/training"))
    parser.add_argument("--records", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="folder for parses")
    parser.add_argument("--fits", type=Path, help="folder for the models of the folds")
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--only-antecedents", action="store_true")
    given = parser.parse_args(arguments)

    def cache(name: str) -> Path | None:
        return given.cache / f"who-{name}.pkl" if given.cache else None

    examples = load("civic", given.civic, cache=cache("civic"))
    if given.records:
        examples += load("more", given.records, given.texts, cache=cache("more"))
    kept = [e for e in examples if e.is_dev and e.group == "civic"] if given.hold_out else []
    out = given.out or (None if kept else Path("data/models/who"))
    learned = [e for e in examples if e not in kept]
    if given.only_antecedents:
        train_only_antecedents(learned, kept, out)
    else:
        train(learned, kept, out, given.fits)
    return 0


def train_only_antecedents(
    examples: Sequence[Example], held_out: Sequence[Example], out: Path | None
) -> None:
    """Trains the ranker beside copies of the models that ship; reports, and writes to `out`."""
    shipped = resources.data_dir() / "models" / "who"
    readings = {e.article.id: read_attributions(e.doc) for e in (*examples, *held_out)}
    found = {e.article.id: repaired(e.doc, find_names(e.doc, shipped)) for e in examples}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in (names.MODEL, offices.MODEL):
            shutil.copy(shipped / name, folder)
        train_ranker([r for e in examples for r in _antecedent_rows(e, found, readings)], folder)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / antecedents.MODEL, out)
        if held_out:
            report(held_out, readings, folder)


def train(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    out: Path | None,
    fits: Path | None = None,
) -> None:
    """Trains all stages, reports on `held_out`, writes to `out`, the folds' models to `fits`."""
    readings = {e.article.id: read_attributions(e.doc) for e in (*examples, *held_out)}
    with tempfile.TemporaryDirectory() as place:
        folders = [(fits or Path(place)) / str(n) for n in range(FOLDS)]
        found: dict[str, list[Name]] = {}
        for n, folder in enumerate(folders):
            folder.mkdir(parents=True, exist_ok=True)
            train_tagger([e for e in examples if _fold(e) != n], folder)
            for example in examples:
                if _fold(example) == n:
                    found[example.article.id] = repaired(
                        example.doc, find_names(example.doc, folder)
                    )
        rows = {e.article.id: list(_antecedent_rows(e, found, readings)) for e in examples}
        whose: list[list[Candidate]] = []
        for n, folder in enumerate(folders):
            train_ranker([r for e in examples if _fold(e) != n for r in rows[e.article.id]], folder)
            _write(folder / offices.MODEL, {})
            for example in examples:
                if _fold(example) == n:
                    whose.extend(_office_rows(example, readings[example.article.id], folder))
        final = out or Path(place) / "final"
        final.mkdir(parents=True, exist_ok=True)
        train_tagger(examples, final)
        train_ranker([r for e in examples for r in rows[e.article.id]], final)
        _write(final / offices.MODEL, ranking(whose, 0.3))
        if held_out:
            report(held_out, readings, final)


def _fold(example: Example) -> int:
    return crc32(example.article.id.encode()) % FOLDS


def models_unseen(example: Example, fits: Path) -> Path:
    """The folder in `fits` of the models that have not learned from the article."""
    return fits / str(_fold(example))


# --- names --------------------------------------------------------------------------------------


def train_tagger(examples: Sequence[Example], folder: Path) -> None:
    """Trains the name tagger and writes it to `folder`."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for example in examples:
        labels = name_labels(example.doc, example.gold.stakeholders)
        parse = columns(example.doc)
        forms = ArticleForms(parse)
        for start, end in example.doc.user_data["paragraphs"]:
            trainer.append(features(parse, start, end, forms), labels[start:end])
    trainer.set_params(CRF)
    trainer.train(str(folder / names.MODEL))


# --- antecedents --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One candidate of the mention headed by a token, and whether it is the right one."""

    kind: str
    article: str
    at: int
    features: list[str]
    right: bool


def train_ranker(rows: Sequence[Choice], folder: Path) -> None:
    """Trains the antecedent ranker and writes it to `folder`."""
    groups: dict[str, dict[tuple[str, int], list[Candidate]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        groups[row.kind][row.article, row.at].append((row.features, row.right))
    links = [(r.features, r.right) for r in rows if r.kind == "pronoun"]
    weights = {k: ranking(list(groups[k].values()), 0.3) for k in ("nominal", "pronoun")}
    _write(folder / antecedents.MODEL, weights | {"link": _logistic(links, 0.3)})


def _antecedent_rows(
    example: Example, found: Mapping[str, list[Name]], readings: Mapping[str, list[Reading]]
) -> Iterator[Choice]:
    key = example.article.id
    for choice in _Teacher(example, found[key], readings[key]).choices():
        # one string for equal features: there are millions of them
        yield replace(choice, features=[sys.intern(f) for f in choice.features])


class _Teacher:
    """Walks through an article as the resolver does, with the annotation making the decisions."""

    def __init__(
        self, example: Example, found: Sequence[Name], readings: Sequence[Reading]
    ) -> None:
        self.doc: Doc = example.doc
        self.key = example.article.id
        self.referents = resolve_names(self.doc, found)
        self.nominals = find_nominals(self.doc, found)
        correct_sorts(self.doc, self.referents, self.nominals)
        self.where = antecedents.Text(self.doc, readings)
        self.heads = {m.head: r for r in self.referents for m in r.mentions}
        self._forms = ids_by_form(example.gold)
        self._kinds = {s.id: s.kind for s in example.gold.stakeholders}
        self._told = referents_told(self.doc, readings, example.gold)
        self._joints = Joints(self.doc, self.referents, self.nominals)
        self._gold: dict[int, str] = {}
        for one in self.referents:
            ids = {i for label in one.labels for i in self._forms.get(bare(label), ())}
            ids = {i for i in ids if self._kinds[i] is one.kind}
            if len(ids) == 1:
                self._gold[id(one)] = ids.pop()

    def choices(self) -> Iterator[Choice]:
        """The candidates of every mention whose referent the annotation tells."""
        nominals = {n.head: n for n in self.nominals}
        pronouns = {m.head: m for m in find_pronouns(self.doc)}
        for i in sorted(nominals.keys() | pronouns.keys()):
            if i in nominals:
                yield from self._nominal(nominals[i])
            else:
                yield from self._pronoun(pronouns[i])

    def _nominal(self, nominal: Nominal) -> Iterator[Choice]:
        one = coreference.beside(self.doc, nominal, self.heads)
        if one is None:
            known = coreference.with_joint(nominal, self.referents, self._joints, self.heads)
            candidates = antecedents.nominal_candidates(self.where, nominal, known, self.heads)
            wanted = self._wanted(nominal)
            if wanted:
                one = self._meant((c for c, _ in candidates), wanted)
                for candidate, described in candidates:
                    yield Choice("nominal", self.key, nominal.head, described, candidate is one)
                described = antecedents.new_features(self.where, nominal, self.heads)
                yield Choice("nominal", self.key, nominal.head, described, one is None)
            else:
                one = next((c for c, _ in candidates if _is_same_phrase(nominal, c)), None)
            if one is None:
                one = Referent(nominal.sort)
                self.referents.append(one)
                if len(wanted) == 1:
                    self._gold[id(one)] = wanted[0]
        one.nominals.append(nominal)
        self._join(nominal.mention, one)

    def _wanted(self, nominal: Nominal) -> tuple[str, ...]:
        """Whom the annotation lets the noun phrase refer to; nobody if it is not clear."""
        told = self._told.get(nominal.head, ())
        if told:
            return told
        forms = {bare(text(self.doc, span)) for span in (nominal.core, nominal.full)}
        ids = {i for form in forms for i in self._forms.get(form, ())}
        return tuple(ids) if len(ids) == 1 else ()

    def _meant(self, candidates: Iterable[Referent], ids: Sequence[str]) -> Referent | None:
        """The candidate that stands for most of those ids, at least for half of them or for one."""
        best: tuple[float, Referent] | None = None
        for one in candidates:
            mine = {self._gold.get(id(member), "") for member in one.members or [one]}
            share = len(mine & set(ids)) / len(mine | set(ids))
            enough = share >= 0.5 if one.members else share > 0
            if enough and (best is None or share > best[0]):
                best = share, one
        return best[1] if best is not None else None

    def _pronoun(self, mention: Mention) -> Iterator[Choice]:
        form = PERSONAL[self.doc[mention.head].lower_]
        if form in {"1", "w"}:
            return
        if form == "r":
            one = coreference.relative(self.doc, mention, self.heads)
        else:
            known = self.referents
            if form == "p":
                known = [*known, *self._joints.before(mention.head, self.heads)]
            candidates = antecedents.pronoun_candidates(self.where, mention, known, self.heads)
            told = self._told.get(mention.head)
            if told is None:
                agreeing = (c for c, _ in candidates if form in "mf" and c.gender == form)
                one = next(agreeing, None)
            else:
                one = self._meant((c for c, _ in candidates), told)
                if one is not None:
                    for candidate, described in candidates:
                        yield Choice("pronoun", self.key, mention.head, described, candidate is one)
        if one is not None:
            self._join(mention, one)
            one.heard[form] += 1

    def _join(self, mention: Mention, one: Referent) -> None:
        one.mentions.append(mention)
        self.heads[mention.head] = one


def _is_same_phrase(nominal: Nominal, one: Referent) -> bool:
    return any(n.lemma == nominal.lemma and n.modifiers == nominal.modifiers for n in one.nominals)


# --- offices ------------------------------------------------------------------------------------


def _office_rows(
    example: Example, readings: Sequence[Reading], folder: Path
) -> Iterator[list[Candidate]]:
    """For each title without a body beside it the bodies of the cast, and none, as candidates."""
    found, referents = resolve_people(example.doc, readings, folder)
    cast = Cast(entities(example.doc, referents))
    where, shared = offices.Whereabouts(example.doc, cast), shared_titles(example.doc, found)
    roles = {s.id: s.roles for s in example.gold.stakeholders}
    matched = people(example, cast)
    for one, entity in zip(referents, cast.entities, strict=True):
        for title in titles_of(example.doc, one, cast, shared):
            if title.of is not None or not title.is_office or entity.id not in matched:
                continue
            last = compare.title_words(title.written)[-1:]
            same = [
                r for r in roles[matched[entity.id]] if compare.title_words(r.title)[-1:] == last
            ]
            if not same:
                continue
            choices = offices.candidates(where, title.written, title.at)
            judged = [
                (described, body is not None and any(_is_of(role, body.name) for role in same))
                for body, described in choices
            ]
            judged[-1] = judged[-1][0], not any(right for _, right in judged)
            yield judged


def _is_of(role: Role, body: str) -> bool:
    return role.of is not None and compare.same_role(role, Role(role.title, body))


# --- regression ---------------------------------------------------------------------------------


def _logistic(rows: Sequence[Row], c: float) -> dict[str, float]:
    """Weights of the features by L2-regularised logistic regression, the intercept as `bias`."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(dict.fromkeys(described, 1.0) for described, _ in rows)
    model = LogisticRegression(C=c, max_iter=1000).fit(matrix, [right for _, right in rows])
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(weight) > _SMALL
    }
    weights["bias"] = round(weights.get("bias", 0.0) + float(model.intercept_[0]), 3)
    return weights


def _write(path: Path, model: object) -> None:
    path.write_text(json.dumps(model, sort_keys=True, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
