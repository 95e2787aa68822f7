// What the house says of a drawing beyond BPMN, so that bpmn-js keeps it: the attributes of https://ludao.dev/bpmn.
const names = ["en", "role", "organisation", "kind", "verbs", "days", "form", "each", "as", "table", "share"];

export const ludao = {
  name: "Ludao",
  uri: "https://ludao.dev/bpmn",
  prefix: "ludao",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "Said",
      extends: ["bpmn:BaseElement"],
      properties: names.map((name) => ({ name, isAttr: true, type: "String" })),
    },
    {
      name: "Parameter",
      superClass: ["Element"],
      properties: [
        { name: "name", isAttr: true, type: "String" },
        { name: "value", isAttr: true, type: "String" },
      ],
    },
  ],
};
