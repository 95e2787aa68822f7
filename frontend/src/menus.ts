// Menus are <details>: they open without a script; this closes them as people expect.
const open = () => document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  // Pressing on plain words inside a menu gives the focus to <main> around it: that is not leaving.
  const left = (menu: Node) => !menu.contains(event.target as Node) && !(event.target as Node).contains(menu);
  for (const menu of open()) if (left(menu)) menu.open = false;
});
document.addEventListener("click", (event) => {
  const toggle = (event.target as Element).closest<HTMLElement>("[data-toggle]");
  if (!toggle) return;
  const shown = document.querySelector(toggle.dataset.toggle!)?.classList.toggle("open") ?? false;
  toggle.setAttribute("aria-expanded", String(shown));
});

/** Closes the innermost open menu and gives the focus back to what opened it. */
export function closeMenu(): boolean {
  const menu = [...open()].pop();
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary")?.focus();
  return true;
}
