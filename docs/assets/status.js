/**
 * Says how today stands to the filing windows. The dates lie in the page (`status` in
 * docs/_macros.md), which also says them without this script; none is written here.
 *
 * @typedef {{start: string, end: string, days: ?string[]}} Span `days`: on which one can go; null
 *   where the year's calendar is unknown
 * @typedef {{from: string, works: string}} Calendar a mark a day from a date on: 1 is a working day
 */

const DAY = 86_400_000;

/** Today where the bureau is, whatever the reader's time zone: UTC+8, no summer time since 1992. */
function today() {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** 10月11日（周五） */
function said(date) {
  const [, month, day] = date.split("-").map(Number);
  return `${month}月${day}日（周${"日一二三四五六"[new Date(date).getUTCDay()]}）`;
}

/** How long it is from one day until another, in working days where they are known. */
function wait(from, until, calendar) {
  const place = (date) => Math.round((Date.parse(date) - Date.parse(calendar.from)) / DAY);
  if (place(from) < -1 || place(until) >= calendar.works.length) {
    return `${(Date.parse(until) - Date.parse(from)) / DAY} 天`;
  }
  const marks = calendar.works.slice(place(from) + 1, place(until) + 1);
  return `${marks.replaceAll("0", "").length} 个工作日`;
}

/**
 * What to say about a day: the state, a headline and a line below it.
 *
 * @param {string} date
 * @param {Span[]} windows in order
 * @param {Calendar} calendar
 * @param {string} year the filing year
 */
function standing(date, windows, calendar, year) {
  const now = `今天是 ${date.slice(0, 4)}年${said(date)}`;
  const coming = windows.find(({ end, days }) => (days?.at(-1) ?? end) >= date);
  if (!coming) {
    const line = `${now}。新一年的时间以当年的通知为准，本站还没有收录，可以打电话问。`;
    return ["closed", `${year} 年度的备案时间已经过去`, line];
  }
  const left = coming.days?.filter((day) => day >= date);
  const next = left?.[0] ?? coming.start;
  if (date < coming.start) {
    const first = `最近可以去的一天是 ${next.slice(0, 4)}年${said(next)}`;
    return ["ahead", `今天不受理，再过 ${wait(date, next, calendar)}`, `${now}。${first}。`];
  }
  if (!left) {
    const line = `${now}。只在工作日受理，这一年哪天放假、哪天上班，看国务院办公厅的通知。`;
    return ["unsure", "今天在备案时段里", line];
  }
  const last = said(left.at(-1));
  if (next !== date) {
    const line = `${now}。再去就是 ${said(next)}，到 ${last}为止还有 ${left.length} 个工作日。`;
    return ["rest", "今天休息，不受理", line];
  }
  const line = left.length > 1 ? `到 ${last}为止，连今天还有 ${left.length} 个工作日` : "这是这一段最后一个工作日";
  return ["open", "今天可以去", `${now}，正在受理。${line}。`];
}

for (const box of document.querySelectorAll(".bk-status")) {
  const { windows, year, ...calendar } = box.dataset;
  const [state, headline, line] = standing(today(), JSON.parse(windows), calendar, year);
  box.dataset.state = state;
  box.querySelector("strong").textContent = headline;
  box.querySelector("span").textContent = line;
}
