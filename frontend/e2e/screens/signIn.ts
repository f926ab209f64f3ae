import type { Locator, Page } from '@playwright/test';
import type { Words } from '../program/words';

/** The lock, and what stands there where the clinic cannot be opened. */
export class SignInScreen {
  constructor(
    private readonly page: Page,
    private readonly t: Words,
  ) {}

  get title(): Locator {
    return this.page.getByRole('heading', { level: 1, name: this.t('signin.title') });
  }

  get passphrase(): Locator {
    return this.page.getByLabel(this.t('signin.passphrase'), { exact: true });
  }

  get wrongPassphrase(): Locator {
    return this.page.getByText(this.t('signin.wrong'));
  }

  person(name: string): Locator {
    return this.page.getByRole('radio', { name: new RegExp(name) });
  }

  async signIn(passphrase: string, name?: string): Promise<void> {
    if (name) await this.person(name).check();
    await this.passphrase.fill(passphrase);
    await this.page.getByRole('button', { name: this.t('signin.unlock') }).click();
  }

  /** The screen of a clinic that cannot be opened. */
  get broken(): Locator {
    return this.page.getByRole('heading', { level: 1, name: this.t('signin.brokenTitle') });
  }
}
