// Brush over the photo to say which painting paints where. make.js and labels.js come before this script.
// props.value: {size: [width, height], runs: [label, count, ...], owners: [key], feather} or null, read by Paint.
// A label is 0 for nothing, 1 and on for the painting owners[label - 1], and KEEP for what is to be left alone.
// Fixed: props.words, props.fills ({name: label}), props.most_px. The photo and the chosen paintings are those that the
// page shows. What was drawn on one photo says nothing about another one, and goes with it.

const COLORS = ["#e6550d", "#3182bd", "#31a354", "#7b4ab5", "#e0218a", "#c9a800", "#12a5b8", "#8c564b"];
const KEEP_COLOR = "#ffffff";
const ERASER = 0;
const MOST_UNDONE = 30;
const MOST_ZOOM = 8;
const part = (name) => element.querySelector(`.region-${name}`);
const [stage, sheet, image, canvas, brushes, empty] = ["stage", "sheet", "photo", "canvas", "brushes", "empty"].map(part);
const [size, soft, ready, file] = ["size", "soft", "ready", "file"].map(part);
let labels = null; // of the photo that is shown; see labels.js
let owners = []; // the key of the painting of each label
let brush = null; // the label to paint with: of the first painting until one is chosen
let isChosen = false;
let undone = [];
let done = [];
let zoom = 1;
let told = "null"; // the value that is shown, as text
const pointers = new Map();

// The paintings that are chosen on the page: {key, title, thumbnail}.
function paintings() {
  return [...document.querySelectorAll("#paintings .mix-row")].map((row) => ({
    key: row.dataset.key, title: row.querySelector(".mix-title").textContent, thumbnail: row.querySelector("img").src,
  }));
}

function photo() {
  return document.querySelector("#photo img");
}

function labelOf(key) {
  if (!owners.includes(key)) owners.push(key);
  return owners.indexOf(key) + 1;
}

function colorOf(label) {
  return label === KEEP ? KEEP_COLOR : COLORS[(label - 1) % COLORS.length];
}

function brushButton(label, text, ...children) {
  const button = make("button", { type: "button", class: "region-brush", "data-label": label }, ...children, make("span", {}, text));
  button.style.setProperty("--color", label === ERASER ? "transparent" : colorOf(label));
  button.addEventListener("click", () => {
    [brush, isChosen] = [label, true];
    drawBrushes();
  });
  return button;
}

function drawBrushes() {
  const focused = brushes.contains(document.activeElement) ? document.activeElement.dataset.label : null;
  const chosen = paintings();
  const all = [
    ...chosen.map(({ key, title, thumbnail }) => brushButton(labelOf(key), title, make("img", { src: thumbnail, alt: "" }))),
    brushButton(KEEP, props.words.keep),
    brushButton(ERASER, props.words.eraser),
  ];
  if (!isChosen || !all.some((button) => Number(button.dataset.label) === brush)) brush = Number(all[0].dataset.label);
  for (const button of all) button.setAttribute("aria-pressed", Number(button.dataset.label) === brush);
  brushes.replaceChildren(...all);
  if (focused !== null) brushes.querySelector(`[data-label="${focused}"]`)?.focus({ preventScroll: true });
}

function say(sentence) {
  part("said").textContent = sentence;
}

function drawLabels(box = null) {
  if (!labels) return;
  const { left, top, width, height } = box ?? { left: 0, top: 0, width: labels.width, height: labels.height };
  if (width <= 0 || height <= 0) return;
  const pixels = new ImageData(width, height);
  const words = new Uint32Array(pixels.data.buffer);
  for (let y = 0; y < height; y += 1) {
    const from = (top + y) * labels.width + left;
    for (let x = 0; x < width; x += 1) words[y * width + x] = palette[labels.cells[from + x]];
  }
  canvas.getContext("2d").putImageData(pixels, left, top);
}

// The colour of each label as canvas pixels have it: alpha, blue, green, red from the highest byte on.
const palette = new Uint32Array(256);
for (let label = 1; label < 256; label += 1) {
  const color = colorOf(label);
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));
  palette[label] = ((0x99 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function keep() {
  done.push(labels.cells.slice());
  if (done.length > MOST_UNDONE) done.shift();
  undone = [];
}

function restore(from, to) {
  if (!from.length) return;
  to.push(labels.cells.slice());
  labels.cells.set(from.pop());
  drawLabels();
  tell();
}

// What is drawn becomes the value of the part. A value from a recipe has the exact masks, too: until something is drawn.
function tell() {
  const isDrawn = labels !== null && labels.cells.some((label) => label !== 0);
  const value = { size: [labels.width, labels.height], runs: runsOf(labels.cells), owners: [...owners], feather: Number(soft.value) };
  told = JSON.stringify(isDrawn ? value : null);
  props.value = JSON.parse(told);
  drawSteps();
}

function drawSteps() {
  part("undo").disabled = done.length === 0;
  part("redo").disabled = undone.length === 0;
}

function change(act) {
  if (!labels) return;
  keep();
  act();
  drawLabels();
  tell();
}

// The photo that the page shows is taken over; with another one all that was drawn goes.
function takePhoto() {
  const shown = photo();
  stage.hidden = !shown;
  empty.hidden = Boolean(shown);
  if (!shown || image.src === shown.src) return;
  if (image.src) props.value = null;
  image.src = shown.src;
  labels = null;
}

function photoLoaded() {
  const scale = Math.min(1, props.most_px / Math.max(image.naturalWidth, image.naturalHeight));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, Math.round(scale * side)));
  [canvas.width, canvas.height] = [width, height];
  labels = noLabels(width, height);
  [done, undone] = [[], []];
  setZoom(1);
  show(props.value);
}

