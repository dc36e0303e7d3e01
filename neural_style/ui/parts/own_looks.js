// Looks of one's own, in the browser's storage: {name: settings}. make.js comes before this script.
// props.value: {kept: {name, settings} | null, token}. Fixed: props.words. A file of them is {"looks": {name: settings}}.

const KEY = "neural-style-looks";
const MOST_LOOKS = 100;
const [list, note, form, name, files] = [".own-looks", ".own-note", ".own-form", ".own-name", ".own-file"].map((part) => element.querySelector(part));

function read() {
  try {
    return checked(JSON.parse(localStorage.getItem(KEY) ?? "{}")) ?? {};
  } catch {
    return {};
  }
}

function say(sentence) {
  note.textContent = sentence;
}

function write(looks) {
  say("");
  if (Object.keys(looks).length > MOST_LOOKS) return say(props.words.full);
  try {
    localStorage.setItem(KEY, JSON.stringify(looks));
  } catch {
    say(props.words.full);
  }
  draw();
}

// The looks of what may be anything at all, without those that are none; null: there are none in it.
function checked(looks) {
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord(looks)) return null;
  const found = Object.entries(looks).filter(([look, settings]) => look.trim() && look.length <= name.maxLength && isRecord(settings));
  return found.length ? Object.fromEntries(found.slice(0, MOST_LOOKS)) : null;
}

function chip(look, settings) {
  const use = make("button", { type: "button", class: "own-use" }, look);
  use.addEventListener("click", () => {
    say("");
    trigger("click", { name: look, settings });
  });
  const remove = make("button", { type: "button", class: "own-delete", "aria-label": props.words.delete.replace("{name}", () => look) }, "✕");
  remove.title = remove.getAttribute("aria-label");
  remove.addEventListener("click", () => {
    const { [look]: _, ...others } = read();
    write(others);
    name.focus({ preventScroll: true });
  });
  return make("span", { class: "own-look" }, use, remove);
}

function draw() {
  const looks = Object.entries(read());
  list.replaceChildren(...looks.map(([look, settings]) => chip(look, settings)));
  element.querySelector(".own-export").disabled = looks.length === 0;
}

function exportLooks() {
  const url = URL.createObjectURL(new Blob([JSON.stringify({ looks: read() }, null, 2)], { type: "application/json" }));
  make("a", { href: url, download: "neural-style-looks.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function importLooks() {
  const [file] = files.files;
  if (!file) return;
  let looks = null;
  try {
    looks = checked(JSON.parse(await file.text()).looks);
  } catch {
    // no JSON: it is said below
  }
  files.value = "";
  if (looks) write({ ...read(), ...looks });
  else say(props.words.none.replace("{file}", () => file.name));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (name.value.trim()) trigger("submit", { name: name.value.trim() });
});
element.querySelector(".own-export").addEventListener("click", exportLooks);
element.querySelector(".own-import").addEventListener("click", () => files.click());
files.addEventListener("change", importLooks);
watch("value", () => {
  const { kept } = props.value;
  if (!kept) return;
  write({ ...read(), [kept.name]: kept.settings });
  name.value = "";
});
draw();
