// The picture, and beside it or under a line that is drawn across it what it is compared with: the photo, or another
// result that the strip names. zoom.js and gestures.js come before this script.
// props.value: {before: {url} | null, after: {url} | null}. Fixed: props.words.

const figure = element.querySelector(".viewer");
const find = (selector) => figure.querySelector(selector);
const [frame, after, before, cut] = [".frame", ".after", ".before", ".cut"].map(find);
const view = zoomOf(figure, after);
const PAN_PX = 60;
const STEP = 1.25;
let chosen = null; // the result to compare with: {key, url, label}; null: the photo
let seen = { left: 0, right: 0 }; // the part of a pane that the picture covers

function show(image, file) {
  if (!file?.url) image.removeAttribute("src");
  else if (image.getAttribute("src") !== file.url) image.src = file.url;
  image.hidden = !file?.url;
}

function setCut(percent) {
  cut.value = Math.min(100, Math.max(0, percent));
  figure.style.setProperty("--cut", `${cut.value}%`);
  placeLine();
}

function placeLine() {
  figure.style.setProperty("--line", `${seen.left + ((seen.right - seen.left) * cut.value) / 100}px`);
}

function moveLine(x) {
  const left = frame.getBoundingClientRect().left + seen.left;
  setCut((100 * (x - left)) / (seen.right - seen.left));
}

// What is chosen is not compared with itself: while it is the picture, the photo stands beside it.
function draw() {
  const { before: photo, after: picture } = props.value;
  const other = picture && chosen && chosen.url !== picture.url ? chosen : null;
  show(after, picture);
  show(before, picture && (other ?? photo));
  const isComparing = Boolean(picture && (other ?? photo)?.url);
  const classes = { comparing: isComparing, named: Boolean(other), empty: !picture };
  for (const [name, on] of Object.entries(classes)) figure.classList.toggle(name, on);
  find(".bar").hidden = !picture;
  find(".beside-toggle").hidden = !isComparing;
  find(".compared").hidden = !other;
  find(".before-name").textContent = other?.label ?? props.words.photo;
  find(".compared-with").title = other?.label ?? "";
  find(".compared-with").textContent = other ? props.words.compared.replace("{label}", () => other.label) : "";
  before.alt = other?.label ?? props.words.before;
  cut.setAttribute("aria-label", other ? props.words.cut_result : props.words.cut_photo);
  arrange();
  document.dispatchEvent(new CustomEvent("neural-style-shown", { detail: picture?.url ?? null }));
}

// Side by side, or one above the other where that makes them clearly larger.
function arrange() {
  const isBeside = figure.classList.contains("comparing") && find(".beside-toggle").getAttribute("aria-pressed") === "true";
  const aspect = Number(figure.style.getPropertyValue("--aspect")) || 1.5;
  const width = frame.clientWidth;
  const height = isWide() ? frame.clientHeight : parseFloat(getComputedStyle(frame).maxHeight);
  const isStacked = Math.min(width, (height / 2) * aspect) > 1.2 * Math.min(width / 2, height * aspect);
  figure.classList.toggle("beside", isBeside);
  figure.classList.toggle("stacked", isBeside && isStacked);
  view.place();
}

function aspectOf(image) {
  return image.naturalWidth / image.naturalHeight;
}

// Sizes of the same shape differ by less than a pixel and lie exactly over each other; another shape is not distorted.
function keepShape() {
  before.classList.toggle("another-shape", Math.abs(aspectOf(before) / aspectOf(after) - 1) > SAME_SHAPE);
}

function isWide() {
  return document.fullscreenElement === figure;
}

const ACTIONS = {
  out: () => view.zoomBy(1 / STEP, null, true),
  in: () => view.zoomBy(STEP, null, true),
  actual: () => view.toggleActual(),
  fit: () => view.fit(true),
  beside(button) {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    arrange();
  },
  photo() {
    document.dispatchEvent(new CustomEvent("neural-style-compare", { detail: null }));
    frame.focus({ preventScroll: true });
  },
  wide: () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen()),
};
const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", z: "actual" };
const ARROWS = { ArrowLeft: [PAN_PX, 0], ArrowRight: [-PAN_PX, 0], ArrowUp: [0, PAN_PX], ArrowDown: [0, -PAN_PX] };

function typed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !props.value.after) return;
  const action = KEYS[event.key.toLowerCase()];
  const arrow = event.target === frame && view.isZoomed() ? ARROWS[event.key] : undefined;
  if (action) ACTIONS[action]();
  else if (arrow) view.panBy(...arrow, true);
  else return;
  event.preventDefault();
}

function nameWide() {
  const button = find('[data-does="wide"]');
  button.title = isWide() ? props.words.narrow : props.words.wide;
  button.setAttribute("aria-label", button.title);
}

view.whenChanged((change) => {
  seen = change.seen;
  figure.style.setProperty("--seen-left", `${seen.left}px`);
  placeLine();
  find(".zoom").textContent = `${Math.round(change.percent)} %`;
  find('[data-does="actual"]').setAttribute("aria-pressed", Math.abs(change.percent - 100) < 0.5);
  figure.classList.toggle("pixels", view.isZoomed() && change.percent >= 400);
});
watchGestures(figure, view, {
  hasPicture: () => Boolean(props.value.after),
  hasLine: () => figure.classList.contains("comparing") && !figure.classList.contains("beside"),
  moveLine,
});
for (const button of figure.querySelectorAll("[data-does]")) {
  button.addEventListener("click", () => ACTIONS[button.dataset.does](button));
}
after.addEventListener("load", () => {
  view.setAspect(aspectOf(after));
  keepShape();
  arrange();
});
before.addEventListener("load", keepShape);
cut.addEventListener("input", () => setCut(Number(cut.value)));
figure.addEventListener("keydown", typed);
document.addEventListener("fullscreenchange", nameWide);
document.addEventListener("neural-style-compare", ({ detail }) => {
  chosen = detail;
  draw();
  if (detail && (cut.value < 10 || cut.value > 90)) setCut(50); // or one of the two would not be seen
});
find('[data-does="wide"]').hidden = !document.fullscreenEnabled;
new ResizeObserver(() => requestAnimationFrame(arrange)).observe(figure);

watch("value", draw);
draw();
setCut(0);
nameWide();
