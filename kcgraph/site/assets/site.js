// What pages can do with script: light up a passage that a link leads to, and search in a folder.
"use strict";
{
  const light = () => {
    for (const lit of document.querySelectorAll("mark.lit")) lit.classList.remove("lit");
    const place = /^#p(\d+)-(\d+)$/.exec(location.hash);
    if (!place) return;
    const [start, end] = place.slice(1).map(Number);
    for (const mark of document.querySelectorAll("mark[data-at]")) {
      const [from, to] = mark.dataset.at.split("-").map(Number);
      if (from >= start && to <= end) mark.classList.add("lit");
    }
  };
  addEventListener("hashchange", light);
  light();

  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      document.getElementById("search").focus();
      event.preventDefault();
    }
  });

  let closed = []; // what is opened for paper, since it cannot be opened there
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    for (const box of closed) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of closed) box.open = false;
  });

  const island = document.getElementById("search-data");
  if (island) {
    const fold = (text) =>
      text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];
    const asked = new URLSearchParams(location.search).get("q") || "";
    document.getElementById("search").value = asked;
    const wanted = fold(asked).map((word) => ` ${word}`);
    const rows = wanted.length
      ? JSON.parse(island.textContent).filter((row) => wanted.every((w) => ` ${row[4]}`.includes(w)))
      : [];
    document.getElementById("found").textContent = wanted.length
      ? `${rows.length.toLocaleString("en")} found for “${asked}”.`
      : "Type a name, a role, an issue or words of a headline above.";
    const item = ([kind, label, about, page]) => {
      const made = document.createElement("li");
      const link = document.createElement("a");
      const name = document.createElement("bdi");
      link.href = `${page}.html`;
      name.textContent = label;
      link.append(name);
      const soft = document.createElement("span");
      soft.className = "soft";
      soft.textContent = kind + (about && about !== kind ? `, ${about}` : "");
      made.append(link, " ", soft);
      return made;
    };
    const hits = document.getElementById("hits");
    const button = document.getElementById("more-hits");
    const more = () => {
      const shown = hits.children.length;
      hits.append(...rows.slice(shown, shown + 200).map(item));
      const rest = rows.length - hits.children.length;
      button.hidden = rest === 0;
      button.textContent = `${Math.min(rest, 200)} more of ${rest.toLocaleString("en")}`;
      return hits.children[shown];
    };
    more();
    button.addEventListener("click", () => more().querySelector("a").focus());
  }
}
