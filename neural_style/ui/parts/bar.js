// The bar: small pictures of the photo and of the chosen paintings, keys, and the way to what is still missing.
// Keys: Control or Command with Enter paints, Escape stops. The tab's title has the percentage while it paints.

const chosen = element.querySelector(".chosen");
const title = document.title;

function sources() {
  const photo = document.querySelector("#photo img");
  const paintings = document.querySelectorAll('#paintings .card[aria-pressed="true"] img');
  return [photo, ...paintings].filter(Boolean).map(({ src }) => src);
}

function draw() {
  const wanted = sources();
  if (wanted.join() === [...chosen.children].map(({ src }) => src).join()) return;
  chosen.replaceChildren(...wanted.map((src) => Object.assign(document.createElement("img"), { src, alt: "" })));
}

// Goes to the first thing that Paint still wants, and puts the focus there.
function goToMissing() {
  const photo = document.querySelector("#photo");
  const missing = document.querySelector("#photo img") ? document.querySelector("#paintings") : photo;
  missing.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion)").matches ? "auto" : "smooth" });
  missing.querySelector("button, .card")?.focus({ preventScroll: true });
}

function isReady() {
  return document.querySelector("#photo img") && document.querySelector('#paintings .card[aria-pressed="true"]');
}

function press(id) {
  const button = document.querySelector(`#${id}`);
  if (button?.offsetParent) button.click();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#paint") && !isReady()) goToMissing();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press("paint");
  else if (event.key === "Escape" && !document.fullscreenElement && !event.defaultPrevented) press("stop");
});

function drawTitle() {
  const progress = document.querySelector("#status progress");
  document.title = progress ? `${Math.round(100 * progress.value)} % · ${title}` : title;
}

const inputs = document.querySelector("#inputs");
if (inputs) new MutationObserver(draw).observe(inputs, { subtree: true, childList: true, attributeFilter: ["src", "aria-pressed"] });
const status = document.querySelector("#status");
if (status) new MutationObserver(drawTitle).observe(status, { subtree: true, childList: true });
draw();
