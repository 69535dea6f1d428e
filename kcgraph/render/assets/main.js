// Start: draw, wire, and show what the address line asks for.

prepareLegend();
draw();
prepareTable();
prepareTimeline();
prepareStory();
prepareFilters();
prepareControls();
open();
if (location.hash.length > 1) readAddress();
else if (data.opens) applyAddress(data.opens);
else {
  document.getElementById("empty").hidden = seen.nodes.size > 0;
  showFilters();
  showStory();
}
written = String(stateParts());
showUndo();
root.dataset.ready = "yes";
performance.mark("kcgraph-ready");

// A handle for people who script the page, and for tests.
window.kcgraph = { nodes, edges, state, network, choose, lit, visible: () => seen, drawn: () => drawing };
