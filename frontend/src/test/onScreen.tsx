import { type RenderResult, render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { I18nProvider } from '../i18n/I18nProvider';
import { createI18n, type Language } from '../i18n/i18n';
import { NowProvider } from '../ui/now';
import { ToastProvider } from '../ui/remark/Toast';
import { ThemeProvider } from '../ui/theme/ThemeProvider';

/** The present of a component test: 8:12 on a Wednesday morning in Denver. */
export const testNow = new Date('2026-03-04T15:12:00Z');
const clock = (): Date => testNow;

/** Shows parts as a screen would, and gives the hands of a person. */
export function onScreen(
  what: ReactNode,
  language: Language = 'en',
): RenderResult & { user: UserEvent } {
  const i18n = createI18n(language);
  const shown = render(what, {
    wrapper: ({ children }) => (
      <ThemeProvider storage={null}>
        <I18nProvider i18n={i18n} zone="America/Denver">
          <NowProvider clock={clock} every={0}>
            <ToastProvider>{children}</ToastProvider>
          </NowProvider>
        </I18nProvider>
      </ThemeProvider>
    ),
  });
  return { ...shown, user: userEvent.setup() };
}
