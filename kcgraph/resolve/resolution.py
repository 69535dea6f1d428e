"""From records to `Identity`: match, apply judgements, name the clusters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from kcgraph.model import Article, Extraction, Role, StakeholderKind
from kcgraph.resolve import names
from kcgraph.resolve.clusters import Clusters, Match
from kcgraph.resolve.context import Context
from kcgraph.resolve.identity import (
    Decision,
    Identity,
    Judgement,
    KnownIssue,
    KnownStakeholder,
    Post,
)
from kcgraph.resolve.issues import (
    Wordings,
    match_issues,
    match_short_forms,
    may_be_one_issue,
    wordings_of,
)
from kcgraph.resolve.stakeholders import (
    Local,
    locals_of,
    match_stakeholders,
    match_surnames,
    may_be_one,
    same_roles,
)
from kcgraph.resolve.topics import begins_with_verb, topic
from kcgraph.vocab import slug

T = TypeVar("T", Local, Wordings)


def resolve(
    items: Sequence[tuple[Article, Extraction]], judgements: Sequence[Judgement] = ()
) -> Identity:
    """Who and what is the same in all `items`; the order of `items` does not matter.

    Judgements overrule, the later ones the earlier. A judgement whose two sides are not both known
    (their article has gone) has no effect.
    """
    items = sorted(items, key=lambda item: item[0].id)
    context = Context(items)
    people = locals_of(items)
    issues = wordings_of(items)
    who, who_decisions = _cluster(
        people,
        match_stakeholders(people, context),
        may_be_one(people),
        [j for j in judgements if j.what == "stakeholder"],
        lambda found: _keys_of_people(people, found, context),
        lambda found: match_surnames(people, found, context),
    )
    what, what_decisions = _cluster(
        issues,
        match_issues(issues, context),
        may_be_one_issue(issues),
        [j for j in judgements if j.what == "issue"],
        lambda found: _keys_of_issues(issues, found),
        lambda found: match_short_forms(issues, found),
    )
    stakeholder_of = {
        (people[n].article, people[n].who.id): key for key, ns in who.items() for n in ns
    }
    organizations = _Organizations(people, who)
    known = {
        key: _stakeholder(key, [people[n] for n in ns], organizations) for key, ns in who.items()
    }
    concerned = _concerned(items, stakeholder_of)
    return Identity(
        stakeholders=known,
        issues={key: _issue(key, [issues[n] for n in ns], concerned) for key, ns in what.items()},
        stakeholder_of=stakeholder_of,
        issue_of={
            (issues[n].article, issues[n].labels): key for key, ns in what.items() for n in ns
        },
        decisions=(*who_decisions, *what_decisions),
    )


# --- clusters under judgements ------------------------------------------------------------------


def _cluster(
    things: Sequence[T],
    matches: Sequence[Match],
    may_join: Callable[[list[int], list[int]], bool],
    judgements: Sequence[Judgement],
    keys: Callable[[Clusters], dict[str, list[int]]],
    second_matches: Callable[[Clusters], list[Match]] = lambda found: [],
) -> tuple[dict[str, list[int]], list[Decision]]:
    """Members by key, and why. Judgements may name keys, so each is read after those before it."""
    settled: list[tuple[bool, list[int], list[int], Judgement]] = []
    refs = {thing.ref: [n] for n, thing in enumerate(things)}

    def run() -> tuple[dict[str, list[int]], list[Decision]]:
        found = Clusters(len(things))
        decisions = _apply(found, settled, things)
        joined = found.join_matches(matches, may_join)
        joined += found.join_matches(second_matches(found), may_join)
        for match in joined:
            left, right = things[match.left], things[match.right]
            decisions.append(Decision(_what(left), left.ref, right.ref, match.reason, match.score))
        return keys(found), decisions

    members, decisions = run()
    for judgement in judgements:
        sides = [
            refs.get(side) or _by_key(members, side) for side in (judgement.left, judgement.right)
        ]
        if all(sides):
            settled.append((judgement.same, sides[0], sides[1], judgement))
            members, decisions = run()
    return members, decisions


def _by_key(members: Mapping[str, list[int]], key: str) -> list[int]:
    return list(members.get(key, ()))


def _apply(
    found: Clusters,
    settled: Sequence[tuple[bool, list[int], list[int], Judgement]],
    things: Sequence[Local] | Sequence[Wordings],
) -> list[Decision]:
    """Joins and keeps apart what was judged; of contradicting judgements the later one holds."""
    decisions = []
    last: dict[tuple[int, int], tuple[bool, Judgement]] = {}
    for same, left, right, judgement in settled:
        for a in left:
            for b in right:
                last[min(a, b), max(a, b)] = (same, judgement)
    for (a, b), (same, _) in last.items():
        if not same:
            found.keep_apart(a, b)
    for (a, b), (same, judgement) in last.items():
        if same and found.join(a, b):
            decisions.append(
                Decision(judgement.what, things[a].ref, things[b].ref, "judged the same", 1.0)
            )
    return decisions


def _what(thing: Local | Wordings) -> str:
    return "stakeholder" if isinstance(thing, Local) else "issue"


# --- names and keys -----------------------------------------------------------------------------


def _keys_of_people(
    things: Sequence[Local], found: Clusters, context: Context
) -> dict[str, list[int]]:
    named = [(_name([things[n] for n in ns]), ns) for ns in found.all()]

    def qualifier(ns: list[int]) -> str:
        return _qualifier([things[n] for n in ns], context)

    return _keys(named, qualifier, lambda ns: things[ns[0]].ref)


def _keys_of_issues(things: Sequence[Wordings], found: Clusters) -> dict[str, list[int]]:
    named = [(_label([things[n] for n in ns]), ns) for ns in found.all()]
    return _keys(named, lambda ns: things[ns[0]].article, lambda ns: things[ns[0]].ref)


def _keys(
    named: Sequence[tuple[str, list[int]]],
    qualifier: Callable[[list[int]], str],
    reference: Callable[[list[int]], str],
) -> dict[str, list[int]]:
    """A slug of the name; where two share it, of name and qualifier; at worst, of the reference."""
    keys: dict[str, list[int]] = {}
    steps: list[Callable[[str, list[int]], str]] = [
        lambda name, ns: slug(name),
        lambda name, ns: slug(f"{name} {qualifier(ns)}"),
        lambda name, ns: slug(f"{name} {reference(ns)}"),
    ]
    left = list(named)
    for step in steps:
        counts = Counter(step(name, ns) for name, ns in left)
        alone = [(name, ns) for name, ns in left if counts[step(name, ns)] == 1]
        fresh = [(name, ns) for name, ns in alone if step(name, ns) not in keys]
        keys.update((step(name, ns), ns) for name, ns in fresh)
        left = [pair for pair in left if pair not in fresh]
    for number, (name, ns) in enumerate(left, start=2):
        keys[f"{slug(f'{name} {reference(ns)}')}-{number}"] = ns
    return dict(sorted(keys.items()))


def _qualifier(cluster: Sequence[Local], context: Context) -> str:
    """What tells this one from others of the same name: its place, its title, its article."""
    if cluster[0].who.kind is StakeholderKind.ORGANIZATION:
        places = sorted(p for x in cluster for p in context.places(x.article))
        return places[0] if places else cluster[0].article
    if cluster[0].who.kind is StakeholderKind.PERSON:
        titles = sorted(role.title for x in cluster for role in x.who.roles)
        return titles[0] if titles else cluster[0].article
    return cluster[0].article


def _name(cluster: Sequence[Local]) -> str:
    """The canonical name: the fullest one, of equals the most frequent, in its usual capitals."""
    kind = cluster[0].who.kind
    counts = Counter(x.who.name for x in cluster)
    if kind is StakeholderKind.GROUP:
        return max(counts, key=lambda n: (counts[n], -len(n), n))
    if kind is StakeholderKind.ORGANIZATION:
        counts.update({long: 0 for x in cluster for long in _expansions(x)})

    def fullness(name: str) -> tuple[object, ...]:
        if kind is StakeholderKind.PERSON:
            parts = names.person_name(name)
            full = [p for p in parts.given if len(p) > 1]
            titled = len(names.plain(name)) - len(parts.given) - 1
            return len(full), len(parts.given), bool(parts.suffix), -titled, counts[name], name
        capitals = sum(word[:1].isupper() for word in name.split())
        particular = not names.is_generic(name)
        words = len(names.body_name(name))
        return particular, not names.is_acronym(name), words, capitals, counts[name], name

    return max(counts, key=fullness)


def _expansions(thing: Local) -> list[str]:
    """Aliases that say more than the name: an acronym's words, a kind of body with its place."""
    name = thing.who.name
    return [
        alias
        for alias in thing.who.aliases
        if names.abbreviates(name, alias)
        or (
            names.is_generic(name)
            and not names.is_generic(alias)
            and names.body_name(alias)[-len(names.body_name(name)) :] == names.body_name(name)
        )
    ]


