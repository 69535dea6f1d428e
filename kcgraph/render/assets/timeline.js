// The timeline: who said what when, as a table of lanes. It needs no canvas.

const COLUMNS = 24; // dates that stand side by side; of more, months, then years
const LANES = 40;
const IN_CELL = 5; // marks of one cell before it says how many more
const timelineBox = document.getElementById("timeline");
const lanes = { by: "from", more: LANES };
let lanesMade = ""; // what the table was last made of

/** Dates of the passages at the finest grain that fits: `{length, list}`. */
function columns(ties) {
  const dates = new Set();
  for (const edge of ties) for (const passage of livePassages(edge)) dates.add(dateOf(passage));
  dates.delete("");
  for (const length of [10, 7, 4]) {
    const list = [...new Set([...dates].map((date) => date.slice(0, length)))].sort();
    if (list.length <= COLUMNS || length === 4) return { length, list };
  }
}

function dateOf(passage) {
  const { date } = data.articles[passage[0]];
  return /^\d{4}/.test(date || "") ? date : "";
}

function columnName(column) {
  const [year, month, day] = column.split("-");
  if (!column) return "No date";
  return [day && Number(day), month && MONTHS[Number(month) - 1]?.slice(0, 3), year].filter(Boolean).join(" ");
}

function showTimeline() {
  if (state.view !== "timeline") return;
  const told = edges.filter((edge) => seen.edges.has(edge.id) && edge.ev.length && (edge.position || edge.kind === "participant"));
  const { length, list } = columns(told);
  const rows = new Map();
  let undated = false;
  const now = JSON.stringify([lanes, state.floor, liveArticles, told.map((edge) => edge.id)]);
  if (now === lanesMade) return; // who is at one of its buttons stays there
  lanesMade = now;
  for (const edge of told) {
    const lane = edge[lanes.by];
    if (!rows.has(lane)) rows.set(lane, new Map());
    const cells = rows.get(lane);
    for (const column of new Set(livePassages(edge).map((passage) => dateOf(passage).slice(0, length)))) {
      undated ||= !column;
      if (!cells.has(column)) cells.set(column, []);
      cells.get(column).push(edge);
    }
  }
  const shown = undated ? [...list, ""] : list;
  const busiest = [...rows].map(([id, cells]) => ({ id, cells, count: [...cells.values()].flat().length }));
  busiest.sort((a, b) => b.count - a.count || nodes[a.id].name.localeCompare(nodes[b.id].name));
  const head = element("tr", {}, element("th", { scope: "col" }, lanes.by === "from" ? "Who" : "What"), ...shown.map((column) => element("th", { scope: "col" }, columnName(column))));
  const body = busiest.slice(0, lanes.more).map(({ id, cells }) =>
    element("tr", {}, element("th", { scope: "row" }, mark(nodes[id].kind), nodeLink(nodes[id])), ...shown.map((column) => timelineCell(cells.get(column) || [], columnName(column)))),
  );
  const more = busiest.length > lanes.more;
  timelineBox.querySelector("table").replaceChildren(
    element("caption", { class: "unseen" }, "Who took which position when"),
    element("thead", {}, head),
    element("tbody", {}, body),
  );
  timelineBox.querySelector("#more-lanes").hidden = !more;
  timelineBox.querySelector(".none").hidden = body.length > 0;
}

function timelineCell(ties, when) {
  const item = (edge) => {
    const other = nodes[lanes.by === "from" ? edge.to : edge.from];
    return element(
      "li",
      { class: `k-${edge.kind}` },
      element(
        "button",
        { type: "button", class: "told", title: clipped(sentence(edge), 300), onclick: () => chooseAndRead({ edge: edge.id }) },
        mark(edge.kind),
        element("span", {}, element("span", { class: "verb" }, lanes.by === "from" ? wordOf(edge) : looks.ties[edge.kind].passive), " ", element("bdi", {}, clipped(other.name, 60))),
      ),
    );
  };
  const items = ties.slice(0, IN_CELL).map(item);
  if (ties.length > IN_CELL) {
    const unfold = ({ currentTarget }) => {
      const rest = ties.slice(IN_CELL).map(item);
      currentTarget.closest("li").replaceWith(...rest);
      rest[0].querySelector("button").focus();
    };
    items.push(element("li", {}, element("button", { type: "button", class: "rest", onclick: unfold }, `and ${ties.length - IN_CELL} more`)));
  }
  return element("td", { "data-when": when }, items.length ? element("ul", {}, items) : null);
}

function prepareTimeline() {
  for (const button of timelineBox.querySelectorAll("[data-lanes]")) {
    button.addEventListener("click", () => {
      lanes.by = button.dataset.lanes;
      for (const other of timelineBox.querySelectorAll("[data-lanes]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      showTimeline();
    });
  }
  timelineBox.querySelector("#more-lanes").addEventListener("click", () => {
    const shown = lanes.more;
    lanes.more += LANES;
    showTimeline();
    timelineBox.querySelectorAll("tbody th a")[shown]?.focus();
  });
}
