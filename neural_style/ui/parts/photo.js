// Photos come by the button, by dropping, or pasted anywhere on the page; Gradio's file input takes them all.
// Browsers know no type for some files, such as IMG_1.HEIC, and Gradio refuses what has none: it is given here.

const TYPES = { heic: "image/heic", heif: "image/heif", hif: "image/heif", tif: "image/tiff", tiff: "image/tiff", ppm: "image/x-portable-pixmap", avif: "image/avif", webp: "image/webp" };

function typed(file) {
  const type = TYPES[file.name.split(".").pop().toLowerCase()];
  if (file.type.startsWith("image/") || !type) return file;
  return new File([file], file.name, { type, lastModified: file.lastModified });
}

function put(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(typed(file));
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const photoInput = () => document.querySelector("#photo input[type=file]");
const needsType = (file) => typed(file) !== file;

// Several photos at once: the first one is taken, and that is said.
function say(files) {
  const note = document.querySelector("#photo-note");
  if (files.length > 1 && note) setTimeout(() => note.querySelector(".html-container, .prose, div")?.replaceChildren(
    Object.assign(document.createElement("p"), { className: "status-line", role: "status", textContent: props.words.one.replace("{name}", files[0].name).replace("{count}", files.length) }),
  ), 1500);
}

document.addEventListener("paste", (event) => {
  const photo = [...event.clipboardData.files].find((file) => file.type.startsWith("image/") || needsType(file));
  if (!photo || !photoInput() || event.target.closest?.("input, textarea")) return;
  put(photoInput(), [photo]);
});
document.addEventListener("change", (event) => {
  const { target } = event;
  if (!target.matches?.("input[type=file]") || ![...target.files].some(needsType)) return;
  event.stopImmediatePropagation();
  put(target, [...target.files]);
}, { capture: true });
document.addEventListener("drop", (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!event.target.closest?.("#photo") || !photoInput() || (files.length < 2 && !files.some(needsType))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  put(photoInput(), files.slice(0, 1));
  say(files);
}, { capture: true });
