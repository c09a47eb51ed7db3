import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en.ts';
import type { Texts } from './zh.ts';
import { zh } from './zh.ts';

const languages = { zh, en };
type LanguageName = keyof typeof languages;

const Language = createContext<{ texts: Texts; toggle: () => void }>({ texts: zh, toggle: () => {} });

/** The texts of the language that is chosen. */
export const useTexts = (): Texts => useContext(Language).texts;

/** Changes to the other language. */
export const useLanguageSwitch = (): (() => void) => useContext(Language).toggle;

const key = 'ninedays-language';

/** Chinese unless this browser has chosen English before. */
export const LanguageProvider = ({ children }: { children: ReactNode }) => {
  const [name, setName] = useState<LanguageName>(() => (localStorage.getItem(key) === 'en' ? 'en' : 'zh'));
  const texts = languages[name];
  useEffect(() => {
    document.documentElement.lang = texts.locale;
    document.title = `${texts.product} · ${texts.console}`;
    localStorage.setItem(key, name);
  }, [name, texts]);
  const value = useMemo(
    () => ({ texts, toggle: () => setName((before) => (before === 'zh' ? 'en' : 'zh')) }),
    [texts],
  );
  return <Language value={value}>{children}</Language>;
};
