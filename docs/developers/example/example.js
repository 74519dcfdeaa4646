import { open } from "../../check/embed.js";

const status = document.getElementById("status");
const input = document.getElementById("files");
let checker;

try {
  checker = await open({
    onProgress: ({ stage }) => { status.textContent = stage; },
  });
  const { page, worker } = checker.probes;
  const ways = page.length + worker.length;
  status.textContent = `网络已锁定，${ways} 种联网方式都被拒绝。可以选文件了。`;
  input.disabled = false;
} catch (error) {
  status.textContent = `${error.message}。${error.advice}`;
}

async function check(files) {
  try {
    const report = await checker.check(files);
    const shown = document.getElementById("report");
    shown.textContent = JSON.stringify(report, null, 1);
    status.textContent = `结论：${report.summary.verdict}`;
  } catch (error) {
    status.textContent = `${error.message}。${error.advice}`;
  }
}

input.addEventListener("change", () => check(input.files));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (!input.disabled) check(event.dataTransfer.files);
});
