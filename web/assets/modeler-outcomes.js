// The ways in which a step ends. An outcome's id comes from its words and stays its own; once a flow goes by it, it is kept.
import { CheckboxEntry, ListGroup, SelectEntry, TextFieldEntry, isCheckboxEntryEdited, isSelectEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { SAID } from "./modeler-said.js";
import { derived, unique } from "./naming.js";

const TYPE = "mc:Outcome";
export function outcomes(element, injector, w) {
  const registry = injector.get("elementRegistry"), debounce = injector.get("debounceInput");
  const list = w.all(element, TYPE);
  const others = (one) => list.filter((each) => each !== one).map((each) => each.get("id"));
  const goneBy = (id) => registry.filter((each) => (each.businessObject?.conditionExpression?.body ?? "").includes(`"${id}"`)).length > 0;
  function renamed(one, label) {
    const before = one.get("id"), own = derived(one.get("label") ?? "");
    const ours = before === own || new RegExp(`^${own}_\\d+$`).test(before);
    const changed = { label: label || undefined };
    if (label && ours && !goneBy(before)) changed.id = unique(derived(label), others(one));
    w.execute([w.change(element, one, changed)]);
  }
  const set = (one, name) => (value) => w.execute([w.change(element, one, { [name]: value || undefined })]);
  const text = (one, name, key) => ({
    id: `${key}-${name}`, component: TextFieldEntry, isEdited: isTextFieldEntryEdited, debounce, label: SAID[name],
    getValue: () => one.get(name) ?? "", setValue: name === "label" ? (value) => renamed(one, value) : set(one, name),
    validate: name === "label" ? (value) => (value ? "" : SAID.wordsMissing) : undefined,
  });
  const tick = (one, name, key) => ({ id: `${key}-${name}`, component: CheckboxEntry, isEdited: isCheckboxEntryEdited, label: SAID[name], getValue: () => one.get(name) === true, setValue: set(one, name) });
  const tone = (one, key) => ({
    id: `${key}-tone`, component: SelectEntry, isEdited: isSelectEntryEdited, label: SAID.tone, getValue: () => one.get("tone"),
    getOptions: () => Object.entries(SAID.tones).map(([value, label]) => ({ value, label })), setValue: set(one, "tone"),
  });
  return {
    id: "mc-outcomes", label: SAID.outcomes, component: ListGroup,
    add: (event) => {
      event.stopPropagation();
      const words = `${SAID.outcome} ${list.length + 1}`;
      w.replace(element, TYPE, [...list, w.factory.create(TYPE, { id: unique(derived(words), list.map((each) => each.get("id"))), label: words, tone: list.length ? "secondary" : "primary", affirmative: list.length === 0 })]);
    },
    items: list.map((one, index) => {
      const key = `mc-outcome-${index}`;
      return {
        id: key, label: one.get("label") || one.get("id"), autoFocusEntry: `${key}-label`,
        entries: [text(one, "label", key), text(one, "labelEn", key), tick(one, "affirmative", key), tick(one, "reason", key), tick(one, "supplement", key), tone(one, key)],
        remove: (event) => {
          event.stopPropagation();
          w.replace(element, TYPE, list.filter((each) => each !== one));
        },
      };
    }),
  };
}
