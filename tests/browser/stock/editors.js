// The editors of bpmn.io as they come, with nothing of ours: what they make of a file is what they write of it.
import Modeler from "bpmn-js/lib/Modeler";
import Decisions from "dmn-js/lib/Modeler";
import { FormEditor } from "@bpmn-io/form-js-editor";

const stage = () => document.body.appendChild(document.createElement("div"));
globalThis.written = {
  async bpmn(text) {
    const modeler = new Modeler({ container: stage() });
    const { warnings } = await modeler.importXML(text);
    return { warnings: warnings.map(String), text: (await modeler.saveXML({ format: true })).xml };
  },
  async dmn(text) {
    const modeler = new Decisions({ container: stage() });
    const { warnings } = await modeler.importXML(text);
    return { warnings: warnings.map(String), text: (await modeler.saveXML({ format: true })).xml };
  },
  async form(text) {
    const editor = new FormEditor({ container: stage() });
    const { warnings } = await editor.importSchema(JSON.parse(text));
    return { warnings: warnings.map(String), text: JSON.stringify(editor.saveSchema()) };
  },
};
