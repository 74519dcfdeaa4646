// The page from opening to report: download, lock the network, prove it, start the worker, check.

import { download, keepSite, startPlainly } from "./assets.js";
import { today } from "./client.js";
import { button, byId, element, menu } from "./dom.js";
import { Failure } from "./failure.js";
import { choose, forget, inMemory, Lost, onDrop, picked, read, save } from "./files.js";
import { startLocked } from "./lock.js";
import { Next, Workshop } from "./products.js";
import { showLock } from "./proof.js";
import { outcome, View } from "./report.js";
import { printSheet } from "./self-check.js";

// Word and name of what can be saved. The last two leave out what stood in the cells.
const FORMATS = {
  html: { word: "网页，可以打印（不含个人信息）", name: "自检报告（不含个人信息）", type: "text/html" },
  csv: { word: "表格 CSV（不含个人信息）", name: "自检报告（不含个人信息）", type: "text/csv" },
  json: { word: "JSON，给程序用（含姓名，号码只留头尾）", name: "自检报告", type: "application/json" },
};

// What is said above a report on files that are not the reader's own, or not as they lie on the disk.
const ABOUT = {
  example: "这是本站的示例，给您看看报告什么样。要检查自己的表，点“清空，换文件”，或直接拖进来。",
  corrected: "这里检查的是更正后的文件。下载的那一份以后又改过，就把它拖进来再检查。",
};
const CORRECTED = "下载到的是更正后的文件，接着改、打印都用它。您原来的文件没有动。";

const page = document.documentElement;

/** @type {import("./client.js").Client | null} null until the network is locked */
let client = null;

// All that is known of the reader's files. It lies in this page's memory only and goes with 清空.
const desk = {
  /** @type {import("./files.js").Source[]} where the files are */
  chosen: [],
  /** @type {[string, Uint8Array][]} their content when it was last read: what the report is about */
  held: [],
  /** @type {Map<string, string[]>} what was ticked as looked up, by the text of its own value */
  acknowledged: new Map(),
  /** @type {string} what is to know of them */
  about: "",
};

/** @type {View | null} the report on screen */
let view = null;
/** @type {Next | null} what it offers to do next */
let next = null;
const workshop = new Workshop(() => client.cancel(), say);
/** Counts what ends a reading of files: whoever still waits for one sees that it is no longer wanted. */
let turn = 0;
/** @type {Promise<void> | null} the report being brought up to date */
let updating = null;
/** What of it is older than the reader's last tick or choice. */
const stale = { report: false, changes: false };
/** Whether what the file dialog gives comes beside the files there are. */
let adding = false;

async function start() {
  try {
    const kit = await download((done, total) => showProgress("正在下载检查程序", done, total, megabytes));
    keepSite();
    const locked = await startLocked(kit, showProgress);
    showLock(locked.probes);
    client = locked.client;
    byId("example-offer").disabled = false;
    setState("ready");
    performance.mark("ready");
    say("可以选择文件了");
    if (desk.chosen.length) await check();
  } catch (error) {
    if (error.code === "E05" && startPlainly()) return;
    showFailure(error);
  }
}

/** Read files as they are now and check them. The desk stays as it is until there is a report on them. */
async function check({ chosen = desk.chosen, about = desk.about, acknowledged = desk.acknowledged } = {}) {
  const mine = ++turn;
  stopMaking();
  begin("正在读取文件");
  try {
    const held = await read(chosen);
    if (mine !== turn) return;
    const json = await client.check(held, options(acknowledged));
    if (mine !== turn) return;
    Object.assign(desk, { chosen, held, about, acknowledged });
    showReport(JSON.parse(json));
  } catch (error) {
    if (mine === turn) showFailure(error, chosen);
  }
}

/** Stop a check. Where there was a report before it, the reader has that back. */
function cancel() {
  turn += 1;
  client.cancel();
  if (view) {
    setState("report");
    say("已取消，还是上一次的结果");
    byId("verdict-title").focus();
    reconsider();
  } else {
    desk.chosen = [];
    setState("ready");
    say("已取消");
    byId("choose").focus();
  }
}

/**
 * Ask again about the files at hand after a tick or a choice: whether anything still weighs is for the
 * checker to say. The report stays on screen.
 */
function reconsider() {
  if (page.dataset.state !== "report") return;
  Object.assign(stale, { report: true, changes: true });
  byId("report").setAttribute("aria-busy", "true");
  update();
}

function update() {
  updating ??= catchUp().finally(() => { updating = null; });
}

/** Of several changes in a row only the last counts; what could be corrected is looked up when all else is done. */
async function catchUp() {
  while (page.dataset.state === "report" && (stale.report || stale.changes)) {
    const mine = turn;
    try {
      await (stale.report ? renewReport(mine) : renewChanges(mine));
    } catch (error) {
      if (mine === turn) showFailure(error, desk.chosen);
    }
  }
}

