import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { root, sites } from './service.js';

const run = (program, ...args) => {
    try {
        return execFileSync(`node_modules/.bin/${program}`, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    } catch (failure) {
        assert.fail(`${program} ${args.join(' ')}\n${failure.stdout}\n${failure.stderr}`);
    }
};

mkdirSync('generated', { recursive: true });
const document = await (await fetch(`${root}/openapi.json`)).text();
writeFileSync('generated/openapi.json', document);

test('the linter finds nothing in the document, neither as it is written nor as it is served', () => {
    for (const file of ['../../src/docs/openapi.json', 'generated/openapi.json'])
        run('redocly', 'lint', '--config', 'redocly.yaml', '--max-problems', '1000', file);
});

test('a client is generated from it, compiles, and works', async () => {
    run('openapi-typescript', 'generated/openapi.json', '--output', 'generated/schema.d.ts');
    run('tsc', '--project', 'tsconfig.json');
    const { roundTrip } = await import('./generated/client.js');
    const { account, token } = await roundTrip(root, 'johndoe', 'secret');
    assert.equal(account.username, 'johndoe');
    assert.equal(token.split('.').length, 3);
});

for (const [name, url] of sites)
    test(`its addresses are right ${name}`, async () => {
        const from = `${url}/openapi.json`;
        const described = await (await fetch(from)).json();
        const server = new URL(described.servers[0].url, from);
        const { tokenUrl } = described.components.securitySchemes.OAuth2PasswordBearer.flows.password;
        assert.ok(!tokenUrl.includes('//'), 'relative');
        assert.equal(new URL(tokenUrl, from).href, `${url}/token`);
        assert.equal(new URL(tokenUrl, server).href, `${url}/token`);
        const answer = await fetch(server.href.replace(/\/$/, '') + '/items/');
        assert.equal(answer.status, 401);
    });
