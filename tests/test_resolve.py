"""Who and what is the same across articles."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kcgraph.model import (
    Article,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Role,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.resolve import Identity, Judgement, resolve

PERSON, BODY, GROUP = (
    StakeholderKind.PERSON,
    StakeholderKind.ORGANIZATION,
    StakeholderKind.GROUP,
)
Item = tuple[Article, Extraction]


def person(name: str, *aliases: str, roles: tuple[Role, ...] = ()) -> Stakeholder:
    return Stakeholder(name, PERSON, name, aliases, roles)


def body(name: str, *aliases: str) -> Stakeholder:
    return Stakeholder(name, BODY, name, aliases)


def group(name: str) -> Stakeholder:
    return Stakeholder(name, GROUP, name)


def article(key: str, *who: Stakeholder, wants: tuple[str, ...] = (), text: str = "") -> Item:
    """An article with those stakeholders, the first of whom demands each of `wants`."""
    positions = tuple(
        Position(
            PositionKind.DEMAND,
            who[0].id,
            Polarity.SUPPORT,
            Target(issue=tuple(issue.split(" | "))),
            issue,
        )
        for issue in wants
    )
    return Article(key, text), Extraction(key, None, tuple(who), positions=positions)


def same(identity: Identity, a: tuple[str, str], b: tuple[str, str]) -> bool:
    return identity.stakeholder_of[a] == identity.stakeholder_of[b]


# Both articles of a pair mention this body, so that they are about one dispute.
DISPUTE = body("Riverside Tenants League")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person("Quinton Lucas"), person("Quinton Lucas", "Mayor Quinton Lucas")),
        (person("Mayor Quinton Lucas"), person("quinton lucas")),
        (person("José Núñez"), person("Jose Nunez")),
        (person("Jean Peters Baker"), person("Jean Baker")),
        (person("J. P. Morgan"), person("John P. Morgan")),
        (person("Robert Kane"), person("Bob Kane")),
        (person("Martin King Jr."), person("Martin King")),
        (person("Eric Zahnd"), person("Eric Zhand")),
        (person("Quinton Lucas"), person("Lucas")),
        (body("KCPD", "Kansas City Police Department"), body("Kansas City police department")),
        (body("KCPD"), body("Kansas City Police Department")),
        (body("NAACP"), body("the NAACP")),
        (body("Acme Water Inc."), body("Acme Water")),
        (body("National Association for the Advancement of Colored People"), body("NAACP")),
        (group("some residents"), group("residents")),
    ],
)
def test_one_dispute_other_name_same_stakeholder(left: Stakeholder, right: Stakeholder) -> None:
    identity = resolve([article("a", left, DISPUTE), article("b", right, DISPUTE)])
    assert same(identity, ("a", left.id), ("b", right.id))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person("Denise Whitlock"), person("Ray Whitlock")),
        (person("Martin King Jr."), person("Martin King Sr.")),
        (person("Jean A. Baker"), person("Jean B. Baker")),
        (person("Ann Page"), body("Ann Page")),
        (body("Urban League"), body("Urban Summit")),
        (body("University of Kansas"), body("University of Kansas Hospital")),
        (group("residents"), group("tenants")),
    ],
)
def test_one_dispute_similar_name_other_stakeholder(left: Stakeholder, right: Stakeholder) -> None:
    identity = resolve([article("a", left, DISPUTE), article("b", right, DISPUTE)])
    assert not same(identity, ("a", left.id), ("b", right.id))


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        # a full name with nothing against it is one; two offices in two places are two people
        (person("Quinton Lucas"), person("Quinton Lucas"), True),
        (
            person("John Smith", roles=(Role("mayor", "Alder Fork"),)),
            person("John Smith", roles=(Role("pastor", "Grace Church"),)),
            False,
        ),
        (
            person("John Smith", roles=(Role("Mayor", "Alder Fork"),)),
            person("John Smith", roles=(Role("mayor", "Alder Fork"),)),
            True,
        ),
        (
            person("Elena Brandt", roles=(Role("Mayor"),)),
            person("Elena Brandt", roles=(Role("mayor"),)),
            True,
        ),
        (
            person("Elena Brandt", roles=(Role("Mayor"),)),
            person("Elena Brandt", roles=(Role("Mayor", "Alder Fork"),)),
            True,
        ),
        (
            person("Elena Brandt", roles=(Role("Mayor"),)),
            person("Elena Brandt", roles=(Role("pastor"),)),
            False,
        ),
        (
            person("Elena Brandt", roles=(Role("president", "Tenants Union"),)),
            person("Elena Brandt", roles=(Role("president", "Teachers Guild"),)),
            False,
        ),
        (person("Quinton Lucas"), person("Lucas"), False),
        (person("Robert Kane"), person("Bob Kane"), False),
        (body("Sierra Club"), body("Sierra Club"), True),
        (body("City Council"), body("City Council"), False),
        (body("Department of Health"), body("Department of Health"), False),
        (group("residents"), group("residents"), False),
    ],
)
def test_articles_that_share_nothing(left: Stakeholder, right: Stakeholder, one: bool) -> None:
    identity = resolve([article("a", left), article("b", right)])
    assert same(identity, ("a", left.id), ("b", right.id)) is one


def test_a_surname_that_two_people_of_the_dispute_have_joins_neither() -> None:
    identity = resolve(
        [
            article("a", person("Denise Whitlock"), person("Ray Whitlock"), DISPUTE),
            article("b", person("Whitlock"), DISPUTE),
        ]
    )
    assert len({key for key in identity.stakeholders if "whitlock" in key}) == 3


def test_a_title_alone_joins_no_two_who_hold_it_in_two_places() -> None:
    said = [Role("Mayor", "Alder Fork"), Role("Mayor", "Riverside"), Role("Mayor")]
    identity = resolve(
        [article(key, person("John Smith", roles=(r,))) for key, r in zip("abc", said, strict=True)]
    )
    assert len(identity.stakeholders) == 3
    of_a_union = Role("Mayor", "Tenants Union")  # read from "... the mayor told the union"
    items = [
        article(key, person("Elena Brandt", roles=(r,)))
        for key, r in zip("abc", [of_a_union, Role("Mayor"), said[0]], strict=True)
    ]
    assert len(resolve(items).stakeholders) == 1


def test_a_kind_of_body_is_one_where_the_place_is_the_same() -> None:
    mayor = (Role("Mayor", "Alder Fork"),)
    identity = resolve(
        [
            article("a", person("Lucille Vance", roles=mayor), body("City Council")),
            article("b", body("Alder Fork", "the city"), body("City Council", "the council")),
            article("c", body("Elmwood", "the city"), body("City Council", "the council")),
            article("d", body("Alder Fork City Council")),
        ]
    )
    council = identity.stakeholder_of["a", "City Council"]
    assert identity.stakeholder_of["b", "City Council"] == council
    assert identity.stakeholder_of["d", "Alder Fork City Council"] == council
    assert identity.stakeholder_of["c", "City Council"] != council
    assert identity.stakeholders[council].name == "Alder Fork City Council"


def test_a_dateline_says_the_place() -> None:
    items = [
        article("a", body("City Council"), text="KANSAS CITY, Mo. (AP) — The council met."),
        article("b", body("City Council"), text="KANSAS CITY, Mo. — It met again."),
        article("c", body("City Council"), text="TOPEKA, Kan. — It met."),
    ]
    identity = resolve(items)
    assert same(identity, ("a", "City Council"), ("b", "City Council"))
    assert not same(identity, ("a", "City Council"), ("c", "City Council"))


def test_the_canonical_name_is_the_fullest_and_the_others_are_kept() -> None:
    identity = resolve(
        [
            article("a", body("KCPD", "the department"), person("J. Doe"), DISPUTE),
            article(
                "b", body("Kansas City Police Department"), person("Jane Doe", "Ms. Doe"), DISPUTE
            ),
            article("c", body("Kansas City police department"), DISPUTE),
        ]
    )
    kcpd = identity.stakeholders[identity.stakeholder_of["a", "KCPD"]]
    assert kcpd.name == "Kansas City Police Department"
    assert set(kcpd.aliases) == {"KCPD", "Kansas City police department"}
    assert identity.stakeholders["jane-doe"].aliases == ("J. Doe", "Ms. Doe")


def test_posts_name_their_organization_once() -> None:
    mayor = person("Ada Holm", roles=(Role("mayor"),))
    fuller = person("Ada Holm", roles=(Role("Mayor", "Alder Fork"), Role("teacher")))
    identity = resolve(
        [
            article("a", mayor, DISPUTE),
            article("b", fuller, body("Alder Fork", "the city"), DISPUTE),
        ]
    )
    holm = identity.stakeholders["ada-holm"]
    assert [(post.role, post.of) for post in holm.posts] == [
        (Role("Mayor", "Alder Fork"), "alder-fork"),
        (Role("teacher"), None),
    ]
    assert holm.member_of == ("alder-fork",)


def test_keys_are_readable_and_never_shared() -> None:
    identity = resolve(
        [
            article("a", group("residents"), body("City Council")),
            article("b", group("residents"), body("City Council")),
        ]
    )
    assert set(identity.stakeholders) == {
        "residents-a",
        "residents-b",
        "city-council-a",
        "city-council-b",
    }
    assert all(key == known.key for key, known in identity.stakeholders.items())


# --- issues -------------------------------------------------------------------------------------


def issues_are_one(left: str, right: str, *, linked: bool = True) -> bool:
    shared = (DISPUTE,) if linked else ()
    identity = resolve(
        [
            article("a", person("Ada Holm" if linked else "Eve Poe"), *shared, wants=(left,)),
            article("b", person("Ada Holm"), *shared, wants=(right,)),
        ]
    )
    keys = {
        identity.issue_of["a", tuple(left.split(" | "))],
        identity.issue_of["b", tuple(right.split(" | "))],
    }
    return len(keys) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("body cameras", "the body cameras"),
        ("body cameras", "officers equipped with body cameras"),
        ("body cameras", "equip officers with body cameras"),
        ("resignation of Smith", "Smith to resign"),
        ("closing three elementary schools", "closure of three elementary schools"),
        ("replacing the lead service lines", "lead service line replacement"),
        ("publishing the risk assessment", "publication of the risk assessment"),
        ("declaring a state of emergency", "state of emergency"),
        ("local control of the police force", "local control of its police force"),
        ("fare increase", "raising the fare"),
        ("body cameras | cameras", "cameras"),
    ],
)
def test_other_words_same_measure(left: str, right: str) -> None:
    assert issues_are_one(left, right)
    assert issues_are_one(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sales tax for the ballpark", "no sales tax for the ballpark"),
        ("Sunday hunting", "Sunday hunting ban"),
        ("bag fees", "ban on bag fees"),
        ("disbanding the hate crime team", "a hate crime team"),
        ("repealing the solar ordinance", "keeping the solar ordinance"),
        ("raising the water rate", "lowering the water rate"),
        ("library closure", "school closure"),
        ("resignation of Smith", "resignation of Jones"),
        ("100-foot distance rule", "150-foot distance rule"),
        ("closing the school", "keeping the school open"),
        ("delay of the school closures", "school closures"),
        ("the plan", "the proposal"),
        ("pay for lifeguards | pay", "pay for new buses | pay"),
        ("lose the curfew law on appeal", "curfew law on appeal"),
        ("waiving the permit fees", "permit fees"),
        (
            "protect citizens' rights | officers protect citizens' rights",
            "protections for officers | protections",
        ),
    ],
)
def test_opposite_or_other_measure(left: str, right: str) -> None:
    assert not issues_are_one(left, right)
    assert not issues_are_one(right, left)


def test_a_word_alone_is_an_issue_of_its_own_dispute() -> None:
    assert issues_are_one("protests", "the protests")
    assert not issues_are_one("protests", "the protests", linked=False)
    assert issues_are_one("body cameras", "body cameras", linked=False)


def test_a_word_is_short_for_an_issue_that_it_is_always_the_head_of() -> None:
    wants = ("ask judge | ask judge opening trails", "trails")
    assert len(resolve([article("a", person("Ada Holm"), wants=wants)]).issues) == 2
    wants = ("fare increase | fare increase for trams", "increase")
    assert len(resolve([article("a", person("Ada Holm"), wants=wants)]).issues) == 1


def test_issue_labels() -> None:
    identity = resolve(
        [
            article(
                "a",
                person("Ada Holm"),
                person("Bo Lee"),
                wants=("equip officers with body cameras", "body cameras", "resignation of Lee"),
            )
        ]
    )
    assert set(identity.issues) == {"body-cameras", "resignation-of-lee"}
    cameras = identity.issues["body-cameras"]
    assert (cameras.label, cameras.alt_labels) == (
        "body cameras",
        ("equip officers with body cameras",),
    )


def test_an_issue_says_whom_it_concerns() -> None:
    who = (person("Ada Holm"), person("Bo Lee", "Lee"))
    identity = resolve([article("a", *who, wants=("resignation of Lee", "body cameras"))])
    assert identity.issues["resignation-of-lee"].concerns == ("bo-lee",)
    assert identity.issues["body-cameras"].concerns == ()


# --- decisions and judgements -------------------------------------------------------------------

TWO = [article("a", person("Quinton Lucas"), DISPUTE), article("b", person("Lucas"), DISPUTE)]


def test_every_merge_has_its_reason() -> None:
    decisions = resolve(TWO).decisions
    assert {(d.what, d.left, d.right) for d in decisions} == {
        ("stakeholder", f"a#{DISPUTE.id}", f"b#{DISPUTE.id}"),
        ("stakeholder", "a#Quinton Lucas", "b#Lucas"),
    }
    assert all(d.reason and 0 < d.score <= 1 for d in decisions)


def test_a_judgement_keeps_apart_what_looks_the_same() -> None:
    judgement = Judgement("stakeholder", "a#Quinton Lucas", "b#Lucas", same=False)
    assert not same(resolve(TWO, [judgement]), ("a", "Quinton Lucas"), ("b", "Lucas"))


def test_a_judgement_joins_what_looks_different() -> None:
    items = [article("a", body("KCPD")), article("b", body("The Force"))]
    by_key = Judgement("stakeholder", "kcpd", "the-force", same=True)
    identity = resolve(items, [by_key])
    assert same(identity, ("a", "KCPD"), ("b", "The Force"))
    assert any(d.reason == "judged the same" for d in identity.decisions)


def test_the_later_judgement_holds() -> None:
    no = Judgement("stakeholder", "a#Quinton Lucas", "b#Lucas", same=False)
    yes = replace(no, same=True)
    assert same(resolve(TWO, [no, yes]), ("a", "Quinton Lucas"), ("b", "Lucas"))
    assert not same(resolve(TWO, [yes, no]), ("a", "Quinton Lucas"), ("b", "Lucas"))


def test_issues_are_judged_too() -> None:
    items = [article("a", person("Ada Holm"), wants=("body cameras", "Axon contract"))]
    identity = resolve(items, [Judgement("issue", "body-cameras", "axon-contract", same=True)])
    assert len(identity.issues) == 1
    items = [article("a", person("Ada Holm"), wants=("cameras for police", "police cameras"))]
    assert len(resolve(items).issues) == 1
    apart = Judgement("issue", "a#cameras for police", "a#police cameras", same=False)
    assert len(resolve(items, [apart]).issues) == 2


def test_a_judgement_about_something_gone_has_no_effect() -> None:
    assert resolve(TWO, [Judgement("stakeholder", "x#1", "b#Lucas", same=True)]) == resolve(TWO)


# --- properties ---------------------------------------------------------------------------------

names = st.sampled_from(
    ["Ada Holm", "Holm", "A. Holm", "Ada B. Holm", "Ida Holm", "Bo Lee", "Lee", "Bob Lee"]
)
bodies = st.sampled_from(
    ["City Council", "KCPD", "Kansas City Police Department", "the city", "Alder Fork", "NAACP"]
)
measures = st.sampled_from(
    ["body cameras", "cameras", "no cameras", "closing schools", "school closures", "the plan"]
)
records = st.tuples(
    st.lists(names, max_size=4, unique=True),
    st.lists(bodies, max_size=3, unique=True),
    st.lists(measures, max_size=3, unique=True),
).map(lambda r: (*(person(n) for n in r[0]), *(body(n) for n in r[1]), r[2]))
collections = st.lists(records, max_size=5).map(
    lambda rs: [
        article(f"a{n}", *r[:-1], wants=tuple(r[-1]) if len(r) > 1 else ())
        for n, r in enumerate(rs)
    ]
)


@settings(deadline=None)
@given(collections, st.integers(0, 99))
def test_the_order_of_articles_does_not_matter(items: list[Item], seed: int) -> None:
    shuffled = list(items)
    Random(seed).shuffle(shuffled)
    assert resolve(shuffled) == resolve(items)


@settings(deadline=None)
@given(collections)
def test_everything_has_exactly_one_identity(items: list[Item]) -> None:
    identity = resolve(items)
    assert set(identity.stakeholder_of) == {
        (a.id, s.id) for a, record in items for s in record.stakeholders
    }
    assert set(identity.stakeholder_of.values()) == set(identity.stakeholders)
    assert set(identity.issue_of) == {
        (a.id, p.target.issue) for a, record in items for p in record.positions
    }
    assert set(identity.issue_of.values()) == set(identity.issues)
    for key, known in identity.stakeholders.items():
        assert known.key == key
        assert known.name not in known.aliases


def test_nothing_gives_nothing() -> None:
    assert resolve([]) == Identity({}, {}, {}, {})
