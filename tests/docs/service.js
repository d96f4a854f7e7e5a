// The services under test and the browser, as tests/docs/run describes them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

function variable(name) {
    const value = process.env[`DOCS_${name}`];
    assert.ok(value, `DOCS_${name} is missing: start this with tests/docs/run`);
    return value;
}

export const sites = Object.entries(JSON.parse(variable('SITES')));
export const root = sites[0][1];
export const artifact = (name) => join(variable('ARTIFACTS'), name);

export const openBrowser = (...more) => chromium.launch({
    executablePath: variable('BROWSER'),
    args: process.getuid() === 0 ? ['--no-sandbox', ...more] : more, // Chromium's sandbox refuses root, which CI may be
});

/** What a page did that it should not have: errors, refusals by its policy, requests to anywhere but these origins. */
export function watch(page, ...origins) {
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
        // A refused login is reported as an error, too; it is none.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && !origins.includes(url.origin)) complaints.push(`a request to ${url}`);
    });
    return complaints;
}
