// The address line: everything that is chosen and filtered, so that a view can be linked; and undo.

const UNDONE = 200; // steps that can be taken back
const past = [];
const future = [];
let written = ""; // the state as last written, without where the reader looks

/** The state in the form of an address line. */
function stateParts() {
  const parts = new URLSearchParams();
  const key = (id) => nodes[id].key;
  const list = (name, values) => values.length && parts.set(name, values.join(" "));
  if (state.node !== null) parts.set("node", key(state.node));
  if (state.edge !== null) parts.set("tie", edgeKey(edges[state.edge]));
  if (state.path !== null) parts.set("path", state.path.map(key).join("~"));
  if (state.hops) parts.set("steps", state.hops);
  list("without", [...state.off]);
  list("sides", [...state.sides]);
  list("issues", [...state.issues].map(key));
  list("skip", [...state.without]);
  list("outlets", [...state.outlets]);
  if (state.span !== null) parts.set("dates", state.span.map((n) => periods.list[n]).join("~"));
  if (state.floor) parts.set("confidence", state.floor);
  list("hide", [...state.hidden].map(key));
  list("pin", [...state.pinned].map(([id, { x, y }]) => [key(id), Math.round(x / closer), Math.round(y)].join("~")));
  list("unfold", [...state.unfolded].map(key));
  if (state.step !== null) parts.set("story", state.step + 1);
  if (state.view !== "picture") parts.set("view", state.view);
  return parts;
}

/** "ana~support~bridge", numbered where several ties of a kind lead the same way. */
function edgeKey(edge) {
  const twins = nodes[edge.from].ties.filter((e) => e.from === edge.from && e.to === edge.to && e.kind === edge.kind);
  const nth = twins.indexOf(edge);
  return [nodes[edge.from].key, edge.kind, nodes[edge.to].key, ...(nth > 0 ? [nth] : [])].join("~");
}

function writeAddress(asStep) {
  const parts = stateParts();
  const now = String(parts);
  const changed = now !== written;
  if (changed) {
    past.push(written);
    if (past.length > UNDONE) past.shift();
    future.length = 0;
    written = now;
  }
  if (looking) parts.set("at", [Math.round(looking.x / closer), looking.y, looking.scale].join("~"));
  replaceAddress(parts, asStep && changed);
  showUndo();
}

function replaceAddress(parts, asStep) {
  const hash = `#${parts}`;
  if (hash === (location.hash || "#")) return;
  try {
    history[asStep ? "pushState" : "replaceState"](null, "", hash);
  } catch {
    // Some browsers keep no history for local files; the page works without.
  }
}

function readAddress() {
  applyAddress(location.hash.slice(1));
  written = String(stateParts());
  showUndo();
}

/** Take the last change back, or with `again` make it once more. */
function undo(again = false) {
  const [from, to] = again ? [future, past] : [past, future];
  if (!from.length) return;
  to.push(written);
  written = from.pop();
  applyAddress(written);
  replaceAddress(new URLSearchParams(written), false);
  showUndo();
  announce(again ? "Done again" : "Taken back");
}

function showUndo() {
  document.getElementById("undo").disabled = !past.length;
  document.getElementById("redo").disabled = !future.length;
}

function applyAddress(text) {
  const parts = new URLSearchParams(text);
  const list = (name) => (parts.get(name) || "").split(" ").filter(Boolean);
  const ids = (name) => list(name).flatMap((key) => (nodeOfKey.has(key) ? [nodeOfKey.get(key).id] : []));
  const numbers = (name, count) => list(name).map(Number).filter((n) => Number.isInteger(n) && n >= 0 && n < count);
  const kinds = new Set([...Object.keys(looks.nodes), ...Object.keys(looks.ties)]);
  const pins = list("pin").map((pin) => pin.split("~")).filter(([key, x, y]) => nodeOfKey.has(key) && isFinite(x) && isFinite(y));
  const span = (parts.get("dates") || "").split("~").map((period) => periods.list.indexOf(period));
  const step = Math.trunc(Number(parts.get("story"))) - 1;
  Object.assign(state, blank(), {
    view: state.view,
    off: new Set(list("without").filter((kind) => kinds.has(kind))),
    sides: new Set(list("sides").filter((side) => Object.values(SIDE_NAMES).includes(side))),
    issues: new Set(ids("issues")),
    without: new Set(numbers("skip", data.articles.length)),
    outlets: new Set(numbers("outlets", outlets.length)),
    span: span.length === 2 && span[0] >= 0 && span[1] >= span[0] ? span : null,
    floor: Math.min(Math.max(Number(parts.get("confidence")) || 0, 0), 1),
    hops: Math.min(Math.max(Math.trunc(Number(parts.get("steps"))) || 0, 0), 9),
    hidden: new Set(ids("hide")),
    pinned: new Map(pins.map(([key, x, y]) => [nodeOfKey.get(key).id, { x: Number(x) * closer, y: Number(y) }])),
    unfolded: new Set(ids("unfold").filter((id) => folds.has(id))),
    step: step >= 0 && step < story.length ? step : null,
  });
  setView(VIEWS.includes(parts.get("view")) ? parts.get("view") : "picture");
  choose(addressed(parts), false);
  const [x, y, scale] = (parts.get("at") || "").split("~").map(Number);
  if (scale > 0 && isFinite(x) && isFinite(y)) {
    looking = { x: x * closer, y, scale: Math.min(Math.max(scale, 0.02), 5) };
    network.moveTo({ position: { x: looking.x, y }, scale: looking.scale });
    relabel();
  } else if (state.step !== null) tell();
}

/** What an address chooses: `{node}`, `{edge}`, `{path}` or nothing. */
function addressed(parts) {
  const node = nodeOfKey.get(parts.get("node"));
  if (node) return { node: node.id };
  const ends = (parts.get("path") || "").split("~").map((key) => nodeOfKey.get(key));
  if (ends.length === 2 && ends[0] && ends[1] && ends[0] !== ends[1]) return { path: ends.map((end) => end.id) };
  const [from, kind, to, nth] = (parts.get("tie") || "").split("~");
  const ties = nodeOfKey.get(from)?.ties.filter((e) => e.kind === kind && nodes[e.from].key === from && nodes[e.to].key === to);
  const edge = ties?.[Number(nth) || 0];
  return edge ? { edge: edge.id } : {};
}

/** A link to a node or a tie chooses it, and leaves filters and view as they are. */
function followLink(event) {
  const link = event.target.closest('a[href^="#node="], a[href^="#tie="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  chooseAndRead(addressed(new URLSearchParams(link.getAttribute("href").slice(1))));
}
