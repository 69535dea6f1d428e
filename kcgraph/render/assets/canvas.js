// The picture on the canvas, drawn by vis-network.

const canvasBox = document.getElementById("canvas");
let network = null;
let drawn = null; // the data sets of vis-network
const looksNow = { nodes: [], edges: [] }; // what each was last drawn like, to redraw only changes
let seen = visible();
let landmarks = new Map(); // font sizes of the nodes that are named from far away
let labelled = false; // whether every line carries its word: when one is near enough to read it

function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function draw() {
  const mode = theme();
  const styled = (what, styles) => {
    looksNow[what] = styles.map((style) => JSON.stringify(style));
    return new vis.DataSet(data.network[what].map((item) => ({ ...item, ...styles[item.id] })));
  };
  drawn = {
    nodes: styled("nodes", nodes.map((node) => nodeStyle(node, mode, null))),
    edges: styled("edges", edges.map((edge) => edgeStyle(edge, mode, null))),
  };
  network = new vis.Network(canvasBox, drawn, data.network.options);
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) choose({ node });
    else if (edge !== undefined) choose({ edge });
    else choose({});
  });
  network.on("hoverNode", ({ node, pointer }) => hint(pointer.DOM, nodeHint(nodes[node])));
  network.on("hoverEdge", ({ edge, pointer }) => hint(pointer.DOM, edgeHint(edges[edge])));
  for (const event of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(event, () => hint());
  network.on("zoom", relabel);
  network.on("animationFinished", relabel);
  network.on("beforeDrawing", paintPaper);
}

/** Repaints nodes and ties by theme, filters and what is chosen. */
function paint() {
  seen = visible();
  const mode = theme();
  const near = lit();
  restyle("nodes", nodes.map((node) => nodeStyle(node, mode, near)));
  restyle("edges", edges.map((edge) => edgeStyle(edge, mode, near)));
  network.unselectAll();
  if (state.node !== null && seen.nodes.has(state.node)) network.selectNodes([state.node], false);
  if (state.edge !== null && seen.edges.has(state.edge)) network.selectEdges([state.edge]);
  document.getElementById("empty").hidden = seen.nodes.size > 0;
}

/** Hand on those styles that are not the last ones: an update is dear. */
function restyle(what, styles) {
  const last = looksNow[what];
  const changed = styles.filter((style) => {
    const now = JSON.stringify(style);
    const same = last[style.id] === now;
    last[style.id] = now;
    return !same;
  });
  if (changed.length) drawn[what].update(changed);
}

/** What stays bright: the chosen path, or the chosen tie with its ends, or the chosen node with its
    neighbours; null for everything. */
function lit() {
  if (state.path !== null) {
    const hops = shortestPath(...state.path, seen.edges) || [];
    return {
      nodes: new Set([...state.path, ...hops.map((hop) => hop.to)]),
      edges: new Set(hops.flatMap((hop) => hop.ties.map((edge) => edge.id))),
    };
  }
  if (state.edge !== null) {
    const { from, to } = edges[state.edge];
    return { nodes: new Set([from, to]), edges: new Set([state.edge]) };
  }
  if (state.node === null || state.hops) return null;
  const ties = nodes[state.node].ties.filter((edge) => seen.edges.has(edge.id));
  return {
    nodes: new Set([state.node, ...ties.flatMap((edge) => [edge.from, edge.to])]),
    edges: new Set(ties.map((edge) => edge.id)),
  };
}

function nodeStyle(node, mode, near) {
  const [fill, border] = looks.nodes[node.kind][mode];
  const dim = near !== null && !near.nodes.has(node.id);
  const ink = mode === "dark" ? "#e9eaec" : "#1c1f24";
  const colours = { background: fill, border };
  return {
    id: node.id,
    hidden: !seen.nodes.has(node.id),
    color: { ...colours, highlight: colours, hover: colours },
    opacity: dim ? 0.22 : landmarks.size && node.kind === "issue" && near === null ? 0.6 : 1,
    font: {
      size: fontSize(node, near),
      face: "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif",
      color: dim ? `${ink}40` : ink,
      strokeWidth: node.kind === "issue" ? 0 : Math.max(4, (landmarks.get(node.id) || 0) * 0.3),
      strokeColor: looks.page[mode],
    },
    margin: 8,
    shapeProperties: { borderRadius: 6 },
  };
}

/** From far away only landmarks and what is lit are named; an issue's name makes its box. */
function fontSize(node, near) {
  const own = data.network.nodes[node.id].font.size;
  if (!landmarks.size || node.kind === "issue") return own;
  const wanted = landmarks.has(node.id) || (near !== null && near.nodes.has(node.id));
  return wanted ? landmarks.get(node.id) || own : 1;
}

