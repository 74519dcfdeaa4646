// Just enough of CommonJS to run Ajv from its npm package, which has no build for browsers.

const modules = new Map();

/** Load a module and what it requires. @param {string} path below the root of the server */
export function commonJs(path) {
  const { url, source } = found(path);
  if (modules.has(url)) return modules.get(url).exports;
  const module = { exports: {} };
  modules.set(url, module);
  if (url.endsWith(".json")) {
    module.exports = JSON.parse(source);
  } else {
    const require = (name) => commonJs(
      name.startsWith(".") ? new URL(name, `http://server${url}`).pathname : `/node_modules/${name}`,
    );
    new Function("exports", "require", "module", source)(module.exports, require, module);
  }
  return module.exports;
}

/** Find a file as Node does: itself, with .js, as a folder with an index or a main file. */
function found(path) {
  for (const url of /\.js(on)?$/.test(path) ? [path] : [`${path}.js`, `${path}/index.js`]) {
    const source = fetched(url);
    if (source !== null) return { url, source };
  }
  const { main } = JSON.parse(fetched(`${path}/package.json`));
  return found(new URL(main, `http://server${path}/`).pathname);
}

function fetched(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false); // CommonJS knows no other way
  request.send();
  return request.status === 200 ? request.responseText : null;
}
