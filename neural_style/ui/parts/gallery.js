// The gallery of paintings: cards to click, and for each chosen one its numbers and a button to take it off.
// Fixed: props.paintings, props.numbers ({name, label, kind}), props.defaults (name -> value), props.most_part, props.words.
// props.value: {styles: {key: {name: value}}, own: [painting]}, read by Paint.
// A painting: {key, title, maker, year, thumbnail}. Texts go in as text nodes, never as HTML.

const gallery = element.querySelector(".gallery");
const mix = element.querySelector(".mix");
const refreshStops = rove(gallery, ".card");
const parts = []; // of the rows that are shown: {key, name, output}
const STEPS_A_DOUBLING = 2;
const DEGREES_A_STEP = 15;

function setStyles(styles) {
  props.value = { ...props.value, styles };
}

function change(key, part) {
  setStyles({ ...props.value.styles, [key]: { ...props.value.styles[key], ...part } });
}

function toggle(key) {
  const { [key]: chosen, ...others } = props.value.styles;
  setStyles(chosen === undefined ? { ...others, [key]: { ...props.defaults } } : others);
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

function say(template, words) {
  return template.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}

// How a number of each kind is shown: the ends of its slider, and what stands between the slider and the value.
const KINDS = {
  part: { min: 1, max: props.most_part, toSlider: (value) => value, fromSlider: (position) => position },
  factor: {
    min: -2 * STEPS_A_DOUBLING,
    max: 2 * STEPS_A_DOUBLING,
    toSlider: (value) => Math.round(STEPS_A_DOUBLING * Math.log2(value)),
    fromSlider: (position) => 2 ** (position / STEPS_A_DOUBLING),
    text: (factor) => `× ${Number(factor.toFixed(2))}`,
  },
  angle: {
    min: -90 / DEGREES_A_STEP,
    max: 90 / DEGREES_A_STEP,
    toSlider: (value) => Math.round(value / DEGREES_A_STEP),
    fromSlider: (position) => position * DEGREES_A_STEP,
    text: (angle) => `${Number(angle.toFixed(1))}°`,
  },
};

function control(painting, { name, label, kind }) {
  const { min, max, toSlider, fromSlider, text } = KINDS[kind];
  const value = props.value.styles[painting.key][name];
  const output = make("output", { class: `mix-value ${name}` }, text ? text(value) : "");
  if (kind === "part") parts.push({ key: painting.key, name, output });
  const slider = make("input", {
    type: "range", class: `${name} ${kind}`, min, max, value: toSlider(value), "data-key": painting.key,
    "aria-label": say(props.words.number_of, { number: label, painting: painting.title }),
  });
  slider.addEventListener("input", () => {
    const chosen = fromSlider(Number(slider.value));
    change(painting.key, { [name]: chosen });
    if (text) output.textContent = text(chosen);
    else drawPercents();
  });
  return [make("span", { class: "mix-word" }, label), slider, output];
}

function row(painting, several) {
  const remove = make(
    "button",
    { type: "button", class: "mix-remove", "aria-label": say(props.words.remove, { painting: painting.title }) },
    "✕",
  );
  remove.addEventListener("click", () => {
    toggle(painting.key);
    gallery.querySelector(`[data-key="${CSS.escape(painting.key)}"]`)?.focus({ preventScroll: true });
  });
  const shown = props.numbers.filter(({ kind }) => several || kind !== "part"); // the only one is the whole
  return make("div", { class: "mix-row", "data-key": painting.key },
    make("img", { src: painting.thumbnail, alt: "" }),
    make("span", { class: "mix-title", title: painting.title }, painting.title), remove,
    make("div", { class: "mix-sliders" }, ...shown.flatMap((number) => control(painting, number))));
}

// Whole percents that add up to 100: what rounding down leaves goes to those that lost most by it.
function percents(values) {
  const total = values.reduce((sum, value) => sum + value, 0);
  const exact = values.map((value) => (100 * value) / total);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, value) => sum + value, 0);
  const byLoss = exact.map((value, index) => [value - whole[index], -index]).sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  for (const [, index] of byLoss.slice(0, left)) whole[-index] += 1;
  return whole;
}

function drawPercents() {
  const { styles } = props.value;
  for (const name of new Set(parts.map((part) => part.name))) {
    const shown = parts.filter((part) => part.name === name);
    const whole = percents(shown.map(({ key }) => styles[key][name]));
    shown.forEach(({ output }, index) => { output.textContent = `${whole[index]} %`; });
  }
}

// A painting that is dropped here is added as one that is chosen by the button.
function addDropped(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const input = document.querySelector("#upload")?.previousElementSibling; // Gradio's file input
  if (event.type !== "drop" || !input) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
for (const kind of ["dragover", "drop"]) element.addEventListener(kind, addDropped);

function draw() {
  const all = [...props.value.own, ...props.paintings];
  const focused = gallery.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  gallery.replaceChildren(...all.map(card));
  refreshStops();
  if (focused) gallery.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  parts.length = 0;
  const chosen = all.filter((painting) => painting.key in props.value.styles);
  mix.replaceChildren(...chosen.map((painting) => row(painting, chosen.length > 1)));
  mix.hidden = chosen.length === 0;
  drawPercents();
}

watch("value", draw);
draw();
