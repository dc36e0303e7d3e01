// Photos come by the button, by dropping, or pasted anywhere on the page; Gradio's file inputs take them all, as this
// script has prepared them. Browsers know no type for some files, such as IMG_1.HEIC, and Gradio refuses what has none: it
// is given here. A photo far larger than any picture that is painted is made smaller before it is sent, which a slow
// network would take minutes for. Fixed: props.most_px, the longest side that is painted; props.words.

const TYPES = { heic: "image/heic", heif: "image/heif", hif: "image/heif", tif: "image/tiff", tiff: "image/tiff", ppm: "image/x-portable-pixmap", pgm: "image/x-portable-graymap", pbm: "image/x-portable-bitmap", pnm: "image/x-portable-anymap", avif: "image/avif", webp: "image/webp", jfif: "image/jpeg", jpe: "image/jpeg", bmp: "image/bmp", apng: "image/png" };
const SHRUNK = ["image/jpeg", "image/webp"]; // what every browser reads and writes; a PNG may have 16 bits
const FAR_LARGER = 1.3; // times the longest side that is painted
const QUALITY = 0.95;
const prepared = new WeakSet();
let preparing = 0; // the number of choices whose photos are being made smaller
let latest = 0; // counts the photos that were chosen
const photoInput = () => document.querySelector("#photo input[type=file]");

function typed(file) {
  const type = TYPES[file.name.split(".").pop().toLowerCase()];
  if (file.type.startsWith("image/") || !type) return file;
  return new File([file], file.name, { type, lastModified: file.lastModified });
}

// The file as it is to be sent; where it cannot be read here, as it is.
async function shrunk(file) {
  if (!SHRUNK.includes(file.type)) return file;
  try {
    const photo = await createImageBitmap(file);
    const scale = props.most_px / Math.max(photo.width, photo.height);
    if (scale * FAR_LARGER >= 1) return file;
    const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(scale * side)));
    const smaller = await createImageBitmap(photo, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").drawImage(smaller, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, file.type, QUALITY));
    if (!blob || blob.type !== file.type || blob.size >= file.size) return file;
    say(props.words.shrunk.replace("{width}", () => width).replace("{height}", () => height));
    return new File([blob], file.name, { type: file.type, lastModified: file.lastModified });
  } catch {
    return file;
  }
}

async function put(input, files) {
  const transfer = new DataTransfer();
  const turn = input === photoInput() ? ++latest : latest;
  preparing += 1;
  unsay();
  try {
    for (const file of files) transfer.items.add(await shrunk(typed(file)));
  } finally {
    preparing -= 1;
  }
  if (input === photoInput() && turn !== latest) return; // another photo was chosen meanwhile
  hand(input, [...transfer.files]);
}

function hand(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  for (const file of input.files) prepared.add(file);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// A sentence about the photo that is being chosen, beside those of the server; it goes with the photo.
function say(sentence) {
  unsay();
  const line = Object.assign(document.createElement("p"), { className: "status-line photo-said", role: "status", textContent: sentence });
  document.querySelector("#photo-note")?.append(line);
}

function unsay() {
  document.querySelector(".photo-said")?.remove();
}

// Of a clipboard that may not be read, or is not there because the page came without encryption, Gradio says nothing.
const board = navigator.clipboard ?? {};
if (!navigator.clipboard) Object.defineProperty(navigator, "clipboard", { value: board });
const readBoard = board.read?.bind(board);
board.read = async () => {
  try {
    return await readBoard();
  } catch {
    say(props.words.paste);
    return [];
  }
};

// The first of the icons below a photo asks for another one; Gradio takes the present one away at once.
document.addEventListener("click", (event) => {
  const icon = event.target.closest?.("#photo .source-selection button:first-of-type");
  if (!icon || !document.querySelector("#photo img") || !photoInput()) return;
  event.stopImmediatePropagation();
  photoInput().click();
}, { capture: true });
// Nothing is painted of a photo that is about to be replaced; and what was said of a photo goes with it.
document.addEventListener("click", (event) => {
  if (preparing && event.target.closest?.("#paint, #paint-all, #tries button")) event.stopImmediatePropagation();
  if (event.target.closest?.("#photos [data-key], #photo .icon-button-wrapper button:last-of-type")) unsay();
}, { capture: true });
document.addEventListener("paste", (event) => {
  const photo = [...event.clipboardData.files].find((file) => typed(file).type.startsWith("image/"));
  if (!photo || !photoInput() || event.target.closest?.("input, textarea")) return;
  put(photoInput(), [photo]);
});
document.addEventListener("change", (event) => {
  const { target } = event;
  if (!target.matches?.("input[type=file]") || target.matches(".own-file")) return;
  const files = [...target.files];
  if (!files.length || files.every((file) => prepared.has(file))) return;
  const isPhoto = target === photoInput() || target === document.querySelector("#several")?.previousElementSibling;
  if (!isPhoto && files.every((file) => typed(file) === file)) return;
  event.stopImmediatePropagation();
  if (isPhoto) put(target, files);
  else hand(target, files.map(typed));
}, { capture: true });
document.addEventListener("drop", (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!files.length || !event.target.closest?.("#photo") || !photoInput()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  put(photoInput(), files.slice(0, 1));
  if (files.length > 1) say(props.words.one.replace("{name}", () => files[0].name).replace("{count}", () => files.length));
}, { capture: true });
