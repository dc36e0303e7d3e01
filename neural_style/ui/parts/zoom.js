// Which part of the pictures is seen: one view for both, so that picture and photo stay in step.
// It is kept relative to the whole picture (zoom 1: all of it fits; x, y: the point at the middle of the pane, 0..1),
// and so stays the same when the window changes, and when another picture of the same shape takes the place of this one.
// 100 % is one pixel of the picture on one pixel of the screen (devicePixelRatio counts): nothing is resampled.

const LARGEST = 8; // pixels of the screen for a pixel of the picture, and times the fitted size where that is more
const CLOSER = 2; // times the fitted size: a double click on a picture that 100 % would not enlarge
const SAME_SHAPE = 0.02; // the largest difference of aspects, because a small preview has whole pixels, too

function zoomOf(figure, image) {
  const frame = figure.querySelector(".frame");
  const panes = [...figure.querySelectorAll(".pane")];
  const view = { zoom: 1, x: 0.5, y: 0.5 };
  let aspect = 1.5;
  let changed = () => {};

  function sizes() {
    const pane = panes[0].getBoundingClientRect();
    const width = Math.min(pane.width, pane.height * aspect);
    return { pane, width, height: width / aspect };
  }

  function actual() {
    const { width } = sizes();
    return image.naturalWidth && width ? image.naturalWidth / (devicePixelRatio * width) : 1;
  }

  // The middle of the pane stays over the picture's middle part, or on its centre where all of it is seen.
  function within(middle, shown, room) {
    const margin = room / 2 / shown;
    return margin >= 0.5 ? 0.5 : Math.min(1 - margin, Math.max(margin, middle));
  }

  function place(gliding = false) {
    const { pane, width, height } = sizes();
    if (!width) return;
    view.x = within(view.x, width * view.zoom, pane.width);
    view.y = within(view.y, height * view.zoom, pane.height);
    const left = pane.width / 2 - view.x * width * view.zoom;
    const top = pane.height / 2 - view.y * height * view.zoom;
    const seen = { left: Math.max(0, left), right: Math.min(pane.width, left + width * view.zoom) };
    const values = { "--x": `${left}px`, "--y": `${top}px`, "--zoom": view.zoom, "--width": `${width}px`, "--height": `${height}px` };
    for (const [name, value] of Object.entries(values)) frame.style.setProperty(name, value);
    figure.classList.toggle("gliding", gliding);
    figure.classList.toggle("zoomed", isZoomed());
    changed({ seen, percent: (100 * view.zoom) / actual() });
  }

  function isZoomed() {
    return view.zoom > 1.001;
  }

  function paneAt({ x, y }) {
    const boxes = panes.map((pane) => pane.getBoundingClientRect());
    return boxes.find((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) ?? boxes[0];
  }

  function setZoom(zoom, point = null, gliding = false) {
    const { pane, width, height } = sizes();
    const box = point ? paneAt(point) : pane;
    const [right, down] = point
      ? [point.x - box.left - box.width / 2, point.y - box.top - box.height / 2]
      : [0, 0];
    const kept = { x: view.x + right / (width * view.zoom), y: view.y + down / (height * view.zoom) };
    view.zoom = Math.abs(zoom - 1) < 0.01 ? 1 : zoom;
    view.x = kept.x - right / (width * view.zoom);
    view.y = kept.y - down / (height * view.zoom);
    place(gliding);
  }

  function zoomBy(factor, point = null, gliding = false) {
    const most = LARGEST * Math.max(1, actual());
    const least = Math.min(1, view.zoom); // a small picture at 100 % is smaller than fitted
    setZoom(Math.min(most, Math.max(least, view.zoom * factor)), point, gliding);
  }

  function panBy(right, down, gliding = false) {
    const { width, height } = sizes();
    view.x -= right / (width * view.zoom);
    view.y -= down / (height * view.zoom);
    place(gliding);
  }

  function fit(gliding = false) {
    Object.assign(view, { zoom: 1, x: 0.5, y: 0.5 });
    place(gliding);
  }

  return {
    place, isZoomed, zoomBy, panBy, fit, sizes,
    whenChanged: (listener) => { changed = listener; },
    setAspect(value) {
      const another = Math.abs(value / aspect - 1) > SAME_SHAPE;
      aspect = value;
      figure.style.setProperty("--aspect", value);
      if (another) fit();
      else place();
    },
    toggleActual() {
      const zoom = actual();
      if (Math.abs(view.zoom / zoom - 1) < 0.005) fit(true);
      else setZoom(zoom, null, true);
    },
    toggleCloser(point) {
      const zoom = actual();
      if (isZoomed()) fit(true);
      else setZoom(zoom > 1.1 ? zoom : CLOSER, point, true);
    },
  };
}
