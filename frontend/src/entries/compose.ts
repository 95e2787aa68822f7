// Composing a theme: layers ordered by dragging or by buttons, ticked ones are shown.
import Sortable from "sortablejs";

for (const form of document.querySelectorAll<HTMLFormElement>("[data-compose]")) {
  const list = form.querySelector<HTMLElement>("[data-compose-list]")!;
  const field = form.querySelector<HTMLInputElement>("[data-compose-layers]")!;
  const keep = () => {
    const rows = [...list.querySelectorAll<HTMLElement>("[data-layer]")].filter((row) => row.querySelector("input")!.checked);
    field.value = rows.map((row) => row.dataset.layer).join("\n");
  };
  new Sortable(list, { handle: ".compose-grip", onEnd: keep });
  list.addEventListener("change", keep);
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-compose-up], [data-compose-down]");
    const row = button?.closest("li");
    if (!button || !row) return;
    if ("composeUp" in button.dataset) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    button.focus();
    keep();
  });
}
