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
    ["site", "drawing", "pad", "keys", "desk", "hall", "papers", "typing", "upload", "modeler", "author", "chart", "decision-editor"].map((name) => [name, join(here, `${name}.js`)]),
  ),
  format: "iife",
  outdir: out,
});

// The editor of forms has no translations: its strings are read through `mcSay` (form-words.js). It and its viewer share
// one preact, the one that the editor asks for.
const forms = join(root, "node_modules", "@bpmn-io", "form-js-editor");
const spoken = JSON.parse(readFileSync(join(here, "form-words.json"), "utf8"));
const STRINGS = /((?:\b(?:label|title|placeholder|children|description|tooltip|name)|"aria-label"): |translate\(|return |[?:] |\[|FieldLabel = |let (?:label|description) = )(["'`])((?:\\.|(?!\2)[^\\\n])+)\2/g;
await esbuild.build({
  ...shared,
  entryPoints: { "form-editor": join(here, "form-editor.js") },
  format: "iife",
  outdir: out,
  alias: { preact: join(forms, "node_modules", "preact") },
  plugins: [
    {
      name: "words of form-js",
      setup(build) {
        build.onLoad({ filter: /@bpmn-io.form-js-(editor|viewer).dist.index\.es\.js$/ }, ({ path }) => {
          const said = (all, before, quote, text) => (text in spoken ? `${before}mcSay(${quote}${text}${quote})` : all);
          const fallback = "function translateFallback(template, replacements) {";
          return { contents: readFileSync(path, "utf8").replace(STRINGS, said).replace(fallback, `${fallback} template = mcSay(template);`), loader: "js" };
        });
      },
    },
  ],
});
