// The page from opening to report: download, lock the network, prove it, start the worker, check.

import { download } from "./assets.js";
import { Cancelled, Client } from "./client.js";
import { byId, element, icon } from "./dom.js";
import { Failure } from "./failure.js";
import { dropped, picked, read, save } from "./files.js";
import { probe } from "./probe.js";
import { outcome, paint } from "./report.js";

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

const page = document.documentElement;

/** @type {Client | null} null until the network is locked */
let client = null;
/** @type {import("./files.js").Source[]} those of the check at hand; nothing of them is kept elsewhere */
let chosen = [];

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
    if (chosen.length) await check();
  } catch (error) {
    showFailure(error);
  }
}

/** Check the chosen files. Nobody else calls the worker, so that one check runs at a time. */
async function check() {
  const names = chosen.map(({ name }) => name);
  setState("checking");
  showProgress("正在读取文件", 0, 0);
  try {
    const json = await client.check(await read(chosen), options(false));
    showReport(json);
  } catch (error) {
    if (error instanceof Cancelled) {
      setState("ready");
      say("已取消");
      byId("choose").focus();
    } else {
      showFailure(error, names);
    }
  }
}

/** Today is the reader's own date, not Greenwich's. */
function options(redact) {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return { today: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`, redact };
}

/** Accept what was dropped or picked: before "ready" it waits, during a check it is not for us. */
async function take(sources) {
  const state = page.dataset.state;
  if (state === "checking" || (state === "failed" && !client)) return;
  if (!sources.length) {
    showFailure(new Failure("E10"));
    return;
  }
  chosen = sources;
  if (client) {
    await check();
  } else {
    byId("queued").textContent = `已选好：${sources.map(({ name }) => name).join("、")}。准备好后马上检查。`;
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

function showFailure(error, names = []) {
  const failure = error instanceof Failure ? error : new Failure("E99", error.name);
  const about = names.length ? `${names.join("、")}：` : "";
  byId("failure-title").textContent = about + failure.message;
  byId("failure-advice").textContent = failure.advice;
  byId("failure-code").textContent = ["代码", failure.code, failure.detail].join(" ").trim();
  setState("failed");
  page.dataset.failure = client ? "check" : "start";
  byId("failure").focus();
}

function showReport(json) {
  const report = JSON.parse(json);
  paint(byId("report"), report, actions(json));
  setState("report");
  performance.mark("report");
  say(outcome(report));
  byId("verdict-title").focus();
}

function actions(json) {
  const date = options(false).today;
  const button = (text, act, kind = "") => element("button", { type: "button", class: kind, onclick: act }, text);
  return element(
    "div", { class: "actions" },
    button("重新检查", check, "primary"),
    button("下载报告", () => save(`自检报告-${date}.json`, json)),
    button("下载不含个人信息的报告", saveRedacted),
    button("打印", () => print()),
    button("清空", clear),
  );
}

async function saveRedacted() {
  try {
    const json = await client.check(await read(chosen), options(true));
    save(`自检报告（不含个人信息）-${options(true).today}.json`, json);
  } catch (error) {
    showFailure(error);
  }
}

function clear() {
  chosen = [];
  byId("report").replaceChildren();
  setState("ready");
  byId("choose").focus();
}

// --- what the reader does ---

function listen() {
  const input = byId("files");
  byId("choose").onclick = () => input.click();
  input.onchange = () => {
    const sources = picked(input.files);
    input.value = ""; // choosing the same file again is a change too
    take(sources);
  };
  byId("cancel").onclick = () => client.cancel();
  addEventListener("dragover", (event) => {
    event.preventDefault();
    page.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) page.classList.remove("dragging");
  });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    page.classList.remove("dragging");
    take(await dropped(event.dataTransfer));
  });
}

if (page.dataset.state === "loading") { // else fit.js has said why not
  listen();
  start();
}
