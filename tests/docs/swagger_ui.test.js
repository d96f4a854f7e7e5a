import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { artifact, openBrowser, sites, watch } from './service.js';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const visit = async (url) => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const complaints = watch(page, new URL(url).origin);
    await page.goto(`${url}/docs`);
    await page.locator('.opblock').first().waitFor();
    return { page, complaints };
};

/** Through the dialog, as a person would: it opens with the cursor in the user name. */
async function authorize(page, password) {
    await page.locator('.auth-wrapper > .authorize').click();
    await page.locator('#oauth_username:focus').waitFor();
    await page.keyboard.type('johndoe');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.locator('.auth-container', { has: page.locator('#oauth_username, .errors') })
        .getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
}

test('what is shipped is what the package holds', () => {
    for (const name of ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'])
        assert.ok(
            readFileSync(`../../src/docs/swagger-ui/${name}`).equals(readFileSync(`node_modules/swagger-ui-dist/${name}`)),
            `${name} differs: scripts/update-swagger-ui copies it from the package that package-lock.json names`,
        );
});

for (const [name, url] of sites)
    test(`Authorize and Execute work ${name}`, async () => {
        const { page, complaints } = await visit(url);
        await page.screenshot({ path: artifact(`docs ${name}.png`) });
        await authorize(page, 'secret');
        await page.getByRole('button', { name: 'Remove authorization' }).waitFor(); // what Logout is called for readers
        await page.locator('.close-modal').click();

        const items = page.locator('#operations-protected-readItems');
        await items.locator('.opblock-summary-control').click();
        const answered = page.waitForResponse(`${url}/items/`);
        await items.locator('.execute').click();
        assert.equal((await answered).status(), 200);
        await items.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
        await items.screenshot({ path: artifact(`docs execute ${name}.png`) });
        assert.deepEqual(complaints, []);
        await page.close();
    });

test('a wrong password is shown as what it is', async () => {
    const { page } = await visit(sites[0][1]);
    await authorize(page, 'wrong');
    await page.locator('.auth-container .errors', { hasText: 'Incorrect username or password' }).waitFor();
    await page.close();
});

test('the page cannot be framed', async () => {
    const [, url] = sites[0];
    const page = await browser.newPage();
    await page.route('**/frame', (route) => route.fulfill({ contentType: 'text/html', body: '<iframe src="docs"></iframe>' }));
    await page.goto(`${url}/frame`);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.frames().at(-1).locator('#swagger-ui').count(), 0);
    await page.close();
});
