"""What the encoder and its heads are told about words and pairs of words: numbers, no strings.

A word's codes say what the parse, the lexicon and the cast know of it; an anchor's, what stands
around it; a pair's, how an anchor and a candidate (who may hold what the anchor says, or what it is
about) hang together. Each code is a row of a table of learned vectors; those of anchors and pairs
are hashed into `CODES` rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from kcgraph.extract.offline.positions.frames import LABELS, frame_of
from kcgraph.extract.offline.positions.holders import Holder
from kcgraph.extract.offline.positions.paths import paths_from
from kcgraph.extract.offline.positions.rules import verdict
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.targets import Node, Topic
from kcgraph.extract.offline.types import MentionKind
from kcgraph.model import StakeholderKind

CODES = 4096
ANCHOR_FACTS = 9
HOLDER_FACTS = 7
NODE_FACTS = 7
# Universal parts of speech and the dependencies of spaCy's English pipelines; 0 is any other.
_POS = (
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SPACE SYM VERB X"
).split()
_DEPS = (
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj "
    "csubj csubjpass dative dep det dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass "
    "nummod oprd parataxis pcomp pobj poss preconj predet prep prt punct quantmod relcl xcomp"
).split()
_POS_CODE = {name: n for n, name in enumerate(_POS, 1)}
_DEP_CODE = {name: n for n, name in enumerate(_DEPS, 1)}
_KINDS = tuple(StakeholderKind)
_MENTIONS = tuple(MentionKind)
_LABEL_CODE: dict[str | None, int] = {None: 0, **{label: n for n, label in enumerate(LABELS, 1)}}
# How many codes there are of part of speech, dependency, mention, speech, listed label; the number
# itself is the code of a word of which nothing is known.
WORD_CODES = (
    len(_POS) + 1,
    len(_DEPS) + 1,
    1 + len(_KINDS) * len(_MENTIONS),
    8,
    len(_LABEL_CODE) ** 2,
)


def word_codes(scene: Scene, candidates: Sequence[int]) -> list[tuple[int, int, int, int, int]]:
    """For every token its part of speech, dependency, mention, speech and listed label as codes.

    `candidates` are the tokens that may be anchors; only those are looked up in the lexicon.
    """
    s = scene.syntax
    listed = [0] * s.size
    for i in candidates:
        label, _ = verdict(s, i)
        frame = frame_of(s, i)
        own = _LABEL_CODE[frame.label if frame else None]
        listed[i] = own * len(_LABEL_CODE) + _LABEL_CODE[label]
    mentions = [0] * s.size
    for mention, entity in scene.cast.mentions():
        code = 1 + _KINDS.index(entity.kind) * len(_MENTIONS) + _MENTIONS.index(mention.kind)
        mentions[mention.span.start : mention.span.end] = [code] * (
            mention.span.end - mention.span.start
        )
    return [
        (
            _POS_CODE.get(s.pos[i], 0),
            _DEP_CODE.get(s.dep[i], 0),
            mentions[i],
            s.quoted[i] + 2 * bool(scene.covering[i]) + 4 * (i in scene.cued),
            listed[i],
        )
        for i in range(s.size)
    ]


class _Codes(dict[str, int]):
    def __missing__(self, fact: str) -> int:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        code = self[fact] = crc32(fact.encode()) % CODES
        return code


_MOST_KNOWN = 100_000
_codes = _Codes()


def anchor_codes(scene: Scene, i: int) -> list[int]:
    """`ANCHOR_FACTS` codes of what stands around a word that may be an anchor."""
    s = scene.syntax
    key = s.lemma[i] + s.pos[i]
    label, _ = verdict(s, i)
    listed = label or "-"
    subject = s.owner(i) if s.pos[i] in ("NOUN", "PROPN") else s.subject(i)
    who = _who(scene, subject)
    whom = _who(scene, s.child(i, "dobj", "attr", "oprd"))
    modal = next((s.lower[c] for c in s.children[i] if s.dep[c] == "aux"), "-")
    negated = str(s.is_negated(i))
    head = s.head[i]
    cue = scene.covering[i][0].reading.cue if scene.covering[i] else None
    said = s.lemma[cue.start] if cue else str(bool(scene.covering[i]))
    signature = ",".join(sorted({s.dep[c] for c in s.children[i] if s.dep[c] != "punct"}))
    facts = [
        "ak" + key,
        "am" + key + modal + negated,
        "al" + listed + modal + negated,
        "aw" + listed + who + whom,
        "as" + listed + signature,
        "ah" + s.lemma[head] + s.dep[i],
        "ag" + key + s.dep[i],
        "aq" + said + listed,
        "av" + who + modal + negated + s.tag[i],
    ]
    return [_codes[f] for f in facts]


def _who(scene: Scene, token: int | None) -> str:
    """What kind of participant stands at `token`."""
    if token is None:
        return "-"
    if token in scene.at:
        mention, entity = scene.at[token]
        return entity.kind[:2] + mention.kind[:2]
    pos = scene.syntax.pos[token]
    return scene.syntax.lower[token] if pos == "PRON" else pos


def holder_place(scene: Scene, anchor: int, holder: Holder) -> int:
    """The token that stands for a holder: in the anchor's sentence, else the last one before."""
    if holder.token is not None:
        return holder.token
    heads = [m.head for x in holder.ids for m in scene.cast.by_id[x].mentions]
    before = [i for i in heads if i <= anchor]
    return max(before) if before else min(heads, default=anchor)


