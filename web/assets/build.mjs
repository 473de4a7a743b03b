// Builds web/static/dist from web/assets and node_modules: one style sheet with its fonts, one script for every page,
// those that some pages alone want apart. Run by `npm run build`.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(here, "..", "static", "dist");
rmSync(out, { recursive: true, force: true });

const shared = {
  bundle: true,
  minify: true,
  target: ["es2022"],
  logLevel: "warning",
  legalComments: "linked",
  loader: { ".woff2": "file", ".woff": "file", ".svg": "file" },
  assetNames: "fonts/[name]",
};

const style = sass.compile(join(here, "site.scss"), {
  loadPaths: [join(root, "node_modules")],
  quietDeps: true,
  style: "expanded",
});
await esbuild.build({
  ...shared,
  stdin: { contents: style.css + readFileSync(join(here, "fonts.css"), "utf8"), resolveDir: here, loader: "css", sourcefile: "site.css" },
  outfile: join(out, "site.css"),
});
await esbuild.build({
  ...shared,
  entryPoints: Object.fromEntries(
    ["site", "drawing", "pad", "keys", "desk", "hall", "papers", "typing", "upload", "author", "chart", "decision-editor"].map((name) => [name, join(here, `${name}.js`)]),
  ),
  format: "iife",
  outdir: out,
});

// Editors without translations of their own: their strings are read through `mcSay`, which stands in the script's own file of words.
const STRINGS = /((?:\b(?:label|title|placeholder|children|description|tooltip|name)|"aria-label"): |translate\(|return |[?:] |\[|FieldLabel = |let (?:label|description) = )(["'`])((?:\\.|(?!\2)[^\\\n])+)\2/g;
const FALLBACK = "function translateFallback(template, replacements) {";
const wordsOf = (name) => JSON.parse(readFileSync(join(here, name), "utf8"));
const saying = (filter, words) => ({
  name: "words of editors",
  setup(build) {
    build.onLoad({ filter }, ({ path }) => {
      const said = (all, before, quote, text) => (text in words ? `${before}mcSay(${quote}${text}${quote})` : all);
      return { contents: readFileSync(path, "utf8").replace(STRINGS, said).replace(FALLBACK, `${FALLBACK} template = mcSay(template);`), loader: "js" };
    });
  },
});
// The form editor and its viewer share one preact, the one that the editor asks for.
const forms = join(root, "node_modules", "@bpmn-io", "form-js-editor");
await esbuild.build({
  ...shared,
  entryPoints: { "form-editor": join(here, "form-editor.js") },
  format: "iife",
  outdir: out,
  alias: { preact: join(forms, "node_modules", "preact") },
  plugins: [saying(/@bpmn-io.form-js-(editor|viewer).dist.index\.es\.js$/, wordsOf("form-words.json"))],
});

// The modeler: its panel says what it says in the page's language, and its fields for FEEL offer the functions by their
// signatures, of which the descriptions in English are left out.
const functions = (await import("@camunda/feel-builtins")).camundaBuiltins.filter((one) => !one.engines);
const signature = ({ name, params = [] }) => `<code>${name}(${params.map((one) => one.name).join(", ")})</code>`;
const signatures = JSON.stringify(functions.map(({ name, type, params }) => ({ name, type, params, info: signature({ name, params }) })));
await esbuild.build({
  ...shared,
  entryPoints: { modeler: join(here, "modeler.js") },
  format: "iife",
  outdir: out,
  alias: { "@bpmn-io/lezer-feel": join(root, "node_modules", "@bpmn-io", "lang-feel", "node_modules", "@bpmn-io", "lezer-feel") }, // one of three alike
  plugins: [
    saying(/@bpmn-io.properties-panel.dist.index\.esm\.js$/, wordsOf("modeler-panel-words.json")),
    { name: "functions of FEEL", setup: (build) => build.onLoad({ filter: /feel-builtins.dist.index\.js$/ }, () => ({ contents: `export const camundaBuiltins = ${signatures};`, loader: "js" })) },
  ],
});
// Tokens that run on the drawing: fetched when somebody wants to see them.
const spoken = wordsOf("simulation-words.json"), joined = Object.keys(spoken).map((one) => one.replace(/[/]/g, "\\$&")).join("|");
await esbuild.build({
  ...shared,
  entryPoints: { simulation: join(here, "simulation.js") },
  format: "iife",
  outdir: out,
  plugins: [
    {
      name: "words of the token simulation",
      setup(build) {
        build.onLoad({ filter: /bpmn-js-token-simulation.lib.+\.js$/ }, ({ path }) => {
          const text = readFileSync(path, "utf8")
            .replace("${ wait ? 'Remove' : 'Add' } pause point", "${ mcSay(wait ? 'Remove pause point' : 'Add pause point') }")
            .replace(`'<p class="bts-entry placeholder">No Entries</p>'`, '`<p class="bts-entry placeholder">No Entries</p>`')
            .replace(new RegExp(`((?:\\|\\||text:|\\?|:|\\[) )'(${joined})'`, "g"), "$1mcSay('$2')")
            .replace(new RegExp(`(title="|aria-label="|>|\\} |^ +)(${joined})(?=["<\`]| = | \\$|$)`, "gm"), "$1${mcSay('$2')}");
          return { contents: text, loader: "js" };
        });
      },
    },
  ],
});
