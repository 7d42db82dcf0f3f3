import { make, one } from "./dom.js";

/* Suggestions as one types: a list under the box for its last word (a combobox with a listbox) */
const form = one("#ask");
const kinds = { word: "词语", phrase: "政策用语", region: "地区", year: "年份", theme: "主题", title: "报告" };
const list = one("#suggestions");
for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) form.q.setAttribute(name, value);
let waiting = 0;
const lastWord = () => form.q.value.match(/^((?:[^"“”「」]*[\s()（）|-])?)([^\s"“”「」()（）|*:：-]{1,20})$/);
const choose = (option) => {
  for (const other of list.children) other.setAttribute("aria-selected", other === option);
  if (option) form.q.setAttribute("aria-activedescendant", option.id);
  else form.q.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
};
const offer = (options) => {
  list.replaceChildren(...options);
  list.hidden = !options.length;
  form.q.setAttribute("aria-expanded", options.length > 0);
  choose();
};
const filters = ["region", "year"];
/* What stands before the last word can be a query of its own */
const isWhole = (before) => !/[(（-]$|(^|\s)(OR|AND|NOT)\s*$|[|｜:：]\s*$/.test(before);
const filteredBy = (url, before) => {
  const target = new URL(url, location);
  const taken = ["q", ...target.searchParams.keys()];
  for (const [name, value] of new FormData(form)) {
    if (value && !taken.includes(name)) target.searchParams.append(name, value);
  }
  target.searchParams.set("q", before);
  return target.href.replaceAll("%2F", "/");
};
const accept = ({ dataset }) => {
  const before = lastWord()?.[1] ?? "";
  offer([]);
  if (before.trim() && filters.includes(dataset.kind)) { location.assign(filteredBy(dataset.url, before.trim())); return; }
  if (!["word", "phrase"].includes(dataset.kind)) { location.assign(dataset.url); return; }
  form.q.value = before + dataset.text;
  form.requestSubmit();
};
const suggest = async () => {
  const typed = form.q.value;
  const [, before, word] = lastWord() ?? [];
  if (!word) { offer([]); return; }
  try {
    const { suggestions } = await (await fetch("/api/suggest?" + new URLSearchParams({ q: word }))).json();
    if (form.q.value !== typed || document.activeElement !== form.q) return;
    offer(suggestions.filter(({ kind }) => !before || ["word", "phrase"].includes(kind) || (filters.includes(kind) && isWhole(before))).map(({ text, kind, url }, at) => {
      const option = make("li", { id: `suggestion-${at}`, role: "option" }, make("span", {}, text), make("span", { className: "small quiet" }, kinds[kind]));
      Object.assign(option.dataset, { text, kind, url });
      return option;
    }));
  } catch { /* no suggestions, no harm */ }
};
const wait = ({ isComposing }) => {
  clearTimeout(waiting);
  if (!isComposing) waiting = setTimeout(suggest, 150);
};
form.q.addEventListener("input", wait);
form.q.addEventListener("compositionend", wait);
form.q.addEventListener("blur", () => offer([]));
form.q.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) { // this key is the input method's
    if (event.key === "Enter") event.preventDefault();
    return;
  }
  if (list.hidden) return;
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(options[at < 0 ? (step > 0 ? 0 : options.length - 1) : at + step]);
  else if (event.key === "Escape") offer([]);
  else if (event.key === "Enter" && at >= 0) accept(options[at]);
  else return;
  event.preventDefault();
});
list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", ({ target }) => { if (target.closest("li")) accept(target.closest("li")); });
