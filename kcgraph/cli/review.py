"""`kcgraph review`: who was taken for one, and a person's word on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import complete_stakeholder, print_text, say, terminal_width
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kcgraph.review import Review, Reviewed

_SAME, _APART = "said to be the same", "said not to be the same"


@app.command()
def review(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Any form of a name, the last part of an IRI, or ARTICLE#ID for what one article"
            " has. Without one: everything that was taken for one, the least sure first.",
            autocompletion=complete_stakeholder,
        ),
    ] = None,
    same: Annotated[
        bool,
        typer.Option("--same", help="They are one; a name that several go by means all of these."),
    ] = False,
    different: Annotated[bool, typer.Option("--different", help="They are not one.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Take back what was said of them.")
    ] = False,
    issues: Annotated[
        bool, typer.Option("--issues", help="Of issues, not of people, organizations and groups.")
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option(
            help="Folder with rules of your own for derived ties, as at the build.", file_okay=False
        ),
    ] = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print it.")
    ] = "text",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Show who was taken for one across articles and why, and overrule it; builds keep to it.

    Examples:

        kcgraph review Lucas

        kcgraph review --same "Elena Brandt"        # all who go by that name are one

        kcgraph review --different first-article#lucas second-article#lucas
    """
    from kcgraph.output import to_json
    from kcgraph.review import judge, review_of
    from kcgraph.review import review as review_all

    what: Literal["stakeholder", "issue"] = "issue" if issues else "stakeholder"
    said = [
        option
        for option, given in (("--same", same), ("--different", different), ("--forget", forget))
        if given
    ]
    if len(said) > 1:
        raise InputError(f"{' and '.join(said)} contradict each other; give one")
    if said and not names:
        raise InputError(f"{said[0]} of whom? name them; see `kcgraph review` for who there is")
    if said:
        done = judge(store, names or [], what, same=None if forget else same, rules=rules)
        verb = "taken back" if forget else "noted"
        say(f"kcgraph: {done} judgement{'' if done == 1 else 's'} {verb}; the graph follows")
        return
    if rules is not None:
        raise InputError("--rules goes with --same, --different and --forget only")
    if names:
        things = [thing for name in names for thing in review_of(store, name, what)]
        print_text(to_json(things) if format == "json" else _things(things))
        return
    found = review_all(store, what)
    print_text(to_json(found) if format == "json" else _all(found))


def _things(things: Sequence[Reviewed]) -> str:
    """Each thing with its parts, and why they are together."""
    from kcgraph.output import Table, printable

    parts = []
    for thing in things:
        roles = f" ({'; '.join(thing.roles) or thing.kind})"
        lines = [f"{thing.label}{roles}  [{thing.key}]"]
        rows = [(member.ref, member.name) for member in thing.members]
        lines.append(Table(("in the articles", "as"), rows).text(terminal_width()))
        if thing.reasons:
            why = [
                (f"{r.score:.2f}", f"{r.left} = {r.right}", r.reason)
                for r in sorted(thing.reasons, key=lambda r: r.score)
            ]
            lines.append(Table(("sure", "taken for one", "why"), why).text(terminal_width()))
        parts.append(printable("\n".join(lines)))
    return "\n".join(parts)


def _all(found: Review) -> str:
    """Tables of what was judged, of what was joined, of what has one name and is not one."""
    from kcgraph.output import Table

    width = terminal_width()
    parts = []
    if found.judgements:
        rows = [(j.left, j.right, _SAME if j.same else _APART) for j in found.judgements]
        parts.append("Your word\n" + Table(("one", "other", "judgement"), rows).text(width))
    joined = [
        (f"{reason.score:.2f}", thing.label, f"{reason.left} = {reason.right}", reason.reason)
        for thing in found.joined
        for reason in thing.reasons
    ]
    joined.sort()
    if joined:
        columns = ("sure", "who", "taken for one", "why")
        parts.append("Taken for one\n" + Table(columns, joined).text(width))
    apart = [(t.label, "; ".join(t.roles) or t.kind, t.key) for t in found.apart]
    if apart:
        parts.append("One name, not one\n" + Table(("who", "role", "key"), apart).text(width))
    return "\n".join(parts) or "nothing was taken for one, and no two have one name\n"
