// A form of a draft, made by dragging its components. It stands over the text of the file, which stays what is saved.
import "./form-words.js";
import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import { obeyed } from "./form-panel.js";
import { derived, unique } from "./naming.js";
import { write } from "./said.js";

async function open(form) {
  const text = form.elements.noi_dung;
  if (form.dataset.still === "1") return;
  const stage = document.createElement("div");
  stage.className = "mc-form-editor";
  form.before(stage);
  const editor = new FormEditor({ container: stage, additionalModules: [{ __init__: ["obeyed"], obeyed: ["type", obeyed(JSON.parse(form.dataset.pickers))] }] });
  let begun;
  try {
    begun = JSON.parse(text.value);
    await editor.importSchema(structuredClone(begun));
  } catch {
    stage.remove(); // what cannot be drawn is mended as text
    form.querySelector("[data-text]").open = true;
    return;
  }
  const drawn = editor.saveSchema();
  let last = JSON.stringify(drawn);
  editor.on("changed", () => {
    const schema = editor.saveSchema(), now = JSON.stringify(schema);
    if (now === last) return; // a selection
    last = now;
    write(text, `${JSON.stringify(likeBefore(schema, begun, drawn), null, 2)}\n`);
  });
  let naming = 0;
  const name = () => {
    clearTimeout(naming);
    naming = setTimeout(() => (document.activeElement?.closest('[data-entry-id="label"]') ? 0 : named(editor, begun)), 500);
  };
  editor.on("changed", name);
  stage.addEventListener("focusout", name);
  form.classList.add("mc-author--drawn");
}
// A new field is called by its label, also in expressions and letters; what was there when the page was opened keeps its
// name, and so does what somebody named.
const own = new Map(), first = new Map();
function named(editor, begun) {
  const known = byId(begun), fields = editor.get("formFieldRegistry").getAll();
  for (const one of fields) {
    const given = one.key === own.get(one.id) || new RegExp(`^${one.type}_[a-z0-9]+$`).test(one.key ?? "");
    if (known.has(one.id) || !given || !one.label) continue;
    if (!first.has(one.id)) first.set(one.id, one.label);
    if (one.label === first.get(one.id)) continue; // what the editor calls every new one
    const key = unique(derived(one.label, "o"), fields.filter((each) => each !== one).map((each) => each.key));
    if (key === one.key) continue;
    own.set(one.id, key);
    editor.get("modeling").editFormField(one, "key", key);
  }
}
// A schema with the order and the silence of the text it began as: the editor puts keys anew and writes what it takes for
// granted. What was begun, and what the editor made of it at once, by the ids of the components.
function likeBefore(schema, begun, drawn) {
  const was = byId(begun), made = byId(drawn);
  const kept = (now, id) => {
    const before = was.get(id), taken = made.get(id) ?? {};
    const own = before ?? { type: 0, id: 0, key: 0, label: 0 };
    const silent = (name) => (before && !(name in before) && same(now[name], taken[name])) || (!before && name === "timeSerializingFormat"); // days and times are kept as ISO text
    const names = [...Object.keys(own).filter((name) => name in now), ...Object.keys(now).filter((name) => !(name in own) && !silent(name))];
    return Object.fromEntries(names.map((name) => [name, value(name, now, before, taken)]));
  };
  const value = (name, now, before, taken) => {
    if (name === "components") return now.components.map((one) => kept(one, one.id));
    return before && name in before && same(now[name], taken[name]) ? before[name] : now[name];
  };
  return kept(schema, "");
}
function byId(schema) {
  const inside = (one) => (one.components ?? []).flatMap((each) => [[each.id, each], ...inside(each)]);
  return new Map([["", schema], ...inside(schema)]);
}
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
for (const form of document.querySelectorAll("form.mc-author")) open(form);
