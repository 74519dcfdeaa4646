// Runs before everything else, in every browser ever shipped: plain ES5. It tells a browser that
// cannot run the checker from one that can, and a page whose program did not arrive.

(function () {
  "use strict";

  var root = document.documentElement;
  var single = root.hasAttribute("data-single"); // the whole checker in this file

  // Light or dark as chosen on the pages around this one; only read, and without it as the system has it.
  try {
    var site = location.pathname.replace(/[^\/]+\/[^\/]*$/, "");
    var chosen = JSON.parse(localStorage.getItem(site + ".__palette")).color.scheme;
    root.setAttribute("data-scheme", chosen === "slate" ? "dark" : "light");
  } catch (error) { // nothing chosen, or nothing may be read
  }

  function fail(why) {
    root.setAttribute("data-failure", why);
    root.setAttribute("data-state", "failed");
  }

  // Type section with an externref parameter; function body with a try block.
  var EXTERNREF = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 111, 0];
  var EXCEPTIONS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];

  function understands(bytes) {
    return WebAssembly.validate(new Uint8Array(bytes));
  }

  // Whoever knows module workers asks for the type before anything else, and starts none here.
  function startsModuleWorkers() {
    var asked = false;
    var url = single ? "data:text/javascript," : URL.createObjectURL(new Blob([""], { type: "text/javascript" }));
    try {
      new Worker(url, Object.defineProperty({}, "type", {
        get: function () { asked = true; throw new Error("asked"); }
      })).terminate();
    } catch (error) {
      if (!asked) throw error;
    }
    URL.revokeObjectURL(url);
    return asked;
  }

  function fits() {
    try {
      new DecompressionStream("deflate-raw");
      return understands(EXTERNREF) && understands(EXCEPTIONS) && startsModuleWorkers();
    } catch (error) { // a missing global is the answer "no"
      return false;
    }
  }

  if (location.protocol === "file:" && !single) fail("file");
  else if (!fits()) fail("browser");
  else {
    window.addEventListener("error", function (event) {
      if (event.target.type === "module") fail("script"); // the page, not one of its probes
    }, true);
    document.querySelectorAll("link[data-preload]").forEach(function (link) { // what the page will load
      link.href = link.getAttribute("data-preload");
      link.rel = "preload";
    });
  }
})();
