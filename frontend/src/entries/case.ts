// A case under an officer's hands: quick phrases go into the opinion; what is ticked makes the list of what to correct.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-phrase]");
  const field = button && document.querySelector<HTMLTextAreaElement>(button.dataset.phrase!);
  if (!button || !field) return;
  field.value = field.value ? `${field.value.replace(/[。；;]?\s*$/, "；")}${button.textContent}` : (button.textContent ?? "");
  const verb = button.dataset.verb;
  const outcome = verb && field.form?.querySelector<HTMLInputElement>(`input[name=outcome][value="${verb}"]`);
  if (outcome) outcome.checked = true;
  field.focus();
});

document.addEventListener("input", (event) => {
  const list = (event.target as Element).closest<HTMLElement>("[data-asked]");
  const field = list && list.closest("form")?.querySelector<HTMLTextAreaElement>(list.dataset.asked!);
  if (!list || !field) return;
  const typing = event.target as HTMLInputElement;
  const row = typing.closest(".case-asked-row");
  if (row && typing.matches("[data-asked-why]") && typing.value) row.querySelector<HTMLInputElement>("[data-asked-key]")!.checked = true;
  const own = list.querySelector<HTMLTextAreaElement>("[data-asked-other]")!.value.split("\n").filter((line) => line.trim());
  const asked = [...list.querySelectorAll<HTMLElement>(".case-asked-row")].flatMap((one) => {
    const box = one.querySelector<HTMLInputElement>("[data-asked-key]")!;
    const why = one.querySelector<HTMLInputElement>("[data-asked-why]")!.value.trim();
    return box.checked ? [`${box.dataset.askedKey}=${why}`] : [];
  });
  field.value = [...asked, ...own].join("\n");
});
