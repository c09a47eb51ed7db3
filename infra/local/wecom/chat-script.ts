/**
 * The chat page's script. Whatever a message holds becomes a text node, so it cannot become markup; the only attribute made from it is the
 * address of an http(s) link. "Today" is the day of the newest message, since the product's clock may be turned.
 */
export const chatScript = String.raw`
'use strict';
const $ = (id) => document.getElementById(id);
const el = (name, className, ...children) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
};

const format = (options) => {
  const formatter = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', ...options });
  return (message) => formatter.format(new Date(message.at));
};
const clockTime = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const shortDay = format({ month: 'numeric', day: 'numeric' });
const date = format({ year: 'numeric', month: 'long', day: 'numeric' });
const weekday = format({ weekday: 'long' });
const longDay = (message) => date(message) + ' ' + weekday(message);

const messages = [];
const groups = new Map();
let shownKey = null;
let shownCount = 0;

const stored = () => {
  try { return JSON.parse(localStorage.getItem('wecom.read')) ?? {}; } catch { return {}; }
};
let read = stored();
const markRead = (key) => {
  read[key] = groups.get(key).at(-1).id;
  try { localStorage.setItem('wecom.read', JSON.stringify(read)); } catch {}
};
// A mark beyond the newest message is from state that has since been wiped.
const unread = (key) => {
  const group = groups.get(key);
  const seen = Number(read[key] ?? 0);
  return group.filter(({ id }) => Number(id) > seen || seen > Number(group.at(-1).id)).length;
};

const currentKey = () => {
  let key = '';
  try { key = decodeURIComponent(location.hash.slice(1)); } catch {}
  return groups.has(key) ? key : null;
};
const narrow = matchMedia('(max-width: 720px)');
const byLatest = () => [...groups.keys()].sort((a, b) => Number(groups.get(b).at(-1).id) - Number(groups.get(a).at(-1).id));

const nameOf = (id) => '@' + (id === '@all' ? '所有人' : id);
const hueOf = (key) => 'hue' + [...key].reduce((sum, char) => (sum * 131 + char.codePointAt(0)) % 65521, 7) % 6;
const tile = (key) => {
  const node = el('span', 'tile ' + hueOf(key), $('people').content.cloneNode(true));
  node.setAttribute('aria-hidden', 'true');
  return node;
};

// An address ends where ASCII's URL characters end, so Chinese text may follow it without a space; a last punctuation is the sentence's.
const inline = /(https?:\/\/[\w.~:\/?#@!$&*+,;=%-]*[\w~\/#@$&*+=%-])|<@([^<>\s]+)>/;
const markup = /\*\*(.+?)\*\*|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|<font color="(info|comment|warning)">([\s\S]*?)<\/font>/;
const link = (href, label) => {
  const node = el('a', '', label);
  node.href = href;
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  return node;
};
const split = (text, pattern, make, rest) => {
  const found = pattern.exec(text);
  if (!found) return rest(text);
  return [
    ...rest(text.slice(0, found.index)),
    make(found),
    ...split(text.slice(found.index + found[0].length), pattern, make, rest),
  ];
};
const plain = (text) =>
  split(text, inline, (found) => (found[1] ? link(found[1], found[1]) : el('span', 'mention', nameOf(found[2]))), (some) => [some]);
const rich = (text) =>
  split(text, markup, (found) => {
    if (found[1]) return el('b', '', ...plain(found[1]));
    if (found[2]) return link(found[3], found[2]);
    return el('span', found[4], ...rich(found[5]));
  }, plain);
const markdown = (text) =>
  text.split('\n').map((line) => {
    const [, heading] = /^#{1,6}\s+(.*)$/.exec(line) ?? [];
    const [, quote] = /^>\s?(.*)$/.exec(line) ?? [];
    if (heading) return el('div', 'heading', ...rich(heading));
    return quote ? el('q', '', ...rich(quote)) : el('div', 'line', ...rich(line));
  });

const bubble = (message) => {
  const node = el('div', 'bubble', ...(message.msgtype === 'text' ? plain(message.text) : markdown(message.text)));
  const named = message.mentioned.filter((id) => !message.text.includes('<@' + id + '>'));
  if (named.length > 0) node.append(el('span', 'mentions', ...named.map((id) => el('span', 'mention', nameOf(id)))));
  return node;
};
const messageNode = (message) => {
  const at = el('time', '', clockTime(message));
  at.dateTime = message.at;
  const robot = el('span', 'robot', '九');
  robot.setAttribute('aria-hidden', 'true');
  const from = el('div', 'from', '九天助手', el('span', 'tag', '机器人'), at);
  return el('article', 'message', robot, el('div', '', from, bubble(message)));
};

const withoutMarkup = (text) => text.replace(/^(#{1,6}|>)\s*|\*\*|<\/?font[^>]*>|\]\([^)]*\)|\[(?=[^\]]+\]\()/gm, '');
const preview = ({ msgtype, text }) =>
  (msgtype === 'text' ? text : withoutMarkup(text)).replace(/<@([^<>\s]+)>/g, (_, id) => nameOf(id)).replace(/\s+/g, ' ');
const groupNode = (key, today) => {
  const last = groups.get(key).at(-1);
  const count = unread(key);
  const time = el('time', '', longDay(last) === today ? clockTime(last) : shortDay(last));
  const aside = el('span', 'aside', time);
  if (count > 0) {
    const badge = el('span', 'badge', count > 99 ? '99+' : String(count));
    badge.setAttribute('aria-label', count + ' 条未读');
    aside.append(badge);
  }
  const label = el('span', '', el('div', 'name', key), el('div', 'last', preview(last)));
  const node = el('button', 'group', tile(key), label, aside);
  node.dataset.key = key;
  node.title = key;
  node.setAttribute('aria-current', String(key === shownKey));
  node.addEventListener('click', () => { location.hash = encodeURIComponent(key); });
  return node;
};

const renderGroups = () => {
  const wanted = $('search').value.trim().toLowerCase();
  const matches = (key) =>
    key.toLowerCase().includes(wanted) ||
    groups.get(key).some((message) => (message.text + ' ' + message.mentioned.map(nameOf).join(' ')).toLowerCase().includes(wanted));
  const keys = byLatest().filter((key) => wanted === '' || matches(key));
  const today = messages.length > 0 ? longDay(messages.at(-1)) : '';
  const focused = document.activeElement?.dataset?.key;
  $('groups').replaceChildren(...keys.map((key) => groupNode(key, today)));
  if (keys.length === 0) $('groups').append(el('p', 'none', wanted ? '没有找到相关的群' : '还没有群'));
  if (focused) [...$('groups').children].find((node) => node.dataset.key === focused)?.focus();
};

const renderFeed = () => {
  const key = currentKey() ?? (narrow.matches ? null : shownKey ?? byLatest()[0] ?? null);
  const fresh = key !== shownKey;
  if (fresh) { $('feed').replaceChildren(); shownCount = 0; }
  shownKey = key;
  $('app').classList.toggle('open', key !== null);
  $('conversation').hidden = key === null;
  $('empty').hidden = key !== null;
  if (key === null) return;
  const all = groups.get(key);
  const feed = $('feed');
  const atEnd = fresh || feed.scrollHeight - feed.scrollTop - feed.clientHeight < 80;
  for (const message of all.slice(shownCount)) {
    const before = all[shownCount - 1];
    if (!before || longDay(before) !== longDay(message)) feed.append(el('span', 'when', longDay(message)));
    const node = messageNode(message);
    if (!fresh) node.classList.add('new');
    feed.append(node);
    shownCount += 1;
  }
  $('name').textContent = key;
  $('count').textContent = '群机器人 · ' + all.length + ' 条消息';
  if (!document.hidden) markRead(key);
  if (atEnd) feed.scrollTop = feed.scrollHeight;
};

let scheduled = false;
const render = () => {
  scheduled = false;
  renderFeed();
  renderGroups();
  const total = [...groups.keys()].reduce((sum, key) => sum + unread(key), 0);
  document.title = (total > 0 ? '(' + total + ') ' : '') + '企业微信 · 本地';
};
const schedule = () => {
  if (!scheduled) requestAnimationFrame(render);
  scheduled = true;
};

const receive = (list) => {
  for (const message of list) {
    if (Number(message.id) <= Number(messages.at(-1)?.id ?? 0)) continue;
    messages.push(message);
    const group = groups.get(message.robotKey);
    if (group) group.push(message);
    else groups.set(message.robotKey, [message]);
  }
  schedule();
};

const live = (on) => {
  $('live').textContent = on ? '实时' : '正在重连';
  $('live').classList.toggle('lost', !on);
};
const events = new EventSource('/local/wecom/events');
events.onopen = () => live(true);
events.onerror = () => live(false);
events.onmessage = (event) => {
  document.body.dataset.ready = 'true';
  receive(JSON.parse(event.data));
};
addEventListener('hashchange', schedule);
document.addEventListener('visibilitychange', schedule);
narrow.addEventListener('change', schedule);
$('search').addEventListener('input', renderGroups);
$('back').addEventListener('click', () => { location.hash = ''; });
`;
