// Copying works where the browser denies the clipboard, too, or has none because the page came without encryption: by the
// command that came before it. Gradio's copy buttons call navigator.clipboard and expect no refusal.

function copySelected(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  const focused = document.activeElement;
  field.style.cssText = "position: fixed; opacity: 0;";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
}

const clipboard = navigator.clipboard;
const writeText = clipboard?.writeText?.bind(clipboard);
async function write(text) {
  try {
    await writeText(text);
  } catch {
    copySelected(text);
  }
}
if (clipboard) clipboard.writeText = write;
else Object.defineProperty(navigator, "clipboard", { value: { writeText: write } });
