// What administration adds to what is drawn, each picked from what there is: entries of the group "Thủ tục".
import { CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry, isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { SAID, fill } from "./modeler-said.js";
import { timers } from "./modeler-timers.js";

const KEY = "= ho_so.ma";
const REMINDERS = [["PT30M", SAID.minutes, 30], ["PT1H", SAID.hours, 1], ["PT2H", SAID.hours, 2], ["PT4H", SAID.hours, 4], ["P1D", SAID.days, 1], ["P2D", SAID.days, 2], ["P3D", SAID.days, 3], ["P5D", SAID.days, 5]].map(([key, words, n]) => [key, fill(words, { n })]);
const MOST = 60; // units of a term to pick from
const catches = (element) => is(element, "bpmn:ReceiveTask") || (isAny(element, ["bpmn:IntermediateCatchEvent", "bpmn:BoundaryEvent"]) && definition(element, "bpmn:MessageEventDefinition"));
export const definition = (element, type) => (element.businessObject.eventDefinitions ?? []).find((one) => is(one, type));

// The kinds of entries: what is read and written is said by get and set.
export const pick = (id, label, options, get, set) => ({
  id, label, component: SelectEntry, isEdited: isSelectEntryEdited, getValue: () => String(get()), setValue: set,
  getOptions: () => {
    const value = String(get()), known = options;
    const all = known.some(([key]) => key === "") ? known : [["", SAID.nothing], ...known];
    return (all.some(([key]) => key === value) ? all : [...all, [value, value]]).map(([key, text]) => ({ value: key, label: text }));
  },
});
export const text = (id, label, debounce, get, set) => ({ id, label, debounce, component: TextFieldEntry, isEdited: isTextFieldEntryEdited, getValue: get, setValue: (value) => set(value ?? "") });
const area = (id, label, debounce, get, set) => ({ ...text(id, label, debounce, get, set), component: TextAreaEntry, isEdited: isTextAreaEntryEdited, autoResize: true });
const tick = (id, label, get, set) => ({ id, label, component: CheckboxEntry, isEdited: isCheckboxEntryEdited, getValue: get, setValue: set });

export function procedure(element, injector, w, pickers) {
  const debounce = injector.get("debounceInput"), registry = injector.get("elementRegistry");
  const one = (id, label, options, type, name) => pick(id, label, options, () => w.read(element, type, name), (value) => w.put(element, type, name, { [name]: value }));
  const some = (options) => options.length > 0;
  const task = is(element, "bpmn:UserTask"), node = is(element, "bpmn:FlowNode");
  if (!node) return [];
  const gateway = is(element, "bpmn:Gateway"), found = [];
  if (task) found.push(...assigned(element, w, pickers), one("mc-form", SAID.form, pickers.forms, "zeebe:FormDefinition", "formId"));
  if (is(element, "bpmn:BusinessRuleTask")) found.push(decision(element, w, pickers));
  if (is(element, "bpmn:CallActivity")) found.push(one("mc-called", SAID.called, others(element, pickers.processes), "zeebe:CalledElement", "processId"));
  if (is(element, "bpmn:ServiceTask") && (some(pickers.services) || w.read(element, "zeebe:TaskDefinition", "type"))) found.push(one("mc-service", SAID.service, pickers.services, "zeebe:TaskDefinition", "type"));
  if (gateway) return found;
  found.push(...timers(element, w, pickers, debounce));
  if (isAny(element, ["bpmn:Activity", "bpmn:CatchEvent"])) found.push(...term(element, w, pickers, task));
  found.push(one("mc-status", SAID.status, pickers.statuses, "mc:Status", "code"));
  if (w.read(element, "mc:Status", "code")) found.push(moment(element, w, "mc:Status"));
  if (isAny(element, ["bpmn:Task", "bpmn:IntermediateCatchEvent"])) found.push(one("mc-pause", SAID.pause, pickers.pauses, "mc:Pause", "kind"));
  found.push(one("mc-letter", SAID.letter, pickers.letters, "mc:Letter", "template"));
  if (w.read(element, "mc:Letter", "template")) found.push(moment(element, w, "mc:Letter"));
  if (task) {
    found.push(one("mc-result", SAID.result, pickers.results, "mc:Result", "code"), one("mc-signature", SAID.signature, pickers.levels, "mc:Signature", "level"), back(element, w, registry));
    found.push(mark(element, w, "mc-extension", SAID.extension, "mc:Extension"));
    if (some(pickers.receipts)) found.push(one("mc-receipt", SAID.receipt, pickers.receipts, "mc:Receipt", "role"));
  }
  if (some(pickers.acts)) found.push(one("mc-document", SAID.document, pickers.acts, "mc:Document", "act"));
  if (isAny(element, ["bpmn:Activity", "bpmn:EndEvent"])) found.push(mark(element, w, "mc-finish", SAID.finish, "mc:Finish"), mark(element, w, "mc-return", SAID.give, "mc:Return"));
  const step = (name) => (value) => w.put(element, "mc:Step", "label", { [name]: value });
  found.push(text("mc-step", SAID.step, debounce, () => w.read(element, "mc:Step", "label"), step("label")));
  if (w.read(element, "mc:Step", "label")) found.push(text("mc-step-en", SAID.stepEn, debounce, () => w.read(element, "mc:Step", "labelEn"), step("labelEn")));
  return found;
}
const others = (element, processes) => {
  let root = element.businessObject;
  while (root && !is(root, "bpmn:Process")) root = root.$parent;
  return processes.filter(([id]) => id !== root?.id);
};
function moment(element, w, type) {
  const chosen = [["enter", SAID.enter], ["complete", SAID.complete]];
  return only(pick(`${type.toLowerCase().replace(":", "-")}-on`, SAID.on, chosen, () => w.read(element, type, "on"), (on) => w.execute([w.change(element, w.all(element, type)[0], { on: on === "enter" ? undefined : on })])));
}
// One that has to have a value offers no nothing.
export const only = (entry) => ({ ...entry, getOptions: () => entry.getOptions().filter(({ value }) => value !== "") });
const mark = (element, w, id, label, type) => tick(id, label, () => w.all(element, type).length > 0, (on) => w.replace(element, type, on ? [w.factory.create(type)] : []));

// Who does a step: a role, at which agency, or one person that an earlier step named.
function assigned(element, w, pickers) {
  const TYPE = "zeebe:AssignmentDefinition", written = w.read(element, TYPE, "candidateGroups");
  const plain = /^(\w+)(?:@(.+))?$/.exec(written), by = /^=\s*"(\w+)@"\s*\+\s*(\w+)$/.exec(written);
  const role = plain?.[1] ?? by?.[1] ?? "", own = written !== "" && !role;
  const agency = plain?.[2] ?? (by ? `=${by[2]}` : "");
  const put = (who, where) => w.put(element, TYPE, "candidateGroups", { candidateGroups: !who ? "" : where.startsWith("=") ? `= "${who}@" + ${where.slice(1)}` : where ? `${who}@${where}` : who });
  const assignee = w.read(element, TYPE, "assignee");
  const fields = pickers.fields.official.map(([key, label]) => [`= ${key}`, fill(SAID.assigneeField, { field: label })]);
  const found = [pick("mc-role", SAID.role, own ? [...pickers.roles, [written, fill(SAID.byExpression, { text: written })]] : pickers.roles, () => (own ? written : role), (who) => who !== written && put(who, own ? "" : agency))];
  if (role) {
    const chosen = pickers.fields.agency.map(([key, label]) => [`=${key}`, fill(SAID.agencyField, { field: label })]);
    found.push(pick("mc-agency", SAID.agency, [["", SAID.agencyOwn], ...chosen, ...pickers.agencies], () => agency, (where) => put(role, where)));
  }
  if (fields.length || assignee) found.push(pick("mc-assignee", SAID.assignee, [["", SAID.assigneeNone], ...fields], () => assignee.replace(/^=\s*/, "= "), (value) => w.put(element, TYPE, "assignee", { assignee: value, candidateGroups: written })));
  return found;
}
function decision(element, w, pickers) {
  const TYPE = "zeebe:CalledDecision";
  return pick("mc-decision", SAID.decision, pickers.decisions, () => w.read(element, TYPE, "decisionId"), (id) =>
    id ? w.put(element, TYPE, "decisionId", { decisionId: id, resultVariable: w.read(element, TYPE, "resultVariable") || id }) : w.replace(element, TYPE, []));
}
function term(element, w, pickers, task) {
  const TYPE = "mc:Term", value = w.read(element, TYPE, "value"), numbers = Array.from({ length: MOST }, (_, n) => [String(n + 1), String(n + 1)]);
  const put = (given) => w.put(element, TYPE, "value", given);
  const found = [pick("mc-term", SAID.term, numbers, () => value, (number) => put(number ? { value: number, unit: w.read(element, TYPE, "unit") || "WORKING_DAY" } : { value: "" }))];
  if (!value) return task ? found : [];
  found.push(only(pick("mc-unit", SAID.unit, pickers.units, () => w.read(element, TYPE, "unit"), (unit) => put({ value, unit }))));
  if (!task) return found;
  found.push(pick("mc-reminder", SAID.reminder, REMINDERS, () => w.read(element, TYPE, "reminder"), (reminder) => put({ value, reminder })));
  found.push(pick("mc-escalate", SAID.escalate, pickers.roles, () => w.read(element, TYPE, "escalateTo"), (escalateTo) => put({ value, escalateTo })));
  return found;
}
function back(element, w, registry) {
  const steps = registry.filter((one) => one !== element && is(one, "bpmn:UserTask") && one.businessObject.$parent === element.businessObject.$parent).map((one) => [one.id, one.businessObject.name || one.id]);
  return pick("mc-back", SAID.back, steps, () => w.read(element, "mc:Back", "to"), (to) => w.put(element, "mc:Back", "to", { to }));
}

// What the citizen does while the process waits here, and what silence means.
export function citizen(element, injector, w, pickers) {
  const debounce = injector.get("debounceInput"), TYPE = "mc:Citizen", found = [];
  if (catches(element)) {
    const action = w.read(element, TYPE, "action"), waits = is(element, "bpmn:ReceiveTask") || is(element, "bpmn:IntermediateCatchEvent");
    found.push(pick("mc-message", SAID.message, pickers.awaited, () => messageOf(element)?.name ?? "", (name) => w.execute(waitsFor(element, injector, w, name))));
    if (waits || action) found.push(pick("mc-action", SAID.action, pickers.actions, () => action, (chosen) => acts(element, injector, w, chosen, pickers)));
    if (action) for (const [id, label, name] of [["mc-citizen-label", SAID.citizenLabel, "label"], ["mc-citizen-label-en", SAID.citizenLabelEn, "labelEn"]]) found.push(text(id, label, debounce, () => w.read(element, TYPE, name), (value) => w.put(element, TYPE, "action", { action, [name]: value })));
  }
  if (is(element, "bpmn:Event") && definition(element, "bpmn:TimerEventDefinition")) {
    found.push(area("mc-silence", SAID.silence, debounce, () => w.read(element, "mc:Silence", "body"), (body) => (body ? w.put(element, "mc:Silence", "body", { body }) : w.replace(element, "mc:Silence", []))));
  }
  return found;
}
const holder = (element) => (is(element, "bpmn:ReceiveTask") ? element.businessObject : definition(element, "bpmn:MessageEventDefinition"));
const messageOf = (element) => holder(element)?.messageRef;
function acts(element, injector, w, action, pickers) {
  if (!action) return w.replace(element, "mc:Citizen", []);
  const message = pickers.messages[action], before = w.all(element, "mc:Citizen")[0];
  const steps = before ? [w.change(element, before, { action, message })] : w.replaced(element, "mc:Citizen", [w.factory.create("mc:Citizen", { action, message })]);
  w.execute([...steps, ...waitsFor(element, injector, w, message)]);
}
// The message of the diagram by its name, made where there is none; what a citizen does reaches their own dossier by its key.
function waitsFor(element, injector, w, name) {
  const definitions = injector.get("bpmnjs").getDefinitions(), steps = [];
  if (!name) return [w.change(element, holder(element), { messageRef: undefined })];
  let message = definitions.rootElements.find((one) => is(one, "bpmn:Message") && one.name === name);
  if (!message) {
    message = w.factory.create("bpmn:Message", { id: `tin_${name}`, name });
    const extension = w.factory.create("bpmn:ExtensionElements", { values: [] }), subscription = w.factory.create("zeebe:Subscription", { correlationKey: KEY });
    message.$parent = definitions;
    message.extensionElements = extension;
    extension.$parent = message;
    extension.values.push(subscription);
    subscription.$parent = extension;
    steps.push(w.change(element, definitions, { rootElements: [...definitions.rootElements, message] }));
  }
  return [...steps, w.change(element, holder(element), { messageRef: message })];
}

// When a flow that leaves a gateway is taken: for an outcome of a step, or in all other cases.
export function way(element, injector, w) {
  const source = element.source?.businessObject, bo = element.businessObject;
  if (!source || !isAny(source, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"])) return [];
  const body = bo.conditionExpression?.body ?? "", known = new Map();
  for (const one of injector.get("elementRegistry").filter((each) => is(each, "bpmn:UserTask"))) {
    for (const outcome of w.all(one, "mc:Outcome")) {
      const condition = `= hanh_dong = "${outcome.get("id")}"`;
      const said = fill(SAID.ofStep, { label: outcome.get("label") || outcome.get("id"), step: one.businessObject.name || one.id });
      known.set(condition, known.has(condition) ? `${known.get(condition)}; ${said}` : said);
    }
  }
  const tight = (text) => text.replace(/\s+/g, ""), same = [...known.keys()].find((one) => tight(one) === tight(body));
  const now = source.default === bo ? "rest" : body ? (same ?? "own") : "";
  const options = [["", SAID.always], ...known.entries(), ["rest", SAID.rest]];
  if (now === "own") options.push(["own", SAID.own]);
  return [pick("mc-way", SAID.when, options, () => now, (value) => {
    if (value === "own") return;
    const steps = [w.change(element, bo, { conditionExpression: value && value !== "rest" ? w.factory.create("bpmn:FormalExpression", { body: value }) : undefined })];
    const standard = value === "rest" ? bo : source.default === bo ? undefined : source.default;
    if (standard !== source.default) steps.push(w.change(element.source, source, { default: standard }));
    w.execute(steps);
  })];
}
