// The picture on the canvas, drawn by vis-network.

const canvasBox = document.getElementById("canvas");
let network = null;
let drawn = null; // the data sets of vis-network
const everWorded = new Set(); // ties that have carried their word at some time
const looksNow = { nodes: new Map(), edges: new Map() }; // what each was last drawn like, to redraw only changes
let seen = visible();
let drawing = layOut(seen); // what is on the canvas, and where
let landmarks = new Map(); // font sizes of the nodes that are named from far away
let labelled = false; // whether every line carries its word: when one is near enough to read it
let moving = false;
let paper = null; // {width, height} in pixels while it is printed
const moved = new Set(); // nodes that have been given a place by hand at some time
let begun = false; // whether what is in view is the beginning of something longer
let looking = null; // where the reader moved the picture to: {x, y, scale}

function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function draw() {
  chooseNames(frame([...drawing.ids], 1.3).scale);
  drawn = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
  fill(lit());
  network = new vis.Network(canvasBox, drawn, data.network.options);
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) choose({ node });
    else if (edge !== undefined) choose({ edge });
    else choose({});
  });
  network.on("doubleClick", ({ nodes: [node] }) => {
    if (folds.has(node)) unfold(node, !state.unfolded.has(node));
  });
  network.on("hoverNode", ({ node, pointer }) => hint(pointer.DOM, nodeHint(nodes[node])));
  network.on("hoverEdge", ({ edge, pointer }) => hint(pointer.DOM, edgeHint(edges[edge])));
  for (const event of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(event, () => hint());
  network.on("zoom", () => {
    begun = false;
    relabel();
    noteLook();
  });
  network.on("dragEnd", ({ nodes: dragged }) => {
    for (const [id, place] of Object.entries(network.getPositions(dragged))) state.pinned.set(Number(id), place);
    if (dragged.length) paint();
    begun = false;
    noteBeyond();
    noteLook();
  });
  network.on("animationFinished", relabel);
  network.on("beforeDrawing", paintPaper);
  network.on("afterDrawing", paintHeadings);
  prepareGlide();
  canvasBox.querySelector(".vis-network").tabIndex = -1; // the box around it has the keys, and a name
}

/** Remember what the reader looks at, for the address line. */
function noteLook() {
  const { x, y } = network.getViewPosition();
  looking = { x: Math.round(x), y: Math.round(y), scale: Number(network.getScale().toPrecision(3)) };
  clearTimeout(noteLook.timer);
  noteLook.timer = setTimeout(() => writeAddress(false), 300);
}

/** Repaints nodes and ties by theme, filters and what is chosen. */
function paint() {
  seen = visible();
  drawing = layOut(seen);
  for (const id of state.pinned.keys()) moved.add(id);
  fill(lit());
  network.unselectAll();
  if (state.node !== null && drawing.ids.has(state.node)) network.selectNodes([state.node], false);
  if (state.edge !== null && onCanvas(edges[state.edge])) network.selectEdges([state.edge]);
  document.getElementById("empty").hidden = seen.nodes.size > 0;
}

/** Whether a tie passes the filters and has both its ends on the canvas. */
function onCanvas(edge) {
  return seen.edges.has(edge.id) && drawing.ids.has(edge.from) && drawing.ids.has(edge.to);
}

/** Bring the data sets of vis-network up to date. What was once drawn stays in them, hidden. */
function fill(near) {
  const mode = theme();
  const ids = new Set([...drawing.ids, ...looksNow.nodes.keys()]);
  restyle("nodes", [...ids].map((id) => nodeStyle(nodes[id], mode, near)));
  const wanted = edges.filter((edge) => looksNow.edges.has(edge.id) || onCanvas(edge));
  restyle("edges", wanted.map((edge) => edgeStyle(edge, mode, near)));
}

/** Hand on those styles that are not the last ones: an update is dear. */
function restyle(what, styles) {
  const last = looksNow[what];
  const added = [];
  const changed = [];
  for (const style of styles) {
    const now = JSON.stringify(style);
    if (last.get(style.id) === now) continue;
    if (last.has(style.id)) changed.push(style);
    else added.push({ ...ground[what](style.id), ...style });
    last.set(style.id, now);
  }
  if (added.length) drawn[what].add(added);
  if (changed.length) drawn[what].update(changed);
}

/** What never changes of a node or a tie on the canvas. */
const ground = {
  nodes: (id) => ({
    ...(placed.get(id) || { label: nodes[id].label, size: nodes[id].size, shape: looks.nodes[nodes[id].kind].shape }),
    ...drawing.places.get(id),
  }),
  edges: (id) => data.network.edges[id],
};

