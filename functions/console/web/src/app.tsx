import { StyleProvider } from '@ant-design/cssinjs';
import { ConfigProvider } from 'antd';
import { StrictMode } from 'react';
import type { ConsoleParts } from './console-parts.tsx';
import { PartsProvider } from './console-parts.tsx';
import { LanguageProvider } from './i18n/language.tsx';
import { Shell } from './shell.tsx';
import { theme } from './theme.ts';

/** Ant Design declares its variables in `style` elements. They are in the page's style sheet already, so these go where they do nothing. */
const nowhere = document.createElement('div');

/** The web console. */
export const App = ({ parts }: { parts: ConsoleParts }) => (
  <StrictMode>
    <StyleProvider container={nowhere}>
      <ConfigProvider theme={theme} button={{ autoInsertSpace: false }}>
        <LanguageProvider>
          <PartsProvider value={parts}>
            <Shell />
          </PartsProvider>
        </LanguageProvider>
      </ConfigProvider>
    </StyleProvider>
  </StrictMode>
);
