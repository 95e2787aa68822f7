// Dialogs: what opens them, and the one that asks before something is done.
import { word } from "./words";

const ask = document.getElementById("ask") as HTMLDialogElement;

document.addEventListener("click", (event) => {
  const opener = (event.target as Element).closest<HTMLElement>("[data-open]");
  if (opener) (document.getElementById(opener.dataset.open!) as HTMLDialogElement | null)?.showModal();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

/** Asks in the page's own dialog; true when the person said yes. */
export function confirmed(text: string, yes = word("confirm")): Promise<boolean> {
  ask.querySelector("[data-ask-text]")!.textContent = text;
  ask.querySelector("[data-ask-yes]")!.textContent = yes;
  ask.returnValue = "";
  ask.showModal();
  return new Promise((answer) => ask.addEventListener("close", () => answer(ask.returnValue === "yes"), { once: true }));
}

document.addEventListener("submit", async (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.dataset.confirm || form.dataset.agreed) return;
  event.preventDefault();
  const submitter = (event as SubmitEvent).submitter;
  if (!(await confirmed(form.dataset.confirm, submitter?.textContent?.trim() || undefined))) return;
  form.dataset.agreed = "yes";
  form.requestSubmit(submitter);
});

// hx-confirm asks in the same dialog.
document.body.addEventListener("htmx:confirm", (event) => {
  const { question, issueRequest } = (event as CustomEvent<{ question: string | null; issueRequest: (skip: boolean) => void }>).detail;
  if (!question) return;
  event.preventDefault();
  void confirmed(question).then((yes) => yes && issueRequest(true));
});