/** What stays bright: the chosen path, or the chosen tie with its ends, or the chosen node with its
    neighbours, or what the story tells of; null for everything. */
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
  if (state.node === null && state.step !== null) return paper ? null : storyLight();
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
    hidden: !drawing.ids.has(node.id),
    ...(data.fold || (moved.has(node.id) && !moving) ? drawing.places.get(node.id) : {}),
    ...(drawing.rest.has(node.id) ? { label: withRest(node.id) } : {}),
    fixed: moving && state.pinned.has(node.id),
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
    shapeProperties: { borderRadius: 6, borderDashes: state.pinned.has(node.id) ? [3, 2] : false },
  };
}

/** The label of a node with the number of those that are folded into it. */
function withRest(id) {
  const rest = drawing.rest.get(id);
  return rest ? `${nodes[id].label}\n+${rest}` : nodes[id].label;
}

/** From far away only landmarks and what is lit are named; an issue's name makes its box. */
function fontSize(node, near) {
  const own = looks.nodes[node.kind].size;
  if (!landmarks.size || node.kind === "issue") return own;
  const wanted = landmarks.has(node.id) || (near !== null && near.nodes.has(node.id));
  return wanted ? landmarks.get(node.id) || own : 1;
}

function edgeStyle(edge, mode, near) {
  const look = looks.ties[edge.kind];
  const colour = look[mode];
  const bright = near !== null && near.edges.has(edge.id);
  const dim = near !== null && !bright;
  const word = clipped(edge.kind === "post" ? edge.note || look.verb : wordOf(edge), 40);
  const worded = (bright || (labelled && !dim && !edge.derived)) && hasRoom(edge, word, bright ? near.nodes : []);
  if (worded) everWorded.add(edge.id);
  // a blank takes a word away; for those that never had one it would cost as much as a word in each frame
  const none = everWorded.has(edge.id) ? { label: " " } : {};
  return {
    id: edge.id,
    hidden: !onCanvas(edge),
    width: look.width,
    dashes: look.dashes,
    color: { color: colour, highlight: colour, hover: colour, opacity: dim ? 0.12 : 1 },
    arrows: look.end ? { to: { enabled: true, type: look.end, scaleFactor: 0.75 } } : "",
    ...(worded ? { label: word, font: { color: colour, strokeColor: looks.page[mode] } } : none),
  };
}

/** Whether a word in the middle of a tie lies clear of its ends and of the `other` nodes. */
function hasRoom(edge, word, other) {
  const ends = [edge.from, edge.to];
  const [from, to] = ends.map((id) => drawing.places.get(id));
  if (moving || state.edge === edge.id || !from || !to) return true;
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const half = word.length * 3;
  return [...ends, ...other].every((id) => !drawing.places.has(id) || !boxesOf(id).some((box) =>
    box[0] < x + half && x - half < box[2] && box[1] < y + 6 && y - 6 < box[3]));
}

/** Where a node and its name are: boxes of left, top, right, bottom. */
function boxesOf(id) {
  const { x, y } = drawing.places.get(id);
  const { label, size, kind } = nodes[id];
  const lines = label.split("\n");
  const half = Math.max(...lines.map((line) => line.length)) * 4;
  if (kind === "issue") return [[x - half - 8, y - lines.length * 9 - 8, x + half + 8, y + lines.length * 9 + 8]];
  return [
    [x - size, y - size, x + size, y + size],
    [x - half, y + size, x + half, y + size + lines.length * 19],
  ];
}

/** Words on the lines come with nearness; from far away the busiest nodes alone are named. */
function relabel() {
  if (chooseNames(network.getScale())) paint();
  noteBeyond();
}

/** Choose what is named at this scale; whether that is a change. */
function chooseNames(scale) {
  const close = scale > 1.1 || edges.length <= 12;
  const named = farNames(scale);
  const same = named.size === landmarks.size && [...named].every(([id, size]) => landmarks.get(id) === size);
  if (close === labelled && same) return false;
  labelled = close;
  landmarks = named;
  return true;
}

const FAR = 0.5; // scale up to which names of their own size are too small to read

/** Font sizes for those stakeholders, the busiest first, whose names have room where all other
    names are too small to read. */
