import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../program/words';

type View = 'all' | 'unread' | 'unknown' | 'waiting';

/** What is on every screen of the desk, and the inbox. */
export class Desk {
  constructor(
    readonly page: Page,
    private readonly t: Words,
  ) {}

  get inbox(): Locator {
    return this.page.getByRole('heading', { level: 1, name: this.t('inbox.title') });
  }

  get threads(): Locator {
    return this.page.getByRole('listbox', { name: this.t('thread.list') });
  }

  /** The line of a conversation, by a name or a number. */
  thread(who: string): Locator {
    return this.threads.getByRole('option').filter({ hasText: who });
  }

  async openThread(who: string): Promise<void> {
    await this.thread(who).click();
    await expect(this.page.getByRole('heading', { level: 2, name: who }).first()).toBeVisible();
  }

  view(view: View): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${this.t(`inbox.view.${view}`)}`) });
  }

  async show(view: View): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: this.t('inbox.views') })
      .getByText(this.t(`inbox.view.${view}`))
      .click();
    await expect(this.view(view)).toBeChecked();
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: this.t('search.field') });
  }

  /** What a search has found, while somebody searches. */
  get found(): Locator {
    return this.page.getByRole('listbox', { name: this.t('search.results') });
  }

  /** Opens the conversation of somebody whom a search has found. */
  async find(who: string): Promise<void> {
    await this.found.getByRole('option').filter({ hasText: who }).first().click();
    await expect(this.page.getByRole('heading', { level: 2, name: who }).first()).toBeVisible();
  }

  async go(area: 'inbox' | 'patients' | 'people' | 'settings'): Promise<void> {
    await this.page
      .getByRole('navigation', { name: this.t('ui.navigation') })
      .getByRole('link', { name: this.t(area === 'people' ? 'people.title' : `shell.${area}`) })
      .click();
  }

  async lock(): Promise<void> {
    await this.page.keyboard.press('Control+l');
  }

  async addPatient(): Promise<PatientForm> {
    await this.page
      .getByRole('button', { name: this.t('patients.add') })
      .first()
      .click();
    return this.patientForm;
  }

  get patientForm(): PatientForm {
    return new PatientForm(this.page, this.t);
  }
}

interface NewPatient {
  readonly name: string;
  readonly phone?: string;
  readonly born: { readonly day: string; readonly month: string; readonly year: string };
  readonly guardian?: string;
  readonly language?: string;
}

/** The form of a new patient. */
export class PatientForm {
  readonly dialog: Locator;

  constructor(
    page: Page,
    private readonly t: Words,
  ) {
    this.dialog = page.getByRole('dialog', { name: t('patients.add') });
  }

  get phone(): Locator {
    return this.dialog.getByLabel(this.t('patients.form.phone'), { exact: true });
  }

  async fill({ name, phone, born, guardian, language }: NewPatient): Promise<void> {
    const { dialog, t } = this;
    await dialog.getByLabel(t('patients.form.name'), { exact: true }).fill(name);
    if (phone !== undefined) await this.phone.fill(phone);
    await fillDay(dialog.getByRole('group', { name: t('patients.birthDate') }), t, born);
    if (guardian) {
      await dialog.getByLabel(t('patients.guardian'), { exact: true }).fill(guardian);
    }
    if (language) await dialog.getByRole('radio', { name: language }).check();
  }

  async save(): Promise<void> {
    await this.dialog.getByRole('button', { name: this.t('patients.form.save') }).click();
  }
}

/** The form on which a signed paper is copied. */
export class PaperForm {
  readonly dialog: Locator;

  constructor(
    page: Page,
    private readonly t: Words,
  ) {
    this.dialog = page.getByRole('dialog', { name: t('paper.record') });
  }

  topic(topic: string): Locator {
    const ticked = this.dialog.getByRole('group', { name: this.t('paper.categories') });
    return ticked.getByRole('checkbox', {
      name: new RegExp(`^${this.t(`terms.category.${topic}.name`)}`),
    });
  }

  async fill(
    topics: readonly string[],
    signedOn: { readonly day: string; readonly month: string; readonly year: string },
  ): Promise<void> {
    const { dialog, t } = this;
    for (const topic of topics) await this.topic(topic).check();
    await fillDay(dialog.getByRole('group', { name: t('paper.signedOn') }), t, signedOn);
    await dialog.getByLabel(t('paper.attest')).check();
  }

  async save(): Promise<void> {
    await this.dialog.getByRole('button', { name: this.t('paper.save') }).click();
    await expect(this.dialog).toBeHidden();
  }
}

export async function fillDay(
  group: Locator,
  t: Words,
  day: { readonly day: string; readonly month: string; readonly year: string },
): Promise<void> {
  await group.getByLabel(t('ui.month')).selectOption(day.month);
  await group.getByLabel(t('ui.day')).fill(day.day);
  await group.getByLabel(t('ui.year')).fill(day.year);
}
