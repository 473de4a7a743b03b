// What administration adds to a step, to pick from: who does it, its form, its outcomes, the status it brings.
const ZEEBE = "http://camunda.org/schema/zeebe/1.0";
const SAID = {
  vi: { none: "Chọn một bước trên sơ đồ để xem và sửa.", name: "Tên", group: "Thủ tục", role: "Người thực hiện", form: "Biểu mẫu", status: "Trạng thái hồ sơ", nothing: "Không có", outcomes: "Lựa chọn khi hoàn thành", add: "Thêm lựa chọn", id: "Mã", label: "Tên lựa chọn", remove: "Bỏ", condition: "Điều kiện (FEEL)", when: "Đi luồng này khi chọn", letter: "Giấy tờ lập ở bước này" },
  en: { none: "Select a step of the drawing.", name: "Name", group: "Procedure", role: "Done by", form: "Form", status: "Status of the dossier", nothing: "None", outcomes: "Outcomes", add: "Add an outcome", id: "Id", label: "Label", remove: "Remove", condition: "Condition (FEEL)", when: "Taken for the outcome", letter: "Letter made here" },
};
const NATIONAL = ["mau-01", "mau-02", "mau-03", "mau-04", "mau-05"];

export function panel(modeler, side, pickers) {
  const said = SAID[pickers.language] ?? SAID.vi;
  const modeling = modeler.get("modeling"), moddle = modeler.get("moddle"), factory = modeler.get("bpmnFactory");
  const selection = modeler.get("selection");
  let count = 0;

  const values = (element) => element.businessObject.extensionElements?.values ?? [];
  const find = (element, type) => values(element).find((one) => one.$type === type);
  function put(element, type, attributes) {
    const bo = element.businessObject;
    const kept = values(element).filter((one) => one.$type !== type);
    const made = attributes ? [make(type, attributes)] : [];
    write(element, bo, [...kept, ...made]);
  }
  function make(type, attributes) {
    return type.startsWith("mc:") ? factory.create(type, attributes) : moddle.createAny(type, ZEEBE, attributes);
  }
  function write(element, bo, all) {
    const extension = bo.extensionElements ?? factory.create("bpmn:ExtensionElements", { values: [] });
    extension.$parent = bo;
    if (!bo.extensionElements) modeling.updateProperties(element, { extensionElements: extension });
    for (const one of all) one.$parent = extension;
    modeling.updateModdleProperties(element, extension, { values: all });
  }
  const read = (one, name) => (one ? (one.get?.(name) ?? one[name] ?? one.$attrs?.[name] ?? "") : "");

  function field(label, control) {
    const id = `mc-panel-${++count}`;
    const row = document.createElement("p"), name = document.createElement("label");
    name.htmlFor = control.id = id;
    name.textContent = label;
    row.append(name, control);
    return row;
  }
  function input(label, value, changed) {
    const control = Object.assign(document.createElement("input"), { type: "text", value });
    control.addEventListener("change", () => changed(control.value.trim()));
    return field(label, control);
  }
  function pick(label, options, value, changed) {
    const control = document.createElement("select");
    const known = Object.entries(options);
    if (value && !(value in options)) known.push([value, value]);
    for (const [key, text] of [["", said.nothing], ...known]) control.append(new Option(text, key, false, key === value));
    control.addEventListener("change", () => changed(control.value));
    return field(label, control);
  }
  const same = (names) => Object.fromEntries(names.map((name) => [name, name]));

  function outcomes(element) {
    const group = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = said.outcomes;
    group.append(legend);
    const all = values(element).filter((one) => one.$type === "mc:Outcome");
    const change = (list) => write(element, element.businessObject, [...values(element).filter((one) => one.$type !== "mc:Outcome"), ...list]);
    all.forEach((one) => {
      const update = (name) => (value) => modeling.updateModdleProperties(element, one, { [name]: value || undefined });
      const away = Object.assign(document.createElement("button"), { type: "button", textContent: `${said.remove} ${read(one, "id")}` });
      away.addEventListener("click", () => change(all.filter((other) => other !== one)));
      group.append(input(said.id, read(one, "id"), update("id")), input(said.label, read(one, "label"), update("label")), away);
    });
    const more = Object.assign(document.createElement("button"), { type: "button", textContent: said.add });
    more.addEventListener("click", () => {
      const number = all.length + 1;
      change([...all, make("mc:Outcome", { id: `lua_chon_${number}`, label: `Lựa chọn ${number}`, labelEn: `Outcome ${number}` })]);
    });
    group.append(more);
    return group;
  }

  function flow(element) {
    const condition = element.businessObject.conditionExpression;
    const set = (body) => modeling.updateProperties(element, { conditionExpression: body ? factory.create("bpmn:FormalExpression", { body }) : undefined });
    const rows = [input(said.condition, condition?.body ?? "", set)];
    const known = {};
    for (const one of modeler.get("elementRegistry").filter((each) => each.type === "bpmn:UserTask")) {
      for (const outcome of values(one).filter((each) => each.$type === "mc:Outcome")) known[`= hanh_dong = "${read(outcome, "id")}"`] = `${read(outcome, "label")} (${read(outcome, "id")})`;
    }
    if (element.source?.type === "bpmn:ExclusiveGateway") rows.unshift(pick(said.when, known, condition?.body in known ? condition.body : "", set));
    return rows;
  }

  function show() {
    const chosen = selection.get();
    const element = chosen.length === 1 ? chosen[0] : null;
    const heading = document.createElement("h2");
    heading.textContent = said.group;
    side.replaceChildren(heading);
    if (!element || element.type === "label") {
      const hint = document.createElement("p");
      hint.textContent = said.none;
      side.append(hint);
      return;
    }
    side.append(input(said.name, element.businessObject.name ?? "", (name) => modeling.updateLabel(element, name)));
    if (element.type === "bpmn:UserTask") {
      side.append(
        pick(said.role, pickers.roles, read(find(element, "zeebe:assignmentDefinition"), "candidateGroups"), (role) => put(element, "zeebe:assignmentDefinition", role ? { candidateGroups: role } : null)),
        pick(said.form, same(pickers.forms), read(find(element, "zeebe:formDefinition"), "formId"), (form) => put(element, "zeebe:formDefinition", form ? { formId: form } : null)),
        pick(said.letter, same([...NATIONAL, ...pickers.letters.map((name) => `letters/${name}.typ`)]), read(find(element, "mc:Letter"), "template"), (template) => put(element, "mc:Letter", template ? { template } : null)),
        pick(said.status, pickers.statuses, String(read(find(element, "mc:Status"), "code")), (code) => put(element, "mc:Status", code ? { code } : null)),
        outcomes(element),
      );
    }
    if (element.type === "bpmn:SequenceFlow") side.append(...flow(element));
  }
  modeler.on("selection.changed", show);
  modeler.on("commandStack.changed", () => { if (!side.contains(document.activeElement)) show(); });
  modeler.on("elements.changed", ({ elements }) => { if (elements.some((one) => selection.get().includes(one)) && document.activeElement?.type === "button") show(); });
  show();
}
