"""What belongs to a cue: the features of a linear-chain CRF, run once for each cue.

As in semantic role labelling each cue has a pass of its own over the sentences where its source and
its content can be. Labels: O outside, Q cue, S source, C content.
"""

from __future__ import annotations

from dataclasses import dataclass

from kcgraph.extract.offline.attributions.cues import (
    Surroundings,
    bucket,
    clause,
    framed,
    signature,
    subject,
)
from kcgraph.extract.offline.attributions.parse import Parse

LABELS = ("O", "Q", "S", "C")
OUTSIDE, CUE, SOURCE, CONTENT = range(4)

_BACK, _ON, _AFTER_COLON, _PARAGRAPHS = 4, 6, 8, 12  # sentences; the last over paragraphs
_BREAKS = frozenset({",", ";", "–", "—", "-", "--", ":"})
_CHANCES = (0.05, 0.15, 0.35, 0.65)


@dataclass(slots=True)
class Scene:
    """What the passes over one article share: `chance` bins each token's probability as a cue."""

    parse: Parse
    shared: Surroundings
    probability: list[float]
    chance: list[str]
    breaks: list[int]  # commas and dashes before the token
    by_paragraph: list[list[int]]  # numbers of its sentences
    place: dict[int, tuple[int, int]]  # sentence -> paragraph, position in it


def scene(parse: Parse, shared: Surroundings, probability: list[float]) -> Scene:
    """The article prepared; `probability` has one item a token, 0 for what is no candidate."""
    chance = [str(sum(p >= step for step in _CHANCES)) if p else "" for p in probability]
    breaks, count = [], 0
    for word in parse.text:
        breaks.append(count)
        count += word in _BREAKS
    by_paragraph: list[list[int]] = [[] for _ in parse.paragraphs]
    place = {}
    for number, (first, _) in enumerate(parse.sentences):
        paragraph = parse.paragraph[first]
        if paragraph >= 0:
            place[number] = paragraph, len(by_paragraph[paragraph])
            by_paragraph[paragraph].append(number)
    return Scene(parse, shared, probability, chance, breaks, by_paragraph, place)


def window(here: Scene, cue: int) -> list[int]:
    """The sentences to label for a cue: its own and its neighbours while they hold quotations."""
    parse, quoted = here.parse, here.shared.quoted
    own = parse.sentence[cue]
    if own not in here.place:
        return [own]
    paragraph, position = here.place[own]
    block = here.by_paragraph[paragraph]
    first = position
    while first > 0 and position - first < _BACK and quoted[block[first - 1]] != "none":
        first -= 1
    last = position
    while last + 1 < len(block) and last - position < _ON and quoted[block[last + 1]] != "none":
        last += 1
    found = block[first : last + 1]
    if last + 1 == len(block):
        found = found + _following(here, paragraph, own)
    return found


def _following(here: Scene, paragraph: int, own: int) -> list[int]:
    """Sentences of the next paragraphs that can still be said under a cue of this one."""
    found: list[int] = []
    end = here.parse.sentences[own][1]
    if _ends_in_colon(here.parse, end) and paragraph + 1 < len(here.by_paragraph):
        found = here.by_paragraph[paragraph + 1][:_AFTER_COLON]
        paragraph += 1
    for block in here.by_paragraph[paragraph + 1 : paragraph + 5]:
        run = []
        for number in block:
            if here.shared.quoted[number] != "all":
                break
            run.append(number)
        found = found + run
        if not run or len(run) < len(block) or len(found) > _PARAGRAPHS:
            break
    return found


def _ends_in_colon(parse: Parse, end: int) -> bool:
    return any(word == ":" for word in parse.text[max(0, end - 2) : end])