function farNames(scale) {
  const found = new Map();
  if (scale > FAR) return found;
  const size = Math.round(2 ** (Math.round(2 * Math.log2(13 / scale)) / 2)); // few different sizes
  const ranked = nodes.filter((node) => drawing.ids.has(node.id) && !["issue", "event"].includes(node.kind));
  ranked.sort((a, b) => b.ties.length - a.ties.length || a.id - b.id);
  const all = frame([...drawing.ids], 1.3).box;
  const taken = [];
  for (const node of ranked.slice(0, 120)) {
    const { x, y } = drawing.places.get(node.id);
    const { label, size: radius } = node;
    const lines = label.split("\n");
    const half = Math.max(...lines.map((line) => line.length)) * size * 0.3;
    const box = [x - half - size, y - radius - size, x + half + size, y + radius + lines.length * size * 1.6];
    if (box[0] < all.left - 2 * size || box[2] > all.right + 2 * size) continue;
    if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    taken.push(box);
    found.set(node.id, size);
  }
  return found;
}

const GLIDING = 600; // nodes and ties from which on the canvas is not drawn anew for each step of a move
const RESTING = 150; // milliseconds
const glide = { shot: null, panning: false, timer: 0, drawn: null };

/** A large picture is moved as the image that it is, and drawn anew as soon as it rests. */
function prepareGlide() {
  const { renderer } = network;
  const draw = renderer._redraw.bind(renderer);
  renderer._redraw = (hidden) => (glide.shot && !hidden ? paintShot() : draw(hidden));
  network.on("afterDrawing", () => {
    glide.drawn = { scale: network.getScale(), origin: network.canvasToDOM({ x: 0, y: 0 }) };
  });
  network.on("dragStart", ({ nodes: dragged }) => (glide.panning = !dragged.length));
  network.on("dragging", () => glide.panning && keepGliding());
  network.on("zoom", keepGliding);
  network.on("dragEnd", rest);
}

function keepGliding() {
  if (paper || moving || drawing.ids.size + seen.edges.size < GLIDING || !glide.drawn) return;
  if (!glide.shot) {
    const canvas = canvasBox.querySelector("canvas");
    const copy = element("canvas", { width: canvas.width, height: canvas.height });
    copy.getContext("2d").drawImage(canvas, 0, 0);
    glide.shot = { copy, ...glide.drawn };
  }
  clearTimeout(glide.timer);
  glide.timer = setTimeout(rest, RESTING);
}

/** The picture as it was last drawn, where it would be now. */
function paintShot() {
  const { copy, scale, origin } = glide.shot;
  const context = canvasBox.querySelector("canvas").getContext("2d");
  const dense = copy.width / canvasBox.clientWidth;
  const grown = network.getScale() / scale;
  const now = network.canvasToDOM({ x: 0, y: 0 });
  paintPaper(context);
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(copy, (now.x - origin.x * grown) * dense, (now.y - origin.y * grown) * dense, copy.width * grown, copy.height * grown);
  context.restore();
}

function rest() {
  if (!glide.shot) return;
  clearTimeout(glide.timer);
  glide.shot = null;
  network.redraw();
}

/** The background is part of the drawing, so that a saved or printed picture has it. */
function paintPaper(context) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = paper ? "#fff" : looks.page[theme()];
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

const HEADING = 30; // pixels that the headings of columns take at the top

/** What each column is, at the top of what is in view, wherever that is. */
function paintHeadings(context) {
  const scale = network.getScale();
  const heads = data.columns.map(({ x, label }) => ({ x: x * closer, label }));
  const xs = heads.map(({ x }) => x);
  const apart = Math.min(...xs.slice(1).map((x, n) => x - xs[n])) * scale;
  if (!xs.length || moving || apart < 100) return;
  const { x: left, y } = network.DOMtoCanvas({ x: 0, y: 0 });
  const right = left + (paper || { width: canvasBox.clientWidth }).width / scale;
  const dark = !paper && theme() === "dark";
  context.save();
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `600 ${(apart < 190 ? 11 : 13) / scale}px system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Arial, sans-serif`;
  for (const { x, label } of heads) {
    const half = context.measureText(label).width / 2 + 8 / scale;
    context.fillStyle = paper ? "#fff" : looks.page[dark ? "dark" : "light"];
    const inside = left < x && x < right ? Math.max(Math.min(x, right - half), left + half) : x;
    context.fillRect(inside - half, y, 2 * half, (HEADING - 4) / scale);
    context.fillStyle = dark ? "#a9b0ba" : "#575d66";
    context.fillText(label, inside, y + (HEADING / 2 - 1) / scale);
  }
  context.restore();
}

function fit(animated = true) {
  show([...drawing.ids], 1.3, animated);
}