// Show what a recipe says, or what was drawn before the page was opened again.
function show(value) {
  if (!labels) return;
  told = JSON.stringify(value);
  drawSteps();
  labels.cells.fill(0);
  if (!value) return drawLabels();
  const [width, height] = value.size;
  owners = [...value.owners];
  labels.cells.set(resampled({ width, height, cells: cellsOf(value.runs, width * height) }, labels.width, labels.height).cells);
  soft.value = value.feather;
  drawLabels();
  drawBrushes();
}

function pointOf(event) {
  const box = canvas.getBoundingClientRect();
  return { x: ((event.clientX - box.left) / box.width) * labels.width, y: ((event.clientY - box.top) / box.height) * labels.height };
}

function radius() {
  return Math.max(0.5, (Number(size.value) / 100) * Math.max(labels.width, labels.height) / 2);
}

function setZoom(factor, point = null) {
  const before = zoom;
  zoom = Math.min(MOST_ZOOM, Math.max(1, factor));
  const box = stage.getBoundingClientRect();
  const [x, y] = point ? [point.x - box.left, point.y - box.top] : [box.width / 2, box.height / 2];
  const [left, top] = [stage.scrollLeft + x, stage.scrollTop + y];
  sheet.style.width = `${100 * zoom}%`;
  stage.scrollTo((left * zoom) / before - x, (top * zoom) / before - y);
  part("closer").disabled = zoom >= MOST_ZOOM;
  part("farther").disabled = zoom <= 1;
}

let stroke = null; // the last point of a stroke
function pressed(event) {
  if (!labels || event.button !== 0) return;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  canvas.setPointerCapture(event.pointerId);
  if (pointers.size > 1) {
    if (stroke) restore(done, []); // two fingers look closer: what the first one drew was not meant
    stroke = null;
    return;
  }
  keep();
  stroke = pointOf(event);
  drawLabels(brushed(labels, brush, stroke, stroke, radius()));
}

function moved(event) {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const now = { x: event.clientX, y: event.clientY };
  pointers.set(event.pointerId, now);
  if (pointers.size > 1) return pinched(event.pointerId, before, now);
  if (!stroke) return;
  const between = event.getCoalescedEvents?.() ?? [];
  for (const each of between.length ? between : [event]) {
    const point = pointOf(each);
    drawLabels(brushed(labels, brush, stroke, point, radius()));
    stroke = point;
  }
}

function pinched(id, before, now) {
  const other = [...pointers].find(([each]) => each !== id)[1];
  const distance = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
  stage.scrollBy((before.x - now.x) / 2, (before.y - now.y) / 2);
  setZoom((zoom * distance(now)) / distance(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
}

function released(event) {
  if (!pointers.delete(event.pointerId) || !stroke || pointers.size) return;
  stroke = null;
  tell();
}

async function takeMask() {
  const [chosen] = file.files;
  file.value = "";
  if (!chosen || !labels) return;
  try {
    const mask = await createImageBitmap(chosen, { resizeWidth: labels.width, resizeHeight: labels.height });
    const drawn = Object.assign(document.createElement("canvas"), { width: labels.width, height: labels.height });
    const context = drawn.getContext("2d");
    context.drawImage(mask, 0, 0);
    const { data } = context.getImageData(0, 0, labels.width, labels.height);
    change(() => fill(labels, brush, (index) => data[4 * index + 3] > 127 && data[4 * index + 1] > 127));
    say("");
  } catch {
    say(props.words.no_mask.replace("{file}", () => chosen.name));
  }
}

canvas.addEventListener("pointerdown", pressed);
canvas.addEventListener("pointermove", moved);
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, released);
stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  setZoom(zoom * Math.exp(-0.01 * Math.max(-30, Math.min(30, event.deltaY))), { x: event.clientX, y: event.clientY });
}, { passive: false });
part("undo").addEventListener("click", () => restore(done, undone));
part("redo").addEventListener("click", () => restore(undone, done));
part("clear").addEventListener("click", () => change(() => labels.cells.fill(0)));
part("invert").addEventListener("click", () => change(() => inverted(labels, brush)));
part("fill").addEventListener("click", () => change(() => fill(labels, brush, READY[ready.value](labels))));
part("closer").addEventListener("click", () => setZoom(2 * zoom));
part("farther").addEventListener("click", () => setZoom(zoom / 2));
part("upload").addEventListener("click", () => file.click());
file.addEventListener("change", takeMask);
soft.addEventListener("change", () => { if (labels) tell(); });
image.addEventListener("load", photoLoaded);
element.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (event.shiftKey) restore(undone, done);
  else restore(done, undone);
});
for (const [name, label] of Object.entries(props.fills)) ready.append(make("option", { value: name }, label));
new MutationObserver(takePhoto).observe(document.querySelector("#inputs"), { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] });
new MutationObserver(drawBrushes).observe(document.querySelector("#paintings"), { subtree: true, childList: true });
watch("value", () => { if (JSON.stringify(props.value) !== told) show(props.value); });
takePhoto();
drawBrushes();
drawSteps();
