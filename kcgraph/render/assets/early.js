// Before anything is drawn: with script the picture comes first. If the viewer fails, the plain table
// comes, as for readers without script.
{
  const root = document.documentElement;
  root.className = "js";
  root.dataset.view = "picture";
  addEventListener("error", () => {
    if (root.dataset.ready || root.className === "no-js") return;
    root.className = "no-js";
    const plain = document.getElementById("plain");
    if (plain) plain.outerHTML = plain.textContent;
  });
}
