// The picture, and the photo over it up to a cut that a pointer or the arrow keys move.
// props.value: {before: {url} | null, after: {url} | null}; the words are fixed.

const figure = element.querySelector(".viewer");
const [after, before] = [figure.querySelector(".after"), figure.querySelector(".before")];
const cut = figure.querySelector(".cut");
const wide = figure.querySelector(".wide");

function show(image, file) {
  if (file?.url) image.src = file.url;
  else image.removeAttribute("src");
  image.hidden = !file?.url;
}

function setCut(percent) {
  cut.value = Math.min(100, Math.max(0, percent));
  figure.style.setProperty("--cut", `${cut.value}%`);
}

function follow(event) {
  const box = after.getBoundingClientRect();
  setCut((100 * (event.clientX - box.left)) / box.width);
}

function draw() {
  const { before: photo, after: picture } = props.value;
  show(after, picture);
  show(before, photo);
  figure.classList.toggle("comparing", Boolean(photo && picture));
  figure.classList.toggle("empty", !picture);
  wide.hidden = !picture || !document.fullscreenEnabled;
  setCut(0);
}

after.addEventListener("load", () => figure.style.setProperty("--aspect", after.naturalWidth / after.naturalHeight));
cut.addEventListener("input", () => setCut(Number(cut.value)));
for (const part of [after, before, figure.querySelector(".line")]) {
  part.addEventListener("dragstart", (event) => event.preventDefault());
  part.addEventListener("pointerdown", (event) => {
    if (!figure.classList.contains("comparing")) return;
    follow(event);
    part.setPointerCapture(event.pointerId);
    part.addEventListener("pointermove", follow);
    part.addEventListener("lostpointercapture", () => part.removeEventListener("pointermove", follow), { once: true });
  });
}
wide.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen()));

watch("value", draw);
draw();
