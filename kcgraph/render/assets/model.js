// The picture's data, what is chosen and filtered, and what follows from both. No DOM here.

const data = JSON.parse(document.getElementById("kcgraph-data").textContent);
const looks = data.looks;
const nodes = data.nodes.map((node, id) => ({ ...node, id, ties: [] }));
const edges = data.edges.map((edge, id) => {
  const { from, to } = data.network.edges[id];
  return { ...edge, id, from, to, position: looks.ties[edge.kind].position };
});
for (const edge of edges) {
  nodes[edge.from].ties.push(edge);
  if (edge.to !== edge.from) nodes[edge.to].ties.push(edge);
}
const nodeOfKey = new Map(nodes.map((node) => [node.key, node]));

const state = {
  node: null, // id of the chosen node
  edge: null, // id of the chosen tie
  path: null, // ids of the two ends of the path that is shown
  pathFrom: null, // id of the one end, while the other is being chosen
  hops: 0, // show only what is so many steps from the chosen node; 0 shows everything
  off: new Set(), // kinds of nodes and ties that are filtered out
  without: new Set(), // articles that are filtered out
  floor: 0, // least confidence
  view: "picture",
};

/** The passages of a tie or node that pass the filters. */
function livePassages(item) {
  return (item.ev || []).filter(
    (passage) => !state.without.has(passage[0]) && passage[6] >= state.floor,
  );
}

/** Ids of the nodes and ties that pass the filters. */
function visible() {
  const passes = (edge) =>
    !state.off.has(edge.kind) &&
    !state.off.has(nodes[edge.from].kind) &&
    !state.off.has(nodes[edge.to].kind) &&
    (edge.ev.length === 0 || livePassages(edge).length > 0);
  let seenEdges = edges.filter(passes);
  let near = null;
  if (state.hops && state.node !== null) {
    near = within(state.node, state.hops, new Set(seenEdges.map((edge) => edge.id)));
    seenEdges = seenEdges.filter((edge) => near.has(edge.from) && near.has(edge.to));
  }
  const touched = new Set(seenEdges.flatMap((edge) => [edge.from, edge.to]));
  const seenNodes = nodes.filter(
    (node) =>
      !state.off.has(node.kind) &&
      (touched.has(node.id) || (node.ties.length === 0 && near === null) || node.id === state.node),
  );
  return {
    nodes: new Set(seenNodes.map((node) => node.id)),
    edges: new Set(seenEdges.map((edge) => edge.id)),
  };
}

/** Ids of the nodes at most `hops` ties from `start`, along the ties in `allowed`. */
function within(start, hops, allowed) {
  const found = new Set([start]);
  let rim = [start];
  for (let step = 0; step < hops; step += 1) {
    const next = [];
    for (const id of rim) {
      for (const edge of nodes[id].ties) {
        const other = edge.from === id ? edge.to : edge.from;
        if (!allowed.has(edge.id) || found.has(other)) continue;
        found.add(other);
        next.push(other);
      }
    }
    rim = next;
  }
  return found;
}

/** The ties of a shortest way between two nodes, as `{from, to, ties}` per hop; null if there is
    none along the ties in `allowed`. */
function shortestPath(start, end, allowed) {
  const cameFrom = new Map([[start, null]]);
  let rim = [start];
  while (rim.length && !cameFrom.has(end)) {
    const next = [];
    for (const id of rim) {
      for (const edge of nodes[id].ties) {
        const other = edge.from === id ? edge.to : edge.from;
        if (!allowed.has(edge.id) || cameFrom.has(other)) continue;
        cameFrom.set(other, id);
        next.push(other);
      }
    }
    rim = next;
  }
  if (!cameFrom.has(end)) return null;
  const hops = [];
  for (let to = end; to !== start; to = cameFrom.get(to)) {
    const from = cameFrom.get(to);
    const ties = nodes[from].ties.filter(
      (edge) => allowed.has(edge.id) && (edge.from === from ? edge.to : edge.from) === to,
    );
    hops.unshift({ from, to, ties });
  }
  return hops;
}

const SIDES = { demand: 1, commitment: 1, support: 1, mixed: 0, opposition: -1, refusal: -1 };

/** Who takes the same side as `node` on something, and who the other: two lists of
    `{node, on: [targets]}`, the closest first. A mixed view is on no side. */
function companions(node) {
  const same = new Map();
  const other = new Map();
  for (const mine of node.ties) {
    if (!mine.position || mine.from !== node.id || !SIDES[mine.kind]) continue;
    for (const theirs of nodes[mine.to].ties) {
      if (!theirs.position || theirs.to !== mine.to || theirs.from === node.id) continue;
      if (!SIDES[theirs.kind]) continue;
      const group = SIDES[theirs.kind] === SIDES[mine.kind] ? same : other;
      if (!group.has(theirs.from)) group.set(theirs.from, new Set());
      group.get(theirs.from).add(mine.to);
    }
  }
  const list = (group) =>
    [...group]
      .map(([id, targets]) => ({ node: nodes[id], on: [...targets].map((t) => nodes[t]) }))
      .sort((a, b) => b.on.length - a.on.length || a.node.name.localeCompare(b.node.name));
  return { same: list(same), other: list(other) };
}

/** Letters without case and accents, for searching. */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

const searchable = nodes.map((node) => ({
  node,
  forms: [node.name, ...(node.aka || [])].map((form) => ({ form, folded: folded(form) })),
}));

/** Up to `limit` nodes whose name or alias holds `text`, as `{node, form}`, the best first. */
function lookUp(text, limit = 8) {
  const wanted = folded(text.trim());
  if (!wanted) return [];
  const found = [];
  for (const { node, forms } of searchable) {
    let best = null;
    forms.forEach(({ form, folded: name }, n) => {
      const at = name.indexOf(wanted);
      if (at < 0) return;
      const word = at === 0 ? 0 : /[\p{L}\p{N}]/u.test(name[at - 1]) ? 2 : 1;
      const rank = (name === wanted ? -1 : word) * 2 + (n > 0 ? 1 : 0);
      if (best === null || rank < best.rank) best = { node, form, rank };
    });
    if (best) found.push(best);
  }
  found.sort((a, b) => a.rank - b.rank || b.node.ties.length - a.node.ties.length);
  return found.slice(0, limit);
}

/** What a tie says between its two ends: "supports", "is Mayor of". */
function wordOf(edge) {
  return edge.note ? `is ${edge.note} of` : looks.ties[edge.kind].verb;
}

/** "Eric Zahnd supports body cameras". */
function sentence(edge) {
  return `${nodes[edge.from].name} ${wordOf(edge)} ${nodes[edge.to].name}`;
}
