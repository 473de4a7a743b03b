// What an editor of others says, in the language of the page: `said(words)` is a translate function as theirs are.
export const language = document.documentElement.lang === "en" ? "en" : "vi";
export function said(words) {
  return (text, values = {}) => (language === "en" ? text : (words[text] ?? text)).replace(/\{\s*([^}\s]+)\s*\}/g, (all, name) => values[name] ?? all);
}
// Writes what an editor made into the text of the file, which is what is saved.
export function write(text, made) {
  text.value = made;
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
