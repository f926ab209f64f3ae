import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../program/words';
import { fillDay } from './desk';

/** The guide that takes a real account from nothing to live. */
export class LiveGuide {
  readonly dialog: Locator;

  constructor(
    private readonly page: Page,
    private readonly t: Words,
  ) {
    this.dialog = page.getByRole('dialog', { name: t('live.title') });
  }

  async open(again = false): Promise<void> {
    await this.page
      .getByRole('button', { name: this.t(again ? 'live.resume' : 'live.open'), exact: true })
      .click();
    await expect(this.dialog).toBeVisible();
  }

  says(words: string): Locator {
    return this.dialog.getByText(words, { exact: false }).first();
  }

  async press(name: string): Promise<void> {
    await this.dialog.getByRole('button', { name, exact: true }).click();
  }

  async next(): Promise<void> {
    await this.press(this.t('live.next'));
  }

  async paste(text: string): Promise<void> {
    await this.dialog.getByLabel(this.t('live.key.paste')).fill(text);
  }

  async recordAgreement(document: string): Promise<void> {
    const { dialog, t } = this;
    await dialog.getByLabel(t('live.agreement.document')).fill(document);
    await fillDay(dialog.getByRole('group', { name: t('live.agreement.signed') }), t, {
      day: '2',
      month: '3',
      year: '2026',
    });
    await this.press(t('live.agreement.save'));
  }

  /** What a check says, by what it is about. */
  check(name: string): Locator {
    const title = new RegExp(`^${this.t(`live.check.${name}`)}: `);
    return this.dialog.getByRole('listitem').filter({ hasText: title });
  }

  async checkAll(): Promise<void> {
    const again = this.dialog.getByRole('button', { name: this.t('live.checks.again') });
    await this.press(this.t((await again.count()) > 0 ? 'live.checks.again' : 'live.checks.run'));
  }
}
