// Choosing, search, views, theme, keys.

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
  if (state.node !== null) state.hidden.delete(state.node);
  refresh();
  if (state.view === "picture") {
    if (before !== panel.hidden) network.setSize("100%", "100%");
    if (!panel.hidden && innerWidth <= 760) document.getElementById("picture").scrollIntoView();
    const near = lit();
    if (near && [...near.nodes].some((id) => drawing.ids.has(id))) reveal();
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

const VIEWS = ["picture", "timeline", "table"];

function setView(view) {
  if (view === state.view) return;
  state.view = view;
  root.dataset.view = view;
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  if (view === "picture") {
    network.setSize("100%", "100%");
    network.redraw();
  }
}

/** Everything on the page follows the state. */
function refresh() {
  const reading = panel.contains(document.activeElement);
  paint();
  showPanel();
  showFilters();
  showRows();
  showTimeline();
  showStory();
  if (reading && panel.hidden) comeBack();
}

/** Pin a node where it is, or let it go. */
function pin(id) {
  if (!state.pinned.delete(id)) state.pinned.set(id, network.getPosition(id));
  refilter();
}

/** Take a node out of the picture; undo brings it back, and so does "Show everything". */
function hide(id) {
  state.hidden.add(id);
  state.pinned.delete(id);
  choose({}, false);
  announce(`${clipped(nodes[id].name, 100)} is hidden`); // choosing has said its own
  writeAddress(true);
}

function announce(text) {
  document.getElementById("status").textContent = clipped(text, 300);
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
  chooseAndRead({ node: node.id });
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
    if (!gaveUpPath()) canvasBox.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

// --- keys ---

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

function canvasKeys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in ARROWS) {
    const start = state.node !== null && drawing.ids.has(state.node) ? state.node : null;
    const next = start === null ? busiest() : neighbour(start, ARROWS[event.key]);
    if (next !== null) choose({ node: next });
  } else if (event.key === "Enter" && !panel.hidden) {
    cameFrom = canvasBox;
    panelBody.querySelector("h2").focus();
  }
  else if (["1", "2", "3"].includes(event.key) && state.node !== null) focusOn(Number(event.key));
  else if (event.key === "p" && state.node !== null) pin(state.node);
  else if (event.key === "h" && state.node !== null) hide(state.node);
  else if (event.key === "e" && folds.has(state.node)) unfold(state.node, !state.unfolded.has(state.node));
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
}

function busiest() {
  const ids = [...drawing.ids];
  return ids.length ? ids.reduce((a, b) => (nodes[b].ties.length > nodes[a].ties.length ? b : a)) : null;
}

function pageKeys(event) {
  const typing = event.target.matches("input:not([type=checkbox]):not([type=range])");
  const letter = event.key.toLowerCase();
  if (!typing && (event.ctrlKey || event.metaKey) && (letter === "z" || letter === "y")) {
    event.preventDefault();
    undo(letter === "y" || event.shiftKey);
    return;
  }
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    searchInput.focus();
    searchInput.select();
  } else if (event.key === "Escape") {
    const help = document.getElementById("keys");
    if (!help.hidden) toggleHelp();
    else if (gaveUpPath()) return;
    else if (state.step !== null && panel.hidden) endStory();
    else choose({});
  } else if (event.key === "?" && !typing) toggleHelp();
}

/** Ask no longer for the other end of a path, if it was asked for. */
function gaveUpPath() {
  if (state.pathFrom === null) return false;
  state.pathFrom = null;
  showPanel();
  panelBody.querySelector('[data-act^="Path"]').focus();
  return true;
}

/** From the top of the page to the table, whatever is shown. */
function skipToTable(event) {
  event.preventDefault();
  setView("table");
  refresh();
  writeAddress(false);
  rowFilter.focus();
}

function toggleHelp() {
  const help = document.getElementById("keys");
  help.hidden = !help.hidden;
  document.getElementById("help").setAttribute("aria-expanded", String(!help.hidden));
}

// --- wiring ---

function prepareControls() {
  const on = (id, type, act) => document.getElementById(id).addEventListener(type, act);
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.addEventListener("click", () => {
      setView(button.dataset.view);
      refresh();
      writeAddress(false);
    });
  }
  on("theme", "click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    paint();
  });
  on("help", "click", toggleHelp);
  on("close", "click", () => choose({}));
  document.querySelector(".skip").addEventListener("click", skipToTable);
  on("nearer", "click", () => zoom(1.25));
  on("farther", "click", () => zoom(0.8));
  on("whole", "click", () => fit());
  on("motion", "click", (event) => {
    moving = !moving;
    event.currentTarget.setAttribute("aria-pressed", String(moving));
    paint();
    network.setOptions({ physics: { enabled: moving } });
  });
  on("undo", "click", () => undo());
  on("redo", "click", () => undo(true));
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
