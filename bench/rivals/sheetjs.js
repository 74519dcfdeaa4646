// A roster with SheetJS and Ajv, field rules only: from the chosen file to a number on the page.

import { commonJs } from "./commonjs.js";

const HEADER_ROW = 3;
const FIELDS = { 序号: "serial_no", 姓名: "name", 性别: "gender", 专业: "major", 身份证号: "id_number", 备注: "note" };

const Ajv = commonJs("/node_modules/ajv/dist/2020.js").default;
const schema = await (await fetch("/schemas/roster.schema.json")).json();
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

document.getElementById("files").addEventListener("change", async ({ target }) => {
  performance.mark("chosen");
  const [file] = target.files;
  target.value = ""; // choosing the same file again is a change too
  const data = await file.arrayBuffer();
  const book = XLSX.read(data, { dense: true });
  const [head, ...rows] = XLSX.utils.sheet_to_json(
    book.Sheets[book.SheetNames[0]], { header: 1, range: HEADER_ROW - 1 },
  );
  const names = head.map((title) => FIELDS[title]);
  let errors = 0;
  for (const row of rows) {
    const record = {};
    row.forEach((value, at) => { record[names[at]] = value; });
    if (!validate(record)) errors += validate.errors.length;
  }
  document.getElementById("report").textContent = `${rows.length} rows, ${errors} errors`;
  performance.mark("report");
  document.documentElement.dataset.state = "report";
});
document.documentElement.dataset.state = "ready";
