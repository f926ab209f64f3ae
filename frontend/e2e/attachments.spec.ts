import type { Page } from '@playwright/test';
import { axe } from './program/look';
import { filesHolding } from './program/search';
import { expect, test } from './program/story';

const passphrase = 'quiet line sample clinic';

/** Nobody else writes this. */
const sentinel = 'a heliotrope kaleidoscope at the ferry landing';

/** A JPEG of a red field, with the sentinel in its comment, drawn by the browser. */
async function drawPicture(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 900;
    canvas.height = 600;
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    pen.fillStyle = 'rgb(200, 30, 30)';
    pen.fillRect(0, 0, 900, 600);
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1] ?? '';
  });
  const jpeg = Buffer.from(drawn, 'base64');
  const words = Buffer.from(sentinel);
  const comment = Buffer.from([0xff, 0xfe, 0, words.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, words, jpeg.subarray(2)]);
}

/** An address for a picture that nobody has used yet, from a door that gives one. */
const addressOf = (page: Page, door: string, id: string) =>
  page.evaluate(
    async ({ door, id }) => {
      const answer = await fetch(`/door/${door}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Quietline-Token': sessionStorage.getItem('quietline-token') ?? '',
        },
        body: JSON.stringify({ id }),
      });
      const { ok } = (await answer.json()) as { ok: { address: string } };
      return new URL(ok.address, window.location.href).href;
    },
    { door, id },
  );

test('a patient sends a picture', async ({ office, page, screens }) => {
  test.setTimeout(360_000);
  const { t, signIn, desk, conversation } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  await signIn.signIn(passphrase, 'Denise Whitaker');
  await expect(desk.inbox).toBeVisible();
  const picture = await drawPicture(page);
  const label = /^Picture from Owen Whitfield/;

  await test.step('its words are there at once, and the picture follows', async () => {
    await program.telephones.text('+13035550113', 'The sign at the landing', [
      { type: 'image/jpeg', content: picture.toString('base64') },
      { type: 'application/pdf' },
      { type: 'image/png', trouble: 'gone' },
    ]);
    await desk.openThread('Owen Whitfield');
    await expect(conversation.text('The sign at the landing')).toBeVisible({ timeout: 60_000 });
    const small = conversation.picture(label);
    await expect(small).toBeVisible({ timeout: 60_000 });
    // It is drawn: a picture that cannot be decoded has no size.
    await expect
      .poll(() => small.evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(100);
    await expect(conversation.says(t('attached.kind.paper')).last()).toBeVisible();
    await expect(conversation.says(t('errors.exchange.media_gone.what')).last()).toBeVisible();
  });

  let id = '';
  await test.step('it opens in full, gets larger, and closes with Esc', async () => {
    const asked = page.waitForRequest(/\/door\/attachment\.open$/);
    await conversation.picture(label).click();
    id = (JSON.parse((await asked).postData() ?? '{}') as { id: string }).id;
    const viewer = page.getByRole('dialog', { name: label });
    const full = viewer.getByRole('img', { name: label });
    await expect(full).toBeVisible();
    expect(await full.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(900);
    await page.keyboard.press('+');
    await expect(viewer.getByText('100%')).toBeVisible();
    await viewer.getByRole('button', { name: t('picture.larger') }).click();
    await expect(viewer.getByText('200%')).toBeVisible();
    await page.keyboard.press('-');
    await viewer.getByRole('button', { name: t('picture.fit') }).click();
    await expect(viewer.getByText(t('picture.fitted'))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(viewer).toBeHidden();
  });

  await test.step('its address is good once, and for nothing after the lock', async () => {
    const once = await addressOf(page, 'attachment.open', id);
    const first = await page.request.get(once);
    expect(first.status()).toBe(200);
    expect(first.headers()['content-type']).toBe('image/jpeg');
    expect(first.headers()['cache-control']).toBe('no-store');
    expect(first.headers()['x-content-type-options']).toBe('nosniff');
    expect((await first.body()).equals(picture)).toBe(true);
    expect((await page.request.get(once)).status()).toBe(404);

    const late = await addressOf(page, 'attachment.open', id);
    await desk.lock();
    await expect(signIn.title).toBeVisible();
    expect((await page.request.get(late)).status()).toBe(404);
    await expect(page.locator('img[src^="blob:"]')).toHaveCount(0);
  });

  await test.step('no file holds a piece of it', async () => {
    expect(await filesHolding(office.folder, [sentinel])).toEqual([]);
    await program.stop();
    expect(await filesHolding(office.folder, [sentinel])).toEqual([]);
    expect(await filesHolding(office.browser, [sentinel])).toEqual([]);
  });
});

test('the desk sends a picture with a text', async ({ office, page, screens }) => {
  test.setTimeout(360_000);
  const { t, signIn, desk, conversation } = screens;
  await office.withSample();
  const program = await office.start();
  await page.goto(program.url);
  const enter = async () => {
    await signIn.signIn(passphrase, 'Denise Whitaker');
    await expect(desk.inbox).toBeVisible();
    await desk.openThread('Owen Whitfield');
  };
  await enter();
  const file = { name: `${sentinel}.jpg`, mimeType: 'image/jpeg', buffer: await drawPicture(page) };
  const own = conversation.picture(new RegExp(t('inbox.own.alt')));
  const words = 'Here is the way to the office.';
  let looked: Buffer;

  await test.step('a picture goes into the draft, and is there after the lock', async () => {
    await conversation.write(words);
    const chooses = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: t('inbox.own.add') }).press('Enter');
    const adds = page.waitForRequest(/\/door\/thread\.addPicture$/);
    await (await chooses).setFiles(file);
    const { id } = JSON.parse((await adds).postData() ?? '{}') as { id: string };
    await expect(own).toBeVisible();
    looked = await (await page.request.get(await addressOf(page, 'thread.picture', id))).body();
    await expect(conversation.says(t('composer.pictureCounts'))).toBeVisible();
    await axe(page);
    await desk.lock();
    await expect(signIn.title).toBeVisible();
    await expect(page.locator('img[src^="blob:"]')).toHaveCount(0);
    expect(await filesHolding(office.folder, [sentinel])).toEqual([]);
    await enter();
    await expect(own).toBeVisible();
    await expect(conversation.composer).toHaveValue(words);
  });

  await test.step('it is looked at once more, and then it goes', async () => {
    await conversation.send.click();
    const asked = page.getByRole('dialog', { name: t('inbox.confirm.title') });
    await expect(asked.getByRole('img', { name: t('inbox.own.alt') })).toBeVisible();
    await expect(asked.getByText(words)).toBeVisible();
    await expect(asked.getByText(t('reasons.policy.picture_unread'))).toBeVisible();
    await axe(page);
    await asked.getByRole('button', { name: t('inbox.confirm.send') }).click();
    await expect(conversation.composer).toHaveValue('');
    await expect(own).toBeHidden();
    const text = conversation.text(words);
    await expect(text.getByRole('img', { name: /^Picture from Denise Whitaker/ })).toBeVisible();
  });

  await test.step('the phone gets what was looked at, and nothing else of the file', async () => {
    await expect
      .poll(
        async () =>
          (await program.telephones.pictures('+13035550113')).map((shown) =>
            Buffer.from(shown, 'base64').equals(looked),
          ),
        { timeout: 60_000 },
      )
      .toEqual([true]);
    expect(looked.includes(sentinel)).toBe(false);
    await program.stop();
    expect(await filesHolding(office.folder, [sentinel])).toEqual([]);
    expect(await filesHolding(office.browser, [sentinel])).toEqual([]);
  });
});
