"""Who and what is the same across articles: the outcome of resolution, as plain data.

Decisions are kept apart from what they decide on: a record keeps its own local ids, and `Identity`
says which stakeholder or issue each of them is. A person's `Judgement` overrules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kcgraph.model import Role, StakeholderKind


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word that two things are the same, or are not.

    `left` and `right` are keys as in `Identity`, or `article-id#local-id` for one record's
    stakeholder; `what` is "stakeholder" or "issue".
    """

    what: str
    left: str
    right: str
    same: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Why two things were taken for one: the rule that said so, and how sure it is (0 to 1)."""

    what: str
    left: str
    right: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Post:
    """A role whose organization or jurisdiction is itself a known stakeholder, if `of` is set."""

    role: Role
    of: str | None = None


@dataclass(frozen=True, slots=True)
class KnownStakeholder:
    """One stakeholder across all articles. `key` is a slug, unique in the store."""

    key: str
    kind: StakeholderKind
    name: str
    aliases: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """One measure, policy, act or topic across all articles. `concerns`: stakeholders' keys."""

    key: str
    label: str
    alt_labels: tuple[str, ...] = ()
    broader: str | None = None
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """The outcome. Lookups: `(article id, local stakeholder id)` and `(article id, wordings)`."""

    stakeholders: Mapping[str, KnownStakeholder]
    issues: Mapping[str, KnownIssue]
    stakeholder_of: Mapping[tuple[str, str], str]
    issue_of: Mapping[tuple[str, tuple[str, ...]], str]
    decisions: tuple[Decision, ...] = field(default=())
