// The drawing of a draft, to be changed with the mouse and the keyboard. It stands over the text of the file, which
// stays what is saved: each change writes the text anew. Beside it a panel asks what administration adds to a step.
import "./modeler-panel-words.js";
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from "bpmn-js-properties-panel";
import minimap from "diagram-js-minimap";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./modeler.css";
import mc from "../../procedures/vocabulary/mc.json";
import { panelOf } from "./modeler-panel.js";
import { SAID, fill } from "./modeler-said.js";
import { translated } from "./modeler-words.js";
import { write } from "./said.js";

async function open(form) {
  const text = form.elements.noi_dung;
  const still = form.dataset.still === "1";
  const pickers = JSON.parse(form.dataset.pickers);
  const stage = document.createElement("div"), side = document.createElement("div"), both = document.createElement("div");
  both.className = "mc-modeler";
  stage.className = "mc-modeler__stage";
  side.className = "mc-modeler__side";
  both.append(stage, side);
  const panel = still ? [] : [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, { __init__: ["mcPanel"], mcPanel: ["type", panelOf(pickers)] }];
  const at = { getVariablesForElement: async () => pickers.variables };
  const modeler = new Modeler({
    container: stage, propertiesPanel: { parent: side }, moddleExtensions: { zeebe, mc },
    additionalModules: [minimap, ...panel, { translate: ["value", translated], variableResolver: ["value", at] }],
  });
  both.classList.toggle("mc-modeler--still", still);
  const whole = document.createElement("div");
  whole.className = "mc-modeler__all";
  whole.append(both);
  form.before(whole);
  try {
    await modeler.importXML(text.value);
  } catch {
    whole.remove(); // what cannot be drawn is mended as text
    form.querySelector("[data-text]").open = true;
    return;
  }
  const canvas = modeler.get("canvas"), elements = modeler.get("elementRegistry"), overlays = modeler.get("overlays");
  readable(canvas);
  let marked = [];
  function mark(findings) {
    for (const id of marked) {
      overlays.remove({ element: id, type: "finding" });
      if (elements.get(id)) canvas.removeMarker(id, "has-finding");
    }
    marked = Object.keys(findings).filter((id) => elements.get(id));
    for (const id of marked) {
      canvas.addMarker(id, "has-finding");
      const sign = document.createElement("span");
      sign.className = "mc-modeler__mark";
      sign.textContent = "!";
      sign.title = findings[id].join("\n");
      overlays.add(id, "finding", { position: { top: -10, right: 10 }, html: sign });
    }
  }
  mark(JSON.parse(form.dataset.findings));
  form.addEventListener("mc:checked", (event) => mark(event.detail)); // the check of what was just saved
  follow(modeler);
  sizes(tokens(both, stage, text, form.dataset.simulation), whole, canvas);
  if (still) return;
  modeler.on("commandStack.changed", async () => {
    const { xml } = await modeler.saveXML({ format: true });
    write(text, xml);
  });
  backwards(modeler);
  form.classList.add("mc-author--drawn");
}
// As much of the drawing as can be read, beside the palette; what does not fit is moved to.
const PALETTE = 124, EDGE = 24, LEAST = 0.7;
function readable(canvas, least = LEAST) {
  const { inner, outer } = canvas.viewbox();
  const fitting = Math.min((outer.width - PALETTE - EDGE) / inner.width, (outer.height - 2 * EDGE) / inner.height, 1);
  const scale = Math.max(fitting, least), spare = Math.max(outer.height / scale - inner.height, 2 * EDGE / scale);
  canvas.viewbox({ x: inner.x - PALETTE / scale, y: inner.y - spare / 2, width: outer.width / scale, height: outer.height / scale });
}
// The whole drawing at once, and the drawing on the whole screen.
function sizes(bar, whole, canvas) {
  const button = (words) => Object.assign(document.createElement("button"), { type: "button", textContent: words });
  const fit = button(SAID.fit), large = button(SAID.whole);
  bar.append(fit, large, bar.querySelector("p"));
  fit.addEventListener("click", () => readable(canvas, 0));
  const set = (on) => {
    whole.classList.toggle("mc-modeler__all--whole", on);
    large.textContent = on ? SAID.wholeEnd : SAID.whole;
    canvas.resized();
    readable(canvas);
  };
  large.addEventListener("click", () => set(!whole.classList.contains("mc-modeler__all--whole")));
  whole.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && target === large && whole.classList.contains("mc-modeler__all--whole")) set(false);
  });
}
// A field of the panel that is gone with its step leaves the focus nowhere: the keys that undo and redo still do.
function backwards(modeler) {
  document.addEventListener("keydown", (event) => {
    if (document.activeElement !== document.body || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase(), again = key === "y" || (key === "z" && event.shiftKey);
    if (!again && key !== "z") return;
    event.preventDefault();
    modeler.get("commandStack")[again ? "redo" : "undo"]();
  });
}
// Tokens that run on what is drawn, in a view over it: only looked at, nothing is written.
function tokens(both, stage, text, addresses) {
  const bar = document.createElement("div"), button = Object.assign(document.createElement("button"), { type: "button", textContent: SAID.simulate }), hint = document.createElement("p");
  bar.className = "mc-modeler__bar";
  hint.setAttribute("role", "status");
  bar.append(button, hint);
  both.before(bar);
  const [script, style] = addresses.split(" ");
  let layer = null, viewer = null;
  function close() {
    viewer?.destroy();
    layer?.remove();
    layer = viewer = null;
    both.classList.remove("mc-modeler--tokens");
    button.textContent = SAID.simulate;
    hint.textContent = "";
  }
  button.addEventListener("click", async () => {
    if (layer) return close();
    layer = document.createElement("div");
    layer.className = "mc-modeler__tokens";
    stage.append(layer);
    try {
      await fetched(script, style);
      viewer = await globalThis.mcSimulate(layer, text.value);
      both.classList.add("mc-modeler--tokens");
      button.textContent = SAID.simulateEnd;
      hint.textContent = SAID.simulateHint;
    } catch (error) {
      close();
      hint.textContent = globalThis.mcSimulate ? fill(SAID.simulateWrong, { list: error.message }) : SAID.simulateFailed;
    }
  });
  return bar;
}
let fetching = null;
function fetched(script, style) {
  fetching ??= new Promise((ready, failed) => {
    const code = Object.assign(document.createElement("script"), { src: script, onload: ready, onerror: failed });
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }), code);
  });
  fetching.catch(() => (fetching = null));
  return fetching;
}
// The drawing in words beside it: what is selected there is marked here, and a sentence leads to its element.
function follow(modeler) {
  const selection = modeler.get("selection"), elements = modeler.get("elementRegistry"), canvas = modeler.get("canvas");
  const mark = () => {
    const chosen = new Set(selection.get().map((one) => one.businessObject?.id));
    for (const line of document.querySelectorAll("[data-words] [data-element]")) {
      line.classList.toggle("mc-words__chosen", chosen.has(line.dataset.element));
      if (chosen.has(line.dataset.element)) line.parentElement.scrollTop = line.offsetTop - line.parentElement.offsetTop - 20;
    }
  };
  modeler.on("selection.changed", mark);
  document.addEventListener("mc:told", mark);
  document.addEventListener("click", ({ target }) => {
    const element = elements.get(target.closest?.("[data-words] [data-element]")?.dataset.element);
    if (!element?.parent) return;
    selection.select(element);
    canvas.scrollToElement(element);
  });
}
for (const form of document.querySelectorAll("form.mc-author")) open(form);
