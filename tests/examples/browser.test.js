// Started by browser_test.py.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { artifact, openBrowser, sites, watch } from '../docs/service.js';

const [page, stranger] = sites.map(([, url]) => url);
const latchkey = process.env.EXAMPLES_LATCHKEY;

let browser, context, complaints;
before(async () => { browser = await openBrowser(`--host-resolver-rules=${process.env.EXAMPLES_RULES}`); });
after(() => browser.close());
beforeEach(async () => {
    complaints = [];
    context = await browser.newContext({ viewport: { width: 500, height: 600 } });
});
afterEach(async () => {
    await context.close();
    assert.deepEqual(complaints.flat(), []);
});

async function visit(url = page) {
    const tab = await context.newPage();
    complaints.push(watch(tab, url, 'http://127.0.0.1:8080'));
    await tab.goto(url);
    return tab;
}

async function logIn(tab, password = 'secret', username = 'johndoe') {
    await tab.fill('[name=username]', username);
    await tab.fill('[name=password]', password);
    await tab.click('#login button');
}

const loggedIn = (tab) => tab.locator('#session').waitFor();
const loggedOut = (tab) => tab.locator('#login').waitFor();
const said = (tab, text) => tab.locator('#said', { hasText: text }).waitFor();
const tokens = (tab) => tab.evaluate(() => JSON.parse(localStorage.getItem('tokens')));
const change = (tab, changes) => tab.evaluate((changes) => localStorage.setItem('tokens',
    JSON.stringify({ ...JSON.parse(localStorage.getItem('tokens')), ...changes })), changes);

/** How many refreshes the tabs ask for while `work` is done. */
async function refreshes(tabs, work) {
    let count = 0;
    const look = (request) => { if (request.postData()?.includes('grant_type=refresh_token')) ++count; };
    for (const tab of tabs) tab.on('request', look);
    await work();
    for (const tab of tabs) tab.off('request', look);
    return count;
}

async function session() {
    const tab = await visit();
    await logIn(tab);
    await loggedIn(tab);
    return tab;
}

test('logs in from its own origin, calls, logs out', async () => {
    const tab = await session();
    assert.equal(await tab.locator('[name=password]').inputValue(), '');
    assert.equal(await refreshes([tab], async () => {
        await tab.click('#call');
        await said(tab, '200');
        await said(tab, '"username": "johndoe"');
    }), 0);
    await tab.screenshot({ path: artifact('example browser.png') });
    const { access_token, refresh_token } = await tokens(tab);
    await tab.click('#logout');
    await loggedOut(tab);
    assert.equal(await tokens(tab), null);
    const call = await fetch(`${latchkey}/users/me`, { headers: { Authorization: `Bearer ${access_token}` } });
    assert.equal(call.status, 401, 'the access token is dead');
    const again = await fetch(`${latchkey}/token`, {
        method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token }),
    });
    assert.equal((await again.json()).error, 'invalid_grant', 'the session has ended');
});

test('shows that the password was wrong, and when to try again', async () => {
    const tab = await visit();
    await logIn(tab, 'wrong', 'nobody');
    await said(tab, 'Incorrect username or password');
    await logIn(tab, 'wrong again', 'nobody');
    await said(tab, /^Too many failed logins.*Try again in \d+ s\.$/);
    assert.equal(await tokens(tab), null);
    assert.equal(tab.url(), `${page}/`, 'the password is not in the address');
});

test('refreshes by itself when the token has run out', async () => {
    const tab = await session();
    const { refresh_token } = await tokens(tab);
    await change(tab, { expires: 0 });
    assert.equal(await refreshes([tab], async () => {
        await tab.click('#call');
        await said(tab, '200');
    }), 1);
    assert.notEqual((await tokens(tab)).refresh_token, refresh_token);
});

test('refreshes once when its token is refused', async () => {
    const tab = await session();
    await change(tab, { access_token: 'tampered' });
    assert.equal(await refreshes([tab], async () => {
        await tab.click('#call');
        await said(tab, '200');
    }), 1);
});

test('two tabs that find the token run out take turns, and end with the same', async () => {
    const tabs = [await session(), await visit()];
    await loggedIn(tabs[1]);
    await change(tabs[0], { expires: 0 });
    await tabs[0].evaluate(() => {
        navigator.locks.request('tokens', () => new Promise((done) => { window.letGo = done; }));
    });
    const asked = await refreshes(tabs, async () => {
        assert.equal(await refreshes(tabs, async () => {
            await Promise.all(tabs.map((tab) => tab.click('#call')));
            await tabs[0].waitForFunction(async () => (await navigator.locks.query()).pending.length === 2);
        }), 0, 'they wait');
        await tabs[0].evaluate(() => window.letGo());
        await Promise.all(tabs.map((tab) => said(tab, '200')));
    });
    // Mostly 1. What a tab has stored may reach the other one after the lock, which then gets the same successor.
    assert.ok(asked === 1 || asked === 2, `${asked} refreshes`);
    assert.equal((await tokens(tabs[0])).refresh_token, (await tokens(tabs[1])).refresh_token);
});

test('a session that was ended elsewhere is a logout in all tabs', async () => {
    const tabs = [await session(), await visit()];
    await loggedIn(tabs[1]);
    const { refresh_token: token } = await tokens(tabs[0]);
    await fetch(`${latchkey}/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    await tabs[0].click('#call');
    await Promise.all(tabs.map(loggedOut));
    assert.equal(await tokens(tabs[0]), null);
});

test('stays logged in when Latchkey cannot be reached', async () => {
    const tab = await session();
    await change(tab, { expires: 0 });
    await context.setOffline(true);
    await tab.click('#call');
    await said(tab, 'Failed to fetch');
    assert.notEqual(await tokens(tab), null);
    await context.setOffline(false);
    await tab.click('#call');
    await said(tab, '200');
});

test('a page of an origin that is not listed cannot log in', async () => {
    const tab = await visit(stranger);
    await logIn(tab);
    await said(tab, 'Failed to fetch');
    assert.equal(await tokens(tab), null);
    const told = complaints.flat();
    assert.ok(told.length > 0 && told.every((text) => text.includes('blocked by CORS policy')), told.join());
    complaints = [];
});

// The last: nobody gets into this account from a new device for a while.
test('is let in while strangers are refused, where the account has logged in before', async () => {
    const tab = await session();
    await tab.click('#logout');
    await loggedOut(tab);
    const guess = (password) => fetch(`${latchkey}/token`, {
        method: 'POST', body: new URLSearchParams({ username: 'johndoe', password }),
    });
    assert.equal((await guess('wrong')).status, 400);
    assert.equal((await guess('secret')).status, 429, 'a stranger, even with the right password');
    await logIn(tab);
    await loggedIn(tab);
});
