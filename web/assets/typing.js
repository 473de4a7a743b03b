// While somebody fills in a page of a draft it is saved by itself, and what is wrong with a field is said as soon as it
// is left. Without this script the page is saved and checked when it is sent.
for (const form of document.querySelectorAll("form[data-typing]")) {
  const left = new Set();
  let timer = 0;
  form.addEventListener("change", (event) => {
    if (!event.target.name) return;
    left.add(event.target.name);
    clearTimeout(timer);
    timer = setTimeout(() => save(form, left), 300);
  });
}

async function save(form, left) {
  const data = new FormData(form);
  data.delete("mot_lan");
  try {
    const answer = await fetch(form.dataset.typing, { method: "POST", body: data });
    if (!answer.ok || answer.redirected) return;
    const { errors } = await answer.json();
    for (const name of left) tell(form.elements.namedItem(name), errors[name] ?? "");
  } catch {
    // the line is broken: the page is sent later, as any page is
  }
}

// Says what is wrong with a field where the page itself would, or takes it away.
function tell(field, sentence) {
  if (!(field instanceof HTMLElement) || field.type === "checkbox") return;
  const group = field.closest(".govuk-form-group");
  const id = `${field.id}-error`;
  let said = document.getElementById(id);
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  group.classList.toggle("govuk-form-group--error", Boolean(sentence));
  field.classList.toggle(field.tagName === "TEXTAREA" ? "govuk-textarea--error" : field.tagName === "SELECT" ? "govuk-select--error" : "govuk-input--error", Boolean(sentence));
  if (!sentence) {
    said?.remove();
    field.removeAttribute("aria-invalid");
  } else {
    if (!said) {
      said = Object.assign(document.createElement("p"), { id, className: "govuk-error-message" });
      said.setAttribute("role", "status");
      (field.closest(".mc-day__row") ?? field).before(said);
    }
    said.textContent = sentence;
    field.setAttribute("aria-invalid", "true");
    described.push(id);
  }
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
}
