// When a timer is due, in words: after some time, on a day of a form, at a moment, again and again. What is none of them
// is an expression, and is written in the group of its own.
import { SAID, fill } from "./modeler-said.js";
import { definition, only, pick, text } from "./modeler-fields.js";

const UNITS = { M: ["PT", "M"], H: ["PT", "H"], D: ["P", "D"], W: ["P", "W"], N: ["P", "M"] };
const SPAN = /^(R\/)?P(T?)(\d+)([MHDW])$/;
const KINDS = ["timeDuration", "timeDate", "timeCycle"];
const MOST = 60;
//: The last day on which the citizen may bring what was asked for, as the desk counts it.
const SUPPLEMENT = '= date and time((if han_bo_sung = null then today() + duration("P30D") else date(han_bo_sung)) + duration("P1D"), time("00:00:00+07:00"))';
const dayOf = (key) => `= date and time(date(${key}) + duration("P1D"), time("00:00:00+07:00"))`;
const tight = (body) => body.replace(/\s+/g, "");
const span = (n, unit) => `${UNITS[unit][0]}${n}${UNITS[unit][1]}`;

// What is written, as it is picked: which kind, and its parts.
function told(bo, days) {
  const kind = KINDS.find((name) => bo[name]), body = (bo[kind]?.body ?? "").trim();
  if (!body) return { way: "" };
  const found = SPAN.exec(body);
  if (found && kind === (found[1] ? "timeCycle" : "timeDuration")) {
    return { way: found[1] ? "every" : "after", number: found[3], unit: found[4] === "M" && !found[2] ? "N" : found[4] };
  }
  if (kind === "timeDate") {
    const day = days.find(([expression]) => tight(expression) === tight(body));
    if (day) return { way: day[0] };
    const moment = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::00)?\+07:00$/.exec(body);
    if (moment) return { way: "at", moment: `${moment[3]}/${moment[2]}/${moment[1]} ${moment[4]}:${moment[5]}` };
  }
  return { way: "own" };
}

export const written = (element, pickers) => {
  const bo = definition(element, "bpmn:TimerEventDefinition");
  return bo ? told(bo, dates(pickers)).way === "own" : true;
};
const dates = (pickers) => [[SUPPLEMENT, SAID.timerSupplement], ...pickers.fields.day.map(([key, label]) => [dayOf(key), fill(SAID.timerDay, { field: label })])];

export function timers(element, w, pickers, debounce) {
  const bo = definition(element, "bpmn:TimerEventDefinition");
  if (!bo) return [];
  const days = dates(pickers), now = told(bo, days);
  const put = (kind, body) => w.execute([w.change(element, bo, Object.fromEntries(KINDS.map((name) => [name, name === kind ? w.factory.create("bpmn:FormalExpression", { body }) : undefined])))]);
  const spans = (way, number, unit) => (way === "every" ? put("timeCycle", `R/${span(number, unit)}`) : put("timeDuration", span(number, unit)));
  const ways = [["", SAID.always], ["after", SAID.timerAfter], ...days, ["at", SAID.timerAt], ["every", SAID.timerEvery], ["own", SAID.timerOwn]];
  const found = [pick("mc-timer", SAID.timer, ways, () => now.way, (way) => {
    if (way === "after" || way === "every") return spans(way, now.number ?? 1, now.unit ?? "D");
    if (way === "at") return put("timeDate", `${new Date(Date.now() + 25 * 3600e3).toISOString().slice(0, 10)}T08:00:00+07:00`);
    if (way === "own") return put("timeDuration", '= duration("P1D")');
    return way ? put("timeDate", way) : w.execute([w.change(element, bo, Object.fromEntries(KINDS.map((name) => [name, undefined])))]);
  })];
  if (now.number) {
    const numbers = Array.from({ length: MOST }, (_, n) => [String(n + 1), String(n + 1)]);
    found.push(only(pick("mc-timer-number", SAID.timerNumber, numbers, () => now.number, (number) => spans(now.way, number, now.unit))));
    found.push(only(pick("mc-timer-unit", SAID.unit, Object.entries(SAID.timerUnits), () => now.unit, (unit) => spans(now.way, now.number, unit))));
  }
  if (now.way === "at") {
    const proper = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d)$/;
    found.push({
      ...text("mc-timer-moment", SAID.timerMoment, debounce, () => now.moment, (value) => {
        const [, day, month, year, hour, minute] = proper.exec(value) ?? [];
        if (day) put("timeDate", `${year}-${month}-${day}T${hour}:${minute}:00+07:00`);
      }),
      validate: (value) => (proper.test(value ?? "") ? "" : SAID.timerMomentWrong),
    });
  }
  return found;
}
