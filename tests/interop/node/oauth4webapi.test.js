import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { audience, clientId, clientSecret, issuer, itemsUrl, password, rotateKey, username, words } from './service.js';

const insecure = { [oauth.allowInsecureRequests]: true }; // loopback
const client = { client_id: clientId };
const authentication = oauth.ClientSecretBasic(clientSecret);
let server;

async function discover() {
    const url = new URL(issuer);
    const answer = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(url, answer);
}

async function logIn(parameters = {}) {
    const form = { username, password, scope: 'items me', ...parameters };
    const answer = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', form, insecure);
    return oauth.processGenericTokenEndpointResponse(server, client, answer);
}

async function refresh(token) {
    const answer = await oauth.refreshTokenGrantRequest(server, client, authentication, token, insecure);
    return oauth.processRefreshTokenResponse(server, client, answer);
}

async function introspect(token) {
    const answer = await oauth.introspectionRequest(server, client, authentication, token, insecure);
    return oauth.processIntrospectionResponse(server, client, answer);
}

async function revoke(token) {
    const answer = await oauth.revocationRequest(server, client, authentication, token, insecure);
    assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/json');
    return oauth.processRevocationResponse(answer);
}

const validate = (token, expected = audience, from = server) =>
    oauth.validateJwtAccessToken(
        from,
        new Request(itemsUrl, { headers: { authorization: `Bearer ${token}` } }),
        expected,
        { ...insecure, signingAlgorithms: ['ES256'] },
    );

before(async () => {
    server = await discover();
});

describe('oauth4webapi', () => {
    test('accepts the metadata as those of the issuer it asked', () => assert.equal(server.issuer, issuer));

    test('gets a token for a user', async () => {
        const tokens = await logIn();
        assert.equal(tokens.token_type, 'bearer');
        assert.equal(typeof tokens.expires_in, 'number');
        assert.deepEqual(words(tokens.scope), words('items me'));
    });

    test('reads a wrong password as invalid_grant', () =>
        assert.rejects(logIn({ password: 'wrong' }), { code: oauth.RESPONSE_BODY_ERROR, error: 'invalid_grant' }));

    test('gets one successor for a refresh token, however often it asks', async () => {
        const first = await logIn();
        const [once, twice] = [await refresh(first.refresh_token), await refresh(first.refresh_token)];
        assert.notEqual(once.refresh_token, first.refresh_token);
        assert.equal(once.refresh_token, twice.refresh_token);
    });

    test('gets a token for itself', async () => {
        const form = { scope: 'items' };
        const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, form, insecure);
        const tokens = await oauth.processClientCredentialsResponse(server, client, answer);
        assert.equal(tokens.refresh_token, undefined);
        assert.equal((await validate(tokens.access_token)).sub, clientId);
    });

    test('sees a token die by its revocation', async () => {
        const tokens = await logIn();
        assert.equal((await introspect(tokens.access_token)).active, true);
        await revoke(tokens.refresh_token);
        assert.deepEqual(await introspect(tokens.access_token), { active: false });
        await assert.rejects(refresh(tokens.refresh_token), { error: 'invalid_grant' });
    });

    test('validates the token by RFC 9068, and only for its audience', async () => {
        const { access_token } = await logIn();
        const claims = await validate(access_token);
        assert.equal(claims.client_id, clientId);
        assert.equal(claims.username, username);
        await assert.rejects(validate(access_token, 'https://other.example'), { code: oauth.JWT_CLAIM_COMPARISON });
    });

    test('needs no fetch at the change of keys when it has fetched since the new one was published', async () => {
        const old = (await logIn()).access_token;
        await validate(old);
        rotateKey('publish');
        // A copy has no cached keys, like any after five minutes. Within a minute the library does not fetch again.
        const later = { ...server };
        await validate(old, audience, later);
        rotateKey('activate');
        const young = (await logIn()).access_token;
        assert.equal((await validate(young, audience, later)).sub, (await validate(old, audience, later)).sub);
    });
});