function edgeStyle(edge, mode, near) {
  const look = looks.ties[edge.kind];
  const colour = look[mode];
  const bright = near !== null && near.edges.has(edge.id);
  const dim = near !== null && !bright;
  const worded = bright || (labelled && !dim);
  return {
    id: edge.id,
    hidden: !seen.edges.has(edge.id),
    width: look.width,
    dashes: look.dashes,
    color: { color: colour, highlight: colour, hover: colour, opacity: dim ? 0.12 : 1 },
    arrows: look.end ? { to: { enabled: true, type: look.end, scaleFactor: 0.75 } } : "",
    label: worded ? edge.note || look.verb : " ",
    font: {
      size: 11,
      face: "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif",
      color: colour,
      strokeWidth: 4,
      strokeColor: looks.page[mode],
      align: "horizontal",
    },
  };
}

/** Words on the lines come with nearness; from far away the busiest nodes alone are named. */
function relabel() {
  const scale = network.getScale();
  const close = scale > 1.1 || edges.length <= 12;
  const named = farNames(scale);
  const same = named.size === landmarks.size && [...named].every(([id, size]) => landmarks.get(id) === size);
  if (close === labelled && same) return;
  labelled = close;
  landmarks = named;
  paint();
}

/** Font sizes for those stakeholders, the busiest first, whose names have room where all other
    names are too small to read. */
function farNames(scale) {
  const found = new Map();
  if (scale > 0.5) return found;
  const size = Math.round(2 ** (Math.round(2 * Math.log2(13 / scale)) / 2)); // few different sizes
  const ranked = nodes.filter((node) => seen.nodes.has(node.id) && !["issue", "event"].includes(node.kind));
  ranked.sort((a, b) => b.ties.length - a.ties.length || a.id - b.id);
  const taken = [];
  for (const node of ranked.slice(0, 120)) {
    const { x, y, label, size: radius } = data.network.nodes[node.id];
    const lines = label.split("\n");
    const half = Math.max(...lines.map((line) => line.length)) * size * 0.3;
    const box = [x - half - size, y - radius - size, x + half + size, y + radius + lines.length * size * 1.6];
    if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    taken.push(box);
    found.set(node.id, size);
  }
  return found;
}

/** The background is part of the drawing, so that a saved or printed picture has it. */
function paintPaper(context) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = looks.page[theme()];
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

function fit(animated = true) {
  show([...seen.nodes], 1.3, animated);
}

/** Move so that all of `ids` are in view, with a little air around them. */
function show(ids, nearest, animated) {
  if (!ids.length) return;
  const from = { position: network.getViewPosition(), scale: network.getScale() };
  network.fit({ nodes: ids, maxZoomLevel: nearest, animation: false });
  const to = { position: network.getViewPosition(), scale: network.getScale() * 1.03 };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (animated && !calm) {
    network.moveTo(from);
    network.moveTo({ ...to, animation: { duration: 350, easingFunction: "easeInOutQuad" } });
  } else {
    network.moveTo(to);
    relabel();
  }
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.05), 5) });
  relabel();
}

/** Bring what is chosen into view with its neighbours, moving only if it cannot be read now. */
function reveal() {
  const near = lit();
  const ids = near === null ? [...seen.nodes] : [...near.nodes].filter((id) => seen.nodes.has(id));
  const places = Object.values(network.getPositions(ids)).map((place) => network.canvasToDOM(place));
  const { clientWidth: width, clientHeight: height } = canvasBox;
  const inside = places.every(({ x, y }) => x > 30 && y > 30 && x < width - 30 && y < height - 30);
  if (!inside || network.getScale() < 0.7) show(ids, 1.1, true);
}

/** The visible node that lies nearest in a direction ("left", "right", "up", "down"). */
function neighbour(id, direction) {
  const places = network.getPositions([...seen.nodes]);
  const here = places[id];
  let best = null;
  for (const [other, place] of Object.entries(places)) {
    if (Number(other) === id) continue;
    const dx = place.x - here.x;
    const dy = place.y - here.y;
    const ahead = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const aside = Math.abs(direction === "left" || direction === "right" ? dy : dx);
    if (ahead <= 0) continue;
    const cost = ahead + 2.5 * aside;
    if (best === null || cost < best.cost) best = { id: Number(other), cost };
  }
  return best === null ? null : best.id;
}

const hintBox = document.getElementById("hint");

/** A small note at the pointer; without content it goes away. */
function hint(at, content) {
  hintBox.hidden = !content;
  if (!content) return;
  hintBox.replaceChildren(...content);
  const left = Math.min(at.x + 14, canvasBox.clientWidth - hintBox.offsetWidth - 8);
  const top = Math.min(at.y + 14, canvasBox.clientHeight - hintBox.offsetHeight - 8);
  hintBox.style.left = `${Math.max(left, 4)}px`;
  hintBox.style.top = `${Math.max(top, 4)}px`;
}

function nodeHint(node) {
  const roles = (node.roles || []).join("; ");
  return [
    element("p", {}, named(node)),
    roles ? element("p", {}, roles) : element("p", {}, looks.nodes[node.kind].one),
  ];
}

function edgeHint(edge) {
  const [first] = livePassages(edge);
  return [
    element("p", {}, clipped(sentence(edge), 160)),
    ...(first ? [element("p", {}, excerpt(first))] : []),
  ];
}
