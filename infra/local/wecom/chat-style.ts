/** The chat page's style sheet: WeCom's layout in quiet colours, light and dark, one column on a phone. */
export const chatStyle = `
:root {
  color-scheme: light dark;
  --ground: #e9edf2; --panel: #f6f8fa; --feed: #eef1f5; --bubble: #fff; --line: #e2e7ed; --line-soft: #ebeff3;
  --ink: #1d2633; --ink-2: #5d6a7a; --ink-3: #8b97a6; --brand: #2a6df4; --brand-soft: #e6effe; --badge: #f0514c;
  --hover: #eceff3; --warn: #b7791f; --shadow: 0 1px 2px rgb(24 39 75 / 6%), 0 2px 8px rgb(24 39 75 / 4%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1319; --panel: #171c24; --feed: #12161d; --bubble: #212832; --line: #28303b; --line-soft: #222a34;
    --ink: #e6ebf2; --ink-2: #a3afbf; --ink-3: #78859a; --brand: #6ea1ff; --brand-soft: #1c2c4a; --badge: #e5534f;
    --hover: #1e252f; --warn: #e0b25c; --shadow: 0 1px 2px rgb(0 0 0 / 30%);
  }
}
* { box-sizing: border-box; margin: 0; }
html, body { height: 100%; }
body {
  background: var(--ground); color: var(--ink); overflow: hidden; -webkit-font-smoothing: antialiased;
  font: 14px/1.6 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif;
}
button, input { font: inherit; color: inherit; border: 0; background: none; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: -2px; }
[hidden] { display: none !important; }

.app { height: 100dvh; display: grid; grid-template-columns: 312px minmax(0, 1fr); background: var(--feed); }
@media (min-width: 1120px) {
  .app {
    height: calc(100dvh - 48px); max-width: 1240px; margin: 24px auto; border-radius: 14px; overflow: hidden;
    box-shadow: 0 0 0 1px var(--line), 0 12px 40px rgb(24 39 75 / 10%);
  }
}

.side { display: flex; flex-direction: column; min-height: 0; background: var(--panel); border-right: 1px solid var(--line); }
.side header { padding: 18px 16px 12px; }
.title { display: flex; align-items: center; gap: 8px; margin-bottom: 12px; }
.title h1 { font-size: 16px; font-weight: 500; line-height: 24px; }
.live { margin-left: auto; display: inline-flex; align-items: center; gap: 6px; font-size: 12px; color: var(--ink-3); }
.live::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: #35b37e; }
.live.lost { color: var(--warn); } .live.lost::before { background: var(--warn); }
.search { position: relative; display: block; color: var(--ink-3); }
.search svg { position: absolute; left: 10px; top: 9px; }
.search input {
  width: 100%; height: 34px; padding: 0 10px 0 32px; border-radius: 8px; background: var(--hover); color: var(--ink); appearance: none;
}
.search input::placeholder { color: var(--ink-3); }
.groups { flex: 1; overflow-y: auto; padding: 0 8px 12px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.group {
  width: 100%; display: grid; grid-template-columns: 44px minmax(0, 1fr) auto; column-gap: 12px; align-items: center;
  padding: 10px; border-radius: 10px; text-align: left;
}
.group:hover { background: var(--hover); }
.group[aria-current="true"] { background: var(--brand-soft); }
.group .name, .group .last { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.group .name { font-weight: 500; line-height: 22px; }
.group .last { font-size: 12px; line-height: 20px; color: var(--ink-3); }
.group .aside { align-self: stretch; display: flex; flex-direction: column; align-items: flex-end; gap: 4px; }
.group time { font-size: 11px; line-height: 22px; color: var(--ink-3); font-variant-numeric: tabular-nums; }
.badge {
  min-width: 18px; height: 18px; padding: 0 5px; border-radius: 9px; background: var(--badge); color: #fff; text-align: center;
  font-size: 11px; line-height: 18px; font-variant-numeric: tabular-nums;
}
.tile { width: 44px; height: 44px; border-radius: 10px; display: grid; place-items: center; color: #fff; flex: none; }
.hue0 { background: #4b7bec; } .hue1 { background: #3aa6a0; } .hue2 { background: #7a6fd0; }
.hue3 { background: #c98a4b; } .hue4 { background: #5b8fb0; } .hue5 { background: #b56a86; }
.none { padding: 40px 16px; text-align: center; color: var(--ink-3); font-size: 13px; }

.chat, .conversation { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
.conversation { flex: 1; }
.bar {
  display: flex; align-items: center; gap: 10px; min-height: 61px; padding: 10px 24px; background: var(--panel);
  border-bottom: 1px solid var(--line);
}
.bar h2 { font-size: 15px; font-weight: 500; line-height: 22px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.bar p { font-size: 12px; line-height: 18px; color: var(--ink-3); }
.bar div { min-width: 0; }
.back { display: none; width: 40px; height: 40px; margin-left: -12px; border-radius: 10px; place-items: center; color: var(--ink-2); }
.feed { flex: 1; overflow-y: auto; padding: 20px 24px 28px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.when { display: block; margin: 24px 0 16px; text-align: center; font-size: 12px; color: var(--ink-3); font-variant-numeric: tabular-nums; }
.when:first-child { margin-top: 0; }
.message { display: grid; grid-template-columns: 38px minmax(0, 1fr); column-gap: 10px; margin-bottom: 16px; }
.robot {
  width: 38px; height: 38px; border-radius: 9px; display: grid; place-items: center; color: #fff; font-size: 17px; font-weight: 500;
  background: linear-gradient(145deg, #4f8bff, #2a6df4);
}
.from { display: flex; align-items: center; gap: 6px; font-size: 12px; line-height: 18px; color: var(--ink-2); margin-bottom: 4px; }
.tag { padding: 0 5px; border-radius: 4px; background: var(--brand-soft); color: var(--brand); font-size: 11px; line-height: 16px; }
.from time { color: var(--ink-3); font-variant-numeric: tabular-nums; }
.bubble {
  width: fit-content; max-width: min(560px, 92%); padding: 10px 14px; border-radius: 4px 12px 12px 12px; background: var(--bubble);
  box-shadow: var(--shadow); white-space: pre-wrap; overflow-wrap: anywhere;
}
.bubble a { color: var(--brand); text-decoration: none; } .bubble a:hover { text-decoration: underline; }
.mentions { display: flex; flex-wrap: wrap; gap: 0 10px; margin-top: 6px; }
.mention { color: var(--brand); }
.bubble b, .heading { font-weight: 500; }
.line:empty { height: 0.6em; }
.bubble q { display: block; padding-left: 10px; border-left: 3px solid var(--line); color: var(--ink-2); quotes: none; }
.info { color: #2f9e6e; } .comment { color: var(--ink-3); } .warning { color: #d9722e; }
.foot { padding: 10px 24px; border-top: 1px solid var(--line); background: var(--panel); font-size: 12px; color: var(--ink-3); text-align: center; }
.empty { flex: 1; display: grid; place-content: center; justify-items: center; gap: 6px; padding: 24px; text-align: center; color: var(--ink-3); }
.empty svg { margin-bottom: 10px; opacity: 0.45; }
.empty strong { font-size: 15px; font-weight: 500; color: var(--ink-2); }

@media (max-width: 720px) {
  .app { grid-template-columns: minmax(0, 1fr); }
  .side { border-right: 0; }
  .app:not(.open) .chat, .app.open .side { display: none; }
  .back { display: grid; }
  .bar { padding: 8px 16px; gap: 4px; }
  .feed { padding: 16px 14px 24px; }
  .bubble { max-width: 100%; }
  .search input { font-size: 16px; height: 38px; } .search svg { top: 11px; }
}
@media (prefers-reduced-motion: no-preference) {
  .message.new { animation: rise 0.25s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(6px); } }
}
`;
