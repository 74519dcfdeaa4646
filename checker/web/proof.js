// Tells the reader that the network is shut, and how that was proved.

import { byId, element, icon } from "./dom.js";

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

/** @param {{page: Probes, worker: Probes}} probes @typedef {import("./lock.js").Probes} Probes */
export function showLock({ page: here, worker: there }) {
  byId("lock").classList.add("locked");
  byId("lock-icon").replaceChildren(icon("lock"));
  byId("lock-text").textContent = "网络已锁定：本页不能再收发任何数据，文件内容出不了这台电脑";
  const list = (heading, probes) => element(
    "div", {},
    element("h2", {}, heading),
    element("ul", {}, ...probes.map(({ way }) => element("li", {}, icon("lock"), `${WAYS[way]}：已被浏览器拒绝`))),
  );
  byId("lock-proof").replaceChildren(
    element("p", {}, `接收文件之前，本页把 ${here.length + there.length} 种联网方式都试了一遍，浏览器全部拒绝。只要有一种能通，本页就不接收文件。`),
    element("div", { class: "proofs" }, list("网页本身", here), list("读取文件的后台程序", there)),
    element("p", {}, "想自己验证，可以现在断开网络再选文件：照样能检查。"),
  );
}
