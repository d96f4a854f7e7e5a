import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as jose from 'jose';
import { accessToken, audience, clientId, issuer, itemsStatus, jwksUri, rotateKey, username } from './service.js';

const expected = { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] };

/** A key set that counts how often it is fetched. */
function keySet(options = {}) {
    let fetches = 0;
    const count = (...request) => (fetches++, fetch(...request));
    const keys = jose.createRemoteJWKSet(jwksUri, { ...options, [jose.customFetch]: count });
    return { keys, fetches: () => fetches };
}

describe('jose', () => {
    test('verifies a token by the key set', async () => {
        const token = await accessToken();
        const { payload, protectedHeader } = await jose.jwtVerify(token, keySet().keys, {
            ...expected,
            requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'client_id', 'scope', 'username'],
        });
        assert.equal(payload.username, username);
        assert.equal(payload.client_id, clientId);
        assert.equal(payload.nbf, undefined);
        assert.ok(Number.isInteger(payload.iat) && Number.isInteger(payload.exp));
        assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
    });

    test('finds public keys only, each with a purpose', async () => {
        const { keys } = await (await fetch(jwksUri)).json();
        assert.ok(keys.length > 0);
        for (const key of keys) {
            assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
            assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['EC', 'P-256', 'ES256', 'sig']);
            await jose.importJWK(key);
        }
    });

    test('refuses a token whose claims were changed', async () => {
        const [header, payload, signature] = (await accessToken()).split('.');
        const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), scope: 'items me admin' };
        const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
        await assert.rejects(jose.jwtVerify(changed, keySet().keys, expected), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
        assert.equal(await itemsStatus(changed), 401);
    });

    test("cannot forge a token with the public key as an HMAC secret, nor without a signature", async () => {
        const token = await accessToken();
        const claims = jose.decodeJwt(token);
        const { kid } = jose.decodeProtectedHeader(token);
        const jwk = (await (await fetch(jwksUri)).json()).keys.find((key) => key.kid === kid);
        const pem = await jose.exportSPKI(await jose.importJWK(jwk, 'ES256', { extractable: true }));
        for (const secret of [pem, pem.trim(), JSON.stringify(jwk)]) {
            const forged = await new jose.SignJWT(claims)
                .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
                .sign(new TextEncoder().encode(secret));
            assert.equal(await itemsStatus(forged), 401);
        }
        assert.equal(await itemsStatus(new jose.UnsecuredJWT(claims).encode()), 401);
        assert.equal(await itemsStatus(token), 200);
    });

    test('verifies without a gap through a rotation', async () => {
        const old = await accessToken();
        const attentive = keySet();
        const late = keySet({ cooldownDuration: 0 });
        for (const { keys } of [attentive, late]) await jose.jwtVerify(old, keys, expected);

        const kid = rotateKey('publish');
        assert.notEqual(jose.decodeProtectedHeader(await accessToken()).kid, kid);
        await attentive.keys.reload(); // as it does every ten minutes
        await jose.jwtVerify(old, attentive.keys, expected);

        rotateKey('activate');
        const young = await accessToken();
        assert.equal(jose.decodeProtectedHeader(young).kid, kid);
        for (const { keys } of [attentive, late]) {
            await jose.jwtVerify(young, keys, expected);
            await jose.jwtVerify(old, keys, expected);
        }
        assert.equal(attentive.fetches(), 2); // the new key was there before it was needed
        assert.equal(late.fetches(), 2); // asked again for the unknown kid
        assert.equal(await itemsStatus(old), 200);
        assert.equal(await itemsStatus(young), 200);
    });
});