def token_features(here: Scene, i: int) -> list[str]:
    """The features of a token that no cue changes."""
    parse, shared = here.parse, here.shared
    lower, pos, quote = parse.lower, parse.pos, parse.quote
    first, last = parse.sentences[parse.sentence[i]]
    inside = quote[i] >= 0
    before = i > first
    after = i + 1 < last
    return [
        f"w={lower[i]}",
        f"p={pos[i]}",
        f"t={parse.tag[i]}",
        f"d={parse.dep[i]}",
        f"w<{lower[i - 1] if before else ''}",
        f"w>{lower[i + 1] if after else ''}",
        f"p<{pos[i - 1] if before else ''} {pos[i]}",
        f"p>{pos[i]} {pos[i + 1] if after else ''}",
        f"q={inside} {bucket(shared.quote_length[i])}",
        f"q2={quote[i - 1] >= 0 if before else ''} {inside} {quote[i + 1] >= 0 if after else ''}",
        f"m={here.chance[i]}",
        f"e={parse.entity[i]} {pos[i]}",
        f"s={before} {after} {shared.quoted[parse.sentence[i]]}",
        f"o={parse.paragraph[i] == 0}",
    ]


def cue_features(here: Scene, cue: int, sentences: list[int]) -> list[list[str]]:
    """For each token of those sentences the features that tie it to the cue."""
    own = here.parse.sentence[cue]
    found = []
    for number in sentences:
        if number == own:
            found += _near(here, cue)
        else:
            found += _far(here, cue, number, sentences)
    return found


def _near(here: Scene, cue: int) -> list[list[str]]:
    parse, chance, breaks = here.parse, here.chance, here.breaks
    lower, dep, quote, head = parse.lower, parse.dep, parse.quote, parse.head
    first, last = parse.sentences[parse.sentence[cue]]
    size = last - first
    word, kind = parse.lemma[cue], parse.pos[cue]
    step, path, depth, branch = _paths(parse, cue)
    arguments = signature(parse, cue)
    who, how = subject(parse, cue)
    low, high = (parse.left[who], parse.right[who]) if who >= 0 else (-1, -2)
    between = _between(here, cue, first, last)
    start, end = clause(parse, cue, low, high)
    frame = framed(parse, cue, start, end)
    spoken = [
        _quote_place(here, cue, quote[i]) if quote[i] >= 0 else "" for i in range(first, last)
    ]
    # what several tokens share is written once
    of_branch = {
        (b, s): (
            f"S{s}",
            f"Sk{s} {word}",
            f"Sr{s} {chance[b]}",
            f"F{s} {lower[parse.left[b]]}",
            f"G{arguments} {s}",
        )
        for b, s in set(zip(branch, step, strict=True))
    }
    of_quote = {q: (f"Q{q}", f"Qk{q} {word}") for q in set(spoken)}
    of_side = {s: (f"K{frame} {s}", f"Kk{frame} {s} {word}") for s in "<>="}
    found = []
    for n in range(size):
        i = first + n
        s, b, q, relation = step[n], branch[n], spoken[n], dep[i]
        distance = bucket(i - cue)
        side = "<" if i < start else ">" if i >= end else "="
        commas = min(3, abs(breaks[i] - breaks[start if i < start else end - 1]))
        edge = f"{'l' if i == parse.left[b] else ''}{'r' if i == parse.right[b] else ''}"
        its_step, its_word, its_chance, its_first, its_arguments = of_branch[b, s]
        its_quote, its_quote_word = of_quote[q]
        its_frame, its_frame_word = of_side[side]
        found.append(
            [
                f"D{distance}",
                f"Dk{distance} {word}",
                f"Dp{distance} {kind}",
                its_step,
                its_word,
                f"Sd{s} {relation}",
                f"Sw{s} {lower[i]}",
                f"Sn{s} {depth[n]}",
                f"Sc{s} {min(3, abs(breaks[i] - breaks[cue]))}",
                f"Sq{s} {q}",
                f"P{path[n]}",
                its_chance,
                f"E{s} {edge}",
                its_first,
                f"B{step[n - 1] if n else ''} {s}",
                f"A{s} {step[n + 1] if n + 1 < size else ''}",
                its_arguments,
                f"X{between[n]} {s}",
                f"U{how if low <= i <= high else ''} {i == who} {relation}",
                its_quote,
                its_quote_word,
                f"H{dep[head[i]]} {relation} {s}",
                its_frame,
                f"Kc{frame} {side} {commas}",
                f"Ks{frame} {side} {s}",
                its_frame_word,
            ]
        )
    return found