async function renewReport(mine) {
  let json;
  stale.report = false;
  try {
    json = await client.check(desk.held, options());
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    stale.report = true; // the reader cancelled what was being made, and this with it
  }
  if (mine !== turn || stale.report) return;
  refreshReport(JSON.parse(json));
  byId("report").removeAttribute("aria-busy");
}

/** The report is good without these: where they cannot be had, the reader is told so and keeps the report. */
async function renewChanges(mine) {
  let changes = null;
  stale.changes = false;
  next.await();
  try {
    changes = JSON.parse(await client.changes(desk.held, options()));
  } catch (error) {
    stale.changes ||= error.name === "AbortError";
  }
  if (mine === turn && !stale.report && !stale.changes) next.offer(changes);
}

/** What the checker has to know besides the files. */
function options(acknowledged = desk.acknowledged) {
  const { visit, county } = byId("visit").elements;
  return {
    visit: visit.validity.valid ? visit.value : "",
    county: county.value,
    acknowledged: [...acknowledged.values()],
  };
}

/** Take the reader's word for findings, or take it back. */
function tick(findings, on) {
  for (const { code, file, sheet, cell, value } of findings) {
    const named = [code, file, sheet, cell, value];
    if (on) desk.acknowledged.set(JSON.stringify(named), named);
    else desk.acknowledged.delete(JSON.stringify(named));
  }
  reconsider();
}

/** Let the reader choose files: others, or more of the same filing. */
async function pick(more) {
  adding = more;
  const sources = await choose(byId("files"));
  if (sources.length) take(sources, more);
}

/**
 * Accept what was dropped or picked: before "ready" it waits, during a check it is not for us. `more`
 * keeps the files there are, but for those that come again.
 */
async function take(sources, more = page.dataset.state === "failed") {
  const state = page.dataset.state;
  if (state === "checking" || (state === "failed" && !client)) return;
  const names = new Set(sources.map(({ name }) => name));
  const chosen = [...(more ? desk.chosen.filter(({ name }) => !names.has(name)) : []), ...sources];
  if (!chosen.length) {
    showFailure(new Failure("E10"));
  } else if (client) {
    await check({ chosen, about: more ? desk.about : "" });
  } else {
    desk.chosen = chosen;
    byId("queued").textContent = `已选好：${named(sources)}。准备好后马上检查。`;
  }
}

// --- what is made ---

/** Have something made in its place on the page. @returns {Promise<any>} null where nothing came of it */
async function order(place, question) {
  if (workshop.busy) {
    say("上一件还没做好，等一等，或先取消它");
    return null;
  }
  const mine = turn;
  try {
    const answer = await workshop.run(place, question);
    return mine === turn ? answer : null;
  } catch (error) {
    if (mine === turn) showFailure(error, desk.chosen);
    return null;
  }
}

/** Make files from those at hand and hand them over. */
async function deliver(place, product) {
  const made = await order(place, () => client.make(desk.held, { ...options(), product }));
  if (made) workshop.show(place, made);
}

async function correct(place, changes) {
  const accepted = changes.map(({ id }) => id);
  const made = await order(place, () => client.make(desk.held, { ...options(), product: "fix", accepted }));
  if (!made) return;
  const { files, notes } = made;
  const places = desk.held.flatMap(([name], at) => (changes.some(({ file }) => file === name) ? [at] : []));
  const further = places.length === files.length // else one of them could not be made
    ? [button("检查更正后的文件", () => checkCorrected(places, files))]
    : [];
  workshop.show(place, { files, notes: files.length ? [CORRECTED, ...notes] : notes }, ...further);
}

/** Check corrected files in the places of those they were made from; ticks go along. */
async function checkCorrected(places, files) {
  const names = new Map(places.map((at, index) => [desk.held[at][0], files[index][0]]));
  const named = [...desk.acknowledged.values()].map(([code, file, ...rest]) => [code, names.get(file) ?? file, ...rest]);
  const made = inMemory(files);
  await check({
    chosen: desk.chosen.map((source, at) => made[places.indexOf(at)] ?? source),
    about: ABOUT.corrected,
    acknowledged: new Map(named.map((each) => [JSON.stringify(each), each])),
  });
}

async function tryExample() {
  const mine = ++turn;
  stopMaking();
  begin("正在准备示例");
  try {
    const { files } = await client.make([], { ...options(), product: "example" });
    if (mine !== turn) return;
    await check({ chosen: inMemory(files), about: ABOUT.example });
  } catch (error) {
    if (mine === turn) showFailure(error);
  }
}

async function saveExample() {
  const place = byId("example");
  const made = await order(place, () => client.make([], { ...options(), product: "example" }));
  if (made) workshop.show(place, made);
}

async function sheetToPrint(place) {
  const json = await order(place, () => client.check(desk.held, { ...options(), format: "sheet-json" }));
  if (json) printSheet(byId("sheet"), JSON.parse(json));
}

async function sheetToKeep(place) {
  const text = await order(place, () => client.check(desk.held, { ...options(), format: "sheet" }));
  if (!text) return;
  workshop.show(place, { files: [[`自检单-${today()}.html`, text, "text/html"]], notes: ["用浏览器打开就能看、能打印。"] });
}

