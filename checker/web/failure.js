// What can go wrong outside the user's workbook: a code for the telephone, and what to do next.

/** A failure with its own words for the reader. */
export class Failure extends Error {
  /**
   * @param {keyof typeof TEXTS} code
   * @param {string} [detail] what it happened to: a file name, a status; never content of a file
   */
  constructor(code, detail = "") {
    super(TEXTS[code].title);
    this.code = code;
    this.detail = detail;
    this.advice = TEXTS[code].advice;
  }
}

const TEXTS = {
  "E02": {
    title: "检查程序没有下载完",
    advice: "看看网络是否连通，然后重新打开本页。一直不行，把下面的代码告诉本站的管理员。",
  },
  "E03": {
    title: "下载的检查程序不完整",
    advice: "可能是网络中断或缓存了旧文件。按 Ctrl+F5 重新打开本页。",
  },
  "E04": {
    title: "网络没有锁住，本页不接收文件",
    advice: "有一种联网方式没有被浏览器拒绝。换用新版 Edge、Chrome 或 Firefox，关掉浏览器插件后再打开本页。",
  },
  "E05": {
    title: "检查程序没有启动",
    advice: "关掉其他网页，腾出内存后重新打开本页；还不行就换用新版 Edge、Chrome 或 Firefox。",
  },
  "E06": {
    title: "检查中途停了下来",
    advice: "这个文件可能已损坏或过于复杂。在 WPS 或 Excel 里打开它，另存为新的 .xlsx 文件，再检查一次。",
  },
  "E07": {
    title: "检查太久没有进展，已经停止",
    advice: "文件可能过大，或者表格下方有大量空行。删去多余的行，或分成几个文件，再检查一次。",
  },
  "E08": {
    title: "要重新选一次文件",
    advice: "文件选好之后改动过（或移走了），这个浏览器要再选一次才能读。改好、保存、关闭文件，再选它就行；别的文件不用重选。把文件拖进来检查，以后改完可以直接点“重新检查”。",
  },
  "E09": {
    title: "文件太大",
    advice: "一次最多检查 200 MB。备案用的表格一般不到 1 MB，看看是不是选错了文件。",
  },
  "E10": {
    title: "没有可以检查的文件",
    advice: "支持 .xlsx、.xlsm、.xls、.et、.ods 和 .csv 表格文件。",
  },
  "E99": {
    title: "网页出了意外",
    advice: "重新打开本页再试一次。一直不行，把下面的代码告诉本站的管理员。",
  },
};
