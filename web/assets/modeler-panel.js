// The panel beside the drawing: of the properties that Zeebe's panel knows those that are executed, and our own, to be picked.
import { Group } from "@bpmn-io/properties-panel";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { citizen, procedure, way } from "./modeler-fields.js";
import { outcomes } from "./modeler-outcomes.js";
import { SAID } from "./modeler-said.js";
import { written } from "./modeler-timers.js";
import { writing } from "./modeler-writing.js";

// The groups that the engine executes (docs/reference/profile.md), and what in them is picked in ours or has no effect.
export const EXECUTED = {
  general: ["isExecutable", "versionTag"], documentation: [], compensation: [], error: [], link: [], message: [], multiInstance: [], adHocCompletion: [], signal: [], escalation: [], timer: [],
  calledDecision: ["decisionId", "bindingType", "versionTag"], script: [], scriptImplementation: [], taskDefinition: [], businessRuleImplementation: [], assignmentDefinition: ["candidateGroups", "assignee"],
  calledElement: ["processId", "bindingType", "versionTag"], inputs: [], outputs: [], inputPropagation: [], outputPropagation: [], headers: [], condition: [], "event-condition": [],
};

export function panelOf(pickers) {
  return class Panel {
    static $inject = ["propertiesPanel", "injector"];
    constructor(panel, injector) {
      this.injector = injector;
      panel.registerProvider(200, this); // after Zeebe's own
    }
    getGroups(element) {
      const w = writing(this.injector), group = (id, label, entries) => (entries.length ? [{ id, label, entries, component: Group, shouldOpen: true }] : []);
      return (groups) => {
        const [general, ...rest] = groups.filter(({ id }) => (id !== "headers" || !is(element, "bpmn:UserTask")) && (id !== "timer" || written(element, pickers))).map(executed).filter(Boolean);
        return [
          { ...general, shouldOpen: true },
          ...group("mc", SAID.group, procedure(element, this.injector, w, pickers)),
          ...(is(element, "bpmn:UserTask") ? [outcomes(element, this.injector, w)] : []),
          ...group("mc-citizen", SAID.citizenGroup, citizen(element, this.injector, w, pickers)),
          ...(is(element, "bpmn:SequenceFlow") ? group("mc-way", SAID.flow, way(element, this.injector, w)) : []),
          ...rest,
        ].filter((each) => each.id);
      };
    }
  };
}
function executed(group) {
  const dropped = EXECUTED[group.id];
  if (!dropped) return null;
  if (!group.entries) return group;
  const entries = group.entries.filter(({ id }) => !dropped.some((name) => id.toLowerCase().endsWith(name.toLowerCase())));
  return entries.length ? { ...group, entries } : null;
}
