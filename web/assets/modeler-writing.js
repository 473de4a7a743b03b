// What stands in the extensions of an element, read and written: each change is one step to be undone.
export function writing(injector) {
  const factory = injector.get("bpmnFactory"), commands = injector.get("commandStack");
  const values = (element) => element.businessObject.extensionElements?.values ?? [];
  const all = (element, type) => values(element).filter((one) => one.$type === type);
  const read = (element, type, name) => {
    const one = all(element, type)[0];
    const value = one && (one.get(name) ?? one.$attrs?.[name]);
    return value === undefined || value === null ? "" : value;
  };
  const change = (element, moddleElement, properties) => ({ cmd: "element.updateModdleProperties", context: { element, moddleElement, properties } });
  const execute = (steps) => commands.execute("properties-panel.multi-command-executor", steps);

  // The steps by which the extensions of a type become those that are given, where the first of them stood.
  function replaced(element, type, made) {
    const bo = element.businessObject, steps = [];
    let extension = bo.extensionElements;
    if (!extension) {
      extension = factory.create("bpmn:ExtensionElements", { values: [] });
      extension.$parent = bo;
      steps.push(change(element, bo, { extensionElements: extension }));
    }
    const before = values(element), at = before.findIndex((one) => one.$type === type);
    const kept = before.filter((one) => one.$type !== type);
    for (const one of made) one.$parent = extension;
    const after = [...kept];
    after.splice(at < 0 ? after.length : before.slice(0, at).filter((one) => one.$type !== type).length, 0, ...made);
    return [...steps, change(element, extension, { values: after })];
  }
  return {
    factory, all, read, change, execute, replaced,
    replace: (element, type, made) => execute(replaced(element, type, made)),
    // Sets attributes of the one extension of a type: an empty one is left out; without the one that it is about (`key`) there is no extension.
    put(element, type, key, given) {
      const one = all(element, type)[0], said = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === "" ? undefined : value]));
      if (key in said && said[key] === undefined && Object.keys(given).length === 1) return one && execute(replaced(element, type, []));
      if (one) return execute([change(element, one, said)]);
      execute(replaced(element, type, [factory.create(type, said)]));
    },
  };
}
