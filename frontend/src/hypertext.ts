// HTMX under our Content-Security-Policy: nothing evaluated, no inline style, no private page kept in the browser.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

// An empty filter says nothing; without it an address is short enough to be sent to a colleague.
document.body.addEventListener("htmx:configRequest", (event) => {
  const { verb, formData } = (event as CustomEvent<{ verb: string; formData: FormData }>).detail;
  if (verb !== "get") return;
  for (const name of new Set(formData.keys())) if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
});

export default htmx;
