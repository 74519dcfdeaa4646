// The page from opening to report: download, lock the network, prove it, start the worker, check.

import { download } from "./assets.js";
import { Client } from "./client.js";
import { byId, element, icon } from "./dom.js";
import { Failure } from "./failure.js";
import { choose, dropped, Lost, picked, read, save } from "./files.js";
import { probe } from "./probe.js";
import { outcome, View } from "./report.js";

// Added once everything is here. Nothing may come or go any more; code comes from memory only.
const LOCK = "default-src 'none'; script-src blob: 'wasm-unsafe-eval'; worker-src blob:; form-action 'none'; base-uri 'none'";

const WAYS = {
  "fetch": "网络请求（fetch）",
  "XMLHttpRequest": "网络请求（XMLHttpRequest）",
  "WebSocket": "长连接（WebSocket）",
  "EventSource": "服务器推送（EventSource）",
  "sendBeacon": "后台上报（sendBeacon）",
  "img": "加载图片",
  "link": "加载样式",
  "script": "加载脚本",
  "import": "导入模块（import）",
  "iframe": "嵌入网页（iframe）",
  "Worker": "另开后台程序（Worker）",
};

// Word and name of what can be saved. The last two leave out what stood in the cells.
const FORMATS = {
  html: { word: "网页，可以打印（不含个人信息）", name: "自检报告（不含个人信息）", type: "text/html" },
  csv: { word: "表格 CSV（不含个人信息）", name: "自检报告（不含个人信息）", type: "text/csv" },
  json: { word: "JSON，给程序用（含姓名，号码只留头尾）", name: "自检报告", type: "application/json" },
};

const page = document.documentElement;

/** @type {Client | null} null until the network is locked */
let client = null;

// All that is known of the reader's files. It lies in this page's memory only and goes with 清空.
const desk = {
  /** @type {import("./files.js").Source[]} where the files are */
  chosen: [],
  /** @type {[string, Uint8Array][]} their content when it was last read: what the report is about */
  held: [],
  /** @type {Map<string, string[]>} what was ticked as looked up, by the text of its own value */
  acknowledged: new Map(),
};

/** @type {View | null} the report on screen */
let view = null;
/** Counts what ends a reading of files: whoever still waits for one sees that it is no longer wanted. */
let turn = 0;
/** @type {Promise<void> | null} the report being brought up to date */
let updating = null;
let outdated = false;
/** Whether what the file dialog gives comes beside the files there are. */
let adding = false;

async function start() {
  try {
    const kit = await download((done, total) => showProgress("正在下载检查程序", done, total, megabytes));
    document.head.append(element("meta", { "http-equiv": "Content-Security-Policy", content: LOCK }));
    const target = new URL("./", location.href).href;
    const here = await probe(target);
    const open = here.filter(({ refused }) => !refused);
    if (open.length) throw new Failure("E04", open.map(({ way }) => way).join(" "));
    const starting = new Client(kit, target, showProgress);
    showLock(here, await starting.start());
    client = starting;
    setState("ready");
    performance.mark("ready");
    say("可以选择文件了");
    if (desk.chosen.length) await check();
  } catch (error) {
    showFailure(error);
  }
}

/** Read the chosen files as they are now and check them. */
async function check() {
  const mine = ++turn;
  setState("checking");
  showProgress("正在读取文件", 0, 0);
  try {
    const files = await read(desk.chosen);
    if (mine !== turn) return;
    desk.held = files;
    const json = await client.check(desk.held, options());
    if (mine === turn) showReport(JSON.parse(json));
  } catch (error) {
    if (mine === turn) showFailure(error, desk.chosen);
  }
}

function cancel() {
  turn += 1;
  client.cancel();
  setState("ready");
  say("已取消");
  byId("choose").focus();
}

/**
 * Ask again about the files at hand, after a tick or a choice: whether anything still weighs is for
 * the checker to say. The report stays on screen; of several changes in a row, only the last counts.
 */
function update() {
  if (page.dataset.state !== "report") return;
  outdated = true;
  updating ??= catchUp().finally(() => { updating = null; });
}

async function catchUp() {
  const mine = turn;
  byId("report").setAttribute("aria-busy", "true");
  try {
    while (outdated) {
      outdated = false;
      const json = await client.check(desk.held, options());
      if (mine !== turn) return;
      if (!outdated) refreshReport(JSON.parse(json));
    }
  } catch (error) {
    if (mine === turn) showFailure(error, desk.chosen);
  } finally {
    byId("report").removeAttribute("aria-busy");
  }
}

