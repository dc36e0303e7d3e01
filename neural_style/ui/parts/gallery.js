// The gallery of paintings: cards to click, and for each chosen one its share, its brush size, and a button to take it off.
// props.paintings and the words: fixed. props.value: {styles: {key: {share: 1..100, scale}}, own: [painting]}, read by Paint.
// A painting: {key, title, maker, year, thumbnail}. Texts go in as text nodes, never as HTML.

const gallery = element.querySelector(".gallery");
const mix = element.querySelector(".mix");
const percents = new Map();
const BRUSH_STEPS = 2; // of the slider, for each doubling

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function setStyles(styles) {
  props.value = { ...props.value, styles };
}

function change(key, part) {
  setStyles({ ...props.value.styles, [key]: { ...props.value.styles[key], ...part } });
}

function toggle(key) {
  const { [key]: chosen, ...others } = props.value.styles;
  setStyles(chosen === undefined ? { ...others, [key]: { share: props.default_share, scale: 1 } } : others);
  draw();
}

function card(painting) {
  const caption = make("span", { class: "card-maker" }, [painting.maker, painting.year].filter(Boolean).join(", "));
  const button = make(
    "button",
    { type: "button", class: "card", "data-key": painting.key, "aria-pressed": painting.key in props.value.styles },
    make("img", { src: painting.thumbnail, alt: "", loading: "lazy" }),
    make("span", { class: "card-title" }, painting.title),
    caption,
  );
  button.title = [painting.title, caption.textContent].filter(Boolean).join(", ");
  button.addEventListener("click", () => toggle(painting.key));
  return button;
}

function slider(label, key, attributes, onInput) {
  const input = make("input", { type: "range", "data-key": key, "aria-label": label, ...attributes });
  input.addEventListener("input", () => onInput(Number(input.value)));
  return input;
}

function brushText(scale) {
  return `× ${Number(scale.toFixed(2))}`;
}

function row(painting, several) {
  const { share, scale } = props.value.styles[painting.key];
  const { words } = props;
  const percent = make("output", { class: "mix-percent" });
  percents.set(painting.key, percent);
  const brush = make("output", { class: "mix-brush" }, brushText(scale));
  const remove = make("button", { type: "button", class: "mix-remove", "aria-label": `${words.remove} ${painting.title}` }, "✕");
  remove.addEventListener("click", () => {
    toggle(painting.key);
    gallery.querySelector(`[data-key="${CSS.escape(painting.key)}"]`)?.focus({ preventScroll: true });
  });
  const shareSlider = slider(`${words.share_of} ${painting.title}`, painting.key,
    { class: "share", min: 1, max: 100, value: share },
    (value) => { change(painting.key, { share: value }); drawPercents(); });
  const brushSlider = slider(`${words.brush_of} ${painting.title}`, painting.key,
    { class: "brush", min: -2 * BRUSH_STEPS, max: 2 * BRUSH_STEPS, value: Math.round(BRUSH_STEPS * Math.log2(scale)) },
    (value) => {
      const chosen = 2 ** (value / BRUSH_STEPS);
      change(painting.key, { scale: chosen });
      brush.textContent = brushText(chosen);
    });
  const shares = several ? [make("span", { class: "mix-word" }, words.share), shareSlider, percent] : [];
  return make("div", { class: "mix-row", "data-key": painting.key },
    make("img", { src: painting.thumbnail, alt: "" }),
    make("span", { class: "mix-title", title: painting.title }, painting.title), remove,
    make("div", { class: "mix-sliders" }, ...shares, make("span", { class: "mix-word" }, words.brush), brushSlider, brush));
}

function drawPercents() {
  const styles = props.value.styles;
  const total = Object.values(styles).reduce((sum, style) => sum + style.share, 0);
  for (const [key, percent] of percents) percent.textContent = `${Math.round((100 * styles[key].share) / total)} %`;
}

function draw() {
  const all = [...props.value.own, ...props.paintings];
  const focused = gallery.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  gallery.replaceChildren(...all.map(card));
  if (focused) gallery.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  percents.clear();
  const chosen = all.filter((painting) => painting.key in props.value.styles);
  mix.replaceChildren(...chosen.map((painting) => row(painting, chosen.length > 1)));
  mix.hidden = chosen.length === 0;
  drawPercents();
}

watch("value", draw);
draw();
