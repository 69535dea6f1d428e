// The panel beside the picture: everything about one node, or one tie with its passages.

const panel = document.getElementById("panel");
const panelBody = document.getElementById("panel-body");

/** A DOM element; text is always text, never markup. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function clipped(text, length) {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length).join("").trimEnd()}…` : text;
}

function named(node) {
  return element("bdi", {}, node.name);
}

/** A link within the page; `controls.js` follows it. */
function nodeLink(node) {
  return element("a", { href: `#node=${node.key}` }, element("bdi", {}, clipped(node.name, 120)));
}

const LONGEST_EXCERPT = 300;

/** The sentence of a passage, the words that count in bold; of a long one, what is around them. */
function excerpt([, paragraph, start, end, markStart, markEnd]) {
  const text = data.paragraphs[paragraph];
  const spare = Math.max(LONGEST_EXCERPT - (markEnd - markStart), 0) / 2;
  const cut = (at, goal) => {
    const space = text.slice(Math.min(at, goal), Math.max(at, goal)).search(/\s/);
    return space < 0 ? at : Math.min(at, goal) + space;
  };
  const from = end - start > LONGEST_EXCERPT && markStart - spare > start ? cut(markStart - spare, markStart) : start;
  const to = end - start > LONGEST_EXCERPT && markEnd + spare < end ? cut(markEnd + spare, end) : end;
  return element(
    "span",
    { dir: "auto" },
    from > start ? "…" : "",
    text.slice(from, markStart),
    element("strong", {}, clipped(text.slice(markStart, markEnd), 2 * LONGEST_EXCERPT)),
    text.slice(markEnd, to),
    to < end ? " …" : "",
  );
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

function longDate(iso) {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso || "");
  return match ? `${Number(match[3])} ${MONTHS[match[2] - 1]} ${match[1]}` : iso || "";
}

function credit(articleIndex) {
  const article = data.articles[articleIndex];
  const title = element("bdi", {}, article.title);
  const safe = article.href && /^https?:\/\//i.test(article.href);
  const link = safe
    ? element("a", { href: article.href, target: "_blank", rel: "noopener noreferrer" }, title)
    : title;
  const more = [article.publisher, longDate(article.date) || "no date given"].filter(Boolean).join(", ");
  return [element("cite", {}, link), more ? `, ${more}` : ""];
}

function shortCredit(articleIndex) {
  const article = data.articles[articleIndex];
  const known = article.publisher && article.date; // else a publisher alone would not say which
  return known ? `${article.publisher}, ${longDate(article.date)}` : article.title;
}

const marks = {};

function mark(kind) {
  marks[kind] ??= document.querySelector(`.legend .mark.k-${kind}`);
  const original = marks[kind];
  return original ? original.cloneNode(true) : null;
}

/** One tie in a node's panel: what is on its other side, and the words; leads to the passages. */
function tieItem(edge, lead, other) {
  const passages = livePassages(edge);
  const more = passages.length > 1 ? ` and ${passages.length - 1} more` : "";
  return element(
    "li",
    { class: `k-${edge.kind}` },
    element("div", {}, lead ? [element("span", { class: "verb" }, lead), " "] : [], nodeLink(other), partners(edge)),
    passages.length
      ? element(
          "button",
          { type: "button", class: "evidence", onclick: () => chooseAndRead({ edge: edge.id }) },
          excerpt(passages[0]),
          element("small", {}, clipped(shortCredit(passages[0][0]), 90), more),
        )
      : null,
  );
}

function partners(edge) {
  const list = (ids) => ids.flatMap((id, n) => [n ? ", " : "", nodeLink(nodes[id])]);
  return [
    ...(edge.of && edge.of.length ? [element("small", {}, " asked of "), ...list(edge.of)] : []),
    ...(edge.for && edge.for.length ? [element("small", {}, " for "), ...list(edge.for)] : []),
  ];
}

function section(title, items) {
  return items.length ? [element("h3", {}, title), element("ul", {}, items)] : [];
}

function companionItems(list) {
  return list.slice(0, 12).map(({ node, on }) =>
    element(
      "li",
      {},
      nodeLink(node),
      element("small", {}, " on "),
      on.slice(0, 4).flatMap((target, n) => [n ? ", " : "", nodeLink(target)]),
      on.length > 4 ? element("small", {}, ` and ${on.length - 4} more`) : null,
    ),
  );
}

function ties(node) {
  return node.ties.filter(
    (edge) => !state.off.has(edge.kind) && (edge.ev.length === 0 || livePassages(edge).length),
  );
}

