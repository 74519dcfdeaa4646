// The officers' page: many filings at once, and whether a paper and a file are one edition. It begins
// like the checker's own page and talks to the same worker.

import { download, keepSite, startPlainly } from "./assets.js";
import { Batch, inFolder } from "./batch.js";
import { byId } from "./dom.js";
import { Failure } from "./failure.js";
import { onDrop, picked } from "./files.js";
import { startLocked } from "./lock.js";
import { showLock } from "./proof.js";
import { Units } from "./units.js";
import { Verifier } from "./verifier.js";

const page = document.documentElement;

/** @type {import("./client.js").Client | null} null until the network is locked */
let client = null;

/** @type {Batch | null} what is being checked, or was */
let batch = null;

/** @type {import("./files.js").Source[]} chosen before the checker was ready */
let queued = [];

const verifier = new Verifier(byId("verify"), (files, typed) => client.query("verify", files, { typed }), say, showFailure);

async function start() {
  try {
    const kit = await download((done, total) => showProgress("正在下载检查程序", done, total, `${(done / 1e6).toFixed(1)} / ${(total / 1e6).toFixed(1)} MB`));
    keepSite();
    const locked = await startLocked(kit, hear);
    showLock(locked.probes);
    client = locked.client;
    setState("ready");
    performance.mark("ready");
    say("可以选择文件夹了");
    if (queued.length) await check(queued);
    verifier.ready();
  } catch (error) {
    if (error.code === "E05" && startPlainly()) return;
    showFailure(error);
  }
}

/** Check a folder; its results come as they are found, and stay when it is cancelled. */
async function check(sources) {
  if (page.dataset.state === "checking") return;
  if (!client) {
    queued = sources;
    byId("queued").textContent = `已选好 ${sources.length} 个文件。准备好后马上检查。`;
    return;
  }
  const files = inFolder(sources);
  if (!files.length) {
    showFailure(new Failure("E10"));
    return;
  }
  const units = new Units(byId("report"), clear);
  batch = new Batch(client, files, (unit) => units.add(unit), showProgress);
  setState("checking");
  byId("progress").focus();
  say(`正在检查 ${files.length} 个文件`);
  try {
    await batch.run();
    units.finish(await batch.outcome(), batch);
    setState("report");
    performance.mark("report");
    say(units.said);
    byId("verdict-title").focus();
  } catch (error) {
    showFailure(error);
  }
}

function clear() {
  batch = null;
  byId("report").replaceChildren();
  setState("ready");
  say("已清空，可以选别的文件夹了");
  byId("choose").focus();
}

// --- what the reader sees ---

function setState(state) {
  page.dataset.state = state;
  delete page.dataset.failure;
  for (const button of byId("tools").querySelectorAll("button")) button.disabled = state === "checking" || (state === "failed" && !client);
  if (state !== "loading") byId("queued").textContent = "";
}

/** Tell those who listen. */
function say(text) {
  byId("live").textContent = text;
}

/** What the worker says of its start; of a batch, the files tell more. */
function hear(stage, done, total) {
  if (page.dataset.state === "loading") showProgress(stage, done, total, "");
}

function showProgress(stage, done, total, amount) {
  const bar = byId("bar");
  byId("stage").textContent = stage;
  byId("amount").textContent = amount;
  if (total) Object.assign(bar, { max: total, value: done });
  else bar.removeAttribute("value");
}

function showFailure(error) {
  const failure = error instanceof Failure ? error : new Failure("E99", error.name);
  byId("failure-title").textContent = failure.message;
  byId("failure-advice").textContent = failure.advice;
  byId("failure-code").textContent = ["代码", failure.code, failure.detail].join(" ").trim();
  byId("again").hidden = !client;
  byId("again").textContent = "回到本页";
  setState("failed");
  page.dataset.failure = client ? "check" : "start";
  byId("failure").focus();
}

// --- what the reader does ---

function listen() {
  document.querySelector(".top [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // far right on a telephone
  byId("choose").onclick = () => byId("folder").click();
  byId("folder").onchange = ({ target }) => {
    const sources = picked(target.files);
    target.value = ""; // choosing the same folder again is a change too
    check(sources);
  };
  byId("cancel").onclick = () => batch.cancel();
  byId("again").onclick = () => {
    setState(byId("report").hasChildNodes() ? "report" : "ready");
    byId("choose").focus();
  };
  onDrop((sources, target) => {
    if (byId("verify").contains(target)) verifier.take(sources);
    else check(sources);
  }, showFailure);
}

if (page.dataset.state === "loading") { // else fit.js has said why not
  listen();
  start();
}