function stopMaking() {
  if (workshop.busy) client.cancel();
  workshop.clear();
}

// --- what the reader sees ---

function setState(state) {
  page.dataset.state = state;
  delete page.dataset.failure;
  if (state !== "loading") byId("queued").textContent = "";
}

/** Show that work has begun; what was pressed for it is gone, 取消 is the next thing to reach by Tab. */
function begin(stage) {
  setState("checking");
  showProgress(stage, 0, 0);
  byId("progress").focus();
}

/** Tell those who listen. */
function say(text) {
  byId("live").textContent = text;
}

function megabytes(done, total) {
  return `${(done / 1e6).toFixed(1)} / ${(total / 1e6).toFixed(1)} MB`;
}

function showProgress(stage, done, total, amount = () => "") {
  if (workshop.busy) {
    workshop.progress(stage, done, total);
    return;
  }
  if (!["loading", "checking"].includes(page.dataset.state)) return; // what is done unseen
  const bar = byId("bar");
  if (byId("stage").textContent !== stage) {
    byId("stage").textContent = stage;
    say(stage);
  }
  byId("amount").textContent = amount(done, total);
  if (total) {
    bar.max = total;
    bar.value = done;
  } else {
    bar.removeAttribute("value");
  }
}

function showFailure(error, sources = []) {
  const failure = error instanceof Failure ? error : new Failure("E99", error.name);
  const lost = failure instanceof Lost ? failure.sources : sources;
  desk.chosen = failure instanceof Lost ? sources.filter((source) => !lost.includes(source)) : [];
  closeReport();
  byId("failure-title").textContent = (lost.length ? `${named(lost)}：` : "") + failure.message;
  byId("failure-advice").textContent = failure.advice;
  byId("failure-code").textContent = ["代码", failure.code, failure.detail].join(" ").trim();
  byId("again").hidden = !client;
  setState("failed");
  page.dataset.failure = client ? "check" : "start";
  byId("failure").focus();
}

/** Name a few files; of many, how many there are. */
function named(sources) {
  const names = sources.slice(0, 3).map(({ name }) => name).join("、");
  return sources.length > 3 ? `${names} 等 ${sources.length} 个文件` : names;
}

function showReport(report) {
  next = new Next({
    fix: correct,
    migrate: (place) => deliver(place, "migrate"),
    mark: (place) => deliver(place, "mark"),
    set: (place) => deliver(place, "set"),
    final: (place) => deliver(place, "final"),
    printSheet: sheetToPrint,
    saveSheet: sheetToKeep,
  }, byId("visit"));
  view = new View(byId("report"), desk.about, actions(), next.node, { tick, add: () => pick(true) });
  refreshReport(report);
  byId("report").removeAttribute("aria-busy");
  setState("report");
  performance.mark("report");
  byId("verdict-title").focus();
  Object.assign(stale, { report: false, changes: true });
  update();
}

function refreshReport(report) {
  view.show(report);
  next.show(report);
  say(outcome(report));
}

function actions() {
  return element(
    "div", { class: "actions" },
    button("重新检查", () => check(), "primary"),
    menu("下载报告", Object.entries(FORMATS).map(([format, { word }]) => button(word, () => saveReport(format)))),
    button("打印", () => print()),
    button("清空，换文件", clear),
  );
}

/** Save the report on the files at hand, ticks and choices included. */
async function saveReport(format) {
  const mine = turn;
  const { name, type } = FORMATS[format];
  try {
    save(`${name}-${today()}.${format}`, await client.check(desk.held, { ...options(), format }), type);
  } catch (error) {
    if (mine === turn) showFailure(error, desk.chosen);
  }
}

/** Nobody waits any more for what would have gone into it. */
function closeReport() {
  turn += 1;
  view = next = null;
  desk.held = [];
  byId("progress").after(byId("visit")); // back from what comes next
  byId("report").replaceChildren();
}

function clear() {
  stopMaking();
  forget();
  closeReport();
  Object.assign(desk, { chosen: [], acknowledged: new Map(), about: "" });
  byId("visit").reset();
  setState("ready");
  say("已清空，可以选别的文件了");
  byId("choose").focus();
}

// --- what the reader does ---

function listen() {
  byId("choose").onclick = () => pick(false);
  byId("again").onclick = () => pick(true);
  byId("files").onchange = ({ target }) => {
    const sources = picked(target.files);
    target.value = ""; // choosing the same file again is a change too
    take(sources, adding);
  };
  byId("try-example").onclick = tryExample;
  byId("save-example").onclick = saveExample;
  byId("cancel").onclick = cancel;
  byId("visit").onchange = reconsider;
  byId("visit").onsubmit = (event) => event.preventDefault();
  onDrop((sources) => take(sources), showFailure);
}

if (page.dataset.state === "loading") { // else fit.js has said why not
  listen();
  start();
}
