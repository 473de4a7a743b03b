// What the panel beside the drawing says: build.mjs puts `mcSay` around the strings that its parts do not translate.
import { said } from "./said.js";
import words from "./modeler-panel-words.json";
globalThis.mcSay = said(words);
