/* What was done, or failed, at the foot of the window, with a button to undo it or to try again.
   It stays until it is closed or something else is done: nobody has to be quick. */
import { make, one, say } from "./dom.js";

export const button = (words, press) => {
  const made = make("button", { type: "button", className: "button", textContent: words });
  made.addEventListener("click", press);
  return made;
};
export const closeNotice = () => one("#notice")?.remove();
export const notify = (words, act, label = "撤销", close = closeNotice) => {
  closeNotice();
  say(words);
  const bar = make("section", { id: "notice", className: "small" }, make("p", {}, words));
  bar.setAttribute("aria-label", "提示");
  if (act) bar.append(button(label, () => { close(); act(); focusNotice(); }));
  bar.append(button("关闭", close));
  document.body.append(bar);
};
export const focusNotice = () => one("#notice button")?.focus();
