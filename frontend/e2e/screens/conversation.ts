import type { Locator, Page } from '@playwright/test';
import type { Words } from '../program/words';

/** The open conversation: its texts and the composer with its answer. */
export class Conversation {
  constructor(
    private readonly page: Page,
    private readonly t: Words,
  ) {}

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: this.t('composer.label') });
  }

  get send(): Locator {
    return this.page.getByRole('button', { name: this.t('composer.send'), exact: true });
  }

  /** A text of the conversation. */
  text(body: string): Locator {
    return this.page.getByRole('main').getByRole('listitem').filter({ hasText: body });
  }

  /** The answer above the composer, or any remark on the screen, by its words. */
  says(sentence: string | RegExp): Locator {
    return this.page.getByRole('main').getByText(sentence);
  }

  /** The newest small picture of that name. */
  picture(name: RegExp): Locator {
    return this.page.getByRole('main').getByRole('img', { name }).last();
  }

  remedy(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name });
  }

  async write(body: string): Promise<void> {
    await this.composer.fill(body);
  }
}
