"""From records to `Identity`: cluster stakeholders and issues, and say what is known of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kcgraph.model import Article, Extraction, Role, StakeholderKind
from kcgraph.resolve import issues as issue_rules
from kcgraph.resolve import names
from kcgraph.resolve import stakeholders as people_rules
from kcgraph.resolve.context import Context
from kcgraph.resolve.identity import (
    Identity,
    Judgement,
    KnownIssue,
    KnownStakeholder,
    Post,
)
from kcgraph.resolve.issues import Mark, Wordings, wordings_of
from kcgraph.resolve.judging import Task, cluster
from kcgraph.resolve.names import PersonName
from kcgraph.resolve.naming import (
    canonical_name,
    keys_of_issues,
    keys_of_people,
    preferred_label,
)
from kcgraph.resolve.stakeholders import Local, locals_of, same_roles


def resolve(
    items: Sequence[tuple[Article, Extraction]], judgements: Sequence[Judgement] = ()
) -> Identity:
    """Who and what is the same in all `items`; the order of `items` does not matter.

    Judgements overrule, the later ones the earlier. A judgement whose two sides are not both known
    (their article has gone) has no effect.
    """
    items = sorted(items, key=lambda item: item[0].id)
    context = Context(items)
    people = locals_of(items, context)
    issues = wordings_of(items)
    who, who_decisions = cluster(_whom_to_join(people, context), judgements)
    what, what_decisions = cluster(_what_to_join(issues, context), judgements)
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


def _whom_to_join(things: Sequence[Local], context: Context) -> Task[PersonName]:
    return Task(
        "stakeholder",
        things,
        [people_rules.marks_of(thing) for thing in things],
        people_rules.match_stakeholders(things, context),
        lambda found: [
            *people_rules.match_titles(things, found),
            *people_rules.match_surnames(things, found, context),
        ],
        people_rules.may_be_one,
        lambda found: keys_of_people(things, found.all(), context),
    )


def _what_to_join(things: Sequence[Wordings], context: Context) -> Task[Mark]:
    return Task(
        "issue",
        things,
        [issue_rules.marks_of(thing) for thing in things],
        issue_rules.match_issues(things, context),
        lambda found: issue_rules.match_short_forms(things, found),
        issue_rules.may_be_one_issue,
        lambda found: keys_of_issues(things, found.all()),
    )


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
    name = canonical_name(cluster)
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
    label = preferred_label(cluster)
    alternatives = {wording for x in cluster for wording in x.labels} - {label}
    concerns = {who for x in cluster for who in concerned.get((x.article, x.labels), ())}
    return KnownIssue(key, label, tuple(sorted(alternatives)), None, tuple(sorted(concerns)))


def _concerned(
    items: Iterable[tuple[Article, Extraction]], stakeholder_of: Mapping[tuple[str, str], str]
) -> dict[tuple[str, tuple[str, ...]], set[str]]:
    """Stakeholders that an issue's wordings name: "resignation of Smith" concerns Smith."""
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for article, record in items:
        local_of = {
            form: who.id
            for who in record.stakeholders
            for form in (who.name, *who.aliases)
            if not names.is_description(form)
        }
        forms = [(f" {' '.join(names.plain(form))} ", local) for form, local in local_of.items()]
        for issue in {p.target.issue for p in record.positions if p.target.issue}:
            said = f" {' | '.join(' '.join(names.plain(wording)) for wording in issue)} "
            for form, local in forms:
                if form in said:
                    found[article.id, issue].add(stakeholder_of[article.id, local])
    return found
