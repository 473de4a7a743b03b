// What the token simulation says: build.mjs puts `mcSay` around its strings.
import { said } from "./said.js";
import words from "./simulation-words.json";
globalThis.mcSay = said(words);