def holder_codes(scene: Scene, anchor: int, holder: Holder) -> list[int]:
    """`HOLDER_FACTS` codes of how a possible holder and the anchor hang together."""
    s = scene.syntax
    routes = "+".join(sorted({r for r in holder.routes if r != "sentence"}))
    entity = scene.cast.by_id[holder.ids[0]]
    speaks = entity.id in scene.speakers
    facts = [
        "hr" + routes,
        "hk" + entity.kind[:2] + str(min(3, len(holder.ids))) + str(speaks),
        "hf" + str(min(6, len(entity.mentions))),
    ]
    token = holder.token
    if token is None:
        facts += ["hn", "hn" + s.pos[anchor], "hq" + str(s.quoted[anchor]) + routes, "h-"]
    else:
        path = paths_from(scene, anchor).get(token, "far")
        between = range(min(token, anchor) + 1, max(token, anchor))
        others = min(4, sum(1 for i in between if i in scene.at))
        side = "<" if token < anchor else ">"
        facts += [
            "hp" + path,
            "hl" + path + s.pos[anchor],
            "hq" + str(s.quoted[anchor]) + routes,
            "hb" + side + str(others) + str(min(6, abs(token - anchor) // 3)),
        ]
    return [_codes[f] for f in facts]


def node_codes(
    scene: Scene, anchor: int, node: Node, rank: Topic | None, anaphor: str
) -> list[int]:
    """`NODE_FACTS` codes of how a possible target and the anchor hang together.

    `rank` is the topic that the node's word names, if any; `anaphor` the pronoun at the anchor that
    may stand for the target, with its path.
    """
    s, i = scene.syntax, node.token
    ranked = str(rank.rank) + str(min(6, rank.count)) if rank else "-"
    if node.topic is not None:
        heads = node.topic.heads
        behind = bisect_left(heads, anchor)
        gap = str(min(4, s.sentence[anchor] - s.sentence[heads[behind - 1]])) if behind else "-"
        return _topic_codes(ranked, gap, anaphor)
    if node.route == "before":
        return _codes_before(s.dep[i], ranked, anaphor, s.pos[anchor])
    path = "self" if i == anchor else paths_from(scene, anchor).get(i, "far")
    start, last = _ends(path)
    side = "<" if i < anchor else ">"
    who = scene.at[i][1].kind[:2] + scene.at[i][0].kind[:2] if i in scene.at else "-"
    facts = [
        "np" + path,
        "nq" + path + s.pos[i] + who,
        "nf" + start,
        "nl" + last + s.tag[i],
        "nd" + side + str(min(8, abs(i - anchor) // 2)),
        "nr" + ranked,
        "nx" + str(s.quoted[i]) + str(s.quoted[anchor]) + s.pos[anchor],
    ]
    return [_codes[f] for f in facts]


@lru_cache(maxsize=20_000)
def _topic_codes(ranked: str, gap: str, anaphor: str) -> list[int]:
    """Of a topic; `gap` is how many sentences back the article last came to it."""
    facts = ["nt" + ranked, "ng" + gap, "na" + anaphor, "ngr" + gap + ranked, "nt", "nt", "nt"]
    return [_codes[f] for f in facts]


@lru_cache(maxsize=20_000)
def _codes_before(dep: str, ranked: str, anaphor: str, pos: str) -> list[int]:
    """Of a target in the sentence before; `pos` is the anchor's."""
    facts = ["nb" + dep, "nb" + ranked, "na" + anaphor, "nba" + dep + anaphor, "nb" + pos]
    return [_codes[f] for f in (*facts, "nb", "nb")]


@lru_cache(maxsize=20_000)
def _ends(path: str) -> tuple[str, str]:
    """A path's first two steps with their number, and its last one."""
    steps = path.replace("^", " ^").replace(">", " >").split()
    return "".join(steps[:2]) + str(len(steps)), steps[-1] if steps else "-"
