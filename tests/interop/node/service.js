// The service under test, as tests/interop/run describes it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

function variable(name) {
    const value = process.env[`INTEROP_${name}`];
    assert.ok(value, `INTEROP_${name} is missing: start this with tests/interop/run node`);
    return value;
}

export const issuer = variable('ISSUER');
export const audience = variable('AUDIENCE');
export const username = variable('USERNAME');
export const password = variable('PASSWORD');
export const clientId = variable('CLIENT_ID');
export const clientSecret = variable('CLIENT_SECRET');
export const publicClientId = variable('PUBLIC_CLIENT_ID');
export const jwksUri = new URL('/.well-known/jwks.json', issuer);
export const itemsUrl = new URL('/items/', issuer);

/** One step of a key rotation, 'publish' or 'activate'; the new key's kid. */
export function rotateKey(step) {
    return execFileSync(variable('ROTATE_KEY'), [step], { encoding: 'utf8', timeout: 60_000 }).trim();
}

/** A token of the user, asked for without any library. */
export async function accessToken(scope = 'items me') {
    const answer = await fetch(new URL('/token', issuer), {
        method: 'POST',
        body: new URLSearchParams({
            grant_type: 'password', username, password, scope, client_id: clientId, client_secret: clientSecret,
        }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()).access_token;
}

/** A service for each algorithm that has a public key: its name, its issuer and a token of the user. */
export async function tokenOfEach() {
    return Promise.all(JSON.parse(variable('ALGORITHMS')).map(async ({ algorithm, issuer, client_id }) => {
        const answer = await fetch(new URL('/token', issuer), {
            method: 'POST', body: new URLSearchParams({ username, password, client_id }),
        });
        assert.equal(answer.status, 200, await answer.clone().text());
        return { algorithm, issuer, token: (await answer.json()).access_token };
    }));
}

/** The status of GET /items/ with that token. */
export async function itemsStatus(token) {
    const answer = await fetch(itemsUrl, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    return answer.status;
}

/** The members of a space-separated scope, in no order. */
export const words = (scope) => new Set(scope.split(' '));
