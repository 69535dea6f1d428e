// Which nodes are on the canvas, and where. Of a large picture only the most connected are drawn at
// first; every other one is folded into the drawn one that it is nearest to, until it is asked for.

const FOLDED = 100; // nodes that one unfolding brings
const MOST_DRAWN = 1500; // unfolded nodes that the canvas bears
const placed = new Map(data.network.nodes.map((item) => [item.id, { ...item, x: item.x * closer }]));
const folds = new Map(); // id of a drawn node -> ids of those folded into it, the busiest first
if (data.fold) {
  for (const node of nodes) {
    const owner = data.fold[node.id];
    if (owner < 0) continue;
    if (!folds.has(owner)) folds.set(owner, []);
    folds.get(owner).push(node.id);
  }
  for (const members of folds.values()) members.sort((a, b) => nodes[b].ties.length - nodes[a].ties.length || a - b);
}

/** What is to be drawn now of the `seen` nodes: `{ids, places, rest}`, with the place of each, and
    how many stay folded into each. */
function layOut(seen) {
  const ids = new Set();
  const extras = new Map();
  const places = new Map();
  for (const [id, { x, y }] of placed) {
    if (seen.nodes.has(id)) ids.add(id);
    places.set(id, state.pinned.get(id) || { x, y });
  }
  if (!data.fold) return { ids, places, rest: new Map() };
  let drawn = 0;
  const draw = (id) => {
    if (ids.has(id) || !seen.nodes.has(id) || drawn >= MOST_DRAWN) return;
    ids.add(id);
    drawn += 1;
    const owner = data.fold[id];
    if (!extras.has(owner)) extras.set(owner, []);
    extras.get(owner).push(id);
  };
  called(seen).forEach(draw);
  for (const owner of [...state.unfolded].reverse()) {
    folds.get(owner)?.filter((id) => seen.nodes.has(id)).slice(0, FOLDED).forEach(draw);
  }
  for (const [owner, members] of extras) spread(owner, members, places);
  const rest = new Map();
  for (const [owner, members] of folds) {
    rest.set(owner, members.filter((id) => seen.nodes.has(id) && !ids.has(id)).length);
  }
  return { ids, places, rest };
}

/** Nodes that what is chosen needs to be told, the most important first. */
function called(seen) {
  const live = (node) => node.ties.filter((edge) => seen.edges.has(edge.id));
  const around = (id, limit) => live(nodes[id]).slice(0, limit).flatMap((edge) => [edge.from, edge.to]);
  return [
    ...(state.path ? [...state.path, ...(shortestPath(...state.path, seen.edges) || []).map((hop) => hop.to)] : []),
    ...(state.edge === null ? [] : [edges[state.edge].from, edges[state.edge].to]),
    ...(state.node === null ? [] : [state.node, ...around(state.node, 60)]),
    ...(state.step === null ? [] : storyParts().nodes),
    ...state.issues,
    ...state.pinned.keys(),
    ...(state.hops || state.issues.size ? [...seen.nodes].slice(0, 600) : []),
  ];
}

/** Place `members` in a disc around their owner; all others move aside just as much as it needs. */
function spread(owner, members, places) {
  const centre = places.get(owner) || below(places);
  const radius = 95 + 62 * Math.sqrt(members.length);
  for (const [id, { x, y }] of places) {
    const distance = Math.hypot(x - centre.x, y - centre.y);
    if (id === owner || !distance) continue;
    const factor = Math.hypot(distance, radius) / distance;
    places.set(id, { x: centre.x + (x - centre.x) * factor, y: centre.y + (y - centre.y) * factor });
  }
  members.forEach((id, n) => {
    const angle = n * Math.PI * (3 - Math.sqrt(5));
    const away = 95 + 62 * Math.sqrt(n);
    const own = { x: centre.x + away * 1.25 * Math.cos(angle), y: centre.y + away * Math.sin(angle) };
    places.set(id, state.pinned.get(id) || own);
  });
}

/** A place under the picture, for what is folded into nobody. */
function below(places) {
  const all = [...places.values()];
  return { x: 0, y: all.reduce((most, { y }) => Math.max(most, y), 0) + 300 };
}

function unfold(owner, on) {
  if (on) state.unfolded.add(owner);
  else state.unfolded.delete(owner);
  refresh();
  writeAddress(false);
  if (on) show([owner, ...folds.get(owner).filter((id) => drawing.ids.has(id))], 1.1, true);
}
