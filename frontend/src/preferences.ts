// Light or dark and the size of type change at once; the server keeps them. A language needs a new page: the form does that.
const root = document.documentElement;

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  if (!form.matches("[data-preferences]") || !button || button.name === "language") return;
  event.preventDefault();
  if (button.name === "theme") root.dataset.bsTheme = button.value;
  else root.dataset.type = button.value;
  for (const one of form.querySelectorAll<HTMLButtonElement>(`button[name=${button.name}]`))
    one.setAttribute("aria-pressed", String(one === button));
  const body = new FormData(form);
  body.set(button.name, button.value);
  void fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" });
});
