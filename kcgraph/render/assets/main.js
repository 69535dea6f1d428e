// Start: draw, wire, and show what the address line asks for.

if (innerWidth <= 760) document.querySelector(".legend details").open = false;
draw();
prepareTable();
prepareControls();
fit(false);
readAddress();
root.dataset.ready = "yes";
performance.mark("kcgraph-ready");

// A handle for people who script the page, and for tests.
window.kcgraph = { nodes, edges, state, network, choose, visible: () => seen };
