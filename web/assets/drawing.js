// Turns the server's picture of a model into one that can be moved and zoomed. Without scripts the picture stays.
import Viewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

const LEGIBLE = 700; // narrower than this the picture is better scrolled than shrunk

async function show(place) {
  if (place.clientWidth < LEGIBLE) return;
  const answer = await fetch(place.dataset.model, { credentials: "same-origin" });
  if (!answer.ok) return;
  const stage = document.createElement("div");
  stage.className = place.className + " mc-drawing--live";
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  place.after(stage);
  const viewer = new Viewer({ container: stage });
  try {
    await viewer.importXML(await answer.text());
    const canvas = viewer.get("canvas");
    const elements = viewer.get("elementRegistry");
    for (const [id, mark] of Object.entries(JSON.parse(place.dataset.marks || "{}"))) {
      if (elements.get(id)) canvas.addMarker(id, `is-${mark}`);
    }
    canvas.zoom("fit-viewport", "auto");
    place.hidden = true;
  } catch {
    stage.remove();
  }
}
for (const place of document.querySelectorAll(".mc-drawing[data-model]")) {
  const fold = place.closest("details:not([open])"); // a drawing is fitted into a place that is seen
  if (fold) fold.addEventListener("toggle", () => show(place), { once: true });
  else show(place);
}
