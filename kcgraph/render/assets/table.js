// The table twin: every position in words, sorted and filtered without the canvas. Rows are made as
// they come into view, so that tens of thousands of them do not hold up the page.

const ROWS = 100; // rows that are made at a time
const MOST_ON_PAPER = 5000; // rows that are printed, some 700 pages; more would hold up the browser
const ON_PAPER = 2; // passages of a derived tie that are printed; it may rest on dozens
const table = document.getElementById("table");
const rowFilter = document.getElementById("rows");
const moreRows = document.getElementById("more-rows");
const positions = edges.filter((edge) => edge.position || looks.listed.includes(edge.kind));
const sorting = { by: null, descending: false };
let rowTexts = null; // the rows' words, made when first needed
let listed = []; // the ties that fit, in order
let made = 0; // how many of them have a row
let rowsMade = ""; // what the rows were last made of

function firstDate(edge) {
  let first = "";
  for (const [article] of edge.ev) {
    const { date } = data.articles[article];
    if (date && (!first || date < first)) first = date;
  }
  return first;
}

const SORT_KEYS = {
  holder: (edge) => nodes[edge.from].name,
  kind: (edge) => wordOf(edge),
  target: (edge) => nodes[edge.to].name,
  date: firstDate,
};

function sortRows(header) {
  sorting.descending = header.getAttribute("aria-sort") === "ascending";
  sorting.by = header.dataset.sort;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", sorting.descending ? "descending" : "ascending");
  const key = SORT_KEYS[sorting.by];
  const { compare } = new Intl.Collator("en");
  const keyed = positions.map((edge) => ({ edge, key: key(edge) }));
  keyed.sort((a, b) => (sorting.descending ? -1 : 1) * compare(a.key, b.key) || a.edge.id - b.edge.id);
  sorting.order = keyed.map(({ edge }) => edge);
  showRows();
}

function rowText(edge) {
  const quotes = edge.ev.map(([article, paragraph, start, end]) => {
    const { title, publisher } = data.articles[article];
    return `${data.paragraphs[paragraph].slice(start, end)} ${title} ${publisher || ""} ${longDate(data.articles[article].date)}`;
  });
  const others = [...(edge.of || []), ...(edge.for || [])].map((id) => nodes[id].name);
  return folded([sentence(edge), edge.status || "", ...others, ...quotes].join(" "));
}

function showRows() {
  if (state.view !== "table" && !rowsForPaper.on) return;
  const words = folded(rowFilter.value).split(/\s+/).filter(Boolean);
  if (words.length) rowTexts ??= new Map(positions.map((edge) => [edge.id, rowText(edge)]));
  listed = (sorting.order || positions).filter(
    (edge) => seen.edges.has(edge.id) && words.every((word) => rowTexts.get(edge.id).includes(word)),
  );
  const now = JSON.stringify([listed.map((edge) => edge.id), state.floor, liveArticles]);
  if (now !== rowsMade) {
    // else whoever is at a row, or has scrolled to it, stays there
    rowsMade = now;
    table.tBodies[0].replaceChildren();
    made = 0;
    makeRows(ROWS);
  }
  const all = positions.length.toLocaleString("en");
  const what = looks.listed.length ? "ties" : "positions";
  document.getElementById("row-count").textContent =
    listed.length === positions.length ? `${all} ${what}` : `${listed.length.toLocaleString("en")} of ${all} ${what}`;
}

function makeRows(count) {
  table.tBodies[0].append(...listed.slice(made, made + count).map(tableRow));
  made = Math.min(made + count, listed.length);
  moreRows.hidden = made >= listed.length;
}

function tableRow(edge) {
  const small = (word, ids) =>
    ids && ids.length ? [" ", element("small", {}, `${word} `, element("bdi", {}, ids.map((id) => clipped(nodes[id].name, 120)).join(", ")))] : [];
  const quotes = livePassages(edge).map((passage) =>
    element("blockquote", {}, element("p", {}, excerpt(passage)), element("footer", {}, credit(passage[0]))),
  );
  const spared = edge.position ? 0 : quotes.length - ON_PAPER;
  if (spared > 0) quotes.push(element("p", { class: "paper spared" }, `and ${spared} more ${spared === 1 ? "passage" : "passages"}`));
  return element(
    "tr",
    { "data-edge": edge.id },
    element("th", { scope: "row" }, nodeLink(nodes[edge.from]), small("for", edge.for)),
    element(
      "td",
      { class: `k-${edge.kind}` },
      element("a", { class: "verb", href: `#tie=${edgeKey(edge)}` }, clipped(wordOf(edge), 80)),
      edge.status ? [" ", element("small", {}, edge.status)] : [],
    ),
    element("td", {}, nodeLink(nodes[edge.to]), small("asked of", edge.of)),
    element("td", { class: spared > 0 ? "much" : null }, quotes),
    element("td", {}, firstDate(edge) || "–"),
  );
}

/** On paper all rows are wanted at once. */
function rowsForPaper(on) {
  rowsForPaper.on = on;
  if (on) {
    showRows();
    makeRows(MOST_ON_PAPER - made);
    const rest = made < listed.length;
    document.getElementById("paper-rest").textContent = rest
      ? `Printed are ${made.toLocaleString("en")} of ${listed.length.toLocaleString("en")} rows; filter for the others, or read them in the page.`
      : "";
  }
}

function prepareTable() {
  for (const header of table.tHead.rows[0].cells) {
    if (!header.dataset.sort) continue;
    const button = element("button", { type: "button", onclick: () => sortRows(header) }, header.textContent);
    header.replaceChildren(button);
  }
  rowFilter.addEventListener("input", showRows);
  moreRows.addEventListener("click", () => {
    const shown = made;
    makeRows(ROWS);
    table.tBodies[0].rows[shown]?.querySelector("a").focus();
  });
  const coming = new IntersectionObserver(([entry]) => entry.isIntersecting && makeRows(ROWS));
  coming.observe(moreRows);
}
