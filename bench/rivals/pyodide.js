// Pyodide started the usual way, with the packages that the checker needs.

import { loadPyodide } from "/node_modules/pyodide/pyodide.mjs";

const wheels = await (await fetch("/wheels.json")).json();
const pyodide = await loadPyodide({ indexURL: "/node_modules/pyodide/" });
await pyodide.loadPackage(wheels.map((name) => new URL(`/wheels/${name}`, location).href));
pyodide.runPython(`
import sys, types
from pyrsistent_as_rpds import pure  # rpds-py has no wheel for WebAssembly
sys.modules["rpds"] = pure
import fastjsonschema, jsonschema, openpyxl, python_calamine
`);
performance.mark("ready");
document.documentElement.dataset.state = "ready";
