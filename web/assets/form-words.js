// What the editor of forms says, in Vietnamese: build.mjs puts `mcSay` around these strings of form-js. What is not here
// stays in English.
import { said } from "./said.js";
import words from "./form-words.json";
globalThis.mcSay = said(words);
