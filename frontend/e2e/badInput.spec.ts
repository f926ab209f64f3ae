import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { filesHolding, fingerprint } from './program/search';
import { expect, test } from './program/story';
import { today, zoneAtMidday } from './program/zone';

const passphrase = 'seven grey herons at dawn';
const founding = {
  clinic: 'Juniper Counseling',
  officePhone: '(303) 555-0100',
  zone: zoneAtMidday(),
  person: 'Amir Haddad',
  passphrase,
};
const born = { day: '4', month: '5', year: '1990' };

/** Everyone in the sample clinic uses it. */
const passphraseOfSample = 'quiet line sample clinic';

/** A screen over records that cannot be read must not tempt anyone to end them. */
async function offersNothingFinal(page: Page): Promise<void> {
  for (const word of [/delete/i, /remove/i, /new clinic/i, /start over/i, /reset/i, /replace/i]) {
    await expect(page.getByRole('button', { name: word })).toHaveCount(0);
  }
}

/** A folder's files without the one by which a running program holds it. */
function unlocked(sums: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...sums].filter(([name]) => name !== 'in-use'));
}

test('what a person mistypes is said where it was typed, and nothing is half-done', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(360_000);
  const { t, setup, desk, conversation, paper } = screens;
  const program = await office.start();
  await page.goto(program.url);

  await test.step('a set-up asks for what is missing', async () => {
    await setup.welcome.click();
    await setup.next();
    for (const key of ['nameMissing', 'phoneMissing', 'zoneMissing']) {
      await expect(page.getByText(t(`setup.clinic.${key}`))).toBeVisible();
    }
    await setup.nameTheClinic(founding);
    await setup.nameYourself(founding);
    const words = await setup.readSheet();
    await setup.haveItOnPaper();
    await setup.typeBack(words.map((_, at) => words[(at + 1) % words.length] ?? ''));
    await expect(page.getByText(t('setup.confirm.differs'))).toBeVisible();
    await setup.typeBack(words);
  });

  await test.step('a number that is none is not connected', async () => {
    await setup.practise('123');
    await expect(page.getByText(t('errors.app.bad_phone.what'))).toBeVisible();
    await setup.practise('303 555 0199');
    await expect(desk.inbox).toBeVisible();
  });

  await test.step('a number that is none adds nobody', async () => {
    const form = await desk.addPatient();
    for (const phone of ['555-0143', '303 555 014', '123 456 7890', 'four two']) {
      await form.fill({ name: 'Marisol Vega', phone, born });
      await form.save();
      await expect(form.dialog.getByText(t('errors.app.bad_phone.next'))).toBeVisible();
    }
    await form.phone.fill('(303) 555-0143');
    await form.save();
    await expect(form.dialog).toBeHidden();
  });

  await test.step('a text of 1,601 characters is kept whole and not sent', async () => {
    await conversation.remedy(t('paper.record')).click();
    await paper.fill(['scheduling'], today(founding.zone));
    await paper.save();
    await conversation.write('a'.repeat(1601));
    await expect(page.getByText(t('composer.over_one', { count: 1 })).first()).toBeVisible();
    await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
    await conversation.composer.press('Control+Enter');
    await expect(conversation.composer).toHaveValue('a'.repeat(1601));
    expect(await program.telephones.texts()).toEqual([]);
  });

  await test.step('a text of 1,600 goes', async () => {
    await conversation.write('a'.repeat(1600));
    await expect(conversation.send).not.toHaveAttribute('aria-disabled');
    await conversation.send.click();
    await expect(conversation.text('aaaa').getByText(t('message.delivered'))).toBeVisible({
      timeout: 60_000,
    });
  });

  await test.step('a phone service that answers with a page of HTML loses nothing', async () => {
    await program.telephones.trouble({ reads: Array(50).fill('garbage') });
    await expect(page.getByText(t('line.state.trouble'))).toBeVisible({ timeout: 60_000 });
    await program.telephones.text('+13035550143', 'Still there?');
    await program.telephones.trouble({});
    await expect(conversation.text('Still there?')).toBeVisible({ timeout: 90_000 });
  });

  await test.step('a text whose answer is lost is not sent twice', async () => {
    await program.telephones.trouble({ sends: ['unavailable_after'] });
    await conversation.write('Yes, we are.');
    await conversation.send.click();
    await expect(conversation.text('Yes, we are.').getByText(t('message.delivered'))).toBeVisible({
      timeout: 90_000,
    });
    const texts = await program.telephones.texts();
    expect(texts.filter(({ body }) => body === 'Yes, we are.')).toHaveLength(1);
  });
});

