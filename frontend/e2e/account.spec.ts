import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Account } from './program/account';
import { filesHolding } from './program/search';
import { expect, test } from './program/story';
import { readTrialPicture } from './program/trialPicture';
import { type Language, wordsIn } from './program/words';
import { zoneAtMidday } from './program/zone';
import { LiveGuide } from './screens/live';

const passphrase = 'seven grey herons at dawn';
const second = 'nine brown owls at noon';
const pictures = join(import.meta.dirname, '.results', 'account');
const number = '+13035550100';
const mine = '+13035550166';
const hers = '+13035550143';

/** What can be wrong with a key: made in another region, gone, or made for too little. */
const badKeys = [
  ['key_elsewhere', { elsewhere: true }],
  ['key_unknown', { revoked: true }],
  ['key_no_texts', { permissions: ['numbers.read'] }],
  ['key_no_numbers', { permissions: ['messages.read'] }],
] as const;

/** What can be wrong with an account, the check that finds it, and what that says. */
const badAccounts = [
  ['account', 'unseen_account', {}],
  ['inbound', 'inbound_lost', { inboundLost: true }],
  ['redaction', 'redacts', { redacts: true }],
  ['number', 'voice_only', { voiceOnly: true }],
] as const;

test('a real account is set up, goes live, and answers with the program off', async ({
  office,
  home,
  page,
  screens,
}) => {
  test.setTimeout(240_000);
  const { t, setup, signIn, desk, conversation } = screens;
  const account = await Account.open(number);
  await account.is(number);
  const guide = new LiveGuide(page, t);
  const es = wordsIn('es');
  const guia = new LiveGuide(page, es);
  /** The screens change their language in the settings, where the guide is opened. */
  const speak = async (language: Language) => {
    const from = language === 'es' ? t : es;
    await page
      .getByRole('radiogroup', { name: from('ui.language') })
      .getByText(language === 'es' ? 'Español' : 'English')
      .click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
  };
  const disk = join(home, 'disk');
  await mkdir(disk);
  let program = await office.start(account.url);
  await page.setViewportSize({ width: 1440, height: 1000 });

  const photograph = async (name: string) => {
    for (const [scheme, width] of [
      ['light', 1440],
      ['dark', 800],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 1000 });
      await page.screenshot({
        path: join(pictures, `${name}-${scheme}-${width}.png`),
        animations: 'disabled',
      });
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1440, height: 1000 });
  };

  await test.step('a new clinic practices, and has a second administrator and a backup', async () => {
    await page.goto(program.url);
    await setup.found(
      {
        clinic: 'Juniper Counseling',
        person: 'Amir Haddad',
        officePhone: '(303) 555-0111',
        zone: zoneAtMidday(),
        passphrase,
      },
      '303 555 0199',
    );
    await desk.go('people');
    await page.getByRole('button', { name: t('people.add.action') }).click();
    const person = page.getByRole('dialog');
    await person.getByLabel(t('people.add.name')).fill('Bea Lindqvist');
    await person.getByLabel(t('people.add.role')).selectOption('office_manager');
    const fields = person.locator('input[type="password"]');
    await fields.nth(0).fill(second);
    await fields.nth(1).fill(second);
    await person.getByRole('button', { name: t('people.add.action') }).click();
    await expect(person).toBeHidden();
    await desk.go('settings');
    await page.getByRole('button', { name: t('backups.add') }).click();
    const backup = page.getByRole('dialog', { name: t('backups.addTitle') });
    await backup.getByLabel(t('backups.folder')).fill(disk);
    await backup.getByRole('button', { name: t('backups.begin') }).click();
    await expect(backup).toBeHidden();
  });

  await test.step('it reads what comes before, and pastes a key: each fault is explained', async () => {
    await guide.open();
    await expect(guide.says(t('live.before.agreement'))).toBeVisible();
    await photograph('before');
    await guide.next();
    await guide.paste('AC0000');
    await expect(guide.says(t('errors.golive.paste_no_account.what'))).toBeVisible();
    await guide.paste(account.paste);
    for (const [code, key] of badKeys) {
      await account.key(key);
      await guide.press(t('live.key.use'));
      await expect(guide.says(t(`errors.golive.${code}.what`, { region: 'IE1' }))).toBeVisible();
    }
    await photograph('key');
    await guide.press(t('live.later'));
    await expect(guide.dialog).toBeHidden();
  });

  await test.step('in Spanish the same faults are explained, with what to do', async () => {
    await speak('es');
    await guia.open();
    await guia.next();
    await guia.paste('AC0000');
    await expect(guia.says(es('errors.golive.paste_no_account.what'))).toBeVisible();
    await guia.paste(account.paste);
    for (const [code, key] of badKeys) {
      await account.key(key);
      await guia.press(es('live.key.use'));
      await expect(guia.says(es(`errors.golive.${code}.what`, { region: 'IE1' }))).toBeVisible();
      await expect(guia.says(es(`errors.golive.${code}.next`, { region: 'IE1' }))).toBeVisible();
    }
    await photograph('key-es');
    await guia.press(es('live.later'));
    await speak('en');
    await guide.open();
    await guide.next();
    await guide.paste(account.paste);
    await account.key({});
    await guide.press(t('live.key.use'));
    await expect(guide.says(t('live.key.have', { last: 'beef' }))).toBeVisible();
    for (const secret of account.secrets) {
      expect(await page.content()).not.toContain(secret);
    }
  });

  await test.step('a number that cannot text is not taken', async () => {
    await account.is(number, { voiceOnly: true });
    await guide.next();
    await guide.dialog.getByLabel('(303) 555-0100').check();
    await expect(guide.says(t('live.number.noTexts'))).toBeVisible();
    await account.is(number);
    await guide.press(t('live.number.again'));
    await expect(guide.says(t('live.number.both'))).toBeVisible();
    await guide.press(t('ui.save'));
    await guide.next();
    await guide.recordAgreement('Twilio BAA, binder 3');
    await expect(guide.says('Twilio BAA, binder 3')).toBeVisible();
  });

  await test.step('it is left, and taken up again where it was', async () => {
    await guide.press(t('live.later'));
    await expect(guide.dialog).toBeHidden();
    await guide.open(true);
    await expect(guide.says(t('live.proof.lead'))).toBeVisible();
  });

  await test.step('a real text goes out, and one comes in', async () => {
    await guide.dialog.getByLabel(t('live.proof.phone')).fill('303 555 0166');
    await guide.press(t('live.proof.send'));
    await expect(async () => {
      const code = (await account.telephones.texts()).find(({ to }) => to === mine)?.body;
      expect(code).toMatch(/\d{4}/);
      await account.telephones.text(mine, code?.match(/\d{4}/)?.[0] ?? '');
    }).toPass();
    await expect(guide.says(t('live.proof.inDone'))).toBeVisible({ timeout: 60_000 });
    await expect(guide.says(t('live.proof.outDone'))).toBeVisible({ timeout: 60_000 });
    await photograph('proof');
    await guide.next();
  });

  await test.step('the desk is closed now, and Twilio is to answer', async () => {
    // Whatever day it is in the clinic's zone, at midday the desk has closed.
    const opens = guide.dialog.getByLabel(/, opens$/).first();
    await expect(async () => {
      for (const field of await guide.dialog.getByLabel(/, opens$/).all()) {
        await field.selectOption(String(6 * 60));
      }
      // What is shown is what the clinic's clock shows, wherever this computer is.
      await expect(opens.locator('option:checked')).toHaveText(/^6:00\sAM$/, { timeout: 1000 });
    }).toPass();
    for (const field of await guide.dialog.getByLabel(/, closes$/).all()) {
      await field.selectOption(String(6 * 60 + 30));
    }
    await guide.press(t('live.reply.save'));
    await expect(guide.says(t('live.reply.held', { day: '' }).split('.')[0] ?? '')).toBeVisible();
    await photograph('reply');
    await guide.next();
  });

  await test.step('what is wrong with the account stands in the way, with what to do', async () => {
    for (const [check, finding, wrong] of badAccounts) {
      await account.is(number, wrong);
      await guide.checkAll();
      await expect(guide.check(check)).toContainText(t(`live.finding.${finding}.what`));
      await expect(guide.check(check)).toContainText(t(`live.finding.${finding}.next`));
    }
    await photograph('checks');
    await guide.press(t('live.later'));
    await speak('es');
    await guia.open(true);
    await guia.next();
    for (const [check, finding, wrong] of badAccounts) {
      await account.is(number, wrong);
      await guia.checkAll();
      await expect(guia.check(check)).toContainText(es(`live.finding.${finding}.what`));
      await expect(guia.check(check)).toContainText(es(`live.finding.${finding}.next`));
    }
    await photograph('checks-es');
    await guia.press(es('live.later'));
    await speak('en');
    await guide.open(true);
    await guide.next();
    await expect(guide.dialog.getByRole('button', { name: t('live.checks.go') })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await account.is(number);
    await guide.checkAll();
    await expect(guide.says(t('live.checks.allGood'))).toBeVisible();
  });

  await test.step('it goes live', async () => {
    await guide.press(t('live.checks.go'));
    const sure = page.getByRole('dialog', { name: t('live.checks.sure') });
    await sure.getByRole('button', { name: t('live.checks.go') }).click();
    await expect(guide.dialog).toBeHidden();
    await expect(page.getByText(t('line.kind.twilio'))).toBeVisible();
    await expect(page.getByText('Amir Haddad').first()).toBeVisible();
    await photograph('live');
    for (const secret of account.secrets) {
      expect(await page.content()).not.toContain(secret);
    }
    expect(await filesHolding(home, [...account.secrets])).toEqual([]);
  });

  await test.step('pictures are tried: a number without them, wrong digits, and the right ones', async () => {
    const dialog = page.getByRole('dialog', { name: t('live.pictures.title') });
    const open = () =>
      page.getByRole('button', { name: t('live.pictures.title'), exact: true }).click();
    const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
    await account.is(number, { textsOnly: true });
    await open();
    await expect(dialog.getByText(t('errors.golive.number_no_pictures.what'))).toBeVisible();
    await photograph('pictures-unable');
    await page.keyboard.press('Escape');
    await account.is(number);
    await open();
    await dialog.getByLabel(t('live.pictures.agreed')).check();
    await dialog.getByLabel(t('live.proof.phone')).fill('303 555 0166');
    await photograph('pictures-off');
    await press(t('live.pictures.send'));
    const shown = dialog.getByLabel(t('live.pictures.code'));
    await expect(shown).toBeVisible();
    let digits = '';
    await expect(async () => {
      const [newest] = await account.telephones.pictures(mine);
      expect(newest).toBeDefined();
      digits = await readTrialPicture(page, newest ?? '');
      expect(digits).toMatch(/^\d{4}$/);
    }).toPass();
    expect(await page.content()).not.toContain(digits);
    await shown.fill(digits === '1234' ? '4321' : '1234');
    await press(t('live.pictures.confirm'));
    await expect(
      dialog.getByText(t('errors.golive.trial_wrong.what', { left: '4' })),
    ).toBeVisible();
    await photograph('pictures-asked');
    await page.keyboard.press('Escape');
    await speak('es');
    await page.getByRole('button', { name: es('live.pictures.title'), exact: true }).click();
    await expect(page.getByLabel(es('live.pictures.code'))).toBeVisible();
    await photograph('pictures-asked-es');
    await page.keyboard.press('Escape');
    await speak('en');
    await open();
    await shown.fill(digits);
    await press(t('live.pictures.confirm'));
    await expect(
      dialog.getByText(
        t('live.pictures.on', { name: 'Amir Haddad', time: '' }).split(',')[0] ?? '',
      ),
    ).toBeVisible();
    await photograph('pictures-on');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('with the program off, who texts is answered; the records know it after', async () => {
    await program.stop();
    await account.telephones.text(hers, 'Is anybody there?');
    await expect(async () => {
      const got = (await account.telephones.texts()).filter(({ to }) => to === hers);
      expect(got).toHaveLength(1);
      expect(got[0]?.body).toContain('911');
      expect(got[0]?.body).toContain('988');
    }).toPass();
    program = await office.start(account.url);
    await page.goto(program.url);
    await signIn.signIn(passphrase, 'Amir Haddad');
    await expect(desk.inbox).toBeVisible();
    await desk.openThread('(303) 555-0143');
    await expect(conversation.text('Is anybody there?')).toBeVisible({ timeout: 60_000 });
    await expect(conversation.text('Emergency: 911')).toBeVisible({ timeout: 60_000 });
    await photograph('night');
  });

  await account.stop();
  for (const secret of account.secrets) expect(program.log).not.toContain(secret);
});
