/* The facets: ticks that agree, folds that stay open, and the panel that they are on a phone. */
import { all, make, one } from "./dom.js";
import { makeFinder } from "./finder.js";

/* A value may have two boxes, in the tree and among the values found: both say the same. Of two
   values of which one is below the other, the one ticked last counts. */
export const settle = (box) => {
  for (const other of all(`input[name="${box.name}"]`)) {
    const related = other.value.startsWith(box.value + "/") || box.value.startsWith(other.value + "/");
    if (other.value === box.value) other.checked = box.checked;
    else if (box.checked && related) other.checked = false;
  }
};

/* Which fold it is: that of a facet, or that below one of its values. */
const keyOf = (fold) => {
  const above = fold.parentElement.closest("li");
  return [fold.closest("[data-facet]").dataset.facet, above && one("input", above).value].join();
};
/* Take over the facets of another page; what is unfolded or being searched for stays so. */
export const replaceFacets = (page) => {
  const [old, made] = [one(".facets"), one(".facets", page)];
  const unfolded = all(".more[open]", old).map(keyOf);
  for (const fold of all(".more", made)) fold.open = unfolded.includes(keyOf(fold));
  const finders = all(".finder", old).filter((finder) => one("input", finder).value || finder.contains(document.activeElement));
  old.replaceChildren(...made.childNodes);
  for (const finder of finders) {
    const link = one(`[data-facet="${finder.parentElement.dataset.facet}"] .all`, old);
    if (!link) continue;
    one("legend", link.parentElement).after(finder);
    for (const box of all("input", finder)) box.defaultChecked = box.checked;
    finder.search(true);
  }
};

const openPanel = (isOpen) => {
  one(".facets").classList.toggle("open", isOpen);
  one(".facets .toggle").setAttribute("aria-expanded", isOpen);
};
export const enhanceFacets = () => {
  const facets = one("#facets");
  if (!facets) return;
  const link = one("a.toggle", facets);
  link?.replaceWith(make("button", { type: "button", className: link.className, textContent: link.textContent }));
  openPanel(facets.classList.contains("open"));
  for (const { parentElement: fieldset } of all(".all", facets)) {
    if (!one(".finder", fieldset)) one("legend", fieldset).after(makeFinder(fieldset.dataset.facet, one("legend", fieldset).textContent));
  }
};
document.addEventListener("click", (event) => {
  if (event.target.closest(".toggle")) openPanel(!one(".facets").classList.contains("open"));
  if (!event.target.closest(".done")) return;
  event.preventDefault();
  openPanel(false);
  one("#results").scrollIntoView();
  one("#results").focus({ preventScroll: true });
});
