// The look sheet: a sketch of the photo in each look, to click. props.value: {places: [{look, label, url or null}]}.

const sheet = element.querySelector(".sheet");
const refreshStops = rove(sheet, ".sheet-look:not(:disabled)");

function place({ look, label, url }) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "sheet-look", disabled: !url });
  const picture = document.createElement(url ? "img" : "span");
  picture.className = "sheet-picture";
  if (url) Object.assign(picture, { src: url, alt: "" });
  button.append(picture, Object.assign(document.createElement("span"), { className: "sheet-label", textContent: label }));
  button.addEventListener("click", () => trigger("click", { look }));
  return button;
}

function draw() {
  const { places } = props.value;
  sheet.hidden = places.length === 0;
  sheet.replaceChildren(...places.map(place));
  if (places.some(({ url }) => url)) refreshStops();
}

watch("value", draw);
draw();
