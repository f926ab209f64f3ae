import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { look, tabTo, zoomed } from './program/look';
import { expect, test } from './program/story';
import { wordsIn } from './program/words';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';
const patient = 'Guadalupe Ríos';
const phone = '+13035550158';
/** Who signs with the keyboard. */
const typist = 'Dana Halloran';
/** Somebody else, of whom nothing may be on the screen while a patient signs. */
const other = 'Leonard Katz';

test.use({ viewport: { width: 1440, height: 900 } });

const pictures = join(import.meta.dirname, '.results', 'consent');

/** The page as it stands, in both looks and both widths. */
async function photograph(page: Page, name: string): Promise<void> {
  for (const [scheme, width] of [
    ['light', 1440],
    ['dark', 800],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(pictures, `${name}-${scheme}-${width}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('a patient signs in Spanish, verifies the number, says stop and wants reminders only', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(240_000);
  const { t, signIn, desk, conversation } = screens;
  const es = wordsIn('es');
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(passphrase, 'Ana Lucía Prieto');
  await expect(desk.inbox).toBeVisible();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  // Of something in a list: behind its words its name says what it is about.
  const buttonOf = (name: string) => page.getByRole('button', { name });

  await test.step('the work list names what runs out', async () => {
    await page.getByRole('link', { name: t('consents.title') }).click();
    const row = page.getByRole('listitem').filter({ hasText: patient });
    await row.getByRole('button', { name: t('consents.open') }).click();
    await expect(page.getByRole('heading', { name: patient })).toBeVisible();
  });

  await test.step('the form stands alone, in the language of the form', async () => {
    await button(t('paper.signHere')).click();
    await button(t('paper.handOver')).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'es');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'Consentimiento para mensajes de texto',
    );
    await expect(page.getByText(other)).toHaveCount(0);
    // The keys of the desk lead nowhere.
    await page.keyboard.press('/');
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('nothing is signed without a topic and a signature', async () => {
    await button(es('paper.patient.sign')).click();
    await expect(page.getByText(es('paper.patient.topicsFirst'))).toBeVisible();
    const topics = page.getByRole('group', { name: es('paper.patient.topics') });
    for (const topic of ['scheduling', 'reminders', 'billing'] as const) {
      await topics.getByLabel(es(`terms.category.${topic}.name`)).check();
    }
    await button(es('paper.patient.sign')).click();
    await expect(page.getByText(es('paper.patient.signFirst'))).toBeVisible();
    const pad = page.getByRole('img', { name: es('paper.patient.signature') });
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error('there is no field to sign in');
    await page.mouse.move(box.x + 40, box.y + 60);
    await page.mouse.down();
    for (let i = 1; i < 12; i += 1)
      await page.mouse.move(box.x + 40 + i * 20, box.y + 60 + (i % 2) * 30);
    await page.mouse.up();
    await button(es('paper.patient.sign')).click();
    await expect(page.getByText(es('paper.patient.giveBack'))).toBeVisible();
  });

  await test.step('only a passphrase of the staff leads back', async () => {
    await button(es('paper.patient.staff')).click();
    const field = page.getByRole('dialog').locator('input');
    await field.fill('not the passphrase of anybody');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^This is not your passphrase/)).toBeVisible();
    await field.fill(passphrase);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: patient })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByText('2026-2-es')).toBeVisible();
  });

  await test.step('the number is verified by a code that comes from it', async () => {
    await buttonOf(t('patients.verify')).click();
    const code = await page
      .getByText(/\d{3} \d{3}$/)
      .first()
      .textContent();
    await program.telephones.text(phone, `It is ${code?.slice(-7) ?? ''}`);
    await expect(page.getByText(/^Verified on/)).toBeVisible({ timeout: 90_000 });
  });

  await test.step('STOP, and a call the next day', async () => {
    await program.telephones.text(phone, 'STOP');
    await expect(buttonOf(t('paper.narrow.again'))).toBeVisible({ timeout: 90_000 });
    await buttonOf(t('paper.narrow.again')).click();
    await expect(page.getByText(t('paper.narrow.start'))).toBeVisible();
    await button(t('paper.narrow.confirm')).click();
    await expect(
      page
        .getByText(t('reasons.policy.opted_out_plain'))
        .or(page.getByText(/no more texts/))
        .first(),
    ).toBeVisible();
    await program.telephones.text(phone, 'START');
    await expect(page.getByText(t('reasons.policy.limited_narrowed'))).toBeVisible({
      timeout: 90_000,
    });
    await buttonOf(t('paper.history.open')).first().click();
    const steps = page.getByRole('dialog').getByRole('listitem');
    await expect(steps).toHaveCount(3);
    await expect(steps.nth(1)).toContainText(t('paper.history.what.revoked'));
    await expect(steps.nth(2)).toContainText(t('paper.history.what.narrowed'));
    await page.keyboard.press('Escape');
  });

  await test.step('words that may mean "stop" pause everything until somebody decides', async () => {
    const words = 'Por favor no me escriban al trabajo';
    await program.telephones.text(phone, words);
    const banner = page.getByText(t('inbox.doubt.banner_one'));
    await expect(banner).toBeVisible({ timeout: 90_000 });
    await button(t('inbox.doubt.open')).click();
    const list = page.getByRole('dialog', { name: t('inbox.doubt.title') });
    await expect(list.getByText(words)).toBeVisible();
    await photograph(page, 'doubt-list');
    await list.getByRole('button', { name: t('patients.openConversation') }).click();
    await expect(conversation.says(t('inbox.doubt.why.words'))).toBeVisible();
    await conversation.write('¿A qué hora prefiere?');
    await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
    await photograph(page, 'doubt');
    await conversation.remedy(t('inbox.doubt.goOn.words')).click();
    await expect(banner).toBeHidden();
    await expect(conversation.says(t('inbox.doubt.why.words'))).toBeHidden();
  });

  await test.step('a text that did not arrive is written again, and both stay on record', async () => {
    await program.telephones.turn(phone, 'off');
    await expect(conversation.send).not.toHaveAttribute('aria-disabled', 'true');
    await conversation.send.click();
    const first = conversation.text('¿A qué hora prefiere?').first();
    const again = conversation.remedy(t('inbox.remedy.writeAgain'));
    await expect(again).toBeVisible({ timeout: 90_000 });
    await program.telephones.turn(phone, 'on');
    await again.click();
    await expect(conversation.says(t('inbox.remedy.writing'))).toBeVisible();
    await expect(conversation.composer).toHaveValue('¿A qué hora prefiere?');
    await expect(page.getByText(t('composer.cost', { cost: '$0.01' }))).toBeVisible();
    await photograph(page, 'again');
    await conversation.send.click();
    await expect(conversation.text('¿A qué hora prefiere?')).toHaveCount(2);
    await expect(first.getByText(t('inbox.remedy.wrote'))).toBeVisible();
    await expect(again).toBeHidden();
  });

  await test.step('another signs with the keyboard alone, at 200 per cent', async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const { items } = await program.ask<{ items: { id: string }[] }>('patient.list', {
      search: typist,
      after: '',
      limit: 5,
    });
    await page.setViewportSize(zoomed);
    await page.evaluate((id) => {
      window.location.hash = `#/patients/${id}`;
    }, items[0]?.id ?? '');
    await expect(page.getByRole('heading', { name: typist }).first()).toBeVisible();
    await look(page);
    const keys = page.keyboard;
    await button(t('paper.signHere')).focus();
    await keys.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page);
    await tabTo(page, button(t('paper.handOver')));
    await keys.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await look(page);
    const topics = page.getByRole('group', { name: t('paper.patient.topics') });
    await tabTo(page, topics.getByLabel(t('terms.category.reminders.name')));
    await keys.press('Space');
    await tabTo(page, button(t('paper.patient.type')));
    await keys.press('Enter');
    await tabTo(page, page.getByLabel(t('paper.patient.typed')), 'Shift+Tab');
    await keys.type(typist);
    await tabTo(page, button(t('paper.patient.sign')));
    await keys.press('Enter');
    await expect(page.getByRole('heading', { name: t('paper.patient.thanks') })).toBeFocused();
    await look(page);
    await tabTo(page, button(t('paper.patient.staff')));
    await keys.press('Enter');
    await expect(page.getByRole('dialog').locator('input')).toBeFocused();
    await look(page);
    await keys.type(passphrase);
    await keys.press('Enter');
    await expect(page.getByRole('heading', { name: typist }).first()).toBeVisible();
  });
});