/** What the checker has to know besides the files. Today is the reader's own date, not Greenwich's. */
function options() {
  const { visit, county } = byId("visit").elements;
  return {
    today: today(),
    visit: visit.validity.valid ? visit.value : "",
    county: county.value,
    acknowledged: [...desk.acknowledged.values()],
  };
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Take the reader's word for findings, or take it back. */
function tick(findings, on) {
  for (const { code, file, sheet, cell, value } of findings) {
    const named = [code, file, sheet, cell, value];
    if (on) desk.acknowledged.set(JSON.stringify(named), named);
    else desk.acknowledged.delete(JSON.stringify(named));
  }
  update();
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
  desk.chosen = [...(more ? desk.chosen.filter(({ name }) => !names.has(name)) : []), ...sources];
  if (!desk.chosen.length) {
    showFailure(new Failure("E10"));
  } else if (client) {
    await check();
  } else {
    byId("queued").textContent = `已选好：${named(sources)}。准备好后马上检查。`;
  }
}

// --- what the reader sees ---

function setState(state) {
  page.dataset.state = state;
  delete page.dataset.failure;
  if (state !== "loading") byId("queued").textContent = "";
}

/** Tell those who listen. */
function say(text) {
  byId("live").textContent = text;
}

function megabytes(done, total) {
  return `${(done / 1e6).toFixed(1)} / ${(total / 1e6).toFixed(1)} MB`;
}

function showProgress(stage, done, total, amount = () => "") {
  if (!["loading", "checking"].includes(page.dataset.state)) return; // a fresh worker starting unseen
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

function showLock(here, there) {
  byId("lock").classList.add("locked");
  byId("lock-icon").replaceChildren(icon("lock"));
  byId("lock-text").textContent = "网络已锁定：本页不能再收发任何数据，文件内容出不了这台电脑";
  const list = (heading, probes) => element(
    "div", {},
    element("h3", {}, heading),
    element("ul", {}, ...probes.map(({ way }) => element("li", {}, icon("lock"), `${WAYS[way]}：已被浏览器拒绝`))),
  );
  byId("lock-proof").replaceChildren(
    element("p", {}, `接收文件之前，本页把 ${here.length + there.length} 种联网方式都试了一遍，浏览器全部拒绝。只要有一种能通，本页就不接收文件。`),
    element("div", { class: "proofs" }, list("网页本身", here), list("读取文件的后台程序", there)),
    element("p", {}, "想自己验证，可以现在断开网络再选文件：照样能检查。"),
  );
}

function showFailure(error, sources = []) {
  const failure = error instanceof Failure ? error : new Failure("E99", error.name);
  const lost = failure instanceof Lost ? failure.sources : sources;
  desk.chosen = failure instanceof Lost ? desk.chosen.filter((source) => !lost.includes(source)) : [];
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
  view = new View(byId("report"), actions(), { tick, add: () => pick(true) });
  refreshReport(report);
  setState("report");
  performance.mark("report");
  byId("verdict-title").focus();
}

function refreshReport(report) {
  view.show(report);
  say(outcome(report));
}

function actions() {
  const button = (text, onclick, kind = "") => element("button", { type: "button", class: kind, onclick }, text);
  return element(
    "div", { class: "actions" },
    button("重新检查", check, "primary"),
    menu("下载报告", Object.entries(FORMATS).map(([format, { word }]) => button(word, () => saveReport(format)))),
    button("打印", () => print()),
    button("清空，换文件", clear),
  );
}

/** A button that unfolds more buttons; choosing one, Escape or going elsewhere folds it again. */
function menu(name, buttons) {
  const summary = element("summary", {}, name);
  const made = element("details", { class: "menu" }, summary, element("ul", {}, ...buttons.map((each) => element("li", {}, each))));
  made.onclick = ({ target }) => { if (buttons.includes(target)) made.open = false; };
  made.onkeydown = ({ key }) => {
    if (key !== "Escape" || !made.open) return;
    made.open = false;
    summary.focus();
  };
  made.addEventListener("focusout", ({ relatedTarget }) => {
    if (!made.contains(relatedTarget)) made.open = false;
  });
  return made;
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

function clear() {
  turn += 1;
  Object.assign(desk, { chosen: [], held: [], acknowledged: new Map() });
  view = null;
  byId("visit").reset();
  byId("report").replaceChildren();
  setState("ready");
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
  byId("cancel").onclick = cancel;
  byId("visit").onchange = update;
  byId("visit").onsubmit = (event) => event.preventDefault();
  addEventListener("dragover", (event) => {
    event.preventDefault();
    page.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) page.classList.remove("dragging");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    page.classList.remove("dragging");
    dropped(event.dataTransfer).then((sources) => take(sources), showFailure);
  });
}

if (page.dataset.state === "loading") { // else fit.js has said why not
  listen();
  start();
}
