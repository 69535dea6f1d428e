// The picture's data, what is chosen and filtered, and what follows from both. Of the DOM only the
// width of the canvas counts here.

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
/** On a narrow screen columns stand closer together, so that two of them can be read side by side. */
const closer = data.columns.length && document.getElementById("canvas").clientWidth < 700 ? 0.5 : 1;

const nodeOfKey = new Map(nodes.map((node) => [node.key, node]));

const SIDES = {
  demand: 1,
  commitment: 1,
  support: 1,
  mixed: 0,
  opposition: -1,
  refusal: -1,
};
const SIDE_NAMES = { 1: "for", 0: "mixed", "-1": "against" };

const outlets = [...new Set(data.articles.map((article) => article.publisher || ""))].sort((a, b) => a.localeCompare(b));
const outletOf = data.articles.map((article) => outlets.indexOf(article.publisher || ""));

/** The periods that the articles are from, in order: months, or years if they are too many. */
const periods = (() => {
  const months = data.articles.map(({ date }) => /^\d{4}-(0[1-9]|1[0-2])/.exec(date || "")?.[0]).filter(Boolean).sort();
  if (!months.length) return { length: 7, list: [] };
  const number = (month) => 12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1;
  const name = (n) => `${String(Math.floor(n / 12)).padStart(4, "0")}-${String((n % 12) + 1).padStart(2, "0")}`;
  const [first, last] = [number(months[0]), number(months.at(-1))];
  if (last - first < 120) {
    return { length: 7, list: Array.from({ length: last - first + 1 }, (_, n) => name(first + n)) };
  }
  return { length: 4, list: [...new Set(months.map((month) => month.slice(0, 4)))] };
})();
const periodOf = data.articles.map(({ date }) => periods.list.indexOf((date || "").slice(0, periods.length)));

/** What is chosen and filtered. Everything here but `pathFrom` is in the address line. */
const blank = () => ({
  node: null, // id of the chosen node
  edge: null, // id of the chosen tie
  path: null, // ids of the two ends of the path that is shown
  pathFrom: null, // id of the one end, while the other is being chosen
  hops: 0, // show only what is so many steps from the chosen node; 0 shows everything
  off: new Set(), // kinds of nodes and ties that are filtered out
  sides: new Set(), // polarities that are filtered out: "for", "mixed", "against"
  issues: new Set(), // only these and what touches them; none means all
  without: new Set(), // articles that are filtered out
  outlets: new Set(), // publishers that are filtered out
  span: null, // first and last period, as indexes into `periods.list`; null is all, undated too
  floor: 0, // least confidence
  hidden: new Set(), // nodes that were taken away by hand
  pinned: new Map(), // places that were given by hand: id -> {x, y}
  unfolded: new Set(), // nodes whose folded neighbours are drawn
  step: null, // step of the story that is told
  view: "picture",
});
const state = blank();

let liveArticles = data.articles.map(() => true);

function chooseArticles() {
  const [first, last] = state.span || [0, Infinity];
  liveArticles = data.articles.map(
    (_, n) =>
      !state.without.has(n) &&
      !state.outlets.has(outletOf[n]) &&
      (state.span === null || (periodOf[n] >= first && periodOf[n] <= last)),
  );
}

/** The passages of a tie or node that pass the filters. */
function livePassages(item) {
  return (item.ev || []).filter((passage) => liveArticles[passage[0]] && passage[6] >= state.floor);
}

function passes(edge) {
  return (
    !state.off.has(edge.kind) &&
    !(edge.position && state.sides.has(SIDE_NAMES[SIDES[edge.kind]])) &&
    !state.off.has(nodes[edge.from].kind) &&
    !state.off.has(nodes[edge.to].kind) &&
    !state.hidden.has(edge.from) &&
    !state.hidden.has(edge.to) &&
    (edge.ev.length === 0 || edge.ev.some((passage) => liveArticles[passage[0]] && passage[6] >= state.floor))
  );
}

/** Ids of the nodes and ties that pass the filters. */
function visible() {
  chooseArticles();
  let seenEdges = edges.filter(passes);
  let near = null;
  const narrow = (starts, hops) => {
    const found = within(starts, hops, new Set(seenEdges.map((edge) => edge.id)));
    seenEdges = seenEdges.filter((edge) => found.has(edge.from) && found.has(edge.to));
    near = near === null ? found : new Set([...near].filter((id) => found.has(id)));
  };
  if (state.issues.size) narrow(state.issues, 1);
  if (state.hops && state.node !== null) narrow([state.node], state.hops);
  const touched = new Set();
  for (const edge of seenEdges) {
    if (edge.ev.length === 0 && edge.kind === "member") continue;
    touched.add(edge.from);
    touched.add(edge.to);
  }
  // a membership alone brings nobody into a picture of positions
  seenEdges = seenEdges.filter((edge) => touched.has(edge.from) && touched.has(edge.to));
  const seenNodes = nodes.filter(
    (node) =>
      node.id === state.node ||
      (!state.off.has(node.kind) &&
        !state.hidden.has(node.id) &&
        (touched.has(node.id) || (node.ties.length === 0 && near === null) || state.issues.has(node.id))),
  );
  return {
    nodes: new Set(seenNodes.map((node) => node.id)),
    edges: new Set(seenEdges.map((edge) => edge.id)),
  };
}

/** Ids of the nodes at most `hops` ties from `starts`, along the ties in `allowed`. */
function within(starts, hops, allowed) {
  const found = new Set(starts);
  let rim = [...starts];
  for (let step = 0; step < hops && rim.length; step += 1) {
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

let searchable = null; // made when first needed

/** Up to `limit` nodes whose name or alias holds `text`, as `{node, form}`, the best first. */
function lookUp(text, limit = 8) {
  const wanted = folded(text.trim());
  if (!wanted) return [];
  searchable ??= nodes.map((node) => ({
    node,
    forms: [node.name, ...(node.aka || [])].map((form) => ({ form, folded: folded(form) })),
  }));
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

/** What a tie says between its two ends: "supports", or "support" after residents, "is Mayor of". */
function wordOf(edge) {
  if (edge.kind === "post" && edge.note) return `${nodes[edge.from].many ? "are" : "is"} ${edge.note} of`;
  return edge.note || said(nodes[edge.from], looks.ties[edge.kind].verb, edge.kind);
}

/** The verb or passive of a kind of tie as it follows the name of `node`. */
function said(node, words, kind) {
  return node.many ? looks.ties[kind].plural[words] : words;
}

/** "Eric Zahnd supports body cameras". */
function sentence(edge) {
  return `${nodes[edge.from].name} ${wordOf(edge)} ${nodes[edge.to].name}`;
}
