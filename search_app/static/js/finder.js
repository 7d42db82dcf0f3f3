/* A box that searches all values of a facet; those found take the place of the tree. */
import { make, one, say } from "./dom.js";
import { button } from "./notice.js";
import { keepingPlace } from "./place.js";
import { requests } from "./requests.js";

const row = (facet, { path, names, count, selected }) => {
  const box = make("input", { type: "checkbox", name: facet, value: path, defaultChecked: selected });
  box.setAttribute("form", "ask");
  const number = make("span", { className: "num", textContent: count.toLocaleString("en") });
  return make("li", {}, make("label", {}, box, make("span", {}, names.join(" › ")), number));
};

export const makeFinder = (facet, label) => {
  const input = make("input", { type: "search", placeholder: `查找${label}` });
  const found = make("div", {});
  const finder = make("div", { className: "finder" }, input, found);
  input.setAttribute("aria-label", `查找${label}`);
  const note = (...words) => make("p", { className: "small quiet" }, ...words);
  const ask = requests(() => found.replaceChildren(note("正在查找……")));
  const list = ({ contains, matches, values }) => {
    if (!matches) return [note(`没有名称含“${contains}”的${label}`)];
    const more = matches > values.length ? [note(`另有 ${matches - values.length} 个，请再输入几个字`)] : [];
    return [make("ul", {}, ...values.map((value) => row(facet, value))), ...more];
  };
  const fail = () => {
    const words = "没能查找：服务器没有应答。";
    found.replaceChildren(note(words, button("重试", () => finder.search())));
    say(words);
  };
  /* Search again for what is typed: `quiet` after a change of the results, which are announced. */
  finder.search = async (quiet = false) => {
    const contains = input.value.trim();
    finder.parentElement.classList.toggle("finding", contains !== "");
    if (!contains) { found.replaceChildren(); return; }
    const query = new URL(one(".all", finder.parentElement).href).searchParams;
    try {
      const { answer, text } = await ask("/api/facets?" + new URLSearchParams([["facet", facet], ["contains", contains], ...query]));
      if (!answer || input.value.trim() !== contains) return;
      if (!answer.ok) { fail(); return; }
      const reply = JSON.parse(text);
      keepingPlace(() => found.replaceChildren(...list(reply)));
      if (!quiet) say(reply.matches ? `找到 ${reply.matches} 个${label}` : found.textContent);
    } catch { fail(); }
  };
  let waiting = 0;
  const wait = ({ isComposing }) => {
    clearTimeout(waiting);
    if (!isComposing) waiting = setTimeout(finder.search, 150);
  };
  input.addEventListener("input", wait);
  input.addEventListener("compositionend", wait);
  return finder;
};