def _far(here: Scene, cue: int, number: int, sentences: list[int]) -> list[list[str]]:
    """The features in another sentence: how far, how much of it and of the way there is quoted."""
    parse, shared = here.parse, here.shared
    own = parse.sentence[cue]
    first, last = parse.sentences[number]
    at = sentences.index(number) - sentences.index(own)
    low, high = (number + 1, own) if number < own else (own + 1, number)
    plain = all(shared.quoted[n] == "all" for n in sentences if low <= n < high)
    best = max(here.chance[first:last])
    same = parse.paragraph[first] == parse.paragraph[cue]
    edge = parse.sentences[own][1] - 1 if number > own else parse.sentences[own][0]
    touches = parse.quote[edge] >= 0
    where = f"{at} {same}"
    state = f"{'+' if at > 0 else '-'}{min(abs(at), 2)} {shared.quoted[number]} {plain} {touches}"
    fixed = [
        f"o{where}",
        f"oq{state}",
        f"oc{best} {state}",
        f"ok{parse.lemma[cue]} {'+' if at > 0 else '-'} {shared.quoted[number]}",
        f"op{same} {plain} {shared.quoted[number]} {best}",
        f"os{here.shared.quoted[own]} {parse.quote[cue] >= 0} {state}",
    ]
    found = []
    for i in range(first, last):
        inside = parse.quote[i] >= 0
        joined = inside and parse.quote[i] == parse.quote[edge]
        found.append([*fixed, f"oi{inside} {joined} {state}", f"oj{inside} {best} {parse.dep[i]}"])
    return found


def _paths(parse: Parse, cue: int) -> tuple[list[str], list[str], list[str], list[int]]:
    """For each token of the cue's sentence how the parse leads there from the cue.

    The first step (up to a common ancestor and down to its child, with the side), the whole way,
    the depth below that child, and the child itself.
    """
    first, last = parse.sentences[parse.sentence[cue]]
    size = last - first
    step, path, depth = ["far"] * size, ["far"] * size, ["0"] * size
    branch = [cue] * size
    children, dep, lower = parse.children, parse.dep, parse.lower
    step[cue - first] = path[cue - first] = "cue"
    up, below, node = "", -1, cue
    for height in range(9):
        for child in children[node]:
            if child == below:
                continue
            name = f"{dep[child]}:{lower[child]}" if dep[child] == "prep" else dep[child]
            start = f"{up}{'<' if child < node else '>'}{name}"
            stack = [(child, start, 0)]
            while stack:
                at, way, level = stack.pop()
                n = at - first
                step[n], path[n], branch[n] = start, way, child
                depth[n] = str(level) if level < 4 else "4"
                for other in children[at]:
                    way_on = f"{way} {dep[other]}" if level < 4 else way
                    stack.append((other, way_on, level + 1))
        if parse.head[node] == node:
            break
        up = f"{up}^{dep[node]}" if height < 3 else f"{up[:40]}^"
        below, node = node, parse.head[node]
        step[node - first] = path[node - first] = up
        branch[node - first] = node
    return step, path, depth, branch


def _between(here: Scene, cue: int, first: int, last: int) -> list[str]:
    """The best bin of another possible cue between each token and the cue."""
    found = [""] * (last - first)
    for order in (range(cue + 1, last), range(cue - 1, first - 1, -1)):
        best = ""
        for i in order:
            found[i - first] = best
            best = max(best, here.chance[i])
    return found


def _quote_place(here: Scene, cue: int, number: int) -> str:
    """Where a quotation stands as seen from the cue: which one, how near, how long."""
    parse = here.parse
    start, end = parse.quotes[number].tokens
    length = bucket(end - start - 2)
    if start <= cue < end:
        return f"in {length}"
    if end <= cue:
        others = len({q for q in parse.quote[end:cue] if q >= 0})
        return f"l{min(others, 2)} {bucket(cue - end)} {length}"
    others = len({q for q in parse.quote[cue + 1 : start] if q >= 0})
    return f"r{min(others, 2)} {bucket(start - cue - 1)} {length}"
