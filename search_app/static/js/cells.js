/* A table of links: one tab stop a row; arrow keys, Home and End move between its cells */
import { all, one } from "./dom.js";

const table = one("[data-cells]");
const rows = () => all("tr", table).filter((row) => one("a", row));
const rest = (link) => {
  for (const other of all("a", link.closest("tr"))) other.tabIndex = other === link ? 0 : -1;
};
const near = (row, column) => {
  const links = all("a", row);
  const distance = (link) => Math.abs(link.closest("td, th").cellIndex - column);
  return links.reduce((best, link) => (distance(link) < distance(best) ? link : best), links[0]);
};
const step = (link, key) => {
  const links = all("a", link.closest("tr"));
  const at = links.indexOf(link);
  const lines = rows();
  const down = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (down) {
    const row = lines[lines.indexOf(link.closest("tr")) + down];
    return row && near(row, link.closest("td, th").cellIndex);
  }
  return { ArrowLeft: links[at - 1], ArrowRight: links[at + 1], Home: links[0], End: links[links.length - 1] }[key];
};
if (table) {
  for (const row of rows()) rest(one("a", row));
  table.addEventListener("focusin", ({ target }) => rest(target));
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = step(event.target, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