def _label(cluster: Sequence[Wordings]) -> str:
    """The wording a person would choose: a short noun phrase, of equals the most frequent."""
    counts = Counter(x.labels[0] for x in cluster)

    def fitness(label: str) -> tuple[object, ...]:
        content = len(topic(label).words)
        return 2 <= content <= 5, not begins_with_verb(label), counts[label], -len(label), label

    return max(counts, key=fitness)


# --- what is known ------------------------------------------------------------------------------


class _Organizations:
    """Which key a role's `of` means, in the article that says it and elsewhere."""

    def __init__(self, things: Sequence[Local], members: Mapping[str, Sequence[int]]) -> None:
        self._here: dict[tuple[str, str], str] = {}
        everywhere: dict[str, set[str]] = defaultdict(set)
        for key, ns in members.items():
            for thing in (things[n] for n in ns):
                if thing.who.kind is not StakeholderKind.ORGANIZATION:
                    continue
                for form in (*thing.who.aliases, thing.who.name):
                    plain = " ".join(names.body_name(form))
                    self._here[thing.article, plain] = key
                    if not names.is_generic(form):
                        everywhere[plain].add(key)
        self._everywhere = {name: min(keys) for name, keys in everywhere.items() if len(keys) == 1}

    def key(self, article: str, of: str | None) -> str | None:
        """The organization's key, None when `of` names no stakeholder."""
        plain = " ".join(names.body_name(of)) if of else ""
        return self._here.get((article, plain)) or self._everywhere.get(plain)


