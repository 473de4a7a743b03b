// A draft saves itself: some time after the last change, and with Ctrl+S. What another person saved meanwhile is told.
const PAUSE = 1500;
for (const form of document.querySelectorAll("form.mc-author:not([data-still])")) {
  const text = form.elements.noi_dung, base = form.elements.goc, said = form.querySelector(".mc-author__said");
  let kept = text.value, timer = 0, busy = false, apart = false;

  async function save() {
    if (busy) return later();
    if (apart || text.value === kept) return;
    busy = true;
    const sent = text.value;
    try {
      const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body: new FormData(form) });
      const told = await answer.json();
      said.textContent = told.sentence;
      if (answer.ok) {
        kept = sent;
        for (const frame of document.querySelectorAll("iframe[data-shown]")) frame.contentWindow.location.reload();
        for (const name of ["here", "seen", "words"]) for (const part of document.querySelectorAll(`[data-${name}]`)) if (name in told) part.innerHTML = told[name];
      }
      if (told.words) document.dispatchEvent(new Event("mc:told"));
      if (told.marks) form.dispatchEvent(new CustomEvent("mc:checked", { detail: told.marks }));
      apart = answer.ok && told.beside; // each further save would be one more beside the draft
      if (answer.ok && !told.beside) {
        base.value = told.number;
        // The record as a form shows what was there when the page was loaded: its base stays.
        for (const other of document.querySelectorAll('form:not(.mc-record) > input[name="goc"]')) other.value = told.number;
      }
    } catch {
      later();
    } finally {
      busy = false;
    }
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }
  text.addEventListener("input", later);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      clearTimeout(timer);
      save();
    }
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("beforeunload", (event) => {
    if (text.value !== kept && !form.dataset.leaving) event.preventDefault();
  });
  form.addEventListener("submit", () => (form.dataset.leaving = "1"));
}
// What a letter may name, put where the cursor stands; a line that something is wrong with, gone to.
document.addEventListener("click", ({ target }) => {
  const text = document.querySelector("form.mc-author textarea"), { insert, line } = target.closest?.("[data-insert], [data-line]")?.dataset ?? {};
  if (insert && !text.readOnly) {
    text.focus();
    text.setRangeText(insert, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (line) {
    const before = text.value.split("\n").slice(0, line - 1).join("\n").length, start = line > 1 ? before + 1 : 0, end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
  }
});
