// The shown picture as a JPEG, to keep or to hand to another program of the device.
// props.value: {picture: {url, orig_name} | null, gone: what is said where it is no longer there}.

const QUALITY = 0.93;
const [jpeg, share, note] = [".jpeg", ".share", ".share-note"].map((part) => element.querySelector(part));
const canShare = Boolean(navigator.canShare?.({ files: [new File([""], "a.jpg", { type: "image/jpeg" })] }));

async function picture() {
  const { url, orig_name: name } = props.value.picture;
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return new File([blob], name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
}

function keep(file) {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function handOver(file) {
  try {
    await navigator.share({ files: [file], title: document.title });
  } catch (error) {
    if (error.name !== "AbortError") keep(file); // who closes the sheet wants nothing
  }
}

async function withPicture(button, use) {
  button.disabled = true;
  note.textContent = "";
  try {
    await use(await picture());
  } catch {
    note.textContent = props.value.gone;
  } finally {
    button.disabled = false;
  }
}

function draw() {
  const isThere = Boolean(props.value.picture?.url);
  note.textContent = "";
  jpeg.hidden = !isThere;
  share.hidden = !isThere || !canShare;
}

jpeg.addEventListener("click", () => withPicture(jpeg, keep));
share.addEventListener("click", () => withPicture(share, handOver));
watch("value", draw);
draw();
