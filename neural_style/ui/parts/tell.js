// Tells a visitor who looks elsewhere that the picture is done, by a notification of the browser. Fixed: props.words.
// The button is there while a picture is painted, where the browser can notify and has not been told not to.

const button = element.querySelector(".tell");
const canTell = "Notification" in window && isSecureContext;
let isWanted = false;
let wasPainting = false;

const progress = () => document.querySelector("#status progress");

function draw() {
  const isPainting = Boolean(progress());
  if (wasPainting && !isPainting && isWanted && document.hidden) tell();
  wasPainting = isPainting;
  button.hidden = !canTell || !isPainting || Notification.permission === "denied";
}

function tell() {
  const body = document.querySelector("#status .status-line")?.textContent ?? "";
  try {
    const notification = new Notification(props.words.done, { body, icon: "favicon.ico", tag: "neural-style" });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
    });
  } catch {
    // Chromium on Android notifies from service workers only: the title of the tab says it there
  }
}

async function ask() {
  const isGranted = (await Notification.requestPermission()) === "granted";
  isWanted = isGranted && !isWanted;
  button.setAttribute("aria-pressed", isWanted);
  button.textContent = isWanted ? props.words.told : props.words.tell;
  draw();
}

button.addEventListener("click", ask);
new MutationObserver(draw).observe(document.querySelector("#status") ?? document.body, { childList: true, subtree: true });
draw();
