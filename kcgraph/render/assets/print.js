// The picture on paper: in the light theme, all of it, on as many sheets as it needs to be read.

const PAPER_WIDTH = 1040;
const PAPER_HEIGHTS = [420, 1060]; // least and most: more does not fit on a page below the legend
const PAPER_DENSITY = 2.5; // pixels of the drawing for each of these
const READABLE = 0.6; // scale at which names can be read on paper
const PAPER_SCALES = [1, 0.85, 0.7, READABLE];
const SHEET = 1300; // height of a page of its own
const OVERLAP = 110; // of the drawing that two sheets share, so that nothing is cut on both
const BETWEEN = 24; // pixels between parts on a sheet
const MOST_SHEETS = 8;
const sheetBox = document.getElementById("sheets");
const tooSmall = document.getElementById("too-small");

/** Where the sheets of a drawing that is `high` begin at that scale, and how high each is; the
    first has the legend above it. */
function cutInSheets(high, scale) {
  const cuts = [];
  for (let top = 0; !cuts.length || top + OVERLAP < high; ) {
    const height = sheetHeight(cuts.length);
    cuts.push({ top, height });
    top += (height - HEADING) / scale - OVERLAP;
  }
  return cuts;
}

function sheetHeight(number) {
  return number ? SHEET : PAPER_HEIGHTS[1];
}

/** A picture that cannot be read on one sheet goes on several, if that helps; whether it does. */
function drawSheets() {
  if (frame([...drawing.ids], 1.3).scale >= READABLE) return false;
  return data.columns.length ? drawColumns() : drawParts();
}

/** Columns are cut across. */
function drawColumns() {
  const { box } = frame([...drawing.ids], 1.3);
  const high = box.bottom - box.top;
  const widest = (PAPER_WIDTH - 40) / (box.right - box.left);
  const scales = PAPER_SCALES.map((scale) => Math.min(scale, widest));
  const scale = scales.find((some) => cutInSheets(high, some).length <= MOST_SHEETS) ?? scales.at(-1);
  const cuts = cutInSheets(high, scale);
  cuts.slice(0, MOST_SHEETS).forEach(({ top, height }, n) => {
    const y = box.top + top + (height / 2 - HEADING - 8) / scale;
    const part = drawPart({ x: (box.left + box.right) / 2, y }, scale, PAPER_WIDTH, height, n === 0);
    const copy = newSheet(PAPER_WIDTH, height);
    copy.getContext("2d").drawImage(part, 0, 0);
    const rest = cuts.length > MOST_SHEETS && n === MOST_SHEETS - 1 ? "; the table has the rest" : "";
    addSheet(copy, n, cuts.length, rest);
  });
  return true;
}

/** What hangs together stays together: the parts of a picture are set in rows on sheets. */
function drawParts() {
  const boxes = connected().map((ids) => frame(ids, 1.3).box);
  const sheets = PAPER_SCALES.map((scale) => setOnSheets(boxes, scale)).find((found) => found && found.length <= MOST_SHEETS);
  if (!sheets) return false;
  sheets.forEach(({ scale, items }, n) => {
    const high = Math.max(...items.map(({ top, height }) => top + height));
    const copy = newSheet(PAPER_WIDTH, high);
    const context = copy.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, copy.width, copy.height);
    items.forEach(({ box, left, top, width, height }, m) => {
      const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
      const part = drawPart(middle, scale, width, height, n + m === 0);
      context.drawImage(part, left * PAPER_DENSITY, top * PAPER_DENSITY);
    });
    addSheet(copy, n, sheets.length, "");
  });
  return true;
}

/** The nodes that are drawn, in groups that hang together, the largest first. */
function connected() {
  const allowed = new Set(edges.filter(onCanvas).map((edge) => edge.id));
  const left = new Set(drawing.ids);
  const groups = [];
  for (const id of drawing.ids) {
    if (!left.has(id)) continue;
    const group = [...within([id], Infinity, allowed)];
    for (const member of group) left.delete(member);
    groups.push(group);
  }
  return groups.sort((a, b) => b.length - a.length);
}

/** The boxes in rows on sheets: `{scale, items}` of each, an item being `{box, left, top, width,
    height}` in pixels; null if one is larger than a sheet. */
function setOnSheets(boxes, scale) {
  const sheets = [{ scale, items: [] }];
  let [x, y, tallest] = [0, 0, 0];
  for (const box of boxes) {
    const width = Math.ceil((box.right - box.left) * scale) + BETWEEN;
    const height = Math.ceil((box.bottom - box.top) * scale) + BETWEEN;
    if (width > PAPER_WIDTH || height > SHEET) return null;
    if (x + width > PAPER_WIDTH) [x, y, tallest] = [0, y + tallest, 0];
    if (y + height > sheetHeight(sheets.length - 1)) {
      sheets.push({ scale, items: [] });
      [x, y, tallest] = [0, 0, 0];
    }
    sheets.at(-1).items.push({ box, left: x, top: y, width, height });
    [x, tallest] = [x + width, Math.max(tallest, height)];
  }
  return sheets.filter(({ items }) => items.length);
}

/** The canvas with what is around `position`, drawn for paper. */
function drawPart(position, scale, width, height, first) {
  paper = { width, height };
  network.setSize(`${width}px`, `${height}px`);
  network.moveTo({ position, scale });
  if (first) relabel();
  network.redraw();
  return canvasBox.querySelector("canvas");
}

function newSheet(width, height) {
  const label = "Part of the picture; the table says it in words";
  return element("canvas", { width: width * PAPER_DENSITY, height: height * PAPER_DENSITY, role: "img", "aria-label": label });
}

function addSheet(sheet, n, count, rest) {
  const caption = count > 1 ? `Sheet ${n + 1} of ${count}${rest}` : "";
  sheetBox.append(element("figure", {}, sheet, element("figcaption", {}, caption)));
}

/** Paper is white: print in the light theme, all in view, in the shape of the picture, and come back.
    The browser may shrink the drawing to the page, but must not draw it anew. */
function preparePrint() {
  const screenDensity = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  let before = null;
  addEventListener("beforeprint", () => {
    rest();
    rowsForPaper(true);
    before ??= { theme: root.dataset.theme, position: network.getViewPosition(), scale: network.getScale() };
    const { box } = frame([...drawing.ids], 1.3);
    const ratio = (box.bottom - box.top) / (box.right - box.left) || 0;
    const [least, most] = PAPER_HEIGHTS;
    paper = { width: PAPER_WIDTH, height: Math.round(Math.min(Math.max(PAPER_WIDTH * ratio, least), most)) };
    root.dataset.theme = "light";
    network.setOptions({ autoResize: false });
    window.devicePixelRatio = PAPER_DENSITY; // vis-network draws that densely
    network.setSize(`${paper.width}px`, `${paper.height}px`);
    paint();
    if (drawSheets()) return;
    fit(false);
    network.redraw();
    tooSmall.hidden = network.getScale() >= READABLE;
  });
  addEventListener("afterprint", () => {
    rowsForPaper(false);
    paper = null;
    sheetBox.replaceChildren();
    tooSmall.hidden = true;
    if (before.theme) root.dataset.theme = before.theme;
    else delete root.dataset.theme;
    Object.defineProperty(window, "devicePixelRatio", screenDensity);
    network.setOptions({ autoResize: true });
    network.setSize("100%", "100%");
    network.moveTo({ position: before.position, scale: before.scale });
    before = null;
    relabel();
    paint();
  });
}
