/** The style of a certificate and of what checks one: a phone's column, or a sheet of paper. Always light, as it is shown and printed as a document. */
export const pageStyle = `
@page { size: A4; margin: 16mm; }
:root { color-scheme: light; --ink: #1d2633; --soft: #566272; --line: #dfe4ea; --deed: #1a5fb4; --good: #17653a; --care: #8a4b00; --bad: #a51d1d; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; color: var(--ink); background: #fff;
  font: 1rem/1.7 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; overflow-wrap: anywhere; word-wrap: break-word;
}
main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.4; font-weight: 600; }
h2 { margin: 1.75rem 0 .25rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.0625rem; font-weight: 600; }
p { margin: .5rem 0; }
.result { margin: .75rem 0 0; font-size: 1.125rem; font-weight: 600; }
.good { color: var(--good); }
.care { color: var(--care); }
.bad { color: var(--bad); }
.soft { color: var(--soft); font-size: .9375rem; }
dl { margin: 0; }
dl div { padding: .5rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
dt { color: var(--soft); font-size: .9375rem; }
dd { margin: 0; }
dl .care dt, dl .care dd { color: var(--care); font-weight: 600; }
.button {
  display: block; min-height: 3rem; margin: 1rem 0 0; padding: .625rem 1rem; border: 1px solid var(--deed); border-radius: .5rem;
  color: var(--deed); font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
.first { color: #fff; background: var(--deed); }
.drop { border: 2px dashed var(--soft); padding: 2rem 1rem; }
.over { background: #eaf2fc; }
.unseen { position: absolute; width: 1px; height: 1px; opacity: 0; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
:focus-visible, :focus-within > .drop { outline: 3px solid var(--deed); outline-offset: 2px; }
@media (min-width: 40rem) { dl div { display: flex; gap: 1rem; } dt { flex: 0 0 9rem; } dd { flex: 1; min-width: 0; } }
@media print { main { padding: 0; max-width: none; } .button { display: none; } }
`;
