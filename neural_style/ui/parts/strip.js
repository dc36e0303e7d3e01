// The results of this session: a click on one shows it, and its small button compares the shown picture with it.
// Two more buttons star it, which keeps it, and delete it.
// props.value: {shown, results: [{key, thumbnail, label, look, facts: [text], picture: {url}, is_starred}]}. Fixed: props.words, props.icon.
// Two events of the document connect strip and viewer, without the server: "neural-style-compare" says with which result
// to compare ({key, url, label}, or null for the photo), "neural-style-shown" the address of the picture in the viewer.

const strip = element.querySelector(".strip");
let compared = null; // the key of the result that is compared with
let shownUrl = null;

function compare(result) {
  const detail = result && { key: result.key, url: result.picture.url, label: result.label };
  document.dispatchEvent(new CustomEvent("neural-style-compare", { detail }));
}

function card(result) {
  const { key, thumbnail, label, look, facts } = result;
  const show = make(
    "button",
    { type: "button", class: "strip-result", "data-key": key, title: label, "aria-label": label },
    make("img", { src: thumbnail, alt: "" }),
    make("span", { class: "strip-look" }, look),
    ...facts.map((fact) => make("span", { class: "strip-fact" }, fact)),
  );
  const against = make("button", { type: "button", class: "strip-compare", "data-key": key });
  against.title = props.words.compare.replace("{label}", () => label);
  against.setAttribute("aria-label", against.title);
  against.innerHTML = props.icon;
  against.addEventListener("click", () => compare(compared === key ? null : result));
  show.addEventListener("click", (event) => (event.shiftKey ? compare(result) : trigger("click", { key, does: "show" })));
  const { is_starred } = result;
  const star = tool("strip-star", key, props.words[is_starred ? "unstar" : "star"], label, is_starred ? "★" : "☆");
  star.setAttribute("aria-pressed", is_starred);
  star.addEventListener("click", () => trigger("click", { key, does: "star", is_starred: !is_starred }));
  const remove = tool("strip-delete", key, props.words.delete, label, "✕");
  remove.addEventListener("click", () => trigger("click", { key, does: "delete" }));
  return make("div", { class: "strip-card" }, show, against, make("div", { class: "strip-tools" }, star, remove));
}

function tool(name, key, words, label, sign) {
  const button = make("button", { type: "button", class: name, "data-key": key }, sign);
  button.title = words.replace("{label}", () => label);
  button.setAttribute("aria-label", button.title);
  return button;
}

// A picture that is shown is not compared with itself; while another one is painted, it can be.
function mark() {
  for (const { key, picture } of props.value.results) {
    const [show, against] = ["result", "compare"].map((part) => strip.querySelector(`.strip-${part}[data-key="${CSS.escape(key)}"]`));
    if (!show) continue; // a value that is not drawn yet
    show.setAttribute("aria-pressed", key === props.value.shown);
    against.setAttribute("aria-pressed", key === compared);
    against.hidden = picture.url === shownUrl;
  }
}

function draw() {
  const { results } = props.value;
  const focused = strip.contains(document.activeElement) ? document.activeElement : null;
  strip.hidden = results.length === 0;
  strip.replaceChildren(...results.map(card));
  if (compared && !results.some(({ key }) => key === compared)) compare(null);
  mark();
  if (focused) strip.querySelector(`.${focused.className}[data-key="${CSS.escape(focused.dataset.key)}"]`)?.focus({ preventScroll: true });
}

document.addEventListener("neural-style-compare", ({ detail }) => {
  compared = detail?.key ?? null;
  mark();
});
document.addEventListener("neural-style-shown", ({ detail }) => {
  shownUrl = detail;
  mark();
});
watch("value", draw);
draw();
