// A draft saves itself: some time after the last change, and with Ctrl+S. What another person saved meanwhile is told.
const PAUSE = 1500;
for (const form of document.querySelectorAll("form.mc-author:not([data-still])")) {
  const text = form.elements.noi_dung, base = form.elements.goc, said = form.querySelector(".mc-author__said");
  let kept = text.value, timer = 0, busy = false;

  async function save() {
    if (busy) return later();
    if (text.value === kept) return;
    busy = true;
    const sent = text.value;
    try {
      const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body: new FormData(form) });
      const told = await answer.json();
      said.textContent = told.sentence;
      if (answer.ok) kept = sent;
      if (told.marks) form.dispatchEvent(new CustomEvent("mc:checked", { detail: told.marks }));
      if (answer.ok && !told.beside) {
        base.value = told.number;
        for (const other of document.querySelectorAll('input[name="goc"]')) other.value = told.number;
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
