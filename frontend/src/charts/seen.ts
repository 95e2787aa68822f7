// Calls once, when the element is about to be seen.
export function seen(element: Element, then: () => void): void {
  const watch = new IntersectionObserver((found) => {
    if (!found.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    then();
  }, { rootMargin: "200px" });
  watch.observe(element);
}