def _stakeholder(
    key: str, cluster: Sequence[Local], organizations: _Organizations
) -> KnownStakeholder:
    name = _name(cluster)
    kind = cluster[0].who.kind
    forms = {form for x in cluster for form in (x.who.name, *x.who.aliases)}
    aliases = sorted(
        form
        for form in forms - {name}
        if kind is StakeholderKind.GROUP or not names.is_description(form)
    )
    posts = _posts(cluster, organizations)
    member_of = sorted({post.of for post in posts if post.of is not None} - {key})
    return KnownStakeholder(key, kind, name, tuple(aliases), posts, tuple(member_of))


def _posts(cluster: Sequence[Local], organizations: _Organizations) -> tuple[Post, ...]:
    """Roles, each once: a title without its body is the same title with it."""
    found = [
        Post(role, organizations.key(x.article, role.of)) for x in cluster for role in x.who.roles
    ]
    found.sort(
        key=lambda p: (p.of is None, p.role.of is None, p.role.title, p.role.of or "", p.of or "")
    )
    kept: list[Post] = []
    for post in found:
        if not any(_covers(other, post) for other in kept):
            kept.append(post)
    return tuple(sorted(kept, key=lambda p: (p.role.title, p.role.of or "")))


def _covers(full: Post, post: Post) -> bool:
    if full.of is not None and full.of == post.of:
        return same_roles(Role(full.role.title), Role(post.role.title))
    return same_roles(full.role, post.role)


def _issue(
    key: str, cluster: Sequence[Wordings], concerned: Mapping[tuple[str, tuple[str, ...]], set[str]]
) -> KnownIssue:
    label = _label(cluster)
    alternatives = {wording for x in cluster for wording in x.labels} - {label}
    concerns = {who for x in cluster for who in concerned.get((x.article, x.labels), ())}
    return KnownIssue(key, label, tuple(sorted(alternatives)), None, tuple(sorted(concerns)))


def _concerned(
    items: Iterable[tuple[Article, Extraction]], stakeholder_of: Mapping[tuple[str, str], str]
) -> dict[tuple[str, tuple[str, ...]], set[str]]:
    """Stakeholders that an issue's wordings name: "resignation of Smith" concerns Smith."""
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for article, record in items:
        forms = {
            form: who.id
            for who in record.stakeholders
            for form in (who.name, *who.aliases)
            if not names.is_description(form)
        }
        for position in record.positions:
            said = " | ".join(" ".join(names.plain(w)) for w in position.target.issue)
            for form, local in forms.items():
                if position.target.issue and f" {' '.join(names.plain(form))} " in f" {said} ":
                    found[article.id, position.target.issue].add(stakeholder_of[article.id, local])
    return found
