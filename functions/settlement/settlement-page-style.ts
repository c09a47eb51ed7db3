/** The statement's style sheet: a sheet of A4 a trainer on paper, a column as wide on a screen. */
export const pageStyle = `
@page { size: A4; margin: 16mm 14mm 18mm; }
* { box-sizing: border-box; }
body {
  max-width: 182mm; margin: 0 auto; padding: 24px 16px; color: #1d2633; background: #fff;
  font: 13px/1.65 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif;
}
section + section { break-before: page; margin-top: 56px; }
header { margin-bottom: 16px; border-bottom: 2px solid #1d2633; padding-bottom: 10px; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 1.4; font-weight: 600; letter-spacing: .04em; }
header p { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; }
header span { min-width: 0; overflow-wrap: anywhere; }
.printed { margin-left: auto; color: #5d6a7a; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
th { text-align: left; font-weight: 500; white-space: nowrap; }
thead th { color: #5d6a7a; font-size: 12px; border-bottom: 1px solid #9aa6b5; }
th, td { padding: 7px 14px 7px 0; vertical-align: top; overflow-wrap: anywhere; }
tbody tr { break-inside: avoid; }
tbody td { border-bottom: 1px solid #e2e7ed; }
th:last-child, td:last-child { padding-right: 0; }
tfoot { display: table-row-group; break-inside: avoid; }
tfoot th, tfoot td { font-weight: 600; font-size: 14px; padding-top: 10px; }
.order { width: 23%; }
.number { width: 1%; padding-left: 14px; text-align: right; white-space: nowrap; }
small { display: block; color: #5d6a7a; font-size: 11px; line-height: 1.55; }
.none { color: #5d6a7a; }
footer { display: flex; gap: 24px; margin-top: 40px; break-inside: avoid; break-before: avoid; }
footer span { flex: 1; border-bottom: 1px solid #1d2633; padding-bottom: 4px; color: #5d6a7a; }
@media print { body { max-width: none; padding: 0; } section + section { margin-top: 0; } }
`;
