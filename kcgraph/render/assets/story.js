// The story: steps that light up a part of the picture each, told in order.

const story = data.story || [];
const storyBox = document.getElementById("story");

/** What the step that is told lights up: `{nodes, edges}`, the ends of ties among the nodes. */
function storyParts() {
  const step = story[state.step];
  const ends = step.edges.flatMap((id) => [edges[id].from, edges[id].to]);
  return { nodes: [...new Set([...step.nodes, ...ends])], edges: step.edges };
}

function storyLight() {
  const parts = storyParts();
  if (!parts.nodes.length) return null;
  const lit = new Set(parts.nodes);
  // without ties of its own a step lights those between its nodes
  const between = parts.edges.length ? parts.edges : edges.filter((e) => lit.has(e.from) && lit.has(e.to)).map((e) => e.id);
  return { nodes: lit, edges: new Set(between) };
}

function goTo(step) {
  if (step < 0 || step >= story.length) return;
  Object.assign(state, { step, node: null, edge: null, path: null, pathFrom: null, hops: 0 });
  if (state.view !== "picture") setView("picture");
  choose({}, false);
  tell();
  writeAddress(true);
}

/** Show and say the step. */
function tell() {
  const { nodes: told } = storyParts();
  const ids = told.filter((id) => drawing.ids.has(id));
  if (ids.length) show(ids, 1.2, true);
  else fit();
  const { title, text } = story[state.step];
  announce(`Step ${state.step + 1} of ${story.length}: ${title}. ${text}`);
}

function endStory() {
  state.step = null;
  choose({}, false);
  fit();
  writeAddress(true);
}

function showStory() {
  const from = document.activeElement;
  const tellButton = document.getElementById("tell");
  storyBox.hidden = state.step === null;
  tellButton.hidden = !story.length || state.step !== null;
  if (state.step === null) {
    if (storyBox.contains(from)) tellButton.focus();
    return;
  }
  const { title, text } = story[state.step];
  document.getElementById("story-title").replaceChildren(element("bdi", {}, title));
  document.getElementById("story-text").replaceChildren(...text.split(/\n\s*\n/).map((part) => element("p", { dir: "auto" }, part)));
  document.getElementById("story-count").textContent = `${state.step + 1} of ${story.length}`;
  const [back, next] = ["story-back", "story-next"].map((id) => document.getElementById(id));
  back.disabled = state.step === 0;
  next.disabled = state.step === story.length - 1;
  // whose button is gone goes on with the other
  if ([tellButton, back, next].includes(from) && (from.disabled || from.hidden)) (next.disabled ? back : next).focus();
}

const TURNS = { ArrowRight: 1, ArrowLeft: -1, PageDown: 1, PageUp: -1 };

/** While a story is told, left and right turn its pages. */
function storyKeys(event) {
  if (state.step === null || !(event.key in TURNS) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input")) return;
  event.preventDefault();
  event.stopPropagation();
  goTo(state.step + TURNS[event.key]);
}

function prepareStory() {
  const on = (id, act) => document.getElementById(id).addEventListener("click", act);
  on("tell", () => goTo(0));
  on("story-back", () => goTo(state.step - 1));
  on("story-next", () => goTo(state.step + 1));
  on("story-close", endStory);
  document.addEventListener("keydown", storyKeys, true);
}
