// The sketch sheet: small pictures of the photo, painted in several ways, to click. make.js and rove.js come before.
// props.value: {kind, label, places: [{name, label, url or null}]}.

const sheet = element.querySelector(".sheet");
let chosen = null; // the kind and the name of the sketch that was clicked last
const refreshStops = rove(sheet, ".sheet-sketch:not(:disabled)");

function place({ name, label, url }) {
  const picture = url ? make("img", { class: "sheet-picture", src: url, alt: "" }) : make("span", { class: "sheet-picture" });
  const caption = make("span", { class: "sheet-label", title: label }, label);
  const button = make("button", { type: "button", class: "sheet-sketch", "data-name": name }, picture, caption);
  button.disabled = !url;
  button.setAttribute("aria-pressed", chosen === `${props.value.kind} ${name}`);
  button.addEventListener("click", () => {
    chosen = `${props.value.kind} ${name}`;
    for (const each of sheet.children) each.setAttribute("aria-pressed", each === button);
    trigger("click", { kind: props.value.kind, name });
  });
  return button;
}

function draw() {
  const { places, label } = props.value;
  const focused = sheet.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  sheet.hidden = places.length === 0;
  sheet.setAttribute("aria-label", label);
  sheet.replaceChildren(...places.map(place));
  if (places.some(({ url }) => url)) refreshStops();
  if (focused) sheet.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

watch("value", draw);
draw();
