// Search, legend, views, theme, keys, and the address line that remembers them.

const root = document.documentElement;
const searchInput = document.getElementById("search");
const suggestions = document.getElementById("suggestions");

/** Choose a node (`{node}`), a tie (`{edge}`), the path between two nodes (`{path}`) or nothing. */
function choose({ node = null, edge = null, path = null }, remember = true) {
  const before = panel.hidden;
  const start = state.pathFrom;
  state.pathFrom = null;
  const ends = start !== null && node !== null && node !== start ? [start, node] : path;
  state.path = ends;
  state.node = ends ? null : node;
  state.edge = ends ? null : edge;
  if (state.node === null) state.hops = 0;
  refresh();
  if (state.view === "picture") {
    if (before !== panel.hidden) network.setSize("100%", "100%");
    if (!panel.hidden && innerWidth <= 760) document.getElementById("picture").scrollIntoView();
    const near = lit();
    if (near && [...near.nodes].some((id) => seen.nodes.has(id))) reveal();
  }
  announce(panel.hidden ? "" : panel.querySelector("h2").textContent);
  if (remember) writeAddress(true);
}

function focusOn(hops) {
  state.hops = state.node === null ? 0 : hops;
  refresh();
  fit();
  writeAddress(false);
}

function setView(view) {
  if (view === state.view) return;
  state.view = view;
  root.dataset.view = view;
  for (const button of document.querySelectorAll("[data-view]")) {
    if (button !== root) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  if (view === "picture") {
    network.setSize("100%", "100%");
    network.redraw();
  }
}

/** Everything on the page follows the state. */
function refresh() {
  paint();
  showPanel();
  filterRows();
  for (const box of document.querySelectorAll("[data-filter]")) box.checked = !state.off.has(box.dataset.filter);
  for (const box of document.querySelectorAll("[data-article]")) {
    box.checked = !state.without.has(Number(box.dataset.article));
  }
  document.getElementById("floor").value = state.floor;
  document.getElementById("floor-value").textContent = state.floor ? `≥ ${Math.round(state.floor * 100)} %` : "any";
  document.getElementById("reset").hidden =
    !state.off.size && !state.without.size && !state.floor && !state.hops;
}

function announce(text) {
  document.getElementById("status").textContent = clipped(text, 300);
}

// --- the address line ---

function writeAddress(asStep) {
  const parts = new URLSearchParams();
  if (state.node !== null) parts.set("node", nodes[state.node].key);
  if (state.edge !== null) {
    const { from, kind, to } = edges[state.edge];
    parts.set("tie", [nodes[from].key, kind, nodes[to].key].join("~"));
  }
  if (state.path !== null) parts.set("path", state.path.map((id) => nodes[id].key).join("~"));
  if (state.hops) parts.set("steps", state.hops);
  if (state.off.size) parts.set("without", [...state.off].join(" "));
  if (state.without.size) parts.set("skip", [...state.without].join(" "));
  if (state.floor) parts.set("confidence", state.floor);
  if (state.view !== "picture") parts.set("view", state.view);
  const hash = `#${parts}`;
  if (hash === (location.hash || "#")) return;
  try {
    history[asStep ? "pushState" : "replaceState"](null, "", hash);
  } catch {
    // Some browsers keep no history for local files; the page works without.
  }
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const kinds = new Set([...Object.keys(looks.nodes), ...Object.keys(looks.ties)]);
  const list = (name) => (parts.get(name) || "").split(" ").filter(Boolean);
  state.off = new Set(list("without").filter((kind) => kinds.has(kind)));
  state.without = new Set(list("skip").map(Number).filter((n) => n in data.articles));
  state.floor = Math.min(Math.max(Number(parts.get("confidence")) || 0, 0), 1);
  state.hops = Math.min(Math.max(Math.trunc(Number(parts.get("steps"))) || 0, 0), 9);
  setView(parts.get("view") === "table" ? "table" : "picture");
  choose(addressed(parts), false);
}

/** What an address chooses: `{node}`, `{edge}`, `{path}` or nothing. */
function addressed(parts) {
  const node = nodeOfKey.get(parts.get("node"));
  if (node) return { node: node.id };
  const ends = (parts.get("path") || "").split("~").map((key) => nodeOfKey.get(key));
  if (ends.length === 2 && ends[0] && ends[1] && ends[0] !== ends[1]) return { path: ends.map((end) => end.id) };
  const [from, kind, to] = (parts.get("tie") || "").split("~");
  const edge = edges.find((e) => e.kind === kind && nodes[e.from].key === from && nodes[e.to].key === to);
  return edge ? { edge: edge.id } : {};
}

/** A link to a node or a tie chooses it, and leaves filters and view as they are. */
function followLink(event) {
  const link = event.target.closest('a[href^="#node="], a[href^="#tie="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(addressed(new URLSearchParams(link.getAttribute("href").slice(1))));
}

// --- search ---

let offered = [];
let picked = -1;

function offer() {
  offered = lookUp(searchInput.value);
  picked = offered.length ? 0 : -1;
  const items = offered.map(({ node, form }, n) =>
    element(
      "li",
      { role: "option", id: `suggestion-${n}`, onmousedown: (event) => event.preventDefault(), onclick: () => accept(n) },
      element("span", {}, named(node), form === node.name ? null : element("small", {}, " ", element("bdi", {}, form))),
      element("small", {}, looks.nodes[node.kind].one),
    ),
  );
  if (!items.length && searchInput.value.trim()) {
    items.push(element("li", { role: "option", "aria-disabled": "true" }, "Nobody and nothing of that name"));
  }
  suggestions.replaceChildren(...items);
  suggestions.hidden = !items.length;
  searchInput.setAttribute("aria-expanded", String(items.length > 0));
  pick(picked);
}

function pick(n) {
  picked = n;
  offered.forEach((_, m) => suggestions.children[m].setAttribute("aria-selected", String(m === n)));
  if (n >= 0) searchInput.setAttribute("aria-activedescendant", `suggestion-${n}`);
  else searchInput.removeAttribute("aria-activedescendant");
}

function accept(n) {
  const { node } = offered[n];
  searchInput.value = node.name;
  closeSuggestions();
  state.off.delete(node.kind);
  choose({ node: node.id });
}

function closeSuggestions() {
  offered = [];
  suggestions.hidden = true;
  searchInput.setAttribute("aria-expanded", "false");
  searchInput.removeAttribute("aria-activedescendant");
}

function searchKeys(event) {
  if (event.key === "ArrowDown" && offered.length) pick((picked + 1) % offered.length);
  else if (event.key === "ArrowUp" && offered.length) pick((picked - 1 + offered.length) % offered.length);
  else if (event.key === "Enter" && picked >= 0 && offered.length) accept(picked);
  else if (event.key === "Escape") {
    searchInput.value = "";
    closeSuggestions();
    canvasBox.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

// --- keys ---

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

function canvasKeys(event) {
  if (event.key in ARROWS) {
    const start = state.node !== null && seen.nodes.has(state.node) ? state.node : null;
    const next = start === null ? busiest() : neighbour(start, ARROWS[event.key]);
    if (next !== null) choose({ node: next });
  } else if (event.key === "Enter" && !panel.hidden) panelBody.querySelector("h2").focus();
  else if (["1", "2", "3"].includes(event.key) && state.node !== null) focusOn(Number(event.key));
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
}

function busiest() {
  const ids = [...seen.nodes];
  return ids.length ? ids.reduce((a, b) => (nodes[b].ties.length > nodes[a].ties.length ? b : a)) : null;
}

function pageKeys(event) {
  const typing = event.target.matches("input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    searchInput.focus();
    searchInput.select();
  } else if (event.key === "Escape") {
    const help = document.getElementById("keys");
    if (!help.hidden) toggleHelp();
    else {
      const inside = panel.contains(document.activeElement);
      choose({});
      if (inside && state.view === "picture") canvasBox.focus();
    }
  }
}

function toggleHelp() {
  const help = document.getElementById("keys");
  help.hidden = !help.hidden;
  document.getElementById("help").setAttribute("aria-expanded", String(!help.hidden));
}

// --- wiring ---

function filterBy(set, key, on) {
  if (on) set.delete(key);
  else set.add(key);
  refresh();
  writeAddress(false);
}

function prepareControls() {
  const on = (id, type, act) => document.getElementById(id).addEventListener(type, act);
  for (const box of document.querySelectorAll("[data-filter]")) {
    box.addEventListener("change", () => filterBy(state.off, box.dataset.filter, box.checked));
  }
  for (const box of document.querySelectorAll("[data-article]")) {
    box.addEventListener("change", () => filterBy(state.without, Number(box.dataset.article), box.checked));
  }
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.addEventListener("click", () => {
      setView(button.dataset.view);
      refresh();
      writeAddress(false);
    });
  }
  const sure = edges.flatMap((edge) => edge.ev.map((passage) => passage[6]));
  document.getElementById("confidence").hidden = !sure.some((value) => value !== sure[0]);
  on("floor", "input", (event) => {
    state.floor = Number(event.target.value);
    refresh();
    writeAddress(false);
  });
  on("reset", "click", () => {
    state.off.clear();
    state.without.clear();
    state.floor = 0;
    state.hops = 0;
    refresh();
    fit();
    writeAddress(false);
  });
  on("theme", "click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    paint();
  });
  on("help", "click", toggleHelp);
  on("close", "click", () => choose({}));
  on("nearer", "click", () => zoom(1.25));
  on("farther", "click", () => zoom(0.8));
  on("whole", "click", () => fit());
  on("motion", "click", (event) => {
    const moving = event.currentTarget.getAttribute("aria-pressed") !== "true";
    event.currentTarget.setAttribute("aria-pressed", String(moving));
    network.setOptions({ physics: { enabled: moving } });
  });
  searchInput.addEventListener("input", offer);
  searchInput.addEventListener("keydown", searchKeys);
  searchInput.addEventListener("blur", closeSuggestions);
  canvasBox.addEventListener("keydown", canvasKeys);
  document.addEventListener("keydown", pageKeys);
  document.addEventListener("click", followLink);
  addEventListener("popstate", readAddress);
  addEventListener("hashchange", readAddress);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  preparePrint();
}

/** Paper is white and wide: print in the light theme, all in view, and come back. The browser may
    shrink the drawing to the page, but must not draw it anew. */
function preparePrint() {
  let before;
  addEventListener("beforeprint", () => {
    before = { theme: root.dataset.theme, position: network.getViewPosition(), scale: network.getScale() };
    root.dataset.theme = "light";
    network.setOptions({ autoResize: false });
    network.setSize("1040px", "660px");
    paint();
    fit(false);
    network.redraw();
  });
  addEventListener("afterprint", () => {
    if (before.theme) root.dataset.theme = before.theme;
    else delete root.dataset.theme;
    network.setOptions({ autoResize: true });
    network.setSize("100%", "100%");
    network.moveTo({ position: before.position, scale: before.scale });
    relabel();
    paint();
  });
}
