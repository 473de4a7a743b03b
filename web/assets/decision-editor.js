// The decisions of a draft: tables, literal expressions and the drawing of what decides what. They stand over the text
// of the file, which stays what is saved.
import Modeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "./decision-editor.css";
import { vietnamese } from "./decision-words.js";
import { said, write, language } from "./said.js";

const VIEWS = { drd: { vi: "Sơ đồ quyết định", en: "Drawing of the decisions" } };

async function open(form) {
  const text = form.elements.noi_dung, still = form.dataset.still === "1";
  if (still) return;
  const whole = document.createElement("div"), stage = document.createElement("div"), bar = document.createElement("p");
  whole.className = "mc-decisions";
  stage.className = "mc-decisions__stage";
  bar.className = "mc-decisions__views";
  whole.append(bar, stage);
  form.before(whole);
  const translate = [{ translate: ["value", said(vietnamese)] }];
  const each = { additionalModules: translate };
  const modeler = new Modeler({ container: stage, drd: each, decisionTable: each, literalExpression: each, boxedExpression: each });
  try {
    await modeler.importXML(text.value);
  } catch {
    whole.remove(); // what cannot be drawn is mended as text
    form.querySelector("[data-text]").open = true;
    return;
  }
  let last = (await modeler.saveXML({ format: true })).xml, timer = 0;
  async function changed() {
    const { xml } = await modeler.saveXML({ format: true });
    if (xml !== last) write(text, (last = xml));
  }
  const heard = new Set();
  function views() {
    const viewer = modeler.getActiveViewer();
    if (viewer && !heard.has(viewer)) {
      heard.add(viewer);
      viewer.on("elements.changed", () => {
        clearTimeout(timer);
        timer = setTimeout(changed, 100);
      });
    }
    const now = modeler.getActiveView();
    bar.replaceChildren(
      ...modeler.getViews().map((view) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: VIEWS[view.type]?.[language] ?? view.element.name ?? view.id });
        button.setAttribute("aria-pressed", String(view === now));
        button.addEventListener("click", () => modeler.open(view));
        return button;
      }),
    );
  }
  modeler.on("views.changed", views);
  const table = modeler.getViews().find((view) => view.type !== "drd");
  if (table) await modeler.open(table);
  views();
  form.classList.add("mc-author--drawn");
}
for (const form of document.querySelectorAll("form.mc-author")) open(form);
