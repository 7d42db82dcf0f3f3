/* Facets and sorting apply at once: fetch the page, exchange its parts, keep the focus. */
import { all, one, say } from "./dom.js";
import { enhance } from "./enhance.js";

const form = one("#ask");
const sought = () => {
  const pairs = [...new FormData(form)].filter(([, value]) => value);
  return form.getAttribute("action") + "?" + new URLSearchParams(pairs).toString().replaceAll("%2F", "/");
};
const narrow = (box) => {
  if (!box.checked) return;
  for (const other of all(`input[name="${box.name}"]:checked`)) {
    if (other.value.startsWith(box.value + "/") || box.value.startsWith(other.value + "/")) other.checked = false;
  }
};
let shown = location.search; // of the results on the page
let latest = 0;
const load = async (address, push) => {
  const turn = ++latest;
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return;
    if (!answer.ok || !one(".results", page)) { location.assign(address); return; }
    const { name, value } = document.activeElement ?? {};
    const open = all(".facets details").map((box) => box.open);
    if (push) history.pushState({}, "", answer.url);
    shown = location.search;
    document.title = page.title;
    for (const part of [".facets", ".results"]) one(part).replaceWith(one(part, page));
    all(".facets details").forEach((box, at) => { box.open = open[at] ?? false; });
    enhance(one("#main"));
    if (name) all(`#main [name="${name}"]`).find((input) => input.type !== "checkbox" || input.value === value)?.focus();
    say(one("#total").textContent);
  } catch { location.assign(address); }
};
if (one(".results")) {
  document.addEventListener("change", ({ target }) => {
    if (target.form !== form || !["checkbox", "select-one"].includes(target.type)) return;
    if (target.type === "checkbox") narrow(target);
    if (target.name !== "exact" || form.q.value) load(sought(), true);
  });
  addEventListener("popstate", () => { if (location.search !== shown) location.reload(); }); // not for a fragment
}
form.addEventListener("submit", (event) => { event.preventDefault(); location.assign(sought()); });
