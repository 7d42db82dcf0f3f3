/* Short names for what every module does with the page and with what the browser keeps. */

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const one = (selector, root = document) => root.querySelector(selector);
export const say = (words) => { one("#status").textContent = words; };
export const stored = (key, fallback, where = "localStorage") => {
  try { return JSON.parse(window[where].getItem(key)) ?? fallback; } catch { return fallback; }
};
export const store = (key, value, where = "localStorage") => { // false where the browser keeps nothing
  try { window[where].setItem(key, JSON.stringify(value)); return true; } catch { return false; }
};
export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
