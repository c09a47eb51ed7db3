import { createHash } from 'node:crypto';
import { chatScript } from './chat-script.ts';
import { chatStyle } from './chat-style.ts';

const sha256 = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

/** The page's Content-Security-Policy: its own script and style by their hashes, fonts and events from its own origin, nothing else. */
export const chatPolicy = [
  "default-src 'none'",
  `script-src ${sha256(chatScript)}`,
  `style-src 'self' ${sha256(chatStyle)}`,
  "font-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The chat page. It holds no message: the script fetches them, so the page is the same text for everyone. */
export const renderChat = (): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>企业微信 · 本地</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/local/wecom/font/400.css">
<link rel="stylesheet" href="/local/wecom/font/500.css">
<style>${chatStyle}</style>
</head>
<body>
<template id="people"><svg width="24" height="24" viewBox="0 0 24 24" fill="currentColor"><circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19c0-3.6 2.9-5.8 6.5-5.8s6.5 2.2 6.5 5.8z"/><circle cx="16.6" cy="9.4" r="2.7" opacity=".7"/><path d="M17 18.9h4.6c0-2.9-2-4.9-4.8-4.9-.7 0-1.4.1-2 .4 1.4 1.1 2.2 2.6 2.2 4.5z" opacity=".7"/></svg></template>
<main class="app" id="app">
  <section class="side" aria-label="群列表">
    <header>
      <div class="title"><h1>消息</h1><span class="live lost" id="live" role="status">正在连接</span></div>
      <label class="search">
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" aria-hidden="true"><circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3 3"/></svg>
        <input id="search" type="search" placeholder="搜索群、成员或内容" aria-label="搜索群、成员或内容" autocomplete="off">
      </label>
    </header>
    <nav class="groups" id="groups" aria-label="群"></nav>
  </section>
  <section class="chat">
    <div class="empty" id="empty">
      <svg width="84" height="72" viewBox="0 0 84 72" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path d="M12 6h44a8 8 0 0 1 8 8v22a8 8 0 0 1-8 8H32L18 56V44h-6a8 8 0 0 1-8-8V14a8 8 0 0 1 8-8z"/><path d="M18 20h32M18 31h20"/><path d="M72 26a8 8 0 0 1 8 8v16a8 8 0 0 1-8 8v9l-11-9H48"/></svg>
      <strong>还没有消息</strong>
      <span>订单一有动静，群机器人的通知就会出现在这里</span>
    </div>
    <div class="conversation" id="conversation" hidden>
      <header class="bar">
        <button class="back" id="back" aria-label="返回群列表"><svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M12.5 4 6.5 10l6 6"/></svg></button>
        <div><h2 id="name"></h2><p id="count"></p></div>
      </header>
      <div class="feed" id="feed" role="log" aria-label="群消息" tabindex="0"></div>
      <footer class="foot">本地环境，仅显示群机器人发出的消息</footer>
    </div>
  </section>
</main>
<script>${chatScript}</script>
</body>
</html>
`;