/** Where to stand, and how near, to have all of `ids` in view with a little air around them. */
function frame(ids, nearest) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const now = network && moving ? network.getPositions(ids) : {};
  for (const id of ids) {
    const { x, y } = now[id] || drawing.places.get(id);
    const { label, size } = nodes[id];
    const lines = label.split("\n");
    const half = Math.max(size, Math.max(...lines.map((line) => line.length)) * 4.2);
    box.left = Math.min(box.left, x - half);
    box.right = Math.max(box.right, x + half);
    box.top = Math.min(box.top, y - size);
    box.bottom = Math.max(box.bottom, y + size + lines.length * 19);
  }
  const edge = covered();
  const room = paper || { width: canvasBox.clientWidth, height: canvasBox.clientHeight };
  const wide = Math.max(room.width - edge.right - 40, 50);
  const high = Math.max(room.height - edge.top - edge.bottom - 24, 50);
  const fitting = Math.min(nearest, wide / (box.right - box.left), high / (box.bottom - box.top));
  const scale = Math.max(fitting, 0.02);
  return {
    position: {
      x: (box.left + box.right + edge.right / scale) / 2,
      y: (box.top + box.bottom + (edge.bottom - edge.top) / scale) / 2,
    },
    scale,
    box,
  };
}

/** How much of the canvas, in pixels, lies under what stands on it. */
function covered() {
  const heading = data.columns.length ? HEADING : 0;
  if (paper) return { top: heading, bottom: 0, right: 0 };
  const [bar, note, told] = [".zoom", ".folding", ".story"].map((name) => document.querySelector(name));
  const over = (box) => box && box.offsetHeight && getComputedStyle(box).position === "absolute";
  const aside = over(told) && canvasBox.clientWidth > 2 * told.offsetWidth;
  return {
    top: over(note) ? note.offsetTop + note.offsetHeight : heading || 8,
    bottom: over(bar) ? bar.offsetHeight + 12 : 8,
    right: aside ? told.offsetWidth + 12 : 0,
  };
}

const LEGIBLE = 0.75; // scale at which names can be read on a screen

/** How a picture opens: whole; or in columns that would be too small then, readably where they begin. */
function open() {
  const { box, scale: whole } = frame([...drawing.ids], 1.3);
  if (!data.columns.length || whole >= LEGIBLE) return fit(false);
  const { clientWidth: wide, clientHeight: high } = canvasBox;
  const scale = Math.min(0.9, Math.max((wide - 40) / (box.right - box.left), LEGIBLE));
  const all = (box.right - box.left) * scale <= wide - 40;
  const x = all ? (box.left + box.right) / 2 : box.left + (wide / 2 - 12) / scale;
  network.moveTo({ position: { x, y: box.top + (high / 2 - HEADING - 10) / scale }, scale });
  begun = true;
  relabel();
  noteBeyond();
}

/** Say that there is more to see than what is in view, or can be read, and how to see it. */
function noteBeyond() {
  const note = document.getElementById("beyond");
  const far = network.getScale() <= FAR && drawing.ids.size > landmarks.size;
  note.textContent = begun ? "This is the beginning: drag to go on; ⤢ shows all." : far ? "Go nearer to read all names: +, the wheel, two fingers." : "";
  note.hidden = !note.textContent;
}

/** Move so that all of `ids` are in view. */
function show(ids, nearest, animated) {
  if (!ids.length) return;
  looking = null;
  begun = false;
  const to = frame(ids, nearest);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (animated && !calm) {
    network.moveTo({ ...to, animation: { duration: 350, easingFunction: "easeInOutQuad" } });
  } else {
    network.moveTo(to);
    relabel();
  }
}

function zoom(factor) {
  begun = false;
  network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.02), 5) });
  relabel();
  noteLook();
}

/** Bring what is chosen into view with its neighbours, moving only if it cannot be read now. */
function reveal() {
  const near = lit();
  const ids = near === null ? [...drawing.ids] : [...near.nodes].filter((id) => drawing.ids.has(id));
  const places = Object.values(network.getPositions(ids)).map((place) => network.canvasToDOM(place));
  const { clientWidth: width, clientHeight: height } = canvasBox;
  const inside = places.every(({ x, y }) => x > 30 && y > 30 && x < width - 30 && y < height - 30);
  if (!inside || network.getScale() < 0.7) show(ids, 1.1, true);
}

/** The visible node that lies nearest in a direction ("left", "right", "up", "down"). */
function neighbour(id, direction) {
  const places = network.getPositions([...drawing.ids]);
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