test('a phone service that cannot be reached keeps texts waiting', async ({
  office,
  page,
  screens,
}) => {
  test.setTimeout(360_000);
  const { t, setup, signIn, desk, conversation, paper } = screens;
  const program = await office.start();
  await page.goto(program.url);
  await setup.welcome.click();
  await setup.nameTheClinic(founding);
  await setup.nameYourself(founding);
  const words = await setup.readSheet();
  await setup.haveItOnPaper();
  await setup.typeBack(words);
  await page.getByLabel(t('line.form.address')).fill('http://127.0.0.1:9');
  await setup.nameAccount();

  await setup.practise('303 555 0199');
  await expect(page.getByText(t('line.state.offline'))).toBeVisible();

  const form = await desk.addPatient();
  await form.fill({ name: 'Marisol Vega', phone: '(303) 555-0143', born });
  await form.save();
  await conversation.write('See you on Thursday at 3.');
  await conversation.remedy(t('paper.record')).click();
  await paper.fill(['scheduling'], today(founding.zone));
  await paper.save();
  await conversation.send.click();
  const text = conversation.text('See you on Thursday at 3.');
  await expect(text.getByText(t('message.waiting'))).toBeVisible();
  await expect(page.getByText(t('line.waiting_one', { count: 1 }))).toBeVisible();

  await desk.lock();
  await signIn.signIn(passphrase);
  await desk.openThread('Marisol Vega');
  await expect(text.getByText(t('message.waiting'))).toBeVisible();
  await conversation.remedy(t('inbox.remedy.takeBack')).click();
  await expect(conversation.says(t('message.withdrawn')).first()).toBeVisible();
});

test('a second program on the same folder is told to stop, and gets its turn', async ({
  office,
  page,
  screens,
}) => {
  const { t, signIn, setup } = screens;
  const first = await office.start();
  await page.goto(first.url);
  await expect(setup.welcome).toBeVisible();
  const second = await office.start();
  const other = await page.context().newPage();
  await other.goto(second.url);
  await expect(other.getByText(t('errors.folder.in_use.what'))).toBeVisible();
  await expect(other.getByText(t('errors.folder.in_use.next'))).toBeVisible();
  await first.stop();
  await other.getByRole('button', { name: t('ui.retry') }).click();
  await expect(other.getByRole('button', { name: t('setup.start') })).toBeVisible();
  await expect(signIn.broken).toBeHidden();
});

test.describe('a clinic that cannot be read', () => {
  const cases = [
    {
      what: 'a vault that is no vault',
      code: 'vault.damaged',
      spoil: async (folder: string) => {
        const path = join(folder, 'vault.json');
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.slice(0, text.length / 2));
      },
    },
    {
      what: 'a newer vault',
      code: 'vault.newer',
      spoil: async (folder: string) => {
        const path = join(folder, 'vault.json');
        const vault = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
        await writeFile(path, JSON.stringify({ ...vault, version: 99 }));
      },
    },
  ] as const;

  for (const { what, code, spoil } of cases) {
    test(`${what} is named and left as it is`, async ({ office, page, screens }) => {
      const { t, signIn } = screens;
      await office.withSample();
      await spoil(office.folder);
      const before = await fingerprint(office.folder);
      const program = await office.start();
      await page.goto(program.url);
      await expect(signIn.broken).toBeVisible();
      await expect(page.getByText(t(`errors.${code}.what`))).toBeVisible();
      await expect(page.getByText(t(`errors.${code}.next`))).toBeVisible();
      await offersNothingFinal(page);
      await page.getByRole('button', { name: t('ui.retry') }).click();
      await expect(signIn.broken).toBeVisible();
      await program.stop();
      expect(unlocked(await fingerprint(office.folder))).toEqual(unlocked(before));
    });
  }

  test('records that were cut short are named and left as they are', async ({
    office,
    page,
    screens,
  }) => {
    const { signIn, desk } = screens;
    await office.withSample();
    const path = join(office.folder, 'journal.db');
    const whole = (await readFile(path)).length;
    await truncate(path, Math.floor(whole / 2 / 4096) * 4096);
    const before = await fingerprint(office.folder);
    const program = await office.start();
    await page.goto(program.url);
    await signIn.signIn(passphraseOfSample, 'Denise Whitaker');
    await expect(page.getByText(/was changed or cut from outside/)).toBeVisible({
      timeout: 60_000,
    });
    await expect(desk.inbox).toBeHidden();
    await offersNothingFinal(page);
    await program.stop();
    const after = await fingerprint(office.folder);
    expect(after.get('journal.db')).toBe(before.get('journal.db'));
  });
});

test('the search of a folder finds what is written there', async ({ home }) => {
  const folder = join(home, 'searched', 'deep');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'plain'), 'xx Ordóñez xx');
  await writeFile(join(folder, 'wide'), Buffer.from('x5550143', 'utf16le'));
  await writeFile(join(folder, 'other'), 'nothing of the kind');
  const found = await filesHolding(join(home, 'searched'), ['ordóñez', '5550143']);
  expect([...found].sort()).toEqual(['deep/plain: ordóñez', 'deep/wide: 5550143']);
});
