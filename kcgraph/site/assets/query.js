// The page for queries: completion of prefixes and terms from the graph, a table that sorts, a chart.
"use strict";
{
  const area = document.getElementById("query");
  const list = document.getElementById("completions");
  for (const hint of document.querySelectorAll(".needs-js")) hint.hidden = false;
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", "completions");
  area.setAttribute("aria-describedby", "query-help");

  // --- completion

  let known = null;
  let choice = -1;
  const load = async () => {
    if (!known) known = fetch("terms.json").then((answer) => answer.json());
    return known;
  };
  const wordBefore = () => /[?$]?[\w-]*:?[\w-]*$/.exec(area.value.slice(0, area.selectionStart))[0];

  const candidates = (data, word) => {
    const start = word.toLowerCase();
    if (/^[?$]/.test(word)) {
      const names = new Set(area.value.match(/[?$]\w+/g) || []);
      names.delete(word);
      return [...names].filter((name) => name.startsWith(word)).map((term) => ({ term, about: "variable" }));
    }
    const fits = (text) => text.toLowerCase().startsWith(start);
    const inside = (text) => text.toLowerCase().split(":")[1]?.startsWith(start);
    const terms = data.terms.filter((t) => fits(t.term)).concat(start.includes(":") ? [] : data.terms.filter((t) => inside(t.term)));
    const found = terms.map((t) => ({ term: t.term, about: t.about || t.kind }));
    if (!word.includes(":")) {
      for (const [prefix, iri] of Object.entries(data.prefixes)) if (fits(prefix)) found.push({ term: `${prefix}:`, about: iri });
      for (const keyword of data.keywords) if (start && fits(keyword)) found.push({ term: keyword, about: "keyword" });
    }
    return found;
  };

  const close = () => {
    list.hidden = true;
    choice = -1;
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    const items = list.children;
    choice = (n + items.length) % items.length;
    for (const [i, item] of [...items].entries()) item.setAttribute("aria-selected", String(i === choice));
    items[choice].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", items[choice].id);
  };
  const take = () => {
    const word = wordBefore();
    const end = area.selectionStart;
    area.setRangeText(list.children[choice].dataset.term, end - word.length, end, "end");
    close();
    area.focus();
  };
  const offer = async (asked) => {
    const data = await load();
    const word = wordBefore();
    if (!asked && word.replace(/^[?$]/, "").length < 2 && !word.endsWith(":")) return close();
    const found = candidates(data, word).filter((c) => c.term !== word).slice(0, 40);
    if (!found.length) return close();
    list.replaceChildren(
      ...found.map(({ term, about }, n) => {
        const item = document.createElement("li");
        const name = document.createElement("b");
        const told = document.createElement("span");
        item.id = `completion-${n}`;
        item.setAttribute("role", "option");
        item.dataset.term = term;
        name.textContent = term;
        told.textContent = about;
        item.append(name, told);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choice = n;
          take();
        });
        return item;
      }),
    );
    list.hidden = false;
    choose(0);
  };

  area.addEventListener("input", () => offer(false));
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
    else if (event.key === " " && event.ctrlKey) offer(true);
    else if (open && event.key === "ArrowDown") choose(choice + 1);
    else if (open && event.key === "ArrowUp") choose(choice - 1);
    else if (open && (event.key === "Enter" || event.key === "Tab")) take();
    else if (open && event.key === "Escape") close();
    else return;
    event.preventDefault();
  });

  document.getElementById("name").addEventListener("change", (event) => {
    if (event.target.value) event.target.form.requestSubmit();
  });

  // --- table and chart

  const table = document.getElementById("answer-table");
  if (table) {
    const body = table.tBodies[0];
    const text = (row, n) => row.cells[n].textContent;
    for (const [n, head] of [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const order = (a, b) => text(a, n).localeCompare(text(b, n), undefined, { numeric: true });
        body.append(...[...body.rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
      });
    }
    draw(table, document.getElementById("chart"));
  }

  // Bars for the first column of numbers, named by the first column of words.
  function draw(table, place) {
    const rows = [...table.tBodies[0].rows].slice(0, 25);
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const numeric = (n) => rows.every((row) => row.cells[n].classList.contains("n"));
    const value = heads.findIndex((_, n) => numeric(n));
    const name = heads.findIndex((_, n) => n !== value && !numeric(n));
    if (value < 0 || name < 0 || rows.length < 2) return;
    const svg = (tag, attributes, words) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, to] of Object.entries(attributes)) made.setAttribute(key, to);
      if (words !== undefined) made.textContent = words;
      return made;
    };
    const values = rows.map((row) => Number(row.cells[value].textContent));
    if (values.some((v) => !Number.isFinite(v) || v < 0)) return;
    const most = Math.max(...values, 1);
    const drawing = svg("svg", { viewBox: `0 0 760 ${rows.length * 24 + 6}`, role: "img", "aria-label": `Chart: ${heads[value]} by ${heads[name]}; the table says the same` });
    for (const [n, row] of rows.entries()) {
      const label = row.cells[name].textContent;
      const y = n * 24;
      drawing.append(
        svg("text", { x: 232, y: y + 17, "text-anchor": "end" }, label.length > 28 ? `${label.slice(0, 27)}…` : label),
        svg("rect", { x: 240, y: y + 4, width: Math.max(1, (values[n] / most) * 460), height: 17, rx: 2 }),
        svg("text", { x: 246 + (values[n] / most) * 460, y: y + 17 }, row.cells[value].textContent),
      );
    }
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = `${heads[value]} by ${heads[name]}` + (table.tBodies[0].rows.length > 25 ? ", the first 25 rows" : "");
    figure.append(drawing, caption);
    place.append(figure);
    place.hidden = false;
  }
}
