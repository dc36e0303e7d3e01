// Tells a visitor who looks elsewhere that the picture is done, by a notification of the browser. Fixed: props.words.
// The button is there while a picture is painted, where the browser can notify and has not been told not to.

const button = element.querySelector(".tell");
const canTell = "Notification" in window && isSecureContext;
let isWanted = false;
let wasPainting = false;

// Several photos have a time without progress between two of them, but Stop is there until the end.
function draw() {
  const isPainting = Boolean(document.querySelector("#stop")?.offsetParent);
  if (wasPainting && !isPainting && isWanted && document.hidden) tell();
  wasPainting = isPainting;
  const isHidden = !canTell || !isPainting || Notification.permission === "denied";
  if (button.hidden !== isHidden) button.hidden = isHidden;
}

function tell() {
  const body = document.querySelector("#status .status-line")?.textContent ?? "";
  try {
    const hasFailed = body === props.words.failed_status;
    const notification = new Notification(hasFailed ? props.words.failed : props.words.done, { body, icon: "favicon.ico", tag: "neural-style" });
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
new MutationObserver(draw).observe(document.querySelector("#bar"), { childList: true, subtree: true, attributes: true });
draw();
