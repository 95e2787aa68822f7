// The properties of what is selected: a form that the server wrote in both languages; this reads and writes the drawing.
type Any = any;
type Modeler = { get(name: string): Any };
type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const kindOf = (element: Any): string[] => {
  const is = (type: string) => element.businessObject?.$instanceOf?.(type);
  const kinds: string[] = ["any"];
  if (is("bpmn:UserTask") || is("bpmn:ManualTask") || element.type === "bpmn:Task") kinds.push("people");
  if (is("bpmn:ServiceTask")) kinds.push("service");
  if (is("bpmn:BusinessRuleTask")) kinds.push("table");
  if (is("bpmn:CallActivity")) kinds.push("call");
  if (is("bpmn:Lane")) kinds.push("lane");
  if (is("bpmn:SequenceFlow")) kinds.push("flow");
  if (is("bpmn:Activity")) kinds.push("activity");
  if (is("bpmn:Activity") && element.businessObject.loopCharacteristics?.$instanceOf("bpmn:MultiInstanceLoopCharacteristics")) kinds.push("many");
  const event = element.businessObject?.eventDefinitions?.[0];
  if (event?.$instanceOf("bpmn:TimerEventDefinition")) kinds.push("timer");
  if (event?.$instanceOf("bpmn:MessageEventDefinition")) kinds.push("message");
  if (event?.$instanceOf("bpmn:ErrorEventDefinition")) kinds.push("error");
  if (is("bpmn:BoundaryEvent")) kinds.push("share");
  return kinds;
};

export function panel(modeler: Modeler, host: HTMLElement) {
  const fields = [...host.querySelectorAll<Field>("[data-says]")];
  let selected: Any = null;
  const moddle = modeler.get("moddle");
  const modeling = modeler.get("modeling");
  const expression = (text: string) => moddle.create("bpmn:FormalExpression", { body: text });
  const object = () => selected.businessObject;
  const event = () => object().eventDefinitions?.[0];
  const root = () => {
    let one = object();
    while (one.$parent) one = one.$parent;
    return one;
  };

  const read: Record<string, () => string> = {
    name: () => object().name ?? "",
    condition: () => object().conditionExpression?.body ?? "",
    default: () => (object().sourceRef?.default === object() ? "yes" : ""),
    timer: () => event()?.timeDuration?.body ?? event()?.timeDate?.body ?? event()?.timeCycle?.body ?? "",
    cardinality: () => object().loopCharacteristics?.loopCardinality?.body ?? "",
    until: () => object().loopCharacteristics?.completionCondition?.body ?? "",
    message: () => event()?.messageRef?.name ?? "",
    error: () => event()?.errorRef?.errorCode ?? "",
    called: () => object().calledElement ?? "",
    implementation: () => object().implementation ?? "",
    parameters: () =>
      (object().extensionElements?.values ?? [])
        .filter((one: Any) => one.$type === "ludao:Parameter")
        .map((one: Any) => `${one.name} = ${one.value}`)
        .join("\n"),
  };

  const named = (type: string, found: (one: Any) => boolean, made: Record<string, string>) => {
    const all = root().rootElements as Any[];
    const there = all.find((one) => one.$type === type && found(one));
    if (there) return there;
    const fresh = moddle.create(type, { id: `${type.slice(5)}_${Date.now().toString(36)}`, ...made });
    fresh.$parent = root();
    all.push(fresh);
    return fresh;
  };

  const write: Record<string, (value: string) => void> = {
    name: (value) => modeling.updateLabel(selected, value),
    condition: (value) => modeling.updateProperties(selected, { conditionExpression: value ? expression(value) : undefined }),
    default: (value) => modeling.updateProperties(selected.source, { default: value ? object() : undefined }),
    timer: (value) => {
      const kind = /^R\d*\//.test(value) ? "timeCycle" : /^\d{4}-/.test(value) ? "timeDate" : "timeDuration";
      const all = { timeCycle: undefined, timeDate: undefined, timeDuration: undefined };
      modeling.updateModdleProperties(selected, event(), { ...all, [kind]: value ? expression(value) : undefined });
    },
    cardinality: (value) => modeling.updateModdleProperties(selected, object().loopCharacteristics, { loopCardinality: value ? expression(value) : undefined }),
    until: (value) => modeling.updateModdleProperties(selected, object().loopCharacteristics, { completionCondition: value ? expression(value) : undefined }),
    message: (value) =>
      modeling.updateModdleProperties(selected, event(), { messageRef: value ? named("bpmn:Message", (one) => one.name === value, { name: value }) : undefined }),
    error: (value) =>
      modeling.updateModdleProperties(selected, event(), {
        errorRef: value ? named("bpmn:Error", (one) => one.errorCode === value, { name: value, errorCode: value }) : undefined,
      }),
    called: (value) => modeling.updateProperties(selected, { calledElement: value || undefined }),
    implementation: (value) => modeling.updateProperties(selected, { implementation: value || undefined }),
    parameters: (value) => {
      const others = (object().extensionElements?.values ?? []).filter((one: Any) => one.$type !== "ludao:Parameter");
      const given = value
        .split("\n")
        .map((line) => line.split("="))
        .filter(([name, ...rest]) => name?.trim() && rest.length)
        .map(([name, ...rest]) => moddle.create("ludao:Parameter", { name: name!.trim(), value: rest.join("=").trim() }));
      const holder = moddle.create("bpmn:ExtensionElements", { values: [...others, ...given] });
      holder.$parent = object();
      for (const one of holder.values) one.$parent = holder;
      modeling.updateProperties(selected, { extensionElements: holder.values.length ? holder : undefined });
    },
  };

  const show = (element: Any) => {
    selected = element?.type === "label" ? element.labelTarget : element;
    const kinds = selected && !Array.isArray(selected) ? kindOf(selected) : [];
    host.hidden = kinds.length === 0;
    for (const group of host.querySelectorAll<HTMLElement>("[data-for]")) group.hidden = !group.dataset.for!.split(" ").some((one) => kinds.includes(one));
    if (!kinds.length) return;
    host.querySelector("[data-called]")!.textContent = object().id;
    for (const field of fields) {
      const says = field.dataset.says!;
      const value = read[says] ? read[says]() : (object().get(`ludao:${says}`) ?? "");
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
      else if (field instanceof HTMLSelectElement && field.multiple) for (const one of field.options) one.selected = value.split(",").includes(one.value);
      else field.value = value;
    }
  };

  host.addEventListener("change", (change) => {
    const field = change.target as Field;
    const says = field.dataset?.says;
    if (!says || !selected) return;
    const value =
      field instanceof HTMLInputElement && field.type === "checkbox"
        ? field.checked ? field.value : ""
        : field instanceof HTMLSelectElement && field.multiple
          ? [...field.selectedOptions].map((one) => one.value).join(",")
          : field.value.trim();
    if (write[says]) write[says](value);
    else modeling.updateProperties(selected, { [`ludao:${says}`]: value || undefined });
  });
  modeler.get("eventBus").on("selection.changed", ({ newSelection }: { newSelection: Any[] }) => show(newSelection.length === 1 ? newSelection[0] : null));
  modeler.get("eventBus").on("element.changed", ({ element }: { element: Any }) => element === selected && show(element));
  show(null);
}
