import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import express from 'express';
import bearer from 'express-oauth2-jwt-bearer';
import { accessToken, audience, issuer, rotateKey, username } from './service.js';

let backend;

/** A backend as the library's documentation shows it; everything else it learns from the metadata. */
function makeBackend() {
    const app = express();
    app.use(bearer.auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: 'ES256', strict: true, cooldownDuration: 0 }));
    app.get('/me', (request, response) => response.json(request.auth.payload));
    app.get('/items', bearer.requiredScopes('items'), (request, response) => response.json([]));
    app.use((error, request, response, next) => response.status(error.status ?? 500).set(error.headers ?? {}).end());
    return app;
}

const get = (path, token) =>
    fetch(`http://127.0.0.1:${backend.address().port}${path}`, token ? { headers: { authorization: `Bearer ${token}` } } : {});

describe('express-oauth2-jwt-bearer, strict', () => {
    before(async () => {
        backend = makeBackend().listen(0, '127.0.0.1');
        await new Promise((resolve) => backend.once('listening', resolve));
    });
    after(() => {
        backend.close();
        backend.closeAllConnections(); // with the answers whose bodies nobody read
        http.globalAgent.destroy(); // with what the library's discovery left unread
    });

    test('lets a token through and knows the user', async () => {
        const answer = await get('/me', await accessToken());
        assert.equal(answer.status, 200);
        assert.equal((await answer.json()).username, username);
    });

    test('refuses a request without a token and one with a changed token', async () => {
        assert.equal((await get('/me')).status, 401);
        const [header, payload, signature] = (await accessToken()).split('.');
        const changed = signature.startsWith('A') ? 'B' : 'A';
        assert.equal((await get('/me', [header, payload, changed + signature.slice(1)].join('.'))).status, 401);
    });

    test('reads the scope', async () => {
        assert.equal((await get('/items', await accessToken('items'))).status, 200);
        assert.equal((await get('/items', await accessToken('me'))).status, 403);
    });

    test('verifies without a gap through a rotation', async () => {
        const old = await accessToken();
        assert.equal((await get('/me', old)).status, 200);
        for (const step of ['publish', 'activate']) {
            rotateKey(step);
            assert.equal((await get('/me', await accessToken())).status, 200, step);
            assert.equal((await get('/me', old)).status, 200, step);
        }
    });
});
