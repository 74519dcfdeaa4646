// What Ajv says to every case of the conformance set: node conformance.mjs FOLDER
//
// FOLDER is the unpacked zip. Strict mode stays on, so that a keyword Ajv does not know, or a type it
// finds doubtful, ends the run; only our annotations (`x-…`) are made known to it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";

const folder = process.argv[2];
const read = (...names) => JSON.parse(readFileSync(join(folder, ...names), "utf8"));

function annotations(node, found = new Set()) {
  if (node && typeof node === "object") {
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith("x-")) found.add(key);
      annotations(value, found);
    }
  }
  return found;
}

/** Compile a schema with an Ajv of its own. */
function compile(schema) {
  // The dates of a cycle have a `format`: a note in JSON Schema 2020-12, an unknown word to Ajv.
  const formats = { date: true };
  const ajv = new Ajv2020({ allErrors: true, strictTypes: true, strictTuples: true, formats });
  ajv.addVocabulary([...annotations(schema)]);
  return ajv.compile(schema);
}

/** Return the keyword and place of each error, as JSON Schema itself would name them. */
function faults(errors) {
  return (errors ?? [])
    .filter(({ schemaPath }) => !schemaPath.includes("/anyOf/"))
    .map(({ keyword, instancePath, params }) => ({
      at: keyword === "required" ? `${instancePath}/${params.missingProperty}` : instancePath,
      keyword,
    }));
}

const answers = {};
for (const name of readdirSync(join(folder, "conformance"))) {
  const set = read("conformance", name);
  if (set.level !== "schema") continue;
  const validate = compile(read(set.schema));
  answers[name] = set.cases.map((each) => {
    const accepted = validate(each.record !== undefined ? each.record : each.filing);
    return { accepted, errors: faults(validate.errors) };
  });
}
for (const name of readdirSync(folder)) {
  if (name.endsWith(".schema.json")) compile(read(name)); // each of them, with or without cases
}
process.stdout.write(JSON.stringify(answers));
