// One tab stop for a group of buttons: the arrow keys, Home and End go from one to the next (WAI-ARIA's roving tabindex).
function rove(group, selector) {
  const buttons = () => [...group.querySelectorAll(selector)];
  const enter = (button) => {
    for (const each of buttons()) each.tabIndex = each === button ? 0 : -1;
  };
  const refresh = () => {
    const all = buttons();
    if (all.length === 0) return;
    if (!all.some((button) => button.tabIndex === 0) || all.filter((button) => button.tabIndex === 0).length > 1) enter(all[0]);
  };
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  group.addEventListener("focusin", ({ target }) => {
    const button = target.closest(selector);
    if (button) enter(button);
  });
  group.addEventListener("keydown", (event) => {
    const all = buttons();
    const index = all.indexOf(event.target.closest(selector));
    if (index < 0) return;
    const next = { Home: all[0], End: all.at(-1) }[event.key] ?? all[index + (STEPS[event.key] ?? 0)];
    if (!next || next === all[index]) return;
    event.preventDefault();
    enter(next);
    next.focus();
  });
  refresh();
  return refresh;
}

