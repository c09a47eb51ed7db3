/** The style of what a customer sees of a recording. Written for the browsers inside old phones: what they do not know is not used. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2633; --soft: #566272; --paper: #fff; --line: #dfe4ea; --tint: #f3f5f8; --deed: #1a5fb4; --on-deed: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #a6b0bd; --paper: #14181d; --line: #2e353e; --tint: #1e242b; --deed: #8ab8f5; --on-deed: #0c1a2b; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.7 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; overflow-wrap: break-word; word-wrap: break-word;
}
main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
header { margin-bottom: 1rem; }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.4; font-weight: 600; }
h2 { margin: 1.5rem 0 .125rem; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 .5rem; }
.facts, .hint { color: var(--soft); font-size: .9375rem; }
.facts { margin: .25rem 0 0; }
.facts span { display: inline-block; max-width: 100%; margin-right: 1rem; }
.frame { position: relative; margin: 0 -1rem .75rem; padding-top: calc(56.25% + 1.125rem); background: #000; }
video { position: absolute; top: 0; left: 0; width: 100%; height: 100%; }
.notice { margin: 0 0 1rem; padding: .875rem 1rem; border-radius: .5rem; background: var(--tint); }
.notice p { margin: 0; }
.notice button { margin-top: .75rem; }
.button, button {
  display: block; width: 100%; min-height: 3rem; padding: .625rem 1rem; border: 1px solid var(--deed); border-radius: .5rem;
  color: var(--deed); background: transparent; font: inherit; font-weight: 600; line-height: 1.6; text-align: center; text-decoration: none; cursor: pointer;
}
.first, button { color: var(--on-deed); background: var(--deed); }
.button { margin: 1rem 0 .5rem; }
a { color: var(--deed); }
p a { display: inline-block; min-height: 2.75rem; padding: .5rem 0; }
.about { margin-top: 1.75rem; border-top: 1px solid var(--line); }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
@media (min-width: 48rem) { .frame { margin-left: 0; margin-right: 0; padding-top: 56.25%; } .button { display: inline-block; width: auto; min-width: 16rem; } }
@media print { .frame, .button, button { display: none; } }
`;
