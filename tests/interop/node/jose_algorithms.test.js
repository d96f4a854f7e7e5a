import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as jose from 'jose';
import { audience, tokenOfEach, username } from './service.js';

// What stands in the key set for each algorithm (RFC 7518 section 6, RFC 8037 section 2), and nothing private.
const published = {
    ES256: { kty: 'EC', crv: 'P-256', members: ['x', 'y'] },
    RS256: { kty: 'RSA', members: ['e', 'n'] },
    EdDSA: { kty: 'OKP', crv: 'Ed25519', members: ['x'] },
};
const services = await tokenOfEach();

test('every algorithm with a public key is there', () => {
    assert.deepEqual(services.map(({ algorithm }) => algorithm).sort(), Object.keys(published).sort());
});

for (const { algorithm, issuer, token } of services) {
    describe(`jose with ${algorithm}`, () => {
        const jwksUri = new URL('/.well-known/jwks.json', issuer);
        const keys = jose.createRemoteJWKSet(jwksUri);
        const expected = { issuer, audience, typ: 'at+jwt', algorithms: [algorithm] };

        test('verifies a token by the key set', async () => {
            const { payload, protectedHeader } = await jose.jwtVerify(token, keys, expected);
            assert.equal(protectedHeader.alg, algorithm);
            assert.equal(payload.username, username);
        });

        test('finds the public members of the key and no others', async () => {
            // More than one: the other files' tests rotate the keys of these services meanwhile.
            const { keys: set } = await (await fetch(jwksUri)).json();
            assert.ok(set.some(({ kid }) => kid === jose.decodeProtectedHeader(token).kid));
            const { kty, crv, members } = published[algorithm];
            const common = ['alg', 'kid', 'kty', 'use', ...(crv ? ['crv'] : [])];
            for (const key of set) {
                assert.deepEqual([key.kty, key.crv, key.alg, key.use], [kty, crv, algorithm, 'sig']);
                assert.deepEqual(Object.keys(key).sort(), [...common, ...members].sort());
            }
        });

        test('refuses a changed token and every other algorithm', async () => {
            const [header, payload, signature] = token.split('.');
            const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), scope: 'admin' };
            const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
            await assert.rejects(jose.jwtVerify(changed, keys, expected), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
            const others = Object.keys(published).filter((name) => name !== algorithm);
            await assert.rejects(jose.jwtVerify(token, keys, { ...expected, algorithms: others }), { code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
        });

        test('is named in the metadata', async () => {
            const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', issuer))).json();
            assert.equal(metadata.issuer, issuer);
            assert.equal(metadata.jwks_uri, jwksUri.href);
            assert.deepEqual(metadata.access_token_signing_alg_values_supported, [algorithm]);
        });

        test('signs what the service itself accepts', async () => {
            const items = await fetch(new URL('/items/', issuer), { headers: { authorization: `Bearer ${token}` } });
            assert.equal(items.status, 200);
            assert.equal((await items.json()).token, token);
        });
    });
}
