import { expect, type Locator, type Page } from '@playwright/test';
import type { Language, Words } from '../program/words';

const languageNames: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

interface Founding {
  readonly clinic: string;
  readonly officePhone: string;
  readonly zone: string;
  readonly person: string;
  readonly passphrase: string;
}

/** Making a new clinic, step by step. */
export class SetupScreen {
  constructor(
    private readonly page: Page,
    private readonly t: Words,
  ) {}

  get welcome(): Locator {
    return this.page.getByRole('button', { name: this.t('setup.start') });
  }

  async speak(language: Language): Promise<void> {
    await this.page.getByText(languageNames[language], { exact: true }).click();
  }

  async nameTheClinic({ clinic, officePhone, zone }: Founding): Promise<void> {
    const { page, t } = this;
    await page.getByLabel(t('setup.clinic.name')).fill(clinic);
    await page.getByLabel(t('setup.clinic.phone')).fill(officePhone);
    await page.getByLabel(t('setup.clinic.zone')).selectOption(zone);
    await this.next();
  }

  async nameYourself({ person, passphrase }: Founding): Promise<void> {
    const { page, t } = this;
    await page.getByLabel(t('setup.you.name')).fill(person);
    await page.getByLabel(t('terms.passphrase.label'), { exact: true }).fill(passphrase);
    await page.getByLabel(t('terms.passphrase.again'), { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: t('setup.create') }).click();
    await expect(page.getByRole('heading', { name: t('setup.sheet.title') })).toBeVisible();
  }

  /** The words of the recovery sheet, as a person would copy them. */
  async readSheet(): Promise<readonly string[]> {
    const items = this.page.getByRole('listitem').filter({ hasText: /^\d+\s*\p{Ll}+$/u });
    return (await items.allInnerTexts()).map((item) => item.replace(/\P{L}/gu, ''));
  }

  async haveItOnPaper(): Promise<void> {
    await this.page.getByLabel(this.t('setup.sheet.onPaper')).check();
    await this.next();
  }

  /** Types the words that are asked for from the sheet. */
  async typeBack(words: readonly string[]): Promise<void> {
    const asked = this.page.getByRole('textbox', {
      name: new RegExp(`^${this.t('setup.confirm.word', { position: '(\\d+)' })}$`),
    });
    await expect(asked.first()).toBeVisible();
    for (const box of await asked.all()) {
      const label = await box.evaluate((node: HTMLInputElement) => node.labels?.[0]?.innerText);
      await box.fill(words[Number(label?.replace(/\D/g, '')) - 1] ?? '');
    }
    await this.next();
  }

  /** Practises with the simulator, from the clinic's number. */
  async practise(phone: string): Promise<void> {
    const { page, t } = this;
    await page.getByLabel(t('line.form.simulator')).check();
    await page.getByLabel(t('line.form.phone')).fill(phone);
    await page.getByRole('button', { name: t('line.connect'), exact: true }).click();
  }

  /** Fills in an account that has the form of one. */
  async nameAccount(): Promise<void> {
    for (const [field, value] of [
      ['account', `AC${'0'.repeat(32)}`],
      ['key', `SK${'0'.repeat(32)}`],
      ['secret', 'of no worth'],
    ] as const) {
      await this.page.getByLabel(this.t(`line.form.${field}`), { exact: true }).fill(value);
    }
  }

  async next(): Promise<void> {
    await this.page.getByRole('button', { name: this.t('setup.next'), exact: true }).click();
  }

  /** From the first screen to the desk. */
  async found(founding: Founding, number: string): Promise<readonly string[]> {
    await this.welcome.click();
    await this.nameTheClinic(founding);
    await this.nameYourself(founding);
    const words = await this.readSheet();
    await this.haveItOnPaper();
    await this.typeBack(words);
    await this.practise(number);
    return words;
  }
}
