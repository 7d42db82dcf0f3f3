/* Changes the page under a person's hands. */
import { all, one } from "./dom.js";

const isShown = (element) => element.isConnected && element.getClientRects().length > 0;
/* The element itself, or the one that a new page has in its place. */
const again = (element) => isShown(element) ? element
  : element.name && all("#main [name], #ask [name]").find((other) => isShown(other)
    && other.name === element.name && (other.type !== "checkbox" || other.value === element.value));

/* Make a change; the focus, and where `control` is on the screen, stay as they were. */
export const keepingPlace = (change, control = document.activeElement) => {
  const focused = document.activeElement;
  const facet = focused.closest("[data-facet]")?.dataset.facet;
  const top = again(control)?.getBoundingClientRect().top;
  change();
  const after = again(control);
  if (after && top !== undefined) scrollBy(0, after.getBoundingClientRect().top - top);
  if (document.activeElement === focused) return;
  (again(focused) || one(`[data-facet="${facet}"]`))?.focus({ preventScroll: true });
};
