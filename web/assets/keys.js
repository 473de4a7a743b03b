// Keys of the worklist and the task page. Every one of them repeats what a link or a box on the page does.
const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const lines = () => [...document.querySelectorAll(".mc-table tbody tr")].filter((row) => row.querySelector("a"));
const move = (step) => {
  const rows = lines();
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.querySelector("a").focus();
};
const follow = (selector) => {
  const link = document.querySelector(selector);
  if (link) link.click();
  return Boolean(link);
};
const acts = {
  j: () => follow("a[data-key=j]") || move(1),
  k: () => follow("a[data-key=k]") || move(-1),
  x: () => document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
  g: () => follow(".govuk-back-link"),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => {
    const help = document.getElementById("phim-tat");
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};
document.addEventListener("keydown", (event) => {
  const act = acts[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  event.preventDefault();
  act();
});
// One box above a list ticks all of its lines.
for (const head of document.querySelectorAll("[data-all]")) {
  const all = head.querySelector("input");
  const boxes = () => [...all.form.querySelectorAll(`input[type=checkbox][name="${head.dataset.all}"]`)];
  head.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  all.form.addEventListener("change", () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}
// A panel that drops down closes when somebody goes on elsewhere, or presses Escape.
for (const kind of ["click", "focusin"])
  document.addEventListener(kind, (event) => {
    for (const drop of document.querySelectorAll(".mc-drop[open]")) if (!drop.contains(event.target)) drop.open = false;
  });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of document.querySelectorAll(".mc-drop[open]")) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});
// A phrase that is chosen goes into the text beside it, to be gone on with there.
for (const choice of document.querySelectorAll("select[data-phrases]")) {
  choice.addEventListener("change", () => {
    const text = document.getElementById(choice.dataset.phrases);
    if (!choice.value || !text) return;
    text.value = [text.value.trim(), choice.value].filter(Boolean).join(" ");
    choice.value = "";
    text.focus();
  });
}
