"""Anchors: the words that may say a position, and what is known about each of them.

An anchor is one token ("urged", "opposition", "against", "should"); the features are strings, for a
linear model over hashed features.
"""

from __future__ import annotations

from kcgraph.extract.offline.lexicon import table
from kcgraph.extract.offline.positions.frames import frame_of
from kcgraph.extract.offline.positions.rules import verdict
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import Syntax

MODALS = frozenset({"should", "must", "ought"})
LIGHT = frozenset(
    [
        "be",
        "have",
        "do",
        "get",
        "say",
        "tell",
        "add",
        "note",
        "explain",
        "write",
        "state",
        "think",
        "believe",
        "know",
        "see",
    ]
)
_TELLING_CHILDREN = frozenset({"aux", "neg", "prt", "prep", "mark", "agent", "acomp", "advmod"})
_SHOWN_CHILDREN = _TELLING_CHILDREN | {"dobj", "xcomp", "ccomp", "attr", "nsubj", "nsubjpass"}


def candidates(syntax: Syntax) -> list[int]:
    """Tokens that may be anchors: verbs, predicates, listed words of other kinds."""
    found = []
    for i in range(syntax.size):
        pos = syntax.pos[i]
        if pos == "VERB":
            found.append(i)
        elif pos in ("NOUN", "ADJ", "ADP", "ADV", "SCONJ", "INTJ"):
            if frame_of(syntax, i) is not None or (
                pos in ("NOUN", "ADJ") and syntax.dep[i] in ("attr", "acomp", "oprd", "ROOT")
            ):
                found.append(i)
        elif pos == "AUX" and (
            syntax.lower[i] in MODALS or syntax.dep[i] in ("ROOT", "ccomp", "conj", "advcl")
        ):
            found.append(i)
    return found


def features(scene: Scene, i: int) -> list[str]:
    """What the parse, the lexicon and the attributions say about token `i` as an anchor."""
    s = scene.syntax
    lemma, pos, dep, head = s.lemma[i], s.pos[i], s.dep[i], s.head[i]
    key = f"{lemma}|{pos}"
    f = ["b", "k=" + key, "p=" + pos, "d=" + dep, "t=" + s.tag[i], "kd=" + key + dep]
    f.append("s4=" + lemma[-4:])
    f.append("p4=" + lemma[:4])
    label, frame = verdict(s, i)
    listed = frame.label if frame else "-"
    f += ["v=" + str(label), "l=" + listed, "lp=" + listed + pos + dep]
    hl, hp = s.lemma[head], s.pos[head]
    if head != i:
        f += ["h=" + hl, "hd=" + hl + dep, "hp=" + hp + dep]
        above = frame_of(s, head)
        f.append("hf=" + (above.label if above else "-") + dep)
        grand = s.head[head]
        if grand != head:
            f.append("g=" + s.lemma[grand] + s.dep[head] + dep)
    negated = False
    modal = "-"
    signature = []
    for c in s.children[i]:
        cd = s.dep[c]
        if cd == "punct":
            continue
        signature.append(cd)
        if cd in _SHOWN_CHILDREN:
            cl = s.lemma[c]
            f += ["c=" + cd + cl, "ck=" + lemma + cd + cl]
            if cd == "neg":
                negated = True
            elif cd == "aux":
                modal = s.lower[c]
            elif cd in ("dobj", "xcomp", "ccomp", "attr", "acomp", "prep"):
                inner = frame_of(s, c)
                if inner:
                    f.append("cf=" + cd + inner.label)
                f.append("cl=" + cd + listed)
        else:
            f.append("c=" + cd)
        if s.lower[c] in ("no", "none", "nobody", "hardly", "never"):
            negated = True
    if dep in ("acomp", "attr", "xcomp", "prep", "oprd", "dobj") and s.is_negated(head):
        negated = True
    n, m = str(negated), modal
    if modal == "-" and dep in ("xcomp", "acomp", "attr", "conj") and head != i:
        m = next((s.lower[c] + "^" for c in s.children[head] if s.dep[c] == "aux"), "-")
    signature.sort()
    sig = ",".join(dict.fromkeys(signature))
    f += ["n=" + n, "nl=" + n + listed, "nk=" + n + key, "m=" + m, "mk=" + m + lemma, "mn=" + m + n]
    f += ["mt=" + m + s.tag[i], "sg=" + sig, "ml=" + m + listed]
    subject = s.subject(i) if pos not in ("NOUN", "PROPN") else s.owner(i)
    who = _who(scene, subject)
    own = s.child(i, "nsubj", "nsubjpass") is not None
    f += [
        "w=" + who,
        "wk=" + who + key,
        "wo=" + who + str(own),
        "wl=" + who + listed,
        "wm=" + who + m,
    ]
    passive = s.is_passive(i) if pos == "VERB" else False
    f += ["pa=" + str(passive), "pl=" + str(passive) + listed]
    obj = s.child(i, "dobj", "attr", "oprd")
    ow = _who(scene, obj)
    f += ["o=" + ow, "ol=" + ow + listed, "ow=" + ow + who]
    quoted = s.quoted[i]
    f += ["q=" + str(quoted), "ql=" + str(quoted) + listed, "qk=" + str(quoted) + key]
    covering = scene.covering[i]
    if covering:
        cue = covering[0].reading.cue
        cue_lemma = s.lemma[cue.start] if cue else "-"
        f += [
            "a=1" + str(quoted),
            "ac=" + cue_lemma,
            "acl=" + cue_lemma + listed,
            "aw=" + who + listed,
        ]
        if head != i and cue and cue.start <= head < cue.end:
            f.append("au=" + cue_lemma)
    else:
        f += ["a=0", "a0l=" + listed + who]
    if i in scene.cued:
        f += ["cue", "cuel=" + listed, "cuek=" + key]
    for step in (-2, -1, 1, 2):
        j = i + step
        w = s.lower[j] if 0 <= j < s.size else "-"
        f.append(f"x{step}=" + w)
        if step in (-1, 1):
            f.append(f"xk{step}=" + lemma + w)
    sentence = s.sentences[s.sentence[i]]
    f.append("first=" + str(s.sentence[i] == 0))
    f.append("para=" + str(min(3, s.paragraph[i])))
    f.append("len=" + str(min(5, (sentence.end - sentence.start) // 8)))
    f.append("dep=" + str(min(5, s.depth[i])))
    if s.lower[sentence.end - 1] == "?" or (sentence.end > 1 and s.lower[sentence.end - 2] == "?"):
        f.append("ask")
    v = scene.valence
    value = f"{round(v.own[i])}"
    below, around = v.of(s.left[i], s.right[i] + 1), v.of(*sentence)
    f += [
        "vo=" + value,
        "vol=" + value + listed,
        "vb=" + below,
        "vbp=" + below + pos,
        "va=" + around,
    ]
    f += [
        "vn=" + value + n,
        "vbn=" + below + n,
        "vbl=" + below + lemma,
        "vq=" + below + str(quoted),
    ]
    sense = table("verb-classes").get(lemma, "-") if pos == "VERB" else pos
    f += ["vc=" + sense, "vcw=" + sense + who, "vcm=" + sense + m, "vcb=" + sense + below]
    if lemma in LIGHT:
        f.append("light")
    return f


def _who(scene: Scene, token: int | None) -> str:
    """What kind of participant stands at `token`."""
    if token is None:
        return "-"
    if token in scene.at:
        mention, entity = scene.at[token]
        return entity.kind[:2] + mention.kind[:2]
    low = scene.syntax.lower[token]
    if scene.syntax.pos[token] == "PRON":
        return "=" + low
    return scene.syntax.pos[token]
