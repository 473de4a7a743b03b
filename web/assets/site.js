// What every page gains where scripts run: htmx for partial updates, govuk-frontend's behaviours, and two habits of our own.
import "htmx.org";
import { Button, Checkboxes, ErrorSummary, Radios, ServiceNavigation, SkipLink, createAll } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function enliven(scope) {
  for (const component of [Button, Checkboxes, ErrorSummary, Radios, ServiceNavigation, SkipLink]) createAll(component, undefined, scope);
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
