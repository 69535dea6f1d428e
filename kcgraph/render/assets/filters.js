// The legend as filter: kinds, polarity, issues, outlets, articles, dates, confidence.

const MANY_ISSUES = 12; // from here on the list of issues can be searched

/** Tie boxes to a set of the state: they are on for what is not in it. */
function boxes(selector, set, valueOf) {
  for (const box of document.querySelectorAll(selector)) {
    box.addEventListener("change", () => {
      const value = valueOf(box);
      if (box.checked) state[set].delete(value);
      else state[set].add(value);
      refilter();
    });
  }
  return () => {
    for (const box of document.querySelectorAll(selector)) box.checked = !state[set].has(valueOf(box));
  };
}

function refilter() {
  refresh();
  writeAddress(false);
}

let syncs = []; // make the controls show the state

function showFilters() {
  for (const sync of syncs) sync();
  const filtered = ["off", "sides", "issues", "without", "outlets", "hidden", "pinned", "unfolded"];
  document.getElementById("reset").hidden = !(
    filtered.some((name) => state[name].size) || state.floor || state.hops || state.span
  );
}

function prepareFilters() {
  listOutlets();
  syncs = [
    boxes("[data-filter]", "off", (box) => box.dataset.filter),
    boxes("[data-side]", "sides", (box) => box.dataset.side),
    boxes("[data-article]", "without", (box) => Number(box.dataset.article)),
    boxes("[data-outlet]", "outlets", (box) => Number(box.dataset.outlet)),
    listIssues(),
    prepareDates(),
    prepareConfidence(),
  ];
  document.getElementById("reset").addEventListener("click", () => {
    const { node, edge, path, step, view } = state;
    Object.assign(state, blank(), { node, edge, path, step, view });
    refilter();
    fit();
    document.querySelector("[data-filter]")?.focus(); // this button is gone
  });
}

/** Beside the picture the legend stands open; above it, on a narrow screen, it is folded at first. */
function prepareLegend() {
  const box = document.querySelector(".legend > details");
  const beside = matchMedia("(min-width: 761px)");
  const place = () => {
    box.open = beside.matches;
    box.querySelector("summary").tabIndex = beside.matches ? -1 : 0;
  };
  beside.addEventListener("change", place);
  place();
}

function tick(attributes, name, count) {
  return element(
    "label",
    {},
    element("input", { type: "checkbox", ...attributes }),
    element("span", {}, element("bdi", {}, clipped(name, 90))),
    element("span", { class: "count" }, count.toLocaleString("en")),
  );
}

/** Issues by how many positions there are on them; a long list can be searched. */
function listIssues() {
  const box = document.getElementById("issues");
  const counted = nodes
    .filter((node) => node.kind === "issue")
    .map((node) => ({ node, count: node.ties.filter((edge) => edge.position && edge.to === node.id).length }))
    .sort((a, b) => b.count - a.count || a.node.name.localeCompare(b.node.name));
  box.hidden = counted.length < 2;
  const list = box.querySelector(".list");
  const search = box.querySelector("input");
  search.hidden = counted.length <= MANY_ISSUES;
  let shown = ""; // the chosen issues that the list was last filled for
  const fill = () => {
    const wanted = folded(search.value.trim());
    const found = counted.filter(({ node }) => state.issues.has(node.id) || folded(node.name).includes(wanted));
    list.replaceChildren(...found.slice(0, 60).map(({ node, count }) => tick({ "data-issue": node.id }, node.name, count)));
    if (found.length > 60) list.append(element("p", { class: "more" }, `and ${found.length - 60} more: search them`));
    for (const input of list.querySelectorAll("input")) {
      const id = Number(input.dataset.issue);
      input.checked = state.issues.has(id);
      input.addEventListener("change", () => {
        if (input.checked) state.issues.add(id);
        else state.issues.delete(id);
        shown = [...state.issues].join();
        refilter();
      });
    }
  };
  search.addEventListener("input", fill);
  fill();
  return () => {
    const now = [...state.issues].join();
    if (now !== shown) fill();
    shown = now;
  };
}

function listOutlets() {
  const box = document.getElementById("outlets");
  box.hidden = outlets.length < 2;
  const counts = outlets.map((_, n) => outletOf.filter((outlet) => outlet === n).length);
  box.querySelector(".list").replaceChildren(
    ...outlets.map((outlet, n) => tick({ "data-outlet": n }, outlet || "not named", counts[n])),
  );
}

/** Two sliders over bars that count positions per month (or year). */
function prepareDates() {
  const box = document.getElementById("dates");
  const from = document.getElementById("from");
  const to = document.getElementById("to");
  const last = periods.list.length - 1;
  box.hidden = last < 1;
  if (last < 1) return () => {};
  const counts = periods.list.map(() => 0);
  for (const edge of edges) {
    if (!edge.position && !looks.listed.includes(edge.kind)) continue;
    for (const passage of edge.ev) if (periodOf[passage[0]] >= 0) counts[periodOf[passage[0]]] += 1;
  }
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, n) => {
    const bar = element("span", { title: `${periodName(n)}: ${count}` });
    bar.style.height = `${count ? Math.max((100 * count) / most, 6) : 0}%`;
    return bar;
  });
  box.querySelector(".bars").replaceChildren(...bars);
  for (const slider of [from, to]) slider.max = last;
  const choose = (event) => {
    let [low, high] = [Number(from.value), Number(to.value)];
    if (low > high) [low, high] = event.target === from ? [high, high] : [low, low];
    state.span = low === 0 && high === last ? null : [low, high];
    refresh();
  };
  for (const slider of [from, to]) {
    slider.addEventListener("input", choose);
    slider.addEventListener("change", () => writeAddress(false));
  }
  const undated = periodOf.filter((period) => period < 0).length;
  return () => {
    const [low, high] = state.span || [0, last];
    from.value = low;
    to.value = high;
    from.setAttribute("aria-valuetext", periodName(low));
    to.setAttribute("aria-valuetext", periodName(high));
    bars.forEach((bar, n) => bar.classList.toggle("out", n < low || n > high));
    const name = low === high ? periodName(low) : `${periodName(low)} to ${periodName(high)}`;
    const left = state.span && undated ? `; ${undated} ${undated === 1 ? "article" : "articles"} without a date left out` : "";
    document.getElementById("dates-value").textContent = name + left;
  };
}

/** "May 2024", or the year. */
function periodName(n) {
  const [year, month] = periods.list[n].split("-");
  return month ? `${MONTHS[Number(month) - 1].slice(0, 3)} ${year}` : year;
}

function prepareConfidence() {
  const floor = document.getElementById("floor");
  const sure = edges.flatMap((edge) => edge.ev.map((passage) => passage[6]));
  document.getElementById("confidence").hidden = !sure.some((value) => value !== sure[0]);
  floor.addEventListener("input", () => {
    state.floor = Number(floor.value);
    refresh();
  });
  floor.addEventListener("change", () => writeAddress(false));
  return () => {
    floor.value = state.floor;
    document.getElementById("floor-value").textContent = state.floor ? `≥ ${Math.round(state.floor * 100)} %` : "any";
  };
}
