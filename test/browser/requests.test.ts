/** The request log on the screen, for administrators (mission.md B5; ui.md §7). */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser, type Person } from './browser.ts';
import { type Desk, openDesk } from './desk.ts';

/** The reference call of the world front-desk. */
const conversation = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';
/** A folder for pictures of the screens, to be looked at by a person. */
const pictures = process.env.WIRECHIEF_PICTURES;

describe.skipIf(chromiumPath === undefined)('the request log', () => {
  let desk: Desk;
  let reader: Person;

  beforeAll(async () => {
    desk = await openDesk();
    reader = await openBrowser(440);
  }, 120_000);

  afterAll(async () => {
    await reader?.close();
    await desk?.close();
  }, 60_000);

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await reader.page.emulateMedia({ colorScheme });
      await reader.page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
  }

  const signIn = (name: string) =>
    reader.page.getByRole('button', { name: new RegExp(`^${name} ·`) }).click();
  const row = (path: string) => reader.page.getByRole('row').filter({ hasText: path }).first();

  it('is not offered to an agent, and refuses by name', async () => {
    const { page } = reader;
    await page.goto(`${desk.server.origin}/requests`);
    await signIn('agent');
    await page.getByRole('alert').filter({ hasText: 'System Administrator' }).waitFor();
    expect(await page.getByRole('link', { name: 'Requests', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: /^Presence:/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
  });

  it('shows an administrator who asked what, what it cost and changed; filters; leads to the picture', async () => {
    const { page } = reader;
    await desk.server.api('nosuchset');
    const change = await desk.server.api(`msdyn_ocliveworkitems(${conversation})`, {
      method: 'PATCH',
      body: { description: 'Seen in the log' },
    });
    expect(change.status).toBe(204);
    await signIn('admin');
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    const patch = row(`msdyn_ocliveworkitems(${conversation})`).filter({ hasText: 'PATCH' });
    await patch.getByRole('link', { name: `Explore conversation ${conversation}` }).waitFor();
    await patch.getByText('204').waitFor();
    await patch.getByText(/^parse [\d.]+$/).waitFor();
    await picture('requests');
    await page.getByLabel('Status').fill('404');
    await page.getByRole('button', { name: 'Filter' }).click();
    await row('nosuchset').waitFor();
    await page.waitForURL('**/requests?status=404');
    await patch.waitFor({ state: 'detached' });
    await page.getByLabel('Status').fill('9');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('alert').filter({ hasText: 'status must be' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await patch.waitFor();
  });

  it('shows one request whole, to copy as curl and as a test', async () => {
    const { page } = reader;
    await page
      .getByRole('link', { name: `/api/data/v9.2/msdyn_ocliveworkitems(${conversation})` })
      .first()
      .click();
    await page.getByRole('heading', { name: `PATCH /api/data/v9.2/msdyn_ocliveworkitems` }).waitFor();
    // Opened afresh by its address, the browser gets the screen and not the JSON.
    await page.reload();
    await page.getByText('"description": "Seen in the log"').waitFor();
    await page.getByText('***').first().waitFor();
    await picture('request');
    await page.getByRole('tab', { name: /^Rows changed/ }).click();
    await page.getByRole('cell', { name: 'msdyn_ocliveworkitem', exact: true }).first().waitFor();
    await picture('request-changes');
    await page.getByRole('tab', { name: 'As curl' }).click();
    await page.getByText('curl -gi -X PATCH').waitFor();
    await page.getByRole('tab', { name: 'As test' }).click();
    await page.getByText("import { expect, test } from 'vitest';").waitFor();
  });
});
