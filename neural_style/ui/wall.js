// The wall of paintings: cards to click, and a slider for the share of each chosen one.
// props.paintings, share_label and default_share: fixed. props.value: {shares: {key: 1..100}, own: [painting]}, read by Paint.
// A painting: {key, title, maker, year, thumbnail}. Texts go in as text nodes, never as HTML.

const wall = element.querySelector(".wall");
const mix = element.querySelector(".mix");
const percents = new Map();

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function setShares(shares) {
  props.value = { ...props.value, shares };
}

function toggle(key) {
  const { [key]: chosen, ...others } = props.value.shares;
  setShares(chosen === undefined ? { ...others, [key]: props.default_share } : others);
  draw();
}

function card(painting) {
  const caption = make("span", { class: "card-maker" }, [painting.maker, painting.year].filter(Boolean).join(", "));
  const button = make(
    "button",
    { type: "button", class: "card", "data-key": painting.key, "aria-pressed": painting.key in props.value.shares },
    make("img", { src: painting.thumbnail, alt: "", loading: "lazy" }),
    make("span", { class: "card-title" }, painting.title),
    caption,
  );
  button.title = `${painting.title}, ${caption.textContent}`;
  button.addEventListener("click", () => toggle(painting.key));
  return button;
}

function row(painting) {
  const slider = make("input", {
    type: "range", min: 1, max: 100, value: props.value.shares[painting.key], "data-key": painting.key,
    "aria-label": `${props.share_label} ${painting.title}`,
  });
  const percent = make("output", { class: "mix-percent" });
  percents.set(painting.key, percent);
  slider.addEventListener("input", () => {
    setShares({ ...props.value.shares, [painting.key]: Number(slider.value) });
    drawPercents();
  });
  return make("div", { class: "mix-row" },
    make("img", { src: painting.thumbnail, alt: "" }),
    make("span", { class: "mix-title" }, painting.title), slider, percent);
}

function drawPercents() {
  const shares = props.value.shares;
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  for (const [key, percent] of percents) percent.textContent = `${Math.round((100 * shares[key]) / total)} %`;
}

function draw() {
  const all = [...props.value.own, ...props.paintings];
  const focused = wall.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  wall.replaceChildren(...all.map(card));
  if (focused) wall.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  percents.clear();
  const rows = all.filter((painting) => painting.key in props.value.shares).map(row);
  mix.replaceChildren(...(rows.length > 1 ? rows : []));
  mix.hidden = rows.length < 2;
  if (rows.length > 1) drawPercents();
}

watch("value", draw);
draw();
