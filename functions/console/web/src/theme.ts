import type { ThemeConfig } from 'antd';

/** The console's look. Its styles are taken out when the page is built, so nothing of it can change in the browser. */
export const theme = {
  hashed: false,
  zeroRuntime: true,
  cssVar: { key: 'console-theme' },
  token: {
    colorPrimary: '#2a5fd9',
    colorInfo: '#2a5fd9',
    // Darker than Ant Design's, so that small coloured text can be read; the grounds stay pale.
    colorSuccess: '#1a7f37',
    colorWarning: '#9a6700',
    colorError: '#cf222e',
    colorSuccessBg: '#e8f6ec',
    colorSuccessBorder: '#a6d9b5',
    colorWarningBg: '#fff8e5',
    colorWarningBorder: '#ecd38d',
    colorTextBase: '#1d2633',
    borderRadius: 8,
    fontFamily:
      '-apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif',
  },
} satisfies ThemeConfig;
