// What a pointer, fingers and the wheel do to the picture.
// The whole picture is seen: a drag moves the line, and a finger that goes up or down scrolls the page, as does the
// plain wheel. It is zoomed: a drag moves the picture, the wheel zooms, and the line moves by its handle.
// Always: two fingers, ctrl + wheel (which is also how a trackpad's pinch arrives) and a double click or tap zoom.

const SLOP_PX = 5;
const TAP_MS = 320;
const TAP_PX = 30;
const REST_MS = 300; // a turn of the wheel that has zoomed does not go on to scroll the page

function watchGestures(figure, view, { hasPicture, hasLine, moveLine }) {
  const frame = figure.querySelector(".frame");
  const pointers = new Map();
  let gesture = null;
  let lastTap = null;
  let lastType = "mouse";
  let wheeledAt = -Infinity;

  const place = (event) => ({ x: event.clientX, y: event.clientY });
  const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

  function kindOf(event) {
    if (hasLine() && event.target.closest(".line")) return "line";
    if (view.isZoomed()) return "pan";
    return hasLine() ? "perhaps-line" : "nothing";
  }

  function pressed(event) {
    lastType = event.pointerType;
    if (event.button !== 0 || !hasPicture()) return;
    pointers.set(event.pointerId, place(event));
    frame.setPointerCapture(event.pointerId);
    gesture = pointers.size > 1 ? { kind: "pinch", moved: true } : { kind: kindOf(event), start: place(event), moved: false };
  }

  function moved(event) {
    let before = pointers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    if (gesture.kind === "pinch") return pinch(event.pointerId, before, now);
    if (!gesture.moved) {
      if (distance(gesture.start, now) < SLOP_PX) return;
      before = gesture.start;
      gesture.moved = true;
      if (gesture.kind === "perhaps-line") gesture.kind = isSwipe(event, before, now) ? "nothing" : "line";
    }
    pointers.set(event.pointerId, now);
    if (gesture.kind === "line") moveLine(now.x);
    if (gesture.kind === "pan") view.panBy(now.x - before.x, now.y - before.y);
  }

  function isSwipe(event, before, now) {
    return event.pointerType === "touch" && Math.abs(now.y - before.y) > Math.abs(now.x - before.x);
  }

  function pinch(id, before, now) {
    const other = [...pointers].find(([each]) => each !== id)?.[1];
    if (!other) return;
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    view.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    view.zoomBy(distance(now, other) / Math.max(1, distance(before, other)), middle);
    pointers.set(id, now);
  }

  function released(event) {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size === 1) gesture = { kind: view.isZoomed() ? "pan" : "nothing", moved: true };
    if (pointers.size > 0) return;
    if (event.type === "pointerup" && event.pointerType === "touch" && !gesture.moved) tapped(place(event), event.timeStamp);
  }

  function tapped(point, time) {
    const isSecond = lastTap && time - lastTap.time < TAP_MS && distance(point, lastTap.point) < TAP_PX;
    lastTap = isSecond ? null : { point, time };
    if (isSecond) view.toggleCloser(point);
  }

  function wheeled(event) {
    const withKey = event.ctrlKey || event.metaKey;
    const zooms = withKey || view.isZoomed() || document.fullscreenElement === figure || event.timeStamp - wheeledAt < REST_MS;
    if (!zooms || !hasPicture()) return;
    event.preventDefault();
    wheeledAt = event.timeStamp;
    const pixels = event.deltaY * [1, 33, 400][event.deltaMode];
    const speed = withKey ? 0.01 : 0.002; // a trackpad's pinch comes in small steps
    view.zoomBy(Math.exp(-Math.max(-0.3, Math.min(0.3, speed * pixels))), place(event));
  }

  function keepFromPage(event) {
    if (pointers.size > 1 && event.cancelable) event.preventDefault();
  }

  frame.addEventListener("pointerdown", pressed);
  frame.addEventListener("pointermove", moved);
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, released);
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("dblclick", (event) => {
    if (lastType !== "touch" && !event.target.closest(".line")) view.toggleCloser(place(event));
  });
  frame.addEventListener("wheel", wheeled, { passive: false });
  for (const touch of ["touchstart", "touchmove"]) frame.addEventListener(touch, keepFromPage, { passive: false });
}
