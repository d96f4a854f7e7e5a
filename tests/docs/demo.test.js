import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { artifact, openBrowser, root, sites, watch } from './service.js';

let browser, context, complaints;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());
beforeEach(async () => {
    complaints = [];
    context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
});
afterEach(async () => {
    await context.close();
    assert.deepEqual(complaints.flat(), []);
});

const ready = (page) => page.locator('body[data-ready]').waitFor();

async function visit(url = root, where = context) {
    const page = await where.newPage();
    complaints.push(watch(page, new URL(url).origin));
    await page.goto(`${url}/demo`);
    await ready(page);
    return page;
}

async function logIn(page, password = 'secret', username = 'johndoe') {
    await page.fill('[name=username]', username);
    await page.fill('[name=password]', password);
    await page.click('#login-form button');
}

const loggedIn = (page) => page.locator('#session').waitFor();
const loggedOut = (page) => page.locator('#login').waitFor();
const logged = (page, text) => page.locator('#log li', { hasText: text }).first().waitFor();
const ending = (page) => page.locator('#refresh-token').textContent();
const stored = (page) => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));

async function callItems(page) {
    const before = await page.locator('#log li', { hasText: 'GET /items/: 200' }).count();
    await page.click('#call');
    await page.locator('#log li', { hasText: 'GET /items/: 200' }).nth(before).waitFor();
}

async function twoTabs(...credentials) {
    const one = await visit();
    await logIn(one, ...credentials);
    await loggedIn(one);
    const opened = context.waitForEvent('page');
    await one.click('#open-tab');
    const two = await opened;
    await loggedIn(two); // it had the tokens from the first, not from a password
    return [one, two];
}

/** Presses the button in one tab, which makes both refresh; how many asked the server. */
async function refreshBoth([one, two], turns) {
    let requests = 0;
    const count = (request) => { if (request.postData()?.includes('refresh_token')) ++requests; };
    const before = await ending(one);
    for (const page of [one, two]) page.on('request', count);
    await one.setChecked('#turns', turns);
    await one.click('#refresh-all');
    for (const page of [one, two])
        await page.waitForFunction((old) => document.getElementById('refresh-token').textContent !== old, before);
    for (const page of [one, two]) await page.locator('#log li', { hasText: await ending(one) }).waitFor();
    for (const page of [one, two]) page.off('request', count);
    assert.equal(await ending(two), await ending(one), 'one successor');
    return requests;
}

for (const [name, url] of sites)
    test(`logs in, calls, and shows what time is left ${name}`, async () => {
        const page = await visit(url);
        await page.screenshot({ path: artifact('demo login.png'), fullPage: true });
        await logIn(page, 'wrong');
        await page.getByText('Incorrect username or password').waitFor();
        await logIn(page);
        await loggedIn(page);
        await callItems(page);
        assert.match(await page.locator('#left').textContent(), /^good for 1[45]:\d\d$/);
        assert.equal(await page.locator('#who').textContent(), 'johndoe');
        assert.equal(await page.locator('[name=password]').inputValue(), '', 'the password is not kept in the page');
    });

test('two tabs that refresh at once get the same successor', async () => {
    const tabs = await twoTabs();
    assert.equal(await refreshBoth(tabs, false), 2, 'both asked');
    for (const page of tabs) await callItems(page);
    await tabs[0].screenshot({ path: artifact('demo two tabs.png'), fullPage: true });
});

test('two tabs that take turns stay logged in', async () => {
    const tabs = await twoTabs();
    assert.ok((await refreshBoth(tabs, true)) >= 1); // mostly 1; the news from the other tab may come after the lock
    for (const page of tabs) await callItems(page);
});

test('logging out everywhere reaches the other tab at once, and another browser with its next call', async () => {
    // An account of its own: the tests of the other files, which run beside this one, stay logged in.
    const username = 'everywhere', password = 'eleven quiet otters row';
    const registered = await fetch(`${root}/register`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username, password }),
    });
    assert.equal(registered.status, 201);

    const tabs = await twoTabs(password, username);
    const elsewhere = await browser.newContext();
    const other = await visit(root, elsewhere);
    await logIn(other, password, username);
    await loggedIn(other);
    await tabs[1].click('#logout-everywhere');
    await Promise.all(tabs.map(loggedOut));
    await other.click('#call');
    await loggedOut(other);
    await elsewhere.close();
});

test('ending one session leaves the others', async () => {
    const page = await visit();
    await logIn(page);
    await loggedIn(page);
    await page.click('#logout');
    await loggedOut(page);
    await logIn(page);
    await loggedIn(page);
    await callItems(page);
});

test('a login that is refused for a time says for how long', async () => {
    const page = await visit();
    await page.route('**/token', (route) => route.fulfill({
        status: 429, headers: { 'Retry-After': '701' }, json: { detail: 'Too many failed logins; try again later' },
    }));
    await logIn(page);
    await page.locator('#login-error', { hasText: 'Too many failed logins; try again later (in 12 min)' }).waitFor();
});

test('the list of sessions names the browsers that people use', async () => {
    const edge = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
    const other = await browser.newContext({ userAgent: edge });
    const page = await visit(root, other);
    await logIn(page);
    await page.locator('#session-list li', { hasText: 'this one' }).filter({ hasText: 'Edge at 127.0.0.1' }).waitFor();
    await other.close();
});

test('nothing is left in the browser unless it was asked for, and then until the logout', async () => {
    const page = await visit();
    await logIn(page);
    await loggedIn(page);
    assert.equal(await stored(page), '{}');
    await page.reload();
    await ready(page);
    await loggedOut(page);

    await page.check('[name=keep]');
    await logIn(page);
    await loggedIn(page);
    await page.reload();
    await ready(page);
    await loggedIn(page);
    await callItems(page);
    await page.click('#logout');
    await loggedOut(page);
    assert.equal(await stored(page), '{}');
});

for (const [name, options] of [
    ['light wide', { colorScheme: 'light', viewport: { width: 1100, height: 800 } }],
    ['dark wide', { colorScheme: 'dark', viewport: { width: 1100, height: 800 } }],
    ['light narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
    ['dark narrow', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
])
    test(`fits its window, ${name}`, async () => {
        const shown = await browser.newContext(options);
        const page = await visit(root, shown);
        await logIn(page);
        await loggedIn(page);
        await callItems(page);
        await page.locator('#session-list li').first().waitFor();
        await page.screenshot({ path: artifact(`demo ${name}.png`), fullPage: true });
        const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(wide <= window, 'nothing sticks out');
        await shown.close();
    });
