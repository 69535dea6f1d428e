// Start: draw, wire, and show what the address line asks for.

root.classList.replace("no-js", "js");
root.dataset.view = "picture";
if (innerWidth <= 760) document.querySelector(".legend details").open = false;
draw();
prepareTable();
prepareControls();
setView("picture");
fit(false);
readAddress();
root.dataset.ready = "yes";
performance.mark("kcgraph-ready");

// A handle for people who script the page, and for tests.
window.kcgraph = { nodes, edges, state, network, choose, visible: () => seen };
