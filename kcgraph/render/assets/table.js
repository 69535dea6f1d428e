// The table twin: the page brings the rows; here they are sorted and filtered.

const table = document.querySelector("#positions table");
const rows = table ? [...table.tBodies[0].rows] : [];
let rowText = null; // the rows' words, made when first needed
const rowFilter = document.getElementById("rows");

const SORT_KEYS = {
  holder: (row) => row.cells[0].textContent.trim(),
  kind: (row) => row.cells[1].textContent.trim(),
  target: (row) => row.cells[2].textContent.trim(),
  date: (row) => row.cells[4].textContent.trim(),
};

function sortRows(header) {
  const descending = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const key = SORT_KEYS[header.dataset.sort];
  const keyed = rows.map((row, n) => ({ row, n, key: key(row) }));
  keyed.sort((a, b) => (descending ? -1 : 1) * a.key.localeCompare(b.key) || a.n - b.n);
  table.tBodies[0].append(...keyed.map(({ row }) => row));
}

function filterRows() {
  if (!table) return;
  const words = folded(rowFilter.value).split(/\s+/).filter(Boolean);
  if (words.length && rowText === null) rowText = rows.map((row) => folded(row.textContent));
  let shown = 0;
  rows.forEach((row, n) => {
    const fits = seen.edges.has(Number(row.dataset.edge)) && words.every((word) => rowText[n].includes(word));
    row.hidden = !fits;
    shown += fits;
  });
  document.getElementById("row-count").textContent =
    shown === rows.length ? `${rows.length} positions` : `${shown} of ${rows.length} positions`;
}

function prepareTable() {
  if (!table) return;
  for (const header of table.tHead.rows[0].cells) {
    if (!header.dataset.sort) continue;
    const button = element("button", { type: "button", onclick: () => sortRows(header) }, header.textContent);
    header.replaceChildren(button);
  }
  rowFilter.addEventListener("input", filterRows);
}