function stakeholderSections(node) {
  const own = ties(node).filter((edge) => edge.from === node.id);
  const parts = [];
  for (const [kind, look] of Object.entries(looks.ties)) {
    const items = own.filter((edge) => edge.kind === kind);
    if (look.position) {
      parts.push(...section(`${look.label} (${items.length})`, items.map((e) => tieItem(e, wordOf(e), nodes[e.to]))));
    }
  }
  const about = ties(node).filter((edge) => edge.position && edge.to === node.id && edge.from !== node.id);
  parts.push(...section(`What others say (${about.length})`, about.map((e) => tieItem(e, `${looks.ties[e.kind].passive}`, nodes[e.from]))));
  const asked = edges.filter((edge) => (edge.of || []).includes(node.id) && livePassages(edge).length);
  parts.push(...section(`Asked of ${clipped(node.name, 40)} (${asked.length})`, asked.map((e) => tieItem({ ...e, of: [] }, "", nodes[e.from]))));
  const { same, other } = companions(node);
  parts.push(...section("On the same side", companionItems(same)));
  parts.push(...section("On the other side", companionItems(other)));
  const present = own.filter((edge) => ["participant", "recipient", "declined"].includes(edge.kind));
  parts.push(...section("Events", present.map((e) => tieItem(e, wordOf(e), nodes[e.to]))));
  for (const kind of ["agreement", "conflict", "relation"]) {
    const found = ties(node).filter((edge) => edge.kind === kind);
    const item = (e) => (e.from === node.id ? tieItem(e, wordOf(e), nodes[e.to]) : tieItem(e, e.note ? `${e.note}:` : said(node, looks.ties[kind].passive, kind), nodes[e.from]));
    parts.push(...section(`${looks.ties[kind].label} (${found.length})`, found.map(item)));
  }
  const bonds = ties(node).filter((edge) => edge.kind === "post" || edge.kind === "member");
  parts.push(
    ...section(
      "Offices and memberships",
      bonds.map((e) =>
        e.from === node.id
          ? tieItem(e, e.note ? `${e.note},` : wordOf(e), nodes[e.to])
          : tieItem(e, e.note ? `${e.note}:` : said(node, looks.ties[e.kind].passive, e.kind), nodes[e.from]),
      ),
    ),
  );
  return parts;
}

function issueSections(node) {
  const about = ties(node).filter((edge) => edge.position && edge.to === node.id);
  const side = (title, value) => {
    const items = about.filter((edge) => SIDES[edge.kind] === value);
    return section(`${title} (${items.length})`, items.map((e) => tieItem(e, looks.ties[e.kind].passive, nodes[e.from])));
  };
  const others = ties(node).filter((edge) => edge.kind === "relation");
  const item = (e) => (e.from === node.id ? tieItem(e, wordOf(e), nodes[e.to]) : tieItem(e, `${e.note || ""}:`, nodes[e.from]));
  return [
    ...side("For it", 1),
    ...side("Against it", -1),
    ...side("Of two minds", 0),
    ...section(`Other relations (${others.length})`, others.map(item)),
  ];
}

function eventSections(node) {
  const group = (title, kind) =>
    section(
      title,
      ties(node).filter((edge) => edge.kind === kind).map((e) => element("li", {}, nodeLink(nodes[e.from]))),
    );
  return [
    ...livePassages(node).map(passageBlock),
    ...group("Took part", "participant"),
    ...group("Addressed", "recipient"),
    ...group("Stayed away", "declined"),
  ];
}

/** The paragraph; in it the sentence highlighted, and in that the words that count. */
function passageBlock([article, paragraph, start, end, markStart, markEnd, confidence]) {
  const text = data.paragraphs[paragraph];
  const words = element("strong", {}, text.slice(markStart, markEnd));
  const highlighted = element("mark", {}, text.slice(start, markStart), words, text.slice(markEnd, end));
  return element(
    "figure",
    { class: "passage" },
    element("p", { dir: "auto" }, text.slice(0, start), highlighted, text.slice(end)),
    element("footer", {}, credit(article), confidence < 1 ? ` · confidence ${Math.round(confidence * 100)} %` : ""),
  );
}

function stepsChooser() {
  const button = (hops, label) =>
    element("button", { type: "button", "data-act": `steps-${hops}`, "aria-pressed": String(state.hops === hops), onclick: () => focusOn(hops) }, label);
  return element(
    "div",
    { class: "steps", role: "group", "aria-label": "Show only what is near" },
    "Show",
    button(0, "all"),
    ...[1, 2, 3].map((n) => button(n, String(n))),
    "steps around",
  );
}

function nodeTools(node) {
  if (state.pathFrom === node.id) {
    return element("p", { class: "prompt" }, "Now choose the other end: click it, or search it. Esc gives up.");
  }
  const start = () => {
    state.pathFrom = node.id;
    showPanel();
    announce("Choose the other end of the path");
    if (!touched()) {
      searchInput.focus();
      searchInput.select();
    }
  };
  const button = (label, act, pressed) =>
    element("button", { type: "button", "data-act": label, onclick: act, "aria-pressed": pressed === undefined ? null : String(pressed) }, label);
  return element(
    "div",
    { class: "steps" },
    button("Path to …", start),
    button("Pin", () => pin(node.id), state.pinned.has(node.id)),
    button("Hide", () => hide(node.id)),
  );
}

