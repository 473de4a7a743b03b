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
