// What every page gains where scripts run: htmx for partial updates, govuk-frontend's behaviours, and two habits of our own.
import "htmx.org";
import { Button, Checkboxes, ErrorSummary, Radios, ServiceNavigation, SkipLink, createAll } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// A page that answers what was posted (one with errors) can be gone back to and loaded again: history keeps it as a page that is opened.
const again = document.documentElement.dataset.again;
if (again) history.replaceState(history.state, "", again);

function enliven(scope) {
  for (const component of [Button, Checkboxes, ErrorSummary, Radios, ServiceNavigation, SkipLink]) createAll(component, undefined, scope);
  for (const field of scope.querySelectorAll("input[data-day]")) calendar(field);
}
enliven(document);
document.addEventListener("htmx:after:swap", (event) => enliven(event.target instanceof Element ? event.target : document));

// Every request that htmx makes carries the page's token against forgery.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  const request = event.detail?.ctx?.request;
  if (token && request) request.headers["X-CSRFToken"] = token;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-print]");
  if (button) window.print();
});

// A filter form with data-auto sends itself when a choice changes.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("form[data-auto] select, form[data-auto] input[type=checkbox], form[data-auto] input[type=radio]")) event.target.form.requestSubmit();
});

// A calendar beside a field of a date: the browser's own, opened by a button; what is chosen stands as dd/mm/yyyy.
function calendar(field) {
  const picker = Object.assign(document.createElement("input"), { type: "date", className: "mc-day__picker", tabIndex: -1 });
  if (field.dataset.calendar || typeof picker.showPicker !== "function") return;
  field.dataset.calendar = "1";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "mc-day__button", tabIndex: -1 });
  const label = field.labels?.[0]?.textContent.trim() ?? "";
  button.setAttribute("aria-label", `${field.dataset.day}: ${label}`);
  picker.setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => {
    const [day, month, year] = field.value.split("/");
    picker.value = year?.length === 4 ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
    picker.showPicker();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && event.altKey) button.click();
  });
  picker.addEventListener("change", () => {
    field.value = picker.value.split("-").reverse().join("/");
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
  const row = Object.assign(document.createElement("div"), { className: "mc-day__row" });
  field.replaceWith(row);
  row.append(field, button, picker);
}