/** What is folded into a node of a large picture, and the way to see it. */
function foldedMembers(node) {
  const members = (folds.get(node.id) || []).filter((id) => seen.nodes.has(id));
  if (!members.length) return [];
  const open = state.unfolded.has(node.id);
  const few = members.length > FOLDED && !open ? `Unfold the ${FOLDED} most connected` : open ? "Fold in" : "Unfold";
  return [
    element("h3", {}, `Folded in here (${members.length.toLocaleString("en")})`),
    element("div", { class: "steps" }, element("button", { type: "button", "data-act": "unfold", onclick: () => unfold(node.id, !open), "aria-pressed": String(open) }, few)),
    element("p", { class: "folded" }, members.slice(0, 30).flatMap((id, n) => [n ? " · " : "", nodeLink(nodes[id])]), members.length > 30 ? " …" : ""),
  ];
}

/** How two nodes hang together, hop by hop, each with its words. */
function pathPanel([start, end]) {
  const hops = shortestPath(start, end, seen.edges);
  const title = element("h2", { tabindex: "-1" }, "From ", nodeLink(nodes[start]), " to ", nodeLink(nodes[end]));
  if (hops === null) return [title, element("p", {}, "No path leads there along what is shown.")];
  const parts = hops.map(({ from, to, ties: between }, n) =>
    section(
      `${n + 1}. ${clipped(nodes[from].name, 40)} – ${clipped(nodes[to].name, 40)}`,
      between.map((edge) => tieItem(edge, [nodeLink(nodes[edge.from]), ` ${wordOf(edge)}`], nodes[edge.to])),
    ),
  );
  return [title, element("p", {}, hops.length === 1 ? "One step." : `${hops.length} steps.`), ...parts.flat()];
}

function nodePanel(node) {
  const sections = { issue: issueSections, event: eventSections }[node.kind] || stakeholderSections;
  return [
    element("p", { class: "kind" }, mark(node.kind), looks.nodes[node.kind].one, node.date ? ` · ${longDate(node.date)}` : ""),
    element("h2", { tabindex: "-1" }, named(node)),
    (node.roles || []).map((role) => element("p", {}, element("bdi", {}, role))),
    node.aka ? element("p", { class: "aka" }, "Also: ", element("bdi", {}, node.aka.join(" · "))) : null,
    stepsChooser(),
    nodeTools(node),
    ...sections(node),
    ...foldedMembers(node),
  ];
}

function edgePanel(edge) {
  const look = looks.ties[edge.kind];
  return [
    element("p", { class: "kind" }, mark(edge.kind), look.label),
    element(
      "h2",
      { tabindex: "-1", class: `k-${edge.kind}` },
      nodeLink(nodes[edge.from]),
      " ",
      element("span", { class: "verb" }, wordOf(edge)),
      " ",
      nodeLink(nodes[edge.to]),
    ),
    element("p", {}, partners(edge)),
    edge.status ? element("p", { class: "status" }, `This demand is ${edge.status}.`) : null,
    ...livePassages(edge).map(passageBlock),
  ];
}

let panelAbout = ""; // what the panel is about
let cameFrom = null; // where the reader was before going on in the panel

/** Show what is chosen. Who was at a control in the panel is at the same one afterwards. */
function showPanel() {
  const content =
    state.path !== null ? pathPanel(state.path) : state.edge !== null ? edgePanel(edges[state.edge]) : state.node !== null ? nodePanel(nodes[state.node]) : null;
  const held = panelBody.contains(document.activeElement) ? document.activeElement : null;
  const about = JSON.stringify([state.path, state.edge, state.node]);
  panel.hidden = content === null;
  if (content) {
    panelBody.replaceChildren(...content.flat().filter(Boolean));
    if (about !== panelAbout) panel.scrollTop = 0;
    const again = held && about === panelAbout && held.dataset.act ? `[data-act="${held.dataset.act}"]` : "h2";
    if (held) (panelBody.querySelector(again) || panelBody.querySelector("h2")).focus();
  }
  panelAbout = about;
}

/** Choose something by a link or a button, and go on reading in the panel. */
function chooseAndRead(what) {
  const from = document.activeElement;
  const inside = panel.contains(from);
  choose(what);
  if (panel.hidden) return;
  if (!inside && from !== document.body) cameFrom = from;
  panelBody.querySelector("h2").focus();
}

/** Whoever read in the panel, which is gone, is back where they came from. */
function comeBack() {
  const place = { picture: canvasBox, timeline: timelineBox.querySelector(".scrolls"), table: rowFilter }[state.view];
  const open = cameFrom?.isConnected && cameFrom.checkVisibility() && !(touched() && cameFrom === searchInput);
  const back = open ? cameFrom : place;
  back.focus();
  if (back === searchInput) back.select();
  cameFrom = null;
}

/** Whether a keyboard would pop up where one types. */
function touched() {
  return matchMedia("(pointer: coarse)").matches;
}
