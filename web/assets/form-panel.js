// The properties of a form's component: only what pages and commands obey, and what administration adds, to pick from.
import { html } from "htm/preact";
import { language } from "./said.js";

const SAID = {
  vi: {
    group: "Thủ tục", choices: "Các lựa chọn là", own: "Ghi ở biểu mẫu", official: "Cán bộ", agency: "Cơ quan", unit: "Đơn vị của cơ quan", role: "Cán bộ giữ vai trò", level: "Cơ quan cấp",
    past: "Chỉ nhận ngày không sau hôm nay", rule: "Quy tắc (FEEL), sai thì không nhận", ruleMessage: "Câu báo khi sai quy tắc", patternMessage: "Câu báo khi không đúng mẫu", any: "Mọi cấp", no: "Không", yes: "Có",
  },
  en: {
    group: "Procedure", choices: "The choices are", own: "Written in the form", official: "Officials", agency: "Agencies", unit: "Units of the agency", role: "Officials with the role", level: "Agencies of the level",
    past: "Only days until today", rule: "Rule (FEEL); refused where false", ruleMessage: "Said where the rule is false", patternMessage: "Said where the pattern does not fit", any: "Every level", no: "No", yes: "Yes",
  },
}[language];
const OWN = ["mc", "role", "level", "mc:past", "mc:rule", "mc:ruleMessage", "mc:patternMessage"];
// Groups that draw a form otherwise, or fill it from data that pages do not have.
const DROPPED = ["valuesSource", "dynamicOptions", "optionsExpression", "appearance", "serialization", "securityAttributes"];
// What an entry of the panel sets, where its id does not say it.
const RULES = ["required", "validationType", "minLength", "maxLength", "pattern", "min", "max"];
const SETTINGS = { "use24h": "", "date-time": "", "time-interval": "", "path": "", "versionTag": "", "searchable": "", "patternErrorMessage": "", "allow-past-dates": "disallowPassedDates", "disallow-passed-date": "disallowPassedDates" };

export function obeyed(pickers) {
  return class Obeyed {
    static $inject = ["propertiesPanel", "formFields"];
    constructor(panel, fields) {
      for (const type of Object.keys(fields._formFields)) if (!(type in pickers.kinds)) delete fields._formFields[type];
      panel.registerProvider(this, 500);
    }
    getGroups(field, editField) {
      return (groups) => (field ? [...groups.map((group) => kept(group, field, pickers)).filter(Boolean), procedure(field, editField, pickers)].filter(Boolean) : groups);
    }
  };
}

function kept(group, field, pickers) {
  if (DROPPED.includes(group.id)) return null;
  if (group.id === "custom-values" && !Object.keys(field.properties ?? {}).some((name) => !OWN.includes(name))) return null;
  if (!group.entries) return group;
  const { rules } = pickers.kinds[field.type] ?? { rules: [] };
  const entries = group.entries.filter(({ id }) => (RULES.includes(id) ? rules.includes(id) : SETTINGS[id] !== ""));
  return entries.length ? { ...group, entries } : null;
}

function procedure(field, editField, pickers) {
  const kind = pickers.kinds[field.type], said = field.properties ?? {};
  if (kind?.role !== "input") return null;
  const put = (name, value) => {
    const { [name]: before, ...rest } = said;
    const after = value ? { ...rest, [name]: value } : rest;
    if (name === "mc") for (const other of ["role", "level"]) delete after[other];
    editField(field, ["properties"], Object.keys(after).length ? after : undefined);
  };
  const entries = [];
  const add = (name, label, options) => entries.push({ id: name, component: () => entry(name, label, said[name] ?? "", options, (value) => put(name, value)) });
  if (["select", "radio", "checklist"].includes(field.type)) {
    add("mc", SAID.choices, { "": SAID.own, official: SAID.official, agency: SAID.agency, unit: SAID.unit });
    if (said.mc === "official") add("role", SAID.role, pickers.roles);
    if (said.mc === "agency") add("level", SAID.level, { "": SAID.any, ...pickers.tiers });
  }
  if (field.type === "datetime") add("mc:past", SAID.past, { "": SAID.no, true: SAID.yes });
  if (kind.rules.includes("pattern")) add("mc:patternMessage", SAID.patternMessage);
  add("mc:rule", SAID.rule);
  if (said["mc:rule"]) add("mc:ruleMessage", SAID.ruleMessage);
  return { id: "mc", label: SAID.group, entries };
}

function entry(name, label, value, options, put) {
  const id = `mc-form-${name.replace(":", "-")}`;
  const known = options && Object.entries(value in options ? options : { ...options, [value]: value });
  const control = options
    ? html`<select id=${id} class="bio-properties-panel-input" onChange=${(event) => put(event.target.value)}>${known.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}</select>`
    : html`<input id=${id} class="bio-properties-panel-input" type="text" autocomplete="off" value=${value} onChange=${(event) => put(event.target.value.trim())} />`;
  return html`<div class="bio-properties-panel-entry" data-entry-id=${name}><label for=${id} class="bio-properties-panel-label">${label}</label>${control}</div>`;
}
