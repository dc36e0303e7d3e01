// The bar: small pictures of the photo and of the chosen paintings, keys, focus, and the way to what is still missing.
// Fixed: props.language, that of the texts; Gradio says that of the browser, which may be one that there are none in.
// Keys: Control or Command with Enter paints, Escape stops. The tab's title has the percentage while it paints.

const chosen = element.querySelector(".chosen");
const title = document.title;
document.documentElement.lang = props.language;
const BUTTONS = ["stop", "leave", "download", "paint"]; // where the focus goes on from a button that is gone
let held = false; // whether a button of the bar has the focus
let isScheduled = false;
let askedAt = -Infinity; // when something was asked for that the server may refuse
const ANSWER_MS = 8000;

const visible = (id) => {
  const button = document.getElementById(id);
  return button?.offsetParent ? button : null;
};

function sources() {
  const photo = document.querySelector("#photo img");
  const paintings = document.querySelectorAll('#paintings .card[aria-pressed="true"] img');
  return [photo, ...paintings].filter(Boolean).map(({ src }) => src);
}

function drawChosen() {
  const wanted = sources();
  if (wanted.join() === [...chosen.children].map(({ src }) => src).join()) return;
  chosen.replaceChildren(...wanted.map((src) => Object.assign(document.createElement("img"), { src, alt: "" })));
}

function drawTitle() {
  const progress = document.querySelector("#status progress");
  const wanted = progress ? `${Math.round(100 * progress.value)} % · ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}

// Gradio's radio buttons have no name in common, which makes each a tab stop of its own and the arrows do nothing.
function joinRadios() {
  for (const input of document.querySelectorAll(".chips input[type=radio]")) {
    const name = `chips-${input.closest(".chips").id}`;
    if (input.name !== name) input.name = name;
  }
}

function keepFocus() {
  if (held && document.activeElement === document.body) BUTTONS.map(visible).find(Boolean)?.focus({ preventScroll: true });
}

// Goes to the field in Advanced that has what cannot be, as the server has just said beside it.
function goToWrong() {
  const wrong = document.querySelector("#advanced .validation-error:is(input, textarea, select)");
  if (!wrong || performance.now() - askedAt > ANSWER_MS) return;
  askedAt = -Infinity;
  if (!wrong.offsetParent) document.querySelector("#advanced > button").click();
  requestAnimationFrame(() => {
    scrollTo(wrong);
    wrong.focus({ preventScroll: true });
  });
}

function draw() {
  isScheduled = false;
  goToWrong();
  drawChosen();
  drawTitle();
  joinRadios();
  keepFocus();
}

function schedule() {
  if (!isScheduled) requestAnimationFrame(draw);
  isScheduled = true;
}

function scrollTo(part) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  part.scrollIntoView({ block: "center", behavior });
}

// Goes to the first thing that Paint still wants, and puts the focus there.
function goToMissing() {
  const missing = document.querySelector(document.querySelector("#photo img") ? "#paintings" : "#photo");
  scrollTo(missing);
  missing.querySelector("button:not([tabindex='-1'])")?.focus({ preventScroll: true });
}

function isReady() {
  return document.querySelector("#photo img") && document.querySelector('#paintings .card[aria-pressed="true"]');
}

document.addEventListener("focusin", ({ target }) => {
  held = Boolean(target.closest?.("#bar button"));
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#paint, #paint-all, #tries button")) askedAt = performance.now();
  if (target.closest?.("#paint, #tries button") && !isReady()) goToMissing();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) visible("paint")?.click();
  else if (event.key === "Escape" && !document.fullscreenElement && !event.defaultPrevented) visible("stop")?.click();
});
// The page keeps room for the bar where that stays at the bottom of the screen.
const bar = element.closest("#bar");
function keepRoom() {
  const height = getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
  document.body.style.paddingBottom = `${height}px`;
  document.documentElement.style.scrollPaddingBottom = `${height}px`;
}
if (bar) new ResizeObserver(keepRoom).observe(bar);
new MutationObserver(schedule).observe(document.body, {
  subtree: true, childList: true, attributeFilter: ["src", "aria-pressed", "class", "value"],
});
draw();
