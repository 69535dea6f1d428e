"""What clusters are called: the canonical name or label, and a key that nothing else has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from kcgraph.model import StakeholderKind
from kcgraph.resolve import names
from kcgraph.resolve.context import Context
from kcgraph.resolve.issues import Wordings
from kcgraph.resolve.stakeholders import Local
from kcgraph.resolve.topics import begins_with_verb, topic
from kcgraph.vocab import slug


def keys_of_people(
    things: Sequence[Local], clusters: Sequence[list[int]], context: Context
) -> dict[str, list[int]]:
    """Members by key; `clusters` holds numbers of `things`."""
    named = [(canonical_name([things[n] for n in ns]), ns) for ns in clusters]

    def qualifier(ns: list[int]) -> str:
        return _qualifier([things[n] for n in ns], context)

    return _keys(named, qualifier, lambda ns: things[ns[0]].ref)


def keys_of_issues(
    things: Sequence[Wordings], clusters: Sequence[list[int]]
) -> dict[str, list[int]]:
    """Members by key; `clusters` holds numbers of `things`."""
    named = [(preferred_label([things[n] for n in ns]), ns) for ns in clusters]
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
        proposed = [(step(name, ns), name, ns) for name, ns in left]
        counts = Counter(key for key, _, _ in proposed)
        fresh = {key: ns for key, _, ns in proposed if counts[key] == 1 and key not in keys}
        left = [(name, ns) for key, name, ns in proposed if key not in fresh]
        keys.update(fresh)
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


def canonical_name(cluster: Sequence[Local]) -> str:
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


def preferred_label(cluster: Sequence[Wordings]) -> str:
    """The wording a person would choose: a short noun phrase, of equals the one most agree on."""
    counts = Counter(x.labels[0] for x in cluster)
    agreed = Counter(label for x in cluster for label in {*x.labels})

    def fitness(label: str) -> tuple[object, ...]:
        content = len(topic(label).words)
        return (
            2 <= content <= 5,
            not begins_with_verb(label),
            counts[label],
            agreed[label],
            -len(label),
            label,
        )

    return max(counts, key=fitness)
