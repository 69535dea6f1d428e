"""Paths in the dependency tree, from one token to those around it."""

from __future__ import annotations

from kcgraph.extract.offline.positions.scene import Scene

_FURTHEST = 5  # steps


def paths_from(scene: Scene, anchor: int) -> dict[int, str]:
    """For each token near `anchor` in the tree the steps to it: "^dep" up, "dep" down.

    A preposition's step carries its word. Kept in the scene: every stage asks again.
    """
    known = scene.paths.get(anchor)
    if known is not None:
        return known
    s = scene.syntax
    found = {anchor: ""}
    edge = [anchor]
    for _ in range(_FURTHEST):
        reached = []
        for i in edge:
            path = found[i]
            head = s.head[i]
            if head not in found:
                found[head] = path + "^" + s.dep[i]
                reached.append(head)
            for c in s.children[i]:
                if c not in found:
                    dep = s.dep[c]
                    if dep == "punct":
                        continue
                    if dep == "prep":
                        dep = "prep:" + s.lower[c]
                    found[c] = path + ">" + dep
                    reached.append(c)
        edge = reached
    scene.paths[anchor] = found
    return found
