// FastAPI's own page in front of the two applications: started by fastapi_test.py.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { artifact, openBrowser, sites } from '../docs/service.js';

const [main, tutorial, stranger] = sites.map(([, url]) => url);

let browser;
before(async () => {
    browser = await openBrowser('--ignore-certificate-errors', `--host-resolver-rules=${process.env.EXAMPLES_RULES}`);
});
after(() => browser.close());

async function authorize(site) {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(`${site}/docs`);
    await page.locator('.auth-wrapper > .authorize').click();
    await page.fill('#oauth_username', 'johndoe');
    await page.fill('#oauth_password', 'secret');
    await page.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    return page;
}

/** What GET `path` is answered with, as the page sends it. */
async function execute(page, path) {
    await page.locator('.close-modal').click();
    const operation = page.locator('.opblock-get', { has: page.locator(`[data-path="${path}"]`) });
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.try-out__btn').click();
    const answered = page.waitForResponse((answer) => new URL(answer.url()).pathname === path);
    await operation.locator('.execute').click();
    return (await answered).status();
}

for (const [name, site, path] of [['main.py', main, '/me'], ['tutorial.py', tutorial, '/items/']])
    test(`Authorize on the page of ${name} logs in at Latchkey`, async () => {
        const page = await authorize(site);
        await page.getByRole('button', { name: 'Remove authorization' }).waitFor(); // what Logout is called for readers
        await page.screenshot({ path: artifact(`example ${name}.png`) });
        assert.equal(await execute(page, path), 200);
        await page.close();
    });

test('Authorize fails as the README says where cors.origins does not name the page', async () => {
    const page = await authorize(stranger);
    await page.locator('.auth-container .errors', { hasText: 'Failed to fetch' }).waitFor();
    assert.equal(await execute(page, '/me'), 401);
    await page.close();
});
